"""What-if and diff: the difference is that of asking both graphs whole, by brute force."""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph.errors import InputError, NotFoundError
from graph.model import NodeId
from graph.snapshot.overlay import apply_patch
from graph.snapshot.past import snapshot_at
from graph.snapshot.patch import Patch
from graph.snapshot.scenario import Scenario, apply_scenario, find_violations, patch_of
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.sqlite.store import SqliteStore
from queries.compare import answer_changes as comparing
from queries.compare.answer_changes import compare
from queries.compare.change_candidates import candidates_of_patch, find_candidates
from queries.compare.graph_changes import tell_changes
from queries.coverage import role_coverage
from queries.diff import Sides, diff
from queries.gaps import find_gaps
from queries.parameters.plan import PlanWish
from queries.plan import plan_training
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from queries.trace import trace_competency
from queries.what_if import ScenarioQuestion, what_if
from tests.support.examples import examples
from tests.support.factory import graph_of, link, live_links, node, says
from tests.support.scenarios import DATA, plain_world, stated, supposed
from tests.support.worlds import Dice

WHOLE = Scope(focus="all")
"""Traces, which these are compared with, are never narrowed."""
Stand = tuple[str, str | None, tuple[str, ...]]
NOTHING = Patch({}, {})


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Store]:
    folder, numbers = tmp_path_factory.mktemp("stores"), iter(range(10**6))
    return lambda: SqliteStore(Path(folder) / f"{next(numbers)}.db")


def supposing(store: Store, data: bytes) -> tuple[Snapshot, Snapshot, Patch | None]:
    """Return a graph, what it would be, and what changed."""
    dice = Dice(data)
    before = stated(store, *plain_world(dice))
    scenario = supposed(dice, before)
    assume(not find_violations(before, scenario))
    after, patch = apply_scenario(before, scenario, store)
    return before, after, patch


def stands(snapshot: Snapshot) -> dict[str, Stand]:
    """Return how each competency stands, asked one by one, under each of its ids."""
    found: dict[str, Stand] = {}
    for c in snapshot.of_kind("Competency").tolist():
        trace = trace_competency(snapshot, snapshot.ids[c])
        for one in trace.competency.ids:
            found[one] = (trace.status, trace.link, tuple(flaw.flaw for flaw in trace.flaws))
    return found


def same_classes(before: Snapshot, after: Snapshot) -> bool:
    """Say whether the same ids make the same classes."""
    members = ([snapshot.ids[i] for i in snapshot.arrays["classes.members"].tolist()] for snapshot in (before, after))
    return next(members) == next(members)


def coverages(snapshot: Snapshot, roles: Iterable[str]) -> dict[str, float | None]:
    """Return the coverage that each role answers, asked one by one; nothing for what is not there."""
    return {role: role_coverage(snapshot, role).coverage for role in roles if snapshot.find(role) is not None}


@examples(80)
@given(DATA, st.booleans())
def test_the_difference_is_that_of_both_answers(fresh: Callable[[], Store], data: bytes, by_one: bool) -> None:
    """Judged one by one or all at once: competencies, roles and counts that differ are those listed, and no others."""
    store = fresh()
    before, after, patch = supposing(store, data)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(comparing, "MOST_ONE_BY_ONE", 10.0 if by_one else -1.0)
        found = compare(before, after, candidates_of_patch(before, after, patch), WHOLE, limit=1000)
    old, new = stands(before), stands(after)
    heads = {s.ids[c] for s in (before, after) for c in s.of_kind("Competency").tolist()}
    assert {
        change.competency.id: (
            change.before and (change.before.status, change.before.link, tuple(f.flaw for f in change.before.flaws)),
            change.after and (change.after.status, change.after.link, tuple(f.flaw for f in change.after.flaws)),
        )
        for change in found.competencies
    } == {c: (old.get(c), new.get(c)) for c in heads if old.get(c) != new.get(c)}
    roles = {s.ids[r] for s in (before, after) for r in s.of_kind("Role").tolist()}
    a, b = coverages(before, roles), coverages(after, roles)
    moved = {r for r in a.keys() | b.keys() if a.get(r) != pytest.approx(b.get(r), abs=1e-9)}
    assert {change.role.id for change in found.roles} == moved
    for change in found.roles:
        assert change.before == pytest.approx(a.get(change.role.id))
        assert change.after == pytest.approx(b.get(change.role.id))
    assert found.counts_before == find_gaps(before, WHOLE).counts
    assert found.links_before == find_gaps(before, WHOLE).links
    assert found.counts_after == find_gaps(after, WHOLE).counts
    assert found.links_after == find_gaps(after, WHOLE).links
    store.close()


