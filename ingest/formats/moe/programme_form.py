"""The form of programme descriptions: its headings, labels and numbers, told apart line by line.

Source: Ministry of Education of the PRC, descriptions of vocational programmes (2022): one section a programme, each
with the same headings. Files made from the printed pages by machine lose headings, run lines together and cut words.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from ingest.readers.documents.passage import Passage


class Field(StrEnum):
    """A part of a programme's description, in the order of the form."""

    HEAD = "head"
    ORIENTATION = "orientation"
    OBJECTIVE = "objective"
    ABILITY = "ability"
    TEACHING = "teaching"
    FOUNDATION = "foundation"
    CORE = "core"
    TRAINING = "training"
    CERTIFICATE = "certificate"
    ONWARD = "onward"


class LineKind(StrEnum):
    """What a line, or a part of one, is."""

    CODE = "code"
    NAME = "name"
    YEARS = "years"
    TITLE = "title"
    LABEL = "label"
    CLASS = "class"
    DOCUMENT = "document"
    TEXT = "text"


class FormLine(NamedTuple):
    """A line told apart: its kind, the field that a title or label begins, the label, and the text behind it."""

    passage: Passage
    kind: LineKind
    text: str
    field: Field | None = None
    label: str = ""


_TITLES = (
    (Field.ORIENTATION, r"职业面向"),
    (Field.OBJECTIVE, r"培养目标(?:定位)?"),
    (Field.ABILITY, r"(?:主要)?专业能力要求"),
    (Field.TEACHING, r"主要专业课程(?:与实习实训)?"),
    (Field.CERTIFICATE, r"职业?(?:类|资格)?证书(?:举例|列举|类型)"),
    (Field.ONWARD, r"接续专业举例"),
)
_TITLE = re.compile("|".join(f"(?P<{field}>{form})" for field, form in _TITLES))
_TITLE_AT_END = re.compile(
    r"(?<=[^\s#])\s*(接续专业举例|职业类证书举例|主要专业课程与实习实训|主要专业能力要求|培养目标定位)$"
)
_LABELS = (
    (Field.FOUNDATION, r"专业(?:群)?基础课(?:程)?"),
    (Field.CORE, r"专业核心课(?:程)?(?:（[^）]{1,30}）)?"),
    (Field.TRAINING, r"实习实训|实训实习"),
    (Field.CERTIFICATE, r"职业(?:技能|资格|技术)(?:等级)?证书?(?:举例)?"),
    (Field.ONWARD, r"[接持]续[^：:，。]{2,22}?(?:举例)?"),
)
_LABEL = re.compile("(?:" + "|".join(f"(?P<{field}>{form})" for field, form in _LABELS) + r")\s*[：:]\s*")
_CODE = re.compile(r"专业代码[\s：:]*([0-9]{6}T?K?)?")
_NAME = re.compile(r"专业名称[\s：:]*(\S.*)?")
_YEARS = re.compile(r"(?:基本|专业)修业年限[\s：:]*(\S.*)?")
_CLASS = re.compile(r"([2-7][0-9](?:[0-9]{2})?)\s*([^\s，。、：]{1,24}类)")
_HEADS_INSIDE = re.compile(
    r"(?<=[^\s#])\s*(?=专业代码[\s：:]*[0-9]{6}|#\s*[2-7][0-9]{3}\s|接续[^：:，。、]{4,18}举例[：:]"
    r"|专业(?:基础|核心)课程[：:]|职业(?:技能等级|资格)证书[：:]|(?<=[。；])实习实训[：:])"
)
_DOCUMENT = re.compile(r"(?:高等|中等)?职业(?:高等)?教育.{0,12}专业简介(?:（.{1,20}）)?")
NUMBERED = re.compile(r"(?P<number>[0-9]{1,2})\s*(?:[.．、]\s*(?![0-9])|[）)]\s*|\s+(?=[\u4e00-\u9fff]))")


def told_apart(passages: list[Passage]) -> Iterator[FormLine]:
    """Yield the lines of a document, those that were run together one by one."""
    for passage in passages:
        for part in _HEADS_INSIDE.split(passage.text):
            text = part.lstrip("# ").strip()
            found = _TITLE_AT_END.search(text)
            if found and not _TITLE.fullmatch(text):
                yield _line(passage, text[: found.start()].strip())
                text = found[1]
            if text:
                yield _line(passage, text)


def _line(passage: Passage, text: str) -> FormLine:
    plain = re.sub(r"[\s　]+", "", text)
    if title := _TITLE.fullmatch(plain.rstrip("：:")):
        return FormLine(passage, LineKind.TITLE, "", Field(str(title.lastgroup)))
    if label := _LABEL.match(text):
        return FormLine(passage, LineKind.LABEL, text[label.end() :], Field(str(label.lastgroup)), _called(label))
    for kind, form in ((LineKind.CODE, _CODE), (LineKind.NAME, _NAME), (LineKind.YEARS, _YEARS)):
        if found := form.fullmatch(text):
            return FormLine(passage, kind, (found[1] or "").strip())
    if found := _CLASS.fullmatch(text):
        return FormLine(passage, LineKind.CLASS, found[2], label=found[1])
    if _DOCUMENT.fullmatch(plain):
        return FormLine(passage, LineKind.DOCUMENT, plain)
    return FormLine(passage, LineKind.TEXT, text)


def _called(label: re.Match[str]) -> str:
    return label[0].rstrip("：: \t")


def class_of_file(stem: str) -> tuple[str, str] | None:
    """Return the code and name of the class of programmes that a file is named after; None where it is not.

    >>> class_of_file("6102 林业类"), class_of_file("notes")
    (('6102', '林业类'), None)
    """
    found = _CLASS.fullmatch(stem.strip())
    return (found[1], found[2]) if found else None
