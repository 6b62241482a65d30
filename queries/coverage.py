"""Coverage of a role: how much of what it requires is taught and practised, by weight."""

from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import (
    Completeness,
    NarrowerCoverage,
    NodeName,
    Share,
    ViaCompetency,
    completeness,
    named,
    narrower_covered,
)
from queries.semantics.attainment import attainment, is_proven
from queries.semantics.chain import best_chains
from queries.semantics.chain_joints import find_joints
from queries.semantics.chain_status import BY_EMPTINESS, ChainLink, ChainStatus
from queries.semantics.counted_links import OWN, ViaKind
from queries.semantics.course_units import as_asked, of_institution
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.requirements import role_needs
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.semantics.tolerance import settle


class CoveredCompetency(Frozen):
    """A competency that the role requires, with w(r,c), and how it stands in the scope.

    `inferred`: every task that practises it, or every unit that develops it, is inferred to. `via`: the others, by id,
    without whose units or tasks it would not be so taught or practised; empty where its own are enough.
    `narrower_covered` as in a trace.
    """

    id: NodeId
    name: str
    weight: Share
    status: ChainStatus
    link: ChainLink | None
    inferred: bool = False
    via: tuple[ViaCompetency, ...] = ()
    narrower_covered: NarrowerCoverage | None = None


class RoleCoverage(Frozen):
    """How much of what a role requires the scope serves: shares of the summed w(r,c), None if it requires nothing.

    `coverage`: taught and practised. `direct`: the best chain is direct;
    `role_direct`: it is role-direct. `proven`: taught and practised, with an
    attainment of at least 0.6 in the latest assessed cohort. `depth`: as coverage, each weight times the supply
    strength of its best chain. `competencies` are by weight, heaviest first, then id.
    """

    role: NodeName
    coverage: Share | None
    taught: Share | None
    practised: Share | None
    direct: Share | None
    role_direct: Share | None
    proven: Share | None
    depth: Share | None
    competencies: list[CoveredCompetency]
    completeness: Completeness
    scope: ScopeNote
    revision: int


def role_coverage(snapshot: Snapshot, role_id: str, scope: Scope = EVERYTHING) -> RoleCoverage:
    """Return how much of what the role requires is taught and practised in the scope.

    Raises:
        NotFoundError: there is no such role, or the scope names something that is not there.
    """
    whole, snapshot = of_institution(snapshot, scope), as_asked(snapshot, scope)
    role = snapshot.require(role_id, "Role")
    resolved = resolve(snapshot, scope.model_copy(update={"role": role_id}))
    needs = role_needs(snapshot, scope.min_weight)
    mine = needs.role == role
    covered: list[CoveredCompetency] = []
    sums = dict.fromkeys(("coverage", "taught", "practised", "direct", "role_direct", "proven", "depth"), 0.0)
    total = float(needs.weight[mine].sum())
    for c, weight in zip(needs.competency[mine].tolist(), needs.weight[mine].tolist(), strict=True):
        near = Neighbourhood(snapshot, resolved, c)
        link = None
        sums["taught"] += weight * bool(near.units)
        sums["practised"] += weight * bool(near.tasks)
        if near.units and near.tasks:
            sums["coverage"] += weight
            if near.roles:
                joints = find_joints(near)
                link = joints.link
                sums["direct"] += weight * (link is ChainLink.DIRECT)
                sums["role_direct"] += weight * (link is ChainLink.ROLE_DIRECT)
                sums["depth"] += weight * best_chains(near, joints, 1)[0].supply
            reached = attainment(snapshot, c, near.tasks)
            sums["proven"] += weight * is_proven(reached)
        status = BY_EMPTINESS[bool(near.units), bool(near.tasks), True]
        name = named(snapshot, c)
        inferred, via = _owed_to(near)
        covered.append(
            CoveredCompetency(
                id=name.id,
                name=name.name,
                weight=weight,
                status=status,
                link=link,
                inferred=inferred,
                via=via,
                narrower_covered=narrower_covered(resolved.counted, c),
            )
        )
    covered.sort(key=lambda item: (-settle(item.weight), item.id))
    shares = {name: min(value / total, 1.0) if total else None for name, value in sums.items()}
    return RoleCoverage(
        role=named(snapshot, role),
        **shares,
        competencies=covered,
        completeness=completeness(whole),
        scope=resolved.note,
        revision=snapshot.revision.number,
    )


def _owed_to(near: Neighbourhood) -> tuple[bool, tuple[ViaCompetency, ...]]:
    """Return whether all practice, or all teaching, is inferred, and the others of which it is."""
    snapshot, counted = near.snapshot, near.scope.counted
    ways: dict[int, ViaKind] = {}
    inferred = False
    for links, nodes in ((counted.develops, near.units), (counted.practises, near.tasks)):
        marks = links.marks(near.competency)
        mine = [marks.get(node, OWN) for node in nodes]
        inferred = inferred or (bool(mine) and all(mark.is_inferred for mark in mine))
        if all(mark.via is not None for mark in mine):
            ways.update({mark.via: mark.way for mark in mine if mark.via is not None and mark.way is not None})
    return inferred, tuple(ViaCompetency(**named(snapshot, c).model_dump(), way=ways[c]) for c in sorted(ways))
