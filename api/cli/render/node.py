"""How one node is shown: what is stated of it, by whom, and its links."""

import json
from collections.abc import Iterator

from rich.text import Text

from api.answers.store_views import NodeView
from api.answers.words import count, spoken
from api.cli.terminal import Terminal, indented, line, number
from graph.messages import text
from graph.model import Value
from graph.schema import RELATIONS
from queries.node import RelationLinks

MOST_SHOWN = 8
EXTRA = "extra"
"""The property that keeps what a format says beside."""


def show_node(node: NodeView, out: Terminal) -> None:
    """Show the node's properties, sources, disagreements and links."""
    out.show(line((node.name, "bold"), (f"  {node.kind}", "italic"), (f"  {node.id}", "cyan")))
    others = [other for other in node.ids if other != node.id]
    if others:
        out.show(line(text("show.same_as", others=", ".join(others))))
    out.show(Text())
    widest = max((len(name) for name in node.values), default=0)
    for name, value in node.values.items():
        out.show(
            *indented(
                line((f"{spoken(name):<{widest}}  ", "bold"), _kept(value) if name == EXTRA else _told(value)),
                widest + 2,
                out.width,
            )
        )
    out.show(Text(), line((text("show.stated_by"), "bold"), ", ".join(said.source for said in node.statements)))
    for conflict in node.conflicts:
        said = "; ".join(f"{source} says {_told(value)}" for source, value in conflict.values)
        out.show(*indented(line((text("show.disagree", property=conflict.property), "yellow"), said), 2, out.width))
    for links in node.links:
        out.show(*_links(links, out.width))


def _kept(value: Value) -> str:
    """Say of which formats something is kept, instead of all of it: it is not for reading."""
    return text("show.kept_for", formats=", ".join(json.loads(str(value))), n=len(str(value)))


def _told(value: Value) -> str:
    if isinstance(value, list):
        return " | ".join(value)
    return number(value) if isinstance(value, int | float) else value


def _links(links: RelationLinks, width: int) -> Iterator[Text]:
    is_out = links.direction == "out"
    how = "──▶" if is_out else "◀──"
    reads = RELATIONS[links.relation].reads
    yield Text()
    heading = line((f"{how} {links.relation}", "bold"), f"  {count(links.total, 'link')}", (f"  {reads}", "dim"))
    yield from indented(heading, 4, width)
    for linked in links.nodes[:MOST_SHOWN]:
        row = line(f"{number(linked.weight):>8}  ", linked.name, (f"  {linked.id}", "cyan"))
        yield from indented(row, 10, width)
    if links.total > MOST_SHOWN:
        yield line((text("show.and_more_nodes", total=links.total - MOST_SHOWN), "dim"))
