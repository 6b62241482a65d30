"""Rich skill descriptors of OSMT: the published answers, and what small wrong files are told."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from graph.errors import InputError
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from ingest.draft import Draft
from ingest.formats.osmt import read as osmt
from ingest.formats.osmt.occupation_codes import role_of
from ingest.job import Leniency, ingest
from ingest.report import IngestReport
from tests.support.commanding import Commands
from tests.support.drafts import notes_of, skipped_of
from tests.support.examples import examples
from tests.support.factory import live_links, statements
from tests.support.samples.osmt import EXPORT, UUID, Record, descriptor, exported


def named(number: int) -> str:
    """Return the id of a small descriptor."""
    return "osmt:" + UUID.format(number)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'graph.db'}")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Draft]:
    """Give a reading of values, written as one JSON file."""

    def run(*records: object) -> Draft:
        file = tmp_path / "skills.json"
        file.write_text(json.dumps(list(records)), encoding="utf-8")
        return osmt.read(file)

    return run


# The published answers


@pytest.fixture(scope="session")
def folder(shared_data: Path) -> Path:
    return shared_data / "osmt-wgu-rsd"


@pytest.fixture(scope="session")
def raw(folder: Path) -> dict[str, Record]:
    """Give the descriptors of all answers by uuid, read by other code."""
    return {one["uuid"]: one for file in folder.rglob("*.json") for one in json.loads(file.read_bytes())}


@pytest.fixture(scope="session")
def published(folder: Path) -> Draft:
    return osmt.read(folder)


def test_every_published_skill_is_a_competency(raw: dict[str, Record], published: Draft) -> None:
    """142 descriptors, each by its uuid."""
    skills = {node_id for node_id, (kind, _) in published.nodes.items() if kind == "Competency"}
    assert skills == {f"osmt:{uuid}" for uuid in raw}
    assert len(skills) == 142


def test_every_published_occupation_is_a_link(raw: dict[str, Record], published: Draft) -> None:
    """2,143 are stated; one skill names an occupation by its SOC and its O*NET code, which are one role."""
    stated = [(occupation["code"], uuid) for uuid, one in raw.items() for occupation in one["occupations"]]
    assert len(stated) == 2143
    links = {(a, b) for a, relation, b in published.links if relation == "REQUIRES"}
    assert links == {(role_of(code), f"osmt:{uuid}") for code, uuid in stated}
    assert len(links) == 2142


def test_groups_of_occupations_are_no_roles(raw: dict[str, Record], published: Draft) -> None:
    """1,487 links come from groups; what is stated as a role is a detailed occupation with its name."""
    groups = sum(not one["detailedCode"] for record in raw.values() for one in record["occupations"])
    from_groups = [key for key in published.links if key[0].startswith("soc:")]
    assert len(from_groups) == groups == 1487
    roles = [node_id for node_id, (kind, _) in published.nodes.items() if kind == "Role"]
    assert len(roles) == 119
    assert all(role.startswith("onet:") for role in roles)


def test_published_records_are_accounted_for(folder: Path, published: Draft) -> None:
    """Read is accepted and skipped, as many as the answers and the two lists hold; nothing is wrong."""
    answers = sum(len(json.loads(file.read_bytes())) for file in folder.rglob("*.json"))
    assert published.problems == []
    assert skipped_of(published)["descriptors that stand more than once, and agree"] == answers - 142 == 6
    assert published.read == published.accepted + published.skipped.total()


def test_published_answers_twice_are_once(folder: Path, store: Store) -> None:
    """The second import changes nothing."""
    first = ingest(lambda: osmt.read(folder), store)
    again = ingest(lambda: osmt.read(folder), store)
    assert (first.added.nodes, first.added.links, first.dormant) == (261, 2142, 1592)
    assert (again.unchanged.nodes, again.unchanged.links, again.revision) == (261, 2142, 1)


# Small files


def test_a_descriptor_is_a_skill(read: Callable[..., Draft]) -> None:
    """Name, statement and address are kept; keywords are counted in a note."""
    draft = read(descriptor(1))
    kind, values = draft.nodes[next(iter(draft.nodes))]
    assert kind == "Competency"
    assert json.loads(values) == {
        "name": "Skill 1",
        "description": "Do number 1.",
        "kind": "skill",
        "framework": "OSMT",
        "uri": f"https://osmt.example.org/api/skills/{UUID.format(1)}",
    }
    assert any("2 keywords" in note for note in notes_of(draft))


@pytest.mark.parametrize(
    ("code", "role"),
    [
        ("29-2072.01", "onet:29-2072.01"),
        ("29-2072", "onet:29-2072.00"),
        ("29-2070", "soc:29-2070"),
        ("11-0000", "soc:11-0000"),
        ("2512.4", "occupation:2512.4"),
    ],
)
def test_codes_are_roles(read: Callable[..., Draft], code: str, role: str) -> None:
    """By the form of the code: O*NET's, SOC's, a group's, or another."""
    assert list(read(descriptor(1, code)).links) == [(role, "REQUIRES", named(1))]


