"""The coverage matrix against asking role by role, discipline by discipline, on a NetworkX graph."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator

import networkx as nx

from benchmarks.generated import SIZES, generated_changes
from benchmarks.measure import median_s, report
from benchmarks.plain_gaps import as_networkx
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from queries.coverage_matrix import coverage_matrix

OF = {**SIZES, "Discipline": 300, "Role": 1_000}
ASKED = 2
"""How many of the disciplines are asked the plain way; the others would take as long each."""


def measure_matrix() -> Iterator[bool]:
    """Report how many times faster the matrix is, cell by cell; both must agree on what both were asked."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/matrix.db")
        store.apply(generated_changes(of=OF))
        snapshot = compile_snapshot(store)
        store.close()
    g = as_networkx(snapshot)
    for discipline in (node for node, about in g.nodes(data=True) if about["kind"] == "Discipline"):
        for course in _offered(snapshot, discipline):
            g.add_edge(discipline, course, key="OFFERS")
    matrix = coverage_matrix(snapshot, "discipline")
    rows = [row.id for row in matrix.rows[:ASKED]]
    roles = [column.id for column in matrix.columns]
    found = [[plain_coverage(g, row, role) for role in roles] for row in rows]
    for ours, theirs in zip(matrix.shares, found, strict=False):
        pairs = zip(ours, theirs, strict=True)
        if any((a is None) != (b is None) or abs((a or 0.0) - (b or 0.0)) > 1e-9 for a, b in pairs):
            raise AssertionError("the loop and the package do not answer the same question")
    plain = median_s(lambda: [plain_coverage(g, row, role) for row in rows for role in roles], repeats=3) / ASKED
    fast = median_s(lambda: coverage_matrix(snapshot, "discipline"), repeats=5) / len(matrix.rows)
    size = f"{len(matrix.rows)} disciplines x {len(roles):,} roles"
    yield report(f"coverage matrix, {size}: NetworkX role by role / package", plain / fast, 100, at_least=True)


def plain_coverage(g: "nx.MultiDiGraph[str]", discipline: str, role: str) -> float | None:
    """Return the coverage of one role by one discipline that schedules nothing itself: its units, what applies them."""
    units = {
        unit
        for _, course, key in g.out_edges(discipline, keys=True)
        if key == "OFFERS"
        for _, unit, key in g.out_edges(course, keys=True)
        if key == "COVERS"
    }
    tasks = {task for unit in units for task, _, key in g.in_edges(unit, keys=True) if key == "APPLIES"}
    needs: dict[str, float] = defaultdict(float)
    for _, node, relation, link in g.out_edges(role, keys=True, data=True):
        if relation == "REQUIRES":
            needs[node] = max(needs[node], link["weight"])
        elif relation == "HAS_RESPONSIBILITY":
            for _, competency, key, required in g.out_edges(node, keys=True, data=True):
                if key == "REQUIRES":
                    needs[competency] = max(needs[competency], link["weight"] * required["weight"])
    if not needs:
        return None
    covered = 0.0
    for competency, weight in needs.items():
        before = [(node, key) for node, _, key in g.in_edges(competency, keys=True)]
        taught = any(key == "DEVELOPS" and node in units for node, key in before)
        practised = any(key == "PRACTISES" and node in tasks for node, key in before)
        covered += weight * (taught and practised)
    return covered / sum(needs.values())


def _offered(snapshot: Snapshot, discipline: str) -> Iterator[str]:
    links = snapshot.out("OFFERS")
    at = snapshot.require(discipline)
    return (snapshot.ids[course] for course, _ in links.pairs(at))


if __name__ == "__main__":
    list(measure_matrix())
