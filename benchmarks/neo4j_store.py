"""Measure the Neo4j store against hand-written Cypher on a server of its own: `python -m benchmarks.neo4j_store`.

Exits 1 when a target is missed. All figures that are compared are taken in turns, in one run, on one server.
"""

import csv
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import neo4j

from benchmarks.measure import report
from graph.compiling import compile_snapshot
from graph.model import curie
from graph.snapshot import Snapshot
from graph.stores import Store, cypher, open_store
from ingest.formats import esco, native
from ingest.run import Leniency, ingest
from queries.chain import BY_EMPTINESS
from queries.gaps import find_gaps
from queries.trace import Trace, trace_competency
from tests.neo4j.server import MissingError, Server

DATA = Path(__file__).parents[2] / "shared" / "data"
ESCO = DATA / "esco-1.1.1" / "csv"
CYBER = DATA / "native" / "cyber"
BATCH = 5_000

# Degrees are kept with nodes, so COUNT of a bare pattern reads no relationship: half the time of EXISTS.
COUNTS = """
MATCH (c:Competency)
WITH COUNT { (c)<-[:DEVELOPS]-() } > 0 AS taught, COUNT { (c)<-[:PRACTISES]-() } > 0 AS practised,
     COUNT { (c)<-[:REQUIRES]-() } > 0
       AND EXISTS { MATCH (c)<-[:REQUIRES]-(n) WHERE n:Role OR EXISTS { (n)<-[:HAS_RESPONSIBILITY]-(:Role) } }
       AS required
RETURN taught, practised, required, count(*) AS count
"""
STATUSES = """
MATCH (c:Competency)
RETURN c.id, COUNT { (c)<-[:DEVELOPS]-() } > 0 AS taught, COUNT { (c)<-[:PRACTISES]-() } > 0 AS practised,
       COUNT { (c)<-[:REQUIRES]-() } > 0
         AND EXISTS { MATCH (c)<-[:REQUIRES]-(n) WHERE n:Role OR EXISTS { (n)<-[:HAS_RESPONSIBILITY]-(:Role) } }
         AS required
"""
# The gravest are unserved here, so that no other is weighed; nobody employs, so that every opening counts 1.
GRAVEST = """
MATCH (c:Competency)
WHERE COUNT { (c)<-[:DEVELOPS]-() } = 0 AND COUNT { (c)<-[:PRACTISES]-() } = 0
MATCH (c)<-[needs:REQUIRES]-(n)
OPTIONAL MATCH (n:JobResponsibility)<-[has:HAS_RESPONSIBILITY]-(holder:Role)
WITH c, coalesce(holder, n) AS role, max(coalesce(needs.weight, 1.0) * coalesce(has.weight, 1.0)) AS weight
WHERE role:Role
WITH c, sum(weight) AS demand
WITH c, demand, c.id AS id ORDER BY demand DESC, id LIMIT 20
RETURN id, c.name, c.kind, demand
"""
TRACE = """
MATCH (c:Entity {id: $id})
RETURN c.name,
  COLLECT { MATCH (c)<-[link:DEVELOPS]-(k) RETURN {
    id: k.id, name: k.name, kind: k.kind, weight: coalesce(link.weight, 1.0),
    courses: COLLECT { MATCH (k)<-[:COVERS]-(course) RETURN [course.id, course.name] },
    disciplines: COLLECT { MATCH (k)<-[:COVERS]-()<-[:OFFERS]-(d) RETURN DISTINCT [d.id, d.name] } } } AS units,
  COLLECT { MATCH (c)<-[link:PRACTISES]-(t) RETURN {
    id: t.id, name: t.name, kind: t.kind, weight: coalesce(link.weight, 1.0),
    hosts: COLLECT { MATCH (t)<-[:HOSTS]-(host) RETURN [host.id, host.name] } } } AS tasks,
  COLLECT { MATCH (c)<-[link:REQUIRES]-(j:JobResponsibility)
    RETURN { id: j.id, name: j.name, weight: coalesce(link.weight, 1.0) } } AS responsibilities,
  COLLECT { MATCH (c)<-[link:REQUIRES]-(n)
    OPTIONAL MATCH (n:JobResponsibility)<-[has:HAS_RESPONSIBILITY]-(holder:Role)
    WITH coalesce(holder, n) AS r, max(coalesce(link.weight, 1.0) * coalesce(has.weight, 1.0)) AS weight
    WHERE r:Role
    RETURN { id: r.id, name: r.name, weight: weight,
      enterprises: COLLECT { MATCH (r)<-[:EMPLOYS]-(e) RETURN [e.id, e.name] } } } AS roles
"""
ALL_NODES = "MATCH (n:Entity) RETURN n.id, n._asserted"
ALL_LINKS = """
MATCH (a:Entity)-[r]->(b:Entity)
RETURN a.id, type(r), b.id, r._sources, r._weights, r._levels, r._terms, r._openings, r._notes
"""
LOAD_NODES = "UNWIND $rows AS row MERGE (n:Entity {{id: row.id}}) SET n:{kind}, n += row"
LOAD_LINKS = """
UNWIND $rows AS row MATCH (a:Entity {{id: row[0]}}) MATCH (b:Entity {{id: row[1]}})
MERGE (a)-[r:{relation}]->(b) SET r.weight = row[2]
"""
EMPTY = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"

