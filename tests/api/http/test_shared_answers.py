"""Answers that workers keep for each other: found by all that they depend on, bounded, and whole or not at all."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from api.auth.keys import KeyStore
from api.http import cache
from api.http.shared_answers import SharedAnswer, SharedAnswers
from api.principal import SCOPES
from api.settings.settings import Settings
from api.state.database import State
from graph.model import Revision
from graph.stores import open_store
from queries.gaps import find_gaps
from tests.support.conditions import eventually
from tests.support.factory import SMALL, says
from tests.support.serving import Asker, serving, settings_in

REVISION = Revision(number=3, token="token")
TAG, OTHER_TAG = b'W/"' + b"a" * 32 + b'"', b'W/"' + b"b" * 32 + b'"'
ANSWER = SharedAnswer([(b"content-type", b"application/json")], b"{}" * 500, "/v1/gaps")
URL = "/v1/gaps?limit=50"


def test_what_is_kept_is_found(tmp_path: Path) -> None:
    """By revision, ETag and question: bytes and headers as they were."""
    shared = SharedAnswers(tmp_path, 100_000)
    shared.keep(REVISION, TAG, b"asked \xff", ANSWER)
    assert shared.has(REVISION, TAG)
    assert shared.find(REVISION, TAG, b"asked \xff") == ANSWER
    assert shared.find(REVISION, OTHER_TAG, b"asked \xff") is None
    assert shared.find(Revision(number=3, token="other"), TAG, b"asked \xff") is None
    assert [file.name[0] for file in tmp_path.iterdir()] == ["3"]


def test_another_question_gets_no_answer(tmp_path: Path) -> None:
    """A file that stands where that of another view would, answers it not."""
    shared = SharedAnswers(tmp_path, 100_000)
    shared.keep(REVISION, TAG, b"admin", ANSWER)
    assert shared.find(REVISION, TAG, b"read") is None
    assert not shared.has(REVISION, TAG)


def test_no_damage_is_answered(tmp_path: Path) -> None:
    """A byte that is another, or a file that ends early, is found out; the file goes."""
    shared = SharedAnswers(tmp_path, 100_000)
    shared.keep(REVISION, TAG, b"asked", ANSWER)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for at in range(0, len(whole), 37):
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]):
            file.write_bytes(damaged)
            assert shared.find(REVISION, TAG, b"asked") is None
            assert not file.exists()


def test_room_is_bounded(tmp_path: Path) -> None:
    """The oldest goes first, and all of earlier revisions."""
    shared = SharedAnswers(tmp_path, 3500)
    shared.keep(Revision(number=2, token="token"), TAG, b"asked", ANSWER)
    for digit in b"cdefg":
        shared.keep(REVISION, b'W/"' + bytes([digit]) * 32 + b'"', b"asked", ANSWER)
    names = [file.name for file in tmp_path.iterdir()]
    assert all(name.startswith("3-token-") for name in names)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 3500
    assert f"3-token-{'g' * 32}" in names


def test_a_folder_that_is_gone_costs_only_time(tmp_path: Path) -> None:
    """Nothing is kept, and nothing fails."""
    shared = SharedAnswers(tmp_path / "none", 100_000)
    shared.keep(REVISION, TAG, b"asked", ANSWER)
    assert shared.find(REVISION, TAG, b"asked") is None


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Give a list that is as long as often as gaps were worked out; every answer counts as dear."""
    times: list[None] = []

    def counted(*args: object, **kwargs: object) -> object:
        times.append(None)
        return find_gaps(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("api.rest.routes.gaps.find_gaps", counted)
    monkeypatch.setattr(cache, "DEAR_S", 0.0)
    return times


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give the settings of workers that share a folder."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(SMALL)
    store.close()
    (tmp_path / "answers").mkdir()
    return replace(settings, answers_path=tmp_path / "answers")


@pytest.fixture
def workers(settings: Settings) -> Iterator[tuple[Asker, Asker]]:
    """Give two workers of one service."""
    with ExitStack() as stack:
        yield stack.enter_context(serving(settings)), stack.enter_context(serving(settings))


def test_workers_make_a_dear_answer_once(workers: tuple[Asker, Asker], made: list[None]) -> None:
    """The second worker gives the bytes of the first, compressed for who asks, and then keeps them itself."""
    first, second = workers
    answer = first.get(URL)
    packed = second.get(URL, headers={"Accept-Encoding": "gzip"})
    assert (packed.content, packed.headers["etag"]) == (answer.content, answer.headers["etag"])
    assert packed.headers["content-encoding"] == "gzip"
    assert second.get(URL, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert len(made) == 1


def test_a_view_is_never_shared_with_another(settings: Settings, made: list[None]) -> None:
    """What the one worker made for a key of more scopes, the other makes anew for one that may only read."""
    keys = KeyStore(State(settings.state_path))
    reader, importer = ({"Authorization": f"Bearer {keys.create('k', scope).token}"} for scope in SCOPES[:2])
    with serving(settings) as first, serving(settings) as second:
        for worker, headers in ((first, importer), (second, reader), (second, importer), (first, reader)):
            assert worker.get(URL, headers=headers).status_code == 200
    assert len(made) == 2


def test_a_new_revision_is_answered_anew(settings: Settings, workers: tuple[Asker, Asker], made: list[None]) -> None:
    """Nothing of an earlier revision is shared, though the question is the same."""
    first, second = workers
    before = first.get(URL).headers["etag"]
    store = open_store(settings.store_url)
    store.apply(says("c9", by="another"))
    store.close()
    for worker in workers:
        eventually(lambda worker=worker: worker.get(URL).headers["rolepath-revision"] == "2")  # type: ignore[misc]
    assert first.get(URL).headers["etag"] == second.get(URL).headers["etag"] != before
    assert len(made) == 2
