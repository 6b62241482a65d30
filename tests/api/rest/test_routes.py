"""The REST service: every answer is the query's own, every refusal a problem document."""

import logging
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest

from api.answers.store_views import list_runs, list_sources, node_view
from api.embeddings.choice import ready_now
from api.errors import KIND_OF_ERROR, TIME_LIMIT
from api.http.problems import ALL_KINDS
from api.settings.settings import Settings
from api.state.database import State
from graph import errors
from graph.messages import message
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from queries.align import Alignment, align, compared_names, with_note
from queries.coverage import role_coverage
from queries.coverage_matrix import coverage_matrix
from queries.gaps import find_gaps
from queries.node_list import list_nodes
from queries.parameters.align import EVERY, AlignmentRelation, LikenessKind
from queries.parameters.gaps import GapFilter
from queries.parameters.plan import PlanWish
from queries.plan import plan_training
from queries.search import search
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from queries.semantics.weakness import Weakness
from tests.support.conditions import eventually
from tests.support.factory import SMALL, says
from tests.support.pages import traced
from tests.support.paths import EXAMPLE
from tests.support.serving import HERE, PROBLEM, Asker, assert_problem, serving, settings_in, without_places

WIDENED = Scope(infer=True, close=True, roll_up=True, roll_up_share=0.3)
COMPETENCY, ROLE = NodeId("poly:k.plc-programming"), NodeId("poly:r.cnc-operator")
DISCIPLINE, COURSE, TASK = "poly:d.ecommerce", "poly:c.battery", "poly:t.ad-sandbox"


@dataclass(frozen=True)
class Served:
    """A service, and what its answers should be made from."""

    asker: Asker
    store: Store
    state: State
    snapshot: Snapshot
    settings: Settings


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the bundled example."""
    settings = settings_in(tmp_path_factory.mktemp("college"))
    store, state = open_store(settings.store_url), State(settings.state_path)
    ingest(lambda: native.read(EXAMPLE), store)
    state.keep_run(ingest(lambda: native.read(EXAMPLE), store), store.url)
    with serving(settings) as asker:
        yield Served(asker, store, state, compile_snapshot(store), settings)
    store.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Asker]:
    """Serve a graph of a few nodes."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(SMALL)
    with serving(settings) as asker:
        yield asker
    store.close()


def json_of(result: object) -> bytes:
    dump: Callable[[], str] = result.model_dump_json  # type: ignore[attr-defined]
    return dump().encode()


def aligned(
    college: Served,
    a: str,
    b: str,
    *,
    relations: Sequence[AlignmentRelation] = EVERY,
    limit: int = 3,
    min_score: float | None = None,
) -> Alignment:
    """Return an alignment by words and meaning, as far as a model is there, with the note where it is not."""
    snapshot = college.snapshot
    ready = ready_now(college.settings, snapshot.store_id, compared_names(snapshot, a, b))
    by = LikenessKind.BOTH
    found = align(snapshot, a, b, relations=relations, limit=limit, min_score=min_score, by=by, meaning=ready.vectors)
    return with_note(found, ready.note)


HOSTILE = (
    "../../etc/passwd",
    "a/b",
    "\x00",
    "\x7f\x1b[31m",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "%2e%2e",
    "💥",
    "a\r\nSet-Cookie: x=1",
    "${jndi:ldap://x}",
    "=cmd|' /C calc'!A0",
    "\u202e",
    "x" * 200,
    "x" * 5000,
)
OTHER_HOSTS = (
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "localhost@evil.example",
    "",
    "0.0.0.0",
    "10.0.0.1",
    "localhost:0",
    "localhost:x",
)

