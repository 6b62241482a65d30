"""The page on notebooks lists every method; its programs are run from the wheel, by the tests of packaging."""

import re

from rolepath.library import Graph
from rolepath.library.question import Question
from tests.support.paths import DOCS

PAGE = (DOCS / "notebooks.md").read_text(encoding="utf-8")


def test_every_method_is_listed() -> None:
    """The table has every question, and no other."""
    table = PAGE.partition("| methods | |")[2].partition("\n\n")[0]
    listed = {word for row in table.splitlines() for word in re.findall(r"`(\w+)`", row.strip("| ").partition(" |")[0])}
    assert listed == {name for name, value in vars(Graph).items() if isinstance(value, Question)}
