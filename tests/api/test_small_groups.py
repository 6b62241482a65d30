"""Small groups: nothing that a reader can ask tells a score of fewer than five learners, not by differences either."""

import asyncio
import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from mcp import Client
from mcp.types import CallToolResult

from api.answers.downloads import EXPORTS
from api.auth.keys import KeyStore
from api.auth.sessions import SessionStore
from api.mcp.run import service_within
from api.mcp.server import build_server
from api.principal import SCOPES
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from api.state.database import State
from graph.schema import FILES
from graph.stores import open_store
from rolepath import AsyncRolepath, Retries
from tests.support.access import FIELD_PAGES, NEEDED, Open, bearing
from tests.support.commanding import Commands
from tests.support.listening import served
from tests.support.serving import serving, settings_in
from tests.support.small_groups import HIDDEN, HISTORY, LARGE, LATER, MARKS, ONE_MORE, OTHER_DAY, REVISED, SMALL

FORMS = [(name, form) for name, forms in EXPORTS.items() for form in forms]
IDS = ("c1", "c2", "t1", "r1", "e1", "g1", "d1", "k1", "j1", SMALL.id, ONE_MORE.id, REVISED.id, LARGE.id)
REPORT = {
    "run": "run2",
    "samples": {
        "added": {
            "nodes": [
                {"id": SMALL.id, "kind": "Assessment", "name": None, "before": {}, "after": {"mean_score": 0.61803}},
            ],
            "links": [],
        },
    },
    "problems": [
        {"file": "assessments.csv", "sheet": None, "row": 2, "column": "mean_score", "value": "0.61803x",
         "reason": "0.61803x is no number", "code": "value.no_number", "params": {"text": "0.61803x"}},
    ],
    "notes": [], "note_messages": [], "added": {"nodes": 2, "links": 0},
}  # fmt: skip


def filled(settings: Settings) -> None:
    """Make the store of the settings: three revisions, with reports that show rows."""
    store = open_store(settings.store_url)
    for changes in HISTORY:
        store.apply(changes, report=REPORT)
    store.close()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    found = replace(settings_in(tmp_path_factory.mktemp("groups")), service=ServiceSettings(rate_address=0, rate_key=0))
    filled(found)
    return found


@pytest.fixture(scope="module")
def open_service(settings: Settings) -> Iterator[Open]:
    keys = KeyStore(State(settings.state_path))
    tokens = {scope: keys.create(f"for {scope}", scope).token for scope in SCOPES}
    with serving(settings) as asker:
        yield Open(asker, tokens, {})


def get(service: Open, url: str, scope: str = "read", **headers: str) -> httpx.Response:
    """Return what the holder of a key of the scope is answered."""
    return service.asker.get(url, headers={**bearing(service.tokens[scope]), **headers})  # type: ignore[index]


def texts_of(content: bytes) -> Iterator[str]:
    """Yield all that stands in an answer, unpacked."""
    if content[:2] == b"\x1f\x8b":
        yield from texts_of(gzip.decompress(content))
    elif content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield from texts_of(archive.read(name))
    elif content[:4] == b"PAR1":
        parquet = pytest.importorskip("pyarrow.parquet")
        table = parquet.read_table(io.BytesIO(content))
        yield f"{table.schema.metadata} {table.to_pylist()}"
    else:
        yield content.decode("utf-8", "replace")


def marks_in(response: httpx.Response, besides: str = "") -> set[str]:
    """Return the marks of what is hidden that an answer holds; what was asked for may come back in it."""
    told = "\n".join([*texts_of(response.content), str(response.headers)])
    return {mark for mark in MARKS if mark in told.replace(besides, "").replace(quote(besides), "")}


def urls() -> Iterator[tuple[str, str]]:
    """Yield every address that a reader may get, with the id that it names."""
    special = {
        "/v1/diff": ("?since=1&until=3", "?since=2&until=3", "?since=1&until=2"),
        "/v1/search": ("?q=61803", "?q=assessment", "?q=MARKED", "?kind=Assessment&q=a"),
        "/search": ("?q=61803", "?q=assessment", "?q=MARKED"),
        "/v1/metrics": ("?revisions=3&what=linkage", "?what=size"),
        "/v1/signals": ("?revisions=3",),
        "/v1/align": ("?a=c&b=k",),
        "/v1/coverage": ("?role=r1&by=discipline",),
    }
    for route, needed in NEEDED.items():
        method, path = route.split()
        if method != "GET" or needed != "read" or path == "/v1/export/{format}":
            continue
        for node_id in IDS if "{id}" in path else ("",):
            yield path.replace("{id}", quote(node_id)), node_id
        if "{id}" not in path:
            for question in ("?cohort=g1", "?role=r1", "?discipline=d1&task=t1", *special.get(path, ())):
                yield path + question, question.rpartition("=")[2]
    for name, form in FORMS:
        for source in ("", "&source=college"):
            yield f"/v1/export/{name}?as={form}{source}" if form else f"/v1/export/{name}?{source}", ""


