"""Merge of link statements by source, one relation at a time; what is dormant is left out, counted and awaited."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.cancellation import check_cancelled
from graph.model import Source
from graph.schema import RELATIONS
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import KIND_CODES
from graph.stores.link_columns import NUMBERS, LinkColumns

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class MergedLinks:
    """The live links of one relation by (from, to), both positions of nodes, with what the first who states it says.

    A weight that nobody states is NaN, another number -1; `voices` is how many sources state the link.
    """

    from_node: Ints
    to_node: Ints
    weight: Floats
    numbers: Mapping[str, Ints]
    voices: Ints

    def __len__(self) -> int:
        """Return how many links there are."""
        return len(self.from_node)

    def pairs(self) -> list[tuple[int, int]]:
        """Return both ends of each link."""
        return list(zip(self.from_node.tolist(), self.to_node.tolist(), strict=True))

    def weighed_alone(self, chosen: Sequence[int]) -> "MergedLinks":
        """Return those at the positions, with their weights and nothing else: no source states them as such."""
        nothing, none = np.full(len(chosen), -1, np.int32), np.zeros(len(chosen), np.int16)
        at = np.array(chosen, np.intp)
        return MergedLinks(
            self.from_node[at], self.to_node[at], self.weight[at], dict.fromkeys(self.numbers, nothing), none
        )

    def and_more(self, others: "MergedLinks") -> "MergedLinks":
        """Return these links, then the others."""
        return MergedLinks(
            np.concatenate([self.from_node, others.from_node]),
            np.concatenate([self.to_node, others.to_node]),
            np.concatenate([self.weight, others.weight]),
            {name: np.concatenate([values, others.numbers[name]]) for name, values in self.numbers.items()},
            np.concatenate([self.voices, others.voices]),
        )


_NONE = np.zeros(0, np.int32)
NO_LINKS = MergedLinks(_NONE, _NONE, np.zeros(0), dict.fromkeys(NUMBERS, _NONE), np.zeros(0, np.int16))


class LinkMerge:
    """Statements of links among nodes: which of them are live, and what the sources say of these together.

    Dormant is a link of which an end is missing, or came, or came back, as a kind that the relation cannot join.
    """

    def __init__(
        self, stated: LinkColumns, position: Mapping[str, int], kinds: Ints, sources: Mapping[str, Source]
    ) -> None:
        """Place the statements: `position` and `kinds`, as codes, are those of the nodes."""
        self._stated, self._nodes = stated, len(kinds)
        at = np.fromiter((position.get(node_id, -1) for node_id in stated.ids), np.int32, len(stated.ids))
        self._from, self._to = at[stated.from_id], at[stated.to_id]
        self._is_live = _are_joined(stated.relations, stated.relation, kinds, self._from, self._to)
        order = sorted(range(len(stated.sources)), key=lambda i: sources[stated.sources[i]].precedence)
        self._rank = np.argsort(np.array(order, np.int64))[stated.source] if len(order) > 1 else None

    def live(self) -> Iterator[tuple[str, MergedLinks]]:
        """Yield each relation that has live links, by name, and these."""
        for relation, code in sorted((name, code) for code, name in enumerate(self._stated.relations)):
            check_cancelled()
            chosen = np.flatnonzero(self._is_live & (self._stated.relation == code))
            if len(chosen):
                yield relation, self._merged(chosen)

    def dormant(self) -> list[str]:
        """Return which links are dormant: `from_id relation to_id`, ascending."""
        stated, chosen = self._stated, np.flatnonzero(~self._is_live)
        ends = zip(
            *(column[chosen].tolist() for column in (stated.from_id, stated.relation, stated.to_id)), strict=True
        )
        return sorted({f"{stated.ids[a]} {stated.relations[relation]} {stated.ids[b]}" for a, relation, b in ends})

    def _merged(self, chosen: Ints) -> MergedLinks:
        """Return the links of one relation's statements."""
        key = self._from[chosen].astype(np.int64) * self._nodes + self._to[chosen]
        order = np.argsort(key, kind="stable") if self._rank is None else np.lexsort((self._rank[chosen], key))
        chosen, key = chosen[order], key[order]
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        weight = self._stated.weight[chosen]
        numbers = {name: values[chosen] for name, values in self._stated.numbers.items()}
        if len(starts) < len(chosen):
            weight = weight[_first(~np.isnan(weight), starts)]
            numbers = {name: values[_first(values >= 0, starts)] for name, values in numbers.items()}
        first = chosen[starts]
        voices = np.diff(starts, append=len(chosen)).astype(np.int16)
        return MergedLinks(self._from[first], self._to[first], weight, numbers, voices)


def _first(is_stated: Flags, starts: Ints) -> Ints:
    """Return of each run the first position that is stated; where none is, the first of all."""
    positions = np.arange(len(is_stated))
    found = np.minimum.reduceat(np.where(is_stated, positions, len(is_stated)), starts)
    return np.where(found < len(is_stated), found, starts)


def _are_joined(relations: Sequence[str], relation: Ints, kinds: Ints, from_node: Ints, to_node: Ints) -> Flags:
    """Say of each link whether both ends are there, of kinds that the relation joins."""
    no_kind = len(KIND_CODES)
    joins = np.zeros((len(relations), no_kind + 1, no_kind + 1), bool)
    for code, name in enumerate(relations):
        for a, b in RELATIONS[name].ends if name in RELATIONS else ():
            joins[code, KIND_CODES[a], KIND_CODES[b]] = True
    kind_at = np.append(kinds, no_kind)  # that of a node that is not there, which stands at -1
    joined: Flags = joins[relation, kind_at[from_node], kind_at[to_node]]
    return joined
