"""The Python client against a live service: every question, its parameters, its errors, and what moves data."""

import asyncio
import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, assert_type, get_args, get_type_hints

import httpx
import pytest

from api.auth.keys import KeyStore
from api.state.database import State
from graph.schema import KINDS
from queries.semantics.chain_status import ChainStatus
from rolepath import (
    AsyncRolepath,
    ConflictError,
    InputError,
    NotFoundError,
    Retries,
    Rolepath,
    ServiceProblem,
    StoreUnavailableError,
)
from rolepath.client.calls import Call, path_to, query_of
from rolepath.client.jobs import Job
from rolepath.client.methods import ListQuestion, Question, Questions
from rolepath.client.models import Gap, NodeTrace, Plan, SearchHit
from tests.support.conditions import eventually
from tests.support.listening import served
from tests.support.openapi import resolved
from tests.support.paths import EXAMPLE
from tests.support.serving import Document, settings_in

ROLE, COMPETENCY, ENTERPRISE = "poly:r.integration-assistant", "poly:k.plc-programming", "poly:e.qihang"
COHORT, DISCIPLINE = "poly:co.robotics-2023", "poly:d.robotics"
IMPATIENT = Retries(most=0)

Asks = Callable[[Rolepath], Any]
SAME: Mapping[str, tuple[Asks, str]] = {
    "trace": (lambda c: c.trace(COMPETENCY, discipline=DISCIPLINE, limit=3), f"competencies/{COMPETENCY}/trace"),
    "trace_node": (lambda c: c.trace_node("poly:c.plc", limit=3), "nodes/poly:c.plc/trace"),
    "competencies": (lambda c: c.competencies(title="PLC").page(), "competencies"),
    "competency": (lambda c: c.competency(COMPETENCY, limit=2), f"competencies/{COMPETENCY}"),
    "node": (lambda c: c.node("poly:c.plc"), "nodes/poly:c.plc"),
    "nodes": (lambda c: c.nodes(kind="Role", limit=2, expand="values").page(), "nodes"),
    "changes": (lambda c: c.changes(since=0, limit=1).page(), "changes"),
    "search": (lambda c: c.search("机器人", kind="Role", lang="zh").page(), "search"),
    "roles": (lambda c: c.roles(limit=2).page(), "roles"),
    "role": (lambda c: c.role(ROLE), f"roles/{ROLE}"),
    "coverage": (lambda c: c.coverage(ROLE, infer=True, roll_up=True, roll_up_share=0.25), f"roles/{ROLE}/coverage"),
    "coverage_matrix": (lambda c: c.coverage_matrix(by="course", role=ROLE), "coverage"),
    "training": (lambda c: c.training(ROLE, have=[COMPETENCY], limit=2).page(), f"roles/{ROLE}/training"),
    "unreachable": (lambda c: c.unreachable(ROLE, limit=1).page(), f"roles/{ROLE}/unreachable"),
    "rotation": (lambda c: c.rotation(COHORT, terms=6), f"rotation/{COHORT}"),
    "gaps": (lambda c: c.gaps(status=[ChainStatus.UNPRACTISED], severity=4, term=3).page(), "gaps"),
    "follow_ups": (lambda c: c.follow_ups().page(), "follow-ups"),
    "proposals": (lambda c: c.proposals(status="open", limit=5).page(), "proposals"),
    "integration": (lambda c: c.integration(discipline=DISCIPLINE, lang="zh"), "integration"),
    "allocation": (lambda c: c.allocation(hours=60, seats=40, limit=2), "allocation"),
    "feedback": (lambda c: c.feedback(limit=5), "feedback"),
    "benchmark": (
        lambda c: c.benchmark(DISCIPLINE, against="poly:d.iot", limit=2).page(),
        f"disciplines/{DISCIPLINE}/benchmark",
    ),
    "leadership": (lambda c: c.leadership(ENTERPRISE), f"enterprises/{ENTERPRISE}/leadership"),
    "brief": (lambda c: c.brief(ENTERPRISE, lang="zh"), f"enterprises/{ENTERPRISE}/brief"),
    "signals": (lambda c: c.signals(signal_kind="trend"), "signals"),
    "diff": (lambda c: c.diff(0, limit=2), "diff"),
    "metrics": (lambda c: c.metrics(what=["linkage", "bottlenecks"], limit=2), "metrics"),
    "align": (lambda c: c.align("qihang", "poly", relation=["SAME_AS"], limit=1), "align"),
    "sources": (lambda c: c.sources(), "sources"),
    "runs": (lambda c: c.runs().page(), "runs"),
    "plan": (lambda c: c.plan(ROLE, max_hours=120, have=[COMPETENCY], employer=ENTERPRISE), f"roles/{ROLE}/plan"),
    "plans": (lambda c: c.plans(roles=[ROLE], max_tasks=2), "roles/plan"),
    "match": (lambda c: c.match([COMPETENCY], limit=2, discipline=DISCIPLINE), "roles/match"),
    "what_if": (lambda c: c.what_if(remove={"nodes": [ENTERPRISE]}, ask="gaps", limit=2), "what-if"),
}
"""Every question, and its path under /v1."""
MOVING = {
    "change_follow_up",
    "ingest",
    "propose",
    "run",
    "cancel",
    "edit",
    "undo",
    "export",
    "judge_proposals",
    "apply_proposals",
}
"""The methods that ask nothing of the graph, and have tests of their own."""
NOT_TAKEN = {"fields", "format", "cursor"}
"""Parameters that the client has no use for; see tests/support/client_parameters.py."""


