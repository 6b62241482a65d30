"""View of a request: who looks at what, addresses, headers, and how a page is made from a template; its route."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import cached_property, partial
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup, escape
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.auth.sessions import proof_of, token_in
from api.errors import INTERNAL, ProblemDetail, problem
from api.http.headers import REVISION_HEADER
from api.http.near_names import near_name, query_names
from api.http.problems import MOST_FAULTS, PARAMETERS, RETRY_AFTER_S, HTTPProblemError, described, faults_of, no_room
from api.principal import SCOPES, AccessScope, principal_of
from api.service.gate import Handler
from api.service.gated_route import GatedRoute
from api.service.service import service_of
from api.web.addresses import in_path, query_of
from api.web.list_address import SLUGS
from api.web.navigation import GROUPS
from api.web.parameters import names_of_pages
from api.web.picker import is_picking, picked_by_name
from api.web.preferences import language_of, remember, theme_of
from api.web.template_environment import template_environment
from api.web.texts import Words, words_in
from api.web.visit import COOKIE, KEEP, NAMES, cookie_of, fill_in, is_narrowing, kept_scope, narrowed
from graph.errors import InputError, NotFoundError, RolepathError
from graph.messages import Message, message
from graph.snapshot.snapshot import Snapshot
from queries.semantics.focus import FocusMode, focus_mode, teaching_disciplines
from queries.semantics.scope import Scope

PAGE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # With no-referrer a browser sends `Origin: null` with forms, and cannot be told from a page of another site.
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language,Authorization,Cookie",
    "Cache-Control": "private, no-cache",
}


NARROWED_PATHS = frozenset(
    {"", *(entry.path for group in GROUPS for entry in group.entries), *(f"lists/{slug}" for slug in SLUGS)}
    - {"import", "proposals"}
)
"""The pages whose addresses carry what the visit is narrowed to."""


class View:
    """One request for a page: who looks, in which language and colours, and where it stands."""

    def __init__(self, request: Request) -> None:
        """Read the request."""
        self.request = request
        self.service = service_of(request)
        self.language = language_of(request)
        self.theme = theme_of(request)
        self.words: Words = words_in(self.language)
        self.who = principal_of(request.scope)
        # Addresses are relative, so that pages work below any prefix that a proxy adds. An id may come with an encoded
        # slash, so the route tells how deep a page is; what has no route is as deep as it is asked for.
        path = getattr(request.scope.get("route"), "path", "") or request.scope["raw_path"].decode("ascii", "replace")
        self.base = "../" * (path.count("/") - 1) or "./"
        self._snapshot: Snapshot | None = None

    @property
    def is_encrypted(self) -> bool:
        """Whether the page was asked for by https: then its cookies go no other way."""
        return self.request.url.scheme == "https"

    def may(self, scope: AccessScope) -> bool:
        """Say whether the viewer may do what the scope opens."""
        return scope in self.who.scopes

    @property
    def most(self) -> str:
        """The largest scope that the viewer has; empty where nothing is open to them."""
        return next((scope for scope in reversed(SCOPES) if self.may(scope)), "")

    @property
    def proof(self) -> str:
        """What the form must hold that ends the viewer's session; empty where they are not signed in."""
        return proof_of(token_in(self.request.scope)) if self.who.session else ""

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that the whole page is of, naming nodes in the viewer's language: the latest when first asked.

        Raises:
            StoreUnavailableError: none could be read yet.
        """
        if self._snapshot is None:
            self._snapshot = self.service.snapshot(self.language)
        return self._snapshot

    @property
    def revision(self) -> int | None:
        """The number of the revision that the page is of; None before the first."""
        if self._snapshot is None and self.service.revision() is None:
            return None
        return self.snapshot.revision.number

    def url(self, path: str, **query: object) -> str:
        """Return the address of a page, seen from this one; parameters that are None or empty are left out.

        It carries what the visit is narrowed to, where the page can be, unless the parameters say that themselves.
        """
        if (
            self._carried
            and path.removesuffix(".csv").removesuffix(".xlsx") in NARROWED_PATHS
            and not is_narrowing(query)
        ):
            query = {**self._carried, **query}
        return f"{self.base}{path}{query_of(query)}" if query else f"{self.base}{path}"

    def node(self, node_id: str, **query: object) -> str:
        """Return the address of a node's page."""
        return self.url(f"nodes/{in_path(node_id)}", **query)

    def brief(self, enterprise_id: str) -> str:
        """Return the address of an enterprise's brief, of the institution that the page is narrowed to."""
        path = f"enterprises/{in_path(enterprise_id)}/brief"
        return self.url(path, institution=self._carried.get("institution"))

    def link(self, node_id: str, name: str, scope: Mapping[str, object] | None = None) -> Markup:
        """Return a link to a node's page, whose text is the name; `scope` narrows the page."""
        address = self.node(node_id, **(scope or self._carried))
        return Markup(f'<a href="{escape(address)}"><bdi>{escape(name)}</bdi></a>')  # noqa: S704 - both are escaped

    def here(self, **changed: object) -> str:
        """Return the address of this page with some parameters changed; None takes one away, lists are several."""
        gone = {*changed, KEEP}
        remaining = [(name, value) for name, value in self.request.query_params.multi_items() if name not in gone]
        told = [(name, value) for name, value in changed.items() if value is not None]
        if kept_scope(self.request) and not is_narrowing(dict([*remaining, *told])):
            told.append(("focus", "auto"))  # else the cookie would narrow the page again
        query = "?" + urlencode([*remaining, *told], doseq=True)
        if self.request.method == "POST":  # what a form was answered with has no address: its first page does
            return self.url(self.request.url.path.strip("/").partition("/")[0]) + query
        return query

    @cached_property
    def narrowing(self) -> dict[str, str]:
        """What the page, and with it the visit, is narrowed to: by its address, else by the cookie; {} by nothing."""
        asked = dict(self.request.query_params)
        return narrowed(asked) if is_narrowing(asked) else kept_scope(self.request)

    @cached_property
    def _carried(self) -> Mapping[str, str]:
        """What the addresses of other pages must say to be about the same."""
        return self.narrowing or ({"focus": "auto"} if kept_scope(self.request) else {})

    def carried(self) -> Mapping[str, str]:
        """Return what the fields of a form must say to be about the same as this page."""
        return self._carried

    @property
    def focus(self) -> FocusMode:
        """Whether the page is about what somebody teaches or hires for, or about everything."""
        return focus_mode(self.snapshot, Scope.model_validate({"focus": self.narrowing.get("focus", "auto")}))

    @property
    def ours(self) -> str:
        """How an address says that it is about our college: by the default, where that is so."""
        return "auto" if focus_mode(self.snapshot, Scope()) == "ours" else "ours"

    @property
    def onward(self) -> str:
        """Return the path of this page with its parameters, for a page that leads back to it."""
        path = quote(self.request.url.path, safe="/:@!$&'()*+,;=~")
        return path + self.here() if self.request.method == "GET" else path

    @property
    def target_row(self) -> tuple[str, str] | None:
        """A discipline and a role, by id, that a first row could join by TARGETS; None where one is stated already.

        None too where the graph holds none of either.
        """
        snapshot = self.snapshot
        ends = [snapshot.of_kind(kind) for kind in ("Discipline", "Role")]
        if len(snapshot.out("TARGETS").indices) or not all(map(len, ends)):
            return None
        teaching = teaching_disciplines(snapshot)[ends[0]]
        return snapshot.ids[int(ends[0][teaching.argmax()])], snapshot.ids[int(ends[1][0])]

    def narrowed_name(self, name: str) -> str | None:
        """Return what the discipline or institution is called that the page is narrowed to; None where by none."""
        node = self.snapshot.find(self.narrowing.get(name, ""))
        return None if node is None else self.snapshot.name(node)

    def visit(self, **scope: str) -> str:
        """Return the address of this page, of another scope that is kept for the visit."""
        cleared = {**dict.fromkeys((*NAMES, "course", "cohort", "page")), **scope}
        return self.here(**cleared, **{KEEP: 1})

    def render(self, template: str, status: int = 200, /, **context: object) -> HTMLResponse:
        """Return the page."""
        text = template_environment().get_template(template).render(view=self, t=self.words, nav=GROUPS, **context)
        response = HTMLResponse(text, status, headers=dict(PAGE_HEADERS))
        response.headers["Content-Language"] = self.language
        if self._snapshot is not None:
            response.headers[REVISION_HEADER] = str(self._snapshot.revision.number)
        remember(self.request, response, is_encrypted=self.is_encrypted)
        if self.request.query_params.get(KEEP):
            kept, seconds = cookie_of(self.request.query_params)
            response.set_cookie(COOKIE, kept, seconds, samesite="lax", httponly=True, secure=self.is_encrypted)
        return response

    def render_text(self, template: str, **context: object) -> str:
        """Return what a template makes, such as a picture."""
        return template_environment().get_template(template).render(view=self, t=self.words, **context)


