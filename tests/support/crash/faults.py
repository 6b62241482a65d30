"""Faults at a step of a command: it dies there, or the disk takes nothing more; steps are calls that change files."""

import errno
import os
import random
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

from tests.support.crash.power_loss import Deed
from tests.support.crash.syscalls import GO_ON, Call, Fate

Kind = Literal["kill", "torn", "moment", "full", "once"]
"""What happens at the step: the process dies before it, after half of it, or a moment after it; from there on the disk
has no room, or only there."""
_ON_NAMES = {"mkdir", "rmdir", "rename", "link", "unlink"}
_UNTOLD = {
    "renameat",
    "renameat2",
    "linkat",
    "unlinkat",
    "writev",
    "pwritev",
    "fallocate",
    "copy_file_range",
}
"""Calls that would be steps, and that a record cannot hold."""
_SENDS = {"sendto", "sendmsg"}
_GROWS_A_FOLDER = {"openat", "mkdir", "link"}
_TMPFILE = getattr(os, "O_TMPFILE", 0)
_LONGEST_MOMENT_S = 0.002


class Fault(NamedTuple):
    """What happens at which step, counted from 0; `sends` counts what is sent to a server instead."""

    kind: Kind
    at: int
    sends: bool = False


NO_FAULT_ON_SENDS = Fault("kill", 1_000_000, sends=True)
"""Counts what is sent."""


class StepJudge:
    """Counts the steps of a command within a folder, brings its fault about, and records what was done."""

    def __init__(self, folder: Path, fault: Fault | None, record: str) -> None:
        """Begin before the first step."""
        self._folder, self._fault, self._records = str(folder), fault, bool(record)
        self.steps: list[str] = []
        self._deeds: list[Deed] = []
        self._made: list[str] = []

    def __call__(self, call: Call) -> Fate:
        """Say what becomes of a call."""
        self._settle()
        if call.name in _SENDS:
            is_step = self._fault is not None and self._fault.sends
            return self._judge(call, f"{call.name} {call.arguments[2]}") if is_step else GO_ON
        path = self._path(call)
        if path is None or not path.startswith(self._folder):
            return GO_ON
        if self._fault is not None and self._fault.sends:
            return GO_ON
        fate = self._judge(call, f"{call.name} {path[len(self._folder) + 1 :]}")
        if self._records and fate is GO_ON:
            self._record(call, path)
        return fate

    def done(self) -> list[Deed]:
        """Return what was recorded."""
        self._settle()
        return self._deeds

    def _judge(self, call: Call, step: str) -> Fate:
        number = len(self.steps)
        self.steps.append(step)
        fault = self._fault
        if fault is None or number < fault.at:
            return GO_ON
        if fault.kind == "full" or (fault.kind == "once" and number == fault.at):
            return Fate(error=errno.ENOSPC) if _grows(call) else GO_ON
        if number > fault.at or fault.kind == "once":
            return GO_ON
        if fault.kind == "moment":
            time.sleep(random.Random(number).uniform(0, _LONGEST_MOMENT_S))
        return Fate(is_death=True, is_half=fault.kind == "torn" and call.name in {"write", "pwrite64", "sendto"})

    def _path(self, call: Call) -> str | None:
        """Return what the call changes; None where it changes nothing."""
        with suppress(OSError):
            if call.name == "openat":
                flags = call.arguments[2]
                makes = flags & os.O_CREAT or flags & _TMPFILE == _TMPFILE
                path = call.path(1)
                return path if flags & os.O_TRUNC or (makes and not Path(path).is_file()) else None
            if call.name not in _ON_NAMES:
                return call.file()
            path = call.path(0)
            return path if os.path.lexists(path) != (call.name == "mkdir") else None
        return None

    def _record(self, call: Call, path: str) -> None:
        """Keep what the call will do, which nothing is in the way of."""
        assert call.name not in _UNTOLD, call
        if call.name in {"write", "pwrite64"}:
            offset = call.arguments[3] if call.name == "pwrite64" else _position(call)
            self._deeds.append(Deed("write", _inode(call), offset=offset, data=call.bytes(1, call.arguments[2])))
            assert len(self._deeds[-1].data) == call.arguments[2]
        elif call.name == "sendfile":
            self._deeds.append(Deed("write", _inode(call), offset=_position(call), data=_sent(call)))
        elif call.name in {"fsync", "fdatasync"}:
            self._deeds.append(Deed("sync_folder" if Path(path).is_dir() else "sync", _inode(call), path))
        elif call.name == "ftruncate":
            self._deeds.append(Deed("truncate", _inode(call), offset=call.arguments[1]))
        elif call.name in {"rename", "link"}:
            self._deeds.append(Deed(call.name, Path(path).stat().st_ino, path, call.path(1)))
        elif call.name == "openat" and Path(path).is_dir():
            pass  # a file without a name
        elif call.name == "openat" and Path(path).is_file():
            self._deeds.append(Deed("truncate", Path(path).stat().st_ino))
        elif call.name == "openat":
            self._made.append(path)
        else:
            self._deeds.append(Deed(call.name, 0, path))

    def _settle(self) -> None:
        """Record what was made, whose number stands only now."""
        for path in self._made:
            with suppress(FileNotFoundError):
                self._deeds.append(Deed("make", Path(path).stat().st_ino, path))
        self._made.clear()


def _grows(call: Call) -> bool:
    if call.name == "write":
        return _position(call) + call.arguments[2] > _size(call)
    if call.name == "pwrite64":
        return call.arguments[3] + call.arguments[2] > _size(call)
    return call.name in _GROWS_A_FOLDER or (call.name == "sendfile" and bool(_sent(call)))


def _inode(call: Call) -> int:
    return Path(f"/proc/{call.process}/fd/{call.arguments[0]}").stat().st_ino


def _size(call: Call) -> int:
    return Path(f"/proc/{call.process}/fd/{call.arguments[0]}").stat().st_size


def _sent(call: Call) -> bytes:
    """Return what `sendfile` copies, from where its third argument points to."""
    begin = int.from_bytes(call.bytes(2, 8), "little")
    content = Path(f"/proc/{call.process}/fd/{call.arguments[1]}").read_bytes()
    return content[begin : begin + call.arguments[3]]


def _position(call: Call) -> int:
    told = Path(f"/proc/{call.process}/fdinfo/{call.arguments[0]}").read_text().split()
    return int(told[1])
