"""The page of lists: the nodes of one kind, filtered and sorted, a page at a time, and all of them as a spreadsheet."""

from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from api.answers.downloaded_lists import list_workbook, scope_workbook
from api.web.csv import as_cell, sheet, workbook
from api.web.list_address import SLUGS
from api.web.pages.node import scope_names
from api.web.parameters import ScopeForm
from api.web.view import PageRoute, View
from graph.errors import NotFoundError
from graph.messages import message
from graph.schema import KINDS
from queries.list_columns import COLUMNS, Cell, Column, NamesCell
from queries.lists import NAME, ListedNode, iterate_kind, list_choices, list_kind, list_totals
from queries.parameters.lists import ListFilter, ListOrder
from queries.semantics.chain_status import STATUSES

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 50
_MOST_CHOICES = 200
_MEASURES = {"Competency": ("counts", "amount"), "Role": ("coverage",)}
"""What the figures of a list measure, where it has any that could be taken for another."""


class ListForm(ListFilter, ListOrder, ScopeForm):
    """Which nodes are listed, and by what they are sorted."""

    page: int = Field(1, ge=1, le=1_000_000)

    def filter(self) -> ListFilter:
        """Return which nodes of the kind are listed."""
        return ListFilter(q=self.q, status=self.status, word=self.word, vocabulary=self.vocabulary)


class ListHead(NamedTuple):
    """The head of a column: what it says, how its cells are read, and by what a click sorts."""

    name: str
    text: str
    form: str
    sort: str
    sorted: str


Slug = Annotated[str, Path(max_length=60)]


@router.get("/lists/{kind}.csv")
def list_all(request: Request, kind: Slug, asked: Annotated[ListForm, Query()]) -> Response:
    """Return the whole list as a table that Excel opens."""
    view, of = View(request), _kind(kind)
    rows = iterate_kind(view.snapshot, of, asked.scope(), asked.filter(), sort=asked.sort)
    heads = [view.words("site.id"), view.words("site.name_of"), *(_head(view, column) for column in COLUMNS[of])]
    return sheet(kind, heads, _lines(view, of, rows))


@router.get("/lists/{kind}.xlsx")
def fill_in(request: Request, kind: Slug, asked: Annotated[ListForm, Query()]) -> Response:
    """Return the whole list as a workbook that can be filled in and imported."""
    view, of = View(request), _kind(kind)
    rows = iterate_kind(view.snapshot, of, asked.scope(), asked.filter(), sort=asked.sort)
    ids = [row.node.id for row in rows]
    return workbook(kind, list_workbook(view.service.require_store(), of, ids, view.language))


@router.get("/graph.xlsx")
def fill_in_all(request: Request, asked: Annotated[ScopeForm, Query()]) -> Response:
    """Return all that the scope holds as a workbook that can be filled in and imported."""
    view = View(request)
    made = scope_workbook(view.service.require_store(), view.snapshot, asked.scope(), view.language)
    return workbook("graph", made)


@router.get("/lists/{kind}")
def show_list(request: Request, kind: Slug, asked: Annotated[ListForm, Query()]) -> Response:
    """Show the nodes of a kind."""
    view, of = View(request), _kind(kind)
    snapshot, scope = view.snapshot, asked.scope()
    offset = (asked.page - 1) * PAGE_SIZE
    found = list_kind(snapshot, of, scope, asked.filter(), sort=asked.sort, offset=offset, limit=PAGE_SIZE)
    choices, t = list_choices(snapshot, of), view.words
    return view.render(
        "lists.html",
        asked=asked,
        slug=kind,
        is_filled_in=not KINDS[of].identified_by,
        found=found,
        size=PAGE_SIZE,
        heads=_heads(view, of, asked.sort),
        kinds=[(slug, name, total) for slug, name, total in _totals(view, asked) if total or name == of],
        measures=_MEASURES.get(of, ()),
        names=scope_names(view, asked),
        statuses=[(status.value, t(f"status.{status}")) for status in STATUSES] if of == "Competency" else [],
        words=[(word, t.known("word", word)) for word in choices.words],
        vocabularies=[(prefix, prefix) for prefix in choices.vocabularies][:_MOST_CHOICES],
    )


def _kind(slug: str) -> str:
    """Return the kind that the address names.

    Raises:
        NotFoundError: there is no list of that name.
    """
    if slug not in SLUGS:
        raise NotFoundError(message("list.thing"), slug)
    return SLUGS[slug]


def _totals(view: View, asked: ListForm) -> Iterator[tuple[str, str, int]]:
    totals = list_totals(view.snapshot, asked.scope())
    return ((slug, kind, totals[kind]) for slug, kind in SLUGS.items())


def _head(view: View, column: Column) -> str:
    return view.words(f"list_column.{column.name}")


def _heads(view: View, kind: str, sort: str | None) -> list[ListHead]:
    """Return the heads of the columns; numbers are sorted largest first by the first click."""
    named = [(NAME, view.words("site.name_of"), "names")]
    named += [(column.name, _head(view, column), column.form) for column in COLUMNS[kind]]
    heads = []
    for name, text, form in named:
        first, second = (f"-{name}", name) if form in {"number", "share"} else (name, f"-{name}")
        current = sort or NAME
        order = {name: "ascending", f"-{name}": "descending"}.get(current, "")
        heads.append(ListHead(name, text, form, second if current == first else first, order))
    return heads


def _lines(view: View, kind: str, rows: Iterator[ListedNode]) -> Iterator[Sequence[str]]:
    forms = [column.form for column in COLUMNS[kind]]
    for row in rows:
        cells = (_cell(view, form, cell) for form, cell in zip(forms, row.cells, strict=True))
        yield [row.node.id, row.node.name, *cells]


def _cell(view: View, form: str, cell: Cell) -> str:
    if isinstance(cell, NamesCell):
        return "; ".join(one.name for one in cell.items)
    if isinstance(cell, str):
        return (
            view.words(f"status.{cell}")
            if form == "status"
            else view.words.known("word", cell)
            if form == "word"
            else cell
        )
    return as_cell(cell)
