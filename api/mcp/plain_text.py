"""Text that others wrote, made safe for assistants: without signs that are not seen, and quoted as data.

Source: OWASP Top 10 for LLM Applications 2025, LLM01 (prompt injection); Unicode Technical Report 36, section 3.
"""

import json
import re
from typing import Any

_HIDDEN = re.compile(
    "["
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\ue000-\uf8ff\ud800-\udfff"
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
    "]"
)
"""What Unicode calls ignorable by default, formatting, private or a surrogate: tags, and marks of direction."""
_BREAKS = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029]+")
"""Control characters and ends of lines."""


def plain(text: str) -> str:
    r"""Return the text in one line, without signs that are not seen or that turn it around.

    >>> plain("We\u202eld\U000e0041\n\x1b[31mrobots")
    'Weld [31mrobots'
    """
    return _BREAKS.sub(" ", _HIDDEN.sub("", text))


def plain_id(text: str) -> str:
    r"""Return an id in which each hidden sign shows as one that is no letter: it must not look like another id.

    >>> plain_id("k:weld\u200b")
    'k:weld\ufffd'
    """
    return _BREAKS.sub("\ufffd", _HIDDEN.sub("\ufffd", text))


def quoted(text: str) -> str:
    r"""Return the text in quotation marks, those within it escaped: where it ends is beyond doubt.

    >>> quoted('Weld"\n now')
    '"Weld\\" now"'
    """
    return json.dumps(plain(text), ensure_ascii=False)


def plain_values(value: Any, name: str = "") -> Any:  # noqa: ANN401 - any JSON
    """Return a JSON value whose texts are plain; `name` is that of its field."""
    if isinstance(value, str):
        return plain_id(value) if name == "id" or name.endswith("_id") else plain(value)
    if isinstance(value, dict):
        return {plain(key): plain_values(within, key) for key, within in value.items()}
    if isinstance(value, list):
        return [plain_values(within, name) for within in value]
    return value


def plain_json(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a JSON value whose texts are plain, written as the service writes it."""
    return json.dumps(plain_values(value), ensure_ascii=False, separators=(",", ":"))
