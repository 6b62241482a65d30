"""The parameters of search, and of lists of nodes."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from graph.errors import InvalidValueError
from graph.messages import message
from graph.model import Frozen
from graph.schema import KINDS
from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.parameters.page import PageParameters

MOST_IDS = 100
"""So many nodes may be asked for by their ids at once: an address holds no more."""
NodeOrder = Literal["id", "name"]
"""What a list of a kind is by."""
CompetencyKind = Literal["knowledge", "skill", "ability", "attitude"]


def check_kind(kind: str) -> str:
    """Return the name of a kind of nodes.

    Raises:
        InvalidValueError: there is none of that name.
    """
    if kind not in KINDS:
        raise InvalidValueError(message("parameter.no_kind", kind=kind, kinds=list(KINDS)))
    return kind


KindName = Annotated[str, Field(json_schema_extra={"enum": list(KINDS)}), AfterValidator(check_kind)]


class KindFilter(Frozen):
    """Which kind of nodes is looked for."""

    kind: KindName | None = Field(None, description=describe("search_kind"))


class SearchQuery(PageParameters, KindFilter):
    """What is looked for."""

    q: str = Field(min_length=1, max_length=200, description=describe("search_q"))


class NodeListQuery(PageParameters):
    """Which nodes of a kind are listed."""

    title: str | None = Field(None, min_length=1, max_length=200, description=describe("nodes_title"))
    code: str | None = Field(None, min_length=1, max_length=200, description=describe("nodes_code"))
    vocabulary: str | None = Field(None, max_length=200, description=describe("nodes_vocabulary"))
    sort: NodeOrder = Field("id", description=describe("nodes_sort"))


class CompetencyListQuery(NodeListQuery):
    """Which competencies are listed."""

    competency_kind: CompetencyKind | None = Field(None, description=describe("competencies_kind"))
    kind: CompetencyKind | None = Field(
        None, description=describe("former_name", now="competency_kind"), json_schema_extra={"deprecated": True}
    )

    @property
    def wanted_kind(self) -> CompetencyKind | None:
        """The kind of competencies that is asked for, by either name."""
        return self.competency_kind or self.kind


class AnyNodeListQuery(NodeListQuery, KindFilter):
    """Which nodes of any kind are listed."""

    id: list[Id] = Field([], max_length=MOST_IDS, description=describe("nodes_id", most=MOST_IDS))
    uri: str | None = Field(None, min_length=1, max_length=2000, description=describe("nodes_uri"))
    source: str | None = Field(None, min_length=1, max_length=200, description=describe("nodes_source"))
    changed_since: int | None = Field(None, ge=0, le=2**53, description=describe("nodes_changed_since"))
