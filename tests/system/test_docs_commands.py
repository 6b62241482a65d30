"""The commands shown in the documentation print what stands there, on the bundled college."""

import re
import shlex
from pathlib import Path

import pytest

from tests.support.commanding import Commands
from tests.support.paths import DOCS, ROOT

PAGES = ("gaps", "plans", "what-if", "metrics", "tracing")
SHOWN = re.compile(r"```sh\nrolepath (?P<words>[^\n]+)\n```\n\n```text\n(?P<output>.*?)\n```\n", re.DOTALL)


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], store_url: str
) -> Commands:
    commands = Commands(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("ROLEPATH_STORE", store_url)
    monkeypatch.chdir(ROOT)
    return commands


@pytest.mark.parametrize("page", PAGES)
def test_commands_print_what_is_shown(cli: Commands, page: str, *, update_golden: bool) -> None:
    """Each command of the page, and the output under it."""
    file = DOCS / f"{page}.md"
    text = file.read_text(encoding="utf-8")
    assert SHOWN.search(text)

    def rerun(shown: re.Match[str]) -> str:
        ran = cli(*shlex.split(shown["words"]))
        assert ran.status == 0, ran.err
        return shown.group().replace(shown["output"], ran.out.rstrip())

    now = SHOWN.sub(rerun, text)
    if update_golden:
        file.write_text(now, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == now
