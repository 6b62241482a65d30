"""Whether two snapshots hold the same graph."""

import numpy as np

from graph.schema import RELATIONS
from graph.snapshot.snapshot import Snapshot


def same(a: Snapshot, b: Snapshot) -> None:
    """Assert that both hold the same graph; an array that states nothing is as good as none."""
    assert list(a.ids) == list(b.ids)
    for name in ("kind", "class_of", "voices", "classes.members", "classes.starts"):
        assert np.array_equal(a.arrays[name], b.arrays[name]), name
    for name in sorted(a.arrays.keys() | b.arrays.keys()):
        kind, _, what = name.partition(".")
        if kind == "text" and what.partition(".")[0] != "awaited" and not what.endswith(".starts"):
            assert list(a.text(what)) == list(b.text(what)), name
        elif kind == "number":
            assert np.array_equal(a.number(what), b.number(what), equal_nan=True), name
        elif kind == "word":
            assert np.array_equal(a.word_codes(what), b.word_codes(what)), name
        elif kind == "reference":
            assert np.array_equal(a.reference(what), b.reference(what)), name
        elif kind in RELATIONS:
            assert np.array_equal(a.arrays[name], b.arrays[name]), name
            assert a.arrays[name].dtype == b.arrays[name].dtype, name
    assert a.about["dormant"] == b.about["dormant"]
    assert a.about["close_same_as"] == b.about["close_same_as"]
    assert {k: v for k, v in a.about["unstated_weights"].items() if v} == {
        k: v for k, v in b.about["unstated_weights"].items() if v
    }
