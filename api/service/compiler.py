"""Background compilation of a large graph in a process of its own, once for all workers, so that answers go on."""

import logging
import multiprocessing
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from api.observability.logs import set_up_logging
from api.observability.parent import end_with_parent
from api.settings.settings import Settings, store_of
from graph.errors import RolepathError
from graph.garbage_collection import held_collection
from graph.snapshot.files import find_snapshot, load_compiled, patch_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store

LARGE = 10_000
"""From so many statements of links on a graph is compiled apart: less takes no longer than starting a process."""
NICENESS = 5
"""How far a compiling process stands back behind those that answer."""
PATIENCE_S = 600.0
"""How long one process waits for another that compiles the same."""

_log = logging.getLogger(__name__)


def load_beside(store: Store, settings: Settings, known: Snapshot | None = None) -> Snapshot:
    """Return the store's present revision: opened, else patched, from `known` where that is given, else compiled.

    Of several workers one does that, and the others open what it has saved. A large graph is compiled by a process of
    its own. What is saved is read and verified whole, before anybody is answered from it.

    Raises:
        StoreUnavailableError: the store cannot be read.
    """
    saved = find_snapshot(store, settings.cache_path, whole=True)
    if saved is not None:
        return saved
    patched = _patched(store, settings, known) if store.exists() else None  # what is not there makes no cache
    if patched is not None:
        return patched
    if _is_large(store):
        process = multiprocessing.get_context("spawn").Process(target=_compile, args=(settings,), daemon=True)
        process.start()
        process.join()
    return load_compiled(store, settings.cache_path, whole=True)


def _patched(store: Store, settings: Settings, known: Snapshot | None) -> Snapshot | None:
    """Return the present revision patched by this process, or saved by another just now; None where none could."""
    cache = settings.cache_path
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with closing(only_one(cache, "compiling")):
            return find_snapshot(store, cache, whole=True) or patch_snapshot(store, cache, known)
    except (OSError, sqlite3.Error):  # nobody can lock anything there, nor save
        return patch_snapshot(store, None, known)


def _is_large(store: Store) -> bool:
    with store.reading() as reading:
        return reading.has_links(LARGE)


def _compile(settings: Settings) -> None:
    """Compile the present revision and save it, unless another process just did: the whole life of a process."""
    end_with_parent()
    set_up_logging(settings.service)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    store = store_of(settings)
    try:
        settings.cache_path.mkdir(parents=True, exist_ok=True)
        with closing(only_one(settings.cache_path, "compiling")), held_collection():
            load_compiled(store, settings.cache_path)
    except (RolepathError, OSError, sqlite3.Error) as error:
        _log.warning("the graph was not compiled apart, and is by who asked for it: %s", error)
    finally:
        store.close()


def only_one(cache: Path, what: str, patience_s: float = PATIENCE_S) -> sqlite3.Connection:
    """Return what keeps others from doing the same until it is closed, or its process dies, on any system.

    Raises:
        OSError, sqlite3.Error: nothing can be locked there, or another does it for longer than anybody waits.
    """
    file = cache / f"{what}.lock"
    try:
        return _locked(file, patience_s)
    except sqlite3.OperationalError:  # another compiles longer than anybody waits, or the file cannot be written
        raise
    except sqlite3.DatabaseError:  # bytes in a file into which nobody writes
        file.unlink(missing_ok=True)
        return _locked(file, patience_s)


def _locked(file: Path, patience_s: float) -> sqlite3.Connection:
    lock = sqlite3.connect(file, timeout=patience_s, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        lock.close()
        raise
    return lock
