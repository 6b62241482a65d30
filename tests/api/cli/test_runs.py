"""The commands that copy a store, and that finish or take back an import that was cut off."""

import json
from pathlib import Path

import pytest

from api.cli.command_table import LIST_RUNS, RUNS, CommandEntry
from graph.schema import RELATIONS
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from graph.stores.neo4j import apply as neo4j_applying
from graph.stores.neo4j import cypher
from tests.support.commanding import CHAIN, Commands
from tests.support.factory import Statements, says, statements
from tests.support.stores import empty_neo4j


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    monkeypatch.delenv("ROLEPATH_NEO4J_PASSWORD", raising=False)
    return Commands(tmp_path, monkeypatch, capsys)


def url_of(cli: Commands, name: str) -> str:
    """Return the URL of a store in a file."""
    return f"sqlite:///{cli.home / name}.db"


def held(url: str) -> Statements:
    """Return what the store holds."""
    store = open_store(url)
    found = statements(store)
    store.close()
    return found


# rolepath runs


def test_runs_alone_lists_them(cli: Commands) -> None:
    """With the options that it has always had."""
    cli.filled()
    assert "added 6 nodes" in " ".join(cli("runs").out.split())
    told = cli("runs", "--limit", "1", "--json")
    assert (told.status, told.document["total"]) == (0, 1)
    assert cli("--json", "runs", "--limit", "1").out == told.out


def test_runs_of_one_source(cli: Commands) -> None:
    """Refused ones too; a name that was never tried is not found."""
    cli.filled()
    cli("ingest", "native", cli.folder(CHAIN | {"source.csv": "name,version\nOther,1\n"}, "other"))
    cli("ingest", "native", cli.folder(CHAIN | {"roles.csv": "id,name\nr 1,One\n"}, "bad"))
    told = cli("runs", "--source", "Poly", "--json").document
    assert ({run["source"] for run in told["items"]}, told["total"]) == ({"Poly"}, 2)
    missed = cli("runs", "--source", "Poli", "--json")
    assert (missed.status, "Did you mean Poly?" in missed.document["detail"]) == (4, True)


def test_a_run_is_shown_by_its_id(cli: Commands) -> None:
    """Or by how its id begins: the report, with examples, long after it was made."""
    cli.filled()
    run = cli("runs", "--json").document["items"][0]
    assert cli("runs", "show", run["id"], "--json").document == run
    told = cli("runs", "show", run["id"][:6])
    said = " ".join(told.out.split())
    assert (told.status, "imported - Poly" in said) == (0, True)
    assert "+ k1 Unit One DEVELOPS c1 Skill One" in said


def test_a_refused_run_shows_its_problems(cli: Commands) -> None:
    """Row by row, as when it was refused."""
    cli("ingest", "native", cli.folder(CHAIN | {"roles.csv": "id,name\nr 1,One\n"}))
    run = cli("runs", "--json").document["items"][0]["id"]
    assert "row 2, column id" in cli("runs", "show", run).out


def test_a_run_without_a_full_report_is_told(cli: Commands) -> None:
    """It was applied by other means; the document has what there is."""
    url = url_of(cli, "one")
    store = open_store(url)
    store.apply(says("c1", run_id="abc"))
    store.close()
    assert "cannot be shown" in cli("runs", "show", "abc", "--store", url).out
    assert cli("runs", "show", "abc", "--store", url, "--json").document["report"] == {}


@pytest.mark.parametrize("run", ["nothing", ""])
def test_an_unknown_run_is_not_found(cli: Commands, run: str) -> None:
    """Status 4."""
    cli.filled()
    assert cli("runs", "show", run, "--json").status == 4


def test_an_undo_is_listed_as_one(cli: Commands) -> None:
    """With the run that it took back."""
    cli.filled()
    first = cli("runs", "--json").document["items"][0]["id"]
    cli("undo", "Poly")
    listed = cli("runs", "--json").document["items"]
    assert {run["report"]["undoes"] for run in listed} == {None, first}
    assert "takes back run" in " ".join(cli("runs").out.split())


