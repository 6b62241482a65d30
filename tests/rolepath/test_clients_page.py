"""The page on clients says what holds: its programs run, its tables list what there is."""

import asyncio
import json
import re

import pytest

from api.mcp.server import build_server
from rolepath import AsyncRolepath
from rolepath.client.methods import ListQuestion, Question, Questions
from tests.support.paths import DOCS, ROOT

PAGE = (DOCS / "clients.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
PRINTS = (
    r"Jogging and teaching points 16\.0 \['Operate an industrial robot with the teach pendant'\]",
    r"^\d+ 24$",
    r"系统集成.*poly:r\.",
    "poly:k.plc-programming 404 True",
    "done 778 1",
)
"""What each program prints, among other things."""


@pytest.mark.parametrize(("program", "prints"), list(zip(PROGRAMS, PRINTS, strict=True)), ids=range(len(PRINTS)))
def test_programs_run(
    college: str, program: str, prints: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each program of the page, at the address of a service that runs."""
    monkeypatch.chdir(ROOT)
    exec(compile(program.replace("http://127.0.0.1:8000", college), "docs/clients.md", "exec"), {})
    printed = capsys.readouterr().out
    assert re.search(prints, printed, re.DOTALL), printed


def listed(heading: str) -> set[str]:
    """Return the words in code in the first column of the table under a heading."""
    table = PAGE.partition(heading)[2].partition("|---|")[2].partition("\n\n")[0]
    return {word for row in table.splitlines() for word in re.findall(r"`(\w+)`", row.strip("| ").partition(" |")[0])}


def test_every_method_is_listed() -> None:
    """The table has every method, and no other."""
    assert listed("The methods are named") == {
        name for name, value in vars(Questions).items() if isinstance(value, Question | ListQuestion)
    }


def test_every_tool_resource_and_prompt_is_listed() -> None:
    """The table has every tool, and the text every resource and prompt."""

    async def offered() -> tuple[set[str], list[str], list[str]]:
        async with AsyncRolepath() as client:
            server = build_server(client)
            resources = [resource.uri for resource in await server.list_resources()]
            templates = [template.uri_template for template in await server.list_resource_templates()]
            prompts = [prompt.title or "" for prompt in await server.list_prompts()]
            return {tool.name for tool in await server.list_tools()}, resources + templates, prompts

    tools, uris, prompts = asyncio.run(offered())
    assert listed("send one, as to the service.") == tools
    assert all(f"`{uri}`" in PAGE for uri in uris)
    assert all(f'"{prompt}"' in PAGE.replace("\n", " ") for prompt in prompts)


def test_settings_of_an_assistant_are_json() -> None:
    """What is to be copied can be read."""
    (settings,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert json.loads(settings)["mcpServers"]["rolepath"]["args"][0] == "mcp"
