"""Edits: what a person adds, changes and drops; what is refused, overruled, and what others changed meanwhile."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph.errors import ChangedError, ConflictError, InputError, RefusedEditsError
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.next_revision import snapshot_after
from graph.stores import Store, open_store
from graph.stores.sqlite.read import SqliteReader
from ingest.edit_document import EditDocument, parse_document
from ingest.edits import apply_edits, preview_edits
from ingest.run_undo import undo_run
from tests.support.factory import says, statements
from tests.support.stores import MakeStore

KEY = (NodeId("k1"), "DEVELOPS", NodeId("c1"))
LINK = {"from_id": "k1", "relation": "DEVELOPS", "to_id": "c1"}


def document(*edits: dict[str, Any], **told: Any) -> EditDocument:  # noqa: ANN401 - as JSON has it
    return EditDocument.model_validate({"edits": list(edits), "source": "mine", **told})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return _filled(open_store(f"sqlite:///{tmp_path / 'graph.db'}"))


def _filled(store: Store) -> Store:
    store.apply(says("co1 COVERS k1", "k1 DEVELOPS c1 0.3", "t1 PRACTISES c1", by="College"))
    return store


def test_edits_are_statements_of_the_chosen_source(make_store: MakeStore) -> None:
    """All of them in one run, with its reason; a value that another states is overruled by a rank before it."""
    store = _filled(make_store())
    wanted = document(
        {"op": "change_link", **LINK, "weight": 0.6},
        {"op": "add_node", "id": "t2", "kind": "TrainingTask", "values": {"name": "Lab", "kind": "lab", "hours": "4"}},
        {"op": "add_link", "from_id": "t2", "relation": "PRACTISES", "to_id": "c1"},
        {"op": "change_node", "id": "k1", "values": {"hours": 12, "name_zh": "单元"}},
        reason="agreed on Monday",
    )
    before = statements(store)
    assert preview_edits(wanted, store).report.revision == 1
    assert statements(store) == before
    report = apply_edits(wanted, store).report
    found = statements(store)
    assert found.links["mine", KEY] == (0.6, None, None, None, None)
    assert found.links["College", KEY] == (0.3, None, None, None, None)
    assert json.loads(found.nodes["mine", NodeId("t2")][1]) == {"hours": 4, "kind": "lab", "name": "Lab"}
    assert json.loads(found.nodes["mine", NodeId("k1")][1])["hours"] == 12
    assert found.sources["mine"].rank < found.sources["College"].rank
    run = store.runs()[0]
    assert (run.id, run.source, run.report["reason"]) == (report.run, "mine", "agreed on Monday")
    snapshot = compile_snapshot(store)
    k, c = snapshot.require("k1"), snapshot.require("c1")
    assert snapshot.out("DEVELOPS").weight[snapshot.out("DEVELOPS").position(k, c)] == pytest.approx(0.6)


def test_what_others_state_cannot_be_dropped(make_store: MakeStore) -> None:
    """The source is named; what is one's own goes, and then what the other states counts again."""
    store = _filled(make_store())
    for edit, named in (
        ({"op": "drop_link", **LINK}, "College"),
        ({"op": "change_link", **LINK, "clear": ["weight"]}, "College"),
        ({"op": "drop_node", "id": "k1"}, "College"),
        ({"op": "change_node", "id": "k1", "values": {"name": None}}, "College"),
    ):
        with pytest.raises(RefusedEditsError, match=named):
            apply_edits(document(edit), store)
    apply_edits(document({"op": "change_link", **LINK, "weight": 0.6}), store)
    apply_edits(document({"op": "change_link", **LINK, "clear": ["weight"]}), store)
    assert statements(store).links["mine", KEY][0] is None
    with pytest.raises(RefusedEditsError, match="mine"):
        apply_edits(document({"op": "drop_link", **LINK}, source="College"), store)
    alone = {"from_id": "t1", "relation": "PRACTISES", "to_id": "c1"}
    apply_edits(document({"op": "drop_link", **alone}, source="College"), store)
    assert ("College", ("t1", "PRACTISES", "c1")) not in statements(store).links


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"op": "add_link", "from_id": "k1", "relation": "DEVELOPS", "to_id": "comp1"}, "there is no node comp1"),
        ({"op": "add_link", "from_id": "kk1", "relation": "DEVELOPS", "to_id": "c1"}, "did you mean k1"),
        ({"op": "change_link", "from_id": "k1", "relation": "DEVELOPS", "to_id": "t1"}, "there is no link"),
        ({"op": "add_link", "from_id": "c1", "relation": "DEVELOPS", "to_id": "k1"}, "leads from"),
        ({"op": "add_link", "from_id": "c1", "relation": "HATES", "to_id": "k1"}, "no relation"),
        ({"op": "add_link", **LINK, "weight": 0.9}, "change it instead"),
        ({"op": "change_link", **LINK, "weight": 1.5}, "weight"),
        ({"op": "change_node", "id": "co11", "values": {"term": 2}}, "did you mean co1"),
        ({"op": "change_node", "id": "co1", "values": {"terms": 2}}, "no terms"),
        ({"op": "change_node", "id": "co1", "values": {"term": "spring"}}, "term"),
        ({"op": "change_node", "id": "co1", "values": {"name": {"en": "x"}}}, "name: is text"),
        ({"op": "change_node", "id": "co1", "values": {"name": True}}, "name: is text"),
        ({"op": "add_node", "id": "co1", "kind": "Course", "values": {"name": "x"}}, "is there already"),
        ({"op": "add_node", "kind": "Course", "values": {}}, "must have name"),
        ({"op": "add_node", "kind": "Curse", "values": {"name": "x"}}, "no kind"),
        ({"op": "add_node", "kind": "Assessment", "values": {"date": "2026-01-01"}}, "imported, not entered"),
        ({"op": "add_link", "from_id": "k1", "relation": "PREREQUISITE_OF", "to_id": "k1"}, "itself"),
    ],
)
def test_an_edit_that_cannot_be_is_refused(store: Store, edit: dict[str, Any], said: str) -> None:
    """With what is wrong, in which edit; nothing of the others is applied."""
    before = statements(store)
    good = {"op": "change_node", "id": "co1", "values": {"term": 3}}
    with pytest.raises(RefusedEditsError, match=said) as refused:
        apply_edits(document(good, edit), store)
    assert [problem.row for problem in refused.value.problems] == [2]
    assert statements(store) == before


