"""Cypher statements of the Neo4j store. Values are parameters; labels and relations come from the schema.

Nodes are `:Entity` with a unique id, and carry their kind as a second label, or `:Unasserted` while only links speak of
them. There is one relationship for each (from, relation, to): its own properties are the merged values, and parallel
lists say what each source states. Nodes state in `_asserted` (JSON) what each source says of them.
"""

from graph.schema import KINDS, RELATIONS

CONSTRAINTS = (
    "CREATE CONSTRAINT rolepath_meta IF NOT EXISTS FOR (n:RolepathMeta) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT rolepath_source IF NOT EXISTS FOR (n:RolepathSource) REQUIRE n.name IS UNIQUE",
    "CREATE CONSTRAINT rolepath_run IF NOT EXISTS FOR (n:IngestRun) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT rolepath_entity IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE",
    "CREATE INDEX rolepath_log IF NOT EXISTS FOR (n:RolepathLog) ON (n.revision)",
)

META = "MATCH (m:RolepathMeta {id: 'rolepath'}) RETURN m {.*} AS meta"
# Takes the write lock for a moment: a commit under way, of which a reader may see a part already, is over then.
SETTLED = "MATCH (m:RolepathMeta {id: 'rolepath'}) SET m.locked = 'reading' RETURN m {.*} AS meta"
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
NOTE_KEYS = "MATCH (m:RolepathMeta {id: 'rolepath'}) SET m.needs_keys = $needed"
END_STAGES = "MATCH (m:RolepathMeta {id: 'rolepath'}) REMOVE m.applying, m.pending, m.done, m.lease_until"
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
MATCH (s:RolepathSource) RETURN s.name AS name, s.version AS version, s.licence AS licence, s.url AS url, s.rank AS rank
"""
DROP_SOURCE = "MATCH (s:RolepathSource {name: $name}) DELETE s"
PUT_SOURCE = "MERGE (s:RolepathSource {name: $source.name}) SET s = $source"

PUT_RUN = "CREATE (r:IngestRun) SET r = $properties"
RUNS = "MATCH (r:IngestRun) WHERE r.report IS NOT NULL RETURN r {.*} AS run ORDER BY r.revision DESC"
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

_LISTS = "r._sources, r._weights, r._levels, r._terms, r._openings, r._notes"
# One record for each node, with all of its links: a record costs the driver more than what it holds.
LINKS = f"""
MATCH (a:Entity)
RETURN a.id, COLLECT {{ MATCH (a)-[r]->(b:Entity) WHERE r._sources IS NOT NULL RETURN [type(r), b.id, {_LISTS}] }}
"""
LINKS_OF = f"""
MATCH (a:Entity)
RETURN a.id, COLLECT {{ MATCH (a)-[r]->(b:Entity) WHERE $source IN r._sources RETURN [type(r), b.id, {_LISTS}] }}
"""
SHARED_LINKS_OF = f"""
MATCH (a:Entity)-[r]->(b:Entity) WHERE $source IN r._sources AND size(r._sources) > 1
RETURN a.id, type(r), b.id, {_LISTS}
"""

ENSURE_ENDS = "UNWIND $ids AS id MERGE (n:Entity {id: id}) ON CREATE SET n:Unasserted"
DROP_LONELY = "MATCH (n:Entity:Unasserted) WHERE n._sources IS NULL AND NOT (n)--() DELETE n"

_ANY_KIND = "".join(f":{kind}" for kind in KINDS)
UNASSERT_NODES = f"""
UNWIND $ids AS id MATCH (n:Entity {{id: id}}) REMOVE n{_ANY_KIND} SET n:Unasserted, n = {{id: id}}
"""
PUT_NODES = {
    kind: f"""
UNWIND $rows AS row MERGE (n:Entity {{id: row.id}}) REMOVE n:Unasserted SET n:{kind}, n = row
"""
    for kind in KINDS
}
LINKS_NAMED = {
    relation: f"""
UNWIND $keys AS key MATCH (a:Entity {{id: key[0]}})-[r:{relation}]->(b:Entity {{id: key[1]}})
WHERE r._sources IS NOT NULL RETURN a.id, type(r), b.id, {_LISTS}
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
WHERE r._sources IS NOT NULL SET r = row[2]
"""
    for relation in RELATIONS
}
DROP_LINKS = {
    relation: f"""
UNWIND $keys AS key MATCH (a:Entity {{id: key[0]}})-[r:{relation}]->(b:Entity {{id: key[1]}})
WHERE r._sources IS NOT NULL DELETE r
"""
    for relation in RELATIONS
}