Answered = Callable[[Served], object]
ANSWERS: dict[str, Answered] = {
    "/v1/competencies?limit=3": lambda c: list_nodes(c.snapshot, "Competency", limit=3),
    "/v1/competencies?code=RB-03&lang=zh": lambda c: list_nodes(
        c.snapshot.in_language("zh"), "Competency", code="RB-03"
    ),
    f"/v1/competencies/{COMPETENCY}": lambda c: node_view(c.store, c.snapshot, COMPETENCY),
    f"/v1/competencies/{COMPETENCY}/trace": lambda c: traced(c.snapshot, COMPETENCY),
    f"/v1/nodes/{COMPETENCY}/trace": lambda c: traced(c.snapshot, COMPETENCY),
    f"/v1/competencies/{COMPETENCY}/trace?limit=1&lang=zh&term=3&min_weight=0.2": lambda c: traced(
        c.snapshot.in_language("zh"), COMPETENCY, Scope(term=3, min_weight=0.2), limit=1
    ),
    f"/v1/nodes/{TASK}?limit=2&lang=zh": lambda c: node_view(c.store, c.snapshot.in_language("zh"), TASK, limit=2),
    "/v1/search?q=plc": lambda c: search(c.snapshot, "plc"),
    f"/v1/search?q={quote('程序')}&kind=Competency&lang=zh&limit=1": lambda c: search(
        c.snapshot.in_language("zh"), "程序", "Competency", limit=1
    ),
    "/v1/sources": lambda c: list_sources(c.store),
    "/v1/runs": lambda c: list_runs(c.store, c.state),
    "/v1/roles?title=CNC": lambda c: list_nodes(c.snapshot, "Role", title="CNC"),
    f"/v1/roles/{ROLE}": lambda c: node_view(c.store, c.snapshot, ROLE),
    f"/v1/roles/{ROLE}/coverage": lambda c: role_coverage(c.snapshot, ROLE),
    f"/v1/roles/{ROLE}/coverage?discipline={DISCIPLINE}": lambda c: role_coverage(
        c.snapshot, ROLE, Scope(discipline=DISCIPLINE)
    ),
    "/v1/coverage": lambda c: coverage_matrix(c.snapshot, "discipline"),
    "/v1/align?a=qihang&b=poly": lambda c: aligned(c, "qihang", "poly"),
    "/v1/align?a=qihang&b=poly&by=words": lambda c: align(c.snapshot, "qihang", "poly"),
    "/v1/align?a=poly&b=poly&relation=DEVELOPS&limit=1&min_score=0.4": lambda c: aligned(
        c, "poly", "poly", relations=[AlignmentRelation.DEVELOPS], limit=1, min_score=0.4
    ),
    f"/v1/coverage?by=course&role={ROLE}&term=4": lambda c: coverage_matrix(c.snapshot, "course", ROLE, Scope(term=4)),
    "/v1/gaps": lambda c: find_gaps(c.snapshot),
    "/v1/gaps?status=unserved&severity=5&limit=2&lang=zh": lambda c: find_gaps(
        c.snapshot.in_language("zh"), wanted=GapFilter(status=(ChainStatus.UNSERVED,), severity=5), limit=2
    ),
    f"/v1/gaps?flaw=fragile&discipline={DISCIPLINE}&roles=all&host=poly:e.pb-logistics": lambda c: find_gaps(
        c.snapshot,
        Scope(discipline=DISCIPLINE, roles="all", host="poly:e.pb-logistics"),
        GapFilter(flaw=Weakness.FRAGILE),
    ),
    "/v1/gaps?infer=true&close=true&roll_up=true&roll_up_share=0.3&flaw=overlap": lambda c: find_gaps(
        c.snapshot, WIDENED, GapFilter(flaw=Weakness.OVERLAP)
    ),
    f"/v1/competencies/{COMPETENCY}/trace?infer=1&close=1&roll_up=1&roll_up_share=.3": lambda c: traced(
        c.snapshot, COMPETENCY, WIDENED
    ),
    f"/v1/roles/{ROLE}/coverage?infer=true&close=true&roll_up=true&roll_up_share=0.3": lambda c: role_coverage(
        c.snapshot, ROLE, WIDENED
    ),
    "/v1/coverage?infer=true&close=true&roll_up=true&roll_up_share=0.3": lambda c: coverage_matrix(
        c.snapshot, "discipline", None, WIDENED
    ),
}


