"""The native format: what its files state, what is said of every fault, and that writing and reading are inverse."""

import csv
import json
import os
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from openpyxl import Workbook

from graph.errors import InputError
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, Value, assessment_id, canonical
from graph.schema import FILES, KINDS, RELATIONS, columns, required_columns
from graph.stores import open_store
from ingest.draft import Draft
from ingest.formats.native import read as native
from ingest.formats.native import workbook as template
from ingest.formats.native import write as native_writing
from ingest.formats.native.records import Record, SourceStatements, records
from ingest.job import ingest
from ingest.progress import Progress, rows_read
from tests.support.drafts import as_worded, notes_of, worded_problem
from tests.support.examples import examples
from tests.support.paths import SHARED
from tests.support.syncs import note_syncs

DATA = SHARED / "data"
SOURCE = {"source": "name,version\nPoly,2026\n"}


def folder(path: Path, **files: str) -> Path:
    """Write each file of the format, beside a source where none is given."""
    for name, text in (SOURCE | files).items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return path


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    """Write a workbook of these sheets, beside a source where none is given."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in ({"source": [["name", "version"], ["Poly", "2026"]]} | sheets).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path / "poly.xlsx")
    return path / "poly.xlsx"


def document(path: Path, **keys: object) -> Path:
    """Write a JSON file of these keys, beside a source where none is given."""
    (path / "poly.json").write_text(
        json.dumps({"source": {"name": "Poly", "version": "2026"}} | keys), encoding="utf-8"
    )
    return path / "poly.json"


def stated(draft: Draft) -> tuple[dict[NodeId, NodeValues], dict[LinkKey, LinkValues]]:
    """Return what a draft without problems states."""
    assert draft.problems == []
    return draft.nodes, draft.links


def link(
    start: str,
    relation: str,
    end: str,
    *,
    weight: float | None = None,
    level: int | None = None,
    note: str | None = None,
) -> tuple[LinkKey, LinkValues]:
    """Return an item of a draft's links."""
    return (NodeId(start), relation, NodeId(end)), (weight, level, None, None, note)


def test_nodes_and_links_of_a_folder(tmp_path: Path) -> None:
    """A row of a kind's file is a node, a row of links a link."""
    path = folder(
        tmp_path,
        roles="id,name,name_zh,kind,aliases\nr:1,Tester,测试员,employed,QA|Tester| QA |Checker\n",
        competencies="id,name,kind\nc:1,Test,skill\n",
        links="from_id,relation,to_id,weight,level,term,openings,note\nr:1,REQUIRES,c:1,0.5,4,,,why\n",
    )
    nodes, links = stated(native.read(path))
    assert nodes == {
        "r:1": (
            "Role",
            canonical({"name": "Tester", "name_zh": "测试员", "kind": "employed", "aliases": ["QA", "Checker"]}),
        ),
        "c:1": ("Competency", canonical({"name": "Test", "kind": "skill"})),
    }
    assert [*links.items()] == [link("r:1", "REQUIRES", "c:1", weight=0.5, level=4, note="why")]


def test_source_is_read_whole(tmp_path: Path) -> None:
    """Each property of the source comes from its row."""
    path = folder(tmp_path, source="name,version,licence,url,rank\nPoly,2026,CC0,https://example.org,7\n")
    assert native.read(path).source == Source(
        name="Poly", version="2026", licence="CC0", url="https://example.org", rank=7
    )


def test_source_name_goes_before_the_file(tmp_path: Path) -> None:
    """Who imports may name the source otherwise."""
    assert native.read(folder(tmp_path), "Other").source == Source(name="Other", version="2026")


@pytest.mark.parametrize(
    ("file", "text", "key", "weight"),
    [
        ("courses", "id,name,discipline_id\nx,X,far\n", ("far", "OFFERS", "x"), None),
        ("knowledge_units", "id,name,kind,course_id\nx,X,innovation,far\n", ("far", "COVERS", "x"), None),
        ("training_tasks", "id,name,kind,host_id\nx,X,lab,far\n", ("far", "HOSTS", "x"), None),
        ("job_responsibilities", "id,name,role_id\nx,X,far\n", ("far", "HAS_RESPONSIBILITY", "x"), None),
        (
            "job_responsibilities",
            "id,name,role_id,importance\nx,X,far,0.25\n",
            ("far", "HAS_RESPONSIBILITY", "x"),
            0.25,
        ),
    ],
)
def test_columns_state_links(tmp_path: Path, file: str, text: str, key: LinkKey, weight: float | None) -> None:
    """A link column is a link, and no property."""
    nodes, links = stated(native.read(folder(tmp_path, **{file: text})))
    assert links == {key: (weight, None, None, None, None)}
    assert set(json.loads(nodes[NodeId("x")][1])) <= {"name", "kind"}


