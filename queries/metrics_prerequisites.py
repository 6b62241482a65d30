"""Transitive prerequisites: how much depends on a unit, and how much it depends on."""

from collections.abc import Iterator

import networkx as nx

from graph.messages import text
from graph.snapshot.snapshot import Snapshot
from queries.metrics_measures import Measure, graph_measure, node_measure
from queries.metrics_networkx import course_graph, kept_nodes, prerequisite_graph
from queries.semantics.scope import Scope


def measure_prerequisites(snapshot: Snapshot, scope: Scope) -> Iterator[Measure]:
    """Yield of each unit how much it depends on, and how much depends on it.

    What has no prerequisite and is none lies on a path of its own: it counts 1 in the sum, and has no line.
    """
    in_scope = kept_nodes(snapshot, scope)
    for what, g, kinds in (
        ("", prerequisite_graph(snapshot, scope), ("KnowledgeUnit", "TrainingTask")),
        ("course_", course_graph(snapshot, scope), ("Course",)),
    ):
        factors = factors_of(g)
        alone = sum(int(in_scope[snapshot.of_kind(kind)].sum()) for kind in kinds) - len(g)
        for node, (blocking, delay) in factors.items():
            yield node_measure(snapshot, f"{what}blocking_factor", node, blocking)
            yield node_measure(snapshot, f"{what}delay_factor", node, delay)
            yield node_measure(snapshot, f"{what}cruciality", node, blocking + delay)
        if factors:
            name = "courses" if what else text("measure.units_and_tasks")
            yield graph_measure(f"{what}structural_complexity", name, alone + sum(b + d for b, d in factors.values()))


def factors_of(g: "nx.DiGraph[int]") -> dict[int, tuple[int, int]]:
    """Return (blocking factor, delay factor) of each node of a prerequisite graph, by node.

    Blocking: how many nodes can be reached from it. Delay: how many nodes the longest path through it has. Nodes that
    go round in a circle count as one that has them all.

    Source: Heileman et al. (2018), Curricular Analytics, arXiv:1811.09676, sections 3.1 and 3.2.

    >>> factors_of(nx.DiGraph([(1, 2), (2, 3), (2, 4)]))
    {1: (3, 3), 2: (2, 3), 3: (0, 3), 4: (0, 3)}
    """
    knots = nx.condensation(g)
    order = list(nx.topological_sort(knots))
    members: dict[int, set[int]] = nx.get_node_attributes(knots, "members")
    reach, down, up = dict[int, int](), dict[int, int](), dict[int, int]()
    for knot in reversed(order):
        following = list(knots.successors(knot))
        bits = 0
        for other in following:
            bits |= reach[other] | 1 << other
        reach[knot] = bits
        down[knot] = len(members[knot]) + max((down[other] for other in following), default=0)
    for knot in order:
        before = (up[other] for other in knots.predecessors(knot))
        up[knot] = len(members[knot]) + max(before, default=0)
    factors = {}
    for knot, nodes in members.items():
        reached = sum(len(members[other]) for other in _ones(reach[knot]))
        for node in nodes:
            factors[node] = (reached + len(nodes) - 1, up[knot] + down[knot] - len(nodes))
    return dict(sorted(factors.items()))


def _ones(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
