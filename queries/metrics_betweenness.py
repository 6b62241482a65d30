"""Betweenness centrality: exact, or estimated from pivots with a stated error bound, by sparse matrix products.

Source: U. Brandes (2001), A faster algorithm for betweenness centrality, Journal of Mathematical Sociology 25(2);
U. Brandes, C. Pich (2007), Centrality estimation in large networks, International Journal of Bifurcation and Chaos
17(7), section 4: the number of pivots by W. Hoeffding's inequality (1963).
"""

import math

import numpy as np
from scipy import sparse

from graph.cancellation import check_cancelled
from graph.snapshot.arrays import Floats, Ints

FAILURE_SHARE = 0.1
"""How often, at most, the error of any node is beyond the bound."""
SEED = 20180101
"""What pivots are drawn with."""
_BATCH = 32


def pivots_for(nodes: int, max_error: float) -> int:
    """Return how many pivots keep the error of every node within `max_error`, but for FAILURE_SHARE of draws.

    A pivot adds to a node's share of shortest paths something from 0 to 1, so that the mean over k pivots is off by
    more than e at one of n nodes with a probability of at most 2n exp(-2k e^2).

    >>> pivots_for(17_007, 0.05), pivots_for(100, 0.05)
    (2548, 100)
    """
    return min(nodes, math.ceil(math.log(2 * nodes / FAILURE_SHARE) / (2 * max_error**2)))


def draw_pivots(nodes: int, how_many: int) -> Ints:
    """Return so many of the nodes, from 0, without any twice; always the same ones."""
    if how_many >= nodes:
        return np.arange(nodes)
    return np.sort(np.random.default_rng(SEED).choice(nodes, how_many, replace=False))


def betweenness(links: sparse.csr_array, pivots: Ints) -> Floats:
    """Return of each of the n nodes the share, 0 to 1, of shortest paths between two others that pass through it.

    `links` is symmetric, without weights or loops. Paths that begin at a pivot are counted: all where every node is
    one.
    """
    n, total = links.shape[0], np.zeros(links.shape[0])
    for start in range(0, len(pivots), _BATCH):
        total += _dependencies(links, pivots[start : start + _BATCH])
    pairs = (n - 1) * (n - 2)
    return np.minimum(total * n / len(pivots) / pairs, 1.0) if pairs > 0 else total


def _dependencies(links: sparse.csr_array, sources: Ints) -> Floats:
    """Return of each node the sum of its dependencies over the sources: Brandes's algorithm, level by level."""
    n, k = links.shape[0], len(sources)
    # n x k: how many shortest paths lead from each source to each node, and those of one distance alone
    paths = np.zeros((n, k))
    paths[sources, np.arange(k)] = 1.0
    levels = [paths.copy()]
    while True:
        check_cancelled()
        further = links @ levels[-1]
        further[paths > 0] = 0.0
        if not further.any():
            break
        paths += further
        levels.append(further)
    # n x k: which share of the paths from the source to other nodes passes through each node
    dependency = np.zeros((n, k))
    for nearer, level in zip(reversed(levels[:-1]), reversed(levels[1:]), strict=True):
        check_cancelled()
        reached = level > 0
        share = np.zeros((n, k))
        share[reached] = (1.0 + dependency[reached]) / level[reached]
        dependency += (links @ share) * nearer
    dependency[sources, np.arange(k)] = 0.0
    sums: Floats = dependency.sum(axis=1)
    return sums
