"""Proposals in the state file: documents, their sentences and candidates, as they wait for review."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from api.principal import Principal
from api.state.audit import Audit
from api.state.database import State, now
from api.state.proposal_rows import OF_STORE, add_rows, drop_rows, is_one_of, select
from api.state.sentence_rows import QueuedSentence, queued_sentence, sentence_row, settle_sentences
from api.state.table_register import StoreName
from graph.errors import InputError, NotFoundError
from graph.messages import message
from graph.model import Frozen
from queries.proposals.proposal import (
    Candidate,
    DescribedNode,
    DocumentSentence,
    ProposalList,
    ProposedSentence,
    sentence_key,
)

_BEST = f"""SELECT min(other.rank) FROM proposal_candidate other {OF_STORE}
    AND other.sentence = proposal_candidate.sentence AND NOT json_extract(other.body, '$.stands')"""  # noqa: S608
"""The place of the best candidate of a sentence that is to be judged."""


class DocumentEdition(Frozen):
    """A document as it was proposed last: what it describes, by which model, and how this edition differs.

    `id` is the same in every edition; these are counted from 1. `fresh` sentences were not there before, `same` were,
    `gone` were and are no more; those of them that were judged are kept. `found` is what was proposed, without its
    sentences. `number` is the place of the document in the queue.
    """

    id: str
    number: int
    edition: int
    for_node: DescribedNode
    found: ProposalList
    who: str
    at: datetime
    fresh: int
    same: int
    gone: int

    @property
    def name(self) -> str:
        """What the document is called."""
        return self.found.document


def document_id(for_node: str, name: str) -> str:
    """Return what identifies a document in whichever edition: what it describes, and how it is called."""
    return blake2b(f"{for_node}\n{name}".encode(), digest_size=8).hexdigest()


class ProposalStore:
    """The proposals of one store, as they are put in and looked up."""

    def __init__(self, state: State, store: StoreName) -> None:
        """Open nothing yet."""
        self.state, self.store = state, store

    def put(self, found: ProposalList, who: Principal, text: Sequence[DocumentSentence] = ()) -> DocumentEdition:
        """Keep what a document proposes, and return its edition.

        `text` is all that the document says, in its order, so that it can be shown; else what is proposed is shown.
        What was judged of its sentences holds on. What is no longer in it and was never judged goes.

        Raises:
            InputError: nothing says what the document describes.
        """
        if found.for_node is None:
            raise InputError(message("review.describes_nothing", document=found.document))
        wanted = _by_key(found.for_node.id, found.items, text)
        with self.state.writing(settles=True) as connection:
            before = self._documents(connection)
            key = document_id(found.for_node.id, found.document)
            known = self._known(connection, key)
            there = {name for name, row in known.items() if not row["gone"]}
            last = next((one for one in before if one.id == key), None)
            edition = DocumentEdition(
                id=key,
                number=last.number if last else max((one.number for one in before), default=0) + 1,
                edition=last.edition + 1 if last else 1,
                for_node=found.for_node,
                found=found.model_copy(update={"items": []}),
                who=who.shown,
                at=datetime.fromisoformat(now()),
                fresh=len(wanted.keys() - there),
                same=len(wanted.keys() & there),
                gone=len(there - wanted.keys()),
            )
            add_rows(connection, "proposal_document", self.store, [_edition_row(edition)])
            self._put_sentences(connection, edition, wanted, known)
            self._put_candidates(connection, found.items)
            settle_sentences(connection, self.store, {*wanted, *known})
            Audit.note_with(connection, who, "proposals kept", f"{found.document}: {found.proposed}")
            return edition

    def documents(self) -> list[DocumentEdition]:
        """Return the latest edition of each document, the document first kept first."""
        with self.state.reading() as connection:
            return [] if connection is None else self._documents(connection)

    def document(self, key: str) -> DocumentEdition:
        """Return a document by its id or, where only one is called so, its name.

        Raises:
            NotFoundError: there is none, or there are several of that name.
        """
        found = [one for one in self.documents() if key in {one.id, one.name}]
        if len(found) != 1:
            raise NotFoundError(message("thing.document"), key, near=[one.id for one in found][:3])
        return found[0]

    def sentences(self, document: str) -> list[QueuedSentence]:
        """Return all sentences of a document by its id, in their order; those that are gone last."""
        return self._sentences("document = ? ORDER BY gone, position, sentence", document)

    def find(self, sentence: str) -> list[QueuedSentence]:
        """Return a sentence by its key in each document that has it: where it still stands first."""
        return self._sentences("sentence = ? ORDER BY gone, number", sentence)

    def first_of(self, keys: Collection[str]) -> dict[str, QueuedSentence]:
        """Return sentences by their keys, each where it still stands, in the document first kept."""
        where, values = is_one_of("sentence", keys)
        found = self._sentences(f"{where} ORDER BY gone DESC, number DESC", values)
        return {one.key: one for one in found}

    def candidates(self, keys: Collection[str], *, best_of: float | None = None) -> dict[str, list[Candidate]]:
        """Return what is proposed for sentences by their keys, the best first.

        With `best_of` the best of each alone that the graph has not, where it has this score at least.
        """
        found: dict[str, list[Candidate]] = {}
        with self.state.reading() as connection:
            if connection is None:
                return {}
            where, values = is_one_of("sentence", keys)
            order = f"{where} AND (? IS NULL OR score >= ? AND rank = ({_BEST})) ORDER BY rank"
            named = (values, best_of, best_of, *self.store)
            rows = select(connection, "proposal_candidate", self.store, order, *named)
        with self.state.decoding():
            for row in rows:
                found.setdefault(row["sentence"], []).append(Candidate.model_validate_json(row["body"]))
        return found

    def _sentences(self, where: str, value: str) -> list[QueuedSentence]:
        with self.state.reading() as connection:
            if connection is None:
                return []
            rows = select(connection, "proposal_sentence", self.store, where, value)
        with self.state.decoding():
            return [queued_sentence(row) for row in rows]

    def _documents(self, connection: sqlite3.Connection) -> list[DocumentEdition]:
        rows = select(connection, "proposal_document", self.store, "TRUE ORDER BY number, edition, at")
        with self.state.decoding():
            return list({row["document"]: _edition(row) for row in rows}.values())

    def _known(self, connection: sqlite3.Connection, document: str) -> dict[str, sqlite3.Row]:
        rows = select(connection, "proposal_sentence", self.store, "document = ?", document)
        return {row["sentence"]: row for row in rows}

    def _put_sentences(
        self,
        connection: sqlite3.Connection,
        edition: DocumentEdition,
        wanted: Mapping[str, DocumentSentence],
        known: Mapping[str, sqlite3.Row],
    ) -> None:
        """Put the sentences of an edition in the place of those of the one before; of these, keep what was judged."""
        where, values = is_one_of("sentence", known)
        rows = select(connection, "proposal_judgement", self.store, where, values)
        judged = {row["sentence"] for row in rows}
        others = select(connection, "proposal_sentence", self.store, where, values)
        shared = {row["sentence"] for row in others if row["document"] != edition.id}
        drop_rows(connection, "proposal_candidate", self.store, "sentence", known.keys() - judged - shared)
        drop_rows(connection, "proposal_sentence", self.store, "document", [edition.id])
        told = [
            sentence_row(edition.id, edition.number, position, key, one)
            for position, (key, one) in enumerate(wanted.items(), 1)
        ]
        gone = [{**dict(row), "gone": 1} for name, row in known.items() if name in judged - wanted.keys()]
        add_rows(connection, "proposal_sentence", self.store, [*told, *gone])

    def _put_candidates(self, connection: sqlite3.Connection, items: Sequence[ProposedSentence]) -> None:
        drop_rows(connection, "proposal_candidate", self.store, "sentence", [item.key for item in items])
        rows = [
            {
                "sentence": item.key,
                "candidate": one.id,
                "relation": one.relation or "",
                "rank": rank,
                "score": one.score,
                "kind": one.kind,
                "body": one.model_dump_json(),
            }
            for item in items
            for rank, one in enumerate(item.candidates, 1)
        ]
        add_rows(connection, "proposal_candidate", self.store, rows)


def _by_key(
    for_node: str, items: Sequence[ProposedSentence], text: Sequence[DocumentSentence]
) -> dict[str, DocumentSentence]:
    """Return what a document says by its keys, each sentence once, in the order of the document."""
    found = {one.key: one.sentence for one in items}
    if not text:
        return found
    told: dict[str, DocumentSentence] = {}
    for one in text:
        key = sentence_key(for_node, one.text)
        told.setdefault(key, found.get(key, one))
    return told | {key: one for key, one in found.items() if key not in told}


def _edition_row(edition: DocumentEdition) -> dict[str, object]:
    return {
        "document": edition.id,
        "number": edition.number,
        "edition": edition.edition,
        "name": edition.name,
        "for_node": edition.for_node.id,
        "body": edition.model_dump_json(exclude={"who", "at"}),
        "who": edition.who,
        "at": edition.at.isoformat(),
    }


def _edition(row: sqlite3.Row) -> DocumentEdition:
    return DocumentEdition.model_validate({**json.loads(row["body"]), "who": row["who"], "at": row["at"]})
