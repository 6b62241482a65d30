"""Content negotiation: what a client ranks how high in `Accept`, `Accept-Encoding` and `Accept-Language`."""

from collections.abc import Sequence
from typing import TypeVar

_Language = TypeVar("_Language", bound=str)


def media_type_for(accepted: str, offered: Sequence[str]) -> str | None:
    """Return the offered media type that the client ranks highest, the first of equals; None where it takes none.

    Source: RFC 9110, section 12.5.1: of the ranges that a type falls under, the most specific counts.

    >>> offered = ["application/json", "text/csv"]
    >>> [media_type_for(text, offered) for text in ("", "*/*", "text/csv", "text/*, */*;q=0.1", "text/csv;q=0.5, */*")]
    ['application/json', 'application/json', 'text/csv', 'text/csv', 'application/json']
    >>> [media_type_for(text, offered) for text in ("text/html", "application/json;q=0", "*/*;q=nan, text/csv;q=7")]
    [None, None, None]
    """
    if accepted in {"", "*/*", offered[0]}:
        return offered[0]
    ranks = ranks_in(accepted)
    best = max(offered, key=lambda media_type: _rank_of(media_type, ranks))
    return best if _rank_of(best, ranks) > 0 else None


def language_for(accepted: str, offered: Sequence[_Language]) -> _Language:
    """Return the offered language that the reader ranks highest, the first of equals and where none is asked for.

    A range takes every region and script of its language: nothing is offered in several of them.
    Source: RFC 9110, section 12.5.4; RFC 4647, section 3.4.

    >>> asked = ("", "zh-CN, zh;q=0.9, en;q=0.8", "en-GB, zh;q=0.9", "fr, zh-Hant;q=0.5, en;q=0.4", "*", "zh;q=0", "de")
    >>> [language_for(text, ["en", "zh"]) for text in asked]
    ['en', 'zh', 'en', 'zh', 'en', 'en', 'en']
    """
    if not accepted:
        return offered[0]
    ranks: dict[str, float] = {}
    for name, rank in ranks_in(accepted).items():
        language = name.partition("-")[0]
        ranks[language] = max(rank, ranks.get(language, 0.0))
    return max(offered, key=lambda language: ranks.get(language, ranks.get("*", 0.0)))


def _rank_of(media_type: str, ranks: dict[str, float]) -> float:
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((ranks[media_range] for media_range in ranges if media_range in ranks), 0.0)


def ranks_in(header: str) -> dict[str, float]:
    """Return what the header names, in lower case, each with its quality value; one that is out of range counts as 0.

    Parameters but `q` do not matter: each form is offered in one variant. Source: RFC 9110, section 12.4.2.

    >>> ranks_in("gzip;q=0.5, ZSTD, br;q=nan, *;q=7, text/html; level=1;q=1")
    {'gzip': 0.5, 'zstd': 1.0, 'br': 0.0, '*': 0.0, 'text/html': 1.0}
    """
    return dict(_rank(part) for part in header.split(","))


def _rank(part: str) -> tuple[str, float]:
    name, *parameters = (text.strip().lower() for text in part.split(";"))
    qualities = [text[2:] for text in parameters if text.startswith("q=")]
    try:
        rank = float(qualities[0]) if qualities else 1.0
    except ValueError:
        return name, 0.0
    return name, rank if 0 <= rank <= 1 else 0.0  # not a number is neither
