"""The panel of a trace: why the chosen card counts, through which links, and which sources state them."""

from collections.abc import Mapping

from api.answers.evidence import NoteEvidence, ReviewBook, notes_of
from graph.model import Frozen, LinkKey, Source
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.base import LinkRow
from queries.trace import Trace
from queries.trace_reasons import CountReason, PathLink, counting_for


class LinkStatement(Frozen):
    """What one source states of a link, and what its note says; None is "not stated"."""

    source: Source
    weight: float | None
    level: int | None
    term: int | None
    openings: int | None
    evidence: NoteEvidence | None


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


def read_panel(store: Store, snapshot: Snapshot, trace: Trace, node_id: str, book: ReviewBook) -> Panel:
    """Return the panel of a node of the trace.

    Raises:
        NotFoundError: the trace has no such node.
    """
    card = counting_for(snapshot, trace, node_id)
    with store.reading() as reading:
        sources = {source.name: source for source in reading.sources()}
        rows = reading.links_named([key for link in card.links for key in link.keys])
    notes = notes_of(rows, book)
    stated: dict[LinkKey, list[LinkStatement]] = {}
    for row in rows:
        if row[0] in sources:  # a source may come between two reads of a store that others write
            stated.setdefault(row[1:4], []).append(_statement(row, sources[row[0]], notes.get((row[0], row[1:4]))))
    speakers = [statement.source for detail in store.nodes([card.id]) for statement in detail.statements]
    return Panel(
        card=card,
        links=[PanelLink(link=link, stated=_speaking(link, stated)) for link in card.links],
        node_sources=[sources[name] for name in speakers if name in sources],
    )


def _statement(row: LinkRow, source: Source, evidence: NoteEvidence | None) -> LinkStatement:
    _, _, _, _, weight, level, term, openings, _ = row
    return LinkStatement(source=source, weight=weight, level=level, term=term, openings=openings, evidence=evidence)


def _speaking(link: PathLink, stated: Mapping[LinkKey, list[LinkStatement]]) -> list[LinkStatement]:
    found = [said for key in link.keys for said in stated.get(key, ())]
    return sorted(found, key=lambda one: one.source.precedence)
