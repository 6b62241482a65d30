"""The compiled graph: every query is a pure function of one of these.

A snapshot is one revision of the live graph as flat arrays: node `i` is the i-th id in id order, and each relation is
a sparse matrix in both directions. Classes of SAME_AS are merged already: their links stand at the first member, the
*representative*, and the other members answer by it (`class_of`). It is saved as one folder of `.npy` files, which
every process opens memory-mapped, so that the pages are shared.
"""

import copy
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from scipy import sparse

from graph.errors import NotFoundError
from graph.model import Revision, fold
from graph.properties import Choice
from graph.schema import KINDS

FORMAT = 3
"""Raised when the layout of the saved arrays changes: older folders are then left alone and written anew."""

DRAFT = ".draft-"
"""What the name of a folder begins with until it is whole."""

KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}
WORDS: tuple[str, ...] = tuple(
    dict.fromkeys(
        w for kind in KINDS.values() for p in kind.properties if isinstance(p.type, Choice) for w in p.type.words
    )
)
"""Every word of every choice; a choice is kept as its position here, and as -1 where it is not stated."""
WORD_CODES = {word: code for code, word in enumerate(WORDS)}

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Arrays = dict[str, npt.NDArray[Any]]
T = TypeVar("T")


class TextColumn:
    """A text for each node, empty where nothing is stated: all texts end to end in UTF-8, and where each begins.

    What has been read once is kept decoded: answers name the same nodes again and again.
    """

    def __init__(self, blob: npt.NDArray[np.uint8], starts: Ints) -> None:
        """Wrap the arrays; `starts` has one entry more than there are texts."""
        self._blob = blob.data
        self._starts = starts.data
        self._read: dict[int, str] = {}

    def __getitem__(self, i: int) -> str:
        """Return the text of node i."""
        try:
            return self._read[i]
        except KeyError:
            return self._read.setdefault(i, self._decode(i))

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        """Yield every text in the order of the nodes."""
        return (self._decode(i) for i in range(len(self)))

    def _decode(self, i: int) -> str:
        return str(self._blob[self._starts[i] : self._starts[i + 1]], "utf-8")

    def packed(self) -> tuple[bytes, Ints]:
        """Return all texts end to end, and where each begins: a copy, for searching through."""
        return bytes(self._blob), np.asarray(self._starts)

    @staticmethod
    def pack(texts: list[str]) -> tuple[npt.NDArray[np.uint8], Ints]:
        """Return the two arrays that hold these texts."""
        encoded = [text.encode() for text in texts]
        starts = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=starts[1:])
        return np.frombuffer(b"".join(encoded), np.uint8), starts


class Adjacency:
    """One relation in one direction, in rows of nodes: who node i leads to (or comes from), and with what weight.

    Rows are in ascending order of the neighbour. A weight that nobody states is 1.
    """

    def __init__(self, indptr: Ints, indices: Ints, weight: Floats) -> None:
        """Wrap the three arrays of a compressed sparse row matrix."""
        self.indptr, self.indices, self.weight = indptr, indices, weight
        self._indptr, self._indices, self._weight = indptr.data, indices.data, weight.data

    def row(self, i: int) -> list[int]:
        """Return the neighbours of node i, ascending."""
        return self._indices[self._indptr[i] : self._indptr[i + 1]].tolist()

    def weights(self, i: int) -> list[float]:
        """Return the weights of node i's links, in the order of `row`."""
        return [weight for _, weight in self.pairs(i)]

    def pairs(self, i: int) -> list[tuple[int, float]]:
        """Return (neighbour, weight) of node i's links, ascending."""
        start, end = self._indptr[i], self._indptr[i + 1]
        return list(zip(self._indices[start:end].tolist(), self._weight[start:end].tolist(), strict=True))

    def positions(self, i: int) -> range:
        """Return where node i's links stand in `indices` and `weight`."""
        return range(self._indptr[i], self._indptr[i + 1])

    @cached_property
    def degree(self) -> Ints:
        """How many links each node has."""
        return np.diff(self.indptr)

    @cached_property
    def rows(self) -> Ints:
        """The row of each link: together with `indices`, the links as pairs."""
        return np.repeat(np.arange(len(self.indptr) - 1, dtype=np.int32), self.degree)

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """The links as a sparse matrix of weights, nodes by nodes, sharing these arrays."""
        n = len(self.indptr) - 1
        return sparse.csr_array((self.weight, self.indices, self.indptr), shape=(n, n))

    @cached_property
    def pattern(self) -> sparse.csr_array:
        """The links as a sparse matrix of ones, nodes by nodes."""
        n = len(self.indptr) - 1
        return sparse.csr_array((np.ones(len(self.indices), np.float64), self.indices, self.indptr), shape=(n, n))


