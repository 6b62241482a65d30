"""The crash matrix of the embedded store: kill -9 and a full disk at the steps of every command that writes."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest

from tests.support.crash.faults import Fault, Kind
from tests.support.crash.jobs import JOBS, Job
from tests.support.crash.matrix import Matrix, open_matrix
from tests.support.crash.syscalls import IS_TRACEABLE
from tests.support.soak import IS_SOAK, in_time, record

pytestmark = [
    pytest.mark.slow,
    pytest.mark.soak,
    pytest.mark.skipif(not IS_TRACEABLE, reason="system calls are stopped on Linux on x86-64 alone"),
]
MINUTES = 30.0
"""How long `make soak` takes for all jobs together, each as long as any other."""


@pytest.fixture(scope="module")
def matrix() -> Iterator[Matrix]:
    with open_matrix() as found:
        yield found


def faults(job: Job, steps: int) -> list[Fault]:
    """Return at which of its steps the job meets which fault: a death and a full disk, or in `make soak` any, mixed."""
    dice = random.Random(job.name)
    if not IS_SOAK:
        kinds: tuple[Kind, ...] = (dice.choice(("kill", "torn", "moment")), dice.choice(("full", "once")))
        return [Fault(kind, dice.randrange(steps)) for kind in kinds]
    met = [Fault(kind, at) for kind in get_args(Kind) for at in range(steps)]
    dice.shuffle(met)
    return met


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_crash_leaves_all_or_nothing(matrix: Matrix, job: Job) -> None:
    """And answers are those of a store that never crashed, the command works when repeated, nothing is left over."""
    scene = matrix.scene(job)
    failures: list[Exception] = []
    met: Counter[str] = Counter()
    for fault in in_time(faults(job, len(scene.steps)), MINUTES, len(JOBS)):
        met[fault.kind] += 1
        try:
            matrix.play(scene, fault)
        except Exception as error:  # noqa: BLE001 - all of them are told of
            failures.append(error)
    told = {"rounds": met.total(), "failed": len(failures)}
    record("crash matrix, SQLite", job=job.name, steps=len(scene.steps), **told, **met)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {met.total()} rounds failed", failures)
