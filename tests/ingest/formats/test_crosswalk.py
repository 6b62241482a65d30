"""Tables of pairs: published crosswalks, reviewed alignments, and what small wrong tables are told."""

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from graph.errors import InputError
from graph.model import parse_id, vocabulary
from graph.schema import RELATIONS
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from ingest.draft import Draft
from ingest.formats.crosswalk import read as crosswalk
from ingest.formats.crosswalk.read import CrosswalkOptions
from ingest.job import Leniency, ingest
from ingest.report import IngestReport
from tests.support.commanding import Commands
from tests.support.drafts import notes_of, skipped_of
from tests.support.examples import examples
from tests.support.factory import node, says
from tests.support.samples.crosswalk import PAIRS

NESTA = "id,esco_occupation,isco_code,onet_code,onet_occupation,confidence,concept_uri\n"
ESCO = "http://data.europa.eu/esco/occupation/"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    # What a reader says does not depend on the kind of store.
    opened = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    yield opened
    opened.close()


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Give a file with this text."""

    def write(text: str, name: str = "pairs.csv") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        return tmp_path / name

    return write


Table = Callable[..., Path]


def links(draft: Draft) -> dict[str, float | None]:
    return {" ".join(key): values[0] for key, values in draft.links.items()}


# What a table says


def test_a_reviewed_alignment_is_read_as_it_is(table: Table) -> None:
    """Each row by its own relation; what explains a row is named and left alone."""
    draft = crosswalk.read(
        table(PAIRS + "a:1,SAME_AS,b:1,0.95,0.9,same name\na:2,CLOSE_TO,b:2,,0.5,\nk1,DEVELOPS,a:2,0.5,0.4,near\n")
    )
    assert links(draft) == {"a:1 SAME_AS b:1": 0.95, "a:2 CLOSE_TO b:2": None, "k1 DEVELOPS a:2": 0.5}
    assert "columns that are not read: score, reason" in notes_of(draft)


def test_the_source_is_named_by_the_file(table: Table) -> None:
    """It is all that this source states, of every relation; ends may be missing."""
    draft = crosswalk.read(table(PAIRS, "mine.csv"))
    assert draft.source.name == "mine"
    assert draft.replaces == set(RELATIONS)
    assert draft.keeps_dangling


def test_a_row_that_was_struck_out_goes(table: Table, store: Store) -> None:
    """Importing the table again replaces what it said, also of a relation that it names no more."""
    rows = [f"k{i},DEVELOPS,c{i},0.5,,\n" for i in range(9)]
    file = table(PAIRS + "".join(rows) + "a:1,SAME_AS,b:1,1,,\n")
    ingest(lambda: crosswalk.read(file), store)
    table(PAIRS + "".join(rows))
    assert ingest(lambda: crosswalk.read(file), store).removed.links == 1


def test_a_published_table_is_known_by_its_columns(table: Table) -> None:
    """Columns, prefix, weights and licence need not be said; they stand in the notes."""
    text = f"1,a,1,11-1011.00,A,2.0,{ESCO}x\n2,b,1,11-1011.03,B,1.0,{ESCO}y\n3,c,1,11-1021.00,C,0.5,{ESCO}z\n"
    draft = crosswalk.read(table(NESTA + text))
    assert links(draft) == {
        "esco:x SAME_AS onet:11-1011.00": 1.0,
        "esco:y SAME_AS onet:11-1011.03": 0.8,
        "esco:z SAME_AS onet:11-1021.00": 0.4,
    }
    assert draft.source.licence.startswith("MIT")
    assert "weight of a confidence: 2 = 1, 1 = 0.8, 0.5 = 0.4" in notes_of(draft)


def test_what_is_asked_goes_before_what_is_known(table: Table) -> None:
    """Flags win, one by one."""
    file = table(NESTA + f"1,a,1,11-1011.00,A,2.0,{ESCO}x\n")
    wanted = CrosswalkOptions(weights="2=0.5", relation="CLOSE_TO", to_prefix="soc:")
    assert links(crosswalk.read(file, wanted=wanted)) == {"esco:x CLOSE_TO soc:11-1011.00": 0.5}


def test_any_columns_and_confidences_can_be_named(table: Table) -> None:
    """Words are mapped without regard to case, and 0 leaves a pair out, counted."""
    file = table("old,new,sure\n1,2,Yes\n3,4,perhaps\n5,6,no\n")
    wanted = CrosswalkOptions(
        "old", "new", "sure", "yes=1,perhaps=0.5,no=0", relation="SAME_AS", from_prefix="x:", to_prefix="y:"
    )
    draft = crosswalk.read(file, wanted=wanted)
    assert links(draft) == {"x:1 SAME_AS y:2": 1.0, "x:3 SAME_AS y:4": 0.5}
    assert skipped_of(draft) == {"pairs of the confidence no, which weighs nothing": 1}


def test_a_prefix_is_put_only_where_it_is_missing(table: Table) -> None:
    """An id that begins with it stays."""
    file = table("from_id,to_id,weight\na:1,2,1\n")
    draft = crosswalk.read(file, wanted=CrosswalkOptions(from_prefix="a:", to_prefix="b:"))
    assert links(draft) == {"a:1 SAME_AS b:2": 1.0}


def test_pairs_that_are_merely_close_need_no_confidence(table: Table) -> None:
    """Only what may merge does."""
    file = table("from_id,to_id\na:1,b:1\n")
    assert links(crosswalk.read(file, wanted=CrosswalkOptions(relation="CLOSE_TO"))) == {"a:1 CLOSE_TO b:1": None}
    with pytest.raises(InputError, match="--confidence-column"):
        crosswalk.read(file)


@pytest.mark.parametrize("name", ["pairs.tsv", "pairs.txt"])
def test_tabs_may_separate_the_columns(table: Table, name: str) -> None:
    """By the file's ending."""
    draft = crosswalk.read(table("from_id\tto_id\tweight\na:1\tb:1\t1\n", name))
    assert links(draft) == {"a:1 SAME_AS b:1": 1.0}


