"""Flaw `indirect`: no direct or role-direct chain."""

from graph.messages import Message, message
from queries.semantics.chain_status import LINKS, ChainLink
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain
from queries.semantics.masks import Mask
from queries.semantics.weakness import Weakness


def _reason(chain: OneChain) -> Message | None:
    return message("reason.nothing_ties") if chain.link is ChainLink.INDIRECT else None


def _mask(chains: AllChains) -> Mask:
    is_indirect: Mask = chains.link == LINKS.index(ChainLink.INDIRECT)
    return is_indirect


RULE = FlawRule(Weakness.INDIRECT, _reason, _mask, is_grave=True)
