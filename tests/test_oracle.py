"""Traces and gaps of small random graphs, compared whole with a brute force that shares no code with them."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any, TypeVar

import pytest
from hypothesis import event, given, note, settings
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, Value
from graph.schema import RELATIONS
from graph.snapshot import Snapshot
from queries.gaps import Gaps, find_gaps
from queries.scope import Scope
from queries.trace import Trace, trace_competency
from tests.factory import EVERY, graph_of, kind_of, node, says, snapshot_of
from tests.oracle import Answer, View, World

COMPETENCIES = ("a:c1", "b:c1", "a:c2", "c:c3")
IDS = (
    *("d1", "d2", "co1", "co2", "co3", "k1", "k2", "k3", "t1", "t2", "t3", "j1", "j2", "j3"),
    *("a:r1", "b:r1", "r2", "e1", "e2", "e3", "i1", "x1", "s1"),
    *COMPETENCIES,
)
T = TypeVar("T")
CHAIN = frozenset({"DEVELOPS", "APPLIES", "PRACTISES", "PREPARES_FOR", "HAS_RESPONSIBILITY", "REQUIRES"})
CURRICULA = frozenset({"OFFERS", "COVERS", "SCHEDULES", "TARGETS", "HOSTS", "EMPLOYS"})
PAIRS = {
    name: [(a, b) for a, b in product(IDS, IDS) if a != b and relation.joins(kind_of(a), kind_of(b))]
    for name, relation in RELATIONS.items()
}
# Circles are for other tests: one import may not hold them.
PAIRS |= {name: [(a, b) for a, b in PAIRS[name] if a < b] for name, relation in RELATIONS.items() if relation.acyclic}


class Dice:
    """A few hundred bytes to choose by: one draw in place of hundreds. Zeros choose the first, the plainest."""

    def __init__(self, data: bytes) -> None:
        self._data = iter(data)

    def pick(self, *options: T) -> T:
        return options[next(self._data, 0) % len(options)]


def worlds() -> st.SearchStrategy[list[ChangeSet]]:
    """Make up what two sources state, here and there in disagreement; some ends are stated by none."""
    return st.binary(min_size=1200, max_size=1200).map(Dice).map(made_up)


def made_up(dice: Dice) -> list[ChangeSet]:
    """Return a world as the dice fall."""
    absent = {dice.pick("", "", *IDS), dice.pick("", "", *IDS)}
    terms: tuple[int | None, ...] = dice.pick((None,), (None, 1, 2, 3, 4), (1, 2, 3, 4))
    hosts = dice.pick(("enterprise",), ("campus_base", "incubator"), ("enterprise", "campus_base"))
    nodes: tuple[dict[NodeId, NodeValues], ...] = ({}, {})
    links: tuple[dict[LinkKey, LinkValues], ...] = ({}, {})
    for one in IDS:
        if one not in absent:
            for source in dice.pick(*SPEAKERS):
                nodes[source][NodeId(one)] = node(one, made_up_values(dice, one, terms, hosts))
    for a, relation, b in made_up_links(dice):
        for source in dice.pick(*SPEAKERS):
            links[source][NodeId(a), relation, NodeId(b)] = made_up_statement(dice, relation, terms)
    sources = (Source(name="first", rank=100), Source(name="second", rank=dice.pick(100, 50, 150)))
    return [ChangeSet(source, nodes[i], links[i]) for i, source in enumerate(sources)]


def made_up_values(dice: Dice, node_id: str, terms: tuple[int | None, ...], hosts: tuple[str, ...]) -> dict[str, Value]:
    """Return the properties that answers depend on."""
    kind, stated = kind_of(node_id), dict[str, Value | None]()
    if kind in {"Course", "TrainingTask"}:
        stated["term"] = dice.pick(*terms)
    if kind in {"KnowledgeUnit", "TrainingTask"}:
        stated["hours"] = dice.pick(None, 1, 8, 2.5)
    if kind == "Role":
        stated["kind"] = dice.pick(None, "employed", "founder")
    if kind == "Enterprise":
        stated["kind"] = dice.pick(*hosts)
    if kind == "Discipline":
        stated["parent_id"] = dice.pick(None, "d2" if node_id == "d1" else "d1")
    return {name: value for name, value in stated.items() if value is not None}


def made_up_links(dice: Dice) -> list[tuple[str, str, str]]:
    """Return links of every relation: of those that make chains many, of the others some."""
    found = []
    for name, pairs in PAIRS.items():
        if name in CHAIN:
            one_in = dice.pick(2, 1, 2, 4)
        else:
            one_in = dice.pick(2, 4, 256) if name in CURRICULA else dice.pick(256, 256, 8)
        found += [(a, name, b) for a, b in pairs if dice.pick(*range(256)) % one_in == one_in - 1]
    return found


def made_up_statement(dice: Dice, relation: str, terms: tuple[int | None, ...]) -> LinkValues:
    """Return what is stated of a link."""
    weight = dice.pick(*((None, 1.0, 0.95, 0.9, 0.5) if relation == "SAME_AS" else (None, 1.0, 0.75, 0.5, 0.25)))
    term = dice.pick(None, *terms) if relation in {"OFFERS", "SCHEDULES"} else None
    openings = dice.pick(None, 0, 2, 7) if relation == "EMPLOYS" else None
    return (weight, None, term, openings, None)


SPEAKERS = ((0,), (0,), (1,), (0, 1))


def spoken(said: list[ChangeSet]) -> str:
    """Return what is said as a person would write it down, for a test that fails."""
    lines = []
    for changes in said:
        lines += [f"{changes.source.name} (rank {changes.source.rank}):"]
        lines += [f"  {node_id} {values}" for node_id, (_, values) in changes.nodes.items()]
        lines += [f"  {' '.join(key)} {values}" for key, values in changes.links.items()]
    return "\n".join(lines)


def scopes(*, narrow: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Make up a scope: no field stated, or a few, so that something is left."""
    fields: dict[str, st.SearchStrategy[Any]] = {
        "discipline": st.sampled_from(("d1", "d2")),
        "course": st.sampled_from(("co1", "co2", "co3")),
        "role": st.sampled_from(("a:r1", "b:r1", "r2")),
        "employer": st.sampled_from(("e1", "e2", "e3")),
        "host": st.sampled_from(("e1", "e2", "e3")),
        "term": st.integers(1, 4),
        "min_weight": st.sampled_from((0.5, 0.3, 0.75)),
        "roles": st.just("all"),
    }
    names = st.sets(st.sampled_from(sorted(fields)), max_size=3 if narrow else 0)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: fields[name] for name in sorted(chosen)}))


