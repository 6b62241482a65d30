"""Traces of small random graphs, compared whole with a brute force that shares no code with them; and their rules."""

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import event, given, note

from graph.changes import ChangeSet
from graph.model import NodeId, canonical
from graph.snapshot.snapshot import Snapshot
from queries.gaps import find_gaps
from queries.semantics.chain_status import ChainLink, ChainStatus
from queries.semantics.scope import Scope
from queries.semantics.weakness import Weakness
from queries.trace import Trace, TracedResponsibility, TracedRole, TracedTask, TracedUnit, trace_competency
from tests.support.examples import examples
from tests.support.factory import Nodes, graph_of, snapshot_of
from tests.support.oracle import UNMARKED, Answer, View, World
from tests.support.scoped_worlds import by_weight, known_scope, scopes
from tests.support.worlds import APART, COMPETENCIES, DICE, Dice, made_up, spoken, worlds


def told(trace: Trace) -> dict[str, Any]:
    """Return what a trace says, as `foretold` does."""
    return {
        "competency": (trace.competency.id, trace.competency.ids),
        "status": trace.status,
        "link": trace.link,
        "flaws": [flaw.flaw for flaw in trace.flaws],
        "resilience": trace.resilience,
        "units": [
            (k.id, k.weight, [c.id for c in k.courses], [d.id for d in k.disciplines]) for k in trace.knowledge_units
        ],
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
        "marks": {one.id: told_mark(one) for one in told_nodes(trace) if told_mark(one) != UNMARKED},
        "narrower": trace.narrower_covered and tuple(trace.narrower_covered.model_dump().values()),
    }


def told_nodes(trace: Trace) -> Sequence[TracedUnit | TracedTask | TracedResponsibility | TracedRole]:
    """Return every node of a trace."""
    return [*trace.knowledge_units, *trace.training_tasks, *trace.responsibilities, *trace.roles]


def told_mark(
    one: TracedUnit | TracedTask | TracedResponsibility | TracedRole,
) -> tuple[bool, str | None, str | None]:
    """Return why a node counts, as the brute force says it."""
    inferred = isinstance(one, TracedTask | TracedUnit) and one.inferred
    return (inferred, one.via.id, one.via.way.value) if one.via else (inferred, None, None)


def foretold(view: View, answer: Answer) -> dict[str, Any]:
    """Return what the brute force says a trace must say."""
    world = view.world
    counting = view.counting_courses
    courses = {k: sorted(c for c in world.into("COVERS", k) if counting is None or c in counting) for k in answer.units}
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
        "marks": answer.marks,
        "narrower": answer.narrower,
    }


