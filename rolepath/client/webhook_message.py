"""Webhooks as a program receives them: whether a message is of the service, and what it tells.

Source: Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hmac
import json
import time
from collections.abc import Mapping

from rolepath.client.models import RevisionChanges
from rolepath.errors import InputError

TOLERANCE_S = 300.0
"""How old a message may be: who overheard one cannot send it again later."""


def read_webhook(
    headers: Mapping[str, str], body: bytes, secret: str, *, tolerance_s: float = TOLERANCE_S
) -> RevisionChanges:
    """Return what a message tells; `secret` is what the service signs by, in Base64 as its file has it.

    The same revision may come several times: its `revision` tells.

    Raises:
        InputError: the signature is not of this secret, the message is too old, or tells of something else.
    """
    told = {name.lower(): value for name, value in headers.items()}
    name, at = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    key = base64.b64decode(secret.strip().removeprefix("whsec_"))
    signed = b".".join((name.encode(), at.encode(), body))
    wanted = f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}".encode()
    if not any(hmac.compare_digest(wanted, one.encode()) for one in told.get("webhook-signature", "").split()):
        raise InputError("the message is not signed by this secret")
    if not at.isdecimal() or abs(time.time() - int(at)) > tolerance_s:
        raise InputError("the message is too old, or the clocks differ")
    message = json.loads(body)
    if message.get("type") != "graph.changed":
        raise InputError(f"the message tells of something else: {message.get('type')!r}")
    return RevisionChanges.model_validate_json(json.dumps(message["data"]), extra="ignore")