# Codes of an older edition

CODES = (
    "Old Code,Old Title,New Code,New Title\n1,One,1,One\n2,Two,21,Two\n2,Two,22,Too\n3,Three,9,Nine\n4,Four,9,Nine\n"
)


def translated(table: Table, rows: str, **more: Any) -> Draft:  # noqa: ANN401 - options of every type
    codes = table(CODES, "codes.csv")
    wanted = replace(CrosswalkOptions(to_prefix="b:", translate=codes), **more)
    return crosswalk.read(table("from_id,to_id,weight\n" + rows), wanted=wanted)


def test_a_code_becomes_what_the_table_says(table: Table) -> None:
    """Several, where it was split; itself, where the table has it not."""
    draft = translated(table, "a:1,1,1\na:2,2,1\na:7,7,1\n")
    assert set(links(draft)) == {"a:1 SAME_AS b:1", "a:2 SAME_AS b:21", "a:2 SAME_AS b:22", "a:7 SAME_AS b:7"}
    note = "codes translated by codes.csv, Old Code to New Code: 1 codes changed, 1 of them into several"
    assert note in notes_of(draft)


@pytest.mark.parametrize("rows", ["a:1,3,1\na:1,4,0.5\n", "a:1,4,0.5\na:1,3,1\n", "a:1,9,0.5\na:1,3,1\n"])
def test_pairs_that_fall_together_keep_the_surer_one(table: Table, rows: str) -> None:
    """Two old codes that became one: no disagreement, but noted; in any order."""
    draft = translated(table, rows)
    assert not draft.problems
    assert links(draft) == {"a:1 SAME_AS b:9": 1.0}
    assert any(note.startswith("1 pairs fell together") for note in notes_of(draft))


