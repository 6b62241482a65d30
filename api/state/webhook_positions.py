"""How far each webhook has been told of a store's changes, and when it is tried again, in the state file."""

from collections.abc import Sequence
from typing import NamedTuple

from api.state.database import State


class WebhookPosition(NamedTuple):
    """Up to which revision an address was told; how often it failed since, and when it is tried again (Unix time)."""

    delivered: int
    failures: int = 0
    due: float = 0.0
    problem: str = ""


class WebhookPositions:
    """The positions of the addresses of one store."""

    def __init__(self, state: State, store_url: str) -> None:
        """Open nothing yet."""
        self.state, self.store_url = state, store_url

    def begun(self, addresses: Sequence[str], revision: int) -> dict[str, WebhookPosition]:
        """Return the position of each address; one that is new is told of what comes after this revision."""
        with self.state.writing() as connection:
            for address in addresses:
                connection.execute(
                    "INSERT INTO webhook VALUES (?, ?, ?, 0, 0, '') ON CONFLICT DO NOTHING",
                    (self.store_url, address, revision),
                )
            rows = connection.execute("SELECT * FROM webhook WHERE store_url = ?", (self.store_url,)).fetchall()
        with self.state.decoding():
            found = {row["address"]: WebhookPosition(*tuple(row)[2:]) for row in rows}
            return {address: found[address] for address in addresses}

    def move(self, address: str, position: WebhookPosition) -> None:
        """Keep where an address stands now."""
        with self.state.writing() as connection:
            connection.execute(
                "UPDATE webhook SET delivered = ?, failures = ?, due = ?, problem = ?"
                " WHERE store_url = ? AND address = ?",
                (*position, self.store_url, address),
            )
