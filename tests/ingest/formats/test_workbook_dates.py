"""Dates of workbooks: what is downloaded twice is one file, whenever it was made."""

import io
import time
import zipfile

from openpyxl import Workbook, load_workbook

from ingest.formats.native.workbook_dates import undated, write_dated


def book() -> Workbook:
    made = Workbook()
    made.worksheets[0].append(["id", "name"])
    return made


def test_the_same_content_makes_the_same_file() -> None:
    """Neither the file nor a part of it tells when it was made, to the two seconds that a zip can tell."""
    first = undated(book())
    time.sleep(2.1)
    assert undated(book()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms" not in parts.read("docProps/core.xml")
    assert [cell.value for cell in load_workbook(io.BytesIO(first)).worksheets[0][1]] == ["id", "name"]


def test_a_moment_is_told_where_it_is_known() -> None:
    """It is when the content was made, not the file."""
    saved, written = io.BytesIO(), io.BytesIO()
    book().save(saved)
    write_dated(saved, written, "2026-05-01T08:00:00Z")
    told = load_workbook(written).properties
    assert (str(told.created), str(told.modified)) == ("2026-05-01 08:00:00", "2026-05-01 08:00:00")
