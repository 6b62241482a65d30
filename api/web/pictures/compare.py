"""Picture diff: what came, what went and what changed between two pictures of one chain, marked in both."""

from collections.abc import Iterable
from dataclasses import replace

from api.web.pictures.layout import Card, Line, Mark, Picture
from queries.trace import Trace, TracedResponsibility, TracedRole, TracedTask, TracedUnit


def mark_difference(before: Picture, after: Picture, changed: frozenset[str]) -> tuple[Picture, Picture]:
    """Return both pictures with their marks: what went is marked in the first, what came in the second.

    `changed` are the ids of nodes that stand in both, and count otherwise. A card that says that something is missing
    is no node, and has no mark.
    """
    return _marked(before, after, changed, "went"), _marked(after, before, changed, "came")


def reweighed(before: Trace, after: Trace) -> frozenset[str]:
    """Return the ids of nodes that stand in both traces with different weights."""
    first, second = _weights(before), _weights(after)
    return frozenset(node for node in first.keys() & second.keys() if first[node] != second[node])


def _weights(trace: Trace) -> dict[str, float]:
    columns: tuple[Iterable[TracedUnit | TracedTask | TracedResponsibility | TracedRole], ...] = (
        trace.knowledge_units,
        trace.training_tasks,
        trace.responsibilities,
        trace.roles,
    )
    return {node.id: node.weight for column in columns for node in column}


def _marked(picture: Picture, other: Picture, changed: frozenset[str], alone: Mark) -> Picture:
    known = {card.entry.key: card for card in other.cards}
    drawn = {(line.start, line.end) for line in other.lines if line.kind == "tied"}
    return replace(
        picture,
        cards=[_marked_card(card, known.get(card.entry.key), changed, alone) for card in picture.cards],
        lines=[_marked_line(line, drawn, alone) for line in picture.lines],
    )


def _marked_card(card: Card, other: Card | None, changed: frozenset[str], alone: Mark) -> Card:
    entry = card.entry
    mark: Mark = ""
    if entry.kind == "broken":
        return card
    if other is None:
        mark = alone
    elif entry.key in changed or (entry.title, entry.note, entry.kind) != _said(other):
        mark = "changed"
    return replace(card, entry=replace(entry, mark=mark)) if mark else card


def _said(card: Card) -> tuple[str, str, str]:
    return card.entry.title, card.entry.note, card.entry.kind


def _marked_line(line: Line, drawn: set[tuple[str, str]], alone: Mark) -> Line:
    is_alone = line.kind == "tied" and (line.start, line.end) not in drawn
    return replace(line, mark=alone) if is_alone else line
