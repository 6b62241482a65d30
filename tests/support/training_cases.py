"""Small made-up graphs about the training for one role, and by looking through all of it the order of its tasks."""

import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from statistics import median

from graph.model import Value
from graph.snapshot.snapshot import Snapshot
from tests.support.factory import graph_of

ROLE = "r0"


@dataclass(frozen=True)
class TrainingCase:
    """Links as lines, what is stated of nodes, and what the learner holds. Weights are eighths, thus exact."""

    lines: tuple[str, ...]
    nodes: dict[str, dict[str, Value]] = field(default_factory=dict)
    have: tuple[str, ...] = ()

    def graph(self) -> Snapshot:
        """Return the graph."""
        return graph_of(*self.lines, nodes=self.nodes)

    def renamed(self, ids: dict[str, str]) -> "TrainingCase":
        """Return the same case under other ids; names stay with what they name."""
        lines = (" ".join(ids.get(word, word) for word in line.split()) for line in self.lines)
        nodes = {ids.get(one, one): values for one, values in self.nodes.items()}
        return replace(self, lines=tuple(lines), nodes=nodes, have=tuple(ids.get(one, one) for one in self.have))

    def order(self, by: str, *, inactive: bool = False) -> list[tuple[str, frozenset[str]]]:
        """Return each task with what of the requirement it practises newly, by trying all that are left each time."""
        return _Oracle(self, inactive=inactive).order(by)


