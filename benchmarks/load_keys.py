"""Keys that come and go under load: each must be let in soon, to what its scope opens alone, and refused soon."""

import random
import time
from pathlib import Path
from threading import Event
from typing import NamedTuple

from api.auth.keys import KeyStore
from api.principal import SCOPES, AccessScope
from api.state.database import State
from benchmarks.wire import ask_once

DELAY_S = 1.0
"""Within which time a running service hears of a key, as docs/security.md says."""
_WATCHED_S, _APART_S, _PATIENCE_S = 2.5, 0.05, 30.0
_READING, _IMPORTING, _AUDITING = "/v1/sources", "/v1/ingest/runs", "/v1/audit"


class KeyLife(NamedTuple):
    """One key: after how long every worker let it in, and when it was let in last after it was revoked; seconds."""

    scope: AccessScope
    let_in_s: float
    last_in_s: float
    wrong: tuple[str, ...]


def change_keys(port: int, state: Path, stop: Event, lives: list[KeyLife]) -> None:
    """Make and revoke keys until `stop` is set, as the command line does."""
    keys, chance = KeyStore(State(state)), random.Random(1)
    while not stop.is_set():
        scope = chance.choice(SCOPES)
        made = keys.create("under load", scope)
        headers = {"Authorization": f"Bearer {made.token}"}
        let_in_s = _await_entry(port, headers)
        opened = {_READING: True, _IMPORTING: scope != "read", _AUDITING: scope == "admin"}
        told = {path: ask_once(port, path, headers).status for path in opened}
        # 401 is of a worker that has not heard of the key yet: how long that takes is told apart.
        wrong = [
            f"{scope}: {path}: {status}"
            for path, status in told.items()
            if status not in {401, 200 if opened[path] else 403}
        ]
        keys.revoke(made.key.id)
        lives.append(KeyLife(scope, let_in_s, _last_entry(port, headers), tuple(wrong)))


def _await_entry(port: int, headers: dict[str, str], times: int = 6) -> float:
    """Return after how long the key was let in so many times one after the other, each over its own connection."""
    begun, seen, first = time.monotonic(), 0, 0.0
    while seen < times and time.monotonic() - begun < _PATIENCE_S:
        asked = time.monotonic() - begun
        is_in = ask_once(port, _READING, headers).status == 200
        first = first if seen and is_in else asked
        seen = seen + 1 if is_in else 0
        time.sleep(0 if is_in else _APART_S)
    return first if seen else _PATIENCE_S


def _last_entry(port: int, headers: dict[str, str]) -> float:
    """Return the latest moment at which a request was sent that was let in, of those of the next seconds."""
    begun, last = time.monotonic(), 0.0
    while (asked := time.monotonic() - begun) < _WATCHED_S:
        if ask_once(port, _READING, headers).status != 401:
            last = asked
        time.sleep(_APART_S)
    return last


def late(lives: list[KeyLife], margin_s: float) -> list[str]:
    """Return which keys were let in late, opened what is not theirs, or were let in long after they were revoked."""
    most = DELAY_S + margin_s
    return [f"{one}" for one in lives if one.wrong or one.let_in_s > most or one.last_in_s > most]
