"""Cypher statements of the Neo4j store. Values are parameters; labels and relations come from the schema.

Nodes are `:Entity` with a unique id, and carry their kind as a second label, or `:Unasserted` while only links speak of
them. There is one relationship for each (from, relation, to): its own properties are the merged values, and parallel
lists say what each source states. Nodes state in `_asserted` (JSON) what each source says of them.
"""

from collections.abc import Iterable

from graph.model import LINK_VALUES
from graph.schema import KINDS, RELATIONS

CONSTRAINTS = (
    "CREATE CONSTRAINT rolepath_meta IF NOT EXISTS FOR (n:RolepathMeta) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT rolepath_source IF NOT EXISTS FOR (n:RolepathSource) REQUIRE n.name IS UNIQUE",
    "CREATE CONSTRAINT rolepath_run IF NOT EXISTS FOR (n:IngestRun) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT rolepath_entity IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE",
    "CREATE INDEX rolepath_log IF NOT EXISTS FOR (n:RolepathLog) ON (n.revision)",
)
SEARCHED = ("name", "name_zh", "aliases", "description", "description_zh")
DROP_TEXT_INDEX = "DROP INDEX rolepath_text IF EXISTS"
# People ask by label: an index of `:Entity` does not serve `(:Competency {id: ...})`.
INDEXES = (
    *(f"CREATE INDEX rolepath_{kind.lower()}_id IF NOT EXISTS FOR (n:{kind}) ON (n.id)" for kind in KINDS),
    *(
        f"CREATE INDEX rolepath_{kind.lower()}_{own.name} IF NOT EXISTS FOR (n:{kind}) ON (n.{own.name})"
        for kind, about in KINDS.items()
        for own in about.properties
        if own.name in {"name", "name_zh"}
    ),
    f"""
CREATE FULLTEXT INDEX rolepath_text IF NOT EXISTS FOR (n:{"|".join(KINDS)})
ON EACH [{", ".join(f"n.{name}" for name in SEARCHED)}] OPTIONS {{indexConfig: {{`fulltext.analyzer`: 'cjk'}}}}
""",
)

META = "MATCH (m:RolepathMeta {id: 'rolepath'}) RETURN m {.*} AS meta"
# Takes the write lock, in a transaction that is never committed.
HOLD = "MATCH (m:RolepathMeta {id: 'rolepath'}) SET m.locked = 'reading' RETURN m {.*} AS meta"
# MERGE alone has made two nodes of one under concurrency; the constraint and this write lock, taken first, prevent it.
LOCK = """
MERGE (m:RolepathMeta {id: 'rolepath'})
ON CREATE SET m.store_id = $store_id, m.revision = 0, m.token = '', m.format = $format
SET m.locked = $run
RETURN m {.*} AS meta
"""
FINISH = """
MATCH (m:RolepathMeta {id: 'rolepath'})
SET m.revision = $revision, m.token = $token
REMOVE m.applying, m.pending, m.done, m.lease_until
"""
# A mark of the service, no part of the graph.
NOTE_CLAIM = """
MATCH (m:RolepathMeta {id: 'rolepath'})
SET m.claim_state = $state, m.claim_place = $place, m.claim_store_url = $store_url, m.claim_at = $at
"""
NOTE_KEYS = "MATCH (m:RolepathMeta {id: 'rolepath'}) SET m.needs_keys = $needed"
# `aborted` tells a reading that a job came and went, though the revision is the same.
END_STAGES = """
MATCH (m:RolepathMeta {id: 'rolepath'})
SET m.aborted = coalesce(m.aborted, 0) + 1
REMOVE m.applying, m.pending, m.done, m.lease_until
"""
BEGIN_STAGES = """
MATCH (m:RolepathMeta {id: 'rolepath'})
SET m.applying = $run, m.pending = $pending, m.done = 0, m.lease_until = datetime() + duration({seconds: $lease_s})
"""
LEASE_LEFT_S = """
MATCH (m:RolepathMeta {id: 'rolepath'}) RETURN duration.inSeconds(datetime(), m.lease_until).seconds AS left_s
"""
STAGE_DONE = """
MATCH (m:RolepathMeta {id: 'rolepath'})
SET m.done = $done, m.lease_until = datetime() + duration({seconds: $lease_s})
"""

