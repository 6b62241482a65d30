"""Edits over HTTP: single statements added, changed and dropped as one run; and any run taken back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.edit_effects import EditAnswer
from api.http.language_negotiation import content_language
from api.jobs.edits import Edits
from api.principal import principal_of
from api.rest.respond import NOT_KEPT, declared
from api.service.gated_route import GatedRoute
from api.service.service import service_of
from graph.messages import Language
from graph.model import Frozen
from ingest.edit_document import EditDocument
from ingest.report import IngestReport
from queries.parameters.description import describe

router = APIRouter(prefix="/v1", tags=["import"], route_class=GatedRoute)


class EditParameters(Frozen):
    """Whether it is meant, and how what is named is called."""

    dry_run: bool = Field(False, description=describe("edit_dry_run"))
    lang: Language = Field("en", description=describe("lang"))


class UndoRunParameters(Frozen):
    """Which run is taken back, and whether it is meant."""

    run: str = Field(min_length=1, max_length=200, description=describe("undo_run"))
    dry_run: bool = Field(False, description=describe("undo_dry_run"))


@router.post("/edits", response_model=EditAnswer, responses=declared(409, 507))
def edit(request: Request, document: EditDocument, query: Annotated[EditParameters, Query()]) -> Response:
    """Add, change and drop nodes and links as statements of one source, all or none; with `dry_run` see the effect.

    409 names both values where something was changed since `expected_revision`, 422 each edit that cannot be.
    """
    edits = Edits(service_of(request))
    if query.dry_run:
        found = edits.preview(document, language=query.lang)
    else:
        found = edits.apply(document, principal_of(request.scope), language=query.lang)
    headers = {**NOT_KEPT, **content_language(request.scope)}
    return Response(found.model_dump_json(), headers=headers, media_type="application/json")


@router.post("/undo", response_model=IngestReport, responses=declared(404, 409, 507))
def undo_run(request: Request, query: Annotated[UndoRunParameters, Query()]) -> Response:
    """Take back what one run changed, also after later ones; 409 names both runs where a later one changed the same."""
    edits = Edits(service_of(request))
    report = edits.take_back(query.run, principal_of(request.scope), dry_run=query.dry_run)
    return Response(report.model_dump_json(), headers=NOT_KEPT, media_type="application/json")
