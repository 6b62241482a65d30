"""Circles (cycles) among pairs of nodes: whether there is one, told by a topological sort of the standard library."""

from collections.abc import Hashable, Iterable
from graphlib import CycleError, TopologicalSorter


def has_circle(pairs: Iterable[tuple[Hashable, Hashable]]) -> bool:
    """Say whether pairs of different nodes lead back to where they began; a node that leads to itself is no circle.

    >>> has_circle([("a", "b"), ("b", "c")]), has_circle([("a", "b"), ("b", "a")]), has_circle([("a", "a")])
    (False, True, False)
    """
    sorter: TopologicalSorter[Hashable] = TopologicalSorter()
    for a, b in pairs:
        if a != b:
            sorter.add(b, a)
    try:
        sorter.prepare()
    except CycleError:
        return True
    return False