@pytest.fixture
def client(college: str) -> Iterator[Rolepath]:
    with Rolepath(college) as found:
        yield found


@pytest.fixture
def own(tmp_path: Path) -> Iterator[str]:
    """Serve an empty store, to be written to."""
    with served(settings_in(tmp_path)) as address:
        yield address


class Heard(httpx.BaseTransport):
    """Passes requests on, and remembers them with their answers."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self.all: list[tuple[httpx.Request, httpx.Response]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass it on."""
        response = self._inner.handle_request(request)
        self.all.append((request, response))
        return response

    def close(self) -> None:
        """Let go of the connections."""
        self._inner.close()


def test_every_method_is_listed() -> None:
    """A question that is added gets its line in the table above."""
    methods = {name for name, value in vars(Questions).items() if isinstance(value, Question | ListQuestion)}
    assert methods == {*SAME, *MOVING}


@pytest.mark.parametrize("name", SAME)
def test_models_hold_all_that_the_service_says(college: str, name: str) -> None:
    """Each method asks its own path, and what it returns is the whole answer: nothing is lost, nothing is made up."""
    heard = Heard()
    put, path = SAME[name]
    with Rolepath(college, transport=heard) as client:
        found = put(client)
    ((request, response),) = heard.all
    assert request.url.path == f"/v1/{path}"
    assert found.model_dump(mode="json") == response.json()


def taken_by(name: str) -> set[str]:
    """Return the names of all that a method takes."""
    put = getattr(Questions, name)
    hints = get_type_hints(put, include_extras=True)
    found: set[str] = set()
    for parameter in inspect.signature(put).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            (named,) = get_args(hints[parameter.name])
            found |= get_type_hints(named).keys()
        else:
            found.add(parameter.name)
    return found


def test_parameters_are_those_of_the_document(college: str) -> None:
    """What the methods take is what the OpenAPI document has, and no parameter of it is missing."""
    document = resolved(httpx.get(f"{college}/openapi.json", timeout=60).json())
    for name, (method, template) in OPERATION.items():
        operation = document["paths"][template][method]
        declared = {parameter["name"] for parameter in operation["parameters"]} | wished(document, operation)
        assert declared - NOT_TAKEN - {"id", "q"} <= taken_by(name), name
        assert taken_by(name) - declared <= BY_PLACE, name


BY_PLACE = {"competency", "node", "role", "cohort", "enterprise", "discipline", "text"}
"""What a method takes first, and the document calls `id` or `q`."""


def _operation(name: str) -> tuple[str, str]:
    path = SAME[name][1]
    for named in (ROLE, COMPETENCY, ENTERPRISE, COHORT, DISCIPLINE, "poly:c.plc"):
        path = path.replace(named, "{id}")
    return ("post" if name in {"plan", "plans", "match", "what_if"} else "get"), f"/v1/{path}"


OPERATION = {name: _operation(name) for name in SAME}


