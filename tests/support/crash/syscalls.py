"""System calls of a child process, stopped before they happen by ptrace, at those alone that seccomp picks.

Whatever makes them is stopped, SQLite too. A call can go on, fail, happen by half, or be the last of its process.
Source: ptrace(2), seccomp(2), bpf(4); numbers and registers are those of Linux on x86-64.
"""

import ctypes
import os
import platform
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

IS_TRACEABLE = sys.platform == "linux" and platform.machine() == "x86_64"
"""Whether this system's calls are known here."""
NUMBERS = {
    1: "write",
    18: "pwrite64",
    20: "writev",
    296: "pwritev",
    40: "sendfile",
    326: "copy_file_range",
    74: "fsync",
    75: "fdatasync",
    77: "ftruncate",
    285: "fallocate",
    257: "openat",
    83: "mkdir",
    84: "rmdir",
    82: "rename",
    264: "renameat",
    316: "renameat2",
    86: "link",
    265: "linkat",
    87: "unlink",
    263: "unlinkat",
    44: "sendto",
    46: "sendmsg",
}
"""The calls that change files, or send something."""
MAKES = os.O_CREAT | os.O_TRUNC

_TRACEME, _GETREGS, _SETREGS, _CONT, _SYSCALL, _SETOPTIONS = 0, 12, 13, 7, 24, 0x4200
_OPTIONS = 0x80 | 0x2 | 0x4 | 0x8 | 0x100000  # tell of seccomp; follow forks, vforks and threads; die with the tracer
_STOPPED_BY_SECCOMP = signal.SIGTRAP | 7 << 8
_ALL_THREADS = 0x40000000
_REGISTERS = (
    *("r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi"),
    *("orig_rax", "rip", "cs", "eflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs"),
)


class _Registers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulonglong) for name in _REGISTERS]


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction))]


class Call(NamedTuple):
    """A call that is about to happen in a process: its name, and its arguments as they stand in the registers."""

    process: int
    name: str
    arguments: tuple[int, ...]

    def path(self, argument: int) -> str:
        """Return the path that an argument points at."""
        folder = Path(f"/proc/{self.process}/cwd").readlink()
        return str(folder / self.bytes(argument, 4096).partition(b"\0")[0].decode())

    def file(self) -> str:
        """Return what the descriptor is open on, which is the first argument."""
        return str(Path(f"/proc/{self.process}/fd/{self.arguments[0]}").readlink())

    def bytes(self, argument: int, size: int) -> bytes:
        """Return as many bytes as can be read from where an argument points."""
        with Path(f"/proc/{self.process}/mem").open("rb", buffering=0) as memory:
            memory.seek(self.arguments[argument])
            try:
                return memory.read(size)
            except OSError:  # the next page is not there
                memory.seek(self.arguments[argument])
                return memory.read(4096 - self.arguments[argument] % 4096)


class Fate(NamedTuple):
    """What becomes of a call: it goes on, fails with `error`, or its process dies, with `is_half` after half of it."""

    error: int = 0
    is_death: bool = False
    is_half: bool = False


GO_ON = Fate()
Judge = Callable[[Call], Fate]
"""Say what becomes of a call."""


def run_traced(work: Callable[[], int], judge: Judge) -> int:
    """Do the work in a child process, and return its exit status, negative for the signal that ended it."""
    process = os.fork()
    if process == 0:
        status = 70
        try:
            _ptrace(_TRACEME, 0)
            os.kill(os.getpid(), signal.SIGSTOP)
            _stop_at(NUMBERS)
            status = work()
        finally:
            os._exit(status)
    os.waitpid(process, 0)
    _ptrace(_SETOPTIONS, process, _OPTIONS)
    _ptrace(_CONT, process)
    while True:
        stopped, status = os.waitpid(-1, _ALL_THREADS)
        if os.WIFSTOPPED(status):
            _pass_on(stopped, status, judge)
        elif stopped == process:
            return os.waitstatus_to_exitcode(status)


def _pass_on(process: int, status: int, judge: Judge) -> None:
    """Let a process that stopped go on, as the judge says where it stopped at a call."""
    if status >> 8 != _STOPPED_BY_SECCOMP:
        passed = os.WSTOPSIG(status)
        _ptrace(_CONT, process, 0 if passed in {signal.SIGTRAP, signal.SIGSTOP} else passed)
        return
    registers = _Registers()
    _ptrace(_GETREGS, process, ctypes.addressof(registers))
    arguments = tuple(getattr(registers, name) for name in ("rdi", "rsi", "rdx", "r10"))
    fate = judge(Call(process, NUMBERS[registers.orig_rax], arguments))
    if fate.is_half:
        registers.rdx = max(1, registers.rdx // 2)
        _ptrace(_SETREGS, process, ctypes.addressof(registers))
        _ptrace(_SYSCALL, process)
        os.waitpid(process, _ALL_THREADS)
    if fate.is_death:
        os.kill(process, signal.SIGKILL)
        return
    if fate.error:
        registers.orig_rax, registers.rax = 2**64 - 1, 2**64 - fate.error
        _ptrace(_SETREGS, process, ctypes.addressof(registers))
    _ptrace(_CONT, process)


def _stop_at(numbers: dict[int, str]) -> None:
    """Have this process stop at these calls, for good."""
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    load, equals, return_ = 0x20, 0x15, 0x06
    jumps = [_Instruction(equals, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    ends = [_Instruction(return_, 0, 0, 0x7FFF0000), _Instruction(return_, 0, 0, 0x7FF00000)]
    instructions = [_Instruction(load, 0, 0, 0), *jumps, *ends]
    program = _Program(len(instructions), (_Instruction * len(instructions))(*instructions))
    _LIBC.prctl(no_new_privileges, 1, 0, 0, 0)
    if _LIBC.prctl(set_seccomp, filter_mode, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_LIBC.ptrace.restype = ctypes.c_long


def _ptrace(request: int, process: int, data: int = 0) -> None:
    if _LIBC.ptrace(request, process, None, data) == -1 and request != _CONT:
        error = ctypes.get_errno()
        raise OSError(error, f"ptrace: {os.strerror(error)}")
