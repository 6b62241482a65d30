"""What the texts of docs/cypher.md cost on a graph of ESCO's size: database hits by PROFILE."""

from collections.abc import Iterator, Mapping
from typing import Any

import neo4j
import pytest

from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from tests.support.college import INSTITUTION as COLLEGE
from tests.support.cypher_oracle import (
    BY_ID,
    BY_NAME,
    BY_WORDS,
    CLASSES,
    COUNTS,
    COVERAGE,
    DISCIPLINES,
    FOCUS,
    FOCUS_ROLES,
    INSTITUTION,
    LINKS,
    SOURCES,
    texts,
)
from tests.support.paths import EXAMPLE
from tests.support.stores import empty_neo4j

pytestmark = pytest.mark.neo4j

MOST = 20
COMPETENCIES, ROLES, REQUIRED = 13_939, 3_039, 41
"""As in ESCO 1.1.1, with its requirements spread evenly."""
BULK = (
    """
UNWIND range(1, $competencies) AS n
CREATE (:Entity:Competency {id: 'bulk:c' + n, name: 'skill ' + n, kind: 'skill', _sources: ['bulk']})
""",
    """
UNWIND range(1, $roles) AS n
CREATE (r:Entity:Role {id: 'bulk:r' + n, name: 'occupation ' + n, _sources: ['bulk']})
WITH r, n UNWIND range(1, $required) AS k
MATCH (c:Entity {id: 'bulk:c' + (1 + (n * 97 + k * k * 31) % $competencies)})
CREATE (r)-[:REQUIRES {weight: CASE k % 2 WHEN 0 THEN 1.0 ELSE 0.5 END, _sources: ['bulk']}]->(c)
""",
    """
UNWIND range(2, $competencies) AS n
MATCH (a:Entity {id: 'bulk:c' + n}) MATCH (b:Entity {id: 'bulk:c' + (1 + n / 10)})
CREATE (a)-[:BROADER {_sources: ['bulk']}]->(b)
""",
)
_FOCUSED = """
MATCH ()-[r:OFFERS|COVERS|SCHEDULES|DEVELOPS|PRACTISES|AIMS_AT|HAS_RESPONSIBILITY|REQUIRES]->()
WHERE NOT 'bulk' IN r._sources RETURN count(r)
"""
SUMMED_UP = {
    CLASSES: "MATCH ()-[r:SAME_AS]->() RETURN 3 * count(r)",
    COUNTS: "MATCH (c:Competency) RETURN count(c)",
    LINKS: "MATCH ()-[r:DEVELOPS|PRACTISES|APPLIES|PREPARES_FOR|HAS_RESPONSIBILITY]->() RETURN count(r)",
    COVERAGE: "MATCH ()-[r:REQUIRES]->() RETURN count(r)",
    FOCUS_ROLES: "MATCH (:Discipline|Course|Enterprise)-[r:OFFERS|SCHEDULES|TARGETS|EMPLOYS]->() RETURN count(r)",
    FOCUS: _FOCUSED,
    INSTITUTION: _FOCUSED,
}
"""Of texts whose rows sum up many: how many nodes and relationships these are."""
PARAMETERS = {"competency": "poly:k.plc-programming", "name": "Programme a PLC", "words": "robot"}


@pytest.fixture(scope="module")
def large(neo4j_url: str) -> Iterator[neo4j.Session]:
    """Give the bundled example beside a graph of ESCO's size, in a store that was made by an import."""
    empty_neo4j(neo4j_url)
    store = open_store(neo4j_url)
    assert not ingest(lambda: native.read(EXAMPLE), store).refused
    store.close()
    with neo4j.GraphDatabase.driver(neo4j_url, notifications_min_severity="OFF") as driver, driver.session() as session:
        for text in BULK:
            session.run(text, competencies=COMPETENCIES, roles=ROLES, required=REQUIRED).consume()
        session.run("CALL db.awaitIndexes(300)").consume()
        # A text that was run on a small graph keeps the plan of that graph for a while.
        session.run("CALL db.prepareForReplanning(300)").consume()
        yield session
    empty_neo4j(neo4j_url)


def hits(plan: Mapping[str, Any]) -> int:
    """Return the hits of a plan, without those that read what is returned in order to send it."""
    own = 0 if plan["operatorType"].startswith("ProduceResults") else plan["args"].get("DbHits", 0)
    return int(own) + sum(hits(child) for child in plan.get("children", []))


def cost(session: neo4j.Session, text: str, **values: object) -> tuple[int, int]:
    """Return how many rows a text returns, and its hits."""
    result = session.run(f"PROFILE {text}", values)
    rows = len(list(result))
    profile = result.consume().profile
    assert profile is not None
    return rows, hits(profile)


def parameters(session: neo4j.Session, heading: str) -> dict[str, Any]:
    """Return what a text is asked with: of the whole graph, or of the bundled college where it is of an institution."""

    def ids(asked: str) -> list[Any]:
        return [record[0] for record in session.run(texts()[asked], found)]

    found: dict[str, Any] = {**PARAMETERS, "institution": COLLEGE, "sources": None}
    found["classes"] = ids(CLASSES)
    found["roles"] = ids(FOCUS_ROLES)
    if "$disciplines" in texts()[heading] or "$institution" in texts()[heading]:
        found["sources"] = ids(SOURCES)
        found["disciplines"] = ids(DISCIPLINES)
    return found


@pytest.mark.parametrize("heading", texts())
def test_a_text_costs_little_for_each_row(large: neo4j.Session, heading: str) -> None:
    """At most 20 hits for each row that it returns, or for each thing that its rows sum up."""
    rows, found = cost(large, texts()[heading], **parameters(large, heading))
    assert rows
    counted = large.run(SUMMED_UP[heading]).single(strict=True)[0] if heading in SUMMED_UP else rows
    assert found <= MOST * counted


@pytest.mark.parametrize("heading", [BY_ID, BY_NAME, BY_WORDS])
def test_a_lookup_uses_an_index(large: neo4j.Session, heading: str) -> None:
    """However large the graph is."""
    rows, found = cost(large, texts()[heading], **PARAMETERS)
    assert 1 <= rows <= MOST
    assert found < 100


def test_every_kind_can_be_asked_by_id(large: neo4j.Session) -> None:
    """By its label and an id: never by looking at all of its nodes."""
    found = large.run("MATCH (n:Entity) UNWIND labels(n) AS kind WITH kind, min(n.id) AS id RETURN kind, id").values()
    assert len(found) > 8
    for kind, node_id in found:
        assert cost(large, f"MATCH (n:{kind} {{id: $id}}) RETURN n.name", id=node_id)[1] <= MOST, kind


def test_search_reads_chinese(large: neo4j.Session) -> None:
    """Words within a name are found, since Chinese has no blanks."""
    ids = [record["id"] for record in large.run(texts()[BY_WORDS], words="机器人")]
    assert any(node_id.startswith("poly:") for node_id in ids)
