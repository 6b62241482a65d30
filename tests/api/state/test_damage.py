"""Flipped bits in the state file: it is read as it is, or told to be unusable; nothing else comes of it."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from api.auth.keys import KeyStore
from api.auth.sessions import SessionStore
from api.principal import Principal
from api.state.audit import Audit
from api.state.database import State
from graph.errors import StoreUnavailableError
from tests.support.bit_flips import flips, written


@pytest.mark.parametrize("seed", range(2))
def test_a_flipped_bit_ends_in_an_answer_or_in_words(tmp_path: Path, seed: int) -> None:
    """Keys, sessions, audit and runs are read, or a StoreUnavailableError names the file."""
    state = State(tmp_path / "whole.db")
    for name in ("one", "two"):
        KeyStore(state).create(name, "read", timedelta(days=1))
        Audit(state).note(Principal(name, "", frozenset()), "imported", "detail")
    state.close()
    with closing(sqlite3.connect(state.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 512")
        connection.execute("VACUUM INTO ?", (str(tmp_path / "compact.db"),))
    told: Counter[str] = Counter()
    for bit, changed in flips((tmp_path / "compact.db").read_bytes(), seed=seed):
        damaged = State(written(tmp_path / "state.db", changed))
        asked = (KeyStore(damaged).all, SessionStore(damaged).hashed, Audit(damaged).latest, partial(damaged.runs, ""))
        for ask in asked:
            try:
                ask()
            except StoreUnavailableError as error:
                told["named" if "state.db" in str(error) else f"{bit}: {error}"] += 1
            except Exception as error:  # noqa: BLE001 - this is what must not happen
                told[f"{bit}: {error!r}"] += 1
        damaged.close()
    assert told.keys() == {"named"}, told
