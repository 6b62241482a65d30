"""Factory of stores: from a URL to the store."""

from pathlib import Path

from graph.errors import InputError
from graph.messages import message
from graph.stores.base import Store
from graph.stores.sqlite.store import SqliteStore

SQLITE = "sqlite:///"
NEO4J_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


def open_store(url: str, password: str | None = None) -> Store:
    """Return the store that the URL names, without making it.

    `sqlite:///relative.db` is relative to the working folder, `sqlite:////absolute.db` is not. The password is for a
    server, where the URL holds none.

    Raises:
        InputError: the URL names no kind of store that is known.
    """
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return SqliteStore(Path(url[len(SQLITE) :]).absolute())
    scheme = url.partition(":")[0] if ":" in url else url
    if scheme in NEO4J_SCHEMES and "://" in url:
        from graph.stores.neo4j.store import Neo4jStore  # noqa: PLC0415 - the driver is loaded only where it is needed

        return Neo4jStore(url, password)
    raise InputError(message("store.no_kind", scheme=scheme))
