"""Small random graphs with all that the field asks about: kinds of units and tasks, mentors, cohorts, signals."""

from itertools import product
from typing import Any

import pytest
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, Value, assessment_id, canonical
from graph.schema import RELATIONS
from tests.support.factory import kind_of, node
from tests.support.oracle import World
from tests.support.worlds import Dice

COMPETENCIES = ("a:c1", "b:c1", "a:c2", "c:c3")
DISCIPLINES, COHORTS, ROLES = ("d1", "d2", "d3"), ("g1", "g2", "g3"), ("a:r1", "b:r1", "r2")
ENTERPRISES = ("e1", "e2", "e3")
IDS = (
    *DISCIPLINES, *("co1", "co2", "co3", "k1", "k2", "k3", "k4", "t1", "t2", "t3", "t4", "j1", "j2", "j3"),
    *ROLES, *ENTERPRISES, *("i1", "i2", "i3", "s1", "s2"), *COHORTS, *COMPETENCIES, "u1",
)  # fmt: skip
DENSE = frozenset({"DEVELOPS", "APPLIES", "PRACTISES", "PREPARES_FOR", "HAS_RESPONSIBILITY", "REQUIRES", "COVERS"})
USED = (*sorted(DENSE), "OFFERS", "SCHEDULES", "TARGETS", "HOSTS", "EMPLOYS", "GUIDES", "QUALIFIED_FOR", "CALLS_FOR",
        "SAME_AS")  # fmt: skip
PAIRS = {
    name: [(a, b) for a, b in product(IDS, IDS) if a != b and RELATIONS[name].joins(kind_of(a), kind_of(b))]
    for name in USED
}
VALUES: dict[str, dict[str, tuple[Value | None, ...]]] = {
    "Discipline": {"parent_id": (None, None, "d1", "d2")},
    "KnowledgeUnit": {"kind": ("disciplinary", "innovation"), "hours": (None, 1, 8, 2.5)},
    "TrainingTask": {
        "kind": ("lab", "innovation_training", "entrepreneurship_training", "entrepreneurship_practice"),
        "capacity": (None, 0, 4, 10),
        "led_by": (None, "college", "enterprise", "joint"),
    },
    "Role": {"kind": (None, "employed", "founder")},
    "Enterprise": {"kind": ("enterprise", "campus_base", "incubator")},
    "Instructor": {"kind": ("teacher", "enterprise_mentor"), "employer_id": (None, *ENTERPRISES, "u1")},
    "Signal": {
        "kind": ("policy", "trend", "demand"),
        "region": (None, "North", "South"),
        "valid_from": (None, "2024-01-01", "2025-01-01"),
        "valid_to": (None, "2024-06-30", "2025-12-31"),
    },
    "Cohort": {"discipline_id": DISCIPLINES, "size": (30,)},
}
"""What may be stated of nodes of a kind."""
SCORES = {
    "date": ("2024-05-01", "2024-12-01", "2025-05-01"),
    "learners": (4, 5, 10, 30),
    "mean_score": (0.3, 0.5, 0.6, 0.9),
}


def field_worlds() -> st.SearchStrategy[list[ChangeSet]]:
    """Make up what one source states; an end or two may be stated by nobody."""
    return st.binary(min_size=900, max_size=900).map(Dice).map(made_up)


def made_up(dice: Dice) -> list[ChangeSet]:
    """Return a world as the dice fall."""
    absent = {dice.pick("", "", *IDS), dice.pick("", "", *IDS)}
    nodes: dict[NodeId, NodeValues] = {}
    for one in IDS:
        values = {name: dice.pick(*words) for name, words in VALUES.get(kind_of(one), {}).items()}
        if one not in absent:
            nodes[NodeId(one)] = node(one, {n: v for n, v in values.items() if v is not None and v != one})
    for _ in range(dice.pick(0, 4, 8, 12)):
        task, competency, cohort = dice.pick("t1", "t2", "t3"), dice.pick(*COMPETENCIES), dice.pick(*COHORTS)
        stated: dict[str, Value] = {name: dice.pick(*words) for name, words in SCORES.items()}
        ends: dict[str, Value] = {"task_id": task, "competency_id": competency, "cohort_id": cohort}
        stage, issue = dice.pick("final", "formative"), dice.pick("", "", "late", "loose")
        extra: dict[str, Value] = {"stage": stage, **({"issue": issue} if issue else {})}
        key = assessment_id(task, competency, cohort, str(stated["date"]), stage)
        nodes[key] = ("Assessment", canonical({**ends, **stated, **extra}))
    links: dict[LinkKey, LinkValues] = {}
    for name, pairs in PAIRS.items():
        one_in = dice.pick(2, 1, 3, 5) if name in DENSE else dice.pick(3, 2, 256)
        for a, b in pairs:
            if dice.pick(*range(256)) % one_in == one_in - 1:
                weight = dice.pick(None, 1.0, 0.75, 0.5, 0.25)
                openings = dice.pick(None, 0, 2, 7) if name == "EMPLOYS" else None
                links[NodeId(a), name, NodeId(b)] = (weight, None, None, openings, None)
    return [ChangeSet(Source(name="source"), nodes, links)]


def institution_worlds() -> st.SearchStrategy[list[ChangeSet]]:
    """Make up the same, stated by sources of two institutions and of nobody; `u1` runs a discipline or two."""
    return st.builds(_divided, field_worlds(), st.integers(0, 11), st.sampled_from((("d1",), ("d1", "d2"), ("d3",))))


def _divided(said: list[ChangeSet], turn: int, run: tuple[str, ...]) -> list[ChangeSet]:
    """Let each link be stated by nobody's source, or by that of an institution, in turns of the number."""
    (whole,) = said
    parts: tuple[dict[LinkKey, LinkValues], ...] = ({}, {}, {})
    for at, (key, values) in enumerate(whole.links.items()):
        parts[at * turn % 7 % 3][key] = values
    nodes = {**whole.nodes, **{NodeId(one): node(one) for one in ("u1", "u2")}}
    parts[1].update({(NodeId("u1"), "RUNS", NodeId(d)): (None, None, None, None, None) for d in run if d in nodes})
    sources = [Source(name=name, institution_id=name if name != "source" else "") for name in ("source", "u1", "u2")]
    return [ChangeSet(source, nodes if not at else {}, parts[at]) for at, source in enumerate(sources)]


def near(one: Any, other: Any) -> bool:  # noqa: ANN401
    """Say whether two answers are the same but for the last digits of numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(near(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(near, one, other))
    if isinstance(one, float) and isinstance(other, int | float):
        return one == pytest.approx(other, abs=1e-12)
    return bool(one == other)


def known(world: World, *ids: str | None) -> tuple[str | None, ...]:
    """Return the ids that are there, None for the others."""
    return tuple(one if one in world.kind else None for one in ids)