SOURCES = """
MATCH (s:RolepathSource)
RETURN s.name, s.version, s.licence, s.url, s.rank, coalesce(s.institution_id, '')
"""
SUMS = "MATCH (s:RolepathSource) RETURN s.name AS name, s.node_sum AS nodes, s.link_sum AS links"
PUT_SUMS = """
UNWIND $rows AS row MATCH (s:RolepathSource {name: row[0]}) SET s.node_sum = row[1], s.link_sum = row[2]
"""
DROP_SOURCE = "MATCH (s:RolepathSource {name: $name}) DELETE s"
PUT_SOURCE = "MERGE (s:RolepathSource {name: $source.name}) SET s += $source"

PUT_RUN = "CREATE (r:IngestRun) SET r = $properties"
RUNS = "MATCH (r:IngestRun) WHERE r.report IS NOT NULL RETURN r {.*} AS run ORDER BY r.revision DESC"
HASHES = """
MATCH (r:IngestRun) WHERE r.content_hash IS NOT NULL RETURN r.revision AS revision, r.content_hash AS content_hash
"""
PUT_HASHES = """
UNWIND $rows AS row MATCH (r:IngestRun) WHERE r.revision = row[0] AND r.report IS NOT NULL SET r.content_hash = row[1]
"""
HAS_RUN = "MATCH (r:IngestRun {id: $run}) RETURN r.revision AS revision"

PUT_LOG = "UNWIND $rows AS row CREATE (l:RolepathLog) SET l = row"
LOG = """
MATCH (l:RolepathLog) WHERE l.revision > $since AND l.revision <= $until
RETURN l.revision AS revision, l.part AS part, l.changes AS changes ORDER BY l.revision, l.part
"""
LOG_PART = "MATCH (l:RolepathLog {revision: $revision, part: $part}) RETURN l.changes"
COUNT_LOG = "MATCH (l:RolepathLog {revision: $revision}) RETURN count(l)"
DROP_LOG = "MATCH (l:RolepathLog {revision: $revision}) DELETE l"

NODES = "MATCH (n:Entity) WHERE n._sources IS NOT NULL RETURN n.id, n._asserted"
NODES_OF = "MATCH (n:Entity) WHERE $source IN n._sources RETURN n.id, n._asserted"
NODES_NAMED = "UNWIND $ids AS id MATCH (n:Entity {id: id}) WHERE n._sources IS NOT NULL RETURN n.id, n._asserted"
SHARED_NODES_OF = """
MATCH (n:Entity) WHERE $source IN n._sources AND size(n._sources) > 1 RETURN n.id, n._asserted
"""

LISTS = ("_weights", "_levels", "_terms", "_openings", "_notes")
"""The parallel lists at a relationship, in the order of a link's values."""
_LISTS = ", ".join(f"r.{name}" for name in ("_sources", *LISTS))
# One record for each node, with all of its links: a record costs the driver more than what it holds.
LINKS = f"""
MATCH (a:Entity)
RETURN a.id, COLLECT {{ MATCH (a)-[r]->(b:Entity) WHERE r._sources IS NOT NULL RETURN [type(r), b.id, {_LISTS}] }}
"""
LINKS_OF = f"""
MATCH (a:Entity)
RETURN a.id, COLLECT {{ MATCH (a)-[r]->(b:Entity) WHERE $source IN r._sources RETURN [type(r), b.id, {_LISTS}] }}
"""
COUNT_LINKS = """
MATCH (:Entity)-[r]->(:Entity) WHERE r._sources IS NOT NULL WITH r LIMIT $most RETURN count(r)
"""
# The next page after an id, in the order of ids: what is read page by page is never held whole.
NODE_PAGE = """
MATCH (n:Entity) WHERE n.id > $after AND n._sources IS NOT NULL
RETURN n.id, n._asserted ORDER BY n.id LIMIT $most
"""
LINK_PAGE = f"""
MATCH (a:Entity) WHERE a.id > $after WITH a ORDER BY a.id LIMIT $most
RETURN a.id, COLLECT {{ MATCH (a)-[r]->(b:Entity) WHERE r._sources IS NOT NULL RETURN [type(r), b.id, {_LISTS}] }}
"""
SHARED_LINKS_OF = f"""
MATCH (a:Entity)-[r]->(b:Entity) WHERE $source IN r._sources AND size(r._sources) > 1
RETURN a.id, type(r), b.id, {_LISTS}
"""

