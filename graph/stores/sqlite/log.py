"""Change log of the embedded store, read from the spans in which statements stood."""

from collections.abc import Iterable, Iterator
from itertools import islice
from operator import attrgetter
from typing import Any

from graph.changes import Change
from graph.model import Source
from graph.stores.base import NodeRow
from graph.stores.sqlite.read import SqliteReader, source_of

# Of each span: whose, of what, what it said, since when, until when (NULL: to this day). A span counts when it begins
# or ends within the revisions asked for. Columns are named, as wherever else they are read: the check then finds a name
# that is damaged in the file's catalogue, too.
_SOURCE_SPANS = """
SELECT name, version, licence, url, rank, institution_id, since, until, seal FROM (
    SELECT key, version, licence, url, rank, institution_id, since, NULL AS until, seal FROM source UNION ALL
    SELECT key, version, licence, url, rank, institution_id, since, until, seal FROM source_past
) spans JOIN (SELECT key, name FROM source) USING (key)
WHERE since > :since AND since <= :until OR until > :since AND until <= :until
"""
_NODE_SPANS = """
SELECT source.name, id, kind, "values", spans.since, until, spans.seal FROM (
    SELECT entity, source, kind, "values", since, NULL AS until, seal FROM node UNION ALL
    SELECT entity, source, kind, "values", since, until, seal FROM node_past
) spans JOIN entity ON entity.key = entity JOIN source ON source.key = spans.source
WHERE (spans.since > :since AND spans.since <= :until OR until > :since AND until <= :until)
AND kind = coalesce(:kind, kind)
"""
_LINK_SPANS = """
SELECT source.name, a.id, relation, b.id, weight, level, term, openings, note, spans.since, until, spans.seal
FROM (
    SELECT from_entity, relation, to_entity, source, weight, level, term, openings, note, since, NULL AS until, seal
    FROM link UNION ALL
    SELECT from_entity, relation, to_entity, source, weight, level, term, openings, note, since, until, seal
    FROM link_past
) spans JOIN entity a ON a.key = from_entity JOIN entity b ON b.key = to_entity JOIN source ON source.key = spans.source
WHERE spans.since > :since AND spans.since <= :until OR until > :since AND until <= :until
"""

_STOOD = "since <= :at AND (until IS NULL OR until > :at)"
_PAST_SOURCES = f"""
SELECT name, version, licence, url, rank, institution_id, since, until, seal FROM (
    SELECT key, version, licence, url, rank, institution_id, since, NULL AS until, seal FROM source UNION ALL
    SELECT key, version, licence, url, rank, institution_id, since, until, seal FROM source_past
) spans JOIN (SELECT key, name FROM source) USING (key) WHERE {_STOOD} ORDER BY rank, name
"""
# Two searches by key: of one over both tables together, SQLite would make a table of its own first.
_PAST_NODES = " UNION ALL ".join(
    f"""
SELECT source.name, id, kind, "values", spans.since, {until}, spans.seal FROM (
    SELECT key, id FROM entity WHERE id IN (SELECT value FROM json_each(:ids))
) wanted JOIN {spans} AS spans ON entity = wanted.key JOIN source ON source.key = spans.source
WHERE spans.since <= :at {standing}
"""
    for spans, standing, until in (("node", "", "NULL"), ("node_past", "AND until > :at", "until"))
)


def past_sources(reading: SqliteReader, at: int) -> list[Source]:
    """Return the sources as they were at a revision, the first speaker first."""
    return [source_of(row) for row in reading.checked(_PAST_SOURCES, "source", {"at": at})]


def past_nodes(reading: SqliteReader, ids: str, at: int) -> Iterator[NodeRow]:
    """Yield what was stated at a revision of the nodes in `ids`, a JSON list: by (id, source)."""
    rows = reading.checked(f"{_PAST_NODES} ORDER BY id, source.name", "node", {"at": at, "ids": ids})
    return (row[:4] for row in rows)


def check_spans(reading: SqliteReader) -> None:
    """Check the seals of all spans, also of those whose revisions were changed into some that there never were.

    Raises:
        DamageError: one does not fit.
    """
    for sql, what in ((_SOURCE_SPANS, "source"), (_NODE_SPANS, "node"), (_LINK_SPANS, "link")):
        for _ in reading.checked(sql.rpartition("WHERE")[0], what):
            pass


def read_log(
    reading: SqliteReader, since: int, until: int, kind: str | None = None, most: int | None = None
) -> list[Change]:
    """Return what the revisions after `since`, up to and with `until`, changed: by revision, source, subject.

    With `kind`, nothing but what they changed of nodes of that kind; of more than `most`, only some more than that.
    """
    asked = {"since": since, "until": until, "kind": kind}

    def sources() -> Iterator[Any]:
        return ((row[0], None, source_of(row), *row[6:8]) for row in reading.checked(_SOURCE_SPANS, "source", asked))

    def nodes() -> Iterator[Any]:
        return ((row[0], row[1], row[2:4], row[4], row[5]) for row in reading.checked(_NODE_SPANS, "node", asked))

    def links() -> Iterator[Any]:
        return ((row[0], row[1:4], row[4:9], row[9], row[10]) for row in reading.checked(_LINK_SPANS, "link", asked))

    read = (sources, nodes, links) if kind is None else (nodes,)  # asking is what takes SQLite its time
    # A change ends one span, begins one, or both: of twice as many spans, more than so many changes are left.
    left = None if most is None else 2 * most + 1
    changes: list[Change] = []
    for spans in read:
        some = list(islice(spans(), left))
        left = None if left is None else left - len(some)
        changes += _from_spans(some)
    return sorted((change for change in changes if since < change.revision <= until), key=attrgetter("place"))


def _from_spans(spans: Iterable[tuple[str, Any, Any, int, int | None]]) -> Iterator[Change]:
    """Yield the changes that lie behind spans `(source, subject, values, since, until)`.

    A span that ends where the next of its subject begins is a change of values, not a removal and an addition.
    """
    began: dict[tuple[str, Any, int], Any] = {}
    ended: dict[tuple[str, Any, int], Any] = {}
    for source, subject, values, since, until in spans:
        began[source, subject, since] = values
        if until is not None:
            ended[source, subject, until] = values
    for source, subject, revision in began.keys() | ended.keys():
        key = (source, subject, revision)
        yield Change(revision, source, subject, ended.get(key), began.get(key))
