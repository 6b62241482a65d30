"""Cache of the index of names: built once, kept in a file beside the snapshot, taken over by other processes."""

from functools import cache
from pathlib import Path

from xxhash import xxh3_64_hexdigest

import queries.names
from graph.snapshot.derived_files import find_derived, keep_derived
from graph.snapshot.snapshot import Snapshot
from queries.names.index import pack_names, unpack_names
from queries.names.index_build import name_index

_PART = ".names"
_KEPT_FROM = 5_000
"""Of fewer nodes the index is built as quickly as it is read."""


def with_names(snapshot: Snapshot, folder: Path | None) -> Snapshot:
    """Return the snapshot, ready to be searched: its names read from the cache folder, else kept there.

    What an earlier snapshot of this process knew is brought up to date instead, and no file is written.
    """
    if snapshot.is_carried(name_index) or folder is None or len(snapshot) < _KEPT_FROM:
        snapshot.carried(name_index)
        return snapshot
    known = find_derived(snapshot, folder, _code(), _PART)
    if known is not None:
        snapshot.carry(name_index, unpack_names(snapshot, known))
    else:
        keep_derived(snapshot, folder, _code(), pack_names(snapshot.carried(name_index)), _PART)
    return snapshot


@cache
def _code() -> str:
    """Return a checksum of the code that the index is built by."""
    files = sorted(Path(queries.names.__path__[0]).glob("*.py"))
    return xxh3_64_hexdigest(b"\0".join(file.read_bytes() for file in files))
