"""Assessments from xAPI statements: what is counted, what is refused, and that nobody's identity is told."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from graph.errors import InputError
from graph.model import assessment_id
from graph.stores import Store, open_store
from ingest.draft import Draft
from ingest.formats.xapi import read as xapi
from ingest.formats.xapi.read import AssessmentOptions
from ingest.job import ingest
from ingest.report import IngestReport
from tests.support.commanding import Commands
from tests.support.drafts import notes_of, skipped_of
from tests.support.examples import examples
from tests.support.factory import says, statements
from tests.support.samples.xapi import MAPPING, Record, statement


def passed(who: str, success: bool, score: float = 0.5) -> Record:
    return statement(who, result={"score": {"scaled": score}, "success": success})


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give a store that holds the task, the competencies and the cohort."""
    made = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    made.apply(says("t1", "c1", "c2", "d1", "g1", nodes={"g1": {"discipline_id": "d1", "size": 30}}))
    return made


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    file = tmp_path / "mapping.csv"
    file.write_text(MAPPING, encoding="utf-8")
    return file


Read = Callable[..., Draft]


@pytest.fixture
def read(tmp_path: Path, mapping: Path) -> Read:
    """Give a reading of statements, one a line, with the mapping."""

    def run(*records: object, how: AssessmentOptions | None = None, mapped: bool = True) -> Draft:
        return xapi.read(lines(tmp_path, *records), how or AssessmentOptions("g1"), mapping if mapped else None)

    return run


def lines(folder: Path, *records: object) -> Path:
    file = folder / "statements.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in records) + "\n", encoding="utf-8")
    return file


def assessments(draft: Draft) -> list[Record]:
    return sorted((json.loads(values) for _, values in draft.nodes.values()), key=lambda one: str(sorted(one.items())))


# What is counted


def test_statements_of_a_day_are_one_assessment(read: Read) -> None:
    """Learners are counted once, and the mean is theirs; the id is that of the native format."""
    draft = read(statement("ann", 0.25), statement("bob", 0.75))
    assert draft.nodes.keys() == {assessment_id("t1", "c1", "g1", "2026-03-01", "")}
    (one,) = assessments(draft)
    assert one == {
        "task_id": "t1",
        "competency_id": "c1",
        "cohort_id": "g1",
        "date": "2026-03-01",
        "learners": 2,
        "mean_score": 0.5,
    }


def test_the_latest_score_of_a_learner_counts(read: Read) -> None:
    """By the instant, whatever the order and the time zone; of two at once, the higher."""
    early, late = statement("ann", 1, "2026-03-01T10:00:00Z"), statement("ann", 0.5, "2026-03-01T19:00:00+08:00")
    for records in ((early, late), (late, early)):
        assert assessments(read(*records))[0]["mean_score"] == 0.5
    assert assessments(read(statement("ann", 0.25), statement("ann", 0.75)))[0]["mean_score"] == 0.75


def test_the_day_is_the_learners_own(read: Read) -> None:
    """As the time zone of the statement has it; a fraction and no zone are read too."""
    days = ["2026-03-02T00:30:00+08:00", "2026-03-03T10:00:00.123456", "2026-03-04T23:59:59.9Z"]
    found = assessments(read(*(statement("ann", when=day) for day in days)))
    assert sorted(one["date"] for one in found) == ["2026-03-02", "2026-03-03", "2026-03-04"]


def test_all_can_be_stated_as_of_one_day(read: Read) -> None:
    """With a date given, a learner counts once over all days; the stage is stated too."""
    records = [statement("ann", 0.5, f"2026-03-0{day}T10:00:00Z") for day in (1, 2, 3)]
    (one,) = assessments(read(*records, how=AssessmentOptions("g1", "final", "2026-03-31")))
    assert (one["date"], one["learners"], one["stage"]) == ("2026-03-31", 1, "final")


def test_pass_rate_is_of_those_who_passed_or_failed(read: Read) -> None:
    """Statements that say neither do not count for it."""
    (one,) = assessments(read(passed("ann", True), passed("bob", False), passed("eve", True), statement("joe")))
    assert (one["learners"], one["pass_rate"]) == (4, 0.666667)


