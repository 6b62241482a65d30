"""NICE: both editions from their published files, and what small files of the same forms become or are told."""

import csv
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError
from graph.stores import Store, open_store
from ingest.draft import Draft
from ingest.formats.native import read as native
from ingest.formats.nice import read as nice
from ingest.job import Leniency, ingest
from ingest.report import IngestReport
from tests.support.commanding import Commands
from tests.support.drafts import notes_of, skipped_of
from tests.support.examples import examples
from tests.support.factory import statements
from tests.support.samples.nice import Json, record, small_2017, small_2024

Take = Callable[..., IngestReport]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    yield opened
    opened.close()


def kinds(draft: Draft) -> Counter[str]:
    """Count the nodes by kind and sort."""
    return Counter(f"{kind} {json.loads(values).get('kind', '')}".strip() for kind, values in draft.nodes.values())


# The published files


@pytest.fixture(scope="module")
def of_2024(shared_data: Path) -> Draft:
    return nice.read(shared_data / "nice-framework-misp")


@pytest.fixture(scope="module")
def of_2017(shared_data: Path) -> Draft:
    return nice.read(shared_data / "nice-framework-2017")


def clusters(shared_data: Path) -> dict[str, list[Json]]:
    """Return the records of the published clusters, read apart from the reader."""
    folder = shared_data / "nice-framework-misp" / "clusters"
    return {
        path.stem.removeprefix("nice-framework-"): json.loads(path.read_text(encoding="utf-8"))["values"]
        for path in folder.glob("*.json")
    }


def test_the_edition_of_2024_is_whole(of_2024: Draft) -> None:
    """52 roles, 1,084 tasks, 640 knowledge, 556 skills; nothing is rejected."""
    assert of_2024.source.name == "NICE 2024"
    wanted = {"Role": 52, "JobResponsibility": 1084, "Competency knowledge": 640, "Competency skill": 556}
    assert kinds(of_2024) == wanted
    assert not of_2024.problems


def test_every_edge_of_2024_is_accounted_for(of_2024: Draft, shared_data: Path) -> None:
    """Of 7,490, 52 lead nowhere and 52 to an OPM code; every other is a link between the two that it names."""
    found = clusters(shared_data)
    code = {r["uuid"]: r["value"].split(" - ")[-1] for records in found.values() for r in records}
    edges = [(code[r["uuid"]], edge["dest-uuid"]) for r in found["work_roles"] for edge in r["related"]]
    assert len(edges) == 7490
    assert skipped_of(of_2024)["edges to what no file holds"] == sum(to not in code for _, to in edges) == 52
    named = {(f"nice24:{role}", f"nice24:{code[to]}") for role, to in edges if code.get(to, "0")[0] in "TKS"}
    assert {(start, end) for start, _, end in of_2024.links} == named
    assert len(named) == 7490 - 52 - 52


def test_tasks_of_2024_are_responsibilities_and_statements_are_required(of_2024: Draft) -> None:
    """The relation follows from what stands at the end."""
    assert {(relation, end[7]) for _, relation, end in of_2024.links} == {
        ("HAS_RESPONSIBILITY", "T"),
        ("REQUIRES", "K"),
        ("REQUIRES", "S"),
    }


def test_a_role_of_2024_has_the_title_of_its_opm_code(of_2024: Draft) -> None:
    """A dash without a space before it ends the title too; a second code gives an alias; no code, the description."""
    values = {str(node_id): json.loads(stated) for node_id, (_, stated) in of_2024.nodes.items()}
    assert values["nice24:OG-WRL-012"]["name"] == "Security Control Assessor"
    assert values["nice24:OG-WRL-005"]["name"] == "Cyber Instructor"
    two = values["nice24:DD-WRL-004"]
    assert (two["name"], two["aliases"]) == ("Information Systems Security Developer", ["Systems Developer"])
    assert values["nice24:PD-WRL-005"]["name"].startswith("Responsible for identifying")
    assert any("PD-WRL-005" in note and "OPM" in note for note in notes_of(of_2024))


