"""The command line's questions: the documents are the queries' own, the pictures say what they hold."""

import io
from pathlib import Path

import pytest
from rich.cells import cell_len

from api.cli.render.trace import draw_trace
from api.cli.terminal import Terminal
from graph.model import NodeId
from graph.snapshot.files import load_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from queries.coverage import role_coverage
from queries.coverage_matrix import coverage_matrix
from queries.gaps import find_gaps
from queries.match import match_roles
from queries.parameters.plan import PlanWish
from queries.parameters.training import TrainingWish
from queries.plan import plan_training
from queries.plan_several import plan_roles, roles_of
from queries.rotation import rotate
from queries.search import search
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from queries.trace import trace_competency
from queries.training import role_training, role_unreachable
from tests.support.commanding import CHAIN, Commands
from tests.support.factory import graph_of
from tests.support.pages import traced

DIRECT, BROKEN, FLAWED = "poly:k.plc-programming", "poly:k.ip-protection", "poly:k.robot-fault-diagnosis"
ROLE, DISCIPLINE = "poly:r.integration-assistant", "poly:d.robotics"
OTHER, COHORT = "poly:r.robot-maintainer", "poly:co.robotics-2023"


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], store_url: str
) -> Commands:
    commands = Commands(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("ROLEPATH_STORE", store_url)
    return commands


@pytest.fixture(scope="module")
def example(store_url: str) -> Snapshot:
    return load_snapshot(open_store(store_url), None)


# Documents


@pytest.mark.slow
def test_documents_are_those_of_the_queries(cli: Commands, example: Snapshot) -> None:
    """`--json` prints what the query answers, byte for byte, as REST does."""
    narrowed = Scope(discipline=DISCIPLINE, term=4, min_weight=0.3)
    options = ("--discipline", DISCIPLINE, "--term", "4", "--min-weight", "0.3", "--json")
    answers = {
        ("trace", DIRECT): traced(example, DIRECT, narrowed),
        ("gaps",): find_gaps(example, narrowed),
        ("coverage", ROLE): role_coverage(example, ROLE, narrowed),
        ("coverage", "--by", "course"): coverage_matrix(example, "course", None, narrowed),
        ("plan", ROLE): plan_training(example, ROLE, narrowed),
        ("plan", ROLE, OTHER): plan_roles(example, [ROLE, OTHER], narrowed),
        ("plan", "--roles-of", DISCIPLINE): plan_roles(example, roles_of(example, DISCIPLINE), narrowed),
        ("training", ROLE, "--limit", "3", "--have", DIRECT): role_training(
            example, ROLE, narrowed, TrainingWish(have=(NodeId(DIRECT),)), limit=3
        ),
        ("training", ROLE, "--unreachable", "--limit", "2"): role_unreachable(example, ROLE, narrowed, limit=2),
        ("training", ROLE, "--order", "marginal", "--adds-nothing", "exclude", "--inactive", "include"): role_training(
            example, ROLE, narrowed, TrainingWish(order="marginal", adds_nothing="exclude", inactive="include")
        ),
        ("match", "--have", DIRECT, "--have", FLAWED): match_roles(example, [DIRECT, FLAWED], narrowed),
    }
    for words, answer in answers.items():
        assert cli(*words, *options).out == answer.model_dump_json() + "\n", words
    assert cli("search", "robot", "--json").out == search(example, "robot").model_dump_json() + "\n"


def test_documents_let_more_count_on_request(cli: Commands, example: Snapshot) -> None:
    """--infer, --close and --roll-up reach every question that takes them."""
    widened = Scope(infer=True, close=True, roll_up=True, roll_up_share=0.3)
    options = ("--infer", "--close", "--roll-up", "--roll-up-share", "0.3", "--json")
    answers = {
        ("trace", DIRECT): traced(example, DIRECT, widened),
        ("gaps",): find_gaps(example, widened),
        ("coverage", ROLE): role_coverage(example, ROLE, widened),
        ("coverage", "--by", "discipline"): coverage_matrix(example, "discipline", None, widened),
    }
    for words, answer in answers.items():
        assert cli(*words, *options).out == answer.model_dump_json() + "\n", words


def test_what_counts_besides_is_marked(cli: Commands) -> None:
    """The picture says what was let count, and which tasks are only inferred to practise."""
    told = cli("trace", "poly:k.tax-filing", "--infer").out
    assert "Counted too: what tasks are inferred to practise." in told
    assert "(inferred)" in told


def test_gaps_say_what_would_close_them(cli: Commands) -> None:
    """Each with its reason: courses, tasks, and the enterprises that should lead."""
    told = " ".join(cli("gaps", "--status", "unserved").out.split())
    assert "teach it in Power Battery and Management Systems - Cell chemistry and ageing develops" in told
    assert "practise it in Battery capacity and resistance test - it practises" in told
    assert "should lead: Lvchi Battery Packs (invented) - it employs Power battery technician, with 14 openings" in told


def test_the_commands_of_the_definitions_say_what_stands_there(cli: Commands) -> None:
    """Five overlap, five are below their level, and inference connects fourteen more."""
    assert cli("gaps", "--flaw", "overlap", "--json").document["total"] == 5
    assert cli("gaps", "--flaw", "below_level", "--json").document["total"] == 5
    assert cli("gaps", "--infer", "--json").document["counts"]["connected"] == 110
    assert cli("gaps", "--json").document["counts"]["connected"] == 96


def test_a_share_beyond_one_is_refused(cli: Commands) -> None:
    """Wrong usage, with the option's name."""
    ran = cli("gaps", "--roll-up", "--roll-up-share", "1.5")
    assert ran.status == 2
    assert "roll" in ran.err


def test_documents_narrow_to_all_roles_on_request(cli: Commands) -> None:
    """--roles all asks of roles that the discipline does not target."""
    words = ("gaps", "--discipline", DISCIPLINE, "--json")
    assert cli(*words).document["counts"] != cli(*words, "--roles", "all").document["counts"]


def test_documents_name_in_chinese(cli: Commands) -> None:
    """--lang zh names what has a Chinese name by it."""
    assert cli("trace", FLAWED, "--lang", "zh", "--json").document["competency"]["name"] == "机器人故障诊断"
    assert "机器人故障诊断" in cli("trace", FLAWED, "--lang", "zh").out


def test_document_of_a_plan_takes_its_limits(cli: Commands, example: Snapshot) -> None:
    """What is held, and what may be spent, reach the query."""
    have = (DIRECT, "poly:t.plc-sorting-line")
    limits = {"max_hours": 100, "max_tasks": 3, "time_limit_s": 9, "alternatives": 2}
    wish = PlanWish.model_validate({**limits, "have": have, "modes": ["onsite", "blended"], "region": "River delta"})
    words = ["--max-hours", "100", "--max-tasks", "3", "--time-limit", "9", "--alternatives", "2"]
    words += ["--mode", "onsite", "--mode", "blended", "--region", "River delta"]
    told = cli("plan", ROLE, *words, "--have", DIRECT, "--have", "poly:t.plc-sorting-line", "--json")
    assert told.out == plan_training(example, ROLE, wish=wish).model_dump_json() + "\n"


def test_document_of_a_rotation_takes_its_limits(cli: Commands, example: Snapshot) -> None:
    """Role, last term and limits reach the query."""
    words = ("--role", OTHER, "--terms", "5", "--max-hours", "150", "--mode", "onsite", "--json")
    wish = PlanWish(max_hours=150, modes=("onsite",))
    assert (
        cli("rotation", COHORT, *words).out
        == rotate(example, COHORT, OTHER, terms=5, wish=wish).model_dump_json() + "\n"
    )


@pytest.mark.parametrize(
    "words", [("plan",), ("plan", ROLE, "--roles-of", DISCIPLINE), ("match",), ("plan", ROLE, "--mode", "onsit")]
)
def test_questions_about_training_that_lack_something_are_explained(cli: Commands, words: tuple[str, ...]) -> None:
    """Without a role, with two ways to name roles, without what is held, or with an unknown mode, nothing is asked."""
    assert cli(*words).status == 2


def test_batch_says_what_it_was_narrowed_to(cli: Commands) -> None:
    """The scope of all plans stands above them, without any one's role."""
    assert f"Only: discipline {DISCIPLINE}\n" in cli("plan", ROLE, OTHER, "--discipline", DISCIPLINE).out


def test_rotation_shows_places_groups_and_who_is_left(cli: Commands) -> None:
    """Hosts with terms, then sequences of groups, then who has no place and why."""
    told = cli("rotation", COHORT).out
    for words in (
        "52 learners, to term 6",
        "174 of 260 placements",
        "term 5",
        "groups 1, 2",
        "Without a place",
        "seats a term",
    ):
        assert words in told


def test_match_and_training_name_reasons(cli: Commands) -> None:
    """What is missing, what each task practises and adds, and what none practises, stand by name."""
    assert "missing  " in cli("match", "--have", DIRECT).out
    told = cli("training", ROLE).out
    assert all(words in told for words in ("practises 24% of the role, ", "% more than those above", "adds nothing"))
    assert "Hand a cell over to a customer" in cli("training", ROLE, "--unreachable").out
    assert "No role requires anything" in cli("match", "--have", "poly:k.drone-delivery").out


def test_document_of_a_node_joins_store_and_graph(cli: Commands) -> None:
    """`show` gives what is stated, by whom, and the live links."""
    shown = cli("show", "poly:c.plc", "--json").document
    assert shown["values"]["name"] == "PLC Applications"
    assert shown["statements"][0]["source"] == "Illustrative polytechnic"
    assert {links["relation"] for links in shown["links"]} >= {"OFFERS", "COVERS"}


def test_document_of_a_class_keeps_the_id_that_was_asked(cli: Commands) -> None:
    """A member of a class shows its own properties, and all ids of the class."""
    shown = cli("show", "qihang:k.plc-logic", "--json").document
    assert shown["id"] == "qihang:k.plc-logic"
    assert shown["ids"] == [DIRECT, "qihang:k.plc-logic"]


def test_lists_go_on_at_the_cursor(cli: Commands) -> None:
    """Two pages are the first items of one long page."""
    first = cli("gaps", "--limit", "3", "--json").document
    second = cli("gaps", "--limit", "3", "--cursor", first["next"], "--json").document
    assert first["items"] + second["items"] == cli("gaps", "--limit", "6", "--json").document["items"]


# Pictures


def test_picture_of_a_connected_chain_names_all_four_stages(cli: Commands) -> None:
    """Whoever reads it sees where the chain begins, and where it ends."""
    told = cli("trace", DIRECT).out
    for words in ("CLASSROOM", "TRAINING", "RESPONSIBILITY", "POSITION", "✓ connected, direct", "══▶", "BEST CHAINS"):
        assert words in told
    assert "✗" not in told


def test_picture_of_a_broken_chain_shows_the_break(cli: Commands) -> None:
    """A cross and words stand where something is missing."""
    told = cli("trace", BROKEN).out
    assert "✗ unpractised - Taught and required, but no training task" in told
    assert "✗ TRAINING        no training practises it - the chain breaks here" in told
    assert "BEST CHAINS" not in told


def test_picture_of_a_flawed_chain_gives_the_reasons(cli: Commands) -> None:
    """Each flaw stands with its reason."""
    told = cli("trace", FLAWED).out
    assert "! out of order - practised in term 4 at the latest, taught in term 5 at the earliest" in told
    assert "! fragile - only one task practises it" in told


@pytest.mark.parametrize("status", list(ChainStatus))
def test_pictures_exist_for_every_status(cli: Commands, status: ChainStatus) -> None:
    """No status is without a picture, and only the connected one is without a break."""
    asked = ("--status", status) if status is not ChainStatus.CONNECTED else ("--flaw", "fragile")
    (gap,) = cli("gaps", *asked, "--focus", "all", "--limit", "1", "--json").document["items"]
    told = cli("trace", gap["competency"]["id"])
    assert told.status == 0
    assert status.replace("_", " ") in told.out
    assert ("the chain breaks here" in told.out) == (status is not ChainStatus.CONNECTED)


def test_picture_draws_indirect_chains_apart(cli: Commands) -> None:
    """An indirect chain has another line, and the word."""
    told = cli("trace", cli("gaps", "--flaw", "indirect", "--json").document["items"][0]["competency"]["id"]).out
    assert "┄┄▶" in told
    assert "══▶" not in told
    assert "connected, indirect" in told


def test_picture_cuts_long_lists() -> None:
    """Eight of a stage are shown, and how many more there are."""
    links = [f"k{n} DEVELOPS c1" for n in range(30)] + ["t1 PRACTISES c1", "r1 REQUIRES c1"]
    stream = io.StringIO()
    draw_trace(trace_competency(graph_of(*links), "c1"), Terminal(stream))
    assert "and 22 more (--json has all)" in stream.getvalue()
    assert "30 knowledge units" in stream.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_pictures_keep_within_the_terminal(
    cli: Commands, monkeypatch: pytest.MonkeyPatch, columns: int, language: str
) -> None:
    """No line is wider than the terminal, Chinese letters counted as two cells."""
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in (
        ("trace", DIRECT), ("trace", BROKEN), ("gaps",), ("coverage", ROLE), ("coverage", "--by", "discipline"),
        ("coverage", ROLE, "--by", "course"), ("plan", ROLE), ("show", DIRECT), ("search", "robot"),
        ("plan", ROLE, "--alternatives", "2", "--max-hours", "120"), ("plan", ROLE, OTHER), ("training", ROLE),
        ("match", "--have", DIRECT), ("rotation", COHORT),
    ):  # fmt: skip
        told = cli(*words, "--lang", language)
        assert told.status == 0
        assert max(cell_len(line) for line in told.out.splitlines()) <= columns, words


def test_gaps_count_and_explain_every_status(cli: Commands) -> None:
    """The counts stand with what each status means."""
    told = cli("gaps", "--limit", "2").out
    for words in (
        "178 competencies",
        "Left out: 7",
        "no training task practises it",
        "no knowledge unit develops it",
        "--cursor",
    ):
        assert words in told


def test_coverage_is_shown_with_bars(cli: Commands) -> None:
    """Shares are percentages with bars, then each competency by weight."""
    told = cli("coverage", ROLE).out
    assert "█" in told
    assert "taught and practised" in told
    assert told.index("Programme a PLC") < told.index("Secure IoT devices")


def test_coverage_of_a_role_without_requirements_says_so(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing required is nothing to cover, and no share of it."""
    monkeypatch.delenv("ROLEPATH_STORE")
    cli.filled(CHAIN | {"roles.csv": "id,name\nr1,Role One\nr2,Role Two\n"})
    assert "not recorded what this role requires" in cli("coverage", "r2").out
    assert "nothing to plan" in cli("plan", "r2").out


def test_matrix_explains_its_letters(cli: Commands) -> None:
    """Columns are letters, and each letter is a discipline's name below."""
    told = cli("coverage", "--by", "discipline").out
    assert "Industrial Robotics  poly:d.robotics" in told
    assert "System integration assistant" in told


def test_plan_says_why_and_how_far(cli: Commands) -> None:
    """Each step has its reasons; before and after stand above, and what is out of reach below."""
    told = cli("plan", ROLE).out
    for words in ("taught and practised", " 1. ", "practises", "rehearses", "Out of reach", "this is proven"):
        assert words in told
    assert cli("plan", ROLE, "--term", "3", "--max-tasks", "1").status == 0


def test_show_draws_links_both_ways(cli: Commands) -> None:
    """What leads to the node and what it leads to are told apart."""
    told = cli("show", "poly:c.plc").out
    assert "◀── OFFERS" in told
    assert "──▶ COVERS" in told


def test_scope_is_said(cli: Commands) -> None:
    """An answer to a narrowed question says what it was narrowed to."""
    assert (
        f"Only: discipline {DISCIPLINE}, up to term 4"
        in cli("trace", DIRECT, "--discipline", DISCIPLINE, "--term", "4").out
    )


def test_wrong_kind_is_explained(cli: Commands) -> None:
    """Asking for the coverage of a competency says that it is one."""
    told = cli("coverage", DIRECT)
    assert told.status == 4
    assert "it is a competency" in told.err


def test_plan_takes_no_second_role(cli: Commands) -> None:
    """A question about one role has no scope that names another."""
    assert cli("plan", ROLE, "--role", "poly:r.line-leader", "--json").status == 2
