"""The page of a trace: why its cards count, what would close its gap, its picture as a file; and traces of others."""

import re
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from api.web.pages.trace_next_steps import closed_by, next_steps
from api.web.pictures.png import NoFontError, as_png
from api.web.scenario_lines import check_lines, read_lines
from graph.errors import NotFoundError
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from queries.gaps import find_gaps
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import EVERYTHING, Scope
from queries.trace import trace_competency
from queries.trace_node import trace_node
from queries.trace_node_walk import TRACED_KINDS
from queries.trace_reasons import MOST_LINKS, counting_for
from tests.support.college import BROKEN, COMPETENCY
from tests.support.factory import graph_of, says
from tests.support.markup import Page
from tests.support.pngs import pixels, width_of
from tests.support.serving import Asker, serving, settings_in

TASK = "poly:t.plc-sorting-line"
INK = (28, 39, 51)


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory, store_url: str) -> Iterator[Asker]:
    folder = tmp_path_factory.mktemp("trace")
    with serving(replace(settings_in(folder), store_url=store_url)) as asker:
        yield asker


def page_of(asker: Asker, path: str) -> Page:
    response = asker.get(path)
    assert response.status_code == HTTPStatus.OK, response.text
    return Page(response.text)


# Why a card counts


def test_every_card_counts_by_links_of_the_trace(example: Snapshot) -> None:
    """Of every node in every trace, each link that is told stands in the graph and begins or ends at it."""
    for c in example.of_kind("Competency").tolist():
        trace = trace_competency(example, example.ids[c], limit=1)
        weights = {
            **{unit.id: unit.weight for unit in trace.knowledge_units},
            **{task.id: task.weight for task in trace.training_tasks},
            **{duty.id: duty.weight for duty in trace.responsibilities},
            **{role.id: role.weight for role in trace.roles},
        }
        for node, weight in weights.items():
            card = counting_for(example, trace, node)
            assert card.weight == weight
            for link in card.links:
                start, end = example.require(link.start.id), example.require(link.end.id)
                assert example.has_link(start, link.relation, end)
                assert node in {link.start.id, link.end.id}
        for unit in trace.knowledge_units:
            told = counting_for(example, trace, unit.id).links
            assert (told[0].relation, told[0].end.id) == ("DEVELOPS", trace.competency.id)


def test_only_what_has_a_part_in_the_trace_is_told() -> None:
    """Links to other competencies, and to tasks of others, are none of its reasons; terms are those of the course."""
    snapshot = graph_of(
        *("k1 DEVELOPS c1 0.5", "k1 DEVELOPS c2", "co1 COVERS k1", "d1 OFFERS co1 term=3"),
        *("t1 APPLIES k1", "t2 APPLIES k1", "t1 PRACTISES c1", "t2 PRACTISES c2"),
    )
    card = counting_for(snapshot, trace_competency(snapshot, "c1"), "k1")
    told = [(link.start.id, link.relation, link.end.id, link.weight) for link in card.links]
    assert told == [("k1", "DEVELOPS", "c1", 0.5), ("co1", "COVERS", "k1", 1.0), ("t1", "APPLIES", "k1", 1.0)]
    assert card.terms == (3, 3)


def test_links_of_a_card_are_capped() -> None:
    """Of each relation the strongest are told."""
    snapshot = graph_of(
        "k1 DEVELOPS c1", *(f"t{n} APPLIES k1" for n in range(99)), *(f"t{n} PRACTISES c1" for n in range(99))
    )
    card = counting_for(snapshot, trace_competency(snapshot, "c1"), "k1")
    assert len(card.links) == 1 + MOST_LINKS


def test_what_is_in_no_trace_does_not_count() -> None:
    """A node that is in the graph, but not in the trace, is not found; nor is one of nowhere."""
    snapshot = graph_of("k1 DEVELOPS c1", "k2 DEVELOPS c2")
    trace = trace_competency(snapshot, "c1")
    for node in ("k2", "nowhere"):
        with pytest.raises(NotFoundError):
            counting_for(snapshot, trace, node)


