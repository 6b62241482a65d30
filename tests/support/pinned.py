"""Pinned answers: every question of REST at a revision, and imports after it that change whatever may change."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import httpx

from api.rest.openapi.examples import examples
from graph.changes import ChangeSet
from tests.support.factory import says
from tests.support.openapi import operations, resolved
from tests.support.serving import Asked, Asker
from tests.support.soak import IS_SOAK

SOURCE = "Illustrative polytechnic"
ROLE = "poly:r.cnc-operator"
BASE = says("u1", "t1 PRACTISES c1", by="uni", institution="u1")
"""What stands beside the bundled college at the revision that is asked for: an institution."""
FORMS: dict[str, tuple[str | None, ...]] = {
    "native": ("json", "csv", "xlsx") if IS_SOAK else ("json",),
    **dict.fromkeys(("jsonld", "graphml", "gexf", "cypher") if IS_SOAK else ("gexf",), (None,)),
}
INSTITUTIONAL = ("list_gaps", "cover_role")
"""What is asked of an institution, too, when there is little time."""
LONG_S = 60
"""How long a plan may be worked on: one that is cut off is as good as the machine was free."""
SHOWN_LESS = ("show_feedback", "export_graph", "list_gaps", "cover_role")
"""What readers are answered otherwise."""


class PinnedQuestion(NamedTuple):
    """A question: how it is sent, and what it is called."""

    operation: str
    method: str
    path: str
    body: object

    def at(self, revision: int) -> str:
        """Return the address at a revision."""
        return f"{self.path}{'&' if '?' in self.path else '?'}revision={revision}"


def pinned_questions(asker: Asker) -> list[PinnedQuestion]:
    """Return each question that may name a revision, as its example asks it; of pages and tables, these too."""
    found: list[PinnedQuestion] = []
    for name, operation in operations(resolved(asker.app.openapi())):
        if not any(one["name"] == "revision" for one in operation.get("parameters", ())):
            continue
        example = examples()[operation["operationId"]]
        for more in _forms(operation):
            method, path = name.split()
            given = {key: value for key, value in example["parameters"].items() if key not in {"fields", "as"}} | more
            for key in [key for key in given if f"{{{key}}}" in path]:
                path = path.replace(f"{{{key}}}", quote(str(given.pop(key)), safe=":"))
            given |= {name: LONG_S for name in ("time_limit_s",) if name in _names(operation)}
            query = f"?{urlencode(given, doseq=True)}" if given else ""
            found.append(PinnedQuestion(operation["operationId"], method, path + query, example.get("body")))
    return found


def _forms(operation: dict[str, Any]) -> Iterator[dict[str, str]]:
    if operation["operationId"] == "export_graph":
        yield from (
            {"format": name, "source": SOURCE, **({"as": form} if form else {})}
            for name, forms in FORMS.items()
            for form in forms
        )
        return
    yield {}
    names = _names(operation)
    if IS_SOAK and "format" in names:
        yield {"format": "csv"}
    if "institution" in names and (IS_SOAK or operation["operationId"] in INSTITUTIONAL):
        yield {"institution": "school:poly", "lang": "zh"}


def _names(operation: dict[str, Any]) -> set[str]:
    return {one["name"] for one in operation["parameters"]}


def ask_all(asker: Asker, revision: int) -> dict[str, httpx.Response]:
    """Return the answer to each question at the revision, by its address; and what readers are answered."""
    found: dict[str, httpx.Response] = {}
    for one in pinned_questions(asker):
        asked: Asked = {"json": one.body} if one.body else {}
        found[one.path] = asker.ask(one.method, one.at(revision), **asked)
        if IS_SOAK or one.operation in SHOWN_LESS:
            asked["headers"] = {"Rolepath-View": "restricted"}
            found[f"{one.path} restricted"] = asker.ask(one.method, one.at(revision), **asked)
    return found


def later_imports() -> Iterator[ChangeSet]:
    """Yield 20 imports: names, links, classes, ranks, institutions, assessments come, change and go."""
    task, course = "poly:t.ad-sandbox", "poly:k.plc-programming"
    for turn in range(4):
        yield says("later:k1 DEVELOPS later:c1 0.5", "later:t1 PRACTISES later:c1", by="later", rank=1 + turn)
        yield says(
            f"{course} SAME_AS later:c9",
            f"{ROLE} REQUIRES later:c1 0.{turn + 1}",
            by="classes",
            ends=False,
            nodes={"later:c9": {"name": f"class {turn}"}, "later:c1": {"name_zh": f"能力 {turn}"}},
        )
        yield says(
            f"later:t1 PRACTISES {course} 0.{turn + 1}",
            by="first",
            rank=turn,
            ends=False,
            nodes={"later:t1": {"description": f"turn {turn}"}},
            institution="school:poly" if turn % 2 else "",
        )
        assessed = {"task_id": task, "competency_id": course, "cohort_id": "poly:co.nev-2023", "date": "2026-05-01"}
        yield says(
            by="assessor", nodes={f"later:a{turn}": {**assessed, "learners": 3 + turn, "mean_score": 0.1 * turn}}
        )
        yield says(by="classes" if turn % 2 else "later")
