"""Programme descriptions of China's vocational education: each field of the form, and what machines do to it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.changes import ChangeSet
from graph.errors import InputError
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from ingest.draft import Draft
from ingest.formats.moe import occupations, programmes
from ingest.formats.moe.enumeration import items
from ingest.formats.moe.identity import text_hash
from ingest.formats.moe.orientation import orientation
from ingest.formats.moe.practice import practice
from ingest.job import ingest, preview
from queries.gaps import find_gaps
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from queries.semantics.weakness import Weakness
from tests.support.samples.moe import BACHELOR, CATALOGUE, OCCUPATIONS, PROGRAMMES, write

FILES = {"5190示范类.md": PROGRAMMES, "3190示范类.md": BACHELOR}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    # What a reader says does not depend on the kind of store.
    opened = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    yield opened
    opened.close()


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    return programmes.read(write(tmp_path / "moe", FILES))


def named(draft: Draft, node: str, relation: str) -> list[str]:
    """Return the names of what a node leads to by a relation, in the order in which it was stated."""
    ends = [to_id for from_id, name, to_id in draft.links if (from_id, name) == (node, relation)]
    return [json.loads(draft.nodes[end][1])["name"] for end in ends]


def values(draft: Draft, node: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(draft.nodes[node][1])  # type: ignore[index]
    return found


def notes(draft: Draft) -> str:
    return "\n".join(str(note) for note in draft.notes)


def test_each_field_of_the_form_becomes_what_it_is(draft: Draft) -> None:
    """A programme with its roles, abilities, courses, training, certificates, and what it leads on to."""
    one = "moe:519001"
    head = values(draft, one)
    assert {name: head[name] for name in ("name", "name_zh", "code", "standing", "level", "years", "parent_id")} == {
        "name": "灯塔技术",
        "name_zh": "灯塔技术",
        "code": "519001",
        "standing": "standard",
        "level": "higher",
        "years": 3.0,
        "parent_id": "moe:5190",
    }
    found = {
        relation: named(draft, one, relation)
        for relation in ("TARGETS", "AIMS_AT", "OFFERS", "SCHEDULES", "ALIGNS_WITH", "LEADS_ON_TO")
    }
    assert found == {
        "TARGETS": ["灯塔管理员", "灯器修理工", "灯塔巡检", "灯器装配（含透镜、底座）"],
        "AIMS_AT": ["具有灯器装配与调试的能力", "具有灯塔远程监控系统使用与维护的能力", "具有终身学习的能力"],
        "OFFERS": ["航标基础", "电工基础", "C 语言程序设计", "灯器原理", "灯塔自动化", "LED2 光源"],
        "SCHEDULES": ["灯器装配", "灯塔巡检", "岗位实习"],
        "ALIGNS_WITH": ["航标工", "灯器运维", "远程监控"],
        "LEADS_ON_TO": ["灯塔工程", "光学（含应用）", "暂存学"],
    }
    assert (one, "LEADS_ON_TO", "moe:319001") in draft.links
    kinds = {values(draft, to)["kind"] for at, relation, to in draft.links if (at, relation) == (one, "SCHEDULES")}
    assert kinds == {"lab", "position_practice"}
    noted = {draft.links[key][4] for key in draft.links if key[:2] == (one, "OFFERS")}
    assert noted == {"专业基础课程", "专业核心课程"}


def test_a_programme_without_code_and_name_is_a_miss_with_all_that_stands_in_it(draft: Draft) -> None:
    """File and line are named, what it may be is said, its paragraphs depend on it; the job is not refused."""
    problem, *others = draft.problems
    assert not others
    assert (problem.file, problem.row) == ("5190示范类.md", 44)
    assert "519002" in str(problem.message)
    assert draft.read == draft.accepted + len(draft.rejected) + draft.skipped.total()
    assert (len(draft.rejected), draft.skipped.total()) == (3, 1)
    assert "moe:519002" not in draft.nodes


def test_the_catalogue_names_what_lost_its_heading(tmp_path: Path) -> None:
    """Given beside, or lying in the folder; that it was taken from there is said, with the line."""
    folder = write(tmp_path / "moe", FILES)
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text(CATALOGUE, encoding="utf-8")
    beside = programmes.read(folder, None, catalogue)
    catalogue.rename(folder / "catalogue.csv")
    among = programmes.read(folder)
    for draft in (beside, among):
        assert not draft.problems
        assert values(draft, "moe:519002")["name"] == "雾号技术"
        assert "5190示范类.md, row 44 (519002 雾号技术)" in notes(draft)
    assert "catalogue.csv" in notes(among)


def test_doubtful_readings_are_said_with_file_and_line(draft: Draft) -> None:
    """Numbers that are missing, fields that lack, several years of study."""
    said = notes(draft)
    assert "The number before is missing in a list of abilities (1): 5190示范类.md, row 65 (3)" in said
    assert "Several years of study" in said
    assert "5190示范类.md, row 52 (六年（小学毕业起点）、三年)" in said
    assert values(draft, "moe:519003")["years"] == 3.0
    assert "A programme lacks the objective (培养目标定位) (2)" in said


def test_ids_survive_a_new_edition(draft: Draft, tmp_path: Path) -> None:
    """Numbers, order, widths and marks may change; what is worded as before keeps its id."""
    changed = (
        PROGRAMMES.replace("1. 具有灯器装配与调试的能力；", "4．具有灯器装配与调试的能力。")
        .replace("519003K", "519003")
        .replace("航标基础、电工基础、", "电工基础、 航标基础、新课程、")
    )
    later = programmes.read(write(tmp_path / "later", FILES | {"5190示范类.md": changed}))
    gone, new = draft.nodes.keys() - later.nodes.keys(), later.nodes.keys() - draft.nodes.keys()
    assert not gone
    assert [values(later, node)["name"] for node in new] == ["新课程"]
    assert f"moe:519001.a{text_hash('具有灯器装配与调试的能力')}" in later.nodes


def test_order_of_files_does_not_matter_and_a_second_import_changes_nothing(store: Store, tmp_path: Path) -> None:
    """The same documents under other names state the same; imported twice they are imported once."""
    folder = write(tmp_path / "moe", FILES)
    first = ingest(lambda: programmes.read(folder), store)
    assert (first.refused, first.rejected) == (False, 3)
    assert first.revision == 1
    other = write(tmp_path / "other", {"9190.md": BACHELOR, "1190.md": PROGRAMMES})
    again = ingest(lambda: programmes.read(folder), store)
    renamed = preview(programmes.read(other), store).report
    assert again.revision == again.base_revision
    assert (renamed.added.links, renamed.removed.links, renamed.changed.links) == (0, 0, 0)


def test_a_single_document_adds_to_what_was_stated(store: Store, tmp_path: Path) -> None:
    """It takes nothing away; only the folder of all replaces."""
    folder = write(tmp_path / "moe", FILES)
    ingest(lambda: programmes.read(folder), store)
    report = preview(programmes.read(folder / "3190示范类.md"), store).report
    assert (report.removed.nodes, report.removed.links) == (0, 0)
    assert any("adds to what" in note for note in report.notes)


def test_occupations_of_the_graph_are_meant_by_their_name(store: Store, tmp_path: Path) -> None:
    """A name that the classification has is that occupation; one that it lacks, and a post, are roles of their own."""
    classification = write(tmp_path / "csco", {"6.md": OCCUPATIONS})
    ingest(lambda: occupations.read(classification), store)
    folder = write(tmp_path / "moe", FILES)
    ingest(lambda: programmes.read(folder), store)
    with store.reading() as reading:
        targets = {
            to
            for _, from_id, relation, to, *_ in reading.link_stream()
            if (from_id, relation) == ("moe:519001", "TARGETS")
        }
    assert {"csco:6-99-01-01", "csco:6-99-01-02"} < targets
    assert len(targets) == 4


def test_documents_without_a_programme_are_refused_or_left_alone(tmp_path: Path) -> None:
    """Alone they are no input; among others they are named as not needed."""
    folder = write(tmp_path / "moe", {**FILES, "notes.md": "# Notes\n\nNothing here.\n"})
    assert "not needed, and left alone: notes.md" in notes(programmes.read(folder))
    for alone in (folder / "notes.md", tmp_path / "none.md", write(tmp_path / "empty", {})):
        with pytest.raises(InputError):
            programmes.read(alone)


def test_enumerations_orientations_and_practice_are_cut_as_people_read_them() -> None:
    """Brackets keep their commas, industries are no posts, and what closes an enumeration is no item."""
    assert items("甲、乙（丙、丁）、戊等。") == ["甲", "乙（丙、丁）", "戊"]
    cases = {
        "面向航运行业的甲员、乙修理工和丙检查员等职业。": (["甲员", "乙修理工", "丙检查员"], []),
        "面向甲管理员职业，巡检、维修等岗位（群）。": (["甲管理员"], ["巡检", "维修"]),
        "面向职业卫生工程技术人员等职业，评价等技术领域。": (["职业卫生工程技术人员"], ["评价"]),
        "本专业面向航标行业，设计、装配等岗位（群）。": ([], ["设计", "装配"]),
        "面向甲员、乙员等岗位（群）。": ([], ["甲员", "乙员"]),
    }
    for text, wanted in cases.items():
        assert orientation(text)[:2] == wanted, text
    trained = practice("在校内进行甲、乙等基本实训，丙、丁等系统实训。鼓励合作。在企业进行岗位实习。")
    assert trained == (["甲", "乙", "丙", "丁"], "在企业进行岗位实习", ["鼓励合作"])


def test_what_comes_in_is_aimed_at_and_connects_by_what_people_accept(store: Store, tmp_path: Path) -> None:
    """Each ability counts as aimed at and not taught, units are not recorded; links that are accepted connect one."""
    ingest(lambda: programmes.read(write(tmp_path / "moe", FILES)), store)
    scope = Scope(discipline="moe:519001")
    before = find_gaps(compile_snapshot(store), scope, limit=100)
    assert before.scope.units_unrecorded
    assert {status: n for status, n in before.counts.items() if n} == {ChainStatus.ISOLATED: 6}
    aimed = [gap for gap in before.items if [flaw.flaw for flaw in gap.flaws] == [Weakness.AIMED_NOT_TAUGHT]]
    assert len(aimed) == 3, "the others are of the other programme"
    with store.reading() as reading:
        stated = [row[1:4] for row in reading.links()]
    course, task, role = (
        next(end for start, relation, end in stated if (start, relation) == (scope.discipline, wanted))
        for wanted in ("OFFERS", "SCHEDULES", "TARGETS")
    )
    ability = aimed[0].competency.id
    accepted = (
        ("COVERS", course, "u1"),
        ("DEVELOPS", "u1", ability),
        ("PRACTISES", task, ability),
        ("REQUIRES", role, ability),
    )
    links: dict[LinkKey, LinkValues] = {
        (NodeId(start), relation, NodeId(end)): (None,) * 5 for relation, start, end in accepted
    }
    unit: dict[NodeId, NodeValues] = {NodeId("u1"): ("KnowledgeUnit", '{"name":"Lenses"}')}
    store.apply(ChangeSet(Source(name="Reviewers", version="1"), unit, links, frozenset()))
    after = find_gaps(compile_snapshot(store), scope, limit=100)
    assert {status: n for status, n in after.counts.items() if n} == {ChainStatus.CONNECTED: 1, ChainStatus.ISOLATED: 5}
    assert not after.scope.units_unrecorded
