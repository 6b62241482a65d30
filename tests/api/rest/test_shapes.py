"""The shapes of answers: parts by `fields`, tables by `format` and `Accept`, and from which revision on they come."""

import csv
import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.answers.fields import UnknownFieldError, read_paths
from graph.stores import Store, open_store
from ingest.formats.native.rows import escape
from queries.gaps import Gaps
from tests.support.cases import each
from tests.support.factory import SMALL, says
from tests.support.openapi import resolved
from tests.support.serving import Asker, Document, assert_problem, parameters_of, serving, settings_in

ROLE, TASK, COHORT = "poly:r.cnc-operator", "poly:t.ad-sandbox", "poly:co.ecommerce-2023"
COMPETENCY, ENTERPRISE = "poly:k.plc-programming", "poly:e.qihang"
QUESTIONS: dict[str, tuple[str, str, object]] = {
    "/v1/competencies": ("/v1/competencies?limit=3", "items.name,items.code", None),
    "/v1/competencies/{id}": (f"/v1/competencies/{COMPETENCY}", "name,links.relation,links.nodes.id", None),
    "/v1/competencies/{id}/trace": (f"/v1/competencies/{COMPETENCY}/trace", "status,competency.name", None),
    "/v1/roles": ("/v1/roles?limit=3", "items", None),
    "/v1/roles/{id}": (f"/v1/roles/{ROLE}", "statements.source", None),
    "/v1/roles/{id}/coverage": (f"/v1/roles/{ROLE}/coverage", "coverage,competencies.name", None),
    "/v1/roles/{id}/training": (f"/v1/roles/{ROLE}/training?limit=2", "items.task.name,items.covers.weight", None),
    "/v1/roles/{id}/unreachable": (
        "/v1/roles/poly:r.line-leader/unreachable?limit=2",
        "items.competency.name,total",
        None,
    ),
    "/v1/roles/{id}/plan": (f"/v1/roles/{ROLE}/plan", "hours,steps.task.name", {"max_hours": 40}),
    "/v1/roles/plan": ("/v1/roles/plan", "items.hours,shared", {"roles": [ROLE], "max_hours": 40}),
    "/v1/roles/match": ("/v1/roles/match", "items.role,total", {"have": [COMPETENCY]}),
    "/v1/rotation/{id}": (f"/v1/rotation/{COHORT}", "hosts.host.name,placed", None),
    "/v1/coverage": (f"/v1/coverage?role={ROLE}", "statuses,rows.id", None),
    "/v1/gaps": ("/v1/gaps?limit=5", "items.competency.name,items.flaws.flaw,items.closed_by.courses,counts", None),
    "/v1/follow-ups": ("/v1/follow-ups", "items.standing", None),
    "/v1/integration": ("/v1/integration", "share,by_role.role.name", None),
    "/v1/allocation": ("/v1/allocation", "by_education.teaching.share,next_hours.items.competency.id", None),
    "/v1/feedback": ("/v1/feedback", "cohorts.competencies.attainment,cohorts.cohort.name", None),
    "/v1/disciplines/{id}/benchmark": (
        "/v1/disciplines/poly:d.robotics/benchmark?against=poly:d.iot&limit=3",
        "items.matches.name,against",
        None,
    ),
    "/v1/enterprises/{id}/leadership": (f"/v1/enterprises/{ENTERPRISE}/leadership", "enterprise.name", None),
    "/v1/enterprises/{id}/brief": (f"/v1/enterprises/{ENTERPRISE}/brief", "enterprise", None),
    "/v1/signals": ("/v1/signals", "signals.competencies.status,signals.name", None),
    "/v1/what-if": ("/v1/what-if", "consequences.competencies_total", {"remove": {"nodes": [TASK]}}),
    "/v1/diff": ("/v1/diff?since=0&limit=3", "changes.nodes.id,consequences.roles_total", None),
    "/v1/metrics": ("/v1/metrics?what=linkage&what=bottlenecks&limit=3", "items.metric,items.value", None),
    "/v1/align": ("/v1/align?a=qihang&b=poly", "items.reason", None),
    "/v1/nodes": (f"/v1/nodes?id={TASK}&expand=values&limit=2", "items.values,missing", None),
    "/v1/nodes/{id}": (f"/v1/nodes/{TASK}", "values,kind", None),
    "/v1/nodes/{id}/trace": (f"/v1/nodes/{TASK}/trace", "stages,kind", None),
    "/v1/search": ("/v1/search?q=plc&limit=2", "items.id,total", None),
    "/v1/sources": ("/v1/sources", "items.licence,items.name", None),
    "/v1/revisions": ("/v1/revisions", "items.source", None),
    "/v1/changes": ("/v1/changes?limit=1", "items.source", None),
    "/v1/runs": ("/v1/runs", "items.report,items.outcome", None),
    "/v1/audit": ("/v1/audit", "items.who", None),
}
"""A URL of each question that comes in parts, some of its fields, and the body that it is sent with."""
TABLES = {
    "/v1/competencies": "id,name,kind,code",
    "/v1/roles": "id,name,kind,code",
    "/v1/search": "id,name,kind,code,match.by,match.how,match.text",
    "/v1/coverage": "row.id,row.name,training_unrecorded,column.id,column.name,share,status",
    "/v1/metrics": "metric,id,name,kind,value",
    "/v1/revisions": "revision,at,source,run,added,changed,removed",
    "/v1/runs": "id,source,at,outcome,revision",
}
"""Columns of some tables, in their order."""


