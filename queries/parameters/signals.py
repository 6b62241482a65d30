"""The parameters of signals."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from queries.parameters.description import describe
from queries.parameters.metrics import MOST_REVISIONS
from queries.parameters.scope import FocusParameters, InstitutionParameters

SignalKind = Literal["policy", "trend", "demand"]


def _day(text: str | date) -> date:
    """Return the day; a number, which pydantic alone would take for seconds since 1970, is none."""
    return text if isinstance(text, date) else date.fromisoformat(text)


class SignalsQuery(InstitutionParameters, FocusParameters):
    """Which signals are asked about."""

    region: str | None = Field(None, min_length=1, max_length=200, description=describe("signals_region"))
    signal_kind: SignalKind | None = Field(None, description=describe("signals_kind"))
    kind: SignalKind | None = Field(
        None, description=describe("former_name", now="signal_kind"), json_schema_extra={"deprecated": True}
    )
    on: Annotated[date, BeforeValidator(_day)] | None = Field(None, description=describe("signals_on"))
    revisions: int = Field(1, ge=1, le=MOST_REVISIONS, description=describe("signals_revisions"))

    @property
    def wanted_kind(self) -> SignalKind | None:
        """The kind of signals that is asked for, by either name."""
        return self.signal_kind or self.kind
