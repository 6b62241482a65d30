"""Statuses, links and coverage once more, in the Cypher of docs/cypher.md, on a real Neo4j server."""

import ast
import random
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple, get_args

import pytest
from hypothesis import event, given, note

from tests.support.examples import examples
from tests.support.paths import EXAMPLE

pytest.importorskip("neo4j", reason="the Neo4j driver is not installed")

import neo4j

from graph.changes import ChangeSet
from graph.model import NodeId, NodeValues
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.institution_views import with_views
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from queries.semantics.scope import FocusWish, Scope
from tests.support.college import INSTITUTION
from tests.support.cypher_oracle import PAGE, CypherOracle, Told, statuses_by_package, texts, told_by_package
from tests.support.factory import says
from tests.support.oracle import View, World
from tests.support.soak import record, rounds
from tests.support.stores import empty_neo4j
from tests.support.worlds import COMPETENCIES, DICE, Dice, made_up, spoken, worlds

pytestmark = pytest.mark.neo4j

FOCUSES: tuple[FocusWish, ...] = get_args(FocusWish)

STATUSES = {
    *("connected", "unpractised", "untaught", "unserved"),
    *("undemanded", "taught_only", "practised_only", "isolated"),
}


Statuses = dict[str, str]


class Both(NamedTuple):
    """A graph as Cypher and as the package tell of it, and how many rows each text gave.

    `in_focus` and `of_institution` are the statuses by Cypher and by the package, of what is in focus and of what takes
    part in an institution's chains.
    """

    by_cypher: Told
    by_package: Told
    answered: dict[str, int]
    in_focus: tuple[Statuses, Statuses] = ({}, {})
    of_institution: tuple[Statuses, Statuses] = ({}, {})


@pytest.fixture(scope="module")
def driver(neo4j_url: str) -> Iterator[neo4j.Driver]:
    with neo4j.GraphDatabase.driver(neo4j_url, notifications_min_severity="OFF") as opened:
        yield opened


@pytest.fixture(scope="module", params=["example", "cyber"])
def both(request: pytest.FixtureRequest, neo4j_url: str, driver: neo4j.Driver) -> Both:
    """Import a published graph, and have both tell of it at once: other tests empty the server."""
    if request.param == "example":
        folder, pictured = EXAMPLE, ["poly:k.plc-programming", "qihang:k.plc-logic", "qihang:k.cell-programming"]
    else:
        folder, pictured = request.getfixturevalue("shared_data") / "native" / "cyber", ["nice:K0042", "nice:A0001"]
    empty_neo4j(neo4j_url)
    store = open_store(neo4j_url)
    assert not ingest(lambda: native.read(folder), store).refused
    snapshot = with_views(compile_snapshot(store), store)
    oracle = CypherOracle(driver)
    told, found = oracle.tell(pictured), oracle.find(pictured[0])
    assert all(pictured[0] in ids for ids in found)
    in_focus = oracle.statuses("ours"), statuses_by_package(snapshot, "ours")
    of_institution = oracle.statuses(institution=INSTITUTION), Statuses()
    if snapshot.find(INSTITUTION) is not None:
        of_institution = of_institution[0], statuses_by_package(snapshot, "auto", INSTITUTION)
    store.close()
    return Both(told, told_by_package(snapshot, pictured), oracle.answered, in_focus, of_institution)


def told_by_both(url: str, driver: neo4j.Driver, *said: ChangeSet) -> Both:
    """Return what both tell of a small graph, pictures of every competency included."""
    empty_neo4j(url)
    store = open_store(url)
    for changes in said:
        store.apply(changes)
    snapshot = compile_snapshot(store)
    store.close()
    pictured = [c for c in COMPETENCIES if snapshot.find(c) is not None]
    oracle = CypherOracle(driver)
    return Both(oracle.tell(pictured), told_by_package(snapshot, pictured), oracle.answered)


# Published graphs


def test_classes_are_those_of_the_package(both: Both) -> None:
    """What SAME_AS merges, and nothing else."""
    assert both.by_cypher.classes == both.by_package.classes


def test_every_status_is_that_of_the_trace(both: Both) -> None:
    """One of eight, of each competency."""
    assert both.by_cypher.statuses == both.by_package.statuses


