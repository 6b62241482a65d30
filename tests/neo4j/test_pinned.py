"""Pinned answers on a Neo4j server: as the embedded store gives them, before and after later imports."""

from dataclasses import replace
from pathlib import Path

from api.settings.service import ServiceSettings
from graph.stores import open_store
from tests.support.factory import SMALL, says
from tests.support.pinned import later_imports
from tests.support.serving import service, serving, settings_in
from tests.support.stores import empty_neo4j

ASKED = (
    "/v1/nodes/c1?",
    "/v1/sources?fields=items.name,items.version&",
    "/v1/gaps?",
    "/v1/export/jsonld?",
)
UNTIL = 12
"""How many imports come later: each kind of them several times."""


def test_a_revision_is_answered_alike_on_both_stores(tmp_path: Path, neo4j_url: str) -> None:
    """Each question has the same bytes before and after later imports, and the same content hash on both stores."""
    empty_neo4j(neo4j_url)
    told, hashes = {}, {}
    for name in ("sqlite", "neo4j"):
        folder = tmp_path / name
        folder.mkdir()
        settings = replace(settings_in(folder), service=ServiceSettings(answer_cache_bytes=0))
        settings = replace(settings, store_url=neo4j_url) if name == "neo4j" else settings
        store = open_store(settings.store_url)
        store.apply(SMALL)
        store.apply(says("c1", by="other", nodes={"c1": {"description": "at first"}}))
        with serving(settings) as asker:
            first = [asker.get(f"{path}revision=2") for path in ASKED]
            store.apply(says("c1", by="other", nodes={"c1": {"description": "later"}}))
            for changes in list(later_imports())[:UNTIL]:
                store.apply(changes)
            service(asker).look()
            last = [asker.get(f"{path}revision=2") for path in ASKED]
        assert [one.status_code for one in first] == [200] * len(ASKED)
        assert [one.content for one in last] == [one.content for one in first], name
        assert "at first" in first[0].text
        told[name] = [one.headers["rolepath-content"] for one in last]
        hashes[name] = store.content_hashes()
        store.close()
    assert told["sqlite"] == told["neo4j"]
    assert hashes["sqlite"] == hashes["neo4j"]
