"""Control characters in texts: those that stand for Windows-1252 are mended, the others left out, and both counted."""

import re

from graph.properties import printable

_C1 = re.compile("[\x80-\x9f]")
_UNSEEN = "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_FORMAT = re.compile(f"[{_UNSEEN}]")
_STRAY = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff{_UNSEEN}]")


def mended(text: str) -> tuple[str, int]:
    r"""Return the text without stray control characters, and how many there were.

    Text of Windows-1252 that was taken for Latin-1 holds the controls U+0080 to U+009F in the place of quotation marks,
    dashes and the like. Signs that are not seen (spaces of no width, changes of direction) are left out, too. Line
    ends become line feeds.

    >>> mended("the student\x92s task \x96 once\x00")
    ('the student’s task – once', 3)
    """
    if text.isprintable():
        return text, 0
    stray = len(_STRAY.findall(text))
    return printable(_C1.sub(_of_windows, _FORMAT.sub("", text))), stray


def _of_windows(control: re.Match[str]) -> str:
    return control[0].encode("latin-1").decode("cp1252", "ignore")
