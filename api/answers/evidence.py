"""Evidence of links as answers: the note of each statement, and who accepted the proposal that it was made of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from api.state.database import State
from api.state.link_reviews import LinkReview, link_reviews
from api.state.table_register import StoreName
from graph.model import Frozen, LinkKey
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.base import LinkRow
from queries.proposals.evidence import Evidence, read_evidence
from queries.trace import Trace
from queries.trace_evidence import EvidencedLink, trace_keys
from queries.trace_links import TraceLinks


class NoteEvidence(Frozen):
    """What one source's note says of a link.

    `quoted` is the sentence of a document with its place; None of a note by hand. `reviewer` accepted it, on the day
    `at` (UTC); both None where nobody did here, and the reviewer where names are not shown.
    """

    source: str
    note: str
    quoted: Evidence | None
    reviewer: str | None = None
    at: datetime | None = None


class LinkEvidence(Frozen):
    """A link, and what the notes of its statements say, by source."""

    link: EvidencedLink
    notes: list[NoteEvidence]


class ReviewBook(NamedTuple):
    """Where it stands who accepted what of a store; `shows_names`: whether the asker is told."""

    state: State
    store: StoreName
    shows_names: bool


def notes_of(rows: Sequence[LinkRow], book: ReviewBook) -> dict[tuple[str, LinkKey], NoteEvidence]:
    """Return the notes of statements by source and link; the queue is asked for links that quote a document alone."""
    said = {(row[0], row[1:4]): row[8] for row in rows if row[8]}
    quoted = {where: read_evidence(note) for where, note in said.items()}
    asked = {key for (_, key), evidence in quoted.items() if evidence is not None}
    reviews = link_reviews(book.state, book.store, asked)
    return {where: _note(where, note, quoted[where], reviews, book) for where, note in said.items()}


def trace_evidence(
    store: Store, snapshot: Snapshot, trace: Trace, ties: TraceLinks, book: ReviewBook
) -> list[LinkEvidence]:
    """Return those links of a trace that a note is stated of, those with the competency first."""
    links = trace_keys(snapshot, trace, ties)
    with store.reading() as reading:
        rows = reading.links_named([link.key for link in links], expected=False)
    notes: dict[LinkKey, list[NoteEvidence]] = {}
    for (_, key), note in sorted(notes_of(rows, book).items()):
        notes.setdefault(key, []).append(note)
    return [LinkEvidence(link=link, notes=notes[link.key]) for link in links if link.key in notes]


def _note(
    where: tuple[str, LinkKey],
    note: str,
    quoted: Evidence | None,
    reviews: Mapping[LinkKey, Sequence[LinkReview]],
    book: ReviewBook,
) -> NoteEvidence:
    source, key = where
    said = [one for one in reviews.get(key, ()) if one.source == source]
    if quoted is None or not said:
        return NoteEvidence(source=source, note=note, quoted=quoted)
    # of several sentences for one link the note quotes the first
    review = next(one for one in said if one.run == said[-1].run)
    reviewer = review.reviewer if book.shows_names else None
    return NoteEvidence(source=source, note=note, quoted=quoted, reviewer=reviewer, at=review.at)