@examples(40)
@given(DATA)
def test_the_changes_told_are_those_of_the_graph(fresh: Callable[[], Store], data: bytes) -> None:
    """Comparing both whole finds what the patch says, and every node and link that differs is told once."""
    store = fresh()
    before, after, patch = supposing(store, data)
    told = tell_changes(before, after, candidates_of_patch(before, after, patch), limit=10_000)
    assert told == tell_changes(before, after, find_candidates(before, after), limit=10_000)
    old, new = live_links(before), live_links(after)
    kinds = {(c.from_id, c.relation, c.to_id): c.change for c in told.links}
    if same_classes(before, after):  # else a link may go on under the id of another head
        assert {key for key, kind in kinds.items() if kind == "added"} == new.keys() - old.keys()
        assert {key for key, kind in kinds.items() if kind == "removed"} == old.keys() - new.keys()
    assert Counter(c.change for c in told.nodes)["added"] == len(set(after.ids) - set(before.ids))
    store.close()


@examples(30)
@given(DATA)
def test_a_scope_is_asked_of_both(fresh: Callable[[], Store], data: bytes) -> None:
    """In a scope, the counts are those of the gaps there."""
    store = fresh()
    before, after, patch = supposing(store, data)
    scope = Scope(discipline="d1", term=2)
    assume(before.find("d1") is not None and after.find("d1") is not None)
    found = compare(before, after, candidates_of_patch(before, after, patch), scope)
    assert found.counts_before == find_gaps(before, scope).counts
    assert found.counts_after == find_gaps(after, scope).counts
    store.close()


# Laws


def test_supposing_nothing_makes_no_difference() -> None:
    """Without a change, nothing is listed, and the counts are the same."""
    graph = graph_of("k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1")
    found = what_if(graph, graph, NOTHING)
    assert (found.changes.nodes, found.changes.links) == ([], [])
    assert (found.consequences.competencies, found.consequences.roles) == ([], [])
    assert found.consequences.counts_before == found.consequences.counts_after


def test_taking_back_what_was_added_gives_back(fresh: Callable[[], Store]) -> None:
    """The graph with a node more, and then without it, answers as at first."""
    store = fresh()
    first = stated(store, says("k1 DEVELOPS c1", "r1 REQUIRES c1", "t1"))
    key, values = link("t9 PRACTISES c1")
    more = Scenario({NodeId("t9"): node("t9")}, {key: values})
    second, _ = apply_scenario(first, more, store)
    less = Scenario(without_nodes=frozenset({NodeId("t9")}), without_links=frozenset({key}))
    third, _ = apply_scenario(second, less, store)
    found = find_candidates(first, third)
    assert not found.nodes
    assert not found.links
    assert find_gaps(third) == find_gaps(first)
    store.close()


def test_plan_reaches_the_coverage_of_the_graph_with_its_tasks_alone() -> None:
    """Without the tasks that a plan leaves out, the role is covered as the plan says."""
    graph = graph_of(
        *("k1 DEVELOPS c1", "k1 DEVELOPS c2", "k2 DEVELOPS c3", "k2 DEVELOPS c4"),
        *("t1 PRACTISES c1", "t1 PRACTISES c2", "t2 PRACTISES c2", "t3 PRACTISES c3", "t4 PRACTISES c4"),
        *("r1 REQUIRES c1 0.5", "r1 REQUIRES c2 0.25", "r1 REQUIRES c3", "r1 REQUIRES c4 0.75", "r1 REQUIRES c5"),
    )
    for most in (1, 2, 3):
        plan = plan_training(graph, "r1", wish=PlanWish(max_tasks=most))
        chosen = {step.task.id for step in plan.steps}
        others = frozenset(NodeId(t) for t in ("t1", "t2", "t3", "t4") if t not in chosen)
        patch = patch_of(graph, Scenario(without_nodes=others))
        alone = role_coverage(apply_patch(graph, patch), "r1")
        assert alone.coverage == pytest.approx(plan.coverage_after)