def test_dangling_edges_are_named(of_2024: Draft) -> None:
    """Some of them, with the number of the others."""
    (note,) = (note for note in notes_of(of_2024) if "not followed" in note)
    assert "CE-WRL-001 to 3aa9b67e-c9e1-5322-a314-d79d59d5144a" in note
    assert note.endswith("and 47 more")


def test_the_edition_of_2017_is_whole(of_2017: Draft, shared_data: Path) -> None:
    """As many of each as its lists have codes; nothing is rejected, though the list of tasks is no YAML."""
    lists = shared_data / "nice-framework-2017" / "idmken" / "research" / "nice2021"
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(lists.glob("nice_*.yml")))
    counted = Counter(code[0] for code in re.findall(r"^\s+[tksa]Id: *([TKSA]\d{4}) *$", text, re.MULTILINE))
    assert counted == {"T": 1003, "K": 594, "S": 368, "A": 176}
    assert kinds(of_2017) == {
        "Role": 52,
        "JobResponsibility": counted["T"],
        "Competency knowledge": counted["K"],
        "Competency skill": counted["S"],
        "Competency ability": counted["A"],
    }
    assert (of_2017.source.name, of_2017.problems) == ("NICE 2017", [])


def test_links_of_2017_are_those_of_the_prepared_set(of_2017: Draft, shared_data: Path) -> None:
    """Another program read the same role pages: its ids and links are ours."""
    cyber = shared_data / "native" / "cyber"
    with (cyber / "links.csv").open(encoding="utf-8", newline="") as opened:
        rows = [(row["from_id"], row["relation"], row["to_id"]) for row in csv.DictReader(opened)]
    with (cyber / "job_responsibilities.csv").open(encoding="utf-8", newline="") as opened:
        rows += [(row["role_id"], "HAS_RESPONSIBILITY", row["id"]) for row in csv.DictReader(opened)]
    wanted = {row for row in rows if row[1] in {"REQUIRES", "HAS_RESPONSIBILITY"}}
    assert of_2017.links.keys() == wanted
    assert Counter(row[1] for row in wanted) == {"REQUIRES": 2359, "HAS_RESPONSIBILITY": 804}


def test_what_no_list_of_2017_holds_is_named(of_2017: Draft) -> None:
    """Three statements are not followed, two slips of the pen are read as meant."""
    assert of_2017.skipped.total() == 3
    notes = "\n".join(notes_of(of_2017))
    assert all(f"names {code}" in notes for code in ("K0374", "K0443", "S0098"))
    assert "S367 as S0367 (nice:SP-ARC-002), TO860 as T0860 (nice:AN-LNG-001)" in notes


def test_both_editions_stand_beside_each_other(of_2017: Draft, of_2024: Draft, store: Store, shared_data: Path) -> None:
    """139 codes stand in both, and no id; the prepared set, which shares 95 of them, fits on top."""
    codes = [{node_id.partition(":")[2] for node_id in draft.nodes} for draft in (of_2017, of_2024)]
    assert len(codes[0] & codes[1]) == 139
    assert not of_2017.nodes.keys() & of_2024.nodes.keys()
    for name in ("nice-framework-2017", "nice-framework-misp"):
        assert not ingest(lambda name=name: nice.read(shared_data / name), store).refused  # type: ignore[misc]
    before = store.revision()
    again = ingest(lambda: nice.read(shared_data / "nice-framework-misp"), store)
    assert (again.unchanged.nodes, again.unchanged.links) == (2332, 7386)
    assert store.revision() == before
    prepared = native.read(shared_data / "native" / "cyber")
    assert len({node_id.removeprefix("nice:") for node_id in prepared.nodes} & codes[1]) == 95
    assert not ingest(lambda: native.read(shared_data / "native" / "cyber"), store).refused


# Small files of the same form


@pytest.fixture
def take(store: Store, tmp_path: Path) -> Take:
    """Give an import of files into the store; JSON where they are no text."""

    def run(files: dict[str, Any], **leniency: bool) -> IngestReport:
        folder = tmp_path / "small"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, content in files.items():
            text = content if isinstance(content, str | bytes) else json.dumps(content)
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return ingest(lambda: nice.read(folder), store, leniency=Leniency(**leniency))

    return run


