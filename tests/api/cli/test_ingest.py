"""The command line brings data in and takes it out: imports, every kind of bad input, exports, template, example."""

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from graph.stores import open_store
from ingest.readers import sheet_table as workbooks
from tests.support.commanding import CHAIN, SOURCE, Commands, Files


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


# Imports


def test_ingest_reports_what_it_did(cli: Commands) -> None:
    """The document is the report, the picture says it in words and what to do next."""
    folder = cli.folder(CHAIN)
    dry = cli("ingest", "native", folder, "--dry-run", "--json")
    assert (dry.status, dry.document["dry_run"], dry.document["added"]) == (0, True, {"nodes": 6, "links": 5})
    done = cli("ingest", "native", folder)
    assert done.status == 0
    assert "imported" in done.out
    assert "rolepath gaps" in done.err
    again = cli("ingest", "native", folder, "--json").document
    assert (again["revision"], again["unchanged"]) == (1, {"nodes": 6, "links": 5})


def test_ingest_advice_names_the_store(cli: Commands) -> None:
    """What to type next asks the store that was imported into."""
    url = f"sqlite:///{cli.home / 'x.db'}"
    assert f"rolepath --store {url} gaps" in cli("ingest", "native", cli.folder(CHAIN), "--store", url).err


def test_ingest_takes_a_source_and_merges(cli: Commands) -> None:
    """--source renames, --mode merge removes nothing."""
    cli.filled()
    rest = cli.folder({"source.csv": SOURCE, "roles.csv": "id,name\nr2,Role Two\n"})
    assert cli("ingest", "native", rest, "--mode", "merge", "--json").document["removed"] == {"nodes": 0, "links": 0}
    assert cli("ingest", "native", rest, "--source", "Mine", "--json").document["source"] == "Mine"


def test_ingest_guards_against_removals(cli: Commands) -> None:
    """An import that would lose much of its source is refused, and says how to do it all the same."""
    cli.filled()
    less = cli.folder(
        CHAIN | {"competencies.csv": "id,name,kind\nc1,One,skill\n", "links.csv": "from_id,relation,to_id\n"}
    )
    refused = cli("ingest", "native", less)
    assert refused.status == 1
    assert "would remove" in refused.out
    assert cli("ingest", "native", less, "--allow-removals").status == 0


def test_ingest_leaves_out_rows_on_request(cli: Commands) -> None:
    """--skip-invalid imports the rest, and says that this was possible when it was not asked for."""
    folder = cli.folder(CHAIN | {"roles.csv": "id,name\nr1,Role One\nr 2,Role Two\n"})
    refused = cli("ingest", "native", folder)
    assert "--skip-invalid" in refused.err
    told = cli("ingest", "native", folder, "--skip-invalid", "--json")
    assert (told.status, told.document["rejected"]) == (0, 1)


def test_ingest_keeps_dangling_links_on_request(cli: Commands) -> None:
    """--allow-dangling keeps a link to what is not there yet, dormant."""
    folder = cli.folder(CHAIN | {"links.csv": "from_id,relation,to_id\nk1,DEVELOPS,c9\n"})
    assert cli("ingest", "native", folder).status == 1
    assert cli("ingest", "native", folder, "--allow-dangling", "--json").document["dormant"] == 1


def test_ingest_esco_under_another_name(cli: Commands) -> None:
    """--source names the source of any format."""
    skills = "conceptUri,skillType,preferredLabel,altLabels,description\nhttp://data.europa.eu/esco/skill/a,skill,A,,\n"
    folder = cli.folder({"skills_en.csv": skills})
    told = cli("ingest", "esco", folder, "--source", "ESCO 2", "--json")
    assert (told.status, told.document["source"]) == (0, "ESCO 2")
    assert cli("show", "esco:a", "--json").document["values"]["name"] == "A"


def test_runs_tell_the_refused_ones(cli: Commands) -> None:
    """Refused and unchanged imports are listed beside those that were applied; dry runs are not."""
    cli.filled()
    cli("ingest", "native", cli.home / "filled")
    cli("ingest", "native", cli.home / "filled", "--dry-run")
    cli("ingest", "native", cli.home / "nowhere")
    found = cli("runs", "--json").document
    assert sorted(run["outcome"] for run in found["items"]) == ["applied", "refused", "unchanged"]
    assert "refused" in cli("runs").out


