"""Every list of every operation can be read to its end by cursors: what its pages hold together is the whole list."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from api.cli.main import main
from api.principal import Principal
from api.rest.openapi.examples import examples
from api.state.database import State
from api.state.proposals import ProposalStore
from api.state.table_register import StoreName
from tests.support.conditions import eventually
from tests.support.openapi import Document, operations, resolved
from tests.support.proposing import COURSE, candidate, proposals
from tests.support.serving import Asker, serving, settings_in

MOST_PAGES = 40
ROLE = {"id": "poly:r.integration-assistant"}
OTHERWISE: dict[str, dict[str, Any]] = {
    "show_diff": {"since": 1, "until": 2},
    "show_benchmark": {"against": "poly:d.robotics"},
    "search_nodes": {"q": "robot"},
    "list_unreachable": ROLE,
    "trace_any": ROLE,
    "show_node": ROLE,
}
"""What is asked, where the example of the document has too little or too much."""
FEW = {"list_revisions", "list_runs", "list_unreachable", "list_follow_ups", "list_proposals"}
"""What has short lists: each page has one item."""


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Serve the bundled college at revision 2, after an import over HTTP that was done twice."""
    settings = settings_in(tmp_path_factory.mktemp("cursors"))
    assert main(["ingest", "example", "--store", settings.store_url]) == 0
    more = [{"id": f"more:k.{number}", "name": f"Weld a seam, part {number}", "kind": "skill"} for number in range(6)]
    content = json.dumps({"source": [{"name": "Supplement", "version": "1"}], "competencies": more})
    with serving(settings) as found:
        for _ in range(2):
            accepted = found.post("/v1/ingest/native", files=[("file", ("more.json", content.encode()))])
            assert accepted.status_code == 202, accepted.text
            eventually(partial(_is_over, found, accepted.json()["id"]))
        for competency in ("more:k.1", "more:k.2"):
            told = {"competency": competency, "note": "see to it", "version": 0}
            assert found.ask("PUT", "/v1/follow-ups", json=told).status_code == 200
        waiting = proposals({f"Weld seam {number}.": [candidate("more:k.1")] for number in "abc"}, node=COURSE)
        kept = ProposalStore(State(settings.state_path), StoreName("-", settings.store_url))
        kept.put(waiting, Principal("somebody", "", frozenset({"read"})))
        # What is read to its end is all of one revision.
        assert found.get("/v1/competencies", params={"min_revision": 2}).status_code == 200
        yield found


def _is_over(asker: Asker, run: str) -> bool:
    return asker.get(f"/v1/ingest/runs/{run}").json()["status"] not in {"queued", "running"}


def longest(part: object) -> int:
    """Return the length of the longest list within a part of an answer."""
    if isinstance(part, dict):
        return max((longest(one) for one in part.values()), default=0)
    return max([len(part), *(longest(one) for one in part)]) if isinstance(part, list) else 0


def joined(pages: Sequence[Any]) -> Any:  # noqa: ANN401 - of JSON
    """Return what pages hold together: what is on each as it is, lists one after the other."""
    if all(page == pages[0] for page in pages):
        return pages[0]
    if isinstance(pages[0], dict):
        return {name: joined([page[name] for page in pages]) for name in pages[0]}
    if not isinstance(pages[0], list):
        return pages  # which is not what the whole answer has
    if len({json.dumps([_name(one) for one in page]) for page in pages}) == 1:  # the same things, with more of each
        return [joined(ones) for ones in zip(*pages, strict=True)]
    return [one for page in pages for one in page]


def _name(item: object) -> object:
    """Return what an item of a list is, without the lists that it has."""
    return {key: one for key, one in item.items() if not isinstance(one, list)} if isinstance(item, dict) else item


class Reading:
    """One operation, asked page by page."""

    def __init__(self, asker: Asker, place: str, operation: Document) -> None:
        name = operation["operationId"]
        example = examples()[name]
        self._asker, (self._method, self._path) = asker, place.split()
        required = [one["name"] for one in operation["parameters"] if one.get("required")]
        self._query: dict[str, Any] = {
            **{one: example["parameters"][one] for one in required},
            **OTHERWISE.get(name, {}),
        }
        for one in operation["parameters"]:
            if one["in"] == "path":
                self._path = self._path.replace(f"{{{one['name']}}}", str(self._query.pop(one["name"])))
        self._body = example.get("body")
        limits = [one["schema"] for one in operation["parameters"] if one["name"] == "limit"]
        self.most = limits[0]["maximum"] if limits else 1000

    def page(self, limit: int, **more: str) -> Mapping[str, Any]:
        """Return the page with so many."""
        body = None if self._body is None else {**self._body, **({"limit": limit} if "have" in self._body else {})}
        asked = {name: json.dumps(one) if isinstance(one, bool) else one for name, one in self._query.items()}
        query = {**asked, **({} if body and "limit" in body else {"limit": limit}), **more}
        told = {"json": body} if body is not None else {}
        response = self._asker.ask(self._method, self._path, params=query, **told)  # type: ignore[arg-type]
        assert response.status_code == 200, (self._path, response.text)
        found: Mapping[str, Any] = response.json()
        assert ("cursor" in response.headers.get("Link", "")) == (found["next"] is not None), self._path
        return found

    def pages(self, limit: int) -> list[Mapping[str, Any]]:
        """Return every page."""
        found = [self.page(limit)]
        while found[-1]["next"] is not None:
            assert len(found) < MOST_PAGES, self._path
            found.append(self.page(limit, cursor=str(found[-1]["next"])))
        return found


def without_cursor(answer: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - of JSON
    """Return an answer to compare: without its cursor, and measures by metric."""
    found = {key: one for key, one in answer.items() if key not in {"next", "limit"}}
    if name == "show_metrics":
        found["items"] = sorted(found["items"], key=lambda one: str(one["metric"]))
    if name == "show_allocation":  # what is spent so far
        for uses in (found["next_hours"], found["next_seats"]):
            uses["spent"] = uses["coverage_added"] = None
    return found


@pytest.mark.slow
def test_lists_are_read_to_their_end(asker: Asker) -> None:
    """Of each operation that takes a cursor, the pages are several, and hold together what the whole answer has."""
    read, failed = set(), {}
    for place, operation in operations(resolved(asker.app.openapi())):
        name = operation["operationId"]
        if "cursor" not in {one["name"] for one in operation.get("parameters", ())}:
            continue
        reading = Reading(asker, place, operation)
        whole = reading.page(reading.most)
        assert whole["next"] is None, name
        length = len(whole["items"]) if "items" in whole else longest(whole)
        pages = reading.pages(1 if name in FEW else max(1, length // 3))
        joint = without_cursor(joined([without_cursor(page, name) for page in pages]), name)
        if len(pages) == 1 or joint != without_cursor(whole, name):
            failed[name] = (len(pages), joint, whole)
        read.add(name)
    assert not failed, failed.keys()
    assert {"show_metrics", "show_diff", "show_feedback", "show_integration", "show_allocation", "list_imports"} <= read


@pytest.mark.slow
def test_former_names_of_cursors(asker: Asker) -> None:
    """`before` of the audit log is understood as `cursor` is, with the day on which it ends."""
    first = asker.get("/v1/audit?limit=1")
    assert "Sunset" not in first.headers
    cursor = first.json()["next"]
    by_cursor, by_before = (asker.get(f"/v1/audit?limit=1&{name}={cursor}") for name in ("cursor", "before"))
    assert by_before.json() == by_cursor.json() != first.json()
    assert by_before.headers["Sunset"].endswith("GMT")
    assert by_before.headers["Deprecation"].startswith("@")
