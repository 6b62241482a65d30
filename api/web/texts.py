"""The catalogue of messages in the language of one page."""

from functools import cache

from graph.messages import Language, catalogue, text


class Words:
    """The texts in one language: `words("gaps.title")`."""

    def __init__(self, language: Language) -> None:
        """Take the language."""
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """Return the text, with its places filled in.

        Raises:
            KeyError: there is no such text, or a place is not filled.
        """
        return text(key, self.language, **values)

    def known(self, section: str, word: str) -> str:
        """Return the text of a word that data hold; a word that the section does not have, as people write it."""
        key = f"{section}.{word}"
        return self(key) if key in catalogue() else word.replace("_", " ")


@cache
def words_in(language: Language) -> Words:
    """Return the texts in the language."""
    return Words(language)
