"""Patches: what is to become of nodes and links of a snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from graph.model import LinkKey, LinkValues, NodeId, Value


class NotLocalError(Exception):
    """The snapshot alone does not tell what the change does; compile it from the store's statements."""


class OtherHistoryError(NotLocalError):
    """The store never was what the snapshot holds, or does not say so: no log leads from the one to the other."""


class NodeAfter(NamedTuple):
    """A node as it is to be: all that its sources state together, and how many they are."""

    kind: str
    values: Mapping[str, Value]
    voices: int


class LinkAfter(NamedTuple):
    """A link as it is to be: all that its sources state together, and how many they are."""

    values: LinkValues
    voices: int


@dataclass(frozen=True, slots=True)
class Patch:
    """What is to become of nodes and links; None for what goes. The links of a node that goes become dormant."""

    nodes: Mapping[NodeId, NodeAfter | None]
    links: Mapping[LinkKey, LinkAfter | None]


@dataclass(frozen=True, slots=True)
class SettledPatch:
    """A patch with what follows from it: its links are by their classes' representatives, their values those of all.

    `asleep` become dormant, and `woken` are so no longer; `unstated` is, for each relation that the patch touches, by
    how many more of its links state no weight.
    """

    patch: Patch
    asleep: frozenset[LinkKey]
    woken: frozenset[LinkKey]
    unstated: Mapping[str, int]
