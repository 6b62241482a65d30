"""Rows of sentences in review: what each says, where it stands, and how far it is by all that was said of it."""

import sqlite3
from collections.abc import Collection, Mapping
from typing import NamedTuple

from api.state.judgement_rows import judgement_of
from api.state.proposal_rows import is_one_of, select
from api.state.table_register import StoreName
from queries.proposals.judgement import Judgement, JudgementStatus, ProposalTarget, sentence_status
from queries.proposals.proposal import DocumentSentence

NOTHING = "none"
"""The status of a sentence of which nothing is proposed, and nothing was judged."""


class QueuedSentence(NamedTuple):
    """A sentence of a document in the queue: where in it, and how far it is; None where nothing is proposed of it.

    `number` is the document's place in the queue. `is_gone`: the latest edition of the document has it no more.
    """

    key: str
    document: str
    number: int
    position: int
    sentence: DocumentSentence
    status: JudgementStatus | None
    is_gone: bool


def sentence_row(document: str, number: int, position: int, key: str, sentence: DocumentSentence) -> dict[str, object]:
    """Return the row of a sentence at a position of a document; how far it is, is settled afterwards."""
    return {
        "document": document,
        "number": number,
        "position": position,
        "sentence": key,
        "body": sentence.model_dump_json(),
        "status": NOTHING,
        "gone": 0,
    }


def queued_sentence(row: sqlite3.Row) -> QueuedSentence:
    """Return the sentence that a row holds."""
    return QueuedSentence(
        row["sentence"],
        row["document"],
        row["number"],
        row["position"],
        DocumentSentence.model_validate_json(row["body"]),
        None if row["status"] == NOTHING else row["status"],
        bool(row["gone"]),
    )


def settle_sentences(connection: sqlite3.Connection, store: StoreName, keys: Collection[str] | None = None) -> None:
    """Bring what rows of sentences say of how far they are up to date; of all sentences where no keys are named."""
    where, values = ("TRUE", ()) if keys is None else _named(keys)
    said: dict[str, list[Judgement]] = {}
    for row in select(connection, "proposal_judgement", store, f"{where} ORDER BY number, at, id", *values):
        one = judgement_of(row)
        said.setdefault(one.target.sentence, []).append(one)
    proposed: dict[str, list[ProposalTarget]] = {}
    to_judge = f"{where} AND NOT json_extract(body, '$.stands')"
    for row in select(connection, "proposal_candidate", store, to_judge, *values):
        target = ProposalTarget(row["sentence"], row["candidate"], row["relation"])
        proposed.setdefault(target.sentence, []).append(target)
    changed = [
        (status, row["id"])
        for row in select(connection, "proposal_sentence", store, where, *values)
        if (status := _status(row["sentence"], proposed, said)) != row["status"]
    ]
    connection.executemany("UPDATE proposal_sentence SET status = ? WHERE id = ?", changed)


def settle_copied(connection: sqlite3.Connection, store: StoreName) -> None:
    """Bring sentences up to date after rows were copied to the store: of what stands twice, what was there stays."""
    for table, columns in (
        ("proposal_sentence", "document, sentence"),
        ("proposal_candidate", "sentence, candidate, relation"),
    ):
        first = f"SELECT min(rowid) FROM {table} WHERE store = ? GROUP BY {columns}"  # noqa: S608
        connection.execute(f"DELETE FROM {table} WHERE store = ? AND rowid NOT IN ({first})", (store.id, store.id))  # noqa: S608
    settle_sentences(connection, store)


def _named(keys: Collection[str]) -> tuple[str, tuple[str, ...]]:
    where, values = is_one_of("sentence", keys)
    return where, (values,)


def _status(key: str, proposed: Mapping[str, list[ProposalTarget]], said: Mapping[str, list[Judgement]]) -> str:
    if key not in proposed and key not in said:
        return NOTHING
    return sentence_status(key, proposed.get(key, []), said.get(key, []))