def test_column_and_links_agree(tmp_path: Path) -> None:
    """The same link stated twice stands once, with what either states."""
    path = folder(
        tmp_path,
        job_responsibilities="id,name,role_id\nx,X,r\n",
        links="from_id,relation,to_id,weight\nr,HAS_RESPONSIBILITY,x,0.5\n",
    )
    draft = native.read(path)
    assert (draft.links, draft.repeated_links) == ({("r", "HAS_RESPONSIBILITY", "x"): (0.5, None, None, None, None)}, 1)


def test_column_and_links_disagree(tmp_path: Path) -> None:
    """Two values for one link are told at the second, naming both."""
    path = folder(
        tmp_path,
        job_responsibilities="id,name,role_id,importance\nx,X,r,0.25\n",
        links="from_id,relation,to_id,weight\nr,HAS_RESPONSIBILITY,x,0.5\n",
    )
    (problem,) = native.read(path).problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("links.csv", 2, "weight", "0.5")
    assert "job_responsibilities.csv, row 2" in problem.reason


def test_assessment_is_identified_by_what_it_states(tmp_path: Path) -> None:
    """Its id comes from task, competency, cohort, date and stage."""
    path = folder(
        tmp_path,
        assessments="task_id,competency_id,cohort_id,date,learners,mean_score,stage\n"
        "t,c,k,2026-03-01,30,0.7,\nt,c,k,2026-03-01,30,0.8,final\n",
    )
    nodes, _ = stated(native.read(path))
    assert set(nodes) == {assessment_id("t", "c", "k", "2026-03-01", stage) for stage in ("", "final")}


def test_assessment_stated_twice(tmp_path: Path) -> None:
    """The second row names the first, by what identifies both."""
    row = "t,c,k,2026-03-01,30,0.7\n"
    path = folder(tmp_path, assessments=f"task_id,competency_id,cohort_id,date,learners,mean_score\n{row}{row}")
    (problem,) = native.read(path).problems
    assert (problem.file, problem.row, problem.value) == ("assessments.csv", 3, "t c k 2026-03-01")
    assert problem.reason == (
        "the same task_id, competency_id, cohort_id, date, stage stand already in row 2; keep one of the two rows"
    )


def test_id_stated_twice_across_files(tmp_path: Path) -> None:
    """Ids are unique across all files."""
    path = folder(tmp_path, roles="id,name\nx,A\n", enterprises="id,name,kind\nx,B,incubator\n")
    (problem,) = native.read(path).problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("enterprises.csv", 2, "id", "x")
    assert "roles.csv, row 2" in problem.reason


