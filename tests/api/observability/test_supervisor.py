"""Background loops: one that ends is begun again, later each time, and no other hears of it; readiness tells."""

import asyncio
import threading
from http import HTTPStatus
from pathlib import Path

import pytest

from api.observability import supervisor
from api.observability.supervisor import Supervisor
from tests.support.conditions import eventually
from tests.support.serving import assert_problem, serving, settings_in


class PanicError(BaseException):
    """What a library in Rust raises: no Exception."""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "AGAIN_AFTER_S", 0.01)


@pytest.mark.parametrize("failure", [ValueError("odd"), RecursionError("deep"), PanicError("panic"), None])
def test_failed_loop_is_begun_again_and_others_go_on(failure: BaseException | None) -> None:
    """Whatever one ends by, it is begun again; the other was begun once, and runs to the end."""
    begun, held = {"odd": 0, "good": 0}, asyncio.Event()

    async def odd() -> None:
        begun["odd"] += 1
        if begun["odd"] >= 4:
            held.set()
            await asyncio.sleep(60)
        if failure is not None:
            raise failure

    async def good() -> None:
        begun["good"] += 1
        await asyncio.sleep(60)

    async def run() -> tuple[str, ...]:
        watch = Supervisor()
        task = asyncio.create_task(watch.keep_up({"odd": odd, "good": good}))
        await held.wait()
        failing = watch.failing()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return failing

    assert asyncio.run(run()) == ("odd",)
    assert begun == {"odd": 4, "good": 1}


def test_rests_grow_up_to_a_limit(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A loop that ends at once is not begun again ever so often, and each end is an error in the log."""
    monkeypatch.setattr(supervisor, "MOST_REST_S", 0.05)

    async def odd() -> None:
        raise ValueError

    async def run() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(Supervisor().keep_up({"odd": odd}), 0.3)

    asyncio.run(run())
    rests = [record.args[1] for record in caplog.records if isinstance(record.args, tuple)]
    assert rests[:4] == [0.01, 0.02, 0.04, 0.05]
    assert set(rests[3:]) == {0.05}


def test_loop_that_holds_is_well_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some time after it was begun again, nothing is said of it any more."""
    monkeypatch.setattr(supervisor, "WELL_AFTER_S", 0.05)
    begun, stop = [0], threading.Event()

    def odd() -> None:
        begun[0] += 1
        if begun[0] == 1:
            raise ValueError
        stop.wait(60)

    watch = Supervisor()
    thread = threading.Thread(target=watch.keep_up_here, args=("odd", odd, stop))
    thread.start()
    eventually(lambda: begun[0] == 2 and not watch.failing())
    stop.set()
    thread.join()


@pytest.mark.parametrize("loop", ["api.auth.authenticator.Authenticator", "api.service.service.Service"])
def test_readiness_tells_of_a_loop_that_all_need(folder: Path, monkeypatch: pytest.MonkeyPatch, loop: str) -> None:
    """Without the loop that keeps keys, or the graph, no requests are to be sent here, until it runs again."""
    is_broken = [True]
    going_on = f"{loop}._go_on_looking"

    async def end(_: object) -> None:
        if is_broken[0]:
            raise RuntimeError
        await asyncio.sleep(60)

    monkeypatch.setattr(going_on, end)
    monkeypatch.setattr(supervisor, "WELL_AFTER_S", 0.05)
    with serving(settings_in(folder)) as asker:
        eventually(lambda: asker.get("/readyz").status_code == HTTPStatus.SERVICE_UNAVAILABLE)
        assert_problem(asker.get("/readyz"), 503, "store-unavailable")
        assert "rolepath_loops_failing 1.0" in asker.get("/metrics").text
        is_broken[0] = False
        eventually(lambda: asker.get("/readyz").is_success)


def test_readiness_names_a_loop_that_few_need(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where imports cannot be done, questions can be answered: the service is ready, and names what fails."""

    def end(_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("api.jobs.runner.JobRunner._turn", lambda _self: None)
    monkeypatch.setattr("api.jobs.queue.JobQueue.forget_strays", end)
    with serving(settings_in(folder)) as asker:
        eventually(lambda: asker.get("/readyz").json().get("failing") == ["imports"])
        assert asker.get("/v1/gaps").is_success