# The smallest cases


def test_a_chain_that_is_mended_is_told() -> None:
    """One link connects the competency, and covers the role."""
    before = graph_of("k1 DEVELOPS c1", "t1", "r1 REQUIRES c1", "r1 REQUIRES c2")
    key, values = link("t1 PRACTISES c1 0.5")
    patch = patch_of(before, Scenario(links={key: values}))
    found = what_if(before, apply_patch(before, patch), patch)
    (change,) = found.consequences.competencies
    assert change.before is not None
    assert change.after is not None
    assert (change.before.status, change.after.status) == (ChainStatus.UNPRACTISED, ChainStatus.CONNECTED)
    (role,) = found.consequences.roles
    assert (role.before, role.after, role.change) == (0.0, 0.5, 0.5)
    assert found.consequences.counts_after[ChainStatus.CONNECTED] == 1
    (told,) = found.changes.links
    assert (told.change, told.from_id, told.relation, told.to_id) == ("added", "t1", "PRACTISES", "c1")


def test_a_class_that_is_split_counts_by_its_parts() -> None:
    """Each side counts its own classes: one competency was connected, two are left, of which neither is."""
    whole = ("u:k1 DEVELOPS u:c1", "u:r1 REQUIRES u:c1", "u:t1 APPLIES u:k1")
    before = graph_of(*whole, "u:t1 PRACTISES u:c1", "u:c1 SAME_AS v:c2")
    after = graph_of(*whole, "v:c2 BROADER v:c3")
    found = diff(before, after, Sides(since="a", until="b")).consequences
    assert found.counts_before == find_gaps(before).counts
    assert found.counts_after == find_gaps(after).counts
    assert found.links_after == find_gaps(after).links


def test_what_broke_comes_first() -> None:
    """A chain that breaks stands before one that is mended, whatever the ids."""
    before = graph_of("k1 DEVELOPS c2", "t1 PRACTISES c2", "r1 REQUIRES c2", "k1 DEVELOPS c1", "r1 REQUIRES c1")
    (key, values), (gone, _) = link("t1 PRACTISES c1"), link("t1 PRACTISES c2")
    patch = patch_of(before, Scenario(links={key: values}, without_links=frozenset({gone})))
    found = compare(before, apply_patch(before, patch), candidates_of_patch(before, apply_patch(before, patch), patch))
    assert [change.competency.id for change in found.competencies] == ["c2", "c1"]


def test_the_first_employer_concerns_everything() -> None:
    """As soon as one employer is recorded, roles that nobody employs are a flaw of what they require."""
    before = graph_of("k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1", "e1", "r2")
    key, values = link("e1 EMPLOYS r2")
    patch = patch_of(before, Scenario(links={key: values}))
    after = apply_patch(before, patch)
    found = compare(before, after, candidates_of_patch(before, after, patch), WHOLE)
    (change,) = found.competencies
    assert change.after is not None
    assert "no_employer" in [flaw.flaw for flaw in change.after.flaws]


