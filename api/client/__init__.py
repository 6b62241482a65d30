"""A client of the service for Python programs: `Rolepath`, and `AsyncRolepath` beside asyncio or trio.

    with Rolepath("https://rolepath.example", key=key) as client:
        plan = client.plan("poly:r.integration-assistant", max_hours=200)

Methods are named by question, as REST is, and return the models that the queries return. docs/clients.md tells more.
"""

try:
    import httpx as _httpx  # noqa: F401 - looked for before the rest, which needs it
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "api.client needs httpx, which is not installed; install it with: pip install 'rolepath[client]'", name="httpx"
    ) from error

from api.client.exchange import Retries
from api.client.senders import AsyncRolepath, Rolepath
from api.errors import ServiceProblem

__all__ = ["AsyncRolepath", "Retries", "Rolepath", "ServiceProblem"]
