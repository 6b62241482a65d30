"""Competency analyses: posts, their work, and what it requires, by PGSD codes, by columns, and by post."""

import json
from pathlib import Path

import openpyxl
import pytest

from graph.errors import InputError
from graph.stores import open_store
from ingest.draft import Draft
from ingest.formats.moe import competency_analyses, curriculum_plans
from ingest.job import ingest
from tests.support.samples.college_forms import FIELDS, POSTS, TASK
from tests.support.word_tables import Rows, write_word

OVERVIEW: Rows = [
    ["典型工作任务和工作内容分析表"],
    ["典型工作任务", "工作内容"],
    ["1.灯器装配", "1.1灯器检查"],
    ["", "1.2 灯器调试"],
]


def said(draft: Draft) -> dict[str, dict[str, list[str]]]:
    """Return by relation and name what each node leads to, by name."""
    names = {node: json.loads(values)["name"] for node, (_, values) in draft.nodes.items()}
    found: dict[str, dict[str, list[str]]] = {"HAS_RESPONSIBILITY": {}, "REQUIRES": {}}
    for from_id, relation, to_id in draft.links:
        found[relation].setdefault(names[from_id], []).append(names[to_id])
    return found


def workbook(path: Path) -> Path:
    """Write an analysis with codes: an overview, and a sheet for a task with merged categories."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in (("典型工作任务和工作内容分析表", OVERVIEW), ("1.灯器装配", TASK)):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([cell or None for cell in row])
    for merged in ("A4:A5", "A1:C1"):
        book.worksheets[1].merge_cells(merged)
    book.save(path)
    return path


def test_codes_say_which_work_requires_what(tmp_path: Path) -> None:
    """Professional competencies belong to a content of work, the others to its task; what names neither is told."""
    draft = competency_analyses.read(workbook(tmp_path / "2.（职业能力分析）灯塔技术专业职业能力分析表.xlsx"))
    assert said(draft) == {
        "HAS_RESPONSIBILITY": {"灯塔技术岗位群": ["灯器检查", "灯器调试", "灯器装配"]},
        "REQUIRES": {
            "灯器检查": ["能检查灯器"],
            "灯器调试": ["能调试灯器"],
            "灯器装配": ["能检索资料", "具有团队意识", "能持续学习"],
        },
    }
    kinds = [json.loads(values) for kind, values in draft.nodes.values() if kind == "Competency"]
    assert [(one["code"], one["kind"]) for one in kinds][:4] == [
        *(("P-1.1.1", "skill"), ("P-1.2.1", "skill"), ("G-1.1", "ability"), ("S-1.1", "attitude"))
    ]
    assert draft.read == draft.accepted + len(draft.rejected) + draft.skipped.total()
    assert [(problem.sheet, problem.row) for problem in draft.problems] == [("1.灯器装配", 9), ("1.灯器装配", 10)]


def test_columns_say_which_work_requires_what(tmp_path: Path) -> None:
    """A row's one task requires what stands in it; of several it is not said which, and the post requires it."""
    headings = "灯塔技术专业群职业能力分析报告\n一、灯塔技术专业\n（一）灯塔管理员岗位"
    draft = competency_analyses.read(write_word(tmp_path / "a.docx", headings, FIELDS, "二、航标工程专业", POSTS))
    assert said(draft) == {
        "HAS_RESPONSIBILITY": {"灯塔管理员": ["灯器装配", "灯器检查"], "航标工": ["维护航标", "巡检航标"]},
        "REQUIRES": {
            "灯器装配": ["能装配灯器", "能调试灯器"],
            "灯器检查": ["能检查灯器"],
            "航标工": ["能维护航标", "能记录", "掌握航标构造"],
        },
    }
    assert [(problem.sheet, problem.row, problem.message.code) for problem in draft.problems] == [
        ("table:1", 4, "analysis.no_ability")
    ]


def test_analyses_meet_what_plans_target(tmp_path: Path) -> None:
    """A post of both is one role; a plan's own table of posts says the same; twice is once; other tables are none."""
    posts = "| 岗位 | 工作任务 | 职业能力 |\n|---|---|---|\n| 灯塔管理员 | 巡检灯塔 | 能巡检 |\n"
    (tmp_path / "a.md").write_text(posts, encoding="utf-8")
    text = f"专业代码：519001\n\n专业名称：灯塔技术\n\n四、职业面向\n\n面向灯塔管理员等岗位。\n\n{posts}"
    (tmp_path / "plan.md").write_text(text, encoding="utf-8")
    analysed = competency_analyses.read(tmp_path / "a.md")
    planned = curriculum_plans.read(tmp_path / "plan.md", None, "school:poly")
    role = next(to_id for _, relation, to_id in planned.links if relation == "TARGETS")
    assert role in analysed.nodes
    assert {key for key in planned.links if key[1] == "REQUIRES"} == {
        key for key in analysed.links if key[1] == "REQUIRES"
    }
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    ingest(lambda: competency_analyses.read(tmp_path / "a.md"), store)
    again = ingest(lambda: competency_analyses.read(tmp_path / "a.md"), store)
    store.close()
    assert (again.refused, again.revision == again.base_revision) == (False, True)
    (tmp_path / "notes.md").write_text("| 课程 | 学分 |\n|---|---|\n| 航标基础 | 4 |\n", encoding="utf-8")
    with pytest.raises(InputError):
        competency_analyses.read(tmp_path / "notes.md")