def test_questions_are_answered_before_and_after() -> None:
    """Each question gives both answers; None where the node is not there yet."""
    before = graph_of("k1 DEVELOPS c1", "t1", "r1 REQUIRES c1")
    key, values = link("t1 PRACTISES c1")
    patch = patch_of(before, Scenario({NodeId("r2"): node("r2")}, {key: values}))
    after = apply_patch(before, patch)
    for question, old, new in (
        (ScenarioQuestion(ask="gaps"), find_gaps(before), find_gaps(after)),
        (ScenarioQuestion(ask="coverage", of=NodeId("r1")), role_coverage(before, "r1"), role_coverage(after, "r1")),
        (ScenarioQuestion(ask="trace", of=NodeId("c1")), trace_competency(before, "c1"), trace_competency(after, "c1")),
        (ScenarioQuestion(ask="plan", of=NodeId("r1")), plan_training(before, "r1"), plan_training(after, "r1")),
        (ScenarioQuestion(ask="coverage", of=NodeId("r2")), None, role_coverage(after, "r2")),
    ):
        asked = what_if(before, after, patch, question).asked
        assert asked is not None
        assert (asked.before, asked.after) == (old, new)


def test_questions_name_what_they_are_asked_of() -> None:
    """A coverage without a role is refused, a role that is nowhere is not found."""
    graph = graph_of("k1 DEVELOPS c1")
    with pytest.raises(InputError, match="coverage is asked of a role"):
        what_if(graph, graph, NOTHING, ScenarioQuestion(ask="coverage"))
    with pytest.raises(NotFoundError):
        what_if(graph, graph, NOTHING, ScenarioQuestion(ask="plan", of=NodeId("r1")))


def test_lists_are_cut_and_counted() -> None:
    """Three of five changes are listed, five are counted."""
    before = graph_of(*(f"r1 REQUIRES c{i}" for i in range(5)), "t1")
    patch = patch_of(before, Scenario(links=dict(link(f"t1 PRACTISES c{i}") for i in range(5))))
    found = what_if(before, apply_patch(before, patch), patch, limit=3)
    assert (len(found.consequences.competencies), found.consequences.competencies_total) == (3, 5)
    assert (len(found.changes.links), found.changes.link_tally.added) == (3, 5)


def test_diff_of_revisions_is_that_of_the_graphs(fresh: Callable[[], Store]) -> None:
    """What the log says is what comparing both whole finds."""
    store = fresh()
    stated(store, says("k1 DEVELOPS c1", "r1 REQUIRES c1"))
    now = stated(store, says("k1 DEVELOPS c1 0.5", "r1 REQUIRES c1", "t1 PRACTISES c1"))
    then, patch = snapshot_at(store, 1, now)
    assert patch is not None
    sides = Sides(since="1", until="2")
    found = diff(then, now, sides, candidates_of_patch(then, now, patch))
    assert found == diff(then, now, sides)
    assert [change.change for change in found.changes.links] == ["added", "changed"]
    assert found.consequences.competencies[0].competency.id == "c1"
    store.close()


def test_link_of_a_class_goes_under_all_its_ids(fresh: Callable[[], Store]) -> None:
    """What is shown under the first id of a class is removed by it, although a source states it of another id."""
    store = fresh()
    lines = ("k1 DEVELOPS b:c1", "t1 PRACTISES b:c1", "r1 REQUIRES a:c1", "a:c1 SAME_AS b:c1")
    before = stated(store, says(*lines))
    for removed in ("a:c1", "b:c1"):
        scenario = Scenario(without_links=frozenset({(NodeId("t1"), "PRACTISES", NodeId(removed))}))
        assert not find_violations(before, scenario)
        after, _ = apply_scenario(before, scenario, store)
        assert trace_competency(after, "a:c1").status is ChainStatus.UNPRACTISED
    store.close()


@pytest.mark.parametrize("scope", [Scope(), Scope(term=3), Scope(institution="u1")], ids=["all", "term", "school"])
def test_what_joins_a_class_from_out_of_focus_is_told(scope: Scope) -> None:
    """Nobody taught or required it; as one with what a role requires it is unserved, and back, however it is asked."""
    college = ("u1 RUNS d1", "d1 TARGETS r1", "d1 OFFERS co1", "r1 REQUIRES a:c1", "b:c2 CLOSE_TO b:c3")
    apart, joined = graph_of(*college), graph_of(*college, "a:c1 SAME_AS b:c2")
    for before, after in ((apart, joined), (joined, apart)):
        found = compare(before, after, find_candidates(before, after), scope)
        assert [one.competency.id for one in found.competencies] == ["b:c2"]
