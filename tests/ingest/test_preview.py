"""What a preview tells beyond counts: what vanishes, what goes dormant, and examples of every change."""

import json
from pathlib import Path

import pytest

from graph.model import NodeId
from graph.stores import Store, open_store
from ingest.draft import Draft, Place
from ingest.effects import LONGEST_EXAMPLE, MOST_EXAMPLES
from ingest.job import Leniency, ingest, preview
from ingest.progress import Progress, Stage
from ingest.report import IngestReport, Mode
from tests.support.commanding import CHAIN, Commands
from tests.support.factory import EVERY, says


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'graph.db'}")


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def draft_of(*lines: str, by: str = "mine", nodes: dict[str, dict[str, str]] | None = None, ends: bool = True) -> Draft:
    """Return a draft that states what the lines say, whole."""
    said = says(*lines, by=by, nodes=nodes, ends=ends)
    draft = Draft(said.source)
    for row, (node_id, (kind, values)) in enumerate(said.nodes.items(), 2):
        draft.state_node(Place("nodes", None, row), node_id, kind, json.loads(values))
    for row, (key, stated) in enumerate(said.links.items(), 2):
        draft.state_link(Place("links", None, row), key, stated)
    draft.replaces = set(EVERY)
    return draft


def told(draft: Draft, store: Store, mode: Mode = "replace", *, dangling: bool = False) -> IngestReport:
    """Return the report of a dry run that may remove."""
    return preview(draft, store, mode=mode, leniency=Leniency(allow_removals=True, allow_dangling=dangling)).report


def test_what_nobody_else_states_vanishes(store: Store) -> None:
    """Removed are all statements that the source makes no longer; vanishing those that were the only ones."""
    store.apply(says("k1 DEVELOPS c1", "k1 DEVELOPS c2", "c3", by="mine"))
    store.apply(says("k1 DEVELOPS c1", by="other"))
    report = told(draft_of("k9"), store)
    assert report.removed.model_dump() == {"nodes": 4, "links": 2}
    assert report.vanishing.model_dump() == {"nodes": 2, "links": 1}
    assert {one.id: one.vanishes for one in report.samples.removed.nodes} == {
        "c1": False,
        "c2": True,
        "c3": True,
        "k1": False,
    }
    assert [one.vanishes for one in report.samples.removed.links] == [False, True]


def test_without_another_source_all_that_is_removed_vanishes(store: Store) -> None:
    """Nobody else can state it."""
    store.apply(says("k1 DEVELOPS c1", by="mine"))
    report = told(draft_of("k1"), store)
    assert report.vanishing == report.removed


def test_a_merge_lets_nothing_vanish(store: Store) -> None:
    """It removes nothing."""
    store.apply(says("k1 DEVELOPS c1", by="mine"))
    assert told(draft_of("k1"), store, "merge").vanishing.model_dump() == {"nodes": 0, "links": 0}


def test_a_link_that_goes_dormant_is_counted_once(store: Store) -> None:
    """However many sources state it, and also where this one states it again."""
    store.apply(says("k1 DEVELOPS c1", by="mine"))
    store.apply(says("k1 DEVELOPS c1", by="other", ends=False))
    report = told(draft_of("k1 DEVELOPS c1", nodes={"k1": {}}, ends=False), store, dangling=True)
    assert (report.vanishing.nodes, report.dormant) == (1, 1)


def test_a_link_that_would_join_another_kind_goes_dormant(store: Store) -> None:
    """A node that only this source states may change its kind; what others link to it then waits."""
    store.apply(says("c1", by="mine"))
    store.apply(says("k1 DEVELOPS c1", by="other", nodes={"k1": {}}, ends=False))
    draft = Draft(says(by="mine").source)
    draft.state_node(Place("nodes", None, 2), NodeId("c1"), "Role", {"name": "a role"})
    draft.replaces = set(EVERY)
    report = told(draft, store)
    assert report.dormant == 1
    example = report.samples.changed.nodes[0]
    assert (example.kind, example.before["is"], example.after["is"]) == ("Role", "Competency", "Role")


def test_examples_show_what_differs(store: Store) -> None:
    """Of a change both values, of what comes or goes all that is stated; ends by their names."""
    store.apply(says("k1 DEVELOPS c1 0.5", "c2", by="mine", nodes={"c1": {"name": "old", "name_zh": "旧"}}))
    report = told(
        draft_of("k1 DEVELOPS c1 0.8 level=3", "k2 DEVELOPS c1", nodes={"c1": {"name": "new", "name_zh": "旧"}}), store
    )
    changed, added = report.samples.changed, report.samples.added
    assert [(one.id, one.name, one.before, one.after) for one in changed.nodes] == [
        ("c1", "new", {"name": "old"}, {"name": "new"})
    ]
    assert [(one.before, one.after) for one in changed.links] == [({"weight": 0.5}, {"weight": 0.8, "level": 3})]
    assert [(one.from_name, one.relation, one.to_name) for one in added.links] == [("name of k2", "DEVELOPS", "new")]
    assert [(one.id, one.after) for one in added.nodes] == [("k2", {"name": "name of k2", "kind": "disciplinary"})]
    assert [(one.id, one.before["name"], one.after) for one in report.samples.removed.nodes] == [
        ("c2", "name of c2", {})
    ]


