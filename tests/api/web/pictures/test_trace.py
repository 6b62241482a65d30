"""The picture of a trace: every card in its place, every tie drawn, what is broken crossed."""

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.pictures.layout import COLUMN, WIDTH, Card, CardContent, Picture, draw, fit
from api.web.pictures.trace import FIRST_CARDS, OWN, picture_of
from api.web.texts import words_in
from graph.snapshot.snapshot import Snapshot
from queries.trace import trace_competency
from queries.trace_links import find_ties
from tests.support.factory import graph_of

TITLES = st.text(min_size=1, max_size=80).filter(lambda text: bool(text.split()))
COLUMNS = st.tuples(*(st.lists(TITLES, min_size=1, max_size=12) for _ in range(4)))


def drawn(snapshot: Snapshot, competency: str = "c1") -> Picture:
    trace = trace_competency(snapshot, competency)
    return picture_of(trace, find_ties(snapshot, trace), words_in("en"))


def titles(picture: Picture, column: int) -> list[str]:
    return [card.entry.title for card in picture.cards if card.column == column]


def ties(picture: Picture, kind: str) -> set[tuple[str, str]]:
    return {(line.start, line.end) for line in picture.lines if line.kind == kind}


def overlap(one: Card, other: Card) -> bool:
    return one.column == other.column and one.y < other.y + other.height and other.y < one.y + one.height


@given(COLUMNS)
def test_cards_keep_apart_and_within(columns: tuple[list[str], ...]) -> None:
    """No card covers another one, and all are within the picture."""
    picture = draw(
        [[CardContent(f"{at}:{n}", title) for n, title in enumerate(column)] for at, column in enumerate(columns)], []
    )
    assert not any(overlap(one, other) for one, other in combinations(picture.cards, 2))
    assert all(card.x >= 0 and card.x + COLUMN <= WIDTH + 0.1 for card in picture.cards)
    assert all(card.y >= 0 and card.y + card.height <= picture.height for card in picture.cards)


@given(st.text(max_size=300), st.integers(1, 3))
def test_text_is_cut_to_its_lines(text: str, most: int) -> None:
    """What is shown begins as the text does; what is left out is marked."""
    lines = fit(text, 13, 180, most)
    plain = re.sub(r"\s+", "", text)
    shown = re.sub(r"\s+", "", "".join(lines))
    assert 1 <= len(lines) <= most
    assert shown == plain or (shown.endswith("…") and plain.startswith(shown[:-1]))


def test_direct_chain_is_drawn_as_ties() -> None:
    """Whatever applies, prepares and belongs is tied; the best chain is marked."""
    picture = drawn(
        graph_of(
            "k1 DEVELOPS c1",
            "t1 PRACTISES c1",
            "t1 APPLIES k1",
            "t1 PREPARES_FOR j1",
            "j1 REQUIRES c1",
            "r1 HAS_RESPONSIBILITY j1",
        )
    )
    assert ties(picture, "tied") == {("k1", "t1"), ("t1", "j1"), ("j1", "r1")}
    assert all(line.is_best for line in picture.lines)
    assert picture.spots == []


def test_indirect_chain_meets_in_a_spot() -> None:
    """Where no task applies the unit, both only share the competency."""
    picture = drawn(graph_of("k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1"))
    assert {("k1", "m0"), ("m0", "t1"), ("t1", "m1"), ("m1", OWN)} == ties(picture, "shared")
    assert ties(picture, "tied") == {(OWN, "r1")}


@pytest.mark.parametrize(
    ("lines", "crosses", "said"),
    [
        (["k1 DEVELOPS c1", "r1 REQUIRES c1"], {"x0", "x1"}, {1: "No training task practises it"}),
        (["t1 PRACTISES c1", "r1 REQUIRES c1"], {"x0"}, {0: "No knowledge unit develops it"}),
        (["r1 REQUIRES c1"], {"x0", "x1"}, {0: "No knowledge unit develops it", 1: "No training task practises it"}),
        (["k1 DEVELOPS c1", "t1 PRACTISES c1"], {"x1", "x2"}, {3: "No position requires it"}),
        (["c1"], {"x0", "x1", "x2"}, {2: "No responsibility requires it"}),
    ],
)
def test_break_is_crossed(lines: list[str], crosses: set[str], said: dict[int, str]) -> None:
    """An empty stage is a card of its own that says so, and the way to it and from it is crossed."""
    picture = drawn(graph_of(*lines))
    assert {spot.key for spot in picture.spots if spot.kind == "cross"} == crosses
    for column, text in said.items():
        assert titles(picture, column) == [text]


def test_responsibility_of_no_role_is_said() -> None:
    """A responsibility that no role has stands alone, with its reason."""
    picture = drawn(graph_of("k1 DEVELOPS c1", "t1 PRACTISES c1", "j1 REQUIRES c1", "r1 REQUIRES c1"))
    (orphan,) = [card.entry for card in picture.cards if card.entry.kind == "orphan"]
    assert (orphan.key, orphan.note) == ("j1", "No position requires it")


def test_many_units_are_grouped_by_course() -> None:
    """Above twelve cards, units stand together by their course; every unit is counted once."""
    lines = [f"k{n} DEVELOPS c1" for n in range(30)] + [f"co{n % 3} COVERS k{n}" for n in range(29)]
    picture = drawn(graph_of(*lines, "t1 APPLIES k7", "t1 PRACTISES c1"))
    groups = [card.entry for card in picture.cards if card.column == 0]
    assert sorted(group.note for group in groups if group.kind == "group") == ["10 units", "10 units", "9 units"]
    assert len(groups) == 4
    assert ("group:co1", "t1") in ties(picture, "tied")


def test_what_cannot_be_grouped_is_cut() -> None:
    """Without courses to group by, the first are shown and the rest counted; the best chain's always is."""
    lines = [f"k{n:02} DEVELOPS c1 {0.9 - n / 100:.2f}" for n in range(30)]
    picture = drawn(
        graph_of(
            *lines,
            "t1 PRACTISES c1",
            "t1 APPLIES k29",
            "r1 REQUIRES c1",
            "r1 HAS_RESPONSIBILITY j1",
            "t1 PREPARES_FOR j1",
        )
    )
    shown = [card.entry for card in picture.cards if card.column == 0]
    assert len(shown) == FIRST_CARDS + 1
    assert shown[0].key == "k29"
    assert shown[-1].title == "23 further ones, in the tables"


def test_what_nobody_records_is_not_said_at_each() -> None:
    """Four tasks without a host say nothing of hosts; once one has a host, the others say that they have none."""
    lines = [f"t{n} PRACTISES c1" for n in range(4)]
    notes = {card.entry.note for card in drawn(graph_of(*lines)).cards if card.column == 1}
    assert notes == {""}
    notes = {card.entry.note for card in drawn(graph_of(*lines, "e1 HOSTS t1")).cards if card.column == 1}
    assert notes == {"no host recorded", "at name of e1"}
