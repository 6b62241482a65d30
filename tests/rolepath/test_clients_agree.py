"""One plan by every way in: a client made from the document alone, both Python clients, and assistants by MCP."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

from api.auth.keys import KeyStore
from api.cli.main import main
from api.settings.settings import Settings
from api.state.database import State
from rolepath import AsyncRolepath, Rolepath
from tests.support.generated_client import Generated
from tests.support.listening import served
from tests.support.serving import settings_in

ROLE, NAME = "poly:r.integration-assistant", "System integration assistant"
HOURS = 200
ASKED = {"role": ROLE, "max_hours": HOURS}
STARTS_WITHIN_S = 120
"""How long a command may take until it answers, on a machine that does much else."""


class Place(NamedTuple):
    """A service that answers, with the key that it asks for, and where it keeps things."""

    address: str
    key: str | None
    settings: Settings


@pytest.fixture(scope="module", params=["open", "with a key"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Serve the bundled college: to this machine, and to whoever has a key."""
    settings = settings_in(tmp_path_factory.mktemp("agreeing"))
    assert main(["ingest", "example", "--store", settings.store_url]) == 0
    key = None if request.param == "open" else KeyStore(State(settings.state_path)).create("assistant", "read").token
    with served(settings) as address:
        yield Place(address, key, settings)


@pytest.fixture(scope="module")
def plan(place: Place) -> Any:  # noqa: ANN401 - of JSON
    """Give the plan as the client has it that was made from the document."""
    client = Generated(place.address, place.key)
    try:
        listing = client.find("roles", "list", takes={"title"}, answers="FoundNodes")
        (role,) = client.call(listing, title=NAME)["items"]
        planning = client.find("roles", "plan", takes={"id", "max_hours"}, answers="Plan")
        found = client.call(planning, id=role["id"], max_hours=HOURS)
    finally:
        client.close()
    assert role["id"] == ROLE
    assert found["optimal"]
    assert found["steps"]
    assert found["hours"] <= HOURS
    return found


def test_python_clients_give_the_plan(place: Place, plan: object) -> None:
    """Sync and async, as a model and not as JSON."""

    async def ask() -> object:
        async with AsyncRolepath(place.address, place.key) as client:
            return (await client.plan(ROLE, max_hours=HOURS)).model_dump(mode="json")

    with Rolepath(place.address, place.key) as client:
        assert client.plan(ROLE, max_hours=HOURS).model_dump(mode="json") == plan
    assert asyncio.run(ask()) == plan


def environment(place: Place) -> dict[str, str]:
    """Return the variables that a command is started with: nothing of whoever runs the tests."""
    told = {"ROLEPATH_STATE": str(place.settings.state_path), "ROLEPATH_CACHE": str(place.settings.cache_path)}
    return told | ({"ROLEPATH_KEY": place.key} if place.key else {})


def command(*words: str) -> list[str]:
    """Return the command line of `rolepath`, run by the interpreter that runs the tests."""
    return ["-c", "import sys; from api.cli.main import main; sys.exit(main())", *words]


@pytest.mark.slow
@pytest.mark.parametrize("asks", ["store", "service"])
def test_assistant_on_standard_input_gives_the_plan(place: Place, plan: object, asks: str) -> None:
    """The command is started by the SDK's own client: over the store, and over the service that runs."""
    which = ("--store", place.settings.store_url) if asks == "store" else ("--url", place.address)
    server = StdioServerParameters(
        command=sys.executable, args=command("mcp", *which), env=environment(place), cwd=Path.cwd()
    )

    async def ask() -> tuple[object, str]:
        async with Client(server, read_timeout_seconds=STARTS_WITHIN_S) as client:
            return told(await client.call_tool("training_plan", ASKED))

    answer, text = asyncio.run(ask())
    assert answer == plan
    assert "Sources" in text
    assert '"Illustrative polytechnic", "1", "Apache-2.0"' in text


@contextmanager
def assistant_over_http(place: Place) -> Iterator[str]:
    """Run `rolepath mcp --http` on a free port, and give the address."""
    words = command("mcp", "--http", "--port", "0", "--json", "--store", place.settings.store_url)
    running = subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, env=environment(place) | {"PATH": os.environ["PATH"]}
    )
    try:
        assert running.stdout is not None
        yield json.loads(running.stdout.readline())["url"]
    finally:
        running.terminate()
        running.communicate(timeout=STARTS_WITHIN_S)


