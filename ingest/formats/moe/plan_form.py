"""Form of a college's talent training plan (人才培养方案): paragraphs and tables, each with chapter and title."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.formats.moe.plan_chapters import OUTCOMES, PlanChapter, chapter_of
from ingest.formats.moe.text_repair import joined, repaired
from ingest.readers.documents.document_tables import DocumentTable, blocks
from ingest.readers.documents.passage import Passage

_INLINE = OUTCOMES | {PlanChapter.NAME, PlanChapter.YEARS, PlanChapter.OBJECTIVE, PlanChapter.CERTIFICATES}
_CHINESE = r"[一二三四五六七八九十]{1,3}"
_NUMBERING = re.compile(
    rf"^(?:\({_CHINESE}\)|\([0-9]{{1,2}}\)|{_CHINESE}[、.]|第{_CHINESE}[章节部分]{{1,2}}|[0-9]{{1,2}}(?:\.[0-9]{{1,2}})*[.、\s])\s*"
)
_TOP = re.compile(rf"^{_CHINESE}、|^第{_CHINESE}[章节部]")
_CONTENTS = re.compile(r"[.…·]{3,}\s*[0-9]{1,3}$|\t[0-9]{1,3}$")
_ITEM = re.compile(r"^(?:[（(][0-9]{1,2}[）)]|[0-9]{1,2}[.．、)）]|[①-⑳])\s*")
_LONGEST_TITLE = 30


class PlanText(NamedTuple):
    """A paragraph of a chapter; `label` is the title above it."""

    passage: Passage
    chapter: PlanChapter
    label: str
    text: str


class PlanTable(NamedTuple):
    """A table of a chapter; `label` is the title above it."""

    chapter: PlanChapter
    label: str
    table: DocumentTable


def plan_parts(passages: Sequence[Passage], *, is_wrapped: bool) -> list[PlanText | PlanTable]:
    """Return paragraphs and tables with their chapters; lines of a text whose lines are wrapped are joined."""
    return list(_PlanReader(is_wrapped=is_wrapped).read(passages))


class _PlanReader:
    """Knows the chapter, the title, and the paragraph that is not over yet."""

    def __init__(self, *, is_wrapped: bool) -> None:
        self._is_wrapped = is_wrapped
        self._chapter, self._label = PlanChapter.FRONT, ""
        self._open: PlanText | None = None

    def read(self, passages: Sequence[Passage]) -> Iterator[PlanText | PlanTable]:
        """Yield what the chapters hold."""
        for block in blocks(passages):
            if isinstance(block, DocumentTable):
                yield from self._ended()
                yield PlanTable(self._chapter, self._label, block)
            elif not _CONTENTS.search(block.text):
                for line in block.text.splitlines():
                    yield from self._line(block, repaired(line))
        yield from self._ended()

    def _ended(self) -> Iterator[PlanText]:
        if self._open is not None:
            yield self._open
        self._open = None

    def _line(self, passage: Passage, text: str) -> Iterator[PlanText]:
        titled = self._title(passage, text)
        if titled is not None:
            yield from self._ended()
            self._chapter, self._label, text = titled
            if not text:
                return
        begins = titled is not None or passage.is_item or _ITEM.match(text)
        before = self._open
        if self._is_wrapped and before is not None and not begins and not before.text.endswith(("。", "；", ";", "：")):
            self._open = before._replace(text=joined(before.text, text))
            return
        yield from self._ended()
        self._open = PlanText(passage, self._chapter, self._label, text)

    def _title(self, passage: Passage, text: str) -> tuple[PlanChapter, str, str] | None:
        """Return chapter, title, and what stands behind a colon, where the text is or begins with a title."""
        plain = unicodedata.normalize("NFKC", text).strip()
        named = _NUMBERING.sub("", plain)
        name, colon, rest = named.partition(":")
        name = name.strip()
        if len(name) > _LONGEST_TITLE or "。" in name:
            return None
        is_outcome = self._chapter in OUTCOMES or self._chapter is PlanChapter.OBJECTIVE
        found = chapter_of(name, is_outcome=is_outcome)
        if found is not None and (not colon or found in _INLINE or not rest.strip()):
            return found, name, re.split("[:：]", text, maxsplit=1)[-1].strip() if rest.strip() else ""
        is_other = passage.is_heading or _TOP.match(plain)
        return (
            (PlanChapter.OTHER, name, "") if is_other and not colon and self._chapter is not PlanChapter.FRONT else None
        )
