"""Flaw `campus_only`: hosts are recorded for the tasks, and none is an enterprise."""

import numpy as np

from graph.messages import Message, message
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.semantics.array_joins import RowIndex
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain
from queries.semantics.masks import Mask
from queries.semantics.weakness import Weakness

_NO_HOST, _CAMPUS, _ENTERPRISE = 0, 1, 2


def _reason(chain: OneChain) -> Message | None:
    snapshot = chain.near.snapshot
    kinds = snapshot.word_codes("kind")
    hosts = {host for task in chain.near.tasks for host in snapshot.into("HOSTS").row(task)}
    if not hosts or any(kinds[host] == WORD_CODES["enterprise"] for host in hosts):
        return None
    return message("reason.no_enterprise")


def _mask(chains: AllChains) -> Mask:
    tasks = chains.stages.tasks
    best_host = tasks.rows.reduced(np.maximum, chains.snapshot.derived(_best_hosts)[tasks.other], _NO_HOST)
    return np.equal(best_host, _CAMPUS)


def _best_hosts(snapshot: Snapshot) -> Ints:
    """Return of each task the best sort of host that it has."""
    hosts = snapshot.into("HOSTS")
    is_enterprise = snapshot.word_codes("kind")[hosts.indices] == WORD_CODES["enterprise"]
    sort = np.where(is_enterprise, _ENTERPRISE, _CAMPUS).astype(np.int8)
    return RowIndex(hosts.rows, len(snapshot)).reduced(np.maximum, sort, _NO_HOST)


RULE = FlawRule(Weakness.CAMPUS_ONLY, _reason, _mask, is_grave=True)
