"""Soak tests: how many rounds of a proof are run, few in CI and many in `make soak`, and the figures that it leaves."""

import json
import os
from typing import Any

from tests.support.paths import ROOT

IS_SOAK = bool(os.environ.get("TESTS_SOAK"))
"""Whether the long versions are run."""
FIGURES = ROOT / ".cache" / "soak.jsonl"


def rounds(few: int, many: int) -> int:
    """Return how many rounds this run takes: `few`, or in `make soak` `many`."""
    return many if IS_SOAK else few


def record(proof: str, **figures: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """Keep the figures of a proof for docs/reliability.md: a line of JSON in a file, in `make soak` alone."""
    if IS_SOAK:
        FIGURES.parent.mkdir(exist_ok=True)
        with FIGURES.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"proof": proof, **figures}, ensure_ascii=False) + "\n")
