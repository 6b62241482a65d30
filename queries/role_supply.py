"""Supply of a role: how far each programme that teaches covers what the role requires."""

import numpy as np

from graph.model import Frozen
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import Count, NodeName, Share, named
from queries.semantics.array_joins import expand
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.course_units import of_institution
from queries.semantics.demand import share_of
from queries.semantics.discipline_tree import disciplines_run
from queries.semantics.focus import teaching_disciplines
from queries.semantics.requirements import role_needs
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope
from queries.semantics.tolerance import settled
from queries.semantics.windows import Part, Window, part_of


class DisciplineSupply(Frozen):
    """A discipline, whether it targets the role, and the share of what that requires, by weight, that it covers.

    `coverage` is what is taught and practised in it, the cell of the coverage matrix; None where nothing is required.
    """

    discipline: NodeName
    targets: bool
    coverage: Share | None
    connected: Count


def role_supply(snapshot: Snapshot, role_id: str, scope: Scope, window: Window) -> Part[DisciplineSupply]:
    """Return the disciplines that target the role, in id order, then those that offer a course for it.

    The latter are by how much of what it requires, by weight, they teach, most first, then by id. Where the scope names
    an institution, they are its own.

    Raises:
        NotFoundError: there is no such role, or the scope names something that is not there.
    """
    snapshot = of_institution(snapshot, scope)
    role = snapshot.require(role_id, "Role")
    needs = role_needs(snapshot, scope.min_weight)
    mine = needs.role == role
    competencies, weights = needs.competency[mine], needs.weight[mine]
    run = None if scope.institution is None else disciplines_run(snapshot, scope.institution)
    targeting = [d for d in snapshot.into("TARGETS").row(role) if run is None or run[d]]
    others = [d for d in _teaching(snapshot, competencies, weights) if d not in targeting and (run is None or run[d])]
    own = EVERYTHING.model_copy(update={"term": scope.term, "min_weight": scope.min_weight})

    def tell(discipline: int) -> DisciplineSupply:
        resolved = resolve(snapshot, own.model_copy(update={"discipline": snapshot.ids[discipline]}))
        taught, practised = taught_and_practised(snapshot, resolved)
        covered = (taught & practised)[competencies]
        return DisciplineSupply(
            discipline=named(snapshot, discipline),
            targets=discipline in targeting,
            coverage=share_of(float(weights[covered].sum()), float(weights.sum())),
            connected=int(np.count_nonzero(covered)),
        )

    return part_of([*targeting, *others], window, tell)


def _teaching(snapshot: Snapshot, competencies: Ints, weights: Floats) -> list[int]:
    """Return the disciplines that teach and offer a course of which a unit develops one of these: most weight first."""
    entry, nodes = np.arange(len(competencies)), competencies
    for relation in ("DEVELOPS", "COVERS", "OFFERS"):
        links = snapshot.into(relation)
        owner, at = expand(links.indptr, nodes)
        pairs = np.unique(np.stack((entry[owner], links.indices[at])), axis=1)
        entry, nodes = pairs[0], pairs[1]
    taught = settled(np.bincount(nodes, weights[entry], minlength=len(snapshot)).astype(np.float64))
    found = np.flatnonzero((taught > 0) & teaching_disciplines(snapshot))
    ordered: list[int] = found[np.lexsort((found, -taught[found]))].tolist()
    return ordered
