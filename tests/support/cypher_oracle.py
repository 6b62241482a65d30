"""The chain's semantics in Cypher, as docs/cypher.md has them for people: what the package's answers are held against.

The texts look at single nodes and relationships of the Neo4j graph; they share nothing with the compiled snapshot.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import neo4j

from graph.snapshot.snapshot import Snapshot
from queries.coverage import role_coverage
from queries.gaps import find_gaps
from queries.semantics.chain_arrays import chain_arrays
from queries.semantics.chain_status import STATUSES as CODES
from queries.semantics.course_units import of_institution
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import FocusWish, Scope
from queries.trace import Trace, trace_competency
from tests.support.paths import DOCS

PAGE = DOCS / "cypher.md"
CLASSES = "Classes"
STATUSES = "Status of every competency"
COUNTS = "Competencies by status"
LINKS = "Links of connected competencies"
COVERAGE = "Coverage of every role"
PICTURE = "One competency as a picture"

BY_ID = "One competency by its id"
BY_NAME = "Competencies by name"
BY_WORDS = "Search by words"

FOCUS_ROLES = "Roles in focus"
FOCUS = "Status of every competency in focus"
SOURCES = "Sources that count for an institution"
DISCIPLINES = "Disciplines of an institution"
TARGETS = "Roles that an institution's disciplines target"
INSTITUTION = "Status of every competency of an institution"

SHARES = ("taught", "practised", "coverage")

Chains = tuple[str, int, int, int]
"""A best link, and the numbers of direct, role-direct and indirect chains."""


@dataclass
class Told:
    """What is said of a whole graph; a class stands under the smallest of its ids.

    `links` are of what is connected, `best` counts them by best link. `shares` are by role, and name of the share.
    `pictures` are, of some competencies, the ids of what stands around them.
    """

    classes: list[list[str]]
    statuses: dict[str, str]
    counts: dict[str, int]
    links: dict[str, Chains]
    best: dict[str, int]
    shares: dict[tuple[str, str], float | None]
    pictures: dict[str, set[str]]


@cache
def texts() -> dict[str, str]:
    """Return the texts of the page, by heading."""
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {}
    for section in sections:
        heading, _, body = section.partition("\n")
        for text in re.findall(r"^```cypher\n(.*?)^```$", body, flags=re.MULTILINE | re.DOTALL):
            assert heading not in found, f"two texts under one heading: {heading}"
            found[heading] = text
    return found


class CypherOracle:
    """The texts, asked of one server; `answered` keeps how many rows each gave when it was last asked."""

    def __init__(self, driver: neo4j.Driver) -> None:
        self._driver = driver
        self.answered: dict[str, int] = {}

    def ask(self, heading: str, **values: object) -> list[neo4j.Record]:
        """Return what a text answers."""
        with self._driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
            found = list(session.run(texts()[heading], values))
        self.answered[heading] = len(found)
        return found

    def tell(self, pictured: Iterable[str] = ()) -> Told:
        """Return all that the texts say of the graph as it is now."""
        classes = self._classes(None)
        links: dict[str, Chains] = {
            c: (best, *numbers) for c, best, *numbers in (r.values() for r in self.ask(LINKS, classes=classes))
        }
        best = [link for link, *_ in links.values()]
        return Told(
            classes=classes,
            statuses={record["competency"]: record["status"] for record in self.ask(STATUSES, classes=classes)},
            counts={record["status"]: record["competencies"] for record in self.ask(COUNTS, classes=classes)},
            links=links,
            best={link: best.count(link) for link in best},
            shares={
                (record["role"], name): record[name]
                for record in self.ask(COVERAGE, classes=classes)
                for name in SHARES
            },
            pictures={one: self._picture(one, classes) for one in pictured},
        )

    def statuses(self, focus: FocusWish = "auto", institution: str | None = None) -> dict[str, str]:
        """Return the status of every competency that the focus, or an institution, is about; of the rest none."""
        sources = None if institution is None else self._ids(SOURCES, institution=institution)
        classes = self._classes(sources)
        in_focus = self._ids(FOCUS_ROLES, classes=classes, sources=sources)
        is_ours = focus == "ours" or (focus == "auto" and bool(in_focus))
        if institution is None and not is_ours:
            return {record["competency"]: record["status"] for record in self.ask(STATUSES, classes=classes)}
        if institution is None:
            found = self.ask(FOCUS, classes=classes, roles=in_focus)
        else:
            disciplines = self._ids(DISCIPLINES, institution=institution, sources=sources)
            roles = self._ids(TARGETS, classes=classes, sources=sources, disciplines=disciplines)
            everyone = in_focus if is_ours else self._every_role(sources)
            found = self.ask(
                INSTITUTION, classes=classes, sources=sources, disciplines=disciplines, roles=roles or everyone
            )
        return {record["competency"]: record["status"] for record in found}

    def _classes(self, sources: list[str] | None) -> list[list[str]]:
        return [record["ids"] for record in self.ask(CLASSES, sources=sources)]

    def _ids(self, heading: str, **values: object) -> list[str]:
        return [record[0] for record in self.ask(heading, **values)]

    def _every_role(self, sources: list[str] | None) -> list[str]:
        """Return the roles that are stated, by a text that is too plain for the page."""
        with self._driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
            text = "MATCH (r:Role) WHERE any(one IN r._sources WHERE one IN $sources) RETURN r.id"
            return [record[0] for record in session.run(text, sources=sources)]

    def find(self, competency: str) -> list[list[str]]:
        """Return the ids that are found by a competency's id, by its name, and by its name as words."""
        by_id = self.ask(BY_ID, competency=competency)
        name = by_id[0]["name"]
        found = (by_id, self.ask(BY_NAME, name=name), self.ask(BY_WORDS, words=f'"{name}"'))
        return [[record["id"] for record in records] for records in found]

    def _picture(self, competency: str, classes: list[list[str]]) -> set[str]:
        first = {each: ids[0] for ids in classes for each in ids}
        nodes = [
            node for record in self.ask(PICTURE, classes=classes, competency=competency) for node in record[0].nodes
        ]
        return {first.get(node["id"], node["id"]) for node in nodes if "Competency" not in node.labels}