def wished(document: Document, operation: Document) -> set[str]:
    """Return the fields of a JSON body; those of its scope stand beside the others, as in a method."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return set()
    schemas = document["components"]["schemas"]
    options = content["schema"].get("anyOf", [content["schema"]])
    (named,) = [option["$ref"].rpartition("/")[2] for option in options if "$ref" in option]
    fields: dict[str, Any] = schemas[named]["properties"]
    scope = schemas[fields["scope"]["$ref"].rpartition("/")[2]]["properties"] if "scope" in fields else {}
    return {*fields, *scope} - {"scope"}


def test_answers_have_types(client: Rolepath) -> None:
    """A program that uses the client is checked by mypy as strictly as this one is."""
    assert_type(client.plan(ROLE), Plan)
    assert_type([gap.severity for gap in client.gaps()], list[int])
    assert_type(client.search("PLC").page().items, list[SearchHit])


def test_iterating_goes_over_every_page(client: Rolepath) -> None:
    """Whatever the length of a page, every item comes once and in the order of the list."""
    whole = client.gaps(limit=1000).page()
    assert whole.next is None
    pages = list(client.gaps(limit=50).pages())
    assert len(pages) > 2
    assert [gap for page in pages for gap in page.items] == list(client.gaps(limit=50)) == whole.items


def test_page_goes_on_at_a_cursor(client: Rolepath) -> None:
    """One page is taken, and the next one, as a user of REST would."""
    first = client.roles(limit=3).page()
    second = client.roles(limit=3).page(first.next)
    assert [role.id for role in (*first.items, *second.items)] == [role.id for role in client.roles()][:6]


def test_async_client_answers_the_same(college: str, client: Rolepath) -> None:
    """Awaited or not: the same plan, and the same list."""

    async def ask() -> tuple[Plan, list[Gap]]:
        async with AsyncRolepath(college) as found:
            plan = await found.plan(ROLE, max_hours=200)
            return plan, [gap async for gap in found.gaps(limit=50)]

    assert asyncio.run(ask()) == (client.plan(ROLE, max_hours=200), list(client.gaps()))


def test_language_is_the_clients_or_the_calls(college: str) -> None:
    """What a client is made with holds for every question that does not say otherwise."""
    with Rolepath(college, lang="zh") as client:
        chinese, english = client.role(ROLE).name, client.role(ROLE, lang="en").name
    assert english.isascii()
    assert not chinese.isascii()


def test_trace_of_any_node_tells_which_it_is(client: Rolepath) -> None:
    """A competency's trace and another node's are told apart."""
    assert isinstance(client.trace_node("poly:c.plc"), NodeTrace)
    assert client.trace_node(COMPETENCY) == client.trace(COMPETENCY)


def test_every_kind_can_be_searched_for(client: Rolepath) -> None:
    """The kinds of the schema are what `kind` takes."""
    assert {node.kind for kind in KINDS for node in client.search("a", kind=kind)} <= set(KINDS)


def test_answers_that_no_model_fits_can_be_asked_for(client: Rolepath) -> None:
    """What has no method can be asked too: any path, read as the caller likes."""
    found = client.ask(Call("GET", path_to("v1", "roles"), bytes.decode, query_of({"title": "PLC", "code": "none"})))
    assert '"total":0' in found


# Errors


def test_unknown_id_names_near_ones(client: Rolepath) -> None:
    """The error of the tree, with its facts; its cause has the problem document and the request's id."""
    with pytest.raises(NotFoundError, match="plc-programing") as caught:
        client.trace("poly:k.plc-programing")
    assert COMPETENCY in caught.value.near
    assert (caught.value.what, caught.value.value) == ("competency", "poly:k.plc-programing")
    assert isinstance(caught.value.__cause__, ServiceProblem)
    assert caught.value.__cause__.problem.type == "/docs/problems#not-found"
    assert caught.value.__cause__.request_id


def test_wrong_parameter_is_named(client: Rolepath) -> None:
    """What is out of range is an InputError at its place."""
    with pytest.raises(InputError, match="less than or equal to 5") as caught:
        client.gaps(severity=9).page()
    assert caught.value.problem.column == "query.severity"


def test_wish_that_cannot_be_held_is_named(client: Rolepath) -> None:
    """A query's own error comes through with its value."""
    with pytest.raises(InputError) as caught:
        client.plan(ROLE, have=[ENTERPRISE])
    assert caught.value.problem.value == ENTERPRISE


def test_service_that_is_not_there_is_named() -> None:
    """Nobody listens: the error names the address."""
    with (
        Rolepath("http://127.0.0.1:9", retries=IMPATIENT) as client,
        pytest.raises(StoreUnavailableError, match=r"127\.0\.0\.1:9 gives no answer"),
    ):
        client.sources()


