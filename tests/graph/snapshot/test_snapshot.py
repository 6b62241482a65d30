"""The compiled graph: what merges by SAME_AS, what is saved and opened again, and how nodes are found."""

import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.errors import ConflictError, NotFoundError
from graph.model import NodeId
from graph.snapshot.array_file import ArrayFile, write_arrays
from graph.snapshot.arrays import TextColumn
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.files import KEPT, load_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.snapshot_file import FORMAT, open_snapshot, save_snapshot
from graph.stores import Store, open_store
from queries.trace import trace_competency
from tests.support.factory import graph_of, live_links, says, snapshot_of
from tests.support.stores import MakeStore

# SAME_AS


def classes(snapshot: Snapshot) -> list[list[str]]:
    """Return the classes of more than one member, each with its representative first."""
    found = [
        [snapshot.ids[i] for i in snapshot.members(i)]
        for i in range(len(snapshot))
        if snapshot.find(snapshot.ids[i]) == i
    ]
    return [ids for ids in found if len(ids) > 1]


def close(snapshot: Snapshot) -> set[frozenset[str]]:
    """Return the pairs that are close to each other."""
    return {frozenset((a, b)) for a, relation, b in live_links(snapshot) if relation == "CLOSE_TO"}


def test_one_to_one_merges() -> None:
    """An exact pair of two vocabularies is one class, and no SAME_AS link is left."""
    snapshot = graph_of("a:c1 SAME_AS b:c1 0.9")
    assert classes(snapshot) == [["a:c1", "b:c1"]]
    assert not live_links(snapshot)


def test_a_weight_that_is_not_stated_is_exact() -> None:
    """Not stated counts 1."""
    assert classes(graph_of("b:c1 SAME_AS a:c1")) == [["a:c1", "b:c1"]]


def test_a_class_may_span_several_vocabularies() -> None:
    """One id of each, joined pair by pair."""
    snapshot = graph_of("a:c1 SAME_AS b:c1", "c:c1 SAME_AS b:c1", "c:c1 SAME_AS d:c1")
    assert classes(snapshot) == [["a:c1", "b:c1", "c:c1", "d:c1"]]


def test_both_directions_are_one_pair() -> None:
    """The same pair stated from both ends is still one-to-one."""
    assert classes(graph_of("a:c1 SAME_AS b:c1", "b:c1 SAME_AS a:c1 0.5")) == [["a:c1", "b:c1"]]


@pytest.mark.parametrize(
    "lines",
    [
        ["a:c1 SAME_AS b:c1 0.89"],
        ["a:c1 SAME_AS b:c1", "a:c1 SAME_AS b:c2"],
        ["a:c1 SAME_AS b:c1", "a:c2 SAME_AS b:c1"],
        ["a:c1 SAME_AS b:c1", "b:c1 SAME_AS a:c2"],
        ["a:c1 SAME_AS a:c2"],
        ["c1 SAME_AS c2"],
    ],
    ids=["too weak", "one to many", "many to one", "many to one, turned", "one vocabulary", "no vocabulary"],
)
def test_what_is_not_exact_is_close(lines: list[str]) -> None:
    """What did not merge is left over as CLOSE_TO, and counted."""
    snapshot = graph_of(*lines)
    assert classes(snapshot) == []
    assert close(snapshot) == {frozenset(line.split()[:3:2]) for line in lines}
    assert snapshot.about["close_same_as"] == len(lines)


def test_a_weak_rival_does_not_count() -> None:
    """Only links at or above 0.9 compete; the weak one stays close."""
    snapshot = graph_of("a:c1 SAME_AS b:c1 0.95", "a:c1 SAME_AS b:c2 0.5")
    assert classes(snapshot) == [["a:c1", "b:c1"]]
    assert close(snapshot) == {frozenset(("a:c1", "b:c2"))}


def test_a_dormant_rival_does_not_count() -> None:
    """A pair with an end that nobody asserts keeps nobody from merging."""
    one = says("a:c1 SAME_AS b:c1")
    other = says("a:c1 SAME_AS b:c2", by="other", ends=False)
    assert classes(snapshot_of(one, other)) == [["a:c1", "b:c1"]]


def test_a_class_with_two_ids_of_one_vocabulary_does_not_merge() -> None:
    """One-to-one between each two vocabularies, and yet a:c1 and a:c2 would become one: none of it merges."""
    lines = ("a:c1 SAME_AS b:c1", "b:c1 SAME_AS c:c1", "c:c1 SAME_AS a:c2")
    snapshot = graph_of(*lines, "x:c1 SAME_AS y:c1")
    assert classes(snapshot) == [["x:c1", "y:c1"]]
    assert close(snapshot) == {frozenset(line.split()[:3:2]) for line in lines}