def known_scope(asked: dict[str, Any], world: World) -> Scope:
    """Return the scope without what the world does not hold."""
    return Scope(**{name: v for name, v in asked.items() if not isinstance(v, str) or v == "all" or v in world.kind})


def told(trace: Trace) -> dict[str, Any]:
    """Return what a trace says, as `foretold` does."""
    return {
        "competency": (trace.competency.id, trace.competency.ids),
        "status": trace.status,
        "link": trace.link,
        "flaws": [flaw.flaw for flaw in trace.flaws],
        "resilience": trace.resilience,
        "units": [(k.id, k.weight, [c.id for c in k.courses], [d.id for d in k.disciplines]) for k in trace.knowledge_units],
        "tasks": [(t.id, t.weight, [host.id for host in t.hosts]) for t in trace.training_tasks],
        "duties": [(j.id, j.weight) for j in trace.responsibilities],
        "roles": [(r.id, r.weight, [e.id for e in r.enterprises]) for r in trace.roles],
        "enterprises": [e.id for e in trace.enterprises],
        "chains": [
            (
                chain.link,
                chain.supply,
                chain.knowledge_unit.id,
                chain.training_task.id,
                chain.role.id,
                chain.responsibility and chain.responsibility.id,
                chain.demand,
            )
            for chain in trace.chains
        ],
        "counts": trace.chain_counts.model_dump(),
        "scope": (trace.scope.training_unrecorded, trace.scope.undated),
        "dormant": trace.completeness.dormant_links,
    }


