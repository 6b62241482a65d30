"""What stands in stores and in the state file, in parts: each of which a job leaves as it was, or as it will be."""

import sqlite3
from contextlib import closing
from pathlib import Path

from api.auth.keys import KeyStore
from api.state.audit import Audit
from api.state.backup import read_state_copy
from api.state.database import State
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from queries.gaps import find_gaps
from tests.support.factory import replayed, statements

View = dict[str, object]
"""What stands, by part."""
FILES = ("graph.db", "copy.db", "backup.db")


def view_of(folder: Path) -> View:
    """Return what stands in the files of a round; a store at which nothing was imported is as good as none."""
    seen: View = {}
    for name in FILES:
        store = open_store(f"sqlite:///{folder / name}")
        if store.exists() and store.revision().number:
            seen[f"{name}: format"] = _format_of(folder / name)
            seen |= {f"{name}: {part}": value for part, value in store_view(store).items()}
        store.close()
    state = State(folder / "state.db")
    keys = KeyStore(state)
    seen["keys"] = sorted((key.name, key.scope, key.revoked_at is None) for key in keys.all().items)
    seen["given up"] = keys.were_given_up()
    seen["audit"] = sorted({deed.what for deed in Audit(state).latest(limit=100).items})
    seen["saved state"] = _saved(folder / "backup.db.state")
    return {part: value for part, value in seen.items() if value}


def store_view(store: Store) -> View:
    """Return what a store holds, by part, and what it answers; its history leads to what it holds."""
    held = statements(store)
    number = store.revision().number
    assert replayed(store.changes(0, number)) == held
    runs = [(run.source, run.revision, run.report.get("undoes") is not None) for run in store.runs()]
    assert [revision for _, revision, _ in runs] == list(range(number, 0, -1))
    gaps = find_gaps(compile_snapshot(store)).model_dump_json(exclude={"next"})  # it holds the revision's token
    return {"graph": (number, repr(held), runs, gaps), "mark": store.needs_keys(), "content": store.check()}


def _format_of(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _saved(file: Path) -> list[object]:
    """Return what a copy of the state holds."""
    return [(table, len(rows)) for table, rows in sorted(read_state_copy(file).items())] if file.exists() else []
