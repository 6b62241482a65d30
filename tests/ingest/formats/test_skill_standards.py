"""Skill standards of China: occupations by level with weights, certificates by grade, in Word and in Markdown."""

import json
from pathlib import Path

import pytest
from docx import Document

from graph.errors import InputError
from graph.stores import open_store
from ingest.draft import Draft
from ingest.formats.moe import programmes, skill_standards
from ingest.job import ingest
from tests.support.samples.moe import PROGRAMMES, STANDARD, write

KEEPER = "csco:6-99-01-01"


def named(draft: Draft, node: str, relation: str) -> list[str]:
    """Return the names of what a node leads to by a relation, in the order in which it was stated."""
    ends = [to_id for from_id, name, to_id in draft.links if (from_id, name) == (node, relation)]
    return [json.loads(draft.nodes[end][1])["name"] for end in ends]


def as_word(path: Path) -> Path:
    """Write the standard as a Word document, with cells that span rows left empty, as Word stores them."""
    document = Document()
    rows: list[list[str]] = []

    def end_table() -> None:
        if rows:
            table = document.add_table(len(rows), len(rows[0]))
            for at, row in enumerate(rows):
                for column, text in enumerate(row):
                    table.cell(at, column).text = text.replace(" 1.1.2", "\n1.1.2")
            rows.clear()

    for line in STANDARD.splitlines():
        if line.startswith("|"):
            if "---" not in line:
                rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif line.strip():
            end_table()
            document.add_paragraph(line.lstrip("# "))
    end_table()
    document.save(str(path))
    return path


@pytest.mark.parametrize("form", ["md", "docx"])
def test_each_level_of_an_occupation_is_a_role(tmp_path: Path, form: str) -> None:
    """Functions and contents are responsibilities with the weights of skills; requirements bear the level."""
    path = as_word(tmp_path / "a.docx") if form == "docx" else write(tmp_path / "moe", {"a.md": STANDARD}) / "a.md"
    draft = skill_standards.read(path)
    first, second = f"{KEEPER}.l1", f"{KEEPER}.l2"
    assert named(draft, first, "BROADER") == named(draft, second, "BROADER") == ["灯塔管理员"]
    assert json.loads(draft.nodes[first][1])["name"] == "灯塔管理员（五级/初级工）"  # type: ignore[index]
    assert named(draft, first, "HAS_RESPONSIBILITY") == ["灯器检查", "电源检查", "更换灯器"]
    weights = {key[2]: values[0] for key, values in draft.links.items() if key[:2] == (first, "HAS_RESPONSIBILITY")}
    assert list(weights.values()) == [0.6, 0.6, 0.4]
    inspect, *_ = [key[2] for key in draft.links if key[:2] == (first, "HAS_RESPONSIBILITY")]
    assert named(draft, inspect, "REQUIRES") == ["能检查灯器", "能记录灯质", "灯器构造知识"]
    higher, *_ = [key[2] for key in draft.links if key[:2] == (second, "HAS_RESPONSIBILITY")]
    assert named(draft, higher, "REQUIRES") == ["能检查灯器", "能诊断故障", "故障诊断知识"]
    levels = {draft.links[key][1] for key in draft.links if key[1] == "REQUIRES" and key[0] in {inspect, higher}}
    assert levels == {1, 2}
    kinds = {json.loads(values)["kind"] for kind, values in draft.nodes.values() if kind == "Competency"}
    assert kinds == {"skill", "knowledge"}
    assert draft.read == draft.accepted + len(draft.rejected) + draft.skipped.total()
    assert (len(draft.rejected), draft.skipped.total()) == (1, 2)


def test_a_certificate_is_the_one_that_programmes_name(tmp_path: Path) -> None:
    """Its grades are certificates of their own; what they certify, the certificate as a whole certifies too."""
    text = (
        "灯器运维职业技能等级标准\n\n表 1 灯器运维职业技能等级要求（初级）\n\n"
        "| 工作领域 | 工作任务 | 职业技能要求 |\n|---|---|---|\n"
        "| 1. 装配 | 1.1 灯器装配 | 1.1.1 能装配灯器 |\n\n表 2 灯器运维职业技能等级要求（中级）\n\n"
        "| 工作领域 | 工作任务 | 职业技能要求 |\n|---|---|---|\n| 1. 装配 | 1.1 灯器装配 | 1.1.1 能设计灯器 |\n"
    )
    draft = skill_standards.read(write(tmp_path / "x", {"灯器运维.md": text}))
    whole, low, middle = (node for node, (kind, _) in draft.nodes.items() if kind == "Certificate")
    assert named(draft, whole, "CERTIFIES") == ["能装配灯器", "能设计灯器"]
    assert (named(draft, low, "CERTIFIES"), named(draft, middle, "CERTIFIES")) == (["能装配灯器"], ["能设计灯器"])
    assert json.loads(draft.nodes[middle][1])["grade"] == "中级"
    described = programmes.read(write(tmp_path / "moe", {"5190示范类.md": PROGRAMMES}))
    assert ("moe:519001", "ALIGNS_WITH", whole) in described.links


def test_standards_are_imported_and_imported_again(tmp_path: Path) -> None:
    """Twice is once; documents without a table are refused, or left alone among others."""
    folder = write(tmp_path / "moe", {"a.md": STANDARD, "notes.md": "# 说明\n\n没有表格。\n"})
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    first = ingest(lambda: skill_standards.read(folder), store)
    again = ingest(lambda: skill_standards.read(folder), store)
    store.close()
    assert (first.refused, first.rejected, [problem.row for problem in first.problems]) == (False, 1, [24])
    assert again.revision == again.base_revision
    assert any("notes.md" in note for note in first.notes)
    with pytest.raises(InputError):
        skill_standards.read(folder / "notes.md")