def test_counts_by_status_are_those_of_the_gaps(both: Both) -> None:
    """Over every competency, a class once."""
    assert both.by_cypher.counts == both.by_package.counts


def test_links_and_numbers_of_chains_are_those_of_the_trace(both: Both) -> None:
    """Of each connected competency, the best link, and how many chains there are of each."""
    assert both.by_cypher.links == both.by_package.links


def test_best_links_are_counted_as_the_gaps_count_them(both: Both) -> None:
    """By link, over what is connected."""
    assert both.by_cypher.best == both.by_package.best


def test_coverage_of_every_role_is_that_of_the_package(both: Both) -> None:
    """The shares taught, practised and both, by weight."""
    assert both.by_cypher.shares == pytest.approx(both.by_package.shares)


def test_pictures_show_what_traces_show(both: Both) -> None:
    """Units, tasks, responsibilities and roles, under whichever id of a class is asked for."""
    assert both.by_cypher.pictures == both.by_package.pictures


def test_statuses_in_focus_are_those_of_the_gaps(both: Both) -> None:
    """What somebody teaches or hires for, and nothing else."""
    assert both.in_focus[0] == both.in_focus[1]


@pytest.mark.parametrize("both", ["example"], indirect=True)
def test_statuses_of_an_institution_are_those_of_the_gaps(both: Both) -> None:
    """By its own sources and those of nobody, in the disciplines that it runs."""
    assert len(both.of_institution[0]) > 100
    assert both.of_institution[0] == both.of_institution[1]


def test_every_text_of_the_page_is_asked(both: Both) -> None:
    """None stands there unproven."""
    assert both.answered.keys() == texts().keys()


@pytest.mark.parametrize("both", ["example"], indirect=True)
def test_every_text_of_the_page_answers(both: Both) -> None:
    """On the example, each has something to say."""
    assert all(both.answered.values())


