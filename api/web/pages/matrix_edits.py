"""The page that previews what changed cells of a support matrix would do, and applies them."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.answers.cell_edits import CellChange, MatrixEdits, cell_now, is_untouched, matrix_edits, own_units
from api.answers.edit_effects import EditAnswer
from api.answers.parameters import WAIT_S
from api.jobs.edits import Edits
from api.principal import principal_of
from api.web.forms import require_own_form, text_of, with_token
from api.web.pages.matrix import level_of
from api.web.view import PageRoute, View
from graph.errors import ChangedError, InputError, RefusedEditsError
from graph.messages import Message, message
from graph.model import NodeId
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from ingest.edit_document import LONGEST_REASON, MOST_EDITS, EditDocument
from queries.parameters.matrix import MatrixOf

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_FORM_FIELDS = 4000
_LONGEST_CELL = 60
_LONGEST_ID = 200
_LONGEST_ADDRESS = 2000
_SHOWN = 1000
_MOST_SOURCES = 50


class ChangedCells(NamedTuple):
    """What the form says: which cells changed since the page was made at `seen`, and how they are to be applied."""

    changes: list[CellChange]
    of: MatrixOf
    seen: int
    source: str
    reason: str
    back: str
    is_meant: bool


class ShownChange(NamedTuple):
    """A changed cell as it is shown: what is wrong with it, and the units of its course, and which are chosen.

    `stands` is what the cell shows now, which may be another than when the person saw it.
    """

    at: int
    change: CellChange
    stands: str
    row: str
    column: str
    problems: list[Message]
    units: list[tuple[str, str, bool]]
    is_whole: bool


@router.post("/edit/matrix")
async def edit_matrix(request: Request) -> Response:
    """Preview the changed cells, or apply what was previewed; where something changed since, show both values."""
    view = View(request)
    async with request.form(max_files=0, max_fields=MOST_FORM_FIELDS) as form:
        require_own_form(view, form)
        asked = _asked(form)
    answer, revision = await run_in_threadpool(_answered, view, asked)
    if revision is not None:  # the matrix that is shown next has what was applied
        await view.service.reaches(revision, WAIT_S)
    return answer


def _answered(view: View, asked: ChangedCells) -> tuple[Response, int | None]:
    """Return the page; where the cells were applied, what leads back to the matrix, and the revision."""
    if len(asked.changes) > MOST_EDITS:
        raise InputError(message("support_page.many_cells", n=len(asked.changes), most=MOST_EDITS))
    store = view.service.require_store()
    edits = _edits(view.snapshot, store, asked.changes)
    problems = list(edits.problems)
    answer: EditAnswer | None = None
    general: list[Message] = []
    is_changed = False
    if edits.edits and not problems:
        document = EditDocument(
            edits=edits.edits, source=asked.source or None, reason=asked.reason, expected_revision=asked.seen
        )
        service = Edits(view.service)
        try:
            if asked.is_meant:
                done = service.apply(document, principal_of(view.request.scope), language=view.language)
                return _back(view, asked, done), done.revision
            answer = service.preview(document, language=view.language, limit=_SHOWN)
        except (ChangedError, RefusedEditsError) as error:
            is_changed = isinstance(error, ChangedError)
            for problem in error.problems:
                if problem.row and problem.row <= len(edits.cells):
                    problems.append((edits.cells[problem.row - 1], problem.message))
                else:
                    general.append(problem.message)
    status = HTTPStatus.CONFLICT if is_changed else HTTPStatus.UNPROCESSABLE_ENTITY if problems or general else 200
    shown: dict[str, Any] = {
        "asked": asked,
        "changes": _shown(view.snapshot, asked.changes, problems),
        "answer": answer,
        "general": general,
        "is_changed": is_changed,
        "has_problems": bool(problems or general),
        "now": view.snapshot.revision.number,
        "sources": _sources(store),
        "level_of": level_of,
    }
    return with_token(view, "matrix_edits.html", status, **shown), None


def _edits(snapshot: Snapshot, store: Store, changes: Sequence[CellChange]) -> MatrixEdits:
    with store.reading() as reading:
        return matrix_edits(snapshot, reading, changes)


def _sources(store: Store) -> list[str]:
    with store.reading() as reading:
        return [source.name for source in reading.sources()][:_MOST_SOURCES]


def _back(view: View, asked: ChangedCells, done: EditAnswer) -> Response:
    """Lead back to the matrix, which then tells of the run."""
    joint = "&" if "?" in asked.back and asked.back != "?" else "?"
    address = f"{view.base}matrix" + (asked.back if asked.back != "?" else "")
    return RedirectResponse(f"{address}{joint}run={done.report.run}", HTTPStatus.SEE_OTHER)


def _asked(form: FormData) -> ChangedCells:
    """Return what the form says: a field of a cell is called by its row, its column, and what stood there."""
    rows, columns = ([str(one)[:_LONGEST_ID] for one in form.getlist(name)] for name in ("row", "column"))
    units: dict[str, list[NodeId]] = {}
    for name, value in form.multi_items():
        if name.startswith("u.") and isinstance(value, str):
            units.setdefault(name[2:], []).append(NodeId(value[:_LONGEST_ID]))
    changes = []
    for name, value in form.multi_items():
        at, _, rest = name.partition(".")
        across, dot, before = rest.partition(".")
        if not (dot and at.isdecimal() and across.isdecimal() and isinstance(value, str)):
            continue
        row, column = int(at), int(across)
        if row < len(rows) and column < len(columns) and not is_untouched(before, value):
            chosen = tuple(units.get(f"{row}.{column}", ()))
            now = value.strip()[:_LONGEST_CELL]
            changes.append(CellChange(NodeId(rows[row]), NodeId(columns[column]), before[:_LONGEST_CELL], now, chosen))
    seen = text_of(form, "revision", 20)
    back = text_of(form, "back", _LONGEST_ADDRESS)
    return ChangedCells(
        changes,
        "units" if text_of(form, "of", 10) == "units" else "courses",
        int(seen) if seen.isdecimal() else 0,
        text_of(form, "source", 200),
        text_of(form, "reason", LONGEST_REASON),
        back if back.startswith("?") else "?",
        text_of(form, "do", 10) == "apply",
    )


def _shown(
    snapshot: Snapshot, changes: Sequence[CellChange], problems: Sequence[tuple[CellChange, Message]]
) -> list[ShownChange]:
    found = []
    for at, change in enumerate(changes):
        units = own_units(snapshot, change.row)
        node = snapshot.find(change.row)
        is_course = node is not None and snapshot.kind_of(node) == "Course"
        named = [(str(unit), _name(snapshot, unit), unit in change.units) for unit in units] if change.now else []
        told = list(dict.fromkeys(reason for one, reason in problems if one == change))
        shown = (_name(snapshot, change.row), _name(snapshot, change.column))
        stands = cell_now(snapshot, change.row, change.column)
        found.append(ShownChange(at, change, stands, *shown, told, named, is_course and not units))
    return found


def _name(snapshot: Snapshot, node_id: str) -> str:
    node = snapshot.find(node_id)
    return node_id if node is None else snapshot.name(node)
