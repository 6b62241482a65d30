"""A client of the service, `Rolepath` (`AsyncRolepath` beside asyncio or trio); and `open`, a store without a service.

    with Rolepath("https://rolepath.example", key=key) as client:
        plan = client.plan("poly:r.integration-assistant", max_hours=200)

    frame = rolepath.open("sqlite:///graph.db").gaps(discipline="poly:d.robotics").to_pandas()

Methods are named by question, as REST is. docs/clients.md and docs/notebooks.md tell more.
"""

from typing import TYPE_CHECKING, Literal

from rolepath.client import AsyncRolepath, Retries, Rolepath
from rolepath.client.webhook_message import read_webhook
from rolepath.errors import (
    ConflictError,
    ExpiredError,
    InputError,
    NotFoundError,
    RolepathError,
    SchemaError,
    ServiceProblem,
    StoreUnavailableError,
)

if TYPE_CHECKING:
    from rolepath.library import Graph

__all__ = [
    "AsyncRolepath",
    "ConflictError",
    "ExpiredError",
    "InputError",
    "NotFoundError",
    "Retries",
    "Rolepath",
    "RolepathError",
    "SchemaError",
    "ServiceProblem",
    "StoreUnavailableError",
    "open",
    "read_webhook",
]


def open(store: str | None = None, *, lang: Literal["en", "zh"] = "en") -> "Graph":  # noqa: A001 - read as rolepath.open
    """Return the graph of a store, to be asked in this process; without a URL, of the store that commands ask.

    Raises:
        InputError: the URL names no kind of store.
        StoreUnavailableError: the store is not there, or cannot be read.
    """
    from rolepath.library import Graph  # noqa: PLC0415 - clients of a service need none of it

    return Graph(store, lang=lang)
