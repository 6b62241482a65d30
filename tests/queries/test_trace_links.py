"""Ties of a trace: held against a brute force over all links of small random graphs."""

from hypothesis import given
from hypothesis import strategies as st

from queries.semantics.scope import Scope
from queries.trace import trace_competency
from queries.trace_links import find_ties
from tests.support.factory import graph_of, live_links

PAIRS = (
    ("k", "DEVELOPS", "c"),
    ("t", "PRACTISES", "c"),
    ("t", "APPLIES", "k"),
    ("t", "PREPARES_FOR", "j"),
    ("r", "HAS_RESPONSIBILITY", "j"),
    ("j", "REQUIRES", "c"),
    ("r", "REQUIRES", "c"),
)
LINES = st.sampled_from(
    [f"{a}{m} {relation} {b}{n} {w}" for a, relation, b in PAIRS for m in (1, 2) for n in (1, 2) for w in (0.3, 0.8)]
)
GRAPHS = st.lists(LINES, max_size=30, unique_by=lambda line: line.rpartition(" ")[0])


@given(GRAPHS, st.sampled_from([0.0, 0.5]))
def test_ties_are_the_links_between_the_stages(lines: list[str], least: float) -> None:
    """Whatever is linked, and is on the trace at both ends, is tied; nothing else is."""
    snapshot = graph_of("c1", *lines)
    trace = trace_competency(snapshot, "c1", Scope(min_weight=least))
    ties, links = find_ties(snapshot, trace), live_links(snapshot)
    units = {unit.id for unit in trace.knowledge_units}
    tasks = {task.id for task in trace.training_tasks}
    duties = {duty.id for duty in trace.responsibilities}
    roles = {role.id for role in trace.roles}
    own = {role for role in roles if links.get((role, "REQUIRES", "c1"), -1) >= least}
    assert set(ties.own) == own
    assert set(ties.applied) == {
        (k, t) for t, relation, k in links if relation == "APPLIES" and t in tasks and k in units
    }
    assert set(ties.prepared) == {
        (t, j) for t, relation, j in links if relation == "PREPARES_FOR" and t in tasks and j in duties
    }
    held = {(j, r) for r, relation, j in links if relation == "HAS_RESPONSIBILITY" and r in roles}
    assert set(ties.held) == {(j, r) for j, r in held if j in duties}
    assert set(ties.rehearsed) == {
        (t, r) for j, r in held for t in tasks if r in own and (t, "PREPARES_FOR", j) in links
    }


@given(GRAPHS)
def test_tie_is_no_more_than_the_best_chain_says(lines: list[str]) -> None:
    """A competency has a direct chain exactly where ties lead from a unit to a role by way of its responsibility."""
    snapshot = graph_of("c1", *lines)
    trace = trace_competency(snapshot, "c1")
    ties = find_ties(snapshot, trace)
    applying, preparing = {t for _, t in ties.applied}, {t for t, j in ties.prepared if j in {d for d, _ in ties.held}}
    assert (trace.chain_counts.direct > 0) == bool(applying & preparing)
