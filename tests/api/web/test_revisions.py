"""Pages of one revision: what a page shows is of the revision that it names, though the graph moves on meanwhile."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from api.service.service import RestrictedService, Service
from graph.messages import Language
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from tests.support.college import COMPETENCY, ROLE
from tests.support.factory import says
from tests.support.paths import EXAMPLE
from tests.support.serving import Asker, service, serving, settings_in

PAGES = (
    "/",
    "/gaps",
    "/coverage",
    f"/coverage?role={ROLE}",
    f"/plan?role={ROLE}",
    "/search?q=plc",
    "/integration",
    "/allocation",
    "/feedback",
    "/enterprises",
    "/enterprises/poly:e.qihang/brief",
    f"/nodes/{COMPETENCY}",
    f"/nodes/{COMPETENCY}?card=poly:t.plc-sorting-line",
    f"/nodes/{ROLE}",
    f"/what-if?remove={COMPETENCY}",
)


class MovingGraph:
    """A graph that moves on by one revision as soon as a request has looked at it."""

    def __init__(self, folder: Path, service: Service) -> None:
        self._service, self._store = service, open_store(settings_in(folder).store_url)
        self._number = 0
        self.has_moved = False

    def move(self) -> None:
        """Import, and let the service answer from it, unless that was done for this request."""
        if self.has_moved:
            return
        self.has_moved, self._number = True, self._number + 1
        self._store.apply(says(f"k DEVELOPS c{self._number}", f"r REQUIRES c{self._number}", by="moving"))
        self._service.look()

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def test_page_is_of_one_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Header, foot and content of a page are of one revision; of the next where the store cannot show it."""
    with closing(open_store(settings_in(tmp_path).store_url)) as store:
        ingest(lambda: native.read(EXAMPLE), store)
    with serving(settings_in(tmp_path)) as asker:
        graph = MovingGraph(tmp_path, service(asker))
        for kind in (Service, RestrictedService):
            _follow(kind, graph, monkeypatch)
        wrong = {path: told for path in PAGES if (told := _told(asker, path, graph)) is not None}
        graph.close()
    assert wrong == {}


def _follow(kind: type[Service], graph: MovingGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the graph move on whenever a request has taken its snapshot."""
    take = kind.snapshot

    def snapshot(self: Service, language: Language = "en") -> Snapshot:
        taken = take(self, language)
        graph.move()
        return taken

    monkeypatch.setattr(kind, "snapshot", snapshot)


def _told(asker: Asker, path: str, graph: MovingGraph) -> str | None:
    """Return which revisions a page names where they are not its first, or else its second one; None where they are."""
    before = service(asker).revision()
    assert before is not None
    graph.has_moved = False
    page = asker.get(path)
    named = {page.headers["Rolepath-Revision"], *re.findall(r"Revision (\d+) ", page.text)}
    is_right = page.status_code == 200 and named in ({str(before)}, {str(before + 1)})
    assert graph.has_moved
    return None if is_right else f"{page.status_code}: {sorted(named)} at {before}"
