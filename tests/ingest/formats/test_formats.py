"""Published files, each by its documented command: the tables of the documentation, and frameworks in one graph."""

import csv
import io
import json
import re
import shlex
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import main
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.draft import Draft
from ingest.formats.onet import read as onet
from queries.gaps import Gaps, find_gaps
from queries.semantics.scope import Scope
from queries.trace import trace_competency
from tests.support.paths import DOCS
from tests.support.sharing import Once

PAGE = DOCS / "formats.md"
WRITTEN = "<!-- Written by a test with --update-golden, from here on. -->\n"
CODES = "onet-soc-2010-2019/2010_to_2019_Crosswalk.csv"
JOINT = "joint"
SECURITY = "cip:11.1003"
"""A discipline of two sources: its courses are of the cyber security set, its targets of CIP-SOC."""
PYTHON = "esco:ccd0a1d9-afda-43d9-b901-96344886e14d"

_BESIDE = ("esco: esco-1.1.1", "cip-soc: cip-soc-nces", "native: cyber", "native: exercism-python")
"""What is imported beside O*NET into one store, before the crosswalk."""

pytestmark = pytest.mark.slow
Report = dict[str, Any]


def commands() -> list[str]:
    """Return the commands of the page, in their order."""
    _, *blocks = PAGE.read_text(encoding="utf-8").split("```sh\n")
    listed = [block.partition("```")[0].splitlines() for block in blocks]
    return next(lines for lines in listed if all(line.startswith("rolepath ingest ") for line in lines))


def label(command: str) -> str:
    """Return what the table calls a command: the format, and the folder or file."""
    _, _, name, path, *_ = shlex.split(command)
    return f"{name}: {path.partition('/')[2] if name == 'native' else path.partition('/')[0]}"


class Importing:
    """Imports by commands, run in the folder of published data; O*NET's workbooks are read once for all tests."""

    def __init__(self, data: Path, folder: Path, drafted: Callable[[], Draft], patch: pytest.MonkeyPatch) -> None:
        def read(path: Path, _tell: object, *, importance: float, technology: bool) -> Draft:
            assert (path.resolve(), importance, technology) == ((data / "onet-29.3").resolve(), 3.0, False)
            return drafted()

        patch.setattr(onet, "read", read)
        patch.chdir(data)
        patch.setenv("ROLEPATH_STATE", str(folder / "state.db"))
        self.folder = folder

    def __call__(self, command: str, store: str) -> Report:
        """Run the command on the store of this name, and return its report."""
        out, err = io.StringIO(), io.StringIO()
        words = [*shlex.split(command)[1:], "--store", f"sqlite:///{self.folder / store}.db", "--json"]
        with redirect_stdout(out), redirect_stderr(err):
            status = main(words)
        assert status == 0, err.getvalue()
        report: Report = json.loads(out.getvalue())
        return report


