"""The change feed: each revision after one, with what it changed, to be followed to the end and beyond."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from graph.changes import ChangeSet
from graph.stores import Store, open_store
from tests.support.factory import says
from tests.support.serving import Asker, assert_problem, service, serving, settings_in
from tests.support.small_groups import HISTORY

IMPORTS: tuple[ChangeSet, ...] = (
    says("k1 DEVELOPS c1 0.5", "co1 COVERS k1", by="a"),
    says("k1 DEVELOPS c1 0.7", "co1 COVERS k1", by="a", nodes={"c1": {"name": "other"}}),
    says("c2", by="b"),
    says("c2", by="b", rank=7),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(settings_in(tmp_path).store_url)
    for changes in IMPORTS:
        found.apply(changes)
    yield found
    found.close()


@pytest.fixture
def asker(tmp_path: Path, store: Store) -> Iterator[Asker]:
    assert store.exists()
    with serving(settings_in(tmp_path)) as found:
        yield found


def test_feed_tells_what_each_revision_changed(asker: Asker, store: Store) -> None:
    """Counts are of statements, by kind and relation; the hash is the one that is kept, the run that of the import."""
    found = asker.get("/v1/changes").json()
    assert [one["revision"] for one in found["items"]] == [1, 2, 3, 4]
    assert [one["content"] for one in found["items"]] == list(store.content_hashes().values())
    assert [one["run"] for one in found["items"]] == [run.id for run in reversed(store.runs())]
    assert [one["source"] for one in found["items"]] == ["a", "a", "b", "b"]
    assert [one["source_changed"] for one in found["items"]] == [True, False, True, True]
    assert found["items"][1]["nodes"] == [{"kind": "Competency", "added": 0, "changed": 1, "removed": 0}]
    assert found["items"][1]["links"] == [{"relation": "DEVELOPS", "added": 0, "changed": 1, "removed": 0}]
    assert found["items"][3]["nodes"] == found["items"][3]["links"] == []


def test_feed_is_followed_over_later_imports(asker: Asker, store: Store) -> None:
    """A cursor holds when the graph has moved on; at the end, `revision` says where to go on."""
    page, seen = asker.get("/v1/changes?limit=3").json(), []
    store.apply(says("c2", "c3", by="b"))
    service(asker).look()
    while True:
        seen += [one["revision"] for one in page["items"]]
        if page["next"] is None:
            break
        page = asker.get(f"/v1/changes?limit=1&cursor={page['next']}").json()
    assert seen == [1, 2, 3, 4, 5]
    assert asker.get(f"/v1/changes?since={page['revision']}").json()["items"] == []
    assert [one["revision"] for one in asker.get("/v1/changes?since=3&revision=4").json()["items"]] == [4]


def test_feed_after_a_revision_that_never_was_is_not_found(asker: Asker) -> None:
    """So whoever follows a store notices that it was restored to an earlier state; a wrong cursor is 422."""
    assert assert_problem(asker.get("/v1/changes?since=9"), 404, "not-found")["near"] == ["4"]
    assert asker.get("/v1/changes?cursor=x").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_readers_are_told_no_hash_of_what_is_hidden(tmp_path: Path) -> None:
    """From the first revision that hides a small group on, its hash would let them try out what fits."""
    (tmp_path / "groups").mkdir()
    settings = settings_in(tmp_path / "groups")
    store = open_store(settings.store_url)
    store.apply(says("c1", by="public"))
    for changes in HISTORY:
        store.apply(changes)
    with serving(settings) as asker:
        whole = asker.get("/v1/changes")
        restricted = {"Rolepath-View": "restricted"}
        shown = asker.get("/v1/changes", headers=restricted)
        exports = [asker.get(f"/v1/export/cypher?revision={n}", headers=restricted) for n in (1, 2, 3, 4)]
    store.close()
    hides = [int(one.headers["rolepath-withheld"]) > 0 for one in exports]
    assert hides[0] is False
    assert hides[3] is True
    assert [one["content"] is None for one in shown.json()["items"]] == [any(hides[: n + 1]) for n in range(4)]
    assert all(one["content"] for one in whole.json()["items"])
    assert shown.headers["rolepath-content"] != whole.headers["rolepath-content"]
