"""Vocabularies of proposals, kept for the next document: to index fifteen thousand names takes half a second."""

import threading
from collections import OrderedDict

from api.answers.proposals import names_for
from api.embeddings.choice import ReadyVectors
from api.service.name_vectors import NameVectors
from graph.embeddings.embedder import EmbeddingModel
from graph.messages import Message
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.parameters.proposals import ProposalsQuery
from queries.proposals.vocabulary import CandidateNames, ProposalVocabulary

MOST_KEPT = 2
"""Each takes some 40 MB for fifteen thousand names."""


class ProposalVocabularies:
    """The vocabularies that were asked for last."""

    def __init__(self, names: NameVectors) -> None:
        """Index nothing yet."""
        self._names = names
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], ProposalVocabulary] = OrderedDict()

    def ready(
        self, snapshot: Snapshot, store: Store, query: ProposalsQuery
    ) -> tuple[ProposalVocabulary, Message | None]:
        """Return the vocabulary of a question, by words alone where its vectors are not ready, and what is said of it.

        Raises:
            NotFoundError: there is no such node, vocabulary or source.
            InputError: nothing of the kinds that fit is there, or no relation leads to it.
        """
        for_kind = None if query.for_node is None else snapshot.kind_of(snapshot.require(query.for_node))
        asked = (snapshot.revision.token, for_kind, tuple(query.against), tuple(query.relation))
        with self._lock:
            known = next((kept for key, kept in self._kept.items() if key[0] == asked), None)
        said = names_for(snapshot, store, query) if known is None else known.said
        ready = self._names.ready(snapshot.store_id, said.names)
        return self._indexed((asked, _model(ready)), said=said, ready=ready), ready.note

    def _indexed(self, key: tuple[object, ...], *, said: CandidateNames, ready: ReadyVectors) -> ProposalVocabulary:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        built = ProposalVocabulary(said, ready.vectors)
        with self._lock:
            self._kept[key] = built
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return built


def _model(ready: ReadyVectors) -> EmbeddingModel | None:
    return None if ready.vectors is None else ready.vectors.embedder.model()