@pytest.fixture(scope="session")
def imported(shared_data: Path, once: Once, onet_drafted: Callable[[], Draft]) -> Path:
    """Give a folder with reports.json, by command, and the store joint.db, of several frameworks."""

    def fill(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            run = Importing(shared_data, folder, onet_drafted, patch)
            stores = {command: f"{number:02}" for number, command in enumerate(commands())}
            by_format = {label(command): command for command in commands()}
            stores[by_format["native: exercism-python"]] = stores[by_format["esco: esco-1.1.1"]]
            reports = {command: run(command, store) for command, store in stores.items()}
            onet_store = folder / f"{stores[by_format['onet: onet-29.3']]}.db"
            shutil.copy(onet_store, folder / f"{JOINT}.db")
            crosswalk = by_format["crosswalk: esco-onet-crosswalk-nesta"] + f" --translate {CODES}"
            others = (by_format[name] for name in _BESIDE)
            joint = [run(command, JOINT) for command in (*others, crosswalk)]
        (folder / "reports.json").write_text(json.dumps({"alone": reports, JOINT: joint}), encoding="utf-8")

    return once("formats", fill)


@pytest.fixture(scope="session")
def reports(imported: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((imported / "reports.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def joint(imported: Path) -> Iterator[Snapshot]:
    store = open_store(f"sqlite:///{imported / JOINT}.db")
    yield compile_snapshot(store)
    store.close()


# The table


def row(cells: Sequence[object]) -> str:
    texts = (f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in cells)
    return f"| {' | '.join(texts)} |\n"


def tables(alone: dict[str, Report]) -> str:
    """Return both tables of the page: what became of the rows, and why some were left out."""
    head = ["file", "read", "accepted", "rejected", "skipped", "nodes", "links", "dormant"]
    parts = [row(head), row(["---", *["--:"] * (len(head) - 1)])]
    for command, report in alone.items():
        counts = (report[name] for name in ("read", "accepted", "rejected"))
        added = report["added"]
        skipped = sum(report["skipped"].values())
        parts.append(row([label(command), *counts, skipped, added["nodes"], added["links"], report["dormant"]]))
    parts += [
        "\nWhy rows are rejected or skipped:\n\n",
        row(["file", "rows", "", "why"]),
        row(["---", "--:", *["---"] * 2]),
    ]
    for command, report in alone.items():
        rejected = Counter(_reason(problem) for problem in report["problems"])
        parts += [row([label(command), count, "rejected", why]) for why, count in sorted(rejected.items())]
        parts += [row([label(command), count, "skipped", why]) for why, count in sorted(report["skipped"].items())]
    return "".join(parts)


def _reason(problem: dict[str, str]) -> str:
    told = problem["reason"].replace(problem["value"], "ID").partition(";")[0]
    return f"{problem['file']}, {problem['column']}: {told}"


def test_the_page_tells_what_the_commands_give(reports: dict[str, Any], update_golden: bool) -> None:
    """Both tables are written from real imports, and stand in the page word by word."""
    before, mark, _ = PAGE.read_text(encoding="utf-8").partition(WRITTEN)
    page = f"{before}{mark}\n{tables(reports['alone'])}"
    if update_golden:
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


def test_every_row_is_accounted_for(reports: dict[str, Any]) -> None:
    """Read is accepted, rejected and skipped, and every rejected row has its problem."""
    for report in reports["alone"].values():
        assert report["read"] == report["accepted"] + report["rejected"] + sum(report["skipped"].values())
        assert len({(p["file"], p["row"]) for p in report["problems"]}) == report["rejected"]


def test_each_command_is_of_a_format_of_its_own() -> None:
    """The commands cover every format of which published files are here, both editions of NICE, three native sets."""
    named = Counter(shlex.split(command)[2] for command in commands())
    once = dict.fromkeys(("esco", "onet", "case", "cip-soc", "crosswalk", "osmt"), 1)
    assert named == {**once, "nice": 2, "native": 3}


def test_every_page_is_linked() -> None:
    """The index names each page on a format, and no other."""
    linked = set(re.findall(r"\]\(formats/([a-z-]+\.md)\)", PAGE.read_text(encoding="utf-8")))
    assert linked == {path.name for path in (PAGE.parent / "formats").glob("*.md")}


# Several frameworks in one graph: O*NET, ESCO, their crosswalk, CIP-SOC, the cyber security set, the Python track


class Published:
    """What the published files say, read by other code than ours; of O*NET what its own tests have counted."""

    def __init__(self, data: Path, onet_draft: Draft) -> None:
        self.skills_of: defaultdict[str, dict[str, str]] = defaultdict(dict)
        known = {record["conceptUri"] for record in table(data / "esco-1.1.1" / "csv" / "occupations_en.csv")}
        for record in table(data / "esco-1.1.1" / "csv" / "occupationSkillRelations.csv"):
            if record["occupationUri"] in known:
                skill = f"esco:{record['skillUri'].rpartition('/')[2]}"
                occupation = f"esco:{record['occupationUri'].rpartition('/')[2]}"
                self.skills_of[occupation][skill] = record["relationType"]
        self.onet = {str(node_id) for node_id, (kind, _) in onet_draft.nodes.items() if kind == "Role"}
        self.needs: defaultdict[str, set[str]] = defaultdict(set)
        for start, relation, end in onet_draft.links:
            if relation in {"REQUIRES", "HAS_RESPONSIBILITY"}:
                self.needs[start].add(end)
        self.targets: defaultdict[str, set[str]] = defaultdict(set)
        for record in table(data / "cip-soc-nces" / "CIP2020_SOC2018_Crosswalk.csv"):
            if record["SOC2018Code"] != "99-9999" and record["CIP2020Code"] != "99.9999":
                self.targets[f"cip:{record['CIP2020Code']}"].add(f"onet:{record['SOC2018Code']}.00")
        self.esco_of = self._same(data, {f"esco:{uri.rpartition('/')[2]}" for uri in known})

    def _same(self, data: Path, esco: set[str]) -> dict[str, str]:
        """Return the ESCO occupation of each O*NET occupation that is surely the same, one to one."""
        became: defaultdict[str, set[str]] = defaultdict(set)
        for record in table(data / CODES):
            became[record["O*NET-SOC 2010 Code"]].add(record["O*NET-SOC 2019 Code"])
        pairs = {
            (f"esco:{record['concept_uri'].rpartition('/')[2]}", f"onet:{code}")
            for record in table(data / "esco-onet-crosswalk-nesta" / "esco_onet_crosswalk_Nov2020.csv")
            for code in became.get(record["onet_code"], {record["onet_code"]})
            if record["confidence"] == "2.0"
        }
        live = [pair for pair in pairs if pair[0] in esco and pair[1] in self.onet]
        times = Counter(end for pair in live for end in pair)
        return {b: a for a, b in live if times[a] == 1 == times[b]}

    def required_by(self, occupation: str) -> set[str]:
        """Return all that an O*NET occupation requires, its tasks do, and its ESCO occupation does."""
        near = self.needs[occupation]
        of_tasks = {end for task in near if task.startswith("onet:task-") for end in self.needs[task]}
        own = {end for end in near if not end.startswith("onet:task-")}
        return own | of_tasks | self.skills_of.get(self.esco_of.get(occupation, ""), {}).keys()


def table(path: Path) -> list[dict[str, str]]:
    """Return the records of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def published(shared_data: Path, onet_drafted: Callable[[], Draft]) -> Published:
    return Published(shared_data, onet_drafted())


def test_frameworks_stand_beside_each_other(joint: Snapshot) -> None:
    """As many of each kind as the frameworks have; 240 roles are one of two, one discipline is stated twice."""
    counted = {kind: len(joint.of_kind(kind)) for kind in ("Role", "Discipline", "KnowledgeUnit", "TrainingTask")}
    of_cyber = {"Role": 29, "KnowledgeUnit": 24, "TrainingTask": 22, "Discipline": 0}
    of_track = {"Role": 0, "KnowledgeUnit": 67, "TrainingTask": 161, "Discipline": 1}
    of_others = {"Role": 1_016 + 3_007 - 240, "KnowledgeUnit": 0, "TrainingTask": 0, "Discipline": 2_687}
    assert counted == {kind: of_cyber[kind] + of_track[kind] + of_others[kind] for kind in counted}


def test_every_target_is_alive(joint: Snapshot, published: Published) -> None:
    """With O*NET beside them, the programmes' occupations are all there."""
    expected = {(a, b) for a, ends in published.targets.items() for b in ends if b in published.onet}
    links = joint.out("TARGETS")
    found = {
        (joint.ids[i], joint.ids[member])
        for i in joint.of_kind("Discipline").tolist()
        for j in links.row(i)
        for member in joint.members(j)
        if joint.ids[member].startswith("onet:")
    }
    assert found == expected
    assert len(found) == 5_723


def test_a_role_of_two_frameworks_requires_what_both_say(joint: Snapshot, published: Published) -> None:
    """Each of the 240 merged roles has the skills of the ESCO occupation and those of the O*NET occupation."""
    assert len(published.esco_of) == 240
    requires = joint.out("REQUIRES")
    for onet_id, esco_id in published.esco_of.items():
        role = joint.require(onet_id)
        assert {joint.ids[i] for i in joint.members(role)} == {onet_id, esco_id}
        own = {end for end in published.needs[onet_id] if not end.startswith("onet:task-")}
        assert {joint.ids[i] for i in requires.row(role)} == own | published.skills_of[esco_id].keys()


def test_a_trace_crosses_from_a_track_to_a_programme(joint: Snapshot, published: Published) -> None:
    """Exercism develops ESCO's Python, required by an ESCO occupation that is one of O*NET's, which CIP targets."""
    developer = "onet:15-1251.00"
    trace = trace_competency(joint, PYTHON, Scope(role=developer))
    assert trace.status.value == "connected"
    assert {unit.id.partition(":")[0] for unit in trace.knowledge_units} == {"exercism-python"}
    (role,) = trace.roles
    assert role.id == published.esco_of[developer]
    assert role.weight == {"essential": 1.0, "optional": 0.5}[published.skills_of[role.id][PYTHON]]
    targeting = {joint.ids[i] for i in joint.into("TARGETS").row(joint.require(developer))}
    assert targeting == {cip for cip, ends in published.targets.items() if developer in ends}
    assert "cip:11.0201" in targeting


def test_a_trace_counts_every_chain(joint: Snapshot, published: Published) -> None:
    """Each of 67 units, 161 tasks and the occupations that require Python; none twice because it is merged."""
    trace = trace_competency(joint, PYTHON)
    asking = {occupation for occupation, skills in published.skills_of.items() if PYTHON in skills}
    assert {role.id for role in trace.roles} == asking
    assert sum(trace.chain_counts.model_dump().values()) == 67 * 161 * len(asking)


def test_gaps_of_a_discipline_are_those_of_its_targets(joint: Snapshot, published: Published) -> None:
    """What its seven occupations require, in O*NET's words and in ESCO's, and the courses do not teach yet."""
    gaps: Gaps = find_gaps(joint, Scope(discipline=SECURITY))
    targets = published.targets[SECURITY]
    demanded = set[str]().union(*map(published.required_by, targets))
    assert len(targets) == 7
    assert {end.partition(":")[0] for end in demanded} == {"onet", "esco"}
    counted = {status.value: number for status, number in gaps.counts.items()}
    assert counted["unserved"] == len(demanded)
    assert counted["taught_only"] + counted["undemanded"] == taught(joint)


def taught(snapshot: Snapshot) -> int:
    """Count the competencies that a lesson of the cyber security set develops."""
    develops = snapshot.out("DEVELOPS")
    lessons = [
        i for i in snapshot.of_kind("KnowledgeUnit").tolist() if not snapshot.ids[i].startswith("exercism-python:")
    ]
    return len({end for i in lessons for end in develops.row(i)})
