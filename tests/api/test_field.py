"""What the field asks, from the command line, REST and the docs: one document, readable pages in both languages."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from api.settings.settings import Settings
from graph.errors import NotFoundError
from graph.snapshot.snapshot import Snapshot
from queries.allocation import allocate
from queries.brief import write_brief
from queries.feedback import give_feedback
from queries.integration import integrate
from queries.leadership import measure_leadership
from queries.semantics.scope import Scope
from queries.signals import read_signals
from tests.support.commanding import CHAIN, Commands
from tests.support.paths import DOCS
from tests.support.serving import Asker, serving

PAGES = ("integration.md", "allocation.md", "feedback.md", "leadership.md")
DISCIPLINE, ENTERPRISE, COHORT = "poly:d.robotics", "poly:e.qihang", "poly:co.nev-2023"
BRIEF, INTEGRATION = ("brief", ENTERPRISE), ("integration", "--discipline", DISCIPLINE)
PICTURES = (
    INTEGRATION, ("integration",), ("integration", "--role", "poly:r.line-leader"), BRIEF, ("brief", "poly:e.yida"),
    ("allocation",), ("allocation", "--hours", "60", "--seats", "10", "--discipline", DISCIPLINE), ("feedback",),
    ("leadership", ENTERPRISE), ("leadership", "poly:e.pb-city"), ("brief", "poly:e.pb-city"), ("signals",),
)  # fmt: skip


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], store_url: str
) -> Commands:
    commands = Commands(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("ROLEPATH_STORE", store_url)
    return commands


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, store_url: str) -> Iterator[Asker]:
    folder = tmp_path_factory.mktemp("served")
    with serving(Settings(store_url, False, folder / "state.db", folder / "cache")) as asker:
        yield asker


QUESTIONS = (
    (("integration", "--discipline", DISCIPLINE, "--limit", "3"), f"integration?discipline={DISCIPLINE}&limit=3"),
    (("integration", "--role", "poly:r.line-leader"), "integration?role=poly:r.line-leader"),
    (("allocation", "--hours", "60", "--seats", "40", "--limit", "5"), "allocation?hours=60&seats=40&limit=5"),
    (("allocation", "--discipline", DISCIPLINE, "--roles", "all"), f"allocation?discipline={DISCIPLINE}&roles=all"),
    (("feedback", "--cohort", COHORT), f"feedback?cohort={COHORT}"),
    (("feedback", "--discipline", "poly:d.digital-business"), "feedback?discipline=poly:d.digital-business"),
    (("leadership", ENTERPRISE, "--lang", "zh"), f"enterprises/{ENTERPRISE}/leadership?lang=zh"),
    (("brief", ENTERPRISE, "--limit", "2"), f"enterprises/{ENTERPRISE}/brief?limit=2"),
    (("signals", "--region", "river delta", "--signal-kind", "trend", "--on", "2025-01-01"),
     "signals?region=river delta&signal_kind=trend&on=2025-01-01"),
    (("signals", "--revisions", "3"), "signals?revisions=3"),
)  # fmt: skip


@pytest.mark.parametrize(("words", "path"), QUESTIONS)
def test_command_and_service_print_one_document(
    cli: Commands, served: Asker, words: tuple[str, ...], path: str
) -> None:
    """`--json` is what REST answers, byte for byte, and it is not empty."""
    response = served.get(f"/v1/{path}")
    assert response.status_code == 200
    assert cli(*words, "--json").out == response.text + "\n"


def test_documents_are_those_of_the_queries(cli: Commands, example: Snapshot) -> None:
    """What was asked reaches the query."""
    answers = {
        (*INTEGRATION, "--limit", "3"): integrate(example, discipline=DISCIPLINE, limit=3),
        ("allocation", "--hours", "9", "--term", "3"): allocate(example, Scope(term=3), hours=9),
        ("feedback", "--cohort", COHORT): give_feedback(example, cohort=COHORT),
        ("leadership", ENTERPRISE): measure_leadership(example, ENTERPRISE),
        BRIEF: write_brief(example, ENTERPRISE),
        ("signals", "--kind", "policy"): read_signals(example, kind="policy"),
    }
    for words, answer in answers.items():
        document = cli(*words, "--json").document
        assert {**document, "next": None} == {**answer.model_dump(mode="json"), "next": None}, words


@pytest.mark.parametrize(
    "path", ["integration?discipline=x", "feedback?cohort=x", "enterprises/x/brief", "enterprises/x/leadership"]
)
def test_what_is_not_there_is_404(served: Asker, path: str) -> None:
    """An unknown id is a problem that names it."""
    response = served.get(f"/v1/{path}")
    assert (response.status_code, response.json()["value"]) == (404, "x")


@pytest.mark.parametrize(
    "path", ["signals?kind=rumour", "signals?on=yesterday", "allocation?hours=-1", "integration?limit=0"]
)
def test_wrong_parameters_are_422(served: Asker, path: str) -> None:
    """What is out of range is refused."""
    assert served.get(f"/v1/{path}").status_code == 422


@pytest.mark.slow
@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_keep_within_the_terminal(
    cli: Commands, monkeypatch: pytest.MonkeyPatch, columns: int, language: str
) -> None:
    """No line is wider than the terminal, Chinese letters counted as two cells."""
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in PICTURES:
        told = cli(*words, "--lang", language)
        assert (told.status, told.err) == (0, "")
        assert max(cell_len(line) for line in told.out.splitlines()) <= columns, words


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("words", [INTEGRATION, BRIEF])
def test_printed_pages_name_no_ids_and_fit_on_a_sheet(cli: Commands, words: tuple[str, ...], language: str) -> None:
    """A dean reads names on one page of at most 75 lines, and no id."""
    told = cli(*words, "--lang", language).out
    assert "poly:" not in told
    assert "_" not in told
    assert 30 < len(told.splitlines()) <= 75


@pytest.mark.parametrize("words", [INTEGRATION, BRIEF])
def test_chinese_pages_are_chinese(cli: Commands, words: tuple[str, ...]) -> None:
    """But for the names of techniques, nothing on the Chinese page is in Latin letters."""
    told = cli(*words, "--lang", "zh").out
    assert set(re.findall(r"[A-Za-z]{2,}", told)) <= {"PLC", "MVP"}


def test_integration_page_says_what_to_do(cli: Commands) -> None:
    """The share, the fusion tasks, what would bring most, and what is still apart."""
    told = cli(*INTEGRATION).out
    for words in (
        "7% █", "Enterprise challenge week at Qihang", "What would bring most", "1. Commissioning a robot cell",
        "would bring 26% of the demand", "Working in a start-up team (for: Work in a team)",
        "Enterprise tasks that apply no innovation unit (7 of 9)", "(19 of 20)",
    ):  # fmt: skip
        assert words in told, words


def test_brief_page_says_what_to_do(cli: Commands) -> None:
    """The gaps, what to host next, what training to make with whom, and who could mentor."""
    told = cli(*BRIEF).out
    for words in (
        "Gaps in what it needs (", "What to host next", "1. Palletising programme (now at Intelligent",
        "could guide it: Project leader Gao", "Who could mentor (3)",
    ):  # fmt: skip
        assert words in told, words


def test_pages_of_little_say_so(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is recorded, the pages say that, in both languages."""
    monkeypatch.delenv("ROLEPATH_STORE")
    cli.filled(CHAIN | {"enterprises.csv": "id,name,kind\ne1,Firm,enterprise\n"})
    for words, en, zh in (
        (("integration",), "No training task is a fusion task yet", "还没有融合任务"),
        (("brief", "e1"), "No position of this enterprise", "尚未记录该企业的岗位"),
        (("feedback",), "No assessment is recorded", ""),
        (("signals",), "No such signal", ""),
        (("leadership", "e1"), "not recorded what its roles require", ""),
        (("allocation",), "More hours of teaching", ""),
    ):
        assert en in cli(*words).out, words
        assert zh in cli(*words, "--lang", "zh").out, words


