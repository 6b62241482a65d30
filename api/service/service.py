"""Application state of the service: the current graph, looked after in the background, and places for heavy work."""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from contextvars import copy_context
from functools import partial
from types import FrameType
from typing import Any, ParamSpec, TypeVar

from fastapi import Request
from starlette.types import Scope

from api.answers.parameters import WAIT_S
from api.auth.authenticator import Authenticator
from api.http.loopback import is_loopback
from api.observability.logs import RareWarnings
from api.observability.prometheus import PrometheusMetrics
from api.observability.supervisor import Supervisor
from api.observability.tracing import Telemetry
from api.principal import sees_whole
from api.service.compiler import load_beside
from api.service.current import CurrentGraph, prepared
from api.service.gate import Gate
from api.service.name_vectors import NameVectors
from api.service.pins import PinKey, PinnedState, Pins, make_state, no_such_revision
from api.service.proposal_vocabularies import ProposalVocabularies
from api.service.trends import Trends
from api.settings.settings import Settings, require_named, store_of
from api.state.database import State
from graph.disk import DiskFault, disk_fault, place_error
from graph.draft_files import remove_orphans_beside
from graph.errors import LoginRefusedError, RolepathError, StoreAwayError, StoreUnavailableError
from graph.freed_frames import freeing_frames
from graph.garbage_collection import collect_rarely, short_collections
from graph.messages import Language, message, text
from graph.model import Revision
from graph.snapshot.institution_views import InstitutionViews
from graph.snapshot.restriction import restrict
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.past_view import stable_token
from graph.stores.restricted_view import RestrictedStore
from graph.stores.sqlite.store import SqliteStore

END_GRACE_S = 5.0
"""How long at the end it is waited for what is still computed."""
LOOK_EVERY_S = 0.25
"""How often the store is looked at, at least: by the worker that did an import, or is asked for a later revision, at
once."""
LOOK_AFTER_REFUSAL_S = 30.0
"""How often a login is tried again that was refused: more often, and a server may lock the account. A server that is
away is looked for less and less often, down to this."""
STALE_AFTER_S = 5.0
"""After how long without a word from the store the answers are called stale, even if it has not failed either."""
WAIT_STEP_S = 0.05
"""How often it is looked whether the revision that is waited for is answered from."""
STORE_THREADS = 4
"""How many threads read from the store, beside those of dear questions. They stay: each keeps a connection of its own.
"""

Snapshots = Mapping[Language, Snapshot]
"""One snapshot by the language in which it names nodes."""