def test_a_full_descriptor_has_other_field_names(read: Callable[..., Draft]) -> None:
    """The answer to one skill says targetNodeName, and objects as alignments."""
    draft = read(
        descriptor(
            1,
            occupations=[{"code": "29-2072", "targetNodeName": "Records Specialists"}],
            alignments=[
                {"id": f"https://other.example.org/api/skills/{UUID.format(2)}", "skillName": "Two"},
                {"skillName": "no address"},
            ],
        )
    )
    assert set(draft.links) == {("onet:29-2072.00", "REQUIRES", named(1)), (named(1), "CLOSE_TO", named(2))}
    assert '"name":"Records Specialists"' in draft.nodes[role_of("29-2072")][1]
    assert any("1 alignments" in note for note in notes_of(draft))


def test_one_descriptor_and_a_collection_are_read(tmp_path: Path) -> None:
    """An object that is a descriptor, and one with a list of skills."""
    for content in (descriptor(1), {"name": "collection", "skills": [descriptor(1)]}):
        file = tmp_path / "one.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        assert list(osmt.read(file).nodes) == [named(1)]


def test_gone_descriptors_are_skipped(read: Callable[..., Draft]) -> None:
    """Archived and deleted ones are counted by reason."""
    draft = read(descriptor(1), descriptor(2, status="Archived"), descriptor(3, status="deleted"))
    assert list(draft.nodes) == [named(1)]
    assert skipped_of(draft) == {"descriptors that are archived": 1, "descriptors that are deleted": 1}


def test_the_same_twice_is_once(read: Callable[..., Draft]) -> None:
    """What agrees is skipped, and its occupations are added; what differs is named with both places."""
    draft = read(descriptor(1, "29-2072"), descriptor(1, "29-2071"), descriptor(1, skillName="Other"))
    assert len(draft.links) == 2
    assert draft.skipped.total() == 1
    (problem,) = draft.problems
    assert (problem.row, problem.column, problem.value) == (4, "name", "Other")
    assert "row 2" in problem.reason


def test_lists_name_occupations(tmp_path: Path) -> None:
    """A list names what a descriptor gives by its code only; the rest of it is skipped."""
    record = descriptor(1, "29-2072")
    record["occupations"][0]["name"] = None
    (tmp_path / "skills.json").write_text(json.dumps([record]), encoding="utf-8")
    (tmp_path / "bls.csv").write_text(
        "SOC Group,SOC Code,SOC Title,SOC Definition\nDetailed,29-2072,Records,Keep.\nMajor,11-0000,Managers,\n",
        encoding="utf-8",
    )
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    draft = osmt.read(tmp_path)
    assert json.loads(draft.nodes[role_of("29-2072")][1])["name"] == "Records"
    assert skipped_of(draft) == {"occupations that no descriptor names": 1}
    assert "not needed, and left alone: other.csv" in notes_of(draft)


def test_the_csv_export_says_the_same(tmp_path: Path, read: Callable[..., Draft]) -> None:
    """The skill is the same as in JSON; of its columns of codes, groups of finer codes are not repeated."""
    file = tmp_path / "skills.csv"
    file.write_text(EXPORT + exported(1, f"https://x.org/api/skills/{UUID.format(2)}"), encoding="utf-8")
    draft = osmt.read(file)
    assert draft.nodes == read(descriptor(1)).nodes
    assert set(draft.links) == {
        ("onet:29-2072.01", "REQUIRES", named(1)),
        ("soc:11-0000", "REQUIRES", named(1)),
        (named(1), "CLOSE_TO", named(2)),
    }


