"""Random damage to the bytes of a file: flipped bits, truncations, runs of zeros, noise; half with the times kept."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

LONGEST_RUN = 4096
"""How many bytes a run of zeros or of noise has at most: a page of a disk."""


@dataclass(frozen=True)
class RandomDamage:
    """One damage: what happens, from which byte on and to how many; `change` is the file's bytes afterwards."""

    what: str
    offset: int
    size: int
    keeps_times: bool
    change: Callable[[bytes], bytes]

    def __str__(self) -> str:
        return f"{self.what} at {self.offset}, {self.size} bytes{', times kept' if self.keeps_times else ''}"

    def apply(self, file: Path) -> None:
        """Change the file in place, as a failing disk or another program does."""
        before = file.stat()
        data = self.change(file.read_bytes())
        with file.open("r+b") as written:
            written.write(data)
            written.truncate(len(data))
        if self.keeps_times:
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def draw_damage(dice: Random, size: int) -> RandomDamage:
    """Return one damage to a file of `size` bytes, more than none; a quarter of them fall into its first KiB."""
    offset = dice.randrange(min(size, 1024) if dice.random() < 0.25 else size)
    run = min(dice.randint(1, LONGEST_RUN), size - offset)
    keeps_times = dice.random() < 0.5
    kind = dice.choice(("flip", "flip", "flip", "truncation", "zeros", "noise"))
    if kind == "flip":
        bit = 1 << dice.randrange(8)
        return RandomDamage(
            f"flip of bit {bit:#x}", offset, 1, keeps_times, _put(offset, lambda old: [old[0] ^ bit], 1)
        )
    if kind == "truncation":
        return RandomDamage(kind, offset, size - offset, keeps_times, lambda data: data[:offset])
    noise = dice.randbytes(run) if kind == "noise" else bytes(run)
    return RandomDamage(kind, offset, run, keeps_times, _put(offset, lambda _: noise, run))


def damages(file: Path, number: int, seed: int) -> Iterator[RandomDamage]:
    """Damage the file so many times, each time as it was at first; yield what was done."""
    dice, whole = Random(seed), file.read_bytes()
    for _ in range(number):
        file.write_bytes(whole)
        damage = draw_damage(dice, len(whole))
        damage.apply(file)
        yield damage
    file.write_bytes(whole)


def _put(offset: int, change: Callable[[bytes], bytes | list[int]], size: int) -> Callable[[bytes], bytes]:
    def put(data: bytes) -> bytes:
        return data[:offset] + bytes(change(data[offset : offset + size])) + data[offset + size :]

    return put
