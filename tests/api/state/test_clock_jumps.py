"""A clock that is set forward or back, as after a wrong time server or on a virtual machine that is resumed."""

import time
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
import time_machine

from api.auth.keys import KeyStore
from api.jobs.formats import NoOptions
from api.jobs.queue import LEASE_S, ImportRequest, JobQueue
from api.principal import Principal
from api.state.database import State
from tests.support.access import bearing
from tests.support.conditions import eventually
from tests.support.serving import serving, settings_in

YEAR_S = 365 * 86400.0
JUMPS = [-YEAR_S, -3600.0, 3600.0, YEAR_S]


@pytest.fixture
def jobs(tmp_path: Path) -> JobQueue:
    return JobQueue(State(tmp_path / "state.db"), "sqlite:////srv/graph.db")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(time.time()) as traveller:
        yield traveller


@pytest.mark.parametrize("jump_s", JUMPS)
def test_lease_is_its_holders_whatever_the_clock_does(
    jobs: JobQueue, clock: time_machine.Traveller, jump_s: float
) -> None:
    """Nobody takes it from a runner that works, and it is not held for a year by one that died."""
    assert jobs.take_lease("a")
    clock.shift(jump_s)
    assert not jobs.take_lease("b")
    assert jobs.take_lease("a")


@pytest.mark.parametrize("ahead_s", [2 * LEASE_S, YEAR_S, 1e12])
def test_lease_from_the_future_holds_nobody_up(jobs: JobQueue, ahead_s: float) -> None:
    """Of a machine whose clock was ahead, or that was started again since: a lease is never longer than leases are."""
    assert jobs.take_lease("dead")
    with jobs.state.writing() as connection:
        connection.execute("UPDATE lease SET until = ?", (time.time() + ahead_s,))
    assert jobs.take_lease("b")


def test_jobs_are_done_in_the_order_in_which_they_came(jobs: JobQueue, clock: time_machine.Traveller) -> None:
    """Also where a later one has an earlier date."""
    for name in ("first", "second"):
        jobs.add(name, "native", ImportRequest(), NoOptions(), Principal("me", "", frozenset()))
        clock.shift(-3600)
    assert [job.id for job in jobs.open()] == ["first", "second"]
    assert [job.id for job in jobs.latest(2)] == ["second", "first"]


def test_expired_key_opens_nothing_when_the_clock_is_set_back(tmp_path: Path, clock: time_machine.Traveller) -> None:
    """Neither in a service that runs, nor in one that is started then, since something was written after it expired."""
    settings = settings_in(tmp_path)
    keys = KeyStore(State(settings.state_path))
    short, lasting = keys.create("short", "read", timedelta(days=1)).token, keys.create("lasting", "read").token
    clock.shift(2 * 86400)
    with serving(settings) as asker:
        assert asker.get("/v1/gaps", headers=bearing(short)).status_code == HTTPStatus.UNAUTHORIZED
        assert asker.get("/v1/gaps", headers=bearing(lasting)).is_success
        eventually(lambda: keys.all().items[1].last_used_at)
        clock.shift(-3 * 86400)
        assert asker.get("/v1/gaps", headers=bearing(short)).status_code == HTTPStatus.UNAUTHORIZED
    with serving(settings) as asker:
        assert asker.get("/v1/gaps", headers=bearing(short)).status_code == HTTPStatus.UNAUTHORIZED
        assert asker.get("/v1/gaps", headers=bearing(lasting)).is_success


def test_clock_that_was_ahead_for_a_moment_ends_no_key(tmp_path: Path, clock: time_machine.Traveller) -> None:
    """When it is right again, so are the keys; nothing was written meanwhile."""
    settings = settings_in(tmp_path)
    token = KeyStore(State(settings.state_path)).create("short", "read", timedelta(days=1)).token
    with serving(settings) as asker:
        clock.shift(YEAR_S)
        assert asker.get("/v1/gaps", headers=bearing(token)).status_code == HTTPStatus.UNAUTHORIZED
        clock.shift(-YEAR_S)
        assert asker.get("/v1/gaps", headers=bearing(token)).is_success
