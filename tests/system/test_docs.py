"""The documentation says what the code says."""

import json
import re

from api.http.problems import ALL_KINDS
from api.jobs.queue import OVER
from api.principal import SCOPES
from api.settings.service import ServiceSettings
from api.settings.settings import PLACES, PREFIX
from graph import schema
from queries.semantics.chain_status import ChainStatus
from queries.semantics.weakness import Weakness
from tests.support.paths import DOCS

INTRODUCTION = """# The native exchange format

English · [中文](zh/native-format.md)

One folder of CSV files, or one workbook (.xlsx, .ods, .xls) with a sheet for each, or one JSON object with a key for
each (a list of objects; `source` may be one object). CSV is UTF-8 (a BOM is accepted), with a header row, separated by
commas. `source` says who states all this; every other file is optional. An empty cell means "not stated". `rolepath
template my.xlsx` writes a workbook to fill in; in the reader's language, as the import page does: `课程`, `所属课程`,
drop-downs of `知识`, `技能`. Its first two sheets, `Help` and `Examples`, explain the others, and state nothing. The
columns `uri` and `extra`, which other systems state, are in it with `--all-columns`.

So it is written. It is read as people fill it in, and a note says what was bent, with its place: the English and
Chinese words for sheets, columns and values, in any case; lines above the header; columns and sheets that are not
listed here, hidden and empty ones, which are passed over; a merged cell, which counts for each of its cells; numbers
as ids and codes, as the cell shows them; the name of one node where an id stands; `80%`, full-width digits, decimal
commas where a column has no others; `2026/3/1`; characters that show nothing; semicolons, tabs or a line `sep=|`;
GB18030 and UTF-16. All of it holds for .xlsx, .ods and .xls alike; a workbook under the name of another kind is read
as what it is. A formula without a stored value, a code of which it is not known what is shown, and the name of
several nodes are problems. A row that is wrong only because another one is, is counted there. `--strict` takes
nothing of all this: a file, sheet, key or column that is not listed is an error then, and names the nearest one.

A sheet that is called matrix or 支撑矩阵, or looks like one, is a [support matrix](formats/matrix.md): courses or units
down, competencies across, H, M, L or weights in the cells.

Ids are unique across all files: 1 to 200 characters of any script, without white space, control characters, or any of
`/ ? # % \\ " < >`. A prefix up to the first colon names the vocabulary. In a workbook, ids are text cells.

In CSV, one apostrophe stands before text that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, in full
width, too); the reader removes it.

Importing a source again replaces what its files cover: the kinds whose files are here, and with `links` the relations,
except where a column of an absent file may have stated them.

This page is written from `graph/schema.py`; a test compares them.
"""


def native_format() -> str:
    """Return the page on the native format, from the schema."""
    parts = [INTRODUCTION]
    for file in schema.FILES:
        kind = schema.KIND_OF_FILE.get(file)
        parts.append(f"\n## {file}{f': {kind.name}' if kind else ''}\n\n| column | | what |\n|---|---|---|\n")
        for column in schema.columns(file):
            needed = "required" if column in schema.required_columns(file) else ""
            parts.append(f"| {column} | {needed} | {told(file, column)} |\n")
    parts.append("\n## Relations\n\n| relation | leads from | reads |\n|---|---|---|\n")
    for relation in schema.RELATIONS.values():
        ends = "; ".join(f"{a} to {b}" for a, b in relation.ends)
        parts.append(f"| {relation.name} | {ends} | {relation.reads}{' (no circles)' if relation.acyclic else ''} |\n")
    return "".join(parts)


def told(file: str, column: str) -> str:
    """Return what belongs into a column, and of which form."""
    properties = {
        schema.SOURCE_FILE: schema.SOURCE_PROPERTIES,
        schema.LINKS_FILE: schema.LINK_PROPERTIES,
    }.get(file) or schema.KIND_OF_FILE[file].properties
    for found in properties:
        if found.name == column:
            return f"{found.help}; {found.type.expected}" if found.help else str(found.type.expected)
    if file in schema.KIND_OF_FILE:
        for link in schema.KIND_OF_FILE[file].link_columns:
            if column == link.name:
                return f"{link.help}; states {link.relation}"
            if column == link.weight_column:
                return f"{schema.IMPORTANCE.help}; the weight of {link.relation}"
    return {"relation": "one of the relations below"}.get(column, "an id")


def test_native_format_is_documented(update_golden: bool) -> None:
    """The page has every file, column and relation of the schema, as the schema has them."""
    page = DOCS / "native-format.md"
    if update_golden:
        page.write_text(native_format(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == native_format()


def test_every_status_and_flaw_is_defined_and_explained() -> None:
    """Each word stands in the definitions, and in the glossary with its Chinese."""
    definitions, glossary = ((DOCS / name).read_text(encoding="utf-8") for name in ("definitions.md", "glossary.md"))
    for word in (*ChainStatus, *Weakness):
        assert f"`{word}`" in definitions
        assert f"| `{word}` |" in glossary


SETTINGS_INTRODUCTION = """# Settings

Each is made in the environment, or in a TOML file that `ROLEPATH_SETTINGS` names, in lower case and without
`ROLEPATH_`: `rate_key = 600`. The environment goes before the file, and an option of the command line before both. A
setting of the file that does not exist, and a value that is out of range, end the command with a message;
`rolepath doctor` names variables that are no setting.

This page is written from `api/settings/settings.py` and `api/settings/service.py`; a test compares them.

## Of every command

| variable | what |
|---|---|
"""


def settings_page() -> str:
    """Return the page on settings, from their table."""
    parts = [SETTINGS_INTRODUCTION]
    parts += [f"| `{PREFIX}{name.upper()}` | {what} |\n" for name, what in PLACES.items()]
    parts.append("\n## Of the service\n\n| variable | default | what |\n|---|---|---|\n")
    for name, field in ServiceSettings.model_fields.items():
        default = json.dumps(field.default).strip('"') or "none"
        parts.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |\n")
    return "".join(parts)


def test_settings_are_documented(update_golden: bool) -> None:
    """The page has every setting, with its default, as the code has it."""
    page = DOCS / "settings.md"
    if update_golden:
        page.write_text(settings_page(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == settings_page()


def test_statuses_of_problems_are_documented() -> None:
    """The page on the interface explains every status that a problem has."""
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for kind in ALL_KINDS:
        assert re.search(rf"^\|.*\b{kind.http_status}\b.*\|.*\|$", page, re.MULTILINE), kind.slug


def test_statuses_of_imports_are_documented() -> None:
    """The page on the interface explains how an import can end."""
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for status in OVER:
        assert f"\n| `{status}` | " in page


def test_scopes_are_documented() -> None:
    """The page on security says what each scope opens."""
    page = (DOCS / "security.md").read_text(encoding="utf-8")
    for scope in SCOPES:
        assert f"\n| `{scope}` | " in page
