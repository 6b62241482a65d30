"""The command line in Chinese to the last word: help, output and errors, by `--lang zh` or the locale."""

import inspect
import re
from importlib import import_module
from itertools import chain

import pytest

from api.cli import command_table as table
from api.cli.language import language_of
from graph.messages import catalogue
from queries.semantics.chain_status import ChainStatus
from tests.support.college import COHORT, COMPETENCY, DISCIPLINE, ENTERPRISE, ROLE
from tests.support.commanding import CHAIN, Commands, Ran
from tests.support.foreign_words import chinese_words, latin_words, mispunctuated, texts_of_example

GROUPS = {
    "": (*table.ASK, *table.DATA, *table.RUN, table.LIST_RUNS),
    "ingest": table.INGEST,
    "export": table.EXPORT,
    "runs": table.RUNS,
    "key": table.KEYS,
    "follow-up": table.FOLLOW_UPS,
    "person": table.PEOPLE,
    "review": table.REVIEW,
}
QUESTIONS = f"""
trace {COMPETENCY}
trace poly:k.ip-protection
trace poly:c.plc --limit 3
gaps --limit 5
gaps --discipline {DISCIPLINE} --flaw aimed_not_taught
coverage {ROLE}
coverage --by discipline
coverage {ROLE} --by course
plan {ROLE} --max-hours 100 --alternatives 1
plan --roles-of {DISCIPLINE} --max-hours 60
integration
allocation --hours 60 --seats 40
feedback
benchmark {DISCIPLINE} --against poly:d.iot --limit 200
leadership {ENTERPRISE}
brief {ENTERPRISE}
signals --revisions 2
what-if --remove {ENTERPRISE} --ask plan --of {ROLE}
diff 0 1 --limit 3
metrics --limit 1
training {ROLE} --limit 3
training {ROLE} --unreachable
match --have {COMPETENCY} --limit 3
rotation {COHORT}
search robot --limit 3
search zzzz
show poly:c.plc
align qihang poly
sources
runs
undo Illustrative --dry-run
export native {{home}}/out
template {{home}}/my.xlsx
doctor
"""
WRONG = f"""
bogus
gap
gaps --nonsense
gaps --limi 3
gaps --status unpracticed
gaps --severity 9
gaps --severity x
gaps --limit
gaps surplus words
gaps --lang fr
gaps --store mysql://there
gaps --role {ROLE} --employer poly:e.qihang
trace
trace poly:k.plc-programing
coverage
plan {ROLE} --max-hours 0
plan
signals --on 2020-13-01
key create
key local
what-if
template my.doc
export case out.txt
ingest native nowhere
ingest onet nowhere
gaps --format xlsx
gaps --json --format csv
runs show nothing
restore nowhere
"""
_METAVAR = re.compile(r"\b[A-Z][A-Z.]+(?:\.\w+)?\b|<[^>]*>|\d[\w<=>., ]*x[\w<=>., ]*")
"""What stands for a value in a help page, and the bounds of one."""
_DATA = texts_of_example() | {
    "Illustrative polytechnic",
    "Illustrative",
    "polytechnic",
    "PLC",
    "Linux",
    "client",
    "oidc",
    "meaning",
}
_DATA |= {"nonsense", "bogus", "nowhere", "surplus words", "mysql"}  # what is typed wrong
_DATA |= {status.value for status in ChainStatus}  # as they are typed
_COMMANDS = {entry.name for entries in GROUPS.values() for entry in entries} | set(GROUPS)
_PACKAGES = re.compile(r"[\w-]+ \d+(?:\.\d+)+")


@pytest.fixture
def cli(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    store_url: str,
) -> Commands:
    commands = Commands(tmp_path_factory.mktemp("zh"), monkeypatch, capsys)
    monkeypatch.setenv("ROLEPATH_STORE", store_url)
    monkeypatch.chdir(commands.home)
    return commands


def flaws(ran: Ran) -> list[str]:
    """Return the Latin words of what a command told, and where it is not punctuated as Chinese."""
    told = re.sub(r"\n +", " ", ran.out + ran.err)  # a name may go on in the next line
    return [*latin_words(_PACKAGES.sub("", told), _DATA), *mispunctuated(told, in_columns=True)]


