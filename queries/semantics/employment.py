"""Whether the employer of a scope employs its role."""

from graph.errors import InputError, Problem
from graph.messages import message
from graph.snapshot.snapshot import Snapshot
from queries.semantics.reasons import naming
from queries.semantics.scope import Scope


def is_employed(snapshot: Snapshot, scope: Scope) -> bool:
    """Say whether the scope's employer employs its role; so it is where either is not named.

    Raises:
        NotFoundError: one of them is not there, or is of another kind.
    """
    if scope.role is None or scope.employer is None:
        return True
    role, employer = snapshot.require(scope.role, "Role"), snapshot.require(scope.employer, "Enterprise")
    return role in snapshot.out("EMPLOYS").row(employer)


def require_employment(snapshot: Snapshot, scope: Scope) -> None:
    """Refuse a scope of which the employer does not employ the role.

    Raises:
        NotFoundError: one of them is not there, or is of another kind.
        InputError: it does not; the message names who does.
    """
    if is_employed(snapshot, scope):
        return
    role, employer = scope.role or "", scope.employer or ""
    employers = [snapshot.ids[e] for e in snapshot.into("EMPLOYS").row(snapshot.require(role))]
    who = naming("scope.employed_by", employers) if employers else message("scope.employed_by_none")
    reason = message("scope.not_employed", employer=employer, role=role, who=who)
    raise InputError(Problem(reason, column="employer", value=employer))
