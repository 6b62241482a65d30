"""The page that brings data in: choose a file, see what would change and what is wrong, apply."""

import asyncio
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData, UploadFile

from api.audit import Audit
from api.examples import example
from api.state import State
from api.web.forms import require_own_form, with_token
from api.web.frame import PageRoute, View
from api.web.uploads import MOST_UPLOAD_BYTES, SUFFIXES, Uploads, own_name
from graph.errors import ConflictError, StoreUnavailableError
from graph.stores import Store
from ingest.draft import Draft
from ingest.formats import native
from ingest.formats.template import write_template
from ingest.run import IngestReport, Leniency, apply, ingest, preview

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_SEEN_WITHIN_S = 3.0
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/import")
async def show_import(request: Request) -> Response:
    """Show the ways to bring data in."""
    return _form(View(request))


@router.post("/import")
async def preview_import(request: Request) -> Response:
    """Keep the files, and show what importing them would change, and what is wrong with them."""
    view = View(request)
    async with request.form(max_files=40, max_fields=10) as form:
        require_own_form(view, form)
        files = [file for file in form.getlist("file") if isinstance(file, UploadFile) and file.filename]
        complaint = _complaint(view, files)
        if complaint:
            return _form(view, complaint, HTTPStatus.UNPROCESSABLE_ENTITY)
        name = await _uploads(view).keep(files)
        return await _previewed(view, name, form)


@router.post("/import/again")
async def preview_again(request: Request) -> Response:
    """Show once more what importing the kept files would change, with other allowances."""
    view = View(request)
    async with request.form(max_files=0, max_fields=10) as form:
        require_own_form(view, form)
        return await _previewed(view, _text(form, "upload"), form)


@router.post("/import/apply")
async def apply_import(request: Request) -> Response:
    """Import the kept files as they were previewed; where the graph has changed since, show the preview anew."""
    view = View(request)
    async with request.form(max_files=0, max_fields=10) as form:
        require_own_form(view, form)
        name, base = _text(form, "upload"), _text(form, "base")
        path = _uploads(view).path(name)
        if path is None:
            return _form(view, view.words("import.gone"), HTTPStatus.GONE)
        read = partial(native.read, path, _text(form, "source") or None)
        try:
            done = await view.service.with_store(_apply, read, view.service.store, _leniency(form), base)
        except ConflictError:
            return await _previewed(view, name, form, view.words("import.moved"))
    _uploads(view).forget(name)
    return await _done(view, done)


@router.post("/import/example")
async def import_example(request: Request) -> Response:
    """Import the bundled example."""
    view = View(request)
    async with request.form(max_files=0, max_fields=10) as form:
        require_own_form(view, form)
    with example("polytechnic") as folder:
        done = await view.service.with_store(ingest, partial(native.read, folder), view.service.store)
    return await _done(view, done)


@router.get("/import/template.xlsx")
def get_template() -> Response:
    """Return the empty workbook to fill in."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rolepath.xlsx"
        write_template(file)
        content = file.read_bytes()
    disposition = {"Content-Disposition": 'attachment; filename="rolepath.xlsx"'}
    return Response(content, media_type=_WORKBOOK, headers=disposition)


async def _previewed(view: View, name: str, form: FormData, complaint: str = "") -> Response:
    path = _uploads(view).path(name)
    if path is None:
        return _form(view, view.words("import.gone"), HTTPStatus.GONE)
    source, leniency = _text(form, "source"), _leniency(form)
    read = partial(native.read, path, source or None)
    found = await view.service.with_store(ingest, read, view.service.store, leniency=leniency, dry_run=True)
    return with_token(
        view,
        "preview.html",
        report=found,
        upload=name,
        source=source,
        leniency=leniency,
        complaint=complaint,
    )


def _apply(read: Callable[[], Draft], store: Store, leniency: Leniency, base: str) -> IngestReport:
    checked = preview(read(), store, leniency=leniency)
    if str(checked.report.base_revision) != base:
        raise ConflictError(f"the graph is at revision {checked.report.base_revision}, the preview was of {base}")
    return apply(checked, store)


async def _done(view: View, report: IngestReport) -> Response:
    service = view.service
    if report.revision == report.base_revision:
        await service.with_store(_keep, service.state, report, service.store.url)
    else:
        detail = f"{report.source}, revision {report.revision}"
        await service.with_store(Audit(service.state).note, view.who, "imported", detail, report.run)
        await _seen(view, report.revision)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if report.refused else HTTPStatus.OK
    return with_token(view, "imported.html", status, report=report)


def _keep(state: State, report: IngestReport, url: str) -> None:
    try:
        state.keep_run(report, url)
    except StoreUnavailableError:  # the list of imports will lack it; that undoes nothing
        return


async def _seen(view: View, revision: int) -> None:
    """Wait until the service answers from the revision, so that the next page shows what was imported."""
    for _ in range(int(_SEEN_WITHIN_S / 0.1)):
        if (view.service.revision() or 0) >= revision:
            return
        await asyncio.sleep(0.1)


def _form(view: View, complaint: str = "", status: int = 200) -> Response:
    return with_token(view, "import.html", status, complaint=complaint, megabytes=MOST_UPLOAD_BYTES // 1_000_000)


def _complaint(view: View, files: list[UploadFile]) -> str:
    if not files:
        return view.words("import.no_file")
    odd = [file.filename or "" for file in files if Path(own_name(file.filename or "")).suffix.lower() not in SUFFIXES]
    return view.words("import.bad_file", name=odd[0]) if odd else ""


def _uploads(view: View) -> Uploads:
    return Uploads(view.service.state.path.parent / "uploads")


def _leniency(form: FormData) -> Leniency:
    return Leniency(allow_dangling=bool(form.get("dangling")), allow_removals=bool(form.get("removals")))


def _text(form: FormData, name: str) -> str:
    found = form.get(name)
    return found.strip()[:200] if isinstance(found, str) else ""
