"""The parameters of integration."""

from pydantic import Field

from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.parameters.page import MOST_ITEMS
from queries.parameters.scope import FocusParameters, InstitutionParameters


class IntegrationFilter(InstitutionParameters):
    """Whose integration is asked about."""

    discipline: Id | None = Field(None, description=describe("integration_discipline"))
    role: Id | None = Field(None, description=describe("integration_role"))


class IntegrationQuery(FocusParameters, IntegrationFilter):
    """Whose integration is asked about, and how much is listed."""

    limit: int = Field(20, ge=1, le=MOST_ITEMS, description=describe("list_limit_counted"))