@pytest.mark.slow
def test_assistant_over_http_gives_the_plan(place: Place, plan: object) -> None:
    """As on standard input; once there are keys, whoever asks needs one, and a wrong one opens nothing."""

    async def ask(address: str, key: str | None) -> tuple[object, str]:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=STARTS_WITHIN_S) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            return told(await client.call_tool("training_plan", ASKED))

    with assistant_over_http(place) as address:
        assert address.endswith("/mcp")
        answer, _ = asyncio.run(ask(address, place.key))
        assert answer == plan
        refused = {
            "no key": httpx2.post(address, json={}).status_code,
            "wrong key": httpx2.post(address, json={}, headers={"Authorization": "Bearer no_key"}).status_code,
            "other host": httpx2.post(address, json={}, headers={"Host": "evil.example"}).status_code,
            "other page": httpx2.post(address, json={}, headers={"Origin": "http://evil.example"}).status_code,
        }
    if place.key is None:
        assert (refused["other host"], refused["other page"]) == (421, 403)
    else:
        assert (refused["no key"], refused["wrong key"]) == (401, 401)


@pytest.mark.slow
def test_nothing_but_the_protocol_is_on_standard_output(store_url: str, tmp_path: Path) -> None:
    """Every line is a message of JSON-RPC, and the command ends when its input does."""
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}}
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "search", "arguments": {"text": "PLC"}}},
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "trace", "arguments": {"id": "x:none"}}},
    ]
    env = {"PATH": os.environ["PATH"], "ROLEPATH_STATE": str(tmp_path / "s.db"), "ROLEPATH_CACHE": str(tmp_path / "c")}
    running = subprocess.Popen(
        [sys.executable, *command("mcp", "--store", store_url)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env,
        text=True,
        encoding="utf-8",
    )
    assert running.stdin is not None
    assert running.stdout is not None
    for message in messages:
        running.stdin.write(json.dumps(message) + "\n")
    running.stdin.flush()
    answers: dict[int, Any] = {}
    while len(answers) < 3:
        message = json.loads(running.stdout.readline())
        assert message["jsonrpc"] == "2.0"
        answers[message["id"]] = message["result"]
    rest, _ = running.communicate(timeout=STARTS_WITHIN_S)
    assert rest == ""
    assert running.returncode == 0
    assert answers[1]["serverInfo"]["name"] == "rolepath"
    assert answers[2]["structuredContent"]["answer"]["total"] == 3
    assert answers[3]["isError"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a process is ended there, not asked to end")
def test_signal_ends_the_command(store_url: str, tmp_path: Path) -> None:
    """SIGTERM ends it in order, although nobody closed its input; its own state is gone."""
    env = {"PATH": os.environ["PATH"], "ROLEPATH_CACHE": str(tmp_path / "c"), "TMPDIR": str(tmp_path)}
    running = subprocess.Popen(
        [sys.executable, *command("mcp", "--store", store_url)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env | {"ROLEPATH_STATE": str(tmp_path / "s.db")},
    )
    assert running.stdin is not None
    assert running.stdout is not None
    ping = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}
    with suppress(BrokenPipeError):
        running.stdin.write(json.dumps(ping).encode() + b"\n")
        running.stdin.flush()
    assert running.stdout.readline()
    assert list(tmp_path.glob("rolepath-mcp-*"))
    running.terminate()
    assert running.wait(timeout=STARTS_WITHIN_S) == 0
    running.stdin.close()
    running.stdout.close()
    assert not list(tmp_path.glob("rolepath-mcp-*"))


def told(result: Any) -> tuple[object, str]:  # noqa: ANN401 - any of the results that the SDK has
    """Return the answer within a tool's result, and its text."""
    assert not result.is_error, result
    (content,) = result.content
    assert isinstance(content, TextContent)
    return result.structured_content["answer"], content.text


def test_key_is_asked_for_where_there_is_one(place: Place) -> None:
    """The two services differ in that, or half of these tests would prove nothing."""
    assert httpx2.get(f"{place.address}/v1/sources").status_code == (200 if place.key is None else 401)
