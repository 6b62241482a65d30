"""The parameters of a trace."""

from pydantic import Field

from queries.parameters.description import describe
from queries.parameters.page import MOST_ITEMS
from queries.parameters.scope import EvidenceParameters, ScopeParameters


class TraceQuery(EvidenceParameters, ScopeParameters):
    """What a trace is narrowed to, what counts in it, and how many chains it lists."""

    limit: int = Field(20, ge=1, le=MOST_ITEMS, description=describe("trace_limit"))
