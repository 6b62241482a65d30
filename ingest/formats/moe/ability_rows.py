"""Rows of a competency analysis: which post does which work, and what that requires, by columns or by PGSD codes."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.formats.framework import one_line
from ingest.formats.moe.ability_columns import (
    REQUIRED,
    AbilityCode,
    AbilityColumn,
    AbilityHeader,
    ability_code,
    ability_header,
    coded,
    sort_of_words,
)
from ingest.formats.moe.enumeration import items
from ingest.formats.moe.statement_list import statements, whole
from ingest.formats.moe.text_repair import repaired
from ingest.readers.documents.document_tables import DocumentTable
from ingest.readers.documents.passage import Passage

_NUMBERED = re.compile(r"^(?:任务)?(?P<number>[0-9]{1,2}(?:\.[0-9]{1,2})?)[.．、:：\s]*(?P<name>[^0-9\s.．、].{1,60})$")
_OVERVIEW = re.compile("工作任务和工作内容|工作任务与工作内容|工作任务分析|工作内容分析|任务一览")
_TASK_LABEL = re.compile("(?:典型)?工作任务(?:名称)?|任务名称")
_TASK_LINE = re.compile(r"(?:典型)?工作任务(?P<number>[0-9]{1,2})?(?:名称)?\s*[:：、]\s*(?P<name>.{2,60})")
_NUMBER = re.compile(r"^(?:[0-9]{1,2}(?:[.．-][0-9]{1,2}){0,3}|[（(][0-9]{1,2}[）)]|[①-⑳])[.．、\s]*(?=\D)")
_LONGEST_POST = 30


class Ability(NamedTuple):
    """Something that work requires: its sort (P, G, S, D, K), its code where it has one, its text."""

    sort: str
    code: str
    text: str


class AbilityRow(NamedTuple):
    """A row: posts (none: those of the document), field and task of work (empty where lost), what these require."""

    passage: Passage
    posts: list[str]
    field: str
    tasks: list[str]
    abilities: list[Ability]


class OtherRow(NamedTuple):
    """A row that requires nothing: it names tasks, is a title or a note; `is_overview` says the former."""

    passage: Passage
    is_overview: bool


class AbilityRows:
    """Goes through the tables of a document, and knows the numbered names of tasks and contents of work."""

    def __init__(self, tables: Sequence[DocumentTable]) -> None:
        """Look for names first: overviews may stand behind what they name."""
        self._names: dict[str, str] = {}
        self._task = self._number = ""
        for table in tables:
            if self.is_overview(table):
                self._name(cell for row in table.rows for cell in row.cells)
            elif (header := ability_header(table.rows)) is not None:
                columns = [header.columns.get(one) for one in (AbilityColumn.FIELD, AbilityColumn.TASK)]
                for row in table.rows[header.rows :]:
                    self._name(row.cells[at] for at in columns if at is not None and at < len(row.cells))
            if part := table.rows[0].part:
                self._name([part])

    @staticmethod
    def is_overview(table: DocumentTable) -> bool:
        """Say whether the table lists tasks and contents of work, and requires nothing."""
        head = " ".join([table.caption, table.rows[0].part or "", *table.rows[0].cells])
        return _OVERVIEW.search(head) is not None and ability_header(table.rows) is None and not _has_codes(table)

    def _name(self, texts: Iterator[str] | list[str]) -> None:
        for text in texts:
            for line in text.splitlines():
                if found := _NUMBERED.match(unicodedata.normalize("NFKC", line).strip()):
                    self._names.setdefault(found["number"], one_line(repaired(found["name"])))

    def task_of(self, text: str) -> bool:
        """Take the task that a line between tables names; False where it names none."""
        found = _TASK_LINE.fullmatch(unicodedata.normalize("NFKC", text).strip())
        if found:
            self._task, self._number = found["name"].strip(), found["number"] or ""
            self._names |= {self._number: self._task} if self._number else {}
        return found is not None

    def read(self, table: DocumentTable) -> list[AbilityRow | OtherRow]:
        """Return the rows of a table that are no headers; none where it is no table of an analysis."""
        if self.is_overview(table):
            return [OtherRow(row, is_overview=True) for row in table.rows]
        header: AbilityHeader | None = None
        if not any(ability_header(table.rows[at:]) for at in range(min(8, len(table.rows)))) and not _has_codes(table):
            return []
        found: list[AbilityRow | OtherRow] = []
        if number := _sheet_number(table):
            self._task, self._number = self._names.get(number, ""), number
        at = 0
        while at < len(table.rows):
            if (begun := ability_header(table.rows[at:])) is not None:
                header, at = begun, at + begun.rows
                continue
            found.append(self._row(table.rows[at], header))
            at += 1
        return found

    def _row(self, row: Passage, header: AbilityHeader | None) -> AbilityRow | OtherRow:
        if (alone := next((code for cell in row.cells if (code := ability_code(cell))), None)) is not None:
            return self._coded_row(row, header, alone)
        own = [cell.strip() for cell in row.cells if cell.strip()]
        if len(own) > 1 and _TASK_LABEL.fullmatch("".join(own[0].split())):
            self._task = _NUMBER.sub("", one_line(own[1]))
            return OtherRow(row, is_overview=True)
        if header is None or len(set(own)) == 1:
            return OtherRow(row, is_overview=False)
        return self._headed_row(row, header)

    def _coded_row(self, row: Passage, header: AbilityHeader | None, code: AbilityCode) -> AbilityRow:
        """Return a row of the form category, code, content: the text is the longest that is neither of the former."""
        texts = [cell.strip() for cell in row.cells if not ability_code(cell)]
        texts = [text for text in texts if text and not (sort_of_words(text) and len(text) < 12)]
        named = {header.text(row.cells, one) for one in (AbilityColumn.FIELD, AbilityColumn.TASK)} if header else set()
        text = max((one for one in texts if one not in named), key=len, default="")
        field = self._names.get(code.task, self._task if self._number in {"", code.task} else "")
        content = self._names.get(code.content, "") or (
            _plain(header.text(row.cells, AbilityColumn.TASK)) if header else ""
        )
        name = one_line(repaired(text)).strip("；;。 ")
        abilities = [Ability(code.sort, code.text, name)] if name else []
        return AbilityRow(row, [], field if content else "", [one for one in (content or field,) if one], abilities)

    def _headed_row(self, row: Passage, header: AbilityHeader) -> AbilityRow:
        cells = row.cells
        abilities = [one for column in REQUIRED for one in _abilities(header.text(cells, column), str(column))]
        if not abilities and AbilityColumn.CONTENT in header.columns:
            sort = sort_of_words(header.text(cells, AbilityColumn.CATEGORY)) or "P"
            abilities = _abilities(header.text(cells, AbilityColumn.CONTENT), sort)
        posts = [
            name
            for line in header.text(cells, AbilityColumn.POST).splitlines()
            for name in items(_plain(line), "、，,；;/")
            if len(name) <= _LONGEST_POST
        ]
        field = _plain(header.text(cells, AbilityColumn.FIELD))
        tasks = _tasks(header.text(cells, AbilityColumn.TASK)) or [one for one in (field or self._task,) if one]
        return AbilityRow(row, posts, field, tasks, abilities)


def _tasks(text: str) -> list[str]:
    """Return the tasks of a cell: one a number or line; a task that a line end cut is whole."""
    found = statements(text)
    return [name for one in found if (name := _plain(one))]


def _abilities(text: str, sort: str) -> list[Ability]:
    """Return what a cell requires; its codes say the sort, else its column, or a word at the begin of a line."""
    found: list[Ability] = []
    if parts := coded(text):
        for code, part in parts:
            if name := _plain(whole(part)):
                found.append(Ability(code.sort, code.text, name))
        return found
    for line_sort, part in _by_words(text, sort):
        found += [Ability(line_sort, "", name) for name in statements(part)]
    return found


_WORD = re.compile(r"^\s*(?:[一二三四（）()0-9.、]{0,4})(知识|能力|素质|素养)要求?\s*[:：]", re.MULTILINE)
_SORTS = {"知识": "K", "能力": "P", "素质": "S", "素养": "S"}


def _by_words(text: str, sort: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a cell that begin with the sort of requirement: 能力要求：..., 素质要求：..."""
    marks = list(_WORD.finditer(text))
    ends = [*(one.start() for one in marks), len(text)]
    if (lead := text[: ends[0]]).strip():
        yield sort, lead
    ends = ends[1:]
    for mark, end in zip(marks, ends, strict=True):
        yield _SORTS[mark[1]], text[mark.end() : end]


def _plain(text: str) -> str:
    return _NUMBER.sub("", one_line(repaired(" ".join(text.split())))).strip("；;。 ")


def _has_codes(table: DocumentTable) -> bool:
    return any(ability_code(cell) or coded(cell) for row in table.rows for cell in row.cells)


def _sheet_number(table: DocumentTable) -> str:
    found = _NUMBERED.match(table.rows[0].part or "")
    return found["number"] if found else ""
