"""Localised numbers and dates on pages."""

from datetime import datetime
from functools import lru_cache

from graph.messages import Language


@lru_cache(10_000)
def as_share(share: float | None, language: Language = "en") -> str:
    """Return a share as a percentage; a dash where there is none. Only the whole is called 100 %.

    >>> [as_share(share) for share in (0.5, 0.004, 0.9996, 1.0, None)]
    ['50 %', '0.4 %', '99.9 %', '100 %', '–']
    >>> as_share(0.716, "zh")
    '71.6%'
    """
    if share is None:
        return "–"
    percent = share * 100
    if percent in {0, 100} or (1 <= percent <= 99 and abs(percent - round(percent)) < 0.05):
        number = f"{percent:.0f}"
    else:
        number = f"{min(percent, 99.9) if percent < 100 else 100:.1f}"
    return f"{number}%" if language == "zh" else f"{number} %"


def as_percents(share: float | None) -> str:
    """Return a share in whole per cents without their sign, for narrow cells. Only the whole is 100, and nothing 0.

    >>> [as_percents(share) for share in (0.5, 0.004, 0.9996, 1.0, 0.0, None)]
    ['50', '<1', '99', '100', '0', '–']
    """
    if share is None:
        return "–"
    return "<1" if 0 < share < 0.005 else f"{min(share * 100, 99) if share < 1 else 100:.0f}"


def as_number(number: float) -> str:
    """Return a number with at most two decimals.

    >>> [as_number(number) for number in (12345, 0.5, 2.0, 0.126)]
    ['12,345', '0.5', '2', '0.13']
    """
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def as_exact(number: float) -> str:
    """Return a number with all the decimals that it is written with.

    >>> [as_exact(number) for number in (0.7 * 0.1, 0.4, 1.0, 1234.5)]
    ['0.07', '0.4', '1', '1,234.5']
    """
    return f"{number:,.12g}"


def as_one_decimal(number: float) -> str:
    """Return a number with one decimal at least, and two at most.

    >>> [as_one_decimal(number) for number in (16, 15.68, 0.1 + 0.2)]
    ['16.0', '15.68', '0.3']
    """
    text = f"{number:,.2f}"
    return text.removesuffix("0")


def as_hours(hours: float) -> str:
    """Return hours, as a number with at most one decimal.

    >>> [as_hours(hours) for hours in (16.0, 2.5)]
    ['16', '2.5']
    """
    return f"{hours:,.1f}".removesuffix(".0")


def as_day(moment: datetime) -> str:
    """Return the day and minute of a moment in UTC."""
    return moment.strftime("%Y-%m-%d %H:%M")
