"""Graph walk from a node through the competencies that it serves to every stage of the chain."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

import numpy as np

from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import Count
from queries.semantics.discipline_tree import descendants
from queries.semantics.masks import Mask
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import lowest

StageName = Literal[
    "disciplines", "courses", "knowledge_units", "training_tasks", "responsibilities", "roles", "enterprises"
]


STAGES: tuple[StageName, ...] = (
    "disciplines",
    "courses",
    "knowledge_units",
    "training_tasks",
    "responsibilities",
    "roles",
    "enterprises",
)


_CLASSROOM, _POSITION = frozenset(STAGES[:3]), frozenset(STAGES[4:])
OWN_SIDE: dict[str, frozenset[StageName]] = {
    "Institution": _CLASSROOM,
    "Discipline": _CLASSROOM,
    "Course": _CLASSROOM,
    "KnowledgeUnit": _CLASSROOM,
    "TrainingTask": frozenset({"training_tasks"}),
    "JobResponsibility": _POSITION,
    "Role": _POSITION,
    "Enterprise": _POSITION,
    "Certificate": frozenset(),
    "Signal": frozenset(),
    "Instructor": frozenset(),
}


TRACED_KINDS = frozenset(OWN_SIDE)
"""The kinds of which there is such a trace: all but competencies, which have their own, cohorts and assessments."""


class StageNode(Frozen):
    """A node of a stage: whether a link leads there without a competency between, and how many of them it shares."""

    id: NodeId
    name: str
    linked: bool
    competencies: Count


class TracedStage(Frozen):
    """A stage: what is linked first, then what shares most competencies, then by id; cut short, `total` counts all."""

    stage: StageName
    nodes: list[StageNode]
    total: Count


class StageWalk:
    """Graph walk from a node to the competencies that it serves, and from these to every stage."""

    def __init__(self, snapshot: Snapshot, resolved: ResolvedScope, node: int) -> None:
        self._snapshot, self._resolved, self._node = snapshot, resolved, node
        self._least = resolved.min_weight
        self._linked: dict[StageName, set[int]] = {name: set() for name in STAGES}
        self._shared: dict[StageName, defaultdict[int, set[int]]] = {name: defaultdict(set) for name in STAGES}
        self.competencies: set[int] = set()
        self._start(snapshot.kind_of(node))
        for c in self.competencies:
            self._spread(c)
        own = OWN_SIDE[snapshot.kind_of(node)]
        for name in STAGES:
            if name in own:  # on its own side, only what it is linked with
                self._shared[name] = defaultdict(set, {i: self._shared[name][i] for i in self._linked[name]})

    def tell(self, name: StageName, limit: int) -> TracedStage:
        """Return the stage."""
        linked, shared = self._linked[name] - {self._node}, self._shared[name]
        ordered = sorted((linked | shared.keys()) - {self._node}, key=lambda i: (i not in linked, -len(shared[i]), i))
        nodes = [
            StageNode(
                id=NodeId(self._snapshot.ids[i]),
                name=self._snapshot.name(i),
                linked=i in linked,
                competencies=len(shared[i]),
            )
            for i in ordered[:limit]
        ]
        return TracedStage(stage=name, nodes=nodes, total=len(ordered))

    def _start(self, kind: str) -> None:
        """Find what the node is linked with at each stage, and the competencies that it serves."""
        node, out, into = {self._node}, self._out, self._into
        if kind in {"Institution", "Discipline"}:
            runs = out("RUNS", node) if kind == "Institution" else node
            below = {d for one in runs for d in np.flatnonzero(descendants(self._snapshot, one)).tolist()}
            self._teach(courses=out("OFFERS", below))
            self._linked["training_tasks"] |= out("SCHEDULES", below)
            if kind == "Institution":
                self._linked["disciplines"] = below
        elif kind == "Course":
            self._teach(courses=node)
        elif kind == "KnowledgeUnit":
            self._teach(courses=into("COVERS", node), units=node)
            self._linked["training_tasks"] |= into("APPLIES", node)
        elif kind == "TrainingTask":
            self._train(node)
        elif kind in {"JobResponsibility", "Role"}:
            roles = node if kind == "Role" else into("HAS_RESPONSIBILITY", node)
            self._employ(roles, out("HAS_RESPONSIBILITY", node) if kind == "Role" else node, own=kind == "Role")
        elif kind == "Enterprise":
            roles, tasks = out("EMPLOYS", node), out("HOSTS", node)
            self._employ(roles, out("HAS_RESPONSIBILITY", roles), own=True)
            self._linked["enterprises"] = set()
            self._linked["training_tasks"] |= tasks
            self.competencies |= self._strong("PRACTISES", self._within(tasks, self._resolved.tasks))
        else:
            self._stand_around(node)

    def _stand_around(self, node: set[int]) -> None:
        """Start from a certificate, signal or instructor."""
        out = self._out
        roles = self._within(
            out("ACCEPTED_BY", node) | self._kind(out("CALLS_FOR", node), "Role"), self._resolved.roles
        )
        self._linked["roles"] |= roles
        guided = out("GUIDES", node)
        aligned = self._into("ALIGNS_WITH", node)
        self._linked["courses"] |= self._kind(guided | aligned, "Course")
        self._linked["disciplines"] |= self._kind(aligned, "Discipline")
        self._linked["training_tasks"] |= self._kind(guided, "TrainingTask")
        self.competencies |= out("CERTIFIES", node) | out("QUALIFIED_FOR", node)
        called = out("CALLS_FOR", node)
        self.competencies |= self._kind(called, "Competency")
        self.competencies |= self._required_by(self._kind(called, "Role"))

    def _teach(self, courses: set[int], units: set[int] | None = None) -> None:
        own = self._out("COVERS", courses) if units is None else units
        units = self._within(own, self._resolved.units)
        self._linked["courses"] |= courses
        self._linked["disciplines"] |= self._into("OFFERS", courses)
        self._linked["knowledge_units"] |= units
        if self._snapshot.kind_of(self._node) == "Course":
            self._linked["training_tasks"] |= self._out("SCHEDULES", courses)
        self.competencies |= self._strong("DEVELOPS", units)

    def _train(self, node: set[int]) -> None:
        self._linked["knowledge_units"] |= self._out("APPLIES", node)
        self._linked["responsibilities"] |= self._out("PREPARES_FOR", node)
        self._linked["enterprises"] |= self._into("HOSTS", node)
        senders = self._into("SCHEDULES", node)
        self._linked["courses"] |= self._kind(senders, "Course")
        self._linked["disciplines"] |= self._kind(senders, "Discipline")
        self.competencies |= self._strong("PRACTISES", node)

    def _employ(self, roles: set[int], duties: set[int], *, own: bool) -> None:
        self._linked["roles"] |= roles
        self._linked["responsibilities"] |= duties
        self._linked["enterprises"] |= self._into("EMPLOYS", roles)
        self._linked["training_tasks"] |= self._into("PREPARES_FOR", duties)
        self.competencies |= self._strong("REQUIRES", duties) | (self._strong("REQUIRES", roles) if own else set())

    def _required_by(self, roles: set[int]) -> set[int]:
        return self._strong("REQUIRES", roles | self._out("HAS_RESPONSIBILITY", roles))

    def _spread(self, c: int) -> None:
        """Note at every stage who serves or requires the competency, in the scope."""
        snapshot, near = self._snapshot, Neighbourhood(self._snapshot, self._resolved, c)
        in_scope = self._resolved.courses
        courses = {co for k in near.units for co in snapshot.into("COVERS").row(k) if in_scope is None or in_scope[co]}
        for name, nodes in (
            ("knowledge_units", near.units),
            ("courses", courses),
            ("disciplines", self._into("OFFERS", courses)),
            ("training_tasks", near.tasks),
            ("responsibilities", near.duties),
            ("roles", near.roles),
            ("enterprises", self._into("EMPLOYS", set(near.roles))),
        ):
            for node in nodes:
                self._shared[name][node].add(c)  # type: ignore[index]

    def _out(self, relation: str, nodes: Iterable[int]) -> set[int]:
        links = self._snapshot.out(relation)
        return {other for node in nodes for other in links.row(node)}

    def _into(self, relation: str, nodes: Iterable[int]) -> set[int]:
        links = self._snapshot.into(relation)
        return {other for node in nodes for other in links.row(node)}

    def _strong(self, relation: str, nodes: Iterable[int]) -> set[int]:
        return {
            c
            for node in nodes
            for c, weight in self._snapshot.out(relation).pairs(node)
            if weight >= lowest(self._least)
        }

    def _kind(self, nodes: Iterable[int], kind: str) -> set[int]:
        return {node for node in nodes if self._snapshot.kind_of(node) == kind}

    @staticmethod
    def _within(nodes: set[int], mask: Mask | None) -> set[int]:
        return nodes if mask is None else {node for node in nodes if mask[node]}
