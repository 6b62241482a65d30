"""The form of the classification of occupations: its headings, definitions and lists, told apart line by line.

Source: Occupational Classification of the PRC (职业分类大典), 2022 edition.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from ingest.readers.documents.passage import Passage


class EntryLine(StrEnum):
    """What a line of the classification is."""

    CLASS = "class"
    OCCUPATION = "occupation"
    TASKS = "tasks"
    JOBS = "jobs"
    LISTING = "listing"
    TITLE = "title"
    TEXT = "text"


class ClassifiedLine(NamedTuple):
    """A line told apart; of a heading the code, the name as far as it stands there, and the marks behind it."""

    passage: Passage
    kind: EntryLine
    text: str
    code: str = ""
    marks: str = ""
    gbm: str = ""


_OCCUPATION = re.compile(r"(?P<code>[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2})\s*(?P<name>\D.*)?")
_CLASS = re.compile(r"(?P<code>[1-8](?:-[0-9]{2}){0,2})\s*[（(]\s*(?P<gbm>GBM\s*[0-9]{5})\s*[）)]\s*(?P<name>\S.*)?")
_MARKS = re.compile(r"(?<=\S)\s*(?P<marks>L\s*/\s*S|L|S|/)\s*$")
_TASKS = re.compile(r"(?P<before>.*?)主要工作任务\s*[:：]\s*(?P<after>.*)")
_JOBS = re.compile(r"本职业包[含括]但不限于下列工种\s*[:：]\s*(?P<after>.*)")
_LISTING = re.compile(r"(?P<before>.*?)本(?:大|中|小)类包括下列(?:中类|小类|职业)\s*[:：]\s*")
_TITLE = re.compile("第[一二三四五六七八]大类")
_DEFINITION_ENDS = ("。", "的人员")
_LONG = 24


def classified(passages: Sequence[Passage]) -> Iterator[ClassifiedLine]:
    """Yield the lines of a document; what stands in a table of contents of a class is a listing.

    A code stands in a table of contents and above its entry. The entry is where it is a heading, or else where it
    stands last.
    """
    headed, last = _standing(passages)
    in_listing = False
    for number, passage in enumerate(passages):
        text = passage.text
        code = _code(text)
        if code:
            is_entry = passage.is_heading or (code not in headed and last[code] == number)
            if is_entry and in_listing and not passage.is_heading and _OCCUPATION.fullmatch(text):
                is_entry = _is_defined(passages, number)
            in_listing = not is_entry
            yield _entry(passage, text) if is_entry else ClassifiedLine(passage, EntryLine.LISTING, text, code)
        elif _TITLE.fullmatch(text):
            in_listing = False
            yield ClassifiedLine(passage, EntryLine.TITLE, text)
        elif found := _LISTING.fullmatch(text):
            if found["before"]:
                yield ClassifiedLine(passage, EntryLine.TEXT, found["before"])
            in_listing = True
        elif found := _TASKS.fullmatch(text):
            in_listing = False
            if found["before"]:
                yield ClassifiedLine(passage, EntryLine.TEXT, found["before"])
            yield ClassifiedLine(passage, EntryLine.TASKS, found["after"])
        elif found := _JOBS.fullmatch(text):
            in_listing = False
            yield ClassifiedLine(passage, EntryLine.JOBS, found["after"])
        else:
            yield ClassifiedLine(passage, EntryLine.LISTING if in_listing else EntryLine.TEXT, text)


def _standing(passages: Sequence[Passage]) -> tuple[set[str], dict[str, int]]:
    """Return the codes that are headings somewhere, and where each code stands last without being one."""
    headed: set[str] = set()
    last: dict[str, int] = {}
    for number, passage in enumerate(passages):
        if code := _code(passage.text):
            if passage.is_heading:
                headed.add(code)
            else:
                last[code] = number
    return headed, last


def _code(text: str) -> str:
    found = _CLASS.fullmatch(text) or _OCCUPATION.fullmatch(text)
    return found["code"] if found else ""


def _entry(passage: Passage, text: str) -> ClassifiedLine:
    if found := _CLASS.fullmatch(text):
        name, marks = _named(found["name"])
        gbm = found["gbm"].replace(" ", "")
        return ClassifiedLine(passage, EntryLine.CLASS, name, found["code"], marks, gbm)
    name, marks = named(text)
    return ClassifiedLine(passage, EntryLine.OCCUPATION, name, _code(text), marks)


def named(text: str) -> tuple[str, str]:
    """Return the name behind an occupation's code, and the marks behind that.

    >>> named("4-08-06-00环境监测员L")
    ('环境监测员', 'L')
    """
    found = _OCCUPATION.fullmatch(text)
    return _named(found["name"] if found else "")


def _named(text: str | None) -> tuple[str, str]:
    """Return the name and the marks behind it: L for a green occupation, S for a digital one."""
    text = (text or "").strip()
    found = _MARKS.search(text)
    return (text[: found.start()].strip(), found["marks"].replace(" ", "")) if found else (text, "")


def _is_defined(passages: Sequence[Passage], number: int) -> bool:
    """Say whether a definition follows: so the line is the heading of an occupation that lost its mark."""
    if number + 1 >= len(passages):
        return False
    after = passages[number + 1].text
    if _OCCUPATION.fullmatch(after) or _CLASS.fullmatch(after):
        return False
    return _TASKS.fullmatch(after) is not None or (len(after) > _LONG and after.endswith(_DEFINITION_ENDS))