@pytest.mark.parametrize(
    ("file", "text", "column", "value", "reason"),
    [
        ("roles", "id,name\na b,A\n", "id", "a b", "id: 'a b' cannot be an id: no white space"),
        ("roles", "id,name\n,A\n", "id", "", "id is required; fill it in"),
        ("roles", "id,name\na,\n", "name", "", "name is required; fill it in"),
        ("roles", f"id,name\na,{'A' * 2001}\n", "name", "A" * 199 + "…", "name has 2001 characters, 2000 are allowed"),
        ("roles", "id,name\na,A\x07B\n", "name", "A\x07B", "name holds a control character; remove it"),
        (
            "roles",
            "id,name,kind\na,A,employee\n",
            "kind",
            "employee",
            '"employee" is not possible here: kind is one of employed, founder; did you mean employed?',
        ),
        (
            "courses",
            "id,name,theory_hours\na,A,-3\n",
            "theory_hours",
            "-3",
            '"-3" is not possible here: theory_hours is a number above 0',
        ),
        ("courses", "id,name,theory_hours\na,A,nan\n", "theory_hours", "nan", '"nan" is not possible here'),
        (
            "courses",
            "id,name,term\na,A,1_0\n",
            "term",
            "1_0",
            '"1_0" is not possible here: term is a whole number from 1',
        ),
        ("courses", "id,name,term\na,A,２\n", "term", "２", '"２" is not possible here: term is a whole number from 1'),
        ("courses", "id,name,discipline_id\na,A,d 1\n", "discipline_id", "d 1", "discipline_id: 'd 1' cannot be an id"),
        (
            "signals",
            "id,name,kind,valid_from\na,A,trend,2026-02-30\n",
            "valid_from",
            "2026-02-30",
            '"2026-02-30" is not possible here: valid_from is a date as 2026-03-01',
        ),
        (
            "job_responsibilities",
            "id,name,importance\na,A,0.5\n",
            "importance",
            "0.5",
            "importance is stated without role_id; fill it in, or clear this cell",
        ),
        (
            "links",
            "from_id,relation,to_id\na,developes,b\n",
            "relation",
            "developes",
            '"developes" is no relation; did you mean DEVELOPS?',
        ),
        ("links", "from_id,relation,to_id\na,灵,b\n", "relation", "灵", "there are RUNS, OFFERS, SCHEDULES"),
        ("links", "from_id,relation,to_id\na,OFFERS,\n", "to_id", "", "to_id is required; fill it in"),
        ("links", "from_id,relation,to_id,weight\na,OFFERS,b,0\n", "weight", "0", "weight is a number above 0 to 1"),
        ("links", "from_id,relation,to_id,level\na,OFFERS,b,9\n", "level", "9", "level is a whole number from 1 to 8"),
    ],
)
def test_cell_at_fault(tmp_path: Path, *, file: str, text: str, column: str, value: str, reason: str) -> None:
    """The value, its place and what is expected are named, and the row states nothing."""
    draft = native.read(folder(tmp_path, **{file: text}), strict=True)
    (problem,) = draft.problems
    assert (problem.file, problem.sheet, problem.row) == (f"{file}.csv", None, 2)
    assert (problem.column, problem.value) == (column, value)
    assert reason in problem.reason
    assert (draft.nodes, draft.links, draft.read, draft.accepted) == ({}, {}, 1, 0)


def test_every_fault_of_every_row_is_told(tmp_path: Path) -> None:
    """One import shows all there is to correct."""
    path = folder(
        tmp_path,
        courses="id,name,term,credits\na b,,0,x\nc,C,1,1\nd,D,y,\n",
        links="from_id,relation,to_id\n?,NO,\n",
    )
    draft = native.read(path, strict=True)
    assert [(p.file, p.row, p.column) for p in draft.problems] == [
        ("courses.csv", 2, "id"),
        ("courses.csv", 2, "name"),
        ("courses.csv", 2, "term"),
        ("courses.csv", 2, "credits"),
        ("courses.csv", 4, "term"),
        ("links.csv", 2, "from_id"),
        ("links.csv", 2, "relation"),
        ("links.csv", 2, "to_id"),
    ]
    assert (draft.read, draft.accepted, set(draft.nodes)) == (4, 1, {"c"})


def test_ragged_row_is_read_and_rejected(tmp_path: Path) -> None:
    """A record that cannot be cut into cells counts like any other row at fault."""
    draft = native.read(folder(tmp_path, roles="id,name\na,A,x\nb,B\n"))
    assert (draft.read, draft.accepted, set(draft.nodes)) == (2, 1, {"b"})
    assert [(p.file, p.row, p.value) for p in draft.problems] == [("roles.csv", 2, "x")]


def test_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    """What cannot be read on is no matter of one row, and the other files are read all the same."""
    draft = native.read(folder(tmp_path, roles='id,name\na,A\nb,"B\n', enterprises="id,name,kind\nc,C,cafe\n"))
    assert [(p.file, p.row) for p in draft.problems] == [("roles.csv", 3), ("enterprises.csv", 2)]
    assert {place.file for place in draft.rejected} == {"enterprises.csv"}


def test_unlisted_file_names_the_nearest(tmp_path: Path) -> None:
    """A file of the folder that is not of the format is an error; what is no .csv is not looked at."""
    path = folder(tmp_path, Course="id,name\n")
    (path / "notes.txt").write_text("x")
    assert as_worded(native.read(path, strict=True).problems) == [
        worded_problem("the file Course is not part of the format; did you mean courses?", "Course.csv")
    ]


def test_unlisted_sheet_names_the_nearest(tmp_path: Path) -> None:
    """A sheet that is not of the format is an error, even if it is called README."""
    problems = native.read(workbook(tmp_path, role=[["id"]], README=[["x"]], Help=[["x", "x"]]), strict=True).problems
    assert [(p.file, p.sheet) for p in problems] == [("poly.xlsx", "role"), ("poly.xlsx", "README")]
    assert problems[0].reason == "the sheet role is not part of the format; did you mean roles?"
    assert problems[1].reason.startswith(
        "the sheet README is not part of the format; there are source, institutions, disciplines"
    )


