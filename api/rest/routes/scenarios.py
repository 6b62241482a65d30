"""Two states of the graph side by side: as it is and would be, and as it was and became."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import Field

from api.answers.parameters import MOST_ITEMS, AskedScope, Id, Tabled
from api.answers.scenarios import ask_diff, ask_what_if
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from graph.model import Frozen
from graph.schema import FILES, RELATIONS
from ingest.scenario_document import read_document
from queries.diff import Diff
from queries.what_if import Ask, Question, WhatIf

router = APIRouter(prefix="/v1", tags=["states"], route_class=QuestionRoute)


class RemovedLink(Frozen):
    """A link by its ends and relation."""

    from_id: Id
    relation: str = Field(json_schema_extra={"enum": list(RELATIONS)})
    to_id: Id


class Removals(Frozen):
    """What is supposed not to be there."""

    nodes: list[Id] = Field([], max_length=MOST_ITEMS, description="Ids of nodes; their links become dormant.")
    links: list[RemovedLink] = Field([], max_length=10 * MOST_ITEMS, description="Links, whoever states them.")


class Suppositions(Frozen):
    """What is supposed, and what else is asked."""

    add: dict[str, list[dict[str, Any]]] = Field(
        {},
        description="Files of the native format by name, such as `links`, with their records.",
        json_schema_extra={"propertyNames": {"enum": list(FILES)}},
    )
    remove: Removals = Field(Removals(), description="What is supposed not to be there.")
    ask: Ask | None = Field(None, description="A question to answer before and after.")
    of: Id | None = Field(None, description="The role, or competency, that the question is about.")


class AskedDifference(AskedScope):
    """In which scope the two are compared, and how much is listed."""

    limit: int = Field(20, ge=1, le=MOST_ITEMS, description="How many items each list has at most; all are counted.")


class AskedDiff(Tabled, AskedDifference):
    """Which two revisions are compared."""

    since: int = Field(ge=0, le=2**53, description="The earlier revision.")
    until: int | None = Field(None, ge=0, le=2**53, description="The later revision; the present one if not given.")


@router.post("/what-if", response_model=WhatIf, responses=declared(404, 409))
async def suppose(
    request: Request, asked: Annotated[AskedDifference, Query()], supposed: Annotated[Suppositions, Body()]
) -> Response:
    """Tell the difference that nodes and links more, or fewer, would make; nothing is saved.

    What is added is checked as an import is, and speaks before every source.
    """
    document: dict[str, object] = {"add": supposed.add, "remove": supposed.remove.model_dump()}
    question = None if supposed.ask is None else Question(ask=supposed.ask, of=supposed.of)
    service = service_of(request)
    with service.heavy():
        read = read_document(document, "request.json")
        store, snapshot = service.require_store(), service.snapshot(asked.lang)
        found = await service.with_store(ask_what_if, store, snapshot, read, question, asked.scope(), limit=asked.limit)
    return answer(found, request)


@router.get("/diff", response_model=Diff, responses=declared(404, 409))
async def show_diff(request: Request, asked: Annotated[AskedDiff, Query()]) -> Response:
    """Tell what changed between two revisions, and what that did to coverage and gaps."""
    service = service_of(request)
    snapshot = service.snapshot(asked.lang)
    until = snapshot.revision.number if asked.until is None else asked.until
    with service.heavy():
        found = await service.with_store(
            ask_diff, service.require_store(), snapshot, asked.since, until, asked.scope(), limit=asked.limit
        )
    return answer(found, request)
