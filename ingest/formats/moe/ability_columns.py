"""Columns of a competency analysis (职业能力分析表): posts, fields and tasks of work, and what these require."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from ingest.formats.moe.course_columns import heading
from ingest.readers.documents.passage import Passage


class AbilityColumn(StrEnum):
    """What a column holds; the last five are sorts of what is required."""

    POST = "post"
    FIELD = "field"
    TASK = "task"
    CATEGORY = "category"
    CODE = "code"
    CONTENT = "content"
    PROFESSIONAL = "P"
    GENERAL = "G"
    SOCIAL = "S"
    DEVELOPMENT = "D"
    KNOWLEDGE = "K"


REQUIRED = (
    *(AbilityColumn.PROFESSIONAL, AbilityColumn.GENERAL, AbilityColumn.SOCIAL, AbilityColumn.DEVELOPMENT),
    AbilityColumn.KNOWLEDGE,
)
_NEEDED = "(?:要求|描述|内容|分析|点)?"
_HEADINGS = (
    (AbilityColumn.CATEGORY, "(?:职业)?能力(?:类别|大类|类型|分类|维度)|类别|维度"),
    (AbilityColumn.CODE, "(?:职业)?(?:能力)?(?:编[号码]|代码)"),
    (AbilityColumn.CONTENT, "(?:职业)?(?:能力)?(?:具体)?内容(?:描述)?|能力描述|能力要点"),
    (
        AbilityColumn.POST,
        "(?:职业|工作|就业|面向|核心|主要|对应|典型)?(?:工作)?岗位(?:群)?(?:名称)?|职业范畴或工作岗位|职业名称",
    ),
    (AbilityColumn.FIELD, "工作(?:领域|项目|范畴|模块)|职业功能|职业领域|行动领域"),
    (
        AbilityColumn.TASK,
        "(?:主要|典型|对应|岗位)?工作任务(?:名称|描述)?|(?:主要|岗位)?工作内容|(?:岗位|主要|工作)?职责|工作过程|任务",
    ),
    (AbilityColumn.KNOWLEDGE, f"(?:专业|相关)?知识{_NEEDED}"),
    (AbilityColumn.GENERAL, f"(?:通用|基本|基础|方法)能力{_NEEDED}"),
    (AbilityColumn.DEVELOPMENT, f"(?:职业)?发展能力{_NEEDED}"),
    (AbilityColumn.SOCIAL, f"(?:职业|岗位)?素[养质]{_NEEDED}|社会能力{_NEEDED}|思政素养{_NEEDED}"),
    (
        AbilityColumn.PROFESSIONAL,
        f"(?:职业|岗位|专业|核心|职业核心|岗位核心|技术|操作)?(?:能力|技能)(?:[与和及](?:素质|素养|知识))?{_NEEDED}",
    ),
)
_PATTERNS = tuple((column, re.compile(pattern)) for column, pattern in _HEADINGS)
_CODE = r"(?P<letter>[PGSD])\s*[-—–_.]?\s*(?P<numbers>[0-9]{1,2}(?:\s*[.．-]\s*[0-9]{1,2}){1,3})"
_ALONE, _BEFORE = re.compile(_CODE), re.compile(rf"(?:^|(?<=[\s。；;])){_CODE}(?![0-9])[.．、:：\s]*")
_WORDS = {
    "职业能力": "P",
    "专业能力": "P",
    "职业技能": "P",
    "通用能力": "G",
    "方法能力": "G",
    "社会能力": "S",
    "职业素养": "S",
    "发展能力": "D",
}


class AbilityCode(NamedTuple):
    """A code such as P-1.2.3: the sort, the task, the content of work (empty where it names none), and as written."""

    sort: str
    task: str
    content: str
    text: str


class AbilityHeader(NamedTuple):
    """Which column holds what, from 0; it fills so many `rows`."""

    columns: dict[AbilityColumn, int]
    rows: int

    def text(self, cells: Sequence[str], column: AbilityColumn) -> str:
        """Return the text of a column."""
        at = self.columns.get(column, len(cells))
        return cells[at].strip() if at < len(cells) else ""


def ability_header(rows: Sequence[Passage]) -> AbilityHeader | None:
    """Return the header that the rows begin with, with a second row below it where columns are divided; else None."""
    columns = _columns(rows[0].cells)
    if len(rows) > 1 and any(one in columns for one in (AbilityColumn.POST, AbilityColumn.TASK)):
        below = _columns(rows[1].cells)
        own = [cell for at, cell in enumerate(rows[1].cells) if cell.strip() and at not in rows[1].spanned]
        if own and all(_column(cell) for cell in own) and below.keys() & set(REQUIRED):
            divided = {one: at for one, at in below.items() if one in REQUIRED}
            kept = {one: at for one, at in columns.items() if at not in divided.values()}
            return AbilityHeader(kept | divided, 2)
    is_coded = {AbilityColumn.CATEGORY, AbilityColumn.CONTENT} <= columns.keys() or (
        {AbilityColumn.CODE, AbilityColumn.CONTENT} <= columns.keys()
    )
    of_work = columns.keys() & {AbilityColumn.POST, AbilityColumn.FIELD, AbilityColumn.TASK}
    return AbilityHeader(columns, 1) if is_coded or (of_work and columns.keys() & set(REQUIRED)) else None


def _columns(cells: Sequence[str]) -> dict[AbilityColumn, int]:
    found: dict[AbilityColumn, int] = {}
    for at, cell in enumerate(cells):
        if (column := _column(cell)) is not None:
            # Of typical tasks and their content, the former are the field of the latter.
            if column is AbilityColumn.TASK and column in found and AbilityColumn.FIELD not in found:
                found[AbilityColumn.FIELD] = found.pop(column)
            found.setdefault(column, at)
    return found


def _column(cell: str) -> AbilityColumn | None:
    plain = heading(cell)
    return next((column for column, pattern in _PATTERNS if pattern.fullmatch(plain)), None)


def ability_code(text: str) -> AbilityCode | None:
    """Return the code that a cell holds and nothing else; None for any other text.

    >>> ability_code("P-1.2.3"), ability_code("G1.1").task, ability_code("能调试")
    (AbilityCode(sort='P', task='1', content='1.2', text='P-1.2.3'), '1', None)
    """
    found = _ALONE.fullmatch(_narrow(text))
    return _code(found) if found else None


def coded(text: str) -> list[tuple[AbilityCode, str]]:
    r"""Return the codes in a cell, each with the text behind it; none where there are none.

    >>> [(code.text, text) for code, text in coded("P-1.1.1 能装配；\nP-1.1.2能调试")]
    [('P-1.1.1', '能装配；'), ('P-1.1.2', '能调试')]
    """
    narrow = _narrow(text)
    found = list(_BEFORE.finditer(narrow))
    ends = [*(one.start() for one in found), len(narrow)][1:]
    return [(_code(one), narrow[one.end() : end].strip()) for one, end in zip(found, ends, strict=True)]


def sort_of_words(text: str) -> str:
    """Return the sort that a category names, as the letter of its codes; empty where it names none.

    >>> sort_of_words("社会能力"), sort_of_words("职业能力（P）"), sort_of_words("内容")
    ('S', 'P', '')
    """
    plain = "".join(text.split())
    return next((letter for word, letter in _WORDS.items() if word in plain), "")


def _code(found: re.Match[str]) -> AbilityCode:
    numbers = [part.strip() for part in re.split("[.．-]", found["numbers"])]
    content = ".".join(numbers[:2]) if found["letter"] == "P" and len(numbers) > 2 else ""
    return AbilityCode(found["letter"], numbers[0], content, f"{found['letter']}-{'.'.join(numbers)}")


def _narrow(text: str) -> str:
    """Return the text with letters, digits and marks of codes in the width of Latin."""
    return text.translate(_WIDTHS).strip()


_WIDTHS = {ord(wide): chr(ord(wide) - 0xFEE0) for wide in "ＰＧＳＤ０１２３４５６７８９．－"}
