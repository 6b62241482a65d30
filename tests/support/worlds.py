"""Random small graphs: what two sources state, as hypothesis draws it."""

from itertools import product
from typing import TypeVar

from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, Value
from graph.schema import RELATIONS
from tests.support.factory import kind_of, node, says

COMPETENCIES = ("a:c1", "b:c1", "a:c2", "c:c3")
IDS = (
    *("d1", "d2", "co1", "co2", "co3", "k1", "k2", "k3", "t1", "t2", "t3", "j1", "j2", "j3"),
    *("a:r1", "b:r1", "r2", "e1", "e2", "e3", "i1", "x1", "s1", "g1", "g2", "a1", "a2", "a3"),
    *COMPETENCIES,
    *("u1", "u2"),
)
T = TypeVar("T")
Terms = dict[str, tuple[int | None, ...]]
"""The terms that may be stated of nodes of a kind, and of links of a relation."""
DICE = 640
"""As many bytes as any graph here is made up of."""
CHAIN = frozenset({"DEVELOPS", "APPLIES", "PRACTISES", "PREPARES_FOR", "HAS_RESPONSIBILITY", "REQUIRES"})
CURRICULA = frozenset({"OFFERS", "COVERS", "SCHEDULES", "TARGETS", "HOSTS", "EMPLOYS"})
PAIRS = {
    name: [(a, b) for a, b in product(IDS, IDS) if a != b and relation.joins(kind_of(a), kind_of(b))]
    for name, relation in RELATIONS.items()
}


class Dice:
    """A few hundred bytes to choose by: one draw in place of hundreds. Zeros choose the first, the plainest."""

    def __init__(self, data: bytes) -> None:
        self._data = iter(data)

    def pick(self, *options: T) -> T:
        """Return one of the options."""
        return options[next(self._data, 0) % len(options)]


def worlds() -> st.SearchStrategy[list[ChangeSet]]:
    """Make up what two sources state, here and there in disagreement; some ends are stated by none."""
    return st.binary(min_size=DICE, max_size=DICE).map(Dice).map(made_up)


def made_up(dice: Dice) -> list[ChangeSet]:
    """Return a world as the dice fall."""
    institutions = dice.pick("", "", "u1"), dice.pick("", "u1", "u2")
    absent = {dice.pick("", "", *IDS), dice.pick("", "", *IDS), *dice.pick((), (), ("a1", "a2", "a3"))}
    taught, practised = dice.pick(
        ((None,), (None,)), ((None, 1, 2, 3, 4),) * 2, ((1, 2, 3, 4),) * 2, ((3, 4), (1, 2)), ((3, 4), (None, 1, 2))
    )
    terms: Terms = {"Course": taught, "OFFERS": (None, *taught), "TrainingTask": practised}
    terms["SCHEDULES"] = (None, *practised)
    hosts = dice.pick(("enterprise",), ("campus_base", "incubator"), ("enterprise", "campus_base"))
    nodes: tuple[dict[NodeId, NodeValues], ...] = ({}, {})
    links: tuple[dict[LinkKey, LinkValues], ...] = ({}, {})
    for one in IDS:
        if one not in absent:
            for source in dice.pick(*SPEAKERS):
                nodes[source][NodeId(one)] = node(one, made_up_values(dice, one, terms, hosts))
    levels = dice.pick((3,), (None,), (None, 2, 3), (2, 3), (3,))
    for a, relation, b in made_up_links(dice):
        for source in dice.pick(*SPEAKERS):
            links[source][NodeId(a), relation, NodeId(b)] = made_up_statement(dice, relation, terms, levels)
    ranks = 100, dice.pick(100, 50, 150)
    sources = [
        Source(name=name, rank=rank, institution_id=institution)
        for name, rank, institution in zip(("first", "second"), ranks, institutions, strict=True)
    ]
    return [ChangeSet(source, nodes[i], links[i]) for i, source in enumerate(sources)]


