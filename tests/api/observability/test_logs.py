"""Nothing secret is ever logged: a real service, at its most talkative, is given secrets of every sort."""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from api.auth.keys import KeyStore
from api.observability.logs import JsonLines, PlainLines
from api.state.database import State
from tests.support.issuer import AUDIENCE, LocalIssuer, local_issuer
from tests.support.markup import Page
from tests.support.paths import ROOT
from tests.support.signing import hidden

pytestmark = pytest.mark.slow
PASSWORD = "pa55-of-the-store"


class Heard(NamedTuple):
    """A service that runs, and the file that it logs to."""

    url: str
    log: Path


@pytest.fixture
def issuer() -> Iterator[LocalIssuer]:
    with local_issuer() as found:
        yield found


@pytest.fixture(params=["text", "json"])
def heard(request: pytest.FixtureRequest, tmp_path: Path, issuer: LocalIssuer) -> Iterator[Heard]:
    """Run the service over a server store that is not there, whose password stands in its URL."""
    log = tmp_path / "log"
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ROLEPATH_")},
        "ROLEPATH_STORE": f"neo4j://neo4j:{PASSWORD}@127.0.0.1:1/graph",
        "ROLEPATH_STATE": str(tmp_path / "state.db"),
        "ROLEPATH_CACHE": str(tmp_path / "cache"),
        "ROLEPATH_LOG_LEVEL": "debug",
        "ROLEPATH_LOG_FORMAT": str(request.param),
        "ROLEPATH_OIDC_ISSUER": issuer.url,
        "ROLEPATH_OIDC_AUDIENCE": AUDIENCE,
    }
    command = [sys.executable, "-c", "from api.cli.main import main; import sys; sys.exit(main())"]
    with log.open("wb") as err:
        process = subprocess.Popen(
            [*command, "--json", "serve", "--port", "0"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=err
        )
        assert process.stdout is not None
        try:
            yield Heard(json.loads(process.stdout.readline())["url"], log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            process.stdout.close()


def test_no_secret_is_logged(heard: Heard, tmp_path: Path, issuer: LocalIssuer) -> None:
    """Keys, sessions, tokens of a form and of a provider, right and wrong ones, and the store's password: none is."""
    state = State(tmp_path / "state.db")
    key = KeyStore(state).create("Li Wei", "admin").token
    wrong = key[:-4] + "AAAA"
    good, bad = issuer.token(scope="rolepath:admin"), issuer.token(exp=1)
    secrets = {key, key.split("_", 2)[2], wrong, good, good.split(".")[2], bad, PASSWORD}
    with httpx.Client(base_url=heard.url, transport=httpx.HTTPTransport(retries=20), timeout=60) as client:
        for token in (key, wrong, good, bad, "Basic " + PASSWORD):
            client.get("/v1/gaps", headers={"Authorization": f"Bearer {token}"}, params={"q": "asked-in-a-question"})
        form = hidden(Page(client.get("/sign-in").text))
        statuses = [client.post("/sign-in", data={**form, "key": given}).status_code for given in (wrong, key)]
        assert statuses == [HTTPStatus.UNAUTHORIZED, HTTPStatus.SEE_OTHER]
        secrets |= {form["token"], *client.cookies.values()}
        page = client.get("/sign-in")
        assert "Li Wei" in page.text
        secrets.add(hidden(Page(page.text))["proof"])
        client.get("/readyz")
        client.post("/sign-out", data={"proof": hidden(Page(page.text))["proof"]})
        KeyStore(state).revoke(key.split("_")[1])
    log = heard.log.read_text(encoding="utf-8")
    assert "/sign-in" in log
    assert "asked-in-a-question" not in log
    assert len(secrets) > 9
    assert [secret for secret in secrets if len(secret) > 8 and secret in log] == []


FORGED = (
    "a\n2026-01-01 00:00:00,000 WARNING api: all is well",
    "a\r\nb",
    "a\x1b[31mred\x1b[2K",
    "a\x00b\x08\x7f",
    "a\u2028b\u2029c\x85d",
    "a\u202etxt.exe\u2066",
)


@pytest.mark.parametrize("text", FORGED)
def test_line_cannot_be_forged(text: str) -> None:
    """Whatever is in a message, it stays one line, and leaves the terminal as it is; what it was can still be read."""
    record = logging.LogRecord("x", logging.INFO, "", 0, "GET %s", (text,), None)
    for line in (PlainLines().format(record), JsonLines().format(record)):
        assert len(line.splitlines()) == 1 or line.startswith("{")
        assert "\n" not in line
        assert "\x1b" not in line
    assert all(sign.isprintable() for sign in PlainLines().format(record))
    assert json.loads(JsonLines().format(record))["message"] == f"GET {text}"


class _Raw(str):
    """A text that an error tells as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def test_exception_cannot_forge_a_line() -> None:
    """The lines of an exception are set in, so that none of them looks like one of the log."""
    with pytest.raises(KeyError) as raised:
        dict[str, str]()[_Raw(FORGED[0])]
    told = (raised.type, raised.value, raised.tb)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), told)
    first, *rest = PlainLines().format(record).splitlines()
    assert first.endswith("failed")
    assert all(line.startswith("    ") for line in rest)
