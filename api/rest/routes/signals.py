"""Signals: what policies, trends and demand figures call for."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator, Field

from api.answers.measures import MOST_REVISIONS, ask_signals
from api.answers.parameters import AskedTable
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.signals import Signals

router = APIRouter(prefix="/v1/signals", tags=["signals"], route_class=QuestionRoute)


def _day(text: str | date) -> date:
    """Return the day; a number, which pydantic alone would take for seconds since 1970, is none."""
    return text if isinstance(text, date) else date.fromisoformat(text)


class AskedSignals(AskedTable):
    """Which signals are asked about."""

    region: str | None = Field(None, min_length=1, max_length=200, description="Only of this region, in any case.")
    kind: Literal["policy", "trend", "demand"] | None = Field(None, description="Only of this kind.")
    on: Annotated[date, BeforeValidator(_day)] | None = Field(
        None, description="Only what holds on this day, as 2026-03-01."
    )
    revisions: int = Field(
        1,
        ge=1,
        le=MOST_REVISIONS,
        description="Look back over so many revisions, the present one with them, and say since when it is connected.",
    )


@router.get("", response_model=Signals, responses=declared(409))
async def list_signals(request: Request, asked: Annotated[AskedSignals, Query()]) -> Response:
    """Tell which competencies and roles are called for, from when on, and whether they are connected, latest first."""
    service = service_of(request)
    with service.heavy():
        found = await service.with_store(
            ask_signals,
            service.require_store(),
            service.snapshot(asked.lang),
            region=asked.region,
            kind=asked.kind,
            on=asked.on,
            revisions=asked.revisions,
        )
    return answer(found, request)
