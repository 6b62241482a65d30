"""Edit service: single statements entered on pages or sent as a document, previewed with their effects and applied."""

from api.answers.edit_effects import BeforeAndAfter, EditAnswer, audited, before_and_after, edit_answer
from api.principal import Principal
from api.service.service import Service
from api.state.audit import Audit
from graph.messages import Language
from graph.snapshot.snapshot import Snapshot
from ingest.edit_document import EditDocument
from ingest.edits import EditPreview, apply_edits, preview_edits
from ingest.report import IngestReport
from ingest.run_undo import UndoPreview, preview_undo_run, undo_run
from queries.semantics.scope import EVERYTHING, Scope


class Edits:
    """Edit service of a store as it is served, as REST and pages work with it; to be called in a thread."""

    def __init__(self, service: Service) -> None:
        """Open nothing yet."""
        self._service = service

    def preview(
        self, document: EditDocument, *, language: Language = "en", scope: Scope = EVERYTHING, limit: int = 20
    ) -> EditAnswer:
        """Return what applying the edits would do, and its effects on chains in the scope.

        Raises:
            ChangedError: what an edit touches was changed since `expected_revision`; both values are named.
            RefusedEditsError: the graph does not take an edit.
            ConflictError: the graph moved on while it was read.
        """
        found = preview_edits(document, self._service.require_store(), language=language)
        effects = self.seen(found, self._service.snapshot(language), scope.institution).effects(scope, limit=limit)
        return edit_answer(found, effects)

    def seen(
        self, found: EditPreview | UndoPreview, snapshot: Snapshot, institution: str | None = None
    ) -> BeforeAndAfter:
        """Return the graph of a snapshot without what is previewed and with it. Raises OvertakenError."""
        base = found.report.base_revision
        return before_and_after(self._service.require_store(), snapshot, found.difference, base, institution)

    def apply(
        self, document: EditDocument, who: Principal, *, language: Language = "en", run_id: str | None = None
    ) -> EditAnswer:
        """Apply the edits as one run, note it in the audit log, and return its report. Raises as `preview` does."""
        found = apply_edits(document, self._service.require_store(), language=language, run_id=run_id)
        report = found.report
        if report.revision > report.base_revision:
            Audit(self._service.state).note(who, "edited", audited(report), report.run)
            self._service.look_soon()
        return edit_answer(found, None)

    def take_back(self, run: str, who: Principal, *, dry_run: bool = False) -> IngestReport:
        """Take back what a run changed, and return the report; see `undo_run`."""
        report = undo_run(self._service.require_store(), run, dry_run=dry_run)
        if not report.dry_run and not report.refused:
            Audit(self._service.state).note(who, "taken back", f"{report.source}, the run {report.undoes}", report.run)
            self._service.look_soon()
        return report

    def preview_take_back(self, run: str) -> UndoPreview:
        """Return what taking back the run would do. Raises as `undo_run` does."""
        return preview_undo_run(self._service.require_store(), run)