@pytest.mark.parametrize("url", ANSWERS)
def test_answer_is_the_result_of_the_query(college: Served, url: str) -> None:
    """The body is what the query returns, byte for byte as the command line prints it; and it is not empty."""
    response = college.asker.get(url)
    assert response.status_code == HTTPStatus.OK
    assert response.content == json_of(ANSWERS[url](college))
    assert response.headers["Rolepath-Revision"] == str(college.snapshot.revision.number)


WISHES: list[tuple[dict[str, object] | None, Scope, PlanWish]] = [
    (None, Scope(), PlanWish()),
    ({}, Scope(), PlanWish()),
    ({"max_hours": 60, "have": [COMPETENCY]}, Scope(), PlanWish(max_hours=60, have=(COMPETENCY,))),
    ({"max_tasks": 2, "scope": {"term": 4, "host": "poly:e.pb-logistics"}}, Scope(term=4, host="poly:e.pb-logistics"),
     PlanWish(max_tasks=2)),
]  # fmt: skip


@pytest.mark.parametrize(("body", "scope", "wish"), WISHES)
def test_plan_is_the_result_of_the_query(
    college: Served, body: dict[str, object] | None, scope: Scope, wish: PlanWish
) -> None:
    """The body of the request is the wish and its scope; none is a wish for anything."""
    url = f"/v1/roles/{ROLE}/plan"
    response = college.asker.post(url) if body is None else college.asker.post(url, json=body)
    assert response.status_code == HTTPStatus.OK
    assert response.content == json_of(plan_training(college.snapshot, ROLE, scope, wish))


def test_health_and_readiness(college: Served) -> None:
    """The service is alive, and ready to answer from the present revision."""
    assert college.asker.get("/healthz").json() == {"status": "ok"}
    ready = college.asker.get("/readyz")
    assert ready.status_code == HTTPStatus.OK
    assert ready.json()["revision"] == college.snapshot.revision.number


@pytest.mark.parametrize(
    "path",
    ["competencies/{}", "competencies/{}/trace", "nodes/{}", "nodes/{}/trace"],
)
def test_unknown_competency_is_404_with_near_matches(college: Served, path: str) -> None:
    """A slip in an id is answered with the id that was meant."""
    told = assert_problem(college.asker.get("/v1/" + path.format(COMPETENCY[:-1])), 404, "not-found")
    assert told["near"][0] == COMPETENCY  # type: ignore[index]
    assert told["value"] == COMPETENCY[:-1]


def test_unknown_role_is_404_with_near_matches(college: Served) -> None:
    """A slip in a role's id is answered with the id that was meant, whatever is asked of it."""
    wrong = ROLE[:-1]
    for response in (
        college.asker.get(f"/v1/roles/{wrong}"),
        college.asker.get(f"/v1/roles/{wrong}/coverage"),
        college.asker.post(f"/v1/roles/{wrong}/plan", json={}),
        college.asker.get("/v1/gaps", params={"role": wrong}),
        college.asker.get("/v1/coverage", params={"role": wrong}),
        college.asker.get(f"/v1/competencies/{COMPETENCY}/trace", params={"role": wrong}),
    ):
        assert ROLE in assert_problem(response, 404, "not-found")["near"]  # type: ignore[operator]


def test_id_of_another_kind_is_no_competency_and_no_role(college: Served) -> None:
    """An id answers as what it is."""
    for path in (f"competencies/{ROLE}", f"competencies/{ROLE}/trace", f"roles/{TASK}", f"roles/{TASK}/coverage"):
        told = assert_problem(college.asker.get(f"/v1/{path}"), 404, "not-found")
        assert "it is a" in str(told["detail"])
    assert_problem(college.asker.get("/v1/gaps", params={"discipline": COURSE}), 404, "not-found")


