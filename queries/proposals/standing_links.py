"""Standing links of a node, and of what is joined to it: what need not be proposed any more."""

from graph.snapshot.snapshot import Snapshot
from queries.proposals.possible_links import LinkPattern


class StandingLinks:
    """What the node that a document describes leads to already, by form of link."""

    def __init__(self, snapshot: Snapshot, for_node: int) -> None:
        """Look nothing up yet."""
        self._snapshot, self._node = snapshot, for_node
        self._found: dict[tuple[str, str | None], frozenset[int]] = {}

    def holds(self, form: LinkPattern, candidate: int) -> bool:
        """Say whether a link of that form leads to the candidate: from the node, or from what is joined to it."""
        key = (form.relation, form.joined_by)
        if key not in self._found:
            self._found[key] = self._ends(form)
        return candidate in self._found[key]

    def _ends(self, form: LinkPattern) -> frozenset[int]:
        relation = self._snapshot.out(form.relation)
        begins = [self._node] if form.joined_by is None else self._snapshot.out(form.joined_by).row(self._node)
        return frozenset(int(end) for begin in begins for end in relation.row(int(begin)))
