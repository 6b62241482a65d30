"""Writers of the load: imports and undo over HTTP, one after the other, and what they must have led to."""

import http.client
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

from benchmarks.servers import ROLEPATH, own_environ, settings_for
from graph.stores import Store

_HEAD = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="stated.json"\r\n\r\n'
_UNDO_SHARE = 0.25
_SKILLS = 40


class Written(NamedTuple):
    """A job that was done: of which source, at which revision, and which ids the source states since."""

    source: str
    revision: int
    ids: frozenset[str]


class Writer:
    """Whoever may write one source; nobody else does."""

    def __init__(self, port: int, token: str, number: int) -> None:
        """State nothing yet."""
        self.source, self.written, self.broken = f"load {number}", list[Written](), list[str]()
        self._port, self._token, self._number = port, token, number
        self._chance = random.Random(number)
        self._now, self._before = frozenset[str](), frozenset[str]()

    def write_on(self, stop: Event) -> None:
        """Import and take back until `stop` is set."""
        while not stop.is_set():
            if self.written and self._chance.random() < _UNDO_SHARE:
                job, stated = self._undo(), self._before
                self._note(job, job, stated)  # an undo is done before it is answered
            else:
                self._import_drawn()

    def import_every(self, every_s: float, stop: Event) -> None:
        """Import until `stop` is set, so many seconds from beginning to beginning where a job takes less."""
        due = time.monotonic()
        while not stop.wait(max(0.0, due - time.monotonic())):
            due = max(due + every_s, time.monotonic())
            self._import_drawn()

    def _import_drawn(self) -> None:
        stated = self._drawn()
        job = self._import(stated)
        self._note(job, job.get("report"), stated)

    def _note(self, job: dict[str, Any], report: dict[str, Any] | None, stated: frozenset[str]) -> None:
        if not report or "revision" not in report or job.get("status", "done") != "done":
            self.broken.append(f"{self.source}: {json.dumps(job)[:300]}")
            return
        self._before, self._now = self._now, stated
        self.written.append(Written(self.source, report["revision"], stated))

    def _drawn(self) -> frozenset[str]:
        """Return which competencies are stated next: never what is stated now, so that each job is a revision."""
        while (drawn := frozenset(self._chance.sample(self._names(), self._chance.randint(1, _SKILLS)))) == self._now:
            pass
        return drawn

    def _names(self) -> list[str]:
        return [f"load{self._number}:k{n}" for n in range(_SKILLS)]

    def _import(self, ids: frozenset[str]) -> dict[str, Any]:
        body = _HEAD + self._document(ids) + b"\r\n--cut--\r\n"
        return self._done("/v1/ingest/native?allow_removals=true", body)

    def _document(self, ids: frozenset[str]) -> bytes:
        unit = f"load{self._number}:u1"
        document = {
            "source": {"name": self.source, "version": "1"},
            "competencies": [{"id": one, "name": f"Skill {one}", "kind": "skill"} for one in sorted(ids)],
            "knowledge_units": [{"id": unit, "name": "Unit", "kind": "disciplinary"}],
            "links": [{"from_id": unit, "relation": "DEVELOPS", "to_id": one, "weight": 0.5} for one in sorted(ids)],
        }
        return json.dumps(document).encode()

    def _undo(self) -> dict[str, Any]:
        return self._done(f"/v1/undo/{self.source.replace(' ', '%20')}", b"")

    def _done(self, path: str, body: bytes) -> dict[str, Any]:
        job = self._asked("POST", path, body)
        while job.get("status") in {"queued", "running"}:
            time.sleep(0.1)
            job = self._asked("GET", f"/v1/ingest/runs/{job['id']}")
        return job

    def _asked(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        headers = {"Content-Type": "multipart/form-data; boundary=cut"}
        headers |= {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            connection.request(method, path, body, headers)
            found: dict[str, Any] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return found


class CommandWriter(Writer):
    """Whoever may write one source, by the command line."""

    def __init__(self, folder: Path, number: int) -> None:
        """State nothing yet; the store and all that belongs to it are in the folder."""
        super().__init__(0, "", number)
        self._folder = folder

    def _import(self, ids: frozenset[str]) -> dict[str, Any]:
        file = self._folder / "stated.json"
        file.write_bytes(self._document(ids))
        command = [sys.executable, *ROLEPATH, "ingest", "native", str(file), "--allow-removals", "--json"]
        done = subprocess.run(command, env=own_environ() | settings_for(self._folder), capture_output=True, check=False)  # noqa: S603
        return {"report": json.loads(done.stdout)} if done.returncode == 0 else {"status": done.stderr.decode()}


def lost(writers: Sequence[Writer], store: Store, first: int) -> Iterator[str]:
    """Yield what is not as the writers were told: revisions after `first` that skip or repeat, other statements."""
    told = sorted(one.revision for writer in writers for one in writer.written)
    last = store.revision().number
    if told != list(range(first + 1, last + 1)):
        yield f"{len(told)} jobs were told revisions {first + 1} to {last}: {told[:20]}"
    with store.reading() as reading:
        for writer in writers:
            found = {row[1] for row in reading.nodes(writer.source) if ":k" in row[1]}
            if writer.written and found != writer.written[-1].ids:
                yield f"{writer.source} states {len(found)} competencies, not {len(writer.written[-1].ids)}"