@examples(180)
@given(said=worlds(), asked=scopes())
def test_every_trace_is_what_brute_force_finds(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """Nodes, weights, chains in order, counts, link, flaws and resilience of each competency are as the rules say."""
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


@examples(50)
@given(said=worlds())
def test_fewer_chains_are_the_best_of_more(said: list[ChangeSet]) -> None:
    """Whatever the limit, the chains are the first of all; the counts are of all."""
    snapshot = snapshot_of(*said)
    for c in World(said).of_kind("Competency"):
        every = trace_competency(snapshot, c, limit=1000)
        assert sum(every.chain_counts.model_dump().values()) == len(every.chains)
        for limit in (0, 1, 2, 3, 4, 5, 7):
            some = trace_competency(snapshot, c, limit=limit)
            assert some.chains == every.chains[:limit]
            assert some.chain_counts == every.chain_counts


def test_random_graphs_have_every_outcome_often() -> None:
    """The comparison above is worth something: each status, link and flaw is met in one of fifty graphs at least."""
    seeded, met, graphs = random.Random(1), Counter[str](), 300
    for _ in range(graphs):
        world = World(made_up(Dice(seeded.randbytes(DICE))))
        answers = [View(world, Scope()).answer(c) for c in world.of_kind("Competency")]
        met.update({name for answer in answers for name in (answer.status, f"link {answer.link}", *answer.flaws)})
    wanted = {*ChainStatus, *Weakness, *(f"link {link}" for link in ChainLink)}
    assert {name for name in wanted if met[name] < graphs / 50} == set()


# What must hold without knowing the answer


@examples(50)
@given(said=worlds())
def test_a_scope_to_everything_is_no_scope(said: list[ChangeSet]) -> None:
    """All roles, a term after the last, and the weight 0 leave every answer as it is, but for what was asked."""
    snapshot = snapshot_of(*said)
    widest = Scope(term=1000, min_weight=0.0, roles="all", roll_up_share=0.1)
    asked = {"scope"}
    for c in World(said).of_kind("Competency"):
        everything = trace_competency(snapshot, c).model_dump(exclude=asked)
        assert trace_competency(snapshot, c, widest).model_dump(exclude=asked) == everything
    assert find_gaps(snapshot, widest).model_dump(exclude=asked) == find_gaps(snapshot).model_dump(exclude=asked)


@examples(50)
@given(said=worlds(), asked=scopes())
def test_other_ids_get_the_same_answers(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """Renamed so that every order of ids is turned round, a graph has the same answers, order and ties aside."""
    scope = known_scope(asked, World(said))
    named = {
        name: renamed(v)
        for name, v in scope.model_dump().items()
        if isinstance(v, str) and name not in {"roles", "focus"}
    }
    one, other = snapshot_of(*said), snapshot_of(*map(with_new_ids, said))
    for c in World(said).of_kind("Competency"):
        answer = gist(one, trace_competency(one, c, scope, limit=1000), renamed)
        assert (
            gist(other, trace_competency(other, renamed(c), scope.model_copy(update=named), limit=1000), str) == answer
        )


def renamed(node_id: str) -> str:
    """Return an id of the same kind; ids that sort before others sort after them."""
    prefix, colon, local = node_id.rpartition(":")
    letters = local.rstrip("0123456789")
    turned = "".join(chr(ord("a") + ord("z") - ord(letter)) for letter in prefix)
    return f"{turned}{colon}{letters}{99 - int(local.removeprefix(letters))}"


def with_new_ids(changes: ChangeSet) -> ChangeSet:
    """Return what is said, of the renamed ids; references are renamed too."""
    nodes = {}
    for node_id, (kind, text) in changes.nodes.items():
        values = json.loads(text)
        values |= {name: renamed(value) for name, value in values.items() if name.endswith("_id")}
        nodes[NodeId(renamed(node_id))] = (kind, canonical(values))
    links = {(NodeId(renamed(a)), name, NodeId(renamed(b))): values for (a, name, b), values in changes.links.items()}
    return ChangeSet(changes.source, nodes, links)


def gist(snapshot: Snapshot, trace: Trace, rename: Callable[[str], str]) -> dict[str, Any]:
    """Return a trace without its order, its names, and the responsibility chosen among equals; classes as sets."""

    def whole(node_id: str) -> frozenset[str]:
        return frozenset(rename(snapshot.ids[i]) for i in snapshot.members(snapshot.require(node_id)))

    return {
        "competency": whole(trace.competency.id),
        "status": trace.status,
        "link": trace.link,
        "flaws": [flaw.flaw for flaw in trace.flaws],
        "resilience": trace.resilience,
        "narrower": trace.narrower_covered,
        "weights": {
            (whole(one.id), one.weight)
            for part in (trace.knowledge_units, trace.training_tasks, trace.responsibilities, trace.roles)
            for one in part
        },
        "chains": {
            (whole(one.knowledge_unit.id), whole(one.training_task.id), whole(one.role.id), one.link, one.supply)
            for one in trace.chains
        },
        "counts": trace.chain_counts,
        "scope": (trace.scope.training_unrecorded, trace.scope.undated),
    }


@examples(50)
@given(said=worlds(), asked=scopes())
def test_what_stands_apart_changes_nothing(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """A competency's trace does not depend on a part of the graph that no link leads to."""
    scope = known_scope(asked, World(said))
    without, beside = snapshot_of(*said), snapshot_of(*said, APART)
    elsewhere: dict[str, Any] = {"completeness": ..., "revision": ..., "scope": {"undated"}, "flaws": ...}
    for c in World(said).of_kind("Competency"):
        alone, amid = trace_competency(without, c, scope), trace_competency(beside, c, scope)
        assert amid.model_dump(exclude=elsewhere) == alone.model_dump(exclude=elsewhere)
        # what overlaps does so by its share of all hours and of all demand
        assert [one for one in amid.flaws if one.flaw != "overlap"] == [
            one for one in alone.flaws if one.flaw != "overlap"
        ]


# Single rules, where a random graph would not say which one was broken

LINKED = ("k1 DEVELOPS c1", "t1 PRACTISES c1", "t1 APPLIES k1", "j1 REQUIRES c1", "r1 HAS_RESPONSIBILITY j1")
WHOLE = (*LINKED, "t1 PREPARES_FOR j1")


@pytest.mark.parametrize(
    ("lines", "link"),
    [
        (WHOLE, "direct"),
        ((*LINKED, "r1 REQUIRES c1", "r1 HAS_RESPONSIBILITY j2", "t1 PREPARES_FOR j2"), "role_direct"),
        ((*LINKED, "r1 HAS_RESPONSIBILITY j2", "t1 PREPARES_FOR j2"), "indirect"),
        ((*LINKED, "r2 HAS_RESPONSIBILITY j2", "r2 REQUIRES c1", "t2 PREPARES_FOR j2", "t2 PRACTISES c1"), "indirect"),
        ([line for line in WHOLE if "APPLIES" not in line], "indirect"),
    ],
    ids=["required by j", "required by r", "another j of r", "another task of r", "no unit applied"],
)
def test_the_link_says_how_training_is_tied(lines: list[str], link: str) -> None:
    """Direct by the responsibility, role_direct by the role itself, else indirect."""
    assert trace_competency(graph_of(*lines), "c1").link == link


@pytest.mark.parametrize("flaw", list(Weakness))
def test_a_flaw_needs_a_recorded_fact(flaw: Weakness) -> None:
    """Of a chain about which nothing more is recorded, only what the chain itself shows is said."""
    flaws = {found.flaw for found in trace_competency(graph_of(*WHOLE), "c1").flaws}
    assert (flaw in flaws) == (flaw is Weakness.FRAGILE)


@pytest.mark.parametrize(
    ("flaw", "lines", "nodes"),
    [
        ("single_host", ["e1 HOSTS t1"], {}),
        ("campus_only", ["e1 HOSTS t1"], {"e1": {"kind": "incubator"}}),
        ("no_employer", ["e1 EMPLOYS r2"], {}),
        ("out_of_order", ["co1 COVERS k1"], {"co1": {"term": 3}, "t1": {"term": 2}}),
        ("out_of_order", ["co1 COVERS k1", "d1 OFFERS co1 term=3"], {"co1": {"term": 1}, "t1": {"term": 2}}),
        ("out_of_order", ["co1 COVERS k1", "co1 SCHEDULES t1 term=1"], {"co1": {"term": 2}, "t1": {"term": 2}}),
    ],
)
def test_a_recorded_fact_makes_a_flaw(flaw: str, lines: list[str], nodes: Nodes) -> None:
    """One host, no enterprise among the hosts, no employer, practised before it is taught."""
    trace = trace_competency(graph_of(*WHOLE, *lines, nodes=nodes), "c1")
    assert flaw in {found.flaw for found in trace.flaws}
    assert all(found.reason for found in trace.flaws)


@pytest.mark.parametrize(
    ("flaw", "lines", "nodes"),
    [
        ("single_host", ["e1 HOSTS t1", "e2 HOSTS t1"], {}),
        ("campus_only", ["e1 HOSTS t1", "e2 HOSTS t1"], {"e1": {"kind": "incubator"}}),
        ("no_employer", ["e1 EMPLOYS r1"], {}),
        ("no_employer", ["e1 EMPLOYS r2"], {"r1": {"kind": "founder"}}),
        ("out_of_order", ["co1 COVERS k1"], {"co1": {"term": 2}, "t1": {"term": 2}}),
        ("out_of_order", ["co1 COVERS k1"], {"co1": {"term": 3}}),
        ("out_of_order", ["co1 COVERS k1", "k2 DEVELOPS c1"], {"co1": {"term": 3}, "t1": {"term": 2}}),
        ("fragile", ["co1 COVERS k1", "co2 COVERS k1", "t2 PRACTISES c1"], {}),
    ],
)
def test_a_recorded_fact_clears_a_flaw(flaw: str, lines: list[str], nodes: Nodes) -> None:
    """A second host, an enterprise, an employer, a founder, the same term, an undated side, a second course."""
    trace = trace_competency(graph_of(*WHOLE, *lines, nodes=nodes), "c1")
    assert flaw not in {found.flaw for found in trace.flaws}


def test_a_course_outside_the_discipline_teaches_nothing_of_it() -> None:
    """Asked of a discipline and of a course that it does not offer, a unit of both is taught by neither."""
    lines = ("d1 OFFERS co1", "co1 COVERS k1", "co2 COVERS k1", "d1 SCHEDULES t1", "co2 SCHEDULES t1")
    trace = trace_competency(graph_of(*WHOLE, *lines), "c1", Scope(discipline="d1", course="co2"))
    assert trace.status == "untaught"
