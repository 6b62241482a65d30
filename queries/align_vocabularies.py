"""Vocabularies that can be aligned: nodes by the prefix of their ids."""

import numpy as np
from rapidfuzz import fuzz, process

from graph.errors import NotFoundError
from graph.messages import message
from graph.model import fold, vocabulary
from graph.schema import KINDS
from graph.snapshot.snapshot import KIND_CODES, Snapshot


def nodes_of_kind(snapshot: Snapshot, nodes: list[int], kind: str) -> list[int]:
    """Return those of the nodes that are of the kind."""
    of_kind = np.asarray(nodes)[snapshot.kind[nodes] == KIND_CODES[kind]] if nodes else np.zeros(0, int)
    chosen: list[int] = of_kind.tolist()
    return chosen


def alignable_vocabularies(snapshot: Snapshot) -> dict[str, list[int]]:
    """Return the nodes of each vocabulary that has a kind which can be aligned, ascending."""
    alignable = {KIND_CODES[kind] for kind in KINDS if kind in {"Competency", "Role", "KnowledgeUnit", "TrainingTask"}}
    vocabularies: dict[str, list[int]] = {}
    for i, node_id in enumerate(snapshot.ids):
        if snapshot.kind_codes[i] in alignable:
            vocabularies.setdefault(vocabulary(node_id), []).append(i)
    return vocabularies


def vocabulary_prefix(name: str) -> str:
    """Return the prefix that a vocabulary is asked for by, with or without its colon."""
    return name.strip().removesuffix(":")


def require_vocabulary(vocabularies: dict[str, list[int]], name: str) -> list[int]:
    """Return the nodes of a vocabulary.

    Raises:
        NotFoundError: no id begins with that prefix; the nearest prefixes are named.
    """
    prefix = vocabulary_prefix(name)
    if prefix in vocabularies:
        return vocabularies[prefix]
    known = sorted(known for known in vocabularies if known)
    alike = process.extract(fold(prefix), known, scorer=fuzz.WRatio, processor=fold, score_cutoff=60, limit=3)
    raise NotFoundError(message("align.vocabulary"), name, near=[near for near, _, _ in alike] or known[:3])
