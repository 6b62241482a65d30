"""The pages of follow-ups: who sees to which gap; and the form of one gap, with its history."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.answers.follow_ups import change_follow_up, find_follow_ups, known_gap, view_follow_ups
from api.state.follow_ups import MOST_NOTE, MOST_OWNER, FollowUpChange, FollowUpContent, GapKey
from api.web.forms import require_own_form, text_of, with_token
from api.web.gap_follow_ups import kept_for, owners_of, scope_words
from api.web.pages.node import scope_names
from api.web.parameters import FormParameters, ScopeForm, Text
from api.web.view import PageRoute, View
from graph.errors import ChangedSinceError, NotFoundError
from graph.messages import message
from queries.follow_ups import GapScope, scope_relation
from queries.parameters.follow_ups import CHECKS, STATES, FollowUpCheck, FollowUpFilter, FollowUpState
from queries.parameters.ids import Id
from queries.semantics.scope import ScopeNote

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 50
_EVERY = 1_000_000


class FollowUpsForm(ScopeForm):
    """Which follow-ups are listed: of the page's scope, a wider or a narrower one."""

    state: FollowUpState | None = None
    owner: Text | None = None
    check: FollowUpCheck | None = None
    page: int = Field(1, ge=1, le=100_000)


class GapForm(FormParameters):
    """Which gap is followed up; `saved` says what has just been done."""

    competency: Id
    discipline: Id | None = None
    institution: Id | None = None
    saved: str | None = Field(None, max_length=10)


@router.get("/follow-ups")
def list_follow_ups(request: Request, asked: Annotated[FollowUpsForm, Query()]) -> Response:
    """Show who sees to which gap, by when, and what is said to be done although the gap stands."""
    view = View(request)
    kept, seen = kept_for(view), GapScope(asked.discipline, asked.institution)
    wanted = FollowUpFilter(state=asked.state, owner=asked.owner)
    passing = find_follow_ups(kept, view.snapshot, wanted, limit=_EVERY).items
    related = [one for one in passing if scope_relation(view.snapshot, one.scope, seen) != "elsewhere"]
    listed = [one for one in related if asked.check in {None, *one.checks}]
    every = kept.all()
    return view.render(
        "follow_ups.html",
        asked=asked,
        found=listed[(asked.page - 1) * PAGE_SIZE : asked.page * PAGE_SIZE],
        total=len(listed),
        size=PAGE_SIZE,
        is_any=bool(every),
        counts={check: sum(check in one.checks for one in related) for check in CHECKS},
        names=scope_names(view, asked),
        note=ScopeNote(asked=asked.scope()),
        owners=[(owner, owner) for owner in owners_of(every)],
        states=[(state, view.words(f"follow_ups.state_{state}")) for state in STATES],
        checks=[(check, view.words(f"follow_ups.check_{check}")) for check in CHECKS],
    )


@router.get("/follow-ups/gap")
def show_follow_up(request: Request, asked: Annotated[GapForm, Query()]) -> Response:
    """Show the follow-up of a gap: how it stands, its history, and to whoever may, a form that changes it."""
    view = View(request)
    gap = GapKey(competency=asked.competency, discipline=asked.discipline, institution=asked.institution)
    return _shown(view, gap, saved=asked.saved)


@router.post("/follow-ups/gap")
async def change(request: Request) -> Response:
    """Change the follow-up of a gap; where somebody has changed it meanwhile, show both."""
    view = View(request)
    async with request.form(max_files=0, max_fields=20) as form:
        require_own_form(view, form)
    await view.service.catch_up()
    return await run_in_threadpool(_changed, view, form)


def _changed(view: View, form: FormData) -> Response:
    ends = {end: text_of(form, end, 200) or None for end in ("discipline", "institution")}
    gap = GapKey(competency=text_of(form, "competency", 200) or "-", **ends)
    entered = {name: str(form.get(name) or "").strip() for name in ("owner", "note", "due", "state")}
    version = text_of(form, "version", 9)
    try:
        content = _content(entered)
    except ValueError as error:
        return _shown(view, gap, HTTPStatus.UNPROCESSABLE_ENTITY, entered=entered, wrong=str(error))
    seen = int(version) if version.isascii() and version.isdigit() else 0
    try:
        change_follow_up(kept_for(view), view.snapshot, gap, content, by=view.who, seen=seen)
    except ChangedSinceError as error:
        return _shown(view, gap, HTTPStatus.CONFLICT, entered=entered, latest=error.latest)
    saved = "cleared" if content.is_empty else "saved"
    told = {"competency": gap.competency, **ends, "saved": saved}
    return RedirectResponse(view.url("follow-ups/gap", **told), HTTPStatus.SEE_OTHER)


def _content(entered: dict[str, str]) -> FollowUpContent:
    """Return what was entered.

    Raises:
        ValueError: a field holds what cannot be kept; the text is the key of the sentence that says so.
    """
    if len(entered["owner"]) > MOST_OWNER or len(entered["note"].replace("\r\n", "\n")) > MOST_NOTE:
        raise ValueError("follow_ups.too_long")
    try:
        due = date.fromisoformat(entered["due"]) if entered["due"] else None
    except ValueError:
        raise ValueError("follow_ups.no_day") from None
    told = {**entered, "due": due, "state": entered["state"] or "open"}
    try:
        return FollowUpContent.model_validate(told)
    except ValidationError:
        raise ValueError("follow_ups.unprintable") from None


def _shown(
    view: View,
    gap: GapKey,
    status: int = 200,
    *,
    saved: str | None = None,
    entered: dict[str, str] | None = None,
    wrong: str | None = None,
    latest: Mapping[str, object] | None = None,
) -> Response:
    kept = kept_for(view)
    gap = known_gap(kept, view.snapshot, gap)
    found = kept.of(gap)
    node = view.snapshot.find(gap.competency)
    if node is None and found is None:
        raise NotFoundError(message("thing.Competency"), gap.competency)
    follow_up = view_follow_ups(view.snapshot, [found], with_history=True)[0] if found else None
    context: dict[str, Any] = {
        "gap": gap,
        "name": follow_up.competency.name if follow_up else view.snapshot.name(node or 0),
        "narrowing": gap.model_dump(include={"discipline", "institution"}, exclude_none=True),
        "of": scope_words(view, GapScope(gap.discipline, gap.institution)),
        "follow_up": follow_up,
        "version": found.latest.version if found else 0,
        "entered": entered or _entered(found.latest if found else None),
        "has_moved": status == HTTPStatus.CONFLICT,
        "latest": latest,
        "wrong": wrong,
        "saved": saved if saved in {"saved", "cleared"} else None,
        "owners": owners_of(kept.all()),
        "states": [(state, view.words(f"follow_ups.state_{state}")) for state in STATES],
        "most": {"owner": MOST_OWNER, "note": MOST_NOTE},
    }
    return with_token(view, "follow_up.html", status, **context)


def _entered(latest: FollowUpChange | None) -> dict[str, str]:
    if latest is None:
        return {"owner": "", "note": "", "due": "", "state": "open"}
    due = "" if latest.due is None else latest.due.isoformat()
    return {"owner": latest.owner, "note": latest.note, "due": due, "state": latest.state}
