"""The command line as a program: exit statuses, streams, stores, the service and the terminal."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.cli import command_table as table
from api.cli.commands.service import bound_socket
from api.cli.terminal import Terminal, line
from api.errors import ERROR_KINDS, KIND_OF_ERROR, describe, kind_of
from api.settings.settings import Settings
from graph.errors import InputError, NotFoundError, Problem, RolepathError
from graph.messages import message
from tests.support.commanding import CHAIN, Commands
from tests.support.conforming import checked
from tests.support.paths import ROOT
from tests.support.serving import serving


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def every_error(root: type[RolepathError] = RolepathError) -> Iterator[type[RolepathError]]:
    yield root
    for error in root.__subclasses__():
        yield from every_error(error)


# Errors


def test_errors_all_have_their_statuses() -> None:
    """Every error of the tree stands in the one table itself, not only by its parent."""
    assert set(KIND_OF_ERROR) == set(every_error())


def test_errors_are_told_apart() -> None:
    """No two kinds share a type URI, and every kind is one of the table's statuses."""
    assert len({kind.type_uri for kind in ERROR_KINDS}) == len(ERROR_KINDS)
    assert {kind.exit_status for kind in ERROR_KINDS} == {1, 2, 3, 4, 5, 70}


def test_errors_carry_their_attributes() -> None:
    """A problem object has the error's own facts beside RFC 9457's fields."""
    told = describe(InputError(Problem(message("value.control_character"), "a.csv", row=3, column="name"))).model_dump()
    assert told == {
        "type": "/docs/problems#invalid-input",
        "title": "Invalid input",
        "status": 422,
        "detail": "a.csv, row 3, column name: holds a control character; remove it",
        "file": "a.csv",
        "row": 3,
        "column": "name",
        "reason": "holds a control character; remove it",
        "code": "value.control_character",
        "params": {},
    }
    assert describe(NotFoundError(message("thing.Role"), "x", near=["y"])).model_dump()["near"] == ["y"]


def test_errors_from_elsewhere_are_internal_and_keep_their_secrets() -> None:
    """What was not raised on purpose is a defect, and its text stays inside."""
    assert kind_of(ValueError("secret")).exit_status == 70
    assert "secret" not in describe(ValueError("secret")).model_dump_json()


# Exit statuses and streams


def test_usage_is_status_2_with_one_document(cli: Commands) -> None:
    """A wrong option ends with 2, a sentence on standard error, and with --json one problem object."""
    told = cli("gaps", "--nonsense")
    assert (told.status, told.out) == (2, "")
    assert "--nonsense" in told.err
    assert "rolepath gaps --help" in told.err
    assert cli("gaps", "--json", "--nonsense").document["type"] == "/docs/problems#usage"


@pytest.mark.parametrize(
    "words",
    [
        ("gaps", "--status", "unpracticed"),
        ("gaps", "--flaw", "fragil"),
        ("search", "x", "--kind", "role"),
        ("gaps", "--min-weight", "nan"),
        ("gaps", "--severity", "9"),
        ("plan", "r1", "--max-hours", "0"),
        ("coverage",),
        ("gaps", "--store", "mysql://there"),
        ("trace",),
        ("bogus",),
    ],
)
def test_usage_out_of_range_is_status_2(cli: Commands, words: tuple[str, ...]) -> None:
    """What an option cannot be is wrong usage, never an internal error."""
    told = cli("--json", *words)
    assert (told.status, told.document["status"]) == (2, 400)


def test_usage_names_the_nearest_word(cli: Commands) -> None:
    """A misspelt status is answered with the one that was meant."""
    assert "did you mean unpractised?" in cli("gaps", "--status", "unpracticed").err


def test_bare_command_shows_the_help(cli: Commands) -> None:
    """Who types `rolepath` alone sees what there is."""
    told = cli()
    assert told.status == 2
    assert "trace" in told.out


def test_store_that_was_named_and_is_missing_is_status_3(cli: Commands) -> None:
    """Reading a store that somebody named, and that is not there, is an error."""
    told = cli("gaps", "--store", f"sqlite:///{cli.home / 'none.db'}", "--json")
    assert (told.status, told.document["type"]) == (3, "/docs/problems#store-unavailable")
    assert not (cli.home / "none.db").exists()


def test_store_that_is_no_store_is_status_3(cli: Commands) -> None:
    """A file of something else is named, and left alone."""
    (cli.home / "text.db").write_text("no database at all, but long enough to have a header " * 20, encoding="utf-8")
    assert cli("gaps", "--store", f"sqlite:///{cli.home / 'text.db'}").status == 3