def test_unknown_enterprise_is_named(cli: Commands) -> None:
    """A slip in an id ends with status 4, and the near ones."""
    told = cli("brief", "poly:e.qihan")
    assert told.status == 4
    assert ENTERPRISE in told.err


# Docs


def shown_in(page: str) -> list[tuple[str, str]]:
    """Return each command of a page with the output that the page shows below it."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"```\n\$ (rolepath [^\n]+)\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_docs_show_what_commands_print(
    cli: Commands, monkeypatch: pytest.MonkeyPatch, page: str, update_golden: bool
) -> None:
    """Each command on the page prints what stands below it."""
    monkeypatch.setenv("COLUMNS", "100")
    assert shown_in(page)
    for command, output in shown_in(page):
        told = cli(*shlex.split(command)[1:])
        if update_golden:
            text = (DOCS / page).read_text(encoding="utf-8")
            text = text.replace(f"```\n$ {command}\n{output}```", f"```\n$ {command}\n{told.out}```")
            (DOCS / page).write_text(text, encoding="utf-8")
        else:
            assert told.out == output, command


def test_not_found_is_an_error_of_the_query(example: Snapshot) -> None:
    """Asked in Python, what is not there is an exception."""
    for ask in (lambda: give_feedback(example, cohort="x"), lambda: measure_leadership(example, "x")):
        with pytest.raises(NotFoundError):
            ask()