def told_by_package(snapshot: Snapshot, pictured: Iterable[str] = ()) -> Told:
    """Return what the package says of the same."""
    competencies, roles = (snapshot.of_kind(kind).tolist() for kind in ("Competency", "Role"))
    traces = {c: trace_competency(snapshot, snapshot.ids[c], limit=0) for c in competencies}
    gaps = find_gaps(snapshot, Scope(focus="all"), limit=0)
    coverage = {r: role_coverage(snapshot, snapshot.ids[r]) for r in roles}
    return Told(
        classes=sorted(ids for ids in (ids_of(snapshot, node) for node in competencies + roles) if len(ids) > 1),
        statuses={ids_of(snapshot, c)[0]: trace.status.value for c, trace in traces.items()},
        counts={status.value: number for status, number in gaps.counts.items() if number},
        links={ids_of(snapshot, c)[0]: chains(trace) for c, trace in traces.items() if trace.link},
        best={link.value: number for link, number in gaps.links.items() if number},
        shares={(ids_of(snapshot, r)[0], name): getattr(coverage[r], name) for r in roles for name in SHARES},
        pictures={one: around(snapshot, one) for one in pictured},
    )


def statuses_by_package(snapshot: Snapshot, focus: FocusWish, institution: str | None = None) -> dict[str, str]:
    """Return what the package says of the same: the status of every competency that is in focus."""
    scope = Scope(focus=focus, institution=institution)
    snapshot = of_institution(snapshot, scope)
    chains = chain_arrays(snapshot, resolve(snapshot, scope, focused=True))
    codes = zip(chains.competencies.tolist(), chains.status.tolist(), strict=True)
    return {ids_of(snapshot, c)[0]: CODES[code].value for c, code in codes}


def ids_of(snapshot: Snapshot, node: int) -> list[str]:
    """Return the ids of the node's class, the smallest first."""
    return sorted(snapshot.ids[member] for member in snapshot.members(node))


def chains(trace: Trace) -> Chains:
    """Return the best link of a connected competency, and the numbers of chains."""
    counts = trace.chain_counts
    return (str(trace.link), counts.direct, counts.role_direct, counts.indirect)


def around(snapshot: Snapshot, competency: str) -> set[str]:
    """Return all that a trace shows: units, tasks, responsibilities and roles."""
    trace = trace_competency(snapshot, competency, limit=0)
    shown = [
        *(unit.id for unit in trace.knowledge_units),
        *(task.id for task in trace.training_tasks),
        *(duty.id for duty in trace.responsibilities),
        *(role.id for role in trace.roles),
    ]
    return {ids_of(snapshot, snapshot.require(one))[0] for one in shown}
