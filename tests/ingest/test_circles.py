"""Circles that several sources make together are told at import, as one inside a source is."""

import json
import random

import networkx as nx
import pytest

from graph.stores import Store
from ingest.draft import Draft, Place
from ingest.job import Leniency, ingest, preview
from ingest.report import IngestReport, Mode
from tests.support.factory import EVERY, Nodes, says
from tests.support.stores import MakeStore


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    return make_store()


def draft_of(*lines: str, by: str, nodes: Nodes | None = None) -> Draft:
    """Return a draft that states what the lines say, whole."""
    said = says(*lines, by=by, nodes=nodes)
    draft = Draft(said.source)
    for row, (node_id, (kind, values)) in enumerate(said.nodes.items(), 2):
        draft.state_node(Place("nodes", None, row), node_id, kind, json.loads(values))
    for row, (key, stated) in enumerate(said.links.items(), 2):
        draft.state_link(Place("links", None, row), key, stated)
    draft.replaces = set(EVERY)
    return draft


def told(draft: Draft, store: Store, mode: Mode = "replace") -> IngestReport:
    """Return the report of a dry run that may remove."""
    return preview(draft, store, mode=mode, leniency=Leniency(allow_removals=True)).report


def test_circle_of_two_sources_names_both(store: Store) -> None:
    """Each link of the circle comes with who states it; the import is not refused: neither source is wrong alone."""
    store.apply(says("k1 PREREQUISITE_OF k2", "c1 BROADER c2", by="A"))
    report = told(draft_of("k2 PREREQUISITE_OF k3", "k3 PREREQUISITE_OF k1", "c3 BROADER c1", by="B"), store)
    assert not report.refused
    (note,) = report.notes
    for part in ("PREREQUISITE_OF", "k1 -> k2 (A)", "k2 -> k3 (B)", "k3 -> k1 (B)"):
        assert part in note
    assert "成了环" in report.notes_in("zh")[0]


def test_circle_is_told_as_long_as_it_stands(store: Store) -> None:
    """Of what stands already, too, and of what is merged; not of a source that has no part in it, nor afterwards."""
    store.apply(says("k1 PREREQUISITE_OF k2", by="A"))
    store.apply(says("k2 PREREQUISITE_OF k1", by="B"))
    assert len(told(draft_of("k2 PREREQUISITE_OF k1", by="B"), store).notes) == 1
    assert len(told(draft_of("k1 PREREQUISITE_OF k2", by="A"), store, "merge").notes) == 1
    assert told(draft_of("k2 PREREQUISITE_OF k3", by="C"), store).notes == []
    assert told(draft_of("k3 PREREQUISITE_OF k1", by="B"), store).notes == []


def test_circle_through_what_is_the_same(store: Store) -> None:
    """A class of SAME_AS is one competency: what closes a circle through it is told; what is merely close does not."""
    store.apply(says("a:c1 BROADER a:c2", by="A"))
    store.apply(says("b:c2 BROADER b:c1", by="B"))
    exact = ("a:c1 SAME_AS b:c1", "a:c2 SAME_AS b:c2")
    (note,) = told(draft_of(*exact, by="C"), store).notes
    for part in ("a:c1 -> a:c2 (A)", "b:c2 -> b:c1 (B)", "b:c1 = a:c1 (C)", "a:c2 = b:c2 (C)"):
        assert part in note
    assert told(draft_of(*(f"{line} 0.5" for line in exact), by="C"), store).notes == []


def test_circle_of_parents_over_sources(store: Store) -> None:
    """The parent that counts is that of the first speaker; a circle of those names who states each."""
    store.apply(says(by="A", nodes={"d1": {"parent_id": "d2"}, "d2": {}}))
    (note,) = told(draft_of(by="B", nodes={"d1": {}, "d2": {"parent_id": "d1"}}), store).notes
    for part in ("parent_id", "d1 -> d2 (A)", "d2 -> d1 (B)"):
        assert part in note
    assert told(draft_of(by="B", nodes={"d1": {"parent_id": "d3"}, "d3": {}}), store).notes == []


def test_circles_are_those_of_the_whole_graph(store: Store) -> None:
    """On random links, there is a note exactly where a source has a part in a circle; each that is told is one."""
    for seed in range(8 if "sqlite" in store.url else 2):
        dice = random.Random(seed)
        pairs = [(a, b) for a in range(5) for b in range(5) if a < b]
        lines: dict[str, list[tuple[int, int]]] = {"A": [], "B": [], "C": []}
        for by, sign in (("A", 1), ("B", -1), ("C", 1)):
            lines[by] = [(a, b) if sign > 0 else (b, a) for a, b in pairs if dice.random() < 0.25]
        for by, links in lines.items():
            draft = draft_of("k9", *(f"k{a} PREREQUISITE_OF k{b}" for a, b in links), by=by)
            report = ingest(lambda draft=draft: draft, store, leniency=Leniency(allow_removals=True))  # type: ignore[misc]
            known = {source: _pairs(store, source) for source in lines}
            g = nx.DiGraph([pair for some in known.values() for pair in some])
            knots = [knot for knot in nx.strongly_connected_components(g) if len(knot) > 1]
            mine = [knot for knot in knots if any(a in knot and b in knot for a, b in known[by])]
            assert len(report.notes) == len(mine), (seed, by)


def _pairs(store: Store, source: str) -> set[tuple[str, str]]:
    with store.reading() as reading:
        return {(a, b) for _, a, _, b, *_ in reading.links(source)}
