"""Reader of programmes of study (CIP) and the occupations that they may lead to (SOC), as the NCES publishes them.

Source: https://nces.ed.gov/ipeds/cipcode, "Resources": the crosswalk CIP to SOC, and the classification itself.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from graph.errors import InputError, Problem
from graph.messages import Message, message
from graph.model import LinkValues, NodeId, Source, Value
from graph.schema import STANDARD
from ingest.draft import Draft, Place
from ingest.formats.framework import FrameworkReader, data_files, delimiter_of, fullest_row, spelling
from ingest.progress import OnProgress
from ingest.readers import Table, Tolerance, read_csv, read_workbook
from ingest.readers.tolerance import HeaderFinder, OnNote
from ingest.readers.workbooks import ENDINGS

SOURCE = Source(
    name="CIP-SOC",
    licence="Public domain: works of the United States Government (NCES, BLS).",
    url="https://nces.ed.gov/ipeds/cipcode",
    rank=200,
)
SUGGESTED: LinkValues = (None, None, None, None, "suggested")
"""The crosswalk says what a programme prepares for in general; no college has decided so."""

NO_PROGRAMME, NO_OCCUPATION = "99.9999", "99-9999"
_GONE = {"deleted", "moved from"}
_CIP, _SOC = re.compile(r"[0-9]{2}(\.[0-9]{2}([0-9]{2})?)?"), re.compile(r"[0-9]{2}-[0-9]{4}")
_EDITION = re.compile(r"cip([0-9]{4})")


class _ColumnForm(NamedTuple):
    """A column by what it is called, and by its name's form: editions put their year into it."""

    name: str
    form: re.Pattern[str]


