"""What programmes lead on to (接续专业): by name, to programmes of the files, of the graph, or to such of that name."""

import re
from collections.abc import Mapping

from graph.messages import message
from graph.model import NOTHING_STATED, NodeId, Value
from graph.schema import STANDARD
from ingest.draft import Draft, StandIn
from ingest.formats.moe.identity import PROGRAMMES, text_hash
from ingest.formats.moe.programme_section import Paragraph

_GROUPS = (
    ("master", re.compile("硕士|研究生"), "", ()),
    ("vocational_bachelor", re.compile("高职本科|职业本科|职教本科"), "bachelor", ("2", "3")),
    ("bachelor", re.compile("本科"), "bachelor", ("0", "1")),
    ("higher", re.compile("专科|高职|大专"), "higher", ("4", "5")),
)
"""Where a label leads: a group, the level of its programmes, and how their codes begin."""


class Onward:
    """Gathers names first: the programmes that they name may stand in a later file."""

    def __init__(self, draft: Draft) -> None:
        """State into the draft."""
        self._draft = draft
        self._named: list[tuple[NodeId, Paragraph, list[str]]] = []

    def add(self, node: NodeId, paragraph: Paragraph, names: list[str]) -> None:
        """Keep what a paragraph names."""
        self._named.append((node, paragraph, names))

    def state(self, programmes: Mapping[NodeId, tuple[str, str]]) -> None:
        """State the links, and the programmes that no file describes; `programmes` are codes and names of others."""
        known = {(code[0], name): node for node, (code, name) in programmes.items()}
        for node, paragraph, names in self._named:
            group, level, begins = _group(paragraph.label)
            if not group:
                self._draft.reject(paragraph.place, message("moe.onward_label"), value=paragraph.label[:200])
                continue
            for name in names:
                end = next((known[begin, name] for begin in begins if (begin, name) in known), None)
                if end is None:
                    end = NodeId(f"{PROGRAMMES}:n{text_hash(group, name)}")
                    self._stand_in(paragraph, end, name, level, begins)
                if end != node and (node, "LEADS_ON_TO", end) not in self._draft.links:
                    self._draft.state_link(paragraph.place, (node, "LEADS_ON_TO", end), NOTHING_STATED)

    def _stand_in(self, paragraph: Paragraph, end: NodeId, name: str, level: str, begins: tuple[str, ...]) -> None:
        if end in self._draft.nodes:
            return
        values: dict[str, Value] = {"name": name, "name_zh": name, "standing": STANDARD}
        if level:
            values["level"] = level
        self._draft.state_node(paragraph.place, end, "Discipline", values)
        if begins:
            prefixes = tuple(f"{PROGRAMMES}:{begin}" for begin in begins)
            self._draft.stand_ins[end] = StandIn("Discipline", name, prefixes)


def _group(label: str) -> tuple[str, str, tuple[str, ...]]:
    return next(((group, level, begins) for group, form, level, begins in _GROUPS if form.search(label)), ("", "", ()))