def test_a_score_below_zero_counts_as_zero(read: Read) -> None:
    """It is noted how many."""
    draft = read(statement("ann", -1), statement("bob", 1))
    assert assessments(draft)[0]["mean_score"] == 0.5
    assert "1 scores below 0 count as 0" in notes_of(draft)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (statement("ann", None), "without a scaled score"),
        (statement("ann", object={"objectType": "Agent", "mbox": "mailto:x@y"}), "not about an activity"),
        (statement("ann", id="A1"), "another one voids"),
    ],
)
def test_other_statements_are_skipped(read: Read, record: Record, reason: str) -> None:
    """And counted by reason."""
    void = statement("joe", None) | {
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": "a1"},
    }
    draft = read(record, void, statement("bob"))
    assert assessments(draft)[0]["learners"] == 1
    assert any(reason in one for one in skipped_of(draft))
    assert (draft.read, draft.accepted) == (3, 1)


def test_the_same_statement_twice_is_once(read: Read) -> None:
    """By its id; another statement with the same id is a problem."""
    draft = read(statement("ann", id="a"), statement("ann", id="a"), statement("bob", id="a"))
    assert assessments(draft)[0]["learners"] == 1
    assert skipped_of(draft) == {"statements that stand more than once": 1}
    assert (draft.problems[0].row, draft.problems[0].column) == (3, "id")


@pytest.mark.parametrize(
    "actor",
    [
        {"mbox": "mailto:Ann@Example.org"},
        {"mbox_sha1sum": "ab" * 20},
        {"openid": "https://ann.example.org"},
        {"account": {"homePage": "https://lms.example.org", "name": "ann"}},
    ],
)
def test_each_way_to_identify_a_learner_is_read(read: Read, actor: Record) -> None:
    """The same identifier is the same learner."""
    draft = read(statement("x", actor=actor), statement("y", actor=actor | {"name": "Other"}))
    assert assessments(draft)[0]["learners"] == 1


def test_a_statement_can_name_its_competencies(read: Read) -> None:
    """By an extension or as objectives of its context; the activity's own id is then the task."""
    objective = {"id": "urn:rolepath:c2", "definition": {"type": "http://adlnet.gov/expapi/activities/objective"}}
    context = {
        "extensions": {"urn:rolepath:competency": ["c1"]},
        "contextActivities": {"grouping": [objective, {"id": "urn:x:course"}]},
    }
    draft = read(statement("ann", object={"id": "urn:rolepath:t1"}, context=context), mapped=False)
    assert [(one["task_id"], one["competency_id"]) for one in assessments(draft)] == [("t1", "c1"), ("t1", "c2")]


def test_an_array_and_an_answer_of_a_store_are_read(tmp_path: Path, mapping: Path, read: Read) -> None:
    """One JSON array, or the object in which a learning record store answers, on one line or several."""
    records = [statement("ann", 0.25), statement("bob", 0.75)]
    nodes = read(*records).nodes
    file = tmp_path / "statements.json"
    for document in (records, {"statements": records, "more": ""}):
        for indent in (None, 1):
            file.write_text(json.dumps(document, indent=indent), encoding="utf-8")
            assert xapi.read(file, AssessmentOptions("g1"), mapping).nodes == nodes


# What is stored


def test_importing_twice_is_importing_once(tmp_path: Path, store: Store, mapping: Path) -> None:
    """Whatever the order of the lines, although the salt of each run is another."""
    records = [statement(f"learner{i}", i / 10, f"2026-03-0{1 + i % 3}T10:00:00Z") for i in range(10)]
    first = ingest(lambda: xapi.read(lines(tmp_path, *records), AssessmentOptions("g1"), mapping), store)
    assert (first.refused, first.added.nodes) == (False, 3)
    random.Random(5).shuffle(records)
    again = ingest(lambda: xapi.read(lines(tmp_path, *records), AssessmentOptions("g1"), mapping), store)
    assert (again.unchanged.nodes, again.revision) == (3, first.revision)


def test_another_period_leaves_earlier_assessments_alone(tmp_path: Path, store: Store, mapping: Path) -> None:
    """Nothing is replaced: what the new file does not hold stays."""
    for day in ("2026-03-01", "2026-04-01"):
        record = statement("ann", when=f"{day}T10:00:00Z")
        report = ingest(
            lambda record=record: xapi.read(lines(tmp_path, record), AssessmentOptions("g1"), mapping),  # type: ignore[misc]
            store,
        )
        assert (report.added.nodes, report.removed.nodes) == (1, 0)


