"""A page to print, in English and Chinese: title, sections, items and notes. It names no ids."""

from collections.abc import Sequence

from rich.text import Text

from api.cli.render.print_words import Language, Wording
from api.cli.terminal import Terminal, bar, indented, line, percent
from queries.semantics.answers import NodeName

MOST_ITEMS = 5
"""How many items a section has on the page; `--json` has more."""


class Page:
    """A page being written: sections with items, each in lines of the terminal's width."""

    def __init__(self, out: Terminal, language: Language) -> None:
        self.out, self.say = out, Wording(language)

    def title(self, *words: str) -> None:
        """Write the title, and what follows it less strongly."""
        for at, text in enumerate(words):
            self.out.show(line((text, "bold" if at == 0 else "dim")))

    def section(self, phrase: str, **values: object) -> None:
        """Begin a section with its heading."""
        self.out.show(Text(), line((self.say(phrase, **values), "bold")))

    def item(self, mark: str, *words: str | tuple[str, str]) -> None:
        """Write an item after its mark."""
        # Chinese has no spaces to break at: the mark is set beside the text, or it would stand alone.
        first, *others = indented(line(*words), 0, self.out.width - len(mark))
        self.out.show(line(mark).append_text(first), *(line(" " * len(mark)).append_text(part) for part in others))

    def note(self, indent: int, text: str, style: str = "") -> None:
        """Write a text that is indented as a whole."""
        self.out.show(*indented(line(" " * indent, (text, style)), indent, self.out.width))

    def share(self, share: float | None, text: str) -> None:
        """Write a share in per cent, its bar, and what it is a share of."""
        head = line((f"{percent(share):>5} ", "bold")).append_text(bar(share, 10)).append(" ")
        self.out.show(*indented(head.append(text), 17, self.out.width))

    def names(self, nodes: Sequence[NodeName], most: int = MOST_ITEMS, total: int | None = None) -> str:
        """Return the nodes' names as a list in words, cut to the most that are shown."""
        return self.say.listed([node.name for node in nodes], most, total)

    def at(self, hosts: Sequence[NodeName]) -> str:
        """Return where, as words that follow a name; empty without hosts."""
        return self.say("at", names=self.names(hosts)) if hosts else ""
