"""The cyber set, course to work role: status and link of every competency, counted from the CSV files alone."""

import csv
from collections import defaultdict
from itertools import product
from pathlib import Path

import pytest

from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from ingest.report import IngestReport
from queries.gaps import find_gaps
from queries.semantics.scope import Scope
from queries.trace import trace_competency

STATUSES = {
    (True, True, True): "connected",
    (True, False, True): "unpractised",
    (False, True, True): "untaught",
    (False, False, True): "unserved",
    (True, True, False): "undemanded",
    (True, False, False): "taught_only",
    (False, True, False): "practised_only",
    (False, False, False): "isolated",
}


class Cyber:
    """The set imported, and the same files read by the csv module."""

    def __init__(self, folder: Path, place: Path) -> None:
        store = open_store(f"sqlite:///{place / 'cyber.db'}")
        self.report: IngestReport = ingest(lambda: native.read(folder), store)
        self.snapshot: Snapshot = compile_snapshot(store)
        store.close()
        self.links: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in rows(folder / "links.csv"):
            self.links[row["relation"]].add((row["from_id"], row["to_id"]))
        duties = {row["id"]: row["role_id"] for row in rows(folder / "job_responsibilities.csv")}
        self.links["HAS_RESPONSIBILITY"] |= {(role, duty) for duty, role in duties.items() if role}
        self.roles = {row["id"] for row in rows(folder / "roles.csv")}
        self.competencies = [row["id"] for row in rows(folder / "competencies.csv")]

    def of(self, competency: str) -> tuple[list[str], list[str], list[str], list[str]]:
        """Return K, T, J and R of a competency."""
        units = [k for k, c in self.links["DEVELOPS"] if c == competency]
        tasks = [t for t, c in self.links["PRACTISES"] if c == competency]
        requiring = [one for one, c in self.links["REQUIRES"] if c == competency]
        duties = [one for one in requiring if one not in self.roles]
        roles = {one for one in requiring if one in self.roles}
        roles |= {r for r, j in self.links["HAS_RESPONSIBILITY"] if j in duties}
        return units, tasks, duties, sorted(roles)

    def status(self, competency: str) -> str:
        """Return the status that the files make."""
        units, tasks, _, roles = self.of(competency)
        return STATUSES[bool(units), bool(tasks), bool(roles)]

    def counts(self, competency: str) -> dict[str, int]:
        """Return how many chains there are of each link, looking at every one."""
        units, tasks, duties, roles = self.of(competency)
        found = {"direct": 0, "role_direct": 0, "indirect": 0}
        for k, t, r in product(units, tasks, roles):
            held = {j for role, j in self.links["HAS_RESPONSIBILITY"] if role == r}
            rehearsed = {j for task, j in self.links["PREPARES_FOR"] if task == t and j in held}
            if (t, k) not in self.links["APPLIES"]:
                found["indirect"] += 1
            elif rehearsed & set(duties):
                found["direct"] += 1
            elif rehearsed and (r, competency) in self.links["REQUIRES"]:
                found["role_direct"] += 1
            else:
                found["indirect"] += 1
        return found

    def link(self, competency: str) -> str | None:
        """Return the best link, None where nothing is connected."""
        if self.status(competency) != "connected":
            return None
        return next(name for name, number in self.counts(competency).items() if number)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def cyber(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Cyber:
    return Cyber(shared_data / "native" / "cyber", tmp_path_factory.mktemp("cyber"))


def test_the_whole_set_is_imported(cyber: Cyber) -> None:
    """Every record is accepted, and every link that the files state is there."""
    assert not cyber.report.refused
    assert cyber.report.rejected == 0
    stated = sum(len(pairs) for relation, pairs in cyber.links.items())
    in_columns = cyber.report.added.links - stated
    assert in_columns == 8 + 24  # the courses' discipline_id and the units' course_id, which are counted nowhere here


def test_there_are_866_competencies(cyber: Cyber) -> None:
    """As many as the set's description says."""
    assert len(cyber.competencies) == len(cyber.snapshot.of_kind("Competency")) == 866


def test_every_status_is_what_the_files_say(cyber: Cyber) -> None:
    """One by one, by what develops, practises and requires it."""
    found = {c: trace_competency(cyber.snapshot, c, limit=0).status.value for c in cyber.competencies}
    assert found == {c: cyber.status(c) for c in cyber.competencies}


def test_every_link_is_what_the_files_say(cyber: Cyber) -> None:
    """One by one, by every chain that can be made of the rows."""
    found = {c: trace_competency(cyber.snapshot, c, limit=0).link for c in cyber.competencies}
    assert found == {c: cyber.link(c) for c in cyber.competencies}
    assert {"role_direct", "indirect"} <= {link.value for link in found.values() if link}


def test_every_chain_is_counted(cyber: Cyber) -> None:
    """The counts of a trace are the numbers of chains that can be made of the rows."""
    connected = [c for c in cyber.competencies if cyber.status(c) == "connected"]
    found = {c: trace_competency(cyber.snapshot, c, limit=0).chain_counts.model_dump() for c in connected}
    assert found == {c: cyber.counts(c) for c in connected}


def test_gaps_count_the_same(cyber: Cyber) -> None:
    """The chain status of all as arrays agrees with the files too."""
    gaps = find_gaps(cyber.snapshot, Scope(focus="all"))
    statuses = [cyber.status(c) for c in cyber.competencies]
    links = [cyber.link(c) for c in cyber.competencies]
    assert gaps.counts == {status: statuses.count(status) for status in gaps.counts}
    assert gaps.links == {link: links.count(link) for link in gaps.links}
