"""NetworkX graphs: any scope as a multigraph, and the simple graphs that measures are taken on."""

from collections.abc import Iterable

import networkx as nx
import numpy as np

from graph.cancellation import check_cancelled
from graph.schema import RELATIONS
from graph.snapshot.columns import values_of
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.semantics.course_units import of_institution
from queries.semantics.focus import focus_responsibilities, own_curriculum, whole_roles
from queries.semantics.focus_note import competencies_in_focus
from queries.semantics.masks import Mask
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import EVERYTHING, Scope

CHAIN = (
    *("OFFERS", "COVERS", "DEVELOPS", "SCHEDULES", "APPLIES", "PRACTISES"),
    *("PREPARES_FOR", "HAS_RESPONSIBILITY", "REQUIRES", "HOSTS", "EMPLOYS"),
)
"""The relations between classroom and position."""


def as_networkx(snapshot: Snapshot, scope: Scope = EVERYTHING) -> "nx.MultiDiGraph[str]":
    """Return the scope as a NetworkX graph: a node by its id, an edge keyed by its relation; classes are one node each.

    Nodes have `kind`, `name` and what else is stated of them, but `kind_word` for the choice of that name; edges have
    `weight` and, where stated, `level`, `term` and `openings`. Of courses, units, tasks and roles those in the scope
    are there; of all others, in a scope, those with a link to one that is.
    """
    snapshot = of_institution(snapshot, scope)
    in_scope = kept_nodes(snapshot, scope, focused=False)
    g: nx.MultiDiGraph[str] = nx.MultiDiGraph(revision=snapshot.revision.number)
    for i in np.flatnonzero(in_scope).tolist():
        values = values_of(snapshot, i)
        word = values.pop("kind", None)
        about = {**values, "kind": snapshot.kind_of(i), "name": snapshot.name(i)}
        g.add_node(snapshot.ids[i], **about, **({} if word is None else {"kind_word": word}))
    for relation in RELATIONS:
        links = snapshot.out(relation)
        stated = {name: snapshot.link_values(relation, name) for name in ("level", "term", "openings")}
        for at in np.flatnonzero(in_scope[links.rows] & in_scope[links.indices]).tolist():
            more = {name: int(array[at]) for name, array in stated.items() if array is not None and array[at] >= 0}
            a, b = snapshot.ids[int(links.rows[at])], snapshot.ids[int(links.indices[at])]
            g.add_edge(a, b, relation)
            g.edges[a, b, relation].update(weight=float(links.weight[at]), **more)
    return g


def kept_nodes(snapshot: Snapshot, scope: Scope, *, focused: bool = True) -> Mask:
    """Return which nodes the graph of a scope has; where it is `focused`, none that is in no focus."""
    in_scope = _nodes_of(snapshot, scope)
    return in_scope & ~_out_of_focus(snapshot, scope) if focused else in_scope


def _out_of_focus(snapshot: Snapshot, scope: Scope) -> Mask:
    """Return the roles and competencies in no focus, duties of such roles alone, and what standards alone describe."""
    resolved, left_out = resolve(snapshot, scope, focused=True), np.zeros(len(snapshot), bool)
    if resolved.mode == "all":
        return left_out
    left_out |= (snapshot.kind == KIND_CODES["Competency"]) & ~competencies_in_focus(snapshot, resolved)
    roles = whole_roles(snapshot, resolved.mode)
    if roles is not None:
        is_duty = snapshot.kind == KIND_CODES["JobResponsibility"]
        left_out |= (snapshot.kind == KIND_CODES["Role"]) & ~roles
        left_out |= is_duty & ~focus_responsibilities(snapshot, roles)
    own = None if scope.names_curriculum else own_curriculum(snapshot, resolved.mode)
    if own is not None:
        for kind, mask in own.by_kind():
            left_out |= (snapshot.kind == KIND_CODES[kind]) & ~mask
    return left_out


