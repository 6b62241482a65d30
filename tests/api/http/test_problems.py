"""Problems: every refusal says which parameter or field is at fault, every slip in an id names what was meant."""

from collections.abc import Iterator

import pytest

from api.settings.settings import Settings
from tests.support.cases import each
from tests.support.paths import DOCS
from tests.support.serving import Asker, assert_problem, serving

ROLE, COMPETENCY, COHORT = "poly:r.cnc-operator", "poly:k.plc-programming", "poly:co.ecommerce-2023"
DISCIPLINE, COURSE, ENTERPRISE = "poly:d.robotics", "poly:c.plc", "poly:e.qihang"


@pytest.fixture(scope="module")
def college(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Serve the bundled college."""
    folder = tmp_path_factory.mktemp("problems")
    with serving(Settings(store_url, False, folder / "state.db", folder / "cache")) as asker:
        yield asker


SLIPS = [
    ("/v1/nodes/{}", COMPETENCY, None),
    ("/v1/nodes/{}/trace", COMPETENCY, None),
    ("/v1/competencies/{}", COMPETENCY, None),
    ("/v1/roles/{}/training", ROLE, None),
    ("/v1/rotation/{}", COHORT, None),
    ("/v1/enterprises/{}/leadership", ENTERPRISE, None),
    ("/v1/enterprises/{}/brief", ENTERPRISE, None),
    ("/v1/gaps?discipline={}", DISCIPLINE, None),
    ("/v1/gaps?host={}", ENTERPRISE, None),
    ("/v1/gaps?employer={}", ENTERPRISE, None),
    (f"/v1/roles/{ROLE}/coverage?discipline={{}}", DISCIPLINE, None),
    (f"/v1/roles/{ROLE}/training?have={{}}", COMPETENCY, None),
    ("/v1/coverage?role={}", ROLE, None),
    ("/v1/integration?discipline={}", DISCIPLINE, None),
    ("/v1/allocation?role={}", ROLE, None),
    ("/v1/feedback?cohort={}", COHORT, None),
    ("/v1/feedback?discipline={}", DISCIPLINE, None),
    (f"/v1/rotation/{COHORT}?role={{}}", ROLE, None),
    (f"/v1/rotation/{COHORT}?have={{}}", COMPETENCY, None),
    ("/v1/metrics?what=linkage&discipline={}", DISCIPLINE, None),
    ("/v1/diff?since=0&role={}", ROLE, None),
    ("/v1/align?a={}&b=poly", "qihang", None),
    ("/v1/export/native?source={}", "Illustrative polytechnic", None),
    ("/v1/roles/{}/plan", ROLE, {}),
    (f"/v1/roles/{ROLE}/plan", COMPETENCY, {"have": ["{}"]}),
    (f"/v1/roles/{ROLE}/plan", DISCIPLINE, {"scope": {"discipline": "{}"}}),
    ("/v1/roles/plan", ROLE, {"roles": ["{}"]}),
    ("/v1/roles/plan", DISCIPLINE, {"roles_of": "{}"}),
    ("/v1/roles/match", COMPETENCY, {"have": ["{}"]}),
    ("/v1/roles/match", ENTERPRISE, {"have": [COMPETENCY], "scope": {"employer": "{}"}}),
    ("/v1/what-if", ROLE, {"ask": "plan", "of": "{}"}),
]


def with_slip(part: object, wrong: str) -> object:
    """Return a body with the wrong id in its place."""
    if isinstance(part, dict):
        return {name: with_slip(value, wrong) for name, value in part.items()}
    if isinstance(part, list):
        return [with_slip(value, wrong) for value in part]
    return part.format(wrong) if isinstance(part, str) else part


@each("url, meant, body", SLIPS)
def test_slip_in_an_id_names_what_was_meant(college: Asker, url: str, meant: str, body: object) -> None:
    """Wherever an id stands: in the path, in a parameter, or in the body."""
    wrong = meant[:-1]
    url = url.format(wrong)
    response = college.get(url) if body is None else college.post(url, json=with_slip(body, wrong))
    told = assert_problem(response, 404, "not-found")
    assert told["value"] == wrong
    assert meant in told["near"]  # type: ignore[operator]


@each(
    "url, body, field",
    [
        ("/v1/gaps?severity=9", None, "query.severity"),
        ("/v1/gaps?sevrity=3", None, "query.sevrity"),
        ("/v1/gaps?cursor=x", None, "query.cursor"),
        ("/v1/gaps?status=broken", None, "query.status.0"),
        ("/v1/gaps?format=xml", None, "query.format"),
        ("/v1/gaps?fields=nothing", None, "query.fields"),
        ("/v1/search", None, "query.q"),
        ("/v1/diff?since=x", None, "query.since"),
        ("/v1/signals?on=yesterday", None, "query.on"),
        ("/v1/export/pdf", None, "path.format"),
        ("/v1/export/case?as=csv", None, "query.as"),
        (f"/v1/nodes/{COHORT}/trace", None, "path.id"),
        (f"/v1/roles/{ROLE}/training?have={ROLE}", None, "query.have"),
        (f"/v1/roles/{ROLE}/plan", {"have": [ROLE]}, "body.have"),
        (f"/v1/roles/{ROLE}/plan", {"max_hours": 0}, "body.max_hours"),
        ("/v1/roles/plan", {}, "body.roles"),
        ("/v1/roles/plan", {"roles_of": COMPETENCY}, "body.roles_of"),
        ("/v1/roles/match", {"have": []}, "body.have"),
        (f"/v1/gaps?role={ROLE}&employer={ENTERPRISE}", None, "query.employer"),
        (f"/v1/coverage?role={ROLE}&employer={ENTERPRISE}", None, "query.employer"),
        (f"/v1/metrics?what=structure&role={ROLE}&employer={ENTERPRISE}", None, "query.employer"),
        (f"/v1/diff?since=1&until=1&role={ROLE}&employer={ENTERPRISE}", None, "query.employer"),
        (f"/v1/roles/{ROLE}/coverage?employer={ENTERPRISE}", None, "query.employer"),
        (f"/v1/roles/{ROLE}/training?employer={ENTERPRISE}", None, "query.employer"),
        (f"/v1/roles/{ROLE}/plan", {"scope": {"employer": ENTERPRISE}}, "body.employer"),
        ("/v1/what-if", {"ask": "trace"}, "body.of"),
        ("/v1/what-if", {"remove": {"nodes": "all"}}, "body.remove.nodes"),
        ("/v1/what-if", {"add": {"link": []}}, "body"),
        ("/v1/ingest/native", None, "body"),
    ],
)
def test_refusal_names_the_field(college: Asker, url: str, body: object, field: str) -> None:
    """Every 422 has `errors`: which parameter or field it is, and what is wrong with it."""
    is_post = body is not None or "/ingest/" in url
    response = college.post(url, json=body) if is_post else college.get(url)
    told = assert_problem(response, 422, str(response.json()["type"]).rpartition("#")[2])
    first = told["errors"][0]  # type: ignore[index]
    assert first["field"] == field
    assert len(first["reason"]) > 5


def test_slip_in_an_import_names_what_was_meant(college: Asker) -> None:
    """An import over HTTP is found by its id; one like it is named."""
    sent = college.post("/v1/ingest/native?dry_run=true", files=[("file", ("nodes.csv", b"id\n"))])
    job = sent.json()["id"]
    told = assert_problem(college.get(f"/v1/ingest/runs/{job[:-1]}"), 404, "not-found")
    assert job in told["near"]  # type: ignore[operator]
    assert told["what"] == "import"


def test_every_problem_has_its_facts_explained() -> None:
    """The page on the interface says what a problem has besides what every problem has."""
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for name in ("errors", "near", "incident", "revision-not-reached", "min_revision"):
        assert f"`{name}" in page


def test_page_of_an_employer_of_others_says_who_employs_the_role(college: Asker) -> None:
    """A page is refused like an answer, in the language of who looks."""
    for page in ("gaps", "coverage", "allocation", f"nodes/{COMPETENCY}"):
        refused = college.get(f"/{page}?role={ROLE}&employer={ENTERPRISE}", headers={"accept-language": "zh"})
        assert refused.status_code == 422, page
        assert f"{ENTERPRISE} 未设岗位 {ROLE}" in refused.text


@each(
    "url, near",
    [
        ("/v1/gaps?disciplin=x", "discipline"),
        (f"/v1/nodes/{COMPETENCY}/trace?inferr=true", "infer"),
        (f"/v1/roles/{ROLE}/coverage?min_wieght=0.5", "min_weight"),
        ("/v1/search?q=x&knd=Role", "kind"),
    ],
)
def test_unknown_parameter_names_what_was_meant(college: Asker, url: str, near: str) -> None:
    """A parameter that was mistyped would widen the answer unseen: it is refused, and the nearest one named."""
    problem = assert_problem(college.get(url), 422, "invalid-parameters")
    assert f"did you mean {near}?" in str(problem["detail"])


def test_unknown_field_names_what_was_meant(college: Asker) -> None:
    """So is a field of a body."""
    problem = assert_problem(college.post("/v1/roles/match", json={"haev": [COMPETENCY]}), 422, "invalid-parameters")
    assert "did you mean have?" in str(problem["errors"])


@each(
    "url, near",
    [
        ("/gaps?disciplin=x", "discipline"),
        (f"/nodes/{COMPETENCY}?emploier=x", "employer"),
        (f"/plan?role={ROLE}&max_hour=3", "max_hours"),
        ("/coverage?disciplne=x", "discipline"),
    ],
)
def test_page_refuses_a_mistyped_parameter(college: Asker, url: str, near: str) -> None:
    """A page that narrows nothing, although its address says so, would mislead."""
    response = college.get(url, headers={"Accept": "text/html"})
    assert response.status_code == 422
    assert f"did you mean {near}?" in response.text


@each(
    "url",
    ["/gaps?utm_source=x&fbclid=y", "/gaps?by=course&max_hours=3", "/?lang=zh&theme=dark", "/coverage?status=unserved"],
)
def test_page_passes_over_what_is_of_others(college: Asker, url: str) -> None:
    """What other pages take, or other sites add to an address, is passed over."""
    assert college.get(url).is_success
