"""Incremental view maintenance: the patch that leads from a snapshot to another revision, by the log of changes.

What the log changed is looked up in the store, with what it is merged with: other sources' statements, the links of
the same classes, links that wake or fall asleep with their ends. Nothing is guessed: where it takes more of the store,
`NotLocalError` says why.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

from graph.cancellation import cancellable_rows
from graph.model import LinkKey, NodeId, NodeValues, Value, merge_link
from graph.schema import RELATIONS
from graph.snapshot.dormancy import dormant_at, referring_to
from graph.snapshot.patch import LinkAfter, NodeAfter, NotLocalError, Patch, SettledPatch
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.statement_history import StatementHistory


def patch_of_log(base: Snapshot, history: StatementHistory, to: int) -> SettledPatch:
    """Return what becomes of the snapshot's nodes and links from its revision to another one, earlier or later.

    Raises:
        NotLocalError: it cannot be told from what changed; the message says why.
    """
    return _LogPatch(base, history, to).settled()


class _NodeTurn(NamedTuple):
    """The kind of a node in the snapshot and afterwards; None where it is not there."""

    before: str | None
    after: str | None


class _LogPatch:
    def __init__(self, base: Snapshot, history: StatementHistory, to: int) -> None:
        self._base, self._history = base, history
        self._position, self._find = cache(base.position), cache(base.find)
        self._from, self._to = base.revision.number, to
        changed = sorted(history.changed(min(self._from, to), max(self._from, to)), key=str)
        history.read(changed)
        self._turns = {one: self._turn(one) for one in changed if isinstance(one, str)}
        self._born = {one for one, turn in self._turns.items() if turn.before is None and turn.after is not None}
        self._died = {one for one, turn in self._turns.items() if turn.before is not None and turn.after is None}
        self._changed_links = [one for one in changed if isinstance(one, tuple)]
        self._is_close = bool(base.about["close_same_as"])
        self._links: dict[LinkKey, LinkAfter | None] = {}
        self._asleep, self._woken = set[LinkKey](), set[LinkKey]()
        self._unstated = Counter[str]()

    def _turn(self, node_id: NodeId) -> _NodeTurn:
        """Return what becomes of a changed node. Raises NotLocalError where it takes classes or all its links along."""
        base, history = self._base, self._history
        stated, then = history.node(node_id, self._from), history.node(node_id, self._to)
        i = self._position(node_id)
        if len(stated) != (0 if i is None else int(base.arrays["voices"][i])):
            raise NotLocalError(f"the snapshot does not hold what was stated of {node_id}")
        turn = _NodeTurn(stated[0][0] if stated else None, then[0][0] if then else None)
        if stated and then and turn.before != turn.after:
            raise NotLocalError(f"{node_id} becomes another kind of node")
        if i is not None and len(base.members(i)) > 1:
            self._check_order(i)
        return turn

    def _check_order(self, i: int) -> None:
        """Refuse where the members of a class are not in the order of their first speakers, then of their ids."""
        members = [NodeId(self._base.ids[one]) for one in self._base.members(i)]
        self._history.read(members)
        first = {one: self._history.precedence(one, self._to) for one in members}
        places = [(place, one) for one, place in first.items() if place is not None]
        if [one for _, one in sorted(places)] != members:
            raise NotLocalError(f"another member comes first, or one goes, of the class {' '.join(members)}")

    def settled(self) -> SettledPatch:
        """Return the patch, with what follows from it."""
        waking, falling = dormant_at(self._base, self._born), set(self._links_at(self._died))
        self._history.read([*waking, *falling])
        merged: set[LinkKey] = set()
        for key in cancellable_rows(dict.fromkeys([*self._changed_links, *sorted(waking | falling)])):
            self._take_link(key, merged)
        self._merge_links(merged)
        patch = Patch(self._nodes_after(), self._links)
        return SettledPatch(patch, frozenset(self._asleep), frozenset(self._woken), self._unstated)

    # Links

    def _links_at(self, ids: Iterable[NodeId]) -> Iterator[LinkKey]:
        """Yield the links that the snapshot shows at these nodes, which go; of classes, those of all members."""
        base = self._base
        for node_id, relation in product(ids, RELATIONS):
            i = base.require(node_id)
            same = ("SAME_AS",) if relation == "CLOSE_TO" and self._is_close else ()
            for name in (relation, *same):
                for other in base.out(relation).row(i):
                    yield from ((node_id, name, end) for end in self._members(base.ids[other]))
                for other in base.into(relation).row(i):
                    yield from ((end, name, node_id) for end in self._members(base.ids[other]))

    def _take_link(self, key: LinkKey, merged: set[LinkKey]) -> None:
        """Take one link along; where it is one of several that a class joins, note which entry is to be merged."""
        relation = key[1]
        stated, then = self._history.link(key, self._from), self._history.link(key, self._to)
        was_live, is_live = bool(stated) and self._joins(key, 0), bool(then) and self._joins(key, 1)
        before, after = (LinkAfter(merge_link(said), len(said)) if said else None for said in (stated, then))
        if relation == "SAME_AS":
            if (was_live, before and before.values[0]) != (is_live, after and after.values[0]) and (
                was_live or is_live
            ):
                raise NotLocalError(f"what is the same changes: {' '.join(key)}")
        elif was_live or is_live:
            self._unstated[relation] += (is_live and _is_unstated(after)) - (was_live and _is_unstated(before))
            self._enter(key, before if was_live else None, after if is_live else None, merged)
        if stated and not was_live and not (then and not is_live):
            self._woken.add(key)
        if then and not is_live and not (stated and not was_live):
            self._asleep.add(key)

    def _joins(self, key: LinkKey, side: int) -> bool:
        kinds = (self._kind(end, side) for end in (key[0], key[2]))
        return (*kinds,) in RELATIONS[key[1]].ends

    def _kind(self, node_id: NodeId, side: int) -> str | None:
        turn = self._turns.get(node_id)
        if turn is not None:
            return turn[side]
        i = self._position(node_id)
        return None if i is None else self._base.kind_of(i)

    def _enter(self, key: LinkKey, before: LinkAfter | None, after: LinkAfter | None, merged: set[LinkKey]) -> None:
        a, b = (self._find(end) for end in (key[0], key[2]))
        classes = [len(self._base.members(i)) > 1 for i in (a, b) if i is not None]
        if any(classes) or (key[1] == "CLOSE_TO" and self._is_close):
            merged.add(key)
            return
        at = None if a is None or b is None else self._base.out(key[1]).position(a, b)
        voices = 0 if at is None else int(self._base.arrays[f"{key[1]}.voices"][at])
        if voices != (before.voices if before else 0):
            raise NotLocalError(f"the snapshot does not hold what was stated of {' '.join(key)}")
        if self._died.isdisjoint(key) and before != after:
            self._links[key] = after

    def _merge_links(self, keys: set[LinkKey]) -> None:
        """Merge the entries that these links belong to anew: each of the values of all links that its classes join."""
        entries = {(self._members(a)[0], relation, self._members(b)[0]) for a, relation, b in keys}
        joined = {key: list(self._joined(key)) for key in sorted(entries) if key[0] != key[2]}
        self._history.read([one for some in joined.values() for one in some])
        for key, some in joined.items():
            found = [after for one in some if (after := self._after(one)) is not None]
            if found or self._stands(key):
                self._links[key] = _largest(found) if found else None

    def _joined(self, key: LinkKey) -> Iterator[LinkKey]:
        """Yield all links that classes of SAME_AS join to one, and, of CLOSE_TO, the SAME_AS that count as such."""
        for a, b in product(self._members(key[0]), self._members(key[2])):
            yield a, key[1], b
            if key[1] == "CLOSE_TO":
                yield a, "SAME_AS", b

    def _members(self, node_id: str) -> Sequence[NodeId]:
        i = self._find(node_id)
        return [NodeId(node_id)] if i is None else [NodeId(self._base.ids[one]) for one in self._base.members(i)]

    def _after(self, key: LinkKey) -> LinkAfter | None:
        """Return one of several joined links as it is to be; None where it is not live."""
        then = self._history.link(key, self._to)
        if not then or not self._joins(key, 1):
            return None
        values = merge_link(then)
        return (
            LinkAfter((values[0], None, None, None, None), 0) if key[1] == "SAME_AS" else LinkAfter(values, len(then))
        )

    def _stands(self, key: LinkKey) -> bool:
        a, b = self._find(key[0]), self._find(key[2])
        return a is not None and b is not None and self._base.has_link(a, key[1], b)

    # Nodes

    def _nodes_after(self) -> dict[NodeId, NodeAfter | None]:
        """Return each node that changes, comes or goes, with those that refer to one that comes."""
        base, stated = self._base, {*self._turns} - self._died
        stated |= referring_to(base, self._born) - self._died
        stated |= {self._members(node_id)[0] for node_id in stated}
        self._history.read([one for node_id in sorted(stated) for one in self._members(node_id)])
        after: dict[NodeId, NodeAfter | None] = dict.fromkeys(sorted(self._died))
        for node_id in sorted(stated):
            members = self._members(node_id)
            then = self._history.node(node_id, self._to)
            if not then:
                continue  # it came and went
            said = [then]
            if members[0] == node_id:
                said += [self._history.node(one, self._to) for one in members[1:]]
            after[node_id] = NodeAfter(then[0][0], _merged(said), len(then))
        return after


def _merged(said: Iterable[list[NodeValues]]) -> dict[str, Value]:
    """Return each property as the first states it that has one."""
    values: dict[str, Value] = {}
    for stated in said:
        for _, text in stated:
            values = json.loads(text) | values
    return values


def _is_unstated(link: LinkAfter | None) -> bool:
    return link is not None and link.values[0] is None


def _largest(links: Sequence[LinkAfter]) -> LinkAfter:
    """Return what several links make together that classes join: the largest values, as the compiler takes them."""
    weights = [link.values[0] for link in links]
    columns = zip(*(link.values[1:4] for link in links), strict=True)
    level, term, openings = (max((v for v in column if v is not None), default=None) for column in columns)
    weight = None if None in weights else max(weight for weight in weights if weight is not None)
    return LinkAfter((weight, level, term, openings, None), max(link.voices for link in links))
