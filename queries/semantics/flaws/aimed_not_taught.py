"""Flaw `aimed_not_taught`: a discipline or course states it as a learning outcome, and no unit develops it."""

from graph.messages import Message
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain, naming_nodes
from queries.semantics.focus_note import aimed, aims_at
from queries.semantics.masks import Mask
from queries.semantics.weakness import Weakness


def _reason(chain: OneChain) -> Message | None:
    near = chain.near
    aiming = aims_at(near.snapshot, near.scope, near.competency) if not near.units else []
    return naming_nodes("reason.aimed_at_by", near, aiming) if aiming else None


def _mask(chains: AllChains) -> Mask:
    return aimed(chains.snapshot, chains.scope) & ~chains.stages.units.rows.any


RULE = FlawRule(Weakness.AIMED_NOT_TAUGHT, _reason, _mask, needs_chain=False)
