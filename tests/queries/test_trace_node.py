"""Traces from anywhere, against sets made from the chain of every competency."""

import pytest
from hypothesis import given

from graph.changes import ChangeSet
from graph.errors import InputError, NotFoundError
from graph.snapshot.snapshot import Snapshot
from queries.semantics.scope import Scope
from queries.trace import trace_competency
from queries.trace_node import NodeTrace, trace_node
from tests.support.examples import examples
from tests.support.factory import graph_of, snapshot_of
from tests.support.worlds import worlds


def stage(found: NodeTrace, name: str) -> dict[str, tuple[bool, int]]:
    """Return a stage's nodes: whether linked, and how many competencies."""
    return {
        node.id: (node.linked, node.competencies) for one in found.stages if one.stage == name for node in one.nodes
    }


def check(graph: Snapshot, node_id: str, served: set[str]) -> None:
    """Assert that the trace passes these competencies, and shares of its far side what they are traced to."""
    found = trace_node(graph, node_id, limit=1000)
    assert {one.id for one in found.competencies} == served
    traces = {c: trace_competency(graph, c) for c in served}
    assert {one.id: (one.status, one.link) for one in found.competencies} == {
        c: (trace.status, trace.link) for c, trace in traces.items()
    }
    for name in ("training_tasks", "roles", "responsibilities", "knowledge_units", "enterprises"):
        shared: dict[str, int] = {}
        for trace in traces.values():
            for node in getattr(trace, name):
                shared[node.id] = shared.get(node.id, 0) + 1
        shared.pop(node_id, None)
        for other, (linked, n) in stage(found, name).items():
            assert n == shared.get(other, 0)
            assert linked or n
        own = {"KnowledgeUnit": {"knowledge_units"}, "TrainingTask": {"training_tasks"}}.get(found.kind)
        if own is None and found.kind == "Role":
            own = {"responsibilities", "roles", "enterprises"}
        if name not in (own or ()):
            assert {i for i, (_, n) in stage(found, name).items() if n} == shared.keys()


@examples(25)
@given(worlds())
def test_traces_are_made_of_those_of_competencies(said: list[ChangeSet]) -> None:
    """What a unit develops, a task practises or a role requires is traced on as each of these competencies is."""
    graph = snapshot_of(*said)
    every = {c: trace_competency(graph, c) for c in (graph.ids[i] for i in graph.of_kind("Competency").tolist())}
    for kind, name in (("KnowledgeUnit", "knowledge_units"), ("TrainingTask", "training_tasks"), ("Role", "roles")):
        for i in graph.of_kind(kind).tolist():
            served = {c for c, trace in every.items() if graph.ids[i] in {node.id for node in getattr(trace, name)}}
            check(graph, graph.ids[i], served)


