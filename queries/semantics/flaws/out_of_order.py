"""Flaw `out_of_order`: all of its units and tasks have a term, and the earliest unit comes after the latest task."""

import numpy as np

from graph.messages import Message, message
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain
from queries.semantics.masks import Mask
from queries.semantics.weakness import Weakness


def _reason(chain: OneChain) -> Message | None:
    units, tasks = chain.near.scope.unit_terms, chain.near.scope.task_terms
    taught_terms = [float(units.first[unit]) for unit in chain.near.units]
    practised_terms = [float(tasks.last[task]) for task in chain.near.tasks]
    taught, practised = min(taught_terms), max(practised_terms)
    near = chain.near
    is_undated = any(units.undated[unit] for unit in near.units) or any(tasks.undated[task] for task in near.tasks)
    if is_undated or taught <= practised:
        return None
    return message("reason.taught_later", practised=round(practised), taught=round(taught))


def _mask(chains: AllChains) -> Mask:
    unit_terms, task_terms = chains.scope.unit_terms, chains.scope.task_terms
    # an undated unit is due from the first, an undated task until the last: such a pair is in order
    taught = np.where(unit_terms.undated, -np.inf, unit_terms.first)
    practised = np.where(task_terms.undated, np.inf, task_terms.last)
    units, tasks = chains.stages.units, chains.stages.tasks
    earliest = units.rows.reduced(np.minimum, taught[units.other], np.inf)
    is_late: Mask = earliest > tasks.rows.reduced(np.maximum, practised[tasks.other], -np.inf)
    return is_late


RULE = FlawRule(Weakness.OUT_OF_ORDER, _reason, _mask, is_grave=True)
