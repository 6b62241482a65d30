"""Near matches of ids, and the search through names, against going through all of them."""

import random
import string
import uuid
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from rapidfuzz import fuzz, process

from graph.errors import NotFoundError
from graph.model import NodeId, Source, fold
from graph.snapshot import near_ids
from graph.snapshot.compile import compile_rows
from graph.snapshot.folded_text import ABSENT, BEGINNING, EXACT, WITHIN
from graph.snapshot.snapshot import Snapshot
from tests.support.factory import graph_of

MISTAKES: dict[str, Callable[[str, random.Random], str]] = {
    "two letters swapped": lambda text, chance: _at(text, chance, lambda a, b: b + a),
    "one letter wrong": lambda text, chance: _at(text, chance, lambda _, b: chance.choice("0123456789abcdef") + b),
    "one letter missing": lambda text, chance: _at(text, chance, lambda _, b: b),
    "one letter too many": lambda text, chance: _at(text, chance, lambda a, b: a + chance.choice("0af") + b),
    "prefix missing": lambda text, _: text.partition(":")[2],
    "prefix wrong": lambda text, _: f"other:{text.partition(':')[2]}",
    "another case": lambda text, _: text.upper(),
    "end missing": lambda text, chance: text[: -chance.randint(1, len(text) // 4)],
}


def _at(text: str, chance: random.Random, alter: Callable[[str, str], str]) -> str:
    """Return the text with two letters of its last part altered."""
    at = chance.randrange(text.index(":") + 1, len(text) - 1)
    return text[:at] + alter(text[at], text[at + 1]) + text[at + 2 :]


def _uuids(chance: random.Random) -> Iterator[str]:
    while True:
        yield f"esco:{uuid.UUID(int=chance.getrandbits(128), version=4)}"


def _numbers(chance: random.Random) -> Iterator[str]:
    while True:
        yield f"{chance.choice(('competency', 'task'))}:{chance.randrange(10**8):08}"


def _slugs(chance: random.Random) -> Iterator[str]:
    parts = ["".join(chance.choices(string.ascii_lowercase, k=chance.randint(3, 8))) for _ in range(500)]
    while True:
        yield f"poly:k.{'-'.join(chance.choices(parts, k=3))}"


def _named(ids: list[str]) -> Snapshot:
    rows = [("s", NodeId(one), "Competency", f'{{"name":"name of {at}"}}') for at, one in enumerate(sorted(set(ids)))]
    about = {"store_id": "s", "revision": 1, "token": "t"}
    return compile_rows(rows, [], {"s": Source(name="s")}, about)


def _alike(snapshot: Snapshot, wanted: str) -> list[str]:
    found = process.extract(fold(wanted), list(snapshot.ids), scorer=fuzz.ratio, processor=fold, limit=3)
    return [node_id for node_id, _, _ in found]


@pytest.mark.parametrize("ids", [_uuids, _numbers, _slugs], ids=["uuids", "numbers", "slugs"])
def test_mistyped_ids_are_found_as_by_comparing_all(ids: Callable[[random.Random], Iterator[str]]) -> None:
    """Whatever the mistake, the right id is among the three named, unless three others come as close."""
    chance = random.Random(7)
    made = ids(chance)
    snapshot = _named([next(made) for _ in range(8_000)])
    for mistake, spoil in MISTAKES.items():
        for _ in range(12):
            right = snapshot.ids[chance.randrange(len(snapshot))]
            wrong = spoil(right, chance)
            assert snapshot.find(wrong) is None or wrong == right
            assert right in snapshot.near(wrong) or right not in _alike(snapshot, wrong), (mistake, right, wrong)


def test_few_ids_are_compared_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are: the index says which."""
    compared = []
    extract = process.extract

    def counted(wanted: str, ids: dict[int, str], **told: Any) -> object:  # noqa: ANN401 - as it is called
        compared.append(len(ids))
        return extract(wanted, ids, **told)

    monkeypatch.setattr(process, "extract", counted)
    made = _uuids(random.Random(3))
    snapshot = _named([next(made) for _ in range(20_000)])
    for wrong in (snapshot.ids[9][:-1], "esco:", "", "x" * 500, "\ud800"):
        snapshot.near(wrong)
    assert max(compared) <= near_ids._MOST_COMPARED < len(snapshot)


def test_index_is_of_the_kind_that_is_asked_for() -> None:
    """Ids of another kind take no place among those that are compared."""
    made = _numbers(random.Random(5))
    rows = [("s", NodeId(one), "Role", "{}") for one in sorted({next(made) for _ in range(3_000)})]
    rows += [("s", NodeId("zz:role-12345678"), "Competency", "{}")]
    about = {"store_id": "s", "revision": 1, "token": "t"}
    snapshot = compile_rows(rows, [], {"s": Source(name="s")}, about)
    assert snapshot.near("zz:role-12345670", "Competency") == ["zz:role-12345678"]


def test_letters_of_a_uuid_say_nothing() -> None:
    """Another UUID is near none; a slip in one, and what a name holds, are; the message names what it offers."""
    made = _uuids(random.Random(11))
    snapshot = _named([next(made) for _ in range(3_000)])
    slip = snapshot.ids[7][:-1] + "z"
    assert snapshot.near(next(made)) == []
    assert snapshot.near(slip) == [snapshot.ids[7]]
    with pytest.raises(NotFoundError) as caught:
        snapshot.require("name of 77")
    at = snapshot.names[snapshot.find(caught.value.near[0]) or 0]
    assert at == "name of 77"
    assert f"{caught.value.near[0]} (name of 77)" in str(caught.value)


WORDS = ("a", "b", "ab", "ba", "aba", "电", "电焊", "焊", "a b", "é")


@pytest.mark.parametrize("seed", range(6))
def test_texts_are_found_as_by_reading_all(seed: int) -> None:
    """A text is found in the id, a name or an alias of a node, and never where one node ends and the next begins."""
    chance = random.Random(seed)
    nodes: dict[str, dict[str, str | int | float | list[str]]] = {
        f"k{at}{chance.choice(('a', 'b'))}": {"name": chance.choice(WORDS), "aliases": chance.sample(WORDS, 2)}
        for at in range(30)
    }
    snapshot = graph_of(nodes=nodes)
    texts = list(snapshot.text("folded"))
    for wanted in {*WORDS, *(text[-1:] + after[:1] for text, after in pairwise(texts)), "k1", "zz"}:
        expected = [_rank(text.split("\n"), wanted) for text in texts]
        assert snapshot.folded.find(fold(wanted)).tolist() == expected, wanted


def _rank(names: list[str], wanted: str) -> int:
    if wanted in names:
        return EXACT
    if any(name.startswith(wanted) for name in names):
        return BEGINNING
    return WITHIN if any(wanted in name for name in names) else ABSENT


def test_pieces_of_a_long_text_hide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What begins in one piece and ends in the next is found once, as is what is longer than a piece."""
    snapshot = graph_of(nodes={f"k{at}": {"name": "welding of aluminium"} for at in range(9)})
    whole = {text: snapshot.folded.find(text).tolist() for text in ("welding", "k1", "of aluminium", "m")}
    monkeypatch.setattr("graph.snapshot.folded_text._PIECE_BYTES", 5)
    assert {text: snapshot.folded.find(text).tolist() for text in whole} == whole
    assert whole["welding"] == [BEGINNING] * 9
