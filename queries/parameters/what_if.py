"""The parameters of a what-if, besides what is supposed."""

from typing import Literal

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.diff import ComparisonParameters
from queries.parameters.ids import Id

Ask = Literal["gaps", "coverage", "trace", "plan"]


class WhatIfQuestion(Frozen):
    """What else is asked, before and after."""

    ask: Ask | None = Field(None, description=describe("what_if_ask"))
    of: Id | None = Field(None, description=describe("what_if_of"))


class WhatIfQuery(ComparisonParameters, WhatIfQuestion):
    """In which scope the two are compared, how much is listed, and what else is asked."""
