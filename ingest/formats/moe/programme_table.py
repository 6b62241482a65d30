"""Reader of the catalogue of vocational programmes and of the table that ties programmes to occupations.

Source: Ministry of Education, catalogue of vocational programmes (职业教育专业目录); Ministry of Human Resources and
Social Security, guide to occupations and the programmes that lead to them
(职业信息与教育培训项目（专业）信息对应指引), 2023.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import Message, message
from graph.model import NOTHING_STATED, NodeId, Source, Value
from graph.schema import STANDARD
from ingest.draft import Draft, Place
from ingest.formats.framework import FrameworkReader, data_files, named_column, needed_column
from ingest.formats.moe.form_table import TABLE_ENDINGS, form_tables
from ingest.formats.moe.identity import (
    OCCUPATION_CODE,
    PROGRAMME_CODE,
    level_of,
    occupation_id,
    programme_id,
)
from ingest.formats.moe.programme_catalogue import CLASS, CLASS_CODE, CODE, GROUP, GROUP_CODE, NAME, is_catalogue
from ingest.progress import OnProgress
from ingest.readers import NumberText, Table
from ingest.readers.tolerance import OnNote

SOURCE = Source(
    name="专业目录与职业对照",
    licence="Document of a state organ: no copyright (Copyright Law of the PRC, article 5).",
    url="https://www.mohrss.gov.cn",
    rank=210,
)
"""Of the rank behind the descriptions of programmes: these write codes as published, with the letters behind them."""

OCCUPATION, OCCUPATION_NAME = "职业编码", "职业名称"
_NOTE = "注"
_CODE_DIGITS = 6
_SHORT_CODE_DIGITS = 5


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what the files say: programmes below their classes, and the occupations that each targets, by codes.

    `path` is the catalogue or the table, as .xlsx or .csv, or a folder of both. Programmes that the catalogue lacks
    become disciplines of the table. Occupations that are not in the graph yet are kept in mind.

    Raises:
        InputError: there is neither a catalogue nor a table, or a file cannot be read.
    """
    notes: list[Message] = []
    catalogues, tables, others = _tables(path, notes.append)
    if not catalogues and not tables:
        columns = [CODE, NAME, OCCUPATION]
        raise InputError(Problem(message("moe.no_table", columns=columns), path.name))
    draft = Draft(SOURCE)
    draft.keeps_dangling = True
    draft.replaces = ({"Discipline"} if catalogues else set()) | ({"TARGETS"} if tables else set())
    reader = ProgrammeTableReader(draft, on_progress)
    for table in catalogues:
        reader.catalogue(table)
    for table in tables:
        reader.pairs(table)
    reader.tell()
    for note in notes:
        draft.note(note)
    if others:
        draft.note(message("framework.unneeded", files=others))
    return draft


def _tables(path: Path, on_note: OnNote) -> tuple[list[Table], list[Table], list[str]]:
    """Return the catalogues, the tables of pairs, and the names of files that are neither."""
    if not path.exists():
        raise InputError(Problem(message("framework.no_path"), path.name or str(path)))
    files = [path]
    if path.is_dir():
        files = data_files(path, TABLE_ENDINGS)
    catalogues: list[Table] = []
    tables: list[Table] = []
    others: list[str] = []
    for file in files:
        here = form_tables(file, on_note, CODE, NAME, CLASS_CODE, CLASS, OCCUPATION)
        of_catalogue = [table for table in here if is_catalogue(table)]
        of_pairs = [table for table in here if _has_pairs(table)]
        catalogues += of_catalogue
        tables += of_pairs
        if not of_catalogue and not of_pairs:
            others.append(file.name)
    return catalogues, tables, others


def _has_pairs(table: Table) -> bool:
    return all(named_column(table, name) is not None for name in (CODE, NAME, OCCUPATION))


def _is_note(cells: Sequence[str], code: str) -> bool:
    """Say whether a row has one text, in a cell beside the code or in a merged one, which counts for several cells."""
    filled = [cell for cell in cells if cell]
    if len(set(filled)) != 1:
        return False
    return not code or (len(filled) > 1 and not PROGRAMME_CODE.fullmatch(code))


