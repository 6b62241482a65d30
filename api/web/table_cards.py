"""Tables as cards: on a phone each row is a card, whose cells say themselves which column they are of.

A browser that shows a table otherwise than as one no longer tells its parts to assistive technology; their roles do.
"""

import re
from html import unescape
from itertools import count

from markupsafe import Markup, escape

_TABLE = re.compile(r'(<div class="scroll"[^>]*>\s*)<table([^>]*)>(.*?)</table>', re.DOTALL)
_HEAD = re.compile(r"<thead>(.*?)</thead>", re.DOTALL)
_HEADING = re.compile(r"<(th|td)\b([^>]*)>(.*?)</\1>", re.DOTALL)
_PART = re.compile(r"<(thead|tbody|tr|th|td)\b([^>]*)>")
_SPAN = re.compile(r'\bcolspan="(\d+)"')
_TAG = re.compile(r"<[^>]*>")
_OWN_WAY = re.compile(r'class="[^"]*\b(?:tight|as-table)\b')
"""Tables that are shown on a phone in a way of their own."""


def as_cards(markup: str) -> Markup:
    """Return a page's markup, in which every table that may be scrolled can be shown as cards."""
    return Markup(_TABLE.sub(_carded, str(markup)))  # noqa: S704 - what templates made; labels are escaped


def _carded(found: "re.Match[str]") -> str:
    before, attributes, inner = found.groups()
    head = _HEAD.search(inner)
    if head is None or _OWN_WAY.search(attributes):
        return found[0]
    labels, at = _labels(head[1]), count()

    def described(part: "re.Match[str]") -> str:
        nonlocal at
        tag, own = part.groups()
        if tag in {"thead", "tbody"}:
            return f'<{tag} role="rowgroup"{own}>'
        if tag == "tr":
            at = count()
            return f'<tr role="row"{own}>'
        if part.start() < head.end():
            return f'<{tag} role="{"columnheader" if tag == "th" else "cell"}"{own}>'
        first = next(at)
        for _ in range(_width(own) - 1):
            next(at)
        label = labels[first] if first < len(labels) and first else ""
        named = f' data-label="{label}"' if label else ""
        return f'<{tag} role="{"rowheader" if tag == "th" else "cell"}"{named}{own}>'

    return f'{before}<table role="table" data-cards{attributes}>{_PART.sub(described, inner)}</table>'


def _labels(head: str) -> list[str]:
    """Return what each column is called; empty below a picture, and from the second under one heading on."""
    labels: list[str] = []
    for tag, attributes, content in _HEADING.findall(head):
        text = escape(unescape(" ".join(_TAG.sub("", content).split()))) if tag == "th" else ""
        labels += [str(text), *[""] * (_width(attributes) - 1)]
    return labels


def _width(attributes: str) -> int:
    span = _SPAN.search(attributes)
    return int(span[1]) if span else 1
