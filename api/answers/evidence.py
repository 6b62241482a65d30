"""Evidence of links as answers: the note of each statement, and who accepted the proposal that it was made of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from api.answers.noted_links import NotedLink
from api.state.database import State
from api.state.link_reviews import LinkReview, link_reviews
from api.state.table_register import StoreName
from graph.model import Frozen, LinkKey
from graph.stores.base import LinkRow
from queries.proposals.evidence import Evidence, read_evidence
from queries.trace_evidence import EvidencedLink


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


def evidence_of(noted: Sequence[NotedLink], book: ReviewBook) -> list[LinkEvidence]:
    """Return what the notes of links say, in the order of the links."""
    notes = notes_of([row for one in noted for row in one.rows], book)
    return [LinkEvidence(link=one.link, notes=[notes[row[0], one.link.key] for row in one.rows]) for one in noted]


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