TRY_WRITING_EVERY_S = 2.0
"""How often it is tried whether the store and the state can be written, by whoever asks for readiness."""

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Service:
    """One store as it is served. Looks at it in the background, so that no answer waits for a new snapshot.

    While the store cannot be read, the last snapshot goes on answering, and `trouble` says why.
    """

    def __init__(self, settings: Settings, *, is_in_process: bool = False) -> None:
        """Open nothing yet. `is_in_process` says that nobody but this process asks, so that no key was ever needed.

        Raises:
            InputError: the settings name no kind of store, or ask for traces without what they need.
        """
        self.telemetry = Telemetry(settings.service)
        self._store: Store = store_of(settings)
        self._is_in_process = is_in_process
        self._restricted_store = RestrictedStore(self._store)
        self._views = InstitutionViews(self._store)
        self._restricted_views = InstitutionViews(self._restricted_store)
        self.state = State(settings.state_path)
        self.is_ending = False
        self.supervisor = Supervisor()
        self.gauges: dict[str, tuple[str, Callable[[], float]]] = {
            "rolepath_loops_failing": (text("figure.loops"), lambda: len(self.supervisor.failing()))
        }
        """Figures that others add to the metrics, by name: what each is, and what it is now."""
        self.metrics = PrometheusMetrics(self._standing)
        self.guard = Authenticator(
            settings,
            self.state,
            None if is_in_process else self._store,
            is_bound_locally=is_loopback(settings.service.host),
        )
        self.trouble: RolepathError | None = None
        self.settings = settings
        self._hurry = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._current = CurrentGraph(self._store, self._load, settings.cache_path)
        self._latest: Snapshots | None = None
        self._restricted_latest: Snapshots | None = None
        self._seen_at = 0.0
        self.gate = Gate(settings.service)
        self.pins = Pins(settings.service.past_bytes)
        self._hashes: Mapping[int, str] = {}
        self.name_vectors = NameVectors(settings)
        self.proposal_vocabularies = ProposalVocabularies(self.name_vectors)
        self.trends = Trends(self._store, settings, lambda: self.is_ending)
        self._threads = ThreadPoolExecutor(STORE_THREADS + settings.service.heavy_places, "store")
        self.warnings = RareWarnings(_log)
        self._try_writing_at = 0.0
        self._write_fault: DiskFault | None = None

    @property
    def store(self) -> Store:
        """The store, whole."""
        return self._store

    def seen_by(self, request: Scope) -> "Service":
        """Return the service as the sender of a request is given it: whole to whoever may write, else restricted.

        Within one process nobody may: what is asked there goes to an assistant, and so to whoever runs its model.
        """
        return self if sees_whole(request) and not self._is_in_process else RestrictedService(self)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look at the store once, then go on looking until the end."""
        self._loop = asyncio.get_running_loop()
        self._notice_end()
        with short_collections():
            async with self._looking():
                yield

    @asynccontextmanager
    async def _looking(self) -> AsyncIterator[None]:
        """Look at the store from now until the end; what is computed then is to end before the store is closed."""
        await self.guard.bring_up_to_date()
        if isinstance(self._store, SqliteStore):
            await self.with_store(remove_orphans_beside, self._store.path)
        await self.with_store(self.look)
        loops = {
            "graph": self._go_on_looking,
            "trends": self._go_on_with_trends,
            "garbage": collect_rarely,
            **self.guard.loops(),
        }
        watching = asyncio.create_task(self.supervisor.keep_up(loops))
        try:
            yield
        finally:
            self.is_ending = True
            self.gate.end()
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            await self.guard.bring_up_to_date()
            self._threads.shutdown()
            if await self.gate.idle(END_GRACE_S):  # else a thread still reads: the process lets go of the store
                self._store.close()
            await asyncio.to_thread(self.telemetry.close)

    def _notice_end(self) -> None:
        """Hear of the end at once: event streams are to end then, or the server would wait for them."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, partial(self._end, signal.getsignal(number)))

    def _end(self, then: Any, number: int, frame: FrameType | None) -> None:  # noqa: ANN401 - as `signal` has it
        self.is_ending = True
        if callable(then):
            then(number, frame)

    def look_soon(self) -> None:
        """Have the store looked at now, not when it is time: somebody knows that it was written to. From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hurry.set)

    def look(self) -> None:
        """Take the store's present snapshot, or note why there is none."""
        try:
            require_named(self.settings, self._store)
            snapshot = self._current.snapshot()
        except RolepathError as error:
            self.trouble = error
            return
        self.trouble, self._seen_at = None, time.monotonic()
        if self._latest is None or self._latest["en"].revision != snapshot.revision:
            # The restricted one first: what readers are told of the revision must not come before it.
            self._hashes = self._store.content_hashes()
            restricted = self._restricted(snapshot)
            restricted.views, snapshot.views = self._restricted_views, self._views
            self._restricted_latest = _named(restricted)
            self._latest = _named(snapshot)

    def _restricted(self, snapshot: Snapshot) -> Snapshot:
        restricted = restrict(snapshot, self._restricted_store)
        return snapshot if restricted is snapshot else prepared(restricted, self.settings.cache_path)

    def _load(self, known: Snapshot | None) -> Snapshot:
        with self.telemetry.span("load graph") as span:
            snapshot = load_beside(self._store, self.settings, known)
            if span is not None:
                span.set_attributes({"rolepath.revision": snapshot.revision.number, "rolepath.nodes": len(snapshot)})
        return snapshot

    def snapshot(self, language: Language = "en") -> Snapshot:
        """Return the latest snapshot, naming nodes in the language.

        Raises:
            StoreUnavailableError: none could be read yet.
        """
        if self._latest is None:
            raise self.trouble or StoreUnavailableError(message("service.unread"))
        return self._latest[language]

    def served(self) -> Revision | None:
        """Return the revision that is answered from, with its token; None before the first."""
        return None if self._latest is None else self._latest["en"].revision

    def revision(self) -> int | None:
        """Return the number of the revision that is answered from; None before the first."""
        return None if self._latest is None else self._latest["en"].revision.number

    def content_at(self, number: int) -> str | None:
        """Return the content hash of the graph at a revision, as it is shown; None where that is not known here."""
        snapshot = self.snapshot()
        return snapshot.content if snapshot.revision.number == number else self._shown_content(number)

    def _shown_content(self, number: int) -> str | None:
        return self._hashes.get(number)

    def pinned_revision(self, number: int) -> Revision | None:
        """Return the revision of that number by the token that it has for whoever names it; None where there is none.

        It stays the same while the graph moves on, and over restarts.
        """
        present = None if self._latest is None else self._latest["en"]
        if present is None or not 0 <= number <= present.revision.number:
            return None
        return Revision(number=number, token=stable_token(present.store_id, number, self._hashes.get(number)))

    def kept_at(self, number: int) -> "PinnedService | None":
        """Return the service at a revision, where its state is kept."""
        revision = self.pinned_revision(number)
        state = None if revision is None else self.pins.find(self._pin_key(revision))
        return None if state is None else PinnedService(self, state)

    async def at(self, number: int) -> "PinnedService":
        """Return the service as it answers at a revision, whose state is made where it is not kept.

        Raises:
            NotFoundError: there is no such revision.
            StoreUnavailableError: the store cannot be read.
        """
        revision = await self._known_revision(number)
        key = self._pin_key(revision)
        async with self.pins.lock(key):
            state = self.pins.find(key)
            if state is None:
                present = self.snapshot()
                state = await self.with_store(
                    make_state, self.require_store(), present, revision.number, revision.token
                )
                self.pins.keep(key, state)
        return PinnedService(self, state)

    async def _known_revision(self, number: int) -> Revision:
        """Return the revision; where another worker is ahead, when this one has followed."""
        last = self.snapshot().revision.number
        if number > last:
            await self.catch_up()
        revision = self.pinned_revision(number)
        if revision is None:
            raise no_such_revision(number, last)
        return revision

    def _pin_key(self, revision: Revision) -> PinKey:
        return PinKey(not isinstance(self, RestrictedService), revision.number, revision.token)

    async def moves_on(self, served: Revision | None, within_s: float) -> None:
        """Wait until another revision than that one is answered from, so long at most."""
        end = time.monotonic() + within_s
        self.look_soon()
        while self.served() == served:
            if time.monotonic() >= end:
                return
            await asyncio.sleep(WAIT_STEP_S)

    async def reaches(self, revision: int, within_s: float) -> bool:
        """Say whether that revision, or a later one, is answered from; wait for it so long at most."""
        end = time.monotonic() + within_s
        if (self.revision() or 0) < revision:
            self.look_soon()
        while (served := self.revision()) is None or served < revision:
            if time.monotonic() >= end:
                return False
            await asyncio.sleep(WAIT_STEP_S)
        return True

    async def catch_up(self, within_s: float = WAIT_S) -> None:
        """Wait until what the store holds now is answered from, so long at most: somebody may name what just came in.

        Raises:
            StoreUnavailableError: the store cannot be read.
        """
        await self.reaches((await self.with_store(self.require_store().revision)).number, within_s)

    def stale_s(self) -> int | None:
        """Return for how many seconds nobody could see whether the answers still hold; None while somebody can."""
        unseen_s = time.monotonic() - self._seen_at
        if self._latest is None or (self.trouble is None and unseen_s < STALE_AFTER_S):
            return None
        return int(unseen_s)

    async def with_store(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `read`, which asks the store itself, returns: it runs in a thread that keeps its connection."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, partial(copy_context().run, partial(freeing_frames(read), *args, **kwargs))
        )

    def require_store(self) -> Store:
        """Return the store.

        Raises:
            StoreUnavailableError: it could not be read when it was last looked at.
        """
        if self.trouble is not None:
            raise self.trouble
        return self._store

    def write_fault(self) -> DiskFault | None:
        """Return why nothing can be kept at present; None where it can. It is tried once in a few seconds at most."""
        if time.monotonic() >= self._try_writing_at:
            places = [self.settings.state_path, *([self._store.path] if isinstance(self._store, SqliteStore) else [])]
            error = next(filter(None, map(place_error, places)), None)
            self._write_fault = None if error is None else disk_fault(error)
            self._try_writing_at = time.monotonic() + TRY_WRITING_EVERY_S
        return self._write_fault

    def _standing(self) -> dict[str, tuple[str, float]]:
        """Return the figures that stand now, for the metrics."""
        return {
            "rolepath_revision": (text("figure.revision"), self._number()),
            "rolepath_stale_seconds": (text("figure.stale"), self.stale_s() or 0),
            **{name: (what, count()) for name, (what, count) in self.gauges.items()},
        }

    def _number(self) -> int:
        number = self.revision()
        return -1 if number is None else number

    async def _go_on_with_trends(self) -> None:
        await self.trends.keep_up(lambda: None if self._latest is None else self._latest["en"], self.with_store)

    async def _go_on_looking(self) -> None:
        misses = 0
        while True:
            misses = misses + 1 if isinstance(self.trouble, StoreAwayError) else 0
            is_refused = isinstance(self.trouble, LoginRefusedError)
            wait_s = LOOK_AFTER_REFUSAL_S if is_refused else min(LOOK_EVERY_S * 2**misses, LOOK_AFTER_REFUSAL_S)
            if misses:
                _log.warning("%s", message("service.looks_again", error=str(self.trouble), wait_s=wait_s))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait() if self.trouble is None else asyncio.sleep(wait_s), wait_s)
            self._hurry.clear()
            try:
                await self.with_store(self.look)
            except Exception as error:  # noqa: BLE001 - the service must not grow stale in silence, whatever it is
                _log.error("the graph could not be loaded", exc_info=error)
                self.trouble = StoreUnavailableError(message("service.cannot_load", error=type(error).__name__))


