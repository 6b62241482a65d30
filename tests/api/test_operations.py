"""The service as it is run: several processes, its log and figures, and its end."""

import json
import logging
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.auth.keys import KeyStore
from api.observability.logs import JsonLines, PlainLines
from api.settings.settings import load_settings
from api.state.database import State
from graph.errors import InputError
from tests.support.commanding import Commands
from tests.support.conditions import eventually
from tests.support.conforming import checked
from tests.support.processes import figures, served
from tests.support.serving import serving, settings_in
from tests.support.uploads import uploads

Checks = Mapping[str, Any]


ASKED = 'rolepath_http_requests_total{method="GET",route="/v1/gaps",status="200"}'


@pytest.mark.slow
def test_workers_share_keys_imports_and_figures(folder: Path) -> None:
    """Two processes answer as one: whichever is asked, the import is seen, and the figures are added up."""
    with served(folder, "--workers", "2") as (process, url):
        for _ in range(40):  # a connection each, so that both are asked
            assert checked(httpx.get(f"{url}/v1/gaps")).is_success
        found = figures(checked(httpx.get(f"{url}/metrics")).text)
        assert found[ASKED] == 40
        assert found["rolepath_http_answers_from_cache_total"] in {38, 39}  # each worked it out once
        where = checked(httpx.post(f"{url}/v1/ingest/native", files=uploads())).headers["Location"]
        with httpx.stream("GET", f"{url}{where}/events", timeout=60) as events:
            told = [line for line in checked(events).iter_lines() if line.startswith("data: ")]
        assert json.loads(told[-1].removeprefix("data: "))["status"] == "done"
        eventually(lambda: all(checked(httpx.get(f"{url}/v1/gaps")).json()["revision"] == 2 for _ in range(8)))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.slow
def test_service_ends_well(folder: Path) -> None:
    """On SIGTERM, event streams end, an import that runs waits for the next start, and the exit status is 0."""
    rows = "".join(f"c{n},Skill {n},skill\n" for n in range(200_000))
    files = uploads({"source.csv": "name,version\nMuch,1\n", "competencies.csv": "id,name,kind\n" + rows})
    with served(folder) as (process, url):
        where = checked(httpx.post(f"{url}/v1/ingest/native", files=files)).headers["Location"]
        with httpx.stream("GET", f"{url}{where}/events", timeout=60) as events:
            lines = checked(events).iter_lines()
            while "reading" not in next(lines):
                pass
            process.send_signal(signal.SIGTERM)
            assert not any(line == "event: end" for line in lines)
        assert process.wait(60) == 0
    state = State(folder / "state.db")
    with state.reading() as connection:
        assert connection is not None
        assert connection.execute("SELECT status FROM job").fetchone()[0] == "queued"


@pytest.mark.slow
def test_log_is_json_and_tells_no_secret(folder: Path) -> None:
    """Every request has a line with its id, and the answer the same id; keys and what was asked for are in none."""
    token = KeyStore(State(folder / "state.db")).create("me", "read").token
    with served(folder, ROLEPATH_LOG_FORMAT="json", ROLEPATH_LOG_LEVEL="info") as (process, url):
        headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "from-proxy.7"}
        answer = checked(httpx.get(f"{url}/v1/search", params={"q": "private matter"}, headers=headers))
        assert answer.headers["X-Request-Id"] == "from-proxy.7"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    lines = [json.loads(line) for line in err.splitlines()]
    (line,) = [line for line in lines if line.get("request_id") == "from-proxy.7"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/search", 200)
    assert line["key"] == token.split("_")[1]
    assert line["duration_ms"] > 0
    assert token.split("_", 2)[2] not in err
    assert "private" not in err


def test_figures_of_one_worker(folder: Path) -> None:
    """Requests are counted by route, not by path, so that nobody can fill the memory with names."""
    with serving(settings_in(folder)) as asker:
        for path in ("/v1/gaps", "/v1/gaps", "/v1/nodes/c1", "/v1/nodes/none", "/nowhere", "/else"):
            asker.get(path)
        found = figures(asker.get("/metrics").text)
    assert found[ASKED] == 2
    assert found["rolepath_http_answers_from_cache_total"] == 1
    assert found['rolepath_http_requests_total{method="GET",route="/v1/nodes/{id}",status="404"}'] == 1
    assert found['rolepath_http_requests_total{method="GET",route="other",status="404"}'] == 2
    assert found['rolepath_http_request_seconds_count{route="/v1/gaps"}'] == 2
    assert found["rolepath_revision"] == 1


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, 'a"b', "../x"])
def test_odd_request_ids_are_replaced(folder: Path, given: str) -> None:
    """What a client sends as an id goes into the log only where it is harmless."""
    with serving(settings_in(folder)) as asker:
        found = asker.get("/healthz", headers={"X-Request-Id": given}).headers
    assert len(found["X-Request-Id"]) == 16


