"""Flaw registry: the rules of all flaws in the order of `Weakness`, applied to one competency or to all."""

import numpy as np

from graph.snapshot.arrays import Ints
from queries.semantics.chain_status import ChainLink
from queries.semantics.flaws import (
    aimed_not_taught,
    below_level,
    below_threshold,
    campus_only,
    fragile,
    indirect,
    no_employer,
    out_of_order,
    overlap,
    single_host,
    unassessed,
)
from queries.semantics.flaws.flaw import Flaw
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain
from queries.semantics.masks import Mask
from queries.semantics.neighbourhood import Neighbourhood

RULES: tuple[FlawRule, ...] = (
    indirect.RULE,
    fragile.RULE,
    single_host.RULE,
    campus_only.RULE,
    no_employer.RULE,
    out_of_order.RULE,
    below_level.RULE,
    unassessed.RULE,
    below_threshold.RULE,
    overlap.RULE,
    aimed_not_taught.RULE,
)
_GRAVE = np.array([rule.is_grave for rule in RULES])


def find_flaws(near: Neighbourhood, link: ChainLink | None) -> list[Flaw]:
    """Return what is wrong with a competency, in the order of Weakness; empty when nothing is. `link`: if connected.

    "Not recorded" is not "not done": a flaw of hosts, employers, terms, levels or assessments needs one that is
    recorded.
    """
    chain = OneChain(near, link)
    rules = RULES if link is not None else [rule for rule in RULES if not rule.needs_chain]
    reasons = ((rule.flaw, rule.reason_of(chain)) for rule in rules)
    return [Flaw(flaw=flaw, reason=str(why)).explain(why) for flaw, why in reasons if why is not None]


def mark_flaws(chains: AllChains, competencies: Ints) -> Mask:
    """Return which of the competencies (rows) have which flaw (columns, in the order of Weakness)."""
    nobody, any_chain = np.zeros(len(chains.connected), bool), bool(chains.connected.any())
    masks = [
        rule.mask_of(chains)
        if not rule.needs_chain
        else rule.mask_of(chains) & chains.connected
        if any_chain
        else nobody
        for rule in RULES
    ]
    return np.stack([mask[competencies] for mask in masks], axis=1)


def flaw_severities(flaws: Mask) -> Ints:
    """Return the severity of each row of flaws: 3 with a grave one, 2 with another, -1 without any."""
    return np.where(flaws[:, _GRAVE].any(axis=1), 3, np.where(flaws.any(axis=1), 2, -1)).astype(np.int8)
