"""O*NET from its published files: what is imported, what is left out, and what small wrong files are told."""

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from graph.errors import InputError
from graph.model import LinkKey
from graph.stores import Store, open_store
from ingest.draft import Draft
from ingest.formats.onet import files as onet_files
from ingest.formats.onet import read as onet
from ingest.job import Leniency, ingest
from ingest.progress import Progress
from ingest.report import IngestReport
from tests.support.commanding import Commands
from tests.support.drafts import notes_of
from tests.support.examples import examples
from tests.support.factory import statements
from tests.support.samples.onet import CHIEF, CLERK, READING, Rows, Tables, small, write


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    # What a reader says does not depend on the kind of store.
    opened = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    yield opened
    opened.close()


Take = Callable[..., IngestReport]


@pytest.fixture
def take(store: Store, tmp_path: Path) -> Take:
    """Give an import of tables into the store, in a folder of their own."""

    def run(tables: Tables, *, technology: bool = False, importance: float = 3.0, **leniency: bool) -> IngestReport:
        folder = write(tmp_path / "small", tables)
        read = lambda: onet.read(folder, technology=technology, importance=importance)  # noqa: E731
        return ingest(read, store, leniency=Leniency(**leniency))

    return run


@pytest.fixture
def drafted(tmp_path: Path) -> Callable[..., Draft]:
    """Give what tables are read as, without a store."""
    return lambda tables, **asked: onet.read(write(tmp_path / "drafted", tables), **asked)


def values(draft: Draft, node_id: str) -> dict[str, object]:
    found: dict[str, dict[str, object]] = {str(name): json.loads(stated) for name, (_, stated) in draft.nodes.items()}
    return found[node_id]


def link(draft: Draft, line: str) -> tuple[object, ...] | None:
    return {" ".join(key): stated for key, stated in draft.links.items()}.get(line)


# Small files: what becomes of each part


def test_a_small_database_is_imported(take: Take, store: Store) -> None:
    """Roles, responsibilities and competencies, and the links between them."""
    report = take(small())
    assert not report.problems
    assert report.read == report.accepted + sum(report.skipped.values())
    stated = statements(store)
    assert {(node_id, kind) for (_, node_id), (kind, _) in stated.nodes.items()} == {
        (f"onet:{CHIEF}", "Role"),
        (f"onet:{CLERK}", "Role"),
        ("onet:task-8823", "JobResponsibility"),
        ("onet:task-9", "JobResponsibility"),
        ("onet:4.A.1.I01.D01", "Competency"),
        ("onet:2.A.1.a", "Competency"),
        ("onet:2.A.1.e", "Competency"),
        ("onet:2.C.1.b", "Competency"),
    }
    assert {" ".join(key): values[:1] + values[4:] for (_, key), values in stated.links.items()} == {
        f"onet:{CHIEF} HAS_RESPONSIBILITY onet:task-8823": (0.824, None),
        f"onet:{CLERK} HAS_RESPONSIBILITY onet:task-9": (None, None),
        "onet:task-8823 REQUIRES onet:4.A.1.I01.D01": (None, None),
        f"onet:{CHIEF} REQUIRES onet:2.A.1.a": (0.824, "onet_level 4.62"),
        f"onet:{CLERK} REQUIRES onet:2.A.1.e": (0.6, None),
    }


def test_what_is_left_out_is_counted_by_reason(take: Take) -> None:
    """Suppressed, not relevant, below the threshold, on other scales: each row once."""
    assert take(small()).skipped == {
        "elements of the content model that are no skill or knowledge here": 1,
        "importance below 3": 1,
        "levels of what is not required": 2,
        "not relevant for the occupation": 2,
        "suppressed: too imprecise to be used": 3,
        "task ratings on other scales than importance": 1,
    }


