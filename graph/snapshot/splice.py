"""Splicing of arrays: entries of a snapshot taken out, changed and put in, copied in blocks and never sorted anew."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.snapshot.arrays import Adjacency, Arrays, Ints
from graph.snapshot.snapshot import Snapshot

Mask = npt.NDArray[np.bool_]
STATED = ("level", "term", "openings")
Pairs = Sequence[tuple[int, int]] | Ints
"""Pairs of nodes; as an array, in two columns."""
Column = Sequence[float] | npt.NDArray[Any]


class Renumbering(NamedTuple):
    """The renumbering of nodes: `place[i]` is where node i stands then, -1 for what is gone.

    `before` are the old places that the new ones, ascending, are put before, counted without what is gone.
    """

    alive: Mask
    place: Ints
    before: Ints
    new: Ints

    @property
    def total(self) -> int:
        """How many nodes there are afterwards."""
        return int(self.alive.sum()) + len(self.new)


def renumber(n: int, gone: Sequence[int], before: Sequence[int]) -> Renumbering:
    """Return the places of n nodes where some go, and others, in id order, come before the old places given."""
    alive = np.ones(n, bool)
    alive[list(gone)] = False
    # kept_before, n + 1: how many of the nodes before each old place stay; shift, n: how many new ones come up to it.
    kept_before = np.concatenate(([0], np.cumsum(alive)))
    at = kept_before[list(before)].astype(np.int64)
    new = at + np.arange(len(at))
    shift = np.searchsorted(np.asarray(before, np.int64), np.arange(n), "right")
    place = np.where(alive, kept_before[:-1] + shift, -1).astype(np.int32)
    return Renumbering(alive, place, at, new)


def splice(array: npt.NDArray[Any], where: Renumbering, new: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a column of nodes without what is gone, and with the new values in their places."""
    return np.insert(array[where.alive], where.before, new.astype(array.dtype))


def splice_texts(
    blob: npt.NDArray[np.uint8], starts: Ints, edits: Sequence[tuple[int, bool, str | None]]
) -> tuple[npt.NDArray[np.uint8], Ints]:
    """Return a text column after edits `(place, whether its text goes, the text put there)`, in order of place."""
    parts: list[npt.NDArray[np.uint8]] = []
    lengths: list[npt.NDArray[np.int64]] = []
    done, sizes = 0, np.diff(starts).astype(np.int64)
    for place, goes, text in edits:
        parts.append(blob[starts[done] : starts[place]])
        lengths.append(sizes[done:place])
        if text is not None:
            encoded = text.encode()
            parts.append(np.frombuffer(encoded, np.uint8))
            lengths.append(np.array([len(encoded)], np.int64))
        done = place + goes
    parts.append(blob[starts[done] :])
    lengths.append(sizes[done:])
    ends = np.concatenate(([0], np.cumsum(np.concatenate(lengths))))
    return np.concatenate(parts), ends.astype(starts.dtype)


