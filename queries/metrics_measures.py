"""Measures: one value of one metric, of a node or of the whole graph."""

from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot


class Measure(Frozen):
    """One value of one metric; `id` is None where it is of the whole graph, `name` then says of what."""

    metric: str
    id: NodeId | None
    name: str
    kind: str | None
    value: float


def node_measure(snapshot: Snapshot, metric: str, node: int, value: float) -> Measure:
    """Return the value of a metric of one node."""
    kind, name = snapshot.kind_of(node), snapshot.name(node)
    return Measure(metric=metric, id=NodeId(snapshot.ids[node]), name=name, kind=kind, value=value)


def graph_measure(metric: str, name: str, value: float) -> Measure:
    """Return the value of a metric of the whole graph, or of the part that `name` says."""
    return Measure(metric=metric, id=None, name=name, kind=None, value=value)
