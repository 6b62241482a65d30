"""Whether two snapshots hold the same graph."""

import numpy as np

from graph.snapshot.snapshot import Snapshot


def same(a: Snapshot, b: Snapshot) -> None:
    """Assert that both hold the same graph, byte for byte."""
    assert list(a.ids) == list(b.ids)
    assert list(a.arrays) == list(b.arrays)
    for name, array in a.arrays.items():
        assert array.dtype == b.arrays[name].dtype, name
        assert np.array_equal(array, b.arrays[name], equal_nan=array.dtype.kind == "f"), name
    for name in ("dormant", "close_same_as", "unstated_weights"):
        assert a.about[name] == b.about[name], name
