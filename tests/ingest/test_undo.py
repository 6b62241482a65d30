"""Taking back the last run of a source: what it stated before stands again, and nothing else has moved."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.errors import ConflictError, InputError, NotFoundError, SchemaError
from graph.model import NodeId, Source
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from ingest import undo as undoing
from ingest.undo import preview_undo, undo
from tests.support.commanding import CHAIN, Commands
from tests.support.examples import examples
from tests.support.factory import EVERY, live_links, node, says, statements
from tests.support.histories import change_set, links, nodes, replaced, sources
from tests.support.stores import MakeStore


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'graph.db'}")


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


imports = st.builds(change_set, sources, nodes, links, replaced) | st.builds(
    change_set, sources, nodes, links, st.just(frozenset[str]()), merges=st.just(True)
)


@examples(40)
@given(history=st.lists(imports, min_size=1, max_size=8), data=st.data())
def test_undo_restores_what_stood_before_the_run(history: list[ChangeSet], data: st.DataObject) -> None:
    """Of that source alone, whatever was imported in whatever order; a second undo brings everything back."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/graph.db")
        past = {0: statements(store)}
        for changes in history:
            number = store.apply(changes).revision.number
            past[number] = statements(store)
        name = data.draw(st.sampled_from(sorted({changes.source.name for changes in history})))
        last = next(run.revision for run in store.runs() if run.source == name)
        now, before = statements(store), past[last - 1]
        wanted = {key: said for key, said in now.nodes.items() if key[0] != name}
        wanted |= {key: said for key, said in before.nodes.items() if key[0] == name}
        wanted_links = {key: said for key, said in now.links.items() if key[0] != name}
        wanted_links |= {key: said for key, said in before.links.items() if key[0] == name}
        source = before.sources.get(name, now.sources[name])
        if (wanted, wanted_links, source) == (now.nodes, now.links, now.sources[name]):
            with pytest.raises(InputError, match="only made the source known"):
                undo(store, name)
            return
        report = undo(store, name)
        found = statements(store)
        assert (found.nodes, found.links) == (wanted, wanted_links)
        assert found.sources == {**now.sources, name: source}
        assert (report.revision, report.refused) == (len(past), False)
        undo(store, name)
        assert statements(store) == now
        store.close()


def test_every_store_can_take_back(make_store: MakeStore) -> None:
    """A change of values, a removal and an addition in one run; the source's properties too."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1 0.5", "k1 DEVELOPS c2", by="other"))
    store.apply(says("k1 DEVELOPS c1 0.5", "t1 PRACTISES c1", by="mine", rank=5))
    before = statements(store)
    store.apply(says("k1 DEVELOPS c1 0.7", "t2 PRACTISES c1", by="mine", nodes={"c1": {"name": "new"}}))
    after = statements(store)
    report = undo(store, "mine")
    assert statements(store) == before
    assert (report.base_revision, report.revision) == (3, 4)
    assert store.runs()[0].report == report.model_dump(mode="json")
    undo(store, "mine")
    assert statements(store) == after


def test_the_first_run_taken_back_leaves_nothing_stated(store: Store) -> None:
    """The source stays known, and what vanishes is told."""
    store.apply(says("k1 DEVELOPS c1", "c2", by="other"))
    store.apply(says("k1 DEVELOPS c1", "k1 DEVELOPS c2", "k2", by="mine"))
    report = undo(store, "mine")
    assert not any(name == "mine" for name, _ in (*statements(store).nodes, *statements(store).links))
    assert (report.removed.nodes, report.removed.links) == (4, 2)
    assert (report.vanishing.nodes, report.vanishing.links) == (1, 1)


def test_links_of_others_become_dormant(store: Store) -> None:
    """They are counted, kept, and live again when the undo is undone."""
    store.apply(says("k1 DEVELOPS c1", by="mine"))
    store.apply(says("t1 PRACTISES c1", "t1 APPLIES k1", by="other", nodes={"t1": {}}, ends=False))
    assert undo(store, "mine").dormant == 2
    assert not live_links(compile_snapshot(store))
    assert len(statements(store).links) == 2
    assert undo(store, "mine").dormant == 0
    assert len(live_links(compile_snapshot(store))) == 3


def test_own_links_to_what_others_took_away_come_back_dormant(store: Store) -> None:
    """Undo restores statements; that an end is gone meanwhile is told, not refused."""
    store.apply(says("c9", by="other"))
    store.apply(says("k1 DEVELOPS c9", by="mine", nodes={"k1": {}}, ends=False))
    store.apply(says("k1", by="mine"))
    store.apply(says("c8", by="other"))
    report = undo(store, "mine")
    assert (report.added.links, report.dormant) == (1, 1)


def test_a_link_whose_end_came_back_as_another_kind_is_dormant(store: Store) -> None:
    """The relation cannot join it any more."""
    store.apply(says("c9", by="other"))
    store.apply(says("k1 DEVELOPS c9", by="mine", nodes={"k1": {}}, ends=False))
    store.apply(says("k1", by="mine"))
    store.apply(says("c8", by="other"))
    store.apply(ChangeSet(Source(name="third"), {NodeId("c9"): node("c9", kind="Role")}, {}, EVERY))
    assert undo(store, "mine").dormant == 1
    assert not live_links(compile_snapshot(store))


def test_an_id_that_got_another_kind_meanwhile_is_refused(store: Store) -> None:
    """The report names it and who says so; the store stays as it is."""
    store.apply(says("c1", by="mine"))
    store.apply(says("c2", by="mine"))
    store.apply(ChangeSet(Source(name="other"), {NodeId("c1"): node("c1", kind="Role")}, {}, EVERY))
    before = statements(store)
    report = undo(store, "mine")
    assert (report.refused, report.revision, statements(store) == before) == (True, 3, True)
    assert [(problem.value, "other" in problem.reason) for problem in report.problems] == [("c1", True)]
    with pytest.raises(SchemaError):
        store.apply(preview_undo(store, "mine").changes)


def test_the_guard_against_removals_does_not_hold(store: Store) -> None:
    """Who undoes wants what was added to go."""
    store.apply(says("c1", by="mine"))
    store.apply(says(*(f"c{i}" for i in range(1, 50)), by="mine"))
    assert undo(store, "mine").removed.nodes == 48


def test_a_dry_run_changes_nothing(store: Store) -> None:
    """And tells the same as the undo after it."""
    store.apply(says("c1", by="mine"))
    before = statements(store)
    told = undo(store, "mine", dry_run=True)
    assert (statements(store), told.dry_run, store.revision().number) == (before, True, 1)
    done = undo(store, "mine")
    assert done.removed == told.removed
    assert done.samples == told.samples


def test_an_unknown_source_is_not_found(store: Store) -> None:
    """The nearest name is offered."""
    store.apply(says("c1", by="mine"))
    with pytest.raises(NotFoundError) as caught:
        undo(store, "mina")
    assert caught.value.near == ("mine",)


def test_a_run_that_only_named_the_source_cannot_be_taken_back(store: Store) -> None:
    """There is nothing to take back, and the message says so."""
    store.apply(says(by="mine"))
    with pytest.raises(InputError, match="nothing to take back"):
        undo(store, "mine")


def test_an_import_that_comes_between_is_not_taken_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody was faster with the same source: another run than the one meant would go."""
    store.apply(says("c1", by="mine"))
    shown = preview_undo(store, "mine")

    def late(_store: Store, _name: str) -> object:
        monkeypatch.undo()
        store.apply(says("c2", by="mine"))
        return shown

    monkeypatch.setattr(undoing, "preview_undo", late)
    with pytest.raises(ConflictError, match="imported meanwhile"):
        undo(store, "mine")
    assert store.revision().number == 2


