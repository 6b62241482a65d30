"""Leases in the state file: what one process at a time does, until it says so or is not heard of any more."""

from api.state.clock import uptime_s
from api.state.database import State


def take_lease(state: State, name: str, holder: str, seconds: float) -> bool:
    """Say whether the lease is the holder's for so long: nobody else has it.

    It is dated by the time for which the machine runs, which nobody sets. One that is longer than a lease can be is of
    before the machine was started anew, or of an earlier version, and holds nobody up.
    """
    with state.writing() as connection:
        moment = uptime_s()  # not before: what another holder renews while this one waits would seem to be too long
        done = connection.execute(
            "INSERT INTO lease VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET holder = excluded.holder,"
            " until = excluded.until WHERE holder = excluded.holder OR until NOT BETWEEN ? AND ?",
            (name, holder, moment + seconds, moment, moment + seconds),
        )
        return done.rowcount == 1


def give_lease(state: State, name: str, holder: str) -> None:
    """Let others have the lease."""
    with state.writing() as connection:
        connection.execute("DELETE FROM lease WHERE name = ? AND holder = ?", (name, holder))
