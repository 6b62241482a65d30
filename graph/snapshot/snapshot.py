"""The snapshot, a compiled graph: every query is a pure function of one of these.

It is one revision of the live graph as flat arrays: node `i` is the i-th id in id order, and each relation is
a sparse matrix in both directions. Classes of SAME_AS are merged already: their links stand at the first member, the
*representative*, and the other members answer by it (`class_of`).
"""

import copy
from collections.abc import Callable, Collection, Mapping
from functools import cached_property, partial
from itertools import pairwise
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from graph.errors import NotFoundError
from graph.messages import message
from graph.model import Revision
from graph.properties import Choice
from graph.schema import KINDS
from graph.snapshot.arrays import Adjacency, Arrays, Floats, Ints, TextColumn
from graph.snapshot.folded_text import FoldedText
from graph.snapshot.near_ids import NearIds

KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}
WORDS: tuple[str, ...] = tuple(
    dict.fromkeys(
        w for kind in KINDS.values() for p in kind.properties if isinstance(p.type, Choice) for w in p.type.words
    )
)
"""Every word of every choice; a choice is kept as its position here, and as -1 where it is not stated."""
WORD_CODES = {word: code for code, word in enumerate(WORDS)}

CONTENT = "content"
"""What `Snapshot.about` calls the store's content hash; what was not compiled from a whole store has none."""

INSTITUTION = "institution"
"""What `Snapshot.about` calls the ids of the institution whose view it is; a snapshot of everybody has none."""

T = TypeVar("T")


