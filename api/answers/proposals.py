"""Proposals for a document: read, cut into sentences, and compared with a vocabulary; the same for every face."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from rapidfuzz import fuzz, process

from api.principal import Principal
from api.state.proposals import ProposalStore
from graph.embeddings.embedder import EmbedderUnavailableError
from graph.errors import InputError, NotFoundError, Problem
from graph.messages import Language, Message, message
from graph.model import Frozen, fold, vocabulary
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from ingest.readers.documents.free_text import pasted_text, read_free_text
from ingest.readers.documents.passage import Passage
from ingest.readers.tolerance import OnNote
from queries.parameters.proposals import ProposalsQuery
from queries.proposals.engine import ReadDocument, candidate_kinds, propose
from queries.proposals.proposal import ProposalList, SentenceKind
from queries.proposals.sentences import cut_sentences
from queries.proposals.vocabulary import CandidateNames, ProposalVocabulary, candidate_names

MOST_SENTENCES = 5_000
"""Of one document; at 20 sentences a second they take four minutes of one core."""


def read_file(path: Path, language: Language = "en", name: str | None = None) -> ReadDocument:
    """Return a document that a file holds; `name` is what it is called, the file's name unless it is given.

    Raises:
        InputError: it cannot be read, is of another format, or holds more than the limits allow.
    """
    document = _read(name or path.name, language, lambda note: read_free_text(path, note))
    return document._replace(digest=sha256(path.read_bytes()).hexdigest())


def read_pasted(text: str, language: Language = "en", name: str | None = None) -> ReadDocument:
    """Return a document that somebody pasted; called by the beginning of its digest, unless a name is given.

    Raises:
        InputError: it holds nothing, or more than the limits allow.
    """
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    called = name or f"text-{digest[:8]}.txt"
    document = _read(called, language, lambda note: pasted_text(text, called, note))
    return document._replace(digest=digest)


def _read(name: str, language: Language, read: Callable[[OnNote], list[Passage]]) -> ReadDocument:
    notes: list[str] = []
    sentences = cut_sentences(read(lambda note: notes.append(note.text(language))), name)
    spoken = sum(one.kind is not SentenceKind.OTHER for one in sentences)
    if spoken > MOST_SENTENCES:
        reason = message("document.many_sentences", count=spoken, most=MOST_SENTENCES)
        raise InputError(Problem(reason, name))
    return ReadDocument(name, "", sentences, notes)


def names_for(snapshot: Snapshot, store: Store, query: ProposalsQuery) -> CandidateNames:
    """Return the candidates of a question, with their names.

    Raises:
        NotFoundError: there is no such node, vocabulary or source; the nearest are named.
        InputError: no relation leads from what the document describes to a candidate; or there are no candidates.
    """
    for_kind = None if query.for_node is None else snapshot.kind_of(snapshot.require(query.for_node))
    among = [_nodes_of(snapshot, store, name) for name in query.against]
    said = candidate_names(snapshot, candidate_kinds(for_kind, query.relation), among)
    if not len(said.nodes):
        raise InputError(message("proposals.nothing"))
    return said


def _nodes_of(snapshot: Snapshot, store: Store, name: str) -> Ints:
    """Return the nodes of a vocabulary, by the prefix of its ids, or else what a source states."""
    prefix = name.strip().removesuffix(":")
    nodes = snapshot.of_vocabulary(prefix)
    if len(nodes):
        return nodes
    with store.reading() as reading:
        sources = [source.name for source in reading.sources()]
        found = next((one for one in sources if fold(one) == fold(name.strip())), None)
        stated = [] if found is None else [snapshot.position(row[1]) for row in reading.nodes(found)]
    if found is None:
        known = [*sorted({vocabulary(one) for one in snapshot.ids} - {""}), *sources]
        alike = process.extract(fold(name), known, scorer=fuzz.WRatio, processor=fold, score_cutoff=60, limit=3)
        near = [one for one, _, _ in alike] or known[:3]
        raise NotFoundError(message("proposals.no_vocabulary"), name, near=near)
    return snapshot.class_of[[one for one in stated if one is not None]]


def proposed(
    snapshot: Snapshot,
    document: ReadDocument,
    words: ProposalVocabulary,
    query: ProposalsQuery,
    *,
    note: Message | None = None,
    language: Language = "en",
) -> ProposalList:
    """Return what the document proposes, by words where the embedder cannot be asked; `note` is said beside it.

    Raises:
        NotFoundError: what the document describes is not there.
    """
    try:
        found = propose(snapshot, document, words, query)
    except EmbedderUnavailableError as error:
        note = message("meaning.failed", why=str(error))
        found = propose(snapshot, document, ProposalVocabulary(words.said, None), query)
    said = [] if note is None else [note.text(language)]
    return found.model_copy(update={"notes": [*found.notes, *said]})


class KeptDocument(Frozen):
    """A document in the queue for review, and how this edition differs from the one before.

    `fresh` sentences were not there before, `same` were, `gone` were and are no more.
    """

    id: str
    number: int
    edition: int
    fresh: int
    same: int
    gone: int


class ProposalAnswer(Frozen):
    """What documents propose, in their order; `kept` are those that wait for review now, none where none were kept."""

    items: list[ProposalList]
    kept: list[KeptDocument]
    revision: int


def keep(kept: ProposalStore, found: ProposalList, document: ReadDocument, who: Principal) -> KeptDocument:
    """Keep what a document proposes for review, with all of its text.

    Raises:
        InputError: nothing says what the document describes.
    """
    edition = kept.put(found, who, document.sentences)
    return KeptDocument(**edition.model_dump(include=set(KeptDocument.model_fields)))