class ProgrammeTableReader(FrameworkReader):
    """Rows to statements; catalogues come before tables."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None) -> None:
        """Read into the draft."""
        super().__init__(draft, on_progress)
        self._names: dict[NodeId, str] = {}
        self._otherwise: set[NodeId] = set()
        self._of_table = 0
        self._padded = 0

    def catalogue(self, table: Table) -> None:
        """State programmes, each below its class, and that below its group."""
        at = [needed_column(table, name) for name in (CODE, NAME, CLASS_CODE, CLASS)]
        groups = [named_column(table, name) for name in (GROUP_CODE, GROUP)]
        for place, cells in self._filled(table, at[0]):
            code, name = self._code(place, table, at[0], cells), self.name(place, NAME, cells[at[1]])
            if code is None or name is None:
                continue
            group_code, group_name = (cells[one] if one is not None else "" for one in groups)
            group = self._class(place, group_code, group_name)
            parent = self._class(place, cells[at[2]], cells[at[3]], group)
            self._programme(place, code, name, parent)

    def pairs(self, table: Table) -> None:
        """State the targets, and the programmes that no catalogue has."""
        code_at, name_at, role_at = (needed_column(table, name) for name in (CODE, NAME, OCCUPATION))
        self.draft.name_ends(table.file, table.sheet, "TARGETS", table.header[code_at], table.header[role_at])
        has_catalogue = bool(self._names)
        for place, cells in self._filled(table, code_at):
            code, name = self._code(place, table, code_at, cells), self.name(place, NAME, cells[name_at])
            occupation = cells[role_at].strip()
            if code is None or name is None:
                continue
            if not OCCUPATION_CODE.fullmatch(occupation):
                self.draft.reject(place, message("moe.occupation_code"), column=OCCUPATION, value=occupation[:200])
                continue
            discipline = programme_id(code)
            if self._names.get(discipline, name) != name:
                self._otherwise.add(discipline)
            if discipline not in self.draft.nodes:
                self._of_table += has_catalogue
                self._programme(place, code, name, None)
            key = (discipline, "TARGETS", occupation_id(occupation))
            self.draft.state_link(place, key, NOTHING_STATED)

    def tell(self) -> None:
        """Note what was taken for granted."""
        if self._of_table:
            self.draft.note(message("moe.of_table", n=self._of_table))
        if self._otherwise:
            named = sorted(self._otherwise)
            self.draft.note(message("moe.other_names", n=len(named), disciplines=named[:5]))
        if self._padded:
            self.draft.note(message("moe.padded", n=self._padded))

    def _filled(self, table: Table, code_at: int) -> Iterator[tuple[Place, list[str]]]:
        """Yield the records but for notes below the table."""
        for place, cells in self.rows(table):
            if _is_note(cells, cells[code_at]):
                self.draft.skip(message("moe.note_row"))
            else:
                yield place, cells

    def _code(self, place: Place, table: Table, at: int, cells: Sequence[str]) -> str | None:
        cell = cells[at]
        code = ((cell.shown or cell) if isinstance(cell, NumberText) else cell).strip()
        if isinstance(cell, NumberText) and code.isdigit() and len(code) == _SHORT_CODE_DIGITS:
            code = code.zfill(_CODE_DIGITS)
            self._padded += 1
        if PROGRAMME_CODE.fullmatch(code):
            return code
        self.draft.reject(place, message("moe.programme_code"), column=table.header[at], value=str(cell)[:200])
        return None

    def _class(self, place: Place, code: str, name: str, above: NodeId | None = None) -> NodeId | None:
        """Return the class or group, stated where it was not yet; None where it has no code or name."""
        code, name = code.strip(), name.strip()
        if not (code.isdigit() and name):
            return None
        node = programme_id(code)
        if node not in self.draft.nodes:
            self._programme(place, code, name, above)
        return node

    def _programme(self, place: Place, code: str, name: str, parent: NodeId | None) -> None:
        node = programme_id(code)
        if self.draft.state_node(place, node, "Discipline", self._values(code, name, parent)):
            self._names[node] = name

    def _values(self, code: str, name: str, parent: NodeId | None) -> dict[str, Value]:
        values: dict[str, Value] = {"name": name, "name_zh": name, "code": code, "standing": STANDARD}
        values["level"] = level_of(code)
        return values | ({"parent_id": parent} if parent else {})
