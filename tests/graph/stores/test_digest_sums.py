"""Sums of digests over many statements: the same as one by one, and of nothing but what stands in the store."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.stores.content_hash import MODULUS, link_digest, node_digest
from graph.stores.digest_sums import LinkSums, link_sums, node_sums, summed, total_of

ROWS = [
    (source, f"k{number % 7}", relation, f"c\u4e2d{number}", weight, level, None, None, note)
    for number in range(40)
    for source, relation, weight, level, note in (
        ("a", "DEVELOPS", 0.5, None, None),
        ("b", "COVERS", None, 3, "why\nnot"),
        ("\u00fc", "DEVELOPS", 1.0, None, "\ud800"),
    )
]


def test_links_are_summed_as_one_by_one() -> None:
    """Of several sources, in any order, in one batch or in several."""
    expected: dict[str, int] = {}
    for name, a, relation, b, *values in ROWS:
        expected[name] = (expected.get(name, 0) + link_digest(a, relation, b, values)) % MODULUS
    shuffled = Random(1).sample(ROWS, len(ROWS))
    found: dict[str, int] = {}
    assert list(summed(iter(shuffled), link_sums, found)) == shuffled
    assert link_sums(shuffled) == link_sums(iter(ROWS)) == found == expected


def test_nodes_are_summed_as_one_by_one() -> None:
    """Of several sources, too."""
    rows = [(row[0], row[3], "Competency", f'{{"name":"{row[3]}"}}') for row in ROWS]
    expected: dict[str, int] = {}
    for name, *said in rows:
        expected[name] = (expected.get(name, 0) + node_digest(*said)) % MODULUS
    assert node_sums(rows) == expected


def test_ids_may_be_told_by_number() -> None:
    """Rows that name ids and sources by numbers have the sums of those that spell them out."""
    ids = sorted({str(row[at]) for row in ROWS for at in (1, 3)})
    numbers = {node_id: number for number, node_id in enumerate(ids, 5)}
    sums = LinkSums({number: node_id for node_id, number in numbers.items()})
    rows = [(row[0], numbers[str(row[1])], row[2], numbers[str(row[3])], *row[4:]) for row in ROWS]
    sums.add(*zip(*rows, strict=True))
    assert sums.of_all() == link_sums(ROWS)


def test_number_that_stands_for_no_id_is_none() -> None:
    """It does not pass for an id of the same digits."""
    sums = LinkSums({1: "k1"})
    with pytest.raises(KeyError):
        sums.add(["a"], [1], ["DEVELOPS"], [2], [None], [None], [None], [None], [None])


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70))
def test_total_carries(digests: list[bytes]) -> None:
    """Digests are added as numbers, however large."""
    assert total_of(digests) == sum(int.from_bytes(one, "little") for one in digests)
    assert total_of([b"\xff" * 32] * len(digests)) == len(digests) * (MODULUS - 1)
