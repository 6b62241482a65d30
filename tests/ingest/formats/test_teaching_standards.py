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
from tests.support.samples.college_forms import CHAPTERS
from tests.support.samples.moe import PROGRAMMES, write

ONE = "moe:519001"


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
