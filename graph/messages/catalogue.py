"""The catalogue of messages: each key with its text in English and in Chinese, read from `texts/*.toml`.

A file holds sections, a section holds texts: `no_node = ["there is no node {id}", "没有节点 {id}"]` in `[problem]` has
the key `problem.no_node`. Braces are places that parameters fill, as `str.format` does. A key stands in one file only.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["en", "zh"]
_POSITIONS: Mapping[Language, int] = {"en": 0, "zh": 1}


@cache
def catalogue() -> Mapping[str, tuple[str, str]]:
    """Return every text by its key, `section.name`: in English, in Chinese.

    Raises:
        ValueError: two files have the same key.
    """
    texts_by_key: dict[str, tuple[str, str]] = {}
    for file in sorted((files("graph.messages") / "texts").iterdir(), key=lambda file: file.name):
        for section, texts in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for name, (english, chinese) in texts.items():
                key = f"{section}.{name}"
                if key in texts_by_key:
                    raise ValueError(f"the message {key} stands twice in the catalogue, the second time in {file.name}")
                texts_by_key[key] = (english, chinese)
    return texts_by_key


def text(key: str, language: Language = "en", /, **params: object) -> str:
    """Return the text of a key in a language, with its places filled in.

    Raises:
        KeyError: there is no such key, or a place is not filled.
    """
    template = catalogue()[key][_POSITIONS[language]]
    return template.format_map(params) if params else template.replace("{{", "{").replace("}}", "}")
