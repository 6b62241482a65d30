"""The readers of the soak: connections that ask a mix of questions, each as soon as it is answered, in a process."""

import random
import re
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from typing import NamedTuple

from benchmarks.wire import Answer, in_turn, request_to

_TOLD = re.compile(rb'"revision":(\d+)}$')
KNOWN = "304"
"""The kind of question that asks again for what the client has."""


class Asked(NamedTuple):
    """One question as it was answered, at `at` seconds after the beginning; `digest` is of the body.

    `revision` is the header's, `told` the body's; None where there is none.
    """

    kind: str
    path: str
    at: float
    took_s: float
    status: int
    revision: int | None
    told: int | None
    digest: int
    connection: int


class Mix(NamedTuple):
    """What is asked: paths by kind, and how often each kind is asked beside the others."""

    paths: Mapping[str, Sequence[str]]
    shares: Mapping[str, int]


class Pace(NamedTuple):
    """How a reader asks: over how many connections, for how long at least, by which headers, how far apart.

    Who asks apart measures what is answered exactly over one connection alone; `seed` is of the order of questions.
    """

    connections: int
    least_s: float
    headers: Mapping[str, str] = {}
    apart_s: float = 0.0
    seed: int = 11


def read_on(port: int, mix: Mix, pace: Pace, stop: Event, out: Connection) -> None:
    """Ask until `stop` is set, and as long as the pace says; send every answer as it came to `out`."""
    found: list[Asked] = []
    tags = _Tags()
    begun = time.perf_counter()
    under_way: dict[bytes, tuple[str, str, float]] = {}

    def take(question: bytes, answer: Answer, connection: int) -> None:
        kind, path, sent = under_way.pop(question)
        now = time.perf_counter()
        revision = answer.header(b"rolepath-revision")
        tag = answer.header(b"etag")
        if tag is not None:
            tags.keep(path, tag)
        told = _TOLD.search(answer.body[-40:])
        body = None if told is None else int(told[1])
        number = None if revision is None else int(revision)
        digest = zlib.crc32(answer.body)
        found.append(Asked(kind, path, sent - begun, now - sent, answer.status, number, body, digest, connection))

    def questions() -> Iterator[bytes]:
        for number, (kind, path, headers) in enumerate(_choices(mix, tags, pace.seed)):
            if stop.is_set() and time.perf_counter() - begun >= pace.least_s:
                return
            time.sleep(pace.apart_s)
            question = request_to(path, {**pace.headers, **headers, "X-Request-Id": f"soak-{number}"})
            under_way[question] = kind, path, time.perf_counter()
            yield question

    try:
        in_turn(port, questions(), pace.connections, take)
    except (OSError, AssertionError) as error:
        out.send(f"{type(error).__name__}: {error}")
        return
    out.send([tuple(one) for one in found])


class _Tags:
    """The latest ETags by path, of which any can be chosen at once."""

    def __init__(self) -> None:
        self._of: dict[str, bytes] = {}
        self._paths: list[str] = []

    def keep(self, path: str, tag: bytes) -> None:
        if path not in self._of:
            self._paths.append(path)
        self._of[path] = tag

    def choose(self, chance: random.Random) -> tuple[str, bytes] | None:
        """Return one by chance; of those that came last, so that most of them still hold."""
        latest = self._paths[-500:]
        return (path := chance.choice(latest), self._of[path]) if latest else None


def _choices(mix: Mix, tags: _Tags, seed: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield questions for ever, by chance as the mix says; what is known is asked for with its ETag."""
    chance = random.Random(seed)
    kinds, shares = list(mix.shares), list(mix.shares.values())
    while True:
        (kind,) = chance.choices(kinds, shares)
        known = tags.choose(chance) if kind == KNOWN else None
        if known is not None:
            yield KNOWN, known[0], {"If-None-Match": known[1].decode()}
        elif kind != KNOWN:
            yield kind, chance.choice(mix.paths[kind]), {}
