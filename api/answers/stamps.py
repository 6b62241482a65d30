"""Stamps of answers and files: the revision, its content hash and date, and the version of Rolepath."""

from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from graph.snapshot.restriction import content_at
from graph.snapshot.snapshot import Snapshot
from graph.stamp import GraphStamp
from graph.stores import Store
from graph.stores.base import StoreReader


def rolepath_version() -> str:
    """Return the version that is installed; "0" of a checkout that is not."""
    try:
        return version("rolepath")
    except PackageNotFoundError:
        return "0"


def stamp_of(store: Store, reading: StoreReader) -> GraphStamp:
    """Return the stamp of what a reading of the store finds."""
    number = reading.revision.number
    return GraphStamp(rolepath_version(), number, content_at(store, reading) or "", _date_of(store, number))


def stamp_at(store: Store, snapshot: Snapshot) -> GraphStamp:
    """Return the stamp of a snapshot of the store."""
    number = snapshot.revision.number
    return GraphStamp(rolepath_version(), number, snapshot.content or "", _date_of(store, number))


def _date_of(store: Store, number: int) -> str:
    return moment(next((run.applied_at for run in store.runs() if run.revision == number), None))


def moment(made: datetime | None) -> str:
    """Return a moment as stamps have it: in UTC, to the second; empty for None."""
    return "" if made is None else made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
