"""Words of the other language in what a person reads: Latin words in Chinese, Chinese characters in English.

What stays in a Chinese text: names, units and codes. Codes are found by their form (ids, files, options, command lines,
addresses, names with underscores, all that stands as code) and by the schema (kinds and relations); the rest of them,
and names and units, stand in `latin_words.txt`.
"""

import csv
import re
from collections.abc import Collection, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from graph.schema import KINDS, RELATIONS
from tests.support.paths import ROOT

ALLOWED = Path(__file__).with_name("latin_words.txt")
_CODES = re.compile(
    r"`[^`]*`|“[\w.:-]+”|'[^' ]+'"  # code, and what is quoted
    r"|\brolepath(?: +(?:[-\w.:/'=]+|<[^>]*>))+"  # command lines
    r"|(?<![\w-])--?[a-z][\w-]*(?:=\S+)?"  # options
    r"|\w+://[^\s，。；：）”、]*"  # addresses
    r"|(?<![\w.])/[\w./{}-]*"  # paths
    r"|\b[a-z]\w*:[\w.-]+\b"  # ids
    r"|[\w*/-]+(?:\.[\w*/-]+)*\.[a-z]\w+\b|(?<!\w)\.[a-z]{2,8}\b"  # files and their endings
    r"|\b\d+\.[0-9a-f]{8,}(?:\.\d+)*|\b(?=[a-f]*\d)[0-9a-f]{6,}\b"  # cursors and hashes
    r"|\b\w+_\w+\b"  # columns, fields, variables of the environment
    r"|<[^>]*>|\{[^}]*\}"  # what stands for a value
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9'’+*-]*[A-Za-z*+]")
_CHINESE = re.compile(r"[\u3400-\u9fff，。；：！？（）「」、]+")
_HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,;:!?(]|[,;!?)][\u3400-\u9fff]")
_BLANKS = re.compile(r"[\u3400-\u9fff] {1,2}[\u3400-\u9fff]")
NEVER = ("顶岗实习", "链接", "呼唤", "假如分析", "学分绩", "「", "」")
"""Words that no text uses: another one is the word of the field."""


@cache
def allowed() -> frozenset[str]:
    """Return the names, units and codes that stay as they are in Chinese, in small letters."""
    lines = ALLOWED.read_text(encoding="utf-8").splitlines()
    words = {word for line in lines for word in line.partition("#")[0].split()}
    return frozenset(word.lower() for word in {*words, *KINDS, *RELATIONS})


def latin_words(text: str, data: Collection[str] = ()) -> list[str]:
    """Return the Latin words of a Chinese text that are no names, units or codes, nor `data`: texts of others."""
    found = _unknown(text)
    if not found or not data:
        return found
    # A code may hold what others wrote, such as the prefix of ids, and that may look like a code.
    return min(_unknown(_without(text, data)), _unknown(_without(_CODES.sub(" ", text), data)), key=len)


def _unknown(text: str) -> list[str]:
    return [word for word in _WORD.findall(_CODES.sub(" ", text)) if word.lower() not in allowed()]


def chinese_words(text: str, data: Collection[str] = ()) -> list[str]:
    """Return the runs of Chinese characters in an English text, but for what others wrote."""
    found = _CHINESE.findall(text)
    return _CHINESE.findall(_without(text, data)) if found and data else found


def mispunctuated(text: str, *, in_columns: bool = False) -> list[str]:
    """Return the places of a Chinese text where its punctuation is that of English, or blanks part its characters.

    Blanks may part columns.
    """
    text = _CODES.sub("X", text)
    return _HALF_WIDTH.findall(text) + ([] if in_columns else _BLANKS.findall(text))


def _without(text: str, data: Collection[str]) -> str:
    for one in sorted((one for one in data if one in text), key=len, reverse=True):
        text = text.replace(one, " ")
    return text


@cache
def texts_of_example() -> frozenset[str]:
    """Return what the bundled college calls things and says of them: texts of more than a character, and ids."""
    words = {"kind", "mode", "led_by", "status", "stage", "standing", "level", "relation"}
    found = set()
    for file in sorted((ROOT / "examples" / "polytechnic").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                found |= {part for name, cell in row.items() if cell and name not in words for part in cell.split("|")}
    return frozenset(text for text in found if len(text) > 1 and not text.replace(".", "").isdigit())


class PageTexts(HTMLParser):
    """The texts that a page shows or has read out: what stands between tags, and in attributes; no code, no scripts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self.found: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what its attributes say, and whether it is left out: code, scripts, the name of another language."""
        has = {name: value or "" for name, value in attrs}
        self.found += [has[name] for name in _SAID if has.get(name)]
        if tag in {"input", "button"} and has.get("type") in {"submit", "button"}:
            self.found += filter(None, [has.get("value")])
        is_other = tag in {"script", "style", "code"} or ("lang" in has and tag != "html")
        if tag not in _VOID:
            self._open.append(f"!{tag}" if is_other else tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave the tag, and what was left open within it."""
        while self._open and self._open.pop().removeprefix("!") != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note the text."""
        if not any(tag.startswith("!") for tag in self._open):
            self.found.append(data)


_VOID = {"meta", "link", "input", "br", "img", "hr", "path", "rect", "circle", "line", "use"}
_SAID = ("title", "aria-label", "alt", "placeholder", "label", "data-fold", "data-too-large", "data-l", "data-head")


def texts_of(page: str) -> Iterator[str]:
    """Yield the texts of a page; parts of one sentence that stand in tags of their own are texts of their own."""
    yield from (text for found in PageTexts(page).found if (text := " ".join(found.split())))