def made_up_values(dice: Dice, node_id: str, terms: Terms, hosts: tuple[str, ...]) -> dict[str, Value]:
    """Return the properties that answers depend on."""
    kind, stated = kind_of(node_id), dict[str, Value | None]()
    if kind in terms:
        stated["term"] = dice.pick(*terms[kind])
    if kind in {"KnowledgeUnit", "TrainingTask"}:
        stated["hours"] = dice.pick(None, 1, 512, 2.5)
    if kind == "Role":
        stated["kind"] = dice.pick(None, "employed", "founder")
    if kind == "Enterprise":
        stated["kind"] = dice.pick(*hosts)
    if kind == "Discipline":
        stated["parent_id"] = dice.pick(None, "d2" if node_id == "d1" else "d1")
        stated["standing"] = dice.pick(None, "programme", "standard")
    if kind == "Instructor":
        stated["employer_id"] = dice.pick(None, "e1", "u1")
    if kind == "Assessment":
        stated |= {"task_id": dice.pick("t1", "t2", "t3"), "competency_id": dice.pick(*COMPETENCIES)}
        cohort = dice.pick("g1", "g2")  # never on the same day: the larger id would decide which is the latest
        dates = ("2024-06-01", "2025-06-01") if cohort == "g1" else ("2024-06-02", "2025-05-31")
        stated |= {"cohort_id": cohort, "date": dice.pick(*dates)}
        stated |= {"learners": dice.pick(5, 4, 20), "mean_score": dice.pick(0.6, 0.5, 0.8)}
    if kind == "Cohort":
        stated |= {"discipline_id": "d1", "size": 30}
    return {name: value for name, value in stated.items() if value is not None}


def made_up_links(dice: Dice) -> list[tuple[str, str, str]]:
    """Return links of every relation: of those that make chains many, of the others some."""
    found = []
    for name, pairs in PAIRS.items():
        if name in CHAIN:
            one_in = dice.pick(2, 1, 2, 4, 9)
        else:
            one_in = dice.pick(2, 3, 256) if name in CURRICULA else dice.pick(256, 256, 8)
        found += [(a, name, b) for a, b in pairs if dice.pick(*range(256)) % one_in == one_in - 1]
    return found


def made_up_statement(dice: Dice, relation: str, terms: Terms, levels: tuple[int | None, ...]) -> LinkValues:
    """Return what is stated of a link."""
    level = dice.pick(*levels) if relation in {"DEVELOPS", "PRACTISES"} else None
    if relation == "REQUIRES":
        level = dice.pick(*levels, 4)
    weights: tuple[float | None, ...] = (None, 1.0, 0.75, 0.5, 0.03125)
    if relation in {"SAME_AS", "DEVELOPS"}:  # what differs much in hours overlaps; products must stay exact
        weights = (None, 1.0, 0.9375, 0.875, 0.5) if relation == "SAME_AS" else (None, 0.5, 0.03125, 0.03125)
    weight = dice.pick(*weights)
    term = dice.pick(*terms[relation]) if relation in terms else None
    openings = dice.pick(None, 0, 2, 70) if relation == "EMPLOYS" else None
    return (weight, level, term, openings, None)


SPEAKERS = ((0,), (0,), (1,), (0, 1))


def spoken(said: list[ChangeSet]) -> str:
    """Return what is said as a person would write it down, for a test that fails."""
    lines = []
    for changes in said:
        lines += [f"{changes.source.name} (rank {changes.source.rank}):"]
        lines += [f"  {node_id} {values}" for node_id, (_, values) in changes.nodes.items()]
        lines += [f"  {' '.join(key)} {values}" for key, values in changes.links.items()]
    return "\n".join(lines)


APART = says(
    *("d9 OFFERS co9", "co9 COVERS k9", "k9 DEVELOPS z:c9", "t9 PRACTISES z:c9", "t9 APPLIES k9", "co9 SCHEDULES t9"),
    *("t9 PREPARES_FOR j9", "r9 HAS_RESPONSIBILITY j9", "j9 REQUIRES z:c9", "e9 HOSTS t9", "d9 TARGETS r9"),
    by="apart",
)
