"""What-if, diff, metrics and traces from anywhere, as the command line and REST give them: the same documents."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.answers.page_windows import page_of
from api.answers.scenarios import ask_diff, ask_what_if, read_state
from api.cli.main import main
from api.settings.settings import Settings
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from ingest.scenario_document import read, read_document
from queries.metrics import measure
from queries.parameters.metrics import WHATS
from queries.semantics.scope import Scope
from queries.trace_node import trace_node
from queries.what_if import ScenarioQuestion
from tests.support.commanding import CHAIN, Commands
from tests.support.paths import DOCS, EXAMPLE
from tests.support.serving import PROBLEM, Asker, serving

IDEA = DOCS / "examples" / "what-if.json"
ROLE, DISCIPLINE = "poly:r.founder-tech", "poly:d.robotics"


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give the bundled college at revision 1, and one course's name changed at revision 2."""
    url = f"sqlite:///{tmp_path_factory.mktemp('college') / 'college.db'}"
    assert main(["ingest", "example", "--store", url]) == 0
    more = tmp_path_factory.mktemp("more")
    (more / "source.csv").write_text("name,version,rank\nCorrections,1,1\n")
    (more / "courses.csv").write_text("id,name\npoly:c.plc,PLC Applications II\n")
    (more / "links.csv").write_text(
        "from_id,relation,to_id,weight\npoly:t.enterprise-challenge,PRACTISES,poly:k.ip-protection,0.6\n"
    )
    assert main(["ingest", "native", str(more), "--store", url]) == 0
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture(scope="module")
def now(college: Store) -> Snapshot:
    return compile_snapshot(college)


