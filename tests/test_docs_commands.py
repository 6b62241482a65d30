"""The command lines in the documentation do what stands below them, on the bundled college."""

import re
import shlex
from pathlib import Path

import pytest

from api.cli import main
from tests.commanding import Commands

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = ("plans.md",)
BLOCK = re.compile(r"^```\n\$ rolepath (?P<words>.+)\n(?P<told>(?:.*\n)*?)```$", re.MULTILINE)


@pytest.fixture(scope="module")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Import the bundled example once, into a store that is only read."""
    url = f"sqlite:///{tmp_path_factory.mktemp('example') / 'example.db'}"
    assert main(["ingest", "example", "--store", url]) == 0
    return url


@pytest.mark.parametrize("name", PAGES)
def test_documented_commands_answer_what_the_page_shows(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    store_url: str,
    *,
    update_golden: bool,
) -> None:
    """Each block that begins with a command shows what it prints, in a terminal of 100 columns."""
    run = Commands(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("ROLEPATH_STORE", store_url)

    def shown(block: re.Match[str]) -> str:
        found = run(*shlex.split(block["words"]))
        assert found.status == 0, block["words"]
        return f"```\n$ rolepath {block['words']}\n{found.out}```"

    page = DOCS / name
    text = page.read_text(encoding="utf-8")
    assert BLOCK.search(text)
    expected = BLOCK.sub(shown, text)
    if update_golden:
        page.write_text(expected, encoding="utf-8")
        text = expected
    assert text == expected