def test_log_lines_cannot_be_forged() -> None:
    """A line break within a message begins no line of its own."""
    record = logging.makeLogRecord({"msg": "a\nb", "name": "x", "levelname": "INFO"})
    assert "\n" not in PlainLines().format(record)
    assert json.loads(JsonLines().format(record))["message"] == "a\nb"


def test_settings_come_from_a_file_and_the_environment_goes_first(tmp_path: Path) -> None:
    """Both say the same in their own way."""
    file = tmp_path / "rolepath.toml"
    file.write_text('rate_key = 5\nlog_format = "json"\nstate = "s.db"\n', encoding="utf-8")
    found = load_settings({"ROLEPATH_SETTINGS": str(file), "ROLEPATH_RATE_KEY": "7", "ROLEPATH_ANONYMOUS_READ": "1"})
    assert (found.service.rate_key, found.service.log_format, found.service.anonymous_read) == (7, "json", True)
    assert found.state_path == Path("s.db")


@pytest.mark.parametrize(
    ("environ", "text", "said"),
    [
        ({"ROLEPATH_PORT": "many"}, "", "ROLEPATH_PORT: 'many' cannot be used, it should be a valid integer"),
        (
            {"ROLEPATH_WORKERS": "0"},
            "",
            "ROLEPATH_WORKERS: '0' cannot be used, it should be greater than or equal to 1",
        ),
        ({}, "rate_kye = 5", "did you mean rate_key?"),
        ({}, 'rate_key = "x"', "rate_key in "),
        ({}, "rate_key", "cannot be read"),
    ],
)
def test_wrong_settings_are_told(tmp_path: Path, environ: dict[str, str], text: str, said: str) -> None:
    """The message names the setting, the value, and where it was made."""
    file = tmp_path / "rolepath.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_settings({"ROLEPATH_SETTINGS": str(file), **environ})
    assert said in str(caught.value)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a service of a new store that is only asked, and give its address."""
    with served(tmp_path_factory.mktemp("asked")) as (_, address):
        yield address


@pytest.mark.slow
def test_unknown_host_is_still_refused(url: str) -> None:
    """Over a real connection, local mode answers to the names of this machine only."""
    foreign = checked(httpx.get(f"{url}/v1/gaps", headers={"Host": "evil.example"}))
    assert foreign.status_code == HTTPStatus.MISDIRECTED_REQUEST
    assert checked(httpx.get(f"{url}/v1/gaps")).is_success


def test_doctor_names_what_is_no_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in a variable's name is found, and a state file that others can read."""
    command = Commands(tmp_path, monkeypatch, capsys)
    command.filled()
    monkeypatch.setenv("ROLEPATH_STATE", str(tmp_path / "s.db"))
    command("key", "create", "me")
    checks = {item["check"]: item for item in command("doctor", "--json").document["items"]}
    assert (checks["settings"]["ok"], checks["keys"]["ok"]) == (True, True)
    assert checks["keys"]["detail"] == "1 key of 1 hold"
    monkeypatch.setenv("ROLEPATH_RATE_KYE", "5")
    (tmp_path / "s.db").chmod(0o644)
    checks = {item["check"]: item for item in command("doctor", "--json").document["items"]}
    assert "ROLEPATH_RATE_KYE" in checks["settings"]["detail"]
    assert (checks["settings"]["ok"], checks["keys"]["ok"]) == (False, False)


def doctor(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **told: str) -> Checks:
    """Return what `rolepath doctor` says of each thing."""
    command = Commands(folder, monkeypatch, capsys)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return {item["check"]: item for item in command("doctor", "--json").document["items"]}