def test_the_columns_of_the_codes_can_be_named(table: Table) -> None:
    """The other way round, here."""
    draft = translated(table, "a:1,9,1\n", old_column="New Code", new_column="Old Code")
    assert set(links(draft)) == {"a:1 SAME_AS b:3", "a:1 SAME_AS b:4"}


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ("a,b\n1,2\n", "--old-column"),
        ("Old Code,New Code\n1,\n", "row 2, column New Code"),
        ("Old Code,Code,New Code\n1,2,3\n", "--old-column"),
        ("", "empty"),
    ],
)
def test_a_wrong_table_of_codes_is_named(table: Table, codes: str, said: str) -> None:
    """Nothing is read with half a table."""
    wanted = CrosswalkOptions(translate=table(codes, "codes.csv"))
    with pytest.raises(InputError, match=said) as raised:
        crosswalk.read(table(PAIRS), wanted=wanted)
    assert raised.value.problem.file == "codes.csv"


# What is wrong


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("a 1,SAME_AS,b:1,1,,", "from_id"),
        (",SAME_AS,b:1,1,,", "from_id"),
        ("a:1,SAME_AS,,1,,", "to_id"),
        ("a:1,SAME_AS,b:1,,,", "weight"),
        ("a:1,SAME_AS,b:1,2.0,,", "weight"),
        ("a:1,SAME_AS,b:1,nan,,", "weight"),
        ("a:1,SAME_AS,b:1,0,,", "weight"),
        ("a:1,SAMEAS,b:1,1,,", "relation"),
        ("a:1,SAME_AS,a:1,1,,", "to_id"),
        ("x:1,SAME_AS,y:1,0.5,,", "weight"),
        ("c:1,SAME_AS,r:1,1,,", "relation"),
        ("SAME_AS,a:1,b:1,1,,", "relation"),
    ],
)
def test_a_wrong_row_is_named(table: Table, store: Store, row: str, column: str) -> None:
    """File, row and column; nothing is imported."""
    known = says(by="before", replaces=())
    nodes = {parse_id("c:1"): node("c:1", kind="Competency"), parse_id("r:1"): node("r:1", kind="Role")}
    store.apply(type(known)(known.source, nodes, {}))
    file = table(f"{PAIRS}x:1,SAME_AS,y:1,1,,\n{row}\n")
    report = ingest(lambda: crosswalk.read(file), store)
    assert report.refused
    (problem,) = report.problems
    assert (problem.file, problem.row, problem.column) == ("pairs.csv", 3, column)
    assert store.revision().number == 1


def test_a_confidence_without_a_weight_is_named(table: Table) -> None:
    """The problem lists those that have one."""
    file = table("from_id,to_id,weight\na:1,b:1,maybe\n")
    (problem,) = crosswalk.read(file, wanted=CrosswalkOptions(weights="yes=1,no=0.1")).problems
    assert (problem.column, problem.value) == ("weight", "maybe")
    assert "yes, no" in problem.reason


@pytest.mark.parametrize("weights", ["", "2", "=1", "2=2", "2=-1", "2=one", "2=1,2.0=0.5", "2=1,,"])
def test_weights_that_make_no_sense_are_an_error(table: Table, weights: str) -> None:
    """The error shows how they are written, or that one stands twice."""
    with pytest.raises(InputError, match=r"write them as|twice"):
        crosswalk.read(table(PAIRS), wanted=CrosswalkOptions(weights=weights))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (CrosswalkOptions(from_column="x"), "--from-column"),
        (CrosswalkOptions(to_column="x"), "--to-column"),
        (CrosswalkOptions(confidence_column="x"), "--confidence-column"),
        (CrosswalkOptions(relation="SAME"), "did you mean SAME_AS"),
    ],
)
def test_a_flag_that_names_nothing_is_an_error(table: Table, wanted: CrosswalkOptions, said: str) -> None:
    """The error names the flag."""
    with pytest.raises(InputError, match=said):
        crosswalk.read(table(PAIRS), wanted=wanted)


@pytest.mark.parametrize("fault", ["cut", "latin-1", "empty", "quote"])
def test_a_damaged_table_is_named(tmp_path: Path, store: Store, fault: str) -> None:
    """In another encoding, empty, cut off: no store is made."""
    text = PAIRS + "a:1,SAME_AS,b:1,1,,\n"
    damaged = {
        "cut": (text + "a:2,SAME_AS").encode(),
        "latin-1": (text + "caf\xe9").encode("latin-1"),
        "empty": b"",
        "quote": (text + 'a:2,"SAME').encode(),
    }[fault]
    (tmp_path / "pairs.csv").write_bytes(damaged)
    report = ingest(lambda: crosswalk.read(tmp_path / "pairs.csv"), store, leniency=Leniency(skip_invalid=True))
    assert report.refused
    assert [problem.file for problem in report.problems] == ["pairs.csv"]
    assert not store.exists()


