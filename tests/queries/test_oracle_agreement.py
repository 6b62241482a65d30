"""Questions against the oracle on many random graphs, with SAME_AS, terms, disciplines and employers.

`ROLEPATH_WORLDS` says on how many; 1,000 in the long proofs.
"""

import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from graph.changes import ChangeSet
from graph.errors import InputError
from graph.model import LinkKey, Source
from graph.snapshot.institution_views import part_of
from graph.snapshot.scenario import Scenario, apply_scenario, find_violations
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.sqlite.store import SqliteStore
from queries.compare.answer_changes import Consequences
from queries.diff import Sides, diff
from queries.gaps import find_gaps
from queries.semantics.scope import Scope
from queries.what_if import what_if
from tests.support.factory import EVERY, snapshot_of
from tests.support.oracle import View, World
from tests.support.oracle_checks import check_gaps, check_traces, in_focus
from tests.support.scenarios import stated, supposed
from tests.support.scoped_worlds import WORDS, employs
from tests.support.soak import record, rounds
from tests.support.worlds import Dice, made_up

WORLDS = int(os.environ.get("ROLEPATH_WORLDS", rounds(12, 1000)))
FIELDS: dict[str, tuple[Any, ...]] = {
    "institution": ("u1", "u2"),
    "discipline": ("d1", "d2"),
    "course": ("co1", "co2", "co3"),
    "role": ("a:r1", "b:r1", "r2"),
    "employer": ("e1", "e2", "e3"),
    "host": ("e1", "e2", "e3"),
    "term": (1, 2, 3, 4),
    "min_weight": (0.5, 0.3),
    "roles": ("all",),
    "focus": ("all", "ours"),
    "infer": (True,),
    "infer_aims": (True,),
    "close": (True,),
    "roll_up": (True,),
}
Stand = tuple[str, str | None, list[str]]
OUT: Stand = ("in no focus", None, [])


def seen_in(world: World, scope: Scope) -> World:
    """Return the world as the institution sees it that the scope names."""
    return world if scope.institution is None else world.of_institution(scope.institution)


def made_scope(dice: random.Random, *worlds: World) -> Scope:
    """Return a scope of up to four fields, of what all the worlds hold; the employer need not employ the role."""
    names = dice.sample(sorted(FIELDS), dice.randint(0, 4))
    asked = {name: dice.choice(FIELDS[name]) for name in names}
    named = asked.pop("institution", None)
    institution = named if all(named in world.kind for world in worlds) else None
    if institution is not None:
        worlds = tuple(world.of_institution(institution) for world in worlds)
    return Scope(
        institution=institution,
        **{
            name: value
            for name, value in asked.items()
            if not isinstance(value, str) or value in WORDS or all(value in world.kind for world in worlds)
        },
    )


def supposing(said: list[ChangeSet], scenario: Scenario, before: World) -> list[ChangeSet]:
    """Return what would be said: without what the scenario removes, and with what it adds said before everything."""

    def ends(key: LinkKey) -> tuple[str, str, str]:
        return key if key[1] == "SAME_AS" else (before.now(key[0]), key[1], before.now(key[2]))

    gone = {ends(key) for key in scenario.without_links}
    left = [
        ChangeSet(
            one.source,
            {node_id: values for node_id, values in one.nodes.items() if node_id not in scenario.without_nodes},
            {key: values for key, values in one.links.items() if ends(key) not in gone},
            EVERY,
        )
        for one in said
    ]
    return [ChangeSet(Source(name="what if", rank=0), dict(scenario.nodes), dict(scenario.links), EVERY), *left]


def check_difference(found: Consequences, views: tuple[View, View]) -> None:
    """Hold counts before and after, and which competencies stand otherwise, against the oracle."""
    answers = [in_focus(view) for view in views]
    for counts, links, some in zip(
        (found.counts_before, found.counts_after), (found.links_before, found.links_after), answers, strict=True
    ):
        assert counts == {status: sum(one.status == status for one in some) for status in counts}
        assert links == {link: sum(one.link == link for one in some) for link in links}
    old, new = map(stands, views)
    heads = {c for view in views for c in view.world.of_kind("Competency")}
    assert {one.competency.id for one in found.competencies} == {c for c in heads if differs(old.get(c), new.get(c))}


