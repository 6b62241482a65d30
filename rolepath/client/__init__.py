"""The client of the service: requests, retries, caching and transfers, for synchronous and asynchronous programs."""

try:
    import httpx as _httpx  # noqa: F401 - looked for before the rest, which needs it
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "rolepath needs httpx, which is not installed; install it with: pip install 'rolepath[client]'", name="httpx"
    ) from error

from api.errors import ServiceProblem
from rolepath.client.exchange import Retries
from rolepath.client.senders import AsyncRolepath, Rolepath

__all__ = ["AsyncRolepath", "Retries", "Rolepath", "ServiceProblem"]