def test_what_changed_since_is_not_overwritten(make_store: MakeStore) -> None:
    """Both values are named; a later revision of something else is no conflict, nor one that says the same."""
    store = _filled(make_store())
    apply_edits(document({"op": "change_link", **LINK, "weight": 0.6}), store)
    with pytest.raises(ChangedError, match=r"was 0\.3, and is 0\.6 now"):
        apply_edits(document({"op": "change_link", **LINK, "weight": 1}, expected_revision=1), store)
    with pytest.raises(ChangedError, match=r"was 0\.3, and is 0\.6 now"):
        apply_edits(document({"op": "drop_link", **LINK}, expected_revision=1), store)
    done = apply_edits(document({"op": "change_link", **LINK, "weight": 0.6}, expected_revision=1), store)
    assert done.report.revision == done.report.base_revision == 2
    apply_edits(document({"op": "change_node", "id": "c1", "values": {"code": "A"}}, expected_revision=1), store)
    apply_edits(document({"op": "change_node", "id": "c1", "values": {"name": "B"}}, expected_revision=2), store)
    with pytest.raises(ChangedError, match="code was not stated, and is A now"):
        apply_edits(document({"op": "change_node", "id": "c1", "values": {"code": "C"}}, expected_revision=2), store)
    new = {"op": "add_node", "id": "k9", "kind": "KnowledgeUnit", "values": {"name": "X", "kind": "disciplinary"}}
    apply_edits(document(new), store)
    other = {"op": "add_node", "id": "k9", "kind": "KnowledgeUnit", "values": {"name": "Y", "kind": "disciplinary"}}
    with pytest.raises(ChangedError, match="was not there at revision 4"):
        apply_edits(document(other, expected_revision=4), store)
    apply_edits(document({"op": "drop_node", "id": "k9"}), store)
    with pytest.raises(ChangedError, match="is not any more"):
        apply_edits(document({"op": "change_node", "id": "k9", "values": {"hours": 2}}, expected_revision=5), store)
    with pytest.raises(ConflictError, match="not 99"):
        apply_edits(document({"op": "change_node", "id": "c1", "values": {"code": "C"}}, expected_revision=99), store)


def test_the_preview_is_what_applying_gives(make_store: MakeStore) -> None:
    """Array for array, also where the source comes to speak before another, and where a node comes or goes."""
    store = _filled(make_store())
    store.apply(says("k1 DEVELOPS c1 0.9", "k2 DEVELOPS c1", by="Mine", rank=200))
    for edits in (
        [{"op": "change_link", **LINK, "weight": 0.6}],
        [{"op": "add_node", "kind": "Role", "values": {"name": "Role"}}],
        [{"op": "add_link", "from_id": "entered:role", "relation": "REQUIRES", "to_id": "c1", "level": 3}],
        [{"op": "change_node", "id": "co1", "values": {"name": "Another", "term": 2}}],
        [{"op": "drop_node", "id": "entered:role"}, {"op": "change_link", **LINK, "clear": ["weight"]}],
    ):
        before = compile_snapshot(store)
        wanted = document(*edits, source="Mine")
        found = preview_edits(wanted, store)
        after, _ = snapshot_after(store, before, found.difference)
        apply_edits(wanted, store)
        assert after.same_arrays(compile_snapshot(store)), edits


