"""Traces: what a span says, whose trace it belongs to, and that nothing of it is there unless it is asked for."""

import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from api.observability.tracing import Telemetry
from api.settings.settings import Settings
from graph.errors import InputError
from tests.support.commanding import Commands
from tests.support.conditions import eventually
from tests.support.factory import SMALL
from tests.support.processes import served
from tests.support.serving import Asker, serving, settings_in
from tests.support.uploads import uploads

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


def asking_for_traces(settings: Settings) -> Settings:
    return replace(settings, service=settings.service.model_copy(update={"telemetry": True}))


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    found = InMemorySpanExporter()
    monkeypatch.setattr("api.observability.tracing._processor", lambda: SimpleSpanProcessor(found))
    return found


@pytest.fixture
def asker(folder: Path, exporter: InMemorySpanExporter) -> Iterator[Asker]:
    assert exporter is not None
    with serving(asking_for_traces(settings_in(folder))) as found:
        yield found


def spans(exporter: InMemorySpanExporter, kind: SpanKind = SpanKind.SERVER) -> list[ReadableSpan]:
    return [span for span in exporter.get_finished_spans() if span.kind is kind]


def test_span_says_what_was_answered(asker: Asker, exporter: InMemorySpanExporter) -> None:
    """The route and not the path, the status, the revision, whether it was kept, and the id that the log has too."""
    first, second = asker.get("/v1/nodes/c1"), asker.get("/v1/nodes/c1")
    made, kept = spans(exporter)
    assert made.name == "GET /v1/nodes/{id}"
    assert dict(made.attributes or {}) == {
        "http.request.method": "GET",
        "url.scheme": "http",
        "http.route": "/v1/nodes/{id}",
        "http.response.status_code": 200,
        "rolepath.revision": 1,
        "rolepath.cached": False,
        "rolepath.request_id": first.headers["X-Request-Id"],
    }
    assert kept.name == made.name
    assert (kept.attributes or {})["rolepath.cached"] is True
    assert (kept.attributes or {})["rolepath.request_id"] == second.headers["X-Request-Id"]


def test_what_was_asked_for_is_in_no_span(asker: Asker, exporter: InMemorySpanExporter) -> None:
    """Nor is it in the log."""
    asker.get("/v1/search", params={"q": "private matter"}, headers={"Authorization": "Bearer secret"})
    (span,) = spans(exporter)
    assert "private" not in span.to_json()
    assert "secret" not in span.to_json()


def test_span_belongs_to_the_trace_of_the_client(asker: Asker, exporter: InMemorySpanExporter) -> None:
    """Source: W3C Trace Context, section 3.2; what is not of its form begins a new trace."""
    asker.get("/v1/gaps", headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
    asker.get("/v1/gaps", headers={"traceparent": "00-none"})
    own, new = spans(exporter)
    assert own.parent is not None
    assert (f"{own.context.trace_id:032x}", f"{own.parent.span_id:016x}") == (TRACE, PARENT)
    assert new.parent is None


def test_problem_of_the_service_is_an_error_and_one_of_the_client_is_none(
    asker: Asker, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Source: semantic conventions: 4xx leaves the status of a server's span unset."""

    def fail(*_: object, **__: object) -> object:
        raise ValueError("a defect")

    monkeypatch.setattr("api.rest.routes.gaps.find_gaps", fail)
    asker.get("/v1/nodes/none")
    asker.get("/v1/gaps")
    unknown, defect = spans(exporter)
    assert unknown.status.status_code is StatusCode.UNSET
    assert defect.status.status_code is StatusCode.ERROR
    assert "a defect" not in defect.to_json()


def test_loading_a_graph_has_a_span(asker: Asker, exporter: InMemorySpanExporter) -> None:
    """It says which revision, and how large it is."""
    assert asker.get("/healthz").is_success
    (span,) = spans(exporter, SpanKind.INTERNAL)
    assert span.name == "load graph"
    assert (span.attributes or {})["rolepath.revision"] == 1
    assert (span.attributes or {})["rolepath.nodes"] == len(SMALL.nodes)


def test_without_the_setting_nothing_is_wrapped(folder: Path) -> None:
    """No request passes anything of it, and no span is made."""
    settings = settings_in(folder)
    with serving(settings) as asker:
        assert "TracingMiddleware" not in [getattr(layer.cls, "__name__", "") for layer in asker.app.user_middleware]
        assert "traceparent" not in asker.get("/healthz").headers
    with Telemetry(settings.service).span("anything") as span:
        assert span is None


def test_missing_extra_is_told_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says what to install; no port is taken."""
    monkeypatch.setattr("api.observability.tracing.is_installed", lambda: False)
    with pytest.raises(InputError, match=r"rolepath\[otel\]"):
        Telemetry(asking_for_traces(settings_in(tmp_path)).service)
    command = Commands(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("ROLEPATH_TELEMETRY", "1")
    said = command("serve", "--port", "0")
    assert said.status == 1
    assert "rolepath[otel]" in said.err


@pytest.mark.slow
def test_traces_reach_a_collector(folder: Path) -> None:
    """A service that runs sends requests, imports and loaded graphs to where the standard variable says."""
    got: list[bytes] = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.path.encode() + self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        to = f"http://127.0.0.1:{collector.server_port}"
        variables = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": to,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_SERVICE_NAME": "college",
        }
        with served(folder, ROLEPATH_TELEMETRY="1", **variables) as (_, url):
            assert httpx.get(f"{url}/v1/gaps").is_success
            assert httpx.post(f"{url}/v1/ingest/native", files=uploads()).status_code == 202
            told = (b"GET /v1/gaps", b"POST /v1/ingest/native", b"import", b"load graph", b"college")
            eventually(lambda: all(any(word in one for one in got) for word in told))
        assert all(one.startswith(b"/v1/traces") for one in got)
        collector.shutdown()
