"""The crash matrix of the Neo4j store: commands are killed (-9) at what they send to the server."""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.stores import open_store
from tests.support.crash.college import write_editions
from tests.support.crash.faults import NO_FAULT_ON_SENDS, Fault
from tests.support.crash.jobs import JOBS_ON_SERVER, Job, Words
from tests.support.crash.matrix import filled
from tests.support.crash.stage import Ended, Stage, open_stage
from tests.support.crash.syscalls import IS_TRACEABLE
from tests.support.crash.view import View, store_view
from tests.support.soak import record, rounds
from tests.support.stores import empty_neo4j

pytestmark = [
    pytest.mark.neo4j,
    pytest.mark.slow,
    pytest.mark.soak,
    pytest.mark.skipif(not IS_TRACEABLE, reason="system calls are stopped on Linux on x86-64 alone"),
]
SMALL_STAGES = {
    "graph.stores.neo4j.apply.ATOMIC_CHANGES": 50,
    "graph.stores.neo4j.write.PART": 40,
    "graph.stores.neo4j.apply.LEASE_S": 0,
}
DOUBLES = """
MATCH (n:Entity) WITH n.id AS id, count(*) AS times WHERE times > 1 RETURN count(*) AS doubles
UNION ALL
MATCH (a)-[r]->(b) WITH a, b, type(r) AS relation, count(*) AS times WHERE times > 1 RETURN count(*) AS doubles
"""


class ServerMatrix:
    """Plays jobs on a server's one database, which is emptied before each."""

    def __init__(self, stage: Stage, url: str, folder: Path) -> None:
        self._stage, self._url, self._folder = stage, url, folder
        write_editions(folder / "files")

    def begin(self, job: Job) -> Path:
        """Do what goes before the job, and return the folder of its files."""
        empty_neo4j(self._url)
        here = Path(tempfile.mkdtemp(dir=self._folder))
        for words in job.before:
            ended = self.run(here, words)
            assert ended.status == 0, ended
        return here

    def run(self, here: Path, words: Words, fault: Fault | None = None, *, staged: bool = False) -> Ended:
        """Run a command."""
        environment = {
            "ROLEPATH_STORE": self._url,
            "ROLEPATH_STATE": str(here / "state.db"),
            "ROLEPATH_CACHE": str(here / "cache"),
            "COLUMNS": "1000",
        }
        told = {"{here}": str(here), "{files}": str(self._folder / "files"), "{url}": self._url}
        patches = SMALL_STAGES if staged else {}
        return self._stage.run([filled(word, told) for word in words], here, environment, fault, patches=patches)

    def view(self, here: Path) -> View:
        """Return what stands on the server, and in the copy that a job may make."""
        seen: View = {}
        for name, url in (("server", self._url), ("backup", f"sqlite:///{here / 'backup.db'}")):
            store = open_store(url)
            if store.exists() and store.revision().number:
                seen |= {f"{name}: {part}": value for part, value in store_view(store).items()}
            store.close()
        return seen

    def doubles(self) -> int:
        """Return how many nodes and relationships the database holds twice."""
        import neo4j

        with neo4j.GraphDatabase.driver(self._url, notifications_min_severity="OFF") as driver:
            return sum(int(record["doubles"]) for record in driver.execute_query(DOUBLES).records)


@pytest.fixture(scope="module")
def matrix(neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerMatrix]:
    with open_stage("neo4j", "graph.stores.neo4j") as stage:
        yield ServerMatrix(stage, neo4j_url, tmp_path_factory.mktemp("crashes"))


def play(matrix: ServerMatrix, job: Job, dice: random.Random, rounds_left: int) -> int:
    """Kill the job at some of what it sends, and check what it leaves; return how many sends it has."""
    here = matrix.begin(job)
    before = matrix.view(here)
    ended = matrix.run(here, job.words, NO_FAULT_ON_SENDS, staged=job.staged)
    assert ended.status == 0, ended
    after = matrix.view(here)
    sends = len(ended.steps)
    for at in dice.sample(range(sends), rounds_left):
        here = matrix.begin(job)
        ended = matrix.run(here, job.words, Fault("kill", at, sends=True), staged=job.staged)
        assert ended.status == -9, ended
        try:
            check(matrix, here, job, (before, after), dice)
        except Exception as error:
            error.add_note(f"{job.name}: killed at {at} of {sends} sends")
            raise
    return sends


def check(matrix: ServerMatrix, here: Path, job: Job, ways: tuple[View, View], dice: random.Random) -> None:
    """Check that all or nothing is there, at once or after what ends a job in stages; and the job repeats."""
    if job.staged and "not finished" in matrix.run(here, ("doctor",)).out:
        how = dice.choice(("resume", "abort"))
        ended = matrix.run(here, ("runs", how), staged=True)
        assert ended.status == 0, ended
        assert matrix.view(here) == ways[how == "resume"]
    seen = matrix.view(here)
    assert seen in ways or job.goes_on
    assert matrix.doubles() == 0
    if seen != ways[1]:
        again = matrix.run(here, job.words, staged=job.staged)
        assert again.status == 0, again
        assert matrix.view(here) == ways[1]
    matrix.run(here, ("doctor",))
    left = sorted(path.name for path in here.iterdir() if path.name.startswith("."))
    assert not left, f"left over: {left}"


def test_crash_leaves_all_or_nothing_on_the_server(matrix: ServerMatrix) -> None:
    """Answers are those of a store that never crashed, the command works when repeated, nothing is there twice."""
    dice = random.Random(1)
    wanted = rounds(5, 4 * len(JOBS_ON_SERVER))
    sends = {}
    for number, job in enumerate(JOBS_ON_SERVER):
        share = wanted // len(JOBS_ON_SERVER) + (number < wanted % len(JOBS_ON_SERVER))
        if share:
            sends[job.name] = play(matrix, job, dice, share)
    record("crash matrix, Neo4j", rounds=wanted, sends=sends)
