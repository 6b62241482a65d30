"""The questions shown on the page on the interface are answered, on the bundled college."""

import re
import shlex
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from api.settings.settings import Settings
from tests.support.paths import DOCS
from tests.support.serving import HERE, Asker, serving

PAGE = DOCS / "api.md"
SHOWN = re.findall(rf"^curl ([^\n]*'{re.escape(HERE)}/[^\n]*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def college(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    folder = tmp_path_factory.mktemp("documented")
    with serving(Settings(store_url, False, folder / "state.db", folder / "cache")) as asker:
        yield asker


@pytest.mark.parametrize("shown", [shown for shown in SHOWN if "--form" not in shown])
def test_questions_shown_are_answered(college: Asker, shown: str) -> None:
    """Each `curl` that asks gets an answer that holds something."""
    *options, url = shlex.split(shown)
    headers = dict(
        text.split(": ", 1) for name, text in zip(options[::2], options[1::2], strict=True) if name == "--header"
    )
    assert len(headers) * 2 == len(options)
    response = college.get(url, headers=headers)
    assert response.status_code == HTTPStatus.OK, response.text
    assert len(response.content) > 20
