"""The catalogue of messages: each key with its text in English and in Chinese, read from `texts/*.toml`.

A file holds sections, a section holds texts: `no_node = ["there is no node {id}", "没有节点 {id}"]` in `[problem]` has
the key `problem.no_node`. Braces are places that parameters fill, as `str.format` does. A section may go on in another
file; it is parsed when the first of its texts is asked for, since a command says few of them.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["en", "zh"]
Texts = Mapping[str, tuple[str, str]]
_POSITIONS: Mapping[Language, int] = {"en": 0, "zh": 1}
_HEADING = re.compile(r"^\[(\w+)\]\n", re.MULTILINE)


@cache
def catalogue() -> Texts:
    """Return every text by its key, `section.name`: in English, in Chinese.

    Raises:
        ValueError: a section has the same name twice.
    """
    return {f"{section}.{name}": texts for section in _sections() for name, texts in _texts(section).items()}


def text(key: str, language: Language = "en", /, **params: object) -> str:
    """Return the text of a key in a language, with its places filled in.

    Raises:
        KeyError: there is no such key, or a place is not filled.
    """
    section, _, name = key.partition(".")
    template = _texts(section)[name][_POSITIONS[language]]
    return template.format_map(params) if params else template.replace("{{", "{").replace("}}", "}")


@cache
def _texts(section: str) -> Texts:
    return {name: (english, chinese) for name, (english, chinese) in tomllib.loads(_sections()[section]).items()}


@cache
def _sections() -> Mapping[str, str]:
    """Return what stands under the headings of each section, as TOML."""
    sections: dict[str, str] = {}
    for file in sorted((files("graph.messages") / "texts").iterdir(), key=lambda file: file.name):
        _, *found = _HEADING.split(file.read_text(encoding="utf-8"))
        for section, texts in zip(found[::2], found[1::2], strict=True):
            sections[section] = sections.get(section, "") + texts
    return sections
