"""Power loss at any moment of every command that writes: what was told done is there, all else is all or nothing.

What a command does to files is recorded, and played to disks that lose what was not synced: writes, sectors, names.
"""

import pickle
import random
from collections.abc import Iterator
from copy import deepcopy

import pytest

from tests.support.crash.jobs import JOBS, Job
from tests.support.crash.matrix import Matrix, check_parts, differing, open_matrix
from tests.support.crash.power_loss import Deed, Disk
from tests.support.crash.syscalls import IS_TRACEABLE
from tests.support.crash.view import view_of
from tests.support.soak import in_time, record, rounds

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


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_power_loss_leaves_all_or_nothing(matrix: Matrix, job: Job) -> None:
    """A third of the losses come when the command has ended, and said that it is done."""
    scene = matrix.scene(job)
    recorded = matrix.folder / "deeds"
    with matrix.copied(scene) as copy:
        begun = Disk(copy.folder)
        matrix.run(copy, job.words, record=recorded)
    deeds: list[Deed] = pickle.loads(recorded.read_bytes())
    failures: list[Exception] = []
    dice = random.Random(job.name)
    losses = 0
    for number in in_time(range(rounds(3, 1_000)), MINUTES, len(JOBS)):
        losses += 1
        disk = deepcopy(begun)
        at = dice.randrange(len(deeds)) if number % 3 else len(deeds)
        for deed in deeds[:at]:
            disk.do(deed)
        disk.lose_power(dice)
        with matrix.emptied(scene) as copy:
            disk.write(copy.folder)
            try:
                seen = view_of(copy.folder)
                check_parts(copy, seen)
                assert at < len(deeds) or seen == copy.after, differing(seen, copy.after)
                matrix.check(copy)
            except Exception as error:  # noqa: BLE001 - all of them are told of
                error.add_note(f"{job.name}: power lost after {at} of {len(deeds)} deeds, {deeds[at - 1]!r:.120}")
                failures.append(error)
    record("power loss, SQLite", job=job.name, losses=losses, failed=len(failures))
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {losses} losses failed", failures)
