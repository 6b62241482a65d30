"""A client of the service for Python programs: `Rolepath`, and `AsyncRolepath` beside asyncio or trio.

    with Rolepath("https://rolepath.example", key=key) as client:
        plan = client.plan("poly:r.integration-assistant", max_hours=200)

Methods are named by question, as REST is. docs/clients.md tells more.
"""

from rolepath.client import AsyncRolepath, Retries, Rolepath
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
]
