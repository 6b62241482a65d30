"""The examples of the OpenAPI document are true: each is asked anew of the bundled college, and compared."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

import api.rest.openapi
from api.auth.keys import KeyStore
from api.cli.main import main
from api.jobs.queue import Job
from api.rest.openapi.examples import Example, examples, shown_answer
from api.state.database import State
from tests.support.conditions import eventually
from tests.support.openapi import Document, operations, resolved
from tests.support.serving import Asker, serving, settings_in

FILE = Path(api.rest.openapi.__file__).parent / "examples.json"
MOMENT, RUN, TOKEN = "2026-03-02T08:00:00Z", "4f1d0a7c2b9e", "0123456789abcdef"
STEADY = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)", MOMENT),
    (r"(?<=\"day\":\")\d{4}-\d\d-\d\d(?=\")", MOMENT[:10]),
    (r"(?<= of )\d{4}-\d\d-\d\d(?=, which made revision)", MOMENT[:10]),
    (r"(?<=\bkey )[0-9a-f]+(?=\))", "1a2b3c4d"),
    (r"((?<=\")|(?<=run ))[0-9a-f]{12}\b", RUN),
    (r"(?<=\d\.)[0-9a-f]{16}(?=\.\d)", TOKEN),
)
"""What differs from run to run: moments, keys, runs and the tokens of cursors."""


def steady(text: str) -> str:
    """Return the text with what differs from run to run replaced."""
    for pattern, word in STEADY:
        text = re.sub(pattern, word, text)
    return text


def as_accepted(job: dict[str, Any]) -> dict[str, Any]:
    """Return what was answered to an import as it is at first: by then a worker may have begun with it."""
    assert job["status"] in {"queued", "running"}
    waiting = {"status": "queued", "phase": "waiting", "started_at": None}
    return job | waiting | {"progress": dict.fromkeys(job["progress"]) | {"stage": "waiting"}}


class Asking:
    """A service of the bundled college, asked for what the examples ask, with a key."""

    def __init__(self, asker: Asker, token: str) -> None:
        self._asker, self._headers = asker, {"Authorization": f"Bearer {token}"}
        document = resolved(asker.app.openapi())
        self._places = {found["operationId"]: (name.split(), found) for name, found in operations(document)}
        self._import = RUN

    def answers(self) -> dict[str, Any]:
        """Return the answer to each example, by operation id."""
        return {name: self._answer(name, example) for name, example in examples().items()}

    def _answer(self, name: str, example: Example) -> object:
        response = self._ask(name, example)
        assert response.is_success, (name, response.text)
        if name.startswith("ingest_"):
            self._import = response.json()["id"]
            self._await_end()
            return as_accepted(json.loads(steady(response.text)))
        if name == "tell_metrics":
            lines = [line for line in response.text.splitlines(keepends=True) if "rolepath_revision" in line]
            return "".join(lines)
        text = steady(response.text)
        return json.loads(text) if response.headers["content-type"].endswith("json") else text

    def _ask(self, name: str, example: Example) -> httpx.Response:
        (method, path), operation = self._places[name]
        within = {parameter["name"]: parameter["in"] for parameter in operation.get("parameters", ())}
        query = {}
        for parameter, value in example["parameters"].items():
            told = self._run(parameter) if value == RUN else value
            if within[parameter] == "path":
                path = path.replace(f"{{{parameter}}}", str(told))
            else:
                query[parameter] = json.dumps(told) if isinstance(told, bool) else told
        if "files" in example:
            given = [(field, *file) for field, files in example["files"].items() for file in files.items()]
            sent = [(field, (file, text.encode())) for field, file, text in given]
            return self._asker.ask(method, path, params=query, files=sent, headers=self._headers)
        if "body" in example:
            return self._asker.ask(method, path, params=query, json=example["body"], headers=self._headers)
        return self._asker.ask(method, path, params=query, headers=self._headers)

    def _run(self, parameter: str) -> str:
        """Return the import that was asked for last; of what names a run, the one that was applied."""
        runs = self._asker.get("/v1/runs", headers=self._headers).json()["items"] if parameter == "run" else []
        return next((str(run["id"]) for run in runs if run["outcome"] == "applied"), self._import)

    def _await_end(self) -> None:
        eventually(lambda: self._job().is_over)
        assert self._job().status == "done", self._job()

    def _job(self) -> Job:
        response = self._asker.get(f"/v1/ingest/runs/{self._import}", headers=self._headers)
        return Job.model_validate_json(response.content)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Any]]:
    """Give what a service answers to each example now."""
    settings = settings_in(tmp_path_factory.mktemp("college"))
    assert main(["ingest", "example", "--store", settings.store_url]) == 0
    token = KeyStore(State(settings.state_path)).create("Curriculum office", "admin").token
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.jobs.runner.TURN_EVERY_S", 0.05)
        patch.setattr("api.jobs.runner.LOOK_EVERY_S", 0.05)
        with serving(settings) as asker:
            yield Asking(asker, token).answers()


@pytest.mark.slow
def test_examples_are_true(answers: Mapping[str, Any], *, update_golden: bool) -> None:
    """Each answer that the document shows is the one that is given; `--update-golden` rewrites them."""
    if update_golden:
        found = {
            name: {**example, "answer": answers[name]} if "answer" in example else example
            for name, example in examples().items()
        }
        FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        examples.cache_clear()
    for name, example in examples().items():
        assert "answer" not in example or answers[name] == example["answer"], name


def test_every_operation_is_exemplified_and_shown(tmp_path: Path) -> None:
    """The document shows the examples, of each list the first item; there are none of operations that are gone."""
    with serving(settings_in(tmp_path)) as asker:
        document = resolved(asker.app.openapi())
    shown = {found["operationId"]: _shown(found) for _, found in operations(document)}
    assert shown == {name: shown_answer(example) for name, example in examples().items()}


def _shown(operation: Document) -> object:
    good = operation["responses"][min(operation["responses"])]
    found = [content["example"] for content in good["content"].values() if "example" in content]
    assert len(found) <= 1
    return cast(object, found[0] if found else None)
