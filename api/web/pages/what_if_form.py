"""The form of the page of suppositions: ends looked for by a text, until they make a line that an address can hold."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from api.web.parameters import FormParameters, Text
from api.web.scenario_lines import ScenarioLine, new_id
from graph.errors import InvalidValueError
from graph.messages import message
from graph.model import NodeId, fold
from graph.schema import KINDS, RELATIONS
from graph.snapshot.snapshot import Snapshot
from queries.node_list import FoundNode
from queries.search import search

_SHOWN = 12


def _relation(name: str) -> str:
    if name not in RELATIONS:
        raise InvalidValueError(message("supposed.no_relation", name=name))
    return name


class LinkEnds(FormParameters):
    """What the form holds: the two ends of a link, a node that goes (`gone`), or a new one.

    `new_kind` is a kind, with a sort behind it where the kind has sorts.
    """

    change: Literal["add", "remove"] = "add"
    start: Text | None = None
    relation: Annotated[str, AfterValidator(_relation)] | None = None
    end: Text | None = None
    weight: float | None = Field(None, gt=0, le=1)
    gone: Text | None = None
    new_kind: Text | None = None
    new_name: Text | None = None


FORM_FIELDS = frozenset(LinkEnds.model_fields)


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """What a text was taken for: one node by id and name, or none; then `choices` are those that it finds."""

    field: str
    text: str
    picked: str | None = None
    name: str = ""
    choices: Sequence[FoundNode] = ()


@dataclass(frozen=True, slots=True)
class LinkForm:
    """The ends as far as they are known, and the line that they make; None while something is missing."""

    start: LinkEnd | None = None
    end: LinkEnd | None = None
    gone: LinkEnd | None = None
    line: str | None = None
    adds: bool = True

    @property
    def open_ends(self) -> list[LinkEnd]:
        """The ends of which it is not clear yet what is meant."""
        return [end for end in (self.start, self.end, self.gone) if end is not None and end.picked is None]


def fill_form(snapshot: Snapshot, asked: LinkEnds, known: Iterable[ScenarioLine]) -> LinkForm:
    """Return the form; `known` are the suppositions so far, whose new nodes can be ends too."""
    new = {one.node: dict(one.values)["name"] for one in known if one.kind is not None and one.node is not None}
    seeking = NodeFinder(snapshot, new)
    if asked.new_kind and asked.new_name:
        node_id = new_id(asked.new_name, new, snapshot)
        kind, _, sort = asked.new_kind.partition(" ")
        return LinkForm(line=" ".join(f"{kind} {node_id} {sort} {asked.new_name}".split()))
    if asked.gone:
        gone = seeking.find("gone", asked.gone, KINDS)
        return LinkForm(gone=gone, line=gone.picked, adds=False)
    if asked.relation is None:
        return LinkForm()
    ends = RELATIONS[asked.relation].ends
    start = seeking.find("start", asked.start, {a for a, _ in ends}) if asked.start else None
    end = seeking.find("end", asked.end, {b for _, b in ends}) if asked.end else None
    adds, line = asked.change == "add", None
    if start is not None and end is not None and start.picked and end.picked:
        weight = f" {asked.weight:g}" if asked.weight is not None and adds else ""
        line = f"{start.picked} {asked.relation} {end.picked}{weight}"
    return LinkForm(start, end, None, line, adds)


class NodeFinder:
    """Looks for nodes in the graph, and among the new ones."""

    def __init__(self, snapshot: Snapshot, new: Mapping[NodeId, str]) -> None:
        self._snapshot, self._new = snapshot, new

    def find(self, field: str, text: str, kinds: Collection[str]) -> LinkEnd:
        """Return what the text is taken for: an id, a whole name, or the only thing that it finds."""
        new = next((i for i, name in self._new.items() if text == i or fold(text) == fold(name)), None)
        if new is not None:
            return LinkEnd(field, text, new, self._new[new])
        snapshot = self._snapshot
        i = snapshot.find(text)
        if i is not None and snapshot.kind_of(i) in kinds:
            return LinkEnd(field, text, text, snapshot.name(i))
        found = [item for kind in KINDS if kind in kinds for item in search(snapshot, text, kind, limit=_SHOWN).items]
        exact = [item for item in found if fold(item.name) == fold(text)]
        only = exact if len(exact) == 1 else found
        if len(only) == 1:
            return LinkEnd(field, text, only[0].id, only[0].name)
        return LinkEnd(field, text, choices=found[:_SHOWN])