def test_a_role_has_its_code_description_and_other_titles(drafted: Callable[..., Draft]) -> None:
    """Short titles too; not the title again; a bar becomes a slash; n/a is nothing."""
    draft = drafted(small())
    assert values(draft, f"onet:{CHIEF}") == {
        "name": "Chief Executives",
        "framework": "O*NET",
        "code": CHIEF,
        "description": "Direct things.",
        "aliases": ["Agency / Owner", "CEO", "Chief Executive Officer"],
    }
    assert values(draft, f"onet:{CLERK}") == {"name": "Clerks", "framework": "O*NET", "code": CLERK}


@pytest.mark.parametrize(
    ("node_id", "kind"), [("onet:4.A.1.I01.D01", "ability"), ("onet:2.A.1.a", "skill"), ("onet:2.C.1.b", "knowledge")]
)
def test_competencies_are_of_the_kind_of_their_file(drafted: Callable[..., Draft], node_id: str, kind: str) -> None:
    """Activities are abilities."""
    assert values(drafted(small()), node_id)["kind"] == kind


def test_the_threshold_is_a_flag(drafted: Callable[..., Draft]) -> None:
    """Below 3 more is required, above less."""
    assert link(drafted(small(), importance=2.5), f"onet:{CHIEF} REQUIRES onet:2.A.1.e") == (
        (0.576, None, None, None, "onet_level 2.5")
    )
    assert link(drafted(small(), importance=4.2), f"onet:{CHIEF} REQUIRES onet:2.A.1.a") is None


def test_technology_is_imported_on_request(drafted: Callable[..., Draft]) -> None:
    """A class of products is a skill; the products of a role stand in the link's note."""
    wanted = f"onet:{CLERK} REQUIRES onet:unspsc-43232104"
    assert link(drafted(small()), wanted) is None
    draft = drafted(small(), technology=True)
    assert link(draft, wanted) == (None, None, None, None, "Editor; Writer")
    assert values(draft, "onet:unspsc-43232104")["kind"] == "skill"


def test_release_30_3_is_read_by_its_own_names(drafted: Callable[..., Draft]) -> None:
    """The files and columns that were renamed, and the skills that were split, say the same."""
    new = small()
    new["Job Titles"] = new.pop("Alternate Titles")
    new["Job Titles"][0][2] = "Job Title"
    new["GWAs to IWAs to DWAs"] = new.pop("DWA Reference")
    new["GWAs to IWAs to DWAs"][0][4:] = ["DWA Element ID", "DWA Element Name"]
    new["Tasks to DWAs"][0][4:] = ["DWA Element ID", "DWA Element Name"]
    rated = new.pop("Skills")
    new["Essential Skills"], new["Transferable Skills"] = rated[:5], [rated[0], *rated[5:]]
    new["Software Skills"] = [
        ["O*NET-SOC Code", "Title", "Workplace Example", "Element ID", "Element Name"],
        [CLERK, "Clerks", "Writer", "2.E.5.b", "Word processing software"],
    ]
    del new["Technology Skills"]
    before, after = drafted(small()), drafted(new)
    assert (after.nodes, after.links) == (before.nodes, before.links)
    assert after.replaces == before.replaces
    assert link(drafted(new, technology=True), f"onet:{CLERK} REQUIRES onet:2.E.5.b") is not None


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_the_files_may_be_of_any_kind(drafted: Callable[..., Draft], tmp_path: Path, ending: str) -> None:
    """Workbooks and CSV say what the text files say."""
    tables = small()
    if ending == ".csv":
        tables = {name.lower().replace(" ", "_"): [[",".join(row)] for row in table] for name, table in tables.items()}
    found, text = onet.read(write(tmp_path / "other", tables, ending)), drafted(small())
    assert (found.nodes, found.links, found.skipped) == (text.nodes, text.links, text.skipped)


def test_columns_are_known_in_any_spelling_and_order(drafted: Callable[..., Draft]) -> None:
    """Case, spaces and signs differ between downloads."""
    tables = small()
    tables["Task Statements"] = [list(reversed(row)) for row in tables["Task Statements"]]
    tables["Task Statements"][0] = ["task_type", "TASK", "task_id", "title", "onetsoc_code"]
    assert drafted(tables).nodes == drafted(small()).nodes


