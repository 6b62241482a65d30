"""Matches of a benchmark: which things of two programmes are the same, or count as such, and by what."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Literal

from graph.model import fold
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot

MatchedBy = Literal["same", "close", "code", "name"]
"""One node or one class of SAME_AS; CLOSE_TO, either way; the same code of one framework; or the same name."""

_CHINESE = re.compile("[\u3400-\u9fff]")
_AROUND = " \t.,;:·。,、;:\"'“”‘’《》〈〉「」"


def match_nodes(snapshot: Snapshot, theirs: Ints, ours: Ints) -> dict[int, dict[int, MatchedBy]]:
    """Return for each of theirs that has a match those of ours, ascending, each with the surest way it is one by."""
    is_ours = set(ours.tolist())
    alike = {way: _by_key(snapshot, is_ours, way) for way in _KEYS}
    found = {}
    for node in theirs.tolist():
        matches: dict[int, MatchedBy] = {}
        for way, nodes in _matches(snapshot, node, is_ours, alike):
            for one in nodes:
                matches.setdefault(one, way)
        if matches:
            found[node] = dict(sorted(matches.items()))
    return found


def name_key(name: str) -> str:
    """Return what two names have in common that are equal: no case, no width, no marks around, blanks as one.

    Between Chinese characters blanks say nothing.

    >>> name_key("《机械制图 与CAD》") == name_key("机械制图与 cad。"), name_key("Fluid  Power.")
    (True, 'fluid power')
    """
    folded = fold(name)
    return ("" if _CHINESE.search(folded) else " ").join(folded.split()).strip(_AROUND)


def _matches(
    snapshot: Snapshot, node: int, ours: set[int], alike: dict[MatchedBy, dict[str, list[int]]]
) -> Iterator[tuple[MatchedBy, list[int]]]:
    """Yield what matches the node by each way, the surest first."""
    if node in ours:
        yield "same", [node]
    yield "close", [
        other for links in (snapshot.out("CLOSE_TO"), snapshot.into("CLOSE_TO")) for other in links.row(node)
        if other in ours
    ]  # fmt: skip
    for way, keys in _KEYS.items():
        yield way, [one for key in keys(snapshot, node) for one in alike[way].get(key, ())]


def _by_key(snapshot: Snapshot, nodes: set[int], way: MatchedBy) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for node in nodes:
        for key in _KEYS[way](snapshot, node):
            found[key].append(node)
    return found


def _codes(snapshot: Snapshot, node: int) -> set[str]:
    """Return the codes of a node and its class, each with its framework: a code alone says nothing."""
    code, framework = snapshot.text("code"), snapshot.text("framework")
    return {
        f"{fold(framework[one])}\n{fold(code[one])}"
        for one in snapshot.members(node)
        if code[one] and framework[one]
    }  # fmt: skip


def _names(snapshot: Snapshot, node: int) -> set[str]:
    texts = (snapshot.names, snapshot.text("name_zh"))
    return {name_key(text[one]) for text in texts for one in snapshot.members(node)} - {""}


_KEYS: dict[MatchedBy, Callable[[Snapshot, int], set[str]]] = {"code": _codes, "name": _names}
