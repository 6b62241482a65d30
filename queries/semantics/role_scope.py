"""The roles that a scope leaves: those that its disciplines target, unless it names one or asks for all."""

from graph.snapshot.snapshot import Snapshot
from queries.semantics.masks import Mask, both, only, reached, reaching
from queries.semantics.scope import Scope


def roles_in(
    snapshot: Snapshot, scope: Scope, disciplines: Mask | None, everyone: Mask | None
) -> tuple[Mask | None, bool]:
    """Return the roles in scope, and whether they are `everyone` only since no target is recorded; None for all.

    Raises:
        NotFoundError: the scope names something that is not there, or is of another kind.
    """
    roles, is_unrecorded = everyone, False
    targeting = _targeting(snapshot, scope, disciplines)
    if scope.role is not None:
        roles = only(snapshot, snapshot.require(scope.role, "Role"))
    elif targeting is not None and scope.roles == "targeted":
        targets = reached(snapshot, "TARGETS", targeting)
        is_unrecorded = not targets.any()
        roles = everyone if is_unrecorded else targets
    if scope.employer is not None:
        employer = only(snapshot, snapshot.require(scope.employer, "Enterprise"))
        roles = both(roles, reached(snapshot, "EMPLOYS", employer))
    return roles, is_unrecorded


def _targeting(snapshot: Snapshot, scope: Scope, disciplines: Mask | None) -> Mask | None:
    """Return the disciplines whose targets are asked of: those in scope, or those that offer the course."""
    if not scope.names_curriculum:
        return None
    if disciplines is not None or scope.course is None:
        return disciplines
    return reaching(snapshot, "OFFERS", only(snapshot, snapshot.require(scope.course, "Course")))
