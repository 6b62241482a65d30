"""Crash matrix: jobs that die at a step, or find the disk full there; each leaves all of itself or nothing.

And each can be repeated, after which nothing is left over.
"""

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from api.auth.keys import KeyStore
from api.state.database import State
from tests.support.crash.college import write_editions
from tests.support.crash.faults import Fault
from tests.support.crash.jobs import Job, Words
from tests.support.crash.stage import Ended, Stage, open_stage
from tests.support.crash.view import View, view_of
from tests.support.paths import FIXTURES

_NO_ROOM_STATUS = 3
_EXPECTED = re.compile(
    r"(graph|copy|backup|state)\.db|backup\.db\.state|cache/[0-9a-f-]{36}/\d{8}-[0-9a-f]{16}-\d+\.snapshot"
)
"""The files that may stand in a folder in which nothing runs."""
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


class Scene(NamedTuple):
    """A job that is ready to be done: where its files stand, what is seen before and after it, and its steps."""

    job: Job
    folder: Path
    before: View
    after: View
    steps: tuple[str, ...]

    def round(self, number: int) -> "Scene":
        """Return a copy of the scene to be played in."""
        folder = self.folder.with_name(f"{self.folder.name}-{number}")
        shutil.copytree(self.folder, folder)
        return self._replace(folder=folder)


class Matrix:
    """Prepares jobs and plays them with faults, on a stage, in a folder."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        """Write what there is to import."""
        self._stage, self.folder = stage, folder
        self._prepared: dict[tuple[Words, ...], Path] = {}
        write_editions(folder / "files")

    def scene(self, job: Job) -> Scene:
        """Return the job, made ready; what is done before it is done once for all jobs that begin alike."""
        bare = Scene(job, self._prepare(job.before), {}, {}, ())
        with self.copied(bare) as copy:
            ended = self.run(copy, job.words)
            assert ended.status == 0, ended
            after = view_of(copy.folder)
        with self.copied(bare) as copy:
            return bare._replace(before=view_of(copy.folder), after=after, steps=ended.steps)

    def run(self, scene: Scene, words: Words, fault: Fault | None = None, record: Path | None = None) -> Ended:
        """Run a command in the scene's folder."""
        here = scene.folder
        keys = KeyStore(State(here / "state.db")).all().items if "{key}" in words else []
        told = {"{here}": str(here), "{files}": str(self.folder / "files"), "{key}": keys[0].id if keys else ""}
        environment = {
            "ROLEPATH_STORE": f"sqlite:///{here / 'graph.db'}",
            "ROLEPATH_STATE": str(here / "state.db"),
            "ROLEPATH_CACHE": str(here / "cache"),
            "COLUMNS": "1000",
        }
        return self._stage.run([filled(word, told) for word in words], here, environment, fault, record=record)

    def play(self, scene: Scene, fault: Fault) -> None:
        """Let the job meet the fault, and check how it ends and what it leaves."""
        with self.copied(scene) as copy:
            ended = self.run(copy, scene.job.words, fault)
            try:
                _check_ending(ended, fault)
                self.check(copy, ended)
            except Exception as error:
                error.add_note(f"{scene.job.name}: {fault.kind} at step {fault.at}, {[*ended.steps, 'none'][fault.at]}")
                raise

    def check(self, copy: Scene, ended: Ended | None = None) -> None:
        """Check that all or nothing of the job is seen, that it can be repeated, and that nothing is left over."""
        seen = view_of(copy.folder)
        check_parts(copy, seen)
        if ended is not None and ended.status == 0:
            unlike = {part for part in seen.keys() | copy.after.keys() if seen.get(part) != copy.after.get(part)}
            assert unlike <= set(copy.job.later), differing(seen, copy.after)
        if not copy.job.once or all(seen.get(part) == copy.before.get(part) for part in copy.job.parts):
            again = self.run(copy, copy.job.words)
            assert again.status == 0, again
            seen = view_of(copy.folder)
            assert seen == copy.after, differing(seen, copy.after)
        self.run(copy, ("doctor",))
        names = [str(path.relative_to(copy.folder)) for path in copy.folder.rglob("*") if path.is_file()]
        left = sorted(name for name in names if not _EXPECTED.fullmatch(name))
        assert not left, f"left over: {left}"

    @contextmanager
    def copied(self, scene: Scene) -> Iterator[Scene]:
        """Give a copy of the scene to be played in."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            shutil.copytree(scene.folder, folder, dirs_exist_ok=True)
            yield scene._replace(folder=Path(folder))

    @contextmanager
    def emptied(self, scene: Scene) -> Iterator[Scene]:
        """Give the scene in a folder in which nothing stands."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            yield scene._replace(folder=Path(folder))

    def _do(self, folder: Path, words: Words) -> None:
        """Do one thing that goes before a job."""
        if words[0] == "stand":
            _, file, script = words
            with closing(sqlite3.connect(folder / file)) as connection:
                connection.executescript((FIXTURES / script).read_text(encoding="utf-8"))
                connection.execute("PRAGMA journal_mode = WAL")
            return
        ended = self.run(Scene(Job("", (), ()), folder, {}, {}, ()), words)
        assert ended.status == 0, ended

    def _prepare(self, before: tuple[Words, ...]) -> Path:
        if before not in self._prepared:
            previous = self._prepare(before[:-1]) if before else None
            folder = self.folder / f"before-{len(self._prepared)}"
            folder.mkdir()
            if previous is not None:
                shutil.copytree(previous, folder, dirs_exist_ok=True)
                self._do(folder, before[-1])
            self._prepared[before] = folder
        return self._prepared[before]


@contextmanager
def open_matrix() -> Iterator[Matrix]:
    """Give a matrix in memory: its rounds write a thousand files, and none of them needs to last."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder, open_stage() as stage:
        yield Matrix(stage, Path(folder))


def check_parts(scene: Scene, seen: View) -> None:
    """Check that every part is as before the job or as after it, and those that belong together are alike."""
    for part in sorted(scene.before.keys() | scene.after.keys() | seen.keys()):
        ways = (scene.before.get(part), scene.after.get(part))
        assert seen.get(part) in ways, f"{part} is neither as before nor as after: {seen.get(part)!r:.500}"
    moving = [part for part in scene.job.parts if scene.before.get(part) != scene.after.get(part)]
    assert len({seen.get(part) == scene.after.get(part) for part in moving}) <= 1, differing(seen, scene.after)


def differing(seen: View, expected: View) -> str:
    """Return which parts differ, and how."""
    parts = sorted(part for part in seen.keys() | expected.keys() if seen.get(part) != expected.get(part))
    return "; ".join(f"{part}: {str(seen.get(part))[:300]} for {str(expected.get(part))[:300]}" for part in parts)


def _check_ending(ended: Ended, fault: Fault) -> None:
    """Check that a full disk is told in words; who was killed says nothing."""
    assert "Traceback" not in ended.err, ended.err
    if fault.kind in {"full", "once"}:
        assert ended.status in {0, _NO_ROOM_STATUS}, ended
        assert ended.status == 0 or fault.kind == "once" or "no room" in ended.err, ended
    else:
        assert ended.status in {0, -9}, ended


def filled(word: str, told: Mapping[str, str]) -> str:
    """Return a word in which names stand for what they are told to be."""
    for name, value in told.items():
        word = word.replace(name, value)
    return word
