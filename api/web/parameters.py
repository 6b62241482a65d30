"""What pages may be asked: forms send empty fields, and addresses are passed on with parameters of others."""

from typing import Annotated, Any

from markupsafe import Markup
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from queries.parameters.description import describe
from queries.parameters.fields import bounds, longest
from queries.parameters.scope import FocusParameters, ScopeParameters
from queries.semantics.scope import Scope


class FormParameters(BaseModel):
    """The parameters of a page: an empty field counts as not asked, what is of other pages or sites is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, asked: Any) -> Any:  # noqa: ANN401 - whatever the address holds
        if not isinstance(asked, dict):
            return asked
        several = {
            name: [one for one in value if one != ""] for name, value in asked.items() if isinstance(value, list)
        }
        return {name: value for name, value in (asked | several).items() if value not in ("", None, [])}


def names_of_pages(form: type[FormParameters] = FormParameters) -> set[str]:
    """Return the names of the parameters that any page takes: an address is passed on from one to another."""
    return {*form.model_fields, *(name for below in form.__subclasses__() for name in names_of_pages(below))}


Text = Annotated[str, Field(max_length=200), AfterValidator(str.strip)]


class ScopeForm(FocusParameters, ScopeParameters, FormParameters):
    """What a page is narrowed to; what ends with `_q` is text that looks for it, in its picker."""

    institution_q: Text | None = None
    role_q: Text | None = None
    discipline_q: Text | None = None
    course_q: Text | None = None
    employer_q: Text | None = None
    host_q: Text | None = None
    cohort_q: Text | None = None
    infer_aims: bool = Field(False, description=describe("infer_aims"))

    def narrowed(self) -> dict[str, object]:
        """Return the parameters that narrow, as an address holds them."""
        changed = self.model_dump(include=set(Scope.model_fields), exclude_defaults=True)
        return {name: changed[name] for name in Scope.model_fields if name in changed}


def limits_of(form: FormParameters, name: str) -> Markup:
    """Return the bounds of a number, or of a text's length, as the attributes of its field."""
    field = type(form).model_fields[name]
    least, most = bounds(field)
    found = {"min": least, "max": most, "maxlength": longest(field)}
    return Markup(" ").join(Markup('{}="{:.0f}"').format(name, n) for name, n in found.items() if n is not None)
