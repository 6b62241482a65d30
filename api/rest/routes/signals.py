"""Signals: what policies, trends and demand figures call for."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import TableParameters
from api.answers.past_signals import ask_signals
from api.rest.respond import SUNSET, answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.parameters.signals import SignalsQuery
from queries.signals import Signals

router = APIRouter(prefix="/v1/signals", tags=["signals"], route_class=QuestionRoute)


class SignalsParameters(SignalsQuery, TableParameters):
    """Which signals are asked about, and what of the answer."""


@router.get("", response_model=Signals, responses=declared(404, 409))
async def list_signals(request: Request, query: Annotated[SignalsParameters, Query()]) -> Response:
    """Tell which competencies and roles are called for, from when on, and whether they are connected, latest first."""
    service = service_of(request)
    found = await service.with_store(
        ask_signals,
        service.require_store(),
        service.snapshot(query.lang),
        region=query.region,
        kind=query.wanted_kind,
        on=query.on,
        institution=query.institution,
        focus=query.focus,
        revisions=query.revisions,
    )
    return answer(found, request, SUNSET if query.kind else None)
