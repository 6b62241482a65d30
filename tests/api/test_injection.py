"""Input that means harm, by every way in: it is refused or kept as the text that it is, and nothing obeys it."""

import csv
import io
import json
import os
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

import httpx
import openpyxl
import pytest

from api.auth.keys import KeyStore
from api.cli.main import main
from api.settings.settings import Settings
from api.state.database import State
from graph.stores import open_store
from tests.support.access import bearing
from tests.support.cases import each
from tests.support.conditions import eventually
from tests.support.factory import says
from tests.support.files import bytes_of_database
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in
from tests.support.signing import open_page, sign_in

SECRET = "root:x:0:0"
FORMULAS = (
    '=HYPERLINK("http://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "'=1+1",
)
LINES = ("k{0} DEVELOPS c{0}", "t{0} PRACTISES c{0}", "r{0} REQUIRES c{0}", "co{0} COVERS k{0}")


_OWN = ("state.db", "graph.db")


class Served(NamedTuple):
    """A service, and where it keeps things."""

    asker: Asker
    settings: Settings

    def revision(self) -> int:
        """Return the revision of the graph: it grows with every change."""
        store = open_store(self.settings.store_url)
        try:
            return store.revision().number
        finally:
            store.close()

    def files(self) -> set[Path]:
        """Return every file beside those of the service's own keeping."""
        folder = self.settings.state_path.parent
        walked = os.walk(folder)  # which passes over what goes meanwhile, as uploads do
        return {Path(at) / name for at, _, names in walked for name in names if not name.startswith(_OWN)}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a graph in which names are formulas, to whoever is on this machine."""
    top = tmp_path_factory.mktemp("injected")
    (top / "passwd").write_text(SECRET, encoding="utf-8")
    (top / "own").mkdir()
    settings = settings_in(top / "own")
    store = open_store(settings.store_url)
    nodes = {
        f"{letter}{n}": {"name": text.strip() or text, "name_zh": text.strip() or text}
        for n, text in enumerate(FORMULAS)
        for letter in ("k", "c", "t", "r", "co")
    }
    store.apply(says(*(line.format(n) for n in range(len(FORMULAS)) for line in LINES), nodes=nodes, by="=1+1"))
    store.close()
    with serving(settings) as asker:
        yield Served(asker, settings)


def raw(asker: Asker, path: str, headers: dict[bytes, bytes] | None = None) -> httpx.Response:
    """Return the answer to a path that is sent as it stands."""
    return asker.get(path, headers=headers or {})


ABOVE = (
    "../passwd",
    "../../../../../../etc/passwd",
    "..%2fpasswd",
    "%2e%2e%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "..%5cpasswd",
    "....//....//etc/passwd",
    "%252e%252e%252fpasswd",
    "..%c0%afpasswd",
    "%00/etc/passwd",
    "/etc/passwd",
    "file:%2f%2f%2fetc%2fpasswd",
    "words.toml%00.css",
)


@each("way", ABOVE)
@each("below", ["/assets/", "/docs/static/", "/docs/swagger/", "/nodes/", "/v1/nodes/", "/v1/ingest/runs/"])
def test_path_leads_to_no_other_file(served: Served, below: str, way: str) -> None:
    """Neither a file of a page nor an id is a way to what stands elsewhere on the machine."""
    response = raw(served.asker, below + way)
    assert response.status_code in {400, 404, 405, 422}
    assert SECRET not in response.text
    assert "[site]" not in response.text


UPLOAD_NAMES = (
    "../evil.csv",
    "../../../../tmp/evil.csv",
    "..\\..\\evil.csv",
    "/etc/cron.d/evil.csv",
    "C:\\Windows\\evil.csv",
    "evil.csv\x00.png",
    "evil.csv\r\nX-Evil: 1",
    ".htaccess",
    "evil\u202evsc.csv",
    "x" * 300 + ".csv",
    "con:evil.csv",
)


@pytest.mark.parametrize("name", UPLOAD_NAMES)
def test_upload_is_written_where_it_belongs(served: Served, name: str) -> None:
    """Whatever an upload calls itself, over HTTP or on the page, nothing is written outside its own folder."""
    content = b"id,name,kind\nk:a,Weld,skill\n"
    before, revision = served.files(), served.revision()
    over_http = served.asker.post("/v1/ingest/native?dry_run=true&source=x", files=[("file", (name, content))])
    assert over_http.status_code in {202, 400, 422}
    token = next(
        has["value"] for has in Page(open_page(served.asker, "/import").text).all("input") if has["name"] == "token"
    )
    files = [("file", (name, content))]
    on_page = served.asker.post("/import", data={"token": token, "source": "x"}, files=files)
    assert on_page.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    uploads = served.settings.state_path.parent / "uploads"
    assert all(uploads in path.parents or "cache" in path.parts for path in served.files() - before)
    assert not list(uploads.parent.parent.glob("**/passwd/*"))
    assert served.revision() == revision
    assert "X-Evil" not in str(on_page.headers)


def archive(*entries: tuple[str, bytes, int]) -> bytes:
    """Return a zip with these entries: name, content, attributes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content, attributes in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = attributes << 16
            packed.writestr(info, content)
    return out.getvalue()


