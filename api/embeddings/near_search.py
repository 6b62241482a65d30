"""Search by meaning for who asks a store directly, a command or a notebook: where words find nothing."""

from api.embeddings.choice import ReadyVectors, ready_now
from api.settings.settings import Settings
from graph.embeddings.embedder import EmbedderUnavailableError
from graph.messages import Language, message
from graph.snapshot.snapshot import Snapshot
from queries.names.near_names import EmbeddedNames, main_names
from queries.parameters.search import SearchQuery
from queries.search import SearchResult, with_near_names

MOST_AT_ONCE = 2_000
"""How many names are embedded for one search: more take longer than a second or two."""


def or_near(
    found: SearchResult, settings: Settings, snapshot: Snapshot, query: SearchQuery, language: Language = "en"
) -> SearchResult:
    """Return the answer to a search; where it has nothing, what means the like, or a note why that is not known.

    Raises:
        InputError: the file of the key of an embedding server cannot be read.
    """
    if found.total or query.cursor is not None:
        return found
    ready = ready_now(settings, snapshot.store_id, main_names(snapshot), most=MOST_AT_ONCE)
    if ready.vectors is not None:
        names = EmbeddedNames.of(snapshot, ready.vectors)
        try:
            found = with_near_names(found, snapshot, query.q, query.kind, names=names, limit=query.limit)
        except EmbedderUnavailableError as error:
            ready = ReadyVectors(None, message("meaning.failed", why=str(error)))
    return found.model_copy(update={"note": None if ready.note is None else ready.note.text(language)})
