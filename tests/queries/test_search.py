"""Search finds what people type: ranks, forms, slips, Chinese, codes; and its index follows the names."""

from contextlib import closing
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.engines import Arrays
from benchmarks.searches import COLLEGE, judge, judged_searches
from graph.model import fold
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from queries.names.index import pack_names, unpack_names
from queries.names.index_build import name_index
from queries.names.words import words_of
from queries.search import search
from tests.support.cases import each
from tests.support.factory import graph_of

JUDGED = Path(__file__).with_name("judged_searches.csv")
NAMES = {
    "e:r1": ("Electrical engineer", "15-12"),
    "e:r2": ("Mechanical engineer", "15-13"),
    "e:r3": ("Plumber", None),
    "e:r4": ("Human resources manager", None),
    "e:r5": ("焊接机器人操作员", None),
    "e:r6": ("Call centre agent", None),
    "e:r7": ("Electrical engineer of mines", None),
}


def named(names: dict[str, tuple[str, str | None]] = NAMES) -> Snapshot:
    """Return a graph of roles that are called so."""
    return graph_of(nodes={i: {"name": name, **({"code": code} if code else {})} for i, (name, code) in names.items()})


@each(
    "text, wanted",
    {
        "electrical engineer": "e:r1",
        "engineer electrical": "e:r1",
        "mechanical engineers": "e:r2",
        "plumer": "e:r3",
        "manager human resource": "e:r4",
        "焊": "e:r5",
        "机器人操作": "e:r5",
        "call center agents": "e:r6",
        "elec eng": "e:r1",
        "hrm": "e:r4",
        "15-1": "e:r1",
        "e:r7": "e:r7",
        "https://x.example/roles/r7": "e:r7",
    }.items(),
)
def test_a_name_is_found_as_people_write_it(text: str, wanted: str) -> None:
    """Any order, plurals, slips, parts, other spellings, single characters, codes and ids lead to the role."""
    assert search(named(), text).items[0].id == wanted


def test_what_is_called_so_comes_before_what_begins_so() -> None:
    """Each hit says which of its names matched, and how."""
    found = search(named(), "Electrical Engineer")
    assert [(hit.id, hit.match.by, hit.match.how) for hit in found.items[:2]] == [
        ("e:r1", "name", "exact"),
        ("e:r7", "name", "prefix"),
    ]
    assert found.counts == {"Role": found.total}


def test_codes_are_found_by_any_part() -> None:
    """As often as one holds it, once: whole, or after the colon of an id; then from its beginning; then from within."""
    codes = {"a:r1": "11", "a:r11": "1-1", "a:r111": "x:11", "b:r21": "2-11-11", "c:r3": "r3", "d:r4": None}
    graph = named({one: ("Name", code) for one, code in codes.items()})
    for text in ("11", "a:r1", "x:1", "-1", "r3", "r4", "r21", "1-1"):
        wanted: set[tuple[str, str]] = set()
        for one, code in codes.items():
            lines = [one] + ([code] if code else [])
            hows = {_how(line, text) for line in lines if text in line}
            wanted |= {(one, next(how for how in ("exact", "prefix", "words") if how in hows))} if hows else set()
        assert {(hit.id, hit.match.how) for hit in search(graph, text).items} == wanted, text


def _how(line: str, text: str) -> str:
    return "exact" if text == line or line.endswith(f":{text}") else "prefix" if line.startswith(text) else "words"


def test_the_same_words_in_another_form_come_before_what_begins_so() -> None:
    """And after what is called exactly so."""
    snapshot = graph_of(
        nodes={
            "e:r1": {"name": "Analysing data of mines"},
            "e:r2": {"name": "Process data", "aliases": ["analyse data"]},
            "e:r3": {"name": "Analysing data"},
        }
    )
    found = search(snapshot, "analysing data").items
    assert [(hit.id, hit.match.how) for hit in found] == [("e:r3", "exact"), ("e:r2", "words"), ("e:r1", "prefix")]


