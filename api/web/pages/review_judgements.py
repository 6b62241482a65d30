"""What a reviewer says on the page of review: of one candidate, of a sentence, of many at once; and takes back."""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from api.answers.review import review_item
from api.answers.review_judgements import bulk_accept, judge, undo
from api.web.forms import require_own_form, text_of
from api.web.pages.review import may_judge, queue_of
from api.web.review_form import ReviewForm, neighbours
from api.web.view import PageRoute, View
from graph.errors import ConflictError, InputError, NotFoundError, Problem
from graph.messages import catalogue, message
from queries.proposals.judgement import JudgementContent

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_FIELDS = 20
_FIELDS = {name: name for name in ("state", "document", "reviewer", "least", "sentence", "above")}
_NAMES = {**_FIELDS, "relation": "relation_only"}
"""The fields of a form that say what is shown: `relation` itself is that of the link."""
_STATUS = {"nothing": "rejected", "new": "accepted"}


@router.post("/review/judge")
async def judge_sentence(request: Request) -> Response:
    """Say what holds of a candidate, of a new competency, or of the sentence as a whole; lead to the next sentence."""
    return await _answered(request, _judged)


@router.post("/review/undo")
async def undo_latest(request: Request) -> Response:
    """Take back what the reviewer said last, all that was said at once."""
    return await _answered(request, _undone)


@router.post("/review/bulk")
async def accept_many(request: Request) -> Response:
    """Accept the best candidates of all open sentences that pass, from a score on: just what the sample was of."""
    return await _answered(request, _accepted)


async def _answered(request: Request, act: Callable[[View, ReviewForm, FormData], dict[str, object]]) -> Response:
    view = View(request)
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        require_own_form(view, form)
    if not may_judge(view):
        raise HTTPException(HTTPStatus.FORBIDDEN, view.words("review_page.may_not"))
    asked = _asked(form)
    told = await run_in_threadpool(act, view, asked, form)
    return RedirectResponse(asked.address(view, **told) + "#now", HTTPStatus.SEE_OTHER)


def _asked(form: FormData) -> ReviewForm:
    """Return what the form says of the filters, and of the sentence. Raises InputError."""
    try:
        return ReviewForm.model_validate({name: text_of(form, field, 300) for name, field in _NAMES.items()})
    except ValidationError as error:
        raise _refused(error) from None


def _judged(view: View, asked: ReviewForm, form: FormData) -> dict[str, object]:
    queue, key, done = queue_of(view), asked.sentence or "", text_of(form, "do", 10)
    item = review_item(queue, view.snapshot, key)
    following = neighbours(queue, view.snapshot, asked.wanted, item.sentence).next
    candidate = None if done in {"nothing", "new"} else text_of(form, "candidate", 500)
    judge(queue, view.snapshot, key, candidate, _content(form, done), who=view.who, may_apply=view.may("ingest"))
    is_open = review_item(queue, view.snapshot, key).sentence.status == "open"
    stays = asked.state != "open" or is_open
    return {"sentence": key if stays else following, "said": done, "about": candidate}


def _content(form: FormData, done: str) -> JudgementContent:
    """Return what the form says of the candidate. Raises InputError where that cannot be said."""
    told: dict[str, object] = {"status": _STATUS.get(done, done)}
    if told["status"] == "accepted":
        told |= {name: text_of(form, name, 50) or None for name in ("relation", "weight", "level")}
    if done == "new":
        told["new"] = {"name": text_of(form, "name", 200), "kind": text_of(form, "kind", 20) or "skill"}
    try:
        return JudgementContent.model_validate(told)
    except ValidationError as error:
        raise _refused(error) from None


def _refused(error: ValidationError) -> InputError:
    """Return what is wrong with the first field that is wrong."""
    first = error.errors()[0]
    key, field = f"invalid.{first['type']}", ".".join(map(str, first["loc"]))
    reason = message(key, **first.get("ctx", {})) if key in catalogue() else str(first["msg"])
    return InputError(Problem(message("parameter.at", field=field, reason=reason), column=field))


def _undone(view: View, asked: ReviewForm, form: FormData) -> dict[str, object]:
    try:
        taken = undo(queue_of(view), view.who, may_apply=view.may("ingest"))
    except NotFoundError:
        return {"sentence": asked.sentence, "said": "no_undo"}
    return {"sentence": taken[0].target.sentence, "said": "undone"}


def _accepted(view: View, asked: ReviewForm, form: FormData) -> dict[str, object]:
    seen, least, queue = text_of(form, "seen", 64), asked.above, queue_of(view)
    if least is None:
        return {"sentence": asked.sentence, "said": "moved"}
    trusted = view.may("ingest")
    try:
        said = bulk_accept(queue, view.snapshot, least, asked.wanted, who=view.who, seen=seen, may_apply=trusted)
    except ConflictError:
        return {"sentence": asked.sentence, "said": "moved", "above": least}
    return {"said": "bulk", "n": len(said)}
