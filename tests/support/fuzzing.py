"""The whole interface under generated requests: a service of the bundled college, asked by schemathesis in all ways.

`make fuzz` runs this. Each request is held against the OpenAPI document by every check that schemathesis has; what does
not hold, or an operation that never gave a good answer, ends it with 1.
"""

import argparse
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx
import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext

from api.auth.keys import KeyStore
from api.examples import example
from api.rest.openapi.examples import examples
from api.state.database import State
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from tests.support.conforming import Contract
from tests.support.damaging import FORMS
from tests.support.serving import settings_in

COLLEGE = "Illustrative polytechnic"
SEED = 20_260_301
PATIENCE_S = 60


class Size(NamedTuple):
    """How much is asked: generated requests for each operation, sequences along links, and the least cases in all."""

    of_each: int
    sequences: int
    cases: int


WHOLE = Size(of_each=260, sequences=400, cases=20_000)
SMALL = Size(of_each=4, sequences=10, cases=3_000)


# What may be answered otherwise than a schema can say


def _expecting(check: str, statuses: list[str], *operations: str) -> dict[str, Any]:
    return {"include-operation-id": list(operations), "checks": {check: {"expected-statuses": statuses}}}


_WELL_PUT = ["2xx", "304", "401", "403", "404", "409", "429"]
_REFUSED = ["400", "401", "403", "404", "405", "409", "413", "415", "422", "429"]

ANY_BYTES = "Invalid component: in body - violates `format` at /properties/file"
"""What is told of an upload that was generated to break the format `binary`: any bytes are, so nothing breaks it."""
AN_EVENT = "SSE event violates schema"
"""What is told of a stream of events, whose schema is of the whole text and not of each; the caretaker reads them."""
IN_BODY = "Invalid component: in body"
HOLDING = ("match", "plan_role", "plan_several")
SAYING = (
    "apply_proposals",
    "judge_proposals",
    "show_benchmark",
    "suppose",
    "trace_any",
    "undo_import",
    "undo_run",
    "edit",
    *HOLDING,
)
EXCEPTIONS: list[dict[str, Any]] = [
    # 422 (RFC 9110, section 15.5.21): well put, but what it says of the graph cannot be: nodes to remove that are not
    # there; the trace of what leads nowhere; an import that changed nothing to be taken back; edits that the graph does
    # not take; a role that is "held"; judgements, a bulk and undo at once; an
    # Idempotency-Key of another request.
    _expecting("positive_data_acceptance", [*_WELL_PUT, "422"], *SAYING),
    # 422: not every format of an export comes in every form.
    _expecting("positive_data_acceptance", [*_WELL_PUT, "422"], "export_graph"),
    # 422: uploads are told apart by their names, which no schema gives; two of one name are refused, and so is what is
    # no document by its name, or holds no text.
    {
        "include-operation-id-regex": "^(ingest_|propose_links$)",
        "checks": {"positive_data_acceptance": {"expected-statuses": [*_WELL_PUT, "422"]}},
    },
    # DELETE asks for an import to be broken off (202; RFC 9110, section 9.3.5). Its record stays, and is to be read.
    {
        "include-operation-id": ["show_import", "watch_import", "cancel_import"],
        "checks": {"use_after_free": {"enabled": False}},
    },
]