def foretold(view: View, answer: Answer) -> dict[str, Any]:
    """Return what the brute force says a trace must say."""
    world = view.world
    courses = {k: sorted(world.into("COVERS", k)) for k in answer.units}
    links = [chain.link for chain in answer.chains]
    employers = {r: sorted(world.into("EMPLOYS", r)) for r in answer.roles}
    return {
        "competency": (answer.ids[0], answer.ids),
        "status": answer.status,
        "link": answer.link,
        "flaws": answer.flaws,
        "resilience": answer.resilience,
        "units": [
            (k, w, courses[k], sorted({d for c in courses[k] for d in world.into("OFFERS", c)}))
            for k, w in by_weight(answer.units)
        ],
        "tasks": [(t, w, sorted(world.into("HOSTS", t))) for t, w in by_weight(answer.tasks)],
        "duties": by_weight(answer.duties),
        "roles": [(r, w, employers[r]) for r, w in by_weight(answer.roles)],
        "enterprises": sorted({e for found in employers.values() for e in found}),
        "chains": [tuple(chain) for chain in answer.chains[:20]],
        "counts": {name: links.count(name) for name in ("direct", "role_direct", "indirect")},
        "scope": (view.unrecorded, view.undated),
        "dormant": world.dormant,
    }


def by_weight(weights: dict[str, float]) -> list[tuple[str, float]]:
    """Return nodes by weight, the largest first, then by id."""
    return sorted(weights.items(), key=lambda item: (-item[1], item[0]))


@settings(max_examples=250)
@given(said=worlds(), asked=scopes())
def test_every_trace_is_what_brute_force_finds(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """Nodes, weights, chains in order, counts, link, flaws and resilience of every competency are those of the rules."""
    note(spoken(said))
    world, snapshot = World(said), snapshot_of(*said)
    scope = known_scope(asked, world)
    view = View(world, scope)
    for c in COMPETENCIES:
        if c in world.kind:
            answer = view.answer(c)
            event(f"status {answer.status}")
            event(f"link {answer.link}")
            for flaw in answer.flaws:
                event(f"flaw {flaw}")
            assert told(trace_competency(snapshot, c, scope)) == foretold(view, answer)


@settings(max_examples=250)
@given(said=worlds(), asked=scopes())
def test_gaps_are_what_brute_force_finds(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """Counts and links are over every competency; gaps come by severity, demand or hours, and id, with their flaws."""
    note(spoken(said))
    world, snapshot = World(said), snapshot_of(*said)
    scope = known_scope(asked, world)
    view = View(world, scope, narrows_to_targets=True)
    found = find_gaps(snapshot, scope)
    answers = [view.answer(c) for c in world.of_kind("Competency")]
    statuses, links = [answer.status for answer in answers], [answer.link for answer in answers]
    assert found.counts == {status: statuses.count(status) for status in found.counts}
    assert found.links == {link: links.count(link) for link in found.links}
    listed = view.gaps()
    assert found.total == len(listed)
    assert (found.scope.training_unrecorded, found.scope.undated) == (view.unrecorded, view.undated)
    assert [
        (gap.competency.id, gap.status, gap.link, [flaw.flaw for flaw in gap.flaws], gap.severity, gap.demand)
        for gap in found.items
    ] == [
        (gap.ids[0], gap.status, gap.link, gap.flaws, gap.severity, pytest.approx(gap.demand)) for gap in listed
    ]


@settings(max_examples=60)
@given(said=worlds())
def test_random_graphs_have_every_outcome_often_enough(said: list[ChangeSet]) -> None:
    """A placeholder for the statistics."""


@settings(max_examples=100)
@given(said=worlds())
def test_a_scope_to_everything_is_no_scope(said: list[ChangeSet]) -> None:
    """All roles, a term after the last, and the weight 0 leave every answer as it is, but for what was asked."""
    snapshot = snapshot_of(*said)
    widest = Scope(term=1000, min_weight=0.0, roles="all")
    for c in World(said).of_kind("Competency"):
        leave = {"scope": ...}
        everything = trace_competency(snapshot, c).model_dump(exclude=leave)
        assert trace_competency(snapshot, c, widest).model_dump(exclude=leave) == everything
    leave = {"scope": ...}
    assert find_gaps(snapshot, widest).model_dump(exclude=leave) == find_gaps(snapshot).model_dump(exclude=leave)
