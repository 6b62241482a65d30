"""Trace: is this competency connected, from classroom knowledge, through practical training, to a position?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import (
    CompetencyName,
    Completeness,
    NarrowerCoverage,
    NodeName,
    Share,
    ViaCompetency,
    completeness,
    narrower_covered,
)
from queries.semantics.chain import ChainCounts, ChainNodes, best_chains, count_chains
from queries.semantics.chain_joints import find_joints
from queries.semantics.chain_status import ChainLink, ChainStatus
from queries.semantics.chain_variety import varied_chains
from queries.semantics.counted_links import OWN, LinkOrigin
from queries.semantics.course_units import as_asked, of_institution
from queries.semantics.flaws.flaw import Flaw
from queries.semantics.flaws.registry import find_flaws
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.semantics.tolerance import settle


class TracedUnit(Frozen):
    """A knowledge unit that develops the competency (or the one `via` which it counts), and who teaches it.

    `inferred`: no source says so; it is a course that covers no unit and aims at the competency.
    """

    id: NodeId
    name: str
    kind: str | None
    courses: list[NodeName]
    disciplines: list[NodeName]
    weight: Share
    inferred: bool = False
    via: ViaCompetency | None = None


class TracedTask(Frozen):
    """A training task that practises the competency (or the one `via` which it counts), and where.

    `inferred`: no source says so; it prepares for a responsibility that requires it.
    """

    id: NodeId
    name: str
    kind: str | None
    hosts: list[NodeName]
    weight: Share
    inferred: bool = False
    via: ViaCompetency | None = None


class TracedResponsibility(Frozen):
    """A responsibility that requires the competency (or the one `via` which it counts)."""

    id: NodeId
    name: str
    weight: Share
    via: ViaCompetency | None = None


class TracedRole(Frozen):
    """A role that requires the competency, itself or through a responsibility; `weight` is w(r,c).

    `via` is None where it requires the competency itself or through a responsibility that does; else it is the first
    by id of those it requires instead.
    """

    id: NodeId
    name: str
    weight: Share
    enterprises: list[NodeName]
    via: ViaCompetency | None = None


class TracedChain(Frozen):
    """A chain from a unit through a task to a role; `responsibility` is None where the role itself requires it."""

    knowledge_unit: NodeName
    training_task: NodeName
    responsibility: NodeName | None
    role: NodeName
    link: ChainLink
    supply: Share
    demand: Share


class Trace(Frozen):
    """A competency's chain, whole: every node by weight and then id, and its best chains, best first.

    `link` and `resilience` are None unless the competency is connected; only `chains` is cut short, and
    `chain_counts` counts them all. `roles_outside` is how many roles beside those of the scope require it.
    `narrower_covered` is None unless the scope rolls up and something is narrower.
    """

    competency: CompetencyName
    status: ChainStatus
    link: ChainLink | None
    flaws: list[Flaw]
    resilience: int | None
    narrower_covered: NarrowerCoverage | None
    knowledge_units: list[TracedUnit]
    training_tasks: list[TracedTask]
    responsibilities: list[TracedResponsibility]
    roles: list[TracedRole]
    roles_outside: Annotated[int, Field(ge=0)]
    enterprises: list[NodeName]
    chains: list[TracedChain]
    chain_counts: ChainCounts
    completeness: Completeness
    scope: ScopeNote
    next: str | None = None
    revision: int


def trace_competency(
    snapshot: Snapshot, competency_id: str, scope: Scope = EVERYTHING, *, limit: int = 20, varied: bool = False
) -> Trace:
    """Return the chain of the competency that answers under this id; at most `limit` chains are listed.

    They are the best; if `varied`, the best of each role, then the best of each task that none of these has.

    Raises:
        NotFoundError: there is no such competency, or the scope names something that is not there.
    """
    whole, snapshot = of_institution(snapshot, scope), as_asked(snapshot, scope)
    competency = snapshot.require(competency_id, "Competency")
    near = Neighbourhood(snapshot, resolve(snapshot, scope), competency)
    status = near.status
    tell = _TraceBuilder(near)
    link, resilience, chains, counts = None, None, [], _NO_CHAINS
    if status is ChainStatus.CONNECTED:
        joints = find_joints(near)
        link, resilience, counts = joints.link, near.resilience, count_chains(near, joints)
        chains = (varied_chains if varied else best_chains)(near, joints, limit)
    employers = snapshot.into("EMPLOYS")
    by_role = {r: employers.row(r) for r in near.roles} if len(employers.indices) else {}
    ids = [snapshot.ids[i] for i in snapshot.members(competency)]
    # One validation of plain data is several times faster than a model call for each of a thousand nodes.
    return Trace.model_validate(
        {
            "competency": {
                "id": ids[0],
                "ids": ids,
                "name": snapshot.name(competency),
                "kind": snapshot.word("kind", competency),
            },
            "status": status,
            "link": link,
            "flaws": find_flaws(near, link),
            "resilience": resilience,
            "narrower_covered": narrower_covered(near.scope.counted, competency),
            "knowledge_units": [tell.unit(k, w) for k, w in _by_weight(near.units)],
            "training_tasks": [tell.task(t, w) for t, w in _by_weight(near.tasks)],
            "responsibilities": [tell.duty(j, w) for j, w in _by_weight(near.duties)],
            "roles_outside": _roles_outside(near),
            "roles": [tell.role(r, w, by_role.get(r, ())) for r, w in _by_weight(near.roles)],
            "enterprises": [tell.name(e) for e in sorted({e for row in by_role.values() for e in row})],
            "chains": [tell.chain(chain) for chain in chains],
            "chain_counts": counts,
            "completeness": completeness(whole),
            "scope": near.scope.note,
            "revision": snapshot.revision.number,
        }
    )


def _roles_outside(near: Neighbourhood) -> int:
    """Return how many roles outside the scope require the competency."""
    if near.scope.roles is None:
        return 0
    anywhere = replace(near.scope, roles=None, _derived={})
    return len(Neighbourhood(near.snapshot, anywhere, near.competency).roles) - len(near.roles)


_NO_CHAINS = ChainCounts(direct=0, role_direct=0, indirect=0)


def _by_weight(nodes: dict[int, float]) -> list[tuple[int, float]]:
    """Return the nodes, which are in id order, by weight: equals stay in that order."""
    return sorted(nodes.items(), key=lambda one: -settle(one[1]))


class _TraceBuilder:
    """Nodes as plain data of a trace; each node's name is looked up once."""

    def __init__(self, near: Neighbourhood) -> None:
        self._near, self._snapshot = near, near.snapshot
        self._names: dict[int, dict[str, Any]] = {}
        counted, competency = near.scope.counted, near.competency
        self._taught, self._practised = counted.develops.marks(competency), counted.practises.marks(competency)
        self._required = counted.requires.marks(competency)

    def name(self, node: int) -> dict[str, Any]:
        known = self._names.get(node)
        if known is None:
            known = self._names[node] = {"id": self._snapshot.ids[node], "name": self._snapshot.name(node)}
        return known

    def unit(self, k: int, weight: float) -> dict[str, Any]:
        snapshot = self._snapshot
        inside = self._near.scope.courses
        courses = [c for c in snapshot.into("COVERS").row(k) if inside is None or inside[c]]
        mark = self._taught.get(k)
        document = {
            **self.name(k),
            "kind": snapshot.word("kind", k),
            "courses": [self.name(c) for c in courses],
            "disciplines": self._offering(courses),
            "weight": weight,
        }
        return {**document, "inferred": mark.is_inferred, **self._via(mark)} if mark else document

    def task(self, t: int, weight: float) -> dict[str, Any]:
        snapshot = self._snapshot
        hosts = [self.name(host) for host in snapshot.into("HOSTS").row(t)]
        mark = self._practised.get(t)
        document = {**self.name(t), "kind": snapshot.word("kind", t), "hosts": hosts, "weight": weight}
        return {**document, "inferred": mark.is_inferred, **self._via(mark)} if mark else document

    def duty(self, j: int, weight: float) -> dict[str, Any]:
        return {**self.name(j), "weight": weight, **self._via(self._required.get(j))}

    def role(self, r: int, weight: float, employers: Sequence[int]) -> dict[str, Any]:
        snapshot = self._snapshot  # a skill may have a thousand roles: not by way of `name`
        enterprises = [self.name(e) for e in employers]
        document = {"id": snapshot.ids[r], "name": snapshot.name(r), "weight": weight, "enterprises": enterprises}
        return {**document, **self._via(self._role_mark(r))} if self._required else document

    def _role_mark(self, role: int) -> LinkOrigin | None:
        """Return why the role counts: None where anything by which it requires the competency is stated of that."""
        near = self._near
        held = [j for j in self._snapshot.out("HAS_RESPONSIBILITY").row(role) if j in near.duties]
        marks = [self._required.get(node, OWN) for node in (*held, *([role] if role in near.own else ()))]
        return None if OWN in marks else min(marks, key=lambda mark: mark.via or 0)

    def _via(self, mark: LinkOrigin | None) -> dict[str, Any]:
        return {"via": {**self.name(mark.via), "way": mark.way}} if mark and mark.via is not None else {}

    def chain(self, nodes: ChainNodes) -> dict[str, Any]:
        return {
            "knowledge_unit": self.name(nodes.unit),
            "training_task": self.name(nodes.task),
            "responsibility": None if nodes.responsibility is None else self.name(nodes.responsibility),
            "role": self.name(nodes.role),
            "link": nodes.link,
            "supply": nodes.supply,
            "demand": nodes.demand,
        }

    def _offering(self, courses: list[int]) -> list[dict[str, Any]]:
        offers = self._snapshot.into("OFFERS")
        return [self.name(d) for d in sorted({d for c in courses for d in offers.row(c)})]
