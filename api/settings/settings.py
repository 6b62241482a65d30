"""Settings of paths and stores: from environment and command line, with one default that every command agrees on.

`ROLEPATH_STORE` names the store by URL, `ROLEPATH_STATE` the file of operational state, `ROLEPATH_CACHE` the folder of
compiled snapshots. What is not named stands in the user's own data and cache folders. The password of a Neo4j store
may stand in `ROLEPATH_NEO4J_PASSWORD`, or in the file that `ROLEPATH_NEO4J_PASSWORD_FILE` names, instead of in the URL.
`ROLEPATH_SETTINGS` names a TOML file that may hold all these, and those of the service; the environment goes before it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from platformdirs import PlatformDirs

from api.settings.service import ServiceSettings, read_service_settings
from graph.errors import InputError, StoreUnavailableError
from graph.messages import message, text
from graph.stores import Store, open_store
from graph.stores.sqlite.store import SqliteStore


@dataclass(frozen=True, slots=True)
class Settings:
    """What a command or a service works with.

    `store_may_be_missing`: nobody named a store, or a service makes a new one; what is missing is empty.

    In `answers_path` workers of one service keep answers for each other; None where there is one worker.

    `store_url` and `password` may be secret; `store_of(settings).url` can be shown.
    """

    store_url: str = field(repr=False)
    store_may_be_missing: bool
    state_path: Path
    cache_path: Path
    password: str | None = field(default=None, repr=False)
    service: ServiceSettings = field(default_factory=ServiceSettings)
    answers_path: Path | None = None


PREFIX = "ROLEPATH_"
PLACES: Mapping[str, str] = {
    "store": text("setting.store"),
    "state": text("setting.state"),
    "cache": text("setting.cache"),
    "neo4j_password": text("setting.password"),
    "neo4j_password_file": text("setting.password_file"),
}
"""Settings of every command; those of the service are in api/settings/service.py."""


def load_settings(environ: Mapping[str, str], store_url: str | None = None) -> Settings:
    """Return the settings; `store_url`, from the command line, goes before the environment, and that before the file.

    Raises:
        InputError: the file of settings or of the password cannot be read, or a setting is unknown or out of range.
    """
    folders = PlatformDirs("rolepath", appauthor=False)
    values, said_by = _told(environ)
    place = {name: str(values[name]) for name in PLACES if values.get(name)}
    named = store_url or place.get("store")
    return Settings(
        store_url=named or f"sqlite:///{folders.user_data_path / 'graph.db'}",
        store_may_be_missing=not named,
        state_path=Path(place.get("state") or folders.user_data_path / "state.db"),
        cache_path=Path(place.get("cache") or folders.user_cache_path / "snapshots"),
        password=place.get("neo4j_password") or _password_in(place.get("neo4j_password_file")),
        service=read_service_settings(
            {name: value for name, value in values.items() if name in ServiceSettings.model_fields}, said_by
        ),
    )


KNOWN_BESIDE = frozenset(
    {"ROLEPATH_SETTINGS", "ROLEPATH_DEBUG", "ROLEPATH_NEO4J_HEAP", "ROLEPATH_NEO4J_PAGECACHE"}
    | {"ROLEPATH_NEO4J_URL", "ROLEPATH_NEO4J_CACHE", "ROLEPATH_REQUIRE_NEO4J", "ROLEPATH_PORT"}
    | {"ROLEPATH_KEY", "ROLEPATH_REQUIRE_BROWSER", "ROLEPATH_CHROMIUM", "ROLEPATH_SCREENSHOTS"}
)
"""Variables that are no settings: of one command (`rolepath mcp`), of the compose file and of the tests."""


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Return the variables that look like settings and are none, in order: most are slips of the pen."""
    known = {PREFIX + name.upper() for name in (*PLACES, *ServiceSettings.model_fields)} | KNOWN_BESIDE
    return sorted(name for name in environ if name.startswith(PREFIX) and name not in known)


def _told(environ: Mapping[str, str]) -> tuple[dict[str, object], dict[str, str]]:
    """Return every setting that somebody made, and where: the environment's empty ones are not made."""
    names = [*PLACES, *ServiceSettings.model_fields]
    file = environ.get(f"{PREFIX}SETTINGS")
    values = _settings_in(Path(file), names) if file else {}
    said_by = {name: f"{name} in {file}" for name in values}
    for name in names:
        variable = PREFIX + name.upper()
        if environ.get(variable):
            values[name], said_by[name] = environ[variable], variable
    return values, said_by


def _settings_in(file: Path, names: list[str]) -> dict[str, object]:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(message("setting.unreadable", file=str(file), error=str(error))) from error
    for name in document.keys() - set(names):
        near = get_close_matches(name, names, 1)
        if near:
            raise InputError(message("setting.unknown_near", file=str(file), name=name, near=near[0]))
        raise InputError(message("setting.unknown", file=str(file), name=name, names=names))
    return document


def store_of(settings: Settings) -> Store:
    """Return the store that the settings name, without making it.

    Raises:
        InputError: the URL names no kind of store.
    """
    return open_store(settings.store_url, settings.password)


def store_for_reading(settings: Settings) -> Store:
    """Return the store that a reading command asks; the default one may be missing, and is then empty.

    Raises:
        StoreUnavailableError: a store was named, and does not exist.
        InputError: the URL names no kind of store.
    """
    store = store_of(settings)
    try:
        require_named(settings, store)
    except StoreUnavailableError:
        store.close()
        raise
    return store


def require_named(settings: Settings, store: Store) -> None:
    """Do nothing where the store exists, or may be missing.

    Raises:
        StoreUnavailableError: a store was named, and does not exist or cannot be reached; or its file was emptied.
    """
    if store.exists():
        return
    store.health()  # a file that was emptied is no store that is still to be made
    if not settings.store_may_be_missing:
        raise StoreUnavailableError(message("setting.no_store", url=store.url))


def require_place(settings: Settings, store: Store) -> None:
    """Do nothing where the store can be made: a new file comes into a folder that is there, or nobody named one.

    Raises:
        StoreUnavailableError: its folder is not there, as where a disk is not mounted; or its file was emptied.
    """
    store.health()
    if isinstance(store, SqliteStore) and not (settings.store_may_be_missing or store.path.parent.is_dir()):
        raise StoreUnavailableError(message("setting.no_folder", url=store.url, folder=str(store.path.parent)))


def _password_in(file: str | None) -> str | None:
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(message("setting.no_password_file", file=str(file), error=str(error))) from error
