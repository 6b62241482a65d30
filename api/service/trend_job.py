"""Trend of one programme, worked out: its share of demand at the revisions at which its own sources changed."""

import logging
import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing

from api.observability.logs import set_up_logging
from api.observability.parent import end_with_parent
from api.service.compiler import LARGE, NICENESS, only_one
from api.service.trend_files import Trend, TrendPoint, read_trend, write_trend
from api.settings.settings import Settings, store_of
from graph.errors import NotFoundError
from graph.garbage_collection import held_collection
from graph.model import IngestRun, NodeId
from graph.snapshot.files import load_snapshot
from graph.snapshot.past import snapshot_at
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.semantics.connected_share import connected_share
from queries.semantics.own_nodes import programme_nodes
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope

POINTS = 12
"""How many revisions a trend tells of: the latest."""
_STEP_S = 0.1

_log = logging.getLogger(__name__)


def trend_beside(
    store: Store, settings: Settings, snapshot: Snapshot, discipline: str, ends: Callable[[], bool]
) -> bool:
    """Work out the trend of a programme as of the snapshot's revision, and say whether it is kept now.

    At most one process on the machine does that at a time: where another does, False is returned at once. A large graph
    is gone through by a process of its own; `ends` tells when to give up.

    Raises:
        OSError, sqlite3.Error: nothing can be kept there.
    """
    settings.cache_path.mkdir(parents=True, exist_ok=True)
    try:
        lock = only_one(settings.cache_path, "trends", patience_s=0)
    except sqlite3.OperationalError:
        return False
    with closing(lock):
        with store.reading() as reading:
            is_large = reading.has_links(LARGE)
        if not is_large:
            work_out(store, settings, snapshot, discipline, ends)
            return not ends()
        process = multiprocessing.get_context("spawn").Process(target=_work, args=(settings, discipline), daemon=True)
        process.start()
        while process.is_alive() and not ends():
            process.join(_STEP_S)
        if process.is_alive():
            process.kill()
        process.join()
        if process.exitcode and not ends():
            _log.warning("the trend of %s was not worked out apart: exit status %d", discipline, process.exitcode)
        return not ends()


def _work(settings: Settings, discipline: str) -> None:
    """Work out one trend: the whole life of a process."""
    end_with_parent()
    set_up_logging(settings.service)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    store = store_of(settings)
    try:
        with held_collection():
            work_out(store, settings, load_snapshot(store, settings.cache_path), discipline, lambda: False)
    finally:
        store.close()


def work_out(store: Store, settings: Settings, snapshot: Snapshot, discipline: str, ends: Callable[[], bool]) -> None:
    """Work out the trend of a programme as of the snapshot's revision, and keep it.

    Raises:
        RolepathError: the past cannot be read.
        OSError: nothing can be kept there.
    """
    runs = own_runs(store, snapshot, discipline)
    known = read_trend(settings.cache_path, snapshot.store_id, discipline)
    shares = dict(known.shares) if known else {}
    hashes = store.content_hashes()
    points: list[TrendPoint] = []
    for run in runs:
        if ends():
            return
        # a store of an earlier format keeps no hashes: there the revision stands for the content
        key = hashes.get(run.revision) or f"{snapshot.revision.token} {run.revision}"
        if key not in shares:
            shares[key] = _share_at(store, snapshot, run.revision, discipline)
        points.append(TrendPoint(revision=run.revision, at=run.applied_at, share=shares[key]))
    write_trend(
        settings.cache_path,
        Trend(
            discipline=discipline,
            store_id=snapshot.store_id,
            revision=snapshot.revision.number,
            token=snapshot.revision.token,
            points=points[::-1],
            shares=shares,
        ),
    )


def own_runs(store: Store, snapshot: Snapshot, discipline: str) -> list[IngestRun]:
    """Return the latest runs that changed a source of the programme, one a revision, the latest first."""
    sources = own_sources(store, snapshot, discipline)
    found: dict[int, IngestRun] = {}
    for run in store.runs():
        if run.source in sources and run.revision <= snapshot.revision.number and len(found) < POINTS:
            found.setdefault(run.revision, run)
    return list(found.values())


def own_sources(store: Store, snapshot: Snapshot, discipline: str) -> Collection[str]:
    """Return the sources that state a node of the programme, or belong to an institution that runs it."""
    node = snapshot.require(discipline, "Discipline")
    nodes = programme_nodes(snapshot, node).tolist()
    ids = {NodeId(snapshot.ids[member]) for one in nodes for member in snapshot.members(one)}
    running = {snapshot.ids[i] for one in nodes for i in snapshot.into("RUNS").row(one)}
    with store.reading() as reading:
        stating = {name for _, names in reading.asserted(ids).values() for name in names}
        return stating | {one.name for one in reading.sources() if one.institution_id in running}


def _share_at(store: Store, snapshot: Snapshot, revision: int, discipline: str) -> float | None:
    past = snapshot if revision == snapshot.revision.number else snapshot_at(store, revision, snapshot)[0]
    try:
        resolved = resolve(past, Scope(discipline=discipline), focused=True)
    except NotFoundError:
        return None
    return None if resolved.note.targets_unrecorded else connected_share(past, resolved).of_demand
