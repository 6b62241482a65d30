"""Questions of one institution: by its own statements and shared ones alone, in the disciplines that it runs."""

from pathlib import Path

import pytest

from api.answers.scenarios import ask_diff, ask_what_if
from graph.changes import ChangeSet
from graph.errors import NotFoundError
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.institution_views import with_views
from graph.stores.sqlite.store import SqliteStore
from ingest import scenario_document
from queries.allocation import allocate
from queries.brief import write_brief
from queries.coverage import role_coverage
from queries.coverage_matrix import coverage_matrix
from queries.feedback import give_feedback
from queries.gaps import find_gaps
from queries.integration import integrate
from queries.leadership import measure_leadership
from queries.metrics import measure
from queries.parameters.metrics import WHATS
from queries.rotation import rotate
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from queries.signals import read_signals
from queries.trace import trace_competency
from tests.support.factory import graph_of, says, snapshot_of

SHARED = says("j1 REQUIRES c1", "r1 HAS_RESPONSIBILITY j1", "c1 BROADER c3", by="framework")
OWN = says(
    *(
        "u1 RUNS d1",
        "d1 OFFERS co1",
        "co1 COVERS k1",
        "k1 DEVELOPS c1 0.5",
        "d1 TARGETS r1",
        "e1 EMPLOYS r1 openings=3",
    ),
    *("d1 SCHEDULES t1", "t1 PRACTISES c1", "t1 APPLIES k1", "t1 PREPARES_FOR j1", "s1 CALLS_FOR c1"),
    by="own",
    institution="u1",
    nodes={"g1": {"discipline_id": "d1", "size": 30}},
)
OTHERS = says(
    *(
        "u2 RUNS d2",
        "d2 OFFERS co2",
        "co2 COVERS k2",
        "k2 DEVELOPS c1",
        "k2 DEVELOPS c2",
        "k1 DEVELOPS c3",
        "d1 TARGETS r2",
    ),
    *("r1 REQUIRES c2", "e2 EMPLOYS r1 openings=90", "t2 PRACTISES c1", "d1 SCHEDULES t2", "c1 SAME_AS x:c9"),
    *("e1 HOSTS t1", "i1 GUIDES t1", "i1 QUALIFIED_FOR c1", "s1 CALLS_FOR c2", "s2 CALLS_FOR c1"),
    by="other",
    institution="u2",
    nodes={"i1": {"employer_id": "e1", "kind": "enterprise_mentor"}},
)
MINE = Scope(institution="u1")


def answers(said: list[ChangeSet], scope: Scope) -> list[object]:
    """Return what every question answers that can be asked of an institution."""
    seen = snapshot_of(*said)
    whole = {"revision", "next", "completeness"}
    found = [
        find_gaps(seen, scope),
        trace_competency(seen, "c1", scope),
        role_coverage(seen, "r1", scope),
        coverage_matrix(seen, "discipline", None, scope),
        coverage_matrix(seen, "course", "r1", scope),
        allocate(seen, scope, hours=40),
        integrate(seen, institution=scope.institution),
        give_feedback(seen, institution=scope.institution),
        measure(seen, WHATS[1:], scope),
        measure_leadership(seen, "e1", institution=scope.institution),
        write_brief(seen, "e1", institution=scope.institution),
        read_signals(seen, institution=scope.institution),
        rotate(seen, "g1", institution=scope.institution),
    ]
    return [one.model_dump(exclude=whole) for one in found]


def test_what_other_institutions_state_does_not_count() -> None:
    """Links, classes, employers and openings of theirs: with them in the graph or not, every answer is the same."""
    assert answers([SHARED, OWN, OTHERS], MINE) == answers([SHARED, OWN], MINE)
    assert answers([SHARED, OWN, OTHERS], Scope()) != answers([SHARED, OWN], Scope())


def test_scope_is_what_the_institution_runs() -> None:
    """A discipline that another source of nobody offers courses in is not in scope, nor is what it teaches."""
    lines = (
        "u1 RUNS d1",
        "d1 OFFERS co1",
        "co1 COVERS k1",
        "k1 DEVELOPS c1",
        "d2 OFFERS co2",
        "co2 COVERS k2",
        "k2 DEVELOPS c2",
    )
    graph = graph_of(*lines, nodes={"d3": {"parent_id": "d1"}})
    assert [trace_competency(graph, c, MINE).status for c in ("c1", "c2")] == ["taught_only", "isolated"]
    assert [row.id for row in coverage_matrix(graph, "discipline", None, MINE).rows] == ["d1", "d3"]
    assert [row.id for row in coverage_matrix(graph, "course", None, MINE).rows] == ["co1"]
    assert not trace_competency(graph, "c2", Scope(institution="u1", discipline="d2")).knowledge_units


def test_institution_that_runs_nothing_is_told_and_an_unknown_one_refused() -> None:
    """Nothing counts as taught; near ids are named."""
    graph = graph_of("k1 DEVELOPS c1", nodes={"u1": {}})
    note = find_gaps(graph, MINE).scope
    assert (note.runs_unrecorded, note.targets_unrecorded) == (True, True)
    with pytest.raises(NotFoundError, match="u1"):
        find_gaps(graph, Scope(institution="u11"))
    with pytest.raises(NotFoundError):
        find_gaps(graph, Scope(institution="k1"))


def test_states_are_compared_as_the_institution_sees_them(tmp_path: Path) -> None:
    """What if and diff, also back to a revision before the others came: the same whether others state something."""
    store = SqliteStore(tmp_path / "graph.db")
    for changes in (SHARED, OTHERS, OWN):
        store.apply(changes)
    seen = with_views(compile_snapshot(store), store)
    told = ask_diff(store, seen, 2, 3, MINE).consequences
    assert (told.counts_before[ChainStatus.CONNECTED], told.counts_after[ChainStatus.CONNECTED]) == (0, 1)
    assert ask_diff(store, seen, 1, 2, MINE).consequences.competencies == []
    gone = scenario_document.draft_removals(["t1"])
    found = ask_what_if(store, seen, gone, None, MINE).consequences
    assert (found.counts_before[ChainStatus.CONNECTED], found.counts_after[ChainStatus.CONNECTED]) == (1, 0)
    store.close()
