"""Parser of OSMT's CSV export, and of the lists of occupations that it imports: records."""

from dataclasses import replace

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.draft import Draft, Place
from ingest.formats.framework import as_shown, reject_record
from ingest.formats.osmt.json_answers import Descriptor, Occupation, Records
from ingest.formats.osmt.occupation_codes import occupation_code
from ingest.readers import Table

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
COLUMNS = ("Canonical URL", *_NAMES, *_STATEMENTS, *(label for labels in (*_CODES, *_LISTS) for label in labels))
"""What the columns of an export are called, and those of a list."""


def records_of_table(name: str, table: Table, draft: Draft) -> Records | None:
    """Return the records of a table; None where it is neither an export nor a list. Raises InputError."""
    for columns in _LISTS:
        if set(columns[:2]) <= set(table.header):
            return _listed(name, table, [_at(table, column) for column in columns], draft)
    if _one_of(table, _NAMES) is None:
        return None
    return _exported(name, table, draft)


def _listed(name: str, table: Table, at: list[int | None], draft: Draft) -> Records:
    for row, cells in table.records(lambda problem: _reject(draft, name, problem)):
        code, title, description = (cells[i] if i is not None else "" for i in at)
        listed = occupation_code(as_shown(code) or code)
        yield Place(name, table.sheet, row), Occupation(listed, title, description, is_listed=True)


def _exported(name: str, table: Table, draft: Draft) -> Records:
    url, title, statement = _at(table, "Canonical URL"), _one_of(table, _NAMES), _one_of(table, _STATEMENTS)
    for column, label in ((url, "Canonical URL"), (statement, _STATEMENTS[0])):
        if column is None:
            reason = message("osmt.no_column", column=label)
            raise InputError(Problem(reason, name, table.sheet, table.header_row, label))
    levels = [_one_of(table, labels) for labels in _CODES]
    aligned = [i for i, label in enumerate(table.header) if label.startswith("Alignment") and label.endswith("URL")]
    standards, keywords = _at(table, "Standards"), _at(table, "Keywords")
    for row, cells in table.records(lambda problem: _reject(draft, name, problem)):
        place = Place(name, table.sheet, row)
        for column, label in ((url, "Canonical URL"), (title, "RSD Name"), (statement, "Skill Statement")):
            if not _cell(cells, column):
                draft.reject(place, message("framework.missing", column=label), column=label)
        if place in draft.rejected:
            yield place, None
            continue
        written = {
            occupation_code(one): (one, table.header[i])
            for i in levels
            if i is not None
            for one in _split(_cell(cells, i))
        }
        codes = finest([[occupation_code(one) for one in _split(_cell(cells, i))] for i in levels])
        yield (
            place,
            Descriptor(
                "",
                _cell(cells, url),
                _cell(cells, title),
                _cell(cells, statement),
                "",
                [_occupation(code, *written[code]) for code in codes],
                [uri for i in aligned for uri in _split(cells[i])],
                len(_split(_cell(cells, standards))),
                len(_split(_cell(cells, keywords))),
            ),
        )


def _reject(draft: Draft, name: str, problem: Problem) -> None:
    reject_record(draft, replace(problem, file=name))


def _occupation(code: str, written: str, column: str) -> Occupation:
    return Occupation(code, written=written if code != written else "", column=column)


def finest(levels: list[list[str]]) -> list[str]:
    """Return the codes that are no group of a finer one.

    The export repeats each occupation's groups, in columns of their own.

    >>> finest([["11-0000", "29-0000"], ["29-2000"], ["29-2070"], ["29-2072"], ["29-2072.01"]])
    ['11-0000', '29-2072.01']
    """
    finer_codes: list[str] = []
    for codes in reversed(levels):
        finer_codes += [code for code in codes if not any(_is_of(finer, code) for finer in finer_codes)]
    return sorted(set(finer_codes))


def _is_of(finer: str, group: str) -> bool:
    return finer.startswith(group.rstrip("0") if len(group) == 7 else group)


def _split(text: str) -> list[str]:
    return [part for piece in text.split(";") if (part := piece.strip())]


def _cell(cells: list[str], at: int | None) -> str:
    return "" if at is None else as_shown(cells[at]) or cells[at]


def _at(table: Table, label: str) -> int | None:
    return table.header.index(label) if label in table.header else None


def _one_of(table: Table, labels: tuple[str, ...]) -> int | None:
    return next((at for label in labels if (at := _at(table, label)) is not None), None)