def test_what_leads_nowhere_is_not_traced(college: Served) -> None:
    """Of a cohort the answer says so, and what to ask instead."""
    cohort = college.snapshot.ids[int(college.snapshot.of_kind("Cohort")[0])]
    told = assert_problem(college.asker.get(f"/v1/nodes/{cohort}/trace"), 422, "invalid-input")
    assert "nothing leads on" in str(told["detail"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=many", "limit"),
        ("severity=6", "severity"),
        ("status=unknown", "status.0"),
        ("flaw=ugly", "flaw"),
        ("lang=fr", "lang"),
        ("term=0", "term"),
        (f"term={10**30}", "term"),
        ("min_weight=1.1", "min_weight"),
        ("min_weight=nan", "min_weight"),
        ("roles=none", "roles"),
        ("discipline=", "discipline"),
        ("min_wieght=0.5", "min_wieght"),
        (f"role={'x' * 201}", "role"),
    ],
)
def test_wrong_parameter_is_422_and_named(college: Served, query: str, field: str) -> None:
    """What is out of range, misspelt or empty is refused, with the field that is at fault."""
    told = assert_problem(college.asker.get(f"/v1/gaps?{query}"), 422, "invalid-parameters")
    assert [error["field"] for error in told["errors"]] == [f"query.{field}"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("day", ["0", "1772323200", "2026-3-1", "2026-02-30", "2026-03-01T08:00:00Z"])
def test_day_is_a_date_and_no_number(college: Served, day: str) -> None:
    """A number is not taken for seconds since 1970."""
    told = assert_problem(college.asker.get("/v1/signals", params={"on": day}), 422, "invalid-parameters")
    assert [error["field"] for error in told["errors"]] == ["query.on"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"max_hours": 0}', "body.max_hours"),
        (b'{"max_hours": NaN}', "body.max_hours"),
        (b'{"max_hours": 1e400}', "body.max_hours"),
        (b'{"max_tasks": 10000000000000000000000}', "body.max_tasks"),
        (b'{"time_limit_s": 3600}', "body.time_limit_s"),
        (b'{"have": "everything"}', "body.have"),
        (b'{"have": ["\\ud800"]}', "body.have.0"),
        (b'{"hours": 3}', "body.hours"),
        (b'{"alternatives": false}', "body.alternatives"),
        (b'{"max_hours": "60"}', "body.max_hours"),
        (b'{"scope": {"min_weight": "0.5"}}', "body.scope.min_weight"),
        (b'{"scope": {"term": 0}}', "body.scope.term"),
        (b'{"scope": {"roles": "all"}}', "body.scope.roles"),
        (b"[]", "body"),
        (b"{", "body"),
    ],
)
def test_wrong_wish_is_422_and_named(college: Served, body: bytes, field: str) -> None:
    """The body of a plan is checked as parameters are."""
    headers = {"Content-Type": "application/json"}
    response = college.asker.post(f"/v1/roles/{ROLE}/plan", content=body, headers=headers)
    told = assert_problem(response, 422, "invalid-parameters")
    assert told["errors"][0]["field"] == field  # type: ignore[index]


def test_body_must_say_that_it_is_json(college: Served) -> None:
    """Without its media type a body is not read: no page can send one unnoticed."""
    response = college.asker.post(f"/v1/roles/{ROLE}/plan", content=b"{}")
    assert_problem(response, 422, "invalid-parameters")


