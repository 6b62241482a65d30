"""Mutation of bytes and of lines: encodings, line ends, what is cut off, doubled or put in."""

import random
from collections.abc import Callable

from tests.support.mutation.values import TEXTS

Change = Callable[[bytes, random.Random], bytes]

_STRAY = (
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xef\xbb\xbf",
    b"\x1a",
    b'"',
    b"\r",
    b"\n\n",
    b"\\",
    b"\xe2\x80",
)
_HEADS = (b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\x1f\x8b\x08", b"<?xml version='1.0'?>", b"<html>", b"SQLite format 3\0")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _cut(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data) + 1)]


def _flip(data: bytes, draw: random.Random) -> bytes:
    changed = bytearray(data or b"\0")
    changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _drop(data: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(data) + 1)
    return data[:start] + data[start + draw.randint(1, 40) :]


def _double(data: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(data) + 1)
    end = start + draw.randint(1, 60)
    return data[:end] + data[start:end] + data[end:]


def _stray(data: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(data) + 1)
    return data[:start] + draw.choice(_STRAY) + data[start:]


def _encoded(name: str) -> Change:
    return lambda data, _: _text(data).encode(name, "replace")


def _line_ends(end: bytes) -> Change:
    return lambda data, _: data.replace(b"\r\n", b"\n").replace(b"\n", end)


def _other_head(_: bytes, draw: random.Random) -> bytes:
    return draw.choice(_HEADS) + draw.choice((b"", b"\n", bytes(range(256))))


BYTES: tuple[Change, ...] = (
    _cut, _cut, _flip, _flip, _drop, _double, _stray, _stray, _other_head,
    *map(_encoded, ("utf-16", "utf-16-le", "utf-32", "gb18030", "latin-1", "utf-7", "shift_jis")),
    *map(_line_ends, (b"\r", b"\r\n", b"\r\r\n", b"\n\r", b"\x0b", "\u2028".encode(), b"")),
    lambda data, _: b"\xef\xbb\xbf" + data, lambda data, _: b"\xef\xbb\xbf" * 2 + data,
    lambda data, _: data + data, lambda data, _: data.rstrip(), lambda data, _: data + b"\n" * 5 + b"  \n",
)  # fmt: skip
"""What may happen to the bytes of any text."""


def of_lines(data: bytes, draw: random.Random) -> bytes:
    """Return the text with one line, or what stands after its colon, changed."""
    lines = _text(data).split("\n")
    at = draw.randrange(len(lines))
    match draw.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(draw.randrange(len(lines) + 1), lines[at])
        case 2:
            lines.insert(at, draw.choice(TEXTS))
        case 3:
            lines[at] = " " * draw.randint(1, 4) + lines[at]
        case 4:
            lines[at] = lines[at].partition(":")[0] + ": " + draw.choice(TEXTS)
        case _:
            other = draw.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    return "\n".join(lines).encode("utf-8", "surrogatepass")