@pytest.mark.parametrize("column", ["Canonical URL", "Skill Statement"])
def test_a_missing_column_is_named(tmp_path: Path, column: str) -> None:
    """The export cannot be read without it."""
    file = tmp_path / "skills.csv"
    file.write_text(EXPORT.replace(column, "X") + exported(1), encoding="utf-8")
    with pytest.raises(InputError, match=f"the column {column} is missing"):
        osmt.read(file)


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"uuid": "", "id": None}, "uuid", "neither a uuid nor an id"),
        ({"uuid": 7}, "uuid", "uuid is text"),
        ({"uuid": "a b"}, "uuid", "cannot be an id"),
        ({"skillName": " "}, "skillName", "skillName is missing"),
        ({"skillName": ["x"]}, "skillName", "skillName is text"),
        ({"skillName": "x\u0007"}, "name", "control character"),
        ({"skillStatement": None}, "skillStatement", "skillStatement is missing"),
        ({"occupations": "none"}, "occupations", "occupations is a list"),
        ({"occupations": [{"name": "x"}]}, "occupations", "an object with a code"),
        ({"occupations": [{"code": "a/b"}]}, "occupations", "no occupation code"),
        ({"occupations": [{"code": "29-2072", "name": 3}]}, "name", "name is text"),
        ({"alignments": [3]}, "alignments", "each alignment is an object"),
    ],
)
def test_a_wrong_field_is_named(read: Callable[..., Draft], change: Record, column: str, reason: str) -> None:
    """By file, row and field; the record states nothing, the others stand."""
    draft = read(descriptor(1, "29-2072"), descriptor(2) | change)
    problem = draft.problems[0]
    assert (problem.file, problem.row, problem.column) == ("skills.json", 3, column)
    assert reason in problem.reason
    draft.drop_rejected()
    assert set(draft.nodes) == {named(1), "onet:29-2072.00"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b'[{"uuid": "1"', "is not JSON"),
        ('[{"skillName": "\u00e9"}]'.encode("latin-1"), "is not UTF-8"),
        (b'[{"skillName": "a", "skillName": "b"}]', "the key skillName stands twice"),
        (b'[{"skillName": "a", "n": NaN}]', "no number that JSON allows"),
        (b'[{"skillName": "a", "n": 1e999}]', "too large"),
        (b'[{"skillName": "\\ud800"}]', "half a character"),
        (b'{"skillStatement": ' + b"[" * 200 + b"]" * 200 + b"}", "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"other": 1}', "holds neither"),
        (b"3", "holds neither"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, store: Store, content: bytes, reason: str) -> None:
    """It names the file, and no store is made."""
    file = tmp_path / "skills.json"
    file.write_bytes(content)
    report = ingest(lambda: osmt.read(file), store, leniency=Leniency(skip_invalid=True))
    assert report.refused
    assert report.problems[0].file == "skills.json"
    assert reason in report.problems[0].reason
    assert not store.exists()


@pytest.mark.parametrize("name", ["none.json", "skills.txt", "empty"])
def test_a_path_without_files_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing there, another kind of file, an empty folder."""
    (tmp_path / "skills.txt").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        osmt.read(tmp_path / name)


def test_the_order_of_records_is_irrelevant(tmp_path: Path, store: Store) -> None:
    """Shuffled, and cut into other files, the same statements."""
    records = [descriptor(i, "29-2072", f"29-20{60 + i}") for i in range(1, 9)]
    straight, mixed = tmp_path / "a", tmp_path / "b"
    for folder in (straight, mixed):
        folder.mkdir()
    (straight / "all.json").write_text(json.dumps(records), encoding="utf-8")
    random.Random(3).shuffle(records)
    (mixed / "one.json").write_text(json.dumps(records[:3]), encoding="utf-8")
    (mixed / "two.json").write_text(json.dumps(records[2:]), encoding="utf-8")
    assert not ingest(lambda: osmt.read(straight), store).refused
    before = statements(store)
    again: IngestReport = ingest(lambda: osmt.read(mixed), store)
    assert (again.revision, again.refused) == (1, False)
    assert statements(store) == before


def test_the_command_previews_and_imports(cli: Commands) -> None:
    """With a name of one's own for the source; a dry run makes nothing."""
    folder = cli.folder({"skills.json": json.dumps([descriptor(1, "29-2072")])})
    there = f"sqlite:///{cli.home / 'there.db'}"
    shown = cli("ingest", "osmt", folder, "--dry-run", "--source", "WGU", "--store", there, "--json")
    assert (shown.status, shown.document["source"], shown.document["added"]) == (0, "WGU", {"nodes": 2, "links": 1})
    assert not (cli.home / "there.db").exists()
    assert cli("ingest", "osmt", folder, "--source", "WGU", "--store", there).status == 0
    opened = open_store(there)
    assert set(live_links(compile_snapshot(opened))) == {("onet:29-2072.00", "REQUIRES", named(1))}
    opened.close()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "uuid",
                    "id",
                    "skillName",
                    "skillStatement",
                    "status",
                    "occupations",
                    "code",
                    "alignments",
                    "skills",
                    "x",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@examples(150, without=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_any_json_is_read_or_refused(tmp_path: Path, value: object) -> None:
    """Whatever a file holds, nothing but InputError is raised."""
    file = tmp_path / "any.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    try:
        osmt.read(file)
    except InputError as error:
        assert error.problem.file == "any.json"  # noqa: PT017 - either is right
