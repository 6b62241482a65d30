"""ESCO from its published files: what is refused, what is imported, and what small wrong files are told."""

import csv
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from ingest.formats import esco
from ingest.formats.native import read as native
from ingest.job import Leniency, ingest
from ingest.progress import Progress, Stage
from ingest.report import IngestReport
from queries.gaps import Gaps, find_gaps
from queries.trace import Trace, trace_competency
from tests.support.examples import examples
from tests.support.factory import live_links, statements
from tests.support.samples.esco import (
    BROADER_OCCUPATIONS,
    BROADER_SKILLS,
    OCCUPATION,
    OCCUPATIONS,
    REQUIRED,
    SKILL,
    SKILLS,
    broader,
    occupation,
    requires,
    skill,
    small,
    write,
)
from tests.support.stores import MakeStore

PYTHON = "esco:ccd0a1d9-afda-43d9-b901-96344886e14d"
LENIENT = Leniency(skip_invalid=True)
FILES = (SKILLS, OCCUPATIONS, REQUIRED, BROADER_SKILLS, BROADER_OCCUPATIONS)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


class Published:
    """The published files, imported once in every way that the tests ask about."""

    def __init__(self, folder: Path, place: Path, exercism: Path) -> None:
        self.folder = folder
        store = open_store(f"sqlite:///{place / 'esco.db'}")
        self.refused: IngestReport = ingest(lambda: esco.read(folder), store)
        self.existed_after_refusal = store.exists() or any(place.iterdir())
        self.imported: IngestReport = ingest(lambda: esco.read(folder), store, leniency=LENIENT)
        self.gaps: Gaps = find_gaps(compile_snapshot(store))
        token = store.revision()
        self.again: IngestReport = ingest(lambda: esco.read(folder), store, leniency=LENIENT)
        self.stayed = store.revision() == token
        ingest(lambda: native.read(exercism), store)
        self.snapshot: Snapshot = compile_snapshot(store)
        self.python: Trace = trace_competency(self.snapshot, PYTHON)
        store.close()


