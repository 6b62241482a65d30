"""Layout of the trace's picture: cards in four columns, and the lines between them. Pure, in SVG user units."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

WIDTH, COLUMN = 1040.0, 214.0
GAP = (WIDTH - 4 * COLUMN) / 3
_TOP, _BETWEEN, _PAD = 46.0, 12.0, 10.0
_LINE, _NOTE = 17.0, 14.0
_TITLE_SIZE, _NOTE_SIZE = 13.0, 11.0
_INNER = COLUMN - 26.0

CardKind = Literal["node", "group", "more", "implied", "orphan", "broken"]
LineKind = Literal["tied", "shared", "broken"]
Mark = Literal["", "came", "went", "changed"]
"""How a card or line differs from another picture of the same chain."""


@dataclass(frozen=True, slots=True)
class CardContent:
    """What a card says: `key` names it for lines, `node` is the id that it leads to, None where it leads nowhere."""

    key: str
    title: str
    note: str = ""
    kind: CardKind = "node"
    node: str | None = None
    is_best: bool = False
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Card:
    """An entry in its place; `lines` is the title as it fits, `note` likewise."""

    entry: CardContent
    column: int
    x: float
    y: float
    height: float
    lines: tuple[str, ...]
    note: str

    @property
    def middle(self) -> float:
        """Where lines begin and end."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line from one key to the next; `path` is the SVG path of it, `x` and `y` its middle."""

    start: str
    end: str
    kind: LineKind
    path: str
    x: float
    y: float
    is_best: bool = False
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place between two columns: a cross where the chain breaks, or where lines of what is only shared meet."""

    key: str
    kind: Literal["cross", "meeting"]
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn. Columns are from left to right, cards from top to bottom."""

    width: float
    height: float
    column: float
    cards: list[Card]
    lines: list[Line] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)


Tie = tuple[str, str]


def draw(columns: Sequence[Sequence[CardContent]], ties: Collection[Tie], best: Collection[Tie] = ()) -> Picture:
    """Return the picture of four columns, each with an entry at least, and the ties between neighbouring columns.

    What no tie joins to the neighbouring column meets the rest in a spot: it only shares the competency. A column
    whose only entry is `broken` is joined by crosses.
    """
    stacks = [[_card(entry, at) for entry in column] for at, column in enumerate(columns)]
    heights = [sum(card.height for card in stack) + _BETWEEN * (len(stack) - 1) for stack in stacks]
    tallest = max(heights)
    placed = [_placed(stack, _TOP + (tallest - height) / 2) for stack, height in zip(stacks, heights, strict=True)]
    picture = Picture(WIDTH, _TOP + tallest + _PAD, COLUMN, [card for stack in placed for card in stack])
    drawn = {tie: tie in best for tie in ties}
    for at in range(len(placed) - 1):
        _join(picture, at, placed[at], placed[at + 1], drawn)
    return picture


