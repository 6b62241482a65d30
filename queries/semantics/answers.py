"""Answer parts that several questions share: named nodes, shares, and how complete the graph is."""

from typing import Annotated

from pydantic import Field

from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.semantics.counted_links import ChainLinks, ViaKind

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class NodeName(Frozen):
    """A node by id and name."""

    id: NodeId
    name: str


class CompetencyName(Frozen):
    """A competency by the id and name of its class, with every id that the class answers under (its own first)."""

    id: NodeId
    ids: list[NodeId]
    name: str
    kind: str | None


class ViaCompetency(Frozen):
    """The competency that a link leads to which counts for another: one `close` to it, or a `narrower` one."""

    id: NodeId
    name: str
    way: ViaKind


class NarrowerCoverage(Frozen):
    """How many of the competencies narrower than one are taught and practised in scope.

    `raised`: enough are, so that what teaches and practises these counts for the broader one.
    """

    covered: int
    total: int
    raised: bool


class Completeness(Frozen):
    """What the graph does not record, and an answer can therefore not know; counts over the whole graph."""

    courses_without_units: int
    units_without_develops: int
    tasks_without_practises: int
    tasks_without_guide: int
    roles_without_requires: int
    weights_not_stated: int
    dormant_links: int
    same_as_not_merged: int


def completeness(snapshot: Snapshot) -> Completeness:
    """Return what the graph does not record; a role without requirements has none by its responsibilities either."""
    return snapshot.derived(_completeness)


def _completeness(snapshot: Snapshot) -> Completeness:
    def lacking(kind: str, relation: str) -> int:
        return int((snapshot.out(relation).degree[snapshot.of_kind(kind)] == 0).sum())

    roles = snapshot.of_kind("Role")
    requires, duties = snapshot.out("REQUIRES"), snapshot.out("HAS_RESPONSIBILITY")
    silent = requires.degree == 0
    silent[duties.rows[requires.degree[duties.indices] > 0]] = False
    tasks = snapshot.of_kind("TrainingTask")
    weighted = ("DEVELOPS", "PRACTISES", "REQUIRES", "HAS_RESPONSIBILITY", "APPLIES", "PREPARES_FOR")
    return Completeness(
        courses_without_units=lacking("Course", "COVERS"),
        units_without_develops=lacking("KnowledgeUnit", "DEVELOPS"),
        tasks_without_practises=lacking("TrainingTask", "PRACTISES"),
        tasks_without_guide=int((snapshot.into("GUIDES").degree[tasks] == 0).sum()),
        roles_without_requires=int(silent[roles].sum()),
        weights_not_stated=sum(snapshot.about["unstated_weights"].get(relation, 0) for relation in weighted),
        dormant_links=snapshot.about["dormant"],
        same_as_not_merged=snapshot.about["close_same_as"],
    )


def named(snapshot: Snapshot, node: int) -> NodeName:
    """Return the node's id and name."""
    return NodeName(id=NodeId(snapshot.ids[node]), name=snapshot.name(node))


def competency_name(snapshot: Snapshot, node: int) -> CompetencyName:
    """Return the names and ids of a competency's class."""
    ids = [NodeId(snapshot.ids[i]) for i in snapshot.members(node)]
    return CompetencyName(id=ids[0], ids=ids, name=snapshot.name(node), kind=snapshot.word("kind", node))


def narrower_covered(counted: ChainLinks, competency: int) -> NarrowerCoverage | None:
    """Return how much of what is narrower is covered; None where nothing is, or it was not asked for."""
    roll_up = counted.rolled_up
    if roll_up is None or not roll_up.total[competency]:
        return None
    return NarrowerCoverage(
        covered=int(roll_up.covered[competency]),
        total=int(roll_up.total[competency]),
        raised=bool(roll_up.raised[competency]),
    )