def test_unlisted_key_names_the_nearest(tmp_path: Path) -> None:
    """A key that is not of the format is an error."""
    (problem,) = native.read(document(tmp_path, link=[]), strict=True).problems
    assert (problem.file, problem.sheet) == ("poly.json", "link")
    assert problem.reason == "the key link is not part of the format; did you mean links?"


def test_unlisted_column_names_the_nearest(tmp_path: Path) -> None:
    """A column that is not of the file is an error, and what else is wrong is told too."""
    first, second = native.read(folder(tmp_path, roles="id,name,Name ZH,kind\na,A,,x\n"), strict=True).problems
    assert as_worded([first])[0] == worded_problem(
        "roles has no column Name ZH; did you mean name_zh?", "roles.csv", None, 1, "Name ZH", "Name ZH"
    )
    assert (second.row, second.column) == (2, "kind")


def test_missing_column_is_told_once(tmp_path: Path) -> None:
    """A required column that is missing is a fault of the header, not of each row."""
    draft = native.read(folder(tmp_path, roles="id,name_zh\na,A\nb,B\n", links="from_id,to_id\na,b\n"))
    assert as_worded(draft.problems) == [
        worded_problem("the column name is missing; add it, with a value in every row", "roles.csv", None, 1, "name"),
        worded_problem(
            "the column relation is missing; add it, with a value in every row",
            "links.csv",
            None,
            1,
            "relation",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "row", "column", "value", "reason"),
    [
        ("name,version\n", None, None, None, "nothing is stated: fill in row 2"),
        ("name,version\n,1\n", 2, "name", "", "name is required"),
        ("name,version\nPoly,\n", 2, "version", "", "version is required"),
        ("name\nPoly\n", 1, "version", None, "the column version is missing"),
        ("name,version,rank\nPoly,1,first\n", 2, "rank", "first", '"first" is not possible here: rank is a whole'),
        ("name,version\nPoly,1\nTech,2\n", 3, None, None, "one row says who states all this; remove this one"),
        ("name,version,home\nPoly,1,x\n", 1, "home", "home", "source has no column home"),
        ("", None, None, None, "the file is empty"),
    ],
)
def test_source_at_fault(
    tmp_path: Path, *, text: str, row: int | None, column: str | None, value: str | None, reason: str
) -> None:
    """A source at fault refuses the job, and is told beside what else is wrong."""
    draft = native.read(folder(tmp_path, source=text, roles="id,name\na b,A\n"), strict=True)
    first, second = draft.problems
    assert (first.file, first.row, first.column, first.value) == ("source.csv", row, column, value)
    assert (reason in first.reason, second.file) == (True, "roles.csv")
    assert {place.file for place in draft.rejected} == {"roles.csv"}


def test_folder_without_source(tmp_path: Path) -> None:
    """Nothing is stated by nobody."""
    (tmp_path / "roles.csv").write_text("id,name\na,A\n")
    (problem,) = native.read(tmp_path).problems
    assert as_worded([problem])[0] == worded_problem(
        "there is no source, which says who states all this", tmp_path.name
    )


def test_single_file_needs_a_source(tmp_path: Path) -> None:
    """A single file is read when the source is named, else refused."""
    path = tmp_path / "roles.csv"
    path.write_text("id,name\na,A\n")
    with pytest.raises(InputError, match="name the source, or give a folder with a source"):
        native.read(path)
    draft = native.read(path, "Poly")
    assert (draft.source, [*draft.nodes], draft.only_names_source) == (Source(name="Poly"), ["a"], True)


def test_single_source_file(tmp_path: Path) -> None:
    """The source alone may be stated."""
    draft = native.read(folder(tmp_path) / "source.csv")
    assert (draft.source.name, draft.read, draft.problems) == ("Poly", 0, [])
    assert notes_of(draft) == ["nothing is stated: no file, sheet or key holds a record beside the source"]


def test_missing_path(tmp_path: Path) -> None:
    """A path that leads nowhere is refused."""
    with pytest.raises(InputError, match="there is no such file or folder"):
        native.read(tmp_path / "absent")


