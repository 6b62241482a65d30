"""Number format of a spreadsheet cell: the text that it shows of a number."""

import re
from decimal import Decimal
from functools import lru_cache

_PLAIN = frozenset({"General", "@", "", "general", "GENERAL"})
_DIGITS = re.compile(r'(?:0|[-/ .:]|\\.|"[^"]*")+')
_PIECE = re.compile(r'0|\\.|"[^"]*"|[-/ .:]')


def shown_number(number: float, code: str) -> str | None:
    """Return what a cell with this number format shows; None where that is not sure.

    Sure are the general format, and those of zeros with what stands between them, as codes are kept.
    Source: ECMA-376 part 1, 18.8.31 (number formats).

    >>> shown_number(80901, "000000"), shown_number(1.1, "0.00"), shown_number(151252, "00-0000")
    ('080901', '1.10', '15-1252')
    >>> shown_number(7, '"K"00'), shown_number(0.8, "0%"), shown_number(7, "General")
    ('K07', None, '7')
    """
    if code in _PLAIN:
        return str(int(number)) if abs(number) < 1e11 and float(number).is_integer() else _general(number)
    pieces = _pieces(code)
    if pieces is None or number < 0:
        return None
    point = pieces.index(".") if pieces.count(".") == 1 else None
    decimals = 0 if point is None else pieces[point:].count("0")
    digits = f"{Decimal(repr(number)):.{decimals}f}".replace(".", "")
    return _placed(pieces, digits.rjust(pieces.count("0"), "0"))


def _general(number: float) -> str | None:
    """Return the number as the general format shows it where that is all of it."""
    text = repr(number)
    return text if len(text) <= 11 and "e" not in text else None


@lru_cache(1000)
def _pieces(code: str) -> tuple[str, ...] | None:
    """Return the places of digits (`0`) and the texts between; None where there is anything else."""
    if "0" not in code or not _DIGITS.fullmatch(code):
        return None
    return tuple(
        piece if piece == "0" else piece[1:] if piece[0] == "\\" else piece.strip('"') for piece in _PIECE.findall(code)
    )


def _placed(pieces: tuple[str, ...], digits: str) -> str:
    """Return the digits at their places; the first place takes those for which there is none."""
    more = len(digits) - pieces.count("0")
    shown, at = [], 0
    for piece in pieces:
        if piece == "0":
            step = 1 + more if at == 0 else 1
            shown.append(digits[at : at + step])
            at += step
        else:
            shown.append(piece)
    return "".join(shown)
