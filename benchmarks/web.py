"""What the pages cost: `python -m benchmarks.web`. Exits 1 when a target is missed.

Each page is asked of the whole service, without a socket, beside the bare JSON of the same answers, in turns; nothing
that was prepared before answers for either. Then a heat-map of 60 x 60, visitors at once, and what a browser loads.
"""

import asyncio
import io
import json
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from fastapi import FastAPI
from playwright.sync_api import Browser, Response

from api.app import create_app
from api.cli.main import main as rolepath
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from benchmarks.generated import SIZES, generated_changes
from benchmarks.measure import report
from benchmarks.pages_at_size import (
    beside_programmes,
    college_and_frameworks,
    measure_pages,
    measure_programmes,
)
from benchmarks.servers import our_service
from graph.stores import open_store
from tests.support.browsing import chromium
from tests.support.listening import served

ROUNDS = 25
COMPETENCY, ROLE, ENTERPRISE = "poly:k.plc-programming", "poly:r.cnc-operator", "poly:e.qihang"
TASK = "poly:t.plc-sorting-line"
VISITORS = 30
VISITS = 20
"""How many pages each visitor opens."""
PAUSE_S = 1.0
"""How long a visitor looks at a page, on average, before the next: far less than people take."""
HEAT_MAP = 60
OF = {**{kind: size // 4 for kind, size in SIZES.items()}, "Discipline": HEAT_MAP, "Role": HEAT_MAP}
"""The graph of the heat-map: of a group of colleges, with 2,000 tasks that practise 3,000 competencies."""
DATA_BYTES = """[...document.querySelectorAll("main tbody, main option, main li, main dl, main svg")]
    .filter((part) => !part.parentElement.closest("tbody, li, dl, svg"))
    .reduce((sum, part) => sum + new Blob([part.outerHTML]).size, 0)"""
"""Returns how much of a page is data: rows, choices, items of lists, pictures."""


PAINTED = "performance.getEntriesByName('first-contentful-paint')"


class Question(NamedTuple):
    """What is asked of the interface; with a body, by POST."""

    url: str
    body: dict[str, object] | None = None


class Compared(NamedTuple):
    """A page, and the questions whose answers it shows."""

    name: str
    page: str
    questions: Sequence[Question]


def _compared(name: str, page: str, *questions: str | Question) -> Compared:
    return Compared(name, page, [Question(one) if isinstance(one, str) else one for one in questions])


PAGES = (
    _compared("overview", "/", "/v1/gaps?severity=1&limit=6", "/v1/runs?limit=5"),
    _compared("gaps", "/gaps", "/v1/gaps?severity=1&limit=25"),
    _compared(
        "trace",
        f"/nodes/{COMPETENCY}",
        f"/v1/competencies/{COMPETENCY}/trace?limit=10",
        f"/v1/competencies/{COMPETENCY}",
    ),
    _compared("role", f"/nodes/{ROLE}", f"/v1/roles/{ROLE}/coverage", f"/v1/roles/{ROLE}", f"/v1/nodes/{ROLE}/trace"),
    _compared("coverage", "/coverage", "/v1/coverage"),
    _compared(
        "coverage of a role", f"/coverage?role={ROLE}", f"/v1/coverage?role={ROLE}", f"/v1/roles/{ROLE}/coverage"
    ),
    _compared("plan", f"/plan?role={ROLE}&max_hours=100", Question(f"/v1/roles/{ROLE}/plan", {"max_hours": 100})),
    _compared(
        "what-if",
        f"/what-if?remove={TASK}",
        Question("/v1/what-if", {"remove": {"nodes": [TASK]}}),
        f"/v1/competencies/{COMPETENCY}/trace",
    ),
    _compared("integration", "/integration", "/v1/integration"),
    _compared("allocation", "/allocation", "/v1/allocation"),
    _compared("feedback", "/feedback", "/v1/feedback?limit=200"),
    _compared("brief", f"/enterprises/{ENTERPRISE}/brief", f"/v1/enterprises/{ENTERPRISE}/brief"),
    _compared("search", "/search?q=plc", "/v1/search?q=plc"),
)


def main() -> int:
    """Print one JSON line for each measurement; return 0 when every target is met, else 1."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(Path(folder) / "college")
        with redirect_stdout(io.StringIO()):
            rolepath(["ingest", "example", "--store", settings.store_url])
        results = asyncio.run(_compare(settings))
        small, big = college_and_frameworks(Path(folder) / "at-size")
        results += measure_pages(small, big)
        results += measure_programmes(small, beside_programmes(Path(folder) / "programmes"))
        results.append(asyncio.run(_heat_map(settings_for(Path(folder) / "heat-map"))))
        results.append(asyncio.run(_visitors(settings)))
        results += _loaded(settings)
    return 0 if all(results) else 1


def settings_for(folder: Path) -> Settings:
    """Return settings that keep everything in the folder, and no prepared answers."""
    folder.mkdir()
    service = ServiceSettings(answer_cache_bytes=0, rate_address=0)
    return Settings(f"sqlite:///{folder}/graph.db", True, folder / "state.db", folder / "cache", service=service)


async def _compare(settings: Settings) -> list[bool]:
    app = create_app(settings)
    results = []
    async with app.router.lifespan_context(app):
        for name, page, questions in PAGES:
            pages, answers = [], []
            for _ in range(ROUNDS):
                answers.append(sum([await asked_s(app, question) for question in questions]))
                pages.append(await asked_s(app, Question(page)))
            ratio = statistics.median(pages) / statistics.median(answers)
            results.append(report(f"page {name} / bare JSON of the same", ratio, 3))
    return results


async def asked_s(app: FastAPI, question: Question) -> float:
    """Return the seconds that the service takes to answer.

    Raises:
        AssertionError: it is not answered.
    """
    path, _, query = question.url.partition("?")
    body = b"" if question.body is None else json.dumps(question.body).encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST" if body else "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1"), *([(b"content-type", b"application/json")] if body else [])],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    status, is_sent, stays = 0, False, asyncio.Event()

    async def receive() -> dict[str, object]:
        nonlocal is_sent
        if is_sent:  # the client goes on listening: nothing more comes of it
            await stays.wait()
        is_sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    begun = time.perf_counter()
    await app(scope, receive, send)
    spent = time.perf_counter() - begun
    if status != 200:
        raise AssertionError(f"{question.url} is answered {status}")
    return spent


async def _heat_map(settings: Settings) -> bool:
    store = open_store(settings.store_url)
    store.apply(generated_changes(of=OF))
    store.close()
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        spent = [await asked_s(app, Question("/coverage")) for _ in range(ROUNDS)]
    return report(f"heat-map of {HEAT_MAP} x {HEAT_MAP}, ms", statistics.median(spent) * 1000, 150)


async def _visitors(settings: Settings) -> bool:
    """Compare many visitors at once with one alone; each looks at a page before the next one, as people do."""
    with our_service(settings.state_path.parent, ROLEPATH_RATE_ADDRESS="0") as running:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{running.port}", timeout=60) as client:
            await _visit(client, random.Random(0), pause_s=0.0)
            alone = await _visit(client, random.Random(1), pause_s=PAUSE_S / 20)
            together = await asyncio.gather(
                *(_visit(client, random.Random(seed), pause_s=PAUSE_S) for seed in range(VISITORS))
            )
    p95 = statistics.quantiles([spent for visits in together for spent in visits], n=20)[-1]
    ratio = p95 / statistics.quantiles(alone, n=20)[-1]
    return report(f"{VISITORS} visitors at once, one page in {PAUSE_S:g} s each: p95 / p95 of one", ratio, 5)


async def _visit(client: httpx.AsyncClient, chance: random.Random, *, pause_s: float) -> list[float]:
    spent = []
    for _ in range(VISITS):
        await asyncio.sleep(chance.expovariate(1 / pause_s) if pause_s else 0)
        begun = time.perf_counter()
        answer = await client.get(chance.choice(PAGES).page)
        answer.raise_for_status()
        spent.append(time.perf_counter() - begun)
    return spent


class Loaded(NamedTuple):
    """What a browser's first visit to a page takes: `frame_bytes` leaves out the rows, options and pictures of data."""

    requests: int
    all_bytes: int
    frame_bytes: int
    paint_ms: float


def _loaded(settings: Settings) -> Iterator[bool]:
    with served(settings) as address, chromium() as browser:
        for name, page, _ in PAGES:
            found = first_visit(browser, address + page)
            yield report(f"page {name}, first visit: requests", found.requests, 5)
            yield report(f"page {name}, first visit: kB without data", found.frame_bytes / 1000, 50)
            yield report(f"page {name}, first visit: kB with data", found.all_bytes / 1000, math.inf)
            yield report(f"page {name}, first visit: ms to first paint", found.paint_ms, math.inf)


def first_visit(browser: Browser, url: str) -> Loaded:
    """Return what it takes to show the page to somebody who was never here; bytes are those before compression."""
    context = browser.new_context()
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - a method of a list is refused
    page.goto(url, wait_until="load")
    sizes = [len(answer.body()) for answer in answers if answer.url.startswith("http")]
    data = page.evaluate(DATA_BYTES)
    page.wait_for_function(f"{PAINTED}.length")
    paint = page.evaluate(f"{PAINTED}[0].startTime")
    context.close()
    return Loaded(len(sizes), sum(sizes), sum(sizes) - data, paint)


if __name__ == "__main__":
    sys.exit(main())
