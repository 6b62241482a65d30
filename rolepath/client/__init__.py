"""The client of the service: requests, retries, caching and transfers, for synchronous and asynchronous programs."""

from rolepath.client.exchange import Retries
from rolepath.client.senders import AsyncRolepath, Rolepath

__all__ = ["AsyncRolepath", "Retries", "Rolepath"]
