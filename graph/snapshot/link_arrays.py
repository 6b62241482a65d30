"""Arrays of one relation's links: compressed sparse rows in both directions, classes joined."""

import numpy as np

from graph.snapshot.arrays import Arrays, Ints
from graph.snapshot.link_merge import MergedLinks


def link_arrays(relation: str, links: MergedLinks, class_of: Ints) -> Arrays:
    """Return one relation's arrays in both directions; of links that a class joins, the larger values stand."""
    n = len(class_of)
    rows, columns = class_of[links.from_node], class_of[links.to_node]
    stated: Arrays = {
        "weight": np.where(np.isnan(links.weight), 1.0, links.weight),
        "unstated": np.isnan(links.weight),
        "voices": links.voices,
        **links.numbers,
    }
    # Links in row-major order; `starts` are the first of each run of one pair, of which the maximum stands.
    key = rows.astype(np.int64) * n + columns
    if len(key) > 1 and not (key[1:] > key[:-1]).all():
        order = np.argsort(key, kind="stable")
        key, rows, columns = key[order], rows[order], columns[order]
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        stated = {name: np.maximum.reduceat(values[order], starts) for name, values in stated.items()}
        rows, columns = rows[starts], columns[starts]
    apart = rows != columns  # a link within a class says nothing any more
    if not apart.any():
        return {}
    if not apart.all():
        rows, columns = rows[apart], columns[apart]
        stated = {name: values[apart] for name, values in stated.items()}
    return _both_ways(relation, rows, columns, stated, n)


def _both_ways(relation: str, rows: Ints, columns: Ints, stated: Arrays, n: int) -> Arrays:
    # `back` is the permutation of the links from the order of `out` to that of `into`: column-major.
    back = np.argsort(columns, kind="stable")
    arrays = {
        f"{relation}.out.indptr": _indptr(rows, n),
        f"{relation}.out.indices": columns,
        f"{relation}.out.weight": stated["weight"],
        f"{relation}.into.indptr": _indptr(columns, n),
        f"{relation}.into.indices": rows[back],
        f"{relation}.into.weight": stated["weight"][back],
        f"{relation}.order": back,
        f"{relation}.unstated": stated["unstated"],
        f"{relation}.voices": stated["voices"],
    }
    for name in ("level", "term", "openings"):
        if (stated[name] >= 0).any():
            arrays[f"{relation}.{name}"] = stated[name]
    return arrays


def _indptr(rows: Ints, n: int) -> Ints:
    """Return the n + 1 offsets of CSR rows, of the row of each link."""
    starts = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(rows, minlength=n), out=starts[1:])
    return starts
