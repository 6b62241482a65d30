"""Review queue: the sentences that pass a filter, in their order, and how many of each status there are."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from api.state.database import State
from api.state.judgements import JudgementStore
from api.state.proposal_rows import OF_STORE, is_one_of, select
from api.state.proposals import ProposalStore
from api.state.sentence_rows import NOTHING, QueuedSentence, queued_sentence
from api.state.table_register import StoreName
from graph.errors import NotFoundError
from graph.messages import message
from queries.proposals.judgement import STATUSES, JudgementStatus
from queries.proposals.review_filter import ReviewFilter

_ORDER = "number, position, sentence"
_Condition = tuple[str, tuple[object, ...]]


class QueuePlace(NamedTuple):
    """A place in the queue, behind which it goes on: the document's, the sentence's in it, and its key."""

    number: int
    position: int
    key: str


class ReviewQueue:
    """The queue of one store; `proposals` and `judgements` are what it is made of."""

    def __init__(self, state: State, store: StoreName) -> None:
        """Open nothing yet."""
        self.state, self.store = state, store
        self.proposals, self.judgements = ProposalStore(state, store), JudgementStore(state, store)

    def find(
        self,
        wanted: ReviewFilter,
        among: Collection[str] | None = None,
        *,
        after: QueuePlace | None = None,
        limit: int = 100,
    ) -> list[QueuedSentence]:
        """Return the sentences that pass and are in `among`, in the order of documents, then of their texts."""
        conditions = [*_conditions(self.store, wanted, among)]
        if after is not None:
            conditions.append((f"({_ORDER}) > (?, ?, ?)", tuple(after)))
        with self.state.reading() as connection:
            if connection is None:
                return []
            where, values = _joined(conditions)
            order = f"{where} ORDER BY {_ORDER} LIMIT ?"
            rows = select(connection, "proposal_sentence", self.store, order, *values, limit)
        with self.state.decoding():
            return [queued_sentence(row) for row in rows]

    def count(self, wanted: ReviewFilter, among: Collection[str] | None = None) -> dict[JudgementStatus, int]:
        """Return how many sentences that pass there are, by status."""
        with self.state.reading() as connection:
            if connection is None:
                return dict.fromkeys(STATUSES, 0)
            where, values = _joined([*_conditions(self.store, wanted, among)])
            statement = f"SELECT status, count(*) FROM proposal_sentence {OF_STORE} AND {where} GROUP BY status"  # noqa: S608
            found = {row[0]: row[1] for row in connection.execute(statement, (*self.store, *values))}
        return {status: found.get(status, 0) for status in STATUSES}

    def key_of(self, beginning: str) -> str:
        """Return the key of the one sentence whose key begins so. Raises NotFoundError; several are named."""
        with self.state.reading() as connection:
            found: list[str] = []
            if connection is not None:
                statement = f"SELECT DISTINCT sentence FROM proposal_sentence {OF_STORE} AND substr(sentence, 1, ?) = ?"  # noqa: S608
                rows = connection.execute(f"{statement} LIMIT 4", (*self.store, len(beginning), beginning))
                found = [row[0] for row in rows]
        if len(found) != 1 or not beginning:
            raise NotFoundError(message("thing.sentence"), beginning, near=found[:3])
        return found[0]

    def relations(self) -> list[str]:
        """Return by which relations something is proposed, in order."""
        with self.state.reading() as connection:
            if connection is None:
                return []
            statement = f"SELECT DISTINCT relation FROM proposal_candidate {OF_STORE} ORDER BY relation"  # noqa: S608
            return [row[0] for row in connection.execute(statement, tuple(self.store)) if row[0]]


def _conditions(store: StoreName, wanted: ReviewFilter, among: Collection[str] | None) -> Iterator[_Condition]:
    yield "status <> ? AND NOT (gone AND status = 'open')", (NOTHING,)
    if wanted.status in STATUSES:
        yield "status = ?", (wanted.status,)
    if wanted.document is not None:
        yield _is_in("document", "proposal_document", "? IN (document, name)"), (*store, wanted.document)
    if wanted.sentence is not None:
        yield "sentence = ?", (wanted.sentence,)
    if wanted.kind is not None:
        yield "json_extract(body, '$.kind') = ?", (wanted.kind.value,)
    if wanted.relation is not None or wanted.least is not None:
        relation, least = wanted.relation, wanted.least
        better = "(? IS NULL OR relation = ?) AND (? IS NULL OR score >= ?)"
        yield _is_in("sentence", "proposal_candidate", better), (*store, relation, relation, least, least)
    if wanted.reviewer is not None:
        name = wanted.reviewer
        said = "(who = ? OR substr(who, 1, length(?) + 2) = ? || ' (')"
        yield _is_in("sentence", "proposal_judgement", said), (*store, name, name, name)
    if among is not None:
        where, values = is_one_of("sentence", among)
        yield where, (values,)


def _is_in(column: str, table: str, where: str) -> str:
    return f"{column} IN (SELECT {column} FROM {table} {OF_STORE} AND {where})"  # noqa: S608


def _joined(conditions: Collection[_Condition]) -> _Condition:
    where = " AND ".join(f"({clause})" for clause, _ in conditions)
    return where, tuple(value for _, values in conditions for value in values)
