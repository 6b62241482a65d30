"""Links are merged by columns of numbers as they would be one by one."""

from collections import defaultdict
from random import Random

import numpy as np
import pytest

from graph.model import LinkKey, NodeId, Source, merge_link
from graph.schema import RELATIONS
from graph.snapshot.link_merge import LinkMerge
from graph.snapshot.snapshot import KIND_CODES
from graph.stores.base import LinkRow
from graph.stores.link_columns import NUMBERS, columns_of
from tests.support.factory import LETTERS, kind_of

IDS = [NodeId(f"{letters}{number}") for letters in LETTERS for number in range(3)]
Merged = dict[LinkKey, tuple[float | None, int | None, int | None, int | None, int]]


def drawn(dice: Random, sources: list[str]) -> list[LinkRow]:
    """Return statements of links between whatever may be linked, and of some between what may not."""
    rows: dict[tuple[str, LinkKey], LinkRow] = {}
    for _ in range(60):
        relation = dice.choice(list(RELATIONS))
        a, b = dice.choice(RELATIONS[relation].ends)
        ends = [dice.choice([i for i in IDS if kind_of(i) == kind or dice.random() < 0.02]) for kind in (a, b)]
        for source in sources:
            if dice.random() < 0.6:
                weight = dice.choice([None, 0.25, 1.0])
                level, term, openings = (dice.choice([None, None, 0, 3]) for _ in NUMBERS)
                key = (ends[0], relation, ends[1])
                rows[source, key] = (source, *key, weight, level, term, openings, None)
    drawn_rows = list(rows.values())
    dice.shuffle(drawn_rows)
    return drawn_rows


def one_by_one(rows: list[LinkRow], alive: list[NodeId], sources: dict[str, Source]) -> tuple[Merged, set[str]]:
    """Return the live links and the dormant ones, as whoever reads the definition would find them."""
    stated: defaultdict[LinkKey, list[LinkRow]] = defaultdict(list)
    for row in rows:
        stated[row[1:4]].append(row)
    live: Merged = {}
    dormant = set()
    for (a, relation, b), said in stated.items():
        if a not in alive or b not in alive or not RELATIONS[relation].joins(kind_of(a), kind_of(b)):
            dormant.add(f"{a} {relation} {b}")
            continue
        said.sort(key=lambda row: sources[row[0]].precedence)
        live[a, relation, b] = (*merge_link([row[4:] for row in said])[:4], len(said))
    return live, dormant


@pytest.mark.parametrize("seed", range(25))
def test_columns_are_merged_as_rows_are(seed: int) -> None:
    """Whoever speaks first is heard, value by value; what joins nothing that is alive is dormant."""
    dice = Random(seed)
    sources = {name: Source(name=name, rank=dice.randint(1, 2)) for name in "abc"[: dice.randint(1, 3)]}
    alive = sorted(i for i in IDS if dice.random() < 0.8)
    rows = drawn(dice, list(sources))
    expected, dormant = one_by_one(rows, alive, sources)
    kinds = np.array([KIND_CODES[kind_of(i)] for i in alive], np.int8)
    merge = LinkMerge(columns_of(rows), {node_id: i for i, node_id in enumerate(alive)}, kinds, sources)
    found: Merged = {}
    for relation, links in merge.live():
        pairs = links.pairs()
        assert pairs == sorted(pairs)
        for at, (a, b) in enumerate(pairs):
            weight = None if np.isnan(links.weight[at]) else float(links.weight[at])
            level, term, openings = (None if (v := int(links.numbers[n][at])) < 0 else v for n in NUMBERS)
            found[alive[a], relation, alive[b]] = (weight, level, term, openings, int(links.voices[at]))
    assert len(expected) > 5
    assert found == expected
    assert merge.dormant() == sorted(dormant)


def test_nothing_stated_merges_to_nothing() -> None:
    """A store without a link has no relation, live or dormant."""
    merge = LinkMerge(columns_of([]), {}, np.zeros(0, np.int8), {})
    assert (list(merge.live()), merge.dormant()) == ([], [])
