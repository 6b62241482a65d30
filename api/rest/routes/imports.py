"""Imports over HTTP: files in, a job to look at, to watch and to cancel; and taking the last import back."""

import inspect
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path as FilePath
from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field, create_model
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from api.jobs.formats import FORMATS, Format
from api.jobs.imports import ImportOrder, Imports
from api.jobs.queue import ImportRequest, Job
from api.jobs.uploads import MOST_FILES
from api.principal import principal_of
from api.rest.openapi.header_components import references
from api.rest.respond import NOT_KEPT, answer_page, declared
from api.service.event_stream import EventStream
from api.service.gated_route import GatedRoute
from api.service.service import service_of
from graph.errors import InputError
from graph.messages import message, text
from graph.model import Frozen
from ingest.report import IngestReport
from queries.parameters.description import describe

router = APIRouter(prefix="/v1", tags=["import"])
IMPORT_FILES = "ImportFiles"
"""What the OpenAPI document calls the body of an upload of files alone."""

JobId = Annotated[str, Path(alias="id", description=describe("import_id"), max_length=200)]
Started = Callable[..., Awaitable[Response]]


class JobList(Frozen):
    """A page of the imports over HTTP, the latest first."""

    items: list[Job]
    next: str | None


class ImportListParameters(Frozen):
    """How many are wanted, and where the page begins."""

    limit: int = Field(20, ge=1, le=100, description=describe("imports_limit"))
    cursor: str | None = Field(None, max_length=200, description=describe("cursor"))


class UndoParameters(Frozen):
    """Whether it is meant."""

    dry_run: bool = Field(False, description=describe("undo_dry_run"))


def _accepted(status: int, *problems: int) -> dict[int | str, dict[str, Any]]:
    """Return the answers that a route declares which begins something."""
    found = declared(*problems, 507)
    del found[200]
    return {status: {"description": text("openapi_answer.import"), "headers": references("Location")}, **found}


def _starting(kind: Format) -> Started:
    """Return the route that takes in the files of a format."""
    parameters_model = create_model(
        f"Import{kind.name.title().replace('-', '')}", __base__=(ImportRequest, kind.options)
    )

    async def start(request: Request, **values: Any) -> Response:  # noqa: ANN401 - the model made above
        told: Frozen = values["asked"]
        wanted = ImportRequest.model_validate(told.model_dump(include=set(ImportRequest.model_fields)))
        options = kind.options.model_validate(told.model_dump(include=set(kind.options.model_fields)))
        imports = Imports(service_of(request))
        order = ImportOrder(kind, wanted, options, principal_of(request.scope))
        job = await imports.take_in(order, partial(_fill, imports, kind, request))
        return _told(job, 202, {"Location": f"{request.scope.get('root_path', '')}/v1/ingest/runs/{job.id}"})

    parameters = [
        inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request),
        inspect.Parameter("asked", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[parameters_model, Query()]),
    ]
    start.__signature__ = inspect.Signature(parameters, return_annotation=Response)  # type: ignore[attr-defined]
    start.__name__ = f"ingest_{kind.name.replace('-', '_')}"
    start.__doc__ = text("openapi.ingest", about=kind.about.removesuffix("."))
    return start


def _body(kind: Format) -> dict[str, Any]:
    """Return how the document describes the upload."""
    binary = {"type": "string", "format": "binary"}
    # Without `minItems`: openapi-generator for Go makes of that what does not compile, and a required field has a file.
    files = {"type": "array", "items": binary}
    schema: dict[str, Any] = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": files, **dict.fromkeys(kind.beside, binary)},
    }
    if not kind.beside:
        schema |= {"title": IMPORT_FILES}  # told once, by this name
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


for _kind in FORMATS.values():
    router.post(
        f"/ingest/{_kind.name}",
        summary=text("openapi.ingest_summary", format=_kind.name),
        status_code=202,
        response_model=Job,
        responses=_accepted(202, 409, 413),
        openapi_extra=_body(_kind),
    )(_starting(_kind))


@router.get("/ingest/runs", response_model=JobList, responses=declared(404, paged=True))
async def list_imports(request: Request, query: Annotated[ImportListParameters, Query()]) -> Response:
    """List the imports over HTTP, the latest first. `/v1/runs` lists every import that was tried."""
    service = service_of(request)
    found = await service.with_store(Imports(service).jobs.latest, query.limit + 1, query.cursor)
    goes_on = len(found) > query.limit
    page = JobList(items=found[: query.limit], next=found[query.limit - 1].id if goes_on else None)
    return answer_page(page, request, NOT_KEPT)


@router.get("/ingest/runs/{id}", response_model=Job, responses=declared(404))
async def show_import(request: Request, job_id: JobId) -> Response:
    """Show an import over HTTP: where it stands, and when it is over its report."""
    service = service_of(request)
    return _told(await service.with_store(Imports(service).jobs.get, job_id))


@router.get(
    "/ingest/runs/{id}/events",
    response_class=StreamingResponse,
    responses={
        **declared(404),
        200: {
            "description": text("openapi_answer.events"),
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
    },
)
async def watch_import(request: Request, job_id: JobId) -> Response:
    """Watch an import: an event `progress` with the import as JSON at every change, and `end` when it is over."""
    service = service_of(request)
    imports = Imports(service)
    first = await service.with_store(imports.jobs.get, job_id)
    return EventStream(
        request,
        (": still at it\n\n" if job is None else _event(job) async for job in imports.watch(first)),
    )


@router.delete("/ingest/runs/{id}", status_code=202, response_model=Job, responses=_accepted(202, 404))
async def cancel_import(request: Request, job_id: JobId) -> Response:
    """Cancel an import: at once where it waits, within a second while it reads; what is being written is written."""
    return _told(await Imports(service_of(request)).cancel(job_id, principal_of(request.scope)), 202)


def undo_import(
    request: Request,
    source: Annotated[str, Path(description=describe("undo_source"), max_length=200)],
    query: Annotated[UndoParameters, Query()],
) -> Response:
    """Take back the last import of a source, as a new revision; nothing is changed where the report says `refused`."""
    imports = Imports(service_of(request))
    report = imports.take_back(source, principal_of(request.scope), dry_run=query.dry_run)
    return Response(report.model_dump_json(), headers=NOT_KEPT, media_type="application/json")


router.add_api_route(
    "/undo/{source}",
    undo_import,
    methods=["POST"],
    response_model=IngestReport,
    responses=declared(404, 409, 507),
    route_class_override=GatedRoute,
)


def _told(job: Job, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(job.model_dump_json(), status, {**NOT_KEPT, **(headers or {})}, "application/json")


async def _fill(imports: Imports, kind: Format, request: Request, folder: FilePath) -> None:
    """Write the uploads into the job's folder.

    Raises:
        InputError: it is no multipart form, or one of fields that the format does not take.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise InputError(message("upload.not_multipart"))
    try:
        async with request.form(max_files=MOST_FILES, max_fields=10) as form:
            for name, value in form.multi_items():
                if not isinstance(value, UploadFile):
                    raise InputError(message("upload.no_upload", name=name[:100]))
            await imports.save(kind, cast(Iterable[tuple[str, UploadFile]], form.multi_items()), folder)
    except MultiPartException as error:
        raise InputError(message("upload.bad_form", fault=error.message)) from None
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise InputError(message("upload.bad_form", fault=error.detail)) from None


def _event(job: Job) -> str:
    """Return an event. Source: HTML Living Standard, section 9.2, Server-sent events."""
    return f"event: {'end' if job.is_over else 'progress'}\ndata: {job.model_dump_json()}\n\n"