def test_a_quotation_mark_in_the_text_files_is_one(drafted: Callable[..., Draft]) -> None:
    """They quote nothing, so that one at the start of a cell takes in nothing of what follows."""
    tables = small()
    tables["Task Statements"][1][3] = '"Hot" budgets are directed, 12" wide.'
    assert values(drafted(tables), "onet:task-8823")["name"] == '"Hot" budgets are directed, 12" wide.'


def test_the_release_is_read_from_the_read_me(tmp_path: Path) -> None:
    """It becomes the source's version, and is no file that was not needed."""
    folder = write(tmp_path / "small", small())
    (folder / "Read Me.txt").write_text("O*NET 29.3 Database\nMay 2025 Release\n", encoding="utf-8")
    draft = onet.read(folder)
    assert draft.source.version == "29.3"
    assert not any("Read Me" in note for note in notes_of(draft))


# Small files: parts that are missing, and what is replaced


@pytest.mark.parametrize("part", onet_files.NEEDED)
def test_a_missing_needed_file_is_named(take: Take, store: Store, part: str) -> None:
    """Nothing is imported without occupations or tasks."""
    tables = small()
    del tables[part]
    (problem,) = take(tables).problems
    assert part in problem.reason
    assert not store.exists()


@pytest.mark.parametrize("part", [part for part in onet_files.WITHOUT if part != onet_files.TECHNOLOGY])
def test_a_missing_other_file_is_noted(take: Take, part: str) -> None:
    """The note says what the graph lacks without it."""
    tables = small()
    del tables[part]
    report = take(tables)
    assert not report.refused
    assert any(note.startswith(f"{part} is not here") for note in report.notes)


def test_activities_are_named_by_the_tasks_where_no_reference_is_here(drafted: Callable[..., Draft]) -> None:
    """Then those that tasks name are stated."""
    tables = small()
    del tables["DWA Reference"]
    assert values(drafted(tables), "onet:4.A.1.I01.D01")["name"] == "Review budgets."


ALL = {"Role", "JobResponsibility", "HAS_RESPONSIBILITY", "REQUIRES", "Competency"}


@pytest.mark.parametrize(
    ("missing", "kept"),
    [
        ("Task Ratings", set()),
        ("Alternate Titles", set()),
        ("DWA Reference", {"Competency"}),
        ("Tasks to DWAs", {"REQUIRES", "Competency"}),
        ("Skills", {"REQUIRES", "Competency"}),
        ("Knowledge", {"REQUIRES", "Competency"}),
    ],
)
def test_only_what_the_files_say_whole_is_replaced(drafted: Callable[..., Draft], missing: str, kept: set[str]) -> None:
    """Without one of the files that state competencies, those that stand are left alone."""
    tables = small()
    del tables[missing]
    assert drafted(tables).replaces == ALL - kept


def test_half_of_the_split_skills_replaces_nothing_of_them(drafted: Callable[..., Draft]) -> None:
    """Essential without transferable skills are not all."""
    tables = small()
    tables["Essential Skills"] = tables.pop("Skills")
    draft = drafted(tables)
    assert draft.replaces == ALL - {"REQUIRES", "Competency"}
    assert any(note.startswith("Skills is not here, or not all") for note in notes_of(draft))


def test_a_part_that_is_there_twice_is_an_error(tmp_path: Path) -> None:
    """In two kinds of file, or under the old name and the new one."""
    folder = write(tmp_path / "small", small())
    shutil.copy(folder / "Skills.txt", folder / "Essential Skills.txt")
    with pytest.raises(InputError, match=r"Skills is here twice.*keep one"):
        onet.read(folder)
    (folder / "Essential Skills.txt").rename(folder / "skills.csv")
    with pytest.raises(InputError, match=r"Skills is here twice.*keep one"):
        onet.read(folder)


# Small files: what is wrong