@pytest.mark.slow
def test_no_address_tells_a_reader_of_a_small_group(open_service: Open) -> None:
    """No route, page, list or export holds a score, a note or an id of a group that is hidden."""
    found = {url: marks for url, node_id in urls() if (marks := marks_in(get(open_service, url), node_id))}
    assert found == {}
    for url in (f"/v1/nodes/{SMALL.id}", "/v1/runs", "/v1/export/edges?as=csv", "/v1/export/cypher", "/v1/export/gexf"):
        assert marks_in(get(open_service, url, "ingest"), SMALL.id), url


def test_a_hidden_row_answers_as_one_that_never_was(open_service: Open) -> None:
    """Whoever works an id out learns nothing by asking for it: neither status, nor words, nor near ids differ."""
    never = "assessment:" + "0123456789abcdef" * 2
    for path in ("/v1/nodes/{}", "/v1/nodes/{}/trace", "/v1/competencies/{}", "/nodes/{}"):
        for row in (SMALL, ONE_MORE, REVISED):
            hidden, absent = (get(open_service, path.format(node_id)) for node_id in (row.id, never))
            assert (hidden.status_code, absent.status_code) == (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND)
            told = [re.sub(r"near.*", "", one.text) for one in (hidden, absent)]
            known = [
                text.replace(quote(one), "ID").replace(one, "ID")
                for text, one in zip(told, (row.id, never), strict=True)
            ]
            assert known[0] == known[1]


def test_suppositions_do_not_tell_either(open_service: Open) -> None:
    """What-if takes a hidden row for one that is not there, added or taken away."""
    removal = {"remove": {"nodes": [SMALL.id], "links": []}}
    token = bearing(open_service.tokens["read"])
    taken = open_service.asker.post("/v1/what-if", json=removal, headers=token)
    assert taken.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert marks_in(taken, SMALL.id) == set()
    row = {"task_id": "t1", "competency_id": "c1", "cohort_id": "g1", "date": SMALL.date, "stage": "final"}
    added = {"add": {"assessments": [{**row, "learners": 30, "mean_score": 0.9}]}, "ask": "gaps"}
    assert marks_in(open_service.asker.post("/v1/what-if", json=added, headers=token), SMALL.id) == set()


def test_who_may_write_sees_all(open_service: Open) -> None:
    """A key of the scope `ingest` shows every row, by page, list and export."""
    for scope in ("ingest", "admin"):
        assert get(open_service, f"/v1/nodes/{SMALL.id}", scope).json()["values"]["mean_score"] == SMALL.mean_score
        assert "0.61803" in get(open_service, "/v1/export/native?as=json&source=college", scope).text
        assert get(open_service, f"/nodes/{SMALL.id}", scope).status_code in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}


def test_no_answer_for_one_caller_is_served_to_another(open_service: Open) -> None:
    """Whoever asks first, and whatever ETag the other brings: the views stay apart in every cache."""
    urls = (
        *("/v1/feedback?cohort=g1", "/v1/diff?since=1&until=3", "/v1/search?q=assessment", "/v1/nodes/c1"),
        *("/v1/export/native?as=json&source=college", "/feedback?cohort=g1", "/"),
    )
    for url in urls:
        for first, second in (("read", "ingest"), ("ingest", "read")):
            one, other = get(open_service, url, first), get(open_service, url, second)
            reader = one if first == "read" else other
            assert marks_in(reader, SMALL.id) == set()
            tag = one.headers.get("etag")
            if tag:
                again = get(open_service, url, second, **{"If-None-Match": tag})
                assert again.status_code != HTTPStatus.NOT_MODIFIED
            assert "Authorization" in one.headers["vary"]
            assert "no-store" in one.headers["cache-control"] or "private" in one.headers["cache-control"]


@pytest.mark.parametrize("how", ["anonymous", "session", "restricted"])
def test_every_way_to_read_is_restricted(settings: Settings, how: str) -> None:
    """Whoever needs no key, a session of a key that reads, and whoever may write and asks for no more."""
    keys, sessions = KeyStore(State(settings.state_path)), SessionStore(State(settings.state_path))
    session = sessions.begin(keys.create("for a session", "read").key, 1).token
    writer = keys.create("for a writer", "ingest").token
    headers = {
        "anonymous": {},
        "session": {"Cookie": f"rolepath_session={session}"},
        "restricted": {**bearing(writer), "Rolepath-View": "Restricted"},
    }[how]
    with serving(replace(settings, service=ServiceSettings(anonymous_read=how == "anonymous"))) as asker:
        for url in (f"/v1/nodes/{SMALL.id}", "/v1/export/native?as=json&source=college", "/v1/runs", "/v1/feedback"):
            answer = asker.get(url, headers=headers)
            assert answer.status_code in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}
            assert marks_in(answer, SMALL.id) == set()


