"""OpenTelemetry tracing, where it is asked for: a span for each request, import and loaded graph.

Source: OpenTelemetry semantic conventions 1.44, HTTP spans; W3C Trace Context.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from http import HTTPStatus
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers

from api.http.headers import REVISION_HEADER
from api.observability.logs import request_id
from graph.errors import InputError
from graph.messages import message

if TYPE_CHECKING:  # the SDK is an extra
    from collections.abc import Iterator

    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.settings.service import ServiceSettings

# ruff: noqa: PLC0415 - the SDK is loaded only where traces are asked for

_NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
_KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def require_telemetry(settings: ServiceSettings) -> None:
    """Do nothing where no traces are asked for, or what they need is installed.

    Raises:
        InputError: it is not.
    """
    if settings.telemetry and not is_installed():
        raise InputError(message("setting.needs_otel"))


def is_installed() -> bool:
    """Say whether the extra `otel` is there."""
    try:
        return all(find_spec(name) is not None for name in _NEEDED)
    except ModuleNotFoundError:  # not even the package around it
        return False


class Telemetry:
    """OpenTelemetry exporter of one process; goes nowhere, and at no cost, unless the settings ask for it.

    What is exported, and where to, is said by the standard variables: `OTEL_EXPORTER_OTLP_ENDPOINT`,
    `OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME` and the others. What was asked for, and by which key, is in no span.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        """Begin to export, where the settings ask for it.

        Raises:
            InputError: the extra is not installed.
        """
        require_telemetry(settings)
        self._provider = _provider() if settings.telemetry else None
        self.tracer: Tracer | None = self._provider.get_tracer("rolepath") if self._provider else None

    @contextmanager
    def span(self, name: str, **attributes: str | int) -> Iterator[Span | None]:
        """Give a span for the time of the block; None where there are no traces. Attributes are of `rolepath`."""
        if self.tracer is None:
            yield None
            return
        span_attributes = {f"rolepath.{key}": value for key, value in attributes.items()}
        with self.tracer.start_as_current_span(name, attributes=span_attributes) as span:
            yield span

    def close(self) -> None:
        """Export what has not been yet."""
        if self._provider is not None:
            self._provider.shutdown()


class TracingMiddleware:
    """ASGI middleware that gives every request a span, within the trace that the client says it belongs to."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        """Wrap the application."""
        self._app, self._tracer = app, tracer
        self._context = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        carried = {name: headers[name] for name in ("traceparent", "tracestate") if name in headers}
        method = scope["method"] if scope["method"] in _KNOWN_METHODS else "_OTHER"
        first = {"http.request.method": method, "url.scheme": scope["scheme"], "rolepath.request_id": request_id.get()}
        with self._tracer.start_as_current_span(
            method,
            self._context.extract(carried),
            SpanKind.SERVER,
            first,
            record_exception=False,  # its message may tell what was asked for; the log has it
            set_status_on_exception=False,
        ) as span:

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _note_answer(span, scope, message)
                await send(message)

            try:
                await self._app(scope, receive, noted)
            except Exception as error:
                span.set_attribute("error.type", type(error).__qualname__)
                _note_status(span, HTTPStatus.INTERNAL_SERVER_ERROR)
                raise
            finally:
                _note_route(span, scope, method)


def _note_answer(span: Span, scope: Scope, start: Message) -> None:
    _note_status(span, start["status"])
    span.set_attribute("rolepath.cached", bool(scope.get("rolepath.cached")))
    revision = Headers(raw=start["headers"]).get(REVISION_HEADER)
    if revision is not None:
        span.set_attribute("rolepath.revision", int(revision))


def _note_status(span: Span, status: int) -> None:
    span.set_attribute("http.response.status_code", int(status))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        span.set_status(StatusCode.ERROR)


def _note_route(span: Span, scope: Scope, method: str) -> None:
    route = cast(str | None, getattr(scope.get("route"), "path", None))
    if route:
        span.update_name(f"{method} {route}")
        span.set_attribute("http.route", route)


def _provider() -> TracerProvider:
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider

    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {SERVICE_NAME: "rolepath"}
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    provider.add_span_processor(_processor())
    return provider


def _processor() -> SpanProcessor:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    return BatchSpanProcessor(OTLPSpanExporter())
