"""Commands that print a table write it whole: as CSV, as Parquet, as a workbook; and no other command offers it."""

import csv
import inspect
import io
from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import openpyxl
import pytest

from api.answers import table_files
from api.cli import command_table, table_options
from api.cli.command_table import CommandEntry
from api.cli.table_options import FormOption, TableOptions
from graph.errors import InputError
from tests.support.cases import each
from tests.support.college import COMPETENCY, ROLE
from tests.support.commanding import Commands

WORDS = {
    "align": ("align", "qihang", "poly"),
    "allocation": ("allocation",),
    "audit": ("audit",),
    "benchmark": ("benchmark", "poly:d.mechatronics", "--against", "poly:d.iot"),
    "changes": ("changes",),
    "coverage": ("coverage", "--by", "discipline"),
    "diff": ("diff", "0"),
    "feedback": ("feedback",),
    "gaps": ("gaps",),
    "integration": ("integration",),
    "leadership": ("leadership", "poly:e.qihang"),
    "list": ("key", "list"),
    "match": ("match", "--have", COMPETENCY),
    "metrics": ("metrics", "--what", "prerequisites"),
    "plan": ("plan", ROLE),
    "rotation": ("rotation", "poly:co.robotics-2023"),
    "runs": ("runs",),
    "search": ("search", "robot"),
    "signals": ("signals",),
    "sources": ("sources",),
    "training": ("training", ROLE),
    "what-if": ("what-if", "--remove", "poly:e.qihang"),
}
"""A command line of each command that prints a table."""
ONE_THING = {
    *("trace", "brief", "show", "edit", "undo", "template", "propose"),
    *("backup", "restore", "migrate", "serve", "mcp", "doctor"),
}
"""Those that tell of one thing, or do something."""
QUESTIONS = (*command_table.ASK, *command_table.DATA, *command_table.RUN, command_table.LIST_RUNS)


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], store_url: str
) -> Commands:
    commands = Commands(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("ROLEPATH_STORE", store_url)
    return commands


def test_every_command_that_prints_a_table_writes_it() -> None:
    """Each command takes the options of tables, or is one of those that tell of one thing."""
    keys = next(entry for entry in command_table.KEYS if entry.name == "list")
    takes = {entry.name for entry in (*QUESTIONS, keys) if _takes_a_table(entry)}
    assert takes == set(WORDS)
    assert {entry.name for entry in QUESTIONS} - takes == ONE_THING


@each("name", WORDS)
def test_tables_have_every_row(cli: Commands, name: str) -> None:
    """CSV goes to standard output: a header, and as many rows as the answer says that there are."""
    ran = cli(*WORDS[name], "--format", "csv")
    assert ran.status == 0, ran.err
    lines = [line for line in csv.reader(io.StringIO(ran.out, newline="")) if not line[0].startswith("#")]
    assert all(len(line) == len(lines[0]) for line in lines)
    if name in {"gaps", "search", "training", "match", "metrics"}:
        assert len(lines) - 1 == cli(*WORDS[name], "--json").document["total"] > 0
        limited = cli(*WORDS[name], "--format", "csv", "--limit", "2").out
        assert name == "metrics" or len(list(csv.reader(io.StringIO(limited, newline="")))) == 3


@each("name", ["gaps", "sources", "search"])
def test_files_of_every_format_hold_the_same(cli: Commands, name: str) -> None:
    """The ending of the file tells the format; Parquet keeps types, a workbook has the table first."""
    parquet = pytest.importorskip("pyarrow.parquet")
    files = {form: cli.home / f"{name}.{form}" for form in ("csv", "parquet", "xlsx")}
    for file in files.values():
        assert cli(*WORDS[name], "--out", file).status == 0
    with files["csv"].open(encoding="utf-8-sig", newline="") as opened:
        header, *rows = list(csv.reader(opened))
    typed = parquet.read_table(files["parquet"])
    assert (typed.column_names, typed.num_rows) == (header, len(rows))
    assert typed.schema.metadata[b"rolepath.command"] == f"rolepath {name}".encode()
    assert len(typed.schema.metadata[b"rolepath.content"]) == 64
    assert typed.schema.metadata[b"rolepath.date"].endswith(b"Z")
    book = openpyxl.load_workbook(files["xlsx"])
    listed = list(book.worksheets[0].iter_rows(values_only=True))
    assert list(listed[0]) == header
    assert [row[0] for row in listed[1:]] == [row[0] for row in rows] == typed.column(0).to_pylist()
    assert ("command", f"rolepath {name}") in book["about"].iter_rows(values_only=True)


def test_what_cannot_be_written_is_said_before_it_is_worked_out(
    cli: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A table and JSON, a workbook on the terminal, a part of a list, a file that stands, an extra that is missing."""
    file = tmp_path / "gaps.xlsx"
    assert cli("gaps", "--format", "csv", "--json").status == 2
    assert "--out FILE" in cli("gaps", "--format", "xlsx").err
    assert cli("gaps", "--format", "csv", "--cursor", "1.ab.20").status == 2
    file.write_text("mine")
    assert cli("gaps", "--out", file).status == 1
    assert file.read_text() == "mine"
    assert cli("gaps", "--out", file, "--overwrite").status == 0
    monkeypatch.setattr(table_options, "find_spec", lambda _: None)
    assert "rolepath[parquet]" in cli("gaps", "--out", tmp_path / "gaps.parquet").err


def test_a_workbook_takes_texts_as_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No formula, no error value; what it cannot hold is refused with its place."""
    file = tmp_path / "table.xlsx"
    texts = [None, "=1+1", "#N/A", "a\x01b", "2026-01-01"]
    table_files.write_table_file({"a": texts, "b": [1, 0.5, True, ["x", "y"], None]}, file, "xlsx", {})
    rows = list(openpyxl.load_workbook(file).worksheets[0].iter_rows())
    assert [row[0].value for row in rows] == ["a", None, "=1+1", "#N/A", "a\ufffdb", "2026-01-01"]
    assert {row[0].data_type for row in rows[2:]} == {"s"}
    assert [row[1].value for row in rows] == ["b", 1, 0.5, True, "x; y", None]
    with pytest.raises(InputError, match="row 2, column a"):
        table_files.write_table_file({"a": ["x" * 40_000]}, file, "xlsx", {})


def _takes_a_table(entry: CommandEntry) -> bool:
    function: Callable[..., Any] = resolve_name(f"api.cli.commands.{entry.place}")
    annotations = inspect.get_annotations(function, eval_str=True).values()
    return TableOptions in annotations or FormOption in annotations
