"""Terminal output: Rich on a stream of any width, without colour where there is none, in any encoding."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

WIDEST = 160
"""Lines longer than this are hard to follow, however wide the terminal is."""

# What stands for a sign that the stream's encoding cannot carry; always one cell for one cell, so that columns stay.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("─━", "-"),
        **dict.fromkeys("│┃║", "|"),
        **dict.fromkeys("├└┌┐┘┤┬┴┼╭╮╰╯", "+"),
        **dict.fromkeys("▶→", ">"),
        "═": "=",
        "┄": ".",
        "┊": ":",
        "▼": "v",
        "◀": "<",
        "●": "*",
        "○": "o",
        "✗": "X",
        "✓": "+",
        "█": "#",
        "░": ".",
        "…": "~",
        "·": "-",
        "≥": ">",
        "–": "-",
        "—": "-",
        "’": "'",
    }
)


class Terminal:
    """A stream that people read, standard output or standard error."""

    def __init__(self, stream: TextIO) -> None:
        """Look at the stream; what it can show is asked once."""
        self._stream = stream
        self.console = Console(file=stream, highlight=False, markup=False, emoji=False)
        self.width = min(self.console.width, WIDEST)

    def show(self, *parts: RenderableType) -> None:
        """Write the parts one under the other; a text that is empty is an empty line."""
        with self.console.capture() as captured:
            for part in parts:
                self.console.print(part, width=self.width)
        self._write(captured.get())

    def say(self, *lines: Text) -> None:
        """Write lines that may be copied: the terminal breaks them where it must, this does not."""
        with self.console.capture() as captured:
            for words in lines:
                self.console.print(words, soft_wrap=True)
        self._write(captured.get())

    def _write(self, text: str) -> None:
        lines = (line.rstrip(" ") for line in text.split("\n"))
        self._stream.write(fitting("\n".join(lines), self._stream.encoding or "utf-8"))
        self._stream.flush()


def fitting(text: str, encoding: str) -> str:
    """Return the text as the encoding can carry it: signs by a plain one that is as wide, else a question mark.

    >>> fitting("✗ 岗位 ══▶ role", "ascii")
    'X ?? ==> role'
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        pass
    else:
        return text
    return "".join(
        c if _carries(encoding, c) else plain if _carries(encoding, plain := c.translate(_PLAIN)) else "?" for c in text
    )


def _carries(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def clean(text: str) -> str:
    r"""Return the text without characters that would move the cursor or colour the terminal.

    >>> clean("a\x1b[31mb")
    'a?[31mb'
    """
    if text.isprintable():
        return text
    return "".join("?" if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c != "\n" else c for c in text)


def line(*parts: str | tuple[str, str]) -> Text:
    """Return a line of text; a part is words, or words with their style."""
    text = Text()
    for part in parts:
        words, style = (part, "") if isinstance(part, str) else part
        text.append(clean(words), style)
    return text


def indented(text: Text, indent: int, width: int) -> list[Text]:
    """Return the text in lines of at most the width, each after the first indented so far."""
    console = Console(width=width, highlight=False, markup=False)
    first, *others = text.wrap(console, max(width, 10))
    if not others:
        return [first]
    rest = text[len(first.plain.rstrip()) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    wrapped = rest.wrap(console, max(width - indent, 10))
    return [first, *(Text(" " * indent).append_text(part) for part in wrapped)]


def table(*columns: tuple[str, dict[str, object]], rows: Iterable[Iterable[str | Text]] = ()) -> Table:
    """Return a table without a frame; a column is its heading, and how Rich is to lay it out."""
    found = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for name, layout in columns:
        found.add_column(name, **layout)  # type: ignore[arg-type]
    for row in rows:
        found.add_row(*(line(cell) if isinstance(cell, str) else cell for cell in row))
    return found


NUMBER: dict[str, object] = {"justify": "right", "no_wrap": True}
WORD: dict[str, object] = {"no_wrap": True}
FOLD: dict[str, object] = {"overflow": "fold"}
WIDE: dict[str, object] = {"ratio": 1, "overflow": "fold"}
ID: dict[str, object] = {"overflow": "fold", "style": "cyan"}


def padded(words: str, width: int, *, right: bool = False) -> str:
    """Return the words with spaces after them, or before, up to so many cells; a Chinese character takes two.

    >>> padded("岗位", 6), padded("role", 6, right=True)
    ('岗位  ', '  role')
    """
    spaces = " " * (width - cell_len(words))
    return spaces + words if right else words + spaces


def local_time(at: datetime) -> str:
    """Return a time as the reader's clock shows it, to the minute."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def bar(share: float | None, width: int = 20) -> Text:
    """Return the share, 0 to 1, as a bar; None, which is not to be said, as an empty one."""
    filled = 0 if share is None else round(share * width)
    if share and not filled:
        filled = 1
    return Text("█" * filled, "green").append("░" * (width - filled), "dim")


def percent(share: float | None) -> str:
    """Return the share as a percentage that does not round to all or nothing what is neither; - for None.

    >>> percent(0.126), percent(0.9999), percent(0.001), percent(1.0), percent(None)
    ('13%', '>99%', '<1%', '100%', '-')
    """
    if share is None:
        return "-"
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def number(value: float) -> str:
    """Return the number with at most two decimals, and marks for thousands.

    >>> number(0.9), number(0.5184), number(12000), number(3.0)
    ('0.9', '0.52', '12,000', '3')
    """
    return f"{value:,.2f}".rstrip("0").rstrip(".")
