"""Logging: lines for people, or a JSON object a line, each with the id of the request that it belongs to."""

import faulthandler
import json
import logging
import random
import re
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, NamedTuple

from api.settings.service import ServiceSettings

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty outside of one."""

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_UNSEEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What a terminal obeys instead of showing it: control characters, and those that turn the text around."""
_TOLD_EVERY_S = 60.0
_TOLD = ("method", "path", "route", "status", "duration_ms", "key", "session", "subject", "address", "cached")
"""What a line about a request says, beside its message. Keys themselves and what was asked for are not in it."""


def id_for_request(header: str) -> str:
    """Return the id that a proxy gave the request, where it is harmless in a line; else a new one.

    An id tells requests apart and opens nothing, so that it need not be drawn from the system for each of them.
    """
    return header if header and _SAFE_ID.fullmatch(header) else f"{random.getrandbits(64):016x}"


class RareWarnings:
    """Warnings of what may go on for hours: one a minute for each cause, with how often it came since."""

    def __init__(self, log: logging.Logger) -> None:
        """Warn in this log."""
        self._log = log
        self._told: dict[str, _Mention] = {}

    def warning(self, said: str, *values: object) -> None:
        """Tell it, as `Logger.warning` does, unless it was told within the last minute."""
        cause, at = said % values, time.monotonic()
        known = self._told.get(cause)
        if known is not None and at - known.at < _TOLD_EVERY_S:
            self._told[cause] = _Mention(known.at, known.left_out + 1)
            return
        self._told = {other: told for other, told in self._told.items() if at - told.at < 2 * _TOLD_EVERY_S}
        self._told[cause] = _Mention(at, 0)
        if known is not None and known.left_out:
            self._log.warning("%s (%d times more since)", cause, known.left_out)
        else:
            self._log.warning("%s", cause)


class _Mention(NamedTuple):
    at: float
    left_out: int


def set_up_logging(settings: ServiceSettings) -> None:
    """Write what is logged to standard error, as the settings say, and where a process was that the system kills.

    For whole processes only.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else PlainLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    if (
        root.level > logging.DEBUG
    ):  # each try of a server that is away is an error to the driver; the service tells of it
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)
    if sys.__stderr__ is not None:
        # Of the thread that was hit: the others run on meanwhile, and to walk their frames may end the process by
        # another signal than the one that hit it.
        faulthandler.enable(sys.__stderr__, all_threads=False)


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, request_id, and what a line about a request says."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current_id := request_id.get():
            line["request_id"] = current_id
        line |= {name: vars(record)[name] for name in _TOLD if name in vars(record)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """A line for people. What a message holds can neither begin a line of its own, nor move or colour the terminal's.

    The lines that follow on an exception are set in.
    """

    def __init__(self) -> None:
        """Set the form."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return the line, with the request's id at its end."""
        current_id = request_id.get()
        text = _UNSEEN.sub(lambda sign: repr(sign[0])[1:-1], super().formatMessage(record))
        return f"{text} [{current_id}]" if current_id else text

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - as logging has it
        """Return the lines of an exception."""
        return "\n".join("    " + line for line in super().formatException(ei).splitlines())