def test_key_opens_the_service_and_stays_secret(
    tmp_path: Path, store_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With a key that holds there is an answer, without one a problem; and nothing shows the key."""
    settings = settings_in(tmp_path)
    token = KeyStore(State(settings.state_path)).create("platform", "read").token
    caplog.set_level(logging.DEBUG)
    with served(settings) as address:
        with Rolepath(address) as client, pytest.raises(ServiceProblem, match="Access key required") as caught:
            client.sources()
        assert caught.value.problem.status == 401
        with Rolepath(address, token) as client:
            assert client.sources().items == []
            with pytest.raises(ServiceProblem) as forbidden:
                client.undo("anything")
        assert forbidden.value.problem.status == 403
        shown = f"{client!r} {caught.value!r} {forbidden.value!r} {caplog.text}"
    assert token not in shown
    assert token.split("_", 2)[2] not in shown


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "schlüssel"])
def test_what_cannot_be_a_key_is_refused_unseen(key: str) -> None:
    """It is not sent, and the message does not repeat it."""
    with pytest.raises(InputError) as caught:
        Rolepath(key=key)
    assert key == "" or key not in str(caught.value)


# Data in and out


def test_import_is_watched_to_its_end(own: str) -> None:
    """Files go up, every change is told, and the report comes back; the service answers from it at once or soon."""
    told: list[str] = []
    with Rolepath(own) as client:
        job = client.ingest("native", EXAMPLE, on_progress=lambda at: told.append(at.status))
        assert job.status == "done"
        assert job.report is not None
        assert job.report.added.nodes > 700
        assert told[0] == "queued"
        assert told[-1] == "done"
        eventually(lambda: client.sources().items)
        assert client.run(job.id) == job
        assert [run.id for run in client.runs()] == [job.id]
        with pytest.raises(ConflictError, match="revision 1, not 7"):
            client.ingest("native", EXAMPLE, expected_revision=7)
        undone = client.undo("Illustrative polytechnic", dry_run=True)
        assert undone.dry_run
        assert undone.removed.nodes == job.report.added.nodes
        _edited(client)
        _followed_up(client)


def _followed_up(client: Rolepath) -> None:
    """What one person writes is read by the next, who is told where somebody was quicker."""
    kept = client.change_follow_up(COMPETENCY, version=0, owner="Li Wei", due=date(2027, 5, 1), state="agreed")
    assert (kept.latest.owner, kept.latest.due, kept.latest.state) == ("Li Wei", date(2027, 5, 1), "agreed")
    assert [one.competency.id for one in client.follow_ups()] == [COMPETENCY]
    with pytest.raises(ConflictError):
        client.change_follow_up(COMPETENCY, version=0, state="done")


def _edited(client: Rolepath) -> None:
    """What a dry run settled is applied as it was seen, taken back by its run, and refused where it was changed."""
    link = {"from_id": "poly:t.enterprise-challenge", "relation": "PRACTISES", "to_id": "poly:k.ip-protection"}
    seen = client.edit([{"op": "add_link", **link, "weight": 0.6}], dry_run=True, reason="why")
    assert seen.effects is not None
    assert seen.effects.consequences.competencies_total == 1
    done = client.edit([one.model_dump() for one in seen.document.edits], expected_revision=1, source="Mine")
    assert (done.report.source, done.revision) == ("Mine", 2)
    with pytest.raises(ConflictError, match=r"0\.6"):
        client.edit([{"op": "add_link", **link, "weight": 1}], expected_revision=1)
    with pytest.raises(InputError, match="Mine"):
        client.edit([{"op": "drop_link", **link}], source="Other")
    assert client.undo(run=done.report.run).undoes == done.report.run


def test_import_that_is_refused_says_why(own: str) -> None:
    """A wrong row is a result: the report names its place."""
    with Rolepath(own) as client:
        job = client.ingest("native", [("courses.csv", b"id,name\nco1,\n"), ("source.csv", b"name,version\nPoly,1\n")])
    assert job.status == "refused"
    assert job.report is not None
    assert (job.report.problems[0].file, job.report.problems[0].row) == ("courses.csv", 2)


def test_import_need_not_be_waited_for(own: str) -> None:
    """It comes back as it begins, and can be cancelled; async as well."""

    async def send() -> Job:
        async with AsyncRolepath(own) as client:
            job = await client.ingest("native", EXAMPLE, wait=False, dry_run=True)
            assert job.status in {"queued", "running"}
            await client.cancel(job.id)
            return await client.cancel(job.id)

    job = asyncio.run(send())
    with Rolepath(own) as client:
        eventually(lambda: client.run(job.id).is_over)
        job = client.run(job.id)
    assert job.status in {"cancelled", "done"}


def test_export_comes_from_a_live_service(client: Rolepath, college: str, tmp_path: Path) -> None:
    """The file holds the graph."""
    if "/v1/export/{format}" not in httpx.get(f"{college}/openapi.json", timeout=60).json()["paths"]:
        pytest.skip("this service does not export over HTTP")
    assert b"<gexf" in client.export("gexf", tmp_path / "graph.gexf").read_bytes()


def test_file_to_send_must_be_there(client: Rolepath, tmp_path: Path) -> None:
    """Nothing is sent where a file is missing."""
    with pytest.raises(InputError, match="there is no file"):
        client.ingest("native", tmp_path / "none.xlsx")


@pytest.mark.parametrize("odd", ["", ".", ".."])
def test_ids_that_lead_elsewhere_are_not_asked(odd: str) -> None:
    """Proxies and clients shorten `/v1/roles/../x` to another path: such an id is refused before anything is sent."""
    with Rolepath("http://127.0.0.1:9") as client:
        for ask in (client.role, client.node, client.coverage, client.plan, client.trace):
            with pytest.raises(InputError, match="is no id"):
                ask(odd)