def test_ends_that_only_the_graph_knows_have_their_names(store: Store) -> None:
    """A source may link what others state."""
    store.apply(says("c1", by="other", nodes={"c1": {"name": "焊接"}}))
    report = told(draft_of("k1 DEVELOPS c1", nodes={"k1": {}}, ends=False), store)
    assert [one.to_name for one in report.samples.added.links] == ["焊接"]


def test_examples_are_few_and_short(store: Store) -> None:
    """A report is kept for ever: five of each, and no long texts."""
    report = told(draft_of(*(f"c{i}" for i in range(20)), nodes={"c0": {"description": "x" * 9000}}), store)
    assert (len(report.samples.added.nodes), report.added.nodes) == (MOST_EXAMPLES, 20)
    assert len(str(report.samples.added.nodes[0].after["description"])) == LONGEST_EXAMPLE


def test_an_applied_job_keeps_its_examples(store: Store) -> None:
    """The run's report says them for ever."""
    done = ingest(lambda: draft_of("c1"), store)
    kept = IngestReport.model_validate(store.runs()[0].report)
    assert kept == done
    assert [one.id for one in kept.samples.added.nodes] == ["c1"]


def test_phases_are_told(store: Store) -> None:
    """In the order in which they come; a dry run writes nothing."""
    told: list[Progress] = []
    ingest(lambda: draft_of("k1 DEVELOPS c1"), store, on_progress=told.append)
    assert told == [
        Progress(stage=Stage.CHECKING, nodes=2, links=1),
        Progress(stage=Stage.COMPARING, source="mine"),
        Progress(stage=Stage.WRITING),
    ]
    assert [str(one.message) for one in told] == [
        "checking 2 nodes and 1 links",
        "comparing with what mine stated before",
        "writing",
    ]
    told.clear()
    ingest(lambda: draft_of("c1"), store, dry_run=True, on_progress=told.append)
    assert [one.stage for one in told] == [Stage.CHECKING, Stage.COMPARING]


# The command


CHANGED = CHAIN | {
    "competencies.csv": "id,name,name_zh,kind\nc1,Skill Won,能力一,skill\nc3,Skill Three,,skill\n",
    "links.csv": "from_id,relation,to_id,weight\nk1,DEVELOPS,c1,0.9\nt1,PRACTISES,c1,0.5\nr1,REQUIRES,c1,1\n",
}


def test_a_dry_run_shows_examples(cli: Commands) -> None:
    """Each with its sign, names and values; what leaves the graph is said."""
    cli.filled()
    out = cli("ingest", "native", cli.folder(CHANGED), "--dry-run", "--allow-removals").out
    said = " ".join(out.split())
    assert "vanishing 1 node and 1 link leave the graph: nobody else states them" in said
    assert "nodes added + Competency c3 Skill Three" in said
    assert "nodes changed ~ Competency c1 Skill Won name: Skill One → Skill Won" in said
    assert "links changed ~ k1 Unit One DEVELOPS c1 Skill Won weight: 0.5 → 0.9" in said
    assert "nodes removed - Competency c2 Skill Two vanishes" in said
    assert "links removed - r1 Role One REQUIRES c2 Skill Two vanishes" in said


def test_the_document_has_the_examples(cli: Commands) -> None:
    """As the report's samples."""
    cli.filled()
    told = cli("ingest", "native", cli.folder(CHANGED), "--dry-run", "--allow-removals", "--json").document
    assert told["vanishing"] == {"nodes": 1, "links": 1}
    assert told["samples"]["changed"]["nodes"] == [
        {
            "id": "c1",
            "kind": "Competency",
            "name": "Skill Won",
            "before": {"name": "Skill One"},
            "after": {"name": "Skill Won"},
            "vanishes": False,
        }
    ]


def test_what_stays_by_others_is_said(cli: Commands) -> None:
    """No longer stated by this source is not gone."""
    cli.filled()
    other = CHAIN | {"source.csv": "name,version\nOther,1\n"}
    cli("ingest", "native", cli.folder(other, "other"))
    out = " ".join(cli("undo", "Poly", "--dry-run").out.split())
    assert "0 nodes and 0 links leave the graph" in out
    assert "11 of the removed stay by other sources" in out


def test_a_hostile_name_does_not_reach_the_terminal(cli: Commands) -> None:
    """Control characters of direction are shown as question marks."""
    files = CHAIN | {"roles.csv": "id,name\nr1,Role \u202eenO\n"}
    assert "\u202e" not in cli("ingest", "native", cli.folder(files), "--dry-run").out
