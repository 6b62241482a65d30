"""Programmes of study and their occupations: the published files, and what small wrong files are told."""

import csv
import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from ingest.draft import Draft
from ingest.formats import cip_soc
from ingest.job import Leniency, ingest
from ingest.report import IngestReport
from tests.support.commanding import Commands
from tests.support.drafts import notes_of
from tests.support.examples import examples
from tests.support.factory import live_links, node, says, statements
from tests.support.samples.cip_soc import CODES, CROSSWALK, Rows, small, write


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    # What a reader says does not depend on the kind of store.
    opened = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    yield opened
    opened.close()


Take = Callable[..., IngestReport]


@pytest.fixture
def take(store: Store, tmp_path: Path) -> Take:
    """Give an import of tables into the store, in a folder."""

    def run(tables: dict[str, Rows], **leniency: bool) -> IngestReport:
        folder = write(tmp_path / "small", tables)
        return ingest(lambda: cip_soc.read(folder), store, leniency=Leniency(**leniency))

    return run


def stated(draft: Draft) -> dict[str, dict[str, object]]:
    return {str(node_id): json.loads(values) for node_id, (_, values) in draft.nodes.items()}


# Small files


def test_disciplines_have_a_code_a_name_and_what_is_above(tmp_path: Path) -> None:
    """The classification names them, as standards; a title's full stop goes, and so does the armour of a code."""
    assert stated(cip_soc.read(write(tmp_path / "small", small()))) == {
        "cip:01": {"name": "AGRICULTURE", "code": "01", "standing": "standard", "description": "All of it."},
        "cip:01.09": {"name": "Animal Sciences", "code": "01.09", "standing": "standard", "parent_id": "cip:01"},
        "cip:01.0901": {
            "name": "Animal Sciences, General",
            "code": "01.0901",
            "standing": "standard",
            "description": "Of animals.",
            "parent_id": "cip:01.09",
        },
        "cip:01.0902": {
            "name": "Dairy Science",
            "code": "01.0902",
            "standing": "standard",
            "description": "Of milk.",
            "parent_id": "cip:01.09",
        },
    }


def test_without_the_classification_the_crosswalk_names_the_disciplines(tmp_path: Path) -> None:
    """Then there is none above them; this is noted, and no discipline is taken away."""
    tables = small()
    del tables[CODES]
    draft = cip_soc.read(write(tmp_path / "small", tables))
    assert stated(draft) == {
        "cip:01.0901": {"name": "Animal Sciences, General", "code": "01.0901", "standing": "standard"},
        "cip:01.0902": {"name": "Dairy", "code": "01.0902", "standing": "standard"},
    }
    assert draft.replaces == {"TARGETS"}
    assert any(note.startswith("CIPCode2020.csv is not here") for note in notes_of(draft))


def test_targets_wait_for_their_occupations(take: Take, store: Store) -> None:
    """The links are kept, dormant, and live when O*NET comes."""
    report = take(small())
    assert not report.refused
    assert report.dormant == 2
    assert not live_links(compile_snapshot(store))
    onet = says(by="O*NET", replaces=())
    role = next(key[2] for _, key in statements(store).links if key[2].startswith("onet:19"))
    onet = type(onet)(onet.source, {role: node(role, kind="Role")}, {})
    store.apply(onet)
    assert live_links(compile_snapshot(store)) == {("cip:01.0901", "TARGETS", "onet:19-1011.00"): 1.0}


def test_a_target_is_marked_as_suggested(tmp_path: Path) -> None:
    """No college has decided so: no weight, and a note."""
    draft = cip_soc.read(write(tmp_path / "small", small()))
    assert set(draft.links.values()) == {(None, None, None, None, "suggested")}


def test_what_has_no_match_is_counted(take: Take) -> None:
    """Programmes without an occupation, occupations without a programme, and codes that are gone."""
    report = take(small())
    assert sorted(report.skipped.values()) == [1, 1, 2]
    assert report.read == report.accepted + sum(report.skipped.values()) == 10


def test_another_title_in_the_crosswalk_is_noted(tmp_path: Path) -> None:
    """The classification's own title stands."""
    draft = cip_soc.read(write(tmp_path / "small", small()))
    assert f"1 disciplines bear another title in {CROSSWALK}: cip:01.0902" in notes_of(draft)


def test_columns_of_another_edition_are_known(tmp_path: Path) -> None:
    """The year in their names is the edition, and the source's version."""
    tables = small()
    tables[CROSSWALK][0] = ["cip2010code", "CIP2010 Title", "SOC2010Code", "SOC2010Title"]
    draft = cip_soc.read(write(tmp_path / "small", tables))
    assert len(draft.links) == 2
    assert draft.source.version == "2010"


@pytest.mark.parametrize(
    ("name", "row", "column"),
    [
        (CROSSWALK, ["1.0901", "Animal.", "19-1011", ""], "CIP2020Code"),
        (CROSSWALK, ["19-1011", "Animal.", "01.0901", ""], "CIP2020Code"),
        (CROSSWALK, ["01.0901", "Animal Sciences, General.", "19-101", ""], "SOC2018Code"),
        (CROSSWALK, ["01.0901", "", "19-1012", ""], "CIP2020Title"),
        (CODES, ["", '="01.0901"', "", "", "Again.", "", "", ""], "id"),
        (CODES, ["", "", "", "", "No code.", "", "", ""], "CIPCode"),
        (CODES, ["", '="02"', "", "", "", "", "", ""], "CIPTitle"),
        (CODES, ["", '="02"', "", "", "Two.", "\x07", "", ""], "CIPDefinition"),
    ],
)
def test_a_wrong_row_is_named(take: Take, store: Store, name: str, row: list[str], column: str) -> None:
    """File, row and column; nothing is imported."""
    tables = small()
    tables[name].append(row)
    (problem,) = take(tables).problems
    assert (problem.file, problem.row, problem.column) == (name, len(tables[name]), column)
    assert not store.exists()


