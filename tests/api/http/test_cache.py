"""Prepared answers: the same bytes as fresh ones, for as long as they hold, and in the encoding asked for."""

import gzip
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from api.auth.keys import KeyStore
from api.http.compression import compressed, zstd
from api.settings.settings import Settings
from api.state.database import State
from graph.stores import Store, open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from queries.gaps import find_gaps
from tests.support.conditions import eventually
from tests.support.factory import SMALL, says
from tests.support.paths import EXAMPLE
from tests.support.serving import Asker, document_in, serving, settings_in

URL = "/v1/gaps?limit=50"


def told(response: httpx.Response) -> dict[str, str]:
    """Return the headers but the id, which is another for each request."""
    return {name: value for name, value in response.headers.items() if name != "x-request-id"}


class Counted:
    """How often the gaps were worked out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0

        def counted(*args: object, **kwargs: object) -> object:
            self.times += 1
            return find_gaps(*args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr("api.rest.routes.gaps.find_gaps", counted)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    found = open_store(settings.store_url)
    found.apply(SMALL)
    yield found
    found.close()


@pytest.fixture
def asker(settings: Settings, store: Store) -> Iterator[Asker]:
    with serving(settings) as found:
        yield found


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    settings = settings_in(tmp_path_factory.mktemp("cached"))
    store = open_store(settings.store_url)
    ingest(lambda: native.read(EXAMPLE), store)
    with serving(settings) as found:
        yield found
    store.close()


def test_same_question_is_worked_out_once(asker: Asker, counted: Counted) -> None:
    """The second answer is the first one's bytes and headers."""
    first, second = asker.get(URL), asker.get(URL)
    assert counted.times == 1
    assert second.content == first.content
    assert told(second) == told(first)


@pytest.mark.parametrize("other", ["/v1/gaps?limit=49", "/v1/gaps?limit=50&lang=zh", "/v1/gaps?limit=50&severity=4"])
def test_other_questions_have_other_answers(asker: Asker, counted: Counted, other: str) -> None:
    """The language, and whatever else is asked, makes another question with another ETag."""
    first, second = asker.get(URL), asker.get(other)
    assert counted.times == 2
    assert first.headers["ETag"] != second.headers["ETag"]


def test_what_is_accepted_is_part_of_the_question(asker: Asker, counted: Counted) -> None:
    """An answer is kept by its media type too."""
    asker.get(URL, headers={"Accept": "application/json"})
    asker.get(URL, headers={"Accept": "*/*"})
    assert counted.times == 2


def test_known_answer_is_304(asker: Asker, counted: Counted) -> None:
    """Who has the answer is told that it holds, without a body, and without working it out."""
    tag = asker.get(URL).headers["ETag"]
    for tags in (tag, f'"other", {tag}'):
        again = asker.get(URL, headers={"If-None-Match": tags})
        assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
        assert again.headers["ETag"] == tag
        assert again.headers["Rolepath-Revision"] == "1"
        assert "Content-Security-Policy" not in again.headers  # the client keeps those that it has
    assert counted.times == 1
    assert asker.get(URL, headers={"If-None-Match": '"other"'}).status_code == HTTPStatus.OK


def test_same_question_of_other_rights_is_another(store: Store, settings: Settings) -> None:
    """Two keys of one scope share an answer; one of another scope gets its own, with its own ETag."""
    keys = KeyStore(State(settings.state_path))
    bearers = [{"Authorization": f"Bearer {keys.create('k', scope).token}"} for scope in ("read", "read", "admin")]
    with serving(settings) as asker:
        one, two, three = (asker.get(URL, headers=bearer).headers["ETag"] for bearer in bearers)
    assert one == two != three


def test_known_answer_counts_for_its_route(asker: Asker) -> None:
    """The figures tell where 304 was answered, and that nothing was worked out."""
    tag = asker.get(URL).headers["ETag"]
    asker.get(URL, headers={"If-None-Match": tag})
    text = asker.get("/metrics").text
    assert 'rolepath_http_requests_total{method="GET",route="/v1/gaps",status="304"} 1.0' in text
    assert "rolepath_http_answers_from_cache_total 1.0" in text