def test_what_is_not_in_the_graph_is_refused(tmp_path: Path, store: Store, mapping: Path) -> None:
    """An unknown cohort is named."""
    report = ingest(lambda: xapi.read(lines(tmp_path, statement("ann")), AssessmentOptions("g9"), mapping), store)
    assert report.refused
    assert (report.problems[0].column, report.problems[0].value) == ("cohort_id", "g9")


SECRETS = ("annika", "s3cret", "deadbeef")


def test_learners_are_in_no_store_and_no_message(tmp_path: Path, store: Store, mapping: Path) -> None:
    """Neither by name nor by address, whatever is wrong with the statements, in the report or the store's bytes."""
    actors: list[object] = [
        {"mbox": "mailto:annika@s3cret.org", "name": "Annika"},
        {"account": {"homePage": "https://s3cret.org", "name": "annika"}},
        {"mbox_sha1sum": "deadbeef" * 5, "name": "Annika"},
        {"name": "annika"},
        "annika",
        {"objectType": "Group", "member": [{"mbox": "mailto:annika@s3cret.org"}]},
    ]
    wrong: list[Record] = [
        {},
        {"timestamp": "annika"},
        {"result": {"score": {"scaled": "annika"}}},
        {"object": {"id": "https://lms.org/annika/quiz"}},
        {"id": ["annika"]},
    ]
    records = [statement("annika", actor=actor) | change for actor in actors for change in wrong]
    records.append(statement("x", actor=actors[2], object={"id": f"https://lms.org/{'deadbeef' * 5}/1"}))
    file = lines(tmp_path, *records)
    with file.open("a", encoding="utf-8") as opened:
        opened.write(
            '{"actor": {"annika@s3cret.org": 1, "annika@s3cret.org": 2}}\n{"actor": "annika\n{"annika": NaN}\n'
        )
    reports: list[IngestReport] = [
        ingest(lambda: xapi.read(file, AssessmentOptions("g1"), mapping), store),
        ingest(lambda: xapi.read(file, AssessmentOptions("g1")), store),
    ]
    assert all(report.problems_total > 20 for report in reports)
    told = "".join(report.model_dump_json() for report in reports)
    held = str(statements(store).nodes) + str(statements(store).links)
    for secret in SECRETS:
        assert secret not in told.lower()
        assert secret not in held.lower()


# What is wrong


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"result": {"score": {"scaled": 1.5}}}, "result.score.scaled", "from -1 to 1"),
        ({"result": {"score": {"scaled": "0.5"}}}, "result.score.scaled", "from -1 to 1"),
        ({"result": {"score": {"scaled": True}}}, "result.score.scaled", "from -1 to 1"),
        ({"result": {"score": {"scaled": 0.5}, "success": "yes"}}, "result.success", "true or false"),
        ({"result": "good"}, "result", "an object"),
        ({"result": {"score": 0.5}}, "result.score", "an object"),
        ({"object": {}}, "object.id", "id is missing"),
        ({"object": {"id": "https://other.org"}}, "object.id", "no row for this activity"),
        ({"actor": None}, "actor", "is missing"),
        ({"actor": {"name": "x"}}, "actor", "no identifier"),
        ({"actor": {"objectType": "Group", "name": "x"}}, "actor", "a group"),
        ({"timestamp": None}, "timestamp", "timestamp is missing"),
        ({"timestamp": "yesterday"}, "timestamp", "no time"),
        ({"timestamp": "2026-13-01T00:00:00Z"}, "timestamp", "no time"),
        ({"timestamp": 5}, "timestamp", "no time"),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp", "no time"),
        ({"id": 7}, "id", "is text"),
    ],
)
def test_a_wrong_statement_is_named_by_its_line(read: Read, change: Record, column: str, reason: str) -> None:
    """With the field; the others stand."""
    draft = read(statement("ann"), statement("bob") | change)
    (problem,) = draft.problems
    assert (problem.file, problem.row, problem.column) == ("statements.jsonl", 2, column)
    assert reason in problem.reason
    assert assessments(draft)[0]["learners"] == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"actor": ', "is not JSON"),
        (b'{"a": 1, "a": 2}', "a key stands twice"),
        (b'{"a": Infinity}', "no number that JSON allows"),
        (b'{"a": "\xe9"}', "not UTF-8"),
        (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (b'"' + b"a" * 1_000_001 + b'"', "more than 1,000,000"),
        (b"3", "each statement is an object"),
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, mapping: Path, line: bytes, reason: str) -> None:
    """By its number; blank lines count, and are no statements."""
    file = tmp_path / "statements.jsonl"
    file.write_bytes(json.dumps(statement("ann")).encode() + b"\n\n" + line + b"\n")
    draft = xapi.read(file, AssessmentOptions("g1"), mapping)
    (problem,) = draft.problems
    assert problem.row == 3
    assert reason in problem.reason
    assert (draft.read, draft.accepted) == (2, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (b" \n", "empty"), (b"[1,", "is not JSON"), (b"[\xff]", "is not UTF-8"), (None, "cannot be read")],
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes | None, reason: str) -> None:
    """It names the file."""
    file = tmp_path / "statements.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=reason) as caught:
        xapi.read(file, AssessmentOptions("g1"))
    assert caught.value.problem.file == "statements.json"


