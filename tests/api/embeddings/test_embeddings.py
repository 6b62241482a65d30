"""Likeness of meaning as it is set up: a server that a setting names, or none; what answers say of it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from api.embeddings import embedding_server as module
from api.embeddings.choice import embedder_of
from api.embeddings.embedding_server import EmbeddingServer
from api.service.name_vectors import NameVectors
from api.settings.settings import Settings, load_settings
from graph.embeddings.embedder import EmbedderUnavailableError
from graph.embeddings.sentence_encoder import installed_version
from graph.errors import InputError
from graph.messages import Message
from graph.stores.sqlite.store import SqliteStore
from tests.support.embedding_server import Answer, RunningServer, embedding_server, vectors
from tests.support.factory import says
from tests.support.serving import serving, settings_in
from tests.support.tiny_embedder import TinyEmbedder

TEXTS = ["焊接机器人", "weld", "客户", ""]
NAMES = {"a:c1": {"name": "焊接机器人编程"}, "b:c1": {"name": "Program welding robots"}, "b:c2": {"name": "Teach"}}


def using(settings: Settings, **told: object) -> Settings:
    """Return the settings with some of the service's changed."""
    return replace(settings, service=settings.service.model_copy(update=told))


def test_a_server_embeds(tmp_path: Path) -> None:
    """Texts are sent in blocks with model and key; what it gives is brought to length 1, in the order of the texts."""
    key = tmp_path / "key"
    key.write_text("secret\n")
    with embedding_server() as running:
        told = {"ROLEPATH_EMBEDDINGS_URL": running.url + "/", "ROLEPATH_EMBEDDINGS_MODEL": "tiny"}
        embedder = embedder_of(load_settings({**told, "ROLEPATH_EMBEDDINGS_KEY_FILE": str(key)}))
        assert isinstance(embedder, EmbeddingServer)
        many = TEXTS * 40
        np.testing.assert_allclose(embedder.embed(many), TinyEmbedder().embed(many), rtol=1e-5)
        assert embedder.embed([]).shape == (0, 0)
    assert [len(body["input"]) for body in running.bodies] == [64, 64, 32]
    assert {body["model"] for body in running.bodies} == {"tiny"}
    assert {(head["path"], head["authorization"]) for head in running.headers} == {("/v1/embeddings", "Bearer secret")}
    other = EmbeddingServer("https://elsewhere.example/v1", "tiny")
    assert other.model() != embedder.model()


def _drip(_: Sequence[str]) -> Answer:
    time.sleep(1)
    return vectors(TEXTS)


BAD: dict[str, Callable[[Sequence[str]], Answer]] = {
    "redirect": lambda _: (302, {"Location": "http://127.0.0.1:1/v1/embeddings"}, b""),
    "error": lambda _: (500, {}, b""),
    "no JSON": lambda _: (200, {}, b"<html>"),
    "deep": lambda _: (200, {}, b"[" * 100_000),
    "something else": lambda _: (200, {}, b'{"data": [{"index": 0}]}'),
    "too few": lambda texts: vectors(texts[1:]),
    "not of one length": lambda _: (
        200,
        {},
        b'{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1]}]}',
    ),
    "no numbers": lambda texts: (200, {}, vectors(texts)[2].replace(b"0.0", b"NaN")),
    "too large": lambda _: (200, {}, b" " * 3_000),
    "too slow": _drip,
}


def _can_be_asked(running: RunningServer) -> bool:
    try:
        EmbeddingServer(running.url, "", timeout_s=0.3).embed(["weld", "pump"])
    except EmbedderUnavailableError as error:
        return running.url not in str(error)
    return True