def test_new_revision_has_new_answers(asker: Asker, store: Store) -> None:
    """When the graph moves on, nothing of before is answered, and the ETag of before does not hold."""
    before = asker.get(URL)
    store.apply(says("k3 DEVELOPS c3", by="more"))
    eventually(lambda: asker.get("/healthz").headers["Rolepath-Revision"] == "2")
    after = asker.get(URL, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == HTTPStatus.OK
    assert after.json()["revision"] == 2
    assert after.headers["ETag"] != before.headers["ETag"]


def test_same_number_with_other_content_is_another_revision(tmp_path: Path) -> None:
    """A store that was made anew reaches the same number by another token: another ETag."""
    tags = []
    for name in ("a", "b"):
        settings = settings_in(tmp_path / name)
        (tmp_path / name).mkdir()
        store = open_store(settings.store_url)
        store.apply(SMALL)
        with serving(settings) as asker:
            tags.append(asker.get(URL).headers["ETag"])
        store.close()
    assert tags[0] != tags[1]


@pytest.mark.parametrize("path", ["/v1/runs", "/healthz", "/v1/gaps?limit=0", "/v1/nodes/none", "/docs"])
def test_what_is_not_of_the_graph_alone_is_not_kept(asker: Asker, path: str) -> None:
    """Problems, pages, and the list of imports, which has refused ones too, are made anew."""
    assert "ETag" not in asker.get(path).headers


def test_encodings_hold_the_same_answer(college: Asker) -> None:
    """Plain, gzip and zstd are one answer with one ETag; caches are told what it varies by."""
    plain = college.get(URL, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    for accepted, encoding in (("gzip", "gzip"), ("gzip, zstd", "zstd"), ("zstd;q=0.5, gzip", "gzip")):
        found = college.get(URL, headers={"Accept-Encoding": accepted})
        assert found.headers["Content-Encoding"] == encoding
        assert int(found.headers["Content-Length"]) < len(plain.content) / 4
        assert document_in(found) == plain.json()
        assert found.headers["ETag"] == plain.headers["ETag"]
        assert "Accept-Encoding" in found.headers["Vary"]


def test_compressed_bytes_unpack_to_the_body() -> None:
    """Both encodings give back what went in."""
    body = b"the same again. " * 1000
    assert gzip.decompress(compressed(body, "gzip")) == body
    assert zstd.decompress(compressed(body, "zstd")) == body


def test_pages_are_compressed_too(college: Asker) -> None:
    """What is not kept is compressed as it is sent."""
    assert college.get("/openapi.json", headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"


def test_head_is_get_without_the_body(college: Asker) -> None:
    """The headers are those of the answer, its length too."""
    whole = college.get(URL)
    head = college.ask("HEAD", URL)
    assert (head.status_code, head.content) == (HTTPStatus.OK, b"")
    assert told(head) == told(whole)


def test_options_names_the_methods(college: Asker) -> None:
    """Each path says what it takes."""
    for path, methods in (
        ("/v1/gaps", "GET, HEAD, OPTIONS"),
        ("/v1/roles/x/plan", "POST, OPTIONS"),
        ("/v1/roles/plan", "POST, OPTIONS"),
        ("/v1/roles/match", "POST, OPTIONS"),
        ("/docs", "GET, HEAD, OPTIONS"),
    ):
        answer = college.ask("OPTIONS", path)
        assert (answer.status_code, answer.headers["Allow"]) == (HTTPStatus.NO_CONTENT, methods)


def test_cache_keeps_to_its_limit(asker: Asker, monkeypatch: pytest.MonkeyPatch, counted: Counted) -> None:
    """The least recently asked goes first."""
    monkeypatch.setattr("api.http.cache.MOST_ANSWERS", 2)
    one, two, three = (f"/v1/gaps?limit={n}" for n in (1, 2, 3))
    for url in (one, two, one, three):  # three pushes two out
        asker.get(url)
    assert counted.times == 3
    asker.get(one)
    assert counted.times == 3
    asker.get(two)
    assert counted.times == 4


def test_any_answer_that_is_there_is_not_sent_again(asker: Asker) -> None:
    """`If-None-Match: *` is 304 where there is an answer, kept already or not, and the problem where there is none."""
    for _ in range(2):
        again = asker.get(URL, headers={"If-None-Match": "*"})
        assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
        assert asker.get(URL).status_code == HTTPStatus.OK
    missing = asker.get("/v1/competencies/none", headers={"If-None-Match": "*"})
    assert missing.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "accepted", ["gzip;q=nan", "gzip;q=inf", "zstd;q=-1", "gzip;q=0", "gzip;q=1e400", ";q=0.5", ",,;;q"]
)
def test_odd_quality_values_compress_nothing(asker: Asker, accepted: str) -> None:
    """What is no quality value from 0 to 1 asks for nothing, and breaks nothing."""
    answer = asker.get(URL, headers={"Accept-Encoding": accepted})
    assert answer.status_code == HTTPStatus.OK
    assert "Content-Encoding" not in answer.headers
