"""Application factory: the pages, the REST endpoints, their problems and their documentation, over one store."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from starlette.middleware import Middleware

from api.auth.middleware import AuthenticationMiddleware
from api.http.cache import AnswerCache
from api.http.cors import CorsMiddleware, shared_with
from api.http.headers import REVISION_HEADER, STALE_HEADER
from api.http.http_methods import MethodsMiddleware
from api.http.idempotency import IdempotencyMiddleware
from api.http.language_negotiation import LanguageMiddleware
from api.http.origins import read_origins
from api.http.problems import handle_problems, internal_problem
from api.http.security import SECURITY_HEADERS, LocalHostCheck, RawHeaders, RequestSizeLimit, SecurityHeaders, completed
from api.http.shared_answers import SharedAnswers
from api.jobs.executor import Executor, run_in_process
from api.jobs.queue import JobQueue
from api.jobs.runner import JobRunner
from api.observability.middleware import ObservabilityMiddleware
from api.observability.tracing import TracingMiddleware
from api.rest.openapi.document import DocumentedApp, operation_id, tags
from api.rest.openapi.pages import serve_docs
from api.rest.routes import (
    align,
    allocation,
    audit,
    benchmark,
    brief,
    change_feed,
    competencies,
    coverage,
    diff,
    feedback,
    follow_ups,
    gaps,
    health,
    integration,
    leadership,
    match,
    metrics,
    node,
    plan,
    proposals,
    review,
    roles,
    rotation,
    search,
    signals,
    sources,
    trace,
    training,
    what_if,
)
from api.rest.routes import edits as editing
from api.rest.routes import exports as exporting
from api.rest.routes import imports as importing
from api.service.service import Service
from api.settings.settings import Settings
from api.state.reply_records import ReplyRecords
from api.state.webhook_positions import WebhookPositions
from api.web.pages.sign_in import tell_person
from api.web.routes import FORM_BYTES, UPLOAD_PATHS, serve_pages
from graph.messages import text

if TYPE_CHECKING:
    from api.jobs.webhooks import WebhookSender

MOST_REQUEST_BYTES = 1_000_000
"""The largest body of a question, such as a what-if; uploads have limits of their own."""

ROUTERS = (
    competencies,
    trace,
    roles,
    plan,
    training,
    match,
    rotation,
    coverage,
    gaps,
    integration,
    allocation,
    feedback,
    leadership,
    brief,
    signals,
    what_if,
    benchmark,
    diff,
    metrics,
    align,
    proposals,
    node,
    search,
    sources,
    change_feed,
    exporting,
    importing,
    editing,
    follow_ups,
    review,
    audit,
    health,
)
"""The questions, in the order of the documentation."""


def create_app(
    settings: Settings,
    executor: Executor = run_in_process,
    *,
    is_in_process: bool = False,
    prepares: bool = False,
) -> DocumentedApp:
    """Return the service over the store that the settings name; nothing is opened before it starts.

    `prepares` lets it build the routes and the OpenAPI document beside the first answers: nobody waits for them later.
    `executor` begins each import that is sent. `is_in_process` says that nobody but this process asks.

    Raises:
        InputError: the settings name no kind of store, ask for traces without what they need, webhooks without a
            secret, or those of the OpenID provider do not go together.
    """
    service = Service(settings, is_in_process=is_in_process)
    jobs = JobQueue(service.state, service.store.url)
    service.gauges["rolepath_imports_open"] = (text("figure.imports"), lambda: len(jobs.open()))
    webhooks = _webhooks(settings, service)
    origins = read_origins(settings.service.cors_origins)
    tracer = service.telemetry.tracer

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            runner = JobRunner(
                settings, service.store, service.state, executor, service.supervisor, after=service.look_soon
            )
            runner.start()
            if webhooks is not None:
                webhooks.start()
            ahead = asyncio.create_task(asyncio.to_thread(_prepare, app)) if prepares else None
            try:
                yield
            finally:
                if ahead is not None:
                    ahead.cancel()
                service.is_ending = True
                await asyncio.to_thread(runner.stop)
                if webhooks is not None:
                    await asyncio.to_thread(webhooks.stop)

    def standing_headers(status: int = 500) -> RawHeaders:
        # With 304 a client keeps the headers of the answer that it has (RFC 9110, section 15.4.5).
        lasting = () if status == HTTPStatus.NOT_MODIFIED else SECURITY_HEADERS
        revision = service.revision()
        if revision is None:
            return lasting
        stale_s = service.stale_s()
        stale = () if stale_s is None else ((STALE_HEADER.lower().encode(), str(stale_s).encode()),)
        return (*lasting, (REVISION_HEADER.lower().encode(), str(revision).encode()), *stale)

    def most_bytes(path: str) -> int:
        is_upload = path.startswith("/v1/ingest/") or path in {*UPLOAD_PATHS, "/v1/proposals"}
        return settings.service.upload_bytes if is_upload else FORM_BYTES.get(path, MOST_REQUEST_BYTES)

    app: DocumentedApp = DocumentedApp(
        title="Rolepath",
        version=_version(),
        summary=text("openapi.summary"),
        description=text("openapi.about"),
        openapi_tags=tags(),
        lifespan=lifespan,
        middleware=[
            Middleware(ObservabilityMiddleware, metrics=service.metrics),
            *([Middleware(TracingMiddleware, tracer=tracer)] if tracer else []),
            Middleware(SecurityHeaders, headers=standing_headers),
            Middleware(LanguageMiddleware),
            *([Middleware(CorsMiddleware, origins=origins)] if origins else []),
            Middleware(LocalHostCheck, is_on=service.guard.is_local_mode, origins=origins),
            Middleware(MethodsMiddleware, paths=lambda: app.openapi()["paths"]),
            Middleware(AuthenticationMiddleware, guard=service.guard, tell_person=tell_person),
            Middleware(
                AnswerCache,
                revision=service.served,
                pinned=service.pinned_revision,
                version=_version(),
                most_bytes=settings.service.answer_cache_bytes,
                shared=_shared_answers(settings),
            ),
            Middleware(RequestSizeLimit, limit_bytes=most_bytes),
            Middleware(IdempotencyMiddleware, replies=ReplyRecords(service.state)),
        ],
        generate_unique_id_function=operation_id,
        # Spans are ours (observability/tracing.py): those of FastAPI would not tell what came from the cache.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        docs_url=None,
        redoc_url=None,
        # A redirect would be built from what the client says the host is.
        redirect_slashes=False,
    )
    app.state.service = service
    app.token_issuer = settings.service.oidc_issuer
    handle_problems(app)

    @app.exception_handler(Exception)
    async def answer_defect(request: Request, error: Exception) -> Response:
        response = internal_problem(error)
        # It is answered outside all middleware, so it gets the standing headers here.
        response.raw_headers = completed(response.raw_headers, [*standing_headers(), *shared_with(request, origins)])
        return response

    for module in ROUTERS:
        app.include_router(module.router)
    serve_docs(app)
    serve_pages(app)
    return app


def _webhooks(settings: Settings, service: Service) -> "WebhookSender | None":
    if not settings.service.webhook_addresses:
        return None
    from api.jobs.webhooks import WebhookSender, WebhookTargets, secret_in  # noqa: PLC0415 - loads ssl, and few services send any

    positions = WebhookPositions(service.state, service.store.url)
    targets = WebhookTargets(settings.service.webhook_addresses, secret_in(settings.service.webhook_secret_file))
    sender = WebhookSender(targets, service.store, positions, service.revision, service.supervisor)
    service.gauges["rolepath_webhooks_failing"] = (text("figure.webhooks"), sender.failing)
    return sender


def _prepare(app: DocumentedApp) -> None:
    app.prepare()
    gc.freeze()  # it stays: nobody has to look through it for what can go, while requests wait


def _shared_answers(settings: Settings) -> SharedAnswers | None:
    folder = settings.answers_path
    return SharedAnswers(folder, settings.service.answer_cache_bytes) if folder else None


def _version() -> str:
    try:
        return version("rolepath")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0"
