"""Snapshots that were altered hold what compiling the altered statements gives: scenarios, and past revisions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import event, given

from graph.changes import ChangeSet
from graph.errors import ConflictError, NotFoundError
from graph.model import LinkKey, NodeId
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.overlay import apply_patch
from graph.snapshot.past import snapshot_at
from graph.snapshot.patch import NotLocalError, Patch
from graph.snapshot.scenario import Scenario, apply_scenario, compile_scenario, find_violations, patch_of
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.sqlite.store import SqliteStore
from tests.support.examples import examples
from tests.support.factory import EVERY, graph_of, link, node, says, statements
from tests.support.same_graph import same
from tests.support.scenarios import DATA, plain_world, stated, supposed
from tests.support.worlds import Dice


def really(before: Snapshot, store: Store, scenario: Scenario) -> Snapshot:
    """Return the snapshot after each source has said no more what is removed, and a first speaker what is added.

    A link between classes is stated of any of their members.
    """

    def place(key: LinkKey) -> tuple[object, ...]:
        a, b = before.find(key[0]), before.find(key[2])
        return key if None in {a, b} or key[1] == "SAME_AS" else (a, key[1], b)

    held, without_links = statements(store), {place(key) for key in scenario.without_links}
    for name, source in held.sources.items():
        nodes = {i: v for (by, i), v in held.nodes.items() if by == name and i not in scenario.without_nodes}
        links = {k: v for (by, k), v in held.links.items() if by == name and place(k) not in without_links}
        store.apply(ChangeSet(source, nodes, links, EVERY))
    asker = next(iter(held.sources.values())).model_copy(update={"name": "supposed", "rank": -1})
    store.apply(ChangeSet(asker, scenario.nodes, scenario.links, EVERY))
    return compile_snapshot(store)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Store]:
    folder, numbers = tmp_path_factory.mktemp("stores"), iter(range(10**6))
    return lambda: SqliteStore(Path(folder) / f"{next(numbers)}.db")


@examples(60)
@given(DATA)
def test_supposing_is_stating(fresh: Callable[[], Store], data: bytes) -> None:
    """What is supposed of a snapshot is what the store compiles to, once its sources say so."""
    dice = Dice(data)
    store = fresh()
    before = stated(store, *plain_world(dice))
    scenario = supposed(dice, before)
    if find_violations(before, scenario):
        event("refused")
        store.close()
        return
    expected = compile_scenario(before, scenario, store)
    try:
        found = apply_patch(before, patch_of(before, scenario))
        event("from the snapshot alone")
        same(found, expected)
    except NotLocalError:
        event("compiled")
    same(apply_scenario(before, scenario, store)[0], expected)
    same(really(before, store, scenario), expected)
    store.close()


@examples(60)
@given(DATA, DATA)
def test_past_is_as_it_was(fresh: Callable[[], Store], first: bytes, second: bytes) -> None:
    """Each revision that the log leads back to is the snapshot that was compiled then."""
    dice, store, kept = Dice(second), fresh(), []
    said = plain_world(Dice(first))
    kept.append(stated(store, *said))
    for by in ("first", "third", "third"):
        held = statements(store)
        scenario = supposed(dice, kept[-1])
        if find_violations(kept[-1], scenario):
            continue
        source = held.sources["first"].model_copy(update={"name": by})
        links = {k: v for (name, k), v in held.links.items() if name == by and k not in scenario.without_links}
        nodes = {i: v for (name, i), v in held.nodes.items() if name == by and i not in scenario.without_nodes}
        store.apply(ChangeSet(source, {**nodes, **scenario.nodes}, {**links, **scenario.links}, EVERY))
        kept.append(compile_snapshot(store))
    for then in kept:
        found, patch = snapshot_at(store, then.revision.number, kept[-1])
        if then.revision != kept[-1].revision:
            event("compiled" if patch is None else "from the log alone")
        assert found.revision.number == then.revision.number
        same(found, then)
    store.close()


# The smallest cases


def test_a_link_between_known_nodes_needs_no_store() -> None:
    """It is put in, with its weight and the number of its sources, and the rest stays."""
    before = graph_of("k1 DEVELOPS c1 0.5", "t1", "r1 REQUIRES c1")
    key, values = link("t1 PRACTISES c1 0.25 level=3")
    before.into("REQUIRES")
    after = apply_patch(before, patch_of(before, Scenario(links={key: values})))
    same(after, graph_of("k1 DEVELOPS c1 0.5", "r1 REQUIRES c1", "t1 PRACTISES c1 0.25 level=3"))
    assert after.into("REQUIRES") is before.into("REQUIRES")


def test_a_node_that_goes_leaves_its_links_dormant() -> None:
    """They are not shown any more, and counted."""
    before = graph_of("k1 DEVELOPS c1 0.5", "k1 DEVELOPS c2", "t1 PRACTISES c2")
    after = apply_patch(before, patch_of(before, Scenario(without_nodes=frozenset({NodeId("k1")}))))
    assert list(after.ids) == ["c1", "c2", "t1"]
    assert after.about["dormant"] == 2
    assert after.about["unstated_weights"] == {"PRACTISES": 1}
    assert list(after.text_list("dormant")) == ["k1 DEVELOPS c1", "k1 DEVELOPS c2"]


def test_what_is_stated_goes_before_what_stands() -> None:
    """A weight that is supposed replaces the known one; a level that is not spoken of stays."""
    before = graph_of("k1 DEVELOPS c1 0.5 level=4")
    key, values = link("k1 DEVELOPS c1 0.75")
    after = apply_patch(before, patch_of(before, Scenario(links={key: values})))
    assert after.out("DEVELOPS").pairs(1) == [(0, 0.75)]
    assert after.link_values("DEVELOPS", "level") == [4]


def test_a_dormant_link_that_would_wake_takes_the_store() -> None:
    """The snapshot does not know which link waits, only that one does."""
    before = graph_of("k1 DEVELOPS c1", nodes=None)
    gone = apply_patch(before, patch_of(before, Scenario(without_nodes=frozenset({NodeId("c1")}))))
    with pytest.raises(NotLocalError):
        apply_patch(gone, patch_of(gone, Scenario(nodes={NodeId("c1"): node("c1")})))


def test_a_reference_that_leads_nowhere_takes_the_store() -> None:
    """The snapshot does not know by which property a node refers to what is not there."""
    before = graph_of(nodes={"d1": {"parent_id": "d9"}})
    with pytest.raises(NotLocalError):
        patch_of(before, Scenario(nodes={NodeId("d1"): node("d1", {"name": "another"})}))


def test_nothing_supposed_is_nothing_changed() -> None:
    """Without a change, every array is the very same."""
    before = graph_of("k1 DEVELOPS c1", "t1 PRACTISES c1")
    after = apply_patch(before, Patch({}, {}))
    assert all(after.arrays[name] is array for name, array in before.arrays.items())


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        (Scenario(without_nodes=frozenset({NodeId("k12")})), "there is no node k12 to remove; did you mean k1"),
        (Scenario(without_links=frozenset({link("k1 DEVELOPS c2")[0]})), "there is no link k1 DEVELOPS c2"),
        (Scenario(links=dict([link("k1 DEVELOPS c9")])), "there is no node c9"),
        (Scenario(links=dict([link("k1 PRACTISES c1")])), "PRACTISES leads from a TrainingTask to a Competency"),
        (Scenario(links=dict([link("k1 PREREQUISITE_OF k1")])), "k1 is linked to itself"),
        (Scenario(nodes={NodeId("k1"): node("k1", kind="Course")}), "k1 is a KnowledgeUnit already"),
        (
            Scenario(nodes={NodeId("k1"): node("k1")}, without_nodes=frozenset({NodeId("k1")})),
            "both added and removed",
        ),
        (
            Scenario(links=dict([link("k1 DEVELOPS c2")]), without_nodes=frozenset({NodeId("c2")})),
            "there is no node c2",
        ),
    ],
)
def test_what_breaks_the_schema_is_objected_to(scenario: Scenario, reason: str) -> None:
    """As by an import; and only what is there can be removed."""
    (violation,) = find_violations(graph_of("k1 DEVELOPS c1", "c2"), scenario)
    assert reason in violation.reason


def test_only_revisions_that_were_can_be_seen(fresh: Callable[[], Store]) -> None:
    """A number beyond the present one is not found; before the first there was nothing."""
    store = fresh()
    now = stated(store, says("k1 DEVELOPS c1"))
    with pytest.raises(NotFoundError, match="revision"):
        snapshot_at(store, 2, now)
    assert len(snapshot_at(store, 0, now)[0]) == 0
    store.close()


def test_a_store_that_moved_on_is_a_conflict(fresh: Callable[[], Store]) -> None:
    """What has to be compiled is compiled of the revision that was asked, or not at all."""
    store = fresh()
    before = stated(store, says("k1 DEVELOPS c1"))
    store.apply(says("k1 DEVELOPS c1", "k2 DEVELOPS c1"))
    with pytest.raises(ConflictError):
        compile_scenario(before, Scenario(), store)
    store.close()
