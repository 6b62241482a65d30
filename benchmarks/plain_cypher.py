"""The questions and the loading by hand, in Cypher and a driver: what the Neo4j store is measured against."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import neo4j

NODES = "MATCH (n:Entity) RETURN n.id, n._asserted"
LINKS = """
MATCH (a:Entity)-[r]->(b:Entity)
RETURN a.id, type(r), b.id, r._sources, r._weights, r._levels, r._terms, r._openings, r._notes
"""
# Flaws are left out, and what closes a gap is told more simply: the text is cheaper than what the package answers.
GAPS = """
MATCH (c:Competency)
CALL (c) {
  CALL (c) {
    MATCH (c)<-[q:REQUIRES]-(r:Role) RETURN r, coalesce(q.weight, 1.0) AS weight
    UNION ALL
    MATCH (c)<-[q:REQUIRES]-(:JobResponsibility)<-[h:HAS_RESPONSIBILITY]-(r:Role)
    RETURN r, coalesce(q.weight, 1.0) * coalesce(h.weight, 1.0) AS weight
  }
  WITH r, max(weight) AS weight
  RETURN sum(weight) AS demand
}
WITH c, demand, EXISTS { (c)<-[:DEVELOPS]-() } AS taught, EXISTS { (c)<-[:PRACTISES]-() } AS practised
WITH c, demand, CASE [taught, practised, demand > 0]
  WHEN [true, true, true] THEN 'connected' WHEN [true, false, true] THEN 'unpractised'
  WHEN [false, true, true] THEN 'untaught' WHEN [false, false, true] THEN 'unserved'
  WHEN [true, true, false] THEN 'undemanded' WHEN [true, false, false] THEN 'taught_only'
  WHEN [false, true, false] THEN 'practised_only' ELSE 'isolated' END AS status
WITH c, demand, status, CASE
  WHEN status = 'unserved' THEN 5
  WHEN status IN ['untaught', 'unpractised'] THEN 4
  WHEN status = 'isolated' THEN 0
  WHEN status <> 'connected' THEN 1
  WHEN EXISTS {
    (c)<-[:DEVELOPS]-()<-[:APPLIES]-(t)-[:PRACTISES]->(c)
    WHERE EXISTS { (t)-[:PREPARES_FOR]->()-[:REQUIRES]->(c) }
       OR EXISTS { (t)-[:PREPARES_FOR]->()<-[:HAS_RESPONSIBILITY]-()-[:REQUIRES]->(c) }
  } THEN 2
  ELSE 3 END AS severity
WITH collect({id: c.id, name: c.name, demand: demand, status: status, severity: severity}) AS found
CALL (found) { UNWIND found AS one WITH one.status AS status, count(*) AS n RETURN collect([status, n]) AS counts }
CALL (found) {
  UNWIND found AS one
  WITH one ORDER BY one.severity DESC, one.demand DESC, one.id LIMIT 20
  MATCH (c:Competency {id: one.id})
  WITH one, c, COLLECT {
    MATCH (c)<-[:REQUIRES]-(:JobResponsibility)-[:REQUIRES]->(n:Competency) RETURN n
    UNION
    MATCH (c)-[:BROADER]->()<-[:BROADER]-(n:Competency) RETURN n
  } AS near
  RETURN collect(one {
    .*,
    courses: COLLECT {
      UNWIND near AS n MATCH (n)<-[d:DEVELOPS]-(k:KnowledgeUnit)<-[:COVERS]-(co:Course)
      RETURN [co.name, k.name, n.name] ORDER BY d.weight DESC, co.id LIMIT 3
    },
    tasks: COLLECT {
      UNWIND near AS n MATCH (n)<-[p:PRACTISES]-(t:TrainingTask)
      RETURN [t.name, n.name] ORDER BY p.weight DESC, t.id LIMIT 3
    },
    enterprises: COLLECT {
      MATCH (c)<-[:REQUIRES]-(r:Role)<-[m:EMPLOYS]-(e:Enterprise)
      RETURN [e.name, r.name, m.openings] ORDER BY m.openings DESC, e.id LIMIT 3
    }
  }) AS page
}
RETURN counts, page
"""
TRACE = """
MATCH (c:Competency {id: $id})
WITH c,
     COLLECT { MATCH (k:KnowledgeUnit)-[w:DEVELOPS]->(c)
       RETURN {id: k.id, name: k.name, kind: k.kind, weight: coalesce(w.weight, 1.0),
               courses: COLLECT { MATCH (k)<-[:COVERS]-(co) RETURN [co.id, co.name] }} } AS units,
     COLLECT { MATCH (t:TrainingTask)-[w:PRACTISES]->(c)
       RETURN {id: t.id, name: t.name, kind: t.kind, weight: coalesce(w.weight, 1.0),
               hosts: COLLECT { MATCH (t)<-[:HOSTS]-(e) RETURN [e.id, e.name] }} } AS tasks,
     COLLECT { MATCH (j:JobResponsibility)-[w:REQUIRES]->(c)
       RETURN {id: j.id, name: j.name, weight: coalesce(w.weight, 1.0)} } AS responsibilities
