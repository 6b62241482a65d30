"""Flaw `below_level`: the highest level required is above the highest taught or practised, where both are stated."""

import numpy as np

from graph.messages import Message, message
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain
from queries.semantics.masks import Mask
from queries.semantics.weakness import Weakness


def _reason(chain: OneChain) -> Message | None:
    need, have = chain.near.need_level, chain.near.have_level
    return message("reason.level_too_low", need=need, have=have) if need > have >= 0 else None


def _mask(chains: AllChains) -> Mask:
    stages = chains.stages
    if (stages.roles.level < 0).all():
        return np.zeros(len(chains.snapshot), bool)
    need, taught, practised = (
        stage.rows.reduced(np.maximum, stage.level, -1) for stage in (stages.roles, stages.units, stages.tasks)
    )
    have = np.maximum(taught, practised)
    is_below: Mask = (need > have) & (have >= 0)
    return is_below


RULE = FlawRule(Weakness.BELOW_LEVEL, _reason, _mask)
