"""Ranked training on made-up graphs: against a plain loop over all of it, and what holds of every ranking."""

import random
from dataclasses import replace

import pytest

from queries.parameters.training import Inclusion, TrainingWish
from queries.training import RoleTraining, role_training
from tests.support.soak import record, rounds
from tests.support.training_cases import ROLE, TrainingCase, made_up

ROUNDS = rounds(20, 1000)
INACTIVE: tuple[Inclusion, ...] = ("exclude", "include")


def _ask(case: TrainingCase, **wish: object) -> RoleTraining:
    have = [one for one in case.have if case.graph().find(one) is not None]
    return role_training(case.graph(), ROLE, wish=TrainingWish.model_validate({"have": have, **wish}), limit=1000)


@pytest.mark.soak
def test_ranking_of_made_up_graphs_is_that_of_a_plain_loop() -> None:
    """Order, what each adds and the counts agree for both orders, with and without what is no longer given."""
    tasks = ties = 0
    for seed in range(ROUNDS):
        case = made_up(random.Random(seed))
        graph = case.graph()
        case = replace(case, have=tuple(one for one in case.have if graph.find(one) is not None))
        for by in ("covers", "marginal"):
            for inactive in INACTIVE:
                wanted = case.order(by, inactive=inactive == "include")
                asked = {"have": case.have, "order": by, "inactive": inactive}
                found = role_training(graph, ROLE, wish=TrainingWish.model_validate(asked), limit=1000)
                told = [(one.task.id, frozenset(c.id for c in one.covers)) for one in found.items]
                assert told == wanted, (seed, by, inactive)
                assert [one.adds_nothing for one in found.items] == [not new for _, new in wanted], seed
                adding = role_training(
                    graph, ROLE, wish=TrainingWish.model_validate(asked | {"adds_nothing": "exclude"}), limit=1000
                )
                assert [one.task.id for one in adding.items] == [t for t, new in wanted if new], seed
                tasks += len(wanted)
                ties += len(wanted) - len({one.share for one in found.items})
    assert tasks > ROUNDS
    assert ties > ROUNDS
    record("training", graphs=ROUNDS, tasks=tasks, ties=ties)


@pytest.mark.soak
def test_ranking_of_made_up_graphs_keeps_its_laws() -> None:
    """One task more never lowers the best; other ids change nothing but ids; every item has its reason."""
    for seed in range(ROUNDS):
        dice = random.Random(seed)
        case = made_up(dice)
        graph = case.graph()
        case = replace(case, have=tuple(one for one in case.have if graph.find(one) is not None))
        before = _ask(case)
        assert all(one.practises and one.share > 0 for one in before.items), seed
        more = [f"t9 PRACTISES c{c}" for c in range(5) if dice.random() < 0.4]
        after = _ask(replace(case, lines=(*case.lines, *more)))
        assert _best(after) >= _best(before), seed
        kinds = {one[0] for one in case.nodes}
        ids: dict[str, str] = {}
        for kind in kinds:
            own = [one for one in case.nodes if one[0] == kind and one != ROLE]
            ids |= dict(zip(own, dice.sample(own, len(own)), strict=True))
        assert _without_ids(_ask(case.renamed(ids))) == _without_ids(before), seed


def _best(found: RoleTraining) -> float:
    return max((one.share for one in found.items[:1]), default=0.0)


def _without_ids(found: RoleTraining) -> object:
    def stripped(part: object) -> object:
        if isinstance(part, dict):
            return {name: stripped(within) for name, within in part.items() if name not in {"id", "ids", "revision"}}
        return [stripped(within) for within in part] if isinstance(part, list) else part

    return stripped(found.model_dump(mode="json", exclude={"revision"}))
