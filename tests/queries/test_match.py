"""Role match: shares and order against plain sums, and what each role still asks for."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError, NotFoundError
from graph.snapshot.snapshot import Snapshot
from queries.match import match_roles
from queries.semantics.scope import Scope
from tests.support.examples import examples
from tests.support.factory import graph_of

WEIGHTS = [0.125, 0.25, 0.5, 0.75, 1.0]


@dataclass(frozen=True)
class World:
    """Roles with what they require themselves, and through one responsibility each; what units and tasks serve."""

    own: dict[tuple[int, int], float]
    by_duty: dict[tuple[int, int], float]
    develops: dict[tuple[int, int], float]
    practises: dict[tuple[int, int], float]
    have: frozenset[str]
    least: float

    def graph(self) -> Snapshot:
        """Return the graph."""
        lines = [f"r{r} REQUIRES c{c} {w}" for (r, c), w in self.own.items()]
        lines += [f"j{r} REQUIRES c{c} {w}" for (r, c), w in self.by_duty.items()]
        lines += [f"r{r} HAS_RESPONSIBILITY j{r} 0.5" for r in range(4)]
        lines += [f"k{k} DEVELOPS c{c} {w}" for (k, c), w in self.develops.items()]
        lines += [f"t{t} PRACTISES c{c} {w}" for (t, c), w in self.practises.items()]
        return graph_of(*lines, *(f"{letter}{n}" for letter in "ckt" for n in range(4)))

    def expected(self) -> list[tuple[str, float, float, list[tuple[str, str]]]]:
        """Return (role, share, begun, missing with what it lacks) of every role that asks for something begun."""
        learnt = {int(one[1:]) for one in self.have if one[0] == "c"}
        practised = set(learnt)
        learnt |= {c for (k, c), w in self.develops.items() if f"k{k}" in self.have and w >= self.least}
        practised |= {c for (t, c), w in self.practises.items() if f"t{t}" in self.have and w >= self.least}
        found = []
        for r in range(4):
            needs: dict[int, float] = {}
            for links, factor in ((self.own, 1.0), (self.by_duty, 0.5)):
                for (role, c), w in links.items():
                    if role == r and w >= self.least:
                        needs[c] = max(needs.get(c, 0.0), w * factor)
            if not needs.keys() & (learnt | practised):
                continue
            total = sum(needs.values())
            held = sum(w for c, w in needs.items() if c in learnt & practised)
            begun = sum(w for c, w in needs.items() if c in learnt | practised)
            missing = sorted((-w, f"c{c}") for c, w in needs.items() if c not in learnt & practised)
            lacks = {f"c{c}": "practice" if c in learnt else "teaching" if c in practised else "both" for c in needs}
            rank = (-round(held / total, 12), -round(begun / total, 12), -round(held, 12), r)
            found.append((rank, (f"r{r}", held / total, begun / total, [(c, lacks[c]) for _, c in missing])))
        return [answer for _, answer in sorted(found)]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Make up a world of four of each kind."""
    some = st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 3)), st.sampled_from(WEIGHTS), max_size=7)
    held = st.builds("{}{}".format, st.sampled_from("ckt"), st.integers(0, 3))
    least = draw(st.sampled_from([0.0, 0.0, 0.5]))
    have = draw(st.frozensets(held, min_size=1, max_size=4))
    return World(draw(some), draw(some), draw(some), draw(some), have, least)


@given(worlds())
@examples(150)
def test_match_is_what_plain_sums_say(world: World) -> None:
    """Roles, shares, order and what is missing are those of sums over what each role requires."""
    found = match_roles(world.graph(), sorted(world.have), Scope(min_weight=world.least))
    said = [(one.role.id, one.share, one.begun, [(c.id, c.lacks) for c in one.missing]) for one in found.items]
    expected = world.expected()
    assert [(role, missing) for role, *_, missing in said] == [(role, missing) for role, *_, missing in expected]
    assert [number for _, *numbers, _ in said for number in numbers] == pytest.approx(
        [number for _, *numbers, _ in expected for number in numbers]
    )
    assert found.total == len(expected)


@given(worlds())
@examples(30)
def test_order_in_which_things_are_held_does_not_matter(world: World) -> None:
    """The same things in another order, and twice, are the same answer."""
    graph, have = world.graph(), sorted(world.have)
    assert match_roles(graph, have) == match_roles(graph, [*reversed(have), *have])


def _graph() -> Snapshot:
    return graph_of(
        *("r1 REQUIRES c1", "r1 REQUIRES c2", "r2 REQUIRES c1", "r3 REQUIRES c1 0.5", "r4 REQUIRES c9"),
        *("d1 TARGETS r1", "e1 EMPLOYS r2", "a:c1 SAME_AS b:c1", "r5 REQUIRES b:c1"),
    )


def test_roles_are_ranked_by_share_then_weight_then_id() -> None:
    """Whole roles come first, of these the one of which more is held; a role of which nothing is held is left out."""
    assert [one.role.id for one in match_roles(_graph(), ["c1"]).items] == ["r2", "r3", "r1"]


def test_limit_leaves_the_total() -> None:
    """Only so many are listed, and all are counted."""
    found = match_roles(_graph(), ["c1"], limit=1)
    assert ([one.role.id for one in found.items], found.total) == (["r2"], 3)


@pytest.mark.parametrize(
    ("scope", "roles"), [(Scope(discipline="d1"), ["r1"]), (Scope(employer="e1"), ["r2"]), (Scope(role="r3"), ["r3"])]
)
def test_scope_narrows_the_roles(scope: Scope, roles: list[str]) -> None:
    """Targets of a discipline, positions of an employer, or one role."""
    assert [one.role.id for one in match_roles(_graph(), ["c1"], scope).items] == roles


def test_any_id_of_a_class_is_held() -> None:
    """What is the same in two vocabularies is held under either id."""
    graph = _graph()
    assert [match_roles(graph, [held]).items[0].role.id for held in ("a:c1", "b:c1")] == ["r5", "r5"]


def test_counts_of_what_is_required_and_held() -> None:
    """A role says how many competencies it requires, and how many of these are held."""
    last = match_roles(_graph(), ["c1"]).items[-1]
    assert (last.held, last.required, last.share) == (1, 2, 0.5)


def test_what_cannot_be_held_is_refused() -> None:
    """A role cannot be held, and what is held must be there."""
    with pytest.raises(InputError, match="Role"):
        match_roles(_graph(), ["r1"])
    with pytest.raises(NotFoundError, match="c7"):
        match_roles(_graph(), ["c7"])
