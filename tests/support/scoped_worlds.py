"""Scopes made up for small random graphs, and what a brute force says of what they leave."""

from typing import Any

from hypothesis import strategies as st

from graph.schema import RELATIONS
from queries.semantics.scope import Scope
from tests.support.oracle import UNMARKED, Answer, World
from tests.support.worlds import PAIRS

# Circles are for other tests: one import may not hold them.
PAIRS |= {name: [(a, b) for a, b in PAIRS[name] if a < b] for name, relation in RELATIONS.items() if relation.acyclic}

WORDS = ("all", "ours")
"""What a scope may say that is no id."""
WAYS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    (
        *({}, {}, {}, {"infer": True}, {"close": True}, {"roll_up": True}, {"infer": True, "close": True}),
        {"infer_aims": True},
        {"infer_aims": True, "infer": True, "roll_up": True, "roll_up_share": 1.0},
        {"infer": True, "infer_aims": True, "close": True, "roll_up": True, "roll_up_share": 0.3},
    )
)


def scopes(*, narrow: bool = True, institutions: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Make up a scope: no field stated, or a few, so that something is left."""
    fields: dict[str, st.SearchStrategy[Any]] = {
        "discipline": st.sampled_from(("d1", "d2")),
        "course": st.sampled_from(("co1", "co2", "co3")),
        "role": st.sampled_from(("a:r1", "b:r1", "r2")),
        "employer": st.sampled_from(("e1", "e2", "e3")),
        "host": st.sampled_from(("e1", "e2", "e3")),
        "term": st.integers(1, 4),
        "min_weight": st.sampled_from((0.5, 0.3, 0.75)),
        "roles": st.just("all"),
        "focus": st.sampled_from(("all", "ours")),
    }
    if institutions:
        fields["institution"] = st.sampled_from(("u1", "u2"))
    names = st.sets(st.sampled_from(sorted(fields)), max_size=3 if narrow else 0)
    asked = names.flatmap(lambda chosen: st.fixed_dictionaries({name: fields[name] for name in sorted(chosen)}))
    return st.builds(lambda narrowed, widened: {**narrowed, **widened}, asked, WAYS)


def known_scope(asked: dict[str, Any], world: World) -> Scope:
    """Return the scope without what the world does not hold, and without an employer that does not employ its role."""
    institution = asked.get("institution")
    seen = world.of_institution(institution) if institution in world.kind else world
    known = {
        name: v
        for name, v in asked.items()
        if not isinstance(v, str) or v in {*WORDS, *(world if name == "institution" else seen).kind}
    }
    scope, world = Scope(**known), seen
    return scope if employs(world, scope, scope.role) else scope.model_copy(update={"employer": None})


def employs(world: World, scope: Scope, role: str | None) -> bool:
    """Say whether the scope's employer, if it names one, employs the role, if there is one."""
    return role is None or scope.employer is None or world.now(role) in world.out("EMPLOYS", scope.employer)


def by_weight(weights: dict[str, float]) -> list[tuple[str, float]]:
    """Return nodes by weight, the largest first, then by id."""
    return sorted(weights.items(), key=lambda item: (-item[1], item[0]))


def owed(answer: Answer) -> tuple[bool, set[str | None]]:
    """Return whether all practice, or all teaching, is inferred, and to whom else all of either is owed."""
    is_inferred, via = False, set[str | None]()
    for nodes in (answer.units, answer.tasks):
        marks = [answer.marks.get(node, UNMARKED) for node in nodes]
        is_inferred = is_inferred or (bool(marks) and all(mark[0] for mark in marks))
        if all(mark[1] for mark in marks):
            via |= {mark[1] for mark in marks}
    return is_inferred, via
