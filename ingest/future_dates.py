"""Dates in the future: days of records that cannot have happened yet, which are slips of a pen or of a clock."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from graph.messages import Message, message
from graph.model import NodeId
from graph.properties import Date
from graph.schema import KINDS
from ingest.draft import Draft

_TOMORROW, _TWENTY_YEARS = timedelta(days=1), timedelta(days=7305)
# A policy may hold from next year on, and a cohort may start in autumn; the end of what holds for ever is far away.
_PLANS = {("Signal", "valid_from"): _TWENTY_YEARS, ("Cohort", "start_date"): _TWENTY_YEARS}
_UNLIMITED = {("Signal", "valid_to")}
_LIMITS: Mapping[str, dict[str, timedelta]] = {
    name: {
        one.name: _PLANS.get((name, one.name), _TOMORROW)
        for one in kind.properties
        if isinstance(one.type, Date) and (name, one.name) not in _UNLIMITED
    }
    for name, kind in KINDS.items()
}
"""How far after today the day of a property may be, by kind: somewhere tomorrow has begun."""


def latest_moment() -> str:
    """Return the last moment at which something can have happened, in ISO 8601: somewhere tomorrow has begun."""
    return (datetime.now(UTC) + _TOMORROW).isoformat()


def tell_future_dates(draft: Draft, today: date | None = None) -> list[Message]:
    """Return a note for each property with days further in the future than such days are."""
    today = today or datetime.now(UTC).date()
    found: dict[tuple[str, str], list[tuple[str, NodeId]]] = {}
    for node_id, (kind, stated) in draft.nodes.items():
        if limits := _LIMITS[kind]:
            values = json.loads(stated)
            for name, limit in limits.items():
                if isinstance(day := values.get(name), str) and day > (today + limit).isoformat():
                    found.setdefault((kind, name), []).append((day, node_id))
    return [_note(draft, name, days) for (_, name), days in sorted(found.items())]


def _note(draft: Draft, name: str, days: list[tuple[str, NodeId]]) -> Message:
    place = min((draft.places[node_id] for _, node_id in days), key=lambda one: (one.file, one.sheet or "", one.row))
    where = message("place.file_row", file=place.file, row=place.row)
    if place.sheet:
        where = message("place.sheet_row", file=place.file, sheet=place.sheet, row=place.row)
    last = max(day for day, _ in days)
    return message("ingest.future_dates", n=len(days), column=draft.heading(place, name), place=where, last=last)
