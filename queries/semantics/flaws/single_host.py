"""Flaw `single_host`: the hosts recorded for the tasks are one and the same."""

from graph.messages import Message, message
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.chain_stages import value_ranges
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain
from queries.semantics.masks import Mask
from queries.semantics.weakness import Weakness


def _reason(chain: OneChain) -> Message | None:
    snapshot = chain.near.snapshot
    hosts = {host for task in chain.near.tasks for host in snapshot.into("HOSTS").row(task)}
    return message("reason.one_host", name=snapshot.name(next(iter(hosts)))) if len(hosts) == 1 else None


def _mask(chains: AllChains) -> Mask:
    return chains.stages.tasks.has_one(*chains.snapshot.derived(_host_ranges))


def _host_ranges(snapshot: Snapshot) -> tuple[Ints, Ints]:
    """Return of each task its first and its last host."""
    hosts = snapshot.into("HOSTS")
    return value_ranges(hosts.rows, hosts.indices, len(snapshot))


RULE = FlawRule(Weakness.SINGLE_HOST, _reason, _mask)