@pytest.mark.parametrize("name", ["nowhere.csv", ".", "pairs.pdf"])
def test_what_is_no_table_is_told_so(table: Table, tmp_path: Path, name: str) -> None:
    """A folder, nothing, another kind of file."""
    table(PAIRS, "pairs.pdf")
    with pytest.raises(InputError, match=r"folder|not there|is not read"):
        crosswalk.read(tmp_path / name)


def test_the_order_of_rows_is_irrelevant(table: Table, store: Store) -> None:
    """And importing twice is importing once."""
    rows = [f"a:{i},SAME_AS,b:{i % 4},{1 - i / 20},,\n" for i in range(9)]
    ingest(lambda: crosswalk.read(table(PAIRS + "".join(rows))), store)
    before = store.revision()
    random.Random(1).shuffle(rows)
    ingest(lambda: crosswalk.read(table(PAIRS + "".join(rows))), store)
    assert store.revision() == before


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.sampled_from(
    ["a:1", "b:1", "SAME_AS", "DEVELOPS", "1", "0.5", "1e999", "1_0", "\uff11", '"', "", "2", "9" * 300]
)


@examples(80)
@given(
    rows=st.lists(st.lists(CELLS, max_size=7), max_size=6),
    weights=st.none() | CELLS | st.just("2=1,1=0.5"),
    translate=st.booleans(),
    keeps=st.booleans(),
)
def test_no_text_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    weights: str | None,
    *,
    translate: bool,
    keeps: bool,
) -> None:
    """Whatever cells and flags hold: statements, problems, or one error."""
    file, codes = (tmp_path_factory.getbasetemp() / name for name in ("fuzz.csv", "fuzz-codes.csv"))
    for path, header in ((file, PAIRS), (codes, "Old Code,New Code\n")):
        with path.open("w", encoding="utf-8", newline="") as opened:
            opened.write(header if keeps else "")
            csv.writer(opened).writerows(rows)
    wanted = CrosswalkOptions(weights=weights, translate=codes if translate else None)
    with suppress(InputError):
        draft = crosswalk.read(file, wanted=wanted)
        assert draft.read == draft.accepted + len(draft.rejected) + draft.skipped.total()
        assert all(relation in RELATIONS for _, relation, _ in draft.links)


# The command line


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def test_the_command_takes_every_flag(cli: Commands, table: Table) -> None:
    """Each reaches the reader, and the report says so; a dry run writes nothing."""
    file, codes = table("old,new,sure\n1,2,Yes\n"), table("was,became\n2,3\n", "codes.csv")
    flags = (
        *("--from-column", "old", "--to-column", "new", "--confidence-column", "sure", "--weights", "yes=1"),
        *("--relation", "CLOSE_TO", "--from-prefix", "x:", "--to-prefix", "y:", "--source", "Mine"),
        *("--translate", codes, "--old-column", "was", "--new-column", "became", "--json"),
    )
    dry = cli("ingest", "crosswalk", file, *flags, "--dry-run")
    assert (dry.status, dry.document["added"], dry.document["dry_run"]) == (0, {"nodes": 0, "links": 1}, True)
    done = cli("ingest", "crosswalk", file, *flags).document
    assert (done["source"], done["dormant"], done["revision"]) == ("Mine", 1, 1)
    assert "second ids begin with y:" in done["notes"]


# The published files