def test_small_clusters_are_imported(store: Store, take: Take) -> None:
    """Names, codes and links are as the clusters say."""
    assert not take(small_2024()).refused
    stated = statements(store)
    assert {key for _, key in stated.links} == {
        ("nice24:OG-WRL-001", "HAS_RESPONSIBILITY", "nice24:T0001"),
        ("nice24:OG-WRL-001", "REQUIRES", "nice24:K0001"),
        ("nice24:OG-WRL-001", "REQUIRES", "nice24:S0001"),
        ("nice24:PD-WRL-002", "REQUIRES", "nice24:K0001"),
    }
    roles = {str(i): json.loads(v) for (_, i), (kind, v) in stated.nodes.items() if kind == "Role"}
    assert roles["nice24:OG-WRL-001"] == {
        "name": "Boss",
        "framework": "NICE 2024",
        "code": "OG-WRL-001",
        "description": "text of OG-WRL-001",
    }
    assert roles["nice24:PD-WRL-002"]["name"] == "text of PD-WRL-002"


def test_small_lists_are_imported(store: Store, take: Take) -> None:
    """Quotes are undone, a colon in a text is text, and the page's links stand."""
    assert not take(small_2017()).refused
    stated = statements(store)
    values = {str(i): json.loads(v) for (_, i), (_, v) in stated.nodes.items()}
    assert values["nice:SP-RSK-001"]["description"] == "Decides what's next."
    assert values["nice:T0001"] == {"name": "Do things such as: this one."}
    assert {(key[1], key[2]) for _, key in stated.links} == {
        ("HAS_RESPONSIBILITY", "nice:T0001"),
        ("REQUIRES", "nice:S0001"),
        ("REQUIRES", "nice:A0001"),
        ("REQUIRES", "nice:K0001"),
    }


def test_lists_without_pages_say_so_and_take_no_link_away(store: Store, take: Take) -> None:
    """What the roles require is not stated then, which is not the same as nothing."""
    take(small_2017())
    files = small_2017()
    del files["boss.md"]
    report = take(files)
    assert report.removed.links == 0
    assert any("no page" in note for note in report.notes)


@pytest.mark.parametrize("name", ["work_roles", "tasks", "knowledges", "skills", "opm_codes"])
def test_the_order_of_records_is_irrelevant(store: Store, take: Take, name: str) -> None:
    """Turned round, a cluster says the same; so do the edges of a role in another order."""
    clusters = small_2024()
    values = clusters[f"{name}.json"]["values"]
    values.append(record({"work_roles": "IO-WRL-003", "opm_codes": "7"}.get(name, f"{name[0].upper()}0002"), "more"))
    take(clusters)
    before = store.revision()
    values.reverse()
    random.Random(3).shuffle(clusters["work_roles.json"]["values"][-1]["related"])
    assert not take(clusters).refused
    assert store.revision() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r.pop("uuid"), "the uuid is missing"),
        (lambda r: r.update(uuid=3), "uuid is text"),
        (lambda r: r.update(value=["T0001"]), "value is text; here it is a list"),
        (lambda r: r.update(value="no code"), "no code of the tasks"),
        (lambda r: r.update(description=None), "the description is missing"),
        (lambda r: r.update(description="a\x07b"), "control character"),
        (lambda r: r.update(related={}), None),
        (lambda r: r.update(related="x"), "a list of edges"),
    ],
)
def test_a_faulty_record_is_named(store: Store, take: Take, change: Callable[[Json], object], said: str | None) -> None:
    """By its file and its number in the list, the first being 2; nothing is written."""
    clusters = small_2024()
    clusters["tasks.json"]["values"].append(record("T0002", "t2"))
    change(clusters["tasks.json"]["values"][1])
    report = take(clusters)
    if said is None:
        assert not report.refused
        return
    (problem,) = report.problems
    assert (problem.file, problem.sheet, problem.row) == ("tasks.json", "values", 3)
    assert said in problem.reason
    assert not store.exists()