def test_not_found_is_status_4_with_near_matches(cli: Commands) -> None:
    """An unknown id is answered with those that come close."""
    cli.filled()
    told = cli("trace", "c11", "--json")
    assert (told.status, told.document["near"][0]) == (4, "c1")
    assert "Did you mean c1" in cli("trace", "c11").err


def test_expired_cursor_is_status_5(cli: Commands) -> None:
    """A list that was begun before an import cannot be gone on with."""
    cli.filled()
    cursor = cli("gaps", "--limit", "1", "--json").document["next"]
    assert cli("gaps", "--limit", "1", "--cursor", cursor).status == 0
    cli("ingest", "native", cli.folder(CHAIN | {"source.csv": "name,version\nOther,1\n"}))
    told = cli("gaps", "--cursor", cursor, "--json")
    assert (told.status, told.document["status"]) == (5, 410)


def test_internal_error_is_status_70_in_one_line(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect is said to be one, with how to see more; the traceback comes on request."""
    monkeypatch.setattr("queries.gaps.find_gaps", lambda *_, **__: 1 / 0)
    told = cli("gaps", "--json")
    assert (told.status, told.document["status"]) == (70, 500)
    assert "ROLEPATH_DEBUG=1" in told.document["detail"]
    assert "Traceback" not in told.err
    monkeypatch.setenv("ROLEPATH_DEBUG", "1")
    assert "Traceback" in cli("gaps").err


@pytest.mark.parametrize("words", [("sources",), ("runs",), ("gaps",), ("search", "x"), ("coverage", "--by", "course")])
def test_default_store_that_is_missing_answers_empty_with_a_hint(cli: Commands, words: tuple[str, ...]) -> None:
    """A newcomer's first question is answered, told what to do next, and makes nothing."""
    told = cli(*words, "--json")
    assert told.status == 0
    assert told.document["revision"] == 0
    assert "rolepath ingest example" in told.err
    assert "rolepath template my.xlsx" in told.err
    assert not (cli.home / "own").exists()


def test_store_and_json_before_and_after_the_command_are_the_same(cli: Commands) -> None:
    """Both places give the same answer; the one nearest to the command wins."""
    url = f"sqlite:///{cli.home / 'named.db'}"
    assert cli("ingest", "--store", url, "native", cli.folder(CHAIN)).status == 0
    before, after = cli("--store", url, "--json", "gaps"), cli("gaps", "--store", url, "--json")
    assert before.out == after.out
    assert before.document["counts"]["connected"] == 1
    assert cli("--store", "sqlite:///other.db", "gaps", "--json", "--store", url).out == after.out


def test_store_of_the_environment_is_used(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """ROLEPATH_STORE names the store for every command."""
    monkeypatch.setenv("ROLEPATH_STORE", f"sqlite:///{cli.home / 'env.db'}")
    cli.filled()
    assert (cli.home / "env.db").exists()
    assert cli("sources", "--json").document["items"][0]["name"] == "Poly"


def test_closed_pipe_is_no_refusal() -> None:
    """`rolepath --help | head -1` style use does not end with the status of a refused input."""
    script = f"{sys.executable} -c 'import sys; from api.cli.main import main; sys.exit(main())' gaps --json"
    done = subprocess.run(
        ["bash", "-c", f"{script} | true; exit ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        env={**os.environ, "XDG_DATA_HOME": "/nonexistent", "ROLEPATH_STORE": ""},
        capture_output=True,
        check=False,
    )
    assert done.returncode in {0, 141}, done.stderr


# The service and the check-up


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org", "::"])
def test_serve_refuses_what_others_can_reach(cli: Commands, host: str) -> None:
    """Until there are access keys, only this machine is served."""
    told = cli("serve", "--host", host)
    assert told.status == 2
    assert "access keys" in told.err


def test_serve_names_a_busy_port(cli: Commands) -> None:
    """A port that is taken is a conflict, with the way out."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        told = cli("serve", "--port", str(port), "--json")
    assert told.status == 5
    assert f"port {port} is busy" in told.document["detail"]
    assert "--port" in told.document["detail"]


def test_serve_opens_a_new_store(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that is named and not there yet is served empty, and said to be new; a folder must be there."""
    served: list[Settings] = []
    monkeypatch.setattr("api.server.run_service", lambda settings, _: served.append(settings))
    told = cli("serve", "--port", "0", "--store", f"sqlite:///{cli.home}/new.db")
    assert (told.status, served[0].store_may_be_missing) == (0, True)
    said = " ".join(told.err.split())
    assert "new and empty" in said
    assert f"{cli.home}/new.db" in said.replace(" ", "")
    with serving(served[0]) as asker:
        assert asker.get("/v1/gaps").json()["items"] == []
    missing = cli("serve", "--port", "0", "--store", f"sqlite:///{cli.home}/away/new.db")
    assert (missing.status, len(served)) == (3, 1)
    assert "no folder" in missing.err
    cli.filled()
    assert "new and empty" not in cli("serve", "--port", "0").err


@pytest.mark.slow
def test_serve_waits_for_a_server_that_is_down(cli: Commands) -> None:
    """It starts, says so, lives, and is not ready; a store that answers would be served from then on."""
    script = "import sys; from api.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "serve", "--port", "0", "--json", "--store", "neo4j://127.0.0.1:1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        assert served.stderr is not None
        url = json.loads(served.stdout.readline())["url"]
        alive, ready = (checked(httpx.get(f"{url}/{path}", timeout=60)) for path in ("healthz", "readyz"))
        served.send_signal(signal.SIGINT)
        assert served.wait(60) == 0
        assert "as soon as it can be reached" in " ".join(served.stderr.read().split())
    assert (alive.status_code, ready.status_code) == (200, 503)
    assert "Retry-After" in ready.headers


def test_serve_sends_small_answers_at_once() -> None:
    """The event loop asks for that (TCP_NODELAY) only where the listening socket names its protocol."""
    with bound_socket("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


@pytest.mark.slow
def test_serve_answers_until_it_is_interrupted(cli: Commands) -> None:
    """It says where it answers, gives the same documents as the commands, and Ctrl+C is its proper end."""
    cli.filled()
    script = "import sys; from api.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "serve", "--port", "0", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as served:
        assert served.stdout is not None
        url = json.loads(served.stdout.readline())["url"]
        answer = checked(httpx.get(f"{url}/v1/competencies/c1/trace", timeout=60))
        served.send_signal(signal.SIGINT)
        assert served.wait(60) == 0
    assert answer.text + "\n" == cli("trace", "c1", "--json").out


def test_doctor_finds_all_well(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each check; the document says it too."""
    monkeypatch.setattr("api.cli.render.doctor.version", lambda _: "1.0")
    monkeypatch.setenv("ROLEPATH_PORT", "0")
    monkeypatch.setenv("ROLEPATH_UPLOAD_BYTES", "1000")
    cli.filled()
    told = cli("doctor")
    assert told.status == 0, told.out
    assert "not ok" not in told.out
    document = cli("doctor", "--json").document
    assert (document["ok"], document["revision"]) == (True, 1)


def test_doctor_finds_what_is_wrong(cli: Commands) -> None:
    """A store that is not there is not ok, and the others are looked at all the same."""
    told = cli("doctor", "--store", f"sqlite:///{cli.home / 'none.db'}", "--json")
    assert told.status == 3
    assert [item["ok"] for item in told.document["items"] if item["check"] == "store"] == [False]
    assert any(item["check"] == "snapshot cache" for item in told.document["items"])


# The terminal


def shown(encoding: str, text: str) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Terminal(stream).show(line((text, "bold red")))
    stream.seek(0)
    return stream.read()


def test_terminal_uses_no_colour_where_there_is_no_terminal() -> None:
    """A file or pipe gets plain text."""
    assert shown("utf-8", "✗ 岗位") == "✗ 岗位\n"


def test_terminal_falls_back_to_plain_signs() -> None:
    """An encoding without the signs gets others of the same width, and never fails."""
    assert shown("ascii", "✗ ══▶ 岗") == "X ==> ?\n"
    assert shown("gbk", "✗ 岗位 ══▶") == "X 岗位 ══>\n"


def test_terminal_lets_no_control_characters_through() -> None:
    """What a file holds cannot recolour or clear the screen."""
    assert "\x1b" not in shown("utf-8", "a\x1b[2Jb")


def test_json_is_written_in_any_encoding(cli: Commands) -> None:
    """Chinese names survive an output that is ASCII only."""
    cli.filled()
    script = "import sys; from api.cli.main import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", script, "show", "c1", "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout.decode("ascii"))["values"]["name_zh"] == "能力一"


def test_help_is_quick_since_it_loads_no_numbers() -> None:
    """`rolepath --help` needs neither numpy nor the store."""
    script = (
        "import sys; from api.cli.main import main; main(['--help']); "
        "print(sorted({'numpy', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.rstrip().endswith("[]")


@pytest.mark.slow
def test_every_command_has_help_with_an_example(cli: Commands) -> None:
    """One line of what it does, and a command line to begin with, that is itself understood."""
    entries = {"": table.ASK + table.DATA + table.RUN, "ingest": table.INGEST, "export": table.EXPORT}
    for group, commands in entries.items():
        for entry in commands:
            told = cli(*filter(None, (group, entry.name)), "--help")
            assert told.status == 0
            assert f"rolepath {entry.examples[0]}" in " ".join(told.out.split())
