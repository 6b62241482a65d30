"""Power loss: what a disk may hold after it, of what was written to files and of their names.

What a file got since it was last synced may be there or not, each sector for itself; what happened to names since the
folder was last synced is there up to some point. What was synced is there.
"""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

SECTOR = 512
_SHARED_MEMORY = "-shm"
"""How names of files end of which nothing is ever synced, and which SQLite makes anew."""


class Deed(NamedTuple):
    """One thing done to files: to which one (its inode) or to which name."""

    what: str
    inode: int
    path: str = ""
    other: str = ""
    offset: int = 0
    data: bytes = b""


class Disk:
    """What is surely on a disk, and what only may be; a file keeps its number when its inode is another's later."""

    def __init__(self, folder: Path) -> None:
        """Begin with all of a folder synced."""
        self._folder = folder
        self._numbers = count()
        self._number_of: dict[int, int] = {}
        self._content: dict[int, bytes] = {}
        self._names: dict[str, int] = {}
        self._folders: set[str] = set()
        self._loose_writes: dict[int, list[Deed]] = {}
        self._loose_names: list[Deed] = []
        for path in folder.rglob("*"):
            if path.is_dir():
                self._folders.add(str(path))
            else:
                number = self._number_of[path.stat().st_ino] = next(self._numbers)
                self._names[str(path)], self._content[number] = number, path.read_bytes()

    def do(self, deed: Deed) -> None:
        """Take one deed in."""
        if deed.what == "make":
            self._number_of[deed.inode] = number = next(self._numbers)
            self._content[number] = b""
        number = self._number_of.get(deed.inode, -1)
        if deed.what in {"write", "truncate"}:
            self._loose_writes.setdefault(number, []).append(deed)
        elif deed.what == "sync":
            self._content[number] = _written(self._content[number], self._loose_writes.pop(number, []))
        elif deed.what == "sync_folder":
            for one in [one for one in self._loose_names if str(Path(one.other or one.path).parent) == deed.path]:
                self._name(one)
                self._loose_names.remove(one)
        else:
            self._loose_names.append(deed._replace(inode=number))

    def lose_power(self, dice: Random) -> None:
        """Lose what is loose, as the dice fall."""
        for deed in self._loose_names[: dice.randint(0, len(self._loose_names))]:
            self._name(deed)
        for number, deeds in self._loose_writes.items():
            self._content[number] = _written(self._content[number], _survivors(deeds, dice))

    def write(self, folder: Path) -> None:
        """Write what is there into a folder."""
        folder.mkdir(exist_ok=True)
        for path in sorted(self._folders):
            (folder / Path(path).relative_to(self._folder)).mkdir(parents=True, exist_ok=True)
        for name, number in self._names.items():
            file = folder / Path(name).relative_to(self._folder)
            if file.parent.is_dir() and not name.endswith(_SHARED_MEMORY):
                file.write_bytes(self._content[number])

    def _name(self, deed: Deed) -> None:
        if deed.what == "mkdir":
            self._folders.add(deed.path)
        elif deed.what == "rmdir":
            self._folders.discard(deed.path)
        elif deed.what == "unlink":
            self._names.pop(deed.path, None)
        elif deed.what == "rename":
            self._names.pop(deed.path, None)
            self._names[deed.other] = deed.inode
        else:
            assert deed.what in {"make", "link"}, deed
            self._names[deed.other or deed.path] = deed.inode


def _survivors(deeds: Sequence[Deed], dice: Random) -> list[Deed]:
    """Return what of these writes came to the disk: some wholly, some by sectors, some not at all."""
    chance = dice.choice((0.0, 0.5, 0.9, 1.0))
    kept: list[Deed] = []
    for deed in deeds:
        if dice.random() < chance:
            kept.append(deed)
        elif deed.what == "write" and dice.random() < 0.5:
            kept.extend(
                deed._replace(offset=deed.offset + at, data=deed.data[at : at + SECTOR])
                for at in range(0, len(deed.data), SECTOR)
                if dice.random() < 0.5
            )
    return kept


def _written(content: bytes, deeds: Sequence[Deed]) -> bytes:
    data = bytearray(content)
    for deed in deeds:
        end = deed.offset + len(deed.data)
        data += bytes(max(0, end - len(data)))
        if deed.what == "truncate":
            del data[end:]
        data[deed.offset : end] = deed.data
    return bytes(data)