@pytest.mark.parametrize(
    ("edge", "said"),
    [({}, "dest-uuid"), ("k1", "dest-uuid"), ({"dest-uuid": 3}, "is text; here it is the number 3")],
)
def test_a_faulty_edge_is_named(store: Store, take: Take, edge: object, said: str) -> None:
    """By its role and its number; with leniency the others stand."""
    clusters = small_2024()
    clusters["work_roles.json"]["values"][1]["related"].append(edge)
    (problem,) = take(clusters).problems
    assert (problem.file, problem.sheet, problem.row) == ("work_roles.json", "related of PD-WRL-002", 3)
    assert said in problem.reason
    assert take(clusters, skip_invalid=True).added.links == 4
    assert store.exists()


def test_edges_that_are_no_links_are_counted(take: Take) -> None:
    """To nothing, between roles, and of another type: each under its own reason."""
    clusters = small_2024()
    edges = clusters["work_roles.json"]["values"][1]["related"]
    edges += [{"dest-uuid": "gone", "type": "involves"}, {"dest-uuid": "r1", "type": "involves"}]
    edges += [{"dest-uuid": "s1", "type": "resembles"}]
    report = take(clusters)
    assert sorted(report.skipped.values()) == [1, 1, 1]
    assert report.read == report.accepted + 3
    assert any("PD-WRL-002 to gone" in note for note in report.notes)


@pytest.mark.parametrize(("uuid", "value"), [("t1", "T0002"), ("t2", "T0001")])
def test_a_record_that_stands_twice_is_named(take: Take, uuid: str, value: str) -> None:
    """By uuid or by code."""
    clusters = small_2024()
    clusters["tasks.json"]["values"].append(record(value, uuid))
    (problem,) = take(clusters).problems
    assert problem.row == 3
    assert "stands already" in problem.reason


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"type": "nice-framework-tasks", "values": [', "is not JSON"),
        ("[]", "is one object"),
        ("", "is empty"),
        ('{"type": "x", "type": "y"}', "stands twice"),
        ('{"type": NaN}', "no number that JSON allows"),
        ('{"type": 1e999}', "too large"),
        ('{"type": "\\ud800"}', "half a character"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100 + "1" + "}" * 100, "nested too deeply"),
        ('{"type": "nice-framework-tasks", "values": {}}', "a list of records"),
        ("{}".encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_damaged_cluster_refuses_the_job(store: Store, take: Take, content: str | bytes, said: str) -> None:
    """The file is named, with and without leniency, and no store is made."""
    for skip_invalid in (False, True):
        report = take({**small_2024(), "tasks.json": content}, skip_invalid=skip_invalid)
        assert report.refused
        (problem,) = report.problems
        assert problem.file == "tasks.json"
        assert said in problem.reason
    assert not store.exists()


@pytest.mark.parametrize(
    ("name", "text", "row", "said"),
    [
        ("tasks.yml", "-\n    tId: T1\n    taskDescription: x\n", 1, "tId is missing or of another form"),
        ("tasks.yml", "-\n    tId: T0001\n    taskDescription:\n", 1, "taskDescription is missing"),
        ("roles.yml", "-\n    workRoleID: SP-RSK-001\n    description: x\n", 1, "workRole is missing"),
        ("tasks.yml", "-\n    tId: T0001\n    tId: T0002\n    taskDescription: x\n", 1, "stands twice in one record"),
        ("tasks.yml", "-\n    tId: T0001\n    taskDescription: x\n    more of it\n", 1, "a line is `key: value`"),
        ("tasks.yml", "tId: T0001\n-\n    tId: T0001\n    taskDescription: x\n", 1, "begins with a line"),
        ("tasks.yml", "-\n tId: T0001\n taskDescription: x\n-\n tId: T0001\n taskDescription: y\n", 4, "already"),
        ("boss.md", "Work Role ID: SP-RSK-009\n\nTasks T0001\n", 1, "holds no SP-RSK-009"),
    ],
)
def test_a_faulty_line_is_named(take: Take, name: str, text: str, row: int, said: str) -> None:
    """By its file and the line that the record begins with; nothing is written."""
    report = take({**small_2017(), name: text})
    assert (report.problems[0].file, report.problems[0].row) == (name, row)
    assert said in report.problems[0].reason
    assert (report.refused, report.revision) == (True, 0)


def test_two_pages_of_a_role_are_an_error(take: Take) -> None:
    """The second is named."""
    (problem,) = take({**small_2017(), "other.md": small_2017()["boss.md"]}).problems
    assert problem.file == "other.md"
    assert "boss.md" in problem.reason


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no file of the NICE framework"),
        ({"x.json": {"type": "nice-framework-tasks"}}, "no file of the NICE framework"),
        ({"a.json": small_2024()["tasks.json"]}, "missing: work_roles, knowledges, skills"),
        ({"a.yml": small_2017()["tasks.yml"]}, "missing: work roles, knowledge, skills, abilities"),
        ({**small_2017(), **small_2024()}, "more than once"),
        ({**small_2024(), "again.json": small_2024()["tasks.json"]}, "holds tasks, and so does again.json"),
        ({**small_2017(), "again.yml": small_2017()["tasks.yml"]}, "holds tasks, and so does again.yml"),
        ({**small_2017(), "tasks.yml": "-\n tId: \u00e4".encode("latin-1")}, "not UTF-8"),
    ],
)
def test_what_is_no_edition_is_refused(store: Store, take: Take, files: dict[str, Any], said: str) -> None:
    """With what is missing, or too much."""
    report = take(files)
    assert report.refused
    assert said in report.problems[0].reason
    assert not store.exists()


