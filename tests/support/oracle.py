"""The chain's semantics once more, by brute force over dicts: what the answers of `queries` are compared with.

It follows docs/definitions.md sentence by sentence, enumerates every chain, and shares no code with what it judges.
"""

import json
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from statistics import median
from typing import NamedTuple, TypeVar, cast

from graph.changes import ChangeSet
from queries.semantics.scope import Scope

Weights = dict[str, float]
Key = tuple[str, str, str]
N = TypeVar("N", int, float)
SEVERITY = {
    "unpractised": 4,
    "untaught": 4,
    "unserved": 5,
    "undemanded": 1,
    "taught_only": 1,
    "practised_only": 1,
    "isolated": 0,
}
STATUS = {
    "yyy": "connected",
    "y-y": "unpractised",
    "-yy": "untaught",
    "--y": "unserved",
    "yy-": "undemanded",
    "y--": "taught_only",
    "-y-": "practised_only",
    "---": "isolated",
}


class Link(NamedTuple):
    """What is stated of a link."""

    weight: float | None
    level: int | None
    term: int | None
    openings: int | None


class Counting(NamedTuple):
    """A link that counts for a competency: whether it is inferred, and whose it is where it is another's."""

    weight: float
    level: int
    inferred: bool = False
    via: str | None = None
    way: str | None = None

    @property
    def mark(self) -> tuple[bool, str | None, str | None]:
        """Why it counts."""
        return self.inferred, self.via, self.way


UNMARKED = (False, None, None)


class Chain(NamedTuple):
    """A chain, with what it is ordered by."""

    link: str
    supply: float
    unit: str
    task: str
    role: str
    duty: str | None
    demand: float


@dataclass
class Answer:
    """All that is to be said of one competency in one scope."""

    ids: list[str]
    units: Weights
    tasks: Weights
    duties: Weights
    roles: Weights
    chains: list[Chain] = field(default_factory=list)
    status: str = ""
    resilience: int | None = None
    flaws: list[str] = field(default_factory=list)
    marks: dict[str, tuple[bool, str | None, str | None]] = field(default_factory=dict)
    narrower: tuple[int, int, bool] | None = None
    demand: float = 0.0
    hours: float = 0.0
    severity: int = -1

    @property
    def link(self) -> str | None:
        """The best chain's link, None where there is no chain."""
        return self.chains[0].link if self.chains else None


