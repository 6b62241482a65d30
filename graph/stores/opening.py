"""From a store's URL to the store."""

from pathlib import Path

from graph.errors import InputError
from graph.stores.base import Store
from graph.stores.sqlite import SqliteStore

SQLITE = "sqlite:///"


def open_store(url: str) -> Store:
    """Return the store that the URL names, without making it.

    `sqlite:///relative.db` is relative to the working folder, `sqlite:////absolute.db` is not.

    Raises:
        InputError: the URL names no kind of store that is known.
    """
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return SqliteStore(Path(url[len(SQLITE) :]))
    scheme = url.partition(":")[0] if ":" in url else url
    raise InputError(f"{scheme!r} names no kind of store: write sqlite:///relative.db or sqlite:////absolute.db")
