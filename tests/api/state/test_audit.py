"""The audit log has every write: who, from where, what and in which run, whichever way it came in."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.auth.keys import KeyStore
from api.jobs.formats import FORMATS
from api.principal import Principal
from api.settings.settings import Settings
from api.state.audit import Audit, Deed
from api.state.database import State
from api.state.proposals import ProposalStore
from api.state.table_register import StoreName
from tests.support.access import bearing
from tests.support.commanding import CHAIN, Commands
from tests.support.conditions import eventually
from tests.support.import_pages import again, applied, over, posted, token, upload
from tests.support.markup import Page
from tests.support.paths import ROOT
from tests.support.proposing import COURSE, candidate, proposals
from tests.support.routes import writing_routes_of
from tests.support.serving import Asker, serving, settings_in
from tests.support.signing import hidden, open_page, sign_in

EDIT = {"op": "add_node", "kind": "Role", "values": {"name": "Welder"}}
CSV = [("file", ("competencies.csv", b"id,name,kind\nk:a,Weld,skill\n"))]


ASKED, DONE, SIGNED_IN, FOLLOWED = "import asked for", "imported", "signed in", "follow-up changed"
JUDGED = "proposals judged"


class Writer:
    """Somebody with a key and a browser."""

    def __init__(self, asker: Asker, settings: Settings, token: str) -> None:
        self.asker, self.settings, self.token = asker, settings, token
        self.key_id = token.split("_")[1]

    def send(self, method: str, path: str, **asked: object) -> dict[str, object]:
        """Send something with the key; it must be taken."""
        response = self.asker.ask(method, path, headers=bearing(self.token), **asked)  # type: ignore[arg-type]
        assert response.is_success, response.text
        found: dict[str, object] = response.json()
        return found

    def submit(self, path: str, page: Page, **asked: object) -> Page:
        """Send the last form of a page."""
        data = {**hidden(page), "source": "College"}
        return Page(self.asker.post(path, data=data, **asked).text)  # type: ignore[arg-type]

    def deeds(self) -> list[Deed]:
        """Return what stands in the log, the first first."""
        return Audit(State(self.settings.state_path)).latest(limit=100).items[::-1]

    def imported(self) -> str:
        """Import a file over HTTP, and return the import's id when it is over, and answered from."""
        return self.brought_in(CSV)

    def brought_in(self, files: list[tuple[str, tuple[str, bytes]]]) -> str:
        """Import files over HTTP, and return the import's id when it is over, and answered from."""
        job = str(self.send("POST", "/v1/ingest/native?source=College", files=files)["id"])
        eventually(lambda: self.send("GET", f"/v1/ingest/runs/{job}")["status"] not in {"queued", "running"})
        bearer = bearing(self.token)
        eventually(lambda: self.asker.ask("GET", "/v1/sources?min_revision=1", headers=bearer).is_success)
        return job


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    settings = settings_in(tmp_path)
    token = KeyStore(State(settings.state_path)).create("Li Wei", "ingest").token
    with serving(settings) as asker:
        yield Writer(asker, settings, token)


def import_as(name: str) -> Callable[[Writer], object]:
    """Return how a file is sent as one of a format; that it is none is found out later."""
    query = "?cohort=x" if name == "xapi" else ""
    return lambda writer: writer.send("POST", f"/v1/ingest/{name}{query}", files=CSV)


def cancel(writer: Writer) -> None:
    writer.send("DELETE", f"/v1/ingest/runs/{writer.imported()}")


def take_back(writer: Writer) -> None:
    writer.imported()
    writer.send("POST", "/v1/undo/College")


def preview_on_page(writer: Writer) -> str:
    sign_in(writer.asker, writer.token)
    return upload(writer.asker, source="College")


def preview_again_on_page(writer: Writer) -> None:
    again(writer.asker, preview_on_page(writer))


def apply_on_page(writer: Writer) -> None:
    applied(writer.asker, preview_on_page(writer))