@pytest.mark.parametrize(
    ("content", "row", "column"),
    [
        ("activity,task\nx,t1\n", 1, "task_id"),
        ("activity,task_id,competency_id\n,t1,c1\n", 2, "activity"),
        ("activity,task_id,competency_id\nx,,c1\n", 2, "task_id"),
        ("activity,task_id,competency_id\nx,t1,a b\n", 2, "competency_id"),
        ("activity,task_id,competency_id\nx,t1,c1\nx,t2,c1\n", 3, "task_id"),
        ("activity,task_id,competency_id\n", None, None),
    ],
)
def test_a_wrong_mapping_is_refused(
    tmp_path: Path, mapping: Path, content: str, row: int | None, column: str | None
) -> None:
    """It names the row and the column."""
    mapping.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        xapi.read(lines(tmp_path, statement("ann")), AssessmentOptions("g1"), mapping)
    problem = caught.value.problem
    assert (problem.file, problem.row, problem.column) == ("mapping.csv", row, column)


@pytest.mark.parametrize(
    "how", [AssessmentOptions("a b"), AssessmentOptions("g1", "middle"), AssessmentOptions("g1", None, "1 March")]
)
def test_a_wrong_option_is_refused(tmp_path: Path, how: AssessmentOptions) -> None:
    """Cohort, stage and date are checked before anything is read."""
    with pytest.raises(InputError, match="--"):
        xapi.read(tmp_path / "none.jsonl", how)


def test_without_a_mapping_the_way_out_is_named(read: Read) -> None:
    """Where the statement does not say which competency it shows."""
    (problem,) = read(statement("ann"), mapped=False).problems
    assert "--mapping FILE.csv" in problem.reason


def test_the_command_imports(cli: Commands, mapping: Path) -> None:
    """With a cohort, a mapping and a name for the source; without a cohort it is wrong usage."""
    cli.filled(
        {
            "source.csv": "name,version\nPoly,1\n",
            "disciplines.csv": "id,name\nd1,D\n",
            "cohorts.csv": "id,discipline_id,size\ng1,d1,30\n",
            "competencies.csv": "id,name,kind\nc1,C,skill\n",
            "training_tasks.csv": "id,name,kind\nt1,T,lab\n",
        }
    )
    file = lines(cli.home, statement("ann"))
    words = ("ingest", "xapi", file, "--mapping", mapping, "--source", "LMS", "--json")
    assert cli(*words).status == 2
    told = cli(*words, "--cohort", "g1", "--stage", "final").document
    assert (told["source"], told["added"]["nodes"]) == ("LMS", 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)
FIELDS = ("id", "actor", "verb", "object", "result", "context", "timestamp", "stored")


@examples(60, without=[HealthCheck.function_scoped_fixture])
@given(st.lists(JSON | st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4), max_size=3))
def test_any_json_is_read_or_refused(tmp_path: Path, changes: list[object]) -> None:
    """Whatever the statements hold, nothing but InputError is raised."""
    records = [statement("ann") | change if isinstance(change, dict) else change for change in changes]
    for content in (json.dumps(records), "\n".join(json.dumps(one) for one in records)):
        file = tmp_path / "any.json"
        file.write_text(content, encoding="utf-8")
        try:
            xapi.read(file, AssessmentOptions("g1"))
        except InputError as error:
            assert error.problem.file == "any.json"  # noqa: PT017 - either is right
