"""Navigation menu: the pages that it lists, in groups. A page that is added gets its line here."""

from typing import NamedTuple


class MenuEntry(NamedTuple):
    """A page of the menu: its address below the first page, and the key of its name."""

    path: str
    name: str


class MenuGroup(NamedTuple):
    """Pages that serve one purpose."""

    name: str
    entries: tuple[MenuEntry, ...]


GROUPS: tuple[MenuGroup, ...] = (
    MenuGroup(
        "nav.ask",
        (
            MenuEntry("", "nav.home"),
            MenuEntry("gaps", "nav.gaps"),
            MenuEntry("follow-ups", "follow_ups.title"),
            MenuEntry("coverage", "nav.coverage"),
            MenuEntry("compare", "nav.compare"),
        ),
    ),
    MenuGroup(
        "nav.improve",
        (MenuEntry("training", "training.title"), MenuEntry("plan", "nav.plan"), MenuEntry("what-if", "nav.what_if")),
    ),
    MenuGroup(
        "nav.programme",
        (
            MenuEntry("matrix", "nav.matrix"),
            MenuEntry("benchmark", "benchmark.title"),
            MenuEntry("integration", "nav.integration"),
            MenuEntry("allocation", "nav.allocation"),
            MenuEntry("feedback", "nav.feedback"),
            MenuEntry("enterprises", "nav.enterprises"),
        ),
    ),
    MenuGroup(
        "nav.data",
        (
            MenuEntry("proposals", "proposals_page.title"),
            MenuEntry("review", "review_page.title"),
            MenuEntry("search", "nav.search"),
            MenuEntry("import", "nav.import"),
        ),
    ),
)
