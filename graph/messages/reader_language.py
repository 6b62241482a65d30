"""Language of the reader: that of whoever runs a command, in which all that it tells them is worded."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, runtime_checkable

from graph.messages.catalogue import Language, text

_READER: ContextVar[Language] = ContextVar("reader", default="en")


@runtime_checkable
class Sentence(Protocol):
    """What words itself in a language: a message, or an error that carries one."""

    def text(self, language: Language = "en") -> str:
        """Return the words."""


def reader_language() -> Language:
    """Return the language of whoever reads; English where nobody said."""
    return _READER.get()


@contextmanager
def read_in(language: Language) -> Iterator[None]:
    """Word what is said within in the language."""
    before = _READER.set(language)
    try:
        yield
    finally:
        _READER.reset(before)


def say(key: str, /, **params: object) -> str:
    """Return the text of a key in the reader's language; messages and errors that fill it in are worded likewise.

    Raises:
        KeyError: there is no such key, or a place is not filled.
    """
    return text(key, reader_language(), **{name: said(value) for name, value in params.items()})


def said(value: object) -> object:
    """Return a message or an error in the reader's words, and anything else as it is."""
    return value.text(reader_language()) if isinstance(value, Sentence) else value
