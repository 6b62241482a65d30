"""Where are the gaps, as a plain loop over a NetworkX graph: what the package is measured against."""

import math
from collections import Counter, defaultdict

import networkx as nx

from graph.snapshot.snapshot import Snapshot

RELATIONS = (
    "COVERS",
    "DEVELOPS",
    "APPLIES",
    "PRACTISES",
    "PREPARES_FOR",
    "HAS_RESPONSIBILITY",
    "REQUIRES",
    "HOSTS",
    "EMPLOYS",
)
Gap = tuple[int, float, str, str, str | None, list[str]]


def as_networkx(snapshot: Snapshot) -> "nx.MultiDiGraph[str]":
    """Return the snapshot's links as a NetworkX graph, with what the loop below needs at nodes and links."""
    g: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    terms = snapshot.number("term")
    for i in range(len(snapshot)):
        g.add_node(snapshot.ids[i], name=snapshot.name(i), kind=snapshot.kind_of(i), term=float(terms[i]))
        g.nodes[snapshot.ids[i]]["word"] = snapshot.word("kind", i)
    for relation in RELATIONS:
        links = snapshot.out(relation)
        for a, b, weight in zip(links.rows.tolist(), links.indices.tolist(), links.weight.tolist(), strict=True):
            g.add_edge(snapshot.ids[a], snapshot.ids[b], key=relation, weight=weight)
    return g


def plain_gaps(g: "nx.MultiDiGraph[str]", limit: int = 20) -> tuple[Counter[str], Counter[str], list[Gap]]:
    """Return the counts by status and by link, and the first gaps `(severity, demand, id, status, link, flaws)`."""
    statuses: Counter[str] = Counter()
    links: Counter[str] = Counter()
    gaps: list[Gap] = []
    any_employer = any(key == "EMPLOYS" for _, _, key in g.edges(keys=True))
    for c, about in g.nodes(data=True):
        if about["kind"] != "Competency":
            continue
        units, tasks, duties, own = [], [], [], {}
        needs: dict[str, float] = defaultdict(float)
        for node, _, relation, link in g.in_edges(c, keys=True, data=True):
            if relation == "DEVELOPS":
                units.append(node)
            elif relation == "PRACTISES":
                tasks.append(node)
            elif relation == "REQUIRES" and g.nodes[node]["kind"] == "Role":
                own[node] = link["weight"]
                needs[node] = max(needs[node], link["weight"])
            elif relation == "REQUIRES":
                duties.append(node)
                for role, _, key, held in g.in_edges(node, keys=True, data=True):
                    if key == "HAS_RESPONSIBILITY":
                        needs[role] = max(needs[role], held["weight"] * link["weight"])
        employers = {role: [e for e, _, key in g.in_edges(role, keys=True) if key == "EMPLOYS"] for role in needs}
        demand = sum(weight * max(1, len(employers[role])) for role, weight in needs.items())
        status = _STATUS[bool(units), bool(tasks), bool(needs)]
        statuses[status] += 1
        link_name, flaws = None, []
        if status == "connected":
            link_name = _link(g, units, tasks, set(duties), own, needs)
            links[link_name] += 1
            flaws = _flaws(g, units, tasks, needs, employers if any_employer else {}, link_name)
        severity = _severity(status, flaws)
        if severity >= 0:
            gaps.append((severity, demand, c, status, link_name, flaws))
    gaps.sort(key=lambda gap: (-gap[0], -gap[1], gap[2]))
    return statuses, links, gaps[:limit]


_STATUS = {
    (True, True, True): "connected",
    (True, False, True): "unpractised",
    (False, True, True): "untaught",
    (False, False, True): "unserved",
    (True, True, False): "undemanded",
    (True, False, False): "taught_only",
    (False, True, False): "practised_only",
    (False, False, False): "isolated",
}
_SEVERITY = {"unserved": 5, "untaught": 4, "unpractised": 4, "isolated": 0, "connected": -1}


def _link(
    g: "nx.MultiDiGraph[str]",
    units: list[str],
    tasks: list[str],
    duties: set[str],
    own: dict[str, float],
    needs: dict[str, float],
) -> str:
    taught, best = set(units), "indirect"
    for task in tasks:
        applied, prepared = False, []
        for _, node, key in g.out_edges(task, keys=True):
            applied = applied or (key == "APPLIES" and node in taught)
            if key == "PREPARES_FOR":
                prepared.append(node)
        if not applied:
            continue
        for duty in prepared:
            for role, _, key in g.in_edges(duty, keys=True):
                if key == "HAS_RESPONSIBILITY" and role in needs:
                    if duty in duties:
                        return "direct"
                    if role in own:
                        best = "role_direct"
    return best


def _flaws(
    g: "nx.MultiDiGraph[str]",
    units: list[str],
    tasks: list[str],
    needs: dict[str, float],
    employers: dict[str, list[str]],
    link: str,
) -> list[str]:
    flaws = ["indirect"] if link == "indirect" else []
    courses, unit_terms = set(), []
    for unit in units:
        holding = [c for c, _, key in g.in_edges(unit, keys=True) if key == "COVERS"]
        courses.update(holding or [unit])
        unit_terms.append(min((g.nodes[c]["term"] for c in holding), default=float("nan")))
    hosts = {h for task in tasks for h, _, key in g.in_edges(task, keys=True) if key == "HOSTS"}
    if min(len(courses), len(tasks)) == 1:
        flaws.append("fragile")
    if len(hosts) == 1:
        flaws.append("single_host")
    if hosts and not any(g.nodes[host]["word"] == "enterprise" for host in hosts):
        flaws.append("campus_only")
    employed = [role for role in needs if g.nodes[role]["word"] != "founder"]
    if employers and employed and not any(employers[role] for role in employed):
        flaws.append("no_employer")
    terms = [g.nodes[task]["term"] for task in tasks]
    dated = not any(math.isnan(term) for term in (*unit_terms, *terms))
    if dated and min(unit_terms) > max(terms):
        flaws.append("out_of_order")
    return flaws


def _severity(status: str, flaws: list[str]) -> int:
    if flaws:
        return 3 if {"indirect", "campus_only", "out_of_order"} & set(flaws) else 2
    return _SEVERITY.get(status, 1)
