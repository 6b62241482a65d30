"""The service as a process of its own, as it is run."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.conditions import eventually
from tests.support.conforming import checked


@contextmanager
def served(folder: Path, *words: str, **told: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `rolepath serve` on a free port; give its process and its URL.

    `DESCRIPTORS="256, 1000"` says how many files and connections it may open: the soft limit and the hard one.
    """
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ROLEPATH_")},
        "ROLEPATH_STORE": f"sqlite:///{folder / 'graph.db'}",
        "ROLEPATH_STATE": str(folder / "state.db"),
        "ROLEPATH_CACHE": str(folder / "cache"),
        "ROLEPATH_MEANING": "0",  # the same answers with the extra `meaning` and without it
        **told,
    }
    limits = told.get("DESCRIPTORS")
    lowered = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({limits})); " if limits else ""
    started = f"{lowered}from api.cli.main import main; raise SystemExit(main())"
    command = [sys.executable, "-c", started, "serve", "--port", "0"]
    with subprocess.Popen(
        [*command, "--json", *words], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            url = json.loads(process.stdout.readline())["url"]
            eventually(lambda: is_ready(url))  # a busy machine starts it slowly
            yield process, url
        finally:
            if process.poll() is None:
                process.terminate()  # not killed, or its workers would stay
                process.wait(60)


def is_ready(url: str) -> bool:
    try:
        return checked(httpx.get(f"{url}/readyz", timeout=60)).is_success
    except httpx.TransportError:
        return False


def figures(text: str) -> Mapping[str, float]:
    """Return the figures by name and labels."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}