class _Oracle:
    def __init__(self, case: TrainingCase, *, inactive: bool) -> None:
        self.case = case
        self.links: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
        openings: dict[str, float] = defaultdict(float)
        for line in case.lines:
            start, relation, end, *rest = [*line.split(), ""][:4] if " " in line else ("", "", "")
            if relation == "EMPLOYS":
                openings[end] += float(rest[0].removeprefix("openings="))
            elif relation:
                self.links[relation][start, end] = float(rest[0] or 1)
        self.openings = openings
        self.weight = self.needs(ROLE)
        held_tasks = {one for one in case.have if one.startswith("t")}
        held = set(case.have) | {c for t, c in self.links["PRACTISES"] if t in held_tasks}
        self.practises = {
            t: frozenset(c for c in self.to("PRACTISES", t) if c in self.weight and c not in held) for t in self.tasks()
        }
        self.practises = {t: c for t, c in self.practises.items() if c and (inactive or self.is_active(t))}

    def tasks(self) -> set[str]:
        return {t for t, _ in self.links["PRACTISES"]}

    def to(self, relation: str, start: str) -> set[str]:
        return {end for a, end in self.links[relation] if a == start}

    def needs(self, role: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for (start, c), weight in self.links["REQUIRES"].items():
            of = weight if start == role else weight * self.links["HAS_RESPONSIBILITY"].get((role, start), 0)
            found[c] = max(found.get(c, 0), of)
        return {c: weight for c, weight in found.items() if weight}

    def is_active(self, task: str) -> bool:
        about = self.case.nodes.get(task, {})
        words = str(about.get("description", ""))
        said = "deprecated" if "status deprecated" in words else "past" if "status: past" in words else "active"
        return about.get("status", said) == "active"

    def demand(self, c: str) -> float:
        roles = {r for r, _ in self.links["HAS_RESPONSIBILITY"]} | {r for r, _ in self.links["REQUIRES"] if r[0] == "r"}
        usual = median(float(line.split()[-1].removeprefix("openings=")) for line in self.case.lines if "EMPL" in line)
        return sum(self.openings.get(r, usual) * self.needs(r).get(c, 0) for r in roles)

    def ties(self, t: str) -> tuple[float, float, float, float, str, str]:
        practised, applied = self.practises[t], self.to("APPLIES", t)
        units = {k for k in applied if self.to("DEVELOPS", k) & practised}
        duties = self.to("PREPARES_FOR", t) & self.to("HAS_RESPONSIBILITY", ROLE)
        direct = 0
        for c in practised:
            is_applied = any(c in self.to("DEVELOPS", k) for k in applied)
            is_rehearsed = any(c in self.to("REQUIRES", one) for one in (duties | {ROLE} if duties else ()))
            direct += is_applied and is_rehearsed
        name = str(self.case.nodes.get(t, {}).get("name", f"name of {t}"))
        return (-sum(map(self.demand, practised)), -len(units), -direct, self.hours(t), name, t)

    def hours(self, t: str) -> float:
        stated = [float(str(v["hours"])) for one, v in self.case.nodes.items() if one[0] == "t" and "hours" in v]
        own = self.case.nodes.get(t, {}).get("hours")
        return float(str(own)) if own is not None else median(stated) if stated else 1.0

    def order(self, by: str) -> list[tuple[str, frozenset[str]]]:
        taught = {c for _, c in self.links["DEVELOPS"]} | set(self.case.have)
        left, done, found = set(self.practises), set[str](), list[tuple[str, frozenset[str]]]()

        def sums(competencies: frozenset[str]) -> float:
            return sum(self.weight[c] for c in competencies)

        def key(t: str) -> tuple[object, ...]:
            new = self.practises[t] - done
            if by == "covers":
                return (-sums(self.practises[t]), -sums(new), self.ties(t))
            what = new or self.practises[t]
            return (not new, -sums(frozenset(what & taught)), -sums(what), self.hours(t), self.ties(t))

        while left:
            best = min(left, key=key)
            found.append((best, self.practises[best] - done))
            done |= self.practises[best]
            left.remove(best)
        return found


def made_up(dice: random.Random) -> TrainingCase:
    """Return a case of up to eight tasks, with few weights, so that ties are many."""

    def some(letter: str, n: int, chance: float) -> list[str]:
        return [f"{letter}{i}" for i in range(n) if dice.random() < chance]

    def weight() -> str:
        return dice.choice(("", "", " 0.5", " 0.25"))

    tasks, n = [f"t{i}" for i in range(dice.randint(0, 9))], dice.randint(1, 4)
    lines = [f"{r} REQUIRES {c}{weight()}" for r in ("r0", "r1") for c in some("c", n, 0.6)]
    lines += [f"r0 HAS_RESPONSIBILITY {j}{weight()}" for j in some("j", 3, 0.7)]
    lines += [f"r1 HAS_RESPONSIBILITY {j}" for j in some("j", 3, 0.3)]
    lines += [f"j{j} REQUIRES {c}{weight()}" for j in range(3) for c in some("c", n, 0.3)]
    lines += [f"k{k} DEVELOPS {c}" for k in range(4) for c in some("c", n, 0.4)]
    for t in tasks:
        lines += [f"{t} PRACTISES {c}" for c in some("c", n, 0.4)]
        lines += [f"{t} APPLIES {k}" for k in some("k", 4, 0.4)]
        lines += [f"{t} PREPARES_FOR {j}" for j in some("j", 3, 0.4)]
        lines += [f"{x} CERTIFIES {c}" for x in some("x", 2, 0.1) for c in some("c", n, 0.5)]
        lines += [f"{e} HOSTS {t}" for e in some("e", 3, 0.3)]
    lines += ["e1 EMPLOYS r1 openings=3", *(["e2 EMPLOYS r0 openings=2"] if dice.random() < 0.5 else []), ROLE]
    names = dice.sample(range(100, 1000), 40)
    everything = sorted(
        {word for line in lines for word in line.split()[::2] if word[0] in "rcjktex" and len(word) == 2}
    )
    nodes: dict[str, dict[str, Value]] = {one: {"name": f"n{names.pop()}"} for one in everything if names}
    for t in tasks:
        nodes.setdefault(t, {"name": f"n{names.pop()}"})
        nodes[t] |= dice.choice(({}, {}, {"hours": dice.choice((2.0, 4.0))}))
        nodes[t] |= dice.choice(({}, {}, {}, {"status": "past"}, {"description": "a lab, status deprecated"}))
    return TrainingCase(tuple(dict.fromkeys(lines)), nodes, tuple(some("c", n, 0.15) + some("t", len(tasks), 0.1)))