def test_panel_says_who_states_what(tmp_path: Path) -> None:
    """Each link tells every source with its version, licence and address, the first speaker first."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    lines = ("k1 DEVELOPS c1 0.5 level=4 note=because", "t1 PRACTISES c1", "t1 APPLIES k1")
    store.apply(says(*lines, by="Second"))
    source = says("k1 DEVELOPS c1 0.25", by="First")
    stated = source.source.model_copy(
        update={"rank": 1, "version": "2026", "licence": "CC0-1.0", "url": "https://first.example/a"}
    )
    store.apply(type(source)(stated, source.nodes, source.links, source.replaces))
    store.close()
    with serving(settings) as asker:
        page = page_of(asker, "/nodes/c1?card=k1&lang=en")
        said = page.text("aside").replace(" )", ")")
        assert "weight 0.25" in said.partition("Through")[0]
        first, second = said.index("First 2026 (licence CC0-1.0)"), said.index("weight 0.5 · level 4 · Second")
        assert first < second
        assert "because" in said
        assert "https://first.example/a" in page.links
        assert asker.get("/nodes/c1?card=k9").status_code == HTTPStatus.NOT_FOUND


def test_tables_lead_to_the_reasons(college: Asker) -> None:
    """Without a script, the tables lead to the panel of every node; the panel leads on, and closes again."""
    page = page_of(college, f"/nodes/{COMPETENCY}?lang=en")
    whys = [link for link in page.links if link.endswith("#reasons")]
    trace = college.get(f"/v1/competencies/{COMPETENCY}/trace").json()
    columns = ("knowledge_units", "training_tasks", "responsibilities", "roles")
    assert {parse_qs(urlsplit(link).query)["card"][0] for link in whys} == {n["id"] for c in columns for n in trace[c]}
    opened = page_of(college, f"/nodes/{COMPETENCY}{whys[0].partition('#')[0]}")
    assert "Through these links" in opened.text("aside")
    assert page.text("aside") == ""


# What would close a gap


@pytest.mark.parametrize("scope", [EVERYTHING, Scope(discipline="poly:d.robotics")], ids=["all", "discipline"])
def test_every_proposal_can_be_tried(example: Snapshot, scope: Scope) -> None:
    """Whatever a trace proposes fits the graph as a supposition."""
    tried = 0
    for gap in find_gaps(example, scope, limit=1000).items:
        trace = trace_competency(example, gap.competency.id, scope, limit=1)
        steps = next_steps(trace, closed_by(example, trace, scope))
        assert steps or gap.status is ChainStatus.CONNECTED
        for adding in [step.adding for step in steps] + [p.adding for step in steps for p in step.proposals]:
            lines, whole = check_lines(example, read_lines(adding, ()))
            assert [line for line in lines if line.fault] == []
            tried += whole is not None
    assert tried > 40


def test_steps_are_those_of_the_gap(example: Snapshot) -> None:
    """The page proposes what the gap's own answer names, with its reasons; what is untaught is first to be taught."""
    gap = next(
        g for g in find_gaps(example, limit=1000).items if g.status is ChainStatus.UNTAUGHT and g.closed_by.courses
    )
    trace = trace_competency(example, gap.competency.id)
    closed = closed_by(example, trace, EVERYTHING)
    assert closed == gap.closed_by
    steps = next_steps(trace, closed)
    assert steps[0].key == "teach"
    assert [p.why.told("en") for p in steps[0].proposals] == [one.reason for one in gap.closed_by.courses]


def test_indirect_chain_is_tied_by_trying() -> None:
    """What is proposed against an indirect link makes the best chain a direct one."""
    lines = ["k1 DEVELOPS c1", "t1 PRACTISES c1", "j1 REQUIRES c1", "r1 HAS_RESPONSIBILITY j1"]
    snapshot = graph_of(*lines)
    trace = trace_competency(snapshot, "c1")
    (tie,) = (step for step in next_steps(trace, closed_by(snapshot, trace, EVERYTHING)) if step.key == "tie")
    assert trace_competency(graph_of(*lines, *tie.adding), "c1").link == "direct"