@pytest.fixture(scope="module")
def college(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Serve the bundled college."""
    settings = settings_in(tmp_path_factory.mktemp("shapes"))
    with serving(replace(settings, store_url=store_url, store_may_be_missing=False)) as asker:
        yield asker


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a store of a few nodes, at revision 1."""
    found = open_store(settings_in(tmp_path).store_url)
    found.apply(SMALL)
    yield found
    found.close()


@pytest.fixture
def small(tmp_path: Path, store: Store) -> Iterator[Asker]:
    """Serve that store."""
    assert store.revision().number == 1
    with serving(settings_in(tmp_path)) as asker:
        asker.app.openapi()  # takes a while the first time
        yield asker


def ask(asker: Asker, url: str, body: object, headers: dict[str, str] | None = None) -> httpx.Response:
    found = asker.get(url, headers=headers or {}) if body is None else asker.post(url, json=body, headers=headers or {})
    assert found.status_code == HTTPStatus.OK, found.text
    return found


def with_parameter(url: str, text: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{text}"


def pruned(value: Any, paths: Sequence[Sequence[str]]) -> Any:  # noqa: ANN401 - of any JSON
    """Return what is left of a JSON document when only the paths are kept."""
    if any(not path for path in paths):
        return value
    if isinstance(value, list):
        return [pruned(part, paths) for part in value]
    if not isinstance(value, dict):
        return value
    kept = {path[0] for path in paths}
    return {
        name: pruned(part, [path[1:] for path in paths if path[0] == name])
        for name, part in value.items()
        if name in kept
    }


def rows_in(response: httpx.Response) -> list[list[str]]:
    """Return the lines of an answer in CSV."""
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def shaped(document: Document, parameter: str) -> set[str]:
    """Return the paths of the operations that take a parameter."""
    return {
        path
        for path, operations in resolved(document)["paths"].items()
        for operation in operations.values()
        if parameter in parameters_of(operation)
    }


def test_every_question_is_listed_here(college: Asker) -> None:
    """What is not asked for in parts is only what is no question about the graph: imports, and health."""
    paths = college.app.openapi()["paths"]
    assert shaped(college.app.openapi(), "fields") == QUESTIONS.keys()
    others = {path for path in paths.keys() - QUESTIONS.keys() if path.startswith("/v1/")}
    assert all(
        path.startswith(("/v1/ingest/", "/v1/undo", "/v1/edits", "/v1/export/", "/v1/proposals")) for path in others
    ), others


def test_every_question_takes_the_least_revision(college: Asker) -> None:
    """Each waits for a revision, but the audit log, which is not of the graph."""
    asked = QUESTIONS.keys() - {"/v1/audit"} | {"/v1/export/{format}"}
    assert shaped(college.app.openapi(), "min_revision") == asked


@each("question", QUESTIONS)
def test_part_is_what_the_whole_says(college: Asker, question: str) -> None:
    """A part has the fields that were named, with the values that they have in the whole, and `revision` and `next`."""
    url, fields, body = QUESTIONS[question]
    whole = ask(college, url, body).json()
    part = ask(college, with_parameter(url, f"fields={fields}"), body).json()
    paths = [path.split(".") for path in [*fields.split(","), "revision", "next"]]
    assert part == pruned(whole, paths)
    assert part != whole or question == "/v1/audit"  # nobody has done anything yet


@each("question", QUESTIONS)
def test_unknown_field_is_refused_before_work(college: Asker, question: str) -> None:
    """A field that the answer does not have is 422, and named."""
    url, _, body = QUESTIONS[question]
    url = with_parameter(url, "fields=nothing.such")
    response = college.get(url) if body is None else college.post(url, json=body)
    told = assert_problem(response, 422, "invalid-parameters")
    assert [error["field"] for error in told["errors"]] == ["query.fields"]  # type: ignore[attr-defined]
    assert "nothing.such" in str(told["detail"])


@each(
    "fields, near",
    [
        ("competency", "items.competency"),
        ("items.statuss", "items.status"),
        ("items.competency.nam", "items.competency"),
        ("total.x", "total"),
        ("counts.connected", "counts"),
    ],
)
def test_near_fields_are_named(fields: str, near: str) -> None:
    """What was probably meant is told."""
    with pytest.raises(UnknownFieldError) as caught:
        read_paths(fields, (Gaps,))
    assert near in caught.value.near


@each("fields", ["", ",", "items,", "x" * 2001])
def test_what_names_no_field_is_refused(college: Asker, fields: str) -> None:
    """An empty name is no field."""
    assert_problem(college.get("/v1/gaps", params={"fields": fields}), 422, "invalid-parameters")


@each("question", QUESTIONS)
def test_table_comes_where_it_is_declared(college: Asker, question: str) -> None:
    """`Accept: text/csv` is a table where the document says so, and 406 elsewhere."""
    url, _, body = QUESTIONS[question]
    headers = {"Accept": "text/csv"}
    if question in shaped(college.app.openapi(), "format"):
        head, *rows = rows_in(ask(college, url, body, headers))
        assert rows or question == "/v1/audit"
        assert len(set(head)) == len(head)
        assert all(len(row) == len(head) for row in rows)
        if question in TABLES:
            assert ",".join(head) == TABLES[question]
    else:
        response = college.get(url, headers=headers) if body is None else college.post(url, json=body, headers=headers)
        assert_problem(response, 406, "not-acceptable")
        assert "text/csv" not in response.text


def test_table_says_what_the_list_says(college: Asker) -> None:
    """A row is an item, a column a field by its name; the items of a list within share a cell."""
    head, *rows = rows_in(college.get("/v1/gaps?limit=50&format=csv"))
    items = college.get("/v1/gaps?limit=50").json()["items"]
    assert len(rows) == len(items) == 50
    for row, item in zip(rows, items, strict=True):
        told = dict(zip(head, row, strict=True))
        assert told["competency.id"] == escape(item["competency"]["id"])
        assert told["severity"] == str(item["severity"])
        assert told["link"] == (item["link"] or "")
        assert float(told["demand"]) == item["demand"]
        assert told["flaws.flaw"] == "; ".join(flaw["flaw"] for flaw in item["flaws"])
        courses = item["closed_by"]["courses"]
        assert told["closed_by.courses.course.name"] == "; ".join(near["course"]["name"] for near in courses)


def test_matrix_is_told_cell_by_cell(college: Asker) -> None:
    """Each row of the matrix by each column, in order."""
    matrix = college.get("/v1/coverage").json()
    _, *rows = rows_in(college.get("/v1/coverage?format=csv"))
    told = [(row[0], row[3], float(row[5]) if row[5] else None, row[6]) for row in rows]
    pairs = [(row["id"], column["id"]) for row in matrix["rows"] for column in matrix["columns"]]
    assert [(row, column) for row, column, _, _ in told] == pairs
    assert [share for _, _, share, _ in told] == pytest.approx(
        [share for row in matrix["shares"] for share in row], rel=1e-5
    )
    assert {status for _, _, _, status in told} == {""}


def test_fields_choose_the_columns(college: Asker) -> None:
    """Columns keep the order of the answer; another list than the table's own may be named."""
    head, *_ = rows_in(college.get("/v1/gaps?format=csv&fields=items.status,items.competency.name"))
    assert head == ["competency.name", "status"]
    head, *rows = rows_in(college.get("/v1/integration?format=csv&fields=by_role.role,by_role.share"))
    assert head == ["role.id", "role.name", "share"]
    assert len(rows) == len(college.get("/v1/integration").json()["by_role"])
    assert_problem(college.get("/v1/gaps?format=csv&fields=total"), 422, "invalid-parameters")


def test_table_is_paged_and_kept_as_the_list_is(college: Asker) -> None:
    """The pages of a table lead on by `Link`, and each has an ETag of its own that holds."""
    url, found = "/v1/competencies?limit=40&format=csv", []
    while url:
        page = college.get(url)
        found += rows_in(page)[1:]
        again = college.get(url, headers={"If-None-Match": page.headers["ETag"]})
        assert again.status_code == HTTPStatus.NOT_MODIFIED
        assert "Accept" in page.headers["Vary"].split(", ")
        url = page.links["next"]["url"] if "next" in page.links else ""
    whole = college.get("/v1/competencies?limit=1000").json()["items"]
    assert [row[0] for row in found] == [item["id"] for item in whole]


@each(
    "accepted, asked, media_type",
    [
        ("text/csv", "", "text/csv; charset=utf-8"),
        ("text/csv;q=0.2, application/json;q=0.1", "", "text/csv; charset=utf-8"),
        ("application/json, text/csv", "", "application/json"),
        ("text/html, */*;q=0.1", "", "application/json"),
        ("application/json", "csv", "text/csv; charset=utf-8"),
        ("text/csv", "json", "application/json"),
        ("text/html", "json", "application/json"),
    ],
)
def test_form_is_negotiated(college: Asker, accepted: str, asked: str, media_type: str) -> None:
    """The client's ranks decide; JSON is the first of equals, and the parameter goes before the header."""
    url = "/v1/roles" + (f"?format={asked}" if asked else "")
    assert college.get(url, headers={"Accept": accepted}).headers["content-type"] == media_type


def test_nothing_acceptable_is_406(college: Asker) -> None:
    """Where no form is left, the forms that there are are named."""
    response = college.get("/v1/roles", headers={"Accept": "application/xml, text/csv;q=0"})
    told = assert_problem(response, 406, "not-acceptable")
    assert "application/json or text/csv" in str(told["detail"])


def test_formulas_stay_text(tmp_path: Path) -> None:
    """A name that a spreadsheet would run gets an apostrophe; a negative number stays a number."""
    names = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "ok"]
    store = open_store(settings_in(tmp_path).store_url)
    store.apply(says(nodes={f"c{at}": {"name": name.strip()} for at, name in enumerate(names)}))
    store.close()
    with serving(settings_in(tmp_path)) as asker:
        _, *rows = rows_in(asker.get("/v1/competencies?format=csv"))
    assert [row[1] for row in rows] == [escape(name.strip()) for name in names]
    assert rows[0][1].startswith("'=")


@pytest.fixture
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break whatever waits for a revision."""
    monkeypatch.setattr("api.service.service.WAIT_STEP_S", None)


@pytest.mark.usefixtures("_no_waiting")
def test_revision_that_is_there_is_answered_from(small: Asker) -> None:
    """What is reached already is not waited for."""
    for least in ("0", "1", "%201"):
        assert small.get(f"/v1/gaps?min_revision={least}").json()["revision"] == 1, least


@pytest.mark.usefixtures("_no_waiting")
def test_what_is_no_revision_is_refused_at_once(small: Asker) -> None:
    """It is a parameter like any other."""
    for least in ("-1", "x", "", "1.5", str(2**60)):
        response = small.get("/v1/gaps", params={"min_revision": least})
        told = assert_problem(response, 422, "invalid-parameters")
        assert told["errors"][0]["field"] == "query.min_revision", least  # type: ignore[index]


@pytest.mark.usefixtures("_no_waiting")
def test_revision_that_is_far_away_is_not_waited_for(small: Asker) -> None:
    """It is told at once that it is not there."""
    assert_problem(small.get("/v1/gaps?min_revision=5000"), 409, "revision-not-reached")


@pytest.mark.slow
def test_revision_that_does_not_come_is_409(small: Asker) -> None:
    """Both revisions are named, and when to ask again; other questions are answered meanwhile."""
    begun = time.monotonic()
    response = small.get("/v1/gaps?min_revision=9")
    told = assert_problem(response, 409, "revision-not-reached")
    assert (told["revision"], told["min_revision"]) == (1, 9)
    assert int(response.headers["Retry-After"]) > 0
    assert time.monotonic() - begun > 1.9
    assert small.post("/v1/roles/r1/plan?min_revision=9", json={}).status_code == HTTPStatus.CONFLICT


def test_revision_is_waited_for(small: Asker, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for what was just imported is answered from it, and others are answered while he waits."""
    monkeypatch.setattr("api.rest.shape.WAIT_S", 20.0)  # the machine may be busy with other tests
    waiting = small.begin("GET", "/v1/competencies?min_revision=2")
    assert small.get("/v1/gaps").json()["revision"] == 1
    assert not waiting.done()
    store.apply(says("k3 DEVELOPS c3", by="more"))
    assert waiting.result(30).json()["revision"] == 2
