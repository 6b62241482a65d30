"""Vocabulary of the native format: the words, English and Chinese, for its sheets, columns and values, in any case."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache

from graph.messages import Language, text
from graph.properties import Choice
from graph.schema import (
    FILES,
    KIND_OF_FILE,
    KINDS,
    LINK_PROPERTIES,
    LINKS_FILE,
    RELATIONS,
    SOURCE_FILE,
    SOURCE_PROPERTIES,
    Kind,
    columns,
)

_LANGUAGES: tuple[Language, ...] = ("en", "zh")
_IDS = ("编号", "标识", "代码", "代号", "号")
"""What follows the name of a kind where its id stands, such as 课程编号."""


def spelling(word: str) -> str:
    """Return a word without what people write differently: case, width, spaces, signs.

    >>> spelling("Course_ID "), spelling("课程 编号（必填）"), spelling("ＩＤ*")
    ('courseid', '课程编号', 'id')
    """
    folded = unicodedata.normalize("NFKC", word).casefold()
    return "".join(filter(str.isalnum, _ASIDE.sub("", folded)))


_ASIDE = re.compile(r"\((?:必填|选填|required|optional)\)")


def file_called(name: str) -> str | None:
    """Return the file of the format that a sheet, file or key of that name is."""
    return _files().get(spelling(name))


def column_called(file: str, heading: str) -> str | None:
    """Return the column of a file of the format that a heading names."""
    return _columns(file).get(spelling(heading))


def choice_called(choice: Choice, word: str) -> str | None:
    """Return the word of the choice that a word means."""
    return _choices(choice).get(spelling(word))


def relation_called(word: str) -> str | None:
    """Return the relation that a word means."""
    return _relations().get(spelling(word))


def known_headings(cells: Iterable[str]) -> int:
    """Return how many different columns of the format the cells name, whichever the file."""
    every = _every_heading()
    return len({every[word] for cell in cells if (word := spelling(cell)) in every})


@cache
def _every_heading() -> Mapping[str, str]:
    return {word: column for file in FILES for word, column in _columns(file).items()}


@cache
def _files() -> Mapping[str, str]:
    named: list[tuple[str, str]] = [(file, file) for file in FILES]
    for kind in KINDS.values():
        named += [(kind.name, kind.file), *((word, kind.file) for word in _kind_words(kind.name))]
    named += [(word, file) for file in (SOURCE_FILE, LINKS_FILE) for word in _more(f"sheet_{file}")]
    return _unambiguous(named)


@cache
def _columns(file: str) -> Mapping[str, str]:
    own = columns(file)
    exact = [(name, name) for name in own]
    if file in KIND_OF_FILE:
        return {**_unambiguous(_of_kind(KIND_OF_FILE[file])), **_unambiguous(exact)}
    section = "said" if file == LINKS_FILE else "property"
    properties = LINK_PROPERTIES if file == LINKS_FILE else SOURCE_PROPERTIES
    named = [(word, p.name) for p in properties for word in _both(f"{section}.{p.name}")]
    named += [(word, name) for name in own for word in _more(f"{file}_{name}") or _more(name)]
    return {**_unambiguous(named), **_unambiguous(exact)}


def _of_kind(kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield the headings of a kind's file, each with its column; what names the kind itself stands for its name."""
    called = _kind_words(kind.name)
    has_code = any(p.name == "code" for p in kind.properties)
    if not kind.identified_by:
        ids = [word for word in _IDS if not (has_code and word in {"代码", "代号"})]
        for word in [*ids, *_more("id"), *(f"{kind_word}{end}" for kind_word in called for end in ("id", *ids))]:
            yield word, "id"
        for word in called:
            yield word, "name"
    for name in kind.columns:
        if name.endswith("_id"):
            yield from ((word, name) for word in _reference_words(kind, name))
        for word in (*_both(f"property.{name}"), *_more(name)):
            yield word, name
            yield from ((f"{kind_word}{word}", name) for kind_word in called)


def _reference_words(kind: Kind, column: str) -> Iterator[str]:
    """Yield what a column is called that refers to another kind: by the kind, or by what it is to the row."""
    link = next((one for one in kind.link_columns if one.name == column), None)
    others = [link.kind] if link else list(getattr(kind.property(column).type, "kinds", ()))
    words = [*_more(column), *(word for other in others if other != kind.name for word in _kind_words(other))]
    for word in words:
        yield from (word, f"所属{word}", *(f"{word}{end}" for end in ("id", "名称", "name", *_IDS)))
        yield from (f"所属{word}{end}" for end in _IDS)


def relation_words(name: str) -> list[str]:
    """Return what a relation is called, in both languages."""
    return [*_both(f"relation.{name}"), *_more(f"relation_{name}")]


@cache
def _relations() -> Mapping[str, str]:
    named = [(word, name) for name in RELATIONS for word in relation_words(name)]
    return {**_unambiguous(named), **_unambiguous((name, name) for name in RELATIONS)}


@cache
def _choices(choice: Choice) -> Mapping[str, str]:
    named = [(word, one) for one in choice.words for word in (*_both(f"word.{one}"), *_more(f"word_{one}"))]
    return {**_unambiguous(named), **_unambiguous((one, one) for one in choice.words)}


def _kind_words(kind: str) -> list[str]:
    words = [word for key in (f"kind.{kind}", f"kinds.{kind}") for word in _both(key)]
    return [part for word in words for part in word.split("、")] + _more(f"kind_{kind}")


def _both(key: str) -> list[str]:
    with suppress(KeyError):
        return [text(key, language) for language in _LANGUAGES]
    return []


def _more(name: str) -> list[str]:
    """Return further words for a thing, which stand in the catalogue, separated by `|`."""
    return [word for words in _both(f"native_words.{name}") for word in words.split("|") if word]


def _unambiguous(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what each word means, by its spelling, without words that mean several things."""
    meant: dict[str, set[str]] = {}
    for word, thing in named:
        meant.setdefault(spelling(word), set()).add(thing)
    return {word: things.pop() for word, things in meant.items() if len(things) == 1 and word}