def test_csv_text_is_unescaped(tmp_path: Path) -> None:
    """One apostrophe before what looks like a formula is taken away; another stays."""
    names = {
        "a": "'=1+1",
        "b": "''=1",
        "c": "'tis",
        "d": "'-3",
        "e": "'@x",
        "f": "'＝1",
        "g": "'＠x",
        "h": "'＋",
        "i": "'－",
    }
    path = folder(tmp_path, roles="id,name\n" + "".join(f"{node},{name}\n" for node, name in names.items()))
    nodes, _ = stated(native.read(path))
    read = [json.loads(values)["name"] for _, values in nodes.values()]
    assert read == ["=1+1", "'=1", "'tis", "-3", "@x", "＝1", "＠x", "＋", "－"]


def test_workbook_text_is_not_unescaped(tmp_path: Path) -> None:
    """In a workbook an apostrophe is one."""
    nodes, _ = stated(native.read(workbook(tmp_path, roles=[["id", "name"], ["a", "'=1+1"]])))
    assert nodes == {"a": ("Role", canonical({"name": "'=1+1"}))}


def test_workbook_number_for_an_id(tmp_path: Path) -> None:
    """An id in a number cell may have lost its zeros already."""
    draft = native.read(
        workbook(tmp_path, courses=[["id", "name", "discipline_id", "term"], ["a", 101, 11.1, 2]]), strict=True
    )
    assert as_worded(draft.problems) == [
        worded_problem(
            "discipline_id is the number 11.1; an id is text: format the column as text and type the id again",
            "poly.xlsx",
            "courses",
            2,
            "discipline_id",
            "11.1",
        )
    ]


def test_json_number_for_an_id(tmp_path: Path) -> None:
    """An id is text in JSON too."""
    (problem,) = native.read(document(tmp_path, roles=[{"id": 3, "name": "A"}]), strict=True).problems
    assert (problem.sheet, problem.row, problem.column, problem.value) == ("roles", 2, "id", "3")
    assert problem.reason == 'id is the number 3; an id is text: write "3"'


def test_all_ways_state_the_same(tmp_path: Path) -> None:
    """A folder, a workbook and a JSON file of the same content are the same."""
    (tmp_path / "folder").mkdir()
    ways = [
        folder(tmp_path / "folder", courses="id,name,term,credits\na,A,2,1.5\n"),
        workbook(tmp_path, courses=[["id", "name", "term", "credits"], ["a", "A", 2, 1.5]]),
        document(tmp_path, courses=[{"id": "a", "name": "A", "term": 2, "credits": 1.5}]),
    ]
    expected = {"a": ("Course", canonical({"name": "A", "term": 2, "credits": 1.5}))}
    assert [stated(native.read(path))[0] for path in ways] == [expected] * 3


def test_progress_is_told(tmp_path: Path) -> None:
    """Each table tells its end, and the way there every ten thousand records."""
    told: list[Progress] = []
    rows = "".join(f"r{number},R\n" for number in range(10_001))
    native.read(folder(tmp_path, roles=f"id,name\n{rows}", links="from_id,relation,to_id\n"), None, told.append)
    assert told == [rows_read("roles", 10_000), rows_read("roles", 10_001), rows_read("links", 0)]


def test_replaces_the_kinds_of_the_files(tmp_path: Path) -> None:
    """A kind is replaced when its file is here; without links, no relation is, and that is noted."""
    draft = native.read(folder(tmp_path, courses="id,name,discipline_id\na,A,d\n"))
    assert (draft.replaces, draft.replaces_unless) == ({"Course"}, {})
    assert notes_of(draft) == ["without links, the links that columns state are added to what the source stated before"]


def test_replaces_relations_with_links(tmp_path: Path) -> None:
    """Links replace every relation, but for those that a column of an absent file may have stated."""
    draft = native.read(folder(tmp_path, links="from_id,relation,to_id\n"))
    assert draft.replaces_unless == {
        "RUNS": {"Discipline"},
        "OFFERS": {"Course"},
        "COVERS": {"KnowledgeUnit"},
        "HOSTS": {"TrainingTask"},
        "HAS_RESPONSIBILITY": {"JobResponsibility"},
    }
    assert draft.replaces == RELATIONS.keys() - draft.replaces_unless.keys()


def test_replaces_a_relation_whose_column_file_is_here(tmp_path: Path) -> None:
    """Links and the file with the column are together all that is stated of the relation."""
    draft = native.read(folder(tmp_path, links="from_id,relation,to_id\n", knowledge_units="id,name,kind\n"))
    assert "COVERS" in draft.replaces


@pytest.mark.parametrize("name", ["cyber", "exercism-python", "entrecomp"])
def test_published_samples_read_without_a_problem(name: str) -> None:
    """Real material in the format is understood, whole."""
    path = DATA / "native" / name
    if not path.is_dir():
        pytest.skip("the published samples are not beside this repository")
    draft = native.read(path)
    assert (draft.problems, draft.accepted) == ([], draft.read)