@pytest.mark.parametrize("rival", ["a:c2 SAME_AS b:c1", "a:c1 SAME_AS b:c2"])
def test_a_pair_that_does_not_merge_hinders_no_other(rival: str) -> None:
    """What is not one-to-one between two vocabularies may still be so with a third."""
    assert classes(graph_of("a:c1 SAME_AS b:c1", rival, "a:c1 SAME_AS c:c1")) == [["a:c1", "c:c1"]]


def test_roles_merge_likewise() -> None:
    """Two vocabularies' names for a role are one role."""
    assert classes(graph_of("a:r1 SAME_AS b:r1", "a:r1 REQUIRES c1")) == [["a:r1", "b:r1"]]


def test_links_of_all_members_stand_at_the_representative() -> None:
    """Whoever states a link, and of whichever member, the class has it; the larger weight stands."""
    snapshot = graph_of(
        "a:c1 SAME_AS b:c1",
        "k1 DEVELOPS a:c1 0.25",
        "k1 DEVELOPS b:c1 0.75",
        "t1 PRACTISES b:c1 0.5",
        "a:c1 BROADER b:c1",
    )
    assert live_links(snapshot) == {("k1", "DEVELOPS", "a:c1"): 0.75, ("t1", "PRACTISES", "a:c1"): 0.5}


def test_openings_that_fall_together_are_the_maximum() -> None:
    """Two sources' counts of the same vacancies are not added up."""
    snapshot = graph_of("a:r1 SAME_AS b:r1", "e1 EMPLOYS a:r1 openings=3", "e1 EMPLOYS b:r1 openings=5")
    openings = snapshot.link_values("EMPLOYS", "openings")
    assert openings is not None
    assert openings.tolist() == [5]


def test_the_best_ranked_source_names_the_class() -> None:
    """Name and kind come from the member that the best-ranked source states, the rest from the others."""
    one = says(by="one", rank=200, nodes={"a:c1": {"name": "A", "kind": "skill", "code": "1"}})
    two = says("a:c1 SAME_AS b:c1", by="two", rank=100, ends=False, nodes={"b:c1": {"name": "B", "kind": "ability"}})
    snapshot = snapshot_of(one, two)
    assert classes(snapshot) == [["b:c1", "a:c1"]]
    i = snapshot.require("a:c1")
    assert (snapshot.name(i), snapshot.word("kind", i), snapshot.text("code")[i]) == ("B", "ability", "1")


def test_a_class_answers_under_each_of_its_ids() -> None:
    """The same trace, whichever id is asked."""
    snapshot = graph_of("a:c1 SAME_AS b:c1", "k1 DEVELOPS a:c1", "t1 PRACTISES b:c1")
    assert trace_competency(snapshot, "b:c1") == trace_competency(snapshot, "a:c1")
    assert trace_competency(snapshot, "b:c1").competency.ids == ["a:c1", "b:c1"]


def test_a_class_is_one_of_its_kind() -> None:
    """`of_kind` holds the representative alone."""
    snapshot = graph_of("b:c1 SAME_AS a:c1", "c2")
    assert [snapshot.ids[i] for i in snapshot.of_kind("Competency")] == ["a:c1", "c2"]


def test_the_order_of_pairs_is_irrelevant() -> None:
    """Classes do not depend on which link is read first."""
    lines = [
        "a:c1 SAME_AS b:c1",
        "b:c1 SAME_AS c:c1",
        "b:c2 SAME_AS c:c2",
        "a:c2 SAME_AS b:c2 0.5",
        "c:c3 SAME_AS a:c3",
    ]
    assert graph_of(*lines).same_arrays(graph_of(*reversed(lines)))


# Links whose ends turned out to be of other kinds


def test_a_link_between_kinds_that_it_cannot_join_is_dormant() -> None:
    """An end that came later as something else makes no sense of a link that was waiting for it."""
    waiting = says("z9 DEVELOPS c1", by="waiting", ends=False, nodes={"c1": {}})
    arrived = says(by="arrived")
    arrived = ChangeSet(arrived.source, {NodeId("z9"): ("Role", '{"name":"z"}')}, {}, arrived.replaces)
    snapshot = snapshot_of(waiting, arrived)
    assert not live_links(snapshot)
    assert snapshot.about["dormant"] == 1
    assert trace_competency(snapshot, "c1").knowledge_units == []


