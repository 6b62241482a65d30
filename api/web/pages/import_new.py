"""The page that takes data in: choose files, or the example; what they would change is shown before anything does."""

from functools import partial
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from api.examples import example
from api.jobs.formats import FORMATS, Format, NativeOptions
from api.jobs.history import ImportAttempt, ImportHistory
from api.jobs.imports import FILE, ImportOrder, Imports
from api.jobs.queue import ImportRequest, Job, UploadRetention
from api.jobs.uploads import MOST_FILES, copy
from api.principal import principal_of
from api.web.format_options import fields_of, read_options
from api.web.forms import require_own_form, with_token
from api.web.parameters import FormParameters
from api.web.view import PageRoute, View
from graph.errors import InputError, RolepathError
from graph.messages import message
from graph.messages.template_match import reworded
from ingest.formats.native.workbook import write_template

router = APIRouter(route_class=PageRoute, include_in_schema=False)

NATIVE = "native"
MOST_FIELDS = 40
ALLOWANCES = ("allow_dangling", "allow_removals", "skip_invalid")
"""What a form may tick beside `merge`: the names of Wanted."""
_SHOWN_LATELY = 5
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportForm(FormParameters):
    """Which format the files have."""

    format: str = NATIVE

    def kind(self) -> Format:
        """Return the format; the native one where there is none of that name."""
        return FORMATS.get(self.format, FORMATS[NATIVE])


@router.get("/import")
async def show_import(request: Request, asked: Annotated[ImportForm, Query()]) -> Response:
    """Show the ways to bring data in."""
    return await _choosing(View(request), asked.kind())


@router.post("/import")
async def take_in(request: Request, asked: Annotated[ImportForm, Query()]) -> Response:
    """Take the files in, and go to the preview; what is wrong with them as files is told at once."""
    view, kind = View(request), asked.kind()
    try:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
            require_own_form(view, form)
            job = await _previewing(view, kind, form)
    except InputError as error:
        return await _choosing(view, kind, error.text(view.language), HTTPStatus.UNPROCESSABLE_ENTITY)
    except MultiPartException as error:
        said = view.words("upload.bad_form", fault=reworded(error.message, view.language))
        return await _choosing(view, kind, said, HTTPStatus.UNPROCESSABLE_ENTITY)
    except HTTPException as error:
        if error.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
        return await _choosing(view, kind, view.words("import.too_large", megabytes=most_megabytes(view)), 413)
    return seen_at(view, job)


@router.post("/import/example")
async def import_example(request: Request) -> Response:
    """Import the bundled example."""
    view = View(request)
    async with request.form(max_files=0, max_fields=10) as form:
        require_own_form(view, form)
    imports = Imports(view.service)

    async def fill(folder: Path) -> None:
        with example("polytechnic") as found:
            await view.service.with_store(copy, found, folder / FILE)

    order = ImportOrder(
        FORMATS[NATIVE], ImportRequest.model_validate({}), NativeOptions.model_validate({}), principal_of(request.scope)
    )
    return seen_at(view, await imports.take_in(order, fill))


@router.get("/import/template.xlsx")
def get_template(request: Request, columns: Literal["needed", "all"] = "needed") -> Response:
    """Return the empty workbook to fill in, in the reader's language."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rolepath.xlsx"
        write_template(file, language=View(request).language, complete=columns == "all")
        content = file.read_bytes()
    disposition = {"Content-Disposition": 'attachment; filename="rolepath.xlsx"'}
    return Response(content, media_type=_WORKBOOK, headers=disposition)


def seen_at(view: View, job: Job) -> Response:
    """Return the way to the page of an import: a form is never answered itself, so that it is not sent twice."""
    return RedirectResponse(view.url(f"import/runs/{job.id}"), HTTPStatus.SEE_OTHER)


def most_megabytes(view: View) -> int:
    """Return how large an upload may be."""
    return view.service.settings.service.upload_bytes // 1_000_000


def text_in(form: FormData, name: str) -> str:
    """Return what stands in a text field of a form; empty where there is none."""
    found = form.get(name)
    return found.strip()[:200] if isinstance(found, str) else ""


def wanted_in(form: FormData) -> ImportRequest:
    """Return how a form asks for an import to be done: always as a preview first."""
    return ImportRequest.model_validate(
        {
            "source": text_in(form, "source") or None,
            "institution": text_in(form, "institution") or None,
            "mode": "merge" if form.get("merge") else "replace",
            "dry_run": True,
            **{name: bool(form.get(name)) for name in ALLOWANCES},
        }
    )


async def _previewing(view: View, kind: Format, form: FormData) -> Job:
    files = [(name, file) for name, file in form.multi_items() if isinstance(file, UploadFile) and file.filename]
    if not any(name == FILE for name, _ in files):
        raise InputError(message("import.no_file"))
    options = read_options(kind, {name: text_in(form, name) for name in form}, view.words)
    imports = Imports(view.service)
    who = principal_of(view.request.scope)
    order = ImportOrder(kind, wanted_in(form), options, who, UploadRetention(is_wanted=True))
    return await imports.take_in(order, partial(imports.save, kind, files))


async def _choosing(view: View, kind: Format, complaint: str = "", status: int = 200) -> Response:
    return await run_in_threadpool(
        with_token,
        view,
        "import.html",
        status,
        complaint=complaint,
        kind=kind,
        kinds=[name for name in FORMATS if name != NATIVE],
        fields=fields_of(kind),
        megabytes=most_megabytes(view),
        most_bytes=view.service.settings.service.upload_bytes,
        lately=await _lately(view),
    )


async def _lately(view: View) -> list[ImportAttempt]:
    """Return the latest imports; none while the store itself cannot be read."""
    service = view.service
    try:
        found = await service.with_store(ImportHistory(service.store, service.state).page, 0, _SHOWN_LATELY)
    except RolepathError:
        return []
    return found.items