@pytest.mark.parametrize("way", ["resume", "abort"])
def test_where_nothing_was_cut_off_it_says_so(cli: Commands, way: str) -> None:
    """That is no error."""
    cli.filled()
    told = cli("runs", way)
    assert (told.status, told.out) == (0, "No import was cut off; the graph is at revision 1.\n")
    assert cli("runs", way, "--json").document == {"outcome": "nothing", "revision": 1}


@pytest.mark.parametrize("way", ["resume", "abort"])
def test_store_and_json_stand_anywhere(cli: Commands, way: str) -> None:
    """Before the command, in its middle, and after it."""
    url = url_of(cli, "named")
    assert cli("ingest", "--store", url, "native", cli.folder(CHAIN)).status == 0
    told = cli("runs", way, "--store", url, "--json")
    assert told.document == {"outcome": "nothing", "revision": 1}
    assert cli("--store", url, "--json", "runs", way).out == told.out
    assert cli("runs", "--store", url, "--json", way).out == told.out
    assert cli("--store", url_of(cli, "none"), "runs", "--json", way, "--store", url).out == told.out


@pytest.mark.parametrize("way", ["resume", "abort"])
def test_a_store_that_is_missing_is_status_3(cli: Commands, way: str) -> None:
    """A name that was mistyped does not pass for a store in which all is well."""
    told = cli("runs", way, "--store", url_of(cli, "none"), "--json")
    assert (told.status, told.document["type"]) == (3, "/docs/problems#store-unavailable")


def test_an_unknown_word_after_runs_is_usage(cli: Commands) -> None:
    """It is neither a page nor a command."""
    assert cli("runs", "undo").status == 2


@pytest.mark.parametrize("entry", [LIST_RUNS, *RUNS], ids=lambda entry: entry.name)
def test_each_has_help_with_an_example(cli: Commands, entry: CommandEntry) -> None:
    """The command line that the help shows is one that it understands."""
    words = [word for word in entry.examples[0].split() if word in {"runs", "show", "resume", "abort"}]
    told = cli(*words, "--help")
    assert told.status == 0
    assert f"rolepath {entry.examples[0]}" in " ".join(told.out.split())


def break_links(patch: pytest.MonkeyPatch) -> None:
    """Let every writing of links fail, as a server does that is lost."""
    for name in ("CREATE_LINKS", "CHANGE_LINKS"):
        patch.setattr(cypher, name, dict.fromkeys(RELATIONS, "RETURN 1 / 0"))


