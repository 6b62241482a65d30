"""The page that previews what was accepted in review, with its effect on chains, and applies it."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.answers.parameters import WAIT_S
from api.answers.review_apply import ApplyPlan, ApplyRequest
from api.answers.review_links import DisputedProposal, LeftOutLink, ReviewChange
from api.jobs.proposals import ApplyAnswer, Proposals
from api.principal import principal_of
from api.web.addresses import query_of
from api.web.forms import require_own_form, text_of, with_token
from api.web.view import PageRoute, View
from graph.errors import ChangedError, InputError, RefusedEditsError
from graph.messages import Message
from ingest.edit_document import LONGEST_REASON

router = APIRouter(route_class=PageRoute, include_in_schema=False)

SHOWN = 400
"""How many links are listed; the others are counted."""
_MOST_FIELDS = 10


@router.get("/review/apply")
def preview_accepted(request: Request) -> Response:
    """Show what applying would do: what reviewers disagree about first, then links, then effects."""
    view = View(request)
    return _shown(view, ApplyRequest())


@router.post("/review/apply")
async def apply_accepted(request: Request) -> Response:
    """Apply what was previewed, and lead to its run; where something changed since, show it anew."""
    view = View(request)
    async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
        require_own_form(view, form)
        asked = _asked(form)
    answer, revision = await run_in_threadpool(_applied, view, asked)
    if revision is not None:  # the pages that are shown next have what was applied
        await view.service.reaches(revision, WAIT_S)
    return answer


def _asked(form: FormData) -> ApplyRequest:
    seen = text_of(form, "seen", 20)
    return ApplyRequest(
        source=text_of(form, "source", 200) or None,
        reason=text_of(form, "reason", LONGEST_REASON),
        expected_revision=int(seen) if seen.isascii() and seen.isdecimal() else None,
    )


def _applied(view: View, asked: ApplyRequest) -> tuple[Response, int | None]:
    """Return what leads to the run, and the revision; the page where nothing was applied."""
    try:
        done = Proposals(view.service).apply(asked, principal_of(view.request.scope), language=view.language)
    except (ChangedError, RefusedEditsError) as error:
        reasons = [problem.message for problem in error.problems]
        return _shown(view, asked._replace(expected_revision=None), HTTPStatus.CONFLICT, general=reasons), None
    if done.answer is None:
        return _shown(view, asked, HTTPStatus.CONFLICT), None
    address = view.url(f"import/runs/{done.answer.report.run}")
    return RedirectResponse(address, HTTPStatus.SEE_OTHER), done.answer.revision


def _previewed(view: View, asked: ApplyRequest) -> tuple[ApplyAnswer | None, list[Message]]:
    try:
        return Proposals(view.service).preview(asked, language=view.language), []
    except InputError as error:
        return None, [error.problem.message]


def _shown(view: View, asked: ApplyRequest, status: int = 200, *, general: list[Message] | None = None) -> Response:
    found, wrong = _previewed(view, asked)
    plan = None if found is None else found.plan
    changes = plan.changes if plan is not None and plan.document is not None else []
    context: dict[str, Any] = {
        "answer": None if found is None else found.answer,
        "general": [*(general or ()), *wrong],
        "changes": [_change(view, one) for one in changes[:SHOWN]],
        "more": max(len(changes) - SHOWN, 0),
        "links": len(changes),
        "seen": plan.document.expected_revision if plan is not None and plan.document is not None else "",
        "reason": asked.reason,
        **_beside(view, plan),
    }
    return with_token(view, "review_apply.html", status, **context)


def _change(view: View, one: ReviewChange) -> dict[str, Any]:
    """Return a link in words: its ends, what is made new for it, and the sentences that it rests on."""
    last = one.wanted[-1] if one.wanted else None
    content = None if last is None else last.judgement.content
    start, relation, end = one.key
    is_made = last is not None and last.made is not None and view.snapshot.find(start) is None
    asked_for = content.new.name if content is not None and content.new is not None else end
    return {
        "start": (start, _name(view, start, one.wanted[0].sentence.sentence.text if one.wanted else start)),
        "made": last.form.from_kind if last is not None and is_made else None,
        "relation": relation,
        "end": (end, _name(view, end, asked_for)),
        "is_new": view.snapshot.find(end) is None,
        "goes": last is None,
        "weight": None if content is None else content.weight,
        "level": None if content is None else content.level,
        "quotes": [_sentence(view, two.sentence.key, two.sentence.sentence.text) for two in one.wanted],
    }


def _name(view: View, node_id: str, otherwise: str) -> str:
    node = view.snapshot.find(node_id)
    return otherwise if node is None else view.snapshot.name(node)


def _beside(view: View, plan: ApplyPlan | None) -> dict[str, Any]:
    """Return what reviewers disagree about, what is left out, and what stands elsewhere or waits."""
    if plan is None:
        return {"disputed": [], "left_out": [], "elsewhere": [], "waiting": 0}
    return {
        "disputed": [_disputed(view, one) for one in plan.disputed],
        "left_out": [_left_out(view, one) for one in plan.left_out],
        "elsewhere": plan.elsewhere,
        "waiting": plan.waiting,
    }


def _disputed(view: View, one: DisputedProposal) -> dict[str, Any]:
    said = [(said.reviewer, said.status) for said in one.verdict.standing]
    named = one.verdict.standing[-1].named.get(view.language, one.target.candidate) if one.verdict.standing else ""
    return {**_sentence(view, one.target.sentence, one.sentence.sentence.text), "name": named, "said": said}


def _left_out(view: View, one: LeftOutLink) -> dict[str, Any]:
    named = one.judgement.named.get(view.language, one.judgement.target.candidate)
    address = _sentence(view, one.sentence.key, one.sentence.sentence.text)
    return {**address, "name": named, "why": one.reason.text(view.language)}


def _sentence(view: View, key: str, text: str) -> dict[str, str]:
    return {"address": f"{view.base}review{query_of({'state': 'all', 'sentence': key})}", "text": text}