class World:
    """What several sources state together: live nodes and links, with the classes of SAME_AS made one.

    An `exact` one computes with weights as they are written down: 0.7 * 0.1 is 0.07 in it.
    """

    def __init__(self, said: Iterable[ChangeSet], *, exact: bool = False) -> None:
        self._is_exact = exact
        self.said = list(said)
        spoken = sorted(self.said, key=lambda changes: (changes.source.rank, changes.source.name))
        self.kind: dict[str, str] = {}
        self.values: dict[str, dict[str, object]] = {}
        self.dormant = 0
        self.course_units: list[str] = []
        voice: dict[str, int] = {}
        for place, changes in enumerate(spoken):
            for node_id, (kind, text) in changes.nodes.items():
                self.kind.setdefault(node_id, kind)
                voice.setdefault(node_id, place)
                self.values[node_id] = {**json.loads(text), **self.values.get(node_id, {})}
        live = self._live(spoken)
        self.members = self._classes(live, voice)
        self._same = {member: ids[0] for ids in self.members.values() for member in ids}
        for ids in self.members.values():
            for other in ids[1:]:
                self.values[ids[0]] = {**self.values[other], **self.values[ids[0]]}
        self.links: dict[str, dict[tuple[str, str], Link]] = {}
        self._out: dict[tuple[str, str], Weights] = {}
        self._into: dict[tuple[str, str], Weights] = {}
        self._lay_out(live)

    def _live(self, spoken: list[ChangeSet]) -> dict[Key, Link]:
        """Merge what is said of each link, first speaker first; count and leave out what lacks an end."""
        stated: dict[Key, Link] = {}
        for changes in spoken:
            for key, (weight, level, term, openings, _) in changes.links.items():
                known = stated.get(key, Link(None, None, None, None))
                stated[key] = Link(
                    weight if known.weight is None else known.weight,
                    level if known.level is None else known.level,
                    term if known.term is None else known.term,
                    openings if known.openings is None else known.openings,
                )
        live = {key: link for key, link in stated.items() if key[0] in self.kind and key[2] in self.kind}
        self.dormant = len(stated) - len(live)
        return live

    def _lay_out(self, live: dict[Key, Link]) -> None:
        """Move links to classes: where several fall together, the larger values stand; no weight stated is 1."""
        for (a, relation, b), (weight, level, term, openings) in sorted(live.items()):
            ends = (self.now(a), self.now(b))
            name = "CLOSE_TO" if relation == "SAME_AS" else relation
            if ends[0] != ends[1]:
                links = self.links.setdefault(name, {})
                known = links.get(ends, Link(None, None, None, None))
                links[ends] = Link(
                    _larger(known.weight, self._number(1.0 if weight is None else weight)),
                    _larger(known.level, level),
                    _larger(known.term, term),
                    _larger(known.openings, openings),
                )
        for relation, links in self.links.items():
            for (a, b), link in sorted(links.items()):
                self._out.setdefault((relation, a), {})[b] = link.weight or 0.0
                self._into.setdefault((relation, b), {})[a] = link.weight or 0.0

    def _number(self, weight: float) -> float:
        return cast(float, Fraction(str(weight))) if self._is_exact else weight

    def now(self, node_id: str) -> str:
        """The id under which the node's class stands."""
        return self._same.get(node_id, node_id)

    def of_kind(self, kind: str) -> list[str]:
        """Every node of a kind, a class once, by id."""
        return sorted({self.now(node_id) for node_id, found in self.kind.items() if found == kind})

    def out(self, relation: str, start: str) -> Weights:
        """What the relation leads to from a node, with weights."""
        return self._out.get((relation, start), {})

    def into(self, relation: str, end: str) -> Weights:
        """What the relation leads from to a node, with weights."""
        return self._into.get((relation, end), {})

    def of_institution(self, institution: str) -> "World":
        """What its own sources, and those that belong to nobody, state."""
        ids = {"", *self.members.get(self.now(institution), [institution])}
        said = [one for one in self.said if one.source.institution_id in ids]
        return World(said, exact=self._is_exact)

    def with_course_units(self) -> "World":
        """The world in which each course that aims at something and covers no unit is one itself."""
        twin = copy(self)
        twin.course_units = [
            co for co in self.of_kind("Course") if self.out("AIMS_AT", co) and not self.out("COVERS", co)
        ]
        aims = {ends: link for ends, link in self.links.get("AIMS_AT", {}).items() if ends[0] in twin.course_units}
        added = {"COVERS": {(co, co): Link(1.0, None, None, None) for co in twin.course_units}, "DEVELOPS": aims}
        twin.links = {**self.links, **{name: {**self.links.get(name, {}), **more} for name, more in added.items()}}
        twin._out = {key: dict(ends) for key, ends in self._out.items()}
        twin._into = {key: dict(ends) for key, ends in self._into.items()}
        for relation, more in added.items():
            for (a, b), link in sorted(more.items()):
                twin._out.setdefault((relation, a), {})[b] = link.weight or 0.0
                twin._into.setdefault((relation, b), {})[a] = link.weight or 0.0
        return twin

    def _classes(self, live: dict[Key, Link], voice: dict[str, int]) -> dict[str, list[str]]:
        """Merge by exact pairs, one-to-one between two vocabularies; drop classes with a vocabulary twice."""
        strong = set()
        for (a, relation, b), link in live.items():
            if relation == "SAME_AS" and (link.weight is None or link.weight >= 0.9):
                strong.add(frozenset((a, b)))
        exact = []
        for pair in strong:
            between = {_prefix(one) for one in pair}
            rivals = [other for other in strong if other & pair and {_prefix(one) for one in other} == between]
            if len(between) == 2 and len(rivals) == 1:
                exact.append(pair)
        groups: list[set[str]] = []
        for pair in exact:
            touched = [group for group in groups if group & pair]
            groups = [group for group in groups if not group & pair] + [set(pair).union(*touched)]
        found = {}
        for group in groups:
            if len({_prefix(one) for one in group}) == len(group):
                ids = sorted(group, key=lambda one: (voice[one], one))
                found[ids[0]] = ids
        return found