TEXT = st.text(
    st.one_of(st.sampled_from("=+-@'\"|,;\n\t 中文a1"), st.characters(exclude_categories=["Cs", "Cc"])),
    min_size=1,
    max_size=12,
)
ID = st.text(st.sampled_from("=+-@'|,;:.a1中é"), min_size=1, max_size=6).filter(lambda text: text not in {".", ".."})


def clean(kind: str, name: str, text: str) -> Value | None:
    """Return the text as the schema keeps it, or None where it states nothing."""
    try:
        return KINDS[kind].property(name).type.parse(text.strip()) if text.strip() else None
    except ValueError:
        return None


@st.composite
def statements(draw: st.DrawFn) -> SourceStatements:
    """Draw what a source might state: texts that a file could mistake, and links that a column could state or not."""
    ids = draw(st.lists(ID, min_size=6, max_size=6, unique=True).map(sorted))
    nodes: dict[NodeId, NodeValues] = {}
    for node, kind in zip(ids, ("Course", "KnowledgeUnit", "JobResponsibility", "Role"), strict=False):
        values: dict[str, Value] = {"name": "n", "kind": "disciplinary"} if kind == "KnowledgeUnit" else {"name": "n"}
        texts = {name: clean(kind, name, draw(TEXT)) for name in ("name", "name_zh", "description")}
        values |= {name: text for name, text in texts.items() if text is not None}
        if kind == "Course":
            values |= {"credits": draw(st.integers(0, 9) | st.floats(0.001, 0.999)), "term": draw(st.integers(1, 9))}
        if kind == "Role" and isinstance(aliases := clean(kind, "aliases", draw(TEXT)), list):
            values["aliases"] = [alias for alias in aliases if alias != values["name"]] or ["other"]
        nodes[NodeId(node)] = (kind, canonical(values))
    weights = st.none() | st.integers(1, 1) | st.floats(0.001, 1)
    notes = st.none() | TEXT.map(str.strip).filter(bool).map(lambda text: text.replace("\t", " "))
    keys = st.tuples(
        st.sampled_from(ids), st.sampled_from(["COVERS", "HAS_RESPONSIBILITY", "OFFERS"]), st.sampled_from(ids)
    )
    values_ = st.tuples(weights, st.none() | st.integers(1, 8), st.none(), st.none(), notes)
    bare = st.tuples(weights | st.none(), st.none(), st.none(), st.none(), st.none())
    links = draw(st.dictionaries(keys, values_ | bare, max_size=8))
    return SourceStatements(Source(name="Poly", version="1"), nodes.items(), links.items())  # type: ignore[arg-type]


WRITERS: dict[str, Callable[..., None]] = {
    "poly": native_writing.write_folder,
    "poly.json": native_writing.write_json,
    "poly.xlsx": template.write_workbook,
}


@pytest.mark.parametrize("name", WRITERS)
@examples(60, few=5, without=[HealthCheck.function_scoped_fixture])
@given(given_statements=statements())
def test_what_is_written_is_read(tmp_path: Path, name: str, given_statements: SourceStatements) -> None:
    """Writing and reading give the same nodes and links, whatever the texts look like."""
    WRITERS[name](given_statements, tmp_path / name, overwrite=True)
    nodes, links = stated(native.read(tmp_path / name, strict=True))
    assert nodes == dict(given_statements.nodes)
    assert links == dict(given_statements.links)


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.sampled_from(
    [
        "r1",
        "c1",
        "skill",
        "REQUIRES",
        "SAME_AS",
        "1",
        "-1",
        "1_0",
        "\uff11",
        "nan",
        "1e999",
        "=1",
        "''=1",
        "a|b",
        "9" * 300,
    ]
)


@examples(80)
@given(file=st.sampled_from([*FILES]), rows=st.lists(st.lists(CELL, max_size=6), max_size=4), more=st.booleans())
def test_no_text_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, file: str, rows: list[list[str]], *, more: bool
) -> None:
    """Whatever the cells hold: a report in which every row is accounted for, and no store by a dry run."""
    place = tmp_path_factory.mktemp("fuzz")
    folder(place, roles="id,name\nr1,R\n", competencies="id,name,kind\nc1,C,skill\n")
    header = [*sorted(required_columns(file)), *(columns(file) if more else ())]
    with (place / f"{file}.csv").open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([list(dict.fromkeys(header)), *rows])
    report = ingest(lambda: native.read(place, "Fuzz"), open_store(f"sqlite:///{place}/graph.db"), dry_run=True)
    assert report.read == report.accepted + report.rejected + sum(report.skipped.values())
    assert all(problem.file for problem in report.problems)
    assert not (place / "graph.db").exists()


