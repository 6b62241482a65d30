"""Alignment: which links are proposed, with what score and reason; how they are written, asked for and measured."""

import csv
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.render.proposals import COLUMNS, write_proposals
from graph.errors import InputError, NotFoundError
from graph.model import Value
from graph.snapshot.snapshot import Snapshot
from ingest.formats.native.rows import unescape
from queries.align import Alignment, align
from queries.align_scores import SAME_WEIGHT, AlignmentCandidate
from queries.align_shared_words import shared_words, wording
from queries.likeness import n_grams as likeness
from queries.likeness.n_grams import NodeText, likeliest, whole_name, words
from queries.parameters.align import AlignmentRelation
from tests.support.commanding import Commands
from tests.support.examples import examples
from tests.support.factory import graph_of
from tests.support.paths import DOCS

Names = dict[str, Value]


def named(**names: str | Names) -> Snapshot:
    """Return a graph of nodes without links; `a_c1` stands for the id `a:c1`."""
    nodes = {i.replace("_", ":", 1): {"name": n} if isinstance(n, str) else n for i, n in names.items()}
    return graph_of(nodes=nodes)


def pairs(found: Alignment) -> list[tuple[str, str, str]]:
    """Return the proposals without scores."""
    return [(item.from_id, item.relation.value, item.to_id) for item in found.items]


CRAFTS = {"a_r1": "Welder", "a_r2": "Crane operator", "b_r7": "Crane operators", "b_r8": "Welders", "b_r9": "Florist"}


def test_equal_names_are_proposed_as_the_same() -> None:
    """Each other's only best, called the same but for the plural: SAME_AS, strongest first, then by id."""
    found = align(named(**CRAFTS), "a", "b")
    assert pairs(found) == [("a:r1", "SAME_AS", "b:r8"), ("a:r2", "SAME_AS", "b:r7")]


def test_same_as_weighs_what_merges_and_no_more() -> None:
    """Who imports SAME_AS unedited makes one node of two, at the least confidence that does so."""
    assert {item.weight for item in align(named(**CRAFTS), "a", "b").items} == {SAME_WEIGHT}


def test_reason_of_equal_names() -> None:
    """The reason names both."""
    first = align(named(**CRAFTS), "a", "b").items[0]
    assert first.reason == "name 'Welder' is the same as name 'Welders'"


def test_alias_that_is_like_a_name_is_the_reason() -> None:
    """The most alike of all names are told, and which of them are aliases."""
    graph = named(a_r1={"name": "Automation specialist", "aliases": ["PLC programming"]}, b_r1="PLC programmer")
    (found,) = align(graph, "a", "b", min_score=0).items
    assert found.relation is AlignmentRelation.CLOSE_TO
    assert re.match(r"alias 'PLC programming' is like name 'PLC programmer' \(0\.\d\d\)", found.reason)
    assert found.weight == found.score


def test_same_alias_is_close_not_the_same() -> None:
    """Whose names differ, and only an alias is shared, is close."""
    graph = named(
        a_r1={"name": "Barkeeper", "aliases": ["mixologist"]}, b_r1={"name": "Host", "aliases": ["Mixologist"]}
    )
    (found,) = align(graph, "a", "b", min_score=0).items
    assert (found.relation, found.reason) == ("CLOSE_TO", "alias 'mixologist' is the same as alias 'Mixologist'")


def test_two_of_the_same_name_leave_it_open() -> None:
    """None of two equally good partners is taken for the same."""
    found = align(named(a_r1="Welder", b_r1="Welder", b_r2="Welder"), "a", "b")
    assert pairs(found) == [("a:r1", "CLOSE_TO", "b:r1"), ("a:r1", "CLOSE_TO", "b:r2")]


def test_numbers_tell_names_apart() -> None:
    """Level 1 is not level 2, however alike the letters are."""
    found = align(named(a_r1="Maintenance technician level 1", b_r1="Maintenance technician level 2"), "a", "b")
    assert [item.relation for item in found.items] == ["CLOSE_TO"]


def test_chinese_names_are_compared() -> None:
    """Two characters in common are enough to be proposed, and stand in the reason."""
    graph = named(a_c1="工业机器人编程", a_c2="会计核算", b_c1="机器人离线编程", b_c2="成本核算")
    found = align(graph, "a", "b", limit=1, min_score=0.1)
    assert sorted(pairs(found)) == [("a:c1", "CLOSE_TO", "b:c1"), ("a:c2", "CLOSE_TO", "b:c2")]
    assert "'机器人'" in next(item.reason for item in found.items if item.from_id == "a:c1")


