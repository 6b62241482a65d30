"""How one node is shown: what is stated of it, by whom, and its links."""

import json
from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from api.answers.store_views import NodeView
from api.answers.words import count, in_a_row, kind_name, listed, property_name, spoken_value
from api.cli.terminal import Terminal, indented, line, number, padded
from graph.messages.reader_language import say
from graph.model import Value
from queries.node import RelationLinks

MOST_SHOWN = 8
EXTRA = "extra"
"""The property that keeps what a format says beside."""


def show_node(node: NodeView, out: Terminal) -> None:
    """Show the node's properties, sources, disagreements and links."""
    out.show(line((node.name, "bold"), (f"  {kind_name(node.kind)}", "italic"), (f"  {node.id}", "cyan")))
    others = [other for other in node.ids if other != node.id]
    if others:
        out.show(line(say("show.same_as", others=listed(others))))
    out.show(Text())
    names = {name: property_name(name) for name in node.values}
    widest = max(map(cell_len, names.values()), default=0)
    for name, value in node.values.items():
        out.show(
            *indented(
                line((padded(names[name], widest) + "  ", "bold"), _kept(value) if name == EXTRA else _told(value)),
                widest + 2,
                out.width,
            )
        )
    out.show(Text(), line((say("show.stated_by"), "bold"), listed(said.source for said in node.statements)))
    for conflict in node.conflicts:
        said = in_a_row(say("show.says", source=source, value=_told(value)) for source, value in conflict.values)
        out.show(
            *indented(
                line((say("show.disagree", property=property_name(conflict.property)), "yellow"), said), 2, out.width
            )
        )
    for links in node.links:
        out.show(*_links(links, out.width))


def _kept(value: Value) -> str:
    """Say of which formats something is kept, instead of all of it: it is not for reading."""
    return say("show.kept_for", formats=listed(json.loads(str(value))), n=len(str(value)))


def _told(value: Value) -> str:
    if isinstance(value, list):
        return " | ".join(value)
    return number(value) if isinstance(value, int | float) else spoken_value(value)


def _links(links: RelationLinks, width: int) -> Iterator[Text]:
    is_out = links.direction == "out"
    how = "──▶" if is_out else "◀──"
    reads = say(f"relation_help.{links.relation}")
    yield Text()
    heading = line((f"{how} {links.relation}", "bold"), f"  {count(links.total, 'link')}", (f"  {reads}", "dim"))
    yield from indented(heading, 4, width)
    for linked in links.nodes[:MOST_SHOWN]:
        row = line(f"{number(linked.weight):>8}  ", linked.name, (f"  {linked.id}", "cyan"))
        yield from indented(row, 10, width)
    if links.total > MOST_SHOWN:
        yield line((say("show.and_more_nodes", total=links.total - MOST_SHOWN), "dim"))