@pytest.mark.parametrize(
    ("part", "row", "column"),
    [
        ("Occupation Data", ["11-1011", "Short", ""], "O*NET-SOC Code"),
        ("Occupation Data", ["Short", "11-1012.00", ""], "O*NET-SOC Code"),
        ("Occupation Data", ["11-1012.00", "", ""], "Title"),
        ("Occupation Data", [CHIEF, "Again", ""], "id"),
        ("Occupation Data", ["11-1012.00", "A\x07b", ""], "Title"),
        ("Alternate Titles", ["11-9999.00", "X", "Y", "n/a", ""], "O*NET-SOC Code"),
        ("Task Statements", ["11-9999.00", "X", "10", "Do.", ""], "O*NET-SOC Code"),
        ("Task Statements", [CLERK, "Clerks", "9", "Again.", ""], "id"),
        ("Task Statements", [CLERK, "Clerks", "nine", "Do.", ""], "Task ID"),
        ("Task Ratings", [CLERK, "10", "IM", "n/a", "3", "N"], "Task ID"),
        ("Task Ratings", [CHIEF, "8823", "IM", "n/a", "3", "N"], "Data Value"),
        ("Task Ratings", [CHIEF, "8823", "IM", "n/a", "n/a", "N"], "Data Value"),
        ("DWA Reference", ["", "", "", "", "4.A.1.I01.D01", "Again"], "id"),
        ("DWA Reference", ["", "", "", "", "Again", "4.A.1"], "DWA ID"),
        ("Tasks to DWAs", [CHIEF, "", "8823", "", "4.A.9", "None"], "DWA ID"),
        ("Tasks to DWAs", [CHIEF, "", "77", "", "4.A.1.I01.D01", ""], "Task ID"),
        ("Skills", ["11-9999.00", *READING, "IM", "4", "N", "N"], "O*NET-SOC Code"),
        ("Skills", [CHIEF, *READING, "IM", "4", "N", "N"], "Data Value"),
        ("Skills", [CHIEF, *READING, "LV", "4", "N", "N"], "Data Value"),
        ("Skills", [CLERK, *READING, "IM", "6", "N", "N"], "Data Value"),
        ("Skills", [CLERK, *READING, "LV", "1_0", "N", "N"], "Data Value"),
        ("Knowledge", [CHIEF, *READING, "IM", "4", "N", "N"], "id"),
        ("Knowledge", [CHIEF, "2.C.1.b", "Otherwise", "IM", "4", "N", "N"], "Element Name"),
    ],
)
def test_a_wrong_row_is_named(take: Take, store: Store, part: str, row: list[str], column: str) -> None:
    """File, row and column; nothing is imported."""
    tables = small()
    tables[part].append(row)
    report = take(tables)
    assert report.refused
    assert (f"{part}.txt", len(tables[part]), column) in {(p.file, p.row, p.column) for p in report.problems}
    assert not store.exists()


@pytest.mark.parametrize("part", [part for part in onet_files.NAMES if part != onet_files.TECHNOLOGY])
def test_a_missing_column_is_named(take: Take, store: Store, part: str) -> None:
    """The file cannot be read without it, however lenient."""
    tables = small()
    column = next(
        name
        for name in ("Data Value", "DWA ID", "Task ID", "Alternate Title", "Description")
        if name in tables[part][0]
    )
    at = tables[part][0].index(column)
    tables[part] = [row[:at] + row[at + 1 :] for row in tables[part]]
    (problem,) = take(tables, skip_invalid=True).problems
    assert (problem.file, problem.column) == (f"{part}.txt", column)
    assert not store.exists()


@pytest.mark.parametrize("part", [part for part in onet_files.NAMES if part != onet_files.TECHNOLOGY])
@pytest.mark.parametrize("fault", ["cut", "latin-1", "empty", "nul"])
def test_a_damaged_file_is_named(tmp_path: Path, store: Store, part: str, fault: str) -> None:
    """Cut off in a row, in another encoding, empty: the file is named, and no store is made."""
    folder = write(tmp_path / "small", small())
    file = folder / f"{part}.txt"
    text = file.read_text(encoding="utf-8")
    damaged = {
        "cut": text.rstrip().rpartition("\t")[0].encode(),
        "latin-1": (text + "caf\xe9").encode("latin-1"),
        "empty": b"",
        "nul": text.encode() + b"\0",
    }[fault]
    file.write_bytes(damaged)
    report = ingest(lambda: onet.read(folder), store, leniency=Leniency(skip_invalid=True))
    assert report.refused
    assert [problem.file for problem in report.problems] == [file.name]
    assert not store.exists()


