"""Vocabularies of proposals, kept for the next document: to index fifteen thousand names takes half a second."""

import threading
from collections import OrderedDict

from api.answers.proposals import names_for
from api.embeddings.choice import told
from api.service.name_vectors import NameVectors
from graph.messages import Message
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.parameters.proposals import ProposalsQuery
from queries.proposals.vocabulary import ProposalVocabulary

Asked = tuple[str, str | None, tuple[str, ...], tuple[str, ...]]
"""The revision's token, the kind of what is described, and which vocabularies and relations."""
MOST_KEPT = 2
"""Each takes some 40 MB for fifteen thousand names."""


class ProposalVocabularies:
    """The vocabularies that were asked for last."""

    def __init__(self, names: NameVectors) -> None:
        """Index nothing yet."""
        self._names = names
        self._lock = threading.Lock()
        self._kept: OrderedDict[Asked, ProposalVocabulary] = OrderedDict()

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
        known = self._known(asked)
        if known is not None and known.meaning is not None:
            return known, told(known.meaning)
        said = names_for(snapshot, store, query) if known is None else known.said
        ready = self._names.ready(snapshot.store_id, said.names)
        if known is None or ready.vectors is not None:
            known = self._keep(asked, ProposalVocabulary(said, ready.vectors))
        return known, ready.note

    def _known(self, asked: Asked) -> ProposalVocabulary | None:
        with self._lock:
            if asked in self._kept:
                self._kept.move_to_end(asked)
            return self._kept.get(asked)

    def _keep(self, asked: Asked, built: ProposalVocabulary) -> ProposalVocabulary:
        with self._lock:
            self._kept[asked] = built
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return built
