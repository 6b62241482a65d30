"""The catalogue of messages in the language of one page."""

from functools import cache

from graph.messages import Language, catalogue, text

_COUNTS = frozenset({"n", "of", "total", "first", "last", "count", "competencies", "roles", "aims"})
"""Places of texts that take how many there are, and not the number of a revision or the like."""


class _Count(int):
    """How many there are: written with its thousands apart, unless a text says otherwise."""

    def __format__(self, wanted: str) -> str:
        return super().__format__(wanted or ",")


class Words:
    """The texts in one language: `words("gaps.title")`."""

    def __init__(self, language: Language) -> None:
        """Take the language."""
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """Return the text, with its places filled in; counts are written as other numbers of a page.

        Raises:
            KeyError: there is no such text, or a place is not filled.
        """
        told = {
            name: _Count(value) if name in _COUNTS and type(value) is int else value for name, value in values.items()
        }
        return text(key, self.language, **told)

    def known(self, section: str, word: str) -> str:
        """Return the text of a word that data hold; a word that the section does not have, as people write it."""
        key = f"{section}.{word}"
        return self(key) if key in catalogue() else word.replace("_", " ")


@cache
def words_in(language: Language) -> Words:
    """Return the texts in the language."""
    return Words(language)