@pytest.mark.parametrize("url", ["/v1/gaps?limit=7", "/v1/competencies?limit=50", "/v1/search?q=a&limit=99"])
def test_pages_visit_everything_once(college: Served, url: str) -> None:
    """The links lead through the whole list, in the order of one long page."""
    pages = [college.asker.get(url)]
    while "next" in pages[-1].links:
        pages.append(college.asker.get(pages[-1].links["next"]["url"]))
    found = [item for page in pages for item in page.json()["items"]]
    whole = college.asker.get(url.rpartition("limit=")[0] + "limit=1000").json()
    assert found == whole["items"]
    assert len(found) == whole["total"]
    assert len(pages) > 1
    assert pages[-1].json()["next"] is None
    assert f"cursor={pages[0].json()['next']}" in pages[0].links["next"]["url"]


def test_link_keeps_what_was_asked(college: Served) -> None:
    """The next page is asked with the same filters, whatever their characters."""
    text = '电>; rel="x'
    link = college.asker.get("/v1/search", params={"q": "电", "limit": 1, "lang": "zh"}).links["next"]["url"]
    assert link.startswith(f"/v1/search?q={quote('电')}&limit=1&lang=zh&cursor=")
    assert "Link" not in college.asker.get("/v1/search", params={"q": text}).headers


@pytest.mark.parametrize("cursor", ["x", "1.a", "-1.a.0", "1.a.٣", "%00", "1.a.1e3"])
def test_what_is_no_cursor_is_refused(college: Served, cursor: str) -> None:
    """A cursor that was never given out is wrong input."""
    assert_problem(college.asker.get("/v1/gaps", params={"cursor": cursor}), 422, "invalid-input")


def test_cursor_of_another_revision_is_410(college: Served) -> None:
    """A list that was begun at another revision is begun again."""
    for path in ("gaps", "competencies", "roles", "runs", "search?q=a"):
        response = college.asker.get(f"/v1/{path}{'&' if '?' in path else '?'}cursor=7.token.20")
        assert_problem(response, 410, "expired")


@pytest.mark.parametrize("path", ["/v1", "/v2/gaps", "/v1/gaps/", "/v1/nodes/", "/v1/nodes/a/b", "/docs/static/no"])
def test_unknown_path_is_a_problem(college: Served, path: str) -> None:
    """What is not there is told as a problem, without a redirect."""
    assert_problem(college.asker.get(path), 404, "unknown-path")


def test_unknown_method_is_a_problem(college: Served) -> None:
    """The methods that a page takes are named."""
    response = college.asker.ask("DELETE", "/v1/gaps")
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_id_is_inert(college: Served, text: str) -> None:
    """Whatever stands in place of an id, the answer is a problem in JSON that no browser takes for a page."""
    for path in ("nodes/{}", "nodes/{}/trace", "competencies/{}", "roles/{}/coverage"):
        response = college.asker.get("/v1/" + path.format(quote(text, safe="")))
        assert response.status_code in {404, 422}
        assert response.headers["content-type"] == PROBLEM
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers
    response = college.asker.get("/v1/search", params={"q": text})
    assert response.status_code in {200, 422}


def test_broken_encoding_is_inert(college: Served) -> None:
    """Bytes that are no UTF-8 are answered like any id that is not there."""
    assert_problem(college.asker.get("/v1/nodes/%ff%fe"), 404, "not-found")
    assert college.asker.get("/v1/search?q=%ff").status_code == HTTPStatus.OK


