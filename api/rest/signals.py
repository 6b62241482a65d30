"""Signals: what policies, trends and demand figures call for."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.rest.answering import answer, declared
from api.rest.asking import Asked
from api.rest.service import service_of
from queries.signals import Signals, read_signals

router = APIRouter(prefix="/v1/signals", tags=["signals"])


class AskedSignals(Asked):
    """Which signals are asked about."""

    region: str | None = Field(None, min_length=1, max_length=200, description="Only of this region, in any case.")
    kind: Literal["policy", "trend", "demand"] | None = Field(None, description="Only of this kind.")
    on: date | None = Field(None, description="Only what holds on this day, as 2026-03-01.")


@router.get("", response_model=Signals, responses=declared())
def list_signals(request: Request, asked: Annotated[AskedSignals, Query()]) -> Response:
    """Tell which competencies and roles are called for, from when on, and whether they are connected, latest first."""
    service = service_of(request)
    with service.heavy():
        return answer(read_signals(service.snapshot(asked.lang), region=asked.region, kind=asked.kind, on=asked.on))
