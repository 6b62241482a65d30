"""Validation errors in words: what is wrong with a value, as a message of the catalogue."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from graph.errors import InvalidValueError
from graph.messages import Message, catalogue


def words_of_fault(error: Mapping[str, Any]) -> Message | None:
    """Return what a validator of ours, or pydantic word for word, says as a message; None where there is none."""
    params = error.get("ctx", {})
    if isinstance(fault := params.get("error"), InvalidValueError):
        return fault.message
    for key in (f"invalid.{error['type']}", f"invalid.{error['type']}_one"):
        if key in catalogue():
            with suppress(ValueError):  # a bound that is no number, such as a date
                said = Message(key, params)
                if str(said) == error["msg"]:
                    return _with_choices(said)
    return None


def _with_choices(said: Message) -> Message:
    """Return the message with the words that `expected` names one by one, as a language joins them."""
    choices = re.findall("'([^']*)'", str(said.params.get("expected", "")))
    return (
        Message(said.code, {**said.params, "choices": tuple(f"“{choice}”" for choice in choices)}) if choices else said
    )