def cancel_on_page(writer: Writer) -> None:
    posted(writer.asker, f"{preview_on_page(writer)}/cancel")


def take_back_on_page(writer: Writer) -> None:
    apply_on_page(writer)
    posted(writer.asker, "/import/undo", source="College")


def edit(writer: Writer) -> str:
    report = writer.send("POST", "/v1/edits", json={"edits": [EDIT]})["report"]
    return str(dict(report)["run"])  # type: ignore[call-overload]


def take_back_run(writer: Writer) -> None:
    writer.send("POST", f"/v1/undo?run={edit(writer)}")


def edit_on_page(writer: Writer) -> None:
    sign_in(writer.asker, writer.token)
    posted(writer.asker, "/edit", edit=json.dumps(EDIT))


def bring_in_chain(writer: Writer) -> None:
    chain = {name: text if isinstance(text, bytes) else text.encode() for name, text in CHAIN.items()}
    writer.brought_in([("file", (name, text)) for name, text in chain.items() if name != "source.csv"])


def edit_matrix_on_page(writer: Writer) -> None:
    bring_in_chain(writer)
    sign_in(writer.asker, writer.token)
    cell = {"row": "co1", "column": "c2", "0.0.": "H", "source": "Monday", "revision": "1"}
    preview = writer.asker.post("/edit/matrix", data={"token": token(writer.asker), **cell, "do": "preview"})
    assert preview.status_code == 200
    posted(writer.asker, "/edit/matrix", **cell, do="apply")


def import_example_on_page(writer: Writer) -> None:
    sign_in(writer.asker, writer.token)
    over(writer.asker, posted(writer.asker, "/import/example"))


def sign_out(writer: Writer) -> None:
    sign_in(writer.asker, writer.token)
    writer.submit("/sign-out", Page(open_page(writer.asker, "/gaps").text))


def follow_up(writer: Writer) -> None:
    writer.imported()
    writer.send("PUT", "/v1/follow-ups", json={"competency": "k:a", "owner": "Wang", "version": 0})


def follow_up_on_page(writer: Writer) -> None:
    writer.imported()
    sign_in(writer.asker, writer.token)
    told = {"competency": "k:a", "owner": "Wang", "version": "0"}
    data = {**told, "token": token(writer.asker, "/follow-ups/gap?competency=k:a")}
    assert writer.asker.post("/follow-ups/gap", data=data).status_code == 303


def judge_on_page(writer: Writer) -> None:
    bring_in_chain(writer)
    somebody = Principal("somebody", "", frozenset({"read"}))
    found = proposals({"Weld a seam.": [candidate("c2")]}, node=COURSE.model_copy(update={"id": "co1"}))
    kept = ProposalStore(State(writer.settings.state_path), StoreName("-", writer.settings.store_url))
    kept.put(found, somebody)
    sign_in(writer.asker, writer.token)
    told = {
        "sentence": found.items[0].key,
        "candidate": "c2",
        "do": "accepted",
        "token": token(writer.asker, "/review"),
    }
    assert writer.asker.post("/review/judge", data=told).status_code == 303


def apply_accepted_on_page(writer: Writer) -> None:
    judge_on_page(writer)
    posted(writer.asker, "/review/apply", source="Monday")


def take_back_judgement_on_page(writer: Writer) -> None:
    judge_on_page(writer)
    assert (
        writer.asker.post("/review/undo", data={"token": token(writer.asker, "/review?state=all")}).status_code == 303
    )


def judge_over_http(writer: Writer) -> None:
    bring_in_chain(writer)
    found = proposals({"Weld a seam.": [candidate("c2")]}, node=COURSE.model_copy(update={"id": "co1"}))
    kept = ProposalStore(State(writer.settings.state_path), StoreName("-", writer.settings.store_url))
    kept.put(found, Principal("somebody", "", frozenset({"read"})))
    told = {"sentence": found.items[0].key, "candidate": "c2", "status": "accepted"}
    writer.send("POST", "/v1/proposals/judgements", json={"judgements": [told]})