@pytest.fixture(scope="session")
def published(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder, exercism = shared_data / "esco-1.1.1" / "csv", shared_data / "native" / "exercism-python"
    return Published(folder, tmp_path_factory.mktemp("esco"), exercism)


# The published files


@pytest.mark.slow
def test_rows_without_an_end_refuse_the_whole_job(published: Published) -> None:
    """68 rows are rejected, each once, and no store is made."""
    assert published.refused.refused
    assert (published.refused.rejected, published.refused.problems_total) == (68, 68)
    assert not published.existed_after_refusal


def test_each_rejected_row_is_named_by_its_number(published: Published) -> None:
    """The rows are those that name a skill or an occupation which no file holds."""
    skills = {row["conceptUri"] for row in rows(published.folder / SKILLS)}
    occupations = {row["conceptUri"] for row in rows(published.folder / OCCUPATIONS)}
    wrong = []
    for number, row in enumerate(rows(published.folder / REQUIRED), 2):
        if row["skillUri"] not in skills or row["occupationUri"] not in occupations:
            wrong.append((REQUIRED, number))
    assert len(wrong) == 67
    for number, row in enumerate(rows(published.folder / BROADER_OCCUPATIONS), 2):
        of_occupations = row["conceptType"] == row["broaderType"] == "Occupation"
        if of_occupations and not {row["conceptUri"], row["broaderUri"]} <= occupations:
            wrong.append((BROADER_OCCUPATIONS, number))
    assert len(wrong) == 68
    assert sorted((problem.file or "", problem.row or 0) for problem in published.refused.problems) == sorted(wrong)


def test_a_rejected_row_says_what_is_missing(published: Published) -> None:
    """Column, value and a way out."""
    problem = published.refused.problems[0]
    assert problem.column in {"occupationUri", "skillUri", "conceptUri", "broaderUri"}
    assert problem.value is not None
    assert problem.value.startswith("esco:")
    assert "allow dangling" in problem.reason


def test_the_rest_is_imported_on_request(published: Published) -> None:
    """Without the 68 rows: every skill and occupation, and every link between them."""
    report = published.imported
    assert not report.refused
    assert report.rejected == 68
    assert (report.added.nodes, report.added.links) == (16_903, 131_600)
    assert report.revision == 1


def test_every_record_is_accounted_for(published: Published) -> None:
    """Read is accepted, rejected and skipped; as many as the five files hold."""
    report = published.imported
    assert report.read == report.accepted + report.rejected + sum(report.skipped.values())
    assert report.read == sum(len(rows(published.folder / name)) for name in FILES)


def test_groups_are_skipped_and_counted(published: Published) -> None:
    """Broader relations with a group at an end are no links, and are counted by reason."""
    skipped = 0
    for name, concept in ((BROADER_SKILLS, "KnowledgeSkillCompetence"), (BROADER_OCCUPATIONS, "Occupation")):
        table = rows(published.folder / name)
        skipped += sum(row["conceptType"] != concept or row["broaderType"] != concept for row in table)
    assert sum(published.imported.skipped.values()) == skipped > 0
    assert len(published.imported.skipped) == 2


def test_skills_without_a_type_are_noted(published: Published) -> None:
    """Six of them, imported as kind skill."""
    untyped = [row["conceptUri"] for row in rows(published.folder / SKILLS) if not row["skillType"]]
    assert len(untyped) == 6
    assert any(note.startswith("skills_en.csv: 6 skills") for note in published.imported.notes)
    i = published.snapshot.require("esco:" + untyped[0].rpartition("/")[2])
    assert published.snapshot.word("kind", i) == "skill"


def test_files_that_are_not_needed_are_named(published: Published) -> None:
    """The other twelve of the download."""
    (note,) = (note for note in published.imported.notes if "not needed" in note)
    others = {file.name for file in published.folder.glob("*.csv")} - set(FILES)
    assert len(others) == 12
    assert all(name in note for name in others)


def test_nothing_is_taught_yet(published: Published) -> None:
    """ESCO alone knows what is required, and nothing of classroom or training."""
    counts = {status.value: number for status, number in published.gaps.counts.items() if number}
    assert counts == {"unserved": 13_123, "isolated": 773}


def test_importing_again_changes_nothing(published: Published) -> None:
    """All is unchanged, and neither number nor token of the revision moves."""
    again = published.again
    assert (again.unchanged.nodes, again.unchanged.links) == (16_903, 131_600)
    assert (again.added, again.changed, again.removed) == (again.added.model_copy(update={"nodes": 0, "links": 0}),) * 3
    assert again.revision == 1
    assert published.stayed


def test_a_course_on_top_connects_the_skill(published: Published) -> None:
    """Python is taught and practised by the Exercism track and required by ESCO's occupations; nothing ties the two."""
    assert published.python.status == "connected"
    assert published.python.link == "indirect"
    assert (len(published.python.knowledge_units), len(published.python.training_tasks)) == (67, 161)


def test_an_optional_skill_weighs_half(published: Published) -> None:
    """Every weight in the graph is the one that its row's relation type stands for."""
    weights = {"essential": 1.0, "optional": 0.5}
    python = SKILL + PYTHON.partition(":")[2]
    required = [row for row in rows(published.folder / REQUIRED) if row["skillUri"] == python]
    stated = {"esco:" + row["occupationUri"].rpartition("/")[2]: weights[row["relationType"]] for row in required}
    assert {role.id: role.weight for role in published.python.roles} == stated
    assert set(stated.values()) == {1.0, 0.5}


@pytest.mark.slow
def test_shuffled_rows_are_the_same_graph(published: Published, tmp_path: Path, make_store: MakeStore) -> None:
    """A sample of the published rows, in two orders: the same snapshot, and unchanged when imported over it."""
    sample = {name: rows(published.folder / name) for name in FILES}
    kept = {row["conceptUri"] for row in sample[OCCUPATIONS][::25]} | {row["conceptUri"] for row in sample[SKILLS][::2]}
    ends = ("conceptUri", "broaderUri", "occupationUri", "skillUri")
    for table in sample.values():
        table[:] = [row for row in table if all(row[end] in kept for end in ends if end in row)]
        assert table
    straight, mixed = make_store(), open_store(f"sqlite:///{tmp_path / 'mixed.db'}")
    folder = write(tmp_path / "straight", sample)
    assert not ingest(lambda: esco.read(folder), straight).refused
    shuffler = random.Random(7)
    for table in sample.values():
        shuffler.shuffle(table)
    shuffled = write(tmp_path / "mixed", sample)
    assert ingest(lambda: esco.read(shuffled), mixed).added.links > 1000
    assert compile_snapshot(mixed).same_arrays(compile_snapshot(straight))
    mixed.close()
    again = ingest(lambda: esco.read(shuffled), straight)
    assert (again.changed.nodes, again.changed.links, again.revision) == (0, 0, 1)


# Small files of the same form


Take = Callable[..., IngestReport]


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    return make_store()


@pytest.fixture
def take(store: Store, tmp_path: Path) -> Take:
    """Give an import of tables into the store, in a folder of their own."""

    def run(tables: dict[str, list[dict[str, str]]], **leniency: bool) -> IngestReport:
        folder = tmp_path / "small"
        shutil.rmtree(folder, ignore_errors=True)
        write(folder, tables)
        return ingest(lambda: esco.read(folder), store, leniency=Leniency(**leniency))

    return run


def test_a_small_set_is_imported(store: Store, take: Take) -> None:
    """Kinds, names, codes, weights and broader relations are as the files say."""
    assert not take(small()).refused
    snapshot = compile_snapshot(store)
    assert live_links(snapshot) == {
        ("esco:o1", "REQUIRES", "esco:s1"): 1.0,
        ("esco:o2", "REQUIRES", "esco:s1"): 0.5,
        ("esco:s1", "BROADER", "esco:s2"): 1.0,
        ("esco:o1", "BROADER", "esco:o2"): 1.0,
    }
    assert [snapshot.word("kind", snapshot.require(f"esco:s{i}")) for i in (1, 2)] == ["skill", "knowledge"]
    o1 = snapshot.require("esco:o1", "Role")
    assert (snapshot.name(o1), snapshot.text("code")[o1]) == ("name of o1", "1.o1")


def test_other_labels_become_aliases(store: Store, take: Take) -> None:
    """One for each line; repeats and the name itself are dropped; a bar, which separates aliases, becomes a slash."""
    tables = small()
    tables[SKILLS][0]["altLabels"] = "one\ntwo\nname of s1\n two\nleft|right"
    take(tables)
    snapshot = compile_snapshot(store)
    assert snapshot.text("aliases")[snapshot.require("esco:s1")].split("\n") == ["one", "two", "left/right"]


@pytest.mark.parametrize("name", FILES)
def test_the_order_of_rows_is_irrelevant(store: Store, take: Take, name: str) -> None:
    """Turned round, a file says the same."""
    tables = small()
    tables[BROADER_SKILLS].append(broader("s3", "s2"))
    tables[BROADER_OCCUPATIONS].append(broader("o3", "o2", OCCUPATION))
    tables[SKILLS].append(skill("s3"))
    tables[OCCUPATIONS].append(occupation("o3"))
    take(tables)
    before = store.revision()
    tables[name].reverse()
    take(tables)
    assert store.revision() == before


@pytest.mark.parametrize(
    ("name", "column"),
    [
        (SKILLS, "conceptUri"),
        (SKILLS, "preferredLabel"),
        (OCCUPATIONS, "altLabels"),
        (REQUIRED, "relationType"),
        (REQUIRED, "skillUri"),
        (BROADER_SKILLS, "broaderUri"),
        (BROADER_OCCUPATIONS, "conceptType"),
    ],
)
def test_a_missing_column_is_named(store: Store, take: Take, name: str, column: str) -> None:
    """The file cannot be read without it: refused, with and without leniency, and no store is made."""
    tables = small()
    tables[name] = [{key: value for key, value in row.items() if key != column} for row in tables[name]]
    for skip_invalid in (False, True):
        report = take(tables, skip_invalid=skip_invalid)
        assert report.refused
        (problem,) = report.problems
        assert (problem.file, problem.column) == (name, column)
    assert not store.exists()


def test_an_unknown_relation_type_is_a_problem_of_its_row(store: Store, take: Take) -> None:
    """Neither essential nor optional: the row is named, with what it says."""
    tables = small()
    tables[REQUIRED].append(requires("o1", "s2", "handy"))
    (problem,) = take(tables).problems
    assert (problem.file, problem.row, problem.column, problem.value) == (REQUIRED, 4, "relationType", "handy")
    assert not store.exists()


def test_a_skill_without_a_type_is_a_skill(store: Store, take: Take) -> None:
    """It is imported, and noted."""
    tables = small()
    tables[SKILLS].append(skill("s3", ""))
    assert any("1 skills" in note or "1 skill " in note for note in take(tables).notes)
    snapshot = compile_snapshot(store)
    assert snapshot.word("kind", snapshot.require("esco:s3")) == "skill"


@pytest.mark.parametrize(
    ("name", "row", "column"),
    [
        (SKILLS, skill("s3", preferredLabel=""), "preferredLabel"),
        (SKILLS, skill("with space"), "conceptUri"),
        (SKILLS, skill("s1", preferredLabel="again"), "id"),
        (REQUIRED, requires("o1", "nobody"), "skillUri"),
        (REQUIRED, requires("nobody", "s1"), "occupationUri"),
        (REQUIRED, requires("o1", "s1", "optional"), "weight"),
        (BROADER_SKILLS, broader("s1", "s1"), "broaderUri"),
        (BROADER_SKILLS, broader("s2", "s1"), "broaderUri"),
    ],
    ids=[
        *("no name", "white space in an id", "an id twice", "no such skill", "no such occupation"),
        *("two weights", "broader than itself", "a circle"),
    ],
)
def test_a_wrong_row_is_named(store: Store, take: Take, name: str, row: dict[str, str], column: str) -> None:
    """File, row and column of what is wrong; nothing is imported."""
    tables = small()
    tables[name].append(row)
    report = take(tables)
    assert report.refused
    assert (name, column) in {(problem.file, problem.column) for problem in report.problems}
    assert name == BROADER_SKILLS or report.problems[0].row == len(tables[name]) + 1
    assert not store.exists()


def test_the_same_row_twice_is_noted(take: Take) -> None:
    """Equal statements are taken once."""
    tables = small()
    tables[REQUIRED].append(requires("o1", "s1"))
    report = take(tables)
    assert report.added.links == 4
    assert any("more than once" in note for note in report.notes)


def test_what_hangs_on_a_rejected_row_is_rejected_too(store: Store, take: Take) -> None:
    """With leniency, a skill that is left out takes its links with it, each as a row of its own."""
    tables = small()
    tables[SKILLS][0]["preferredLabel"] = ""
    report = take(tables, skip_invalid=True)
    assert not report.refused
    assert report.rejected == 4
    assert {name for _, name in statements(store).nodes} == {"esco:s2", "esco:o1", "esco:o2"}


def test_a_part_of_the_files_replaces_a_part(store: Store, take: Take) -> None:
    """What each occupation requires is stated anew; skills, occupations and broader relations stay."""
    take(small())
    report = take({REQUIRED: [requires("o1", "s1"), requires("o2", "s2")]}, allow_removals=True)
    assert (report.added.links, report.removed.links, report.removed.nodes) == (1, 1, 0)
    assert set(live_links(compile_snapshot(store))) == {
        ("esco:o1", "REQUIRES", "esco:s1"),
        ("esco:o2", "REQUIRES", "esco:s2"),
        ("esco:s1", "BROADER", "esco:s2"),
        ("esco:o1", "BROADER", "esco:o2"),
    }


def test_one_of_the_two_broader_files_removes_nothing(store: Store, take: Take) -> None:
    """BROADER joins skills and joins occupations: one file alone is not all of it, which is noted."""
    take(small())
    report = take({BROADER_SKILLS: [broader("s2", "s1")]})
    assert any("only one of the two" in note for note in report.notes)
    assert (report.added.links, report.removed.links) == (1, 0)


def test_a_single_file_can_be_imported(store: Store, tmp_path: Path) -> None:
    """PATH may be a file."""
    folder = write(tmp_path / "small", small())
    report = ingest(lambda: esco.read(folder / SKILLS), store)
    assert report.added.nodes == 2
    assert not report.added.links


@pytest.mark.parametrize("name", ["nowhere", "skills_en.csv", "other"])
def test_a_place_without_esco_is_refused(store: Store, tmp_path: Path, name: str) -> None:
    """No such folder, an empty file by a right name, a folder with other files."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "things.csv").write_text("id\n1\n")
    (tmp_path / "skills_en.csv").write_text("")
    report = ingest(lambda: esco.read(tmp_path / name), store)
    assert report.refused
    assert len(report.problems) == 1
    assert not store.exists()


def test_progress_is_told(tmp_path: Path) -> None:
    """By file, with the number of records read so far; the last of each file is its total."""
    told: list[Progress] = []
    esco.read(write(tmp_path / "small", small()), told.append)
    assert {one.stage for one in told} == {Stage.READING}
    assert {one.file: one.rows for one in told} == {
        SKILLS: 2,
        OCCUPATIONS: 2,
        REQUIRED: 2,
        BROADER_SKILLS: 1,
        BROADER_OCCUPATIONS: 1,
    }


def test_a_file_in_two_languages_is_refused(store: Store, tmp_path: Path) -> None:
    """Which one is meant is not guessed; the second is named, and the first in the reason."""
    tables = small()
    folder = write(tmp_path / "small", {**tables, "skills_de.csv": tables[SKILLS]})
    (problem,) = ingest(lambda: esco.read(folder), store).problems
    assert (problem.file, "skills_de.csv is here too" in problem.reason) == (SKILLS, True)
    assert not store.exists()


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.sampled_from(
    [SKILL + "s1", OCCUPATION + "o1", "essential", "optional", "KnowledgeSkillCompetence", "Occupation", "=1", ""]
)


@examples(60)
@given(
    name=st.sampled_from(FILES),
    rows=st.lists(st.lists(CELLS, max_size=8), max_size=4),
    header=st.none() | st.lists(CELLS, max_size=6),
)
def test_no_text_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, name: str, rows: list[list[str]], header: list[str] | None
) -> None:
    """Whatever the cells hold: statements, problems with a place, or one error that names the file."""
    folder = tmp_path_factory.getbasetemp() / "fuzz-esco"
    shutil.rmtree(folder, ignore_errors=True)
    tables = small()
    write(folder, tables)
    with (folder / name).open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([list(tables[name][0]) if header is None else header, *rows])
    try:
        draft = esco.read(folder)
    except InputError as error:
        assert error.problem.file == name  # noqa: PT017 - either is right
    else:
        assert draft.read == draft.accepted + len(draft.rejected) + draft.skipped.total()
        assert all(problem.file and problem.row for problem in draft.problems)