Rows = list[list[Any]]


def main() -> int:
    """Print one JSON line for each measurement; return 0 when every target is met, else 1."""
    csv.field_size_limit(10_000_000)
    with tempfile.TemporaryDirectory() as folder:
        try:
            server = Server.start(Path(folder), heap="2g")
        except MissingError as error:
            sys.exit(f"the measurements need a Neo4j server: {error}")
        try:
            results = list(_measure(server.url))
            return 0 if all(results) else 1
        finally:
            server.stop()


def _measure(url: str) -> Iterator[bool]:
    store = open_store(url)
    with neo4j.GraphDatabase.driver(url, notifications_min_severity="OFF") as driver, driver.session() as session:
        yield from _imports(store, session)
        ingest(lambda: native.read(CYBER), store)
        snapshot = compile_snapshot(store)
        yield from _snapshots(store, session)
        yield from _gaps(snapshot, session)
        yield from _traces(snapshot, session)
    store.close()


def _imports(store: Store, session: neo4j.Session) -> Iterator[bool]:
    """Yield whether the import meets its target; ESCO is in the store afterwards."""
    for text in cypher.CONSTRAINTS:
        session.run(text).consume()
    empty, load = (lambda: session.run(EMPTY).consume()), (lambda: _load_plainly(session))
    plain, ours = _in_turns(load, lambda: _import(store), repeats=3, before=empty)
    yield report("import of ESCO: package / UNWIND loader", ours / plain, 3)


def _snapshots(store: Store, session: neo4j.Session) -> Iterator[bool]:
    count = len(_fetch(session, ALL_LINKS))
    plain, ours = _in_turns(
        lambda: [_fetch(session, text) for text in (ALL_NODES, ALL_LINKS)], lambda: compile_snapshot(store), repeats=5
    )
    yield report("snapshot, links per second", count / ours, 0, at_least=True)
    yield report("snapshot: package / driver loop over the same rows", ours / plain, 1.5)


def _gaps(snapshot: Snapshot, session: neo4j.Session) -> Iterator[bool]:
    ours = find_gaps(snapshot)
    counts = {BY_EMPTINESS[bool(k), bool(t), bool(r)]: count for k, t, r, count in _fetch(session, COUNTS)}
    gravest = [(node_id, demand) for node_id, _, _, demand in _fetch(session, GRAVEST)]
    if counts != {status: count for status, count in ours.counts.items() if count}:
        raise AssertionError("Cypher and the package count differently")
    if gravest != [(gap.competency.id, gap.demand) for gap in ours.items]:
        raise AssertionError("Cypher and the package do not find the same gaps")
    asked = {
        "counts and the 20 gravest": ((COUNTS, GRAVEST), 100.0),
        "the status of each competency": ((STATUSES,), 100.0),
        "counts alone, which is less than is answered": ((COUNTS,), 0.0),
    }
    for name, (texts, target) in asked.items():
        theirs, fast = _in_turns(
            lambda texts=texts: [_fetch(session, text) for text in texts],  # type: ignore[misc]
            lambda: find_gaps(snapshot),
            repeats=15,
        )
        yield report(f"gaps, {name}: Cypher / package", theirs / fast, target, at_least=True)


