"""Text of HTML: what a learning platform keeps as HTML, as the lines that a reader of the page sees.

In time of the length, whatever it holds: the parser of the standard library is not on tags that are left open.
"""

import html as entities
import re

_BLOCKS = frozenset(
    (
        *("p", "div", "br", "hr", "ul", "ol", "li", "table", "tr", "blockquote", "pre", "section", "article"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd"),
    )
)
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(?:[\s/][^<>]*)?>|<[!?][^<>]*>", re.IGNORECASE)
_NO_CHARACTER = re.compile(r"&#[0-9]{8,};?|&#x[0-9a-f]{7,};?", re.IGNORECASE)


def text_of_html(html: str) -> str:
    r"""Return the text, a line for each paragraph; what is no HTML comes back without white space around it.

    >>> text_of_html("<p>Fit&nbsp;sensors &amp; check</p><ul><li>one</li></ul>")
    'Fit sensors & check\n- one'
    >>> text_of_html(" a < b ")
    'a < b'
    """
    if "<" not in html and "&" not in html:
        return html.strip()
    seen = " ".join(_UNSEEN.sub("", html).split())
    text = entities.unescape(_NO_CHARACTER.sub("\ufffd", _TAG.sub(_as_text, seen)))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line not in {"", "-"})


def _as_text(tag: re.Match[str]) -> str:
    name = (tag[2] or "").lower()
    if name not in _BLOCKS:
        return ""
    return "\n- " if name == "li" and not tag[1] else "\n"
