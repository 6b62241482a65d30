"""Trace reasons: the links by which a node counts for a competency, and their ends' other ids."""

from collections.abc import Iterable, Iterator
from math import isinf
from typing import Annotated

from pydantic import Field

from graph.errors import NotFoundError
from graph.messages import message
from graph.model import Frozen, LinkKey, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import NodeName, ViaCompetency, named
from queries.semantics.course_units import as_asked
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.trace import Trace, TracedResponsibility, TracedRole, TracedTask, TracedUnit

MOST_LINKS = 30
"""How many links of each relation are told at most: the strongest."""
_Traced = TracedUnit | TracedTask | TracedResponsibility | TracedRole


class PathLink(Frozen):
    """A link that has a part in the trace; `weight` is 1 where none is stated.

    `keys` are all under which a source may have stated it: the ends may be classes of several ids.
    """

    relation: str
    start: NodeName
    end: NodeName
    weight: Annotated[float, Field(ge=0, le=1)]
    keys: list[LinkKey]


class CountReason(Frozen):
    """Why the node counts: by `weight`, through `links`, those to the competency first.

    `via` and `inferred` as in the trace. `terms` are the first and the last in which a unit or task is due, as seen
    from the scope; None where none is stated, or for what has none.
    """

    id: NodeId
    name: str
    kind: str
    weight: float
    inferred: bool
    via: ViaCompetency | None
    terms: tuple[int, int] | None
    links: list[PathLink]


def counting_for(snapshot: Snapshot, trace: Trace, node_id: str) -> CountReason:
    """Return why the node counts in a trace that was read from this snapshot.

    Raises:
        NotFoundError: the trace has no such node.
    """
    node = snapshot.find(node_id)
    traced = None if node is None else _traced(trace, snapshot.ids[node])
    if node is None or traced is None:
        raise NotFoundError(message("trace_node.not_in_trace"), node_id)
    return CountReason(
        id=traced.id,
        name=traced.name,
        kind=snapshot.kind_of(node),
        weight=traced.weight,
        inferred=isinstance(traced, TracedTask | TracedUnit) and traced.inferred,
        via=traced.via,
        terms=_terms(resolve(as_asked(snapshot, trace.scope.asked), trace.scope.asked), snapshot.kind_of(node), node),
        links=list(_IncidentLinks(snapshot, trace, node).told()),
    )


def _traced(trace: Trace, node_id: str) -> _Traced | None:
    columns: tuple[Iterable[_Traced], ...] = (
        trace.knowledge_units,
        trace.training_tasks,
        trace.responsibilities,
        trace.roles,
    )
    return next((node for column in columns for node in column if node.id == node_id), None)


def _terms(resolved: ResolvedScope, kind: str, node: int) -> tuple[int, int] | None:
    by_kind = {"KnowledgeUnit": resolved.unit_terms, "Course": resolved.unit_terms, "TrainingTask": resolved.task_terms}
    terms = by_kind.get(kind)
    if terms is None or isinf(terms.first[node]):
        return None
    return int(terms.first[node]), int(terms.last[node])


class _IncidentLinks:
    """The links at one node that have a part in the trace."""

    def __init__(self, snapshot: Snapshot, trace: Trace, node: int) -> None:
        self._snapshot, self._node = snapshot, node
        traced = _traced(trace, snapshot.ids[node])
        counts = [trace.competency.id] + ([traced.via.id] if traced is not None and traced.via else [])
        self._competencies = self._nodes(counts)
        self._courses = self._nodes(course.id for unit in trace.knowledge_units for course in unit.courses)
        self._units = self._nodes(unit.id for unit in trace.knowledge_units)
        self._tasks = self._nodes(task.id for task in trace.training_tasks)
        self._duties = self._nodes(duty.id for duty in trace.responsibilities)
        self._roles = self._nodes(role.id for role in trace.roles)

    def told(self) -> Iterator[PathLink]:
        """Yield them: by relation in the order of the chain, then by weight and id."""
        kind = self._snapshot.kind_of(self._node)
        if kind == "KnowledgeUnit":
            yield from self._out("DEVELOPS", self._competencies)
            yield from self._into("COVERS", self._courses)
            yield from self._into("APPLIES", self._tasks)
        elif kind == "Course":
            yield from self._out("AIMS_AT", self._competencies)
        elif kind == "TrainingTask":
            yield from self._out("PRACTISES", self._competencies)
            yield from self._out("APPLIES", self._units)
            yield from self._out("PREPARES_FOR", self._duties)
            yield from self._into("HOSTS", None)
        elif kind == "JobResponsibility":
            yield from self._out("REQUIRES", self._competencies)
            yield from self._into("PREPARES_FOR", self._tasks)
            yield from self._into("HAS_RESPONSIBILITY", self._roles)
        else:
            yield from self._out("REQUIRES", self._competencies)
            yield from self._out("HAS_RESPONSIBILITY", self._duties)
            yield from self._into("EMPLOYS", None)

    def _nodes(self, ids: Iterable[str]) -> set[int]:
        return {self._snapshot.require(node_id) for node_id in ids}

    def _out(self, relation: str, wanted: set[int] | None) -> Iterator[PathLink]:
        for other, weight in self._strongest(self._snapshot.out(relation).pairs(self._node), wanted):
            yield self._link(relation, self._node, other, weight)

    def _into(self, relation: str, wanted: set[int] | None) -> Iterator[PathLink]:
        for other, weight in self._strongest(self._snapshot.into(relation).pairs(self._node), wanted):
            yield self._link(relation, other, self._node, weight)

    @staticmethod
    def _strongest(pairs: list[tuple[int, float]], wanted: set[int] | None) -> list[tuple[int, float]]:
        eligible = [pair for pair in pairs if wanted is None or pair[0] in wanted]
        return sorted(eligible, key=lambda pair: (-pair[1], pair[0]))[:MOST_LINKS]

    def _link(self, relation: str, start: int, end: int, weight: float) -> PathLink:
        snapshot = self._snapshot
        starts, ends = ([NodeId(snapshot.ids[i]) for i in snapshot.members(node)] for node in (start, end))
        keys: list[LinkKey] = [(a, relation, b) for a in starts for b in ends]
        return PathLink(
            relation=relation, start=named(snapshot, start), end=named(snapshot, end), weight=weight, keys=keys
        )
