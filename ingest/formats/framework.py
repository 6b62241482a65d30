"""Base of the readers of published frameworks: columns by name, rows that know their place, ids checked once."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import Message, message
from graph.model import NodeId, Value, curie, parse_id
from graph.properties import Number, PropertyType, Text
from graph.schema import KINDS
from ingest.draft import Draft, Place
from ingest.progress import OnProgress, ignore, rows_read
from ingest.readers import NumberText, Table, Tolerance, is_junk, read_csv, read_workbook
from ingest.readers.table import shown
from ingest.readers.tolerance import HeaderFinder, OnNote
from ingest.readers.workbooks import ENDINGS

_PROGRESS_EVERY = 10_000
_HAN, _KANA_OR_HANGUL = re.compile("[\u3400-\u9fff]"), re.compile("[\u3040-\u30ff\uac00-\ud7af]")


class FrameworkReader:
    """Reader of rows into a draft: each is counted and told to `on_progress`, each id is made and checked once."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None = None) -> None:
        """Read into the draft."""
        self.draft = draft
        self._on_progress = on_progress or ignore
        self._ids: dict[str, NodeId] = {}

    def rows(self, table: Table) -> Iterator[tuple[Place, list[str]]]:
        """Yield each record with its place; one with an error, or a formula without a value, in a cell is rejected.

        Raises:
            InputError: a record cannot be cut into cells: what follows it may be missing.
        """
        read = 0
        for row, cells in table.records(self._reject_record):
            read += 1
            if not read % _PROGRESS_EVERY:
                self._on_progress(rows_read(table.file, read))
            yield Place(table.file, table.sheet, row), cells
        self.draft.read += read
        self._on_progress(rows_read(table.file, read))

    def _reject_record(self, problem: Problem) -> None:
        reject_record(self.draft, problem)

    def code(self, place: Place, column: str, text: str) -> str | None:
        """Return a code as its cell shows it; None, and the row rejected, where that is not known.

        Of text the armour is taken off that keeps a spreadsheet from taking a code for a number.
        """
        code = as_shown(text)
        if code is None:
            reason = message("native.shown_unknown", column=column, number=text)
            self.draft.reject(place, reason, column=column, value=text)
        return code

    def id(self, place: Place, column: str, text: str) -> NodeId | None:
        """Return the id that the cell's text or URI stands for; None, and the row rejected, where it can be none."""
        known = self._ids.get(text)
        if known is None:
            try:
                known = self._ids[text] = parse_id(curie(text))
            except InvalidValueError as error:
                self.draft.reject(place, error.message, column=column, value=text)
        return known

    def name(self, place: Place, column: str, text: str) -> str | None:
        """Return the text as a name, on one line; None, and the row rejected, where it is missing or can be none."""
        if not text:
            self.draft.reject(place, message("framework.missing", column=column), column=column)
            return None
        parsed = self._parsed(place, column, text, Text(longest=2000))
        return None if parsed is None else one_line(str(parsed))

    def description(self, place: Place, column: str, text: str) -> str | None:
        """Return the text, line ends as line feeds; None, and the row rejected, where it holds what it must not."""
        parsed = self._parsed(place, column, text, Text(lines=True))
        return None if parsed is None else str(parsed)

    def number(self, place: Place, column: str, text: str, low: float, high: float) -> float | None:
        """Return the number, from `low` to `high`; None, and the row rejected, where it is none."""
        parsed = self._parsed(place, column, text, Number(low, high))
        return None if parsed is None else float(str(parsed))

    def _parsed(self, place: Place, column: str, text: str, wanted: PropertyType) -> Value | None:
        try:
            return wanted.parse(text)
        except InvalidValueError as error:
            self.draft.reject(place, error.message, column=column, value=text[:200])
            return None

    def values(self, place: Place, kind: str, stated: Mapping[str, str]) -> dict[str, Value] | None:
        """Return the properties parsed, without empty ones; None, and the row rejected, where one is at fault."""
        values: dict[str, Value] = {}
        for name, text in stated.items():
            if not text:
                continue
            try:
                values[name] = KINDS[kind].property(name).type.parse(text)
            except InvalidValueError as error:
                self.draft.reject(
                    place, message("framework.at_fault", name=name, fault=error.message), column=name, value=shown(text)
                )
                return None
        return values


def reject_record(draft: Draft, problem: Problem) -> None:
    """Reject a record for a cell of it; raise InputError for one that cannot be cut into cells."""
    if problem.column is None:
        raise InputError(problem)
    place = Place(problem.file or "", problem.sheet, problem.row or 0)
    draft.read += place not in draft.rejected
    draft.reject(place, problem.message, column=problem.column, value=problem.value)


def as_shown(text: str) -> str | None:
    """Return what a cell shows, as codes are read; None where that is not known.

    >>> as_shown('="01.0903"'), as_shown("01.0903"), as_shown(NumberText(80901, "080901")), as_shown(NumberText(0.8))
    ('01.0903', '01.0903', '080901', None)
    """
    if isinstance(text, NumberText):
        return text.shown
    return text[2:-1] if text.startswith('="') and text.endswith('"') and len(text) > 3 else text


def data_files(folder: Path, endings: Collection[str] = (), *, below: bool = False) -> list[Path]:
    """Return the files of a folder, by name, without those that systems and programs leave there.

    Only those with one of the endings, if some are named; with `below` those of the folders in it too.
    """
    found = sorted(folder.rglob("*") if below else folder.iterdir())
    return [
        file
        for file in found
        if file.is_file()
        and not any(is_junk(part) for part in file.relative_to(folder).parts)
        and (not endings or file.suffix.lower() in endings)
    ]


