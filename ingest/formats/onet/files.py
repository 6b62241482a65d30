"""File discovery of an O*NET database: which is which, in every release and format, and what each cell says."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.formats.framework import (
    data_files,
    delimiter_of,
    named_column,
    needed_column,
    spelling,
    together,
    tolerance,
)
from ingest.readers import Table, read_csv, read_workbook
from ingest.readers.tolerance import OnNote
from ingest.readers.workbooks import ENDINGS

# Release 30.3 gave files and columns other names; the names of before come first. Letters and digits are compared.
OCCUPATIONS, TASKS, RATINGS = "Occupation Data", "Task Statements", "Task Ratings"
TASK_DWAS, DWAS = "Tasks to DWAs", "DWA Reference"
SKILLS, KNOWLEDGE, ELEMENTS = "Skills", "Knowledge", "Content Model Reference"
TITLES, TECHNOLOGY = "Alternate Titles", "Technology Skills"

NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    TITLES: (("Alternate Titles",), ("Job Titles",)),
    OCCUPATIONS: (("Occupation Data",),),
    RATINGS: (("Task Ratings",),),
    TASKS: (("Task Statements",),),
    DWAS: (("DWA Reference",), ("GWAs to IWAs to DWAs",)),
    TASK_DWAS: (("Tasks to DWAs",),),
    ELEMENTS: (("Content Model Reference",),),
    SKILLS: (("Skills",), ("Essential Skills", "Transferable Skills")),
    KNOWLEDGE: (("Knowledge",),),
    TECHNOLOGY: (("Technology Skills",), ("Software Skills",)),
}
"""What each part of the database is called: one set of files or another, every file of the set belongs to it.

In the order of reading: what is said of roles and tasks comes before them, descriptions before what they describe.
"""

NEEDED = (OCCUPATIONS, TASKS)
WITHOUT: dict[str, str] = {
    ELEMENTS: "onet.without_elements",
    TITLES: "onet.without_titles",
    RATINGS: "onet.without_ratings",
    DWAS: "onet.without_dwas",
    TASK_DWAS: "onet.without_task_dwas",
    SKILLS: "onet.without_skills",
    KNOWLEDGE: "onet.without_knowledge",
    TECHNOLOGY: "onet.without_technology",
}
"""The key of what an import lacks without the part."""

SOC = ("O*NET-SOC Code",)
TITLE, DESCRIPTION = ("Title",), ("Description",)
TASK_ID, TASK = ("Task ID",), ("Task",)
SCALE, VALUE = ("Scale ID",), ("Data Value",)
SUPPRESS, NOT_RELEVANT = ("Recommend Suppress",), ("Not Relevant",)
ELEMENT, ELEMENT_NAME = ("Element ID",), ("Element Name",)
DWA, DWA_NAME = ("DWA ID", "DWA Element ID"), ("DWA Title", "DWA Element Name")
ALTERNATE, SHORT = ("Alternate Title", "Job Title"), ("Short Title",)
TECHNOLOGY_CODE, TECHNOLOGY_NAME = ("Commodity Code", "Element ID"), ("Commodity Title", "Element Name")
EXAMPLE = ("Example", "Workplace Example")

_COLUMNS = [
    name
    for names in (
        *(SOC, TITLE, DESCRIPTION, TASK_ID, TASK, SCALE, VALUE, SUPPRESS, NOT_RELEVANT, ELEMENT, ELEMENT_NAME),
        *(DWA, DWA_NAME, ALTERNATE, SHORT, TECHNOLOGY_CODE, TECHNOLOGY_NAME, EXAMPLE),
    )
    for name in names
]

KIND_OF_RATED = {SKILLS: "skill", KNOWLEDGE: "knowledge"}
"""The kind of the competencies that a part rates."""

_ENDINGS = {*ENDINGS, ".txt", ".csv"}


@dataclass(frozen=True, slots=True)
class DatabaseFiles:
    """The files of each part, the parts that are whole, and the names of the files that belong to none."""

    files: dict[str, list[Path]]
    whole: frozenset[str]
    others: list[str]


def find_files(path: Path) -> DatabaseFiles:
    """Return which files of the folder are which part of the database.

    Raises:
        InputError: it is no folder, a needed part is missing, or a part is there twice.
    """
    if not path.is_dir():
        what = message("onet.no_folder" if path.exists() else "framework.not_there")
        raise InputError(Problem(what, file=path.name or str(path)))
    by_name: dict[str, list[Path]] = {}
    for file in data_files(path, _ENDINGS):
        by_name.setdefault(spelling(file.stem), []).append(file)
    files: dict[str, list[Path]] = {}
    whole = set()
    for part, sets in NAMES.items():
        present = [[by_name[key] for name in names if (key := spelling(name)) in by_name] for names in sets]
        found = [same for one in present for same in one]
        _check_once(part, [one for one in present if one], found)
        files[part] = [same[0] for same in found]
        if any(one and len(one) == len(names) for one, names in zip(present, sets, strict=True)):
            whole.add(part)
    for part in NEEDED:
        if not files[part]:
            raise InputError(Problem(message("onet.no_part", part=part), file=path.name or str(path)))
    used = {file for several in files.values() for file in several}
    others = [f.name for key, same in by_name.items() if key != "readme" for f in same if f not in used]
    return DatabaseFiles(files, frozenset(whole), others)


def _check_once(part: str, sets: list[list[list[Path]]], parts: list[list[Path]]) -> None:
    twice = next((same for same in parts if len(same) > 1), None)
    if twice is None and len(sets) > 1:
        twice = [one[0][0] for one in sets]
    if twice is not None:
        names = together([file.name for file in twice])
        raise InputError(Problem(message("onet.twice", part=part, names=names), file=twice[0].name))


def open_table(file: Path, on_note: OnNote) -> Table:
    """Return the file as a table: tab-separated text, CSV, or the sheet of a workbook.

    Raises:
        InputError: it cannot be read, or is a workbook of several sheets of which none bears the file's name.
    """
    taken = tolerance(on_note, *_COLUMNS)
    if file.suffix.lower() not in ENDINGS:
        is_text = file.suffix.lower() == ".txt"
        return read_csv(file, delimiter=delimiter_of(file), quoted=not is_text, tolerance=taken)
    sheets = read_workbook(file, tolerance=taken)
    wanted = [sheet for sheet in sheets if spelling(sheet.name) == spelling(file.stem)]
    if len(wanted) != 1 and len(sheets) != 1:
        reason = message("onet.no_sheet", n=len(sheets), name=file.stem)
        raise InputError(Problem(reason, file.name))
    return (wanted or sheets)[0]


class Cells:
    """Where the columns of a table stand; cells of a record by the columns' first names."""

    def __init__(
        self, table: Table, needed: tuple[tuple[str, ...], ...], optional: tuple[tuple[str, ...], ...] = ()
    ) -> None:
        """Look the columns up. Raises InputError where a needed one is missing."""
        self._at: list[int | None] = [needed_column(table, *names) for names in needed]
        self._at += [named_column(table, *names) for names in optional]
        self.names = [
            names[0] if at is None else table.header[at] for at, names in zip(self._at, needed + optional, strict=True)
        ]

    def of(self, cells: list[str]) -> Iterator[str]:
        """Yield the cells in the order of the columns; `n/a`, as the text files write, is an empty one."""
        for at in self._at:
            cell = "" if at is None else cells[at]
            yield "" if cell == "n/a" else cell