def test_a_file_of_something_else_or_nothing_is_no_edition(tmp_path: Path) -> None:
    """Both are told."""
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="no file of the NICE framework"):
        nice.read(tmp_path / "a.json")
    with pytest.raises(InputError, match="is not there"):
        nice.read(tmp_path / "none")


def test_files_that_are_not_needed_are_named(take: Take) -> None:
    """They are left alone."""
    report = take({**small_2024(), "LICENSE.md": "CC0", "galaxy.json": {"type": "nice-framework-tasks"}})
    assert "not needed, and left alone: LICENSE.md, galaxy.json" in report.notes


def test_the_command_previews_and_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command, under a name of one's own where wanted."""
    cli = Commands(tmp_path, monkeypatch, capsys)
    folder = cli.folder(small_2017())
    dry = cli("ingest", "nice", folder, "--dry-run", "--json").document
    assert (dry["dry_run"], dry["added"]) == (True, {"nodes": 5, "links": 4})
    assert cli("ingest", "nice", folder, "--source", "Ours", "--json").document["source"] == "Ours"
    assert cli("show", "nice:T0001", "--json").document["name"] == "Do things such as: this one."


# Whatever the files hold

_TEXTS = st.sampled_from(["", "T0001", "text - T0001", "nice-framework-tasks", "involves", "k1", "\x00", "ä"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXTS | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["uuid", "value", "description", "related", "type", "dest-uuid"]), inner)
    ),
    max_leaves=8,
)


@examples(60)
@given(part=st.sampled_from(["work_roles", "tasks", "skills", "opm_codes"]), values=st.lists(_JSON, max_size=3) | _JSON)
def test_any_json_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, part: str, values: object) -> None:
    """No cluster raises anything but an InputError, and every record is accounted for."""
    folder = tmp_path_factory.mktemp("any")
    files = small_2024()
    files[f"{part}.json"]["values"] = values
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    try:
        draft = nice.read(folder)
    except InputError:
        return
    assert draft.accepted >= 0


@examples(60)
@given(
    name=st.sampled_from(sorted(small_2017())),
    text=st.lists(
        st.sampled_from(["-", "- ", "tId: T0001", "taskDescription: x", ":", "#", "Tasks", "---"]) | st.text()
    ),
)
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, name: str, text: list[str]) -> None:
    """No list and no page raises anything but an InputError."""
    folder = tmp_path_factory.mktemp("any")
    for file, content in {**small_2017(), name: small_2017()[name] + "\n".join(text)}.items():
        (folder / file).write_bytes(content.encode("utf-8", "replace"))
    try:
        assert nice.read(folder).accepted >= 0
    except InputError:
        return
