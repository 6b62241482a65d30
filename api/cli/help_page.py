"""Help pages in the reader's language: what Typer itself words is worded by the catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from typer.core import TyperCommand, TyperGroup

from graph.messages.reader_language import reader_language, say

# What `rich_utils` of Typer calls the fixed words of a help page, and where the catalogue has them.
_FIXED = {
    "DEFAULT_STRING": "usage.default",
    "REQUIRED_LONG_STRING": "usage.required",
    "ARGUMENTS_PANEL_TITLE": "usage.arguments",
    "OPTIONS_PANEL_TITLE": "usage.options",
    "COMMANDS_PANEL_TITLE": "usage.commands",
}


class HelpfulCommand(TyperCommand):
    """A command whose help is in the reader's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - classes that Typer keeps to itself
        """Print the help."""
        with _fixed_words():
            super().format_help(ctx, formatter)

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """Write the line that says how the command is called."""
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - as above
        """Return the option `--help`."""
        return _worded(super().get_help_option(ctx))


class HelpfulGroup(TyperGroup):
    """A group of commands whose help is in the reader's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - classes that Typer keeps to itself
        """Print the help."""
        with _fixed_words():
            super().format_help(ctx, formatter)

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """Write the line that says how the group is called."""
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - as above
        """Return the option `--help`."""
        return _worded(super().get_help_option(ctx))


def _write_usage(command: HelpfulCommand | HelpfulGroup, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
    known = {"[OPTIONS]": say("usage.some_options"), "COMMAND [ARGS]...": say("usage.some_command")}
    pieces = [known.get(piece, piece) for piece in command.collect_usage_pieces(ctx)]
    formatter.write_usage(ctx.command_path, " ".join(pieces), say("usage.usage"))


def _worded(option: Any) -> Any:  # noqa: ANN401 - as above
    if option is not None:
        option.help = say("usage.help")
    return option


@contextmanager
def _fixed_words() -> Iterator[None]:
    """Let Typer print its fixed words in the reader's language: it reads them from a module when it prints."""
    if reader_language() == "en":
        yield
        return
    from typer import rich_utils  # noqa: PLC0415 - takes longer to load than commands do that print no help

    module = cast("Any", rich_utils)
    before = {name: getattr(module, name) for name in _FIXED}
    try:
        for name, key in _FIXED.items():
            setattr(module, name, say(key))
        yield
    finally:
        for name, words in before.items():
            setattr(module, name, words)
