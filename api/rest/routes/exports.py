"""Exports: what sources state, and the graph for other tools, as a file."""

import tempfile
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.answers.downloads import EXPORTS, ExportFormat, FileForm, make_download
from api.answers.parameters import FreshnessParameters
from api.http.accept import media_type_for
from api.http.headers import WITHHELD_HEADER
from api.principal import VIEW_HEADER
from api.rest.openapi.header_components import described
from api.rest.respond import declared, stamp_headers
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from graph.messages import text
from queries.parameters.description import describe

router = APIRouter(prefix="/v1/export", tags=["export"], route_class=QuestionRoute)

BYTES = "application/octet-stream"
PIECE_BYTES = 256 * 1024
"""How much of a file is read, and sent, at once."""


class ExportParameters(FreshnessParameters):
    """What is exported."""

    source: str | None = Field(None, min_length=1, max_length=200, description=describe("export_source"))
    form: FileForm | None = Field(None, alias="as", description=describe("export_as"))


def _files() -> dict[int | str, dict[str, Any]]:
    """Return the answers that the route declares: a file of any of the kinds that there are."""
    kinds = {kind.media_type for forms in EXPORTS.values() for kind in forms.values()}
    binary, found = {"type": "string", "format": "binary"}, declared(404, 409)
    # Bytes come first: what generators of clients take an export for, whichever kind it is.
    schemas = {kind: {"type": "object"} if kind.endswith("json") else binary for kind in (BYTES, *sorted(kinds))}
    named = described("Content-Disposition", {"type": "string"})
    found[200] = {
        "description": text("openapi_answer.file"),
        "headers": {"Content-Disposition": named, WITHHELD_HEADER: described(WITHHELD_HEADER, {"type": "integer"})},
        "content": {kind: {"schema": schema} for kind, schema in schemas.items()},
    }
    return found


@router.get("/{format}", response_class=StreamingResponse, responses=_files())
def export_graph(
    request: Request,
    name: Annotated[ExportFormat, Path(alias="format", description=describe("export_format"))],
    query: Annotated[ExportParameters, Query()],
) -> Response:
    """Write out the graph: what sources state, to import it again, or the live graph for other tools.

    Readers get it without assessments of small groups; a header, and the file, say how many these are.

    `native`, `case` and `jsonld` hold what sources state; `graphml`, `gexf`, `edges` and `cypher` the live graph.
    """
    service = service_of(request)
    # The file is gone from its folder before it is sent, and from the disk when it was: nothing is left behind.
    with tempfile.TemporaryDirectory(prefix="rolepath-export-") as folder:
        made = make_download(service.require_store(), name, FilePath(folder), source=query.source, form=query.form)
        opened = made.file.open("rb")
    headers = {
        **stamp_headers(made.stamp.revision, made.stamp.content),
        WITHHELD_HEADER: str(made.withheld),
        # A file of one caller is not another's, who may be shown less.
        "Cache-Control": "private, no-cache",
        "Vary": f"Accept,Authorization,Cookie,{VIEW_HEADER}",
        "Content-Disposition": f'attachment; filename="{made.file.name}"',
    }
    accepted = ", ".join(request.headers.getlist("accept"))
    media_type = media_type_for(accepted, [made.media_type, BYTES]) or made.media_type
    return StreamingResponse(_pieces(opened), media_type=media_type, headers=headers)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE_BYTES):
            yield piece
