"""Tables of requirements in Chinese standards: function, content, skills and knowledge, by level; tables of weights.

Source: Ministry of Human Resources and Social Security, rules for drafting national occupational skill standards
(国家职业技能标准编制技术规程), 2023: four columns by level, and tables of weights behind them.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from ingest.formats.moe.proficiency import proficiency
from ingest.formats.moe.text_repair import joined, repaired
from ingest.readers.documents.passage import Passage


class RequirementColumn(StrEnum):
    """What a column holds."""

    FUNCTION = "function"
    CONTENT = "content"
    SKILL = "skill"
    KNOWLEDGE = "knowledge"


HEADINGS: dict[str, RequirementColumn] = {
    "职业功能": RequirementColumn.FUNCTION,
    "工作领域": RequirementColumn.FUNCTION,
    "工作内容": RequirementColumn.CONTENT,
    "工作任务": RequirementColumn.CONTENT,
    "典型工作任务": RequirementColumn.CONTENT,
    "技能要求": RequirementColumn.SKILL,
    "职业技能要求": RequirementColumn.SKILL,
    "专业能力要求": RequirementColumn.SKILL,
    "职业能力要求": RequirementColumn.SKILL,
    "职业能力": RequirementColumn.SKILL,
    "相关知识要求": RequirementColumn.KNOWLEDGE,
    "相关知识": RequirementColumn.KNOWLEDGE,
    "知识要求": RequirementColumn.KNOWLEDGE,
}
_NUMBER = re.compile(r"^\s*(?:[（(]?[0-9]{1,2}[）)、]|[A-Z]?[-—]?[0-9]{1,2}(?:[.．-][0-9]{1,2}){0,3}[.．、]?)\s*(?=\D)")
_BEFORE_NUMBER = re.compile(r"(?<=[；;。\s])\s*(?=[0-9]{1,2}(?:[.．][0-9]{1,2}){2}\s*\D)")
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?)\s*[%％]?")
_SEPARATOR = re.compile(r"[\s:|-]+")


class Requirement(NamedTuple):
    """A row of a table: what is done, what must be mastered for it, and at which level (None: none is named)."""

    passage: Passage
    level: tuple[int, str] | None
    function: str
    content: str
    skills: list[str]
    knowledge: list[str]


class FunctionWeight(NamedTuple):
    """A row of a table of weights: the share of a function at each level, 0 to 1; `of_skills` tells it from theory."""

    passage: Passage
    function: str
    shares: dict[int, float]
    of_skills: bool


def cells_of(passage: Passage) -> tuple[str, ...]:
    """Return the cells of a table's row: of a Word document, or of Markdown; none of any other passage.

    >>> cells_of(Passage(1, "| 工作内容 | 技能要求 |"))
    ('工作内容', '技能要求')
    """
    if passage.cells:
        return passage.cells
    if passage.text.startswith("|") and passage.text.count("|") > 1:
        inner = passage.text.strip("|")
        return () if _SEPARATOR.fullmatch(inner) else tuple(cell.strip() for cell in inner.split("|"))
    return ()


class TableReader:
    """Goes through the passages of a standard, and knows in which table it is."""

    def __init__(self) -> None:
        """Begin before the first table."""
        self._level: tuple[int, str] | None = None
        self._columns: dict[RequirementColumn, int] = {}
        self._weights: dict[int, int] = {}
        self._of_skills = False
        self._above = {RequirementColumn.FUNCTION: "", RequirementColumn.CONTENT: ""}

    def read(self, passages: Sequence[Passage]) -> Iterator[Requirement | FunctionWeight]:
        """Yield the rows of all tables that have the form."""
        for passage in passages:
            cells = cells_of(passage)
            if not cells:
                if not _SEPARATOR.fullmatch(passage.text):
                    self._caption(passage.text)
            elif not self._is_header(cells):
                if self._columns:
                    yield self._requirement(passage, cells)
                elif self._weights and (weight := self._weight(passage, cells)):
                    yield weight

    def _caption(self, text: str) -> None:
        """Take the level or the sort of weights that stands between tables; a text ends the table before it."""
        self._columns, self._weights = {}, {}
        self._level = proficiency(text) or self._level
        if "权重" in text or "比重" in text:
            self._of_skills = "技能" in text or "能力" in text

    def _is_header(self, cells: Sequence[str]) -> bool:
        plain = ["".join(cell.split()) for cell in cells]
        found: dict[RequirementColumn, int] = {}
        for at, cell in enumerate(plain):
            if (column := HEADINGS.get(cell)) is not None:
                found.setdefault(column, at)
        if RequirementColumn.SKILL in found and RequirementColumn.CONTENT in found:
            self._columns, self._weights = found, {}
            self._above = {RequirementColumn.FUNCTION: "", RequirementColumn.CONTENT: ""}
            return True
        levels = {
            at: level[0]
            for at, cell in enumerate(plain)
            if (level := proficiency(re.sub("[（(]?[%％][）)]?", "", cell)))
        }
        if levels and any("项目" in cell or cell in HEADINGS for cell in plain):
            self._columns, self._weights = {}, levels
            return True
        return False

    def _requirement(self, passage: Passage, cells: Sequence[str]) -> Requirement:
        def cell(column: RequirementColumn) -> str:
            at = self._columns.get(column)
            return cells[at] if at is not None and at < len(cells) else ""

        function = unnumbered(cell(RequirementColumn.FUNCTION)) or self._above[RequirementColumn.FUNCTION]
        if function != self._above[RequirementColumn.FUNCTION]:
            self._above = {RequirementColumn.FUNCTION: function, RequirementColumn.CONTENT: ""}
        content = unnumbered(cell(RequirementColumn.CONTENT)) or self._above[RequirementColumn.CONTENT]
        self._above[RequirementColumn.CONTENT] = content
        skills, knowledge = listed(cell(RequirementColumn.SKILL)), listed(cell(RequirementColumn.KNOWLEDGE))
        return Requirement(passage, self._level, function, content, skills, knowledge)

    def _weight(self, passage: Passage, cells: Sequence[str]) -> FunctionWeight | None:
        shares: dict[int, float] = {}
        for at, level in self._weights.items():
            found = _SHARE.fullmatch(cells[at].strip()) if at < len(cells) else None
            if found and 0 < float(found[1]) <= 100:
                shares[level] = float(found[1]) / 100
        names = [unnumbered(cell) for cell in cells[: min(self._weights)] if cell.strip()]
        return FunctionWeight(passage, names[-1], shares, self._of_skills) if names and shares else None


def unnumbered(text: str) -> str:
    """Return the text on one line, without the number before it.

    >>> unnumbered("1.1 灯器装配"), unnumbered("1. 装配")
    ('灯器装配', '装配')
    """
    return _NUMBER.sub("", repaired("".join(text.splitlines()))).strip("；;。 ")


def listed(text: str) -> list[str]:
    r"""Return the statements of a cell: one a number where it has numbers, else one a line; what was cut is whole.

    >>> listed("1.1.1 能装配灯器；\\n1.1.2 能调试\\n灯器。"), listed("装配知识\\n调试知识")
    (['能装配灯器', '能调试灯器'], ['装配知识', '调试知识'])
    """
    lines = [part.strip() for line in text.splitlines() for part in _BEFORE_NUMBER.split(line) if part.strip()]
    is_numbered = any(_NUMBER.match(line) for line in lines)
    found: list[str] = []
    for line in lines:
        if found and is_numbered and not _NUMBER.match(line):
            found[-1] = joined(found[-1], line)
        else:
            found.append(line)
    return [name for one in found if (name := unnumbered(one))]