def test_chinese_name_of_one_meets_the_only_name_of_another() -> None:
    """What is said in one language only is compared in that language, and loses nothing by the other."""
    graph = named(a_c1={"name": "Robot programming", "name_zh": "机器人编程"}, b_c1="机器人编程", b_c2="会计")
    (found,) = align(graph, "a", "b").items
    assert (found.relation, found.to_id, found.score) == ("SAME_AS", "b:c1", 1.0)


def test_competency_is_never_proposed_for_a_role() -> None:
    """SAME_AS and CLOSE_TO join nodes of one kind."""
    assert align(named(a_r1="Welding", b_c1="Welding"), "a", "b", min_score=0).items == []


def test_unit_develops_what_its_description_speaks_of() -> None:
    """Descriptions count; how much a unit develops is for a person to say, so no weight is stated."""
    graph = named(
        a_k1={"name": "Lesson 4", "description": "How packets travel and how firewalls filter them."},
        b_c1="Knowledge of firewalls",
        b_c2="Baking bread",
    )
    (found,) = align(graph, "a", "b", min_score=0.05).items
    assert (found.relation, found.to_id, found.weight) == ("DEVELOPS", "b:c1", None)
    assert found.reason == "both say 'firewalls'"


def test_task_practises_within_one_vocabulary() -> None:
    """A college's own tasks and competencies are compared as those of two are."""
    graph = named(a_t1="Weld pipes", a_c1="Pipe welding", a_c2="Negotiation")
    assert pairs(align(graph, "a", "a")) == [("a:t1", "PRACTISES", "a:c1")]


def test_task_is_known_by_what_it_rehearses() -> None:
    """The responsibilities that a task prepares for speak for it."""
    names: dict[str, Names] = {
        "a:t1": {"name": "Hide and Seek"},
        "a:j1": {"name": "Recover deleted evidence"},
        "b:c1": {"name": "Skill in recovering evidence"},
    }
    found = align(graph_of("a:t1 PREPARES_FOR a:j1", nodes=names), "a", "b", min_score=0.05)
    assert pairs(found) == [("a:t1", "PRACTISES", "b:c1")]


def test_linked_pairs_are_left_out_and_counted() -> None:
    """What the graph links already is not proposed again."""
    names: dict[str, Names] = {"a:k1": {"name": "Welding"}, "a:c1": {"name": "Welding"}, "a:c2": {"name": "Welding"}}
    found = align(graph_of("a:k1 DEVELOPS a:c1 0.5", nodes=names), "a", "a")
    assert (pairs(found), found.known) == ([("a:k1", "DEVELOPS", "a:c2")], 1)


def test_who_has_a_partner_gets_no_other() -> None:
    """One that is the same as another of that vocabulary already is only close to a third."""
    names: dict[str, Names] = {"a:r1": {"name": "Welder"}, "b:r1": {"name": "Metal joiner"}, "b:r2": {"name": "Welder"}}
    found = align(graph_of("a:r1 SAME_AS b:r1 1", nodes=names), "a", "b")
    assert pairs(found) == [("a:r1", "CLOSE_TO", "b:r2")]


def test_limit_is_by_node() -> None:
    """Each node of A has at most so many proposals, its best."""
    graph = named(a_r1="Welder", b_r1="Arc welder", b_r2="Welder", b_r3="Spot welder", b_r4="Pipe welder helper")
    assert [len(align(graph, "a", "b", limit=n, min_score=0).items) for n in (1, 2, 3)] == [1, 2, 3]
    assert align(graph, "a", "b", limit=1, min_score=0).items[0].to_id == "b:r2"


def test_relation_and_score_narrow() -> None:
    """Only the relations asked for, and only what is so alike."""
    graph = named(**CRAFTS)
    assert align(graph, "a", "b", relations=[AlignmentRelation.CLOSE_TO]).items == []
    assert align(graph, "a", "b", relations=[AlignmentRelation.CLOSE_TO]).counts == {"CLOSE_TO": 0}
    assert align(named(a_r1="Welder", b_r1="Arc welder"), "a", "b", min_score=0.99).items == []


def test_unknown_vocabulary_names_the_nearest() -> None:
    """A prefix that no id has is an error; a colon at its end does no harm."""
    graph = named(esco_r1="Welder", onet_r1="Welder")
    with pytest.raises(NotFoundError, match=r"'esko'.*Did you mean esco"):
        align(graph, "esko", "onet")
    assert align(graph, "esco:", "onet").a == "esco"


