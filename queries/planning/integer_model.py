"""Budgeted maximum coverage as an integer program, with a greedy solution and dominated columns removed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

Choice = frozenset[int]
Score = tuple[int, int, int, int, tuple[int, ...]]
"""`(-first gain, -whole gain, hours, how many, ascending columns)` of a choice: the smaller the better."""


@dataclass(frozen=True, slots=True)
class IntegerProgram:
    """Integer program: columns to choose, and goals that chosen columns cover, each of which then brings its gain.

    Gains of goals in `first` are compared before all gains. `covers` and `needs` are by column: the goals that it
    reaches, and the columns that must be chosen with it. `hours`, above 0, are whole, in any unit; a limit of None is
    none. No choice may contain one of `without` whole.
    """

    gains: tuple[int, ...]
    first: frozenset[int]
    covers: tuple[frozenset[int], ...]
    needs: tuple[Choice, ...]
    hours: tuple[int, ...]
    max_hours: int | None = None
    max_chosen: int | None = None
    without: tuple[Choice, ...] = ()

    def score(self, choice: Choice) -> Score:
        """Return what the choice is worth."""
        goals = self.reached(choice)
        first = sum(self.gains[g] for g in goals & self.first)
        whole = sum(self.gains[g] for g in goals)
        return (-first, -whole, self.hours_of(choice), len(choice), tuple(sorted(choice)))

    def reached(self, choice: Iterable[int]) -> frozenset[int]:
        """Return the goals that the columns reach together."""
        return frozenset().union(*(self.covers[t] for t in choice))

    def hours_of(self, choice: Iterable[int]) -> int:
        """Return the hours of the columns together."""
        return sum(self.hours[t] for t in choice)

    def has_room(self, choice: Choice) -> bool:
        """Say whether the choice keeps within the limits; where it does not, no larger one does."""
        return (
            (self.max_hours is None or self.hours_of(choice) <= self.max_hours)
            and (self.max_chosen is None or len(choice) <= self.max_chosen)
            and not any(whole <= choice for whole in self.without)
        )

    def allows(self, choice: Choice) -> bool:
        """Say whether the choice keeps within the limits, and holds all that its columns need."""
        return self.has_room(choice) and all(self.needs[t] <= choice for t in choice)


def undominated(program: IntegerProgram) -> list[int]:
    """Return, ascending, the columns among which the best choice is.

    Left out is what no column left in needs and another can stand in for: it reaches as much, needs no more, and takes
    fewer hours (or as many, with a smaller number). Of near-identical columns few remain. Where some choice is ruled
    out, a stand-in might complete it: then only what reaches nothing is left out.
    """
    remaining = dict.fromkeys(range(len(program.hours)))
    while True:
        needed = frozenset().union(*(program.needs[t] for t in remaining))
        by_goal: dict[int, list[int]] = {}
        for t in remaining:
            for g in program.covers[t]:
                by_goal.setdefault(g, []).append(t)
        dropped = [t for t in remaining if t not in needed and _has_stand_in(program, t, by_goal)]
        if not dropped:
            return list(remaining)
        for t in dropped:
            del remaining[t]


def _has_stand_in(program: IntegerProgram, column: int, by_goal: dict[int, list[int]]) -> bool:
    covers, rank = program.covers[column], (program.hours[column], column)
    if not covers or program.without:
        return not covers
    rivals = min((by_goal[g] for g in covers), key=len)
    return any(
        (program.hours[t], t) < rank and program.covers[t] >= covers and program.needs[t] <= program.needs[column]
        for t in rivals
    )


def greedy(program: IntegerProgram, columns: Iterable[int]) -> Choice:
    """Return a choice made by always taking what brings most for an hour, with all that it needs; then pruned."""
    whole = {t: _with_needs(program, t) for t in columns if program.covers[t]}
    reaches = {t: program.reached(needed) for t, needed in whole.items()}
    chosen: Choice = frozenset()
    reached: frozenset[int] = frozenset()
    while True:
        # What brings nothing more, or does not fit any more, never will again.
        whole = {t: needed for t, needed in whole.items() if reaches[t] - reached and program.has_room(chosen | needed)}
        if not whole:
            return pruned(program, chosen)
        best = min((*_worth(program, reaches[t] - reached, needed - chosen), t) for t, needed in whole.items())[2]
        chosen |= whole[best]
        reached |= reaches[best]


def _worth(program: IntegerProgram, goals: frozenset[int], columns: Choice) -> tuple[float, float]:
    """Return minus the first gain, and minus the whole gain, of the goals for an hour of the columns."""
    hours = program.hours_of(columns)
    first = sum(program.gains[g] for g in goals & program.first)
    return (-first / hours, -sum(program.gains[g] for g in goals) / hours)


def _with_needs(program: IntegerProgram, column: int) -> Choice:
    needed, todo = {column}, [column]
    while todo:
        new = program.needs[todo.pop()] - needed
        needed |= new
        todo += new
    return frozenset(needed)


def pruned(program: IntegerProgram, choice: Choice) -> Choice:
    """Return the choice without columns that add nothing to it, the longest dropped first."""
    remaining = set(choice)
    covered = Counter(g for t in remaining for g in program.covers[t])
    needed = Counter(p for t in remaining for p in program.needs[t])
    by_length = sorted(remaining, key=lambda t: (-program.hours[t], -t))
    while True:
        idle = next((t for t in by_length if not needed[t] and all(covered[g] > 1 for g in program.covers[t])), None)
        if idle is None:
            return frozenset(remaining)
        remaining.remove(idle)
        by_length.remove(idle)
        covered.subtract(program.covers[idle])
        needed.subtract(program.needs[idle])
