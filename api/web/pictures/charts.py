"""Chart geometry: bars on a common axis, in percent of it, and scores over time, in SVG user units. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from queries.semantics.attainment import THRESHOLD_SHARE

_TOPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Where an axis of shares may end: half of each can be said in a short number, too."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of shares from 0 to `top`; `ticks` are the shares that are written beside it, ascending."""

    top: float
    ticks: tuple[float, ...]

    def at(self, share: float | None) -> float:
        """Return where a share stands, in percent of the length; a missing one at the beginning.

        >>> Axis(0.4, ()).at(0.1)
        25.0
        """
        return round(min((share or 0.0) / self.top, 1.0) * 100, 2)


def axis_for(shares: Iterable[float | None]) -> Axis:
    """Return the shortest axis that all of the shares fit on.

    >>> axis_for([0.08, 0.143, None])
    Axis(top=0.2, ticks=(0.0, 0.1, 0.2))
    """
    largest = max((share for share in shares if share is not None), default=0.0)
    top = next((top for top in _TOPS if largest <= top), 1.0)
    return Axis(top, (0.0, top / 2, top))


WIDTH, HEIGHT = 360.0, 196.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 352.0, 12.0, 168.0
RADIUS = 8.5
"""How large a mark is: a number of two digits stands in it."""
_INSET = 18.0
MOST_LINES = 12
"""How many competencies one chart has room for."""

Reading = tuple[str, float]
"""A day and the score on it, 0 to 1."""


class ScoreMark(NamedTuple):
    """A score: whose it is, when, and where it stands. What is below the threshold has another shape."""

    number: int
    day: str
    score: float
    x: float
    y: float

    @property
    def is_below(self) -> bool:
        """Whether the score is below the threshold."""
        return self.score < THRESHOLD_SHARE


class ScoreLevel(NamedTuple):
    """A level of scores: its share, and its height in the chart."""

    share: float
    y: float


class DayLabel(NamedTuple):
    """A day that is written below the chart."""

    text: str
    x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Scores over time. `marks` by number, then by day; `lines` join the marks of those that were assessed again."""

    levels: list[ScoreLevel]
    threshold: ScoreLevel
    days: list[DayLabel]
    marks: list[ScoreMark]
    lines: list[str]
    left: float = _LEFT
    right: float = _RIGHT


def timeline(readings: Sequence[Sequence[Reading]]) -> Timeline:
    """Return the chart of what was read of each, numbered from 1; days are ISO dates, ascending.

    A mark is moved sideways where another one stands, so that both can be read; its height is exact.
    """
    shown = readings[:MOST_LINES]
    days = sorted({day for one in shown for day, _ in one})
    lowest = min((score for one in shown for _, score in one), default=1.0)
    # The threshold is in sight, and the lowest mark is clear of the frame.
    base = max(int(min(lowest, THRESHOLD_SHARE) * 10 - 0.5) / 10, 0.0)
    at = {day: _x_of(day, days) for day in days}
    marks: list[ScoreMark] = []
    for number, one in enumerate(shown, 1):
        for day, score in one:
            y = _y_of(score, base)
            marks.append(ScoreMark(number, day, score, _free(at[day], y, marks), y))
    steps = [share / 10 for share in range(round(base * 10), 11, 2)]
    return Timeline(
        levels=[ScoreLevel(share, _y_of(share, base)) for share in steps if abs(share - THRESHOLD_SHARE) > 0.01],
        threshold=ScoreLevel(THRESHOLD_SHARE, _y_of(THRESHOLD_SHARE, base)),
        days=_written(days, at),
        marks=marks,
        lines=[path for number in range(1, len(shown) + 1) if (path := _path(number, marks))],
    )


def _x_of(day: str, days: Sequence[str]) -> float:
    first, last = (date.fromisoformat(one).toordinal() for one in (days[0], days[-1]))
    if first == last:
        return (_LEFT + _RIGHT) / 2
    share = (date.fromisoformat(day).toordinal() - first) / (last - first)
    return round(_LEFT + _INSET + share * (_RIGHT - _LEFT - 2 * _INSET), 1)


def _y_of(score: float, base: float) -> float:
    return round(_BOTTOM - (score - base) / (1 - base) * (_BOTTOM - _TOP), 1)


def _free(x: float, y: float, marks: Sequence[ScoreMark]) -> float:
    """Return the place nearest to x, within the chart, at which no mark stands; x where there is none."""
    apart, near = 2 * RADIUS + 1, [mark.x for mark in marks if abs(mark.y - y) < 2 * RADIUS + 1]
    for step in range(int((_RIGHT - _LEFT) / apart * 4)):
        for offered in (x + step * apart / 4, x - step * apart / 4):
            is_inside = _LEFT + RADIUS <= offered <= _RIGHT - RADIUS
            if is_inside and all(abs(offered - other) >= apart for other in near):
                return round(offered, 1)
    return x


def _path(number: int, marks: Sequence[ScoreMark]) -> str:
    points = [f"{mark.x} {mark.y}" for mark in marks if mark.number == number]
    return "M" + "L".join(points) if len(points) > 1 else ""


def _written(days: Sequence[str], at: dict[str, float]) -> list[DayLabel]:
    """Return the first and the last day; where they are one, that."""
    if not days:
        return []
    if len(days) == 1:
        return [DayLabel(days[0], at[days[0]], "middle")]
    return [DayLabel(days[0], _LEFT, "start"), DayLabel(days[-1], _RIGHT, "end")]
