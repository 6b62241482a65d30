"""Vocabulary of proposals: the nodes that sentences may be linked to, by their names, ready to be compared."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graph.embeddings.text_vectors import TextVectors
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.likeness.matcher import TextMatcher
from queries.likeness.standard_scores import Scores, standard_scores

KINDS = ("Competency", "Role")
"""The kinds that candidates are of, unless a relation to another kind is asked for."""


class NodeScores(NamedTuple):
    """A row for each text, a column for each node: `combined` is what to order by, the rest cosines.

    `named` is the name, by its place in `CandidateNames.names`, that fits best.
    """

    combined: Scores
    words: Scores
    whole: Scores | None
    passage: Scores | None
    named: Ints


class CandidateNames(NamedTuple):
    """Nodes in ascending order, with the names of each one after the other; node k's begin at `begins[k]`."""

    nodes: Ints
    names: list[str]
    begins: Ints


def candidate_names(snapshot: Snapshot, kinds: Sequence[str], among: Sequence[Ints] = ()) -> CandidateNames:
    """Return the nodes of the kinds, of each class one, by their names and Chinese names; `among` them all, if given.

    Those without a name are left out.
    """
    chosen = np.isin(snapshot.kind, [KIND_CODES[kind] for kind in kinds])
    if among:
        chosen &= np.isin(np.arange(len(snapshot)), np.concatenate(among))
    columns = (snapshot.names, snapshot.text("name_zh"))
    named: dict[int, dict[str, None]] = {}
    for node in np.flatnonzero(chosen).tolist():
        names = named.setdefault(int(snapshot.class_of[node]), {})
        names.update({column[node]: None for column in columns if column[node].strip()})
    said = sorted((node, list(names)) for node, names in named.items() if names)
    begins = np.cumsum([0, *(len(names) for _, names in said)])[:-1]
    nodes = np.array([node for node, _ in said], np.int64)
    return CandidateNames(nodes, [name for _, names in said for name in names], begins.astype(np.int64))


class ProposalVocabulary:
    """The names of the candidates, indexed once for any number of documents."""

    def __init__(self, said: CandidateNames, meaning: TextVectors | None) -> None:
        """Index the names; without `meaning`, sentences are compared by words alone."""
        self.said, self.meaning = said, meaning
        self._matcher = TextMatcher(said.names, meaning)

    def scores(self, texts: Sequence[str]) -> NodeScores:
        """Return how well each node fits each text, by the name that fits best.

        Raises:
            EmbedderUnavailableError: the embedder cannot be asked now.
        """
        found = self._matcher.scores(texts)
        combined = found.combined if found.whole is not None else standard_scores(found.words)
        named = self._best_names(combined)
        return NodeScores(
            np.take_along_axis(combined, named, axis=1),
            np.take_along_axis(found.words, named, axis=1),
            None if found.whole is None else np.take_along_axis(found.whole, named, axis=1),
            None if found.passage is None else np.take_along_axis(found.passage, named, axis=1),
            named,
        )

    def _best_names(self, combined: Scores) -> Ints:
        """Return for each text and node which of the node's names fits best, the first of equals."""
        best = np.maximum.reduceat(combined, self.said.begins, axis=1) if len(self.said.nodes) else combined
        counts = np.diff([*self.said.begins.tolist(), len(self.said.names)])
        places = np.where(combined >= np.repeat(best, counts, axis=1), np.arange(combined.shape[1]), combined.shape[1])
        named: Ints = np.minimum.reduceat(places, self.said.begins, axis=1) if len(self.said.nodes) else places
        return named
