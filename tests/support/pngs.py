"""PNG pictures as tests look at them: as an array of colours."""

import zlib

import numpy as np
import numpy.typing as npt

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def pixels(png: bytes) -> npt.NDArray[np.uint8]:
    """Return the colours of a PNG with 8 bits of red, green, blue and opacity, by row and column."""
    assert png.startswith(SIGNATURE)
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert tuple(png[24:29]) == (8, 6, 0, 0, 0), "no plain RGBA"
    packed, at = b"", len(SIGNATURE)
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        packed += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    told, above, rows = zlib.decompress(packed), bytes(4 * width), []
    for y in range(height):
        start = y * (1 + 4 * width)
        above = _unfiltered(told[start], told[start + 1 : start + 1 + 4 * width], above)
        rows.append(np.frombuffer(above, np.uint8).reshape(width, 4))
    return np.array(rows)


def width_of(png: bytes) -> int:
    """Return how many columns a PNG says that it has."""
    return int.from_bytes(png[16:20], "big")


def _unfiltered(kind: int, row: bytes, above: bytes) -> bytes:
    """Return a row as it was before its filter. Source: W3C PNG (Third Edition), 9.2."""
    if kind == 0:
        return row
    found = bytearray(4 * b"\0")  # what stands left of the first column
    for at, (value, up) in enumerate(zip(row, above, strict=True)):
        left, corner = found[at], above[at - 4] if at >= 4 else 0
        if kind < 3:
            guess = left if kind == 1 else up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            nearest = min((abs(up - corner), 0), (abs(left - corner), 1), (abs(left + up - 2 * corner), 2))[1]
            guess = (left, up, corner)[nearest]
        found.append((value + guess) % 256)
    return bytes(found[4:])
