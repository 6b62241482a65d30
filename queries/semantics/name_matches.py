"""Substring search over the folded ids, names, codes and aliases of all nodes."""

from graph.snapshot.arrays import Ints, TextColumn
from graph.snapshot.snapshot import Snapshot


def find_matches(snapshot: Snapshot, wanted: str) -> list[tuple[int, int]]:
    """Return (node, rank) of every node that contains the folded text; rank 0 exact, 1 beginning, 2 within."""
    texts = snapshot.text("folded")
    haystack, starts = snapshot.derived(_haystack)
    needle, matches, at = wanted.encode(), [], haystack.find(wanted.encode())
    while at >= 0:
        node = int(starts.searchsorted(at, "right")) - 1
        matches.append((node, _rank(texts, node, wanted)))
        at = haystack.find(needle, int(starts[node + 1]))
    return matches


def _haystack(snapshot: Snapshot) -> tuple[bytes, Ints]:
    return snapshot.text("folded").packed()


def _rank(texts: TextColumn, node: int, wanted: str) -> int:
    names = texts[node].split("\n")
    if wanted in names:
        return 0
    return 1 if any(name.startswith(wanted) for name in names) else 2
