"""Small planning problems, made up and solved by trying every choice."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from hypothesis import strategies as st

from graph.model import NodeId
from graph.snapshot.snapshot import Snapshot
from queries.parameters.plan import PlanWish
from tests.support.factory import says, snapshot_of


@dataclass(frozen=True)
class Case:
    """A small planning problem, and by trying every choice what its plan must be. Weights and hours are exact."""

    weights: tuple[float, ...]
    is_taught: tuple[bool, ...]
    practises: tuple[frozenset[int], ...]
    needs: tuple[frozenset[int], ...]
    hours: tuple[float | None, ...]
    have: frozenset[str]
    max_hours: float | None
    max_tasks: int | None

    def graph(self) -> Snapshot:
        """Return the graph; two sources state the prerequisites, so that circles can arise."""
        lines = [f"r0 REQUIRES c{c} {weight}" for c, weight in enumerate(self.weights) if c % 2 == 0]
        lines += ["r0 HAS_RESPONSIBILITY j0 0.5"]
        lines += [f"j0 REQUIRES c{c} {weight}" for c, weight in enumerate(self.weights) if c % 2]
        lines += [f"k{c} DEVELOPS c{c}" for c, is_taught in enumerate(self.is_taught) if is_taught]
        lines += [f"t{t} PRACTISES c{c}" for t, practised in enumerate(self.practises) for c in practised]
        lines += [f"t{t}" for t in range(len(self.practises))]
        needs = [(f"t{p} PREREQUISITE_OF t{t}", p < t) for t, needed in enumerate(self.needs) for p in needed]
        nodes = {f"t{t}": {"hours": hours} for t, hours in enumerate(self.hours) if hours is not None}
        return snapshot_of(
            says(*lines, *(line for line, is_up in needs if is_up), nodes=nodes, by="one"),
            says(*(line for line, is_up in needs if not is_up), by="two"),
        )

    def wish(self) -> PlanWish:
        """Return the limits, and what is held."""
        have = tuple(NodeId(held) for held in sorted(self.have))
        return PlanWish(max_hours=self.max_hours, max_tasks=self.max_tasks, have=have)

    def weight(self, c: int) -> float:
        """Return w(r,c); the odd ones are required through a responsibility."""
        return self.weights[c] if c % 2 == 0 else 0.5 * self.weights[c]

    def hours_of(self, t: int) -> float:
        """Return the task's hours, or the median of the stated ones, or 1."""
        stated = sorted(hours for hours in self.hours if hours is not None)
        middle = len(stated) // 2
        usual = (stated[middle] if len(stated) % 2 else (stated[middle - 1] + stated[middle]) / 2) if stated else 1.0
        hours = self.hours[t]
        return usual if hours is None else hours

    def shares(self, chosen: frozenset[int]) -> tuple[float, float]:
        """Return (taught and practised, practised) with what is held and these tasks."""
        done = chosen | {t for t in range(len(self.practises)) if f"t{t}" in self.have}
        practised = {
            c for c in range(len(self.weights)) if f"c{c}" in self.have or any(c in self.practises[t] for t in done)
        }
        taught = {c for c in practised if self.is_taught[c] or f"c{c}" in self.have}
        every = sum(self.weight(c) for c in range(len(self.weights)))
        return sum(self.weight(c) for c in taught) / every, sum(self.weight(c) for c in practised) / every

    def allows(self, chosen: frozenset[int]) -> bool:
        """Say whether the tasks keep to the limits and have their prerequisites."""
        held = {t for t in range(len(self.practises)) if f"t{t}" in self.have}
        return (
            (self.max_hours is None or sum(map(self.hours_of, chosen)) <= self.max_hours)
            and (self.max_tasks is None or len(chosen) <= self.max_tasks)
            and all(self.needs[t] <= chosen | held for t in chosen)
        )

    def choices(self) -> Iterator[frozenset[int]]:
        """Yield every set of tasks that are not held."""
        free = [t for t in range(len(self.practises)) if f"t{t}" not in self.have]
        return (frozenset(chosen) for n in range(len(free) + 1) for chosen in combinations(free, n))

    def best(self) -> frozenset[int]:
        """Return the tasks of the best plan."""
        return self.best_plans(1)[0]

    def best_plans(self, most: int) -> list[frozenset[int]]:
        """Return the best plan, then the best of those that contain none before; not the empty one after another."""

        def rank(chosen: frozenset[int]) -> tuple[float, float, float, int, list[int]]:
            taught, practised = self.shares(chosen)
            return (
                -round(taught, 9),
                -round(practised, 9),
                sum(map(self.hours_of, chosen)),
                len(chosen),
                sorted(chosen),
            )

        found: list[frozenset[int]] = []
        allowed = sorted(filter(self.allows, self.choices()), key=rank)
        while len(found) < most:
            left = [chosen for chosen in allowed if not any(before <= chosen for before in found)]
            if not left or (found and not left[0]):
                break
            found.append(left[0])
        return found


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Make up a case of at most 8 tasks; prerequisites may go in circles. Weights and hours are eighths, thus exact."""
    n, goals = draw(st.integers(0, 8)), draw(st.integers(1, 5))
    tasks, competencies = st.integers(0, max(n - 1, 0)), st.integers(0, goals - 1)
    some = st.frozensets(competencies, max_size=3)
    needs = [draw(st.one_of(st.just(frozenset[int]()), st.frozensets(tasks, max_size=2))) - {t} for t in range(n)]
    hours = st.one_of(st.none(), st.sampled_from([0.5, 1.0, 2.0, 2.5, 4.0]))
    held = st.one_of(st.builds("c{}".format, competencies), *([st.builds("t{}".format, tasks)] if n else []))
    return Case(
        weights=tuple(draw(st.sampled_from([0.125, 0.25, 0.5, 0.625, 1.0])) for _ in range(goals)),
        is_taught=tuple(draw(st.booleans()) for _ in range(goals)),
        practises=tuple(draw(some) for _ in range(n)),
        needs=tuple(needs),
        hours=tuple(draw(hours) for _ in range(n)),
        have=draw(st.frozensets(held, max_size=2)),
        max_hours=draw(st.one_of(st.none(), st.sampled_from([0.5, 1.0, 3.0, 4.5, 7.0, 9.5]))),
        max_tasks=draw(st.one_of(st.none(), st.integers(1, 5))),
    )