class PageRoute(GatedRoute):
    """A route whose problems are told on a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, which answers every foreseen error with a page."""
        handle = super().get_route_handler()

        known = query_names(self.dependant)

        async def handle_for_people(request: Request) -> Response:
            try:
                if (said := self._mistyped(request)) is not None:
                    return await shown_problem(request, problem(PARAMETERS, said), said)
                return await _with_room(_in_scope(partial(_picked_or, handle), request, known))
            except RolepathError as error:
                told = await described(error)
                if told.status == INTERNAL.http_status:
                    raise
                return await shown_problem(request, told, error)
            except RequestValidationError as error:
                fault = faults_of(error)[0]
                said = message("parameter.at", field=fault.field.partition(".")[2], reason=fault.reason)
                return await shown_problem(request, problem(PARAMETERS, said), said)
            except HTTPProblemError as error:
                told = ProblemDetail(type="", title="", status=error.status_code, detail=error.detail)
                return await shown_problem(request, told, error.message)
            except HTTPException as error:
                told = ProblemDetail(type="", title="", status=error.status_code, detail=error.detail)
            return await shown_problem(request, told)

        return handle_for_people

    def _mistyped(self, request: Request) -> Message | None:
        """Return that a parameter was mistyped, which would widen the page unseen; None where none was."""
        known = query_names(self.dependant)
        unknown = (name for name in request.query_params if name not in known | {"lang", "theme", "next", KEEP})
        for name in islice(unknown, MOST_FAULTS):
            near = near_name(name, known)
            if near is not None and name not in names_of_pages():
                reason = message("parameter.unknown_near", near=near)
                return message("parameter.at", field=name, reason=reason)
        return None