@pytest.fixture(scope="module")
def asker(college: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    folder = tmp_path_factory.mktemp("service")
    with serving(
        Settings(college.url, store_may_be_missing=False, state_path=folder / "s", cache_path=folder / "c")
    ) as found:
        yield found


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], college: Store
) -> Commands:
    commands = Commands(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("ROLEPATH_STORE", college.url)
    return commands


def test_what_if_is_one_document(cli: Commands, asker: Asker, college: Store, now: Snapshot) -> None:
    """The command prints, byte for byte, what the endpoint answers, and both what the query says."""
    scope, question = Scope(discipline=DISCIPLINE), ScenarioQuestion(ask="coverage", of=NodeId(ROLE))
    found = ask_what_if(college, now, read(IDEA), question, scope, limit=3).model_dump_json()
    words = ("--ask", "coverage", "--of", ROLE, "--discipline", DISCIPLINE, "--limit", "3", "--json")
    assert cli("what-if", IDEA, *words).out == found + "\n"
    body = {**json.loads(IDEA.read_text()), "ask": "coverage", "of": ROLE}
    url = f"/v1/what-if?discipline={DISCIPLINE}&limit=3"
    assert asker.post(url, json=body).content.decode() == found


def test_diff_is_one_document(cli: Commands, asker: Asker, college: Store, now: Snapshot) -> None:
    """Of two revisions; the later one is the present one if it is not named."""
    found = ask_diff(college, now, 1, 2).model_dump_json()
    assert cli("diff", "1", "2", "--json").out == cli("diff", "1", "--json").out == found + "\n"
    assert asker.get("/v1/diff?since=1&until=2").content.decode() == found
    assert asker.get("/v1/diff?since=1").content.decode() == found


def test_diff_tells_what_the_corrections_did(college: Store, now: Snapshot) -> None:
    """A name changed, a link came, and with it one competency is connected and one role covered further."""
    found = ask_diff(college, now, 1, 2)
    (node,) = found.changes.nodes
    assert [(one.property, one.before, one.after) for one in node.properties] == [
        ("name", "PLC Applications", "PLC Applications II")
    ]
    (competency,) = found.consequences.competencies
    assert competency.competency.id == "poly:k.ip-protection"
    (role,) = found.consequences.roles
    assert role.role.id == ROLE
    assert role.change > 0.05


def test_diff_back_is_the_other_way_round(college: Store, now: Snapshot) -> None:
    """What came goes, and coverage falls by as much as it rose."""
    there, back = ask_diff(college, now, 1, 2), ask_diff(college, now, 2, 1)
    assert back.consequences.counts_after == there.consequences.counts_before
    assert back.consequences.roles[0].change == -there.consequences.roles[0].change
    assert back.changes.link_tally.removed == there.changes.link_tally.added


def test_diff_of_exported_folders_is_that_of_their_revisions(cli: Commands, college: Store, now: Snapshot) -> None:
    """The example's own folder against an export of all sources."""
    assert cli("export", "native", cli.home / "all").status == 0
    told = cli("diff", EXAMPLE, cli.home / "all", "--json").document
    known = json.loads(ask_diff(college, now, 1, 2).model_dump_json())
    assert told["changes"] == known["changes"]
    assert told["consequences"] == known["consequences"]
    assert len(read_state(cli.home / "all")) == len(now)


def test_metrics_are_one_document(cli: Commands, asker: Asker, now: Snapshot) -> None:
    """Groups and limits reach the query."""
    told = cli("metrics", "--what", "bottlenecks", "--what", "disciplines", "--limit", "3", "--json").out
    found = page_of(lambda most: measure(now, ["disciplines", "bottlenecks"], limit=most), 3, None, now.revision)
    assert told == found.model_dump_json() + "\n"
    assert asker.get("/v1/metrics?what=bottlenecks&what=disciplines&limit=3").content.decode() + "\n" == told


def test_linkage_is_told_over_revisions(cli: Commands) -> None:
    """One value for each revision, the latest last."""
    items = cli("metrics", "--what", "linkage", "--json").document["items"]
    assert [one["name"] for one in items] == ["revision 1", "revision 2"]
    assert items[0]["value"] < items[1]["value"]


def test_table_has_every_measure(cli: Commands, now: Snapshot) -> None:
    """A comment with revision and parameters, a header, a row for each measure."""
    file = cli.home / "metrics.csv"
    assert cli("metrics", "--what", "prerequisites", "--out", file).status == 0
    about, *rows = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(about.removeprefix("# rolepath metrics "))["revision"] == 2
    found = measure(now, ["prerequisites"], limit=None)
    told = [float(row["value"]) for row in csv.DictReader(rows)]
    assert told == pytest.approx([one.value for one in found.items], rel=1e-5)
    assert cli("metrics", "--out", file).status == 1


def test_metrics_as_parquet_are_those_of_the_csv(cli: Commands) -> None:
    """The same rows with types, and the parameters in the metadata."""
    parquet = pytest.importorskip("pyarrow.parquet")
    file = cli.home / "metrics.parquet"
    words = ("metrics", "--what", "bottlenecks", "--format")
    assert cli(*words, "parquet", "--out", str(file)).status == 0
    told = parquet.read_table(file)
    lines = cli(*words, "csv").out.splitlines()
    cells = [float(row["value"]) for row in csv.DictReader(lines[1:])]
    assert cells == pytest.approx([row["value"] for row in told.to_pylist()], rel=1e-5)
    assert json.loads(told.schema.metadata[b"rolepath.metrics"]) == json.loads(
        lines[0].removeprefix("# rolepath metrics ")
    )
    assert cli(*words, "parquet").status == 2


def test_unknown_group_is_named(cli: Commands) -> None:
    """A wrong group is wrong usage."""
    assert cli("metrics", "--what", "bottleneck").status == 2
    assert set(WHATS) >= {"linkage", "betweenness"}


@pytest.mark.parametrize("node_id", ["poly:c.plc", "poly:t.enterprise-challenge", ROLE, "poly:s.cobots", "poly:e.yida"])
def test_traces_are_one_document(cli: Commands, asker: Asker, now: Snapshot, node_id: str) -> None:
    """A node of any kind is traced alike from both sides."""
    found = page_of(lambda most: trace_node(now, node_id, limit=most), 5, None, now.revision).model_dump_json()
    assert cli("trace", node_id, "--limit", "5", "--json").out == found + "\n"
    assert asker.get(f"/v1/nodes/{node_id}/trace?limit=5").content.decode() == found
    assert cli("trace", node_id).status == 0


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"ad": {}}, "the key ad is not known"),
        ({"add": {"links": [{"from_id": "k1", "relation": "TEACHES", "to_id": "c1"}]}}, "is no relation"),
        ({"add": {"links": [{"from_id": "k1", "relation": "DEVELOPS", "to_id": "c1", "weight": 2}]}}, "weight"),
        ({"add": {"links": [{"from_id": "k1", "relation": "DEVELOPS", "to_id": "c9"}]}}, "there is no node c9"),
        ({"add": {"units": []}}, "the key units is not part of the format"),
        ({"remove": {"nodes": ["k9"]}}, "there is no node k9 to remove"),
        ({"remove": {"links": [{"from_id": "k1", "to_id": "c1"}]}}, "from_id, relation and to_id"),
        ({"remove": {"links": [{"from_id": "k1", "relation": "DEVELOPS", "to_id": "c2"}]}}, "there is no link"),
        ({"remove": {"edges": []}}, "the key edges is not known"),
    ],
)
def test_what_cannot_be_supposed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], document: object, reason: str
) -> None:
    """The message names the place; the exit status is that of refused input."""
    commands = Commands(tmp_path, monkeypatch, capsys)
    commands.filled(CHAIN)
    file = tmp_path / "idea.json"
    file.write_text(json.dumps({"add": {}, **document}))  # type: ignore[dict-item]
    ran = commands("what-if", file)
    assert ran.status == 1
    assert reason in " ".join(ran.err.split())


def test_repeated_key_is_refused(cli: Commands) -> None:
    """JSON that says one thing twice is not guessed at."""
    file = cli.home / "idea.json"
    file.write_text('{"add": {}, "add": {"links": []}}')
    ran = cli("what-if", file)
    assert (ran.status, "stands twice" in ran.err) == (1, True)


def test_what_if_without_anything_is_wrong_usage(cli: Commands) -> None:
    """There must be a file, or something to remove."""
    assert cli("what-if").status == 2


def test_wrong_supposition_is_a_problem_document(asker: Asker) -> None:
    """Over REST, a wrong record is told as any wrong input."""
    wrong = {"add": {"links": [{"from_id": "poly:c.plc", "relation": "DEVELOPS", "to_id": "poly:k.ip-protection"}]}}
    response = asker.post("/v1/what-if", json=wrong)
    assert (response.status_code, response.headers["content-type"]) == (422, PROBLEM)
    assert "DEVELOPS leads from a KnowledgeUnit" in response.json()["detail"]
    assert asker.get("/v1/diff?since=9").status_code == 404


def test_whole_college_less_an_enterprise_reads_sensibly(college: Store, now: Snapshot) -> None:
    """Without the integrator, its roles have no employer, and nothing else is broken."""
    supposed = read_document({"remove": {"nodes": ["poly:e.qihang"]}}, "idea")
    found = ask_what_if(college, now, supposed, limit=100).consequences
    assert found.counts_before == found.counts_after
    assert found.competencies_total == len(found.competencies) > 0
    assert not found.roles
