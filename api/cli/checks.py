"""What `rolepath doctor` looks at, and how it tells it."""

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.text import Text

from api.cli.terminal import Terminal, count, indented, line
from api.keys import Keys
from api.settings import Settings, store_for_reading, unknown_variables
from api.state import State
from graph.compiling import load_snapshot
from graph.errors import RolepathError
from graph.model import Frozen
from graph.schema import RELATIONS
from graph.snapshot import Snapshot
from graph.stores import Store

_PACKAGES = ("rolepath", "pydantic", "numpy", "scipy", "networkx", "fastapi", "uvicorn", "typer", "rich", "openpyxl")


class Check(Frozen):
    """One thing that was looked at, whether it is as it should be, and what was found."""

    check: str
    ok: bool
    detail: str


class CheckUp(Frozen):
    """Everything that was looked at; `ok` says that all of it is as it should be."""

    ok: bool
    items: list[Check]
    next: None = None
    revision: int | None


def check_up(settings: Settings) -> CheckUp:
    """Return what was found; nothing is written."""
    items = [_python(), _packages()]
    revision = None
    try:
        store = store_for_reading(settings)
        items.append(Check(check="store", ok=True, detail=store.health()))
        revision = store.revision().number
        items.append(_snapshot(store, settings))
    except RolepathError as error:
        items.append(Check(check="store", ok=False, detail=str(error)))
    items.append(_writable("state file", settings.state_path.parent, settings.state_path))
    items.append(_writable("snapshot cache", settings.cache_path, settings.cache_path))
    items.append(_settings())
    items.append(_keys(settings))
    return CheckUp(ok=all(item.ok for item in items), items=items, revision=revision)


def show_checks(found: CheckUp, out: Terminal) -> None:
    """Show a line for each, and what it comes to."""
    for item in found.items:
        mark = ("ok      ", "green") if item.ok else ("not ok  ", "bold red")
        out.show(*indented(line(mark, (f"{item.check:<16}", "bold"), item.detail), 24, out.width))
    verdict = ("All is well.", "bold green") if found.ok else ("Something is not as it should be.", "bold red")
    out.show(Text(), line(verdict))


def _python() -> Check:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Check(check="python", ok=sys.version_info >= (3, 11), detail=found)


def _packages() -> Check:
    said, missing = [], []
    for name in _PACKAGES:
        try:
            said.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    lack = f"; missing: {', '.join(missing)}" if missing else ""
    return Check(check="packages", ok=not missing, detail=", ".join(said) + lack)


def _settings() -> Check:
    unknown = unknown_variables(os.environ)
    detail = f"no such setting: {', '.join(unknown)}; docs/settings.md lists them" if unknown else "all are known"
    return Check(check="settings", ok=not unknown, detail=detail)


def _keys(settings: Settings) -> Check:
    """Say who can be let in, and whether others of the machine can read the state file."""
    path = settings.state_path
    if os.name == "posix" and path.is_file() and path.stat().st_mode & 0o077:
        return Check(check="keys", ok=False, detail=f"{path} can be read by others: chmod 600 {path}")
    try:
        keys = Keys(State(path)).all().items
    except RolepathError as error:
        return Check(check="keys", ok=False, detail=str(error))
    valid = sum(key.is_valid(datetime.now(UTC)) for key in keys)
    none = "none: the service is open to this machine, and to nobody else"
    return Check(check="keys", ok=True, detail=f"{count(valid, 'key')} of {len(keys)} hold" if keys else none)


def _snapshot(store: Store, settings: Settings) -> Check:
    """Open the snapshot, without saving one where none is saved."""
    snapshot = load_snapshot(store, settings.cache_path if settings.cache_path.is_dir() else None)
    what = ", ".join(
        [
            count(len(snapshot), "node"),
            count(_links(snapshot), "link"),
            count(len(snapshot.of_kind("Competency")), "competency", "competencies"),
            count(int(snapshot.about["dormant"]), "dormant link"),
        ]
    )
    return Check(check="graph", ok=True, detail=f"revision {snapshot.revision.number}: {what}")


def _links(snapshot: Snapshot) -> int:
    return sum(len(snapshot.out(relation).indices) for relation in RELATIONS)


def _writable(what: str, folder: Path, path: Path) -> Check:
    standing = folder
    while not standing.exists() and standing != standing.parent:
        standing = standing.parent
    ok = (
        standing.is_dir()
        and os.access(standing, os.W_OK | os.X_OK)
        and (not path.is_file() or os.access(path, os.W_OK))
    )
    detail = f"{path} can be written" if ok else f"{path} cannot be written; see ROLEPATH_STATE and ROLEPATH_CACHE"
    return Check(check=what, ok=ok, detail=detail)
