"""Certificates on the way to a role: which ones a training plan makes the learner ready for, and after which step."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.planning.problem import LearnerHoldings
from queries.semantics.answers import NodeName, named
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import lowest


class EarnedCertificate(Frozen):
    """A certificate, and how far the plan leads to it.

    `ready_after` is the number of the step after which all that it certifies is taught and practised, 0 with what is
    held already, None where something is `missing` even at the end (by id). `certifies` counts what it certifies.
    `accepted`: the role accepts it. `courses` are those in scope that prepare for it, by id.
    """

    certificate: NodeName
    ready_after: Annotated[int, Field(ge=0)] | None
    certifies: Annotated[int, Field(ge=1)]
    missing: list[NodeName]
    accepted: bool
    courses: list[NodeName]


def certificates_on_the_way(
    snapshot: Snapshot, resolved: ResolvedScope, held: LearnerHoldings, role: int, tasks: Sequence[int]
) -> list[EarnedCertificate]:
    """Return the certificates that the role accepts, and those of which the tasks practise something newly.

    In the order in which the learner is ready for them, then those that stay out of reach by how much is missing; then
    by id. A certified competency counts as a required one does: held, or taught and practised.
    """
    accepting = set(snapshot.into("ACCEPTED_BY").row(role))
    practised = {c for t in tasks for c in snapshot.out("PRACTISES").row(t)}
    certificates = []
    for x in sorted(accepting.union(*(snapshot.into("CERTIFIES").row(c) for c in practised))):
        certified = snapshot.out("CERTIFIES").row(x)
        after = {c: _ready_after(snapshot, resolved, held, c, tasks) for c in certified}
        newly = any(step is not None and step > 0 for step in after.values())
        if certified and (x in accepting or newly):
            certificates.append(_certificate(snapshot, resolved, x, after, accepted=x in accepting))
    return sorted(
        certificates, key=lambda one: (one.ready_after is None, one.ready_after, len(one.missing), one.certificate.id)
    )


def _certificate(
    snapshot: Snapshot, resolved: ResolvedScope, certificate: int, after: dict[int, int | None], *, accepted: bool
) -> EarnedCertificate:
    steps = [step for step in after.values() if step is not None]
    courses = (k for k in snapshot.into("ALIGNS_WITH").row(certificate) if snapshot.kind_of(k) == "Course")
    return EarnedCertificate(
        certificate=named(snapshot, certificate),
        ready_after=max(steps) if len(steps) == len(after) else None,
        certifies=len(after),
        missing=[named(snapshot, c) for c, step in after.items() if step is None],
        accepted=accepted,
        courses=[named(snapshot, k) for k in courses if resolved.courses is None or resolved.courses[k]],
    )


def _ready_after(
    snapshot: Snapshot, resolved: ResolvedScope, held: LearnerHoldings, competency: int, tasks: Sequence[int]
) -> int | None:
    """Return the number of the step that completes the competency: 0 where it is complete, None where none does."""
    if competency in held.competencies:
        return 0
    near, least = Neighbourhood(snapshot, resolved, competency), lowest(resolved.min_weight)
    developed = any(k in held.units and w >= least for k, w in snapshot.into("DEVELOPS").pairs(competency))
    if not near.units and not developed:
        return None
    if any(t in held.tasks and w >= least for t, w in snapshot.into("PRACTISES").pairs(competency)):
        return 0
    return next((at for at, t in enumerate(tasks, 1) if t in near.tasks), None)