@pytest.fixture
def half(cli: Commands, neo4j_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the URL of a server on which an import was cut off between its second and its third stage."""
    empty_neo4j(neo4j_url)
    assert cli("ingest", "native", cli.folder(CHAIN), "--store", neo4j_url).status == 0
    monkeypatch.setattr(neo4j_applying, "LEASE_S", 0)
    with monkeypatch.context() as patch:
        patch.setattr(neo4j_applying, "ATOMIC_CHANGES", 1)
        break_links(patch)
        late = cli.folder(CHAIN | {"source.csv": "name,version\nLate,1\n"}, "late")
        told = cli("ingest", "native", late, "--store", neo4j_url)
    assert (told.status, "rolepath runs resume" in " ".join(told.err.split())) == (3, True)
    return neo4j_url


def test_what_was_cut_off_is_finished(cli: Commands, half: str) -> None:
    """The import is whole, and listed."""
    told = cli("runs", "resume", "--store", half, "--json")
    assert (told.status, told.document) == (0, {"outcome": "finished", "revision": 2})
    assert [run["source"] for run in cli("runs", "--store", half, "--json").document["items"]] == ["Late", "Poly"]
    assert cli("runs", "resume", "--store", half, "--json").document["outcome"] == "nothing"


def test_what_was_cut_off_is_taken_back(cli: Commands, half: str) -> None:
    """The graph is as before, and can be asked again."""
    assert cli("gaps", "--store", half).status == 3
    told = cli("runs", "abort", "--store", half, "--json")
    assert (told.status, told.document) == (0, {"outcome": "taken_back", "revision": 1})
    assert [item["name"] for item in cli("sources", "--store", half, "--json").document["items"]] == ["Poly"]
    assert cli("gaps", "--store", half).status == 0


@pytest.mark.parametrize(("way", "said"), [("resume", "is whole"), ("abort", "as before the import")])
def test_people_are_told_what_happened(cli: Commands, half: str, way: str, said: str) -> None:
    """In a sentence."""
    assert said in " ".join(cli("runs", way, "--store", half).out.split())


@pytest.mark.parametrize("way", ["resume", "abort"])
def test_an_import_that_may_be_at_work_is_status_5(
    cli: Commands, half: str, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The message says when to try again."""
    monkeypatch.setattr(neo4j_applying, "LEASE_S", 60)
    with monkeypatch.context() as patch:
        break_links(patch)
        assert cli("runs", "resume", "--store", half).status == 3  # gives it a lease again
    told = cli("runs", way, "--store", half, "--json")
    assert (told.status, told.document["status"]) == (5, 409)
    assert "try again in" in told.document["detail"]


# rolepath migrate


def test_migrate_copies_and_tells(cli: Commands) -> None:
    """The document counts what both stores hold now."""
    one, two = url_of(cli, "one"), url_of(cli, "two")
    cli("ingest", "native", cli.folder(CHAIN), "--store", one)
    cli("ingest", "native", cli.folder(CHAIN | {"source.csv": "name,version\nOther,1\n"}, "other"), "--store", one)
    told = cli("migrate", one, two, "--json")
    assert told.status == 0
    assert told.document == {
        "from": one,
        "to": two,
        "revisions": 2,
        "nodes": 6,
        "links": 5,
        "sources": 2,
        "runs": 2,
        "verified": True,
        "decisions": 0,
    }
    assert held(two) == held(one)


def test_migrate_keeps_what_runs_shows(cli: Commands) -> None:
    """Imports are listed with the ids and days that they had."""
    one, two = url_of(cli, "one"), url_of(cli, "two")
    cli("ingest", "native", cli.folder(CHAIN), "--store", one)
    before = cli("runs", "--store", one, "--json").out
    cli("migrate", one, two)
    assert cli("runs", "--store", two, "--json").out == before


def test_migrate_tells_people(cli: Commands) -> None:
    """From where to where, how much, and that it was compared."""
    one, two = url_of(cli, "one"), url_of(cli, "two")
    cli("ingest", "native", cli.folder(CHAIN), "--store", one)
    told = " ".join(cli("migrate", one, two).out.split())
    assert f"copied - 1 revision of {one} to {two}" in told
    assert "6 nodes, 5 links, 1 source, 1 import; both stores were compared" in told


def test_migrate_to_a_server_and_back(cli: Commands, neo4j_url: str) -> None:
    """The example comes back as it went, and answers the same meanwhile."""
    empty_neo4j(neo4j_url)
    one, two = url_of(cli, "one"), url_of(cli, "two")
    cli("ingest", "example", "--store", one)
    gaps = cli("gaps", "--store", one, "--json").out
    assert cli("migrate", one, neo4j_url).status == 0
    assert cli("gaps", "--store", neo4j_url, "--json").document["counts"] == json.loads(gaps)["counts"]
    assert cli("migrate", neo4j_url, two).status == 0
    assert held(two) == held(one)
    first, last = open_store(one), open_store(two)
    assert compile_snapshot(first).same_arrays(compile_snapshot(last))
    first.close()
    last.close()


def test_progress_goes_to_standard_error(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal; standard output has the document alone."""
    one = url_of(cli, "one")
    cli("ingest", "native", cli.folder(CHAIN), "--store", one)
    assert cli("migrate", one, url_of(cli, "two"), "--json").err == ""
    monkeypatch.setenv("FORCE_COLOR", "1")
    told = cli("migrate", one, url_of(cli, "three"), "--json")
    assert told.document["verified"] is True
    assert "copying revisions" in told.err


def test_a_target_that_is_not_empty_is_status_5(cli: Commands) -> None:
    """It stays as it is."""
    one, two = url_of(cli, "one"), url_of(cli, "two")
    cli("ingest", "native", cli.folder(CHAIN), "--store", one)
    cli("ingest", "example", "--store", two)
    before = held(two)
    told = cli("migrate", one, two, "--json")
    assert (told.status, told.document["status"]) == (5, 409)
    assert "not empty, it is at revision 1" in told.document["detail"]
    assert held(two) == before


def test_a_source_that_is_missing_is_status_3(cli: Commands) -> None:
    """Nothing is made for it, there or here."""
    told = cli("migrate", url_of(cli, "none"), url_of(cli, "two"), "--json")
    assert (told.status, told.document["type"]) == (3, "/docs/problems#store-unavailable")
    assert not list(cli.home.glob("*.db"))


@pytest.mark.parametrize(("words", "named"), [(("mysql://x", "{}"), "FROM"), (("{}", "mysql://x"), "TO")])
def test_a_url_that_names_no_store_is_usage(cli: Commands, words: tuple[str, str], named: str) -> None:
    """The message says which of the two it is."""
    one = url_of(cli, "one")
    cli("ingest", "native", cli.folder(CHAIN), "--store", one)
    told = cli("migrate", *(word.format(one) for word in words))
    assert told.status == 2
    assert named in told.err


def test_the_copied_url_is_shown_without_its_password(cli: Commands, neo4j_url: str) -> None:
    """Neither the document nor the summary repeats it."""
    empty_neo4j(neo4j_url)
    one, secret = url_of(cli, "one"), neo4j_url.replace("://", "://neo4j:hidden-word@")
    cli("ingest", "native", cli.folder(CHAIN), "--store", one)
    told = cli("migrate", one, secret)
    again = cli("migrate", secret, url_of(cli, "two"), "--json")
    assert (told.status, again.status) == (0, 0)
    assert "hidden-word" not in told.out + told.err + again.out + again.err


def test_the_password_of_the_environment_is_used(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """For both stores; a URL that holds one keeps it, as with every command."""
    given: list[tuple[str, str | None]] = []

    def opened(url: str, password: str | None = None) -> Store:
        given.append((url, password))
        return open_store(url_of(cli, "one" if "first" in url else "two"))

    store = open_store(url_of(cli, "one"))
    store.apply(says("c1"))
    store.close()
    monkeypatch.setenv("ROLEPATH_NEO4J_PASSWORD", "hidden-word")
    monkeypatch.setattr("api.settings.settings.open_store", opened)
    assert cli("migrate", "neo4j://first", "bolt://second").status == 0
    assert given == [("neo4j://first", "hidden-word"), ("bolt://second", "hidden-word")]


def test_past_of_what_is_in_no_language(cli: Commands) -> None:
    """`--revision` shows sources, imports, changes and exports as they were; the feed begins after `--since`."""
    cli.filled()
    sheet = {"roles.csv": "id,name\nlater,Later\n", "source.csv": "name,version\nOther,1\n"}
    cli("ingest", "native", cli.folder(sheet, "other"))
    for command in ("sources", "runs", "changes"):
        then, now = (cli(command, *asked, "--json").document["items"] for asked in (("--revision", "1"), ()))
        assert (len(then), len(now)) == (1, 2), command
    assert [one["revision"] for one in cli("changes", "--since", "1", "--json").document["items"]] == [2]
    assert "added 1 node: Role 1" in cli("changes", "--since", "1").out
    for format_, ending in (("native", "json"), ("graphml", "graphml"), ("gexf", "gexf"), ("cypher", "cypher")):
        file = cli.home / f"past.{ending}"
        written = cli(
            "export", format_, file, *(("--source", "Poly") if format_ == "native" else ()), "--revision", "1"
        )
        assert written.status == 0, written.err
        assert "later" not in file.read_text(encoding="utf-8"), format_
    assert cli("export", "edges", cli.home / "past", "--revision", "9").status == 4
