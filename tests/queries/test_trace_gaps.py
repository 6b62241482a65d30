"""Traces and gaps of small random graphs, compared whole with a brute force that shares no code with them."""

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.model import NOTHING_STATED, NodeId, Source, canonical
from graph.schema import RELATIONS
from graph.snapshot.snapshot import Snapshot
from queries.coverage import role_coverage
from queries.coverage_matrix import coverage_matrix
from queries.gaps import find_gaps
from queries.parameters.gaps import GapFilter
from queries.semantics.chain_arrays import chain_arrays
from queries.semantics.chain_status import ChainLink, ChainStatus
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from queries.semantics.weakness import Weakness
from queries.trace import Trace, TracedResponsibility, TracedRole, TracedTask, TracedUnit, trace_competency
from tests.support.closing_oracle import Closing
from tests.support.examples import examples
from tests.support.factory import Nodes, graph_of, snapshot_of
from tests.support.oracle import UNMARKED, Answer, View, World
from tests.support.worlds import APART, COMPETENCIES, DICE, PAIRS, Dice, made_up, spoken, worlds

# Circles are for other tests: one import may not hold them.
PAIRS |= {name: [(a, b) for a, b in PAIRS[name] if a < b] for name, relation in RELATIONS.items() if relation.acyclic}


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
    asked = names.flatmap(lambda chosen: st.fixed_dictionaries({name: fields[name] for name in sorted(chosen)}))
    return st.builds(lambda narrowed, widened: {**narrowed, **widened}, asked, WAYS)


WAYS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    (
        *({}, {}, {}, {"infer": True}, {"close": True}, {"roll_up": True}, {"infer": True, "close": True}),
        {"infer": True, "roll_up": True, "roll_up_share": 1.0},
        {"infer": True, "close": True, "roll_up": True, "roll_up_share": 0.3},
    )
)
"""What may count besides what is stated."""


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
    inferred = isinstance(one, TracedTask) and one.inferred
    return (inferred, one.via.id, one.via.way.value) if one.via else (inferred, None, None)


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
        "marks": answer.marks,
        "narrower": answer.narrower,
    }


def by_weight(weights: dict[str, float]) -> list[tuple[str, float]]:
    """Return nodes by weight, the largest first, then by id."""
    return sorted(weights.items(), key=lambda item: (-item[1], item[0]))


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


@examples(180)
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
    told_of = [(gap.competency.id, gap.status, gap.link, [one.flaw for one in gap.flaws]) for gap in found.items]
    assert told_of == [(gap.ids[0], gap.status, gap.link, gap.flaws) for gap in listed]
    assert [gap.severity for gap in found.items] == [gap.severity for gap in listed]
    assert [gap.demand for gap in found.items] == pytest.approx([gap.demand for gap in listed])
    chains = chain_arrays(snapshot, resolve(snapshot, scope, to_targets=True))
    expected = [sum(flaw in answer.flaws for answer in listed) for flaw in Weakness]
    assert chains.flaws.sum(axis=0).tolist() == expected


