"""Small files of every form that is imported, and what may happen to files on their way."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from ingest.draft import Draft
from ingest.formats import canvas, cip_soc, esco
from ingest.formats.case import read as case
from ingest.formats.crosswalk import read as crosswalk
from ingest.formats.jsonld import read as jsonld
from ingest.formats.moodle import read as moodle
from ingest.formats.native import read as native
from ingest.formats.nice import read as nice
from ingest.formats.onet import read as onet
from ingest.formats.osmt import read as osmt
from ingest.formats.xapi import read as xapi
from tests.support.commanding import CHAIN
from tests.support.samples.case import small as small_case
from tests.support.samples.cip_soc import small as small_cip
from tests.support.samples.cip_soc import write as write_cip
from tests.support.samples.crosswalk import PAIRS
from tests.support.samples.esco import small as small_esco
from tests.support.samples.esco import write as write_esco
from tests.support.samples.learning_platforms import CANVAS, MOODLE
from tests.support.samples.nice import small_2017, small_2024
from tests.support.samples.onet import small as small_onet
from tests.support.samples.onet import write as write_onet
from tests.support.samples.osmt import EXPORT, descriptor, exported
from tests.support.samples.xapi import MAPPING, statement

Rows = list[list[Any]]
Damage = Callable[[Path], None]
"""Changes a file in place."""

PAIRED = f"{PAIRS}esco:a,SAME_AS,onet:1,0.9,0.8,alike\nesco:b,CLOSE_TO,onet:2,0.5,0.4,near\n"
CATALOGUE = {
    "@context": "https://schema.org/",
    "@graph": [
        {"@id": "urn:x:c1", "@type": "Course", "name": "C", "teaches": {"@id": "urn:x:s1"}},
        {"@id": "urn:x:s1", "@type": "DefinedTerm", "name": "S"},
        {"@id": "urn:x:r1", "@type": "Occupation", "name": "R", "skills": {"@id": "urn:x:s1"}},
    ],
}


@dataclass(frozen=True)
class Form:
    """A form of files: written by `write`, which returns the path that `read` takes; `files` may be damaged."""

    write: Callable[[Path], Path]
    read: Callable[[Path], Draft]
    files: tuple[str, ...]


# What is written


def _texts(files: Mapping[str, Any]) -> Callable[[Path], Path]:
    """Return a writer of files, as JSON where they are no text; a single one is the path itself."""

    def write(folder: Path) -> Path:
        folder.mkdir()
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content, indent=1)
            (folder / name).write_text(text, encoding="utf-8", newline="")
        return folder / next(iter(files)) if len(files) == 1 else folder

    return write


def _chain() -> dict[str, Rows]:
    """Return the tables of the native chain, by name."""
    return {name.removesuffix(".csv"): list(csv.reader(io.StringIO(str(text)))) for name, text in CHAIN.items()}


def _workbook(tables: Mapping[str, Rows], name: str) -> Callable[[Path], Path]:
    """Return a writer of a workbook with a sheet for each table."""

    def write(folder: Path) -> Path:
        folder.mkdir()
        workbook = Workbook()
        workbook.remove(workbook.worksheets[0])
        for sheet, rows in tables.items():
            page = workbook.create_sheet(sheet)
            for row in rows:
                page.append([_typed(cell) for cell in row])
        workbook.save(folder / name)
        return folder / name

    return write


def _typed(cell: object) -> str | float | None:
    text = str(cell)
    return float(text) if re.fullmatch(r"[01](\.\d+)?|\.\d+", text) else text or None


def _records() -> dict[str, list[dict[str, str]]]:
    return {name: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]] for name, rows in _chain().items()}


def _cip_workbook(folder: Path) -> Path:
    return _workbook({"CIP-SOC": small_cip()["CIP2020_SOC2018_Crosswalk.csv"][:3]}, "CIP2020_SOC2018_Crosswalk.xlsx")(
        folder
    )


def _statements(path: Path) -> Draft:
    return xapi.read(path / "statements.jsonl", xapi.AssessmentOptions("g1"), path / "mapping.csv")


_SAID = "".join(json.dumps(statement(who)) + "\n" for who in ("ann", "bob", "eve"))
_SKILLS = [descriptor(1, "29-2072.01"), descriptor(2, "29-2072")]

FORMS: dict[str, Form] = {
    "native csv": Form(
        _texts(CHAIN), partial(native.read, strict=True), ("roles.csv", "links.csv", "competencies.csv")
    ),
    "native xlsx": Form(_workbook(_chain(), "my.xlsx"), partial(native.read, strict=True), ("my.xlsx",)),
    "native json": Form(_texts({"my.json": _records()}), partial(native.read, strict=True), ("my.json",)),
    "esco": Form(
        lambda folder: write_esco(folder, small_esco()), esco.read, ("skills_en.csv", "occupationSkillRelations.csv")
    ),
    "onet txt": Form(lambda folder: write_onet(folder, small_onet()), onet.read, ("Occupation Data.txt", "Skills.txt")),
    "onet xlsx": Form(lambda folder: write_onet(folder, small_onet(), ".xlsx"), onet.read, ("Skills.xlsx",)),
    "nice 2017": Form(_texts(small_2017()), nice.read, ("tasks.yml",)),
    "nice 2024": Form(_texts(small_2024()), nice.read, ("work_roles.json", "tasks.json")),
    "case": Form(_texts({"frame.json": small_case()}), case.read, ("frame.json",)),
    "cip-soc csv": Form(
        lambda folder: write_cip(folder, small_cip()),
        cip_soc.read,
        ("CIP2020_SOC2018_Crosswalk.csv", "CIPCode2020.csv"),
    ),
    "cip-soc xlsx": Form(_cip_workbook, cip_soc.read, ("CIP2020_SOC2018_Crosswalk.xlsx",)),
    "crosswalk csv": Form(_texts({"pairs.csv": PAIRED}), crosswalk.read, ("pairs.csv",)),
    "crosswalk xlsx": Form(
        _workbook({"pairs": list(csv.reader(io.StringIO(PAIRED)))}, "pairs.xlsx"), crosswalk.read, ("pairs.xlsx",)
    ),
    "osmt json": Form(_texts({"skills.json": _SKILLS}), osmt.read, ("skills.json",)),
    "osmt csv": Form(_texts({"skills.csv": EXPORT + exported(1) + exported(2)}), osmt.read, ("skills.csv",)),
    "jsonld": Form(_texts({"all.jsonld": CATALOGUE}), jsonld.read, ("all.jsonld",)),
    "moodle": Form(_texts({"framework.csv": MOODLE}), moodle.read, ()),
    "canvas": Form(_texts({"outcomes.csv": CANVAS}), canvas.read, ()),
    "xapi": Form(
        _texts({"statements.jsonl": _SAID, "mapping.csv": MAPPING}), _statements, ("statements.jsonl", "mapping.csv")
    ),
}


# What happens to bytes


def of_bytes(change: Callable[[bytes], bytes]) -> Damage:
    """Return a damage that changes what the file holds."""
    return lambda path: void(path.write_bytes(change(path.read_bytes())))


def of_text(change: Callable[[str], str]) -> Damage:
    """Return a damage that changes what the file says; it must."""

    def damage(path: Path) -> None:
        text = path.read_bytes().decode()
        assert change(text) != text
        path.write_bytes(change(text).encode())

    return damage


def void(_: object) -> None:
    """Take a value and give none."""


ANY_BYTES: dict[str, Damage] = {
    "empty": of_bytes(lambda _: b""),
    "UTF-16": of_bytes(lambda data: data.decode().encode("utf-16")),
    "Latin-1": of_bytes(lambda data: data.rstrip()[:-2] + b"\xe9" + data.rstrip()[-2:]),
    "another file": of_bytes(lambda _: b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
}
TABLE_BYTES: dict[str, Damage] = {
    "GBK": of_bytes(lambda data: data + "焊接机器人操作与编程".encode("gbk") + b"\n"),
    "NUL": of_bytes(lambda data: data + b"\0\n"),
    "a column twice": of_text(lambda text: re.sub(r"^([^,\t\r\n]*)([,\t])([^,\t\r\n]*)", r"\1\2\1", text)),
}
JSON_BYTES: dict[str, Damage] = {
    "truncated": of_bytes(lambda data: data[: len(data) * 2 // 3]),
    "a key twice": of_text(lambda text: re.sub(r'"([^"]+)": ("[^"]*")', r'"\1": \2, "\1": \2', text, count=1)),
    "not a number": of_text(lambda text: re.sub(r'": "[^"]*"', '": NaN', text, count=1)),
    "too deep": of_text(
        lambda text: (
            text.rstrip()[:-1]
            + (', "deep": ' if text[0] == "{" else ", ")
            + "[" * 9000
            + "]" * 9000
            + text.rstrip()[-1]
        )
    ),
    "something else": of_bytes(lambda _: b'"skills"'),
}


# What happens to workbooks


def of_part(part: str, change: Callable[[bytes], bytes]) -> Damage:
    """Return a damage that changes one part of a workbook."""

    def damage(path: Path) -> None:
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        parts[part] = change(parts[part])
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for name, data in parts.items():
                new.writestr(name, data)

    return damage


def _entities(xml: bytes) -> bytes:
    """Return XML that would unfold to a billion words."""
    more = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return re.sub(rb"^(<\?xml.*?\?>)?", f'<!DOCTYPE w [<!ENTITY e0 "boo">{more}]>'.encode(), xml, count=1)


_SHEET = "xl/worksheets/sheet1.xml"
WORKBOOK_BYTES: dict[str, Damage] = {
    "empty": of_bytes(lambda _: b""),
    "truncated": of_bytes(lambda data: data[: len(data) // 2]),
    "a text file": of_bytes(lambda _: b"id,name\n1,2\n"),
    "zip bomb": of_part(_SHEET, lambda xml: xml + b" " * 8_000_000),
    "XML bomb": of_part(_SHEET, _entities),
    "a sheet cut off": of_part(_SHEET, lambda xml: xml[: len(xml) * 2 // 3]),
    "no sheet": of_part("xl/workbook.xml", lambda xml: re.sub(rb"<sheet .*?/>", b"", xml)),
}


# What happens to rows


def of_rows(change: Callable[[Rows], object], sheet: str | None = None) -> Damage:
    """Return a damage that changes the rows of a table, the header among them: of a CSV file, or of a sheet."""

    def damage(path: Path) -> None:
        if path.suffix == ".xlsx":
            workbook = load_workbook(path)
            page = workbook[sheet] if sheet else workbook.worksheets[0]
            rows = [[cell.value for cell in row] for row in page.iter_rows()]
            change(rows)
            page.delete_rows(1, page.max_row)
            for row in rows:
                page.append(row)
            workbook.save(path)
            return
        separator = "\t" if path.suffix == ".txt" else ","
        with path.open(encoding="utf-8", newline="") as file:
            rows = [list[Any](row) for row in csv.reader(file, delimiter=separator)]
        change(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=separator).writerows(rows)

    return damage


def put(row: int, column: str, value: object) -> Callable[[Rows], object]:
    """Return a change of one cell; rows count as a spreadsheet does."""

    def change(rows: Rows) -> None:
        rows[row - 1][rows[0].index(column)] = value

    return change


def swap(first: str, second: str, *, with_header: bool = False) -> Callable[[Rows], object]:
    """Return a change of two columns for each other: what stands below the header, or all of it."""

    def change(rows: Rows) -> None:
        a, b = rows[0].index(first), rows[0].index(second)
        for row in rows if with_header else rows[1:]:
            row[a], row[b] = row[b], row[a]

    return change


def again(row: int, **changed: object) -> Callable[[Rows], object]:
    """Return a change that adds a row once more at the end, with some cells changed."""

    def change(rows: Rows) -> None:
        added = list(rows[row - 1])
        for column, value in changed.items():
            added[rows[0].index(column)] = value
        rows.append(added)

    return change


def renamed(column: str) -> Callable[[Rows], object]:
    """Return a change of a column's name to none that is known."""
    return lambda rows: rows[0].__setitem__(rows[0].index(column), "zzz")


def cut(rows: Rows) -> None:
    """End the table in the midst of its last row."""
    rows[-1] = rows[-1][: len(rows[-1]) // 2]


def turned(rows: Rows) -> None:
    """Write the columns from the last to the first, each with its header."""
    for row in rows:
        row.reverse()


# What happens to documents


def of_document(change: Callable[[Any], object]) -> Damage:
    """Return a damage that changes the value that a JSON file holds."""

    def damage(path: Path) -> None:
        document = json.loads(path.read_text(encoding="utf-8"))
        change(document)
        path.write_text(json.dumps(document), encoding="utf-8")

    return damage


def from_last_key(value: Any) -> Any:  # noqa: ANN401 - a document of any form
    """Return the value with the keys of every object from the last to the first."""
    if isinstance(value, dict):
        return {key: from_last_key(item) for key, item in reversed(value.items())}
    return [from_last_key(item) for item in value] if isinstance(value, list) else value
