"""The parameters of gaps: which are listed, and by what."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.page import PageParameters
from queries.parameters.scope import EvidenceParameters, FocusParameters, ScopeParameters
from queries.semantics.chain_status import ChainStatus
from queries.semantics.weakness import Weakness

GapOrder = Literal["broken", "severity", "demand", "name"]
"""What gaps are listed by: what is broken first (severity 5 and 4 together), then severity; severity; demand; or name.

Of the same severity, the larger demand comes first.
"""


def _several(asked: object) -> object:
    """Return one status as several: once it could be only one."""
    return (asked,) if isinstance(asked, str) else () if asked is None else asked


Statuses = Annotated[tuple[ChainStatus, ...], BeforeValidator(_several)]


class GapFilter(Frozen):
    """Which gaps are listed: those of any of the statuses, with a flaw, and at least as severe; none lets all pass."""

    status: Statuses = Field((), max_length=20, strict=False, description=describe("gaps_status"))
    flaw: Weakness | None = Field(None, description=describe("gaps_flaw"))
    severity: int = Field(0, ge=0, le=5, description=describe("gaps_severity"))


class GapListing(GapFilter):
    """Which gaps are listed, and by what."""

    sort: GapOrder = Field("broken", description=describe("gaps_sort"))

    def filter(self) -> GapFilter:
        """Return which gaps are listed."""
        return GapFilter(status=self.status, flaw=self.flaw, severity=self.severity)


class GapsQuery(EvidenceParameters, FocusParameters, ScopeParameters, PageParameters, GapListing):
    """Which gaps are listed, in which scope, and by what."""
