"""Snapshots patched by the log of random imports, edits and undos, against compiled ones and both oracles."""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from graph.changes import ChangeSet
from graph.errors import InputError, NotFoundError, SchemaError
from graph.model import Source
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.institution_views import InstitutionViews, ids_of
from graph.snapshot.past import bring_forward, bring_view_forward, snapshot_at
from graph.snapshot.patch import NotLocalError
from graph.snapshot.scenario import find_violations
from graph.snapshot.snapshot import CONTENT, INSTITUTION, Snapshot
from graph.snapshot.snapshot_file import save_snapshot
from graph.stores import Store, open_store
from graph.stores.institution_view import InstitutionStore
from ingest.undo import undo
from queries.semantics.scope import Scope
from tests.support.cypher_oracle import CypherOracle, told_by_package
from tests.support.factory import EVERY, says, statements
from tests.support.oracle import View, World
from tests.support.oracle_checks import check_gaps, check_traces
from tests.support.scenarios import plain_world, supposed
from tests.support.soak import record, rounds
from tests.support.stores import empty_neo4j, sqlite_at
from tests.support.worlds import Dice, made_up

STEPS = 5
SOURCES = ("first", "second", "third")


def change(store: Store, snapshot: Snapshot, chance: random.Random) -> str:
    """Let a source state something else, by an import, an edit or undo; return which, empty where it was refused."""
    by, what = chance.choice(SOURCES), chance.choice(("import", "import", "edit", "undo"))
    held = statements(store)
    if what == "undo":
        try:
            return "" if undo(store, by).refused else what
        except (NotFoundError, InputError):
            return ""
    scenario = supposed(Dice(chance.randbytes(1200)), snapshot)
    if find_violations(snapshot, scenario):
        return ""
    source = held.sources.get(by, Source(name=by, rank=chance.choice((50, 100, 150))))
    nodes, links = dict(scenario.nodes), dict(scenario.links)
    changes = ChangeSet(source, nodes, links, merges=True)
    if what == "import":
        stays = {one: said for (name, one), said in held.nodes.items() if name == by and chance.random() < 0.97}
        joins = {key: said for (name, key), said in held.links.items() if name == by and chance.random() < 0.97}
        nodes, links = {**stays, **nodes}, {**joins, **links}
        changes = ChangeSet(
            source,
            {one: said for one, said in nodes.items() if one not in scenario.without_nodes},
            {key: said for key, said in links.items() if key not in scenario.without_links},
            EVERY,
        )
    try:
        store.apply(changes)
    except SchemaError:
        return ""
    return what


def check_step(store: Store, before: Snapshot, folder: Path, seen: Counter[str]) -> Snapshot:
    """Hold the snapshot that is brought forward, and the one that is brought back, against the compiled ones."""
    now = compile_snapshot(store)
    try:
        patched = bring_forward(store, before)
    except NotLocalError:
        seen["compiled"] += 1
    else:
        seen["patched"] += 1
        seen["patched with classes"] += bool(now.arrays["classes.members"].size)
        files = [folder / "compiled", folder / "patched"]
        for file, snapshot in zip(files, (now, patched), strict=True):
            save_snapshot(snapshot, file)
        assert files[0].read_bytes() == files[1].read_bytes()
    then, _ = snapshot_at(store, before.revision.number, now)
    assert then.same_arrays(before)
    return now


def check_view(store: Store, before: Snapshot, now: Snapshot, institution: str, seen: Counter[str]) -> None:
    """Hold the view of an institution that is brought forward against the compiled one."""
    earlier, compiled = (InstitutionViews(store)(one, institution) for one in (before, now))
    if INSTITUTION not in earlier.about:
        return
    part = InstitutionStore(store, ids_of(now, institution))
    try:
        patched = bring_view_forward(store, part, earlier, before.about.get(CONTENT), now.revision)
    except NotLocalError:
        seen["views compiled"] += 1
        return
    seen["views patched"] += 1
    assert patched.same_arrays(compiled)
    told = {name: said for name, said in compiled.about.items() if name != CONTENT}  # where it is the whole graph
    assert patched.about == {INSTITUTION: [institution], **told}


def check_sequence(store: Store, seed: int, folder: Path, seen: Counter[str]) -> Snapshot:
    """Go through one sequence of changes; hold answers at its end against the oracle that shares no code with them."""
    chance = random.Random(seed)
    dice = Dice(chance.randbytes(4000))
    for changes in made_up(dice) if seed % 2 else plain_world(dice):
        store.apply(replace(changes, replaces=EVERY))
    snapshot = compile_snapshot(store)
    for _ in range(STEPS):
        if what := change(store, snapshot, chance):
            seen[what] += 1
            snapshot = check_step(store, snapshot, folder, seen)
    held = statements(store)
    said = [
        ChangeSet(
            source,
            {one: values for (by, one), values in held.nodes.items() if by == name},
            {key: values for (by, key), values in held.links.items() if by == name},
        )
        for name, source in held.sources.items()
    ]
    world = World(said)
    check_gaps(snapshot, View(world, Scope(), focused=True), Scope())
    check_traces(snapshot, View(world, Scope()), Scope())
    return snapshot