def test_a_bad_server_is_no_reason_not_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it does, it counts as one that cannot be asked; nothing is followed, and no time is lost."""
    monkeypatch.setattr(module, "MOST_BYTES", 2_000)
    for what, answer in BAD.items():
        with embedding_server(answer) as running:
            assert not _can_be_asked(running), what
        assert len(running.bodies) == 1, what
    with pytest.raises(EmbedderUnavailableError):
        EmbeddingServer("http://127.0.0.1:1/v1", "").embed(["weld"])


def test_settings_name_a_safe_address() -> None:
    """https, or http to this machine; no user, no query; a key file that is not there is named."""
    for url in (
        "http://models.example/v1",
        "https://user:x@models.example",
        "https://m.example?q=1",
        "ftp://x",
        "x",
        "https://[1",
    ):
        with pytest.raises(InputError, match="ROLEPATH_EMBEDDINGS_URL"):
            load_settings({"ROLEPATH_EMBEDDINGS_URL": url})
    named = load_settings({"ROLEPATH_EMBEDDINGS_URL": "https://m.example/v1", "ROLEPATH_EMBEDDINGS_KEY_FILE": "/none"})
    with pytest.raises(InputError, match="/none"):
        embedder_of(named)
    off = embedder_of(load_settings({"ROLEPATH_MEANING": "0"}))
    assert isinstance(off, Message)
    if installed_version() is None:
        absent = embedder_of(load_settings({}))
        assert isinstance(absent, Message)
        assert "rolepath[meaning]" in absent.text("zh")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of a store with a few names."""
    found = using(settings_in(tmp_path), meaning=True)
    store = SqliteStore(Path(found.store_url.removeprefix("sqlite:///")))
    store.apply(says(nodes=NAMES))
    store.close()
    return found


def aligned(settings: Settings, running: RunningServer | None, asked: str = "") -> tuple[list[str], str, str | None]:
    """Return which partners the service proposes, by what they were compared, and the note."""
    told = using(settings, meaning=running is not None, embeddings_url=running.url if running else "")
    with serving(told) as asker:
        answer = asker.get(f"/v1/align?a=a&b=b{asked}").json()
    return [item["to_id"] for item in answer["items"]], answer["by"], answer["note"]


def test_the_service_aligns_by_meaning_and_says_so(settings: Settings) -> None:
    """Chinese meets English; the answer says that texts left the machine, each name once; without it, by words."""
    with embedding_server() as running:
        assert aligned(settings, running)[:2] == (["b:c1"], "both")
        assert len(running.bodies) == 1
        note = aligned(settings, running, "&lang=zh&by=meaning")[2]
        assert note is not None
        assert running.url in note
        assert "已发送" in note
        assert len(running.bodies) == 1
        assert aligned(settings, running, "&by=words") == ([], "words", None)
    off = aligned(settings, None)
    assert off == ([], "words", "By likeness of words alone: likeness of meaning is switched off.")
    with embedding_server(BAD["error"]) as broken:
        found = aligned(using(settings, embeddings_model="other"), broken)
    assert found[:2] == ([], "words")
    assert "500" in str(found[2])


def test_a_search_that_finds_nothing_asks_for_meaning(settings: Settings) -> None:
    """Over REST and on the page; the note says what was done, and who asks a bad server again is answered anew."""
    with embedding_server() as running, serving(using(settings, embeddings_url=running.url)) as asker:
        answer = asker.get("/v1/search?q=xrobotxweldx").json()
        found = [(hit["id"], hit["match"]["how"]) for hit in answer["items"]]
        assert found == [("a:c1", "meaning"), ("b:c1", "meaning")]
        assert running.url in answer["note"]
        assert "means the like" in asker.get("/search?q=xrobotxweldx").text
        assert asker.get("/v1/search?q=Teach").json()["note"] is None
    with embedding_server(BAD["error"]) as broken:
        told = using(settings, embeddings_url=broken.url, embeddings_model="other")
        with serving(told) as asker:
            answer = asker.get("/v1/search?q=xrobotxweldx")
            assert answer.json()["items"] == []
            assert "500" in answer.json()["note"]
            assert answer.headers["cache-control"] == "no-store"


def test_very_many_names_are_embedded_beside_the_answers(settings: Settings) -> None:
    """Who asks first is answered by words and hears how far it is; when it is done, by meaning."""
    names = [f"weld {number}" for number in range(1_200)]
    with embedding_server() as running:
        meaning = NameVectors(using(settings, embeddings_url=running.url))
        first = meaning.ready("store", names)
        assert first.vectors is None
        assert first.note is not None
        assert first.note.code == "meaning.under_way"
        assert first.note.params["total"] == 1_200
        end = time.monotonic() + 30
        while meaning.ready("store", names).vectors is None and time.monotonic() < end:
            time.sleep(0.05)
        found = meaning.ready("store", names).vectors
        assert found is not None
        asked = len(running.bodies)
        assert found.rows(names).shape == (1_200, len(TinyEmbedder().embed(["weld"])[0]))
        assert len(running.bodies) == asked
