"""The page where people sign in with a key, and what a browser is told that lacks one."""

import re
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Scope

from api.auth.middleware import Refusal
from api.auth.sessions import cookie_name, proof_of, token_in
from api.errors import problem
from api.http.problems import TOO_MANY
from api.state.audit import Audit
from api.web.forms import is_proved, require_own_form, require_own_page, text_of, with_token
from api.web.view import PageRoute, View, shown_problem

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_FORM_BYTES = 20_000
MOST_KEY_CHARACTERS = 200
"""A key is much shorter: what is longer was pasted by mistake, and need not be looked at."""

_OWN_PATH = re.compile(r"/(?!/)(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}){0,1999}")
_PROGRAMS = ("/v1/", "/metrics")


@router.get("/sign-in")
async def show_sign_in(request: Request) -> Response:
    """Show where to sign in, and who is signed in."""
    view = View(request)
    onward = own_path(request.query_params.get("next", ""))
    return _onward(onward) if view.who.is_here else await _form(view, onward)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Begin a session of whoever holds the key, and go where they were going."""
    view = View(request)
    async with request.form(max_files=0, max_fields=5) as form:
        require_own_form(view, form)
        given, onward = text_of(form, "key", MOST_KEY_CHARACTERS), own_path(text_of(form, "next", 2000))
    if view.who.is_here:
        return _onward(onward)
    guard, audit = view.service.guard, Audit(view.service.state)
    key, allowance = guard.check(given if given.isascii() else "", view.who.address)
    if not allowance.ok and key is None:
        told = view.words("sign.too_many", seconds=allowance.reset_s)
        response = await _form(view, onward, told, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(allowance.reset_s)
        return response
    if key is None:
        known = guard.known_id(given)
        await view.service.with_store(
            audit.note, view.who, "sign-in refused", f"key {known}" if known else "no such key"
        )
        return await _form(view, onward, view.words("sign.wrong_key"), HTTPStatus.UNAUTHORIZED)
    await _end_session(view)
    made = await guard.begin_session(key)
    who = view.who._replace(name=key.name, key_id=key.id, session=made.session.id)
    await view.service.with_store(audit.note, who, "signed in", f"scope {key.scope}")
    response = _onward(onward)
    response.set_cookie(
        cookie_name(request.scope),
        made.token,
        max_age=view.service.settings.service.session_hours * 3600,
        path="/",
        httponly=True,
        samesite="lax",
        secure=view.is_encrypted,
    )
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session."""
    view = View(request)
    require_own_page(view)
    async with request.form(max_files=0, max_fields=5) as form:
        if view.who.session and not is_proved(text_of(form, "proof", 100), proof_of(token_in(request.scope))):
            return await _form(view, "/", view.words("import.form_expired"), HTTPStatus.FORBIDDEN)
    await _end_session(view)
    response = _onward("/sign-in")
    response.delete_cookie(
        cookie_name(request.scope), path="/", httponly=True, samesite="lax", secure=view.is_encrypted
    )
    return response


async def tell_person(scope: Scope, refusal: Refusal) -> Response | None:
    """Return the page that says why a browser is not let in; None where a program asks."""
    request = Request(scope)
    if "text/html" not in request.headers.get("accept", "") or scope["path"].startswith(_PROGRAMS):
        return None
    view = View(request)
    if refusal.told.status == HTTPStatus.UNAUTHORIZED:
        response = await _form(view, _asked(request), status=HTTPStatus.UNAUTHORIZED)
    elif refusal.told.status == HTTPStatus.FORBIDDEN:
        response = await _form(view, _asked(request), status=HTTPStatus.FORBIDDEN, needed=refusal.needed or "")
    elif refusal.told.type == TOO_MANY.type_uri:
        slower = view.words("sign.slower", seconds=refusal.headers["Retry-After"])
        response = await shown_problem(request, problem(TOO_MANY, slower))
    else:
        response = await shown_problem(request, refusal.told)
    response.headers.update(refusal.headers)
    return response


def own_path(told: str) -> str:
    """Return the path of a page of this service, with its question, as it was told; else that of the first page.

    >>> [own_path(told) for told in ("/gaps?severity=3", "//evil.example", "https://evil.example", "/a/../../b", "")]
    ['/gaps?severity=3', '/', '/', '/', '/']
    """
    is_own = bool(_OWN_PATH.fullmatch(told)) and ".." not in told.partition("?")[0].split("/")
    return told if is_own else "/"


async def _form(view: View, onward: str, complaint: str = "", status: int = 200, needed: str = "") -> Response:
    response = await run_in_threadpool(
        with_token,
        view,
        "sign_in.html",
        status,
        onward=onward,
        complaint=complaint,
        needed=needed,
        hours=view.service.settings.service.session_hours,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _onward(path: str) -> Response:
    """Lead to a page. The address is relative: below any prefix, and never another machine's."""
    return RedirectResponse("." + path, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})


def _asked(request: Request) -> str:
    """Return the page that was asked for; of a form that was sent, the page that it is on."""
    if request.method != "GET":
        return own_path("/" + quote(request.url.path.split("/")[1]))
    query = request.url.query
    return own_path(quote(request.url.path, safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else ""))


async def _end_session(view: View) -> None:
    """End the session that the request came with, if any."""
    if view.who.session:
        await view.service.guard.end_session(view.who.session)
        await view.service.with_store(Audit(view.service.state).note, view.who, "signed out", "")