CHAIN = (
    *("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "t1 APPLIES k1", "t1 PRACTISES c1", "t2 PRACTISES c1"),
    *(
        "t1 PREPARES_FOR j1",
        "r1 HAS_RESPONSIBILITY j1",
        "j1 REQUIRES c1",
        "e1 EMPLOYS r1",
        "e2 HOSTS t1",
        "r1 REQUIRES c2",
    ),
)


def test_course_leads_to_positions() -> None:
    """Its units and discipline are linked, training and positions follow by way of its competencies."""
    found = trace_node(graph_of(*CHAIN), "co1")
    assert [one.stage for one in found.stages] == [
        *("disciplines", "knowledge_units", "training_tasks", "responsibilities", "roles", "enterprises")
    ]
    assert stage(found, "knowledge_units") == {"k1": (True, 1)}
    assert stage(found, "training_tasks") == {"t1": (False, 1), "t2": (False, 1)}
    assert stage(found, "enterprises") == {"e1": (False, 1)}


def test_task_comes_from_units_and_leads_to_responsibilities() -> None:
    """What it applies and prepares for is linked, and so is its host."""
    found = trace_node(graph_of(*CHAIN), "t1")
    assert stage(found, "knowledge_units") == {"k1": (True, 1)}
    assert stage(found, "responsibilities") == {"j1": (True, 1)}
    assert stage(found, "enterprises") == {"e2": (True, 0), "e1": (False, 1)}
    assert "training_tasks" not in {one.stage for one in found.stages}


def test_role_comes_from_courses() -> None:
    """Both what it requires itself, and by its responsibilities, is on the way."""
    found = trace_node(graph_of(*CHAIN), "r1")
    assert [one.id for one in found.competencies] == ["c2", "c1"]
    assert stage(found, "courses") == {"co1": (False, 1)}
    assert stage(found, "training_tasks") == {"t1": (True, 1), "t2": (False, 1)}


def test_enterprise_is_traced_by_its_roles_and_its_training() -> None:
    """What its roles require and what it hosts the practice of."""
    graph = graph_of(*CHAIN, "e1 HOSTS t3", "t3 PRACTISES c3")
    found = trace_node(graph, "e1")
    assert {one.id for one in found.competencies} == {"c1", "c2", "c3"}
    assert stage(found, "roles") == {"r1": (True, 2)}


@pytest.mark.parametrize(
    ("line", "served"),
    [
        ("x1 CERTIFIES c1", {"c1"}),
        ("s1 CALLS_FOR c1", {"c1"}),
        ("s1 CALLS_FOR r1", {"c1", "c2"}),
        ("i1 QUALIFIED_FOR c1", {"c1"}),
        ("x1 ACCEPTED_BY r1", set()),
    ],
)
def test_what_stands_around_is_traced_by_what_it_names(line: str, served: set[str]) -> None:
    """A certificate, a signal, an instructor: the competencies that they name, and those of a role called for."""
    found = trace_node(graph_of(*CHAIN, line), line.split(maxsplit=1)[0])
    assert {one.id for one in found.competencies} == served
    assert ("r1" in stage(found, "roles")) == ("c1" in served or line.endswith("r1"))


def test_institution_is_traced_by_the_disciplines_that_it_runs() -> None:
    """With those below them, what they offer and where they send learners; those of others are not its own."""
    more = ("u1 RUNS d2", "d2 SCHEDULES t3", "d3 OFFERS co1", "co2 COVERS k2", "k2 DEVELOPS c2", "d3 OFFERS co2")
    found = trace_node(graph_of(*CHAIN, *more, nodes={"d1": {"parent_id": "d2"}}), "u1")
    assert [one.id for one in found.competencies] == ["c1"]
    assert stage(found, "disciplines") == {"d1": (True, 1), "d2": (True, 0)}
    assert stage(found, "courses") == {"co1": (True, 1)}
    assert stage(found, "training_tasks") == {"t3": (True, 0), "t1": (False, 1), "t2": (False, 1)}
    assert stage(found, "roles") == {"r1": (False, 1)}


def test_certificate_is_prepared_for_by_courses_and_disciplines() -> None:
    """Each stands at its stage."""
    found = trace_node(graph_of(*CHAIN, "co1 ALIGNS_WITH x1", "d2 ALIGNS_WITH x1", "x1 CERTIFIES c1"), "x1")
    assert stage(found, "courses") == {"co1": (True, 1)}
    assert stage(found, "disciplines") == {"d2": (True, 0), "d1": (False, 1)}


def test_scope_narrows_what_is_traced() -> None:
    """At a host, only its training is on the way."""
    found = trace_node(graph_of(*CHAIN), "co1", Scope(host="e2"))
    assert stage(found, "training_tasks") == {"t1": (False, 1)}


def test_lists_are_cut_and_counted() -> None:
    """One of two tasks is listed, the linked one, and both are counted."""
    (tasks,) = (one for one in trace_node(graph_of(*CHAIN), "r1", limit=1).stages if one.stage == "training_tasks")
    assert ([node.id for node in tasks.nodes], tasks.total) == (["t1"], 2)


def test_what_leads_nowhere_is_refused() -> None:
    """Nothing passes through a cohort; what is not there is not found."""
    graph = graph_of("d1", nodes={"g1": {"discipline_id": "d1", "size": 30}})
    with pytest.raises(InputError, match="Cohort"):
        trace_node(graph, "g1")
    with pytest.raises(NotFoundError):
        trace_node(graph, "k9")


def test_discipline_is_traced_with_all_below_it() -> None:
    """A faculty serves what its programmes teach and train, however deep they stand."""
    links = ("d3 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "d3 SCHEDULES t1", "t1 PRACTISES c2")
    g = graph_of(*links, "d1 OFFERS co2", nodes={"d2": {"parent_id": "d1"}, "d3": {"parent_id": "d2"}})
    found = trace_node(g, "d1")
    assert {one.id for one in found.competencies} == {"c1"}
    stages = {stage.stage: {node.id for node in stage.nodes if node.linked} for stage in found.stages}
    assert (stages["courses"], stages["training_tasks"]) == ({"co1", "co2"}, {"t1"})
