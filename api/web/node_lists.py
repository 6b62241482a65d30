"""Pagination of the lists of a node's page: one of them is at a page of its own, the others at their first."""

from typing import NamedTuple

from pydantic import Field

from api.web.parameters import ScopeForm
from graph.schema import RELATIONS
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import NodeName, named
from queries.semantics.windows import PART_SIZE, Part, Window, Windows, part_of


class ListsForm(ScopeForm):
    """What a node's page is narrowed to; `part` names the list that is opened, at its page `page`."""

    part: str | None = Field(None, max_length=60)
    page: int = Field(1, ge=1, le=1_000_000)

    def windows(self) -> Windows:
        """Return the window of each list."""
        return Windows({} if self.part is None else {self.part: Window((self.page - 1) * PART_SIZE)})


class RelationList(NamedTuple):
    """The neighbours by one relation in one direction; `key` names the list, `text` what it is called."""

    key: str
    text: str
    nodes: Part[NodeName]


def relations_of(snapshot: Snapshot, node: int, windows: Windows) -> list[RelationList]:
    """Return the links of a node by relation, in the order of the schema; neighbours by weight, heaviest first."""
    found = []
    for relation in RELATIONS:
        for direction, said in (("out", "relation"), ("into", "relation_inverse")):
            links = snapshot.out(relation) if direction == "out" else snapshot.into(relation)
            pairs = sorted(links.pairs(node), key=lambda pair: (-pair[1], pair[0]))
            key = f"{direction}.{relation}"
            nodes = part_of([other for other, _ in pairs], windows.of(key), lambda other: named(snapshot, other))
            if pairs:
                found.append(RelationList(key, f"{said}.{relation}", nodes))
    return found