@given(seed=st.integers(0, 1000))
@examples(20, without=[HealthCheck.function_scoped_fixture])
def test_row_order_is_irrelevant(tmp_path: Path, seed: int) -> None:
    """Rows in another order state the same."""
    rows = [f"r{i},R{i},{i}" for i in range(1, 6)]
    links = [f"r{i},BROADER,r{i + 1},0.{i}" for i in range(1, 6)]
    ordered = native.read(_shuffled(tmp_path, rows, links, lambda _: None))
    mixed = native.read(_shuffled(tmp_path, rows, links, random.Random(seed).shuffle))
    assert stated(ordered) == stated(mixed)


def _shuffled(path: Path, rows: list[str], links: list[str], mix: Callable[[list[str]], None]) -> Path:
    rows, links = [*rows], [*links]
    mix(rows)
    mix(links)
    head, link_head = "id,name,code", "from_id,relation,to_id,weight"
    return folder(path, roles="\n".join([head, *rows]), links="\n".join([link_head, *links]))


def poly(
    nodes: Iterable[tuple[NodeId, NodeValues]] = (), links: Iterable[tuple[LinkKey, LinkValues]] = ()
) -> SourceStatements:
    """Return what a source states."""
    return SourceStatements(Source(name="Poly", version="1", rank=5), nodes, links)


def unit(node: str = "u") -> tuple[NodeId, NodeValues]:
    """Return an item of nodes: a knowledge unit."""
    return NodeId(node), ("KnowledgeUnit", canonical({"name": "U", "kind": "innovation"}))


def test_folder_files_are_sorted_escaped_and_marked(tmp_path: Path) -> None:
    """Rows stand in the order of their ids, texts cannot be taken for formulas, and Excel sees UTF-8."""
    nodes = [
        (NodeId(node), ("Role", canonical({"name": name}))) for node, name in (("b", "=1"), ("a", "'=1"), ("-c", "'c"))
    ]
    native_writing.write_folder(poly(nodes), tmp_path / "out")
    data = (tmp_path / "out" / "roles.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,name,")
    rows = list(csv.reader(data.decode("utf-8-sig").split("\n")))
    assert [row[:2] for row in rows[1:-1]] == [["'-c", "'c"], ["a", "''=1"], ["b", "'=1"]]