# Saving and opening


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    """Give a store with a class, Chinese names, an empty text and every column that a link has."""
    found = make_store()
    found.apply(
        says(
            *(
                "a:c1 SAME_AS b:c1",
                "k1 DEVELOPS a:c1 0.5 level=3",
                "co1 SCHEDULES t1 term=2",
                "e1 EMPLOYS r1 openings=4",
            ),
            *("r1 REQUIRES b:c1", "t1 PRACTISES a:c1"),
            nodes={"k1": {"name_zh": "采矿知识", "hours": 12.5}, "d2": {"parent_id": "d1"}, "d1": {}},
        )
    )
    return found


def saved(cache: Path) -> list[Path]:
    """Return the files of snapshots in a cache."""
    return sorted(file for file in cache.glob("*/*") if not file.name.startswith("."))


def test_a_snapshot_opens_as_it_was_saved(store: Store, tmp_path: Path) -> None:
    """Same arrays, same revision, same store, same notes."""
    compiled = compile_snapshot(store)
    save_snapshot(compiled, tmp_path / "saved")
    opened = open_snapshot(tmp_path / "saved")
    assert opened.same_arrays(compiled)
    assert (opened.revision, opened.store_id, dict(opened.about)) == (
        compiled.revision,
        compiled.store_id,
        compiled.about,
    )


def test_a_snapshot_appears_whole(store: Store, tmp_path: Path) -> None:
    """Whoever sees the file of a snapshot that is being saved can open it."""
    compiled = compile_snapshot(store)
    files = [tmp_path / "saved" / str(number) for number in range(25)]

    def save() -> None:
        for file in files:
            save_snapshot(compiled, file)

    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(save)
        for file in files:
            while not file.exists() and not saving.done():
                time.sleep(0)
            assert open_snapshot(file).same_arrays(compiled)
        saving.result()


def test_two_may_save_the_same(store: Store, tmp_path: Path) -> None:
    """The second writes the same once more, and leaves nothing behind."""
    compiled = compile_snapshot(store)
    save_snapshot(compiled, tmp_path / "cache" / "saved")
    save_snapshot(compiled, tmp_path / "cache" / "saved")
    assert [file.name for file in (tmp_path / "cache").iterdir()] == ["saved"]


def test_an_opened_snapshot_cannot_be_written_into(store: Store, tmp_path: Path) -> None:
    """Its arrays are shared by all that ask."""
    save_snapshot(compile_snapshot(store), tmp_path / "saved")
    weight = open_snapshot(tmp_path / "saved").out("DEVELOPS").weight
    with pytest.raises(ValueError, match="read-only"):
        weight[0] = 0


def test_an_opened_snapshot_answers_the_same(store: Store, tmp_path: Path) -> None:
    """A trace from the files is the trace from memory."""
    compiled = compile_snapshot(store)
    opened = load_snapshot(store, tmp_path)
    assert trace_competency(opened, "b:c1") == trace_competency(compiled, "b:c1")


@pytest.mark.parametrize("whole", [False, True])
def test_the_cache_is_used(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, whole: bool) -> None:
    """A revision that is saved is opened, not compiled."""
    compiled = load_snapshot(store, tmp_path)
    monkeypatch.setattr("graph.snapshot.files.compile_snapshot", None)
    assert load_snapshot(store, tmp_path, whole=whole).same_arrays(compiled)