CROSSWALK = (
    _ColumnForm("CIP2020Code", re.compile("cip[0-9]*code")),
    _ColumnForm("CIP2020Title", re.compile("cip[0-9]*title")),
    _ColumnForm("SOC2018Code", re.compile("soc[0-9]*code")),
)
CODES = (
    _ColumnForm("CIPCode", re.compile("cip[0-9]*code")),
    _ColumnForm("CIPTitle", re.compile("cip[0-9]*title")),
    _ColumnForm("CIPDefinition", re.compile("cip[0-9]*definition")),
    _ColumnForm("Action", re.compile("action")),
)


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what the crosswalk says, and the classification where it is beside it: disciplines and their targets.

    `path` is the folder of both, or the crosswalk. Occupations are O*NET's; those that are not there yet are kept in
    mind.

    Raises:
        InputError: there is no crosswalk, or a file cannot be read.
    """
    crosswalk, codes, others = _files(path)
    notes: list[Message] = []
    table = _open_table(crosswalk, CROSSWALK, notes.append)
    edition = _EDITION.search(spelling(table.header[_at(table, CROSSWALK)[0]]))
    draft = Draft(SOURCE.model_copy(update={"version": edition[1] if edition else ""}))
    draft.keeps_dangling = True
    draft.replaces = {"TARGETS"}
    reader = _CipSocReader(draft, on_progress)
    if codes is not None:
        draft.replaces.add("Discipline")
        # As published, a definition quotes a title without doubling its quotation marks.
        reader.codes(_open_table(codes, CODES, notes.append, lenient=True))
    else:
        draft.note(message("cip_soc.no_codes"))
    reader.crosswalk(table)
    for note in notes:
        draft.note(note)
    if others:
        draft.note(message("framework.unneeded", files=others))
    return draft


def _files(path: Path) -> tuple[Path, Path | None, list[str]]:
    """Return the crosswalk, the classification if it is there, and the names of the other files."""
    if not path.exists():
        raise InputError(Problem(message("framework.no_path"), file=path.name or str(path)))
    if not path.is_dir():
        return path, None, []
    files = data_files(path, {".csv", ".tsv", *ENDINGS})
    known: dict[str, Path] = {}
    for file in files:  # .csv comes before workbooks: of two copies the one that is read faster
        name = spelling(file.stem)
        if re.fullmatch("cip[0-9]*soc[0-9]*crosswalk", name):
            known.setdefault("crosswalk", file)
        elif re.fullmatch("cipcodes?[0-9]*", name):
            known.setdefault("codes", file)
    if "crosswalk" not in known:
        raise InputError(Problem(message("cip_soc.no_crosswalk"), file=path.name))
    others = [file.name for file in files if file not in known.values()]
    return known["crosswalk"], known.get("codes"), others


def _open_table(file: Path, wanted: tuple[_ColumnForm, ...], on_note: OnNote, *, lenient: bool = False) -> Table:
    """Return the file as a table; of a workbook the first sheet that has the columns."""
    taken = Tolerance(on_note, _header_finder(wanted), loose_header=True)
    if file.suffix.lower() not in ENDINGS:
        return read_csv(file, delimiter=delimiter_of(file), lenient=lenient, tolerance=taken)
    for sheet in read_workbook(file, lambda _problem: None, tolerance=taken):
        if all(any(column.form.fullmatch(spelling(name)) for name in sheet.header) for column in wanted):
            return sheet
    raise InputError(Problem(message("cip_soc.no_sheet", columns=[c.name for c in wanted]), file.name))


def _header_finder(wanted: tuple[_ColumnForm, ...]) -> HeaderFinder:
    """Return a finder of the row that has most of the columns."""

    def find(rows: Sequence[list[str]]) -> int:
        spelt = [[spelling(cell) for cell in row] for row in rows]
        return fullest_row(rows, [sum(any(map(one.form.fullmatch, row)) for one in wanted) for row in spelt])

    return find


def _at(table: Table, wanted: tuple[_ColumnForm, ...]) -> list[int]:
    positions = []
    for column in wanted:
        at = [i for i, name in enumerate(table.header) if column.form.fullmatch(spelling(name))]
        if len(at) != 1:
            key = "cip_soc.column_twice" if at else "framework.no_column"
            reason = message(key, column=column.name)
            raise InputError(Problem(reason, table.file, table.sheet, table.header_row, column.name))
        positions += at
    return positions


class _CipSocReader(FrameworkReader):
    """Rows to statements, file by file; the classification comes before the crosswalk."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None) -> None:
        super().__init__(draft, on_progress)
        self._names: dict[NodeId, str] = {}

    def codes(self, table: Table) -> None:
        """State the disciplines and what is above each, as far as the file names it."""
        code_at, title_at, text_at, action_at = _at(table, CODES)
        stated: list[tuple[Place, NodeId, str, dict[str, Value]]] = []
        for place, cells in self.rows(table):
            if cells[action_at].casefold() in _GONE:
                self.draft.skip(message("cip_soc.gone"))
                continue
            code = self.code(place, table.header[code_at], cells[code_at])
            name = self._title(place, table.header[title_at], cells[title_at])
            if code is None:
                continue
            discipline = self._discipline(place, table.header[code_at], code)
            text = self.description(place, table.header[text_at], cells[text_at])
            if discipline is not None and name is not None and text is not None:
                values: dict[str, Value] = {"name": name, "code": code, "standing": STANDARD}
                stated.append((place, discipline, code, values | ({"description": text} if text else {})))
        present = {discipline for _, discipline, _, _ in stated}
        for place, discipline, code, values in stated:
            above = next((p for p in (f"cip:{code[:5]}", f"cip:{code[:2]}") if p != discipline and p in present), None)
            if self.draft.state_node(place, discipline, "Discipline", values | ({"parent_id": above} if above else {})):
                self._names[discipline] = str(values["name"])

    def crosswalk(self, table: Table) -> None:
        """State the targets, and the disciplines that the classification did not."""
        code_at, title_at, soc_at = _at(table, CROSSWALK)
        self.draft.name_ends(table.file, table.sheet, "TARGETS", table.header[code_at], table.header[soc_at])
        otherwise: set[NodeId] = set()
        has_codes = bool(self._names)
        for place, cells in self.rows(table):
            if (pair := self._pair(place, table, code_at, soc_at, cells)) is None:
                continue
            code, soc = pair
            if code == NO_PROGRAMME:
                self.draft.skip(message("cip_soc.no_programme", code=NO_PROGRAMME))
                continue
            discipline = self._discipline(place, table.header[code_at], code)
            name = self._title(place, table.header[title_at], cells[title_at])
            if discipline is None or name is None or not self._is_soc(place, table.header[soc_at], soc):
                continue
            if self._names.setdefault(discipline, name) != name:
                if not has_codes:
                    reason = message("framework.second_name", id=code, name=self._names[discipline])
                    self.draft.reject(place, reason, column=table.header[title_at], value=name[:200])
                    continue
                otherwise.add(discipline)
            if discipline not in self.draft.nodes:
                values: dict[str, Value] = {"name": name, "code": code, "standing": STANDARD}
                self.draft.state_node(place, discipline, "Discipline", values)
            self._target(place, table.header[soc_at], discipline, soc)
        if otherwise:
            named = sorted(otherwise)[:5]
            self.draft.note(message("cip_soc.other_titles", n=len(otherwise), file=table.file, disciplines=named))

    def _pair(self, place: Place, table: Table, code_at: int, soc_at: int, cells: list[str]) -> tuple[str, str] | None:
        """Return the codes of programme and occupation; None, and the row rejected, where one is not known."""
        code = self.code(place, table.header[code_at], cells[code_at])
        soc = self.code(place, table.header[soc_at], cells[soc_at])
        return None if code is None or soc is None else (code, soc)

    def _target(self, place: Place, column: str, discipline: NodeId, soc: str) -> None:
        if soc == NO_OCCUPATION:
            self.draft.skip(message("cip_soc.no_occupation", code=NO_OCCUPATION))
        elif (role := self.id(place, column, f"onet:{soc}.00")) is not None:
            self.draft.state_link(place, (discipline, "TARGETS", role), SUGGESTED)

    def _discipline(self, place: Place, column: str, code: str) -> NodeId | None:
        if _CIP.fullmatch(code):
            return self.id(place, column, f"cip:{code}")
        self.draft.reject(place, message("cip_soc.cip"), column=column, value=code[:200])
        return None

    def _is_soc(self, place: Place, column: str, soc: str) -> bool:
        if not _SOC.fullmatch(soc):
            self.draft.reject(place, message("cip_soc.soc"), column=column, value=soc[:200])
            return False
        return True

    def _title(self, place: Place, column: str, text: str) -> str | None:
        """Return the title without the full stop that ends it."""
        name = self.name(place, column, text)
        return name.removesuffix(".") or name if name else None