def test_a_formula_that_was_never_computed_is_refused(tmp_path: Path) -> None:
    """A workbook written by a program holds no value for it: what it would be is not known."""
    folder = write(tmp_path / "small", small(), ".xlsx")
    workbook = load_workbook(folder / "Skills.xlsx")
    workbook.worksheets[0]["E2"] = "=2+2"
    workbook.save(folder / "Skills.xlsx")
    (problem,) = onet.read(folder).problems
    assert "a formula without a stored value" in problem.reason
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("Skills.xlsx", "Skills", 2, "Data Value")


def test_a_workbook_of_several_sheets_must_name_the_one(tmp_path: Path) -> None:
    """The sheet of the file's name is read; without one, it is not clear which is meant."""
    folder = write(tmp_path / "small", small(), ".xlsx")
    workbook = load_workbook(folder / "Skills.xlsx")
    workbook.create_sheet("More").append(["Note"])
    workbook.save(folder / "Skills.xlsx")
    assert not onet.read(folder).problems
    workbook.worksheets[0].title = "Data"
    workbook.save(folder / "Skills.xlsx")
    with pytest.raises(InputError, match="2 sheets"):
        onet.read(folder)


@pytest.mark.parametrize("path", ["nowhere", "small/Skills.txt"])
def test_what_is_no_folder_is_told_so(tmp_path: Path, path: str) -> None:
    """A file is not the database."""
    write(tmp_path / "small", small())
    with pytest.raises(InputError, match=r"is not there|is a file; give the folder"):
        onet.read(tmp_path / path)


def test_a_rejected_row_takes_no_skill_away(take: Take, store: Store) -> None:
    """The first row that names a skill may be wrong: others state the skill too."""
    tables = small()
    tables["Skills"].insert(1, ["11-9999.00", *READING, "IM", "4", "N", "N"])
    report = take(tables, skip_invalid=True)
    assert not report.refused
    assert "onet:2.A.1.a" in {node_id for _, node_id in statements(store).nodes}


# Small files: again, and in another order


def test_importing_twice_is_importing_once(take: Take, store: Store) -> None:
    """Nothing changes, and the revision stays."""
    take(small())
    before = store.revision()
    report = take(small())
    assert (report.added.nodes, report.added.links, report.changed.links) == (0, 0, 0)
    assert store.revision() == before


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_is_irrelevant(drafted: Callable[..., Draft], seed: int) -> None:
    """Shuffled, the files say the same."""
    tables, straight = small(), drafted(small(), technology=True)
    for table in tables.values():
        table[1:] = random.Random(seed).sample(table[1:], len(table) - 1)
    mixed = drafted(tables, technology=True)
    assert (mixed.nodes, mixed.links, mixed.skipped) == (straight.nodes, straight.links, straight.skipped)


def test_the_command_takes_every_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--importance, --technology and --source reach the reader; a dry run writes nothing."""
    cli, folder = Commands(tmp_path, monkeypatch, capsys), write(tmp_path / "small", small())
    flags = ("--importance", "2.5", "--technology", "--source", "O*NET 2", "--json")
    dry = cli("ingest", "onet", folder, *flags, "--dry-run").document
    assert (dry["added"], dry["revision"]) == ({"nodes": 9, "links": 7}, 0)
    assert cli("ingest", "onet", folder, *flags).document["source"] == "O*NET 2"
    assert cli("ingest", "onet", folder, "--importance", "6").status == 2


def test_progress_is_told_by_file(tmp_path: Path) -> None:
    """Each file's name comes with how many records of it were read."""
    told: list[Progress] = []
    onet.read(write(tmp_path / "small", small()), told.append)
    assert {one.file: one.rows for one in told}["Skills.txt"] == 8


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\t\r\n"), max_size=8) | st.sampled_from(
    [CHIEF, CLERK, "2.A.1.a", "8823", "IM", "LV", "4", "Y", "n/a", '"', "=1", "", "9" * 300]
)


