"""Flaw `no_employer`: employers are recorded, and nobody employs any of its roles that are no founder's."""

import numpy as np

from graph.messages import Message
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain, naming_nodes
from queries.semantics.masks import Mask
from queries.semantics.weakness import Weakness

_FOUNDER, _IDLE, _EMPLOYED = 0, 1, 2


def _reason(chain: OneChain) -> Message | None:
    snapshot = chain.near.snapshot
    kinds, employers = snapshot.word_codes("kind"), snapshot.into("EMPLOYS")
    roles = [role for role in chain.near.roles if kinds[role] != WORD_CODES["founder"]]
    if not roles or not len(employers.indices) or any(employers.row(role) for role in roles):
        return None
    return naming_nodes("reason.nobody_employs", chain.near, roles)


def _mask(chains: AllChains) -> Mask:
    snapshot, roles = chains.snapshot, chains.stages.roles
    if not len(snapshot.into("EMPLOYS").indices):
        return np.zeros(len(snapshot), bool)
    best_role = roles.rows.reduced(np.maximum, snapshot.derived(_employment)[roles.other], _FOUNDER)
    return np.equal(best_role, _IDLE)


def _employment(snapshot: Snapshot) -> Ints:
    """Return of each node, as a role: whether it is a founder's, is employed by nobody, or is by somebody."""
    has_employer = snapshot.into("EMPLOYS").degree > 0
    is_founder = snapshot.word_codes("kind") == WORD_CODES["founder"]
    return np.where(is_founder, _FOUNDER, np.where(has_employer, _EMPLOYED, _IDLE)).astype(np.int8)


RULE = FlawRule(Weakness.NO_EMPLOYER, _reason, _mask)
