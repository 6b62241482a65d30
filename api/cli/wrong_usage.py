"""Usage errors: how a command was called wrongly, as a message of the catalogue."""

import typer

from graph.messages import Message, message
from graph.messages.message import Param, writable
from graph.messages.template_match import matched

_SECTIONS = ("usage_fault", "invalid")
"""Where the catalogue words what Typer, and pydantic within it, say in English."""


class WrongUsageError(typer.BadParameter):
    """A value that cannot be; `said` says why, in any language."""

    def __init__(self, said: Message, hint: str) -> None:
        """Keep what is wrong; `hint` is the option or argument as people write it."""
        super().__init__(str(said), param_hint=hint)
        self.said = said


def wrong_usage(key: str, hint: str, /, **params: Param) -> WrongUsageError:
    """Return the error to raise: the message of a key, and the option or argument that it is of."""
    return WrongUsageError(message(key, **params), hint)


def usage_message(error: typer.TyperException) -> Message:
    """Return what is wrong with how a command was called, and where."""
    if isinstance(error, WrongUsageError):
        return message("usage.of_value", hint=str(error.param_hint), reason=error.said)
    whole = writable(error.format_message())
    if isinstance(error, typer.BadParameter) and error.message:
        where = whole.removesuffix(error.message).removesuffix(": ")
        hint = where.removeprefix("Invalid value").removeprefix(" for ")
        reason = _of_typer(writable(error.message))
        return message("usage.of_value", hint=hint, reason=reason) if hint else message("usage.value", reason=reason)
    return _of_typer(whole)


def _of_typer(words: str) -> Message:
    found = matched(words, _SECTIONS)
    return message("problem.verbatim", text=words) if found is None else message(found.key, **found.params)
