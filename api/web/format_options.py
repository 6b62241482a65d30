"""Form fields for the options of a format, from the one table of formats."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from api.jobs.formats import Format
from api.web.texts import Words
from graph.errors import InputError
from graph.messages import message
from graph.model import Frozen


class FormField(NamedTuple):
    """A field: `sort` is number, tick, choice or text; `least` and `most` bound a number."""

    name: str
    sort: str
    default: str
    is_required: bool
    least: float | None
    most: float | None
    choices: tuple[str, ...]


def fields_of(kind: Format) -> list[FormField]:
    """Return the fields for the options of a format, in the order of the table."""
    schema = kind.options.model_json_schema()
    required = schema.get("required", ())
    return [_field(name, about, is_required=name in required) for name, about in schema.get("properties", {}).items()]


def read_options(kind: Format, given: Mapping[str, str], t: Words) -> Frozen:
    """Return the options that a form gives; an empty field is not given.

    Raises:
        InputError: one is missing, or is out of range.
    """
    told = {name: given[name] for name in kind.options.model_fields if given.get(name)}
    try:
        return kind.options.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        name = message(f"option.{first['loc'][0]}")
        raise InputError(message("place.reason", place=name, reason=first["msg"])) from None


def _field(name: str, about: Mapping[str, Any], *, is_required: bool) -> FormField:
    kinds = about.get("anyOf", [about])
    choices = next((tuple(kind["enum"]) for kind in kinds if "enum" in kind), ())
    sorts = {"number": "number", "integer": "number", "boolean": "tick"}
    default = about.get("default")
    return FormField(
        name=name,
        sort="choice" if choices else next((sorts[kind["type"]] for kind in kinds if kind["type"] in sorts), "text"),
        default="" if default in {None, False} else f"{default:g}" if isinstance(default, float) else str(default),
        is_required=is_required,
        least=next((kind["minimum"] for kind in kinds if "minimum" in kind), None),
        most=next((kind["maximum"] for kind in kinds if "maximum" in kind), None),
        choices=choices,
    )
