"""Links that count in a chain: those stated, and on request what is inferred, close or narrower.

Only what is taught, practised and required is widened, never the graph: nothing of it is stored, and answers mark it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

import numpy as np

from graph.snapshot.arrays import Adjacency, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.masks import Mask

T = TypeVar("T")


class ViaKind(StrEnum):
    """By which way another competency's link counts: it is close (CLOSE_TO), or narrower (BROADER)."""

    CLOSE = "close"
    NARROWER = "narrower"


class LinkOrigin(NamedTuple):
    """Provenance of a link that no source states so: it is inferred, or that of another competency, or both."""

    is_inferred: bool
    via: int | None
    way: ViaKind | None


OWN = LinkOrigin(is_inferred=False, via=None, way=None)
WAYS: tuple[ViaKind | None, ...] = (None, ViaKind.CLOSE, ViaKind.NARROWER)


@dataclass(frozen=True, slots=True)
class OriginColumns:
    """Of each link: whether it is inferred, the competency whose link it is, and the way to that one in _WAYS."""

    inferred: Mask
    via: Ints
    way: Ints


@dataclass(frozen=True, slots=True)
class CountedLinks:
    """The links of one relation that count, in rows of competencies; `level` is -1 where none is stated.

    `origins` is None where every link is stated of the competency itself.
    """

    into: Adjacency
    level: Ints
    origins: OriginColumns | None = None

    def marks(self, competency: int) -> dict[int, LinkOrigin]:
        """Return by neighbour why its link counts; neighbours of whom it is stated are left out."""
        if self.origins is None:
            return {}
        marks = {}
        for at in self.into.positions(competency):
            way = WAYS[self.origins.way[at]]
            mark = LinkOrigin(bool(self.origins.inferred[at]), int(self.origins.via[at]) if way else None, way)
            if mark != OWN:
                marks[int(self.into.indices[at])] = mark
        return marks

    @property
    def stated(self) -> Mask:
        """Which links are stated of the competency itself."""
        if self.origins is None:
            return np.ones(len(self.level), bool)
        is_stated: Mask = ~self.origins.inferred & (self.origins.way == 0)
        return is_stated


@dataclass(frozen=True, slots=True)
class RollUp:
    """Of each node how many competencies are narrower, how many of these are covered, and whether they count for it."""

    covered: Ints
    total: Ints
    raised: Mask


@dataclass(frozen=True, slots=True)
class ChainLinks:
    """All that counts of DEVELOPS, PRACTISES and REQUIRES; `rolled_up` is None unless it was asked for."""

    develops: CountedLinks
    practises: CountedLinks
    requires: CountedLinks
    rolled_up: RollUp | None = None
    _derived: dict[Callable[..., Any], Any] = field(default_factory=dict, compare=False, repr=False)

    def derived(self, build: Callable[[Snapshot, "ChainLinks"], T], snapshot: Snapshot) -> T:
        """Return `build(snapshot, self)`, computed once. `build` must be a function of a module."""
        if build not in self._derived:
            self._derived[build] = build(snapshot, self)
        value: T = self._derived[build]
        return value

    def take_over(self, build: Callable[[Snapshot, "ChainLinks"], T], value: T) -> None:
        """Let `derived` return what another process has built."""
        self._derived[build] = value
