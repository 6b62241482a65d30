"""Template matching: which English text of the catalogue a sentence is, and what fills its places.

So the words of a library, which come in English, are worded in the language of whoever reads them.
"""

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import NamedTuple

from graph.messages.catalogue import Language, catalogue, text

LIBRARIES = ("library_words",)
"""The section that has the sentences of the standard library, of databases and of parsers."""
_NUMBER = r"-?\d+(?:\.\d+)?"


class MatchedText(NamedTuple):
    """A text of the catalogue that a sentence is, with what fills its places: a number where it looks like one."""

    key: str
    params: dict[str, str | int | float]


def matched(sentence: str, sections: tuple[str, ...]) -> MatchedText | None:
    """Return the text of these sections that the sentence is in English; None where they have none."""
    for key, pattern in _patterns(sections):
        if found := pattern.fullmatch(sentence):
            return MatchedText(key, {name: _value(words) for name, words in found.groupdict().items()})
    return None


def reworded(sentence: str, language: Language) -> str:
    """Return what a library says in a language; as it says it, where the catalogue does not have it.

    What fills a place is looked for as well.

    >>> reworded("[Errno 13] Permission denied: 'a.csv'", "zh")
    "'a.csv'：没有权限（13）"
    """
    found = None if language == "en" else matched(sentence, LIBRARIES)
    if found is None:
        return sentence
    params = {name: reworded(one, language) if isinstance(one, str) else one for name, one in found.params.items()}
    return text(found.key, language, **params)


@cache
def _patterns(sections: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return what the English texts of each key look like, the longest first; not those that only join their places."""
    known = {key: texts[0] for key, texts in catalogue().items() if key.partition(".")[0] in sections}
    known = {key: english for key, english in known.items() if re.search("[A-Za-z]{2}", _PLACE.sub("", english))}
    ordered = sorted(known.items(), key=lambda one: -len(_PLACE.sub("", one[1])))
    return tuple((key, re.compile("".join(_parts(template)), re.DOTALL)) for key, template in ordered)


_PLACE = re.compile(r"\{[^}]*\}")


def _parts(template: str) -> Iterator[str]:
    for literal, name, form, _ in Formatter().parse(template):
        yield re.escape(literal)
        if name:
            yield f"(?P<{name}>{_NUMBER if form else '.*'})"


def _value(words: str) -> str | int | float:
    if not re.fullmatch(_NUMBER, words):
        return words
    return float(words) if "." in words else int(words)