class RelationArrays:
    """One relation as pairs in the order of `out`, with arrays of what is stated of each, altered step by step."""

    def __init__(self, snapshot: Snapshot, relation: str) -> None:
        """Take the relation's arrays; none of them is written into."""
        known: Adjacency = snapshot.out(relation)
        size = len(known.indices)
        self._relation, self._n = relation, len(snapshot)
        self.rows, self.columns = known.rows, known.indices
        self._order = snapshot.out_positions(relation)
        self.values: Arrays = {"weight": known.weight}
        for name, absent in (
            *((name, np.int32(-1)) for name in STATED),
            ("unstated", np.True_),
            ("voices", np.int16(1)),
        ):
            values = snapshot.arrays.get(f"{relation}.{name}")
            self.values[name] = np.full(size, absent) if values is None else values

    def move(self, where: Renumbering) -> tuple[list[tuple[int, int]], int]:
        """Follow the nodes; return the links that went with an end, by old places, and how many stated no weight."""
        goes = ~(where.alive[self.rows] & where.alive[self.columns])
        lost = list(zip(self.rows[goes].tolist(), self.columns[goes].tolist(), strict=True))
        unstated = int(self.values["unstated"][goes].sum())
        self.keep(~goes)
        self.rows, self.columns, self._n = where.place[self.rows], where.place[self.columns], where.total
        return lost, unstated

    def keep(self, stays: Mask) -> None:
        """Leave out the links that are not kept."""
        if stays.all():
            return
        moved = np.cumsum(stays) - 1
        self._order = moved[self._order[stays[self._order]]]
        self.rows, self.columns = self.rows[stays], self.columns[stays]
        self.values = {name: array[stays] for name, array in self.values.items()}

    def find(self, pairs: Pairs) -> tuple[Ints, Mask]:
        """Return where each pair stands, or would stand, and whether it does."""
        keys, wanted = self._keys(self.rows, self.columns), self._keys(*_ends(pairs))
        at = np.searchsorted(keys, wanted)
        is_there = np.zeros(len(wanted), bool)
        inside = at < len(keys)
        is_there[inside] = keys[at[inside]] == wanted[inside]
        return at, is_there

    def put(self, pairs: Pairs, values: Mapping[str, Column]) -> None:
        """State these pairs, ascending: those that stand get the values, the others are added."""
        at, is_there = self.find(pairs)
        a, b = _ends(pairs)
        stated = {name: np.asarray(values[name]).astype(array.dtype) for name, array in self.values.items()}
        if is_there.any():
            self.values = {name: array.copy() for name, array in self.values.items()}
            for name, array in self.values.items():
                array[at[is_there]] = stated[name][is_there]
        a, b, at = a[~is_there], b[~is_there], at[~is_there]
        if not len(at):
            return
        # `_order` is a permutation from the order of `out` to that of `into`: old entries shift by what comes before
        # them in `out`, new ones go where their (column, row) belongs.
        by_column = np.lexsort((a, b))
        backward = self._keys(self.columns[self._order], self.rows[self._order])
        into = np.searchsorted(backward, self._keys(b[by_column], a[by_column]))
        shift = np.cumsum(np.bincount(at, minlength=len(self.rows) + 1))
        self._order = np.insert(self._order + shift[self._order], into, (at + np.arange(len(at)))[by_column])
        self.rows, self.columns = np.insert(self.rows, at, a), np.insert(self.columns, at, b)
        self.values = {name: np.insert(array, at, stated[name][~is_there]) for name, array in self.values.items()}

    def arrays(self) -> Arrays:
        """Return the relation's arrays as a snapshot has them; none where there is no link."""
        if not len(self.rows):
            return {}
        rows, columns = self.rows.astype(np.int32), self.columns.astype(np.int32)
        prefix, weight = self._relation, self.values["weight"]
        arrays: Arrays = {
            f"{prefix}.out.indptr": self._indptr(rows),
            f"{prefix}.out.indices": columns,
            f"{prefix}.out.weight": weight,
            f"{prefix}.into.indptr": self._indptr(columns),
            f"{prefix}.into.indices": rows[self._order],
            f"{prefix}.into.weight": weight[self._order],
            f"{prefix}.order": self._order,
            f"{prefix}.unstated": self.values["unstated"],
            f"{prefix}.voices": self.values["voices"],
        }
        for name in STATED:
            if (self.values[name] >= 0).any():
                arrays[f"{prefix}.{name}"] = self.values[name]
        return arrays

    def _keys(self, rows: Ints, columns: Ints) -> Ints:
        """Return each pair as one number, ascending in row-major order."""
        return rows.astype(np.int64) * self._n + columns

    def _indptr(self, rows: Ints) -> Ints:
        starts = np.zeros(self._n + 1, np.int32)
        np.cumsum(np.bincount(rows, minlength=self._n), out=starts[1:])
        return starts


def _ends(pairs: Pairs) -> tuple[Ints, Ints]:
    both = np.asarray(pairs, np.int64).reshape(-1, 2)
    return both[:, 0].astype(np.int32), both[:, 1].astype(np.int32)
