"""The geometry of charts: bars as long as what they say, marks at their height, none covering another."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.web.pictures.charts import HEIGHT, MOST_LINES, RADIUS, WIDTH, Reading, Timeline, axis_for, timeline
from api.web.pictures.dot_plot import dot_plot
from graph.snapshot.snapshot import Snapshot
from queries.feedback import give_feedback
from queries.semantics.attainment import THRESHOLD_SHARE

SHARES = st.floats(0, 1, allow_nan=False)
DAYS = st.integers(0, 900).map(lambda n: (date(2024, 1, 1) + timedelta(days=n)).isoformat())
READINGS = st.lists(
    st.dictionaries(DAYS, SHARES, min_size=1, max_size=3).map(lambda one: sorted(one.items())), max_size=9
)

SIDE_BY_SIDE = 8
"""So many marks find a place beside each other, wherever those before them stand: each takes at most two widths."""


def heights(chart: Timeline) -> list[tuple[float, float]]:
    """Return (score, height from the top) of every mark and level."""
    found = [(mark.score, mark.y) for mark in chart.marks]
    return [*found, *((level.share, level.y) for level in (*chart.levels, chart.threshold))]


@given(st.lists(st.none() | SHARES, max_size=9))
def test_bars_are_as_long_as_they_say(shares: list[float | None]) -> None:
    """Every share fits on the axis, in proportion to the others; a missing one has no length."""
    axis = axis_for(shares)
    assert axis.ticks[0] == 0
    assert axis.ticks[-1] == axis.top
    for share in shares:
        assert axis.at(share) == pytest.approx((share or 0) / axis.top * 100, abs=0.01)
        assert 0 <= axis.at(share) <= 100


def test_axis_is_no_longer_than_needed() -> None:
    """A chart of small shares is not drawn on an axis to 100 %."""
    assert [axis_for([top]).top for top in (0.0, 0.004, 0.03, 0.143, 0.42, 0.61, 1.0)] == [
        0.01, 0.01, 0.05, 0.2, 0.5, 0.8, 1.0,
    ]  # fmt: skip


@given(READINGS)
def test_heights_are_in_proportion(readings: list[list[Reading]]) -> None:
    """A mark's height is its score's, on the scale that the levels stand on."""
    chart = timeline(readings)
    (top_share, top), (low_share, low) = (0.6, chart.threshold.y), (chart.levels[-1].share, chart.levels[-1].y)
    assert top_share == THRESHOLD_SHARE < low_share
    for score, y in heights(chart):
        assert y == pytest.approx(top + (score - 0.6) / (low_share - 0.6) * (low - top), abs=0.2)


@given(READINGS)
def test_every_reading_is_marked_within(readings: list[list[Reading]]) -> None:
    """Each score is there once, with the number of its competency, and within the picture."""
    chart = timeline(readings)
    assert [(mark.number, mark.day, mark.score) for mark in chart.marks] == [
        (number, day, score) for number, one in enumerate(readings, 1) for day, score in one
    ]
    for mark in chart.marks:
        assert chart.left + RADIUS - 0.1 <= mark.x <= chart.right - RADIUS + 0.1
        assert RADIUS <= mark.y <= HEIGHT - RADIUS
        assert mark.x < WIDTH
        assert mark.is_below == (mark.score < THRESHOLD_SHARE)


@given(READINGS)
def test_no_mark_covers_another(readings: list[list[Reading]]) -> None:
    """However close scores and days are, every number can be read, unless there are more than stand side by side."""
    marks = timeline(readings).marks
    assume(all(sum(abs(one.y - other.y) < 2 * RADIUS + 1 for other in marks) <= SIDE_BY_SIDE for one in marks))
    for one, other in combinations(marks, 2):
        assert max(abs(one.x - other.x), abs(one.y - other.y)) >= 2 * RADIUS - 0.1


@given(READINGS)
def test_lines_join_what_was_assessed_again(readings: list[list[Reading]]) -> None:
    """A line goes through the marks of each competency that has several, and there is no other."""
    chart = timeline(readings)
    again = [number for number, one in enumerate(readings, 1) if len(one) > 1]
    assert len(chart.lines) == len(again)
    for number, line in zip(again, chart.lines, strict=True):
        assert line == "M" + "L".join(f"{mark.x} {mark.y}" for mark in chart.marks if mark.number == number)


def test_days_stand_in_order() -> None:
    """What was scored later stands further to the right, and the first and last day are written."""
    chart = timeline([[("2024-01-01", 0.9), ("2024-07-01", 0.7), ("2025-01-01", 0.5)]])
    places = [mark.x for mark in chart.marks]
    assert places == sorted(places)
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=2)
    assert [day.text for day in chart.days] == ["2024-01-01", "2025-01-01"]


def test_single_day_stands_in_the_middle() -> None:
    """One day has no direction."""
    chart = timeline([[("2024-01-01", 0.5)]])
    assert chart.marks[0].x == (chart.left + chart.right) / 2
    assert [day.text for day in chart.days] == ["2024-01-01"]


def test_crowded_chart_is_cut() -> None:
    """A chart has room for so many competencies; the rest is left to the table."""
    chart = timeline([[("2024-01-01", 0.5)]] * 40)
    assert {mark.number for mark in chart.marks} == set(range(1, MOST_LINES + 1))


def test_nothing_assessed_is_an_empty_chart() -> None:
    """Without a score there are levels, and no mark."""
    chart = timeline([])
    assert (chart.marks, chart.lines, chart.days) == ([], [], [])


def test_dots_stand_at_their_scores(example: Snapshot) -> None:
    """Each competency of each cohort has its row, lowest attainment first, its dots where its scores are."""
    found = give_feedback(example)
    plot = dot_plot(found.cohorts)
    assert len(plot.rows) == found.assessed
    assert [row.attained.attainment for row in plot.rows] == sorted(row.attained.attainment for row in plot.rows)
    (first, start), *_, (last, end) = plot.ticks
    assert (start, last, end) == (0.0, 1.0, 100.0)
    for row in plot.rows:
        score = row.attained.assessments[-1].score
        assert row.latest == pytest.approx((score - first) / (last - first) * 100, abs=0.01)
        assert row.is_below == (row.latest < plot.threshold)
        assert (row.before is None) == (len(row.attained.assessments) == 1)
