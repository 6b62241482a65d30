"""Command-line options from the parameters of a question: one option a field, with its bounds, default and help."""

import inspect
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from api.cli.context import made, wanted
from queries.parameters.description import help_of
from queries.parameters.fields import bounds, choices, is_list, literal, parts, plain_type
from queries.parameters.scope import EvidenceParameters, RoleScopeParameters, ScopeParameters

Q = TypeVar("Q", bound=BaseModel)

NAMES = {
    "modes": ("--mode",),
    "time_limit_s": ("--time-limit",),
    "AlignQuery.limit": ("--limit", "--top"),
    "for_node": ("--for",),
}
"""The options that are not called as their field: one of several is named in the singular, units stand in the help."""
_METAVARS = {"q": "TEXT", "cursor": "NEXT", "max_hours": "HOURS", "time_limit_s": "SECONDS", "modes": "MODE"}
_FEW = 10
"""Bounds up to here are shown where the value stands."""
_PANELS: dict[type[BaseModel], str] = {
    ScopeParameters: help_of("help.ask_only_of"),
    EvidenceParameters: help_of("help.let_count_too"),
}


def option_names(model: type[BaseModel], name: str) -> tuple[str, ...]:
    """Return what the option of a field is called."""
    return NAMES.get(f"{model.__name__}.{name}") or NAMES.get(name) or ("--" + name.replace("_", "-"),)


def option(model: type[BaseModel], name: str) -> Any:  # noqa: ANN401 - what Typer returns
    """Return the option of one field, for a command that takes it by itself."""
    field = model.model_fields[name]
    least, most = bounds(field)
    return typer.Option(
        *option_names(model, name),
        min=least,
        max=most,
        metavar=_metavar(name, field),
        help=field.description,
        formats=["%Y-%m-%d"] if plain_type(field) is date else None,
        show_default=not is_list(field),
        rich_help_panel=_panel(model, name),
    )


def parameters_of(model: type[BaseModel]) -> Iterator[inspect.Parameter]:
    """Yield the parameters that make a query: arguments for what it must have, options for the rest."""
    for name, field in model.model_fields.items():
        if field.is_required() and not is_list(field):
            shown = _METAVARS.get(name, name.upper())
            annotation: Any = Annotated[str, typer.Argument(metavar=shown, help=field.description)]
            default: object = inspect.Parameter.empty
        else:
            annotation = Annotated[_shown_type(field), option(model, name)]
            default = inspect.Parameter.empty if field.is_required() else None if is_list(field) else field.default
        yield inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def query_of(model: type[Q], values: dict[str, Any]) -> Q:
    """Return the query that these options make.

    Raises:
        BadParameter: a value is out of range, or none of those that there are; the nearest is named.
    """
    given = {}
    for name, field in model.model_fields.items():
        value = values.pop(name)
        if value is not None and (field.is_required() or value != field.default):
            given[name] = _read(value, choices(field), option_names(model, name)[0])
    return made(model, **given)


def _shown_type(field: FieldInfo) -> Any:  # noqa: ANN401 - a type, or what types are made of
    """Return the type that Typer reads; words of enumerations and lists are text to it, and are checked here."""
    if is_list(field):
        return list[str] if field.is_required() else list[str] | None
    plain: Any = literal(field) or (datetime if plain_type(field) is date else plain_type(field))
    return plain if field.default is not None else plain | None


def _read(value: object, words: list[str], name: str) -> object:
    if isinstance(value, list):
        return tuple(_read(one, words, name) for one in value)
    if isinstance(value, datetime):
        return value.date()
    if words and isinstance(value, str):
        upper = value.upper()
        return wanted(upper if upper in words else value, words, name)
    return value


def _metavar(name: str, field: FieldInfo) -> str | None:
    kind, (least, most) = plain_type(field), bounds(field)
    if kind is bool or (literal(field) is not None and not is_list(field)):
        return None
    if kind in {int, float}:
        return (
            f"{least:g}..{most:g}"
            if least is not None and most is not None and most <= _FEW
            else _METAVARS.get(name, "N")
        )
    if kind is date:
        return "DATE"
    is_id = any(getattr(part, "__name__", "") == "NodeId" for part in parts(field.annotation))
    return _METAVARS.get(name, "ID" if is_id else name.upper())


def _panel(model: type[BaseModel], name: str) -> str | None:
    """Return the heading of the help that an option stands under; None for the one of all others."""
    if issubclass(model, RoleScopeParameters):
        return next((panel for group, panel in _PANELS.items() if name in group.model_fields), None)
    return None
