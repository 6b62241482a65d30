"""Items of a benchmark as they are told: names, matches, how competencies stand, and the effects on chains."""

from collections.abc import Mapping

from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.benchmark_effects import ChainEffects, StatusMove
from queries.benchmark_likeness import NameLikeness
from queries.benchmark_matches import MatchedBy
from queries.benchmark_rows import BenchmarkRow, nodes_of_rows
from queries.parameters.benchmark import BenchmarkDifference, BenchmarkKind
from queries.semantics.answers import NodeName, named
from queries.semantics.chain_status import ChainStatus
from queries.semantics.resolved_scope import ResolvedScope


class BenchmarkNode(Frozen):
    """A thing that is compared; of a competency, how it stands in the programme's scope."""

    id: NodeId
    name: str
    status: ChainStatus | None


class BenchmarkMatch(BenchmarkNode):
    """A thing of the programme that the other's is, or counts as, and by what."""

    by: MatchedBy


class BenchmarkEffect(Frozen):
    """A competency that would stand otherwise."""

    competency: NodeName
    before: ChainStatus
    after: ChainStatus


class BenchmarkItem(Frozen):
    """A thing of the other (`lacking`, `shared`) or of the programme alone (`extra`), and what it does to chains.

    `matches` are those of the programme, in id order; none unless both have it. `likely`: of what is lacking, that of
    the programme which nothing matches and whose name is most alike. `effects`, in id order, are those of adopting a
    course or task that is lacking, or of dropping one that is extra; of a competency, those of adopting or dropping all
    courses and tasks of its difference.
    """

    kind: BenchmarkKind
    difference: BenchmarkDifference
    node: BenchmarkNode
    matches: list[BenchmarkMatch]
    likely: NodeName | None
    effects: list[BenchmarkEffect]


class ItemTeller:
    """Tells the rows of one benchmark."""

    def __init__(
        self,
        snapshot: Snapshot,
        rows: list[BenchmarkRow],
        effects: ChainEffects,
        afterwards: Mapping[BenchmarkDifference, ResolvedScope],
    ) -> None:
        """Take all rows, the effects, and the scopes after adopting what is lacking, and dropping what is extra."""
        self._snapshot, self._rows, self._effects, self._afterwards = snapshot, rows, effects, afterwards
        self._likeness: dict[str, NameLikeness] = {}

    def item(self, row: BenchmarkRow) -> BenchmarkItem:
        """Return the row as it is told."""
        return BenchmarkItem(
            kind=row.kind,
            difference=row.difference,
            node=self._node(row.kind, row.node),
            matches=[
                BenchmarkMatch(**self._node(row.kind, node).model_dump(), by=way) for node, way in row.matches.items()
            ],
            likely=self._likely(row),
            effects=[self._effect(move) for move in self._moves(row)],
        )

    def _likely(self, row: BenchmarkRow) -> NodeName | None:
        if row.difference != "lacking":
            return None
        if row.kind not in self._likeness:
            unmatched = nodes_of_rows(self._rows, row.kind, "extra")
            self._likeness[row.kind] = NameLikeness(self._snapshot, unmatched.tolist())
        nearest = self._likeness[row.kind].nearest(row.node)
        return None if nearest is None else named(self._snapshot, nearest)

    def _node(self, kind: BenchmarkKind, node: int) -> BenchmarkNode:
        status = self._effects.status(node) if kind == "Competency" else None
        return BenchmarkNode(id=NodeId(self._snapshot.ids[node]), name=self._snapshot.name(node), status=status)

    def _moves(self, row: BenchmarkRow) -> list[StatusMove]:
        if row.difference == "shared":
            return []
        if row.kind == "Competency":
            return self._effects.move_to(self._afterwards[row.difference], row.node)
        move = self._effects.of_adopting if row.difference == "lacking" else self._effects.of_dropping
        return move(row.kind, row.node)

    def _effect(self, move: StatusMove) -> BenchmarkEffect:
        competency = named(self._snapshot, move.competency)
        return BenchmarkEffect(competency=competency, before=move.before, after=move.after)
