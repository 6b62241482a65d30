"""The interface under generated requests, at a smaller size than `make fuzz`: every phase, every check."""

from pathlib import Path

import pytest

from tests.support.fuzzing import SEED, SMALL, fuzz, service, told


@pytest.mark.slow
def test_generated_requests_are_answered_as_documented(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing that is sent brings about a defect, or an answer that is not declared; every operation succeeds once."""
    with service(tmp_path) as (url, token):
        outcome = fuzz(url, token, SMALL)
    with capsys.disabled():
        print("", *told(outcome, SEED), sep="\n")  # noqa: T201 - how much was asked is told, not only that it was
    assert outcome.failures == []
    assert outcome.without_success() == []
    assert outcome.cases >= SMALL.cases