def _is_due(terms: set[int | None], by: int) -> bool:
    """Say whether something with these terms counts by then: what has no term on some way does."""
    return any(term is None or term <= by for term in terms)


class View:
    """A world seen in a scope; narrowed to its focus where it is `focused`, as for a question about many."""

    def __init__(self, world: World, scope: Scope, *, focused: bool = False) -> None:
        self._whole = world
        if scope.institution is not None:
            world = world.of_institution(scope.institution)
        if scope.infer_aims:
            world = world.with_course_units()
        self.world, self.scope, self.least = world, scope, Fraction(str(scope.min_weight))
        self.unrecorded = False
        self.is_ours = focused and (scope.focus == "ours" or (scope.focus == "auto" and bool(self.wanted_roles())))
        self.disciplines = self._disciplines()
        self.courses = self._courses()
        self._leave_standards_out()
        self.counting_courses = self.courses
        if scope.term is not None:
            everyone = set(world.of_kind("Course")) if self.courses is None else self.courses
            self.counting_courses = {
                co for co in everyone if _is_due(self._terms("OFFERS", co, self.disciplines), scope.term)
            }
        units = [*world.of_kind("KnowledgeUnit"), *world.course_units]
        self.kept_units = {k for k in units if self._is_ours("COVERS", k)}
        self.kept_tasks = {t for t in world.of_kind("TrainingTask") if self._is_ours("SCHEDULES", t)}
        self.kept_roles: set[str] | None = self.wanted_roles() if self.is_ours else None
        if self.kept_roles == set(world.of_kind("Role")):
            self.kept_roles = None
        self._narrow_to_curricula()
        if scope.host is not None:
            self.kept_tasks &= world.out("HOSTS", scope.host).keys()
        self._narrow_roles()
        self.undated = 0
        if scope.term is not None:
            # `unit_terms` are those of courses that are due: a unit of later courses alone has none, and is left out
            later = {k for k in self.kept_units if world.into("COVERS", k) and not self.unit_terms(k)}
            self.kept_units = self._due(self.kept_units - later, self.unit_terms, scope.term)
            self.kept_tasks = self._due(self.kept_tasks, self.task_terms, scope.term)

    def focused(self) -> "View":
        """The same scope narrowed to its focus, as questions about many are."""
        return View(self._whole, self.scope, focused=True)

    @property
    def names_curriculum(self) -> bool:
        """Whether the scope names a discipline or course, so that what a standard describes counts where it does."""
        scope = self.scope
        return scope.institution is not None or scope.discipline is not None or scope.course is not None

    def _is_standard(self, discipline: str) -> bool:
        return self.world.values[discipline].get("standing") == "standard"

    def teaches(self, discipline: str) -> bool:
        """A programme teaches when it, or one below it, offers a course or schedules a task."""
        world, below = self.world, {discipline}
        for _ in world.kind:
            below |= {d for d in world.of_kind("Discipline") if world.values[d].get("parent_id") in below}
        taught = any(world.out(relation, d) for relation in ("OFFERS", "SCHEDULES") for d in below)
        return taught and not self._is_standard(discipline)

    def wanted_roles(self) -> set[str]:
        """The roles that a teaching discipline targets or an enterprise employs."""
        world = self.world
        teaching = [d for d in world.of_kind("Discipline") if self.teaches(d)]
        targeted = {r for d in teaching for r in world.out("TARGETS", d)}
        return targeted | {r for e in world.of_kind("Enterprise") for r in world.out("EMPLOYS", e)}

    def _leave_standards_out(self) -> None:
        """Outside a scope that names one, what standards alone describe is nobody's."""
        world = self.world
        if not self.is_ours or self.names_curriculum:
            return
        if any(self._is_standard(d) for d in world.of_kind("Discipline")):
            self.disciplines = {d for d in world.of_kind("Discipline") if not self._is_standard(d)}
            self.courses = {co for co in world.of_kind("Course") if self._is_ours("OFFERS", co)}

    def _is_ours(self, relation: str, node: str) -> bool:
        """Whether no standard, or not standards alone, leads to the node."""
        if not self.is_ours or self.names_curriculum:
            return True
        leading = self.world.into(relation, node)
        return not leading or any(self._is_own(a) for a in leading)

    def _is_own(self, node: str) -> bool:
        if self.world.kind[node] == "Discipline":
            return not self._is_standard(node)
        return self._is_ours("OFFERS", node)

    def aimed(self, competency: str) -> bool:
        """Whether a discipline or course of the scope aims at it."""
        return any(
            weight >= self.least and self._aims(a)
            for a, weight in self.world.into("AIMS_AT", self.world.now(competency)).items()
        )

    @property
    def units_unrecorded(self) -> bool:
        """Whether there are aims in scope, and no units."""
        return not self.kept_units and any(self.aimed(c) for c in self.world.of_kind("Competency"))

    def _aims(self, node: str) -> bool:
        if self.world.kind[node] == "Course":
            return self.counting_courses is None or node in self.counting_courses
        return self.scope.course is None and (self.disciplines is None or node in self.disciplines)

    def in_focus(self, found: Answer) -> bool:
        """Whether a question about many is about what was found of a competency."""
        return not self.is_ours or bool(found.units or found.tasks or found.roles) or self.aimed(found.ids[0])

    def focus(self) -> dict[str, object]:
        """What an answer says of its focus."""
        everyone = self.world.of_kind("Role")
        roles = len(everyone if self.kept_roles is None else self.kept_roles)
        everything = [self.answer(c) for c in self.world.of_kind("Competency")]
        kept = sum(self.in_focus(found) for found in everything)
        left_out = {"roles": len(everyone) - roles, "competencies": len(everything) - kept}
        return {"mode": "ours" if self.is_ours else "all", "roles": roles, "competencies": kept, "left_out": left_out}

    def answer(self, competency: str) -> Answer:
        """Say all about one competency."""
        world, scope = self.world, self.scope
        c = world.now(competency)

        def strong(links: dict[str, Counting]) -> Weights:
            return {node: link.weight for node, link in links.items() if link.weight >= self.least}

        units = {k: w for k, w in strong(self.counting("DEVELOPS", c)).items() if k in self.kept_units}
        tasks = {t: w for t, w in strong(self.counting("PRACTISES", c)).items() if t in self.kept_tasks}
        requires = strong(self.counting("REQUIRES", c))
        duties = {j: w for j, w in requires.items() if world.kind[j] == "JobResponsibility"}
        own = {r: w for r, w in requires.items() if world.kind[r] == "Role"}
        asked = [r for r in world.of_kind("Role") if self.kept_roles is None or r in self.kept_roles]
        roles = {r: w for r in asked if (w := self.need(r, c))}
        if self.kept_roles is not None:
            duties = {j: w for j, w in duties.items() if any(r in roles for r in world.into("HAS_RESPONSIBILITY", j))}
        found = Answer(world.members.get(c, [c]), units, tasks, duties, roles)
        for relation, nodes in (("DEVELOPS", units), ("PRACTISES", tasks), ("REQUIRES", duties)):
            counting = self.counting(relation, c)
            found.marks.update(
                {node: counting[node][2:] for node in nodes if counting[node][2:] != (False, None, None)}
            )
        for r in roles if self.scope.close else ():
            ways = [self.counting("REQUIRES", c)[x] for x in (*world.out("HAS_RESPONSIBILITY", r), r) if x in requires]
            if ways and all(way.via for way in ways):
                found.marks[r] = min(ways, key=lambda way: way.via or "")[2:]
        if scope.roll_up:
            found.narrower = self.narrower_covered(c)
        found.status = STATUS["".join("y" if some else "-" for some in (units, tasks, roles))]
        found.chains = sorted(
            (self._chain(k, t, r, found, own) for k, t, r in product(units, tasks, roles)),
            key=lambda chain: (
                ("direct", "role_direct", "indirect").index(chain.link),
                -chain.supply,
                chain.unit,
                chain.task,
                chain.role,
            ),
        )
        if found.status == "connected":
            found.resilience = min(len(self.holders(units)), len(tasks))
            found.flaws = self._flaws(c, found)
        elif not units and self.aimed(c):
            found.flaws = ["aimed_not_taught"]
        found.demand = sum(cast(float, Fraction(self.openings(r))) * w for r, w in roles.items())
        found.hours = cast(float, self._hours(c))
        found.severity = self._severity(found)
        return found

    def _mark(self, c: str, found: Answer, requires: Weights) -> None:
        """Say of what counts why it does, where no source states it so."""
        world = self.world
        for relation, nodes in (("DEVELOPS", found.units), ("PRACTISES", found.tasks), ("REQUIRES", found.duties)):
            counting = self.counting(relation, c)
            found.marks.update({node: counting[node].mark for node in nodes if counting[node].mark != UNMARKED})
        for r in found.roles:
            ways = [self.counting("REQUIRES", c)[x] for x in (*world.out("HAS_RESPONSIBILITY", r), r) if x in requires]
            if all(way.via for way in ways):
                found.marks[r] = min(ways, key=lambda way: way.via or "").mark
        if self.scope.roll_up:
            found.narrower = self.narrower_covered(c)

    def counting(self, relation: str, c: str) -> dict[str, Counting]:
        """What counts of a relation into a competency: its own, inferred, close, narrower, in this order."""
        found = self._close(relation, c)
        if self.scope.roll_up and relation != "REQUIRES":
            below = self.narrower_covered(c)
            if below is not None and below[2]:
                self._add(found, [(x, self._close(relation, x), 1) for x in self._covered(c)], "narrower")
        return found

    def _own(self, relation: str, c: str) -> dict[str, Counting]:
        world = self.world
        found = {
            a: Counting(link.weight or 0.0, -1 if link.level is None else link.level, world.kind[a] == "Course")
            for (a, b), link in sorted(world.links.get(relation, {}).items())
            if b == c
        }
        if relation == "PRACTISES" and self.scope.infer:
            for t in world.of_kind("TrainingTask"):
                prepared = world.out("PREPARES_FOR", t)
                ways = [w * world.out("REQUIRES", j)[c] for j, w in prepared.items() if c in world.out("REQUIRES", j)]
                if ways and t not in found:
                    found[t] = Counting(max(ways), -1, inferred=True)
        return found

    def _close(self, relation: str, c: str) -> dict[str, Counting]:
        found = self._own(relation, c)
        if self.scope.close:
            out, into = self.world.out("CLOSE_TO", c), self.world.into("CLOSE_TO", c)
            near = {d: max(out.get(d, 0.0), into.get(d, 0.0)) for d in sorted(out.keys() | into.keys())}
            self._add(found, [(d, self._own(relation, d), w) for d, w in near.items()], "close")
        return found

    @staticmethod
    def _add(found: dict[str, Counting], others: list[tuple[str, dict[str, Counting], float]], way: str) -> None:
        """Let others' links count where there is none: the strongest, then that of the smallest id."""
        added: dict[str, Counting] = {}
        for other, links, factor in others:
            for node, link in links.items():
                weight = link.weight * factor
                if node not in found and (node not in added or weight > added[node].weight):
                    added[node] = Counting(weight, link.level, link.inferred, other, way)
        found.update(added)

    def _narrower(self, c: str) -> set[str]:
        found: set[str] = set()
        fresh = {c}
        while fresh:
            fresh = {x for b in fresh for x in self.world.into("BROADER", b)} - found
            found |= fresh
        return found - {c}

    def _covered(self, c: str) -> list[str]:
        def served(relation: str, x: str, kept: set[str]) -> bool:
            links = self._close(relation, x).items()
            return any(node in kept and link.weight >= self.least for node, link in links)

        return [
            x
            for x in sorted(self._narrower(c))
            if served("DEVELOPS", x, self.kept_units) and served("PRACTISES", x, self.kept_tasks)
        ]

    def narrower_covered(self, c: str) -> tuple[int, int, bool] | None:
        """How many of the narrower are covered, of how many, and whether they count."""
        total, covered = len(self._narrower(c)), len(self._covered(c))
        share = Fraction(str(self.scope.roll_up_share))
        return (covered, total, covered > 0 and Fraction(covered, total) >= share) if total else None

    def gaps(self) -> list[Answer]:
        """Every competency that has a gap: broken first, then by severity; by demand (without: hours); then by id."""
        answers = [self.answer(c) for c in self.world.of_kind("Competency")]
        listed = [answer for answer in answers if answer.severity >= 0 and self.in_focus(answer)]
        return sorted(
            listed,
            key=lambda a: (-a.severity if a.severity < 4 else -5, -a.demand, 0.0 if a.demand else -a.hours, a.ids[0]),
        )

    def need(self, role: str, c: str) -> float:
        """The weight w(r,c) with which the role requires the competency, 0 where it does not."""
        requires = {x: link.weight for x, link in self.counting("REQUIRES", c).items()}
        requires = {x: w for x, w in requires.items() if w >= self.least}
        held = self.world.out("HAS_RESPONSIBILITY", role).items()
        return max([w * requires[j] for j, w in held if j in requires] + [requires.get(role, 0.0)])

    def unit_terms(self, unit: str) -> set[int | None]:
        """The terms in which courses that count teach the unit; None among them where one states no term."""
        courses = self.world.into("COVERS", unit)
        if not courses:
            return {None}
        found: set[int | None] = set()
        for course in courses:
            if self.counting_courses is None or course in self.counting_courses:
                found |= self._terms("OFFERS", course, self.disciplines)
        return found

    def task_terms(self, task: str) -> set[int | None]:
        """The terms in which the task is done, as seen from the scope; None among them where a way states no term."""
        return self._terms("SCHEDULES", task, self.senders)

    @property
    def senders(self) -> set[str] | None:
        """Who may send learners to training; None for anybody."""
        return None if self.courses is None else self.courses | (self.disciplines or set())

    def _terms(self, relation: str, end: str, within: set[str] | None) -> set[int | None]:
        own = self.world.values[end].get("term")
        links = [
            v
            for (a, b), v in self.world.links.get(relation, {}).items()
            if b == end and (within is None or a in within)
        ]
        stated = [own if v.term is None else v.term for v in links] if links else [own]
        return {term if isinstance(term, int) else None for term in stated}

    def _due(self, nodes: set[str], terms: Callable[[str], set[int | None]], by: int) -> set[str]:
        found = {node for node in nodes if _is_due(terms(node), by)}
        self.undated += sum(not any(term is not None and term <= by for term in terms(node)) for node in found)
        return found

    def _disciplines(self) -> set[str] | None:
        found = None
        if self.scope.institution is not None:
            found = self._with_below(set(self.world.out("RUNS", self.world.now(self.scope.institution))))
        if self.scope.discipline is not None:
            below = self._with_below({self.scope.discipline})
            found = below if found is None else found & below
        return found

    def _with_below(self, found: set[str]) -> set[str]:
        for _ in self.world.kind:
            parents = ((d, self.world.values[d].get("parent_id")) for d in self.world.of_kind("Discipline"))
            found |= {d for d, parent in parents if parent in found}
        return found

    def _courses(self) -> set[str] | None:
        found = None
        if self.disciplines is not None:
            found = {course for d in self.disciplines for course in self.world.out("OFFERS", d)}
        if self.scope.course is not None:
            found = {self.scope.course} if found is None else found & {self.scope.course}
        return found

    def _narrow_to_curricula(self) -> None:
        world = self.world
        if self.names_curriculum and self.courses is not None:
            self.kept_units &= {k for course in self.courses for k in world.out("COVERS", course)}
        curricula = []
        if self.disciplines is not None and (self.scope.discipline or self.scope.institution):
            offered = {course for d in self.disciplines for course in world.out("OFFERS", d)}
            curricula.append((offered, offered | self.disciplines))
        if self.scope.course is not None:
            curricula.append(({self.scope.course}, {self.scope.course}))
        for courses, senders in curricula:
            sent = {t for sender in senders for t in world.out("SCHEDULES", sender)}
            if not sent:
                self.unrecorded = True
                taught = {k for course in courses for k in world.out("COVERS", course)}
                sent = {t for k in taught for t in world.into("APPLIES", k)}
            self.kept_tasks &= sent

    def _narrow_roles(self) -> None:
        world, scope = self.world, self.scope
        if scope.role is not None:
            self.kept_roles = {world.now(scope.role)}
        elif scope.roles == "targeted" and self.names_curriculum:
            offering = set(world.into("OFFERS", scope.course)) if scope.course is not None else set()
            targets = {
                r for d in (offering if self.disciplines is None else self.disciplines) for r in world.out("TARGETS", d)
            }
            self.kept_roles = targets or self.kept_roles
        if scope.employer is not None:
            employed = set(world.out("EMPLOYS", scope.employer))
            self.kept_roles = employed if self.kept_roles is None else self.kept_roles & employed

    def _chain(self, k: str, t: str, r: str, near: Answer, own: Weights) -> Chain:
        world = self.world
        applied = world.out("APPLIES", t).get(k)
        supply, demand = near.units[k] * near.tasks[t], near.roles[r]
        held = world.out("HAS_RESPONSIBILITY", r)
        rehearsed = {j: w for j, w in world.out("PREPARES_FOR", t).items() if j in held}
        if applied is not None:
            for link, usable in (
                ("direct", {j: w for j, w in rehearsed.items() if j in near.duties}),
                ("role_direct", rehearsed if r in own else {}),
            ):
                if usable:
                    j = min(usable, key=lambda one: (-usable[one], one))
                    return Chain(link, supply * applied * usable[j], k, t, r, j, demand)
        through = {j: w * near.duties[j] for j, w in held.items() if j in near.duties}
        duty = min(through, key=lambda one: (-through[one], one)) if through else None
        return Chain("indirect", supply, k, t, r, duty, demand)

    def holders(self, units: Iterable[str]) -> set[str]:
        """The courses of the scope that hold the units; a unit in no course is one of its own."""
        found = set()
        for k in units:
            courses = self.world.into("COVERS", k)
            found |= (
                {co for co in courses if self.counting_courses is None or co in self.counting_courses}
                if courses
                else {k}
            )
        return found

    def _flaws(self, c: str, near: Answer) -> list[str]:
        world, found = self.world, []
        if all(chain.link == "indirect" for chain in near.chains):
            found.append("indirect")
        if near.resilience == 1:
            found.append("fragile")
        hosts = {host for t in near.tasks for host in world.into("HOSTS", t)}
        if len(hosts) == 1:
            found.append("single_host")
        if hosts and all(world.values[host].get("kind") != "enterprise" for host in hosts):
            found.append("campus_only")
        employed = [r for r in near.roles if world.values[r].get("kind") != "founder"]
        if world.links.get("EMPLOYS") and employed and not any(world.into("EMPLOYS", r) for r in employed):
            found.append("no_employer")
        if not any(self._is_in_order(k, t) for k in near.units for t in near.tasks):
            found.append("out_of_order")
        return [*found, *self._level_flaw(c, near), *self._assessment_flaws(c, near), *self._overlap_flaw(c, near)]

    def _level_flaw(self, c: str, near: Answer) -> list[str]:
        world, requires = self.world, self.counting("REQUIRES", c)
        needs = [
            requires[x].level
            for r in near.roles
            for x in (r, *world.out("HAS_RESPONSIBILITY", r))
            if x in near.duties or (x == r and r in requires and requires[r].weight >= self.least)
        ]
        have = [self.counting("DEVELOPS", c)[k].level for k in near.units]
        have += [self.counting("PRACTISES", c)[t].level for t in near.tasks]
        return ["below_level"] if max(have) > 0 and max(needs) > max(have) else []

    def _assessment_flaws(self, c: str, near: Answer) -> list[str]:
        world, found = self.world, []
        made = [world.values[a] for a in world.of_kind("Assessment")]
        made = [a for a in made if a["task_id"] in near.tasks and a["competency_id"] in world.kind]
        mine = [a for a in made if world.now(str(a["competency_id"])) == c]
        if made and not mine:
            found.append("unassessed")
        scores = [
            (str(a["date"]), a["cohort_id"] if a["cohort_id"] in world.kind else "", a["learners"], a["mean_score"])
            for a in mine
            if isinstance(a["learners"], int) and a["learners"] >= 5
        ]
        latest = [
            (n, Fraction(str(score))) for _, cohort, n, score in scores if cohort == max(s[:2] for s in scores)[1]
        ]
        if latest and sum(n * score for n, score in latest) < Fraction(6, 10) * sum(n for n, _ in latest):
            found.append("below_threshold")
        return found

    def _overlap_flaw(self, c: str, near: Answer) -> list[str]:
        world, own = self.world, self._stated_levels(c, near)
        disciplines = set(world.of_kind("Discipline")) if self.disciplines is None else self.disciplines
        repeated = any(
            one in world.out("OFFERS", d) and other in world.out("OFFERS", d) and self._apart(k, m)
            for (k, level), (m, same) in product(own.items(), repeat=2)
            if level == same > 0
            for one, other in product(world.into("COVERS", k), world.into("COVERS", m))
            if one != other and (self.counting_courses is None or {one, other} <= self.counting_courses)
            for d in disciplines
        )
        if not repeated:
            return []
        weighed = self.focused()
        demand = {one: weighed._demand(one) for one in world.of_kind("Competency")}
        hours = {one: weighed._teaching(one) for one in world.of_kind("Competency")}
        if not sum(demand.values()) or not sum(hours.values()):
            return []
        excessive = hours[c] / sum(hours.values()) > 2 * demand[c] / sum(demand.values())
        return ["overlap"] if excessive else []

    def _stated_levels(self, c: str, near: Answer) -> dict[str, int]:
        links = {k: self.world.links["DEVELOPS"].get((k, c)) for k in near.units}
        return {k: link.level for k, link in links.items() if link is not None and link.level is not None}

    def _apart(self, unit: str, other: str) -> bool:
        """Neither is a prerequisite of the other, at any depth; a unit does not precede itself."""
        found, fresh = set[str](), {unit}
        back, before = set[str](), {unit}
        while fresh:
            fresh = {x for k in fresh for x in self.world.out("PREREQUISITE_OF", k)} - found
            found |= fresh
        while before:
            before = {x for k in before for x in self.world.into("PREREQUISITE_OF", k)} - back
            back |= before
        return unit == other or other not in found | back

    def _demand(self, c: str) -> Fraction:
        links = self.world.into("REQUIRES", c).items()
        requires = {x: Fraction(weight) for x, weight in links if weight >= self.least}
        total = Fraction(0)
        for r in self.world.of_kind("Role"):
            if self.kept_roles is None or r in self.kept_roles:
                held = self.world.out("HAS_RESPONSIBILITY", r).items()
                ways = [Fraction(w) * requires[j] for j, w in held if j in requires]
                total += Fraction(self.openings(r)) * max([*ways, requires.get(r, Fraction(0))])
        return total

    def _teaching(self, c: str) -> Fraction:
        found = Fraction(0)
        for k, weight in self.world.into("DEVELOPS", c).items():
            if k in self.kept_units and weight >= self.least:
                hours = Fraction(str(self.world.values[k].get("hours", 0)))
                found += hours * Fraction(weight) / sum(map(Fraction, self.world.out("DEVELOPS", k).values()))
        return found

    def _is_in_order(self, unit: str, task: str) -> bool:
        taught, practised = self.unit_terms(unit), self.task_terms(task)
        dated_taught, dated_practised = taught - {None}, practised - {None}
        if dated_taught != taught or dated_practised != practised:
            return True
        return min(filter(None, dated_taught)) <= max(filter(None, dated_practised))

    def openings(self, role: str) -> float:
        """The openings of a role: the sum over its employers; as one employer where there is none."""
        employers = self.world.into("EMPLOYS", role)
        return sum(self.link_openings(e, role) for e in employers) if employers else self.link_openings("", role)

    def link_openings(self, enterprise: str, role: str) -> float:
        """The openings that an enterprise has for a role: as stated, else the median of what is stated, else 1."""
        links = self.world.links.get("EMPLOYS", {})
        stated = [v.openings for v in links.values() if v.openings is not None]
        own = links[enterprise, role].openings if (enterprise, role) in links else None
        return float(own) if own is not None else float(median(stated)) if stated else 1.0

    def _hours(self, competency: str) -> Fraction:
        """The hours of units and tasks, each split by weight over the competencies that it serves."""
        found = Fraction(0)
        for relation in ("DEVELOPS", "PRACTISES"):
            for node, weight in self.world.into(relation, competency).items():
                hours = Fraction(str(self.world.values[node].get("hours", 0)))
                found += hours * Fraction(weight) / sum(map(Fraction, self.world.out(relation, node).values()))
        return found

    @staticmethod
    def _severity(near: Answer) -> int:
        if near.status != "connected":
            return max(SEVERITY[near.status], 2 if near.flaws else -1)
        if {"campus_only", "out_of_order", "indirect"} & set(near.flaws):
            return 3
        return 2 if near.flaws else -1


def _prefix(node_id: str) -> str:
    return node_id.rpartition(":")[0]


def _larger(one: N | None, other: N | None) -> N | None:
    return max((value for value in (one, other) if value is not None), default=None)
