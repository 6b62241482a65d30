"""Plans, quick training and role match, timed on made-up graphs of the size of a large institution, and on ESCO."""

import random
import time
from collections.abc import Iterator
from itertools import product

from benchmarks.measure import median_s, report
from graph.changes import ChangeSet
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, canonical
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from queries.match import match_roles
from queries.parameters.plan import PlanWish
from queries.plan import Plan, plan_training
from queries.training import role_training

HOURS = (4, 8, 12, 16, 20, 24, 30, 32, 40, 60, 80)
BUDGETS = (100, 160, 230)
"""Hours: a fifth, a third and half of what it takes to cover all that 200 competencies allow."""


def measure_plans(folder_url: str) -> Iterator[bool]:
    """Measure plans; `folder_url` is a store's URL up to a number. Yields whether each target is met."""
    large = [training_graph(f"{folder_url}-{seed}.db", seed, 200, 2000) for seed in range(4)]
    found = [_timed(graph, budget) for graph, budget in product(large, BUDGETS)]
    proven = sum(plan.optimal for plan, _ in found)
    yield report("plan, 200 competencies, 2,000 tasks, budget: proven of 12", proven, 10, at_least=True)
    yield report("plan, the same: largest gap, share", max(plan.gap_share for plan, _ in found), 0.01)
    yield report("plan, the same: longest, s", max(taken_s for _, taken_s in found), 6)
    small = [training_graph(f"{folder_url}-small-{seed}.db", seed, 40, 400) for seed in range(4)]
    times = sorted(_timed(graph, budget)[1] for graph, budget in product(small, (40, 80, None)))
    yield report("plan, 40 competencies, 400 tasks: median of 12, s", times[6], 0.5)
    quick = median_s(lambda: role_training(large[0], "r:0"), repeats=9)
    yield report("quick training, 200 competencies, 2,000 tasks, ms", 1000 * quick, 100)


def measure_match(snapshot: Snapshot) -> Iterator[bool]:
    """Measure role match over every role of a graph such as ESCO. Yields whether the target is met."""
    competencies = snapshot.of_kind("Competency").tolist()
    have = [snapshot.ids[c] for c in random.Random(3).sample(competencies, 40)]
    match_roles(snapshot, have)
    taken = median_s(lambda: match_roles(snapshot, have), repeats=15)
    yield report(f"role match over {len(snapshot.of_kind('Role')):,} roles, ms", 1000 * taken, 30)


def _timed(snapshot: Snapshot, max_hours: float | None) -> tuple[Plan, float]:
    start = time.perf_counter()
    plan = plan_training(snapshot, "r:0", wish=PlanWish(max_hours=max_hours))
    return plan, time.perf_counter() - start


def training_graph(url: str, seed: int, competencies: int, tasks: int) -> Snapshot:
    """Return a role that requires so many competencies, four in five of them taught, and tasks for one to six of them.

    Every second task needs one or two others.
    """
    chance = random.Random(seed)
    nodes: dict[NodeId, NodeValues] = {_id("r", 0): ("Role", canonical({"name": "role"}))}
    links: dict[LinkKey, LinkValues] = {}

    def link(start: NodeId, relation: str, end: NodeId, weight: float | None = None) -> None:
        links[start, relation, end] = (weight, None, None, None, None)

    for c in range(competencies):
        nodes[_id("c", c)] = ("Competency", canonical({"name": f"skill {c}", "kind": "skill"}))
        nodes[_id("k", c)] = ("KnowledgeUnit", canonical({"name": f"unit {c}", "kind": "disciplinary"}))
        link(_id("r", 0), "REQUIRES", _id("c", c), round(chance.uniform(0.2, 1), 2))
        if chance.random() < 0.8:
            link(_id("k", c), "DEVELOPS", _id("c", c))
    for t in range(tasks):
        values: dict[str, str | int | float | list[str]] = {
            "name": f"task {t}",
            "kind": "lab",
            "hours": chance.choice(HOURS),
        }
        nodes[_id("t", t)] = ("TrainingTask", canonical(values))
        for c in chance.sample(range(competencies), chance.randint(1, 6)):
            link(_id("t", t), "PRACTISES", _id("c", c))
        if t > 1 and chance.random() < 0.5:
            for p in chance.sample(range(t), chance.randint(1, 2)):
                link(_id("t", p), "PREREQUISITE_OF", _id("t", t))
    kinds = frozenset({kind for kind, _ in nodes.values()} | {relation for _, relation, _ in links})
    store = open_store(url)
    store.apply(ChangeSet(Source(name="generated"), nodes, links, kinds))
    snapshot = compile_snapshot(store)
    store.close()
    return snapshot


def _id(kind: str, number: int) -> NodeId:
    return NodeId(f"{kind}:{number}")
