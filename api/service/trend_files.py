"""Trends on disk: what share of a programme's demand was connected at which content of the graph, one file each."""

import json
import logging
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from pydantic import Field, ValidationError

from graph.draft_files import draft_beside, move_draft
from graph.model import Frozen
from queries.semantics.answers import Share
from queries.semantics.derived_arrays import code_checksum

MOST_FILES = 500
"""Of how many programmes the trend is kept: beyond that, of those that were worked out last."""
MOST_SHARES = 200
"""Of how many contents of the graph the share of one programme is kept."""

_log = logging.getLogger(__name__)


class TrendPoint(Frozen):
    """A revision at which a source of the programme changed, and the share of its demand that was connected then.

    `share` is None where the programme was not there, targeted no role, or these required nothing.
    """

    revision: int
    at: datetime
    share: Share | None


class Trend(Frozen):
    """The trend of a programme as of a revision of a store, the earliest point first.

    `shares` holds what was ever worked out, by the content hash of the graph: what an undo brings back stands there.
    """

    discipline: str
    store_id: str
    revision: int
    token: str
    points: list[TrendPoint]
    shares: dict[str, Share | None] = Field(default_factory=dict)


def trend_file(cache: Path, store_id: str, discipline: str) -> Path:
    """Return where the trend of a programme is kept; another version of the queries keeps its own."""
    name = sha256(f"{store_id} {code_checksum()} {discipline}".encode()).hexdigest()[:32]
    return cache / "trends" / f"{name}.json"


def read_trend(cache: Path, store_id: str, discipline: str) -> Trend | None:
    """Return what is kept of a programme's trend; None where there is nothing that can be read."""
    try:
        found = Trend.model_validate_json(trend_file(cache, store_id, discipline).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        _log.info("the trend of %s is worked out anew: %s", discipline, error)
        return None
    return found if (found.store_id, found.discipline) == (store_id, discipline) else None


def write_trend(cache: Path, trend: Trend) -> None:
    """Keep a trend, and drop the oldest of too many.

    Raises:
        OSError: nothing can be kept there.
    """
    file = trend_file(cache, trend.store_id, trend.discipline)
    file.parent.mkdir(parents=True, exist_ok=True)
    shares = dict(list(trend.shares.items())[-MOST_SHARES:])
    with draft_beside(file) as draft:
        draft.write_text(json.dumps(trend.model_copy(update={"shares": shares}).model_dump(mode="json")), "utf-8")
        move_draft(draft, file)
    files = list(file.parent.glob("*.json"))
    if len(files) > MOST_FILES:
        files.sort(key=lambda one: one.stat().st_mtime_ns)
        for old in files[:-MOST_FILES]:
            with suppress(OSError):
                old.unlink()
