"""Stores of each kind for tests: a file, or the one database of a Neo4j server."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores import Store

MakeStore = Callable[..., Store]
"""Return a store by name (default "graph"), empty at first; the same name gives another handle on the same store."""
STORES = ("sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j))
"""Every kind of store."""


def sqlite_at(folder: Path) -> Callable[[str], str]:
    """Return how the embedded store's URLs are made, of files in the folder."""
    return lambda name: f"sqlite:///{folder / name}.db"


def empty_neo4j(url: str) -> None:
    """Remove everything from the database that tests share one after the other."""
    import neo4j  # the driver takes a moment to load, which most runs need not spend

    with neo4j.GraphDatabase.driver(url, notifications_min_severity="OFF") as driver, driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
