"""XML as text: attributes and content of an element, escaped, for documents that are written piece by piece."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

_BREAKS = {"\n": "&#10;", "\r": "&#13;", "\t": "&#09;"}


def attributes(values: Mapping[str, str | int | float]) -> str:
    """Return the attributes of an element, each with a space before it.

    >>> attributes({"id": 7, "label": 'a "<b>"'})
    ' id="7" label="a &quot;&lt;b&gt;&quot;"'
    """
    quoted = {'"': "&quot;", **_BREAKS}
    return "".join(f' {name}="{escape(str(value), quoted)}"' for name, value in values.items())


def content(value: str | int | float) -> str:
    """Return what stands within an element; a carriage return is written so that it stays one."""
    return escape(str(value), {"\r": "&#13;"})
