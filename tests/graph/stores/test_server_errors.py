"""What a Neo4j server says when something is wrong with it, as its driver raises it, and what is told of it."""

import pytest
from neo4j import exceptions

from graph.errors import ConflictError, NoRoomError, RolepathError, StoreAwayError, StoreUnavailableError
from graph.stores.neo4j.connection import Neo4jConnection


def raised(code: str, said: str) -> exceptions.Neo4jError:
    """Return the error that the driver makes of an answer."""
    found = exceptions.Neo4jError._hydrate_neo4j(code=code, message=said)
    assert isinstance(found, exceptions.Neo4jError)
    return found


@pytest.mark.parametrize(
    ("code", "said", "kind", "words"),
    [
        # As a server of version 5 says it whose data stand on a disk of 400 MB that is full: first, then ever after.
        (
            "DatabaseError.Transaction.TransactionLogError",
            "Could not append transaction: Transaction #56 {started 2026-11-29 01:31:03.109+0000} to log.",
            NoRoomError,
            "disk is full.*start the server again",
        ),
        (
            "DatabaseError.Transaction.TransactionStartFailed",
            "The database has encountered a critical error, and needs to be restarted.",
            StoreAwayError,
            "until the server is started again",
        ),
        ("DatabaseError.General.UnknownError", "No space left on device", NoRoomError, "disk is full"),
        ("TransientError.General.MemoryPoolOutOfMemoryError", "The memory pool limit", StoreUnavailableError, "memory"),
        ("TransientError.Transaction.DeadlockDetected", "no lock", ConflictError, "another job is writing"),
    ],
)
def test_error_of_the_server_is_told_with_the_way_out(
    code: str, said: str, kind: type[RolepathError], words: str
) -> None:
    """Which store, what is wrong, and what to do; by the kind that has the right status."""
    connection = Neo4jConnection("neo4j://graph.example:7687")
    with pytest.raises(kind, match=words) as found, connection._translated():
        raise raised(f"Neo.{code}", said)
    assert type(found.value) is kind
    assert "neo4j://graph.example:7687" in str(found.value)
    assert "Transaction #56" not in str(found.value)
