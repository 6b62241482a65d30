"""Commands as processes of their own, forked from one that has loaded what they need: many in a short time."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.support.paths import ROOT

_SERVER = """
import json, os, sys, tempfile
sys.path.insert(0, {root!r})
import api.cli.language, api.cli.program, api.cli.render.doctor, api.jobs.formats
import graph.messages.reader_language, graph.snapshot.compile, graph.stores, ingest.job, queries.gaps
from api.cli.main import main
language = api.cli.language.language_of([], os.environ)
with graph.messages.reader_language.read_in(language):
    dict(api.cli.program.build(language).commands)
for line in sys.stdin:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            status = 99
            try:
                status = main(json.loads(line))
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    print(json.dumps([status, *texts]), flush=True)
"""


class Forked(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


class ForkedCommands:
    """Runs commands one after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, *words: str) -> Forked:
        """Run a command."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        status, out, err = json.loads(self._process.stdout.readline())
        return Forked(status, out, err)


@contextmanager
def forked_commands(folder: Path, environ: Mapping[str, str]) -> Iterator[ForkedCommands]:
    """Give what runs commands in the folder, with these variables."""
    command = [sys.executable, "-c", _SERVER.format(root=str(ROOT))]
    with subprocess.Popen(
        command, cwd=folder, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield ForkedCommands(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0