CSV = b"id,name,kind\nk:evil,Evil,skill\n"
ENTRIES = {
    "above": [("../competencies.csv", CSV, 0o644)],
    "far above": [("a/../../../../competencies.csv", CSV, 0o644)],
    "absolute": [("/tmp/competencies.csv", CSV, 0o644)],
    "backslash": [("..\\competencies.csv", CSV, 0o644)],
    "drive": [("C:competencies.csv", CSV, 0o644)],
    "link": [("competencies.csv", b"../../passwd", 0o120777)],
    "link to a folder": [("data", b"/etc", 0o120777), ("data/competencies.csv", CSV, 0o644)],
    "twice": [("competencies.csv", CSV, 0o644), ("competencies.csv", CSV, 0o644)],
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("sort", ENTRIES)
def test_zip_entry_leads_nowhere(served: Served, sort: str) -> None:
    """A zip whose entries lead elsewhere is refused as a whole, and nothing of it is written."""
    revision, before = served.revision(), served.files()
    upload = [("file", ("x.zip", archive(*ENTRIES[sort])))]
    job = served.asker.post("/v1/ingest/native?source=x", files=upload).json()
    told: dict[str, object] = {}

    def is_over() -> bool:
        told.update(served.asker.get(f"/v1/ingest/runs/{job['id']}").json())
        return told["status"] not in {"queued", "running"}

    eventually(is_over)
    assert told["status"] in {"failed", "refused"}
    assert SECRET not in json.dumps(told)
    assert served.revision() == revision
    # What came of earlier uploads may still be noted beside them meanwhile.
    written = {
        path
        for path in served.files() - before
        if "cache" not in path.parts and ("uploads" not in path.parts or job["id"] in path.parts)
    }
    written = {path for path in written if path.name != "excerpts.json"}
    assert written == set()


HEADERS = ("X-Request-Id", "Accept-Language", "Cookie", "Origin", "Referer", "If-None-Match", "Accept", "User-Agent")
BROKEN = (
    b"a\r\nSet-Cookie: evil=1",
    b"a\nX-Evil: 1",
    b"en\r\n\r\n<script>alert(1)</script>",
    b"\x00\x01",
    b"\xff\xfe",
    b"x" * 60_000,
)


@pytest.mark.parametrize("header", HEADERS)
@each("value", BROKEN)
def test_header_adds_no_header(served: Served, header: str, value: bytes) -> None:
    """What a header holds, even what no server lets through, sets no other header and becomes no part of a page."""
    for path in ("/gaps", "/v1/gaps"):
        response = raw(served.asker, path, {header.encode(): value})
        assert response.status_code in {200, 403, 406}
        assert "evil" not in str(response.headers).lower()
        is_page = response.headers["content-type"].startswith("text/html")
        assert not is_page or "<script>alert" not in response.text
        assert all("\n" not in text and "\r" not in text for text in response.headers.values())


@each("name", ["lang", "theme"])
@each("value", ["en%0d%0aX-Evil:1", "<script>", "../..", "zh\u202e", "x" * 5000, "en; Domain=evil"])
def test_choice_sets_no_other_cookie(served: Served, name: str, value: str) -> None:
    """A language or colour that there is not is not remembered, asked for in the address or in a cookie."""
    response = served.asker.get(f"/gaps?{name}={value}")
    assert "evil" not in str(response.headers).lower()
    assert f"rolepath_{name}" not in response.headers.get("set-cookie", "")
    cookie = f"rolepath_{name}={value}".encode("utf-8", "replace")
    page = Page(raw(served.asker, "/gaps", {b"Cookie": cookie}).text)
    assert page.inline == []
    assert page.all("html")[0]["lang"] == "en"
    assert "data-theme" not in page.all("html")[0]


CSV_COMMANDS: dict[str, list[str]] = {
    "native": ["export", "native", "{out}/x"],
    "edges": ["export", "edges", "{out}/x"],
    "metrics": ["metrics", "--format", "csv", "--out", "{out}/x.csv"],
}


def assert_no_formula(text: str) -> None:
    """Assert that no cell begins as a formula does, to any spreadsheet."""
    rows = list(
        csv.reader(line for line in io.StringIO(text.removeprefix("\ufeff"), newline="") if not line.startswith("#"))
    )
    assert len(rows) > 1
    for cell in (cell for row in rows for cell in row):
        is_number = cell.lstrip("-").replace(".", "", 1).isdigit()
        assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


@pytest.mark.parametrize("path", ["/gaps.csv", "/gaps.csv?severity=0&sort=name"])
@each("lang", ["en", "zh"])
def test_served_spreadsheet_holds_no_formula(served: Served, path: str, lang: str) -> None:
    """A name that a spreadsheet would run comes as text."""
    joined = f"{path}{'&' if '?' in path else '?'}lang={lang}"
    response = served.asker.get(joined)
    assert_no_formula(response.content.decode("utf-8"))
    assert "HYPERLINK" in response.text


@pytest.mark.parametrize("command", CSV_COMMANDS)
def test_written_spreadsheet_holds_no_formula(served: Served, tmp_path: Path, command: str) -> None:
    """So do the files that commands write."""
    words = [word.format(out=tmp_path) for word in CSV_COMMANDS[command]]
    assert main([*words, "--store", served.settings.store_url]) == 0
    files = list(tmp_path.rglob("*.csv"))
    assert files
    for file in files:
        assert_no_formula(file.read_text(encoding="utf-8"))


def test_written_workbook_holds_no_formula(served: Served, tmp_path: Path) -> None:
    """In a workbook every such name is a cell of text."""
    assert main(["export", "native", str(tmp_path / "all.xlsx"), "--store", served.settings.store_url]) == 0
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []
    book.close()


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    """Return a workbook with one competency, filled in further."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "competencies"
    sheet.append(["id", "name", "kind"])
    sheet.append(["k:evil", "Weld", "skill"])
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with one part of its package changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(lambda _: None))) as before, zipfile.ZipFile(out, "w") as after:
        for part in before.namelist():
            content = before.read(part)
            after.writestr(part, change(content) if part == name else content)
    return out.getvalue()


def doctype(entity: str) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(b"<worksheet", f"<!DOCTYPE x [{entity}]><worksheet".encode(), 1).replace(
        b">skill<", b">&e;<"
    )


SHEET = "xl/worksheets/sheet1.xml"
WORKBOOKS: dict[str, Callable[[Path], bytes]] = {
    "formula as id": lambda _: workbook(lambda b: b["competencies"].append(["=1+1", "x", "skill"])),
    "formula as name": lambda _: workbook(
        lambda b: b["competencies"].append(["k:b", '=WEBSERVICE("http://x")', "skill"])
    ),
    "formula as sheet": lambda _: workbook(lambda b: b.create_sheet("=cmd|'x'!A")),
    "external entity": lambda p: with_part(SHEET, doctype(f'<!ENTITY e SYSTEM "file://{p}">')),
    "external entity by http": lambda _: with_part(SHEET, doctype('<!ENTITY e SYSTEM "http://127.0.0.1:9/x">')),
    "entities of entities": lambda _: with_part(
        SHEET,
        doctype(
            '<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY e{n} "&a;&a;&a;">' for n in range(9)) + '<!ENTITY e "&e0;">'
        ),
    ),
    "parameter entity": lambda p: with_part(SHEET, doctype(f'<!ENTITY % p SYSTEM "file://{p}"> %p;')),
    "link to another workbook": lambda p: with_part(
        "xl/_rels/workbook.xml.rels",
        lambda c: c.replace(
            b"</Relationships>",
            f'<Relationship Id="e" TargetMode="External" Target="file://{p}" Type="x/link"/></Relationships>'.encode(),
        ),
    ),
    "sheet outside of the package": lambda _: with_part(
        "xl/_rels/workbook.xml.rels", lambda c: c.replace(b"/xl/worksheets/sheet1.xml", b"../../../passwd")
    ),
}


UNREAD = {"link to another workbook", "sheet outside of the package", "formula as sheet"}
"""What is not looked at, so that the rest is taken."""


@pytest.mark.parametrize("sort", WORKBOOKS)
def test_workbook_runs_and_fetches_nothing(served: Served, tmp_path: Path, sort: str) -> None:
    """A formula is never worked out, an entity never followed: the import is refused, or takes the text as it is."""
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    content = WORKBOOKS[sort](tmp_path / "secret")
    (tmp_path / "x.xlsx").write_bytes(content)
    store = f"sqlite:///{tmp_path / 'graph.db'}"
    report = main(["ingest", "native", str(tmp_path / "x.xlsx"), "--source", "x", "--json", "--store", store])
    assert report in {0, 1}
    assert SECRET.encode() not in bytes_of_database(tmp_path / "graph.db")
    assert (report == 1) == (sort not in UNREAD)
    assert served.revision() == 1


ASKED = (
    "' OR 1=1 --",
    '" OR ""="',
    "'; DROP TABLE node; --",
    "x' UNION SELECT hash FROM api_key --",
    "%' AND 1=randomblob(900000000) --",
    "}) MATCH (n) DETACH DELETE n //",
    "`}) DETACH DELETE n //",
    "$id",
    "{{7*7}}",
    "${7*7}",
    "%",
    "_",
    "*",
    "(((((((((((a+)+)+)+)+)+)+)+)+)+)",
    "\\",
    "c0\u0000",
)


@pytest.mark.parametrize("text", ASKED)
def test_question_is_no_code(served: Served, text: str) -> None:
    """What is searched for, or named as an id, is a value to SQL, Cypher and templates: nothing obeys it."""
    begun = time.process_time()
    found = served.asker.get("/v1/search", params={"q": text})
    assert found.status_code in {200, 422}
    for item in found.json().get("items", []):
        assert any(word in item["name"].casefold() for word in re.findall(r"\w+", text.casefold())), item
    for method, path in (
        ("GET", "/v1/nodes/{}"),
        ("GET", "/nodes/{}"),
        ("POST", "/v1/undo/{}"),
        ("GET", "/gaps?discipline={}"),
    ):
        quoted = httpx.QueryParams({"x": text}).__str__()[2:].replace("+", "%20")
        assert served.asker.ask(method, path.format(quoted)).status_code in {400, 404, 422}
    assert "49" not in Page(served.asker.get("/search", params={"q": text}).text).text("main").replace(text, "")
    assert served.revision() == 1
    assert len(served.asker.get("/v1/search?q=HYPERLINK").json()["items"]) > 0
    assert time.process_time() - begun < 5


BODIES = (
    b'{"have": ["c0"], "have": []}',
    b'{"__proto__": {"admin": true}}',
    b'{"constructor": {"prototype": {"x": 1}}}',
    b'{"have": {"$gt": ""}}',
    b'{"have": [{"$ne": null}]}',
    b"[" * 100_000,
    b'{"a":' * 20_000,
    b'{"have": NaN}',
    b'{"have": 1e9999}',
    b'{"have": ["\\ud800"]}',
    b'{"have": ["c0\\u0000"]}',
    b"\xff\xfe{\x00}\x00",
    b'{"have": ' + b"9" * 10_000 + b"}",
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    b"have=c0",
    b"",
)


@pytest.mark.parametrize("path", ["/v1/roles/match", "/v1/what-if", "/v1/roles/r0/plan"])
@each("body", BODIES)
def test_body_is_data(served: Served, path: str, body: bytes) -> None:
    """A body of another form is refused with what is wrong; nothing of it is taken for more than it is."""
    response = served.asker.post(path, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in {200, 400, 404, 422}
    assert SECRET not in response.text
    assert "Traceback" not in response.text
    assert response.status_code == HTTPStatus.OK or response.json()["status"] == response.status_code


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>",
        "</b></header><script>alert(1)</script>",
        "{{ 7*7 }}",
        "'\"><svg/onload=1>",
        "\u5f20\u4e09" * 40,
    ],
)
def test_name_of_a_key_is_text(tmp_path: Path, name: str) -> None:
    """Whoever makes a key names it; on the pages of who signs in with it that is text."""
    settings = settings_in(tmp_path)
    token = KeyStore(State(settings.state_path)).create(name, "read").token
    with serving(settings) as asker:
        sign_in(asker, token)
        for path in ("/gaps", "/sign-in", "/import"):
            page = Page(open_page(asker, path).text)
            assert (page.faults, page.inline, page.all("img")) == ([], [], [])
            assert len(page.all("script")) == 1
            assert name in page.text("header")


HOSTS = ("evil.example", "evil.example:80@127.0.0.1", "127.0.0.1\r\nX-Evil: 1", "", "[::1", "localhost.evil.example")


@pytest.mark.parametrize(
    "path", ["/", "/gaps", "/v1/competencies?limit=1", "/gaps/", "/openapi.json", "/docs", "/nowhere"]
)
def test_host_builds_no_address(tmp_path: Path, path: str) -> None:
    """What the client calls the service stands in no link, no redirect and no header that it answers with."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says("k1 DEVELOPS c1", "k2 DEVELOPS c2"))
    store.close()
    token = KeyStore(State(settings.state_path)).create("k", "read").token
    known = {b"X-Forwarded-Host": b"evil.example", b"Authorization": f"Bearer {token}".encode()}
    with serving(settings) as asker:

        @each("host", HOSTS)
        def is_not_repeated(host: str) -> None:
            response = raw(asker, path, {b"Host": host.encode(), **known})
            assert response.status_code in {200, 404}
            assert "evil" not in str(response.headers).lower()
            assert "evil" not in response.text

        is_not_repeated()


@each("override", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_method_is_not_overridden(served: Served, override: str) -> None:
    """A GET stays one, whatever a header or a field says."""
    for path in ("/v1/undo/x", "/import/example", "/v1/ingest/runs/x"):
        answer = served.asker.get(f"{path}?_method=DELETE", headers={override: "POST"})
        assert answer.status_code in {404, 405}
    assert served.revision() == 1


@pytest.mark.parametrize(
    "header", ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-For", "Forwarded"]
)
def test_path_is_not_rewritten(tmp_path: Path, header: str) -> None:
    """Who may ask is decided by the path that is answered, and by the address that asks; headers change neither."""
    settings = settings_in(tmp_path)
    token = KeyStore(State(settings.state_path)).create("k", "read").token
    with serving(settings) as asker:
        for value in ("/healthz", "127.0.0.1", "for=127.0.0.1", "/docs/static/../../v1/gaps"):
            assert asker.get("/v1/gaps", headers={header: value}).status_code == HTTPStatus.UNAUTHORIZED
            answer = asker.get("/v1/audit", headers={header: value, **bearing(token)})
            assert answer.status_code == HTTPStatus.FORBIDDEN


LOOKALIKES = (
    "\u0475:c1a",
    "v\u200b:c1a",
    "\uff56:c1a",
    "v:c1\u0430",
    "v:c1a\u202e",
    "v:c1\u00e1",
    "v:c1a\u0301",
    "v:c1a\ufe0f",
)


def test_ids_that_look_alike_are_told_apart(tmp_path: Path) -> None:
    """Letters of another script, and signs that cannot be seen, make another id; two spellings of one letter do not."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says(*(f"r1 REQUIRES {node}" for node in ("v:c1a", "v:c1\u0430", "v:c1\u00e1"))))
    store.close()
    with serving(settings) as asker:
        for node in LOOKALIKES:
            answer = asker.get(f"/v1/nodes/{node}")
            if answer.is_success:
                assert node in {"v:c1\u0430", "v:c1\u00e1", "v:c1a\u0301"}
                assert answer.json()["id"] in {"v:c1\u0430", "v:c1\u00e1"}
            else:
                assert answer.status_code in {404, 422}
                assert open_page(asker, f"/nodes/{node}").status_code in {404, 422}
        page = open_page(asker, "/nodes/v:c1\u0430")
        assert "<bdi>" in page.text


def test_turned_text_stays_within_its_place(tmp_path: Path) -> None:
    """A name that turns the text around is set apart, so that what stands beside it reads as it should."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says("r1 REQUIRES c1", nodes={"c1": {"name": "\u202egnp.exe"}, "r1": {"name": "\u2067x"}}))
    store.close()
    with serving(settings) as asker:
        for path in ("/gaps", "/search?q=exe", "/"):
            text = open_page(asker, path).text
            assert "\u202egnp.exe" in text
            for at in (at for at in range(len(text)) if text.startswith("\u202e", at)):
                before = text[:at]
                assert before.endswith(("<bdi>", '="', "“")) or before.rfind("<bdi>") > before.rfind("</bdi>"), before[
                    -80:
                ]
