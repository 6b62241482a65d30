"""JSON-LD nodes: types and properties by full names, texts with their languages, references."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.draft import Place


class LangString(NamedTuple):
    """A text, and the language that it is said to be in (lower case; empty where not said)."""

    text: str
    language: str = ""


class NodeRef(NamedTuple):
    """A reference to a node: its web identifier, or a key of its own for one that has none."""

    key: str


LdValue = LangString | NodeRef


@dataclass(slots=True)
class LdNode:
    """A node as one place of a document describes it: its types and properties by their full names."""

    key: str
    place: Place
    types: set[str] = field(default_factory=set)
    values: dict[str, list[LdValue]] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        """The node's web identifier, empty where it has none."""
        return "" if self.key.startswith("_:") else self.key


@dataclass(slots=True)
class LeftOut:
    """What has no meaning by its context: properties and types, by their names; and how many values are plain JSON."""

    properties: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    values: int = 0
