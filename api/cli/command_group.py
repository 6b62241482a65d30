"""Command groups: their commands are loaded when they are asked for, so that one command loads no other."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial, wraps
from pkgutil import resolve_name
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from api.cli.command_table import CommandEntry
from api.cli.context import Common
from api.cli.help_page import HelpfulCommand, HelpfulGroup
from api.cli.options import AsJson, ReaderLanguage, StoreUrl, expand, in_reader_words
from graph.messages.reader_language import say

Command = TyperCommand | TyperGroup
Loaders = Mapping[str, Callable[[], Command]]


class LazyCommands(Mapping[str, Command]):
    """The commands of a group by name, in their order; each is loaded once, when it is first taken."""

    def __init__(self, loaders: Loaders) -> None:
        """Load none yet."""
        self._loaders = {name: cache(load) for name, load in loaders.items()}

    def __getitem__(self, name: str) -> Command:
        """Return the command."""
        return self._loaders[name]()

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._loaders)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._loaders)


def group(name: str, about: str, loaders: Loaders, panel: str | None = None) -> TyperGroup:
    """Return a group that shows its help where no command is named."""
    app = typer.Typer(name=name, cls=HelpfulGroup, help=about, no_args_is_help=True, add_completion=False)
    app.callback()(in_reader_words(_before))
    return _with_commands(app, loaders, panel)


def group_of(first: CommandEntry, entries: Iterable[CommandEntry], panel: str) -> TyperGroup:
    """Return a group that runs its first command where no other is named."""
    app = typer.Typer(name=first.name, cls=HelpfulGroup, add_completion=False)
    run = _unless_followed(_function(first))
    app.callback(invoke_without_command=True, help=_about(first), epilog=_epilog(first))(run)
    return _with_commands(app, commands(entries), panel)


def commands(entries: Iterable[CommandEntry], panel: str | None = None) -> Loaders:
    """Return what loads the commands."""
    return {entry.name: partial(_command, entry, panel) for entry in entries}


def _command(entry: CommandEntry, panel: str | None) -> Command:
    app = typer.Typer(add_completion=False)
    about, examples, run = _about(entry), _epilog(entry), expand(_function(entry))
    app.command(entry.name, cls=HelpfulCommand, help=about, epilog=examples, rich_help_panel=panel)(run)
    return cast("TyperCommand", typer.main.get_command(app))


def _with_commands(app: typer.Typer, loaders: Loaders, panel: str | None) -> TyperGroup:
    made = typer.main.get_group(app)
    made.commands = LazyCommands(loaders)  # type: ignore[assignment]  # nobody adds to a finished program
    made.rich_help_panel = panel
    return made


def _function(entry: CommandEntry) -> Callable[..., None]:
    return cast("Callable[..., None]", resolve_name(f"api.cli.commands.{entry.place}"))


def _about(entry: CommandEntry) -> str:
    """Return what the command does: in English as its function says it, a test compares."""
    return say(f"command_about.{entry.place.partition(':')[2]}")


def _epilog(entry: CommandEntry) -> str:
    examples = "\n\n".join(f"rolepath {words}" for words in entry.examples)
    return f"{say('help.examples')}\n\n{examples}"


def _before(
    context: typer.Context, store: StoreUrl = None, as_json: AsJson = False, lang: ReaderLanguage = None
) -> None:
    """Keep the options that were given before the command's name."""
    root = context.find_root()
    root.obj = Common(store, as_json, lang).over(root.obj)


def _unless_followed(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command as the callback of a group: it runs where none of the group's own commands is named."""
    alone = expand(command)

    @wraps(alone)
    def run(context: typer.Context, **values: Any) -> None:  # noqa: ANN401 - options of any type
        if context.invoked_subcommand is None:
            alone(context=context, **values)
        else:
            _before(context, values["store"], as_json=values["as_json"], lang=values["lang"])

    return run
