"""What the pages cost beside six frameworks, or China's programmes, over what they cost with the college alone.

Run by `python -m benchmarks.web`; alone by `python -m benchmarks.pages_at_size STORE`, of a store file that holds the
college and frameworks, which is copied first.
"""

import asyncio
import gc
import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, MutableMapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import FastAPI

from api.app import create_app
from api.cli.main import main as rolepath
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from api.web.list_address import SLUGS
from api.web.navigation import GROUPS
from benchmarks.measure import report

DATA = Path(__file__).parents[2] / "shared" / "data"
ROUNDS = 5
MOST_TIMES, MOST_TIMES_OF_TABLES, MOST_KB = 8.0, 10.0, 300.0
NODES = (
    *("poly:k.plc-programming", "poly:r.robot-technician", "poly:d.robotics", "poly:c.battery", "poly:e.qihang"),
    *("poly:t.plc-sorting-line", "school:poly"),
)
TABLES = ("/coverage", "/integration", "/gaps.csv")
"""What may take ten times as long; of a spreadsheet, until its first byte."""
EVERYTHING = "/coverage?empty=shown&focus=all"
PROGRAMMES = (
    ("/nodes/poly:d.robotics", "/nodes/moe:510102"),
    ("/nodes/poly:d.robotics", "/nodes/poly:d.robotics"),
    ("/gaps?discipline=poly:d.robotics", "/gaps?discipline=moe:510102"),
    ("/benchmark?discipline=poly:d.robotics&against=poly:d.iot", "/benchmark?discipline=poly:d.iot&against=moe:510102"),
    (f"/search?q={quote('机器人')}", f"/search?q={quote('物联网')}"),
)
"""What is asked of the college alone, and what of it beside the descriptions of programmes."""


class Cost(NamedTuple):
    """Seconds of the processor until the first byte, and until the last, and how many bytes there are."""

    first_s: float
    whole_s: float
    size: int


def pages() -> list[str]:
    """Return the addresses of every page of the menu, of the lists, of a node of each sort, and of a few more."""
    menu = [f"/{entry.path}" for group in GROUPS for entry in group.entries]
    nodes = [f"/nodes/{node}" for node in NODES]
    lists = [f"/lists/{slug}" for slug in SLUGS]
    return [
        *menu,
        "/search?q=plc",
        "/scope",
        *nodes,
        "/enterprises/poly:e.qihang/brief",
        *lists,
        "/benchmark?discipline=poly:d.robotics&against=poly:d.iot",
        "/gaps.csv",
        EVERYTHING,
    ]


def measure_pages(small: Settings, big: Settings) -> Iterator[bool]:
    """Report the ratio and the size of each page, asked in turns, after it was asked once."""
    costs = asyncio.run(_costs(small, big))
    for page, (alone, beside) in costs.items():
        first = page.endswith(".csv")
        ratio = beside.first_s / alone.first_s if first else beside.whole_s / alone.whole_s
        most = MOST_TIMES_OF_TABLES if page.partition("?")[0] in TABLES else MOST_TIMES
        told = f"{1000 * alone.whole_s:.0f} ms alone"
        yield report(f"page {page} beside six frameworks / alone ({told})", ratio, most)
        if not first:
            yield report(f"page {page} beside six frameworks, kB", beside.size / 1000, MOST_KB)


def measure_programmes(small: Settings, big: Settings) -> Iterator[bool]:
    """Report the ratio of each question of a programme beside all that are described, in turns, after it was asked."""
    for (alone, beside), (less, more) in zip(PROGRAMMES, asyncio.run(_paired(small, big)), strict=True):
        yield report(
            f"page {beside} beside programmes and ESCO / {alone} alone", more.whole_s / less.whole_s, MOST_TIMES
        )


async def _paired(small: Settings, big: Settings) -> list[tuple[Cost, Cost]]:
    async with _services(small, big) as apps:
        return [await _cost_of(apps, pair) for pair in PROGRAMMES]


@asynccontextmanager
async def _services(small: Settings, big: Settings) -> AsyncIterator[Sequence[FastAPI]]:
    async with AsyncExitStack() as stack:
        apps = [create_app(settings) for settings in (small, big)]
        for app in apps:
            await stack.enter_async_context(app.router.lifespan_context(app))
        for app in apps:
            await _asked(app, "/")
        yield apps


