"""Columns of a plan's tables of courses and practice, by headings that stand in several rows: hours, credits, terms.

Source: Ministry of Education of the PRC, frame of a talent training plan, annexed to 教职成〔2019〕13号 (2019).
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from ingest.formats.moe.term_numbers import MOST_TERMS, term_of
from ingest.readers.documents.passage import Passage


class CourseColumn(StrEnum):
    """What a column of such a table holds."""

    CODE = "code"
    NAME = "name"
    CATEGORY = "category"
    CREDITS = "credits"
    TOTAL = "total"
    THEORY = "theory"
    PRACTICE = "practice"
    WEEKS = "weeks"
    TERM = "term"
    TASK = "task"
    GOAL = "goal"
    CONTENT = "content"


_TRAINED = "(?:集中)?(?:综合)?(?:实践|实训|实习|实习实训|教学|实践教学|实践性教学|实训教学)?"
_HEADINGS = (
    (CourseColumn.CODE, "(?:课程)?[代编][码号]|课程号"),
    (
        CourseColumn.NAME,
        (
            "(?:专业)?(?:核心|基础|拓展)?课程(?:[及或和]?(?:环节|项目))?(?:名称?)?|科目|实[训习](?:课程)?名称"
            rf"|{_TRAINED}(?:项目|环节)(?:名称?)?"
        ),
    ),
    (CourseColumn.CATEGORY, "(?:课程)?(?:类别|性质|模块|类型|属性|平台|类)"),
    (CourseColumn.CREDITS, "(?:总|课程|计划)?学分数?"),
    (CourseColumn.TOTAL, "(?:总|计划|参考|计划总)?[学课]时(?:总?数)?"),
    (CourseColumn.THEORY, "(?:理论|(?:课堂|理论)?讲授|讲课|课堂教学|理论教学)课?(?:[学课]时)?数?"),
    (CourseColumn.PRACTICE, "(?:课内)?(?:实践|实训|实验|实操|上机|实习|技能训练){1,2}(?:教学|课)?(?:[学课]时)?数?"),
    (CourseColumn.WEEKS, "(?:教学|实训|实习|实践)?周[数次]|时间(?:安排)?|学时周数"),
    (CourseColumn.TERM, "(?:开课|开设|授课|修读|建议(?:修读)?|实施|安排)?学期(?:安排)?|开[课设]时间"),
    (CourseColumn.TASK, "(?:对应)?典型工作任务.{0,10}"),
    (CourseColumn.GOAL, "(?:课程|教学|学习|培养|课程教学)目标"),
    (CourseColumn.CONTENT, "(?:课程|教学|学习|主要|实[训习践]){0,2}内容(?:[与和及](?:教学)?要求)?"),
)
_PATTERNS = tuple((column, re.compile(pattern)) for column, pattern in _HEADINGS)
_TOTALS = {"合计", "小计", "总计", "总数", "共计"}
_ABOUT_TERMS = re.compile("学期|学年|周学时|周课时|周时数|进程|学时分配|学时安排|学分分配|开课")
_BELOW = re.compile(
    "[0-9]{1,2}(?:周|W|w)?|.*(?:学期|学年|学时|课时|学分|周数|理论|实践|实验|实训|讲授|上机|考试|考查|考核|计|必修|选修).*"
)
_MOST_ROWS, _SHORT = 5, 12


class CourseHeader(NamedTuple):
    """Which columns hold what, from 0; `terms` are the terms of columns that stand for one; it fills so many `rows`."""

    columns: dict[CourseColumn, list[int]]
    terms: dict[int, int]
    rows: int
    width: int

    def texts(self, cells: Sequence[str], column: CourseColumn) -> list[str]:
        """Return the texts of the column's cells that are filled, each once."""
        found = [cells[at].strip() for at in self.columns.get(column, ()) if at < len(cells)]
        return list(dict.fromkeys(filter(None, found)))

    def text(self, cells: Sequence[str], column: CourseColumn) -> str:
        """Return the text of the column; of several columns, of the last that is filled."""
        return next(reversed(self.texts(cells, column)), "")


def heading(text: str) -> str:
    r"""Return a heading in one width, without spaces, marks, and what stands in brackets behind it.

    >>> heading("课 程\n名称（环节）"), heading("学时：")
    ('课程名称', '学时')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).strip("*:/、.")
    return re.sub(r"[/、()]", "", re.sub(r"(?<=.)\([^()]*\)$", "", plain))


def column_of(text: str) -> CourseColumn | None:
    """Return what a heading, as `heading` returns it, stands for; None where it is none of such a table."""
    return next((column for column, pattern in _PATTERNS if pattern.fullmatch(text)), None)


def course_header(rows: Sequence[Passage]) -> CourseHeader | None:
    """Return the header that the rows begin with; None where they begin with none."""
    first = [heading(cell) for cell in rows[0].cells]
    names = [at for at, cell in enumerate(first) if column_of(cell) is CourseColumn.NAME]
    if not names:
        return None
    paths = [[cell] if cell else [] for cell in first]
    count = 1
    for row in rows[1:_MOST_ROWS]:
        if not _goes_on(row, names, first):
            break
        count += 1
        for at, cell in enumerate(map(heading, row.cells)):
            paths += [[] for _ in range(at + 1 - len(paths))]
            if cell and cell not in paths[at][-1:]:
                paths[at].append(cell)
    terms = _terms(paths)
    columns: dict[CourseColumn, list[int]] = {}
    for at, path in enumerate(paths):
        if path and at not in terms and (column := _column(path)) is not None:
            columns.setdefault(column, []).append(at)
    is_table = terms or columns.keys() - {CourseColumn.NAME, CourseColumn.CATEGORY}
    return CourseHeader(columns, terms, count, len(paths)) if is_table else None


def _goes_on(row: Passage, names: Sequence[int], first: Sequence[str]) -> bool:
    """Say whether the row belongs to the header: no course stands in it, and all else are words of headers."""
    plain = [heading(cell) for cell in row.cells]
    if any(at < len(plain) and plain[at] not in {"", first[at]} for at in names):
        return False
    own = [cell for at, cell in enumerate(plain) if cell and (at >= len(first) or cell != first[at])]
    return bool(own) and all(
        term_of([cell]) or column_of(cell) or (len(cell) <= _SHORT and _BELOW.fullmatch(cell)) for cell in own
    )


def _column(path: Sequence[str]) -> CourseColumn | None:
    """Return what a column holds by the nearest heading that says so; a total is one of what stands above it."""
    if path[-1] in _TOTALS:
        above = "".join(path[:-1])
        return CourseColumn.CREDITS if "学分" in above else CourseColumn.TOTAL if "时" in above else None
    return next((one for text in reversed(path) if (one := column_of(text)) is not None), None)


def _terms(paths: Sequence[Sequence[str]]) -> dict[int, int]:
    """Return the columns of terms: those below a heading about terms, or beside each other in ascending order."""
    found = {at: term for at, path in enumerate(paths) if 1 <= (term := term_of(path) or 0) <= MOST_TERMS}
    if any(_ABOUT_TERMS.search("".join(paths[at])) for at in found):
        return found
    return {at: term for at, term in found.items() if found.get(at + 1) == term + 1 or found.get(at - 1) == term - 1}
