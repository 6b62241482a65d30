"""The pages that the menu lists, in groups. A page that is added gets its line here."""

from typing import NamedTuple


class Entry(NamedTuple):
    """A page of the menu: its address below the first page, and the key of its name."""

    path: str
    name: str


class Group(NamedTuple):
    """Pages that serve one purpose."""

    name: str
    entries: tuple[Entry, ...]


GROUPS: tuple[Group, ...] = (
    Group("nav.ask", (Entry("", "nav.home"), Entry("gaps", "nav.gaps"), Entry("coverage", "nav.coverage"))),
    Group("nav.improve", (Entry("plan", "nav.plan"), Entry("what-if", "nav.what_if"))),
    Group(
        "nav.programme",
        (
            Entry("integration", "nav.integration"),
            Entry("allocation", "nav.allocation"),
            Entry("feedback", "nav.feedback"),
            Entry("enterprises", "nav.enterprises"),
        ),
    ),
    Group("nav.data", (Entry("search", "nav.search"), Entry("import", "nav.import"))),
)
