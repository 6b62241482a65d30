"""The parameters of gaps: which are listed, and by what."""

from typing import Annotated, Literal

from pydantic import Field

from graph.model import Frozen
from queries.semantics.chain_status import ChainStatus
from queries.semantics.weakness import Weakness


class GapFilter(Frozen):
    """Which gaps are listed: those of a status, with a flaw, and at least as severe; None lets all pass."""

    status: ChainStatus | None = None
    flaw: Weakness | None = None
    severity: Annotated[int, Field(ge=0, le=5)] = 0


GapOrder = Literal["severity", "demand", "name"]
"""What gaps are listed by: severity, then demand; demand alone; or the name."""
