"""Metrics against brute force on small random graphs, and the smallest graph of each."""

import math
from collections.abc import Iterable
from itertools import pairwise, permutations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.schema import RELATIONS
from graph.snapshot.snapshot import Snapshot
from queries.gaps import find_gaps
from queries.metrics import measure
from queries.metrics_networkx import as_networkx, chain_graph
from queries.metrics_prerequisites import factors_of
from queries.parameters.metrics import What
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import EVERYTHING, Scope
from queries.trace import trace_competency
from tests.support.examples import examples
from tests.support.factory import graph_of, live_links, snapshot_of
from tests.support.worlds import worlds

EDGES = st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]), min_size=1)


def values(snapshot: Snapshot, group: What, metric: str, scope: Scope = EVERYTHING) -> dict[str | None, float]:
    """Return one metric's values by id."""
    return {one.id: one.value for one in measure(snapshot, [group], scope, limit=None).items if one.metric == metric}


def paths(edges: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return every path, by trying every order of nodes."""
    known = set(edges)
    nodes = sorted({node for edge in known for node in edge})
    return [
        order
        for length in range(1, len(nodes) + 1)
        for order in permutations(nodes, length)
        if all(pair in known for pair in pairwise(order))
    ]


@examples(30)
@given(EDGES)
def test_factors_are_those_of_every_path(edges: set[tuple[int, int]]) -> None:
    """Blocking counts what any path reaches, delay is the longest path through the node."""
    found = factors_of(nx.DiGraph(sorted(edges)))
    every = paths(edges)
    for node, (blocking, delay) in found.items():
        assert blocking == len({path[-1] for path in every if path[0] == node} - {node})
        assert delay == max(len(path) for path in every if node in path)


def test_factors_of_a_circle_end() -> None:
    """Nodes that go round in a circle block each other, and are all on the path."""
    assert factors_of(nx.DiGraph([(1, 2), (2, 1), (2, 3)])) == {1: (2, 3), 2: (2, 3), 3: (0, 3)}


def test_worked_example_of_prerequisites() -> None:
    """Of a chain of three with a branch, the first blocks three, and lies on a path of three."""
    graph = graph_of("k1 PREREQUISITE_OF k2", "k2 PREREQUISITE_OF k3", "k2 PREREQUISITE_OF t1")
    assert values(graph, "prerequisites", "blocking_factor") == {"k1": 3, "k2": 2, "k3": 0, "t1": 0}
    assert values(graph, "prerequisites", "delay_factor") == dict.fromkeys(("k1", "k2", "k3", "t1"), 3)
    assert values(graph, "prerequisites", "structural_complexity") == {None: 17}


def test_what_has_no_prerequisite_is_complex_by_one() -> None:
    """It is a path of its own: the sum is over all units and tasks, or courses, that there are."""
    chain = ("co1 COVERS k1", "co2 COVERS k2", "k1 PREREQUISITE_OF k2")
    linked, whole = graph_of(*chain), graph_of(*chain, "co3 COVERS k3", "co4 COVERS k3", "t1 PRACTISES c1")
    for name, alone in (("structural_complexity", 2), ("course_structural_complexity", 2)):
        assert values(linked, "prerequisites", name) == {None: 5}
        assert values(whole, "prerequisites", name) == {None: 5 + alone}


def test_courses_come_before_courses_by_their_units() -> None:
    """A course whose unit must be learnt before another's comes before it; within a course, nothing does."""
    graph = graph_of(
        "co1 COVERS k1", "co2 COVERS k2", "co2 COVERS k3", "k1 PREREQUISITE_OF k2", "k2 PREREQUISITE_OF k3"
    )
    assert values(graph, "prerequisites", "course_blocking_factor") == {"co1": 1, "co2": 0}


def test_bottleneck_is_what_alone_holds_a_chain() -> None:
    """The only task and the only course of a connected competency; not the one of two."""
    graph = graph_of(
        *("co1 COVERS k1", "co2 COVERS k2", "k1 DEVELOPS c1", "k2 DEVELOPS c1", "k1 DEVELOPS c2"),
        *("t1 PRACTISES c1", "t2 PRACTISES c2", "t3 PRACTISES c2", "r1 REQUIRES c1", "r1 REQUIRES c2 0.5"),
    )
    assert values(graph, "bottlenecks", "bottleneck_competencies") == {"co1": 1, "t1": 1}
    assert values(graph, "bottlenecks", "bottleneck_demand") == {"co1": 0.5, "t1": 1.0}


@examples(30)
@given(worlds())
def test_losing_a_bottleneck_breaks_its_chains(said: list[object]) -> None:
    """A task alone holds as many competencies as are connected only by it."""
    graph = snapshot_of(*said)  # type: ignore[arg-type]
    found = values(graph, "bottlenecks", "bottleneck_competencies", Scope(focus="all"))
    for t in graph.of_kind("TrainingTask").tolist():
        traces = [trace_competency(graph, graph.ids[c]) for c in graph.of_kind("Competency").tolist()]
        held = [
            trace
            for trace in traces
            if trace.status is ChainStatus.CONNECTED and [task.id for task in trace.training_tasks] == [graph.ids[t]]
        ]
        assert found.get(graph.ids[t], 0) == len(held)


def test_linkage_index_is_the_connected_share_of_what_is_required() -> None:
    """Of three that are required, one is connected; what nobody requires does not count."""
    lines = (
        "k1 DEVELOPS c1",
        "t1 PRACTISES c1",
        "r1 REQUIRES c1",
        "r1 REQUIRES c2",
        "r1 REQUIRES c3",
        "k1 DEVELOPS c4",
    )
    assert values(graph_of(*lines), "linkage", "linkage_index") == {None: pytest.approx(1 / 3)}
    assert values(graph_of("c1"), "linkage", "linkage_index") == {None: 0.0}


@examples(30)
@given(worlds())
def test_structure_is_that_of_removing_each_link(said: list[object]) -> None:
    """Bridges are the links without which there is one component more, and cut off what is told."""
    graph = snapshot_of(*said)  # type: ignore[arg-type]
    g = chain_graph(graph)
    found = measure(graph, ["structure"], limit=None).items
    cut = {}
    for a, b in sorted((min(edge), max(edge)) for edge in g.edges):
        less = g.copy()
        less.remove_edge(a, b)
        if not nx.has_path(less, a, b):
            sides = (nx.node_connected_component(less, end) for end in (a, b))
            cut[graph.ids[a], f"{graph.name(a)} - {graph.name(b)}"] = min(len(side) for side in sides)
    (bridges,) = (one.value for one in found if one.metric == "bridges")
    assert bridges == len(cut)
    told = {(one.id, one.name): one.value for one in found if one.metric == "bridge_cuts_off"}
    assert told == {key: size for key, size in cut.items() if size > 1}


def test_betweenness_is_the_share_of_shortest_paths() -> None:
    """In a path of three, the middle lies between the only two others."""
    assert values(graph_of("k1 DEVELOPS c1", "t1 PRACTISES c1"), "betweenness", "betweenness") == {"c1": 1.0}


def test_disciplines_are_counted_in_their_scope() -> None:
    """Courses, units of both kinds and tasks of the discipline, and what it connects."""
    graph = graph_of(
        *("d1 OFFERS co1", "co1 COVERS k1", "co1 COVERS k2", "k1 DEVELOPS c1", "d1 SCHEDULES t1", "t1 PRACTISES c1"),
        *("r1 REQUIRES c1", "r1 REQUIRES c2", "k3 DEVELOPS c2", "d1 TARGETS r1"),
        nodes={"k2": {"kind": "innovation"}},
    )
    found = {one.metric: one.value for one in measure(graph, ["disciplines"]).items}
    assert found == {
        "discipline_courses": 1,
        "discipline_units": 2,
        "discipline_innovation_units": 1,
        "discipline_tasks": 1,
        "discipline_taught": 1,
        "discipline_practised": 1,
        "discipline_connected": 1,
        "discipline_linkage_index": 0.5,
    }


def test_measures_are_cut_and_ordered() -> None:
    """Of each metric the largest values, then by id; the total counts all."""
    graph = graph_of("k1 PREREQUISITE_OF k2", "k2 PREREQUISITE_OF k3")
    found = measure(graph, ["prerequisites"], limit=2)
    assert [one.id for one in found.items if one.metric == "blocking_factor"] == ["k1", "k2"]
    assert found.total == 10


# The graph for NetworkX


@examples(30)
@given(worlds())
def test_networkx_graph_is_the_graph(said: list[object]) -> None:
    """Every node and link is there, with its weight; of a class, its head alone."""
    graph = snapshot_of(*said)  # type: ignore[arg-type]
    g = as_networkx(graph)
    assert {(a, key, b): data["weight"] for a, b, key, data in g.edges(keys=True, data=True)} == live_links(graph)
    assert set(g) == {graph.ids[i] for i in range(len(graph)) if graph.class_of[i] == i}
    assert all(RELATIONS[key].joins(g.nodes[a]["kind"], g.nodes[b]["kind"]) for a, b, key in g.edges(keys=True))


def test_networkx_graph_of_a_scope_has_what_is_in_it() -> None:
    """The discipline's courses, units and tasks, and what these are linked with."""
    graph = graph_of(
        *("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1 0.5 level=3", "d2 OFFERS co2", "co2 COVERS k2"),
        *("k2 DEVELOPS c2", "d1 SCHEDULES t1", "t1 PRACTISES c1", "t2 PRACTISES c2", "e1"),
        nodes={"k1": {"hours": 4}},
    )
    g = as_networkx(graph, Scope(discipline="d1"))
    assert sorted(g) == ["c1", "co1", "d1", "k1", "t1"]
    assert g.edges["k1", "c1", "DEVELOPS"] == {"weight": 0.5, "level": 3}
    assert g.nodes["k1"] == {"kind": "KnowledgeUnit", "kind_word": "disciplinary", "name": "name of k1", "hours": 4}


def test_counts_of_networkx_agree_with_gaps() -> None:
    """A status can be counted in the exported graph as well."""
    graph = graph_of("k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1", "k1 DEVELOPS c2")
    g = as_networkx(graph)
    needed = {c for _, c, key in g.edges(keys=True) if key == "REQUIRES"}
    assert len(needed) == math.fsum(
        n for status, n in find_gaps(graph).counts.items() if status is ChainStatus.CONNECTED
    )
