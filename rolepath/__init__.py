"""A client of the service for Python programs: `Rolepath`, and `AsyncRolepath` beside asyncio or trio.

    with Rolepath("https://rolepath.example", key=key) as client:
        plan = client.plan("poly:r.integration-assistant", max_hours=200)

Methods are named by question, as REST is. docs/clients.md tells more.
"""

from rolepath.client import AsyncRolepath, Retries, Rolepath, ServiceProblem

__all__ = ["AsyncRolepath", "Retries", "Rolepath", "ServiceProblem"]
