"""Scheduling: in which order the processes of a run take the tests, so that servers are few and none ends late.

Each of them begins with an equal part of the list, and takes over from the end of another's when its own is done. So
that what wants a Neo4j server goes to one of them, which alone starts one; the browser to another; then come the
modules that have slow tests, and last what is quick, of which any of them can take over a little.
"""

import os
from collections.abc import Hashable, Iterable
from itertools import groupby

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Order what was selected, where several processes share it and no order of chance is asked for."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1 and not config.pluginmanager.hasplugin("randomly"):
        items[:] = dealt(items, workers)


def dealt(items: Iterable[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests in as many equal parts as there are processes, one after the other."""
    wants: dict[str, list[pytest.Item]] = {"neo4j": [], "browser": [], "": []}
    for item in items:
        wants[next((mark for mark in ("neo4j", "browser") if item.get_closest_marker(mark)), "")].append(item)
    parts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    parts[0] += wants["neo4j"]
    parts[1] += wants["browser"]
    quick: list[pytest.Item] = []
    slow = 0
    for _, grouped in groupby(wants[""], module_of):
        module = list(grouped)
        if any(item.get_closest_marker("slow") for item in module):
            parts[slow % workers] += module
            slow += 1
        else:
            quick += module
    return filled(parts, quick)


def filled(parts: list[list[pytest.Item]], quick: list[pytest.Item]) -> list[pytest.Item]:
    """Return the parts one after the other, each filled up with quick tests to as many as any other has."""
    total = sum(map(len, parts)) + len(quick)
    ordered: list[pytest.Item] = []
    for number, part in enumerate(parts, 1):
        room = max(0, total * number // len(parts) - len(ordered) - len(part))
        ordered += [*part, *quick[:room]]
        quick = quick[room:]
    return [*ordered, *quick]


def module_of(item: pytest.Item) -> Hashable:
    """Return where a test stands: its module has fixtures that are made once where its tests stay together."""
    return item.path
