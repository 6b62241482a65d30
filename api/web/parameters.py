"""What pages may be asked: forms send empty fields, and addresses are passed on with parameters of others."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from queries.parameters.ids import Id
from queries.semantics.scope import Scope


class AskedView(BaseModel):
    """A question put by a page: an empty field counts as not asked, what is unknown is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, asked: Any) -> Any:  # noqa: ANN401 - whatever the address holds
        if not isinstance(asked, dict):
            return asked
        return {name: value for name, value in asked.items() if value not in ("", None)}


Text = Annotated[str, Field(max_length=200), AfterValidator(str.strip)]


class AskedScope(AskedView):
    """What a page is narrowed to; `role_q` is text that looks for the role."""

    discipline: Id | None = None
    course: Id | None = None
    role: Id | None = None
    employer: Id | None = None
    host: Id | None = None
    term: int | None = Field(None, ge=1, le=1000)
    min_weight: float = Field(0.0, ge=0, le=1)
    roles: Literal["targeted", "all"] = "targeted"
    role_q: Text | None = None

    def scope(self) -> Scope:
        """Return the scope."""
        return Scope.model_validate(self.model_dump(include=set(Scope.model_fields)))

    def narrowed(self) -> dict[str, object]:
        """Return the parameters that narrow, as an address holds them."""
        return self.model_dump(include=set(Scope.model_fields), exclude_defaults=True)