def test_only_what_is_used_is_read(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An array that no question needs costs a command nothing."""
    load_snapshot(store, tmp_path)
    opened = load_snapshot(store, tmp_path)
    names: list[str] = []
    read = ArrayFile.read

    def note(file: ArrayFile, name: str) -> npt.NDArray[Any]:
        names.append(name)
        return read(file, name)

    monkeypatch.setattr(ArrayFile, "read", note)
    assert opened.number("hours") is opened.number("hours")
    assert names == ["number.hours"]


def test_without_a_cache_nothing_is_written(store: Store, tmp_path: Path) -> None:
    """No folder, no file: compiled in memory."""
    before = sorted(tmp_path.rglob("*.snapshot"))
    assert load_snapshot(store, None).same_arrays(compile_snapshot(store))
    assert sorted(tmp_path.rglob("*.snapshot")) == before


def test_the_cache_of_a_store_that_does_not_exist_stays_empty(make_store: MakeStore, tmp_path: Path) -> None:
    """Nothing is saved of nothing."""
    assert len(load_snapshot(make_store(), tmp_path / "cache")) == 0
    assert not (tmp_path / "cache").exists()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def halve(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def remove(file: Path) -> None:
    file.unlink()


def lengthen(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\0")


def other_format(file: Path) -> None:
    opened = open_snapshot(file)
    with file.open("wb") as out:
        write_arrays(out, FORMAT + 1, opened.about, opened.arrays)


def other_schema(file: Path) -> None:
    opened = open_snapshot(file)
    with file.open("wb") as out:
        write_arrays(out, FORMAT, {**opened.about, "codes": 1}, opened.arrays)


def other_bytes(file: Path) -> None:
    file.write_bytes(b"\x89PNG" + bytes(range(256)))


def folder_instead(file: Path) -> None:
    file.unlink()
    (file / "within").mkdir(parents=True)


def pipe_instead(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def link_to_nowhere(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.parent / "nowhere")


HARMS = [empty, halve, remove, lengthen, other_format, other_schema, other_bytes, folder_instead]
if os.name == "posix":
    HARMS += [pipe_instead, link_to_nowhere]


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("whole", [False, True])
def test_a_damaged_cache_is_mended(store: Store, tmp_path: Path, harm: Callable[[Path], None], *, whole: bool) -> None:
    """Whatever stands in place of what was saved: compiled again, and saved for the next."""
    compiled = load_snapshot(store, tmp_path)
    (file,) = saved(tmp_path)
    harm(file)
    assert load_snapshot(store, tmp_path, whole=whole).same_arrays(compiled)
    assert open_snapshot(file).same_arrays(compiled)


def test_a_damage_that_is_found_late_is_mended(store: Store, tmp_path: Path) -> None:
    """The file is cut off after it was opened, and before an array was used."""
    load_snapshot(store, tmp_path)
    opened = load_snapshot(store, tmp_path)
    (file,) = saved(tmp_path)
    os.truncate(file, 100)
    assert opened.same_arrays(compile_snapshot(store))
    assert open_snapshot(file).same_arrays(opened)


def test_a_late_damage_of_a_revision_that_is_past_is_no_answer(store: Store, tmp_path: Path) -> None:
    """The store has moved on, and cannot show what it was: whoever asks is told so, and asks again."""
    load_snapshot(store, tmp_path)
    opened = load_snapshot(store, tmp_path)
    os.truncate(saved(tmp_path)[0], 100)
    store.apply(says("c9", by="more"))
    with pytest.raises(ConflictError):
        opened.number("hours")
    assert load_snapshot(store, tmp_path).same_arrays(compile_snapshot(store))


def test_a_file_that_may_not_be_read_stays(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of another user is no damage: compiled, without a word."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "denied")

    compiled = load_snapshot(store, tmp_path)
    (file,) = saved(tmp_path)
    monkeypatch.setattr("graph.snapshot.files.open_snapshot", refuse)
    monkeypatch.setattr("graph.snapshot.files.save_snapshot", refuse)
    assert load_snapshot(store, tmp_path).same_arrays(compiled)
    assert file.exists()


def test_a_draft_that_was_never_finished_is_ignored(store: Store, tmp_path: Path) -> None:
    """A process that died while saving leaves nothing that is taken for a snapshot; in time it goes."""
    load_snapshot(store, tmp_path)
    (file,) = saved(tmp_path)
    draft = file.rename(file.parent / ".draft-dead")
    assert load_snapshot(store, tmp_path).same_arrays(compile_snapshot(store))
    assert file in saved(tmp_path)
    assert draft.exists()
    os.utime(draft, (1, 1))
    store.apply(says("c9", by="more"))
    load_snapshot(store, tmp_path)
    assert not draft.exists()


def test_only_the_latest_are_kept(store: Store, tmp_path: Path) -> None:
    """The present revision and the one before it stay in the cache."""
    for number in range(KEPT + 2):
        store.apply(says("c1", *(f"k{i}" for i in range(number)), by="more"))
        load_snapshot(store, tmp_path)
    revision = store.revision()
    files = saved(tmp_path)
    assert len(files) == KEPT
    assert [open_snapshot(file).revision.number for file in files] == [revision.number - 1, revision.number]


def test_the_snapshot_of_a_restored_store_is_kept(tmp_path: Path) -> None:
    """A store that went back to a smaller revision finds its own snapshot in the cache, not room for older ones."""
    source = tmp_path / "graph.db"
    store = open_store(f"sqlite:///{source}")
    store.apply(says("k1 DEVELOPS c1"))
    store.close()
    backup = shutil.copy(source, tmp_path / "backup")
    for number in range(KEPT + 1):
        store.apply(says("c1", *(f"k{i}" for i in range(number)), by="more"))
        load_snapshot(store, tmp_path / "cache")
    store.close()
    shutil.copy(backup, source)
    restored = load_snapshot(store, tmp_path / "cache")
    store.close()
    assert restored.revision.number == 1
    assert any(open_snapshot(file).revision.number == 1 for file in saved(tmp_path / "cache"))


def test_a_cache_that_cannot_be_written_is_no_reason_not_to_answer(store: Store, tmp_path: Path) -> None:
    """A file where the cache's folder should be: compiled in memory."""
    (tmp_path / "file").write_text("in the way")
    assert load_snapshot(store, tmp_path / "file" / "cache").same_arrays(compile_snapshot(store))


# Columns and names


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5)))
def test_texts_are_packed_and_read_back(texts: list[str]) -> None:
    """Chinese, empty texts, anything: each comes back at its place, and together in their order."""
    column = TextColumn(*TextColumn.pack(texts))
    assert list(column) == texts
    assert [column[i] for i in range(len(column))] == texts


