"""History of statements: what each source states of a node or link at any revision that a log leads back to."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, cast

from graph.cancellation import cancellable_rows
from graph.changes import Change
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source
from graph.snapshot.patch import NotLocalError
from graph.stores.base import StoreReader

Subject = NodeId | LinkKey


class StatementHistory:
    """What a reading finds of the nodes and links that are asked for, with the log of changes up to its revision."""

    def __init__(self, reading: StoreReader, log: Sequence[Change]) -> None:
        """Read the sources.

        Raises:
            NotLocalError: one speaks in another place than before, so that all of its statements may count otherwise.
        """
        self._reading = reading
        self._sources = {source.name: source for source in reading.sources()}
        self._now: dict[Subject, dict[str, Any]] = {}
        self._changes: defaultdict[Subject, list[Change]] = defaultdict(list)
        for change in cancellable_rows(log):
            if change.subject is not None:
                self._changes[change.subject].append(change)
            elif _turns(change):
                raise NotLocalError(f"the source {change.source} speaks in another place")

    def changed(self, first: int, last: int) -> Iterator[Subject]:
        """Yield the nodes and links that the revisions after the first, up to the last, changed."""
        for subject, changes in self._changes.items():
            if any(first < change.revision <= last for change in changes):
                yield subject

    def read(self, subjects: Collection[Subject], *, expected: bool = True) -> None:
        """Read what is stated of these now; `expected` says that each that never changed is stated by somebody.

        Raises:
            NotLocalError: it is not what the log ends with.
        """
        wanted = [subject for subject in subjects if subject not in self._now]
        self._now.update((subject, {}) for subject in wanted)
        for is_sure in {expected, False}:
            some = [one for one in wanted if is_sure == (expected and one not in self._changes)]
            for row in self._reading.nodes_named([o for o in some if isinstance(o, str)], expected=is_sure):
                self._now[row[1]][row[0]] = row[2:]
            for link in self._reading.links_named([o for o in some if isinstance(o, tuple)], expected=is_sure):
                self._now[link[1:4]][link[0]] = link[4:]
        for subject in wanted:
            said = {change.source: change.after for change in self._changes.get(subject, ())}
            if any(self._now[subject].get(source) != after for source, after in said.items()):
                raise NotLocalError(f"the log does not lead to what is stated of {subject}")

    def node(self, node_id: NodeId, revision: int) -> list[NodeValues]:
        """Return what was stated of a node at the revision, the first speaker first. It has been read."""
        return [cast(NodeValues, values) for values in self._at(node_id, revision).values()]

    def link(self, key: LinkKey, revision: int) -> list[LinkValues]:
        """Return what was stated of a link at the revision, the first speaker first. It has been read."""
        return [cast(LinkValues, values) for values in self._at(key, revision).values()]

    def precedence(self, node_id: NodeId, revision: int) -> tuple[int, str] | None:
        """Return rank and name of the source that speaks first of a node at the revision; None where nobody does."""
        return next((self._sources[name].precedence for name in self._at(node_id, revision)), None)

    def _at(self, subject: Subject, revision: int) -> dict[str, Any]:
        stated = self._now[subject]
        changes = self._changes.get(subject)
        if changes is None:
            if len(stated) < 2:
                return stated
        else:
            stated = dict(stated)
            for change in reversed(changes):
                if change.revision <= revision:
                    break
                if change.before is None:
                    stated.pop(change.source, None)
                else:
                    stated[change.source] = change.before
        return dict(sorted(stated.items(), key=lambda said: self._sources[said[0]].precedence))


def _turns(change: Change) -> bool:
    """Say whether a source that stands before and after speaks in another place."""
    before, after = cast(Source | None, change.before), cast(Source | None, change.after)
    return before is not None and after is not None and before.precedence != after.precedence
