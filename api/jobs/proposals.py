"""Proposal service: what was accepted in review is previewed and applied as a run of one source."""

from typing import NamedTuple

from api.answers.edit_effects import EditAnswer
from api.answers.review import review_queue
from api.answers.review_apply import ApplyPlan, ApplyRequest, apply_plan, plan_apply
from api.jobs.edits import Edits
from api.principal import Principal
from api.service.service import Service
from api.state.review_queue import ReviewQueue
from graph.messages import Language


class ApplyAnswer(NamedTuple):
    """A plan, and what its edits did or would do; None where nothing is to be done."""

    plan: ApplyPlan
    answer: EditAnswer | None


class Proposals:
    """Proposal service of a store as it is served; to be called in a thread."""

    def __init__(self, service: Service) -> None:
        """Open nothing yet."""
        self._service = service

    def preview(self, request: ApplyRequest, *, language: Language = "en") -> ApplyAnswer:
        """Return what applying what was accepted would do.

        Raises:
            RefusedEditsError: the graph does not take it.
            ConflictError: the graph moved on while it was read.
        """
        _, plan = self._plan(request, language)
        if plan.document is None:
            return ApplyAnswer(plan, None)
        return ApplyAnswer(plan, Edits(self._service).preview(plan.document, language=language))

    def apply(self, request: ApplyRequest, who: Principal, *, language: Language = "en") -> ApplyAnswer:
        """Apply what was accepted as one run, and return what it did. Raises as `preview` does."""
        queue, plan = self._plan(request, language)
        if plan.document is None:
            return ApplyAnswer(plan, None)
        edits = Edits(self._service)
        answer = apply_plan(
            plan,
            plan.document,
            queue,
            lambda document, run: edits.apply(document, who, language=language, run_id=run),
        )
        return ApplyAnswer(plan, answer)

    def _plan(self, request: ApplyRequest, language: Language) -> tuple[ReviewQueue, ApplyPlan]:
        store, snapshot = self._service.require_store(), self._service.snapshot(language)
        queue = review_queue(self._service.state, snapshot, self._service.store.url)
        return queue, plan_apply(queue, store, snapshot, request, language=language)