def stands(view: View) -> dict[str, Stand]:
    """Return how every competency stands, under each of its ids."""
    answers = [view.answer(c) for c in view.world.of_kind("Competency")]
    return {c: (one.status, one.link, one.flaws) if view.in_focus(one) else OUT for one in answers for c in one.ids}


def differs(old: Stand | None, new: Stand | None) -> bool:
    """Say whether a competency stands otherwise: what is isolated and in no focus is as good as not there."""
    if OUT in (old, new):
        return any(one not in (OUT, None, ("isolated", None, [])) for one in (old, new))
    return old != new


def check_world(seed: int, folder: Path) -> dict[str, bool]:
    """Hold the graph and the scenario of a number against the oracle; return what of it was there to be judged."""
    dice = random.Random(seed)
    faces, store = Dice(dice.randbytes(4000)), SqliteStore(folder / f"{seed}.db")
    said = made_up(faces)
    before = stated(store, *said)
    world = World(said)
    scope = made_scope(dice, world)
    if employs(seen_in(world, scope), scope, scope.role):
        check_gaps(before, View(world, scope, focused=True), scope)
        check_traces(before, View(world, scope), scope)
    else:
        with pytest.raises(InputError, match="does not employ"):
            find_gaps(before, scope)
    seen = {
        "with classes": bool(world.members),
        "with terms": any("term" in values for values in world.values.values()),
        "with employers": bool(world.links.get("EMPLOYS")),
        "in an institution": scope.institution is not None,
        "refused scopes": not employs(seen_in(world, scope), scope, scope.role),
    }
    known = [one for one in FIELDS["institution"] if one in world.kind and one in world.of_institution(one).kind]
    institution = dice.choice([None, *known])
    seen |= check_scenario(dice, faces, part_of(store, before, institution), world, institution)
    store.close()
    return seen


def check_scenario(
    dice: random.Random, faces: Dice, part: tuple[Store, Snapshot], world: World, institution: str | None
) -> dict[str, bool]:
    """Hold what-if and diff of a scenario, as an institution sees them or everybody; return what was to be judged."""
    store, before = part
    world = seen_in(world, Scope(institution=institution))
    scenario = supposed(faces, before)
    if find_violations(before, scenario) or institution in scenario.without_nodes:
        return {"scenarios": False}
    said_same = {*scenario.links, *scenario.without_links}
    then = supposing(world.said, scenario, world)
    after, patch = apply_scenario(before, scenario, store)
    worlds = world, World(then)
    scope = made_scope(dice, *worlds).model_copy(update={"institution": institution})
    if any(employs(one, scope, scope.role) for one in worlds):
        views = View(worlds[0], scope, focused=True), View(worlds[1], scope, focused=True)
        check_difference(what_if(before, after, patch, None, scope, limit=1000).consequences, views)
        real, sides = snapshot_of(*then), Sides(since="1", until="2")
        real = real if institution is None else real.seen_by(institution)
        check_difference(diff(before, real, sides, None, scope, limit=1000).consequences, views)
    return {
        "scenarios": True,
        "scenarios with SAME_AS": any(relation == "SAME_AS" for _, relation, _ in said_same),
        "scenarios of an institution": institution is not None,
    }


@pytest.mark.soak
def test_answers_agree_with_the_oracle(tmp_path: Path) -> None:
    """Gaps, traces, what-if and diff: no difference on any of the graphs."""
    wrong: list[str] = []
    counted: Counter[str] = Counter()
    for seed in range(WORLDS):
        try:
            counted.update(name for name, there in check_world(seed, tmp_path).items() if there)
        except AssertionError as error:
            wrong.append(f"world {seed}: {str(error)[:300]}")
    record("oracle", graphs=WORLDS, different=len(wrong), **counted)
    assert not wrong, f"{len(wrong)} of {WORLDS} graphs differ\n" + "\n".join(wrong[:5])


def test_worlds_hold_what_is_to_be_proven() -> None:
    """Among the graphs are such with classes, terms, disciplines and employers, or the proof would prove nothing."""
    held = [World(made_up(Dice(random.Random(seed).randbytes(4000)))) for seed in range(40)]
    assert sum(bool(world.members) for world in held) > 3
    assert sum(bool(world.links.get("EMPLOYS")) for world in held) > 3
    assert sum(bool(world.links.get("OFFERS")) for world in held) > 3
    assert sum(any("term" in values for values in world.values.values()) for world in held) > 10