def _nodes_of(snapshot: Snapshot, scope: Scope) -> Mask:
    """Return which nodes the graph of a scope has, whatever its focus."""
    in_scope: Mask = np.equal(snapshot.class_of, np.arange(len(snapshot)))
    if scope.is_everywhere:
        return in_scope
    resolved = resolve(snapshot, scope)
    narrowed = _narrowed(snapshot, resolved)
    in_scope &= ~narrowed | _in_scope(snapshot, resolved)
    if scope.institution is not None and resolved.disciplines is not None:  # others' target the same roles
        in_scope &= (snapshot.kind != KIND_CODES["Discipline"]) | resolved.disciplines
    near = np.zeros(len(snapshot), bool)
    for relation in RELATIONS:
        links = snapshot.out(relation)
        both = in_scope[links.rows] & in_scope[links.indices]
        rows, columns = links.rows[both], links.indices[both]
        near[rows[narrowed[columns]]] = True
        near[columns[narrowed[rows]]] = True
    return in_scope & (narrowed | near)


def _narrowed(snapshot: Snapshot, resolved: ResolvedScope) -> Mask:
    """Return the nodes of the kinds that the scope narrows."""
    is_within = np.zeros(len(snapshot), bool)
    for kind, mask in _masks(resolved):
        if mask is not None:
            is_within |= snapshot.kind == KIND_CODES[kind]
    return is_within


def _in_scope(snapshot: Snapshot, resolved: ResolvedScope) -> Mask:
    is_within = np.zeros(len(snapshot), bool)
    for kind, mask in _masks(resolved):
        if mask is not None:
            is_within |= mask & (snapshot.kind == KIND_CODES[kind])
    return is_within


def _masks(resolved: ResolvedScope) -> Iterable[tuple[str, Mask | None]]:
    return (
        ("Course", resolved.courses),
        ("KnowledgeUnit", resolved.units),
        ("TrainingTask", resolved.tasks),
        ("Role", resolved.roles),
    )


def chain_graph(snapshot: Snapshot, scope: Scope = EVERYTHING) -> "nx.Graph[int]":
    """Return the links between classroom and position as a simple graph without direction; nodes are positions."""
    in_scope = kept_nodes(snapshot, scope)
    g: nx.Graph[int] = nx.Graph()
    for relation in CHAIN:
        check_cancelled()
        links = snapshot.out(relation)
        both = in_scope[links.rows] & in_scope[links.indices]
        g.add_edges_from(zip(links.rows[both].tolist(), links.indices[both].tolist(), strict=True))
    return g


def prerequisite_graph(snapshot: Snapshot, scope: Scope = EVERYTHING) -> "nx.DiGraph[int]":
    """Return what must be learnt or done before what: units and tasks that PREREQUISITE_OF links."""
    return _directed(snapshot, kept_nodes(snapshot, scope))


def _directed(snapshot: Snapshot, in_scope: Mask) -> "nx.DiGraph[int]":
    links = snapshot.out("PREREQUISITE_OF")
    both = in_scope[links.rows] & in_scope[links.indices]
    g: nx.DiGraph[int] = nx.DiGraph()
    g.add_edges_from(zip(links.rows[both].tolist(), links.indices[both].tolist(), strict=True))
    return g


def course_graph(snapshot: Snapshot, scope: Scope = EVERYTHING) -> "nx.DiGraph[int]":
    """Return which course comes before which: where a unit of the one must be learnt before a unit of the other.

    A unit in both courses ties nothing.
    """
    in_scope, into = kept_nodes(snapshot, scope), snapshot.into("COVERS")
    g: nx.DiGraph[int] = nx.DiGraph()
    for a, b in _directed(snapshot, in_scope).edges:
        before, after = ({course for course in into.row(unit) if in_scope[course]} for unit in (a, b))
        g.add_edges_from((x, y) for x in before - after for y in after - before)
    return g