def test_whoever_is_on_the_machine_sees_all(tmp_path: Path) -> None:
    """In local mode, where anybody here may import, nothing is left out."""
    settings = settings_in(tmp_path)
    filled(settings)
    with serving(settings) as asker:
        assert asker.get(f"/v1/nodes/{SMALL.id}").json()["values"]["mean_score"] == SMALL.mean_score


def test_feedback_counts_what_is_hidden(open_service: Open) -> None:
    """A reader is told how many rows of the cohort are left out, and that is all."""
    told = get(open_service, "/v1/feedback?cohort=g1").json()
    assert told["hidden"] == len(HIDDEN)
    assert get(open_service, "/v1/feedback?cohort=g1", "ingest").json()["hidden"] == 1


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_an_export_says_how_many_rows_it_leaves_out(open_service: Open, name: str, form: str | None) -> None:
    """In a header, and in the format's own place; whoever may write is told that it is whole."""
    query = f"?source=college&as={form}" if form else "?source=college"
    exported = get(open_service, f"/v1/export/{name}{query}")
    assert exported.headers["Rolepath-Withheld"] == "3"
    if name not in {"case", "jsonld"}:  # which hold no assessments at all
        assert "withheld" in "\n".join(texts_of(exported.content))
    whole = get(open_service, f"/v1/export/{name}{query}", "ingest")
    assert whole.headers["Rolepath-Withheld"] == "0"
    assert "withheld" not in "\n".join(texts_of(whole.content)).replace("<c r=", "")


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_what_a_reader_exports_does_not_replace_what_it_hides(
    open_service: Open, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Importing the file again is refused, and says why and what to do; merging it is fine, and loses nothing."""
    settings = settings_in(tmp_path)
    filled(settings)
    content = get(open_service, f"/v1/export/native?source=college&as={form}").content
    file = tmp_path / f"export.{form}"
    file.write_bytes(content)
    if form == "csv":
        file = tmp_path / "export"
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(file)
        file = next(folder for folder in [file, *file.iterdir()] if (folder / "source.csv").is_file())
    cli = Commands(tmp_path, monkeypatch, capsys)
    store = ["--store", settings.store_url]
    ran = cli("ingest", "native", file, "--allow-removals", *store)
    assert ran.status != 0
    assert "3" in ran.out + ran.err
    assert "--mode merge" in ran.out + ran.err
    assert cli("ingest", "native", file, "--mode", "merge", *store).status == 0
    opened = open_store(settings.store_url)
    ids = [SMALL.id, ONE_MORE.id, REVISED.id, LARGE.id, LATER.id]
    assert [detail.id for detail in opened.nodes(ids)] == ids
    opened.close()


def test_reports_of_imports_show_a_reader_no_rows(open_service: Open) -> None:
    """Examples of assessments are left out of reports, and what a problem quotes of them."""
    reader = get(open_service, "/v1/runs")
    assert marks_in(reader) == set()
    assert reader.json()["items"][0]["report"]["added"] == REPORT["added"]
    assert "0.61803" in get(open_service, "/v1/runs", "ingest").text


@pytest.mark.slow
def test_no_tool_tells_an_assistant_of_a_small_group(settings: Settings) -> None:
    """Over the store itself, and by a key that may write, too: what an assistant is told leaves the machine."""
    token = KeyStore(State(settings.state_path)).create("for an assistant", "ingest").token

    async def told(service: AsyncRolepath) -> list[str]:
        found = []
        async with Client(build_server(service)) as client:
            for tool in (await client.list_tools()).tools:
                names = list((tool.input_schema or {}).get("properties", {}))
                for value in ("c1", "t1", "r1", "g1", "61803", str(SMALL.id), str(REVISED.id)):
                    for name in names:
                        answer = await client.call_tool(tool.name, {name: value})
                        assert isinstance(answer, CallToolResult)
                        found.append(answer.model_dump_json().replace(value, ""))
            addresses = ("rolepath://sources", "rolepath://nodes/c1")
            found += [(await client.read_resource(address)).model_dump_json() for address in addresses]
        return found

    async def all_told(address: str) -> list[str]:
        async with service_within(settings) as within:
            found = await told(within)
        async with AsyncRolepath(address, token, retries=Retries(most=0), restricted=True) as elsewhere:
            return found + await told(elsewhere)

    with served(settings) as address:
        answers = asyncio.run(all_told(address))
    assert len(answers) > 100
    assert [mark for mark in MARKS for answer in answers if mark in answer] == []


def test_the_walk_asks_for_every_format_and_page() -> None:
    """What is asked above grows with the service."""
    asked = {url.partition("?")[0] for url, _ in urls()}
    assert {f"/v1/export/{name}" for name in EXPORTS} <= asked
    assert {f"/{page}" for page in FIELD_PAGES} <= asked
    assert "assessments" in FILES
    assert json.dumps(OTHER_DAY)