def pages_that_end(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what lists may answer, which are those that declare it: a well put cursor whose revision is not there.

    Source: RFC 9110, section 15.5.11 (410 Gone).
    """
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    paged = {one["operationId"] for one in operations if "410" in one["responses"]}
    both = paged.intersection(SAYING)
    return [
        _expecting("positive_data_acceptance", [*_WELL_PUT, "410", "422"], *sorted(both)),
        _expecting("positive_data_acceptance", [*_WELL_PUT, "410"], *sorted(paged - both)),
    ]


def config(url: str, token: str, size: Size, seed: int, document: Mapping[str, Any]) -> SchemathesisConfig:
    """Return how schemathesis runs: all phases, all checks, the same requests for the same seed."""
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "base-url": url,
            "headers": {"Authorization": f"Bearer {token}"},
            "continue-on-failure": True,
            "request-timeout": PATIENCE_S,
            "max-stream-events": 100,
            "suppress-health-check": ["all"],
            # What failed is told as it was sent: shrinking would send much more, and count it.
            "generation": {"max-examples": size.of_each, "database": "none", "no-shrink": True},
            "phases": {"stateful": {"generation": {"max-examples": size.sequences}}},
            "checks": {
                "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx"]},
                "positive_data_acceptance": {"expected-statuses": _WELL_PUT},
                "negative_data_rejection": {"expected-statuses": _REFUSED},
            },
            "operations": [*pages_that_end(document), *EXCEPTIONS],
        }
    )


# The service


@contextmanager
def service(folder: Path) -> Iterator[tuple[str, str]]:
    """Serve the college as `rolepath serve` does; give the address, and a key that opens everything."""
    settings = settings_in(folder)
    store = open_store(settings.store_url)
    with example("polytechnic") as files:
        ingest(lambda: native.read(files), store)
    store.close()
    token = KeyStore(State(settings.state_path)).create("fuzz", "admin").token
    told = {
        "ROLEPATH_STORE": settings.store_url,
        "ROLEPATH_STATE": str(settings.state_path),
        "ROLEPATH_CACHE": str(settings.cache_path),
        "ROLEPATH_RATE_KEY": "0",
        "ROLEPATH_RATE_ADDRESS": "0",
        "ROLEPATH_RATE_WRONG_KEYS": "1000000",
    }
    own = {name: value for name, value in os.environ.items() if not name.startswith("ROLEPATH_")}
    serve = "from api.cli.main import main; raise SystemExit(main(['serve', '--port', '0', '--json']))"
    with (
        (folder / "log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-c", serve], env=own | told, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"], token
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
    defects = [line for line in (folder / "log").read_text(encoding="utf-8").splitlines() if "incident" in line]
    assert defects == []


# What is sent besides what the document alone would suggest


def samples() -> Iterator[bytes]:
    """Yield the small files of every form that is imported, packed."""
    with tempfile.TemporaryDirectory() as folder:
        for number, form in enumerate(FORMS.values()):
            root = Path(folder) / str(number)
            form.write(root)
            into = io.BytesIO()
            with zipfile.ZipFile(into, "w") as archive:
                for file in sorted(root.rglob("*")):
                    archive.write(file, file.relative_to(root))
            yield into.getvalue()


def without_nulls(part: Any) -> Any:  # noqa: ANN401 - of JSON
    """Return a body as it is without the fields that are null."""
    if isinstance(part, dict):
        return {name: without_nulls(one) for name, one in part.items() if one is not None}
    return [without_nulls(one) for one in part] if isinstance(part, list) else part


def is_partial(uri: str) -> bool:
    """Say whether a part of an answer was asked for: the schemas are of the whole one."""
    return "fields" in parse_qs(urlsplit(uri).query)


def fields_in(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the fields of each operation's answer that can be asked for, in the document's order."""
    found: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            good = (
                operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
            )
            schemas = [good, *good.get("anyOf", ())]
            while any("$ref" in schema or "anyOf" in schema for schema in schemas):
                names = [schema["$ref"].rpartition("/")[2] for schema in schemas if "$ref" in schema]
                options = [option for schema in schemas for option in schema.get("anyOf", ())]
                plain = [schema for schema in schemas if "$ref" not in schema and "anyOf" not in schema]
                schemas = [*plain, *options, *(document["components"]["schemas"][name] for name in names)]
            names = [name for schema in schemas for name in schema.get("properties", ())]
            found[f"{method.upper()} {path}"] = list(dict.fromkeys(names))
    return found


class Caretaker:
    """Keeps the college in the graph, and the queue of imports short: one is done, the others are cancelled."""

    def __init__(self, url: str, token: str, document: dict[str, Any]) -> None:
        self._fields, self._contract = fields_in(document), Contract(document)
        self.objections: list[str] = []
        self._client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S)
        self._done: str | None = None
        given = [files for shown in examples().values() for files in shown.get("files", {}).values()]
        self._names = {text: name for files in given for name, text in files.items()}

    def before(self, case: Case[Any], sent: dict[str, Any]) -> None:
        """Let nothing be taken from the college itself, or there would be nothing left to ask about; name uploads."""
        uploads = self._named(case.body) if case.media_type == "multipart/form-data" else []
        if uploads:
            sent["files"] = uploads
        if case.query:
            self._name_fields(case)
        taken_back = (case.path_parameters or {}).get("source") == COLLEGE
        if taken_back or (case.method == "POST" and (case.query or {}).get("source") == COLLEGE):
            case.query = {**(case.query or {}), "dry_run": "true"}

    def _name_fields(self, case: Case[Any]) -> None:
        """Let well put `fields` be of the answer: which there are, their pattern cannot say. Tables have columns."""
        asked = case.query.get("fields")
        if isinstance(asked, str) and re.fullmatch(r"\w+(\.\w+)*(,\w+(\.\w+)*)*", asked):
            known = self._fields[case.operation.label]
            case.query = {**case.query, "fields": known[len(asked) % len(known)]}
            if "format" in case.query:
                del case.query["fields"]

    def _named(self, body: object) -> list[tuple[str, tuple[str, str | bytes]]]:
        """Return the uploads with names of their own: a schema has none, and two of one name are refused."""
        if not isinstance(body, dict) or not isinstance(body.get("file"), list):
            return []
        parts = [(field, item) for field, given in body.items() for item in (given if field == "file" else [given])]
        if not all(isinstance(item, str | bytes) for _, item in parts):
            return []
        return [(field, (self._names.get(item, f"{at}.csv"), item)) for at, (field, item) in enumerate(parts)]

    def check_part(self, response: Response) -> None:
        """Hold a part of an answer against the document: any field may be missing, what is there is as it says."""
        method, uri = str(response.request.method), str(response.request.url)
        operation = self._contract.operation(method, uri)
        media_type = response.headers.get("content-type", [""])[0].partition(";")[0]
        if operation is None or response.status_code != 200 or media_type != "application/json" or not is_partial(uri):
            return
        schema = operation["responses"]["200"]["content"][media_type]["schema"]
        objection = self._contract.objection_to_part(schema, response.json())
        if objection is not None:
            self.objections.append(f"{method} {uri[:500]}: {objection}")

    def check_events(self, response: Response) -> None:
        """Hold each event of an import against the document: it is the import as it stood."""
        uri = str(response.request.url)
        if response.headers.get("content-type", [""])[0].partition(";")[0] != "text/event-stream":
            return
        shown = self._contract.operation("GET", urlsplit(uri).path.removesuffix("/events"))
        assert shown is not None, uri
        schema = shown["responses"]["200"]["content"]["application/json"]["schema"]
        lines = response.content.decode().splitlines()
        for data in [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]:
            objection = self._contract.objection(schema, json.loads(data))
            if objection is not None:
                self.objections.append(f"GET {uri}: {objection}")

    def is_borne(self, failure: str, method: str, uri: str, body: bytes | None) -> bool:
        """Say whether a body was taken for wrong for a null alone: it is borne, and stands for what is left out.

        The document has none: to generators of clients, a field that may be left out is of one type.
        """
        operation = self._contract.operation(method, uri)
        if IN_BODY not in failure or operation is None or body is None:
            return False
        asked = operation["requestBody"]
        if "application/json" not in asked["content"]:
            return False
        given = without_nulls(json.loads(body))
        if given is None:
            return not asked.get("required", False)
        return self._contract.objection(asked["content"]["application/json"]["schema"], given) is None

    def after(self, response: Response) -> None:
        """Cancel an import that was taken in, unless none is being done."""
        if response.status_code != 202 or response.request.method != "POST":
            return
        if self._done is None or self._is_over(self._done):
            self._done = response.json()["id"]
        else:
            self._client.delete(f"/v1/ingest/runs/{response.json()['id']}")

    def _is_over(self, job: str) -> bool:
        return self._client.get(f"/v1/ingest/runs/{job}").json()["status"] not in {"queued", "running"}