class Published:
    """ESCO's and O*NET's occupations in one store, with the crosswalk as it is, and with its codes translated."""

    def __init__(self, data: Path, place: Path) -> None:
        self.pairs = data / "esco-onet-crosswalk-nesta" / "esco_onet_crosswalk_Nov2020.csv"
        self.codes = data / "onet-soc-2010-2019" / "2010_to_2019_Crosswalk.csv"
        published = BytesIO((data / "onet-29.3" / "Occupation Data.xlsx").read_bytes())
        sheet = load_workbook(published, read_only=True).worksheets[0]
        self.onet = {str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)}
        with (data / "esco-1.1.1" / "csv" / "occupations_en.csv").open(encoding="utf-8-sig", newline="") as file:
            self.esco = {row["conceptUri"].rpartition("/")[2] for row in csv.DictReader(file)}
        self.reports: dict[bool, IngestReport] = {}
        self.snapshots: dict[bool, Snapshot] = {}
        for translates in (False, True):
            store = open_store(f"sqlite:///{place / f'{translates}.db'}")
            roles = [parse_id(f"onet:{code}") for code in self.onet] + [parse_id(f"esco:{name}") for name in self.esco]
            known = says(by="roles", replaces=())
            store.apply(type(known)(known.source, {role: node(role, kind="Role") for role in roles}, {}))
            wanted = CrosswalkOptions(translate=self.codes if translates else None)
            self.reports[translates] = ingest(lambda: crosswalk.read(self.pairs, wanted=wanted), store)  # noqa: B023
            self.snapshots[translates] = compile_snapshot(store)
            store.close()

    def expected(self, *, translates: bool) -> set[frozenset[str]]:
        """Return the classes by the rule as it is written: sure, live, and one to one in both directions."""
        became: dict[str, set[str]] = defaultdict(set)
        if translates:
            with self.codes.open(encoding="utf-8-sig", newline="") as file:
                for row in csv.DictReader(file):
                    became[row["O*NET-SOC 2010 Code"]].add(row["O*NET-SOC 2019 Code"])
        with self.pairs.open(encoding="utf-8-sig", newline="") as file:
            pairs = {
                (row["concept_uri"].rpartition("/")[2], code)
                for row in csv.DictReader(file)
                for code in became.get(row["onet_code"], {row["onet_code"]})
                if row["confidence"] == "2.0"
            }
        live = [(a, b) for a, b in pairs if a in self.esco and b in self.onet]
        first, second = Counter(a for a, _ in live), Counter(b for _, b in live)
        return {frozenset({f"esco:{a}", f"onet:{b}"}) for a, b in live if first[a] == 1 == second[b]}


@pytest.fixture(scope="session")
def published(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    return Published(shared_data, tmp_path_factory.mktemp("crosswalk"))


def classes(snapshot: Snapshot) -> set[frozenset[str]]:
    """Return the ids of each class of at least two."""
    members = (snapshot.members(i) for i in range(len(snapshot)))
    return {frozenset(snapshot.ids[i] for i in found) for found in members if len(found) > 1}


def test_the_published_crosswalk_is_read_as_it_is(published: Published) -> None:
    """1,680 pairs, each a link."""
    report = published.reports[False]
    assert not report.refused
    assert (report.read, report.accepted, report.added.links) == (1_680, 1_680, 1_680)


@pytest.mark.parametrize(("translates", "number"), [(False, 211), (True, 240)])
def test_only_what_is_sure_and_one_to_one_merges(published: Published, number: int, *, translates: bool) -> None:
    """211 classes as it is, 240 with its codes of 2010 translated to those of 2019."""
    found = classes(published.snapshots[translates])
    assert len(found) == number
    assert found == published.expected(translates=translates)


@pytest.mark.parametrize("translates", [False, True])
def test_no_class_holds_two_ids_of_one_vocabulary(published: Published, *, translates: bool) -> None:
    """The secretary of state and the diplomat stay two roles."""
    for found in classes(published.snapshots[translates]):
        assert len({vocabulary(node_id) for node_id in found}) == len(found)


@pytest.mark.parametrize("translates", [False, True])
def test_the_rest_is_close(published: Published, *, translates: bool) -> None:
    """Every live pair either merged or is close."""
    snapshot, report = published.snapshots[translates], published.reports[translates]
    close = sum(len(list(snapshot.out("CLOSE_TO").pairs(i))) for i in range(len(snapshot)))
    assert close + len(classes(snapshot)) == report.added.links - report.dormant
