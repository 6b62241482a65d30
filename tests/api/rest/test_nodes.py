"""Lists of nodes of any kind over REST: by ids, source, vocabulary, code, address and time of change."""

from collections.abc import Iterator

import pytest

from graph.stores import open_store
from tests.support.factory import says
from tests.support.serving import Asker, assert_problem, serving, settings_in

FOUND = {
    "": ["a:c1", "c1", "co1", "k1"],
    "?kind=Competency": ["a:c1", "c1"],
    "?id=b:c2&id=k1&id=nothing": ["a:c1", "k1"],
    "?source=second": ["a:c1"],
    "?source=first&kind=KnowledgeUnit": ["k1"],
    "?vocabulary=a": ["a:c1"],
    "?code=X-1": ["c1"],
    "?uri=https://example.org/c1": ["c1"],
    "?changed_since=1": ["a:c1"],
    "?changed_since=3": [],
    "?title=loop&sort=name": ["c1"],
    "?id=k1&source=second": [],
}
"""What a list is asked for, and the ids of what it has: of a class, its first."""


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Serve three imports of two sources."""
    own = {"c1": {"name": "Loops", "code": "X-1", "uri": "https://example.org/c1"}}
    settings = settings_in(tmp_path_factory.mktemp("nodes"))
    store = open_store(settings.store_url)
    store.apply(says("k1 DEVELOPS c1", "co1 COVERS k1", by="first", nodes=own))
    store.apply(says("a:c1 SAME_AS b:c2", by="second"))
    store.apply(says("a:c1 SAME_AS b:c2", by="second", rank=7))
    store.close()
    with serving(settings) as found:
        yield found


def test_nodes_are_listed_by_what_is_asked(asker: Asker) -> None:
    """Each way alone and together; page by page they are the same."""
    for query, ids in FOUND.items():
        found = asker.get(f"/v1/nodes{query}").json()
        assert ([one["id"] for one in found["items"]], found["total"]) == (ids, len(ids)), query
    first = asker.get("/v1/nodes?limit=3").json()
    rest = asker.get("/v1/nodes", params={"limit": 3, "cursor": first["next"]}).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == FOUND[""]


def test_nodes_come_whole(asker: Asker) -> None:
    """With their properties where these are asked for, all ids of their class, and the ids of which there is none."""
    found = asker.get("/v1/nodes?id=c1&id=b:c2&id=nothing&expand=values").json()
    same, loops = found["items"]
    assert (found["missing"], same["ids"], loops["values"]["code"]) == (["nothing"], ["a:c1", "b:c2"], "X-1")
    assert asker.get("/v1/nodes?id=c1").json()["items"][0]["values"] is None


def test_what_is_not_there_is_named(asker: Asker) -> None:
    """A source and a revision that there are not."""
    assert assert_problem(asker.get("/v1/nodes?source=firs"), 404, "not-found")["near"] == ["first"]
    assert assert_problem(asker.get("/v1/nodes?changed_since=9"), 404, "not-found")["near"] == ["3"]


def test_former_name_of_kinds_of_a_kind(asker: Asker) -> None:
    """`kind` of competencies and signals is understood as their own names are, with the day on which it ends."""
    for path, name, kind in (("competencies", "competency_kind", "skill"), ("signals", "signal_kind", "policy")):
        by_name, by_kind, both = (
            asker.get(f"/v1/{path}?{query}") for query in (f"{name}={kind}", f"kind={kind}", f"kind=x&{name}={kind}")
        )
        assert by_name.json() == by_kind.json(), path
        assert "Sunset" not in by_name.headers, path
        assert by_kind.headers["Sunset"].endswith("GMT"), path
        assert both.status_code == 422, path