def test_ids_without_prefix_are_a_vocabulary() -> None:
    """An empty text stands for them."""
    assert pairs(align(graph_of(nodes={"r1": {"name": "Welder"}, "b:r1": {"name": "Welder"}}), "", "b"))


def test_nothing_to_compare_is_no_error() -> None:
    """A vocabulary without names that can be compared gives an empty list."""
    assert align(named(a_r1="Welder", b_r1="焊工"), "a", "b", min_score=0).items == []


@given(st.permutations(range(6)))
@examples(15)
def test_ids_do_not_decide(order: list[int]) -> None:
    """The same names under other ids have the same proposals, by name and score."""
    names = ["Welder", "Crane operator", "Florist", "Bank teller", "Pipe welder", "Crane driver"]
    nodes: dict[str, Names] = {f"a:r{i}": {"name": names[i]} for i in range(3)}
    nodes |= {f"b:r{order[i]}": {"name": names[i]} for i in range(6)}
    found = align(graph_of(nodes=nodes), "a", "b", limit=6, min_score=0)
    told = {(item.from_name, item.relation.value, item.to_name, item.score) for item in found.items}
    plain = {f"a:r{i}": {"name": names[i]} for i in range(3)} | {f"b:r{i}": {"name": names[i]} for i in range(6)}
    expected = align(graph_of(nodes=plain), "a", "b", limit=6, min_score=0)
    assert told == {(item.from_name, item.relation.value, item.to_name, item.score) for item in expected.items}


def test_order_is_by_relation_score_and_ids() -> None:
    """The list begins with the surest."""
    items = align(named(**CRAFTS, b_r4="Arc welder", b_r5="Tower crane operator"), "a", "b", min_score=0).items
    keys = [(list(AlignmentRelation).index(item.relation), -item.score, item.from_id, item.to_id) for item in items]
    assert keys == sorted(keys)
    assert len(items) > 2


def naive_vectors(texts: list[list[str]]) -> list[dict[str, float]]:
    """Return TF-IDF vectors of length 1, from the terms of each text."""
    df = Counter(term for terms in texts for term in set(terms))
    found = []
    for terms in texts:
        raw = {t: (1 + math.log(n)) * (math.log((1 + len(texts)) / (1 + df[t])) + 1) for t, n in Counter(terms).items()}
        length = math.sqrt(sum(value**2 for value in raw.values())) or 1
        found.append({term: value / length for term, value in raw.items()})
    return found


def naive_grams(text: str) -> list[str]:
    """Return the n-grams of each word between spaces: of three and four, and of two in Chinese."""
    found = []
    for word in words(text):
        padded = f" {word} "
        found += [padded[i : i + n] for n in (3, 4) for i in range(len(padded) - n + 1)]
        found += [
            word[i : i + 2] for i in range(len(word) - 1) if word[i : i + 2] > "\u3400" and word[i + 1] > "\u3400"
        ]
    return found


def naive_likeness(left: list[NodeText], right: list[NodeText]) -> list[list[float]]:
    """Return the likeness of every pair by the definition, one by one."""
    both = [*left, *right]
    best = [[0.0] * len(right) for _ in left]
    for chinese in (False, True):
        names = [[name for name in said.names if likeness.is_chinese(name) is chinese] for said in both]
        texts = [
            " ".join([*own, *(t for t in said.more if likeness.is_chinese(t) is chinese)])
            for own, said in zip(names, both, strict=True)
        ]
        grams = naive_vectors([naive_grams(text) for text in texts])
        wholes = naive_vectors([[whole_name(name) for name in own] for own in names])
        for i in range(len(left)):
            for j in range(len(right)):
                t, w = (
                    sum(v * vectors[len(left) + j].get(term, 0) for term, v in vectors[i].items())
                    for vectors in (grams, wholes)
                )
                best[i][j] = max(best[i][j], 1 - (1 - t) * (1 - math.sqrt(min(w, 1))))
    return best


TEXT = st.lists(
    st.sampled_from(["weld", "welder", "pipe", "a", "编程", "机器人编程", "PLC编程", "码"]), min_size=1, max_size=4
)
SAID = st.builds(
    NodeText,
    st.lists(TEXT.map(" ".join), min_size=1, max_size=3, unique=True),
    st.lists(TEXT.map(" ".join), max_size=1),
)


