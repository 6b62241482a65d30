"""Orientation of a college's plan (职业面向): occupations, posts, certificates; the header on top or at the left."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.draft import Place
from ingest.formats.moe.course_columns import heading
from ingest.formats.moe.enumeration import items, says_nothing
from ingest.formats.moe.text_repair import normalised, repaired
from ingest.readers.documents.document_tables import DocumentTable
from ingest.readers.documents.passage import Passage

OCCUPATION, POST, CERTIFICATE, INDUSTRY = "occupation", "post", "certificate", "industry"
_LABELS = (
    (CERTIFICATE, re.compile(".*证书.*")),
    (INDUSTRY, re.compile("所属专业.{0,8}|专业大?类.{0,4}|.{0,4}行业.{0,8}|序号|专业方向|职业领域")),
    (OCCUPATION, re.compile("(?:主要|对应|面向)?职业(?!能力|素[养质]|岗位|技能|道德)(?:类别|名称|群)?.{0,6}")),
    (POST, re.compile(".{0,12}岗位(?!能力|职责|描述|要求|面向).{0,10}|.{0,10}技术领域.{0,8}")),
)
_CODE = r"[（(]\s*(?P<code>[1-8](?:-[0-9]{2}){2,3})\s*(?:[（(]?[LS/]+[)）]?)?\s*[）)]"
_CODED = re.compile(rf"(?P<name>[^、，；;\n（()）]+?)\s*(?:[LS/]+\s*)?{_CODE}")
_CODES_LEFT = re.compile(rf"{_CODE}|[（(]\s*[0-9A-Z][0-9-]*\s*[)）]")
_POSTS_END = re.compile(r"等?(?:相关)?(?:岗位（群）|岗位群|岗位|技术领域|工作领域|领域)$")
_GRADE = re.compile(r"[（(]\s*(?P<grade>初级|中级|高级|[一二三四五]级(?:/.{2,4})?|[ABC一二三四]级)\s*[）)]$")
_SKILL_LEVEL = re.compile(
    r"^1\s*[+＋]\s*X\s*[“《]?|[”》]?(?:职业)?技能等级证书?$|职业技能等级(?:标准|证书)?$", re.IGNORECASE
)
_NUMBER = re.compile(r"^(?:[（(]?[0-9]{1,2}[）)]|[0-9]{1,2}[.．、])\s*")


class OrientationItem(NamedTuple):
    """An occupation (with its code where one is given), a post or a certificate (with its grade), and its row."""

    place: Place
    kind: str
    name: str
    code: str = ""


def orientation_label(text: str) -> str:
    """Return what a heading of the orientation stands for; empty where it is none.

    >>> orientation_label("主要岗位类别（或技术领域）"), orientation_label("主要职业类别（代码）")
    ('post', 'occupation')
    """
    plain = heading(text)
    return next((kind for kind, pattern in _LABELS if pattern.fullmatch(plain)), "") if len(plain) <= 40 else ""


def is_orientation(table: DocumentTable) -> bool:
    """Say whether the table is one of an orientation: headings of two sorts stand in its first row or column."""
    across = {orientation_label(cell) for cell in table.rows[0].cells} - {""}
    down = {orientation_label(row.cells[0]) for row in table.rows} - {""}
    named = {OCCUPATION, POST, CERTIFICATE}
    return any(len(found) > 1 and found & named for found in (across, down))


def orientation_items(table: DocumentTable, file: str) -> Iterator[tuple[Passage, list[OrientationItem]]]:
    """Yield each row that is no header with what it names."""
    across = {at: kind for at, cell in enumerate(table.rows[0].cells) if (kind := orientation_label(cell))}
    is_across = len(set(across.values())) > 1
    for row in table.rows[1:] if is_across else table.rows:
        place = Place(file, row.part, row.row)
        found: list[OrientationItem] = []
        if is_across:
            for at, kind in across.items():
                if at < len(row.cells) and at not in row.spanned:
                    found += cell_items(place, kind, row.cells[at])
        elif kind := orientation_label(row.cells[0]):
            for text in dict.fromkeys(row.cells[1:]):
                found += cell_items(place, kind, text)
        yield row, list(dict.fromkeys(found))


def cell_items(place: Place, kind: str, text: str) -> list[OrientationItem]:
    """Return what a cell names."""
    if says_nothing(text) or kind == INDUSTRY:
        return []
    if kind == OCCUPATION:
        coded = [OrientationItem(place, kind, one["name"].strip(), one["code"]) for one in _CODED.finditer(text)]
        others = _names(_CODES_LEFT.sub("", _CODED.sub("、", text)))
        return coded + [OrientationItem(place, kind, name) for name in others]
    if kind == POST:
        return [OrientationItem(place, kind, name) for part in _names(text) if (name := _POSTS_END.sub("", part))]
    return [certificate for name in _names(text) if (certificate := _certificate(place, name)).name]


def _names(text: str) -> list[str]:
    parts = [_NUMBER.sub("", repaired(line)) for line in text.splitlines()]
    return [name for part in parts for name in items(part.rstrip("。；; "), "、，,；;") if normalised(name)]


def _certificate(place: Place, text: str) -> OrientationItem:
    grade = _GRADE.search(text)
    name = _GRADE.sub("", text).strip()
    while (shorter := _SKILL_LEVEL.sub("", name).strip("“”《》 ")) != name:
        name = shorter
    return OrientationItem(place, CERTIFICATE, name, grade["grade"] if grade else "")
