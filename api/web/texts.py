"""The texts of the pages in both languages, from the one file that holds them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from graph.messages import Language

_POSITIONS: Mapping[Language, int] = {"en": 0, "zh": 1}


class Words:
    """The texts in one language: `words("gaps.title")`."""

    def __init__(self, language: Language) -> None:
        """Take the language."""
        self.language = language
        self._texts = {key: texts[_POSITIONS[language]] for key, texts in catalogue().items()}

    def __call__(self, key: str, **values: object) -> str:
        """Return the text, with its places filled in.

        Raises:
            KeyError: there is no such text, or a place is not filled.
        """
        text = self._texts[key]
        return text.format_map(values) if values else text

    def known(self, section: str, word: str) -> str:
        """Return the text of a word that data hold; a word that the section does not have, as people write it."""
        return self._texts.get(f"{section}.{word}") or word.replace("_", " ")


@cache
def words_in(language: Language) -> Words:
    """Return the texts in the language."""
    return Words(language)


@cache
def catalogue() -> dict[str, tuple[str, str]]:
    """Return every text by its key, `section.name`: in English, in Chinese."""
    sections = tomllib.loads((files("api.web") / "words.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{name}": (english, chinese)
        for section, texts in sections.items()
        for name, (english, chinese) in texts.items()
    }
