"""Formulas of an XLS sheet by its records: which of them have no value that was computed.

Source: [MS-XLS] 2.4.127 (Formula), 2.5.133 (FormulaValue).
"""

# xlrd hands over what formulas gave, not that they are formulas. One that gives a text without characters and one that
# no program has computed are stored alike; programs that compute, compute all. So where no formula of the workbook has
# a value, none was computed.

import struct
from collections.abc import Iterator
from typing import NamedTuple

_FORMULA, _BEGIN, _END = 0x0006, 0x0809, 0x000A
_HEAD = struct.Struct("<HH")
_CELL = struct.Struct("<HHH8s")


class Formula(NamedTuple):
    """Where a formula stands, from 0, and whether a value is stored of it that is more than an empty text."""

    row: int
    column: int
    has_value: bool


def formulas(stream: bytes, start: int) -> Iterator[Formula]:
    """Yield the formulas of the sheet whose records begin at `start`, without those of charts within it."""
    depth, at = 0, start
    while at + _HEAD.size <= len(stream):
        kind, length = _HEAD.unpack_from(stream, at)
        at += _HEAD.size
        if kind == _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth <= 0:
                return
        elif kind == _FORMULA and depth == 1 and length >= _CELL.size and at + _CELL.size <= len(stream):
            row, column, _, value = _CELL.unpack_from(stream, at)
            yield Formula(row, column, not (value[0] == 3 and value[6:] == b"\xff\xff"))
        at += length
