"""Flaw `below_threshold`: its attainment at its tasks is below THRESHOLD_SHARE."""

import numpy as np

from graph.disclosure import FEWEST_LEARNERS
from graph.messages import Message, message
from queries.semantics.assessments import assessments, assessments_in_scope
from queries.semantics.attainment import THRESHOLD_SHARE, attainment, is_proven
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain
from queries.semantics.masks import Mask
from queries.semantics.tolerance import lowest
from queries.semantics.weakness import Weakness


def _reason(chain: OneChain) -> Message | None:
    reached = attainment(chain.near.snapshot, chain.near.competency, chain.near.tasks)
    if reached is None or is_proven(reached):
        return None
    return message("reason.attained_too_little", reached=reached, least=THRESHOLD_SHARE)


def _mask(chains: AllChains) -> Mask:
    snapshot, links, in_scope = chains.snapshot, chains.scope.counted, chains.stages.tasks.in_scope
    assessed, n = assessments(snapshot), len(chains.snapshot)
    is_below = np.zeros(n, bool)
    if not len(assessed.task):
        return is_below
    # over the assessments: of large groups at tasks in scope, then of the latest cohort of each competency
    counts = assessments_in_scope(snapshot, links, in_scope) & (assessed.learners >= FEWEST_LEARNERS)
    latest = np.full(n, -1)
    latest[assessed.competency[counts]] = assessed.cohort[counts]  # the last of each competency stands
    counts &= assessed.cohort == latest[assessed.competency]
    # over the nodes: sums of learners, and of learners times their mean score
    learners = np.bincount(assessed.competency[counts], assessed.learners[counts], minlength=n)
    points = np.bincount(assessed.competency[counts], (assessed.learners * assessed.mean_score)[counts], minlength=n)
    known = learners > 0
    is_below[known] = points[known] / learners[known] < lowest(THRESHOLD_SHARE)
    return is_below


RULE = FlawRule(Weakness.BELOW_THRESHOLD, _reason, _mask)
