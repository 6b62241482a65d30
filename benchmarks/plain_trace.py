"""What is a competency connected to, as a chain of dict lookups: the least that a trace can cost."""

from collections import defaultdict

from benchmarks.plain_gaps import RELATIONS
from graph.snapshot.snapshot import Snapshot

Neighbours = dict[str, dict[str, list[tuple[str, float]]]]


class PlainGraph:
    """Names, and neighbours by relation and direction, in plain dicts."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Copy the snapshot's links."""
        self.names = {snapshot.ids[i]: snapshot.name(i) for i in range(len(snapshot))}
        self.into: Neighbours = {relation: defaultdict(list) for relation in RELATIONS}
        self.out: Neighbours = {relation: defaultdict(list) for relation in RELATIONS}
        for relation in RELATIONS:
            links = snapshot.out(relation)
            for a, b, weight in zip(links.rows.tolist(), links.indices.tolist(), links.weight.tolist(), strict=True):
                self.out[relation][snapshot.ids[a]].append((snapshot.ids[b], weight))
                self.into[relation][snapshot.ids[b]].append((snapshot.ids[a], weight))

    def trace(self, competency: str) -> list[tuple[str, str, float]]:
        """Return `(id, name, weight)` of every unit, course, task, host, responsibility, role and employer."""
        into, names = self.into, self.names
        found = []
        for relation, holders in (("DEVELOPS", "COVERS"), ("PRACTISES", "HOSTS"), ("REQUIRES", "HAS_RESPONSIBILITY")):
            for node, weight in into[relation].get(competency, ()):
                found.append((node, names[node], weight))
                for holder, held in into[holders].get(node, ()):
                    found.append((holder, names[holder], held))
                for employer, held in into["EMPLOYS"].get(node, ()):
                    found.append((employer, names[employer], held))
        return found