def test_decomposed_id_is_found(tmp_path: Path) -> None:
    """An id in another Unicode form is the same id."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says(nodes={"é:c1": {}}))
    with serving(settings) as asker:
        for path in ("nodes/{}", "competencies/{}/trace"):
            response = asker.get("/v1/" + path.format(quote(unicodedata.normalize("NFD", "é:c1"))))
            assert response.status_code == HTTPStatus.OK
    store.close()


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_other_names_of_the_host_are_refused(college: Served, host: str) -> None:
    """A site that makes its name resolve to this machine gets nothing."""
    for path in ("/v1/gaps", "/docs", "/openapi.json", "/healthz"):
        assert_problem(college.asker.get(path, headers={"Host": host}), 421, "wrong-host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.8.8.8:80", "[::1]:8000"])
def test_names_of_this_machine_are_answered(college: Served, host: str) -> None:
    """Every loopback name is this machine."""
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert college.asker.get("/healthz", headers=headers).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "http://localhost.evil.example", "file://", "http://["]
)
def test_pages_of_other_sites_are_refused(college: Served, origin: str) -> None:
    """A page of another site may not ask."""
    response = college.asker.post(f"/v1/roles/{ROLE}/plan", json={}, headers={"Origin": origin})
    assert_problem(response, 403, "foreign-origin")


def test_other_addresses_have_names_of_their_own(college: Served) -> None:
    """Reached on an address that is not loopback, the service goes by any name."""
    assert college.asker.get("http://10.0.0.7/healthz").status_code == HTTPStatus.OK


def test_too_large_a_body_is_refused(college: Served) -> None:
    """Whether it declares its size or not, a large body is not read to its end."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 50_000

    url, headers = f"/v1/roles/{ROLE}/plan", {"Content-Type": "application/json"}
    assert_problem(college.asker.post(url, content=b" " * 1_000_001, headers=headers), 413, "too-large")
    assert_problem(college.asker.post(url, content=pieces(), headers=headers), 413, "too-large")


def test_every_answer_carries_the_standing_headers(college: Served) -> None:
    """Answers, problems, pages and files alike say the revision, and what a browser may do with them."""
    for path in ("/v1/gaps", "/nowhere", "/docs", "/docs/static/interface.js", "/openapi.json", "/v1/gaps?limit=0"):
        headers = college.asker.get(path).headers
        assert headers["Rolepath-Revision"] == str(college.snapshot.revision.number), path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert headers["X-Frame-Options"] == "DENY", path


def every_error() -> list[errors.RolepathError]:
    """Return an error of each class in graph/errors.py."""
    found = [cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, errors.RolepathError)]
    return [
        cls(message("thing.node"), "x") if issubclass(cls, errors.NotFoundError) else cls(errors.verbatim("so it is"))
        for cls in found
    ]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_every_error_has_its_status(small: Asker, error: errors.RolepathError) -> None:
    """Whatever a query or a store raises on purpose is told as api/errors.py says."""

    @small.app.get("/raise", include_in_schema=False)
    async def fail() -> None:
        raise error

    kind = KIND_OF_ERROR[type(error)]
    response = small.get("/raise")
    assert_problem(response, kind.http_status, kind.slug)
    may_help = kind.http_status == HTTPStatus.SERVICE_UNAVAILABLE and kind is not TIME_LIMIT
    assert ("Retry-After" in response.headers) == may_help


def test_defect_is_told_by_an_incident_alone(small: Asker, caplog: pytest.LogCaptureFixture) -> None:
    """What nobody foresaw tells nothing of the inside; the log has the rest under the same incident."""

    @small.app.get("/break", include_in_schema=False)
    async def fail() -> None:
        raise ZeroDivisionError("secret")

    with caplog.at_level(logging.ERROR):
        response = small.get("/break")
    told = assert_problem(response, 500, "internal")
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Rolepath-Revision"] == "1"
    assert str(told["incident"]) in caplog.text
    assert "ZeroDivisionError: secret" in caplog.text


def test_too_many_plans_at_once_are_sent_away(small: Asker) -> None:
    """When all places are taken, plans and matrices answer 503 at once; other questions go on."""
    with without_places(small):
        for response in (small.post("/v1/roles/r1/plan", json={}), small.get("/v1/coverage")):
            assert_problem(response, 503, "busy")
            assert int(response.headers["Retry-After"]) > 0
        assert small.get("/v1/gaps").status_code == HTTPStatus.OK
    assert small.post("/v1/roles/r1/plan", json={}).status_code == HTTPStatus.OK


