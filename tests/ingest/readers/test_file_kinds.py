"""A file of another format is told by what it looks like, whatever reads it, with what does read it."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from graph.errors import InputError
from ingest.draft import Draft
from ingest.formats.case import read as case
from ingest.formats.jsonld import read as jsonld
from ingest.formats.native import read as native
from ingest.formats.osmt import read as osmt
from tests.support.cases import each


def workbook() -> bytes:
    """Return a workbook of a form that nobody knows."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("Marks", 0)
    sheet.append(["Student", "Mark"])
    sheet.append(["A", 3])
    book.save(out)
    return out.getvalue()


def archive() -> bytes:
    """Return a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.csv", "id\n1\n")
    return out.getvalue()


KINDS = {
    "workbook": (workbook(), "Excel workbook"),
    "zip": (archive(), "zip archive"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
    "gzip": (gzip.compress(b"id,name\n"), "gzip"),
    "old workbook": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "old Excel workbook"),
    "HTML": (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "HTML"),
}
READERS: dict[str, tuple[Callable[[Path], Draft], str]] = {
    "case": (case.read, "x.json"),
    "jsonld": (jsonld.read, "x.json"),
    "osmt": (osmt.read, "x.json"),
    "osmt csv": (osmt.read, "x.csv"),
    "native csv": (native.read, "x.csv"),
    "native json": (native.read, "x.json"),
}


@each("reader, kind", [(reader, kind) for reader in READERS for kind in KINDS])
def test_file_of_another_format_is_named(tmp_path: Path, reader: str, kind: str) -> None:
    """It is not asked to be saved as UTF-8, nor read for where its JSON goes wrong."""
    (read, name), (content, looks) = READERS[reader], KINDS[kind]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        read(tmp_path / name)
    assert looks in str(refused.value)
    assert "UTF-8" not in str(refused.value)
    if kind == "workbook":
        assert "rolepath ingest native" in str(refused.value)


@pytest.mark.parametrize("read", [case.read, jsonld.read])
def test_workbook_under_its_own_name_is_named(tmp_path: Path, read: Callable[[Path], Draft]) -> None:
    """A workbook by its ending, too."""
    (tmp_path / "plan.xlsx").write_bytes(workbook())
    with pytest.raises(InputError, match=r"[Ww]orkbook|folder|xlsx") as refused:
        read(tmp_path / "plan.xlsx")
    assert "UTF-8" not in str(refused.value)


def test_workbook_of_another_form_hears_of_the_template(tmp_path: Path) -> None:
    """Where no sheet is one of ours, the template is named, once."""
    (tmp_path / "plan.xlsx").write_bytes(workbook())
    draft = native.read(tmp_path / "plan.xlsx")
    assert draft.is_refused
    assert sum("rolepath template" in str(problem) for problem in draft.problems) == 1


@each(
    "document",
    [{"a": 1}, [{"name": "x", "type": "y"}], {"@context": {"ex": "https://ex.org/"}, "ex:name": "x"}, [], {}],
)
def test_json_of_no_vocabulary_is_refused(tmp_path: Path, document: object) -> None:
    """JSON that says nothing in schema.org, CTDL, SKOS or Open Badges is of another format: what is wanted is said."""
    (tmp_path / "x.json").write_text(json.dumps(document), encoding="utf-8")
    draft = jsonld.read(tmp_path / "x.json")
    assert draft.is_refused
    assert "schema.org" in str(draft.problems[-1])


def test_json_of_a_known_vocabulary_is_read(tmp_path: Path) -> None:
    """Also where all its records are of types that are not read: they are skipped, and counted."""
    document = {"@context": "https://schema.org", "@type": "Person", "name": "Ann"}
    (tmp_path / "x.json").write_text(json.dumps(document), encoding="utf-8")
    assert not jsonld.read(tmp_path / "x.json").is_refused
