"""China's programme descriptions, occupations and tables as published: the counts, and programmes read by hand."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from graph.snapshot.compile import compile_snapshot
from graph.stores import open_store
from ingest.draft import Draft
from ingest.formats.moe import occupations, programme_table, programmes
from ingest.job import ingest
from queries.gaps import find_gaps
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from tests.support.paths import DOCS, FIXTURES

pytestmark = pytest.mark.slow
HAND_READ = json.loads((FIXTURES / "moe" / "programmes.json").read_text(encoding="utf-8"))
"""Programmes of different classes, read by a person beside the text: counts and hashes, no wording."""
CATALOGUE = "职业教育专业目录.xlsx"


class Published(NamedTuple):
    """What the published files state, each read once."""

    alone: Draft
    programmes: Draft
    occupations: Draft
    tables: Draft


@pytest.fixture(scope="module")
def published(shared_data: Path) -> Published:
    folder = shared_data / "moe-vocational"
    return Published(
        programmes.read(folder / "programmes"),
        programmes.read(folder / "programmes", None, folder / CATALOGUE),
        occupations.read(folder / "occupations"),
        programme_table.read(folder),
    )


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def fields(draft: Draft, node: str) -> dict[str, Any]:
    """Return what the draft says of a programme, without its wording: counts, codes, first and last items as hashes."""
    stated = json.loads(draft.nodes[node][1])  # type: ignore[index]
    found: dict[str, list[str]] = {}
    for from_id, relation, to_id in draft.links:
        if from_id == node:
            sort = {"TARGETS": to_id.partition(":")[2][0], "OFFERS": str(draft.links[from_id, relation, to_id][4])[:4]}
            name = json.loads(draft.nodes[to_id][1])["name"]
            found.setdefault(f"{relation} {sort.get(relation, '')}".strip(), []).append(name)
    return {
        "row": draft.places[node].row,  # type: ignore[index]
        "head": {name: stated.get(name) for name in ("code", "years", "level", "parent_id")},
        "name": hashed(stated["name"]),
        "items": {sort: [len(names), hashed(names[0]), hashed(names[-1])] for sort, names in sorted(found.items())},
    }


def programmes_of(draft: Draft) -> list[str]:
    return [
        node for node, (kind, _) in draft.nodes.items() if kind == "Discipline" and re.fullmatch(r"moe:\d{6}", node)
    ]


def counts(draft: Draft) -> Counter[str]:
    """Return how much of each sort a draft states; of courses what programmes name, one in both fields twice."""
    found: Counter[str] = Counter(relation for _, relation, _ in draft.links)
    found.update(kind for kind, _ in draft.nodes.values())
    found.update(str(values[4]) for (_, relation, _), values in draft.links.items() if relation == "OFFERS")
    found["certified"] = len({from_id for from_id, relation, _ in draft.links if relation == "ALIGNS_WITH"})
    found["programmes"] = len(programmes_of(draft))
    return found


def test_every_programme_ability_course_and_task_is_read(published: Published) -> None:
    """At least what was counted beforehand by regular expressions, with and without the catalogue."""
    for draft, lost in ((published.alone, 61), (published.programmes, 7)):
        found = counts(draft)
        wanted = {"programmes": 940, "Competency": 7950, "TrainingTask": 4100, "SCHEDULES": 4100}
        assert {name: found[name] for name, least in wanted.items() if found[name] < least} == {}
        core = sum(n for name, n in found.items() if name.startswith("专业核心课"))
        foundation = sum(n for name, n in found.items() if name.startswith("专业基础课"))
        assert (foundation >= 6100, core >= 6850) == (True, True)
        assert len(draft.problems) == lost
        assert all(problem.file and problem.row for problem in draft.problems)
        assert draft.read == draft.accepted + len(draft.rejected) + draft.skipped.total()


def test_certificates_are_those_that_are_named(published: Published, shared_data: Path) -> None:
    """Counted in the text itself: 921 sections have the heading, 926 the field; 737 name any, 6 below a lost head."""
    headed = mentioned = named = behind_lost = 0
    for file in sorted((shared_data / "moe-vocational" / "programmes").glob("*.md")):
        for section in re.split(r"(?=专业代码\s*\d{6})", file.read_text(encoding="utf-8"))[1:]:
            headed += re.search(r"(?m)^[#\s]*职业类证书举例\s*$", section) is not None
            mentioned += "证书" in section
            label = re.search(r"(?:职业技能等级证书?|职业资格证书?)\s*[：:]\s*\S", section)
            named += label is not None
            before = section[: label.start()] if label else ""
            behind_lost += label is not None and before.count("培养目标定位") > 1
    assert (headed, mentioned, named, behind_lost) == (921, 926, 737, 6)
    assert counts(published.alone)["certified"] == named - behind_lost == 731
    assert published.alone.skipped.total() >= mentioned - 731
    assert counts(published.programmes)["certified"] == 774


def test_programmes_read_by_hand_are_read_alike(published: Published) -> None:
    """Head, roles, abilities, courses, training, certificates and what follows: as many, the first and the last."""
    assert len(HAND_READ) == 20
    assert [node for node, read in HAND_READ.items() if fields(published.alone, node) != read] == []


def test_the_catalogue_restores_what_fits_and_nothing_else(published: Published) -> None:
    """54 of 61 programmes; those with a heading stay as they are without it."""
    before, after = set(programmes_of(published.alone)), set(programmes_of(published.programmes))
    assert before < after
    assert len(after - before) == 54
    abilities = {key for key in published.alone.links if key[1] == "AIMS_AT"}
    assert abilities <= set(published.programmes.links)


def test_every_occupation_and_main_work_task_is_read(published: Published) -> None:
    """1,516 with a heading of their own, 9,500 tasks and more, each below its class."""
    draft = published.occupations
    found = [node for node in draft.nodes if re.fullmatch(r"csco:\d(-\d\d){3}", node)]
    assert len(found) == 1516 + 5
    assert counts(draft)["JobResponsibility"] >= 9500
    below = {from_id for from_id, relation, _ in draft.links if relation == "BROADER"}
    assert [node for node in found if node not in below] == []
    assert len(draft.rejected) == 2


def test_codes_of_the_table_meet_the_classification(published: Published) -> None:
    """1,062 of the 1,070 codes of classes 2, 4 and 6; the others wait, and are counted; no row is a problem."""
    draft = published.tables
    codes = {to_id for _, relation, to_id in draft.links if relation == "TARGETS"}
    here = [code for code in codes if code.startswith(("csco:2", "csco:4", "csco:6"))]
    assert len(here) == 1070
    assert sum(code in published.occupations.nodes for code in here) >= 1060
    assert draft.problems == []
    assert draft.skipped.total() == 4
    neither = set(programmes_of(published.programmes)) - draft.nodes.keys()
    assert {node[:6] for node in neither} == {"moe:57", "moe:58"}  # police and one of teachers: in no list


def test_the_pages_tell_what_the_files_give(published: Published) -> None:
    """The figures of the tables at the end of each page stand in what was read."""
    for page, drafts in {
        "moe-programmes.md": (published.alone, published.programmes),
        "moe-occupations.md": (published.occupations,),
        "moe-crosswalk.md": (published.tables,),
    }.items():
        text = (DOCS / "formats" / page).read_text(encoding="utf-8")
        for draft in drafts:
            line = f"{draft.read:,} read: {draft.accepted:,} accepted, {len(draft.rejected):,} rejected, "
            assert line + f"{draft.skipped.total():,} skipped" in text, page
    text = (DOCS / "formats" / "moe-programmes.md").read_text(encoding="utf-8")
    for draft in (published.alone, published.programmes):
        found = counts(draft)
        courses = [
            sum(n for name, n in found.items() if name.startswith(label)) for label in ("专业基础课", "专业核心课")
        ]
        figures = [*courses, *(found[sort] for sort in ("programmes", "Competency", "TrainingTask", "certified"))]
        assert [figure for figure in figures if f"{figure:,}" not in text] == []


def test_no_ability_counts_as_taught_after_the_import(shared_data: Path, tmp_path: Path) -> None:
    """Of the programmes of one file: by status all are isolated, each aimed at, and units are not recorded."""
    (file,) = (shared_data / "moe-vocational" / "programmes").glob("5101*.md")
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    ingest(lambda: programmes.read(file), store)
    snapshot = compile_snapshot(store)
    store.close()
    abilities = len(snapshot.of_kind("Competency"))
    aimed = len(snapshot.out("AIMS_AT").row(snapshot.require("moe:510102")))
    assert abilities > aimed > 5
    for scope, most in ((Scope(focus="all"), abilities), (Scope(discipline="moe:510102"), aimed)):
        found = find_gaps(snapshot, scope, limit=1000)
        assert {status: n for status, n in found.counts.items() if n} == {ChainStatus.ISOLATED: abilities}
        assert sum(bool(gap.flaws) for gap in found.items) == most
        assert found.scope.units_unrecorded
