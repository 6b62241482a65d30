"""Keys that come and go under load: each must be let in soon, to what its scope opens alone, and refused soon."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import NamedTuple

from api.auth.keys import KeyStore
from api.principal import SCOPES, AccessScope
from api.state.database import State
from benchmarks.load_processes import RunDelay
from benchmarks.wire import ask_once

DELAY_S = 1.0
"""Within which time a running service hears of a key, as docs/security.md says, where its processes need not wait."""
_WATCHED_S, _APART_S = 2.0, 0.05
_READING, _IMPORTING, _AUDITING = "/v1/sources", "/v1/ingest/runs", "/v1/audit"


class Hearing(NamedTuple):
    """The last request that was answered as if nobody had heard: when it was sent, in seconds after the change.

    `waited_s` of these a process of the service was ready, and had no processor.
    """

    sent_s: float = 0.0
    waited_s: float = 0.0

    @property
    def delay_s(self) -> float:
        """How long the service took of the time that it had."""
        return self.sent_s - self.waited_s


class KeyLife(NamedTuple):
    """One key: how every worker heard of it, and that it was revoked; and which paths it opened wrongly."""

    scope: AccessScope
    made: Hearing
    revoked: Hearing
    wrong: tuple[str, ...]


def change_keys(port: int, pid: int, state: Path, stop: Event, lives: list[KeyLife]) -> None:
    """Make and revoke keys of the service `pid` until `stop` is set, as the command line does."""
    keys, chance = KeyStore(State(state)), random.Random(1)
    while not stop.is_set():
        scope = chance.choice(SCOPES)
        opened = {_READING: True, _IMPORTING: scope != "read", _AUDITING: scope == "admin"}
        key = keys.create("under load", scope)
        headers = {"Authorization": f"Bearer {key.token}"}
        wrong: list[str] = []

        def is_unheard(
            path: str, headers: dict[str, str] = headers, opened: dict[str, bool] = opened, wrong: list[str] = wrong
        ) -> bool:
            """Ask, and note what is neither let in as the scope says, nor refused as a key that is not known."""
            status = ask_once(port, path, headers).status
            if status not in {401, 200 if opened[path] else 403}:
                wrong.append(f"{path}: {status}")
            return status == 401

        made = _watched(pid, list(opened), is_unheard)
        keys.revoke(key.key.id)
        revoked = _watched(pid, [_READING], lambda path, ask=is_unheard: not ask(path))  # type: ignore[misc]
        lives.append(KeyLife(scope, made, revoked, tuple(wrong)))


def _watched(pid: int, paths: list[str], is_unheard: Callable[[str], bool]) -> Hearing:
    """Ask for the paths in turn, each time over another connection and so of any worker; return the last unheard."""
    delay, begun, last, number = RunDelay(pid), time.monotonic(), Hearing(), 0
    while (sent := time.monotonic() - begun) < _WATCHED_S:
        if is_unheard(paths[number % len(paths)]):
            last = Hearing(sent, delay.waited_s())
        number += 1
        time.sleep(_APART_S)
    return last


def late(lives: list[KeyLife]) -> list[str]:
    """Return which keys were let in late, opened what is not theirs, or were let in long after they were revoked."""
    return [f"{one}" for one in lives if one.wrong or max(one.made.delay_s, one.revoked.delay_s) > DELAY_S]
