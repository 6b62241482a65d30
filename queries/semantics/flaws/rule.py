"""The rule of a flaw: its form for one competency, and its form for all as arrays."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from graph.messages import Message
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.chain_stages import ChainStages
from queries.semantics.chain_status import ChainLink
from queries.semantics.masks import Mask
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.reasons import naming
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.weakness import Weakness


@dataclass(frozen=True, slots=True)
class OneChain:
    """A competency: its neighbourhood, and the best link of its chains; None where it is not connected."""

    near: Neighbourhood
    link: ChainLink | None


@dataclass(frozen=True, slots=True)
class AllChains:
    """All competencies of a scope: masks and positions over the n nodes.

    `connected` says which nodes have units, tasks and roles; `link` is the best link of each (a position in LINKS), as
    if it were connected.
    """

    snapshot: Snapshot
    scope: ResolvedScope
    stages: ChainStages
    connected: Mask
    link: Ints


@dataclass(frozen=True, slots=True)
class FlawRule:
    """What a flaw is, twice.

    `reason_of` returns why a connected competency has the flaw, None where it has not. `mask_of` returns which of the n
    nodes have it, if they are connected; what it says of others is ignored, unless the flaw `needs_chain` no more. A
    grave flaw has severity 3, another 2.
    """

    flaw: Weakness
    reason_of: Callable[[OneChain], Message | None]
    mask_of: Callable[[AllChains], Mask]
    is_grave: bool = False
    needs_chain: bool = True


def naming_nodes(key: str, near: Neighbourhood, nodes: Iterable[int]) -> Message:
    """Return the message that names the first few of the nodes."""
    return naming(key, map(near.snapshot.name, nodes))
