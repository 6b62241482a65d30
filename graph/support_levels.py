"""Support levels of a matrix: H, M and L (high, medium, low), and the weights of links that they stand for."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from graph.errors import InvalidValueError
from graph.messages import Language, message, text

LEVELS: Mapping[str, float] = {"H": 1.0, "M": 0.6, "L": 0.3}
"""The weight of each level, the highest first."""
UNGRADED = "●"
"""What stands in a cell of a link that states no weight; such a link counts as 1."""

_MARKS: Mapping[str, float | None] = {
    **dict.fromkeys("●√✓✔■★☑", None),
    **dict.fromkeys("◎▲", LEVELS["M"]),
    **dict.fromkeys("○◯△☆", LEVELS["L"]),
}
_NOTHING = frozenset({"", "-", "–", "—", "——", "/", "\\", "·", ".", "0", "0.0", "0%", "无", "不支撑", "none", "n/a"})
_LANGUAGES: tuple[Language, ...] = ("en", "zh")
_BY_UNITS = re.compile(r"\((.+)\)")
_NUMBER = re.compile(r"[0-9]*[.,]?[0-9]+%?")


def is_nothing(cell: str) -> bool:
    """Say whether a cell says that there is no support.

    >>> is_nothing("—"), is_nothing("0"), is_nothing("L")
    (True, True, False)
    """
    return _plain(cell) in _NOTHING


def is_level(cell: str) -> bool:
    """Say whether a cell says by a word or a mark how strong the support is, not by a number.

    >>> is_level("ｈ"), is_level("强"), is_level("●"), is_level("0.6")
    (True, True, True, False)
    """
    plain = _plain(cell)
    return plain in _words() or plain in _MARKS


def is_by_units(cell: str) -> bool:
    """Say whether a cell of a course only tells what its units develop: it states nothing itself.

    >>> is_by_units("(H)"), is_by_units("（0.45）"), is_by_units("H")
    (True, True, False)
    """
    match = _BY_UNITS.fullmatch(_plain(cell))
    if match is None:
        return False
    try:
        support_weight(match[1])
    except InvalidValueError:
        return False
    return True


def support_weight(cell: str) -> float | None:
    """Return the weight that a cell states, above 0 to 1; None where it says that there is support, and not how much.

    Raises:
        InvalidValueError: it says neither.

    >>> support_weight("M"), support_weight("高"), support_weight("８０％"), support_weight("0.45"), support_weight("√")
    (0.6, 1.0, 0.8, 0.45, None)
    """
    plain = _plain(cell)
    if plain in _words():
        return LEVELS[_words()[plain]]
    if plain in _MARKS:
        return _MARKS[plain]
    if _NUMBER.fullmatch(plain):
        number = float(plain.rstrip("%").replace(",", "."))
        weight = float(f"{number / 100:.12g}") if plain.endswith("%") else number
        if 0 < weight <= 1:
            return weight
    raise InvalidValueError(message("support.no_level", value=cell[:60]))


def support_cell(weight: float | None, *, by_units: bool = False) -> str:
    """Return what stands in the cell of a link of this weight; in parentheses where a course's units develop it.

    >>> support_cell(1.0), support_cell(0.6), support_cell(0.45), support_cell(None), support_cell(0.3, by_units=True)
    ('H', 'M', '0.45', '●', '(L)')
    """
    if weight is None:
        return UNGRADED
    level = next((level for level, one in LEVELS.items() if one == weight), f"{Decimal(repr(weight)):f}")
    return f"({level})" if by_units else level


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().casefold()


@cache
def _words() -> Mapping[str, str]:
    """Return the level that each word means."""
    return {
        word.casefold(): level
        for level in LEVELS
        for language in _LANGUAGES
        for word in text(f"native_words.matrix_level_{level}", language).split("|")
    }
