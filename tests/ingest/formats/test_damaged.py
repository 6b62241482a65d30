"""Damaged files of every format: each is refused with its place, and leaves the store as it was."""

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.stores import Store, open_store
from ingest.formats.native import read as native_format
from ingest.job import Leniency, ingest
from ingest.report import IngestReport
from tests.support.cases import each
from tests.support.damaging import (
    ANY_BYTES,
    FORMS,
    JSON_BYTES,
    TABLE_BYTES,
    WORKBOOK_BYTES,
    Damage,
    again,
    cut,
    from_last_key,
    of_bytes,
    of_document,
    of_part,
    of_rows,
    of_text,
    put,
    renamed,
    swap,
    turned,
)
from tests.support.examples import examples
from tests.support.factory import says, statements

LENIENT = Leniency(skip_invalid=True)
CIP, CODES = "CIP2020_SOC2018_Crosswalk", "CIPCode2020.csv"


class Case(NamedTuple):
    """A damage to a file of a form; the row and the column where it must be told, where it has one."""

    form: str
    file: str
    name: str
    damage: Damage
    row: int | None = None
    column: str | None = None


BYTES = {
    ".csv": ANY_BYTES | TABLE_BYTES,
    ".txt": ANY_BYTES | TABLE_BYTES,
    ".json": ANY_BYTES | JSON_BYTES,
    ".jsonld": ANY_BYTES | JSON_BYTES,
    ".xlsx": WORKBOOK_BYTES,
    ".yml": ANY_BYTES,
    ".jsonl": ANY_BYTES,
}


