"""Tables of the state file whose rows are kept for people: sealed, copied with the store, and searched for names.

A table that is added gets one entry here, and its columns in a version of api/state/database.py: with that its rows
are sealed, go into backups and come back from them, follow their store, and forget people.
"""

from typing import NamedTuple


class StoreName(NamedTuple):
    """How rows name their store: by its own id, and by where it is; either is enough to know it by."""

    id: str
    url: str

    def is_of(self, store_id: str, store_url: str) -> bool:
        """Say whether a row of this store's id and place is of this store."""
        return store_id == self.id or store_url == self.url


class StateTable(NamedTuple):
    """A table: how its rows are told apart, sealed, copied and forgotten.

    `key` tells its rows apart. `beside` is a column that no index holds: SQLite finds it by the number of the row,
    which no seal can tell of. `part` is the column by which rows are asked for. `copied` says which rows a backup
    holds, as a condition in SQL; None where none. `is_secret`: only where it is asked for. `is_of_store`: rows name
    their store in the columns `store` (its id) and `store_url`, and are copied with that store alone. `texts` are the
    columns in which somebody's name may stand; those in `names` are nothing but names.
    """

    name: str
    key: str
    beside: str
    part: str | None = None
    copied: str | None = None
    is_secret: bool = False
    is_of_store: bool = False
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


TABLES: tuple[StateTable, ...] = (
    StateTable("api_key", "id", "name", copied="TRUE", is_secret=True, names=("name",)),
    StateTable("session", "id", "key_id"),
    StateTable("keys_given_up", "at", "at"),
    StateTable("audit", "id", "who", part="run", copied="TRUE", names=("who",), texts=("detail",)),
    StateTable("run", "id", "source", part="store_url", copied="TRUE", texts=("source", "report")),
    StateTable(
        *("job", "id", "who"),
        part="store_url",
        copied="ended_at > ''",  # an upload of an import that is not over is in no copy
        names=("who",),
        texts=("wanted", "report", "problem"),
    ),
    StateTable(*("follow_up", "id", "note"), copied="TRUE", is_of_store=True, names=("owner", "who"), texts=("note",)),
    *(
        StateTable(*told, copied="TRUE", is_of_store=True, names=names, texts=texts)
        for told, names, texts in (
            (("proposal_document", "id", "name"), ("who",), ("name", "body")),
            (("proposal_sentence", "id", "gone"), (), ("body",)),
            (("proposal_candidate", "id", "rank"), (), ()),
            (("proposal_judgement", "id", "number"), ("who",), ("body", "reason")),
            (("proposal_link", "id", "run"), (), ()),
        )
    ),
    StateTable("reply", "id", "digest", texts=("body",)),
    StateTable("forgotten", "id", "at", copied="TRUE"),
)
DECISIONS: tuple[StateTable, ...] = tuple(table for table in TABLES if table.is_of_store)
"""What people decided about a store's graph."""
