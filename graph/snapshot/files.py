"""Snapshot files: a folder of memory-mapped `.npy` arrays for each revision, written atomically and kept in a cache.

Every process opens the same files, so that their pages are shared.
"""

import json
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from graph.snapshot.arrays import Arrays
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores.base import Store

FORMAT = 3
"""Raised when the layout of the saved arrays changes: older folders are then left alone and written anew."""

DRAFT = ".draft-"
"""What the name of a folder begins with until it is whole."""

KEPT = 2
"""How many snapshots of one store stay in the cache: the present one, and the one that cursors may still speak of."""

_DEAD_AFTER_S = 3600.0
_NPY_HEADER = 128  # bytes


def save_snapshot(snapshot: Snapshot, folder: Path) -> None:
    """Write the arrays into a folder that does not exist yet: it appears whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folder.parent))
    try:
        for name, array in snapshot.arrays.items():
            np.save(draft / f"{name}.npy", array, allow_pickle=False)
        about = {**snapshot.about, "format": FORMAT, "arrays": sorted(snapshot.arrays)}
        (draft / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        draft.rename(folder)
    except OSError:
        if not folder.exists():  # else another process has written the same
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def open_snapshot(folder: Path) -> Snapshot | None:
    """Return the snapshot that was saved in the folder, memory-mapped; None where there is none of this format."""
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        if about.pop("format") != FORMAT:
            return None
        arrays: Arrays = {}
        for name in about.pop("arrays"):
            file = folder / f"{name}.npy"
            # an empty array cannot be mapped, nor need it be
            mapped = np.load(file, mmap_mode="r" if file.stat().st_size > _NPY_HEADER else None, allow_pickle=False)
            arrays[name] = np.asarray(mapped)
        return Snapshot(arrays, about)
    except (OSError, EOFError, ValueError, KeyError):  # also a folder that lost files: there was no sync to the disk
        return None


def load_snapshot(store: Store, cache: Path | None) -> Snapshot:
    """Return the store's present revision: opened from the cache folder, else compiled and saved there."""
    if cache is not None and store.exists():
        revision = store.revision()
        folder = cache / store.store_id / f"{revision.number:08d}-{revision.token}-{FORMAT}"
        known = open_snapshot(folder)
        if known is not None:
            return known
    compiled = compile_snapshot(store)
    if cache is not None and compiled.store_id:
        revision = compiled.revision  # somebody may have been faster
        folder = cache / compiled.store_id / f"{revision.number:08d}-{revision.token}-{FORMAT}"
        try:
            if folder.exists() and open_snapshot(folder) is None:
                shutil.rmtree(folder)  # damaged; it would stand in the way for ever
            save_snapshot(compiled, folder)
            _tidy(folder)
        except OSError:
            return compiled  # a cache that cannot be written is no reason not to answer
        return open_snapshot(folder) or compiled
    return compiled


def _tidy(latest: Path) -> None:
    """Remove what was saved before the KEPT latest; by time, since a restored store goes back to smaller revisions."""
    others = [folder for folder in latest.parent.iterdir() if not folder.name.startswith(".") and folder != latest]
    for old in sorted(others, key=lambda folder: folder.stat().st_mtime_ns)[: len(others) - KEPT + 1]:
        shutil.rmtree(old, ignore_errors=True)
    for draft in latest.parent.glob(f"{DRAFT}*"):
        if time.time() - draft.stat().st_mtime > _DEAD_AFTER_S:  # its writer was killed
            shutil.rmtree(draft, ignore_errors=True)
