"""Headings of a workbook to fill in, in the reader's language: sheets, columns and values as they are called there."""

from collections.abc import Iterator
from functools import cache

from graph.messages import Language, text
from graph.properties import Choice
from graph.schema import KIND_OF_FILE, LINKS_FILE, SOURCE_FILE, Kind, columns
from ingest.formats.native.vocabulary import choice_called, column_called, file_called, relation_called

RARE = frozenset({"uri", "extra"})
"""Columns that a designer does not need: other systems state them."""


def columns_shown(file: str, *, complete: bool) -> list[str]:
    """Return the columns of a sheet; those that other systems state only where all are wanted."""
    return [name for name in columns(file) if complete or name not in RARE]


@cache
def sheet_name(file: str, language: Language) -> str:
    """Return what a sheet is called; the reader of the format knows it by that name."""
    if language == "en":
        return file
    named = _text(f"workbook.sheet_{file}", language)
    if file in KIND_OF_FILE:
        named += _text(f"kinds.{KIND_OF_FILE[file].name}", language)
    return next((one for one in named if file_called(one) == file), file)


@cache
def heading(file: str, column: str, language: Language) -> str:
    """Return what a column is called; the reader of the format knows it by that name."""
    if language == "en":
        return column
    return next((one for one in _headings(file, column, language) if column_called(file, one) == column), column)


def _headings(file: str, column: str, language: Language) -> Iterator[str]:
    yield from _text(f"workbook.column_{column}", language)
    if file in (SOURCE_FILE, LINKS_FILE):
        yield from _text(f"{'said' if file == LINKS_FILE else 'property'}.{column}", language)
        return
    kind = KIND_OF_FILE[file]
    yield from _text(f"property.{column}", language)
    yield from (f"所属{called}" for called in _ends(kind, column, language))


def _ends(kind: Kind, column: str, language: Language) -> Iterator[str]:
    for link in kind.link_columns:
        if link.name == column:
            yield from _text(f"kind.{link.kind}", language)


def _text(key: str, language: Language) -> list[str]:
    try:
        return [text(key, language)]
    except KeyError:
        return []


def word(choice: Choice, value: str, language: Language) -> str:
    """Return what a value of a choice is called; the reader of the format knows it by that name."""
    called = value if language == "en" else text(f"word.{value}", language)
    return called if choice_called(choice, called) == value else value


def relation_name(name: str, language: Language) -> str:
    """Return what a relation is called; the reader of the format knows it by that name."""
    called = name if language == "en" else text(f"relation.{name}", language)
    return called if relation_called(called) == name else name