@pytest.mark.slow
def test_doctor_knows_whose_port_it_is(
    url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Free, taken by the service itself, or by another program, which is wrong."""
    port = url.rpartition(":")[2]
    assert doctor(folder, monkeypatch, capsys, ROLEPATH_PORT=port)["port"]["ok"] is True
    assert "a service answers" in doctor(folder, monkeypatch, capsys, ROLEPATH_PORT=port)["port"]["detail"]
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        threading.Thread(target=hang_up_once, args=(other,), daemon=True).start()
        found = doctor(folder, monkeypatch, capsys, ROLEPATH_PORT=port)["port"]
        assert (found["ok"], "another program" in found["detail"]) == (False, True)
    assert "is free" in doctor(folder, monkeypatch, capsys, ROLEPATH_PORT=port)["port"]["detail"]
    assert doctor(folder, monkeypatch, capsys, ROLEPATH_PORT="0")["port"]["ok"] is True


def hang_up_once(listening: socket.socket) -> None:
    taken, _ = listening.accept()
    taken.close()


def test_doctor_tells_room_extras_and_the_file_of_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Too little room is wrong, and an extra that a setting needs and is missing."""
    file = tmp_path / "rolepath.toml"
    file.write_text("rate_key = 5\n", encoding="utf-8")
    monkeypatch.setenv("ROLEPATH_SETTINGS", str(file))
    found = doctor(
        tmp_path, monkeypatch, capsys, ROLEPATH_PORT="0", ROLEPATH_TELEMETRY="1", ROLEPATH_UPLOAD_BYTES="1000"
    )
    assert found["disk"]["ok"], found["disk"]["detail"]
    assert str(file) in found["settings"]["detail"]
    assert found["extras"]["ok"]
    monkeypatch.setattr("api.cli.render.doctor._is_installed", lambda _: False)
    found = doctor(tmp_path, monkeypatch, capsys, ROLEPATH_UPLOAD_BYTES=str(10**18))
    assert not found["disk"]["ok"]
    assert (found["extras"]["ok"], "rolepath[otel]" in found["extras"]["detail"]) == (False, True)


def test_old_graph_is_not_ready_and_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends requests is told to send them elsewhere, and people what holds it up."""
    with serving(settings_in(folder)) as asker:
        assert asker.get("/readyz").is_success
        monkeypatch.setattr("api.rest.routes.health.TOO_OLD_S", 7)
        monkeypatch.setattr("api.service.service.Service.stale_s", lambda _: 7)
        answer = asker.get("/readyz")
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "revision 1 has not been brought up to date for 7 s" in answer.json()["detail"]
        assert asker.get("/v1/gaps").is_success  # whoever asks all the same is answered


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_plan_under_way_is_finished(folder: Path, workers: str) -> None:
    """A request that has begun when the service is ended gets its answer, and then the connection is closed."""
    wish = json.dumps({"max_hours": 100}).encode()
    head = f"POST /v1/roles/r1/plan HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(wish)}\r\n"
    head += "Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n"
    with served(folder, "--workers", workers) as (process, url):
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as asking:
            asking.sendall(head.encode())
            # As soon as it is under way, it asks for the body.
            assert asking.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
            asking.sendall(wish[:5])
            process.send_signal(signal.SIGTERM)
            eventually(lambda: not is_listening(port))
            asking.sendall(wish[5:])
            answer = b"".join(iter(lambda: asking.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert b'"steps":' in answer
        assert process.wait(60) == 0


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


@pytest.mark.slow
def test_parked_import_is_taken_up_by_the_next_start(folder: Path) -> None:
    """Ended while two workers answer and an import is read, the service does it when it is back: once, and whole."""
    rows = "".join(f"c{n},Skill {n},skill\n" for n in range(1000, 251_000))
    files = uploads({"source.csv": "name,version\nMuch,1\n", "competencies.csv": "id,name,kind\n" + rows})
    with served(folder, "--workers", "2") as (process, url):
        where = httpx.post(f"{url}/v1/ingest/native", files=files, timeout=60).headers["Location"]
        eventually(lambda: httpx.get(f"{url}{where}").json()["status"] == "running")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    state = State(folder / "state.db")
    with state.reading() as connection:
        assert connection is not None
        assert connection.execute("SELECT status FROM job").fetchone()[0] == "queued"
    with served(folder, "--workers", "2") as (_, url):
        eventually(lambda: httpx.get(f"{url}{where}").json()["status"] == "done")
        assert httpx.get(f"{url}{where}").json()["report"]["added"]["nodes"] == 250_000
