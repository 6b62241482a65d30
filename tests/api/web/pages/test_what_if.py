"""The page of suppositions: it says what the question says, keeps all in its address, and tells faults in place."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

import pytest

from api.answers.scenarios import ask_what_if
from api.web.format import as_share
from api.web.pages.what_if import MOST_LINES
from api.web.pictures.compare import mark_difference, reweighed
from api.web.pictures.layout import Picture
from api.web.pictures.trace import picture_of
from api.web.scenario_lines import as_file, as_rows, check_lines, document_of, new_id, read_lines
from api.web.texts import words_in
from graph.schema import KINDS, LINKS_FILE
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest import scenario_document as supposing
from ingest.formats.native import read as native
from queries.trace import trace_competency
from queries.trace_links import find_ties
from tests.support.factory import graph_of
from tests.support.markup import Page
from tests.support.serving import HERE, Asker, serving, settings_in

GAP, TASK, UNIT = "poly:k.ip-protection", "poly:t.enterprise-challenge", "poly:u.plc-ladder"
TRIED = f"{TASK} PRACTISES {GAP} 0.6"


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory, store_url: str) -> Iterator[Asker]:
    with serving(replace(settings_in(tmp_path_factory.mktemp("what-if")), store_url=store_url)) as asker:
        yield asker


def address(**asked: object) -> str:
    return "/what-if?" + urlencode({"lang": "en", **asked}, doseq=True)


def page_of(asker: Asker, path: str) -> Page:
    response = asker.get(path)
    assert response.status_code == HTTPStatus.OK, response.text
    return Page(response.text)


def lines_after(asker: Asker, path: str) -> dict[str, list[str]]:
    """Return the query of the address that a filled-in form leads on to."""
    response = asker.get(path)
    assert response.status_code == HTTPStatus.SEE_OTHER, response.text
    return parse_qs(urlsplit(response.headers["location"]).query)


# The difference


def test_page_says_what_the_question_says(college: Asker, example: Snapshot, store_url: str) -> None:
    """Roles, competencies and counts are those that `what-if` answers to the same suppositions."""
    text = page_of(college, address(add=TRIED, remove="poly:t.plc-sorting-line")).text("main")
    store = open_store(store_url)
    supposed = supposing.read_document(
        {
            "add": {"links": [{"from_id": TASK, "relation": "PRACTISES", "to_id": GAP, "weight": 0.6}]},
            "remove": {"nodes": ["poly:t.plc-sorting-line"]},
        },
        "a.json",
    )
    after = ask_what_if(store, example, supposed).consequences
    store.close()
    assert f"would stand otherwise ({after.competencies_total})" in text
    assert f"would be covered otherwise ({after.roles_total})" in text
    for change in after.competencies:
        assert change.competency.name in text
    for role in after.roles:
        assert f"{role.role.name} {role.change * 100:+.1f} points" in text
        assert as_share(role.after or 0) in text
    for status, n in after.counts_before.items():
        now = after.counts_after[status]
        assert f"{n} {now} {now - n:+d}" in text if n != now else f"{n} {now}" in text


def test_nothing_is_saved(college: Asker) -> None:
    """After it was asked, the graph is as it was."""
    before = college.get(f"/v1/competencies/{GAP}/trace").json()
    page_of(college, address(add=TRIED))
    assert college.get(f"/v1/competencies/{GAP}/trace").json() == before


def test_chain_is_shown_before_and_after(college: Asker) -> None:
    """Both pictures are of the competency that is named, else of the first that changes; what is new is marked."""
    page = page_of(college, address(add=TRIED))
    pictures = [has["aria-label"] for has in page.all("svg") if has.get("class") == "chain"]
    assert [label.partition(":")[0] for label in pictures] == ["Before", "After"]
    assert all("Protect intellectual property" in label for label in pictures)
    marked = [has for has in page.all("g") if has.get("class") == "mark came"]
    assert len(marked) >= 1
    other = page_of(college, address(add=TRIED, of="poly:k.plc-programming"))
    assert "The chain of Programme a PLC" in other.text("main")


def test_competency_that_goes_is_not_there_after(college: Asker) -> None:
    """A supposition may take away what the picture is of."""
    text = page_of(college, address(remove=GAP, of=GAP)).text("main")
    assert "After not there" in text


def test_what_changes_nothing_is_said(college: Asker) -> None:
    """A link that has no part in any chain makes no difference, and the page says so."""
    text = page_of(college, address(add="TrainingTask new:a lab Something")).text("main")
    assert "Neither a competency nor the coverage of a role would stand otherwise." in text


# Faults, in place


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"add": "poly:nowhere PRACTISES " + GAP}, "One of its ends is not there."),
        ({"add": f"{GAP} PRACTISES {TASK}"}, "This link cannot join two things of these kinds."),
        ({"add": f"{TASK} PRACTISES {GAP} 7"}, "a weight is a number above 0, up to 1: 7"),
        ({"add": f"{TASK} PRACTISES {GAP} nan"}, "a weight is a number above 0"),
        ({"add": "Course new:x"}, "a new node needs an id and a name"),
        ({"add": "TrainingTask new:x holiday Name"}, "the sort of a TrainingTask is one of"),
        ({"add": "what is this"}, "neither a link nor a node"),
        ({"add": [TRIED, f"{TASK} PRACTISES {GAP} 0.7"]}, "It is supposed twice"),
        ({"remove": "poly:nowhere"}, "There is no such thing to take away."),
        ({"remove": f"{TASK} PRACTISES {GAP}"}, "There is no such link to take away."),
        ({"add": f"Course {GAP} A name"}, "The graph cannot hold this:"),
        ({"remove": "a?b"}, "This is no supposition:"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_fault_is_told_where_it_is(college: Asker, asked: dict[str, object], said: str) -> None:
    """What cannot be supposed is named on the page, each at its own line, and nothing is answered from it."""
    page = page_of(college, address(**asked))
    assert said in page.text("li")
    assert len([has for has in page.all("p") if has.get("class") == "error"]) == 1
    assert "The difference" not in page.text("main")
    assert college.get(address(**asked).replace("/what-if?", "/what-if/what-if.json?")).status_code in {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }


def test_address_is_capped(college: Asker) -> None:
    """More suppositions than an address may hold are refused on a page."""
    full = address(remove=[f"x{n}" for n in range(MOST_LINES + 1)])
    assert college.get(full).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_one_can_be_taken_back(college: Asker) -> None:
    """Each line leads to the same page without it."""
    page = page_of(college, address(add=[TRIED, f"{TASK} APPLIES {UNIT}"], remove="poly:t.plc-sorting-line"))
    asked = [parse_qsl(urlsplit(urljoin(HERE, link)).query) for link in page.links if link.startswith("?")]
    kept = {tuple(value for name, value in query if name in {"add", "remove"}) for query in asked}
    every = (TRIED, f"{TASK} APPLIES {UNIT}", "poly:t.plc-sorting-line")
    assert {tuple(line for line in every if line != gone) for gone in every} <= kept


# The form


def test_ends_are_looked_for(college: Asker) -> None:
    """Names that find one thing each make a line; the rest of the address stays."""
    asked = lines_after(
        college,
        address(add=TRIED, of=GAP, start="Ladder logic", relation="DEVELOPS", end=GAP, weight=0.5, change="add"),
    )
    assert asked == {"lang": ["en"], "of": [GAP], "add": [TRIED, f"{UNIT} DEVELOPS {GAP} 0.5"]}
    taken = lines_after(
        college, address(start=UNIT, relation="DEVELOPS", end="poly:k.plc-programming", change="remove")
    )
    assert taken["remove"] == [f"{UNIT} DEVELOPS poly:k.plc-programming"]
    assert lines_after(college, address(gone="PLC control of a sorting line"))["remove"] == ["poly:t.plc-sorting-line"]


def test_ambiguous_end_is_chosen(college: Asker) -> None:
    """A text that finds several things offers those that the relation joins; each leads on."""
    page = page_of(college, address(start="robot", relation="PRACTISES", end=GAP))
    assert "Which one is meant by “robot”?" in page.text("main")
    offered = [link for link in page.links if link.startswith("?") and "start=poly" in link]
    assert len(offered) > 3
    assert all("%3At." in link for link in offered)
    assert "add" in lines_after(college, "/what-if" + offered[0])
    missing = page_of(college, address(start="nothing of the kind", relation="PRACTISES", end=GAP))
    assert "Nothing that such a link can join is called “nothing of the kind”." in missing.text("main")


def test_new_thing_gets_an_id_and_can_be_linked(college: Asker) -> None:
    """A new node is named by its name; a link to it is found by that, and both together are answered."""
    first = lines_after(college, address(new_kind="TrainingTask lab", new_name="IP clinic: 专利"))
    assert first["add"] == ["TrainingTask new:ip-clinic-专利 lab IP clinic: 专利"]
    second = lines_after(college, address(add=first["add"], start="ip clinic: 专利", relation="PRACTISES", end=GAP))
    assert second["add"][1] == f"new:ip-clinic-专利 PRACTISES {GAP}"
    text = page_of(college, address(add=second["add"])).text("main")
    assert "IP clinic: 专利" in text
    assert "Theory only" in text.partition("would stand otherwise")[2]


def test_trace_leads_to_the_form(college: Asker) -> None:
    """From a trace, the form is filled in but for what is to be found."""
    links = [link for link in page_of(college, f"/nodes/{GAP}?lang=en").links if "relation=PRACTISES" in link]
    page = page_of(college, urljoin(f"/nodes/{GAP}", links[0]))
    fields = {has["name"]: has.get("value", "") for has in page.all("input") if has.get("name") in {"start", "end"}}
    assert fields == {"start": "", "end": GAP}


def test_ids_of_new_things_are_their_own() -> None:
    """A new id is readable, and nothing has it yet."""
    snapshot = graph_of("c1")
    assert new_id("Weld by Laser!", [], snapshot) == "new:weld-by-laser"
    assert new_id("Weld by Laser!", ["new:weld-by-laser"], snapshot) == "new:weld-by-laser-2"
    assert new_id("???", [], snapshot) == "new:node"


# Handing over


def test_files_say_what_the_page_says(college: Asker, tmp_path: Path) -> None:
    """The file is read by the command as the same document; the rows are read as links."""
    adding = ["TrainingTask new:clinic lab IP clinic", f"new:clinic PRACTISES {GAP} 0.5", f"{TASK} PRACTISES {GAP}"]
    query = address(add=adding, remove=[UNIT, f"{TASK} APPLIES poly:u.needs-interviews"]).partition("?")[2]
    lines = read_lines(adding, [UNIT])
    file = tmp_path / "what-if.json"
    file.write_text(as_file(lines), encoding="utf-8")
    read = supposing.read(file)
    assert {key[0] for key in read.draft.links} == {"new:clinic", TASK}
    assert read.draft.nodes.keys() == {"new:clinic"}
    assert read.without_nodes == {UNIT}
    assert json.loads(as_file(lines)) == document_of(lines)
    rows = tmp_path / f"{LINKS_FILE}.csv"
    rows.write_text(as_rows(lines), encoding="utf-8")
    assert {(*key, values[0]) for key, values in native.read(rows, "me").links.items()} == {
        ("new:clinic", "PRACTISES", GAP, 0.5),
        (TASK, "PRACTISES", GAP, None),
    }
    assert query.count("add=") == 3


@pytest.mark.parametrize("name", ["what-if.json", "links.csv"])
def test_files_are_given_out(college: Asker, name: str) -> None:
    """Both files come as downloads of their name, and say what is supposed."""
    page = page_of(college, address(add=TRIED))
    (link,) = (link for link in page.links if f"what-if/{name}" in link)
    answer = college.get(urljoin(HERE + "/what-if", link))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert TASK in answer.text


def test_every_kind_that_can_be_added_is_read() -> None:
    """Each kind that the form offers makes a node that an import would take."""
    for kind in KINDS.values():
        lines = read_lines([f"{kind.name} new:x A name"], ())
        sorts = str(lines[0].problem or "")
        if "the sort of a" in sorts:
            lines = read_lines([f"{kind.name} new:x {sorts.rpartition(' ')[2]} A name"], ())
        checked, whole = check_lines(graph_of("c1"), lines)
        needs_more = kind.required - {"id", "name", "kind"}
        assert (whole is None) == bool(needs_more), checked


# Marks


def pictures_of(*graphs: Snapshot) -> tuple[Picture, Picture]:
    traces = [trace_competency(snapshot, "c1") for snapshot in graphs]
    drawn = [
        picture_of(trace, find_ties(snapshot, trace), words_in("en"))
        for snapshot, trace in zip(graphs, traces, strict=True)
    ]
    return mark_difference(drawn[0], drawn[1], reweighed(traces[0], traces[1]))


def marks(picture: Picture) -> dict[str, str]:
    cards: dict[str, str] = {card.entry.key: card.entry.mark for card in picture.cards if card.entry.mark}
    return cards | {f"{line.start} {line.end}": line.mark for line in picture.lines if line.mark}


def test_differences_are_marked_in_both_pictures() -> None:
    """What goes is marked before, what comes is marked after, what is stated otherwise in both."""
    before = graph_of("k1 DEVELOPS c1 0.5", "k2 DEVELOPS c1", "t1 PRACTISES c1", "t1 APPLIES k2", "r1 REQUIRES c1")
    after = graph_of("k1 DEVELOPS c1 0.6", "t1 PRACTISES c1", "t2 PRACTISES c1", "t1 APPLIES k1", "r1 REQUIRES c1")
    first, second = pictures_of(before, after)
    assert marks(first) == {"k1": "changed", "k2": "went", "k2 t1": "went"}
    assert marks(second) == {"k1": "changed", "t2": "came", "k1 t1": "came"}


def test_what_is_the_same_has_no_mark() -> None:
    """Two pictures of one chain differ in nothing; nor does a card that says what is missing."""
    graph = graph_of("k1 DEVELOPS c1", "r1 REQUIRES c1")
    assert [marks(picture) for picture in pictures_of(graph, graph)] == [{}, {}]
    first, second = pictures_of(graph, graph_of("k1 DEVELOPS c1", "r1 REQUIRES c1", "t1 PRACTISES c1"))
    assert (marks(first), marks(second)) == ({}, {"t1": "came"})