def test_the_source_of_entries_is_that_of_the_institution(store: Store) -> None:
    """In the reader's language where it is new; the one that is there, in whatever language, where it is not."""
    edit = {"op": "change_node", "id": "co1", "values": {"term": 3}}
    nobody = EditDocument.model_validate({"edits": [edit]})
    assert preview_edits(nobody, store).document.source == "Entered on pages"
    store.apply(says("u1 RUNS d1", "d1 OFFERS co1", by="University", institution="u1"))
    found = preview_edits(nobody, store)
    assert found.document.source == "name of u1: entered on pages"
    assert found.checked.changes.source.institution_id == "u1"
    assert preview_edits(nobody, store, language="zh").document.source == "name of u1：网页录入"
    apply_edits(nobody, store, language="zh")
    assert preview_edits(nobody, store).document.source == "name of u1：网页录入"
    with pytest.raises(RefusedEditsError, match="no institution"):
        preview_edits(nobody.model_copy(update={"institution": "u7"}), store)


def test_a_what_if_is_an_edit_document(store: Store) -> None:
    """What it adds is stated, what it removes is dropped."""
    said = {
        "add": {"training_tasks": [{"id": "t5", "kind": "lab", "name": "Week"}], "links": [{**LINK, "weight": 0.8}]},
        "remove": {"links": [{"from_id": "t1", "relation": "PRACTISES", "to_id": "c1"}]},
        "source": "College",
    }
    apply_edits(parse_document(said), store)
    found = statements(store)
    assert found.links["College", KEY][0] == 0.8
    assert ("College", "t5") in found.nodes
    assert ("College", ("t1", "PRACTISES", "c1")) not in found.links
    with pytest.raises(InputError, match="weights"):
        parse_document({"edits": [{"op": "add_link", **LINK, "weights": 1}]})


def test_a_circle_within_the_source_is_refused(store: Store) -> None:
    """An import of what it states would refuse it as well."""
    store.apply(says("k1", "k2", "d1", "d2", by="College", merges=True))
    apply_edits(document({"op": "add_link", "from_id": "k1", "relation": "PREREQUISITE_OF", "to_id": "k2"}), store)
    apply_edits(document({"op": "change_node", "id": "d1", "values": {"parent_id": "d2"}}), store)
    for edit in (
        {"op": "add_link", "from_id": "k2", "relation": "PREREQUISITE_OF", "to_id": "k1"},
        {"op": "change_node", "id": "d2", "values": {"parent_id": "d1"}},
    ):
        with pytest.raises(RefusedEditsError, match="circle"):
            apply_edits(document(edit), store)


def test_edits_that_are_sent_twice_are_done_once(store: Store) -> None:
    """Of a new node without an id, too: the second time it is there already; another of that name is another."""
    new = {"op": "add_node", "kind": "TrainingTask", "values": {"name": "Patent clinic", "kind": "lab"}}
    link = {"op": "add_link", "from_id": "entered:patent-clinic", "relation": "PRACTISES", "to_id": "c1"}
    apply_edits(document(new, link, expected_revision=1), store)
    again = apply_edits(document(new, link, expected_revision=1), store).report
    assert again.revision == again.base_revision == 2
    assert apply_edits(document({**new, "id": "entered:patent-clinic"}), store).report.revision == 2
    other = {**new, "values": {"name": "Patent clinic", "kind": "competition"}}
    assert apply_edits(document(other, new), store).document.edits[0].id == "entered:patent-clinic-2"  # type: ignore[union-attr]


def test_an_edit_reads_what_it_touches_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large the graph: no other source's statements are read for it, nor for what takes it back."""

    def read_all(name: str) -> Any:  # noqa: ANN401 - as the reader has it
        read = getattr(SqliteReader, name)

        def of_one(self: SqliteReader, source: str | None = None) -> Any:  # noqa: ANN401
            assert source in {"mine", "Second"}, f"{name} of {source}"
            return read(self, source)

        return of_one

    for name in ("nodes", "links", "node_stream", "link_stream"):
        monkeypatch.setattr(SqliteReader, name, read_all(name))
    wanted: list[dict[str, Any]] = [
        {"op": "change_link", **LINK, "weight": 0.6},
        {"op": "add_node", "id": "k7", "kind": "KnowledgeUnit", "values": {"name": "x", "kind": "disciplinary"}},
        {"op": "add_link", "from_id": "k7", "relation": "DEVELOPS", "to_id": "c1"},
    ]
    apply_edits(document(*wanted), store)
    apply_edits(document({"op": "add_link", **LINK, "weight": 0.6}, source="Second"), store)
    gone = apply_edits(document({"op": "drop_link", "from_id": "k7", "relation": "DEVELOPS", "to_id": "c1"}), store)
    undo_run(store, gone.report.run)
