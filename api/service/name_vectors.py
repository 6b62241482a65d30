"""Vectors of names, made ready for the service: few at once, very many by a process of their own in the background."""

import logging
import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from api.embeddings.choice import ReadyVectors, told, vectors_of
from api.observability.logs import set_up_logging
from api.observability.parent import end_with_parent
from api.service.compiler import NICENESS, only_one
from api.settings.settings import Settings
from graph.embeddings.embedder import EmbedderUnavailableError
from graph.embeddings.text_vectors import TextVectors
from graph.errors import InputError
from graph.messages import Language, Message, message
from graph.snapshot.arrays import TextColumn
from graph.snapshot.snapshot import Snapshot
from queries.align import compared_names
from queries.names.near_names import EmbeddedNames, main_names
from queries.parameters.align import AlignQuery, LikenessKind
from queries.parameters.search import SearchQuery
from queries.search import SearchResult, with_near_names

AT_ONCE = 1_000
"""Of no more names the vectors are worked out by who asks (half a second); of more, beside the answers."""

_log = logging.getLogger(__name__)


class NameVectors:
    """Likeness of meaning of one store's names, as the settings have it."""

    def __init__(self, settings: Settings) -> None:
        """Load nothing yet."""
        self._settings = settings
        self._lock = threading.Lock()
        self._known: dict[str, TextVectors | Message] = {}
        self._work: _BackgroundWork | None = None
        self._names: tuple[TextColumn, EmbeddedNames] | None = None

    def for_alignment(self, snapshot: Snapshot, query: AlignQuery) -> ReadyVectors:
        """Return the vectors of the names that an alignment compares; none where it is asked for by words.

        Raises:
            NotFoundError: there is no such vocabulary.
        """
        if query.by is LikenessKind.WORDS:
            return ReadyVectors(None, None)
        return self.ready(snapshot.store_id, compared_names(snapshot, query.a, query.b))

    def or_near(
        self, found: SearchResult, snapshot: Snapshot, query: SearchQuery, language: Language = "en"
    ) -> tuple[SearchResult, bool]:
        """Return the answer to a search; where it has nothing, what means the like, or a note why that is not known.

        Also whether somebody who asks again may be answered otherwise, while the graph stands still.
        """
        if found.total or query.cursor is not None:
            return found, False
        ready, names = self._embedded(snapshot)
        if names is not None:
            try:
                found = with_near_names(found, snapshot, query.q, query.kind, names=names, limit=query.limit)
            except EmbedderUnavailableError as error:
                ready = ReadyVectors(None, message("meaning.failed", why=str(error)))
        note = None if ready.note is None else ready.note.text(language)
        return found.model_copy(update={"note": note}), ready.is_passing

    def _embedded(self, snapshot: Snapshot) -> tuple[ReadyVectors, EmbeddedNames | None]:
        """Return the names of the snapshot, ready to be searched by meaning; or why they are not."""
        known = self._names
        if known is not None and known[0] is snapshot.names:
            return ReadyVectors(known[1].vectors, told(known[1].vectors)), known[1]
        ready = self.ready(snapshot.store_id, main_names(snapshot))
        if ready.vectors is None:
            return ready, None
        names = EmbeddedNames.of(snapshot, ready.vectors)
        self._names = (snapshot.names, names)
        return ready, names

    def ready(self, store_id: str, names: Sequence[str]) -> ReadyVectors:
        """Return the vectors if the names have them, or will have them within a second; else by words, and why."""
        found = self._vectors(store_id)
        if isinstance(found, Message):
            return ReadyVectors(None, found)
        lacking = found.lacking(names)
        try:
            if len(lacking) <= AT_ONCE:
                found.prepare(lacking)
                return ReadyVectors(found, told(found))
        except EmbedderUnavailableError as error:
            return ReadyVectors(None, message("meaning.failed", why=str(error)))
        total = len(set(names))
        done = self._in_background(store_id, lacking)
        return ReadyVectors(None, message("meaning.under_way", done=total - len(lacking) + done, total=total))

    def _vectors(self, store_id: str) -> TextVectors | Message:
        with self._lock:
            if store_id not in self._known:
                try:
                    self._known = {store_id: vectors_of(self._settings, store_id)}
                except InputError as error:
                    return error.message
            return self._known[store_id]

    def _in_background(self, store_id: str, names: list[str]) -> int:
        """Have the names embedded beside the answers, at most one such work at a time; return how many are done."""
        with self._lock:
            if self._work is None or not self._work.is_alive():
                self._work = _BackgroundWork(self._settings, store_id, names)
            return self._work.done


class _BackgroundWork:
    """A process that embeds names and keeps their vectors; it ends with this one."""

    def __init__(self, settings: Settings, store_id: str, names: list[str]) -> None:
        context = multiprocessing.get_context("spawn")
        self._done: Synchronized[int] = context.Value("q", 0)
        args = (settings, store_id, names, self._done)
        self._process = context.Process(target=_embed, args=args, daemon=True)
        self._process.start()

    @property
    def done(self) -> int:
        return self._done.value

    def is_alive(self) -> bool:
        return self._process.is_alive()


def _embed(settings: Settings, store_id: str, names: list[str], done: Any) -> None:  # noqa: ANN401 - a shared number
    """Embed the names, unless another process on the machine does: the whole life of a process."""
    end_with_parent()
    set_up_logging(settings.service)
    if hasattr(os, "nice"):
        os.nice(NICENESS)

    def progress(count: int, _: int) -> None:
        done.value = count

    try:
        settings.cache_path.mkdir(parents=True, exist_ok=True)
        with closing(only_one(settings.cache_path, "embedding", patience_s=0)):
            vectors = vectors_of(settings, store_id)
            if isinstance(vectors, TextVectors):
                vectors.prepare(names, progress)
    except sqlite3.OperationalError:  # another worker does it
        return
    except (EmbedderUnavailableError, InputError, OSError, sqlite3.Error) as error:
        _log.warning("the names were not embedded: %s", error)
