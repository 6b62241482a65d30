"""Linearizability checker: whether a history of concurrent calls is one that a register could have had in some order.

Source: J. M. Wing and C. Gong, "Testing and Verifying Concurrent Objects", JPDC 17 (1993), section 4; the states that
were searched are remembered, as G. Lowe, "Testing for linearizability", CPE 29 (2017), section 3 does.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

Statements = frozenset[str]
State = tuple[int, tuple[tuple[str, Statements, Statements], ...]]
"""The register: its revision; by source, what it states, and what it stated before its last run."""
EMPTY: State = (0, ())


class Call(NamedTuple):
    """A call of a client: from when to when, and what it did.

    A read has in `seen` all that it read at its revision. Anything else has `source`, the revision that it `expected`,
    if any, and the one that it was told it made; None where it was refused. An import has `statements`, an undo None.
    """

    begun: float
    ended: float
    revision: int | None
    source: str = ""
    statements: Statements | None = None
    expected: int | None = None
    seen: Mapping[str, Statements] | None = None


def linearization(history: Sequence[Call]) -> list[Call] | None:
    """Return an order in which a register that does one call at a time answers so; None where there is none.

    A call that ended before another began comes before it.
    """
    calls = sorted(history, key=lambda call: call.begun)
    searched: set[tuple[frozenset[int], State]] = set()

    def search(left: frozenset[int], state: State, order: list[Call]) -> list[Call] | None:
        if not left:
            return order
        if (left, state) in searched:
            return None
        searched.add((left, state))
        first_end = min(calls[i].ended for i in left)
        for i in sorted(left):
            if calls[i].begun > first_end:
                break
            after = answer(state, calls[i])
            found = after and search(left - {i}, after, [*order, calls[i]])
            if found is not None:
                return found
        return None

    return search(frozenset(range(len(calls))), EMPTY, [])


def answer(state: State, call: Call) -> State | None:
    """Return the register after the call; None where it would not have answered so."""
    revision, stated = state
    held = {source: (now, before) for source, now, before in stated}
    if call.seen is not None:
        said = {source: now for source, (now, _) in held.items() if now}
        return state if call.revision == revision and dict(call.seen) == said else None
    now, before = held.get(call.source, (frozenset(), frozenset()))
    if call.revision is None or call.expected not in {None, revision}:
        is_right = call.revision is None and call.expected != revision
        return state if is_right else None
    after = before if call.statements is None else call.statements
    if after == now:
        return state if call.revision == revision else None
    held[call.source] = (after, now)
    whole = tuple((source, *both) for source, both in sorted(held.items()))
    return (revision + 1, whole) if call.revision == revision + 1 else None
