"""Flaw `unassessed`: one of its tasks is assessed, but no assessment at any of them is of this competency."""

import numpy as np

from graph.messages import Message
from queries.semantics.assessments import assessments, assessments_in_scope, is_assessed_for, tasks_assessed
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain, naming_nodes
from queries.semantics.masks import Mask
from queries.semantics.weakness import Weakness


def _reason(chain: OneChain) -> Message | None:
    near = chain.near
    is_assessed = tasks_assessed(near.snapshot)
    tasks = [task for task in near.tasks if is_assessed[task]]
    if not tasks or is_assessed_for(near.snapshot, near.competency, near.tasks):
        return None
    return naming_nodes("reason.assessed_for_else", near, tasks)


def _mask(chains: AllChains) -> Mask:
    snapshot, links, in_scope = chains.snapshot, chains.scope.counted, chains.stages.tasks.in_scope
    assessed, practises = assessments(snapshot), links.practises.into
    is_unassessed = np.zeros(len(snapshot), bool)
    if len(assessed.task):
        is_unassessed[practises.rows[in_scope & tasks_assessed(snapshot)[practises.indices]]] = True
        is_unassessed[assessed.competency[assessments_in_scope(snapshot, links, in_scope)]] = False
    return is_unassessed


RULE = FlawRule(Weakness.UNASSESSED, _reason, _mask)