@given(st.lists(SAID, min_size=1, max_size=5), st.lists(SAID, min_size=1, max_size=5), st.integers(1, 12))
def test_blocks_give_what_pairs_give(left: list[NodeText], right: list[NodeText], cells: int) -> None:
    """The sparse product in blocks, of any size, finds the likeness that the definition gives, pair by pair."""
    expected = naive_likeness(left, right)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(likeness, "_CELLS_AT_ONCE", cells)
        patch.setattr(likeness, "_TEXTS_AT_ONCE", 2)
        found = likeliest(left, right, len(right))
    dense = np.zeros((len(left), len(right)))
    dense[found.left, found.right] = found.likeness
    assert np.abs(dense - np.array(expected)).max() < 2e-3  # the root of a rounding near 0 is larger than it


def test_few_likeliest_are_the_first_of_all() -> None:
    """Asked for fewer, the likeliest come, the smaller row first among equals."""
    left, right = [NodeText(["weld"], [])], [NodeText([name], []) for name in ("pipe", "weld", "weld", "welder")]
    assert likeliest(left, right, 2).right.tolist() == [1, 2]
    assert likeliest(left, right, 4).right.tolist() == [1, 2, 3]


def test_empty_words_are_no_reason() -> None:
    """What any two texts share is not told."""
    left, right = (wording(NodeText([name], [])) for name in ("Work with the tools", "Play with the band"))
    assert shared_words(left, right) == []


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


TWO = {
    "source.csv": "name,version\nTwo,1\n",
    "roles.csv": "id,name\na:r1,Welder\nb:r1,Welders\n",
}


def test_command_prints_what_the_question_answers(run: Commands) -> None:
    """`--json` is the result; nothing else is printed."""
    run.filled(TWO)
    ran = run("align", "a", "b", "--json")
    assert ran.status == 0
    assert [(i["from_id"], i["relation"], i["to_id"]) for i in ran.document["items"]] == [("a:r1", "SAME_AS", "b:r1")]


def test_command_shows_reasons_and_what_to_do(run: Commands) -> None:
    """People see the pair, why, and that nothing was changed."""
    run.filled(TWO)
    ran = run("align", "a", "b")
    assert "name 'Welder' is the same as name 'Welders'" in ran.out
    assert "Nothing was changed" in ran.out


def test_command_writes_the_table(run: Commands, tmp_path: Path) -> None:
    """`--out` writes all, and does not replace a file unasked."""
    run.filled(TWO)
    target = tmp_path / "proposed.csv"
    assert run("align", "a", "b", "--out", target).status == 0
    rows = list(csv.DictReader(target.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["from_id"], row["weight"], row["to_name"]) for row in rows] == [("a:r1", "0.9", "Welders")]
    assert run("align", "a", "b", "--out", target).status == 2
    assert run("align", "a", "b", "--out", target, "--overwrite", "--min-score", "1").status == 0


def test_command_names_unknown_words(run: Commands) -> None:
    """A relation that is not proposed is wrong usage, an unknown vocabulary is not found."""
    run.filled(TWO)
    assert run("align", "a", "b", "--relation", "REQUIRES").status == 2
    assert run("align", "zz", "b").status == 4


HOSTILE = ["=1+1", "+A1", "-A1", "@cmd", "'=A1", 'a "quoted", name', "\t=A1"]


@pytest.mark.parametrize("name", HOSTILE)
def test_table_is_safe_to_open_and_reads_back(name: str, tmp_path: Path) -> None:
    """No cell begins as a formula does; undoing the escape gives the name."""
    found = align(named(a_r1=name, b_r1="A1 quoted cmd 1"), "a", "b", min_score=0)
    item = found.model_copy(update={"items": [_candidate(name)]})
    write_proposals(item, tmp_path / "p.csv")
    (row,) = csv.DictReader((tmp_path / "p.csv").read_text(encoding="utf-8-sig").splitlines())
    assert tuple(row) == COLUMNS
    assert not row["from_name"].startswith(("=", "+", "-", "@", "\t"))
    assert unescape(row["from_name"]) == name


def _candidate(name: str) -> AlignmentCandidate:
    (item,) = align(named(a_r1="Welder", b_r1="Welder"), "a", "b").items
    return item.model_copy(update={"from_name": name})


def test_table_that_cannot_be_written_is_an_input_error(tmp_path: Path) -> None:
    """A folder that is not there is named."""
    with pytest.raises(InputError, match="cannot be written"):
        write_proposals(align(named(**CRAFTS), "a", "b"), tmp_path / "none" / "p.csv")


@pytest.mark.slow
def test_documented_figures_are_reproduced(shared_data: Path) -> None:
    """The tables of docs/align.md are what the measurement prints."""
    from benchmarks.alignment import measured

    page = (DOCS / "align.md").read_text(encoding="utf-8")
    missing = [line for line in measured(shared_data) if line not in page]
    assert missing == []
