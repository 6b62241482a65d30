"""What would close a gap, by brute force over every path: what `closed_by` is compared with."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.support.oracle import Answer, View

NEAREST = ("rehearses", "applies", "same_responsibility", "same_broader")


class Path(NamedTuple):
    """A way to a course or task; compared, the best is the least."""

    because: int
    weakness: float
    owner: str
    end: str
    shared: str
    competency: str


class Closed(NamedTuple):
    """What an answer should name: `(owner, unit, because, shared, competency)` and the like."""

    courses: list[tuple[str, str, str, str, str]]
    tasks: list[tuple[str, str, str, str | None]]
    enterprises: list[tuple[str, str, float]]


class Closing:
    """What would close gaps in a view of the world."""

    def __init__(self, view: View) -> None:
        self.view, self.world = view, view.world

    def close(self, c: str, flaws: set[str]) -> Closed:
        """Name what would close the gap of a competency with these flaws."""
        near = self.view.answer(c)
        if not near.roles:
            return Closed([], [], [])
        teachers = self.view.holders(near.units)
        lone = "fragile" in flaws and len(near.tasks) == 1
        courses: list[Path] = []
        if not near.units or "below_level" in flaws or ("fragile" in flaws and len(teachers) == 1):
            courses = best(self._courses(c, near, teachers))
        tasks: list[Path] = []
        hosted = flaws & {"single_host", "campus_only"}
        if not near.tasks or lone or flaws & {"indirect", "below_level"}:
            tasks = best(self._tasks(c, near))
        elif hosted:
            tasks = best(path for path in self._tasks(c, near) if self._is_elsewhere(path.end, near, flaws))
        return Closed(
            [(p.owner, p.end, NEAREST[p.because], p.shared, p.competency) for p in courses],
            [(p.end, NEAREST[p.because], p.shared, p.competency or None) for p in tasks],
            self._enterprises(near),
        )

    def _others(self, c: str, near: Answer) -> Iterator[tuple[int, float, str, str]]:
        world = self.world
        for j, weight in near.duties.items():
            for d, w in world.out("REQUIRES", j).items():
                if d != c and w >= self.view.scope.min_weight:
                    yield 2, weight * w, j, d
        for b, weight in world.out("BROADER", c).items():
            for d, w in world.into("BROADER", b).items():
                if d != c:
                    yield 3, weight * w, b, d

    def _courses(self, c: str, near: Answer, teachers: set[str]) -> Iterator[Path]:
        world, view = self.world, self.view
        for because, strength, shared, d in self._others(c, near):
            for k, w in world.into("DEVELOPS", d).items():
                if w < view.scope.min_weight or k not in view.kept_units or k in near.units or k in world.course_units:
                    continue
                holding = world.into("COVERS", k)
                for owner in holding or [k]:
                    if owner == k or (
                        owner not in teachers and (view.counting_courses is None or owner in view.counting_courses)
                    ):
                        yield Path(because, -strength * w, owner, k, shared, d)

    def _tasks(self, c: str, near: Answer) -> Iterator[Path]:
        world, view = self.world, self.view
        for t in view.kept_tasks - near.tasks.keys():
            for because, relation, nodes in ((0, "PREPARES_FOR", near.duties), (1, "APPLIES", near.units)):
                for node, w in world.out(relation, t).items():
                    if node in nodes:
                        yield Path(because, -nodes[node] * w, t, t, node, "")
            for because, strength, shared, d in self._others(c, near):
                weight = world.out("PRACTISES", t).get(d, 0.0)
                if d in world.out("PRACTISES", t) and weight >= view.scope.min_weight:
                    yield Path(because, -strength * weight, t, t, shared, d)

    def _is_elsewhere(self, task: str, near: Answer, flaws: set[str]) -> bool:
        hosts = self.world.into("HOSTS", task)
        if "campus_only" in flaws:
            return any(self.world.values[host].get("kind") == "enterprise" for host in hosts)
        return bool(hosts.keys() - {host for t in near.tasks for host in self.world.into("HOSTS", t)})

    def _enterprises(self, near: Answer) -> list[tuple[str, str, float]]:
        found = []
        for e in self.world.of_kind("Enterprise"):
            roles = [r for r in self.world.out("EMPLOYS", e) if r in near.roles]
            if roles:
                demand = {r: self.view.link_openings(e, r) * near.roles[r] for r in roles}
                role = min(roles, key=lambda r: (-demand[r], r))
                found.append((-sum(demand.values()), e, role, self.view.link_openings(e, role)))
        return [(e, role, openings) for _, e, role, openings in sorted(found)[:3]]


def best(paths: Iterator[Path]) -> list[Path]:
    """Return the best path to each owner, and of those the three best."""
    found: dict[str, Path] = {}
    for path in sorted(paths):
        found.setdefault(path.owner, path)
    return list(found.values())[:3]