def only_table(path: Path, taken: Tolerance) -> Table:
    """Return the one table of a file: a workbook of one sheet, or text, cut at tabs or commas.

    Raises:
        InputError: it cannot be read, or there are several sheets.
    """
    if path.suffix.lower() not in ENDINGS:
        return read_csv(path, delimiter=delimiter_of(path), tolerance=taken)
    found = read_workbook(path, tolerance=taken)
    if len(found) != 1:
        raise InputError(Problem(message("framework.sheets", n=len(found)), path.name))
    return found[0]


def tolerance(on_note: OnNote, *names: str) -> Tolerance:
    """Return the tolerance of a reader of published tables: the header is the first row that bears most of the names.

    Columns that nobody asks for may have no name, or the name of another.
    """
    return Tolerance(on_note, header_with(*names), loose_header=True)


def header_with(*names: str) -> HeaderFinder:
    """Return a finder of the row that bears most of the names, however spelt; of the first row filled if none does."""
    wanted = {spelling(name) for name in names}

    def find(rows: Sequence[list[str]]) -> int:
        return fullest_row(rows, [len(wanted & {spelling(cell) for cell in cells}) for cells in rows])

    return find


def fullest_row(rows: Sequence[list[str]], borne: Sequence[int]) -> int:
    """Return the first row that bears most of what is looked for; where none does, the first that is filled."""
    if any(borne):
        return borne.index(max(borne))
    return next((at for at, cells in enumerate(rows) if any(cells)), 0)


def delimiter_of(file: Path) -> str:
    """Return what separates the cells of a text file, as a rule, by its ending."""
    return "\t" if file.suffix.lower() in {".tsv", ".txt"} else ","


def is_chinese(language: object) -> bool:
    """Say whether a language tag is one of Chinese. Source: RFC 5646.

    >>> is_chinese("zh-Hans-CN"), is_chinese("cmn"), is_chinese("en"), is_chinese(None)
    (True, True, False, False)
    """
    return isinstance(language, str) and language.replace("_", "-").partition("-")[0].lower() in {"zh", "cmn"}


def reads_chinese(text: str, language: object) -> bool:
    """Say whether a text is Chinese: by the language that is said of it, else by its characters, all Han but Latin.

    >>> reads_chinese("PLC 编程", None), reads_chinese("プログラム作成", None), reads_chinese("編程", "ja")
    (True, False, False)
    """
    if isinstance(language, str) and language.strip():
        return is_chinese(language)
    return _HAN.search(text) is not None and _KANA_OR_HANGUL.search(text) is None


def text_in(record: Mapping[str, object], name: str) -> str:
    """Return the text under a key, without white space around it; empty where there is none, or null.

    Raises:
        InvalidValueError: something else than a text is there.
    """
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidValueError(message("framework.is_text", name=name, called=_called(value)))
    return value.strip()


def _called(value: object) -> Message:
    called = {bool: "framework.truth", dict: "framework.object", list: "framework.list"}
    return message(called[type(value)]) if type(value) in called else message("framework.number", number=str(value))


def some(names: Sequence[str | Message], most: int = 5) -> Message:
    """Return the first names, and how many there are beside.

    >>> str(some(["a", "b", "c"], 2))
    'a, b and 1 more'
    """
    if len(names) > most:
        return message("framework.some", names=names[:most], more=len(names) - most)
    return message("framework.all", names=names)


def together(names: Sequence[str]) -> Message:
    """Return all of the names, as a sentence lists them.

    >>> str(together(["a", "b", "c"]))
    'a and b and c'
    """
    listed: list[Message] = [message("framework.all", names=[name]) for name in names]
    return reduce(lambda before, last: message("framework.both", before=before, last=last), listed)


def columns(table: Table, *required: str) -> list[int]:
    """Return where the columns stand in the table.

    Raises:
        InputError: a required column is missing.
    """
    for name in required:
        if name not in table.header:
            reason = message("framework.no_column", column=name)
            raise InputError(Problem(reason, table.file, table.sheet, table.header_row, name))
    return [only_column(table, table.header.index(name)) for name in required]


def only_column(table: Table, at: int) -> int:
    """Return where a column stands. Raises InputError where another has its name."""
    name = table.header[at]
    times = [spelling(other) for other in table.header].count(spelling(name))
    if times > 1:
        reason = message("table.column_twice", column=shown(name), times=times)
        raise InputError(Problem(reason, table.file, table.sheet, table.header_row, shown(name), shown(name)))
    return at


def optional_column(table: Table, name: str) -> int | None:
    """Return where a column stands that need not be there."""
    return table.header.index(name) if name in table.header else None


def spelling(text: str) -> str:
    """Return the letters and digits of a file's or column's name: releases differ in case, spaces and signs.

    >>> spelling("O*NET-SOC Code") == spelling("onetsoc_code")
    True
    """
    return "".join(filter(str.isalnum, text)).casefold()


def named_column(table: Table, *names: str) -> int | None:
    """Return where the first of the names stands in the header, however it is spelt; None where none does."""
    spelt = [spelling(name) for name in table.header]
    return next((spelt.index(wanted) for name in names if (wanted := spelling(name)) in spelt), None)


def needed_column(table: Table, *names: str) -> int:
    """Return where the first of the names stands in the header, however it is spelt.

    Raises:
        InputError: none of them does.
    """
    position = named_column(table, *names)
    if position is None:
        if names[1:]:
            missing = message("framework.no_column_of", column=names[0], others=names[1:])
        else:
            missing = message("framework.no_column", column=names[0])
        raise InputError(Problem(missing, table.file, table.sheet, table.header_row, column=names[0]))
    return only_column(table, position)


def one_line(text: str) -> str:
    """Return the text on one line, with `|` (which separates aliases in the native format) as a slash.

    >>> one_line("plan | build   run")
    'plan / build run'
    """
    return " ".join(text.replace("|", "/").split())