@examples(90)
@given(said=worlds(), asked=scopes())
def test_coverage_is_what_brute_force_finds(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """Of each role: the shares by the sum of weights, each competency's status and marks; the matrix agrees."""
    note(spoken(said))
    world, snapshot = World(said), snapshot_of(*said)
    scope = known_scope(asked, world).model_copy(update={"role": None})
    stated = View(world, scope.model_copy(update={"close": False}))
    needs = {r: {c: w for c in world.of_kind("Competency") if (w := stated.need(r, c))} for r in world.of_kind("Role")}
    for r, wanted in needs.items():
        view = View(world, scope.model_copy(update={"role": r}))
        answers = {c: view.answer(c) for c in wanted}
        found = role_coverage(snapshot, r, scope)
        served = {
            "taught": {c for c in wanted if answers[c].units},
            "practised": {c for c in wanted if answers[c].tasks},
            "coverage": {c for c in wanted if answers[c].units and answers[c].tasks},
            "direct": {c for c in wanted if answers[c].link == "direct"},
        }
        for name, those in served.items():
            share = sum(wanted[c] for c in those) / sum(wanted.values()) if wanted else None
            assert getattr(found, name) == (None if share is None else pytest.approx(share)), name
        told_of = [
            (one.id, one.link, one.narrower_covered and one.narrower_covered.covered) for one in found.competencies
        ]
        order = sorted(wanted, key=lambda c: (-wanted[c], c))
        assert told_of == [(c, answers[c].link, (answers[c].narrower or [None])[0]) for c in order]
        assert [(one.inferred, {via.id for via in one.via}) for one in found.competencies] == [
            owed(answers[c]) for c in order
        ]
    matrix = coverage_matrix(snapshot, "discipline", None, scope)
    for row, shares in zip(matrix.rows, matrix.shares, strict=True):
        inside = scope.model_copy(update={"discipline": row.id})
        assert shares == [role_coverage(snapshot, r.id, inside).coverage for r in matrix.columns]


def owed(answer: Answer) -> tuple[bool, set[str | None]]:
    """Return whether all practice is inferred, and to whom else all teaching, or all practice, is owed."""
    via: set[str | None] = set()
    for nodes in (answer.units, answer.tasks):
        marks = [answer.marks.get(node, UNMARKED) for node in nodes]
        if all(mark[1] for mark in marks):
            via |= {mark[1] for mark in marks}
    return bool(answer.tasks) and all(answer.marks.get(t, UNMARKED)[0] for t in answer.tasks), via


@examples(90)
@given(said=worlds(), asked=scopes())
def test_gaps_are_closed_by_what_brute_force_finds(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """The nearest courses and tasks, and the enterprises that should lead, are the first of all there are."""
    note(spoken(said))
    world, snapshot = World(said), snapshot_of(*said)
    scope = known_scope(asked, world)
    closing = Closing(View(world, scope, narrows_to_targets=True))
    for gap in find_gaps(snapshot, scope).items:
        found = gap.closed_by
        flaws = {one.flaw.value for one in gap.flaws}
        expected = closing.close(gap.competency.id, flaws)
        assert [
            ((one.course or one.unit).id, one.unit.id, one.because, one.shared.id, one.competency.id)
            for one in found.courses
        ] == expected.courses
        assert [
            (one.task.id, one.because, one.shared.id, one.competency and one.competency.id) for one in found.tasks
        ] == expected.tasks
        assert [(one.enterprise.id, one.role.id, one.openings) for one in found.enterprises] == expected.enterprises
        for kind in ("courses", "tasks", "enterprises"):
            event(f"{kind}: {len(getattr(found, kind))}")


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


@examples(50)
@given(said=worlds(), asked=scopes(), limit=st.integers(1, 3))
def test_pages_are_the_whole_list(said: list[ChangeSet], asked: dict[str, Any], limit: int) -> None:
    """From cursor to cursor, every gap comes once and in the order of one long page."""
    snapshot = snapshot_of(*said)
    scope = known_scope(asked, World(said))
    whole = find_gaps(snapshot, scope, limit=1000)
    found = [page := find_gaps(snapshot, scope, limit=limit)]
    while page.next:
        found.append(page := find_gaps(snapshot, scope, limit=limit, cursor=page.next))
    assert [gap for page in found for gap in page.items] == whole.items
    assert {(page.total, tuple(page.counts.items())) for page in found} == {(whole.total, tuple(whole.counts.items()))}


@examples(50)
@given(said=worlds(), asked=scopes())
def test_filters_leave_what_they_name(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """By status, flaw or severity: the gaps of the whole list that have it, in its order; counts stay."""
    snapshot = snapshot_of(*said)
    scope = known_scope(asked, World(said))
    whole = find_gaps(snapshot, scope)
    for status in ChainStatus:
        found = find_gaps(snapshot, scope, GapFilter(status=status))
        assert found.items == [gap for gap in whole.items if gap.status is status]
        assert found.counts == whole.counts
    for flaw in Weakness:
        found = find_gaps(snapshot, scope, GapFilter(flaw=flaw))
        assert found.items == [gap for gap in whole.items if flaw in {one.flaw for one in gap.flaws}]
    for severity in range(6):
        found = find_gaps(snapshot, scope, GapFilter(severity=severity))
        assert found.items == [gap for gap in whole.items if gap.severity >= severity]


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
    named = {name: renamed(v) for name, v in scope.model_dump().items() if isinstance(v, str) and name != "roles"}
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


@examples(50)
@given(said=worlds(), asked=scopes(), added=st.sampled_from(PAIRS["PRACTISES"]))
def test_more_practice_never_lowers_coverage(
    said: list[ChangeSet], asked: dict[str, Any], added: tuple[str, str]
) -> None:
    """One more PRACTISES link takes no task from any competency, and no share from any role, in any scope."""
    scope = known_scope(asked, World(said))
    more = ChangeSet(Source(name="more"), {}, {(NodeId(added[0]), "PRACTISES", NodeId(added[1])): NOTHING_STATED})
    before, after = snapshot_of(*said), snapshot_of(*said, more)
    for c in World(said).of_kind("Competency"):
        tasks = {task.id for task in trace_competency(before, c, scope).training_tasks}
        assert tasks <= {task.id for task in trace_competency(after, c, scope).training_tasks}
    for r in World(said).of_kind("Role"):
        first = role_coverage(before, r, scope.model_copy(update={"role": None}))
        then = role_coverage(after, r, scope.model_copy(update={"role": None}))
        assert (then.coverage or 0.0) >= (first.coverage or 0.0)
        assert (then.practised or 0.0) >= (first.practised or 0.0)


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


@pytest.mark.parametrize(
    ("lines", "demand"),
    [
        (["e1 EMPLOYS r1 openings=4", "e2 EMPLOYS r1 openings=6"], 10),
        (["e1 EMPLOYS r1 openings=4", "e2 EMPLOYS r1"], 8),
        (["e1 EMPLOYS r1", "e2 EMPLOYS r1"], 2),
        (["e1 EMPLOYS r2 openings=0"], 0),
        (["e1 EMPLOYS r2 openings=5"], 5),
        ([], 1),
    ],
    ids=["added up", "the median", "one each", "the median is 0", "one such", "no employer at all"],
)
def test_demand_counts_openings(lines: list[str], demand: float) -> None:
    """What is not stated counts the median of what is, else 1; a role that nobody employs counts one such."""
    (gap,) = find_gaps(graph_of("r1 REQUIRES c1", *lines)).items
    assert gap.demand == demand
