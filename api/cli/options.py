"""Shared command-line options, and how a command is given them as one value."""

import inspect
import os
import sys
from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Annotated, Any, Literal, NamedTuple, TypeGuard, get_args, get_origin

import typer
from pydantic import BaseModel

from api.cli.context import CommandRun, Common
from api.cli.query_options import option, parameters_of, query_of
from api.cli.table_options import TableOptions
from graph.messages.reader_language import reader_language
from queries.parameters.description import describe, help_of, in_words
from queries.parameters.page import EVERY_ROW, PageParameters, with_every_row

_HAS_PAST = "_has_past"
READER_GONE = 141
"""The exit status that shells give to what a closed pipe ended."""
_EVERYWHERE = help_of("help.of_every_command")

StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help=describe("command_store"),
        rich_help_panel=_EVERYWHERE,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=describe("command_json"), rich_help_panel=_EVERYWHERE)]
Language = Annotated[Literal["en", "zh"], typer.Option("--lang", help=describe("command_lang"))]
"""The language of the names of an answer: as asked for, else the reader's; of documents and tables English."""
ReaderLanguage = Annotated[
    Literal["en", "zh"] | None,
    typer.Option("--lang", help=describe("command_lang"), rich_help_panel=_EVERYWHERE, show_default=False),
]
Revision = Annotated[
    int | None,
    typer.Option(
        "--revision",
        min=0,
        max=2**53,
        metavar="N",
        help=describe("revision"),
        rich_help_panel=_EVERYWHERE,
        show_default=False,
    ),
]
Limit = Annotated[int, option(PageParameters, "limit")]
Cursor = Annotated[str | None, option(PageParameters, "cursor")]
DisciplineId = Annotated[str, typer.Argument(metavar="DISCIPLINE", help=describe("command_discipline"))]
EnterpriseId = Annotated[str, typer.Argument(metavar="ENTERPRISE", help=describe("command_enterprise"))]


class PastOptions(NamedTuple):
    """Of which revision every question may be asked."""

    revision: Revision = None


class CommonOptions(NamedTuple):
    """Which store, and how to answer: as a document or to people, in which language."""

    store: StoreUrl = None
    as_json: AsJson = False
    lang: ReaderLanguage = None


def with_past(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command, which may be asked of an earlier revision though its answer is in no language."""
    setattr(command, _HAS_PAST, True)
    return command


def expand(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command as Typer takes it: each bundle, and each query, as its options; and the common ones.

    A bundle is a named tuple of options; a query is the model of a question's parameters.
    """
    signature = inspect.signature(command, eval_str=True)
    bundles = {p.name: p.annotation for p in signature.parameters.values() if _is_bundle(p.annotation)}
    own = [
        p.replace(kind=p.KEYWORD_ONLY)
        for p in signature.parameters.values()
        if p.name not in bundles and p.annotation is not CommandRun
    ]
    # What answers in a language is a question, and has a past.
    answers = "lang" in signature.parameters
    has_past = answers or getattr(command, _HAS_PAST, False)
    own = [p for p in own if p.name != "lang"]
    past = [PastOptions] if has_past else []
    more = [p for bundle in [*bundles.values(), *past, CommonOptions] for p in _parameters(bundle)]

    def run(context: typer.Context, **values: Any) -> None:  # noqa: ANN401 - options of any type
        common = Common(**_taken(CommonOptions, values)).over(context.find_root().obj)
        bundled = {name: _made(bundle, values) for name, bundle in bundles.items()}
        tables = [one for one in bundled.values() if isinstance(one, TableOptions) and one.chosen]
        ask = CommandRun(common, context.command_path)
        ask.revision = values.pop("revision", None)
        if answers:
            # Scripts read documents and tables: what these hold depends on no locale.
            values["lang"] = common.lang or ("en" if ask.as_json or tables else reader_language())
        try:
            for table in tables:
                _prepare(table, ask, context, bundled, values)
            command(ask, **bundled, **values)
        except BrokenPipeError:  # such as `rolepath gaps | head -1`
            # What is left in the buffer must not go to the closed pipe when the process ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(READER_GONE) from None
        finally:
            ask.close()

    context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    parameters = [context, *map(_in_reader_words, [*own, *more])]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return run


def _in_reader_words(parameter: inspect.Parameter) -> inspect.Parameter:
    """Return the parameter with its help, and the heading that this stands under, in the reader's language."""
    if get_origin(parameter.annotation) is not Annotated:
        return parameter
    plain, info = get_args(parameter.annotation)
    worded = copy(info)
    for name in ("help", "rich_help_panel"):
        said = getattr(worded, name, None)
        if said:
            setattr(worded, name, in_words(said, reader_language()))
    return parameter.replace(annotation=Annotated[plain, worded])


def in_reader_words(callback: Callable[..., None]) -> Callable[..., None]:
    """Return the callback of a group with the help of its options in the reader's language."""
    signature = inspect.signature(callback, eval_str=True)

    @wraps(callback)
    def run(*args: Any, **values: Any) -> None:  # noqa: ANN401 - options of any type
        callback(*args, **values)

    parameters = [_in_reader_words(p) for p in signature.parameters.values()]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return run


def _prepare(
    table: TableOptions, ask: CommandRun, context: typer.Context, bundled: dict[str, Any], values: dict[str, Any]
) -> None:
    """Check where a table is to go, and ask for every row of it, unless the command line says how many."""
    queries = [one for one in bundled.values() if isinstance(one, BaseModel)]
    cursors = (values.get("cursor"), *(getattr(one, "cursor", None) for one in queries))
    table.check(as_json=ask.as_json, cursor=next((one for one in cursors if one), None))
    source = context.get_parameter_source("limit")
    stated = source is not None and source.name == "COMMANDLINE"
    if "limit" in values and not stated:
        values["limit"] = EVERY_ROW
    for name, one in bundled.items():
        if isinstance(one, BaseModel):
            bundled[name] = with_every_row(one, stated=stated)


def _is_bundle(annotation: object) -> bool:
    return _is_query(annotation) or (
        isinstance(annotation, type) and issubclass(annotation, tuple) and hasattr(annotation, "_fields")
    )


def _is_query(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _made(bundle: type[Any], values: dict[str, Any]) -> object:
    return query_of(bundle, values) if _is_query(bundle) else bundle(**_taken(bundle, values))


def _taken(bundle: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    return {name: values.pop(name) for name in bundle._fields}


def _parameters(bundle: type[Any]) -> list[inspect.Parameter]:
    if _is_query(bundle):
        return [*parameters_of(bundle)]
    return [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=bundle._field_defaults[name], annotation=annotation
        )
        for name, annotation in inspect.get_annotations(bundle, eval_str=True).items()
    ]