ENSURE_ENDS = "UNWIND $ids AS id MERGE (n:Entity {id: id}) ON CREATE SET n:Unasserted"
# What people wrote on a node, or tied to it, keeps it: a label or property that is not ours, or a relationship.
DROP_LONELY = """
MATCH (n:Entity:Unasserted) WHERE n._sources IS NULL AND NOT (n)--() AND size(keys(n)) = 1 AND size(labels(n)) = 2
DELETE n
"""
# Of `:Entity` nodes ours are those with statements, and ends that nobody asserts.
FOREIGN = """
MATCH (n:Entity) WHERE n._sources IS NULL AND (NOT n:Unasserted OR n.id IS NULL)
WITH collect(n) AS found
RETURN size(found), [n IN found[..$shown] |
  left(coalesce(toStringOrNull(n.id), toStringOrNull(n.name), toStringOrNull(n.title), elementId(n)), 60)]
"""


def _own(variable: str, names: Iterable[str]) -> str:
    return ", ".join(f"{variable}.`{name}`" for name in names)


_OWN = {
    kind: _own("n", (*(p.name for p in about.properties), "_sources", "_asserted")) for kind, about in KINDS.items()
}
"""What the store keeps at a node of each kind. Every other property is of the people who work in the database."""
OWN_OF_LINKS = (*LINK_VALUES, "_sources", *LISTS)
"""The same of relationships."""
_OWN_OF_LINKS = _own("r", OWN_OF_LINKS)
UNASSERT_NODES = {
    kind: f"""
UNWIND $ids AS id MATCH (n:Entity {{id: id}}) REMOVE n:{kind}, {own} SET n:Unasserted
"""
    for kind, own in _OWN.items()
}
PUT_NODES = {
    kind: f"""
UNWIND $rows AS row MERGE (n:Entity {{id: row.id}}) REMOVE n:Unasserted, {own} SET n:{kind}, n += row
"""
    for kind, own in _OWN.items()
}
LINKS_NAMED = {
    relation: f"""
UNWIND $keys AS key MATCH (a:Entity {{id: key[0]}})-[r:{relation}]->(b:Entity {{id: key[1]}})
WHERE r._sources IS NOT NULL RETURN a.id, type(r), b.id, {_LISTS}
"""
    for relation in RELATIONS
}
LINKS_OF_RELATION = {
    relation: f"""
MATCH (a:Entity)-[r:{relation}]->(b:Entity) WHERE r._sources IS NOT NULL RETURN a.id, type(r), b.id, {_LISTS}
"""
    for relation in RELATIONS
}
# Of the relationships between two nodes of ours, only those with sources are ours: people may draw their own.
CREATE_LINKS = {
    relation: f"""
UNWIND $rows AS row MATCH (a:Entity {{id: row[0]}}) MATCH (b:Entity {{id: row[1]}})
CREATE (a)-[r:{relation}]->(b) SET r = row[2]
"""
    for relation in RELATIONS
}
CHANGE_LINKS = {
    relation: f"""
UNWIND $rows AS row MATCH (a:Entity {{id: row[0]}})-[r:{relation}]->(b:Entity {{id: row[1]}})
WHERE r._sources IS NOT NULL REMOVE {_OWN_OF_LINKS} SET r += row[2]
"""
    for relation in RELATIONS
}
DROP_LINKS = {
    relation: f"""
UNWIND $keys AS key MATCH (a:Entity {{id: key[0]}})-[r:{relation}]->(b:Entity {{id: key[1]}})
WHERE r._sources IS NOT NULL
WITH key, r, [name IN keys(r) WHERE NOT name IN $own] AS theirs
DELETE r
WITH key, theirs WHERE size(theirs) > 0 RETURN key[0], key[1], theirs
"""
    for relation in RELATIONS
}

# Whole numbers that earlier versions wrote as integers, mended a batch at a time; each text returns how many it mended.
_IS_WHOLE = "valueType({}) STARTS WITH 'INTEGER'"
FLOAT_LINKS = f"""
MATCH (:Entity)-[r]->(:Entity) WHERE r._sources IS NOT NULL AND
  ({_IS_WHOLE.format("r.weight")} OR any(weight IN coalesce(r._weights, []) WHERE {_IS_WHOLE.format("weight")}))
WITH r LIMIT $batch
SET r.weight = toFloat(r.weight), r._weights = [weight IN r._weights | toFloat(weight)]
RETURN count(r)
"""
FLOAT_NODES = [
    f"""
MATCH (n:Entity&{kind}) WHERE n._sources IS NOT NULL AND
  ({" OR ".join(_IS_WHOLE.format(f"n.{name}") for name in sorted(about.numbers))})
WITH n LIMIT $batch
SET {", ".join(f"n.{name} = toFloat(n.{name})" for name in sorted(about.numbers))}
RETURN count(n)
"""
    for kind, about in KINDS.items()
    if about.numbers
]
SET_FORMAT = "MATCH (m:RolepathMeta {id: 'rolepath'}) SET m.format = $format"