def test_an_import_of_another_source_does_not_stand_in_the_way(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The undo is checked again against what stands now."""
    store.apply(says("c1", by="mine"))
    shown = preview_undo(store, "mine")

    def late(_store: Store, _name: str) -> object:
        monkeypatch.undo()
        store.apply(says("k1 DEVELOPS c1", by="other", nodes={"k1": {}}, ends=False))
        return shown

    monkeypatch.setattr(undoing, "preview_undo", late)
    assert (undo(store, "mine").dormant, store.revision().number) == (1, 3)


# The command


def test_the_command_takes_back_and_brings_back(cli: Commands) -> None:
    """The document is the report; people are told how to bring it back."""
    cli.filled()
    dry = cli("undo", "Poly", "--dry-run", "--json").document
    assert (dry["dry_run"], dry["removed"], dry["vanishing"]) == (True, {"nodes": 6, "links": 5}, dry["removed"])
    told = cli("undo", "Poly")
    assert (told.status, "taken back - Poly; the graph is now at revision 2" in told.out) == (0, True)
    assert "rolepath undo Poly" in told.err
    again = cli("undo", "Poly", "--json").document
    assert (again["added"], again["revision"]) == ({"nodes": 6, "links": 5}, 3)
    assert cli("runs", "--json").document["total"] == 3


def test_the_command_tells_an_unknown_source(cli: Commands) -> None:
    """Status 4, as whatever is not found."""
    cli.filled()
    told = cli("undo", "Poli", "--json")
    assert (told.status, "Did you mean Poly?" in told.document["detail"]) == (4, True)


def test_the_command_refuses_with_a_report(cli: Commands) -> None:
    """Status 1, and the run is listed as refused."""
    cli.filled()
    cli("undo", "Poly")
    other = {"source.csv": "name,version\nOther,1\n", "roles.csv": "id,name\nc1,Now a Role\n"}
    assert cli("ingest", "native", cli.folder(other, "other")).status == 0
    told = cli("undo", "Poly")
    assert (told.status, "refused" in told.out, "c1 is a Role already" in " ".join(told.out.split())) == (1, True, True)
    assert "refused" in {run["outcome"] for run in cli("runs", "--json").document["items"]}


def test_the_example_is_whole_after_a_change_was_taken_back(cli: Commands) -> None:
    """What was imported wrongly over a source goes, and gaps are as before."""
    cli.filled()
    before = cli("gaps", "--json").document["items"]
    worse = CHAIN | {"links.csv": "from_id,relation,to_id\nk1,DEVELOPS,c2\n"}
    assert cli("ingest", "native", cli.folder(worse, "worse"), "--allow-removals").status == 0
    assert cli("gaps", "--json").document["items"] != before
    assert cli("undo", "Poly").status == 0
    assert cli("gaps", "--json").document["items"] == before
