"""Statuses, links and coverage once more, in the Cypher of docs/cypher.md, on a real Neo4j server."""

import ast
import random
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import event, given, note

from tests.support.examples import examples
from tests.support.paths import EXAMPLE

pytest.importorskip("neo4j", reason="the Neo4j driver is not installed")

import neo4j

from graph.changes import ChangeSet
from graph.snapshot.compile import compile_snapshot
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from tests.support.cypher_oracle import PAGE, CypherOracle, Told, texts, told_by_package
from tests.support.factory import says
from tests.support.oracle import World
from tests.support.stores import empty_neo4j
from tests.support.worlds import COMPETENCIES, DICE, Dice, made_up, spoken, worlds

pytestmark = pytest.mark.neo4j

STATUSES = {
    *("connected", "unpractised", "untaught", "unserved"),
    *("undemanded", "taught_only", "practised_only", "isolated"),
}


class Both(NamedTuple):
    """A graph as Cypher and as the package tell of it, and how many rows each text gave."""

    by_cypher: Told
    by_package: Told
    answered: dict[str, int]


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
    snapshot = compile_snapshot(store)
    store.close()
    oracle = CypherOracle(driver)
    told, found = oracle.tell(pictured), oracle.find(pictured[0])
    assert all(pictured[0] in ids for ids in found)
    return Both(told, told_by_package(snapshot, pictured), oracle.answered)


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
