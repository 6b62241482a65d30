"""Best chains that differ, compared with the whole list of chains."""

from typing import Any

from hypothesis import given, note

from graph.changes import ChangeSet
from queries.trace import TracedChain, trace_competency
from tests.support.examples import examples
from tests.support.factory import snapshot_of
from tests.support.oracle import World
from tests.support.scoped_worlds import known_scope, scopes
from tests.support.worlds import spoken, worlds


@examples(60)
@given(said=worlds(), asked=scopes())
def test_varied_chains_are_the_first_of_each_role_then_task(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """Of all chains, best first: the first of each role, then the first of each task that none of these has."""
    note(spoken(said))
    snapshot, scope = snapshot_of(*said), known_scope(asked, World(said))
    for c in World(said).of_kind("Competency"):
        whole = trace_competency(snapshot, c, scope, limit=100_000).chains
        found = trace_competency(snapshot, c, scope, limit=100_000, varied=True).chains
        by_role: dict[str, TracedChain] = {}
        for chain in whole:
            by_role.setdefault(chain.role.id, chain)
        by_task: dict[str, TracedChain] = {}
        for chain in whole:
            by_task.setdefault(chain.training_task.id, chain)
        seen = {chain.training_task.id for chain in by_role.values()}
        wanted = [*by_role.values(), *(chain for t, chain in by_task.items() if t not in seen)]
        assert found == wanted
        assert trace_competency(snapshot, c, scope, limit=2, varied=True).chains[:1] == wanted[:1]
