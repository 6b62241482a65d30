"""Prometheus metrics, added up over all workers of the service."""

import os
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from graph.messages import text

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where several workers count together; prometheus_client reads it when it is loaded."""
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Standing = Callable[[], dict[str, tuple[str, float]]]
"""Return figures that are as they are now, with their help, by name."""


class PrometheusMetrics:
    """Prometheus registry: what is counted of requests, and gauges of what stands."""

    def __init__(self, standing: Standing) -> None:
        """Begin to count."""
        self._standing = standing
        self._registry = CollectorRegistry()
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._requests = Counter(
            "rolepath_http_requests", text("figure.requests"), ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "rolepath_http_request_seconds",
            text("figure.seconds"),
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._cached = Counter("rolepath_http_answers_from_cache", text("figure.cached"), registry=self._registry)

    def count(self, method: str, route: str, status: int, seconds: float, *, is_cached: bool) -> None:
        """Count a request."""
        series = self._series.get((method, route, status))
        if series is None:  # there are as many as routes, times a few: they are looked up by their labels once
            series = self._requests.labels(method, route, str(status)), self._seconds.labels(route)
            self._series[method, route, status] = series
        series[0].inc()
        series[1].observe(seconds)
        if is_cached:
            self._cached.inc()

    def text(self) -> bytes:
        """Return all figures, those of other workers added. Source: Prometheus text exposition format 0.0.4."""
        shown = self._registry
        if os.environ.get(FOLDER):
            shown = CollectorRegistry()
            MultiProcessCollector(shown)  # type: ignore[no-untyped-call]
        now = CollectorRegistry()
        now.register(_GaugeCollector(self._standing))
        return generate_latest(shown) + generate_latest(now)


class _GaugeCollector(Collector):
    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterable[Metric]:
        for name, (what, value) in self._standing().items():
            yield GaugeMetricFamily(name, what, value)
