"""Validation errors in words: what is wrong with a value, as a message of the catalogue."""

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
                    return said
    return None
