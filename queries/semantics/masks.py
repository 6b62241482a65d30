"""Masks over the nodes of a snapshot: which nodes are meant, and where a relation leads from them."""

import numpy as np
import numpy.typing as npt

from graph.snapshot.snapshot import Snapshot

Mask = npt.NDArray[np.bool_]


def reached(snapshot: Snapshot, relation: str, start: Mask) -> Mask:
    """Return what the relation leads to from the marked nodes."""
    links = snapshot.out(relation)
    mask = np.zeros(len(snapshot), bool)
    mask[links.indices[start[links.rows]]] = True
    return mask


def both(mask: Mask | None, other: Mask) -> Mask:
    """Return what is in both masks; None stands for everything."""
    return other if mask is None else mask & other


def reaching(snapshot: Snapshot, relation: str, end: Mask) -> Mask:
    """Return what the relation comes from that leads to the marked nodes."""
    links = snapshot.out(relation)
    mask = np.zeros(len(snapshot), bool)
    mask[links.rows[end[links.indices]]] = True
    return mask


def only(snapshot: Snapshot, node: int) -> Mask:
    """Return the mask of a single node."""
    mask = np.zeros(len(snapshot), bool)
    mask[node] = True
    return mask
