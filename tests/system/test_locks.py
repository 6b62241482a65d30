"""Lock files: the hashes of every file, the versions that constraints.txt pins, licences that are allowed."""

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest

from tests.support.audit import judge, judge_failure
from tests.support.distributions import plain
from tests.support.paths import ROOT

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
ENTRY = re.compile(r"^\S+==[^\n]*(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+$", re.MULTILINE)
OURS = ("service", "test", "dev")

ALLOWED = {
    *("MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Apache-2.0", "MPL-2.0", "PSF-2.0", "Python-2.0"),
    # As free as the above: without even the duty to name the author, or the standard library's and Unicode's own.
    *("0BSD", "MIT-0", "CC0-1.0", "Zlib", "Unlicense", "WTFPL", "Unicode-3.0", "Unicode-DFS-2016", "BSL-1.0"),
    "Apache-2.0 WITH LLVM-exception",
}
BY_OTHER_NAMES = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
}
"""Trove classifiers and free texts, as SPDX names."""
READ_IN_THE_LICENCE_FILE = {"resvg-py": "MIT"}
"""Packages whose metadata name no licence; the file that they carry does."""


def lock(name: str) -> str:
    """Return a lock file's text."""
    return (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8")


def pins(text: str) -> dict[str, str]:
    """Return the version of each package that the text pins."""
    return {plain(name): version for name, version in PINNED.findall(text)}


def alternatives(expression: str) -> Iterator[set[str]]:
    """Yield, for each way in which an SPDX expression may be taken, the licences that hold together."""
    spaced = re.sub(r"\s+", " ", expression.replace("/", " OR ")).strip()
    for inner in re.findall(r"\(([^()]*)\)", spaced):
        for taken in alternatives(inner):
            yield from alternatives(spaced.replace(f"({inner})", " AND ".join(sorted(taken)), 1))
        return
    for way in spaced.split(" OR "):
        yield {one.strip() for one in way.split(" AND ")}


def is_allowed(expression: str) -> bool:
    """Tell whether there is a way to take it under allowed licences only."""
    return any(way <= ALLOWED for way in alternatives(BY_OTHER_NAMES.get(expression, expression)))


def here(name: str) -> Distribution | None:
    """Return the installed distribution; None for one of another system, or of `make check` alone."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def stated(found: Distribution) -> str:
    """Return the licence that a distribution states: as an SPDX expression, by classifier, or as a text."""
    classifiers = [
        BY_OTHER_NAMES.get(text.rpartition(" :: ")[2], text)
        for text in found.metadata.get_all("Classifier", [])
        if text.startswith("License :: ") and not text.endswith("OSI Approved")
    ]
    return (
        found.metadata["License-Expression"]
        or " AND ".join(classifiers)
        or READ_IN_THE_LICENCE_FILE.get(plain(found.name))
        or (found.metadata["License"] or "not stated")
    )


def inside(found: Distribution) -> Iterator[tuple[str, str]]:
    """Yield the compiled-in parts that a distribution's own bill of materials names, with their licences."""
    for path in found.files or ():
        if "/sboms/" in str(path) and path.suffix == ".json":
            for part in json.loads(path.read_text(encoding="utf-8")).get("components", ()):
                for licence in part.get("licenses", ()):
                    text = licence.get("expression") or licence["license"].get("id") or licence["license"].get("name")
                    yield f"{found.name} holds {part['name']}", text


@pytest.mark.parametrize("name", [*OURS, "tools"])
def test_every_package_has_its_hashes(name: str) -> None:
    """With `--require-hashes`, a file that is not the one that was tested is refused."""
    text = lock(name)
    assert len(ENTRY.findall(text)) == len(pins(text)) > 20


@pytest.mark.parametrize("name", OURS)
def test_locks_have_the_versions_that_are_pinned(name: str) -> None:
    """What constraints.txt does not name is for systems other than Linux, where no set was tested."""
    pinned = pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    elsewhere = {"colorama", "pywin32", "httpx2-jsfetch", "tzdata"}
    assert {
        package: version for package, version in pins(lock(name)).items() if pinned.get(package) != version
    }.keys() <= elsewhere


NOTEBOOKS = {"pandas", "polars"}
"""Extras of the library, which no service needs."""
NOT_TESTED = {"meaning"}
"""Extras that the tests do without: of models, a small one of their own stands for the one that users install."""


def test_locks_hold_what_is_declared() -> None:
    """A dependency that was declared and not locked would be missing where the lock is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for name, groups in {
        "service": [
            project["dependencies"],
            *(extras[one] for one in extras if one not in {"test", "dev", *NOTEBOOKS}),
        ],
        "test": [extras["test"]],
        "dev": [extras["dev"]],
    }.items():
        wanted = {named(one) for group in groups for one in group} - {"rolepath"}
        assert wanted <= pins(lock(name)).keys()
    left_out = {named(one) for extra in NOT_TESTED for one in extras[extra]}
    service = {name: version for name, version in pins(lock("service")).items() if name not in left_out}
    assert service.items() <= pins(lock("test")).items() <= pins(lock("dev")).items()


def named(requirement: str) -> str:
    """Return the package that a requirement names.

    >>> named("pyjwt[crypto]>=2.15")
    'pyjwt'
    """
    return plain(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0])


def test_licences_are_allowed() -> None:
    """Of every locked package that is installed here, compiled-in parts included; "not stated" is not allowed."""
    installed = [found for name in pins(lock("dev")) if (found := here(name))]
    stating = [
        (name, licence) for found in installed for name, licence in [(found.name, stated(found)), *inside(found)]
    ]
    assert len(installed) > 60
    assert not {name: licence for name, licence in stating if not is_allowed(licence)}


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-2.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", True),
        ("MIT AND (GPL-2.0-only OR AGPL-3.0-only)", False),
        ("not stated", False),
        ("GNU General Public License v3 (GPLv3)", False),
    ],
)
def test_licence_expressions_are_read(expression: str, allowed: bool) -> None:
    """`OR` leaves the choice, `AND` leaves none."""
    assert is_allowed(expression) is allowed


def test_audit_tells_findings_from_what_was_not_looked_up() -> None:
    """A known vulnerability fails; a service that cannot be reached is said, and fails nothing."""
    known = {"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]}
    unknown = {"name": "b", "skip_reason": "not found"}
    found = judge([known, unknown])
    assert found.status == 1
    assert found.lines[0] == "a 1: X-1, mended in 2"
    assert found.lines[-1].startswith("NOT AUDITED")
    assert judge([unknown]).status == 0
    assert judge_failure("ConnectionError: no route").status == 0
    assert judge_failure("ValueError: bug").status == 1
