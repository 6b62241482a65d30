"""The run on a leap day: what it leaves out can tell no day from another, for it asks no clock."""

import re

from tests.support.paths import ROOT

CLOCK = re.compile(
    r"\b(?:datetime|date)\.(?:now|today|utcnow|fromtimestamp)\("
    r"|\btime\.(?:time|time_ns|localtime|gmtime|ctime|strftime)\("
)


def left_out() -> list[str]:
    """Return the folders and files of tests that CI does not run at another date."""
    (line,) = re.findall(r"^make test CLOCK=.*$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    return re.findall(r"--ignore=(\S+?)[\s']", line)


def test_what_is_left_out_asks_no_clock() -> None:
    """Neither the tests nor the code that they are of, which stands in the folder of the same name."""
    places = [ROOT / at for place in left_out() for at in (place, place.removeprefix("tests/"))]
    assert places
    assert all(place.exists() for place in places[::2])
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))]
    assert len(files) > 100
    asking = [str(file.relative_to(ROOT)) for file in files if CLOCK.search(file.read_text(encoding="utf-8"))]
    assert asking == []


def test_clocks_are_found() -> None:
    """Where it is asked in code that is in the run."""
    assert CLOCK.search((ROOT / "api" / "auth" / "keys.py").read_text(encoding="utf-8"))
    assert CLOCK.search((ROOT / "api" / "auth" / "rate_limits.py").read_text(encoding="utf-8"))
