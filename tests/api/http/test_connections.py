"""Connections: who sends half a request, slowly or nothing does not keep others from being answered."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from graph.stores import open_store
from tests.support.conditions import eventually
from tests.support.factory import SMALL
from tests.support.processes import served
from tests.support.slow_clients import (
    HALF_SENT,
    IDLE,
    MUCH,
    SLOW_BODY,
    WHOLE,
    answered_within,
    dripping,
    holding,
    is_closed,
    is_reset,
    last_words,
    sipping,
)
from tests.support.soak import record, rounds

DESCRIPTORS = rounds(300, 1024)
"""What the service may open; 1,024 is what systemd gives a unit that says nothing."""
SHARES = (0.75, 2.0)
SLOWEST_S = 5.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small store."""
    made = tmp_path_factory.mktemp("served")
    with closing(open_store(f"sqlite:///{made / 'graph.db'}")) as store:
        store.apply(SMALL)
    return made


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """Give the address of a service that may open few descriptors."""
    with served(folder, DESCRIPTORS=f"{DESCRIPTORS}, {DESCRIPTORS}") as (_, address):
        yield address


@pytest.fixture(scope="module")
def hasty(folder: Path) -> Iterator[str]:
    """Give the address of a service that waits a second for what clients send."""
    with served(folder, ROLEPATH_HEADER_S="1", ROLEPATH_IDLE_S="1", ROLEPATH_STALL_S="1") as (_, address):
        yield address


@pytest.mark.soak
@pytest.mark.slow
@pytest.mark.parametrize("sent", [HALF_SENT, IDLE, SLOW_BODY, WHOLE], ids=["half-sent", "idle", "body", "kept-alive"])
def test_others_are_answered_beside_clients_that_send_nothing_more(url: str, sent: bytes) -> None:
    """Below the limit, and far above it, another client is answered within five seconds."""
    for share in SHARES:
        with holding(url, int(share * DESCRIPTORS), sent) as held:
            waited_s = answered_within(url, SLOWEST_S)
        record("overload", sent=sent.decode()[:40], connections=len(held), answered_after_s=round(waited_s, 2))


@pytest.mark.slow
def test_a_byte_now_and_then_prolongs_nothing(hasty: str) -> None:
    """A header that comes in byte by byte is cut off as one that does not come, and is told why."""
    with holding(hasty, 3, HALF_SENT) as held:

        def is_cut() -> bool:
            dripping(held)
            return all(is_closed(one) for one in held)

        eventually(is_cut, within_s=10)
    with holding(hasty, 1, HALF_SENT) as [one]:
        words = last_words(one)
    assert words.startswith(b"HTTP/1.1 408 ")
    assert b"/docs/problems#request-timeout" in words


@pytest.mark.slow
def test_a_body_that_does_not_come_is_cut_off(hasty: str) -> None:
    """Neither a body that stalls nor one that drips holds a place for long."""
    with holding(hasty, 3, SLOW_BODY) as held:

        def is_cut() -> bool:
            dripping(held)
            return all(is_closed(one) for one in held)

        eventually(is_cut, within_s=10)


@pytest.mark.soak
@pytest.mark.slow
def test_others_are_answered_beside_clients_that_take_nothing(folder: Path) -> None:
    """Whoever has asked for much and stalls makes room long before the time of an answer that stalls is up."""
    places = rounds(20, 200)
    with served(folder, ROLEPATH_CONNECTIONS=str(places), ROLEPATH_STALL_S="120") as (_, url):
        for share in (1, 2):
            with holding(url, share * places, MUCH) as held:
                waited_s = answered_within(url, 60.0)
            record("overload", sent="much, unread", connections=len(held), answered_after_s=round(waited_s, 2))


@pytest.mark.slow
def test_an_answer_that_is_not_taken_is_cut_off(hasty: str) -> None:
    """Nor does a client that reads a byte now and then hold a place for long, or the memory of the system."""
    with holding(hasty, 3, MUCH) as held:

        def is_cut() -> bool:
            sipping(held)
            return all(is_reset(one) for one in held)

        eventually(is_cut, within_s=20)


@pytest.mark.slow
def test_an_answer_that_is_taken_slowly_is_given_whole(folder: Path) -> None:
    """A client on a slow line is no client that has stalled: 20 kB a second, of which the system holds some back."""
    with served(folder, ROLEPATH_STALL_S="5") as (_, url), holding(url, 1, MUCH[: len(MUCH) // 15]) as [one]:
        one.settimeout(60)
        head, _, body = one.recv(4096).partition(b"\r\n\r\n")
        length = next(int(line.split()[1]) for line in head.splitlines() if line.lower().startswith(b"content-length:"))
        taken = len(body)
        while taken < length:
            taken += len(one.recv(4096))
            time.sleep(0.1)
    assert taken == length


@pytest.mark.slow
def test_whoever_is_too_many_hears_when_to_come_again(folder: Path) -> None:
    """Where every connection is being answered, or its place was given away, 503 says so, with Retry-After."""
    with served(folder, ROLEPATH_CONNECTIONS="10") as (_, url), holding(url, 20, HALF_SENT) as held:
        words = last_words(held[0])
        assert words.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after:" in words.lower()
        assert b"/docs/problems#busy" in words
        assert httpx.get(f"{url}/healthz").status_code == 200


@pytest.mark.slow
def test_the_service_takes_the_descriptors_that_it_may(folder: Path) -> None:
    """A soft limit of descriptors is raised to the hard one."""
    with served(folder, DESCRIPTORS="256, 1000") as (process, _):
        said = Path(f"/proc/{process.pid}/limits").read_text(encoding="utf-8")
    soft, hard = next(line for line in said.splitlines() if line.startswith("Max open files")).split()[3:5]
    assert (soft, hard) == ("1000", "1000")
