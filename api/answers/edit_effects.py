"""What edits, or a run that is taken back, would do to chains, coverage and gaps: a what-if of just that change."""

from typing import NamedTuple

from graph.changes import Difference
from graph.errors import OvertakenError
from graph.messages import message, text
from graph.model import Frozen
from graph.snapshot.institution_views import ids_of, part_of
from graph.snapshot.next_revision import snapshot_after
from graph.snapshot.patch import Patch
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.institution_view import is_of
from ingest.edit_document import EditDocument
from ingest.edits import EditPreview
from ingest.report import IngestReport
from queries.semantics.scope import EVERYTHING, Scope
from queries.what_if import WhatIf, what_if

_NOTHING = Patch({}, {})


class EditAnswer(Frozen):
    """What edits did, or would do.

    `document` is what was asked with its source, the ids of new nodes and the revision settled, so that posting it
    applies just this. `effects` is what it would do to chains; null of edits that are applied.
    """

    report: IngestReport
    document: EditDocument
    effects: WhatIf | None
    revision: int


class BeforeAndAfter(NamedTuple):
    """A graph as it is, as it would be, and what leads from the one to the other; None where that is not known."""

    before: Snapshot
    after: Snapshot
    patch: Patch | None

    def effects(self, scope: Scope = EVERYTHING, *, limit: int = 20) -> WhatIf:
        """Return what would change in the scope. Raises NotFoundError for a scope that is not there."""
        return what_if(self.before, self.after, self.patch, None, scope, limit=limit)


def before_and_after(
    store: Store, snapshot: Snapshot, change: Difference, base: int, institution: str | None = None
) -> BeforeAndAfter:
    """Return the graph, as the institution's answers are made from it, without the difference and with it.

    Raises:
        OvertakenError: the snapshot is of another revision than `base`, against which the difference was made.
        NotFoundError: there is no such institution.
    """
    if snapshot.revision.number != base:
        raise OvertakenError(message("revision.moved_on"))
    part, before = part_of(store, snapshot, institution)
    if institution is not None and not is_of(change.source_after, ids_of(snapshot, institution)):
        return BeforeAndAfter(before, before, _NOTHING)
    after, patch = snapshot_after(part, before, change)
    return BeforeAndAfter(before, after, patch)


LONGEST_AUDITED = 300
"""So much of a reason stands in the audit log; the run's report has all of it."""


def audited(report: IngestReport) -> str:
    """Return the line of the audit log on edits: whose statements, how many edits, and why."""
    reason = (report.reason or "")[:LONGEST_AUDITED]
    return text("edit.audited_why" if reason else "edit.audited", source=report.source, n=report.read, reason=reason)


def edit_answer(found: EditPreview, effects: WhatIf | None) -> EditAnswer:
    """Return what edits did or would do as a document."""
    return EditAnswer(report=found.report, document=found.document, effects=effects, revision=found.report.revision)
