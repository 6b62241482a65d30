"""Institution's view of a store: the statements of its own sources, and of those that belong to none. It reads only."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graph.changes import Asserted, Change
from graph.disclosure import Disclosure
from graph.model import LinkKey, NodeId, Revision, Source
from graph.stores.base import LinkRow, NodeRow, Store, StoreReader
from graph.stores.content_hash import Content
from graph.stores.restricted_view import RestrictedReader, RestrictedStore

if TYPE_CHECKING:
    from graph.stores.link_columns import LinkColumns


def is_of(source: Source, institution: Collection[str]) -> bool:
    """Say whether a source belongs to the institution, by any of its ids, or to none."""
    return not source.institution_id or source.institution_id in institution


class InstitutionReader(RestrictedReader):
    """One reading, without what sources of other institutions state."""

    def __init__(self, reading: StoreReader, institution: Collection[str]) -> None:
        """Read through `reading`."""
        super().__init__(reading, Disclosure())
        self._sources = {source.name for source in reading.sources() if is_of(source, institution)}

    @property
    def revision(self) -> Revision:
        """See StoreReader."""
        return self._reading.revision

    def content(self) -> Content | None:
        """Return nothing to check by: rows are checked as they are read, before some of them are left out."""
        return None

    def content_hashes(self) -> dict[int, str]:
        """See StoreReader."""
        return {}

    def sources(self) -> list[Source]:
        """See StoreReader."""
        return [source for source in self._reading.sources() if source.name in self._sources]

    def nodes(self, source: str | None = None) -> Iterator[NodeRow]:
        """See StoreReader."""
        return (row for row in self._reading.nodes(source) if row[0] in self._sources)

    def node_stream(self, source: str | None = None) -> Iterator[NodeRow]:
        """See StoreReader."""
        return (row for row in self._reading.node_stream(source) if row[0] in self._sources)

    def links(self, source: str | None = None) -> Iterator[LinkRow]:
        """See StoreReader."""
        return (row for row in self._reading.links(source) if row[0] in self._sources)

    def link_columns(self) -> "LinkColumns":
        """See StoreReader."""
        columns = self._reading.link_columns()
        known = np.array([name in self._sources for name in columns.sources], bool)
        is_kept, places = known[columns.source], np.cumsum(known) - 1
        names = ("from_id", "relation", "to_id", "weight")
        return replace(
            columns,
            sources=[name for name in columns.sources if name in self._sources],
            source=places[columns.source[is_kept]].astype(columns.source.dtype),
            numbers={name: column[is_kept] for name, column in columns.numbers.items()},
            **{name: getattr(columns, name)[is_kept] for name in names},
        )

    def has_links(self, count: int) -> bool:
        """See StoreReader; of all sources together."""
        return self._reading.has_links(count)

    def link_stream(self, source: str | None = None) -> Iterator[LinkRow]:
        """See StoreReader."""
        return (row for row in self._reading.link_stream(source) if row[0] in self._sources)

    def links_of(self, relation: str) -> Iterator[LinkRow]:
        """See StoreReader."""
        return (row for row in self._reading.links_of(relation) if row[0] in self._sources)

    def nodes_named(self, ids: Collection[NodeId], *, expected: bool = True) -> list[NodeRow]:
        """See StoreReader."""
        return [row for row in self._reading.nodes_named(ids, expected=expected) if row[0] in self._sources]

    def links_named(self, keys: Collection[LinkKey], *, expected: bool = True) -> list[LinkRow]:
        """See StoreReader."""
        return [row for row in self._reading.links_named(keys, expected=expected) if row[0] in self._sources]

    def asserted(self, ids: Collection[NodeId]) -> Asserted:
        """See StoreReader."""
        found = self._reading.asserted(ids).items()
        return {node: (kind, said & self._sources) for node, (kind, said) in found if said & self._sources}

    def kinds_of(self, source: str) -> frozenset[str]:
        """See StoreReader."""
        return self._reading.kinds_of(source) if source in self._sources else frozenset()

    def withheld(self, source: str | None = None) -> Mapping[str, int]:
        """See StoreReader."""
        return self._reading.withheld(source)


class InstitutionStore(RestrictedStore):
    """A store as one institution's answers are made from it."""

    def __init__(self, store: Store, institution: Collection[str]) -> None:
        """Open nothing yet; `institution` are the ids that it answers under."""
        super().__init__(store)
        self._institution = institution

    @contextmanager
    def reading(self) -> Iterator[InstitutionReader]:
        """See Store."""
        with self._store.reading() as reading:
            yield InstitutionReader(reading, self._institution)

    def changes(self, since: int, until: int, *, kind: str | None = None, most: int | None = None) -> Iterator[Change]:
        """See Store."""
        with self._store.reading() as reading:
            kept = {source.name for source in reading.sources() if is_of(source, self._institution)}
        return (one for one in self._store.changes(since, until, kind=kind) if one.source in kept)