@pytest.mark.soak
def test_patched_is_compiled_on_sqlite(tmp_path: Path) -> None:
    """After each step the same bytes; after the last, the answers of the brute force."""
    seen: Counter[str] = Counter()
    url_of, count = sqlite_at(tmp_path), rounds(24, 300)
    for seed in range(count):
        store = open_store(url_of(str(seed)))
        check_sequence(store, seed, tmp_path, seen)
        store.close()
    record("patched, SQLite", sequences=count, **seen)
    assert seen["patched"] > seen["compiled"]
    assert all(seen[what] for what in ("import", "edit", "undo", "patched with classes"))


@pytest.mark.soak
def test_views_brought_forward_are_compiled_ones(tmp_path: Path) -> None:
    """Those of two institutions, after each step of sequences in which a source belongs to one."""
    seen, url_of, count = Counter[str](), sqlite_at(tmp_path), rounds(4, 100)
    for seed in range(1, 2 * count, 2):
        store, chance = open_store(url_of(f"view {seed}")), random.Random(seed)
        for changes in made_up(Dice(chance.randbytes(4000))):
            store.apply(replace(changes, replaces=EVERY))
        before = compile_snapshot(store)
        for _ in range(STEPS):
            if change(store, before, chance):
                now = compile_snapshot(store)
                for institution in ("u1", "u2"):
                    if before.position(institution) is not None and now.position(institution) is not None:
                        check_view(store, before, now, institution, seen)
                before = now
        store.close()
    record("views brought forward", sequences=count, **seen)
    assert seen["views patched"] > seen["views compiled"]


@pytest.mark.soak
def test_patched_is_compiled_on_neo4j(neo4j_url: str, tmp_path: Path) -> None:
    """Likewise; and the texts in Cypher, asked of the server, say what the package says."""
    import neo4j  # the driver takes a moment to load, which most runs need not spend

    seen: Counter[str] = Counter()
    count = rounds(2, 300)
    with neo4j.GraphDatabase.driver(neo4j_url, notifications_min_severity="OFF") as driver:
        for seed in range(count):
            empty_neo4j(neo4j_url)
            store = open_store(neo4j_url)
            snapshot = check_sequence(store, seed, tmp_path, seen)
            store.close()
            assert CypherOracle(driver).tell() == told_by_package(snapshot)
    record("patched, Neo4j", sequences=count, **seen)
    assert seen["patched"] > seen["compiled"]


def brought_forward(store: Store, *said: ChangeSet) -> Snapshot:
    """Return the snapshot that is patched when one source after the other has spoken, held against the compiled one."""
    snapshot = compile_snapshot(store)
    for changes in said:
        store.apply(changes)
        snapshot = bring_forward(store, snapshot)
    compiled = compile_snapshot(store)
    assert (list(snapshot.arrays), snapshot.about) == (list(compiled.arrays), compiled.about)
    assert snapshot.same_arrays(compiled)
    return snapshot


CLASS = says("a:c1 SAME_AS b:c1", "k1 DEVELOPS a:c1 0.5", "k1 DEVELOPS b:c1 0.75", "c2", by="class")


@pytest.mark.parametrize(
    "said",
    [
        [says("k1 DEVELOPS c9", by="a", ends=False), says("c9", by="b")],
        [says("k1 DEVELOPS c9", by="a"), says("k1", by="a"), says("c9", by="b")],
        [says("a1", nodes={"a1": {"cohort_id": "g1"}}, by="a"), says("g1", by="b"), says(by="b")],
        [says("k2 DEVELOPS a:c1 0.25", "k1 DEVELOPS b:c1 0.25", by="later")],
        [says("k1 DEVELOPS a:c1 0.5", by="later"), says(by="later")],
        [says("a:c1", by="later", nodes={"a:c1": {"name": "another name", "aliases": ["alias"]}})],
        [says("b:c1 CLOSE_TO c2", by="later"), says("c2 CLOSE_TO a:c1 0.5", by="later")],
        [says("t1 PRACTISES c2", by="later"), says(by="later"), says("t1 PRACTISES b:c1", by="later")],
    ],
    ids=["wakes", "sleeps and wakes", "referred to", "in a class", "twice stated", "renamed", "close", "last of all"],
)
def test_what_has_a_part_in_other_nodes_is_patched(tmp_path: Path, said: list[ChangeSet]) -> None:
    """Dormant links, references, classes: each by what the store states of them, and no more."""
    store = open_store(sqlite_at(tmp_path)("graph"))
    store.apply(CLASS)
    brought_forward(store, *said)
    store.close()


def test_more_changes_than_pay_are_not_patched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling is faster then."""
    monkeypatch.setattr("graph.snapshot.past._PATCHED", 3)
    store = open_store(sqlite_at(tmp_path)("graph"))
    store.apply(CLASS)
    with pytest.raises(NotLocalError, match="more than 3 statements changed"):
        brought_forward(store, says("k2 DEVELOPS c2", "k3 DEVELOPS c2", by="later"))
    store.close()
