"""The form of teaching standards of programmes: its chapters, told apart by their titles, and the rows of its tables.

Source: Ministry of Education of the PRC, teaching standards of vocational programmes (职业教育专业教学标准), 2025:
numbered chapters, a table of the orientation, and one of the core courses (课程涉及的主要领域, 典型工作任务描述,
主要教学内容与要求).
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from ingest.formats.moe.requirement_table import cells_of
from ingest.formats.moe.text_repair import joined, repaired
from ingest.readers.documents.passage import Passage


class Chapter(StrEnum):
    """A chapter, or a part of one, that states something."""

    PROGRAMME = "programme"
    YEARS = "years"
    ORIENTATION = "orientation"
    OBJECTIVE = "objective"
    OUTCOMES = "outcomes"
    FOUNDATION = "专业基础课程"
    CORE = "专业核心课程"
    EXTENSION = "专业拓展课程"
    PRACTICE = "practice"
    OTHER = "other"


_TITLES: dict[str, Chapter] = {
    "专业名称（专业代码）": Chapter.PROGRAMME,
    "专业名称与代码": Chapter.PROGRAMME,
    "专业名称及代码": Chapter.PROGRAMME,
    "基本修业年限": Chapter.YEARS,
    "修业年限": Chapter.YEARS,
    "职业面向": Chapter.ORIENTATION,
    "培养目标": Chapter.OBJECTIVE,
    "培养规格": Chapter.OUTCOMES,
    "专业基础课程": Chapter.FOUNDATION,
    "专业核心课程": Chapter.CORE,
    "专业拓展课程": Chapter.EXTENSION,
    "实践性教学环节": Chapter.PRACTICE,
    **dict.fromkeys(
        (
            *(
                "概述",
                "适用专业",
                "入学要求",
                "入学基本要求",
                "课程设置及学时安排",
                "课程设置",
                "课程体系",
                "公共基础课程",
                "专业课程",
            ),
            *(
                "相关要求",
                "学时安排",
                "师资队伍",
                "教学条件",
                "教学基本条件",
                "质量保障",
                "质量保障和毕业要求",
                "毕业要求",
                "附录",
            ),
        ),
        Chapter.OTHER,
    ),
}
_NUMBERING = re.compile(
    r"^(?:[0-9]{1,2}(?:\.[0-9]{1,2})*[.．、\s]*|[（(][0-9一二三四五六七八九]{1,2}[）)]\s*|[一二三四五六七八九十]{1,2}、\s*)"
)
_ITEM = re.compile(r"^(?:[（(][0-9]{1,2}[）)]|[0-9]{1,2}[.．、)）])\s*")
AREA, TASK, CONTENT = "课程涉及的主要领域", "典型工作任务", "主要教学内容与要求"


class StandardText(NamedTuple):
    """A paragraph of a chapter, with the line that it begins in; `is_item` says that a number stood before it."""

    passage: Passage
    chapter: Chapter
    text: str
    is_item: bool = False


class StandardRow(NamedTuple):
    """A row of a chapter's table: its cells; of the table of core courses, area, task and content as well."""

    passage: Passage
    chapter: Chapter
    cells: tuple[str, ...]
    course: tuple[str, str, str] | None = None


def chapters(passages: Sequence[Passage]) -> Iterator[StandardText | StandardRow]:
    """Yield what the chapters hold; a paragraph that line ends cut is whole again."""
    reader = _ChapterReader()
    for passage in passages:
        cells = cells_of(passage)
        yield from reader.row(passage, cells) if cells else reader.line(passage, repaired(passage.text))
    yield from reader.ended()


class _ChapterReader:
    """Knows the chapter, the paragraph that is not over yet, and the header of the table of core courses."""

    def __init__(self) -> None:
        self._chapter = Chapter.OTHER
        self._header: tuple[int, int, int] | None = None
        self._open: StandardText | None = None

    def ended(self) -> Iterator[StandardText]:
        """Yield the paragraph that is over now."""
        if self._open is not None:
            yield self._open
        self._open = None

    def row(self, passage: Passage, cells: tuple[str, ...]) -> Iterator[StandardText | StandardRow]:
        """Yield a row of a table, but for headers of that of core courses."""
        yield from self.ended()
        header = self._header
        if found := _course_header(["".join(cell.split()) for cell in cells]):
            self._header = found
        elif header is not None and max(header) < len(cells):
            course = (cells[header[0]], cells[header[1]], cells[header[2]])
            yield StandardRow(passage, self._chapter, cells, course)
        else:
            yield StandardRow(passage, self._chapter, cells)

    def line(self, passage: Passage, text: str) -> Iterator[StandardText]:
        """Take a line: a title, the rest of a paragraph, or the begin of one."""
        plain = _NUMBERING.sub("", text).replace("(", "（").replace(")", "）").rstrip("：: ")
        if (title := _TITLES.get(plain)) is not None:
            yield from self.ended()
            self._chapter, self._header = title, None
            return
        item = _ITEM.match(text)
        is_item = item is not None or passage.is_item
        if self._open is not None and not is_item and not self._open.text.endswith(("。", "；", ";")):
            self._open = self._open._replace(text=joined(self._open.text, text))
            return
        yield from self.ended()
        self._open = StandardText(passage, self._chapter, text[item.end() :] if item else text, is_item)


def _course_header(plain: Sequence[str]) -> tuple[int, int, int] | None:
    """Return where area, task and content stand in the header of the table of core courses; None where it is none."""
    found = [next((at for at, cell in enumerate(plain) if cell.startswith(name)), -1) for name in (AREA, TASK, CONTENT)]
    return (found[0], found[1], found[2]) if min(found) >= 0 else None
