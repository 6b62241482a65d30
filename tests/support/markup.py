"""Pages as tests look at them: parsed, with what stands in them by tag, and what is wrong with the markup."""

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import NamedTuple

_VOID = {"meta", "link", "input", "br", "col", "img", "hr"}


class Element(NamedTuple):
    """A tag with its attributes; an attribute without a value has an empty one."""

    tag: str
    has: dict[str, str]


class Page(HTMLParser):
    """A parsed page. `faults` names tags that are left open, or closed without having been opened.

    `unlabelled` holds the fields that no label names.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.faults: list[str] = []
        self.unlabelled: list[Element] = []
        self._open: list[str] = []
        self._ids: set[str] = set()
        self._texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is left open" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        self._ids |= {value or "" for name, value in attrs if name == "id"}
        if tag in {"input", "select"} and "label" not in self._open:
            self._note_unlabelled(self.elements[-1])
        if tag not in _VOID:
            self._open.append(tag)

    def _note_unlabelled(self, field: Element) -> None:
        if (others := field.has.get("aria-labelledby", "").split()) and self._ids.issuperset(others):
            return
        named = {has.get("for") for has in self.all("label")} - {None}
        if field.has.get("type") != "hidden" and field.has.get("id") not in named:
            self.unlabelled.append(field)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element, which is whole."""
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and what is still open within it."""
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1:]}")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self._texts.append((tuple(self._open), data))

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every element of a tag."""
        return [element.has for element in self.elements if element.tag == tag]

    def text(self, within: str = "body") -> str:
        """Return the text within a tag, white space folded."""
        return " ".join(" ".join(text for tags, text in self._texts if within in tags).split())

    @property
    def links(self) -> list[str]:
        """Where the page leads to."""
        return [has["href"] for has in self.all("a")]

    @property
    def inline(self) -> list[str]:
        """Scripts and styles that stand in the page itself."""
        found = [element.tag for element in self.elements if element.tag == "style"]
        found += ["script" for has in self.all("script") if "src" not in has]
        return found + [name for element in self.elements for name in _active(element.has)]


def _active(names: Iterable[str]) -> list[str]:
    return [name for name in names if name == "style" or name.startswith("on")]
