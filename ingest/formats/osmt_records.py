"""The files of OSMT as records: its JSON answers, its CSV export, and lists of occupations as it imports them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from graph.errors import InputError, Problem
from ingest.draft import Draft, Place
from ingest.readers import Table, read_csv
from ingest.readers.json_documents import read_json_document

GONE = frozenset({"archived", "deleted"})
"""The states of a descriptor that its server shows no more."""


class Occupation(NamedTuple):
    """An occupation as a descriptor, or a list of occupations, names it; empty text where it does not say."""

    code: str
    name: str = ""
    description: str = ""
    is_listed: bool = False


class Descriptor(NamedTuple):
    """A rich skill descriptor; `standards` and `keywords` count those that it names."""

    uuid: str
    uri: str
    name: str
    statement: str
    status: str
    occupations: list[Occupation]
    alignments: list[str]
    standards: int
    keywords: int


Record = Descriptor | Occupation | None
"""None stands for a record that was rejected."""
Records = Iterator[tuple[Place, Record]]

_STATEMENTS = ("Skill Statement", "Contextualized Skill Statement")
_NAMES = ("RSD Name", "Skill Name")
# From the coarsest to the finest; the newer exports name them the first way.
_CODES = (
    ("Occupation Major Groups", "Major Occupations", "BLS Major Group"),
    ("Occupation Minor Groups", "Minor Occupations", "BLS Minor Group"),
    ("Broad Occupations", "Broad Occupation", "BLS Broad Occupation"),
    ("Detailed Occupations", "Detailed Occupation", "BLS Detailed Occupation"),
    ("O*NET Job Codes", "O*Net Job Codes", "O*NET Job Role"),
)
_LISTS = (("SOC Code", "SOC Title", "SOC Definition"), ("O*NET-SOC Code", "Title", "Description"))


def files(path: Path) -> list[tuple[str, Path]]:
    """Return the .json and .csv files with the names to show for them: relative to the folder, in their order.

    Raises:
        InputError: there is none.
    """
    if not path.is_dir():
        if not path.exists():
            raise InputError(Problem("there is no such file or folder", file=str(path)))
        if path.suffix.lower() not in {".json", ".csv"}:
            raise InputError(Problem("is not read; give a .json or .csv file of OSMT, or a folder of them", path.name))
        return [(path.name, path)]
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in {".json", ".csv"} and file.is_file())
    if not found:
        raise InputError(Problem("there is no .json or .csv file in this folder", path.name))
    return [(file.relative_to(path).as_posix(), file) for file in found]


def open_file(name: str, file: Path, draft: Draft) -> Records | None:
    """Return the records of the file, each with its place; None where it is no file of OSMT.

    A record that is wrong is rejected. The first record is in row 2, in JSON too.

    Raises:
        InputError: the file cannot be read; its problem names the file by `name`.
    """
    try:
        if file.suffix.lower() == ".csv":
            return _of_table(name, read_csv(file), draft)
        document = read_json_document(file)
    except InputError as error:
        raise InputError(replace(error.problem, file=name)) from None
    if isinstance(document, dict) and isinstance(document.get("skills"), list):
        document = document["skills"]
    elif isinstance(document, dict) and "skillStatement" in document:
        document = [document]
    if not isinstance(document, list) or (document and not any(_is_descriptor(item) for item in document)):
        return None
    return _of_json(name, document, draft)


def _is_descriptor(item: object) -> bool:
    return isinstance(item, dict) and ("skillStatement" in item or "skillName" in item)


def _of_json(name: str, items: list[object], draft: Draft) -> Records:
    for row, item in enumerate(items, 2):
        place = Place(name, None, row)
        yield place, _Fields(draft, place, item).descriptor()


class _Fields:
    """The fields of one JSON record, each checked for its type; a wrong one rejects the record."""

    def __init__(self, draft: Draft, place: Place, item: object) -> None:
        self._draft, self._place, self._item = draft, place, item if isinstance(item, dict) else {}
        self._is_object = isinstance(item, dict)

    def descriptor(self) -> Descriptor | None:
        """Return the descriptor, None where the record is rejected."""
        if not self._is_object:
            self._reject("each descriptor is an object", "")
            return None
        if not self._item.get("uuid") and not self._item.get("id"):
            self._reject("the descriptor has neither a uuid nor an id (its URL)", "uuid")
        status = self._text("status").lower()
        if status not in GONE:
            for field in ("skillName", "skillStatement"):
                if not self._text(field).strip():
                    self._reject(f"{field} is missing", field)
        found = Descriptor(
            self._text("uuid").strip(),
            self._text("id").strip(),
            self._text("skillName").strip(),
            self._text("skillStatement").strip(),
            status,
            [one for item in self._list("occupations") if (one := self._occupation(item))],
            [self._alignment(item) for item in self._list("alignments")],
            len(self._list("standards")),
            len(self._list("keywords")),
        )
        return None if self._place in self._draft.rejected else found

    def _occupation(self, item: object) -> Occupation | None:
        if not isinstance(item, dict) or not isinstance(item.get("code"), str) or not item["code"].strip():
            self._reject("each occupation is an object with a code, as 29-2072 or 29-2072.00", "occupations")
            return None
        name = self._inner(item, "targetNodeName") or self._inner(item, "name")
        return Occupation(item["code"].strip(), name, self._inner(item, "description"))

    def _alignment(self, item: object) -> str:
        if isinstance(item, dict):
            return self._inner(item, "id")
        self._reject('each alignment is an object with an "id", the URL of what it is aligned with', "alignments")
        return ""

    def _inner(self, item: dict[str, object], key: str) -> str:
        value = item.get(key)
        if value is not None and not isinstance(value, str):
            self._reject(f"{key} is text", key)
        return value.strip() if isinstance(value, str) else ""

    def _text(self, key: str) -> str:
        value = self._item.get(key)
        if value is not None and not isinstance(value, str):
            self._reject(f"{key} is text", key)
        return value if isinstance(value, str) else ""

    def _list(self, key: str) -> list[object]:
        value = self._item.get(key)
        if value is not None and not isinstance(value, list):
            self._reject(f"{key} is a list", key)
        return value if isinstance(value, list) else []

    def _reject(self, reason: str, column: str) -> None:
        self._draft.reject(self._place, reason, column=column or None)


def _of_table(name: str, table: Table, draft: Draft) -> Records | None:
    for columns in _LISTS:
        if set(columns[:2]) <= set(table.header):
            return _listed(name, table, [_at(table, column) for column in columns])
    if _one_of(table, _NAMES) is None:
        return None
    return _exported(name, table, draft)


def _listed(name: str, table: Table, at: list[int | None]) -> Records:
    for row, cells in table.records():
        code, title, description = (cells[i] if i is not None else "" for i in at)
        yield Place(name, None, row), Occupation(code, title, description, is_listed=True)


def _exported(name: str, table: Table, draft: Draft) -> Records:
    url, title, statement = _at(table, "Canonical URL"), _one_of(table, _NAMES), _one_of(table, _STATEMENTS)
    for column, label in ((url, "Canonical URL"), (statement, _STATEMENTS[0])):
        if column is None:
            reason = f"the column {label} is missing; export the skills from OSMT as CSV again"
            raise InputError(Problem(reason, name, None, 1, label))
    levels = [_one_of(table, labels) for labels in _CODES]
    aligned = [i for i, label in enumerate(table.header) if label.startswith("Alignment") and label.endswith("URL")]
    standards, keywords = _at(table, "Standards"), _at(table, "Keywords")
    for row, cells in table.records():
        place = Place(name, None, row)
        for column, label in ((url, "Canonical URL"), (title, "RSD Name"), (statement, "Skill Statement")):
            if not _cell(cells, column):
                draft.reject(place, f"the {label} is missing", column=label)
        if place in draft.rejected:
            yield place, None
            continue
        codes = finest([_split(_cell(cells, i)) for i in levels])
        yield (
            place,
            Descriptor(
                "",
                _cell(cells, url),
                _cell(cells, title),
                _cell(cells, statement),
                "",
                [Occupation(code) for code in codes],
                [uri for i in aligned for uri in _split(cells[i])],
                len(_split(_cell(cells, standards))),
                len(_split(_cell(cells, keywords))),
            ),
        )


def finest(levels: list[list[str]]) -> list[str]:
    """Return the codes that are no group of a finer one.

    The export repeats each occupation's groups, in columns of their own.

    >>> finest([["11-0000", "29-0000"], ["29-2000"], ["29-2070"], ["29-2072"], ["29-2072.01"]])
    ['11-0000', '29-2072.01']
    """
    found: list[str] = []
    for codes in reversed(levels):
        found += [code for code in codes if not any(_is_of(finer, code) for finer in found)]
    return sorted(set(found))


def _is_of(finer: str, group: str) -> bool:
    return finer.startswith(group.rstrip("0") if len(group) == 7 else group)


def _split(text: str) -> list[str]:
    return [part for piece in text.split(";") if (part := piece.strip())]


def _cell(cells: list[str], at: int | None) -> str:
    return "" if at is None else cells[at]


def _at(table: Table, label: str) -> int | None:
    return table.header.index(label) if label in table.header else None


def _one_of(table: Table, labels: tuple[str, ...]) -> int | None:
    return next((at for label in labels if (at := _at(table, label)) is not None), None)
