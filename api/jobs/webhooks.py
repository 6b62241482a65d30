"""Webhooks: each change of the graph is told to the addresses that a setting names, signed, until they have heard it.

Of each revision, in order, one message; what an address missed, while it or the service was away, comes later.

Source: Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple

from api.answers.change_feed import RevisionChanges, list_changes
from api.http.outgoing_request import OutgoingReply, post
from api.observability.logs import RareWarnings
from api.observability.supervisor import Supervisor
from api.state.leases import give_lease, take_lease
from api.state.webhook_positions import WebhookPosition, WebhookPositions
from graph.errors import InputError, RolepathError
from graph.messages import message
from graph.stores import Store
from graph.stores.restricted_view import RestrictedStore

LOOK_EVERY_S = 0.25
TIMEOUT_S, MOST_BYTES = 10.0, 100_000
AGAIN_AFTER_S = (5.0, 30.0, 300.0, 1800.0, 3600.0)
"""How long after each failure an address is tried again; the last holds for all that follow."""
LEASE_S = 30.0
LEAST_SECRET = 24
"""How many bytes a secret has at least, as the source says."""
_AT_ONCE = 50
"""How many changes are read of the log at a time."""
_SHOWN = 200
EVENT = "graph.changed"

_log = logging.getLogger(__name__)


class WebhookTargets(NamedTuple):
    """The addresses that are told, and the secret by which messages to them are signed."""

    addresses: Sequence[str]
    secret: bytes


class WebhookSender:
    """Sender of webhooks: one process at a time sends, in a thread of its own, until it is stopped."""

    def __init__(
        self,
        targets: WebhookTargets,
        store: Store,
        positions: WebhookPositions,
        revision: Callable[[], int | None],
        supervisor: Supervisor,
    ) -> None:
        """Start nothing yet; `revision` is the number that is answered from. Receivers see what readers see."""
        self._addresses, self._secret, self._revision = targets.addresses, targets.secret, revision
        self._store, self._positions = RestrictedStore(store), positions
        self._lease, self._holder = f"webhooks {positions.store_url}", secrets.token_hex(8)
        self._settled: int | None = None
        self._look_at = 0.0
        self._failing = 0
        self._stop = threading.Event()
        self._warnings = RareWarnings(_log)
        self._thread = threading.Thread(
            target=supervisor.keep_up_here, args=("webhooks", self._go_on, self._stop), name="webhooks", daemon=True
        )

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send nothing more; what is being sent may be sent again."""
        self._stop.set()
        self._thread.join(TIMEOUT_S)

    def failing(self) -> int:
        """Return how many addresses did not take what was sent to them last."""
        return self._failing

    def _go_on(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            try:
                self.turn()
            except RolepathError as error:
                self._warnings.warning("webhooks cannot be sent at the moment: %s", error)

    def turn(self) -> None:
        """Send what is due, unless another process does."""
        revision = self._revision()
        if revision is None or (revision == self._settled and time.monotonic() < self._look_at):
            return
        if not take_lease(self._positions.state, self._lease, self._holder, LEASE_S):
            self._look_at, self._settled = time.monotonic() + LEASE_S, revision
            return
        try:
            standing = self._positions.begun(self._addresses, revision)
            after = [self._told(address, position, revision) for address, position in standing.items()]
        finally:
            give_lease(self._positions.state, self._lease, self._holder)
        self._failing = sum(position.failures > 0 for position in after)
        due = min((position.due for position in after if position.failures), default=time.time() + LEASE_S)
        self._look_at, self._settled = time.monotonic() + max(0.0, due - time.time()), revision

    def _told(self, address: str, position: WebhookPosition, revision: int) -> WebhookPosition:
        """Tell an address of what it has not heard; return where it stands then."""
        if position.delivered > revision and position.delivered > (last := self._store.revision().number):
            position = WebhookPosition(last)  # the store was brought back to an earlier revision
            self._positions.move(address, position)
        while position.delivered < revision and not self._is_held_up(position):
            page = list_changes(self._store, position.delivered, limit=_AT_ONCE)
            for change in page.items:
                take_lease(self._positions.state, self._lease, self._holder, LEASE_S)
                position = self._sent(address, position, change)
                self._positions.move(address, position)
                if position.failures or self._stop.is_set():
                    return position
            if not page.items:
                break
        return position

    def _is_held_up(self, position: WebhookPosition) -> bool:
        longest_s = AGAIN_AFTER_S[-1]
        return self._stop.is_set() or 0 < position.due - time.time() <= longest_s

    def _sent(self, address: str, position: WebhookPosition, change: RevisionChanges) -> WebhookPosition:
        """Send a message; return the position after it was taken, or when it is sent again."""
        try:
            reply = post(address, *self.message_of(change), timeout_s=TIMEOUT_S, most_bytes=MOST_BYTES)
            problem, asked_s = "" if 200 <= reply.status < 300 else f"{reply.status} {reply.reason}", _asked_s(reply)
        except (OSError, HTTPException, ValueError) as error:
            problem, asked_s = str(error) or type(error).__name__, 0.0
        if not problem:
            return WebhookPosition(change.revision)
        self._warnings.warning("the webhook %s does not take revision %d: %s", address, change.revision, problem)
        usual_s = AGAIN_AFTER_S[min(position.failures, len(AGAIN_AFTER_S) - 1)]
        due = time.time() + min(max(usual_s, asked_s), AGAIN_AFTER_S[-1])
        return WebhookPosition(position.delivered, position.failures + 1, due, problem[:_SHOWN])

    def message_of(self, change: RevisionChanges) -> tuple[bytes, dict[str, str]]:
        """Return the message of a change, with its headers: the same body and id however often it is sent."""
        at = change.at.isoformat()
        told = {"type": EVENT, "timestamp": at, "data": change.model_dump(mode="json")}
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        name = hashlib.sha256(f"{change.revision} {change.run} {at}".encode()).hexdigest()[:24]
        now = str(int(time.time()))
        signed = signature(self._secret, name, now, body)
        headers = {"webhook-id": name, "webhook-timestamp": now, "webhook-signature": signed}
        return body, {"Content-Type": "application/json", **headers}


def signature(secret: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a message, as its header has it.

    >>> key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    >>> signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(secret, signed, 'sha256')).decode()}"


def _asked_s(reply: OutgoingReply) -> float:
    """Return after how many seconds an address asks to be tried again."""
    told = reply.headers.get("retry-after", "")
    return float(told[:9]) if told.isdecimal() else 0.0


def secret_in(file: str) -> bytes:
    """Return the secret by which messages are signed, in Base64 as `whsec_...` or without that.

    Raises:
        InputError: the file cannot be read, or holds no such secret.
    """
    if not file:
        raise InputError(message("setting.no_webhook_secret"))
    try:
        written = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(message("setting.no_webhook_secret_file", file=file, error=str(error))) from error
    try:
        secret = base64.b64decode(written.removeprefix("whsec_"), validate=True)
    except ValueError:
        secret = b""
    if len(secret) < LEAST_SECRET:
        raise InputError(message("setting.weak_webhook_secret", file=file, least=LEAST_SECRET))
    return secret