def test_folder_holds_no_empty_files(tmp_path: Path) -> None:
    """Only the source and what has rows is written."""
    native_writing.write_folder(poly([unit()]), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").glob("*.csv")) == ["knowledge_units.csv", "source.csv"]


def records_of(statements: SourceStatements) -> dict[str, list[Record]]:
    """Return the records of each file."""
    return {file: list(rows) for file, rows in records(statements).items()}


def test_single_bare_link_stands_in_its_column() -> None:
    """A node's only link that states nothing else needs no row of links."""
    found = records_of(poly([unit()], [link("k", "COVERS", "u")]))
    assert (found["knowledge_units"][0]["course_id"], "links" in found) == ("k", False)


@pytest.mark.parametrize(
    "links",
    [
        [link("k", "COVERS", "u", note="why")],
        [link("k", "COVERS", "u", weight=0.5)],
        [link("k", "COVERS", "u"), link("l", "COVERS", "u")],
        [link("k", "COVERS", "elsewhere")],
    ],
)
def test_other_links_stand_in_links(links: list[tuple[LinkKey, LinkValues]]) -> None:
    """A link that states more, is one of several, or leads to a node of another source is a row of links."""
    found = records_of(poly([unit()], links))
    assert (len(found["links"]), "course_id" in found["knowledge_units"][0]) == (len(links), False)


def test_importance_stands_beside_the_role() -> None:
    """The weight of a responsibility's only link goes into its own column."""
    node = (NodeId("j"), ("JobResponsibility", canonical({"name": "J"})))
    found = records_of(poly([node], [link("r", "HAS_RESPONSIBILITY", "j", weight=0.5)]))
    assert found["job_responsibilities"] == [{"id": "j", "name": "J", "role_id": "r", "importance": 0.5}]


def test_json_is_sorted_and_plain(tmp_path: Path) -> None:
    """Keys are sorted, numbers are numbers, aliases a list, and nothing is escaped that need not be."""
    node = (NodeId("r"), ("Role", canonical({"name": "岗", "aliases": ["x", "y"]})))
    native_writing.write_json(poly([node], [link("r", "TARGETS", "s", weight=0.5)]), tmp_path / "p.json")
    text = (tmp_path / "p.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == ["links", "roles", "source"]
    assert '"weight": 0.5' in text
    assert '  {\n   "aliases": [\n    "x",\n    "y"\n   ],\n   "id": "r",\n   "name": "岗"\n  }' in text


@pytest.mark.parametrize("name", ["poly.json", "poly.xlsx"])
def test_file_is_overwritten_only_when_told(tmp_path: Path, name: str) -> None:
    """A file that stands is kept, unless the caller says otherwise."""
    write = WRITERS[name]
    write(poly(), tmp_path / name)
    with pytest.raises(InputError, match="stands already; choose another name, or allow to overwrite"):
        write(poly(), tmp_path / name)
    write(poly([unit()]), tmp_path / name, overwrite=True)
    assert set(native.read(tmp_path / name).nodes) == {"u"}
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_folder_is_overwritten_only_when_told(tmp_path: Path) -> None:
    """Files of the format that stand are kept, unless the caller says otherwise; then those left over go."""
    native_writing.write_folder(poly([unit()]), tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(InputError, match="holds files of the format already"):
        native_writing.write_folder(poly(), tmp_path)
    native_writing.write_folder(poly(), tmp_path, overwrite=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["SHA256SUMS", "notes.txt", "source.csv"]


def test_folder_with_other_csv_files_is_refused(tmp_path: Path) -> None:
    """Files of something else are not mixed with, not even when overwriting."""
    (tmp_path / "marks.csv").write_text("x")
    with pytest.raises(InputError, match="which is not part of the format") as raised:
        native_writing.write_folder(poly(), tmp_path, overwrite=True)
    assert (raised.value.problem.file, (tmp_path / "source.csv").exists()) == ("marks.csv", False)


@pytest.mark.parametrize("name", WRITERS)
def test_place_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    """A folder that is not there is named as a fault of what was given."""
    with pytest.raises(InputError, match="cannot be written"):
        WRITERS[name](poly(), tmp_path / "absent" / name)


def test_source_without_version_can_be_read_again(tmp_path: Path) -> None:
    """What is written is always in the format."""
    native_writing.write_folder(SourceStatements(Source(name="Poly"), [], []), tmp_path / "out")
    assert native.read(tmp_path / "out").source == Source(name="Poly", version="not stated")


def test_link_stated_with_and_without_a_weight_has_it(tmp_path: Path) -> None:
    """A repeat that states more adds what it states: by the column first, by a row of links after."""
    draft = native.read(
        folder(
            tmp_path,
            job_responsibilities="id,name,role_id\nj,J,r\n",
            links="from_id,relation,to_id,weight\nr,HAS_RESPONSIBILITY,j,0.5\n",
        )
    )
    assert draft.links[NodeId("r"), "HAS_RESPONSIBILITY", NodeId("j")][0] == 0.5
    assert draft.repeated_links == 1


def test_missing_end_is_named_by_its_own_column(tmp_path: Path) -> None:
    """What is wrong with a column's link is told of that column, not of a file of links."""
    read = folder(tmp_path, courses="id,name,discipline_id\na,A,nowhere\n")
    (problem,) = ingest(lambda: native.read(read), open_store(f"sqlite:///{tmp_path / 'no.db'}")).problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("courses.csv", 2, "discipline_id", "nowhere")


@pytest.mark.skipif(os.name != "posix", reason="a folder cannot be synced there")
def test_exports_are_on_the_disk_when_they_have_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is synced before it is renamed, the folder after: no loss of power leaves half of it under its name."""
    steps = note_syncs(monkeypatch)
    native_writing.write_json(poly([unit()]), tmp_path / "one.json")
    assert steps == ["file synced", "renamed", "folder synced"]
    steps.clear()
    native_writing.write_folder(poly([unit()]), tmp_path / "out")
    assert steps == ["file synced"] * 3 + ["folder synced", "renamed", "folder synced"]
    steps.clear()
    native_writing.write_folder(poly([unit()]), tmp_path / "out", overwrite=True)
    assert steps == ["file synced"] * 3 + ["folder synced"] + ["renamed"] * 3 + ["folder synced"]