@pytest.mark.slow
def test_questions_are_answered_in_chinese(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that a command shows of an answer; names of the college aside."""
    monkeypatch.setenv("COLUMNS", "400")  # so wide that no word is cut at the end of a line
    found = {}
    for line in QUESTIONS.replace("{home}", str(cli.home)).strip().splitlines():
        ran = cli(*line.split(), "--lang", "zh")
        if ran.status not in {0, 1, 4} or flaws(ran):
            found[line] = (ran.status, flaws(ran))
    assert not found, "\n".join(f"{line}: {told}" for line, told in found.items())


def test_errors_are_told_in_chinese(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Typer, pydantic and Rolepath say of a wrong command line, in the language of the locale."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    found = {}
    for line in WRONG.strip().splitlines():
        ran = cli(*line.split())
        if ran.status == 0 or flaws(ran):
            found[line] = (ran.status, flaws(ran), ran.err)
    assert not found


def test_help_is_in_chinese(cli: Commands) -> None:
    """Of the program, of each group and of each command."""
    found = {}
    for name, entries in GROUPS.items():
        for words in [name.split(), *([*name.split(), entry.name] for entry in entries)]:
            told = cli(*words, "--lang", "zh", "--help").out
            examples = (example for entry in chain(*GROUPS.values()) for example in entry.examples)
            named = [*examples, *_COMMANDS, *_DATA]
            if wrong := latin_words(_METAVAR.sub(" ", told), named):
                found[" ".join(words)] = wrong
    assert not found


def test_english_output_has_no_chinese(cli: Commands) -> None:
    """English is what a locale that is neither gets."""
    found = {}
    for line in ("gaps --limit 3", "trace " + COMPETENCY, "gaps --nonsense", "--help"):
        ran = cli(*line.split())
        if wrong := chinese_words(ran.out + ran.err, _DATA):
            found[line] = wrong
    assert not found


def test_imports_are_told_in_chinese(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Problems, notes and skipped rows with their places; documents stay as they are everywhere."""
    monkeypatch.setenv("ROLEPATH_STORE", f"sqlite:///{cli.home / 'own.db'}")
    folder = cli.folder({**CHAIN, "competencies.csv": "id,name,kind\nc1,Skill One,skil\nc 2,Skill Two,skill\n"})
    data = {"Skill One", "Skill Two", "Unit One", "Task One", "Role One", "Course One", "Poly", "skil", "data"}
    ran = cli("ingest", "native", folder, "--lang", "zh")
    assert (ran.status, latin_words(ran.out + ran.err, data)) == (1, [])
    document = cli("--json", "ingest", "native", folder, "--lang", "zh").document
    assert "did you mean skill?" in document["problems"][0]["reason"]


def test_names_in_documents_do_not_follow_the_locale(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script gets the same on every machine; who wants Chinese names asks for them."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert cli("show", "poly:c.plc", "--json").document["name"] == "PLC Applications"
    assert cli("--lang", "zh", "show", "poly:c.plc", "--json").document["name"] == "可编程控制器应用"


def test_language_is_that_of_the_option_or_of_the_locale() -> None:
    """The option goes before the locale, whose first variable that is set counts."""
    assert language_of([], {"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language_of([], {"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}) == "en"
    assert language_of(["gaps", "--lang", "zh"], {"LANG": "en_GB.UTF-8"}) == "zh"
    assert language_of(["search", "--", "--lang", "zh"], {"LANG": "de_DE.UTF-8"}) == "en"


def test_what_commands_do_is_said_as_their_functions_say_it() -> None:
    """The English help is the docstring."""
    for entry in chain(*GROUPS.values()):
        module, function = entry.place.split(":")
        docstring = inspect.getdoc(getattr(import_module(f"api.cli.commands.{module}"), function)) or ""
        paragraphs = [" ".join(one.split()) for one in docstring.split("\n\n")]
        assert catalogue()[f"command_about.{function}"][0] == "\n\n".join(paragraphs)
