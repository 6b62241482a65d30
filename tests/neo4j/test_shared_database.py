"""A database that people work in too: what they write on ours stays, and `:Entity` nodes of theirs are refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import neo4j
import pytest

from graph.errors import StoreUnavailableError
from graph.live import live_graph
from graph.model import NodeId
from graph.stores import Store, open_store
from graph.stores.neo4j import apply as neo4j_applying
from ingest.formats.graph_exports.cypher import statements as script
from tests.support.factory import node, says, statements
from tests.support.stores import empty_neo4j

pytestmark = pytest.mark.neo4j

Look = Callable[..., list[list[Any]]]
"""Run a text of Cypher, beside the store, and return its records."""
BEFORE = says("k1 DEVELOPS c1 0.5 level=4", "r1 REQUIRES c1", nodes={"c1": {"code": "A", "description": "old"}})
AFTER = says("k1 DEVELOPS c1 0.7", "r1 REQUIRES c1", nodes={"c1": {"code": "B"}})
NODE = "MATCH (n:Entity {id: 'c1'}) RETURN labels(n), properties(n)"
LINK = "MATCH (:Entity {id: 'k1'})-[r:DEVELOPS]->(:Entity {id: 'c1'}) RETURN properties(r)"
ANNOTATE = """
MATCH (c:Entity {id: 'c1'}), (:Entity {id: 'k1'})-[r:DEVELOPS]->(c)
SET c.reviewed_by = 'me', c.hours = 3, c:Reviewed, r.checked = true
"""
PAST_THE_ATOMIC = pytest.mark.parametrize("atomic", [50_000, 0], ids=["at once", "in stages"])


@pytest.fixture
def store(neo4j_url: str) -> Iterator[Store]:
    """Give an empty store."""
    empty_neo4j(neo4j_url)
    found = open_store(neo4j_url)
    yield found
    found.close()
    empty_neo4j(neo4j_url)


@pytest.fixture
def look(neo4j_url: str) -> Iterator[Look]:
    """Give a way to ask the database itself."""
    with neo4j.GraphDatabase.driver(neo4j_url, notifications_min_severity="OFF") as driver:
        yield lambda text, **values: [record.values() for record in driver.execute_query(text, values).records]


# What is written on ours


@PAST_THE_ATOMIC
@pytest.mark.parametrize("others", [False, True], ids=["alone", "among sources"])
def test_what_people_add_stays_when_sources_change(
    store: Store, look: Look, monkeypatch: pytest.MonkeyPatch, atomic: int, others: bool
) -> None:
    """Labels and properties beside ours, one named like a property of another kind too; ours are as they are stated."""
    monkeypatch.setattr(neo4j_applying, "ATOMIC_CHANGES", atomic)
    if others:
        store.apply(says("k1 DEVELOPS c1 0.9", by="other", rank=200))
    store.apply(BEFORE)
    look(ANNOTATE)
    store.apply(AFTER)
    ((labels, held),) = look(NODE)
    assert set(labels) == {"Entity", "Competency", "Reviewed"}
    assert (held["reviewed_by"], held["hours"], held["code"]) == ("me", 3, "B")
    assert "description" not in held
    ((link,),) = look(LINK)
    assert (link["checked"], link["weight"]) == (True, 0.7)
    assert "level" not in link


def test_what_people_add_stays_when_a_rank_changes(store: Store, look: Look) -> None:
    """Then all that sources share is merged again."""
    store.apply(BEFORE)
    store.apply(says("k1 DEVELOPS c1 0.9", by="other", rank=200))
    look(ANNOTATE)
    store.apply(says("k1 DEVELOPS c1 0.9", by="other", rank=1))
    ((_, held),) = look(NODE)
    assert (held["reviewed_by"], held["hours"]) == ("me", 3)
    ((link,),) = look(LINK)
    assert (link["checked"], link["weight"]) == (True, 0.9)


@PAST_THE_ATOMIC
@pytest.mark.parametrize("written", ["c.mine = 1", "c:Mine"], ids=["property", "label"])
def test_a_node_that_people_wrote_on_outlives_its_sources(
    store: Store, look: Look, monkeypatch: pytest.MonkeyPatch, atomic: int, written: str
) -> None:
    """It keeps what is theirs, and nothing of ours but the id; it shows nowhere, and can come back."""
    monkeypatch.setattr(neo4j_applying, "ATOMIC_CHANGES", atomic)
    store.apply(BEFORE)
    look(f"MATCH (c:Entity {{id: 'c1'}}) SET {written}")
    store.apply(says())
    assert look("MATCH (n:Entity) RETURN n.id") == [["c1"]]
    ((labels, held),) = look(NODE)
    assert {"Entity", "Unasserted"} <= set(labels)
    assert "Competency" not in labels
    assert held == ({"id": "c1", "mine": 1} if "=" in written else {"id": "c1"})
    assert not statements(store).nodes
    store.apply(AFTER)
    ((labels, held),) = look(NODE)
    assert {"Entity", "Competency"} <= set(labels)
    assert "Unasserted" not in labels
    assert held["code"] == "B"
    assert "Mine" in labels or held["mine"] == 1


def test_what_people_add_stays_when_a_node_becomes_another_kind(store: Store, look: Look) -> None:
    """Of the kind that it was, nothing stays."""
    store.apply(says("c1", nodes={"c1": {"code": "A"}}))
    look("MATCH (c:Entity {id: 'c1'}) SET c.mine = 1")
    store.apply(replace(BEFORE, nodes={NodeId("c1"): node("c1", kind="KnowledgeUnit")}, links={}))
    ((labels, held),) = look(NODE)
    assert set(labels) == {"Entity", "KnowledgeUnit"}
    assert held["mine"] == 1
    assert "code" not in held


def test_a_relationship_that_goes_with_what_people_wrote_on_it_is_told(
    store: Store, look: Look, caplog: pytest.LogCaptureFixture
) -> None:
    """It goes, since it would stand for a statement that nobody makes; the log says which, and what was on it."""
    store.apply(BEFORE)
    look(ANNOTATE)
    store.apply(says("k1", "c1", "r1 REQUIRES c1"))
    assert look(LINK) == []
    assert len(caplog.messages) == 1
    assert "k1 DEVELOPS c1" in caplog.messages[0]
    assert "checked" in caplog.messages[0]


# What is theirs


@pytest.mark.parametrize(
    "theirs",
    ["(:Entity {id: 'c1', name: 'mine'})", "(:Entity:Competency {id: 'other'})", "(:Entity {title: 'no id'})"],
)
@pytest.mark.parametrize("is_made", [False, True], ids=["no store yet", "a store"])
def test_foreign_entities_are_refused_by_name(store: Store, look: Look, theirs: str, is_made: bool) -> None:
    """Nothing is written, not even an index; the way out is named, and taken."""
    if is_made:
        store.apply(says("k9 DEVELOPS c9"))
    look(f"CREATE {theirs}")
    before = look("MATCH (n) RETURN labels(n), properties(n) ORDER BY elementId(n)")
    with pytest.raises(StoreUnavailableError) as refused:
        store.apply(BEFORE)
    assert "Entity" in str(refused.value)
    assert any(word in str(refused.value) for word in ("c1", "other", "no id"))
    after = look("MATCH (n) RETURN labels(n), properties(n) ORDER BY elementId(n)")
    assert after == before
    look("MATCH (n:Entity) WHERE n._sources IS NULL REMOVE n:Entity")
    store.apply(BEFORE)
    assert statements(store).nodes


def test_many_foreign_entities_are_counted_and_a_few_named(store: Store, look: Look) -> None:
    """A database full of them does not fill the screen."""
    look("UNWIND range(1, 1000) AS n CREATE (:Entity {id: 'theirs-' + toString(n)})")
    with pytest.raises(StoreUnavailableError) as refused:
        store.apply(BEFORE)
    assert "1,000" in str(refused.value)
    assert len(str(refused.value)) < 600


def test_a_store_that_is_ours_alone_is_not_refused(store: Store, look: Look) -> None:
    """Ends that nobody asserts, and nodes that lost their sources, are ours."""
    store.apply(says("k1 DEVELOPS c1", ends=False))
    assert look("MATCH (n:Entity:Unasserted) RETURN count(n)") == [[2]]
    store.apply(BEFORE)
    assert statements(store).nodes


# Numbers


NUMBERS = """
MATCH (:Entity)-[r]->(:Entity) UNWIND [r.weight] + coalesce(r._weights, []) AS number
WITH number WHERE number IS NOT NULL RETURN DISTINCT valueType(number)
"""
FLOATS = says(
    "k1 DEVELOPS c1 1", "k2 DEVELOPS c1 0.5", "k3 DEVELOPS c1", nodes={"k1": {"hours": 10}, "k2": {"hours": 2.5}}
)
MIXED = replace(
    FLOATS, links={key: (1 if values[0] == 1 else values[0], *values[1:]) for key, values in FLOATS.links.items()}
)
"""As files state it: what is whole comes as a whole number."""


def test_weights_are_floats(store: Store, look: Look) -> None:
    """Whole ones too, so that half of 1 is 0.5; statements that are read again and the log hold floats."""
    store.apply(MIXED)
    assert look(NUMBERS) == [["FLOAT NOT NULL"]]
    with store.reading() as reading:
        weights = [row[4] for row in reading.links()]
    logged = [change.after[0] for change in store.changes(0, 1) if isinstance(change.subject, tuple) and change.after]  # type: ignore[index]
    for found in (weights, logged):
        assert {type(weight) for weight in found if weight is not None} == {float}


def test_numbers_of_nodes_keep_one_type(store: Store, look: Look) -> None:
    """What the schema calls a number is a float, what it calls a whole number an integer."""
    store.apply(MIXED)
    store.apply(says("g1", by="other", nodes={"g1": {"size": 30, "discipline_id": "d1"}}))
    assert look("MATCH (k:KnowledgeUnit) WHERE k.hours IS NOT NULL RETURN DISTINCT valueType(k.hours)") == [
        ["FLOAT NOT NULL"]
    ]
    assert look("MATCH (g:Cohort) RETURN valueType(g.size)") == [["INTEGER NOT NULL"]]


def test_scripts_of_both_stores_are_the_same(store: Store, tmp_path: Path) -> None:
    """Equal to the last sign, without a whole weight or hour that is written as an integer."""
    twin = open_store(f"sqlite:///{tmp_path / 'twin.db'}")
    scripts = []
    for one in (store, twin):
        one.apply(MIXED)
        with one.reading() as reading:
            scripts.append("\n".join(script(live_graph(reading))))
    twin.close()
    assert scripts[0] == scripts[1]
    assert "weight: 1.0" in scripts[0]
    assert "hours: 10.0" in scripts[0]


OF_AN_EARLIER_VERSION = """
MATCH (m:RolepathMeta) SET m.format = 1
WITH m MATCH (k:Entity {id: 'k1'})-[r:DEVELOPS]->(:Entity {id: 'c1'}) SET r.weight = 1, r._weights = [1], k.hours = 10
"""


def test_a_store_of_an_earlier_version_is_read_and_mended(store: Store, look: Look, neo4j_url: str) -> None:
    """It opens as it is; the next job that is written mends all of it, and only once."""
    store.apply(MIXED)
    look(OF_AN_EARLIER_VERSION)
    later = open_store(neo4j_url)
    with later.reading() as reading:
        assert {type(row[4]) for row in reading.links() if row[4] is not None} == {float}
    later.apply(says("k7 DEVELOPS c7", by="later"))
    later.close()
    assert look(NUMBERS) == [["FLOAT NOT NULL"]]
    assert look("MATCH (k:Entity {id: 'k1'}) RETURN valueType(k.hours)") == [["FLOAT NOT NULL"]]
    assert look("MATCH (m:RolepathMeta) RETURN m.format > 1") == [[True]]