def _turn(path: Path) -> None:
    path.write_text(json.dumps(from_last_key(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")


def _other_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n") if "\r\n" in text else text.replace("\n", "\r\n")


NEEDED = {
    "roles.csv": "id",
    "links.csv": "relation",
    "competencies.csv": "kind",
    "skills_en.csv": "conceptUri",
    "occupationSkillRelations.csv": "relationType",
    "Occupation Data.txt": "Title",
    "Skills.txt": "Scale ID",
    "CIP2020_SOC2018_Crosswalk.csv": "SOC2018Code",
    "CIPCode2020.csv": "CIPCode",
    "pairs.csv": "to_id",
    "skills.csv": "Canonical URL",
    "mapping.csv": "task_id",
    "Skills.xlsx": "Data Value",
    "pairs.xlsx": "from_id",
}
"""A column without which a file cannot be read."""

TOLERANT = [
    (form, file)
    for form, files in FORMS.items()
    if not form.startswith("native")
    for file in files.files
    if file.endswith((".csv", ".txt"))
]
"""Tables of published formats: read in whatever encoding a spreadsheet writes."""

WHOLE = [
    Case(form, file, name, damage)
    for form, files in FORMS.items()
    for file in files.files
    for name, damage in BYTES[Path(file).suffix].items()
    if (form, file) not in TOLERANT or name not in {"UTF-16", "GBK"}
]
WHOLE += [
    Case(form, file, "a column renamed", of_rows(renamed(NEEDED[file])))
    for form, files in FORMS.items()
    for file in files.files
    if file in NEEDED
]
WHOLE += [
    Case(form, file, name, damage)
    for form, file, column in (("moodle", "framework.csv", "ID number"), ("canvas", "outcomes.csv", "title"))
    for name, damage in {
        **{name: ANY_BYTES[name] for name in ("empty", "another file")},
        "a column renamed": of_rows(renamed(column)),
    }.items()
]
"""What makes a file unreadable, for every file of every form: it is told of the file. Other encodings are read."""


def row(  # noqa: PLR0917 - a line of the table below
    form: str, file: str, name: str, change: Callable[..., object], at: int | None, column: str | None
) -> Case:
    return Case(form, file, name, of_rows(change), at, column)


def native(name: str, change: Callable[..., object], table: str, at: int, column: str | None) -> list[Case]:
    """Return the same damage to a file and to a sheet of the native format."""
    return [
        Case("native csv", f"{table}.csv", name, of_rows(change), at, column),
        Case("native xlsx", "my.xlsx", name, of_rows(change, table), at, column),
    ]


def item(  # noqa: PLR0917 - a line of the table below
    name: str, change: Callable[..., object], form: str, file: str, at: int | None, column: str | None
) -> Case:
    return Case(form, file, name, of_document(change), at, column)


def formula(form: str, file: str, column: str, sheet: str | None = None) -> list[Case]:
    """Return the same cell of row 2 with a formula that was never computed, and with one that failed."""
    return [
        Case(form, file, f"formula in {column}", of_rows(put(2, column, "=1+1"), sheet), 2, column),
        Case(form, file, f"failed formula in {column}", of_rows(put(2, column, "#REF!"), sheet), 2, column),
    ]


def of_line(number: int, change: Callable[[str], str]) -> Damage:
    """Return a damage to one line of a file of lines."""

    def changed(text: str) -> str:
        lines = text.splitlines(keepends=True)
        lines[number - 1] = change(lines[number - 1])
        return "".join(lines)

    return of_text(changed)


ESCO, NEEDS, RATED = "skills_en.csv", "occupationSkillRelations.csv", "Skills.txt"
PLACED = [
    *native("columns swapped", swap("id", "name"), "roles", 2, "id"),
    *native("kind swapped", swap("kind", "name"), "competencies", 2, "kind"),
    *native("an id twice", again(2, name="Otherwise"), "roles", 3, "id"),
    *native("two weights", again(2, weight="0.9"), "links", 6, "weight"),
    *native("no such end", put(2, "to_id", "nobody"), "links", 2, "to_id"),
    *native("no such relation", put(2, "relation", "DEVELOP"), "links", 2, "relation"),
    *native("no number", put(3, "weight", "half"), "links", 3, "weight"),
    row("native csv", "links.csv", "truncated", cut, 5, None),
    Case("native csv", "roles.csv", "a quotation mark left open", of_bytes(lambda data: data + b'"r2,x\n'), 3, None),
    *formula("native xlsx", "my.xlsx", "name", "roles"),
    *formula("native xlsx", "my.xlsx", "to_id", "links"),
    item("an id twice", lambda d: d["roles"].append({"id": "r1", "name": "x"}), "native json", "my.json", 3, "id"),
    item("no such end", lambda d: d["links"][0].update(to_id="x"), "native json", "my.json", 2, "to_id"),
    item("no record", lambda d: d["links"].append(7), "native json", "my.json", 6, None),
    row("esco", ESCO, "columns swapped", swap("conceptUri", "preferredLabel"), 2, "conceptUri"),
    row("esco", NEEDS, "columns swapped", swap("relationType", "occupationUri"), 2, "relationType"),
    row("esco", ESCO, "an id twice", again(2, preferredLabel="x"), 4, "id"),
    row("esco", NEEDS, "no such end", put(2, "skillUri", "http://data.europa.eu/esco/skill/x"), 2, "skillUri"),
    row("esco", NEEDS, "truncated", cut, 3, None),
    row("onet txt", "Occupation Data.txt", "columns swapped", swap("O*NET-SOC Code", "Title"), 2, "O*NET-SOC Code"),
    row("onet txt", RATED, "columns swapped", swap("Data Value", "Scale ID"), 2, "Scale ID"),
    row("onet txt", "Occupation Data.txt", "an id twice", again(2, Title="x"), 4, "id"),
    row("onet txt", RATED, "no such end", put(2, "O*NET-SOC Code", "11-9999.00"), 2, "O*NET-SOC Code"),
    row("onet txt", RATED, "truncated", cut, 9, None),
    row("onet xlsx", "Skills.xlsx", "no such end", put(2, "O*NET-SOC Code", "11-9999.00"), 2, "O*NET-SOC Code"),
    row("onet xlsx", "Skills.xlsx", "no number", put(2, "Data Value", "high"), 2, "Data Value"),
    *formula("onet xlsx", "Skills.xlsx", "Data Value"),
    *formula("onet xlsx", "Skills.xlsx", "O*NET-SOC Code"),
    row("cip-soc csv", f"{CIP}.csv", "columns swapped", swap("CIP2020Code", "SOC2018Code"), 2, "CIP2020Code"),
    row("cip-soc csv", CODES, "an id twice", again(3, CIPTitle="x"), 8, "id"),
    row("cip-soc csv", CODES, "zeros lost", put(3, "CIPCode", "1.09"), 3, "CIPCode"),
    row("cip-soc csv", f"{CIP}.csv", "truncated", cut, 5, None),
    row("cip-soc xlsx", f"{CIP}.xlsx", "a number for a code", put(2, "CIP2020Code", 1.0901), 2, "CIP2020Code"),
    *formula("cip-soc xlsx", f"{CIP}.xlsx", "SOC2018Code"),
    row("crosswalk csv", "pairs.csv", "columns swapped", swap("weight", "from_id"), 2, "weight"),
    row("crosswalk csv", "pairs.csv", "two weights", again(2, weight="0.5"), 4, "weight"),
    row("crosswalk csv", "pairs.csv", "no such relation", put(2, "relation", "SAME"), 2, "relation"),
    row("crosswalk csv", "pairs.csv", "truncated", cut, 3, None),
    row("crosswalk xlsx", "pairs.xlsx", "two weights", again(2, weight=0.5), 4, "weight"),
    *formula("crosswalk xlsx", "pairs.xlsx", "weight"),
    *formula("crosswalk xlsx", "pairs.xlsx", "to_id"),
    row("osmt csv", "skills.csv", "no name", put(2, "RSD Name", ""), 2, "RSD Name"),
    row("osmt csv", "skills.csv", "an id twice", again(2, **{"RSD Name": "x"}), 4, None),
    row("osmt csv", "skills.csv", "truncated", cut, 3, None),
    item("an id twice", lambda d: d.append(d[0] | {"skillName": "x"}), "osmt json", "skills.json", 4, None),
    item("no text", lambda d: d[0].update(skillName=7), "osmt json", "skills.json", 2, None),
    item("no record", lambda d: d.append(7), "osmt json", "skills.json", 4, None),
    item("an id twice", lambda d: d["CFItems"].append(d["CFItems"][0]), "case", "frame.json", 5, "identifier"),
    item("no identifier", lambda d: d["CFItems"][1].pop("identifier"), "case", "frame.json", 3, "identifier"),
    item("no statement", lambda d: d["CFItems"][1].update(fullStatement=""), "case", "frame.json", 3, "fullStatement"),
    item("a list for an object", lambda d: d.update(CFItems={}), "case", "frame.json", None, None),
    item("an id twice", lambda d: d["values"].append(d["values"][0]), "nice 2024", "tasks.json", 3, None),
    item("no code", lambda d: d["values"][0].update(value="x"), "nice 2024", "tasks.json", 2, "value"),
    item("no list", lambda d: d.update(values=7), "nice 2024", "tasks.json", None, None),
    item("edges of words", lambda d: d["values"][0].update(related="x"), "nice 2024", "work_roles.json", 2, "related"),
    Case("nice 2017", "tasks.yml", "a code of another form", of_text(lambda t: t.replace("T0001", "Q1")), 2, "tId"),
    Case("nice 2017", "tasks.yml", "an id twice", of_text(lambda t: t + t.removeprefix("---\n")), 5, "id"),
    Case("nice 2017", "tasks.yml", "truncated", of_text(lambda t: t[: t.index("Do things")]), 2, "taskDescription"),
    item(
        "two kinds",
        lambda d: d["@graph"][2].update({"@type": ["Course", "Occupation"]}),
        "jsonld",
        "all.jsonld",
        4,
        "@type",
    ),
    item("a context to fetch", lambda d: d.update({"@context": "https://x.org/c"}), "jsonld", "all.jsonld", None, None),
    item("a number for an id", lambda d: d["@graph"][0].update({"@id": 7}), "jsonld", "all.jsonld", None, None),
    row("moodle", "framework.csv", "no ID number", put(3, "ID number", ""), 3, "ID number"),
    row("moodle", "framework.csv", "an id twice", again(3, **{"Short name": "x"}), 6, "ID number"),
    row("moodle", "framework.csv", "no such end", put(4, "Parent ID number", "O9"), 4, "Parent ID number"),
    row("canvas", "outcomes.csv", "no title", put(3, "title", ""), 3, "title"),
    row("canvas", "outcomes.csv", "an id twice", again(2), 6, "vendor_guid"),
    row("canvas", "outcomes.csv", "no such type", put(2, "object_type", "set"), 2, "object_type"),
    row("canvas", "outcomes.csv", "no such end", put(3, "parent_guids", "orchards"), 3, "parent_guids"),
    Case("xapi", "statements.jsonl", "truncated", of_bytes(lambda data: data.rstrip()[:-9]), 3, None),
    Case("xapi", "statements.jsonl", "not UTF-8", of_bytes(lambda data: data.replace(b"Bob", b"B\xe9")), 2, None),
    Case("xapi", "statements.jsonl", "score beyond 1", of_line(2, lambda t: t.replace("0.5", "5")), 2, None),
    Case("xapi", "statements.jsonl", "a key twice", of_line(2, lambda t: '{"id": 1, "id": 2, ' + t[1:]), 2, None),
    Case("xapi", "statements.jsonl", "too deep", of_line(2, lambda _: "[" * 9000 + "\n"), 2, None),
    row("xapi", "mapping.csv", "an id of two words", put(2, "task_id", "t 1"), 2, "task_id"),
]
"""What makes one place of a file wrong: it is told of that row and column."""

CASES = WHOLE + PLACED
UNREADABLE = [case for case in WHOLE if not case.file.endswith(".jsonl")]
"""What no leniency helps; the lines of a file of lines are rows each, and may be left out."""
UNCHANGED = [
    *(
        Case(form, file, "columns turned", of_rows(turned))
        for form, file in (
            ("native csv", "links.csv"),
            ("native xlsx", "my.xlsx"),
            ("esco", ESCO),
            ("esco", NEEDS),
            ("onet txt", RATED),
            ("onet xlsx", "Skills.xlsx"),
            ("cip-soc csv", f"{CIP}.csv"),
            ("cip-soc csv", CODES),
            ("cip-soc xlsx", f"{CIP}.xlsx"),
            ("crosswalk csv", "pairs.csv"),
            ("crosswalk xlsx", "pairs.xlsx"),
            ("osmt csv", "skills.csv"),
            ("xapi", "mapping.csv"),
        )
    ),
    *(
        Case(form, file, "keys turned", _turn)
        for form, file in (
            ("native json", "my.json"),
            ("nice 2024", "tasks.json"),
            ("osmt json", "skills.json"),
            ("jsonld", "all.jsonld"),
        )
    ),
    *(
        Case(form, file, "BOM", of_bytes(lambda data: b"\xef\xbb\xbf" + data))
        for form, files in FORMS.items()
        for file in files.files
        if not file.endswith(".xlsx")
    ),
    *(
        Case(form, file, "line ends", of_text(_other_line_ends))
        for form, file in (
            ("native csv", "links.csv"),
            ("esco", ESCO),
            ("nice 2017", "tasks.yml"),
            ("case", "frame.json"),
        )
    ),
    *(
        Case(form, file, name, damage)
        for form, file in TOLERANT
        for name, damage in {
            "UTF-16": ANY_BYTES["UTF-16"],
            "lines above the header": of_bytes(lambda data: b"A title\n\n" + data),
        }.items()
    ),
    Case("native csv", "links.csv", "two columns swapped", of_rows(swap("from_id", "to_id", with_header=True))),
    row("crosswalk csv", "pairs.csv", "a pair twice", again(2), None, None),
    row("esco", NEEDS, "a row twice", again(2), None, None),
]
"""What looks like damage, and changes nothing that is said."""


def named(case: Case) -> str:
    return f"{case.form}, {case.file}: {case.name}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Store]]:
    """Give a maker of stores with what a form's undamaged files say; a form has one for all tests."""
    made: dict[str, Store] = {}

    def store_of(form: str) -> Store:
        if form not in made:
            folder = tmp_path_factory.mktemp("whole")
            made[form] = open_store(f"sqlite:///{folder / 'graph.db'}")
            made[form].apply(PERFORMED)
            report = take(form, FORMS[form].write(folder / "files"), made[form])
            assert not report.refused, report.problems
            assert report.added.nodes + report.added.links > 0
        return made[form]

    yield store_of
    for store in made.values():
        store.close()


PERFORMED: ChangeSet = says("t1", "c1", "d1", "g1", by="Performed", nodes={"g1": {"discipline_id": "d1", "size": 30}})
"""What xAPI statements speak of; the ids are those of the native chain, too, which states them otherwise."""


def take(
    form: str, path: Path, store: Store, leniency: Leniency | None = None, *, dry_run: bool = False
) -> IngestReport:
    return ingest(partial(FORMS[form].read, path), store, leniency=leniency, dry_run=dry_run)


def damaged(case: Case, folder: Path) -> Path:
    """Write the form's files with the damage, and return their path."""
    path = FORMS[case.form].write(Path(tempfile.mkdtemp(dir=folder)) / "files")
    case.damage(path if path.name == case.file else path / case.file)
    return path


def of_form(cases: Sequence[Case], form: str) -> list[Case]:
    """Return the cases of a form."""
    return [case for case in cases if case.form == form]


def is_chinese(text: str) -> bool:
    """Say whether a sentence is worded in Chinese, whatever names and values it quotes."""
    return re.search("[\u4e00-\u9fff]", text) is not None


def test_there_are_enough_cases() -> None:
    """At least sixty, of every form, and no two alike."""
    assert len(CASES) >= 60
    assert {case.form for case in CASES} == FORMS.keys()
    assert len({named(case) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("form", FORMS)
def test_damage_is_told_of_its_place(tmp_path: Path, store: Store, form: str) -> None:
    """The file is named, and row and column where the damage has them; no store is made."""

    @each("case", of_form(CASES, form))
    def is_told(case: Case) -> None:
        report = take(form, damaged(case, tmp_path), store)
        assert report.refused
        told = {(problem.file, problem.row, problem.column) for problem in report.problems}
        if case.row is None:
            assert {file for file, _, _ in told} == {case.file}
        else:
            assert (case.file, case.row) in {(file, at) for file, at, _ in told}
            assert case.column is None or (case.file, case.row, case.column) in told
        assert all(problem.reason for problem in report.problems)
        assert not {problem.reason for problem in report.problems if not is_chinese(problem.reason_in("zh"))}
        assert not {note for note in report.notes_in("zh") if not is_chinese(note)}
        assert not {reason for reason in report.skipped_in("zh") if not is_chinese(reason)}
        assert not store.exists()

    is_told()


@pytest.mark.parametrize("form", FORMS)
def test_what_is_noted_is_worded_in_both_languages(tmp_path: Path, form: str) -> None:
    """Notes and reasons why records are skipped are messages of the catalogue, none a sentence of its own."""
    draft = FORMS[form].read(FORMS[form].write(tmp_path / "files"))
    assert not {str(said) for said in [*draft.notes, *draft.skipped] if not is_chinese(said.text("zh"))}


@pytest.mark.parametrize("form", FORMS)
def test_damage_leaves_the_store_as_it_was(tmp_path: Path, whole: Callable[[str], Store], form: str) -> None:
    """Same revision, token and statements."""
    store = whole(form)
    before = (store.revision(), statements(store))

    @each("case", of_form(CASES, form))
    def is_refused(case: Case) -> None:
        assert take(form, damaged(case, tmp_path), store).refused
        assert (store.revision(), statements(store)) == before

    is_refused()


@pytest.mark.parametrize("form", FORMS)
def test_no_leniency_reads_what_is_unreadable(tmp_path: Path, whole: Callable[[str], Store], form: str) -> None:
    """Rows may be left out, a file may not: half of a framework would replace the whole."""
    store = whole(form)
    before = store.revision()

    @each("case", of_form(UNREADABLE, form))
    def is_refused(case: Case) -> None:
        assert take(form, damaged(case, tmp_path), store, LENIENT).refused
        assert store.revision() == before

    is_refused()


@pytest.mark.parametrize("form", ["native csv", "native xlsx", "native json"])
def test_what_is_taken_all_the_same_is_told(tmp_path: Path, store: Store, form: str) -> None:
    """Where the native reader is not strict: a damage to a whole file is refused, or a note says what was bent."""

    @each("case", of_form(WHOLE, form))
    def is_told(case: Case) -> None:
        path = damaged(case, tmp_path)
        report = ingest(lambda: native_format.read(path), store, dry_run=True)
        assert report.refused or report.notes, report

    is_told()


@pytest.mark.parametrize("form", sorted({case.form for case in UNCHANGED}))
def test_what_is_still_valid_says_the_same(tmp_path: Path, whole: Callable[[str], Store], form: str) -> None:
    """Columns and keys in another order, other line ends, a mark of the byte order, a row twice: nothing changes."""
    store = whole(form)
    before = store.revision()

    @each("case", of_form(UNCHANGED, form))
    def changes_nothing(case: Case) -> None:
        report = take(form, damaged(case, tmp_path), store)
        assert not report.refused, report.problems
        assert report.unchanged.nodes + report.unchanged.links > 0
        assert store.revision() == before

    changes_nothing()


def test_a_file_cut_between_two_rows_is_kept_from_removing(tmp_path: Path, whole: Callable[[str], Store]) -> None:
    """Nothing in the file tells that it is only a part; that so much would go does."""
    store = whole("crosswalk csv")
    before = store.revision()
    path = damaged(Case("crosswalk csv", "pairs.csv", "", of_rows(list[list[str]].pop)), tmp_path)
    (problem,) = take("crosswalk csv", path, store).problems
    assert "would remove 0 nodes and 1 links" in problem.reason
    assert store.revision() == before


@examples(250)
@given(
    which=st.sampled_from([(form, file) for form, files in FORMS.items() for file in files.files]),
    place=st.floats(0, 1),
    length=st.integers(0, 40),
    put_in=st.binary(max_size=12) | st.sampled_from([b'"', b"\t", b",", b"{", b"]", b"\r\n", b"\xff", b"&e;", b"<"]),
    at_part=st.none() | st.integers(0, 20),
)
def test_no_bytes_break_a_reader(  # noqa: PLR0917 - hypothesis names what it gives
    tmp_path_factory: pytest.TempPathFactory,
    which: tuple[str, str],
    place: float,
    length: int,
    put_in: bytes,
    at_part: int | None,
) -> None:
    """Whatever bytes stand anywhere in a file, or in a part of a workbook: a report, and no store by a dry run."""
    form, file = which
    folder = tmp_path_factory.mktemp("bytes")

    def spoil(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + put_in + data[at + length :]

    damage = of_bytes(spoil)
    if file.endswith(".xlsx") and at_part is not None:
        damage = of_part(PARTS[at_part % len(PARTS)], spoil)
    report = take(
        form, damaged(Case(form, file, "bytes", damage), folder), open_store(f"sqlite:///{folder}/x.db"), dry_run=True
    )
    assert report.read == report.accepted + report.rejected + sum(report.skipped.values())
    assert not (folder / "x.db").exists()


PARTS = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
)