# What came of it


@dataclass
class Outcome:
    """How many requests each operation got, how they were answered, and what did not hold, unless it `is_borne`."""

    is_borne: Callable[[str, str, str, bytes | None], bool]
    answers: dict[str, Counter[int]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    phases: dict[str, int] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        """How many requests were sent."""
        return sum(self.phases.values())

    def without_success(self) -> list[str]:
        """Return the operations that never gave a good answer."""
        return sorted(name for name, found in self.answers.items() if not any(200 <= code < 300 for code in found))

    def take(self, phase: str, recorder: ScenarioRecorder) -> list[str]:
        """Take what one scenario sent, and return what was found wrong with the answers."""
        known = len(self.failures)
        for case_id, sent in recorder.interactions.items():
            label = recorder.cases[case_id].value.operation.label
            self.phases[phase] = self.phases.get(phase, 0) + 1
            found = self.answers.setdefault(label, Counter())
            found[sent.response.status_code if sent.response else 0] += 1
            for check in recorder.checks.get(case_id, ()):
                if check.name == "response_schema_conformance" and is_partial(sent.request.uri):
                    continue  # the caretaker looks at parts
                failure = check.failure_info.failure if check.failure_info is not None else None
                if failure is None or ANY_BYTES in failure.message or failure.title == AN_EVENT:
                    continue
                request = sent.request
                if not self.is_borne(failure.message, request.method, request.uri, request.body):
                    asked = f"{request.method} {request.uri}"
                    self.failures.append(f"{label}, {check.name}: {failure.title}: {failure.message}\n  {asked[:500]}")
        return self.failures[known:]


def fuzz(
    url: str, token: str, size: Size, seed: int = SEED, progress: Callable[[str], None] = lambda _: None
) -> Outcome:
    """Ask the service in all ways, and return what came of it; `progress` is told failures, and how far it is."""
    document, packed = httpx.get(f"{url}/openapi.json", timeout=PATIENCE_S).json(), list(samples())
    caretaker = Caretaker(url, token, document)
    schemathesis.openapi.format("binary", st.sampled_from(packed) | st.binary(max_size=200))

    @schemathesis.hook
    def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
        caretaker.before(case, kwargs)

    @schemathesis.hook
    def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
        caretaker.check_part(response)
        caretaker.check_events(response)
        caretaker.after(response)

    outcome = Outcome(caretaker.is_borne)
    try:
        schema = schemathesis.openapi.from_dict(document, config=config(url, token, size, seed, document))
        outcome.answers = {
            found.ok().label: Counter() for found in schema.get_all_operations() if isinstance(found, Ok)
        }
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                for failure in outcome.take(event.phase.value, event.recorder):
                    progress(failure)
            elif isinstance(event, events.PhaseFinished):
                progress(f"{event.phase.name.value}: {outcome.cases:,} cases so far")
            elif isinstance(event, events.NonFatalError):
                outcome.failures.append(f"{event.label}: {event.value}")
            elif isinstance(event, events.FatalError):
                raise event.exception
    finally:
        schemathesis.hooks.unregister_all()
    outcome.failures += caretaker.objections
    return outcome


def told(outcome: Outcome, seed: int) -> Iterator[str]:
    """Yield the lines of the report."""
    for label, found in sorted(outcome.answers.items()):
        by_status = ", ".join(f"{count} x {code}" for code, count in sorted(found.items()))
        yield f"{found.total():>7,}  {label}: {by_status}"
    phases = ", ".join(f"{name} {count:,}" for name, count in outcome.phases.items())
    good = len(outcome.answers) - len(outcome.without_success())
    yield f"{outcome.cases:>7,}  cases, seed {seed} ({phases}); {good} of {len(outcome.answers)} operations succeeded"
    yield f"{len(outcome.failures)} failures"


def main() -> int:
    """Run it whole; return 0 where everything held, and enough was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--of-each", type=int, default=WHOLE.of_each, help="generated requests for each operation")
    parser.add_argument("--cases", type=int, default=WHOLE.cases, help="fail if fewer were sent")
    asked = parser.parse_args()
    size = WHOLE._replace(of_each=asked.of_each, cases=asked.cases)
    with tempfile.TemporaryDirectory() as folder, service(Path(folder)) as (url, token):
        outcome = fuzz(url, token, size, asked.seed, lambda line: print(line, flush=True))  # noqa: T201
    sys.stdout.writelines(f"{line}\n" for line in told(outcome, asked.seed))
    return int(bool(outcome.failures or outcome.without_success() or outcome.cases < size.cases))


if __name__ == "__main__":
    raise SystemExit(main())