def apply_over_http(writer: Writer) -> None:
    judge_over_http(writer)
    writer.send("POST", "/v1/proposals/apply?source=Monday")


def accept_many_on_page(writer: Writer) -> None:
    take_back_judgement_on_page(writer)
    page = Page(writer.asker.get("/review?above=1").text)
    seen = next(has["value"] for has in page.all("input") if has.get("name") == "seen")
    told = {"above": "1", "seen": seen, "token": token(writer.asker, "/review")}
    assert writer.asker.post("/review/bulk", data=told).status_code == 303


def propose(writer: Writer) -> None:
    bring_in_chain(writer)
    sent = {"text": "You will be able to do Skill One."}
    writer.send("POST", "/v1/proposals?for_node=co1&relation=AIMS_AT", json=sent)


def propose_on_page(writer: Writer) -> None:
    bring_in_chain(writer)
    sign_in(writer.asker, writer.token)
    posted(writer.asker, "/proposals/documents", for_node="co1", text="You will be able to do Skill One.")


WRITES: dict[str, tuple[Callable[[Writer], object], list[str]]] = {
    **{f"POST /v1/ingest/{name}": (import_as(name), [ASKED]) for name in FORMATS},
    "DELETE /v1/ingest/runs/{id}": (cancel, [ASKED, DONE, "cancelled"]),
    "POST /v1/undo/{source}": (take_back, [ASKED, DONE, "taken back"]),
    "POST /v1/edits": (edit, ["edited"]),
    "POST /v1/proposals": (propose, ["proposals kept"]),
    "POST /proposals/documents": (propose_on_page, [SIGNED_IN, "proposals kept"]),
    "POST /v1/undo": (take_back_run, ["edited", "taken back"]),
    "POST /edit": (edit_on_page, [SIGNED_IN, "edited"]),
    "POST /edit/matrix": (edit_matrix_on_page, [SIGNED_IN, "edited"]),
    "PUT /v1/follow-ups": (follow_up, [FOLLOWED]),
    "POST /follow-ups/gap": (follow_up_on_page, [SIGNED_IN, FOLLOWED]),
    "POST /v1/proposals/judgements": (judge_over_http, [JUDGED]),
    "POST /v1/proposals/apply": (apply_over_http, [JUDGED, "edited"]),
    "POST /review/judge": (judge_on_page, [SIGNED_IN, JUDGED]),
    "POST /review/undo": (take_back_judgement_on_page, [SIGNED_IN, JUDGED, JUDGED]),
    "POST /review/bulk": (accept_many_on_page, [SIGNED_IN, JUDGED, JUDGED, JUDGED]),
    "POST /review/apply": (apply_accepted_on_page, [SIGNED_IN, JUDGED, "edited"]),
    "POST /import": (preview_on_page, [SIGNED_IN, ASKED]),
    "POST /import/runs/{id}/again": (preview_again_on_page, [SIGNED_IN, ASKED, ASKED]),
    "POST /import/runs/{id}/apply": (apply_on_page, [SIGNED_IN, ASKED, ASKED, DONE]),
    "POST /import/runs/{id}/cancel": (cancel_on_page, [SIGNED_IN, ASKED, "cancelled"]),
    "POST /import/undo": (take_back_on_page, [SIGNED_IN, ASKED, ASKED, DONE, "taken back"]),
    "POST /import/example": (import_example_on_page, [SIGNED_IN, ASKED, DONE]),
    "POST /sign-in": (lambda writer: sign_in(writer.asker, writer.token), [SIGNED_IN]),
    "POST /sign-out": (sign_out, [SIGNED_IN, "signed out"]),
}
"""Each route that changes something: how it is made to, and what the audit log then says."""

