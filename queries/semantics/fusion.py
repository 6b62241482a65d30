"""Fusion training: which tasks join disciplinary and innovation knowledge, as masks over all nodes."""

from dataclasses import dataclass

import numpy as np

from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.semantics.masks import Mask


@dataclass(frozen=True, slots=True)
class KnowledgeKinds:
    """What units are, and what tasks apply and prepare for.

    `fuses`: the task applies a disciplinary and an innovation unit, and prepares for a responsibility.
    """

    disciplinary: Mask
    innovation: Mask
    applies_disciplinary: Mask
    applies_innovation: Mask
    prepares: Mask
    at_enterprise: Mask

    @property
    def fuses(self) -> Mask:
        """Which nodes are fusion tasks."""
        return self.applies_disciplinary & self.applies_innovation & self.prepares


def kinds_of(snapshot: Snapshot) -> KnowledgeKinds:
    """Return the masks, made once for a snapshot."""
    return snapshot.derived(_kinds)


def _kinds(snapshot: Snapshot) -> KnowledgeKinds:
    n, words, applies = len(snapshot), snapshot.word_codes("kind"), snapshot.out("APPLIES")
    hosts = snapshot.out("HOSTS")

    def marked(nodes: Mask) -> Mask:
        mask = np.zeros(n, bool)
        mask[nodes] = True
        return mask

    disciplinary, innovation = words == WORD_CODES["disciplinary"], words == WORD_CODES["innovation"]
    return KnowledgeKinds(
        disciplinary=disciplinary,
        innovation=innovation,
        applies_disciplinary=marked(applies.rows[disciplinary[applies.indices]]),
        applies_innovation=marked(applies.rows[innovation[applies.indices]]),
        prepares=snapshot.out("PREPARES_FOR").degree > 0,
        at_enterprise=marked(hosts.indices[words[hosts.rows] == WORD_CODES["enterprise"]]),
    )