def test_runs_that_cannot_be_kept_undo_nothing(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the state file cannot be written, the report comes all the same."""
    monkeypatch.setenv("ROLEPATH_STATE", str(cli.folder({"a": ""}) / "a" / "state.db"))
    told = cli("ingest", "native", cli.home / "nowhere", "--json")
    assert (told.status, told.document["refused"]) == (1, True)
    assert "rolepath runs" in told.err


def test_sources_are_listed(cli: Commands) -> None:
    """Each source comes with when it was imported last."""
    cli.filled()
    (source,) = cli("sources", "--json").document["items"]
    assert (source["name"], source["version"], source["last_revision"]) == ("Poly", "1", 1)
    assert "Poly" in cli("sources").out


# Bad input: each is refused in its place, and leaves no store or the store as it was


def bad(**files: str | bytes) -> Files:
    return CHAIN | {f"{name}.csv": content for name, content in files.items()}


BAD: dict[str, tuple[Files, str, int | None, str]] = {
    "unknown file": (bad(competencys="id,name\n"), "competencys.csv", None, "did you mean competencies"),
    "unknown column": (bad(roles="id,name,titel\nr1,R,x\n"), "roles.csv", 1, "titel"),
    "missing column": (bad(roles="id\nr1\n"), "roles.csv", 1, "the column name is missing"),
    "duplicate id": (bad(roles="id,name\nr1,R\nr1,R\n"), "roles.csv", 3, "stands already in row 2"),
    "id of two kinds": (bad(roles="id,name\nr1,R\nc1,R\n"), "roles.csv", 3, "stands already in"),
    "missing reference": (
        bad(links="from_id,relation,to_id\nk1,DEVELOPS,c9\n"), "links.csv", 2, "there is no node c9",
    ),
    "number out of range": (
        bad(links="from_id,relation,to_id,weight\nk1,DEVELOPS,c1,1.5\n"), "links.csv", 2, "above 0 to 1",
    ),
    "number that is not strict": (
        bad(links="from_id,relation,to_id,weight\nk1,DEVELOPS,c1,0_5\n"), "links.csv", 2, "0_5",
    ),
    "no number": (bad(links="from_id,relation,to_id,weight\nk1,DEVELOPS,c1,nan\n"), "links.csv", 2, "nan"),
    "full-width digits": (bad(links="from_id,relation,to_id,weight\nk1,DEVELOPS,c1,０.5\n"), "links.csv", 2, "０.5"),
    "unknown relation": (bad(links="from_id,relation,to_id\nk1,DEVELOP,c1\n"), "links.csv", 2, "did you mean DEVELOPS"),
    "unknown word": (
        bad(training_tasks="id,name,kind\nt1,T,labb\n"), "training_tasks.csv", 2, "did you mean lab",
    ),
    "cycle": (
        bad(links="from_id,relation,to_id\nc1,BROADER,c2\nc2,BROADER,c1\n"), "links.csv", 2, "goes round in a circle",
    ),
    "empty file": (bad(roles=""), "roles.csv", None, "empty"),
    "wrong encoding": (bad(roles="id,name\nr1,系统集成助理\nr2,运维员\n".encode("gbk")), "roles.csv", None, "GBK"),
    "field over the limit": (bad(roles=f"id,name\nr1,{'x' * 2_000_000}\n"), "roles.csv", 2, ""),
    "id with spaces": (bad(roles="id,name\nr 1,R\n"), "roles.csv", 2, "no white space"),
}  # fmt: skip
ONLY_STRICTLY = {"unknown file", "unknown column", "full-width digits", "wrong encoding"}
"""What is otherwise read, and noted."""


def asked(what: str) -> tuple[str, ...]:
    """Return the options with which a bad input is refused."""
    return ("--strict",) if what in ONLY_STRICTLY else ()


@pytest.mark.parametrize("what", sorted(ONLY_STRICTLY))
def test_what_people_do_is_read_and_noted(cli: Commands, what: str) -> None:
    """Unless it is to be strict."""
    files, file, *_ = BAD[what]
    told = cli("ingest", "native", cli.folder(files), "--json")
    assert told.status == 0
    assert any(note.startswith(file) for note in told.document["notes"])


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_refused_in_its_place(cli: Commands, what: str) -> None:
    """The report names file and row, exit status 1, and no store is made."""
    files, file, row, reason = BAD[what]
    told = cli("ingest", "native", cli.folder(files), *asked(what), "--json")
    assert (told.status, told.document["refused"]) == (1, True)
    found = [p for p in told.document["problems"] if p["file"] == file and p["row"] == row and reason in p["reason"]]
    assert found, told.document["problems"]
    assert not list((cli.home / "own").rglob("graph.db"))


@pytest.mark.parametrize("what", BAD)
def test_bad_input_reads_plainly(cli: Commands, what: str) -> None:
    """The same in words: where it is, what is wrong, what to do."""
    files, file, row, reason = BAD[what]
    told = cli("ingest", "native", cli.folder(files), *asked(what))
    words = " ".join(told.out.split())
    assert "refused" in words
    assert file in words
    assert row is None or f"row {row:,}" in words or f"{row:,} to" in words
    assert reason in words
    assert "Correct this and import again" in told.err


def test_bad_input_leaves_the_store_as_it_was(cli: Commands) -> None:
    """Every kind of bad input, tried on a store that holds something, changes not one byte of it."""
    cli.filled()
    (store,) = (cli.home / "own").rglob("graph.db")
    before = {file.name: file.read_bytes() for file in store.parent.glob("graph.db*")}
    for number, (what, (files, *_)) in enumerate(BAD.items()):
        assert cli("ingest", "native", cli.folder(files, f"bad{number}"), *asked(what)).status == 1
    assert {file.name: file.read_bytes() for file in store.parent.glob("graph.db*")} == before


def test_bad_workbooks_are_refused(cli: Commands) -> None:
    """A file that is no workbook, and an unlisted sheet, are named."""
    (cli.home / "text.xlsx").write_text("id,name\n", encoding="utf-8")
    assert "no workbook" in cli("ingest", "native", cli.home / "text.xlsx").out
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "rolls"
    sheet.append(["id"])
    book.save(cli.home / "sheets.xlsx")
    told = cli("ingest", "native", cli.home / "sheets.xlsx", "--source", "Poly", "--strict", "--json")
    assert told.status == 1
    assert told.document["problems"][0]["sheet"] == "rolls"
    assert "did you mean roles?" in told.document["problems"][0]["reason"]


def test_bad_workbook_of_a_million_rows_is_refused_quickly(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet that is filled to beyond the limit ends with the row where it is reached."""
    book = load_workbook(filled_template(cli))
    monkeypatch.setattr(workbooks, "MAX_RECORDS", 3)
    for row in range(2, 8):
        book["roles"].append([f"r{row}", "Role"])
    book.save(cli.home / "many.xlsx")
    told = cli("ingest", "native", cli.home / "many.xlsx", "--json")
    assert told.status == 1
    assert any("use CSV" in problem["reason"] for problem in told.document["problems"])


def filled_template(cli: Commands) -> Path:
    path = cli.home / "my.xlsx"
    assert cli("template", path).status == 0
    book = load_workbook(path)
    book["source"].append(["Poly", "1"])
    book.save(path)
    return path


# Exports, the template and the example


@pytest.mark.parametrize("target", ["folder", "all.xlsx", "all.json"])
def test_export_and_import_are_an_identity(cli: Commands, target: str) -> None:
    """What is exported and imported into another store is the same graph: text like formulas and Chinese included."""
    cli.filled(CHAIN | {"roles.csv": "id,name,name_zh\nr1,\"'=SUM(A1)\",岗位一\nr2,'-x,\n"})
    written = cli("export", "native", cli.home / target, "--json")
    assert written.status == 0, written.err
    assert written.document["items"][0]["nodes"] == 7
    there = f"sqlite:///{cli.home / 'there.db'}"
    assert cli("ingest", "native", cli.home / target, "--store", there).status == 0
    here = next((cli.home / "own").rglob("graph.db"))
    with open_store(f"sqlite:///{here}").reading() as one, open_store(there).reading() as other:
        assert list(one.nodes()) == list(other.nodes())
        assert list(one.links()) == list(other.links())


def test_export_of_several_sources(cli: Commands) -> None:
    """A folder gets a folder for each; one file needs to be told which."""
    cli.filled()
    cli("ingest", "native", cli.folder({"roles.csv": "id,name\nr9,Nine\n"}) / "roles.csv", "--source", "Other / one")
    told = cli("export", "native", cli.home / "all.json", "--json")
    assert told.status == 2
    assert "Poly" in told.document["detail"]
    written = cli("export", "native", cli.home / "all", "--json").document["items"]
    assert [Path(one["path"]).name for one in written] == ["other-one", "poly"]
    assert cli("export", "native", cli.home / "one.json", "--source", "Poly").status == 0
    missing = cli("export", "native", cli.home / "two.json", "--source", "Pol", "--json")
    assert (missing.status, missing.document["near"]) == (4, ["Poly"])


def test_export_overwrites_only_on_request(cli: Commands) -> None:
    """What stands is not lost by mistake."""
    cli.filled()
    target = cli.home / "all.json"
    target.write_text("mine", encoding="utf-8")
    assert cli("export", "native", target).status == 1
    assert target.read_text(encoding="utf-8") == "mine"
    assert cli("export", "native", target, "--overwrite").status == 0


def test_template_is_written_once(cli: Commands) -> None:
    """The workbook has a sheet for each file, and is not overwritten unasked."""
    path = cli.home / "my.xlsx"
    told = cli("template", path)
    assert told.status == 0
    assert "--dry-run" in told.out
    assert "competencies" in load_workbook(path).sheetnames
    assert cli("template", path).status == 1
    assert cli("template", path, "--overwrite", "--json").document == {"file": str(path)}
    assert cli("template", cli.home / "my.csv").status == 2


def test_example_is_imported(cli: Commands) -> None:
    """The bundled example needs no path, and has gaps of every status."""
    told = cli("ingest", "example", "--json")
    assert told.status == 0
    assert told.document["rejected"] == 0
    assert all(cli("gaps", "--focus", "all", "--json").document["counts"].values())