async def _costs(small: Settings, big: Settings) -> dict[str, tuple[Cost, Cost]]:
    async with _services(small, big) as apps:
        return {page: await _cost_of(apps, (page, page)) for page in pages()}


async def _settled() -> None:
    """Wait until nothing is worked out in the background any more, which would be counted as well."""
    begun = float("-inf")
    while time.process_time() - begun > 0.05:
        begun = time.process_time()
        await asyncio.sleep(1)


async def _cost_of(apps: Sequence[FastAPI], addresses: tuple[str, str]) -> tuple[Cost, Cost]:
    found: list[list[Cost]] = [[], []]
    await _settled()
    for _ in range(ROUNDS + 1):
        for app, address, costs in zip(apps, addresses, found, strict=True):
            gc.collect()
            costs.append(await _asked(app, address))
    least = [
        Cost(min(c.first_s for c in costs[1:]), min(c.whole_s for c in costs[1:]), costs[-1].size) for costs in found
    ]
    return least[0], least[1]


async def _asked(app: FastAPI, address: str) -> Cost:
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    first, size, status, is_sent, stays = 0.0, 0, 0, False, asyncio.Event()
    begun = time.process_time()

    async def receive() -> dict[str, object]:
        nonlocal is_sent
        if is_sent:  # the client goes on listening: nothing more comes of it
            await stays.wait()
        is_sent = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal first, size, status
        status = message.get("status", status)
        if message["type"] == "http.response.body" and message.get("body"):
            first = first or time.process_time() - begun
            size += len(message["body"])

    await app(scope, receive, send)
    if status != 200:
        raise AssertionError(f"{address} is answered {status}")
    return Cost(first, time.process_time() - begun, size)


def settings_of(folder: Path) -> Settings:
    """Return settings that keep everything in the folder, and no prepared answers."""
    service = ServiceSettings(answer_cache_bytes=0, rate_address=0)
    return Settings(f"sqlite:///{folder}/graph.db", True, folder / "state.db", folder / "cache", service=service)


def college_and_frameworks(folder: Path) -> tuple[Settings, Settings]:
    """Return a service of the bundled college, and one of the same beside six frameworks."""
    small, big = folder / "small", folder / "big"
    for one in (small, big):
        one.mkdir(parents=True)
        with redirect_stdout(io.StringIO()):
            rolepath(["ingest", "example", "--store", settings_of(one).store_url])
    subprocess.run(  # noqa: S603 - our own interpreter and file
        [sys.executable, "-m", "benchmarks.frameworks", str(DATA), settings_of(big).store_url],
        check=True,
        capture_output=True,
    )
    return settings_of(small), settings_of(big)


def beside_programmes(folder: Path) -> Settings:
    """Return a service of the college beside ESCO and China's programmes, occupations, and the table of both."""
    folder.mkdir(parents=True)
    china = DATA / "moe-vocational"
    for words in (
        ("example",),
        ("esco", str(DATA / "esco-1.1.1" / "csv"), "--skip-invalid"),
        ("moe-programmes", str(china / "programmes"), "--catalogue", str(china / "职业教育专业目录.xlsx")),
        ("moe-occupations", str(china / "occupations")),
        ("moe-crosswalk", str(china)),
    ):
        with redirect_stdout(io.StringIO()):
            rolepath(["ingest", *words, "--store", settings_of(folder).store_url])
    return settings_of(folder)


def main() -> int:
    """Measure; return 0 when every target is met, else 1."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for one in ("small", "big"):
            (folder / one).mkdir()
        with redirect_stdout(io.StringIO()):
            rolepath(["ingest", "example", "--store", settings_of(folder / "small").store_url])
        shutil.copy(sys.argv[1], folder / "big" / "graph.db")
        with redirect_stdout(io.StringIO()):
            rolepath(["ingest", "example", "--store", settings_of(folder / "big").store_url])
        results = list(measure_pages(settings_of(folder / "small"), settings_of(folder / "big")))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
