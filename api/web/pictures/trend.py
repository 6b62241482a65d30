"""Line chart of a trend: a share at each of a few revisions, evenly spaced, on a scale that its values fill."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from api.service.trend_files import TrendPoint

WIDTH, HEIGHT = 320, 110
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 280, 12, 78
_LEAST_SPAN = 0.1
"""The least part of the scale that is shown, as a share: small changes are not drawn as large ones."""


class PlacedPoint(NamedTuple):
    """A point of the line, and where it stands."""

    x: float
    y: float
    point: TrendPoint


class TrendLine(NamedTuple):
    """The line: its points, the parts of its path where no share is missing between, and the ticks (y, share)."""

    points: Sequence[PlacedPoint]
    paths: Sequence[str]
    ticks: Sequence[tuple[float, float]]
    rows: Sequence[TrendPoint]

    @property
    def is_drawn(self) -> bool:
        """Whether there are two points to draw a line between."""
        return len(self.points) > 1


def trend_line(points: Sequence[TrendPoint]) -> TrendLine:
    """Return the line through the points, the earliest first."""
    known = [point.share for point in points if point.share is not None]
    low, high = _scale(known)
    step = (_RIGHT - _LEFT) / max(len(points) - 1, 1)
    placed = [(_LEFT + n * step, point) for n, point in enumerate(points)]

    def level(share: float) -> float:
        return round(_BOTTOM - (share - low) / (high - low) * (_BOTTOM - _TOP), 1)

    paths, drawn = [], []
    for has_share, group in groupby(placed, lambda pair: pair[1].share is not None):
        if has_share:
            at = [PlacedPoint(round(x, 1), level(point.share or 0.0), point) for x, point in group]
            drawn += at
            paths.append("M" + " L".join(f"{one.x} {one.y}" for one in at))
    return TrendLine(drawn, paths, [(level(low), low), (level(high), high)], points)


def _scale(shares: Sequence[float]) -> tuple[float, float]:
    """Return the least and the largest share of the scale, in tenths.

    >>> _scale([0.41, 0.593]), _scale([1.0]), _scale([])
    ((0.4, 0.6), (0.9, 1.0), (0.0, 1.0))
    """
    if not shares:
        return 0.0, 1.0
    low, high = int(min(shares) * 10) / 10, -int(-max(shares) * 10 // 1) / 10
    if high - low < _LEAST_SPAN / 2:
        low, high = (low, low + _LEAST_SPAN) if low < 1 else (1 - _LEAST_SPAN, 1.0)
    return round(low, 1), round(high, 1)