@examples(60)
@given(
    part=st.sampled_from(sorted(small())),
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=4),
    header=st.none() | st.lists(CELLS, max_size=6),
)
def test_no_text_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, part: str, rows: Rows, header: list[str] | None
) -> None:
    """Whatever the cells hold: statements, problems with a place, or one error that says what to do."""
    tables = small()
    width = len(tables[part][0])
    tables[part] = [tables[part][0] if header is None else header, *([*row, *[""] * width][:width] for row in rows)]
    folder = write(tmp_path_factory.getbasetemp() / "fuzz-onet", tables)
    with suppress(InputError):
        draft = onet.read(folder, technology=True)
        assert draft.read == draft.accepted + len(draft.rejected) + draft.skipped.total()
        assert all(problem.file and problem.row for problem in draft.problems)


# The published files


def raw(folder: Path, name: str) -> Iterator[dict[str, object]]:
    """Yield the records of a workbook, read by other code than ours."""
    file = BytesIO((folder / f"{name}.xlsx").read_bytes())
    rows = load_workbook(file, read_only=True).worksheets[0].iter_rows(values_only=True)
    header = [str(cell) for cell in next(rows)]
    for row in rows:
        yield dict(zip(header, row, strict=True))


@pytest.fixture(scope="session")
def published(onet_drafted: Callable[[], Draft]) -> Draft:
    return onet_drafted()


def count(draft: Draft, relation: str, wanted: Callable[[LinkKey], bool]) -> int:
    return sum(key[1] == relation and wanted(key) for key in draft.links)


@pytest.mark.slow
def test_the_published_files_are_counted(published: Draft) -> None:
    """1,016 roles, 18,796 responsibilities, 2,087 activities, 35 skills, 33 kinds of knowledge; no problem."""
    assert not published.problems
    assert published.source.version == "29.3"
    kinds = Counter(kind for kind, _ in published.nodes.values())
    assert kinds == {"Role": 1_016, "JobResponsibility": 18_796, "Competency": 2_087 + 35 + 33}
    assert count(published, "HAS_RESPONSIBILITY", lambda _: True) == 18_796


@pytest.mark.slow
def test_tasks_require_the_activities_that_the_file_names(published: Draft, shared_data: Path) -> None:
    """23,233 rows, 2,082 of 2,087 activities."""
    rows = {
        (f"onet:task-{row['Task ID']}", f"onet:{row['DWA ID']}")
        for row in raw(shared_data / "onet-29.3", "Tasks to DWAs")
    }
    links = {(key[0], key[2]) for key in published.links if key[1] == "REQUIRES" and key[0].startswith("onet:task-")}
    assert links == rows
    assert (len(rows), len({activity for _, activity in rows})) == (23_233, 2_082)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind", "expected"), [("Skills", "skill", 12_514), ("Knowledge", "knowledge", 6_664)])
def test_roles_require_what_is_important(
    published: Draft, shared_data: Path, name: str, kind: str, expected: int
) -> None:
    """Each rating of importance from 3 on that is not suppressed, at a fifth of it."""
    rated = {
        (f"onet:{row['O*NET-SOC Code']}", f"onet:{row['Element ID']}"): float(str(row["Data Value"])) / 5
        for row in raw(shared_data / "onet-29.3", name)
        if row["Scale ID"] == "IM" and float(str(row["Data Value"])) >= 3 and row["Recommend Suppress"] != "Y"
    }
    required = {
        (str(key[0]), str(key[2])): stated[0]
        for key, stated in published.links.items()
        if key[1] == "REQUIRES" and f'"kind":"{kind}"' in published.nodes[key[2]][1]
    }
    assert len(required) == expected
    assert required == pytest.approx(rated)
