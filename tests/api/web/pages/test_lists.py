"""The pages of lists, and the same as spreadsheets."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from api.web.csv import as_cell
from api.web.list_address import SLUGS
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from queries.list_columns import COLUMNS
from queries.lists import iterate_kind, list_totals
from queries.parameters.lists import ListFilter
from queries.semantics.scope import Scope
from tests.support.factory import says
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in

DANGEROUS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1")


@pytest.fixture(scope="module")
def asker(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with serving(replace(settings_in(tmp_path_factory.mktemp("lists")), store_url=store_url)) as found:
        yield found


def _table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_pages_and_spreadsheets_hold_the_list(asker: Asker, example: Snapshot) -> None:
    """Of each kind: the page's count and first names, and in the spreadsheet every row, in both languages."""
    totals = list_totals(example)
    for slug, kind in SLUGS.items():
        for language in ("en", "zh"):
            rows = list(iterate_kind(example.in_language(language), kind))
            page = Page(asker.get(f"/lists/{slug}?lang={language}").text)
            assert [row.node.name for row in rows[:50] if row.node.name not in page.text("main")] == [], slug
            assert str(totals[kind]) in page.text("p"), slug
            head, *lines = _table(asker.get(f"/lists/{slug}.csv?lang={language}").text)
            assert len(head) == 2 + len(COLUMNS[kind])
            assert [line[:2] for line in lines] == [[row.node.id, row.node.name] for row in rows], slug


def test_tables_of_pages_are_workbooks_too(asker: Asker) -> None:
    """With the cells of the CSV file: what is a number there is one, what may be a formula is text."""
    for page in ("gaps", "compare", "integration", "allocation", "feedback", "enterprises"):
        query = "?by=term&term=2&second_term=4" if page == "compare" else ""
        (sheet,) = load_workbook(io.BytesIO(asker.get(f"/{page}.xlsx{query}").content)).worksheets
        table = _table(asker.get(f"/{page}.csv{query}").text)
        rows = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
        assert len(rows) == len(table) > 1, page
        for row, line in zip(rows, table, strict=True):
            assert [as_cell(one) if isinstance(one, float | int) else one for one in row] == line, page


def test_a_page_and_its_spreadsheet_are_narrowed_alike(asker: Asker, example: Snapshot) -> None:
    """By scope, filter and order."""
    query = "discipline=poly:d.robotics&status=untaught&sort=-demand"
    wanted = ListFilter.model_validate({"status": "untaught"})
    rows = list(iterate_kind(example, "Competency", Scope(discipline="poly:d.robotics"), wanted, sort="-demand"))
    assert [line[0] for line in _table(asker.get(f"/lists/competencies.csv?{query}").text)[1:]] == [
        row.node.id for row in rows
    ]
    page = Page(asker.get(f"/lists/competencies?lang=en&{query}").text)
    assert [row.node.name for row in rows if row.node.name not in page.text("main")] == []
    assert any(query in has.get("href", "").replace("%3A", ":") and ".csv?" in has["href"] for has in page.all("a"))


def test_what_is_no_list_or_column_is_told(asker: Asker) -> None:
    """An unknown list is not found, an unknown column is refused, both in the language of the page."""
    assert asker.ask("GET", "/lists/gizmos").status_code == 404
    refused = asker.ask("GET", "/lists/courses?sort=weather&lang=en")
    assert refused.status_code == 422
    assert "developed" in Page(refused.text).text("main")


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    """Whatever things are called, a spreadsheet takes no cell of a list for a formula."""
    settings = settings_in(tmp_path)
    lines = [f"d{n} OFFERS co{n}" for n in range(len(DANGEROUS))]
    names = {f"{start}{n}": {"name": name} for n, name in enumerate(DANGEROUS) for start in ("d", "co")}
    store = open_store(settings.store_url)
    store.apply(says(*lines, nodes=names))
    store.close()
    with serving(settings) as asker:
        cells = [cell for line in _table(asker.get("/lists/courses.csv").text) for cell in line]
    assert [cell for cell in cells if cell[:1] in set("=+@\t") or cell.startswith("-")] == []
    assert len([cell for cell in cells if "SUM" in cell]) == 2