class Snapshot:
    """One revision of the live graph, immutable."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]], about: Mapping[str, Any]) -> None:
        """Wrap compiled arrays; `compile_snapshot` and `load_snapshot` make them."""
        self._arrays = arrays
        self.about = about
        self.store_id: str = about["store_id"]
        self.revision = Revision(number=about["revision"], token=about["token"])
        self.ids = self.text("id")
        self.names = self.text("name")
        self.folded = FoldedText(self.text("folded"))
        self.kind: Ints = arrays["kind"]
        self.kind_codes = self.kind.data
        self.class_of: Ints = arrays["class_of"]
        self._class_of = self.class_of.data
        self._adjacencies: dict[tuple[str, str], Adjacency] = {}
        self._texts: dict[str, TextColumn] = {}
        self._of_kind: dict[str, Ints] = {}
        self._derived: dict[Callable[[Snapshot], Any], Any] = {}
        self._carried: dict[Callable[..., Any], Any] = {}
        self._current: set[Callable[..., Any]] = set()
        self._carrying = Lock()
        self._translations: TextColumn | None = None
        self.views: Callable[[Snapshot, str], Snapshot] | None = None
        """How views by institution are made, where there is a store to make them from."""
        self._near_ids = NearIds(self.ids, self.folded, self.kind)

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
        order = self._arrays.get(f"{relation}.order")
        return np.zeros(0, np.int64) if order is None else order

    def text(self, name: str) -> TextColumn:
        """Return a text property of all nodes; several names in one text are separated by line ends."""
        if f"text.{name}" not in self._arrays:
            return TextColumn(np.zeros(0, np.uint8), np.zeros(len(self) + 1, np.int64))
        return TextColumn(self._arrays[f"text.{name}"], self._arrays[f"text.{name}.starts"])

    def text_of(self, name: str, i: int) -> str:
        """Return a text property of node i, in Chinese where the snapshot names nodes so and a source states that."""
        chinese = self.text(f"{name}_zh")[i] if self.language == "zh" else ""
        return chinese or self.text(name)[i]

    def text_list(self, name: str) -> TextColumn:
        """Return texts that are of the whole graph, ascending, their parts separated by blanks.

        `dormant` are the keys of links that wait for an end, `unresolved` the nodes that refer to what is not there,
        each with the id that it refers to.
        """
        return TextColumn(self._arrays[f"text.{name}"], self._arrays[f"text.{name}.starts"])

    def has_link(self, a: int, relation: str, b: int) -> bool:
        """Say whether the relation leads from node a to node b."""
        return self.out(relation).position(a, b) is not None

    def number(self, name: str) -> Floats:
        """Return a number property of all nodes; NaN where it is not stated."""
        numbers = self._arrays.get(f"number.{name}")
        return np.full(len(self), np.nan) if numbers is None else numbers

    def word_codes(self, name: str) -> Ints:
        """Return a choice of all nodes, as positions in WORDS; -1 where it is not stated."""
        codes = self._arrays.get(f"word.{name}")
        return np.full(len(self), -1, np.int8) if codes is None else codes

    def word(self, name: str, i: int) -> str | None:
        """Return the word that node i states for a choice, or None."""
        code = int(self.word_codes(name)[i])
        return None if code < 0 else WORDS[code]

    def reference(self, name: str) -> Ints:
        """Return the nodes that a reference property names; -1 where none is stated or alive."""
        positions = self._arrays.get(f"reference.{name}")
        return np.full(len(self), -1, np.int32) if positions is None else positions

    def of_kind(self, kind: str) -> Ints:
        """Return the nodes of a kind, ascending; of a class, the representative alone. They are not to be changed."""
        nodes = self._of_kind.get(kind)
        if nodes is None:
            nodes = np.flatnonzero((self.kind == KIND_CODES[kind]) & (self.class_of == np.arange(len(self))))
            nodes.setflags(write=False)
            self._of_kind[kind] = nodes
        return nodes

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

    def with_token(self, token: str) -> "Snapshot":
        """Return the same snapshot, whose revision goes by another token: cursors that it gives hold for that."""
        twin = copy.copy(self)
        twin.about = {**self.about, "token": token}
        twin.revision = Revision(number=self.revision.number, token=token)
        return twin

    @property
    def content(self) -> str | None:
        """The content hash of the graph at its revision, as whoever asks is shown it; None where none is kept."""
        found = self.about.get(CONTENT)
        return None if found is None else str(found)

    def is_seen_by(self, institution: str) -> bool:
        """Say whether this is the institution's view."""
        return institution in self.about.get(INSTITUTION, ())

    def seen_by(self, institution: str) -> "Snapshot":
        """Return the institution's view: without what sources of other institutions state, where there are sources.

        Raises:
            NotFoundError: there is no such institution.
        """
        if self.is_seen_by(institution):
            return self
        self.require(institution, "Institution")
        return self if self.views is None else self.views(self, institution).in_language(self.language)

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
        i = self._bisect(node_id)
        return i if i < len(self.ids) and self.ids[i] == node_id else None

    def of_vocabulary(self, prefix: str) -> Ints:
        """Return the nodes whose ids have the prefix up to their first colon, or no colon for the empty prefix."""
        if not prefix:
            blob, starts = self.ids.packed()
            colons = np.append(np.flatnonzero(blob == ord(":")), len(blob))
            first = colons[colons.searchsorted(starts[:-1])]
            return np.flatnonzero((first >= starts[1:]) | (first == starts[:-1]))
        after = chr(ord(":") + 1)
        begin, end = self._bisect(f"{prefix}:"), self._bisect(f"{prefix}{after}")
        return np.arange(begin, begin if ":" in prefix else end)

    def _bisect(self, text: str) -> int:
        """Return the first node whose id is not less than the text; how many nodes there are where none is."""
        low, high, ids = 0, len(self.ids), self.ids
        while low < high:
            middle = (low + high) // 2
            if ids[middle] < text:
                low = middle + 1
            else:
                high = middle
        return low

    def require(self, node_id: str, kind: str | None = None) -> int:
        """Return the node that answers under this id.

        Raises:
            NotFoundError: there is none, or it is of another kind; near matches are named.
        """
        i = self.find(node_id)
        if i is None:
            raise NotFoundError(
                message(f"thing.{kind or 'node'}"), node_id, near=partial(self.near_names, node_id, kind)
            )
        if kind is not None and self.kind_of(i) != kind:
            of_kind = message(f"thing.{self.kind_of(i)}")
            raise NotFoundError(
                message("thing.of_another_kind", wanted=message(f"thing.{kind}"), kind=of_kind), node_id
            )
        return i

    def near(self, text: str, kind: str | None = None, limit: int = 3) -> list[str]:
        """Return the ids that come closest to the text, or whose names hold its last part; nearest first."""
        return self._near_ids.find(text, None if kind is None else KIND_CODES[kind], limit)

    def near_names(self, text: str, kind: str | None = None) -> dict[str, str]:
        """Return the same with their names, empty where a node has none but its id."""
        names = {found: self.name(self.require(found)) for found in self.near(text, kind)}
        return {found: name if name != found else "" for found, name in names.items()}

    def derived(self, build: Callable[["Snapshot"], T]) -> T:
        """Return `build(self)`, computed once for this snapshot. `build` must be a function of a module."""
        if build not in self._derived:
            self._derived[build] = build(self)
        built: T = self._derived[build]
        return built

    def carried(self, build: Callable[["Snapshot", T | None], T]) -> T:
        """Return `build(self, known)`, computed once; `known` is what it gave of an earlier snapshot.

        This one is altered from that, or follows it; None where nobody asked. `build` must be a function of a module.
        """
        if build not in self._current:
            with self._carrying:  # it takes memory and time to build
                if build not in self._current:
                    self._carried[build] = build(self, self._carried.get(build))
                    self._current.add(build)
        built: T = self._carried[build]
        return built

    def carry(self, build: Callable[["Snapshot", T | None], T], built: T) -> None:
        """Take over what `build` would give."""
        with self._carrying:
            self._carried[build] = built
            self._current.add(build)

    def follow(self, earlier: "Snapshot") -> None:
        """Know what `carried` gave of an earlier snapshot: of one that was read from a file, not altered from that."""
        with self._carrying:
            self._carried = earlier._carried | self._carried

    def is_carried(self, build: Callable[["Snapshot", T | None], T]) -> bool:
        """Say whether it, or an earlier snapshot, knows what `build` gives."""
        return build in self._carried

    @property
    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """The compiled arrays, by name; nobody may write into them."""
        return self._arrays

    def altered(self, arrays: Arrays, about: Mapping[str, Any], untouched: Collection[str]) -> "Snapshot":
        """Return the snapshot of other arrays, in the same language; `untouched` relations are the same in both."""
        twin = Snapshot(arrays, about)
        if all(arrays[name] is self._arrays[name] for name in _FOUND_BY):
            twin._near_ids = self._near_ids
        twin._carried.update(self._carried)
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

    @cached_property
    def _classes(self) -> dict[int, list[int]]:
        starts, members = self._arrays["classes.starts"].tolist(), self._arrays["classes.members"].tolist()
        classes = (members[start:end] for start, end in pairwise(starts))
        return {group[0]: group for group in classes}

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
_FOUND_BY = ("text.id", "text.folded", "kind")
"""What the index of ids is built from; the offsets of texts change with them."""
