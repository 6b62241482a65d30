"""Any history of imports: the store holds what a plain dict holds, logs it, and compiles what a dict says is alive."""

import json
import tempfile
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from graph.changes import ChangeSet
from graph.errors import ConflictError, SchemaError
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, canonical, merge_link
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from tests.support.examples import IS_FULL, count
from tests.support.factory import EVERY, Statements, live_links, node, replayed, statements
from tests.support.histories import IDS, PAIRS, SOURCES, change_set, links, nodes, replaced, sources
from tests.support.stores import empty_neo4j


class Histories(RuleBasedStateMachine):
    """Imports of three sources, in every mode, on a store and on dicts."""

    server: str | None

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        if self.server is not None:
            empty_neo4j(self.server)
        self.store: Store = open_store(self.server or f"sqlite:///{self.folder.name}/graph.db")
        self.model = Statements()
        self.revision = 0
        self.past: list[Statements] = [Statements()]

    def teardown(self) -> None:
        """Let go of the store."""
        self.store.close()
        self.folder.cleanup()

    # What a source may do

    @initialize(source=sources, found=nodes)
    def begin(self, source: Source, found: dict[str, Any]) -> None:
        """Begin with one import, so that the store exists."""
        self.apply(source, found, {}, EVERY)

    @rule(source=sources, found=nodes, linked=links, replaces=replaced)
    def replace(
        self, source: Source, found: dict[str, Any], linked: dict[LinkKey, LinkValues], replaces: frozenset[str]
    ) -> None:
        """State everything of some kinds and relations anew."""
        self.apply(source, found, linked, replaces)

    @rule(source=sources, found=nodes, linked=links)
    def merge(self, source: Source, found: dict[str, Any], linked: dict[LinkKey, LinkValues]) -> None:
        """Add to what was stated, and change single values."""
        self.apply(source, found, linked, frozenset(), merges=True)

    @rule(source=sources)
    def withdraw(self, source: Source) -> None:
        """State nothing any more."""
        self.apply(source, {}, {}, EVERY)

    @rule(name=st.sampled_from(SOURCES))
    def repeat(self, name: str) -> None:
        """State exactly what stands: nothing changes."""
        if name in self.model.sources:
            before = self.store.revision()
            own_nodes = {one: v for (source, one), v in self.model.nodes.items() if source == name}
            own_links = {key: v for (source, key), v in self.model.links.items() if source == name}
            receipt = self.store.apply(ChangeSet(self.model.sources[name], own_nodes, own_links, EVERY))
            assert receipt.difference.is_empty
            assert receipt.revision == before == self.store.revision()

    @rule(source=sources, found=nodes)
    def come_too_late(self, source: Source, found: dict[str, Any]) -> None:
        """Expect another revision than the present one."""
        with pytest.raises(ConflictError):
            self.store.apply(change_set(source, found, {}, EVERY), expected_revision=self.revision + 1)

    @precondition(lambda self: self.model.nodes)
    @rule(data=st.data(), linked=links)
    def mistake_a_kind(self, data: st.DataObject, linked: dict[LinkKey, LinkValues]) -> None:
        """State another kind of what a source that stays has stated."""
        name, one = data.draw(st.sampled_from(sorted(self.model.nodes)))
        liar = Source(name=f"not {name}")
        wrong = {NodeId("c1"): node("c1"), one: node(one, kind="Signal")}
        with pytest.raises(SchemaError, match=f"^{one} "):
            self.store.apply(ChangeSet(liar, wrong, linked, EVERY))

    @rule()
    def reopen(self) -> None:
        """Close the store, and go on."""
        self.store.close()

    # What must hold after each step

    @invariant()
    def statements_are_those_of_the_model(self) -> None:
        """Sources, nodes and links, value by value, and the revision."""
        assert statements(self.store) == self.model
        assert self.store.revision().number == self.revision

    @invariant()
    def the_log_leads_to_every_state(self) -> None:
        """Replayed up to a revision, it gives what stood there."""
        for number in {self.revision, self.revision // 2}:
            assert replayed(self.store.changes(0, number)) == self.past[number]

    @invariant()
    def the_snapshot_is_the_live_graph(self) -> None:
        """Nodes with merged values, and links between nodes that live, with merged values."""
        snapshot = compile_snapshot(self.store)
        assert seen(snapshot) == live(self.model)
        assert snapshot.about["dormant"] == len({key for _, key in self.model.links}) - len(live_links(snapshot))

    @invariant()
    def details_are_merged_likewise(self) -> None:
        """The values of `nodes` are those of the snapshot."""
        details = self.store.nodes([NodeId(one) for one in IDS])
        merged = live(self.model)[0]
        assert {detail.id: detail.values.get("name", "") for detail in details} == {k: v[0] for k, v in merged.items()}

    @invariant()
    def another_history_makes_the_same_snapshot(self) -> None:
        """Told what stands in one import for each source, by name, a new store compiles the same."""
        other = open_store(f"sqlite:///{self.folder.name}/other-{self.revision}.db")
        for name in sorted(self.model.sources):
            own_nodes = {one: v for (source, one), v in sorted(self.model.nodes.items()) if source == name}
            own_links = {key: v for (source, key), v in sorted(self.model.links.items()) if source == name}
            other.apply(ChangeSet(self.model.sources[name], own_nodes, own_links, EVERY))
        assert compile_snapshot(other).same_arrays(compile_snapshot(self.store))
        other.close()

    def apply(
        self,
        source: Source,
        found: dict[str, Any],
        linked: dict[LinkKey, LinkValues],
        replaces: frozenset[str],
        *,
        merges: bool = False,
    ) -> None:
        """Do it in the store, and in the model."""
        changes = change_set(source, found, linked, replaces, merges=merges)
        receipt = self.store.apply(changes, expected_revision=self.revision)
        before, self.model = self.model, after(self.model, changes)
        assert receipt.difference.is_empty == (before == self.model)
        if before != self.model:
            self.revision += 1
            self.past.append(self.model)
        assert receipt.revision.number == self.revision


def after(model: Statements, changes: ChangeSet) -> Statements:
    """Return what holds once a ChangeSet is applied to dicts."""
    name, found = changes.source.name, Statements()
    found.sources = {**model.sources, name: changes.source}
    for (source, one), known in model.nodes.items():
        if source != name or known[0] not in changes.replaces:
            found.nodes[source, one] = known
    for (source, key), stated in model.links.items():
        if source != name or key[1] not in changes.replaces:
            found.links[source, key] = stated
    for one, new in changes.nodes.items():
        found.nodes[name, one] = overlaid(found.nodes.get((name, one)), new) if changes.merges else new
    for key, said in changes.links.items():
        old = found.links.get((name, key))
        if changes.merges and old is not None:
            found.links[name, key] = merge_link([said, old])
        else:
            found.links[name, key] = said
    return found


def overlaid(old: NodeValues | None, new: NodeValues) -> NodeValues:
    """Return the old values with the new ones over them."""
    return (new[0], canonical({**json.loads(old[1]), **json.loads(new[1])})) if old else new


Live = tuple[dict[str, tuple[str, str, str]], dict[tuple[str, str, str], tuple[float, int, int, int]]]
"""Of each live node (name, Chinese name, kind); of each live link (weight, level, term, openings), -1 for none."""


def live(model: Statements) -> Live:
    """Return the graph that the statements of a model make."""
    by_precedence = sorted(model.sources.values(), key=lambda source: (source.rank, source.name))
    order = [source.name for source in by_precedence]
    names: dict[str, dict[str, str]] = {}
    for name in reversed(order):
        for (source, one), (kind, said) in model.nodes.items():
            if source == name:
                names[one] = {**names.get(one, {}), **json.loads(said), "is": kind}
    merged: dict[LinkKey, list[Any]] = {}
    alive: dict[tuple[str, str, str], tuple[float, int, int, int]] = {}
    for name in order:
        for (source, key), stated in model.links.items():
            if source == name and key[0] in names and key[2] in names:
                known = merged.setdefault(key, [None] * 4)
                merged[key] = [b if a is None else a for a, b in zip(known, stated, strict=False)]
    for key, (weight, *numbers) in merged.items():
        level, term, openings = (-1 if number is None else number for number in numbers)
        alive[key] = (1.0 if weight is None else weight, level, term, openings)
    return {one: (v.get("name", ""), v.get("name_zh", ""), v["is"]) for one, v in names.items()}, alive


def seen(snapshot: Snapshot) -> Live:
    """Return the graph that a snapshot shows."""
    chinese = snapshot.text("name_zh")
    found: dict[tuple[str, str, str], tuple[float, int, int, int]] = {}
    for relation in PAIRS:
        out = snapshot.out(relation)
        numbers = [snapshot.link_values(relation, name) for name in ("level", "term", "openings")]
        for place, (a, b) in enumerate(zip(out.rows.tolist(), out.indices.tolist(), strict=True)):
            level, term, openings = (-1 if array is None else int(array[place]) for array in numbers)
            key = (snapshot.ids[a], relation, snapshot.ids[b])
            found[key] = (float(out.weight[place]), level, term, openings)
    return (
        {one: (snapshot.names[i], chinese[i], snapshot.kind_of(i)) for i, one in enumerate(snapshot.ids)},
        found,
    )


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 40), pytest.param("neo4j", 8, marks=pytest.mark.neo4j)])
def test_histories(kind: str, examples: int, request: pytest.FixtureRequest) -> None:
    """Whatever is imported in whatever order, a store says what dicts say."""
    server = request.getfixturevalue("neo4j_url") if kind == "neo4j" else None
    machine = type(f"Histories_{kind}", (Histories,), {"server": server})
    steps = 15 if IS_FULL else 7
    run_state_machine_as_test(machine, settings=settings(max_examples=count(examples), stateful_step_count=steps))
