"""Webhooks: each change is told once it is answered from, signed, in order, and again until it was taken."""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.app import create_app
from api.jobs import webhooks
from api.jobs.webhooks import WebhookSender, WebhookTargets
from api.observability.supervisor import Supervisor
from api.settings.settings import load_settings
from api.state.database import State
from api.state.webhook_positions import WebhookPositions
from graph.errors import InputError
from graph.stores import Store, open_store
from rolepath import InputError as ClientInputError
from rolepath import read_webhook
from tests.support.conditions import eventually
from tests.support.factory import says
from tests.support.serving import Asker, serving, settings_in
from tests.support.webhook_receiver import Receiver, webhook_receiver

SECRET = base64.b64encode(bytes(range(32))).decode()
NODE = {"kind": "Competency", "values": {"name": "Solder", "kind": "skill"}, "op": "set_node"}


class Sending:
    """A sender, the store whose changes it tells, and where they go."""

    def __init__(self, folder: Path, receiver: Receiver) -> None:
        self.store: Store = open_store(f"sqlite:///{folder / 'graph.db'}")
        self.positions = WebhookPositions(State(folder / "state.db"), self.store.url)
        self.receiver = receiver

    def sender(self) -> WebhookSender:
        """Return a sender, as each process has one."""
        targets = WebhookTargets([self.receiver.url], base64.b64decode(SECRET))
        return WebhookSender(targets, self.store, self.positions, lambda: self.store.revision().number, Supervisor())

    def change(self, *ids: str) -> None:
        """Make a revision for each competency."""
        for one in ids:
            self.store.apply(says(one, by="College"))

    def revisions(self) -> list[int]:
        """Return of which revisions messages came."""
        return [json.loads(message.body)["data"]["revision"] for message in self.receiver.messages]


@contextmanager
def sending(folder: Path, statuses: Sequence[int] = ()) -> Iterator[Sending]:
    with webhook_receiver(statuses) as receiver:
        found = Sending(folder, receiver)
        found.change("c1")
        yield found
        found.store.close()


def test_service_tells_each_change(tmp_path: Path) -> None:
    """A running service tells of an edit, and of nothing that was there before; the client checks the message."""
    secret = tmp_path / "secret"
    secret.write_text(f"whsec_{SECRET}\n")
    with webhook_receiver() as receiver:
        told = {"ROLEPATH_WEBHOOKS": receiver.url, "ROLEPATH_WEBHOOK_SECRET_FILE": str(secret)}
        plain = settings_in(tmp_path)
        store = open_store(plain.store_url)
        store.apply(says("c1", by="College"))
        store.close()
        settings = load_settings({**told, "ROLEPATH_STATE": str(plain.state_path)}, plain.store_url)
        with serving(settings) as asker:
            eventually(lambda: WebhookPositions(State(settings.state_path), plain.store_url).begun([receiver.url], 1))
            applied = _edit(asker, "c7")
            eventually(lambda: receiver.messages)
            item = asker.get("/v1/changes?since=1").json()["items"][0]
            assert "rolepath_webhooks_failing 0" in asker.get("/metrics").text
    assert json.loads(receiver.messages[0].body)["data"] == item
    found = read_webhook(*receiver.messages[0], SECRET)
    assert (found.revision, found.run) == (2, applied)
    _refuses_what_is_not_signed(receiver)


def _edit(asker: Asker, competency: str) -> str:
    body = {"source": "Mine", "reason": "agreed", "edits": [{**NODE, "id": competency}]}
    return str(asker.post("/v1/edits", json=body).json()["report"]["run"])


def _refuses_what_is_not_signed(receiver: Receiver) -> None:
    headers, body = receiver.messages[0]
    wrong: tuple[tuple[dict[str, str], bytes, str], ...] = (
        ({**headers, "webhook-id": "other"}, body, SECRET),
        ({**headers, "webhook-timestamp": "1"}, body, SECRET),
        (headers, body.replace(b'"revision":2', b'"revision":3'), SECRET),
        (headers, body, base64.b64encode(bytes(32)).decode()),
        ({}, body, SECRET),
    )
    for message in wrong:
        with pytest.raises(ClientInputError):
            read_webhook(*message)
    with pytest.raises(ClientInputError, match="too old"):
        read_webhook(headers, body, SECRET, tolerance_s=-1)


def test_what_is_not_taken_comes_again_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that follow wait; the message is the same, also from another process. A redirect is no answer."""
    monkeypatch.setattr(webhooks, "AGAIN_AFTER_S", (0.0, 0.0))
    with sending(tmp_path, [204, 500, 302]) as known:
        first, second = known.sender(), known.sender()
        first.turn()
        known.change("c2", "c3", "c4")
        first.turn()
        assert (known.revisions(), first.failing()) == ([2, 3], 1)
        second.turn()
        assert (known.revisions(), second.failing()) == ([2, 3, 3], 1)
        second.turn()
        first.turn()
        assert (known.revisions(), second.failing()) == ([2, 3, 3, 3, 4], 0)
        again = known.receiver.messages[1:4]
        assert len({(message.body, message.headers["webhook-id"]) for message in again}) == 1
        assert len({message.headers["webhook-id"] for message in known.receiver.messages}) == 3


def test_receiver_that_is_away_is_waited_for(tmp_path: Path) -> None:
    """It is not asked all the time, and hears in the end; a store that was brought back begins anew."""
    with sending(tmp_path, [503]) as known:
        sender = known.sender()
        sender.turn()
        known.change("c2")
        sender.turn()
        known.change("c3")
        sender.turn()
        assert known.revisions() == [2]
        (standing,) = known.positions.begun([known.receiver.url], 0).values()
        assert (standing.delivered, standing.failures, standing.problem[:3]) == (1, 1, "503")
        known.positions.move(known.receiver.url, standing._replace(due=1.0))
        known.sender().turn()
        assert known.revisions() == [2, 2, 3]
        known.positions.move(known.receiver.url, standing._replace(delivered=99, due=0.0))
        known.sender().turn()
        known.change("c4")
        known.sender().turn()
        assert known.revisions() == [2, 2, 3, 4]


def test_settings_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    """No secret, a weak one, and an address that is not https, are said before anything is served."""
    weak, strong = tmp_path / "weak", tmp_path / "strong"
    weak.write_text("c2VjcmV0")
    strong.write_text(SECRET)
    cases = (
        ("https://a.example/h", "", "SECRET_FILE"),
        ("https://a.example/h", str(weak), "24"),
        ("https://a.example/h", str(tmp_path / "none"), "none"),
        ("http://a.example/h", str(strong), "WEBHOOKS"),
    )
    for url, file, said in cases:
        told = {"ROLEPATH_WEBHOOKS": url, "ROLEPATH_WEBHOOK_SECRET_FILE": file}
        with pytest.raises(InputError, match=said):
            create_app(load_settings(told, f"sqlite:///{tmp_path / 'graph.db'}"))
