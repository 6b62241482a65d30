"""Judgements of proposals in the state file: each is kept, the latest of each reviewer stands."""

import secrets
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from api.principal import Principal
from api.state.audit import Audit
from api.state.database import State, now
from api.state.judgement_rows import judgement_of, judgement_row
from api.state.proposal_rows import OF_STORE, add_rows, is_one_of, select
from api.state.sentence_rows import settle_sentences
from api.state.table_register import StoreName
from graph.errors import NotFoundError
from graph.messages import message
from queries.proposals.judgement import Judgement, JudgementContent, ProposalTarget, undoable


class JudgementOrder(NamedTuple):
    """What is to be said of a target; `named` is how the candidate is called now, by language."""

    target: ProposalTarget
    content: JudgementContent
    named: dict[str, str]


def reviewer_of(who: Principal) -> str:
    """Return the name of a reviewer, the same in every session.

    >>> reviewer_of(Principal("Li Wei", "1a2b3c4d", frozenset(), session="99aabbcc"))
    'Li Wei (key 1a2b3c4d)'
    """
    return who._replace(session="").shown


class JudgementStore:
    """What reviewers said of the proposals of one store."""

    def __init__(self, state: State, store: StoreName) -> None:
        """Open nothing yet."""
        self.state, self.store = state, store

    def judge(self, orders: Sequence[JudgementOrder], who: Principal, *, may_apply: bool) -> list[Judgement]:
        """Keep judgements of one reviewer, all or none, as one batch; return them.

        What the reviewer says already is not said again.
        """
        with self.state.writing(settles=True) as connection:
            reviewer = reviewer_of(who)
            stands = {target: said[-1] for target, said in undoable(self._of(connection, reviewer)).items()}
            wanted = {one.target: one for one in orders if not _says(stands.get(one.target), one, may_apply)}
            return self._add(connection, [*wanted.values()], [None] * len(wanted), who, may_apply=may_apply)

    def undo(
        self, who: Principal, *, batch: str | None = None, target: ProposalTarget | None = None, may_apply: bool
    ) -> list[Judgement]:
        """Take back a batch of a reviewer, by default the latest, or what they said of a target; return how it stands.

        What they had said before stands again. What was judged anew since is left as it is.

        Raises:
            NotFoundError: they have said nothing, or not this, that is not taken back.
        """
        with self.state.writing(settles=True) as connection:
            said = undoable(self._of(connection, reviewer_of(who)))
            latest = [stack[-1] for stack in said.values()]
            if target is not None:
                undone = [one for one in latest if one.target == target]
            else:
                last = max(latest, key=lambda one: one.number, default=None)
                batch = batch if batch is not None else (last.batch if last else "")
                undone = [one for one in latest if one.batch == batch]
            if not undone:
                raise NotFoundError(message("thing.judgement"), batch or reviewer_of(who))
            orders = [JudgementOrder(one.target, _before(said[one.target]), one.named) for one in undone]
            return self._add(connection, orders, [one.id for one in undone], who, may_apply=may_apply)

    def of(self, keys: Collection[str] | None = None) -> list[Judgement]:
        """Return all that was said of sentences by their keys, or of all, the first first."""
        with self.state.reading() as connection:
            if connection is None:
                return []
            where, values = ("TRUE", ()) if keys is None else _named("sentence", keys)
            return self._select(connection, where, *values)

    def count(self) -> int:
        """Return how many judgements there are."""
        with self.state.reading() as connection:
            if connection is None:
                return 0
            statement = f"SELECT count(*) FROM proposal_judgement {OF_STORE}"  # noqa: S608
            return int(connection.execute(statement, tuple(self.store)).fetchone()[0])

    def _of(self, connection: sqlite3.Connection, reviewer: str) -> list[Judgement]:
        return self._select(connection, "who = ?", reviewer)

    def _select(self, connection: sqlite3.Connection, where: str, *values: str) -> list[Judgement]:
        rows = select(connection, "proposal_judgement", self.store, f"{where} ORDER BY number, at, id", *values)
        with self.state.decoding():
            return [judgement_of(row) for row in rows]

    def _add(
        self,
        connection: sqlite3.Connection,
        orders: Sequence[JudgementOrder],
        undoes: Sequence[str | None],
        who: Principal,
        *,
        may_apply: bool,
    ) -> list[Judgement]:
        if not orders:
            return []
        first = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM proposal_judgement").fetchone()[0]
        batch, at = secrets.token_hex(8), datetime.fromisoformat(now())
        told = [
            Judgement(
                id=secrets.token_hex(8),
                number=number,
                batch=batch,
                target=one.target,
                content=one.content,
                named=one.named,
                reviewer=reviewer_of(who),
                may_apply=may_apply,
                undoes=undone,
                at=at,
            )
            for number, (one, undone) in enumerate(zip(orders, undoes, strict=True), first)
        ]
        add_rows(connection, "proposal_judgement", self.store, map(judgement_row, told))
        settle_sentences(connection, self.store, {one.target.sentence for one in told})
        Audit.note_with(connection, who, "proposals judged", _told(told))
        return told


def _named(column: str, keys: Collection[str]) -> tuple[str, tuple[str, ...]]:
    where, values = is_one_of(column, keys)
    return where, (values,)


def _says(stands: Judgement | None, wanted: JudgementOrder, may_apply: bool) -> bool:
    return stands is not None and stands.content == wanted.content and stands.may_apply == may_apply


def _before(stack: Sequence[Judgement]) -> JudgementContent:
    """Return what was said before the last of these."""
    return stack[-2].content if len(stack) > 1 else JudgementContent(status="open")


def _told(judgements: Sequence[Judgement]) -> str:
    """Return what the audit log says: how many were accepted, rejected, deferred or taken back."""
    counts: dict[str, int] = {}
    for one in judgements:
        word = "taken back" if one.undoes else one.status
        counts[word] = counts.get(word, 0) + 1
    return ", ".join(f"{n} {word}" for word, n in sorted(counts.items()))
