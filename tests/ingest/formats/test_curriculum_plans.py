"""Talent training plans of colleges: programmes with courses by term, units, training, outcomes and orientation."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph.errors import InputError
from graph.stores import open_store
from ingest.draft import Draft
from ingest.formats.moe import curriculum_plans
from ingest.job import ingest
from tests.support.samples.college_forms import CORE, END, FRONT, ORIENTATION, OUTCOMES, SCHEDULE
from tests.support.word_tables import Rows, as_html, write_word

COLLEGE = "plan:i83e4eb28f8d9"
NODE = f"{COLLEGE}.519001"


def plan(path: Path, schedule: Rows = SCHEDULE) -> Path:
    """Write a plan."""
    return write_word(path, FRONT, ORIENTATION, OUTCOMES, CORE, "七、教学进程总体安排", schedule, END)


def values(draft: Draft, node: str) -> dict[str, Any]:
    """Return what is stated of a node."""
    stated: dict[str, Any] = json.loads(draft.nodes[node][1])  # type: ignore[index]
    return stated


def named(draft: Draft, node: str, relation: str) -> list[str]:
    """Return the names of what a node leads to by a relation, in the order in which it was stated."""
    ends = [to_id for from_id, name, to_id in draft.links if (from_id, name) == (node, relation)]
    return [values(draft, end)["name"] if end in draft.nodes else end for end in ends]


def test_a_plan_is_a_programme_that_its_college_runs(tmp_path: Path) -> None:
    """Each chapter becomes what it is; rows of sums, notes and headings are counted, one without a name is told."""
    draft = curriculum_plans.read(plan(tmp_path / "a.docx"))
    head = values(draft, NODE)
    assert [head[name] for name in ("name", "code", "level", "years", "standing", "description")] == [
        *("灯塔技术", "519001", "higher", 3.0, "programme", "本专业培养能够从事灯塔巡检的人才。")
    ]
    assert (draft.source.name, draft.source.version) == ("示范职业技术学院人才培养方案", "2024")
    assert (draft.source.institution_id, named(draft, COLLEGE, "RUNS")) == (COLLEGE, ["灯塔技术"])
    assert named(draft, NODE, "TARGETS") == ["csco:6-99-01-01", "雾号员", "灯塔巡检", "灯器装配"]
    assert named(draft, NODE, "ALIGNS_WITH") == ["灯器运维", "航标工"]
    kinds = {values(draft, key[2])["name"]: values(draft, key[2])["kind"] for key in draft.links if key[1] == "AIMS_AT"}
    assert kinds == {
        "具有质量意识": "attitude",
        "掌握灯器构造": "knowledge",
        "了解航标法规": "knowledge",
        "具有灯器装配的能力": "ability",
    }
    taught = {values(draft, key[2])["name"]: key[2] for key in draft.links if key[1] == "OFFERS"}
    assert list(taught) == ["思想道德与法治", "体育", "灯器原理", "灯塔自动化"]
    figures = ("term", "credits", "theory_hours", "practice_hours")
    assert [values(draft, taught["灯塔自动化"])[name] for name in figures] == [4, 4.0, 32.0, 32.0]
    assert values(draft, taught["灯器原理"])["description"] == "装配并调试灯器。"
    assert named(draft, taught["灯器原理"], "COVERS") == ["灯器构造", "灯器调试"]
    assert taught["体育"] == f"{NODE}.c.GG02"
    noted = draft.links[NODE, "OFFERS", taught["体育"]]  # type: ignore[index]
    assert (noted[2], noted[4]) == (1, "公共基础课程 · 1、2")
    assert named(draft, NODE, "SCHEDULES") == ["灯器装配实训", "岗位实习"]
    task = values(draft, f"{NODE}.t.SJ02")
    assert [task[name] for name in ("kind", "term", "hours", "extra")] == [
        *("position_practice", 3, 480.0, '{"credits":20.0,"weeks":24.0}')
    ]
    assert not {"DEVELOPS", "PRACTISES", "REQUIRES"} & {key[1] for key in draft.links}
    assert draft.read == draft.accepted + len(draft.rejected) + draft.skipped.total()
    assert [(problem.sheet, problem.row) for problem in draft.problems] == [("table:3", 9)]
    assert {message.code: n for message, n in draft.skipped.items()} == {
        "curriculum.sums": 2,
        "moe.note_row": 1,
        "moe.prose": 1,
    }


def test_a_plan_in_markdown_says_what_it_says_in_word(tmp_path: Path) -> None:
    """Tables of HTML, as converters write them, keep what spans rows and columns."""
    parts = (FRONT, as_html(ORIENTATION), OUTCOMES, as_html(CORE), "七、教学进程总体安排", as_html(SCHEDULE), END)
    (tmp_path / "a.md").write_text("\n\n".join(parts), encoding="utf-8")
    word, markdown = curriculum_plans.read(plan(tmp_path / "a.docx")), curriculum_plans.read(tmp_path / "a.md")
    assert (markdown.nodes, markdown.links) == (word.nodes, word.links)
    assert (markdown.read, markdown.accepted) == (word.read, word.accepted)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            [["序号", "课程类别", "课程名称", "课程编码", "学分", "学时", "理论学时", "实践学时", "开课学期"]],
            ["1", "专业课", "灯器原理", "Z1", "4", "64", "32", "32", "第3学期"],
        ),
        (
            [["开设学期", "实践", "讲授", "总课时", "课程学分", "课程 代码", "课程（环节）名称", "模块"]],
            ["三", "３２", "３２学时", "６４", "4学分", "Z1", "3.灯器原理★", "专业课"],
        ),
        (
            [
                ["类别", "课程名称", "课程代码", "学分", "学时", "", "", "各学期周学时", "", "", "", ""],
                ["", "", "", "", "合计", "理论", "实践", "1", "2", "3", "4", "5"],
                ["", "", "", "", "", "", "", "16周", "18周", "18周", "18周", "18周"],
            ],
            ["专业课", "灯器原理", "Z1", "4", "64", "32", "32", "", "", "4", "/", "0"],
        ),
        (
            [
                ["平台", "课程", "课程代码", "学分", "总学时", "其中", "", "第一学年", "", "第二学年", ""],
                ["", "", "", "", "", "讲课", "实验", "上", "下", "上", "下"],
            ],
            ["专业课", "灯器原理", "Z1", "4", "64", "32", "32", "", "", "√", ""],
        ),
    ],
)
def test_headings_are_known_in_other_words_orders_and_rows(tmp_path: Path, header: Rows, row: list[str]) -> None:
    """Columns are found by what they are called, in one row or several; terms are columns, or one column."""
    lines = ["| " + " | ".join(cells) + " |" for cells in (*header, row)]
    lines.insert(1, "|---" * len(row) + "|")
    text = "# 灯塔技术专业人才培养方案\n\n专业代码：519001\n\n## 七、教学进程安排表\n\n" + "\n".join(lines)
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    draft = curriculum_plans.read(tmp_path / "a.md", None, "school:poly")
    course = values(draft, "school:poly.519001.c.Z1")
    figures = ("name", "term", "credits", "theory_hours", "practice_hours")
    assert [course[name] for name in figures] == ["灯器原理", 3, 4.0, 32.0, 32.0]
    assert draft.links[("school:poly.519001", "OFFERS", "school:poly.519001.c.Z1")][4] == "专业课"  # type: ignore[index]
    assert ("school:poly", "RUNS", "school:poly.519001") in draft.links
    assert (draft.read, draft.accepted) == (2, 2)


def test_ids_stay_when_an_edition_moves_rows(tmp_path: Path) -> None:
    """Twice is once; a new edition in another order adds what is new; what is no plan, or damaged, is told."""
    folder = tmp_path / "plans"
    folder.mkdir()
    first = plan(folder / "2024.docx")
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    ingest(lambda: curriculum_plans.read(folder), store)
    again = ingest(lambda: curriculum_plans.read(folder), store)
    assert again.revision == again.base_revision
    first.unlink()
    new = ["^", "ZY03", "航标法规", "2", "32", "32", "", "2", "", "", "", ""]
    core = [["专业核心课", *SCHEDULE[7][1:]], new, ["^", *SCHEDULE[6][1:]]]
    plan(folder / "2025.docx", [*SCHEDULE[:3], *core, *SCHEDULE[3:5], *SCHEDULE[9:]])
    (folder / "notes.md").write_text("# 说明\n\n无。\n", encoding="utf-8")
    (folder / "cut.docx").write_bytes((folder / "2025.docx").read_bytes()[:3000])
    changed = ingest(lambda: curriculum_plans.read(folder), store)
    store.close()
    assert (changed.refused, [problem.file for problem in changed.problems]) == (False, ["cut.docx"])
    assert (changed.added.nodes, changed.removed.nodes) == (1, 0)
    assert any("notes.md" in note for note in changed.notes)
    with pytest.raises(InputError):
        curriculum_plans.read(folder / "notes.md")


def test_rows_are_taken_as_they_are_meant(tmp_path: Path) -> None:
    """Of two rows of one course hours add up by term; codes keep namesakes apart; what no schema takes is left out."""
    rows = (
        *("大学英语 | | 4 | 64 | 1", "大学英语 | | 4 | 64 | 2", "体育 | T1 | 2 | 4 | 1", "体育 | T2 | 2 | 4 | 2"),
        *("航标 | A 1/2 | 99999 | 1e309 | 13", "其中：实践 | | | | ", "…… | | | | ", "毕业设计（论文） | | 4 | | 6"),
        *("入学教育与军训 | | 2 | 2周 | 1", "学分小计 | | 99 | | "),
    )
    table = "| 课程名称 | 课程代码 | 学分 | 理论 | 学期 |\n|---|---|---|---|---|\n" + "".join(
        f"| {row} |\n" for row in rows
    )
    (tmp_path / "a.md").write_text(f"专业代码：519001\n\n专业名称：灯塔技术\n\n{table}", encoding="utf-8")
    draft = curriculum_plans.read(tmp_path / "a.md", None, "school:poly")
    stated = [json.loads(values) for kind, values in draft.nodes.values() if kind in {"Course", "TrainingTask"}]
    figures = ("name", "credits", "theory_hours", "term")
    assert [tuple(one.get(name) for name in figures) for one in stated] == [
        *(("大学英语", 8, 128, 1), ("体育", 2, 4, 1), ("体育", 2, 4, 2), ("航标", None, None, None)),
        *(("毕业设计（论文）", None, None, 6), ("入学教育与军训", 2, None, 1)),
    ]
    assert draft.skipped.total() == 3
    assert [note.code for note in draft.notes].count("moe.doubt") == 2


def test_a_table_for_each_course_is_read_by_its_labels(tmp_path: Path) -> None:
    """Labels at the left are no courses, and what stands behind them is of the course that the first one names."""
    card: Rows = [
        ["课程名称", "灯器原理", "学时", "64"],
        ["开设学期", "3", "学分", "4"],
        ["课程目标", "掌握灯器构造；能装配灯器。", "<", "<"],
        ["主要内容", "1.灯器构造\n2.灯器调试", "<", "<"],
        ["教学方法", "讲练结合。", "<", "<"],
    ]
    text = "专业代码：519001\n专业名称：灯塔技术\n六、课程设置及要求\n（二）专业核心课程"
    draft = curriculum_plans.read(write_word(tmp_path / "a.docx", text, card), None, "school:poly")
    (course,) = (key[2] for key in draft.links if key[1] == "OFFERS")
    assert [values(draft, course).get(name) for name in ("name", "credits", "term")] == ["灯器原理", 4, 3]
    assert named(draft, course, "COVERS") == ["灯器构造", "灯器调试"]
    assert named(draft, course, "AIMS_AT") == ["掌握灯器构造", "能装配灯器"]
    assert (draft.read, draft.skipped.total(), draft.problems) == (6, 1, [])
    assert any("theory and practice" in str(note) for note in draft.notes)
