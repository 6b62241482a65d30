"""A generated graph with all stages filled, of about 50,000 nodes and 500,000 links."""

import random
from collections.abc import Mapping

from graph.changes import ChangeSet
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, canonical

SIZES = {
    "Competency": 12_000,
    "KnowledgeUnit": 12_000,
    "Course": 1_000,
    "Discipline": 40,
    "TrainingTask": 8_000,
    "JobResponsibility": 14_000,
    "Role": 2_500,
    "Enterprise": 400,
}
# (relation, from, to, links for each node of the first kind)
LINKS = (
    ("OFFERS", "Discipline", "Course", 40),
    ("COVERS", "Course", "KnowledgeUnit", 15),
    ("DEVELOPS", "KnowledgeUnit", "Competency", 6),
    ("APPLIES", "TrainingTask", "KnowledgeUnit", 8),
    ("PRACTISES", "TrainingTask", "Competency", 10),
    ("PREPARES_FOR", "TrainingTask", "JobResponsibility", 6),
    ("HAS_RESPONSIBILITY", "Role", "JobResponsibility", 14),
    ("REQUIRES", "JobResponsibility", "Competency", 8),
    ("REQUIRES", "Role", "Competency", 20),
    ("HOSTS", "Enterprise", "TrainingTask", 25),
    ("EMPLOYS", "Enterprise", "Role", 12),
)
_WORDS = {
    "Competency": "skill",
    "KnowledgeUnit": "disciplinary",
    "TrainingTask": "lab",
    "Role": "employed",
    "Enterprise": "enterprise",
}


def generated_changes(seed: int = 7, share: float = 1.0, of: Mapping[str, int] = SIZES) -> ChangeSet:
    """Return the graph as one source states it; `share` scales the number of nodes `of` each kind.

    Neighbours are near by number.

    Nearness makes units, tasks and responsibilities of a competency meet, as those of one trade do.
    """
    chance = random.Random(seed)
    sizes = {kind: max(2, round(size * share)) for kind, size in of.items()}
    nodes: dict[NodeId, NodeValues] = {}
    for kind, size in sizes.items():
        for i in range(size):
            values: dict[str, str | int | float | list[str]] = {"name": f"{kind} {i}"}
            if kind in _WORDS:
                values["kind"] = _WORDS[kind]
            if kind in {"Course", "TrainingTask"}:
                values["term"] = chance.randint(1, 6)
            if kind in {"KnowledgeUnit", "TrainingTask"}:
                values["hours"] = chance.randint(2, 80)
            nodes[_id(kind, i)] = (kind, canonical(values))
    links: dict[LinkKey, LinkValues] = {}
    for relation, from_kind, to_kind, count in LINKS:
        for i in range(sizes[from_kind]):
            middle = i / sizes[from_kind]
            for _ in range(count):
                near = int(chance.gauss(middle, 0.002) * sizes[to_kind]) % sizes[to_kind]
                weight = round(chance.uniform(0.2, 1.0), 2)
                links[_id(from_kind, i), relation, _id(to_kind, near)] = (weight, None, None, None, None)
    kinds = frozenset(sizes) | {relation for relation, *_ in LINKS}
    return ChangeSet(Source(name="generated"), nodes, links, kinds)


def _id(kind: str, number: int) -> NodeId:
    return NodeId(f"{kind.lower()}:{number:06d}")