async def _in_scope(handle: Handler, request: Request, known: set[str]) -> Response:
    """Return the answer, narrowed to what is kept for the visit; where that is gone, lead to the page without it."""
    query = request.scope["query_string"]
    if not fill_in(request, known):
        return await handle(request)
    try:
        return await handle(Request(request.scope, request.receive))
    except NotFoundError:
        onward = "?" + b"&".join(filter(None, (query, b"focus=auto"))).decode("latin-1")
        response = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
        response.delete_cookie(COOKIE)
        return response


async def _picked_or(handle: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    """Return what leads to the address of what was picked by its name; the answer, where nothing was."""
    if request.method == "GET" and is_picking(request.query_params):
        address = await run_in_threadpool(_picked_address, View(request))
        if address is not None:
            return RedirectResponse(address, HTTPStatus.SEE_OTHER, headers=dict(PAGE_HEADERS))
    return await handle(request)


def _picked_address(view: View) -> str | None:
    """Return the address that names by id what this one names by its exact name; None where it names nothing so."""
    changed = picked_by_name(view.snapshot, view.request.query_params)
    return view.here(**changed) if changed else None


async def _with_room(answer: Awaitable[Response]) -> Response:
    """Return the answer.

    Raises:
        NoRoomError: in place of what the system says where no room is left, such as for an upload on its way.
    """
    try:
        return await answer
    except OSError as error:
        raise no_room(error) or error from error


async def shown_problem(
    request: Request, told: ProblemDetail, said: Message | RolepathError | None = None
) -> HTMLResponse:
    """Return the page of a problem; see `problem_page`. It is made in a thread, while other answers go on."""
    return await run_in_threadpool(problem_page, View(request), told, said)


def problem_page(view: View, told: ProblemDetail, said: Message | RolepathError | None = None) -> HTMLResponse:
    """Return the page that says why there is no answer, in the viewer's language where it is a message."""
    headline = {404: "site.missing", 503: "site.failed", 507: "site.unwritten"}.get(told.status, "site.wrong")
    near = (
        said.near_names if isinstance(said, NotFoundError) else dict.fromkeys((told.model_extra or {}).get("near", ()))
    )
    # A parameter is no column of a file: only what stands in one is told with its place.
    if isinstance(said, InputError) and said.problem.file is None:
        said = said.problem.message
    detail = told.detail if said is None else said.text(view.language)
    response = view.render("problem.html", told.status, headline=headline, detail=detail, near=near)
    if told.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response
