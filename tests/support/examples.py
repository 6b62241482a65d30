"""How many examples hypothesis draws: few for who is at work, all of them in CI and for `make test-all`."""

import os
from collections.abc import Sequence

from hypothesis import HealthCheck, settings

IS_FULL = bool(os.environ.get("TESTS_FULL", os.environ.get("CI")))
"""Whether every example is drawn that a test asks for."""
FEW = 20
_CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large)


def load_profile() -> None:
    """Let hypothesis mind no clock; in CI, let it draw the same examples in every run."""
    settings.register_profile("full", deadline=None, suppress_health_check=_CHECKS)
    settings.register_profile("few", settings.get_profile("full"), max_examples=FEW)
    count_profile = "full" if IS_FULL else "few"
    settings.register_profile("ci", settings.get_profile(count_profile), derandomize=True)
    settings.load_profile("ci" if os.environ.get("CI") else count_profile)


def examples(number: int, *, few: int = FEW, without: Sequence[HealthCheck] = ()) -> settings:
    """Return settings for so many examples, or for `few`; `without` are health checks that the test cannot pass."""
    return settings(max_examples=count(number, few), suppress_health_check=[*_CHECKS, *without])


def count(number: int, few: int = FEW) -> int:
    """Return how many of so many examples are drawn in this run."""
    return number if IS_FULL else min(number, few)