@pytest.mark.parametrize("both", ["example"], indirect=True)
def test_the_page_names_the_classes_of_the_example(both: Both) -> None:
    """What people are told to set as the parameter is what the first text finds."""
    named = re.search(r"`:param classes => (\[\[.*?\]\])`", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert named is not None
    assert ast.literal_eval(named[1]) == both.by_cypher.classes


@pytest.mark.parametrize("both", ["example"], indirect=True)
def test_the_example_has_all_there_is_to_compare(both: Both) -> None:
    """Eight statuses, three links, three merged pairs, and roles that are served by halves."""
    told = both.by_cypher
    assert set(told.counts) == STATUSES
    assert set(told.best) == {"direct", "role_direct", "indirect"}
    assert len(told.classes) == 3
    assert sum(0 < (share or 0) < 1 for share in told.shares.values()) > 10


# Small graphs


@examples(30)
@given(said=worlds())
def test_random_graphs_are_told_alike(neo4j_url: str, driver: neo4j.Driver, said: list[ChangeSet]) -> None:
    """Two sources speak of the same nodes and of dormant ends: all that is told of them is equal, pictures included."""
    note(spoken(said))
    found = told_by_both(neo4j_url, driver, *said)
    event(f"{len(found.by_package.classes)} classes")
    shares, expected = found.by_cypher.shares, found.by_package.shares
    assert shares == pytest.approx(expected)
    found.by_cypher.shares = expected
    assert found.by_cypher == found.by_package


@pytest.mark.soak
def test_both_oracles_agree_in_every_focus(neo4j_url: str, driver: neo4j.Driver) -> None:
    """Of graphs with institutions, outcomes and standards: statuses in focus, of everybody and of an institution."""
    oracle, wrong, asked, count = CypherOracle(driver), list[str](), Counter[str](), rounds(4, 300)
    for seed in range(count):
        said = agreeing(made_up(Dice(random.Random(seed).randbytes(4000))))
        empty_neo4j(neo4j_url)
        store = open_store(neo4j_url)
        for changes in said:
            store.apply(changes)
        snapshot, world = with_views(compile_snapshot(store), store), World(said)
        for institution in (None, *(one for one in ("u1", "u2") if one in world.kind)):
            for focus in FOCUSES:
                by_cypher = oracle.statuses(focus, institution)
                scope = Scope(focus=focus, institution=institution)
                by_package = statuses_by_package(snapshot, focus, institution)
                by_force = statuses_by_force(View(world, scope, focused=True))
                if institution is not None:  # the text names what has a part in it
                    by_package, by_force = (_taking_part(one, by_cypher) for one in (by_package, by_force))
                asked[f"{focus}, {'everywhere' if institution is None else 'in an institution'}"] += 1
                if not by_cypher == by_package == by_force:
                    wrong.append(f"{seed} {focus} {institution}: {by_cypher} {by_package} {by_force}")
        store.close()
    record("both oracles in each focus", graphs=count, different=len(wrong), **asked)
    assert not wrong, f"{len(wrong)} of {sum(asked.values())} differ\n" + "\n".join(wrong[:5])


def agreeing(said: list[ChangeSet]) -> list[ChangeSet]:
    """Return the same, but that all who state a discipline state the same of it: Cypher reads what is merged."""
    first: dict[NodeId, NodeValues] = {}
    for changes in said:
        for node_id, values in changes.nodes.items():
            first.setdefault(node_id, values)
    return [
        replace(one, nodes={i: first[i] if values[0] == "Discipline" else values for i, values in one.nodes.items()})
        for one in said
    ]


def statuses_by_force(view: View) -> Statuses:
    """Return the status of every competency that the view is about, by the smallest id of its class."""
    answers = [view.answer(c) for c in view.world.of_kind("Competency")]
    return {min(one.ids): one.status for one in answers if view.in_focus(one)}


def _taking_part(statuses: Statuses, listed: Collection[str]) -> Statuses:
    return {c: status for c, status in statuses.items() if status != "isolated" or c in listed}


def test_random_graphs_merge_often() -> None:
    """The comparison above is worth something: of a hundred graphs at least ten hold a class."""
    seeded = random.Random(1)
    assert sum(any(World(made_up(Dice(seeded.randbytes(DICE)))).members) for _ in range(100)) >= 10


@pytest.mark.parametrize(
    ("lines", "classes"),
    [
        (["a:c1 SAME_AS b:c1"], [["a:c1", "b:c1"]]),
        (["b:c1 SAME_AS a:c1 0.9"], [["a:c1", "b:c1"]]),
        (["a:c1 SAME_AS b:c1 0.89"], []),
        (["a:c1 SAME_AS b:c1", "b:c1 SAME_AS a:c1 0.5"], [["a:c1", "b:c1"]]),
        (["a:c1 SAME_AS b:c1", "b:c1 SAME_AS a:c1"], [["a:c1", "b:c1"]]),
        (["a:c1 SAME_AS a:c2"], []),
        (["c1 SAME_AS c2"], []),
        (["c1 SAME_AS a:c2"], [["a:c2", "c1"]]),
        (["a:c1 SAME_AS b:c1", "a:c1 SAME_AS b:c2"], []),
        (["a:c1 SAME_AS b:c1", "b:c2 SAME_AS a:c1"], []),
        (["a:c1 SAME_AS b:c1", "a:c2 SAME_AS b:c1", "a:c2 SAME_AS b:c3"], []),
        (["a:c1 SAME_AS b:c1", "a:c1 SAME_AS b:c2 0.5"], [["a:c1", "b:c1"]]),
        (["a:c1 SAME_AS b:c1", "b:c1 SAME_AS c:c1"], [["a:c1", "b:c1", "c:c1"]]),
        (["a:c1 SAME_AS b:c1", "b:c1 SAME_AS c:c1", "c:c1 SAME_AS a:c1"], [["a:c1", "b:c1", "c:c1"]]),
        (["a:c1 SAME_AS b:c1", "b:c1 SAME_AS c:c1", "c:c1 SAME_AS a:c2"], []),
        (["a:r1 SAME_AS b:r1", "a:c1 SAME_AS b:c1"], [["a:c1", "b:c1"], ["a:r1", "b:r1"]]),
    ],
)
def test_classes_follow_the_rules(
    neo4j_url: str, driver: neo4j.Driver, lines: list[str], classes: list[list[str]]
) -> None:
    """By weight, between two vocabularies, one-to-one, from pair to pair, and each vocabulary once."""
    found = told_by_both(neo4j_url, driver, says(*lines))
    assert found.by_cypher.classes == found.by_package.classes == classes
