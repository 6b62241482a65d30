"""What-if: the graph as it is, and as it would be."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import Field

from api.answers.page_windows import page_of
from api.answers.parameters import AnswerParameters
from api.answers.scenarios import ask_what_if
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from graph.model import Frozen
from graph.schema import FILES, RELATIONS
from ingest.scenario_document import read_document
from queries.parameters.description import describe
from queries.parameters.diff import ComparisonParameters
from queries.parameters.ids import Id
from queries.parameters.page import MOST_ITEMS, CursorParameters
from queries.parameters.what_if import WhatIfQuestion
from queries.what_if import ScenarioQuestion, WhatIf

router = APIRouter(prefix="/v1", tags=["states"], route_class=QuestionRoute)


class RemovedLink(Frozen):
    """A link by its ends and relation."""

    from_id: Id
    relation: str = Field(json_schema_extra={"enum": list(RELATIONS)})
    to_id: Id


class Removals(Frozen):
    """What is supposed not to be there."""

    nodes: list[Id] = Field([], max_length=MOST_ITEMS, description=describe("what_if_nodes"))
    links: list[RemovedLink] = Field([], max_length=10 * MOST_ITEMS, description=describe("what_if_links"))


class WhatIfParameters(CursorParameters, ComparisonParameters, AnswerParameters):
    """In which scope the two are compared, how much is listed, and what of the answer."""


class Suppositions(WhatIfQuestion):
    """What is supposed, and what else is asked."""

    add: dict[str, list[dict[str, Any]]] = Field(
        {},
        description=describe("what_if_add"),
        json_schema_extra={"propertyNames": {"enum": list(FILES)}},
    )
    remove: Removals = Field(Removals(), description=describe("what_if_remove"))


@router.post("/what-if", response_model=WhatIf, responses=declared(404, 409, 410, paged=True))
async def suppose(
    request: Request, query: Annotated[WhatIfParameters, Query()], supposed: Annotated[Suppositions, Body()]
) -> Response:
    """Tell the difference that nodes and links more, or fewer, would make; nothing is saved.

    What is added is checked as an import is, and speaks before every source.
    """
    document: dict[str, object] = {"add": supposed.add, "remove": supposed.remove.model_dump()}
    question = None if supposed.ask is None else ScenarioQuestion(ask=supposed.ask, of=supposed.of)
    service = service_of(request)
    read = read_document(document, "request.json")
    store, snapshot = service.require_store(), service.snapshot(query.lang)

    def ask(limit: int) -> WhatIf:
        return ask_what_if(store, snapshot, read, question, query.scope(), limit=limit)

    found = await service.with_store(page_of, ask, query.limit, query.cursor, snapshot.revision)
    return answer_page(found, request)
