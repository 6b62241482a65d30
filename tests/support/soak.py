"""Soak tests: how many rounds of a proof are run, few in CI and many in `make soak`, and the figures that it leaves."""

import json
import os
import time
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from tests.support.paths import ROOT

IS_SOAK = bool(os.environ.get("TESTS_SOAK"))
"""Whether the long versions are run."""
_MINUTES = os.environ.get("TESTS_SOAK_MINUTES", "")
"""How long a proof may take that has a time; else each takes its own."""
T = TypeVar("T")
FIGURES = ROOT / ".cache" / "soak.jsonl"


def rounds(few: int, many: int) -> int:
    """Return how many rounds this run takes: `few`, or in `make soak` `many`."""
    return many if IS_SOAK else few


def in_time(items: Iterable[T], minutes: float, parts: int) -> Iterator[T]:
    """Yield what a part of a proof tries: in `make soak` until its share of the minutes is over."""
    share_s = float(_MINUTES or minutes) * 60 / parts
    end = time.monotonic() + share_s
    for item in items:
        yield item
        if IS_SOAK and time.monotonic() > end:
            return


def record(proof: str, **figures: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """Keep the figures of a proof for docs/reliability.md: a line of JSON in a file, in `make soak` alone."""
    if IS_SOAK:
        FIGURES.parent.mkdir(exist_ok=True)
        with FIGURES.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"proof": proof, **figures}, ensure_ascii=False) + "\n")