class RestrictedService(Service):
    """The service as readers are given it: in the same state, over the graph without what tells of a few learners."""

    def __init__(self, whole: Service) -> None:
        """Share the state of the whole one."""
        self.__dict__ = whole.__dict__

    @property
    def store(self) -> Store:
        """The store as readers see it."""
        return self._restricted_store

    def snapshot(self, language: Language = "en") -> Snapshot:
        """Return the latest snapshot as readers see it; see Service."""
        if self._restricted_latest is None:
            raise self.trouble or StoreUnavailableError(message("service.unread"))
        return self._restricted_latest[language]

    def _shown_content(self, number: int) -> None:
        """Return nothing: the hash of all would tell what is hidden to whoever tries out what fits."""

    def require_store(self) -> Store:
        """Return the store as readers see it; see Service."""
        super().require_store()
        return self._restricted_store


class PinnedService(Service):
    """The service at an earlier revision of the graph: questions are answered from its state then."""

    def __init__(self, service: Service, state: PinnedState) -> None:
        """Share the state of the service as whoever asks is given it."""
        self._service, self._pinned = service, state

    def __getattr__(self, name: str) -> object:
        """Return what the service has that is not of one revision."""
        return getattr(self._service, name)

    @property
    def store(self) -> Store:
        """The store as it was."""
        return self._pinned.store

    def snapshot(self, language: Language = "en") -> Snapshot:
        """Return the snapshot of the revision that is asked for."""
        return self._pinned.snapshots[language]

    def require_store(self) -> Store:
        """Return the store as it was; see Service."""
        super().require_store()
        return self._pinned.store


def _named(snapshot: Snapshot) -> Snapshots:
    return {"en": snapshot.in_language("en"), "zh": snapshot.in_language("zh")}


_PINNED = "rolepath.pinned"


def service_of(request: Request) -> Service:
    """Return the service that the request came to, as its sender is given it: at the revision that is asked for."""
    service: Service = request.app.state.service
    pinned: PinnedService | None = request.scope.get(_PINNED)
    return pinned or service.seen_by(request.scope)


def pin(request: Request, service: PinnedService) -> None:
    """Let the request be answered by the service at a revision."""
    request.scope[_PINNED] = service
