"""Names of people who see to gaps, or hold keys, stand in no export, answer, metric or log but their own."""

import io
import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.auth.keys import KeyStore
from api.state.database import State
from tests.support.access import NEEDED, bearing
from tests.support.commanding import CHAIN
from tests.support.conditions import eventually
from tests.support.serving import Asker, serving, settings_in

OWNER, NOTE, HOLDER = "Planted Owner-Name", "Planted note of somebody", "Planted Holder"
PLANTED = (OWNER, NOTE, HOLDER)
SHOWN_IN = {
    "GET /v1/follow-ups": {OWNER, NOTE, HOLDER},
    "GET /follow-ups": {OWNER, NOTE},
    "GET /follow-ups/gap": {OWNER, NOTE, HOLDER},
    "GET /gaps": {OWNER, NOTE},
    "GET /nodes/{id}": {OWNER, NOTE},
    "GET /v1/audit": {HOLDER},
    "GET /import": {HOLDER},
    "GET /import/runs": {HOLDER},
}
"""Where names may stand: pages and answers that are about who sees to what, or who did what."""
EXPORTS = [
    *(
        "native?as=xlsx",
        "native?as=json",
        "native?source=Poly",
        "jsonld",
        "graphml",
        "gexf",
        "edges",
        "edges?as=parquet",
    ),
    *("cypher", "case"),
]


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[tuple[Asker, str]]:
    settings = settings_in(tmp_path)
    token = KeyStore(State(settings.state_path)).create(HOLDER, "admin").token
    with serving(settings) as served:
        files = [("file", (name, text.encode() if isinstance(text, str) else text)) for name, text in CHAIN.items()]
        job = served.post("/v1/ingest/native?source=Poly", files=files, headers=bearing(token)).json()
        path = f"/v1/ingest/runs/{job['id']}"
        eventually(lambda: served.get(path, headers=bearing(token)).json()["status"] == "done")
        assert served.get("/v1/gaps?min_revision=1", headers=bearing(token)).status_code == 200
        body = {"competency": "c2", "owner": OWNER, "note": NOTE, "state": "agreed", "version": 0}
        assert served.ask("PUT", "/v1/follow-ups", json=body, headers=bearing(token)).status_code == 200
        yield served, token


@pytest.mark.slow
def test_names_stand_where_they_belong_alone(asker: tuple[Asker, str], caplog: pytest.LogCaptureFixture) -> None:
    """Every route that answers with the graph, every export and the log are searched for the planted names."""
    served, token = asker
    caplog.set_level(logging.DEBUG)
    asked = {f"GET /v1/export/{export}": f"/v1/export/{export}" for export in EXPORTS}
    asked |= {route: _filled(route) for route in NEEDED if route.startswith("GET ") and "/*" not in route}
    found: dict[str, set[str]] = {}
    answered = 0
    for route, path in asked.items():
        response = served.get(path, headers=bearing(token))
        answered += response.status_code == 200
        held = _unpacked(response.content)
        found[route] = {name for name in PLANTED if name.encode() in held or name.encode("utf-16-le") in held}
    assert answered > 50, answered
    leaked = {route: names - SHOWN_IN.get(route, set()) for route, names in found.items()}
    assert {route: names for route, names in leaked.items() if names} == {}
    assert found["GET /v1/follow-ups"] == set(PLANTED)
    assert found["GET /gaps"] == {OWNER, NOTE}
    assert [name for name in PLANTED if name in caplog.text] == []


def _unpacked(content: bytes) -> bytes:
    """Return the bytes of an answer; of a workbook or an archive, those of its parts."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return b"".join(map(parts.read, parts.namelist()))


def _filled(route: str) -> str:
    path = route.split()[1]
    if path == "/follow-ups/gap":
        return f"{path}?competency=c2"
    ends = {"roles": "r1", "courses": "co1"}
    node = next((end for part, end in ends.items() if f"/{part}/" in path), "c2")
    path = path.replace("{id}", node).replace("{kind}", "competencies").replace("{format}", "jsonld")
    return {"/v1/search": "/v1/search?q=skill", "/search": "/search?q=skill"}.get(path, path)