def _traces(snapshot: Snapshot, session: neo4j.Session) -> Iterator[bool]:
    competencies = [snapshot.ids[i] for i in snapshot.of_kind("Competency").tolist()]
    traces = [trace_competency(snapshot, competency) for competency in competencies]
    connected = [trace for trace in traces if trace.status == "connected"]
    others = sorted((trace for trace in traces if trace.roles), key=lambda trace: len(trace.roles))
    for name, chosen in {
        "connected competencies": connected,
        "median competencies": others[len(others) // 2 :][:10],
        "the most required competency": others[-1:],
    }.items():
        ratios = [_trace(snapshot, session, trace) for trace in chosen]
        yield report(f"trace of {name}: Cypher / package", statistics.median(ratios), 20, at_least=True)


def _trace(snapshot: Snapshot, session: neo4j.Session, trace: Trace) -> float:
    """Return how many times longer Cypher takes to trace this competency, having compared the answers."""
    competency = trace.competency.id
    ((_, *found),) = _fetch(session, TRACE, id=competency)
    told = trace.model_dump()
    for part, theirs in zip(("knowledge_units", "training_tasks", "responsibilities", "roles"), found, strict=True):
        ours = sorted((node["id"], round(node["weight"], 9)) for node in told[part])
        if sorted((node["id"], round(node["weight"], 9)) for node in theirs) != ours:
            raise AssertionError(f"Cypher and the package trace {competency} differently")
    theirs_s, ours_s = _in_turns(
        lambda: _fetch(session, TRACE, id=competency), lambda: trace_competency(snapshot, competency), repeats=15
    )
    return theirs_s / ours_s


def _in_turns(
    first: Callable[[], object],
    second: Callable[[], object],
    *,
    repeats: int,
    before: Callable[[], object] | None = None,
) -> tuple[float, float]:
    """Return the median time of each in seconds. In turns, since others use the machine too; once more to warm up."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(repeats + 1):
        for run, taken in zip((first, second), times, strict=True):
            if before is not None:
                before()
            gc.collect()
            start = time.perf_counter()
            run()
            if turn:
                taken.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def _fetch(session: neo4j.Session, text: str, **values: object) -> Rows:
    return [record.values() for record in session.run(text, values)]


def _import(store: Store) -> None:
    ingest(lambda: esco.read(ESCO), store, leniency=Leniency(skip_invalid=True))


def _load_plainly(session: neo4j.Session) -> None:
    """Load what the package takes from ESCO's files, as a script for the purpose would: no provenance, no checks."""
    for name, kind in {"skills_en": "Competency", "occupations_en": "Role"}.items():
        rows = [_plain_node(row) for row in _read(name)]
        _load(session, LOAD_NODES.format(kind=kind), rows)
    required = {"essential": 1.0, "optional": 0.5}
    _load(
        session,
        LOAD_LINKS.format(relation="REQUIRES"),
        [
            [curie(row["occupationUri"]), curie(row["skillUri"]), required[row["relationType"]]]
            for row in _read("occupationSkillRelations")
        ],
    )
    for name, kind in {"Skill": esco.SKILL, "Occ": esco.OCCUPATION}.items():
        links = [
            [curie(row["conceptUri"]), curie(row["broaderUri"]), None]
            for row in _read(f"broaderRelations{name}Pillar")
            if row["conceptType"] == row["broaderType"] == kind
        ]
        _load(session, LOAD_LINKS.format(relation="BROADER"), links)


def _plain_node(row: dict[str, str]) -> dict[str, object]:
    return {
        "id": curie(row["conceptUri"]),
        "uri": row["conceptUri"],
        "name": row["preferredLabel"],
        "aliases": row["altLabels"].split("\n"),
        "description": row["description"],
        "kind": row.get("skillType"),
        "code": row.get("code"),
        "framework": "ESCO",
    }


def _load(session: neo4j.Session, text: str, rows: list[Any]) -> None:
    for start in range(0, len(rows), BATCH):
        session.run(text, rows=rows[start : start + BATCH]).consume()


def _read(name: str) -> Iterator[dict[str, str]]:
    with (ESCO / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


if __name__ == "__main__":
    if not (ESCO.is_dir() and CYBER.is_dir()):
        sys.exit(f"the measurements need the real data, which is not at {DATA}")
    sys.exit(main())