@pytest.mark.parametrize(
    "competency", ["poly:k.ad-placement", BROKEN, "poly:k.ip-protection", COMPETENCY], ids=lambda c: c.split(":")[1]
)
def test_reasons_are_in_the_language_of_the_page(college: Asker, competency: str) -> None:
    """In Chinese, no sentence of what is weak and of what would help is English."""
    text = page_of(college, f"/nodes/{competency}?lang=zh").text("section")
    sentences = re.findall(r"\b(?:only|it|no|which|all|required) [a-z]+ [a-z]+", text)
    assert sentences == []


# The picture as a file


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("competency", [COMPETENCY, BROKEN])
def test_painted_picture_shows_its_text(college: Asker, competency: str, language: str) -> None:
    """A PNG has the asked size, a white ground, and letters in the heading, the column heads and the cards."""
    path = f"/nodes/{competency}/trace.png?lang={language}"
    answer = college.get(path + "&scale=1")
    assert answer.headers["content-type"] == "image/png"
    shown = pixels(answer.content)
    assert shown.shape[1] == 1068
    assert tuple(shown[2, 2]) == (255, 255, 255, 255)
    for rows in (slice(10, 34), slice(50, 72), slice(84, None)):  # heading, heads of the columns, cards
        assert (shown[rows, 12:, :3] == INK).all(axis=2).sum() > 20
    assert width_of(college.get(path + "&scale=2").content) == 2 * 1068


def test_languages_are_painted_differently(college: Asker) -> None:
    """The Chinese heading is no English one, nor a row of empty boxes."""
    english, chinese = (
        pixels(college.get(f"/nodes/{COMPETENCY}/trace.png?lang={language}&scale=1").content)[10:34]
        for language in ("en", "zh")
    )
    assert (english != chinese).any()
    halves = [chinese[:, 70 + 17 * n : 87 + 17 * n] for n in range(2)]  # two letters side by side
    assert (halves[0] != halves[1]).any()


def test_machine_without_fonts_says_so(college: Asker) -> None:
    """Where nothing can be written, no picture without its words is given out."""
    drawn = college.get(f"/nodes/{COMPETENCY}/trace.svg").text
    with pytest.raises(NoFontError) as error:
        as_png(drawn, with_system_fonts=False)
    assert error.value.script == "latin"


def test_saved_picture_carries_its_styles(college: Asker) -> None:
    """The SVG needs no file beside it, and leads nowhere."""
    drawn = college.get(f"/nodes/{BROKEN}/trace.svg?lang=zh")
    page = Page(drawn.text)
    assert len(page.all("style")) == 1
    assert page.all("a") == []
    assert "url(" not in drawn.text
    assert "http" not in drawn.text.replace("http://www.w3.org/2000/svg", "")


# Traces of other kinds


@pytest.mark.parametrize("kind", sorted(TRACED_KINDS))
def test_node_tells_what_it_leads_to(college: Asker, example: Snapshot, kind: str) -> None:
    """Stage by stage, the page names what the trace of the node names, and how it is linked."""
    node = example.ids[int(example.of_kind(kind)[0])]
    traced = trace_node(example, node, limit=12)
    page = page_of(college, f"/nodes/{quote(node)}?lang=en&part=led")
    text = page.text("ol")
    for stage in traced.stages:
        assert [item.name in text for item in stage.nodes] == [True] * len(stage.nodes)
    assert text.count("linked with it") == sum(item.linked for stage in traced.stages for item in stage.nodes)


def test_node_is_traced_in_its_scope(college: Asker) -> None:
    """Narrowed to a role, a task leads to no other one."""
    whole, narrowed = (
        page_of(college, f"/nodes/{TASK}?lang=en{query}").text("ol") for query in ("", "&role=poly:r.line-leader")
    )
    assert "IoT installation engineer" in whole
    assert "IoT installation engineer" not in narrowed
    assert "Production line team leader" in narrowed
