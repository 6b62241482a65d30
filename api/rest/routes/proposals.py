"""Proposals: what the sentences of documents may be linked to, for a person to judge."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from api.answers.proposals import ProposalAnswer
from api.http.language_negotiation import content_language
from api.jobs.proposal_documents import MOST_DOCUMENTS, DocumentProposals, PastedText
from api.principal import principal_of
from api.rest.respond import NOT_KEPT, declared
from api.service.gated_route import GatedRoute
from api.service.service import service_of
from graph.errors import InputError
from graph.messages import Language, message
from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.proposals import ProposalsQuery
from queries.proposals.engine import ReadDocument

router = APIRouter(prefix="/v1", tags=["align"], route_class=GatedRoute)


class ProposalsParameters(ProposalsQuery):
    """What the documents describe, what they are compared with, and whether that waits for review."""

    keep: bool = Field(True, description=describe("proposals_keep"))
    lang: Language = Field("en", description=describe("lang"))


class DocumentText(Frozen):
    """A document as text, and what it is called."""

    text: str = Field(min_length=1)
    name: str | None = Field(None, min_length=1, max_length=200)


# Without `minItems`: openapi-generator for Go makes of that what does not compile, and a required field has a file.
_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _FILES}}
_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}
"""What the document shows: generators of clients stumble over operations that take two types of content."""


@router.post("/proposals", response_model=ProposalAnswer, responses=declared(404, 409, 413, 507), openapi_extra=_BODY)
async def propose_links(request: Request, query: Annotated[ProposalsParameters, Query()]) -> Response:
    """Propose links from the sentences of documents; the graph is not changed.

    One text may come as JSON instead: `{"text": "...", "name": "..."}`.
    """
    asked = ProposalsQuery(**query.model_dump(include=set(ProposalsQuery.model_fields)))
    proposals = DocumentProposals(service_of(request), query.lang)
    documents = await _documents(request, proposals)
    found = await proposals.answer(documents, asked, principal_of(request.scope), is_kept=query.keep)
    headers = {**NOT_KEPT, **content_language(request.scope)}
    return Response(found.model_dump_json(), headers=headers, media_type="application/json")


async def _documents(request: Request, proposals: DocumentProposals) -> list[ReadDocument]:
    """Return the documents of a request.

    Raises:
        InputError: it is neither a form of files nor a text as JSON, or one of them cannot be read.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            told = DocumentText.model_validate_json(await request.body())
        except ValidationError:
            raise InputError(message("proposals.no_text")) from None
        return await proposals.read([], [PastedText(told.text, told.name)])
    if kind != "multipart/form-data":
        raise InputError(message("proposals.no_form"))
    try:
        async with request.form(max_files=MOST_DOCUMENTS, max_fields=0) as form:
            return await proposals.read([one for _, one in form.multi_items() if isinstance(one, UploadFile)], [])
    except MultiPartException as error:
        raise InputError(message("upload.bad_form", fault=error.message)) from None
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise InputError(message("upload.bad_form", fault=error.detail)) from None
