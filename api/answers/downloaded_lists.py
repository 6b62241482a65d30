"""Lists and scopes as workbooks of the native format that can be filled in: merged over sources, with the ids."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from graph.errors import InputError
from graph.messages import Language, message
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, canonical, merge_link
from graph.schema import KINDS, RELATIONS
from graph.snapshot.snapshot import Snapshot
from graph.stores.base import LinkRow, Store, StoreReader
from ingest.draft import DownloadBase
from ingest.formats.native.download import download_workbook
from ingest.formats.native.records import SourceStatements
from queries.list_nodes import nodes_in_scope
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope

MOST_ROWS = 100_000
"""So many nodes, and so many links, a workbook of a scope holds."""
_AT_ONCE = 5000


def list_workbook(store: Store, kind: str, ids: Sequence[NodeId], language: Language) -> bytes:
    """Return a workbook of these nodes of a kind, with the links that columns of its sheet state.

    Raises:
        InputError: a cell would hold more than a workbook can.
    """
    relations = {column.relation: column.outward for column in KINDS[kind].link_columns}
    wanted = set(ids)

    def is_own(row: LinkRow) -> bool:
        return row[1 if relations[row[2]] else 3] in wanted

    with store.reading() as reading:
        rows = (row for relation in relations for row in reading.links_of(relation) if is_own(row))
        links = list(_merged(rows, reading.sources()))
        return _workbook(store, reading, list(ids), links, language, files=[KINDS[kind].file])


def scope_workbook(store: Store, snapshot: Snapshot, scope: Scope, language: Language) -> bytes:
    """Return a workbook of all that the scope holds: the nodes that its lists have, and the links between these.

    Raises:
        NotFoundError: the scope names something that is not there.
        InputError: it is too much to be filled in by hand; or a cell would hold more than a workbook can.
    """
    resolved = resolve(snapshot, scope, focused=True)
    edited = [kind.name for kind in KINDS.values() if not kind.identified_by]
    nodes = (node for kind in edited for node in nodes_in_scope(snapshot, kind, resolved).tolist())
    ids = [NodeId(snapshot.ids[member]) for node in nodes for member in snapshot.members(node)]
    wanted = set(ids)
    _check_size(len(ids))
    with store.reading() as reading:
        rows = (row for relation in RELATIONS for row in reading.links_of(relation))
        kept = (row for row in rows if row[1] in wanted and row[3] in wanted)
        links = list(_merged(kept, reading.sources()))
        _check_size(len(links))
        return _workbook(store, reading, ids, links, language)


def _check_size(count: int) -> None:
    if count > MOST_ROWS:
        raise InputError(message("download.large", n=count, most=MOST_ROWS))


def _workbook(
    store: Store,
    reading: StoreReader,
    ids: Sequence[NodeId],
    links: Iterable[tuple[LinkKey, LinkValues]],
    language: Language,
    *,
    files: Sequence[str] = (),
) -> bytes:
    base = DownloadBase(reading.revision.number, store.store_id)
    statements = SourceStatements(Source(name="download"), list(_nodes(reading, ids)), links)
    return download_workbook(statements, base, language, files)


def _nodes(reading: StoreReader, ids: Sequence[NodeId]) -> Iterator[tuple[NodeId, NodeValues]]:
    """Yield the nodes with their merged values."""
    speakers = _precedence(reading.sources())
    for first in range(0, len(ids), _AT_ONCE):
        rows = reading.nodes_named(ids[first : first + _AT_ONCE], expected=False)
        for node_id, stated in groupby(rows, itemgetter(1)):
            spoken = sorted(stated, key=lambda row: speakers[row[0]], reverse=True)
            values = {name: value for row in spoken for name, value in json.loads(row[3]).items()}
            yield node_id, (spoken[-1][2], canonical(values))


def _merged(rows: Iterable[LinkRow], sources: Sequence[Source]) -> Iterator[tuple[LinkKey, LinkValues]]:
    """Yield each link once, with each value of the first source that states it; rows of a key stand together."""
    speakers = _precedence(sources)
    for key, stated in groupby(rows, lambda row: (row[1], row[2], row[3])):
        spoken = sorted(stated, key=lambda row: speakers[row[0]])
        yield key, merge_link([row[4:] for row in spoken])


def _precedence(sources: Sequence[Source]) -> Mapping[str, int]:
    ordered = sorted(sources, key=lambda source: source.precedence)
    return {source.name: at for at, source in enumerate(ordered)}