def test_store_that_appears_changes_and_goes_is_seen(tmp_path: Path) -> None:
    """A named store is waited for, its changes are answered from, and when it is gone the last graph still answers."""
    settings = settings_in(tmp_path, is_default=False)
    store = open_store(settings.store_url)
    with serving(settings) as asker:
        assert_problem(asker.get("/readyz"), 503, "store-unavailable")
        assert_problem(asker.get("/v1/gaps"), 503, "store-unavailable")
        assert_problem(asker.get("/v1/sources"), 503, "store-unavailable")
        assert asker.get("/healthz").status_code == HTTPStatus.OK
        assert "Rolepath-Revision" not in asker.get("/healthz").headers

        store.apply(SMALL)
        eventually(lambda: asker.get("/readyz").is_success)
        assert asker.get("/v1/gaps").json()["counts"]["connected"] == 1

        cursor = asker.get("/v1/competencies?limit=1").json()["next"]
        store.apply(says("k3 DEVELOPS c3", by="more"))
        eventually(lambda: asker.get("/v1/gaps").json()["revision"] == 2)
        assert asker.get("/v1/competencies").json()["total"] == 3
        assert_problem(asker.get("/v1/competencies", params={"cursor": cursor}), 410, "expired")

        store.close()
        for file in tmp_path.glob("graph.db*"):
            file.unlink()
        eventually(lambda: asker.get("/readyz").status_code == HTTPStatus.SERVICE_UNAVAILABLE)
        assert asker.get("/v1/gaps").json()["revision"] == 2
        assert_problem(asker.get("/v1/nodes/c1"), 503, "store-unavailable")


def test_default_store_may_be_missing(tmp_path: Path) -> None:
    """Nobody has imported anything yet: the answers are empty, and the service says so when asked if it is ready."""
    with serving(settings_in(tmp_path, is_default=True)) as asker:
        assert asker.get("/v1/gaps").json()["items"] == []
        assert asker.get("/v1/sources").json() == {"items": [], "next": None, "revision": 0}
        assert "does not exist yet" in asker.get("/readyz").json()["store"]
        assert_problem(asker.get("/v1/nodes/c1"), 404, "not-found")
    assert list(tmp_path.iterdir()) == []


class Assets(HTMLParser):
    """What a page loads, and what it holds itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        has = dict(attrs)
        self.loaded += [value for name in ("src", "href") if (value := has.get(name)) and not value.startswith("data:")]
        self.ids += [value for value in (has.get("id"),) if value]
        if tag == "style" or (tag == "script" and "src" not in has):
            self.inline.append(tag)
        self.inline += [name for name in has if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("page", ["/docs", "/docs/problems"])
def test_pages_load_nothing_from_elsewhere(college: Served, page: str) -> None:
    """A page has no script and no style within it, and all that it loads is here."""
    response = college.asker.get(page)
    assert response.headers["content-type"].startswith("text/html")
    assets = Assets(response.text)
    assert assets.inline == []
    assert assets.loaded
    for address in assets.loaded:
        url = urljoin(HERE + page, address)
        assert url.startswith(HERE)
        assert college.asker.get(url).status_code == HTTPStatus.OK, address


def test_every_problem_is_explained(college: Served) -> None:
    """The type of each problem leads to a place on the page of problems."""
    assert Assets(college.asker.get("/docs/problems").text).ids == [kind.slug for kind in ALL_KINDS]
    assert len({kind.slug for kind in ALL_KINDS}) == len(ALL_KINDS)


def test_store_that_is_made_anew_is_seen(tmp_path: Path) -> None:
    """A file that was removed and written again, as `make demo` does, is another store, whatever was open."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(SMALL)
    with serving(settings) as asker:
        assert asker.get("/v1/competencies").json()["total"] == 2
        store.close()
        for file in tmp_path.glob("graph.db*"):
            file.unlink()
        store.apply(says("k3 DEVELOPS c3"))
        eventually(lambda: asker.get("/v1/competencies").json()["total"] == 1)
        assert asker.get("/v1/nodes/c3").status_code == HTTPStatus.OK
    store.close()
