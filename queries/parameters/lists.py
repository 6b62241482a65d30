"""The parameters of a list of one kind: which of its nodes are listed, and by what."""

from typing import Annotated

from pydantic import AfterValidator, Field

from graph.model import Frozen
from queries.semantics.chain_status import ChainStatus


class ListFilter(Frozen):
    """Which nodes of a kind are listed; None lets all pass.

    `q`: those that are called so, or hold the text in an id, code or other name. `word`: those whose own property
    `kind` is so, such as `skill`. `vocabulary`: those whose id has this prefix; `local` stands for ids without any.
    """

    q: Annotated[str, Field(max_length=200), AfterValidator(str.strip)] | None = None
    status: ChainStatus | None = None
    word: str | None = Field(None, max_length=60)
    vocabulary: str | None = Field(None, max_length=200)


class ListOrder(Frozen):
    """What a list is sorted by: the name of a column, after a minus for the largest first; names where it is None."""

    sort: str | None = Field(None, max_length=40)