def fit(text: str, size: float, width: float, most: int) -> tuple[str, ...]:
    """Return the text in at most `most` lines of this width; what does not fit ends in an ellipsis.

    >>> fit("Programme industrial robots", 10, 110, 2)
    ('Programme', 'industrial robots')
    >>> fit("工业机器人离线编程与虚拟调试", 10, 60, 2)
    ('工业机器人离', '线编程与虚…')
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(" ".join(text.split())):
        if _width(line + piece.rstrip(), size) <= width or not line:
            line += piece
        else:
            lines.append(line.rstrip())
            line = piece
    lines.append(line.rstrip())
    lines = [part for whole in lines for part in _broken(whole, size, width)]
    if len(lines) > most:
        last = lines[most - 1]
        while last and _width(last + "…", size) > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return tuple(lines)


def _card(entry: CardContent, column: int) -> Card:
    # What is broken stands in bold.
    size = _TITLE_SIZE * (1.12 if entry.kind == "broken" else 1.0)
    lines = fit(entry.title, size, _INNER, 2)
    note = fit(entry.note, _NOTE_SIZE, _INNER, 1)[0] if entry.note else ""
    height = 2 * _PAD + _LINE * len(lines) + (_NOTE if note else 0)
    return Card(entry, column, column * (COLUMN + GAP), 0.0, height, lines, note)


def _placed(stack: Sequence[Card], top: float) -> list[Card]:
    cards = []
    for card in stack:
        cards.append(Card(card.entry, card.column, card.x, round(top, 1), card.height, card.lines, card.note))
        top += card.height + _BETWEEN
    return cards


def _join(picture: Picture, at: int, left: list[Card], right: list[Card], ties: Mapping[Tie, bool]) -> None:
    """Draw the lines between two neighbouring columns; `ties` says of each whether it is on the best chain."""
    x = at * (COLUMN + GAP) + COLUMN
    starts, ends = {card.entry.key: card for card in left}, {card.entry.key: card for card in right}
    if _is_broken(left) or _is_broken(right):
        _meet(picture, Spot(f"x{at}", "cross", x + GAP / 2, _mean(left if len(left) == 1 else right)), left, right)
        return
    drawn = [(start, end) for start, end in ties if start in starts and end in ends]
    for start, end in sorted(drawn, key=lambda tie: (ties[tie], tie)):
        reach = (x, starts[start].middle, x + GAP, ends[end].middle)
        picture.lines.append(_line(start, end, "tied", reach, is_best=ties[start, end]))
    # An orphan is of no role: it shares nothing with those that are.
    loose_left = [card for key, card in starts.items() if key not in {s for s, _ in drawn} and _joins(card)]
    loose_right = [card for key, card in ends.items() if key not in {e for _, e in drawn}]
    if loose_left or (loose_right and at < 2):
        spot = Spot(f"m{at}", "meeting", x + GAP / 2, _mean([*loose_left, *loose_right]))
        _meet(picture, spot, loose_left or left, loose_right or right)


def _joins(card: Card) -> bool:
    return card.entry.kind != "orphan"


def _meet(picture: Picture, spot: Spot, left: Iterable[Card], right: Iterable[Card]) -> None:
    kind: LineKind = "broken" if spot.kind == "cross" else "shared"
    for card in left:
        picture.lines.append(_line(card.entry.key, spot.key, kind, (card.x + COLUMN, card.middle, spot.x, spot.y)))
    for card in right:
        picture.lines.append(_line(spot.key, card.entry.key, kind, (spot.x, spot.y, card.x, card.middle)))
    picture.spots.append(spot)


def _is_broken(stack: list[Card]) -> bool:
    return stack[0].entry.kind == "broken"


def _mean(cards: Sequence[Card]) -> float:
    return round(sum(card.middle for card in cards) / len(cards), 1)


_Reach = tuple[float, float, float, float]
"""Where a line begins, and where it ends."""


def _line(start: str, end: str, kind: LineKind, reach: _Reach, *, is_best: bool = False) -> Line:
    x1, y1, x2, y2 = reach
    middle = (x1 + x2) / 2
    path = f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return Line(start, end, kind, path, round(middle, 1), round((y1 + y2) / 2, 1), is_best)


def _pieces(text: str) -> list[str]:
    """Return what may not be parted: words with the space behind them, and single wide characters."""
    pieces, word = [], ""
    for character in text:
        if _is_wide(character):
            pieces += [word] if word else []
            pieces.append(character)
            word = ""
        elif character == " ":
            pieces.append(word + " ")
            word = ""
        else:
            word += character
    return [*pieces, word] if word else pieces


def _broken(line: str, size: float, width: float) -> list[str]:
    """Return a line in parts that fit: a word may be longer than a card is wide."""
    if _width(line, size) <= width:
        return [line]
    lines, part = [], ""
    for character in line:
        if part and _width(part + character, size) > width:
            lines.append(part)
            part = ""
        part += character
    return [*lines, part]


def _width(text: str, size: float) -> float:
    return size * sum(map(_em, text))


@lru_cache(10_000)
def _em(character: str) -> float:
    """Return about how wide a character is; fonts differ, so rather too wide than too narrow."""
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0.0
    if _is_wide(character):
        return 1.0
    if character in "iljtf.,:;'|!()[] ":
        return 0.38
    if character in "mwMW@%":
        return 1.0
    return 0.84 if character in "<>=+~#&" else 0.72 if character.isupper() else 0.62


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}
