"""A page to print, in English and Chinese: title, sections, items and notes. It names no ids."""

from collections.abc import Sequence

from rich.text import Text

from api.cli.terminal import Terminal, bar, indented, line, percent
from graph.messages import Language, text
from queries.semantics.answers import NodeName

MOST_ITEMS = 5
"""How many items a section has on the page; `--json` has more."""


class Page:
    """A page being written: sections with items, each in lines of the terminal's width."""

    def __init__(self, out: Terminal, language: Language) -> None:
        self.out, self._language = out, language

    def say(self, key: str, **values: object) -> str:
        """Return the text of a key of the catalogue, in the page's language."""
        return text(key, self._language, **values)

    def title(self, *words: str) -> None:
        """Write the title, and what follows it less strongly."""
        for at, words_of_line in enumerate(words):
            self.out.show(line((words_of_line, "bold" if at == 0 else "dim")))

    def section(self, key: str, **values: object) -> None:
        """Begin a section with its heading."""
        self.out.show(Text(), line((self.say(key, **values), "bold")))

    def item(self, mark: str, *words: str | tuple[str, str]) -> None:
        """Write an item after its mark."""
        # Chinese has no spaces to break at: the mark is set beside the text, or it would stand alone.
        first, *others = indented(line(*words), 0, self.out.width - len(mark))
        self.out.show(line(mark).append_text(first), *(line(" " * len(mark)).append_text(part) for part in others))

    def note(self, indent: int, words: str, style: str = "") -> None:
        """Write a text that is indented as a whole."""
        self.out.show(*indented(line(" " * indent, (words, style)), indent, self.out.width))

    def share(self, share: float | None, words: str) -> None:
        """Write a share in per cent, its bar, and what it is a share of."""
        head = line((f"{percent(share):>5} ", "bold")).append_text(bar(share, 10)).append(" ")
        self.out.show(*indented(head.append(words), 17, self.out.width))

    def names(self, nodes: Sequence[NodeName], most: int = MOST_ITEMS, total: int | None = None) -> str:
        """Return the nodes' names as a list in words, cut to the most that are shown."""
        return self.listed([node.name for node in nodes], most, total)

    def listed(self, names: Sequence[str], most: int = MOST_ITEMS + 1, total: int | None = None) -> str:
        """Return at most so many names in a row, and how many more there are of `total` (not given: of the names)."""
        total = len(names) if total is None else total
        row, left = self.say("print.apart").join(names[:most]), total - len(names[:most])
        return self.say("list.and_more", names=row, left=left, total=total) if left > 0 else row

    def more(self, shown: int, total: int) -> str:
        """Return how many are left out; empty where none is."""
        return self.say("site.more", n=total - shown) if total > shown else ""

    def at(self, hosts: Sequence[NodeName]) -> str:
        """Return where, as words that follow a name; empty without hosts."""
        return self.say("print.at", names=self.names(hosts)) if hosts else ""
