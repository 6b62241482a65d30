"""The panel of a trace: why the chosen card counts, through which links, and which sources state them."""

from collections.abc import Mapping

from graph.model import Frozen, LinkKey, Source
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.base import LinkRow
from queries.trace import Trace
from queries.trace_reasons import CountReason, PathLink, counting_for


class LinkStatement(Frozen):
    """What one source states of a link; None is "not stated"."""

    source: Source
    weight: float | None
    level: int | None
    term: int | None
    openings: int | None
    note: str | None


class PanelLink(Frozen):
    """A link of the card, and who states it, the first speaker first."""

    link: PathLink
    stated: list[LinkStatement]

    @property
    def line(self) -> str:
        """The link as an address supposes it away."""
        return f"{self.link.start.id} {self.link.relation} {self.link.end.id}"


class Panel(Frozen):
    """The chosen card; `node_sources` state the node itself, the first speaker first."""

    card: CountReason
    links: list[PanelLink]
    node_sources: list[Source]


def read_panel(store: Store, snapshot: Snapshot, trace: Trace, node_id: str) -> Panel:
    """Return the panel of a node of the trace.

    Raises:
        NotFoundError: the trace has no such node.
    """
    card = counting_for(snapshot, trace, node_id)
    with store.reading() as reading:
        sources = {source.name: source for source in reading.sources()}
        rows = reading.links_named([key for link in card.links for key in link.keys])
    stated: dict[LinkKey, list[LinkRow]] = {}
    for row in rows:
        stated.setdefault(row[1:4], []).append(row)
    speakers = [statement.source for detail in store.nodes([card.id]) for statement in detail.statements]
    return Panel(
        card=card,
        links=[PanelLink(link=link, stated=_speaking(link, stated, sources)) for link in card.links],
        node_sources=[sources[name] for name in speakers if name in sources],
    )


def _speaking(
    link: PathLink, stated: Mapping[LinkKey, list[LinkRow]], sources: Mapping[str, Source]
) -> list[LinkStatement]:
    found = []
    for key in link.keys:
        for name, _, _, _, weight, level, term, openings, note in stated.get(key, ()):
            if name in sources:  # a source may come between two reads of a store that others write
                said = LinkStatement(
                    source=sources[name], weight=weight, level=level, term=term, openings=openings, note=note
                )
                found.append(said)
    return sorted(found, key=lambda one: one.source.precedence)
