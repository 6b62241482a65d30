"""Links of a trace that a note is stated of, by whichever source."""

from typing import NamedTuple

from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.base import LinkRow
from queries.trace import Trace
from queries.trace_evidence import EvidencedLink, trace_keys
from queries.trace_links import TraceLinks


class NotedLink(NamedTuple):
    """A link, and those of its statements that have a note, by source."""

    link: EvidencedLink
    rows: list[LinkRow]


def noted_links(store: Store, snapshot: Snapshot, trace: Trace, ties: TraceLinks) -> list[NotedLink]:
    """Return them in the order of the trace, those with the competency first."""
    links = {link.key: NotedLink(link, []) for link in trace_keys(snapshot, trace, ties)}
    with store.reading() as reading:
        for row in reading.links_named(list(links), expected=False):
            if row[8]:
                links[row[1:4]].rows.append(row)
    return [noted for noted in links.values() if noted.rows]
