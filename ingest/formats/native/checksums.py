"""Checksums of an exported folder, in the form of `sha256sum`: whether its files are as they were written."""

import re
from collections.abc import Iterable, Iterator
from hashlib import file_digest
from pathlib import Path

from graph.errors import Problem
from graph.messages import Message, message

CHECKSUMS = "SHA256SUMS"
"""The name of the file: `sha256sum -c SHA256SUMS` checks the folder without Rolepath."""
_LINE = re.compile(r"([0-9a-f]{64})  ([\w.-]+\.csv)")
_REMARK = "#"
"""What begins a line that `sha256sum` passes over."""
_LARGEST_BYTES = 10_000


def write_checksums(files: Iterable[Path], target: Path, remark: str = "") -> None:
    """Write the checksum of each file, by name, after a remark. Raises OSError."""
    lines = [f"{_REMARK} {remark}\n"] if remark else []
    lines += (f"{_digest(file)}  {file.name}\n" for file in sorted(files))
    target.write_text("".join(lines), encoding="utf-8", newline="\n")


def compare_checksums(folder: Path) -> Iterator[Message | Problem]:
    """Yield what is not as it was exported: a message where it may have been changed on purpose, else a problem.

    A file that is another one and ends within a line was cut off. Where the folder has no checksums, nothing is told.

    Raises:
        OSError: a file cannot be read.
    """
    if not (folder / CHECKSUMS).is_file():
        return
    with (folder / CHECKSUMS).open("rb") as opened:
        lines = opened.read(_LARGEST_BYTES).decode("utf-8", "replace").splitlines()
    if lines and lines[0].startswith(_REMARK):
        del lines[0]
    for line in lines or [""]:
        match = _LINE.fullmatch(line)
        if match is None:
            yield message("native.checksums_damaged", sums=CHECKSUMS)
        elif not (folder / match[2]).is_file():
            yield message("native.exported_gone", file=match[2], sums=CHECKSUMS)
        elif _digest(folder / match[2]) != match[1]:
            yield _difference(folder / match[2])
    told = {match[2] for line in lines if (match := _LINE.fullmatch(line))}
    for name in sorted(one.name for one in folder.glob("*.csv") if one.name not in told):
        yield message("native.not_exported", file=name, sums=CHECKSUMS)


def _difference(file: Path) -> Message | Problem:
    with file.open("rb") as opened:
        last = b""
        while block := opened.read(1 << 20):
            last = block[-1:]
    if last != b"\n":
        return Problem(message("native.cut_off", sums=CHECKSUMS), file.name)
    return message("native.not_as_exported", file=file.name, sums=CHECKSUMS)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
