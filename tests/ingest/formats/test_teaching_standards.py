"""Teaching standards of China's vocational programmes: outcomes, courses with what they aim at, training and roles."""

import json
from pathlib import Path

import pytest
from docx import Document

from graph.errors import InputError
from graph.stores import open_store
from ingest.draft import Draft
from ingest.formats.moe import programmes, teaching_standards
from ingest.job import ingest
from tests.support.samples.moe import PROGRAMMES, write

ONE = "moe:519001"
CHAPTERS = """灯塔技术专业教学标准（高等职业教育专科）
1 概述
为适应行业发展，制订本标准。
2 专业名称（专业代码）
灯塔技术（519001）
3 入学基本要求
中等职业学校毕业。
4 基本修业年限
三年
5 职业面向
|所属专业大类（代码）|示范大类（51）|
|主要职业类别（代码）|灯塔管理员 S（6-99-01-01）、灯器修理工（6-99-01-02）|
|主要岗位（群）或技术领域|灯塔巡检、灯器装配等岗位（群）|
|职业类证书|灯器运维、航标工|
6 培养目标
本专业培养能够从事灯塔巡检
等工作的人才。
7 培养规格
本专业学生应达到以下要求：
（1）具有灯器装配与调试的能力；
（2）具有终身学习的
能力。
8 课程设置及学时安排
8.1 课程设置
8.1.2 专业课程
（1）专业基础课程
主要包括：航标基础、电工基础（含实验）等领域的内容。
（2）专业核心课程
主要包括：灯器原理、灯塔自动化等领域的内容。
|序号|课程涉及的主要领域|典型工作任务描述|主要教学内容与要求|
|1|灯器原理|装配并调试灯器。|① 掌握灯器构造。② 能够装配灯器。|
|2|灯塔自动化|远程监控灯塔。|① 了解监控系统。|
|序号|课程涉及的主要领域|典型工作任务描述|主要教学内容与要求|
| | |续上。|② 能够调试监控系统。|
（3）专业拓展课程
主要包括：航标法规等领域的内容。
8.1.3 实践性教学环节
（1）实训
在校内外进行灯器装配、灯塔巡检等实训。
（2）实习
在灯塔等单位进行岗位实习。
9 师资队伍
学生数与教师数之比不高于 18:1。
"""


def named(draft: Draft, node: str, relation: str) -> list[str]:
    """Return the names of what a node leads to by a relation, in the order in which it was stated."""
    ends = [to_id for from_id, name, to_id in draft.links if (from_id, name) == (node, relation)]
    return [json.loads(draft.nodes[end][1])["name"] if end in draft.nodes else end for end in ends]


def as_word(path: Path) -> Path:
    """Write the standard as a Word document with tables."""
    document = Document()
    rows: list[list[str]] = []
    for line in [*CHAPTERS.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line[1:-1].split("|")])
            continue
        if rows:
            table = document.add_table(len(rows), max(map(len, rows)))
            for at, row in enumerate(rows):
                for column, text in enumerate(row):
                    table.cell(at, column).text = text
            rows = []
        document.add_paragraph(line)
    document.save(str(path))
    return path


@pytest.mark.parametrize("form", ["md", "docx"])
def test_chapters_become_outcomes_courses_training_and_roles(tmp_path: Path, form: str) -> None:
    """Core courses aim at what the table requires of them; occupations are meant by their codes."""
    path = as_word(tmp_path / "a.docx") if form == "docx" else write(tmp_path / "x", {"a.md": CHAPTERS}) / "a.md"
    draft = teaching_standards.read(path)
    head = json.loads(draft.nodes[ONE][1])  # type: ignore[index]
    assert [head[name] for name in ("name", "code", "level", "years", "standing", "description")] == [
        *("灯塔技术", "519001", "higher", 3.0, "standard", "本专业培养能够从事灯塔巡检等工作的人才。")
    ]
    assert {relation: named(draft, ONE, relation) for relation in ("AIMS_AT", "OFFERS", "SCHEDULES", "TARGETS")} == {
        "AIMS_AT": ["具有灯器装配与调试的能力", "具有终身学习的能力"],
        "OFFERS": ["航标基础", "电工基础（含实验）", "灯器原理", "灯塔自动化", "航标法规"],
        "SCHEDULES": ["灯器装配", "灯塔巡检", "岗位实习"],
        "TARGETS": ["csco:6-99-01-01", "csco:6-99-01-02", "灯塔巡检", "灯器装配"],
    }
    assert named(draft, ONE, "ALIGNS_WITH") == ["灯器运维", "航标工"]
    courses = {json.loads(draft.nodes[key[2]][1])["name"]: key[2] for key in draft.links if key[1] == "OFFERS"}
    assert named(draft, courses["灯器原理"], "AIMS_AT") == ["掌握灯器构造", "能够装配灯器"]
    assert named(draft, courses["灯塔自动化"], "AIMS_AT") == ["了解监控系统", "能够调试监控系统"]
    assert json.loads(draft.nodes[courses["灯器原理"]][1])["description"] == "装配并调试灯器。"
    kinds = {name: json.loads(values)["kind"] for name, (kind, values) in draft.nodes.items() if kind == "Competency"}
    assert sorted(kinds.values()) == ["ability", "ability", "knowledge", "knowledge", "skill", "skill"]
    assert draft.read == draft.accepted + len(draft.rejected) + draft.skipped.total()
    assert not draft.rejected


def test_ids_are_those_of_the_descriptions(tmp_path: Path) -> None:
    """What both word alike is one node; imported twice a standard is imported once; notes are no standard."""
    folder = write(tmp_path / "x", {"a.md": CHAPTERS, "notes.md": "# 说明\n\n无。\n"})
    described = programmes.read(write(tmp_path / "moe", {"5190示范类.md": PROGRAMMES}))
    taught = teaching_standards.read(folder)
    shared = {json.loads(taught.nodes[node][1])["name"] for node in taught.nodes.keys() & described.nodes.keys()}
    assert {"灯塔技术", "具有终身学习的能力", "航标基础", "灯器装配", "灯器运维"} <= shared
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    first = ingest(lambda: teaching_standards.read(folder), store)
    again = ingest(lambda: teaching_standards.read(folder), store)
    store.close()
    assert (first.refused, first.dormant, again.revision == again.base_revision) == (False, 2, True)
    with pytest.raises(InputError):
        teaching_standards.read(folder / "notes.md")
