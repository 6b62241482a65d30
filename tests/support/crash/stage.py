"""Stage of the crash matrix: a process that has loaded all commands, and runs each in a child of its own, with a fault.

It is asked by lines of JSON and answers by such: a command then costs milliseconds, not the second of its start.
"""

import importlib
import json
import os
import pickle
import pkgutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from tests.support.crash.faults import Fault, StepJudge
from tests.support.crash.syscalls import run_traced
from tests.support.paths import ROOT

_LOADED = ("api.cli.commands", "api.cli.render", "ingest.formats.native", "graph.stores.sqlite", "graph.snapshot")


class Ended(NamedTuple):
    """How a command ended: its status (negative for a signal), what it wrote, and its steps up to then."""

    status: int
    out: str
    err: str
    steps: tuple[str, ...]


class Stage:
    """The process, as whoever asks it sees it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Take a process that was started."""
        self._process = process

    def run(
        self,
        words: Sequence[object],
        folder: Path,
        environment: Mapping[str, str],
        fault: Fault | None = None,
        *,
        record: Path | None = None,
        patches: Mapping[str, int] | None = None,
    ) -> Ended:
        """Run one command, whose files are those in the folder; `record` gets what it did to them, as a pickle.

        `patches` are numbers that the command finds in modules, by their full names.
        """
        asked = {
            "words": [str(word) for word in words],
            "folder": str(folder),
            "environment": dict(environment),
            "fault": fault,
            "record": str(record or ""),
            "patches": dict(patches or {}),
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        status, out, err, steps = json.loads(self._process.stdout.readline())
        return Ended(status, out, err, tuple(steps))


@contextmanager
def open_stage(*modules: str) -> Iterator[Stage]:
    """Start a stage; `modules` are loaded too, beside those of the commands."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROLEPATH_")}
    environment |= {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", __name__, *modules],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Stage(process)
        assert process.stdin is not None
        process.stdin.close()


def _command(asked: Mapping[str, Any], out: TextIO, err: TextIO) -> int:
    """Run a command in this process."""
    from api.cli.main import main

    os.environ.update(asked["environment"])
    for name, number in asked["patches"].items():
        module, _, attribute = name.rpartition(".")
        setattr(importlib.import_module(module), attribute, number)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    try:
        return main(asked["words"])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _answer(line: str) -> Ended:
    asked = json.loads(line)
    judge = StepJudge(Path(asked["folder"]), Fault(*asked["fault"]) if asked["fault"] else None, asked["record"])
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        status = run_traced(lambda: _command(asked, out, err), judge)
        for file in (out, err):
            file.seek(0)
        if asked["record"]:
            Path(asked["record"]).write_bytes(pickle.dumps(judge.done()))
        return Ended(status, out.read(), err.read(), tuple(judge.steps))


def _load(name: str) -> None:
    module = importlib.import_module(name)
    for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
        importlib.import_module(f"{name}.{found.name}")


if __name__ == "__main__":
    for _name in (*_LOADED, *sys.argv[1:]):
        _load(_name)
    for _line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(_line)) + "\n")
        sys.stdout.flush()
