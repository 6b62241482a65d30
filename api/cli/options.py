"""Options that several commands share, and how a command is given them as one value."""

import inspect
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from api.cli.context import CommandRun, Common, made

if TYPE_CHECKING:
    from queries.semantics.scope import Scope

READER_GONE = 141
"""The exit status that shells give to what a closed pipe ended."""
_EVERYWHERE = "Of every command"
_SCOPE = "Ask only of"
_WIDEN = "Let count too"

StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="Which store: sqlite:///relative.db or sqlite:////absolute.db. Default: ROLEPATH_STORE, else your own.",
        rich_help_panel=_EVERYWHERE,
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document, as REST answers.", rich_help_panel=_EVERYWHERE)
]
Language = Annotated[Literal["en", "zh"], typer.Option("--lang", help="Names in English or in Chinese.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, metavar="N", help="How many are listed.")]
Cursor = Annotated[
    str | None, typer.Option("--cursor", metavar="NEXT", help="Go on with a list: the `next` of the page before.")
]
Have = Annotated[
    list[str] | None, typer.Option("--have", metavar="ID", help="A competency, unit or task held already; repeatable.")
]
EnterpriseId = Annotated[str, typer.Argument(metavar="ENTERPRISE", help="The enterprise, campus base or incubator.")]
DisciplineId = Annotated[str | None, typer.Option("--discipline", metavar="ID", help="Only this, and all below it.")]
Roles = Annotated[
    Literal["targeted", "all"],
    typer.Option("--roles", help="In a discipline that targets roles: only those, or all.", rich_help_panel=_SCOPE),
]


class CommonOptions(NamedTuple):
    """Which store, and how to answer."""

    store: StoreUrl = None
    as_json: AsJson = False


class ScopeOptions(NamedTuple):
    """What a question is narrowed to."""

    discipline: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="What a discipline teaches, and the training it schedules.", rich_help_panel=_SCOPE
        ),
    ] = None
    course: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="What a course teaches, and the training it schedules.", rich_help_panel=_SCOPE
        ),
    ] = None
    role: Annotated[str | None, typer.Option(metavar="ID", help="What this role requires.", rich_help_panel=_SCOPE)] = (
        None
    )
    employer: Annotated[
        str | None, typer.Option(metavar="ID", help="The roles that an enterprise employs.", rich_help_panel=_SCOPE)
    ] = None
    host: Annotated[
        str | None, typer.Option(metavar="ID", help="The training that a host gives.", rich_help_panel=_SCOPE)
    ] = None
    term: Annotated[
        int | None,
        typer.Option(min=1, max=1000, metavar="N", help="What is due by this term.", rich_help_panel=_SCOPE),
    ] = None
    min_weight: Annotated[
        float, typer.Option(min=0, max=1, metavar="0..1", help="Links at least so strong.", rich_help_panel=_SCOPE)
    ] = 0.0

    def scope(
        self, roles: Literal["targeted", "all"] = "targeted", widened: "WideningOptions | None" = None
    ) -> "Scope":
        """Return the scope that these options make."""
        from queries.semantics.scope import Scope  # noqa: PLC0415 - `--help` does not need it

        return made(Scope, **self._asdict(), **(widened or WideningOptions())._asdict(), roles=roles)


class WideningOptions(NamedTuple):
    """What else counts besides what is stated of a competency itself."""

    infer: Annotated[
        bool,
        typer.Option(
            "--infer",
            help="Tasks practise what the responsibilities that they prepare for require.",
            rich_help_panel=_WIDEN,
        ),
    ] = False
    close: Annotated[
        bool, typer.Option("--close", help="What is close to a competency counts for it.", rich_help_panel=_WIDEN)
    ] = False
    roll_up: Annotated[
        bool, typer.Option("--roll-up", help="Narrower competencies count for the broader.", rich_help_panel=_WIDEN)
    ] = False
    roll_up_share: Annotated[
        float,
        typer.Option(metavar="0..1", help="With --roll-up: if at least this share is covered.", rich_help_panel=_WIDEN),
    ] = 0.5


def expand(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command as Typer takes it: each bundle of options as its options, `ask` as what is common to all."""
    signature = inspect.signature(command, eval_str=True)
    bundles = {p.name: p.annotation for p in signature.parameters.values() if _is_bundle(p.annotation)}
    own = [
        p.replace(kind=p.KEYWORD_ONLY)
        for p in signature.parameters.values()
        if p.name not in bundles and p.annotation is not CommandRun
    ]
    more = [p for bundle in [*bundles.values(), CommonOptions] for p in _parameters(bundle)]

    def run(context: typer.Context, **values: object) -> None:
        def taken(bundle: type[Any]) -> dict[str, Any]:
            return {name: values.pop(name) for name in bundle._fields}

        common = Common(**taken(CommonOptions))
        bundled = {name: bundle(**taken(bundle)) for name, bundle in bundles.items()}
        ask = CommandRun(common.over(context.find_root().obj))
        try:
            command(ask, **bundled, **values)
        except BrokenPipeError:  # such as `rolepath gaps | head -1`
            # What is left in the buffer must not go to the closed pipe when the process ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(READER_GONE) from None
        finally:
            ask.close()

    context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    parameters = [context, *own, *more]
    run.__doc__ = command.__doc__
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return run


def _is_bundle(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, tuple) and hasattr(annotation, "_fields")


def _parameters(bundle: type[Any]) -> list[inspect.Parameter]:
    return [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=bundle._field_defaults[name], annotation=annotation
        )
        for name, annotation in inspect.get_annotations(bundle, eval_str=True).items()
    ]