def test_two_titles_without_the_classification_disagree(tmp_path: Path) -> None:
    """Nothing says which is right."""
    tables = small()
    del tables[CODES]
    tables[CROSSWALK].append(["01.0901", "Otherwise.", "19-1012", ""])
    (problem,) = cip_soc.read(write(tmp_path / "small", tables)).problems
    assert (problem.row, problem.column) == (6, "CIP2020Title")


@pytest.mark.parametrize(
    ("name", "column"),
    [(CROSSWALK, "CIP2020Code"), (CROSSWALK, "SOC2018Code"), (CODES, "CIPCode"), (CODES, "Action")],
)
def test_a_missing_column_is_named(take: Take, store: Store, name: str, column: str) -> None:
    """The file cannot be read without it."""
    tables = small()
    at = tables[name][0].index(column)
    tables[name] = [row[:at] + row[at + 1 :] for row in tables[name]]
    (problem,) = take(tables, skip_invalid=True).problems
    assert (problem.file, problem.column) == (name, column)
    assert not store.exists()


@pytest.mark.parametrize("fault", ["cut", "latin-1", "empty", "quote"])
def test_a_damaged_crosswalk_is_named(tmp_path: Path, store: Store, fault: str) -> None:
    """Cut off in a row, in another encoding, empty, with an open quotation mark: no store is made."""
    folder = write(tmp_path / "small", small())
    file = folder / CROSSWALK
    text = file.read_text(encoding="utf-8")
    damaged = {
        "cut": text.rstrip().rpartition(",")[0].encode(),
        "latin-1": (text + "caf\xe9").encode("latin-1"),
        "empty": b"",
        "quote": (text + '01.0901,"Animal').encode(),
    }[fault]
    file.write_bytes(damaged)
    report = ingest(lambda: cip_soc.read(folder), store)
    assert report.refused
    assert {problem.file for problem in report.problems} == {CROSSWALK}
    assert not store.exists()


def test_a_folder_without_the_crosswalk_is_told_what_is_expected(tmp_path: Path) -> None:
    """The classification alone states no target."""
    tables = small()
    del tables[CROSSWALK]
    with pytest.raises(InputError, match="CIP2020_SOC2018_Crosswalk"):
        cip_soc.read(write(tmp_path / "small", tables))


def test_importing_twice_is_importing_once(take: Take, store: Store) -> None:
    """In any order of the rows."""
    take(small())
    before, tables = store.revision(), small()
    for table in tables.values():
        table[1:] = random.Random(3).sample(table[1:], len(table) - 1)
    take(tables)
    assert store.revision() == before


def test_the_command_previews_and_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dry run writes nothing; the import takes a name."""
    cli, folder = Commands(tmp_path, monkeypatch, capsys), write(tmp_path / "small", small())
    dry = cli("ingest", "cip-soc", folder, "--dry-run", "--json").document
    assert (dry["added"], dry["revision"]) == ({"nodes": 4, "links": 2}, 0)
    assert cli("ingest", "cip-soc", folder, "--source", "CIP", "--json").document["source"] == "CIP"


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.sampled_from(
    ['="01"', "01.0901", "19-1011", "99.9999", "Deleted", '="', '="="', "", "=1+1", "\r"]
)


@examples(60)
@given(
    name=st.sampled_from([CROSSWALK, CODES]),
    rows=st.lists(st.lists(CELLS, max_size=9), max_size=5),
    keeps=st.booleans(),
)
def test_no_text_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, name: str, rows: Rows, *, keeps: bool
) -> None:
    """Whatever the cells hold: statements, problems, or one error."""
    tables = small()
    tables[name] = [tables[name][0], *rows] if keeps else rows
    folder = write(tmp_path_factory.getbasetemp() / "fuzz-cip", tables)
    with suppress(InputError):
        draft = cip_soc.read(folder)
        assert draft.read == draft.accepted + len(draft.rejected) + draft.skipped.total()


# The published files


@pytest.fixture(scope="session")
def published(shared_data: Path) -> Draft:
    return cip_soc.read(shared_data / "cip-soc-nces")


def test_the_published_crosswalk_has_5723_targets(published: Draft, shared_data: Path) -> None:
    """Every pair of a code and a code that are both matched, and no other."""
    with (shared_data / "cip-soc-nces" / CROSSWALK).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = {
        (f"cip:{row['CIP2020Code']}", "TARGETS", f"onet:{row['SOC2018Code']}.00")
        for row in rows
        if row["SOC2018Code"] != "99-9999" and row["CIP2020Code"] != "99.9999"
    }
    assert not published.problems
    assert len(pairs) == 5_723
    assert set(published.links) == pairs


def test_the_published_rows_without_a_match_are_counted(published: Draft) -> None:
    """194 programmes, 180 occupations."""
    assert {194, 180} <= set(published.skipped.values())


def test_every_published_discipline_hangs_below_a_series(published: Draft) -> None:
    """But for the series of two digits."""
    found = stated(published)
    assert len(found) == 2_687
    assert all(("parent_id" in values) == (len(node_id) > len("cip:01")) for node_id, values in found.items())


def test_the_published_workbook_says_the_same(published: Draft, shared_data: Path) -> None:
    """Of its sheets, the one with the columns is read."""
    found = cip_soc.read(shared_data / "cip-soc-nces" / "CIP2020_SOC2018_Crosswalk.xlsx")
    assert found.links == published.links
