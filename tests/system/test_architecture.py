"""The page on architecture names what there is."""

import re
import tomllib

from tests.support.paths import DOCS, ROOT

PAGE = (DOCS / "architecture.md").read_text(encoding="utf-8")
FOLDERS = ("api", "benchmarks", "docs", "examples", "graph", "ingest", "queries", "rolepath", "tests")
NAMES = ("QUESTION", "PAGE")
"""What stands for the name of something to be added."""


def paths() -> set[str]:
    """Return every path that the page names."""
    named = set(re.findall(r"`([\w./-]+)`", PAGE))
    return {name for name in named if name.split("/")[0] in FOLDERS and "/" in name}


def test_every_path_on_the_page_exists() -> None:
    """A module that is moved takes its line on the page with it."""
    named = paths()
    assert len(named) > 120
    missing = {name for name in named if not any(part in name for part in NAMES) and not (ROOT / name).exists()}
    assert not missing


def test_every_name_on_the_page_stands_in_a_module_that_it_names() -> None:
    """A function or class that is renamed takes its line on the page with it."""
    modules = [ROOT / name for name in paths() if name.endswith(".py") and (ROOT / name).is_file()]
    text = "\n".join(module.read_text(encoding="utf-8") for module in modules)
    names = {name for name in re.findall(r"`([A-Za-z_]\w*(?:\.\w+)?)`", PAGE) if name != "read"}
    assert len(names) > 25
    assert not {name for name in names if not re.search(rf"\b{name.rpartition('.')[2]}\b", text)}


def test_every_package_folder_is_on_the_page() -> None:
    """Nobody has to find a room that the page does not name."""
    rooms = {
        f"{package}/{folder.name}/"
        for package in ("api", "queries", "ingest", "graph")
        for folder in (ROOT / package).iterdir()
        if (folder / "__init__.py").is_file()
    }
    assert not {room for room in rooms if room not in PAGE} - {"api/client/"}


def test_every_question_is_kept_from_the_semantics() -> None:
    """A question that is added stands in the contract that keeps semantics, planning and comparison apart."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (contract,) = (one for one in contracts if one["name"] == "Semantics, planning and comparison know no question")
    questions = {f"queries.{file.stem}" for file in (ROOT / "queries").glob("*.py") if file.stem != "__init__"}
    assert questions == set(contract["forbidden_modules"])