def test_an_empty_graph_compiles(make_store: MakeStore, tmp_path: Path) -> None:
    """A store whose only source states nothing has a snapshot of no nodes, which can be saved and opened."""
    store = make_store()
    store.apply(says())
    snapshot = load_snapshot(store, tmp_path)
    assert len(snapshot) == len(snapshot.of_kind("Competency")) == 0
    assert snapshot.find("c1") is None
    assert snapshot.same_arrays(compile_snapshot(store))


def test_nodes_are_in_the_order_of_their_ids() -> None:
    """By code point, so that every store and every machine agrees."""
    snapshot = graph_of("c10", "c2", "B:c1", "c丙", "a:c1")
    assert list(snapshot.ids) == ["B:c1", "a:c1", "c10", "c2", "c丙"]
    assert [snapshot.position(node_id) for node_id in snapshot.ids] == [0, 1, 2, 3, 4]


def test_names_are_told_in_chinese_on_request() -> None:
    """A node without a Chinese name keeps its other one; the snapshot itself goes on in its own language."""
    snapshot = graph_of(nodes={"c1": {"name": "mining", "name_zh": "采矿"}, "c2": {"name": "law"}, "g1": {"size": 3}})
    chinese = snapshot.in_language("zh")
    assert [chinese.name(i) for i in range(3)] == ["采矿", "law", "name of g1"]
    assert [snapshot.name(i) for i in range(2)] == ["mining", "law"]
    assert chinese.in_language("en").name(0) == "mining"


def test_a_node_without_a_name_is_called_by_its_id() -> None:
    """A cohort need not have a name."""
    snapshot = graph_of(nodes={"g1": {"name": ""}})
    assert snapshot.name(0) == "g1"


@pytest.mark.parametrize(
    ("asked", "near"),
    [("esco:c12x", "esco:c12"), ("c12", "esco:c12"), ("welding", "k7"), ("ESCO:C12", "esco:c12"), ("电焊", "k7")],
)
def test_an_unknown_id_is_answered_with_what_comes_near(asked: str, near: str) -> None:
    """A typing error, a forgotten prefix, another case, or a name in place of an id."""
    snapshot = graph_of(nodes={"esco:c12": {"name": "law"}, "k7": {"name": "Welding", "name_zh": "电焊"}, "r9": {}})
    with pytest.raises(NotFoundError) as caught:
        snapshot.require(asked)
    assert caught.value.near[:1] == (near,)
    assert near in str(caught.value)


def test_an_id_of_another_kind_is_not_found() -> None:
    """The message says what it is instead."""
    with pytest.raises(NotFoundError, match="knowledge unit"):
        graph_of("k1 DEVELOPS c1").require("k1", "Competency")


def test_what_is_near_is_of_the_kind_that_was_asked() -> None:
    """A role is no help to who looks for a competency."""
    snapshot = graph_of("r11", "c11")
    with pytest.raises(NotFoundError) as caught:
        snapshot.require("r1", "Role")
    assert caught.value.near == ("r11",)


def test_same_arrays_tells_graphs_apart() -> None:
    """One weight, one name, one link more: not the same."""
    one = graph_of("k1 DEVELOPS c1 0.5")
    assert one.same_arrays(graph_of("k1 DEVELOPS c1 0.5"))
    assert not one.same_arrays(graph_of("k1 DEVELOPS c1 0.25"))
    assert not one.same_arrays(graph_of("k1 DEVELOPS c1 0.5", nodes={"c1": {"name": "other"}}))
    assert not one.same_arrays(graph_of("k1 DEVELOPS c1 0.5", "k1 PREREQUISITE_OF k2"))


def test_what_is_derived_is_computed_once() -> None:
    """The same object comes back, in every language."""
    snapshot = graph_of("c1")
    assert snapshot.derived(_derived) is snapshot.in_language("zh").derived(_derived)


def _derived(snapshot: Snapshot) -> list[int]:
    return [len(snapshot)]
