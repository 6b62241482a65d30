"""Applied links in the state file: which judgements became which link, by which run of which source.

Rows are noted before the graph changes, under the run's id, and marked done after it: a row that is not done says
nothing until the graph is known to have the run.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from api.state.database import State, now
from api.state.proposal_rows import OF_STORE, add_rows, select
from api.state.table_register import StoreName
from graph.model import LinkKey, NodeId
from queries.proposals.judgement import ProposalTarget


class AppliedLink(NamedTuple):
    """A link as a run stated it for a judgement; of a run that dropped it, `judgement` and `target` are empty.

    `made` is the node that was made of the sentence, empty for none.
    """

    run: str
    judgement: str
    target: ProposalTarget
    key: LinkKey
    made: str
    source: str


class AppliedLinkStore:
    """The applied links of one store."""

    def __init__(self, state: State, store: StoreName) -> None:
        """Open nothing yet."""
        self._state, self._store = state, store

    def note(self, links: Sequence[AppliedLink]) -> None:
        """Keep what a run is about to state."""
        at = now()
        with self._state.writing(settles=True) as connection:
            add_rows(connection, "proposal_link", self._store, [_row(one, at) for one in links])

    def settle(self, known_runs: Collection[str], *, gone_runs: Collection[str] = ()) -> None:
        """Mark what the graph has as done; drop what it will never have: of runs that are named as such."""
        with self._state.writing(settles=True) as connection:
            rows = select(connection, "proposal_link", self._store, "NOT done")
            done = [(row["id"],) for row in rows if row["run"] in known_runs]
            gone = [(row["id"],) for row in rows if row["run"] in gone_runs]
            connection.executemany("UPDATE proposal_link SET done = 1 WHERE id = ?", done)
            connection.executemany("DELETE FROM proposal_link WHERE id = ?", gone)

    def unsettled(self) -> set[str]:
        """Return the runs of which it is not marked whether the graph has them."""
        with self._state.reading() as connection:
            if connection is None:
                return set()
            statement = f"SELECT DISTINCT run FROM proposal_link {OF_STORE} AND NOT done"  # noqa: S608
            return {row[0] for row in connection.execute(statement, tuple(self._store))}

    def latest(self, without: Collection[str] = ()) -> dict[LinkKey, list[AppliedLink]]:
        """Return by link what the last run stated that is done; runs in `without` do not count."""
        with self._state.reading() as connection:
            if connection is None:
                return {}
            rows = select(connection, "proposal_link", self._store, "done ORDER BY rowid")
        found: dict[LinkKey, list[AppliedLink]] = {}
        for one in map(_link, rows):
            if one.run in without:
                continue
            if one.key in found and found[one.key][0].run == one.run:
                found[one.key].append(one)
            else:
                found[one.key] = [one]
        return {key: links for key, links in found.items() if links[0].judgement}


def _row(one: AppliedLink, at: str) -> dict[str, object]:
    from_id, relation, to_id = one.key
    link = {"from_id": from_id, "link_relation": relation, "to_id": to_id, "made": one.made, "source": one.source}
    return {"run": one.run, "judgement": one.judgement, **one.target._asdict(), **link, "at": at, "done": 0}


def _link(row: sqlite3.Row) -> AppliedLink:
    target = ProposalTarget(row["sentence"], row["candidate"], row["relation"])
    key = (NodeId(row["from_id"]), row["link_relation"], NodeId(row["to_id"]))
    return AppliedLink(row["run"], row["judgement"], target, key, row["made"], row["source"])


def judged(links: Iterable[AppliedLink]) -> set[str]:
    """Return the ids of the judgements that links were stated for."""
    return {one.judgement for one in links}