ASKS = {"POST /v1/roles/{id}/plan", "POST /v1/roles/plan", "POST /v1/roles/match", "POST /v1/what-if"}
"""Routes that only ask, in more words than an address holds."""


def test_every_route_that_may_write_is_listed(writer: Writer) -> None:
    """A new one is added to one of the two by whoever thought about it."""
    assert writing_routes_of(writer.asker.app) == sorted([*WRITES, *ASKS])


@pytest.mark.parametrize("route", WRITES)
def test_write_is_in_the_log(writer: Writer, route: str) -> None:
    """By whom, by which key, and from which address."""
    do, wanted = WRITES[route]
    do(writer)
    found = [deed for deed in writer.deeds() if deed.what in wanted]
    assert [deed.what for deed in found] == wanted
    for deed in found:
        assert deed.who.startswith(f"Li Wei (key {writer.key_id}")
        assert deed.address == "127.0.0.1"
        assert ("session" in deed.who) == (not route.split()[1].startswith("/v1/"))


def test_question_is_not_in_the_log(writer: Writer) -> None:
    """Who only asks leaves no line."""
    before = len(writer.deeds())
    for route in ASKS:
        method, path = route.replace("{id}", "k:a").split()
        writer.asker.ask(method, path, json={}, headers=bearing(writer.token))
    assert len(writer.deeds()) == before


def test_import_is_followed_to_its_run(writer: Writer) -> None:
    """That it was asked for and that it was done are lines of one run, by the same person."""
    job = writer.imported()
    found = [deed for deed in writer.deeds() if deed.run == job]
    assert [deed.what for deed in found] == ["import asked for", "imported"]
    assert found[0].who == found[1].who
    assert found[1].detail == "College, revision 1"
    writer.send("POST", "/v1/undo/College")
    assert writer.deeds()[-1].detail == f"College, the run {job}"


def test_local_mode_is_named(tmp_path: Path) -> None:
    """Without any key it is at least written down that it was somebody on this machine."""
    settings = settings_in(tmp_path)
    with serving(settings) as asker:
        asker.post("/v1/ingest/native?source=College", files=CSV)
    deed = Audit(State(settings.state_path)).latest().items[-1]
    assert (deed.who, deed.address) == ("local", "127.0.0.1")


def test_what_was_refused_is_no_write(writer: Writer) -> None:
    """An undo of what was never imported, a form that was forged, and a key for less leave no line."""
    reader = KeyStore(State(writer.settings.state_path)).create("reader", "read").token
    writer.asker.post("/v1/undo/nobody", headers=bearing(writer.token))
    writer.asker.post("/v1/undo/nobody", headers=bearing(reader))
    writer.asker.post("/import/example", data={"token": "0" * 32}, headers=bearing(writer.token))
    assert writer.deeds() == []


def test_restoring_is_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A graph that was put back by command was changed, too; one that could not be put back was not."""
    command = Commands(tmp_path, monkeypatch, capsys)
    command.filled(CHAIN)
    assert command("backup", tmp_path / "copy.db").status == 0
    assert command("restore", tmp_path / "copy.db").status != 0
    assert command("restore", tmp_path / "copy.db", "--overwrite").status == 0
    (deed,) = json.loads(command("audit", "--json").out)["items"]
    assert deed["what"] == "restored"
    assert deed["who"].endswith("(command line)")
    assert str(tmp_path / "copy.db") in deed["detail"]


def test_log_is_only_added_to() -> None:
    """No code of the service changes or removes a line of it, but what puts a pseudonym in the place of a name."""
    changing = [file.name for file in (ROOT / "api").rglob("*.py") if 'f"UPDATE {table' in file.read_text("utf-8")]
    assert changing == ["people.py"]
    for file in (ROOT / "api").rglob("*.py"):
        text = file.read_text(encoding="utf-8").upper()
        assert "UPDATE AUDIT" not in text, file
        assert "DELETE FROM AUDIT" not in text, file
