"""Whether what the readers of the soak saw is what they were promised, and how long they waited."""

import random
import statistics
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from benchmarks.soak_client import KNOWN, Asked
from benchmarks.soak_questions import Answering
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.past import snapshot_at
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store

CHECKED = 1500
"""How many different answers are worked out anew; all answers to one question at one revision are compared."""


UNNAMED = frozenset({"page", "export"})
"""Kinds of answers whose bodies do not end by their revision."""


class Soak(NamedTuple):
    """What the readers saw, and the revisions that there were, with their tokens."""

    answers: Sequence[Asked]
    tokens: Mapping[int, str]


def failures(seen: Soak, store: Store, answering: Mapping[str, Answering]) -> dict[str, list[str]]:
    """Return by promise where it was broken: nothing at all where all is well."""
    broken = {
        "requests that failed": [_named(one) for one in seen.answers if one.status not in _expected(one)],
        "answers of which header and body name different revisions": [
            f"{_named(one)}: {one.told}"
            for one in seen.answers
            if one.status == 200 and one.kind not in UNNAMED and one.revision != one.told
        ],
        "answers from a revision that never was": [
            _named(one) for one in seen.answers if one.revision not in seen.tokens
        ],
        "questions answered in two ways at one revision": list(_divided(seen.answers)),
        "answers that are not those of their revision": list(_wrong(seen, store, answering)),
        "answers on one connection from an earlier revision than before": list(_back(seen.answers)),
    }
    return {promise: where for promise, where in broken.items() if where}


def figures(answers: Sequence[Asked]) -> dict[str, object]:
    """Return how many there were, and how long they took."""
    median, slowest = median_s(answers), slowest_s(answers)
    return {
        "requests": len(answers),
        "seconds": round(max(one.at for one in answers), 1),
        "median_ms": round(1000 * median, 2),
        "p99_ms": round(1000 * slowest, 2),
        "most_ms": round(1000 * max(one.took_s for one in answers), 1),
        "ratio": round(slowest / median, 2),
        "revisions": sorted({one.revision or 0 for one in answers}),
    }


def median_s(answers: Sequence[Asked]) -> float:
    """Return how long the middle one took."""
    return statistics.median(one.took_s for one in answers)


def slowest_s(answers: Sequence[Asked]) -> float:
    """Return what all but the slowest hundredth stayed under."""
    return statistics.quantiles((one.took_s for one in answers), n=100)[-1] if len(answers) > 1 else 0.0


def _named(one: Asked) -> str:
    return f"{one.path} at {one.revision}, {one.at:.2f} s: {one.status}"


def _expected(one: Asked) -> set[int]:
    """Return the statuses that are right: what a client has may hold, or be followed by another answer."""
    return {200, 304} if one.kind == KNOWN else {200}


def _divided(answers: Sequence[Asked]) -> Iterator[str]:
    found: defaultdict[tuple[str, int | None], set[int]] = defaultdict(set)
    for one in answers:
        if one.status == 200:
            found[one.path, one.revision].add(one.digest)
    return (f"{path} at {revision}" for (path, revision), digests in found.items() if len(digests) > 1)


def _wrong(seen: Soak, store: Store, answering: Mapping[str, Answering]) -> Iterator[str]:
    """Yield, of a sample, the answers that are not what the store's own log of changes leads to."""
    different = {(one.path, one.revision or 0): one.digest for one in seen.answers if one.status == 200}
    known = sorted((path, number) for path, number in different if seen.tokens.get(number) and path in answering)
    present = compile_snapshot(store)
    sample = random.Random(3).sample(known, min(CHECKED, len(known)))
    for number, paths in groupby(sorted(sample, key=itemgetter(1)), itemgetter(1)):
        state = _state(store, present, number, seen.tokens[number])
        for path, _ in paths:
            expected = answering[path](state).model_dump_json().encode()
            if zlib.crc32(expected) != different[path, number]:
                yield f"{path} at {number}"


def _state(store: Store, present: Snapshot, number: int, token: str) -> Snapshot:
    past, _ = snapshot_at(store, number, present)
    return past.altered(dict(past.arrays), {**past.about, "token": token}, ())


def _back(answers: Sequence[Asked]) -> Iterator[str]:
    # An export is read from the store itself, and may be ahead of the snapshot by the time that one takes.
    latest: dict[int, int] = {}
    for one in sorted((one for one in answers if one.kind != "export"), key=lambda one: one.at):
        known = latest.get(one.connection, 0)
        latest[one.connection] = max(one.revision or 0, known)
        if (one.revision or 0) < known:
            yield f"{_named(one)} after {known}"