class Snapshot:
    """One revision of the live graph, immutable."""

    def __init__(self, arrays: Arrays, about: Mapping[str, Any]) -> None:
        """Wrap compiled arrays; `compile_snapshot` and `open_snapshot` make them."""
        self._arrays = arrays
        self.about = about
        self.store_id: str = about["store_id"]
        self.revision = Revision(number=about["revision"], token=about["token"])
        self.ids = self.text("id")
        self.names = self.text("name")
        self.kind: Ints = arrays["kind"]
        self.kind_codes = self.kind.data
        self.class_of: Ints = arrays["class_of"]
        self._class_of = self.class_of.data
        self._adjacencies: dict[tuple[str, str], Adjacency] = {}
        self._texts: dict[str, TextColumn] = {}
        self._derived: dict[Callable[[Snapshot], Any], Any] = {}
        self._translations: TextColumn | None = None

    def __len__(self) -> int:
        """Return how many nodes there are, members of classes included."""
        return len(self.ids)

    def out(self, relation: str) -> Adjacency:
        """Return the relation from left to right: row i holds what node i leads to."""
        return self._adjacency(relation, "out")

    def into(self, relation: str) -> Adjacency:
        """Return the relation from right to left: row i holds what leads to node i."""
        return self._adjacency(relation, "into")

    def link_values(self, relation: str, name: str) -> Ints | None:
        """Return `level`, `term` or `openings` of the relation's links in the order of `out`; -1 where not stated.

        None where no link of the relation states it.
        """
        return self._arrays.get(f"{relation}.{name}")

    def out_positions(self, relation: str) -> Ints:
        """Return for each link, in the order of `into`, where it stands in the order of `out`."""
        found = self._arrays.get(f"{relation}.order")
        return np.zeros(0, np.int64) if found is None else found

    def text(self, name: str) -> TextColumn:
        """Return a text property of all nodes; several names in one text are separated by line ends."""
        if f"text.{name}" not in self._arrays:
            return TextColumn(np.zeros(0, np.uint8), np.zeros(len(self) + 1, np.int64))
        return TextColumn(self._arrays[f"text.{name}"], self._arrays[f"text.{name}.starts"])

    def text_list(self, name: str) -> TextColumn:
        """Return texts that are of the whole graph: `awaited` are ids, ascending, that links or references wait for."""
        return TextColumn(self._arrays[f"text.{name}"], self._arrays[f"text.{name}.starts"])

    def has_link(self, a: int, relation: str, b: int) -> bool:
        """Say whether the relation leads from node a to node b."""
        return b in self.out(relation).row(a)

    def number(self, name: str) -> Floats:
        """Return a number property of all nodes; NaN where it is not stated."""
        found = self._arrays.get(f"number.{name}")
        return np.full(len(self), np.nan) if found is None else found

    def word_codes(self, name: str) -> Ints:
        """Return a choice of all nodes, as positions in WORDS; -1 where it is not stated."""
        found = self._arrays.get(f"word.{name}")
        return np.full(len(self), -1, np.int8) if found is None else found

    def word(self, name: str, i: int) -> str | None:
        """Return the word that node i states for a choice, or None."""
        code = int(self.word_codes(name)[i])
        return None if code < 0 else WORDS[code]

    def reference(self, name: str) -> Ints:
        """Return the nodes that a reference property names; -1 where none is stated or alive."""
        found = self._arrays.get(f"reference.{name}")
        return np.full(len(self), -1, np.int32) if found is None else found

    def of_kind(self, kind: str) -> Ints:
        """Return the nodes of a kind, ascending; of a class, the representative alone."""
        return np.flatnonzero((self.kind == KIND_CODES[kind]) & (self.class_of == np.arange(len(self))))

    def kind_of(self, i: int) -> str:
        """Return the kind of node i."""
        return _KIND_NAMES[self.kind_codes[i]]

    def name(self, i: int) -> str:
        """Return the name of node i in the snapshot's language, else its other name, else its id."""
        translated = self._translations[i] if self._translations is not None else ""
        return translated or self.names[i] or self.ids[i]

    @property
    def language(self) -> str:
        """In which language nodes are named: "zh", or "en" for the names as stated."""
        return "en" if self._translations is None else "zh"

    def in_language(self, language: str) -> "Snapshot":
        """Return the same snapshot, naming nodes in Chinese ("zh") where they have a Chinese name."""
        twin = copy.copy(self)
        twin._translations = self.text("name_zh") if language == "zh" else None
        return twin

    def members(self, i: int) -> list[int]:
        """Return the nodes of i's class, the representative first; i alone where it has no class."""
        representative = self._class_of[i]
        return self._classes.get(representative, [representative])

    def find(self, node_id: str) -> int | None:
        """Return the node that answers under this id (of a class, its representative), or None."""
        i = self.position(node_id)
        return None if i is None else self._class_of[i]

    def position(self, node_id: str) -> int | None:
        """Return the node that has exactly this id, or None."""
        low, high, ids = 0, len(self.ids), self.ids
        while low < high:
            middle = (low + high) // 2
            if ids[middle] < node_id:
                low = middle + 1
            else:
                high = middle
        return low if low < len(ids) and ids[low] == node_id else None

    def require(self, node_id: str, kind: str | None = None) -> int:
        """Return the node that answers under this id.

        Raises:
            NotFoundError: there is none, or it is of another kind; near matches are named.
        """
        i = self.find(node_id)
        if i is None:
            raise NotFoundError(_SPOKEN.get(kind or "", "node"), node_id, near=self.near(node_id, kind))
        if kind is not None and self.kind_of(i) != kind:
            raise NotFoundError(f"{_SPOKEN[kind]} (it is a {_SPOKEN[self.kind_of(i)]})", node_id)
        return i

    def near(self, text: str, kind: str | None = None, limit: int = 3) -> list[str]:
        """Return the ids that come closest to the text, or whose names hold its last part; nearest first."""
        wanted = fold(text[:_LONGEST_ID])
        local = wanted.rpartition(":")[2]
        nodes = range(len(self)) if kind is None else np.flatnonzero(self.kind == KIND_CODES[kind]).tolist()
        alike = process.extract(
            wanted, {i: self.ids[i] for i in nodes}, scorer=fuzz.ratio, processor=fold, score_cutoff=_NEAR, limit=limit
        )
        scores = {i: score for _, score, i in alike}
        if len(local) > 1:
            folded = self.text("folded")
            scores.update({i: max(scores.get(i, 0.0), _HOLDS) for i in nodes if local in folded[i]})
        nearest = sorted(scores, key=lambda i: (-scores[i], len(self.ids[i]), i))
        return [self.ids[i] for i in nearest[:limit]]

    def derived(self, build: Callable[["Snapshot"], T]) -> T:
        """Return `build(self)`, computed once for this snapshot. `build` must be a function of a module."""
        if build not in self._derived:
            self._derived[build] = build(self)
        found: T = self._derived[build]
        return found

    @property
    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """The compiled arrays, by name; nobody may write into them."""
        return self._arrays

    def altered(self, arrays: Arrays, about: Mapping[str, Any], untouched: Collection[str]) -> "Snapshot":
        """Return the snapshot of other arrays, in the same language; `untouched` relations are the same in both."""
        twin = Snapshot(arrays, about)
        if len(twin) == len(self):
            twin._adjacencies.update((key, known) for key, known in self._adjacencies.items() if key[0] in untouched)
        return twin.in_language(self.language)

    def same_arrays(self, other: "Snapshot") -> bool:
        """Say whether both hold the same graph, byte for byte; where and when it was stored does not count."""
        return self._arrays.keys() == other._arrays.keys() and all(
            array.dtype == other._arrays[name].dtype
            and np.array_equal(array, other._arrays[name], equal_nan=array.dtype.kind == "f")
            for name, array in self._arrays.items()
        )

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder that does not exist yet: it appears whole or not at all."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folder.parent))
        try:
            for name, array in self._arrays.items():
                np.save(draft / f"{name}.npy", array, allow_pickle=False)
            (draft / "about.json").write_text(
                json.dumps({**self.about, "format": FORMAT, "arrays": sorted(self._arrays)}, ensure_ascii=False),
                encoding="utf-8",
            )
            draft.rename(folder)
        except OSError:
            if not folder.exists():  # else another process has written the same
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    @cached_property
    def _classes(self) -> dict[int, list[int]]:
        starts, members = self._arrays["classes.starts"].tolist(), self._arrays["classes.members"].tolist()
        classes = (members[start:end] for start, end in pairwise(starts))
        return {found[0]: found for found in classes}

    def _adjacency(self, relation: str, way: str) -> Adjacency:
        known = self._adjacencies.get((relation, way))
        if known is None:
            prefix = f"{relation}.{way}"
            if f"{prefix}.indptr" in self._arrays:
                parts = (self._arrays[f"{prefix}.{part}"] for part in ("indptr", "indices", "weight"))
                known = Adjacency(*parts)
            else:
                known = Adjacency(np.zeros(len(self) + 1, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float64))
            self._adjacencies[relation, way] = known
        return known


_KIND_NAMES = tuple(KINDS)
_NEAR, _HOLDS, _LONGEST_ID = 60.0, 90.0, 200  # likeness from 0 to 100; characters
_SPOKEN = {kind: "".join(f" {c.lower()}" if c.isupper() else c for c in kind).strip() for kind in KINDS}


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


_NPY_HEADER = 128