CALL (c) {
  CALL (c) {
    MATCH (c)<-[q:REQUIRES]-(r:Role) RETURN r, coalesce(q.weight, 1.0) AS weight, true AS own
    UNION ALL
    MATCH (c)<-[q:REQUIRES]-(:JobResponsibility)<-[h:HAS_RESPONSIBILITY]-(r:Role)
    RETURN r, coalesce(q.weight, 1.0) * coalesce(h.weight, 1.0) AS weight, false AS own
  }
  WITH r, max(weight) AS weight
  RETURN collect({id: r.id, name: r.name, weight: weight,
                  enterprises: COLLECT { MATCH (r)<-[:EMPLOYS]-(e) RETURN [e.id, e.name] }}) AS roles
}
CALL (c) {
  MATCH (k:KnowledgeUnit)-[d:DEVELOPS]->(c)<-[p:PRACTISES]-(t:TrainingTask)-[a:APPLIES]->(k)
  MATCH (t)-[f:PREPARES_FOR]->(j:JobResponsibility)<-[:HAS_RESPONSIBILITY]-(r:Role)
  WITH k, t, r, j, coalesce(d.weight, 1.0) * coalesce(p.weight, 1.0) * coalesce(a.weight, 1.0)
       * coalesce(f.weight, 1.0) AS supply,
       EXISTS { (j)-[:REQUIRES]->(c) } AS direct, EXISTS { (r)-[:REQUIRES]->(c) } AS own
  WHERE direct OR own
  WITH k, t, r, max([direct, supply, j.id]) AS best
  WITH k, t, r, best ORDER BY best[0] DESC, best[1] DESC, k.id, t.id, r.id
  RETURN collect([k.id, t.id, r.id, best])[..20] AS chains, count(*) AS joined
}
RETURN units, tasks, responsibilities, roles, chains, joined, size(units) * size(tasks) * size(roles) AS all_chains
"""

_CONSTRAINT = "CREATE CONSTRAINT IF NOT EXISTS FOR (n:{}) REQUIRE n.uri IS UNIQUE"
_NODES = "UNWIND $rows AS row CREATE (n:{}) SET n = row"
_LINKS = """
UNWIND $rows AS row MATCH (a:{} {{uri: row[0]}}) MATCH (b:{} {{uri: row[1]}}) CREATE (a)-[r:{}]->(b) SET r = row[2]
"""
_BATCH = 10_000
_WEIGHT = {"essential": 1.0, "optional": 0.5}


def load_esco(driver: neo4j.Driver, folder: Path) -> None:
    """Load ESCO as a script would: no provenance, no checks, one statement for each ten thousand rows."""
    skills = [_concept(row) | {"kind": row["skillType"]} for row in _rows(folder, "skills_en")]
    occupations = [_concept(row) | {"code": row["code"]} for row in _rows(folder, "occupations_en")]
    required = [
        [row["occupationUri"], row["skillUri"], {"weight": _WEIGHT[row["relationType"]]}]
        for row in _rows(folder, "occupationSkillRelations")
    ]
    with driver.session() as session:
        for label in ("PlainSkill", "PlainOccupation"):
            session.run(_CONSTRAINT.format(label)).consume()
        session.run("CALL db.awaitIndexes()").consume()
        _load(session, _NODES.format("PlainSkill"), skills)
        _load(session, _NODES.format("PlainOccupation"), occupations)
        _load(session, _LINKS.format("PlainOccupation", "PlainSkill", "REQUIRES"), required)
        for name, label in (("Skill", "PlainSkill"), ("Occ", "PlainOccupation")):
            rows = [
                [row["conceptUri"], row["broaderUri"], {}] for row in _rows(folder, f"broaderRelations{name}Pillar")
            ]
            _load(session, _LINKS.format(label, label, "BROADER"), rows)


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _concept(row: dict[str, str]) -> dict[str, object]:
    aliases = row["altLabels"].split("\n")
    return {"uri": row["conceptUri"], "name": row["preferredLabel"], "aliases": aliases, "about": row["description"]}


def _load(session: neo4j.Session, text: str, rows: Sequence[object]) -> None:
    for start in range(0, len(rows), _BATCH):
        session.run(text, rows=rows[start : start + _BATCH]).consume()