def test_a_part_of_a_chinese_text_is_offered() -> None:
    """Where no name has two of its characters, one that some name has."""
    found = search(named(), "看图焊")
    assert (found.total, found.did_you_mean) == (0, ["焊"])


def test_a_whole_uri_finds_what_states_it() -> None:
    """And nothing whose id only ends so; a URI that is the long form of an id finds that id; names stay without it."""
    snapshot = graph_of(
        nodes={
            "e:r7": {"name": "Welder", "uri": "https://College.example/roles/r17"},
            "e:r17": {"name": "Plumber", "aliases": ["fitter"]},
            "esco:r7": {"name": "Painter", "uri": "http://data.europa.eu/esco/occupation/r7"},
        }
    )
    asked = ("https://college.example/roles/r17/", "http://data.europa.eu/esco/occupation/r7", "https://x.example/r17")
    found = [[hit.id for hit in search(snapshot, text).items] for text in asked]
    assert found == [["e:r7"], ["esco:r7"], ["e:r17"]]
    (hit,) = search(snapshot, asked[0]).items
    assert (hit.match.by, hit.match.how, hit.match.text) == ("id", "exact", "https://college.example/roles/r17")
    assert not search(snapshot, "college").total


def test_where_nothing_is_found_a_near_text_is_named() -> None:
    """It finds something itself."""
    found = search(named(), "plombeur xq")
    assert not found.total
    assert found.did_you_mean
    assert search(named(), found.did_you_mean[0]).total


def test_the_judged_searches_of_the_college_find_it(tmp_path: Path) -> None:
    """Of those in Chinese 85 in 100 have a right answer among the first five, at most one finds nothing."""
    with closing(open_store(f"sqlite:///{tmp_path}/college.db")) as store:
        ingest(lambda: native.read(COLLEGE), store)
        snapshot = compile_snapshot(store)
    asked = [one for one in judged_searches(JUDGED) if one.graph == "college"]
    found, wrong = judge(Arrays(snapshot), asked, of_kind=True)
    assert found.right >= 0.85 * found.asked, wrong
    assert found.nothing <= 1


def test_an_index_brought_up_to_date_is_that_built_anew() -> None:
    """Names that go, come and change, and those that stay, at random; what they hold is found line by line."""
    chance, words = Random(1), ["Welder", "welders", "Pipe fitter", "焊接", "CNC", "Nurse", "engineer of mines"]
    names: dict[str, tuple[str, str | None]] = dict(NAMES)
    known = name_index(named(names), None)
    for _ in range(60):
        for _ in range(chance.randint(1, 4)):
            node = f"{chance.choice('aez')}:r{chance.randint(0, 12)}"
            if node in names and chance.random() < 0.4 and len(names) > 1:
                del names[node]
            else:
                name = " ".join(chance.sample(words, chance.randint(1, 3)))
                names[node] = (name, chance.choice([None, "15-12"]))
        snapshot = named(names)
        updated = name_index(snapshot, known)
        packed, built = pack_names(updated), pack_names(name_index(snapshot, None))
        assert all(np.array_equal(packed[name], built[name]) for name in built)
        read = unpack_names(snapshot, packed)
        assert (updated.vocabulary, updated.stem_list) == (read.vocabulary, read.stem_list)
        assert {word: updated.lines_of(i, i + 1).tolist() for i, word in enumerate(read.vocabulary)} == words_in(names)
        known = updated
        assert name_index(snapshot, known) is known


def words_in(names: dict[str, tuple[str, str | None]]) -> dict[str, list[int]]:
    """Return by word, ascending, in which lines it stands: each node has one for its id, its name and its code."""
    found: dict[str, list[int]] = {}
    line = 0
    for _, (name, code) in sorted(names.items()):
        for word in sorted({*words_of(fold(name))}):
            found.setdefault(word, []).append(line + 1)
        line += 3 if code else 2
    return dict(sorted(found.items()))
