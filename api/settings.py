"""Where things are kept: from the environment and the command line, with one default that every command agrees on.

`ROLEPATH_STORE` names the store by URL, `ROLEPATH_STATE` the file of operational state, `ROLEPATH_CACHE` the folder of
compiled snapshots. What is not named stands in the user's own data and cache folders. The password of a Neo4j store
may stand in `ROLEPATH_NEO4J_PASSWORD`, or in the file that `ROLEPATH_NEO4J_PASSWORD_FILE` names, instead of in the URL.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import PlatformDirs

from graph.errors import InputError, StoreUnavailableError
from graph.stores import Store, open_store


@dataclass(frozen=True, slots=True)
class Settings:
    """What a command or a service works with. `store_is_default` says that nobody named a store.

    `store_url` and `password` may be secret; `store_of(settings).url` can be shown.
    """

    store_url: str = field(repr=False)
    store_is_default: bool
    state_path: Path
    cache_path: Path
    password: str | None = field(default=None, repr=False)


def load_settings(environ: Mapping[str, str], store_url: str | None = None) -> Settings:
    """Return the settings; `store_url`, from the command line, goes before the environment.

    Raises:
        InputError: the file of the password cannot be read.
    """
    folders = PlatformDirs("rolepath", appauthor=False)
    named = store_url or environ.get("ROLEPATH_STORE")
    return Settings(
        store_url=named or f"sqlite:///{folders.user_data_path / 'graph.db'}",
        store_is_default=not named,
        state_path=Path(environ.get("ROLEPATH_STATE") or folders.user_data_path / "state.db"),
        cache_path=Path(environ.get("ROLEPATH_CACHE") or folders.user_cache_path / "snapshots"),
        password=environ.get("ROLEPATH_NEO4J_PASSWORD") or _password_in(environ.get("ROLEPATH_NEO4J_PASSWORD_FILE")),
    )


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
    """Do nothing where the store exists, or nobody named one.

    Raises:
        StoreUnavailableError: a store was named, and does not exist or cannot be reached.
    """
    if not settings.store_is_default and not store.exists():
        raise StoreUnavailableError(
            f"there is no store at {store.url}; check the name, or import something into it first"
        )


def _password_in(file: str | None) -> str | None:
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"ROLEPATH_NEO4J_PASSWORD_FILE: {file} cannot be read: {error}") from error
