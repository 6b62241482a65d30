"""Substring search over the folded ids, names, codes and aliases of all nodes, classes of SAME_AS as one."""

import numpy as np

from graph.snapshot.folded_text import ABSENT, Ranks
from graph.snapshot.snapshot import Snapshot


def find_matches(snapshot: Snapshot, wanted: str) -> Ranks:
    """Return by node how it, or a member of its class, contains the folded text.

    Other members are ABSENT, as are all nodes where the text is empty.
    """
    if not wanted:
        return np.full(len(snapshot), ABSENT, np.int8)
    ranks = snapshot.folded.find(wanted)
    members = snapshot.arrays["classes.members"]
    representatives = snapshot.class_of[members]
    np.minimum.at(ranks, representatives, ranks[members])
    ranks[members[members != representatives]] = ABSENT
    return ranks
