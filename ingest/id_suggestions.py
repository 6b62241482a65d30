"""Near matches of an id that is nowhere, among those of an import and of the graph."""

from functools import cached_property
from itertools import chain

from graph.messages import Message, message
from graph.model import NodeId
from graph.stores.base import StoreReader
from graph.violations import Violation
from ingest.draft import Draft
from ingest.references import names_of

_LIKE = 75.0
_MOST_LOOKED_FOR = 50
"""A report shows few: of further ones nobody reads."""


class IdSuggestions:
    """The ids and names of a draft and of the graph, which are read when the first is looked for."""

    def __init__(self, draft: Draft, reading: StoreReader) -> None:
        """Look in these."""
        self._draft, self._reading = draft, reading
        self._looked_for = 0

    def dangling(self, violation: Violation) -> Message:
        """Return what to say of a link of which one end is nowhere: the way out, and the id that comes near."""
        self._looked_for += 1
        near = self._nearest(violation.value) if self._looked_for <= _MOST_LOOKED_FOR else None
        if near is None:
            return message("ingest.dangling", missing=violation.message)
        return message("ingest.dangling_near", missing=violation.message, near=near)

    def missing(self, violation: Violation) -> Message:
        """Return what to say of an edit's link of which one end is nowhere."""
        near = self.nearest(violation.value)
        if near is None:
            return message("edit.no_end", id=violation.value)
        return message("edit.no_end_near", id=violation.value, near=near)

    def nearest(self, text: str) -> str | None:
        """Return the id that comes near a text; None where none does, or enough were looked for."""
        self._looked_for += 1
        return self._nearest(text) if self._looked_for <= _MOST_LOOKED_FOR else None

    def _nearest(self, text: str) -> str | None:
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - an import without dangling links does not need it

        found = process.extractOne(text, self._texts, scorer=fuzz.ratio, score_cutoff=_LIKE)
        if found is None:
            return None
        near, at = str(found[0]), found[2]
        return near if at < len(self._ids) else f"{self._called[near]} ({near})"

    @cached_property
    def _texts(self) -> list[str]:
        """The ids, and after them the names, where these may stand for ids."""
        return [*self._ids, *self._called]

    @cached_property
    def _ids(self) -> list[str]:
        stored = (node_id for _, node_id, _, _ in self._reading.node_stream())
        return list(dict.fromkeys([*self._draft.nodes, *stored]))

    @cached_property
    def _called(self) -> dict[str, NodeId]:
        """The first node of each name."""
        called: dict[str, NodeId] = {}
        if self._draft.takes_names:
            own = ((node_id, values) for node_id, (_, values) in self._draft.nodes.items())
            stored = ((node_id, values) for _, node_id, _, values in self._reading.node_stream())
            for node_id, values in chain(own, stored):
                for name in names_of(values):
                    called.setdefault(name, node_id)
        return called
