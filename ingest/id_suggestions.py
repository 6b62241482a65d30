"""Near matches of an id that is nowhere, among those of an import and of the graph."""

from functools import cached_property

from graph.messages import Message, message
from graph.stores.base import StoreReader
from graph.violations import Violation
from ingest.draft import Draft

_LIKE = 75.0
_MOST_LOOKED_FOR = 50
"""A report shows few: of further ones nobody reads."""


class IdSuggestions:
    """The ids of a draft and of the graph, which are read when the first is looked for."""

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

        found = process.extractOne(text, self._ids, scorer=fuzz.ratio, score_cutoff=_LIKE)
        return None if found is None else str(found[0])

    @cached_property
    def _ids(self) -> list[str]:
        return [*self._draft.nodes, *{node_id: None for _, node_id, _, _ in self._reading.node_stream()}]
