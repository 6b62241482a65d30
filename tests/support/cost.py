"""What a test costs: seconds of a processor, which other work hardly makes more; too much must be marked `slow`."""

import os
from collections.abc import Generator
from typing import Any

import pytest

from tests.support.examples import IS_FULL
from tests.support.soak import IS_SOAK

MOST_CPU_S = 2.0
"""What a test may take that is not marked. Other work makes it up to a third more: mark what takes 1.3."""
UNLIMITED = ("slow", "neo4j", "browser", "faults")
_spent = pytest.StashKey[float]()


def cpu_s() -> float:
    """Return what this process has spent, and those that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cost", action="store", type=int, default=0, help="list so many tests that cost most CPU time")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Count what a fixture costs for the one test that it is made for."""
    begun = cpu_s()
    result = yield
    if fixturedef.scope == "function":
        _add(request.node, cpu_s() - begun)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that costs too much."""
    begun = cpu_s()
    result = yield
    spent = _add(item, cpu_s() - begun)
    if spent > MOST_CPU_S and not (IS_FULL or IS_SOAK) and not any(item.get_closest_marker(mark) for mark in UNLIMITED):
        pytest.fail(
            f"it took {spent:.1f} CPU-seconds, and may take {MOST_CPU_S:g}: make it cheaper, or mark it `slow`",
            pytrace=False,
        )
    return result


def _add(item: pytest.Item, spent: float) -> float:
    item.stash[_spent] = spent = item.stash.get(_spent, 0.0) + spent
    item.user_properties = [*(one for one in item.user_properties if one[0] != "cpu_s"), ("cpu_s", spent)]
    return spent


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List the dearest tests."""
    most = config.getoption("--cost")
    if not most:
        return
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    costs = {
        report.nodeid: dict(report.user_properties).get("cpu_s", 0.0) for report in reports if report.when == "call"
    }
    terminalreporter.section(f"{sum(costs.values()):.0f} CPU-seconds in {len(costs)} tests; the dearest")
    for name, spent in sorted(costs.items(), key=lambda one: -one[1])[:most]:
        terminalreporter.line(f"{spent:6.2f} {name}")
