"""The first page: what it counts is of the visit's scope and leads to its list; its flows; the first visit's steps."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.web.pictures.flow import STAGES, flow_picture
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from queries.flows import find_flows
from tests.support.factory import graph_of, says
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in

ROBOTICS = "discipline=poly:d.robotics"
_COUNT = re.compile(r'<div><dt><a href="([^"]+)">[^<]*</a></dt><dd class="number">([\d,]+)</dd></div>')
_STATUS = re.compile(r'<tr><th scope="row"><a href="([^"]+)">.*?</th><td class="number">([\d,]+)</td>')
_BAND = re.compile(r'<td class="number"><a href="([^"]+)">([\d,]+)</a></td>')


@pytest.fixture(scope="module")
def asker(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with serving(replace(settings_in(tmp_path_factory.mktemp("home")), store_url=store_url)) as found:
        yield found


@pytest.mark.parametrize("scope", ["", ROBOTICS, "focus=all"])
def test_each_count_leads_to_a_list_of_that_length(asker: Asker, scope: str) -> None:
    """Kinds, statuses, and for one programme the bands of its flow: in whatever scope the visit is."""
    text = asker.get(f"/?lang=en&{scope}").text
    kinds, statuses, bands = (pattern.findall(text) for pattern in (_COUNT, _STATUS, _BAND))
    assert (len(kinds) > 8, len(statuses)) == (True, 4)
    wrong = []
    for address, count in [*kinds, *statuses, *bands[:4]]:
        page = Page(asker.get("/" + address.replace("&amp;", "&").removeprefix("./")).text)
        total = _total(page)
        if total != int(count.replace(",", "")):
            wrong.append((address, count, total))
    assert not wrong


def _total(page: Page) -> int:
    """Return how many a list, or a page of gaps, says that it holds."""
    for pattern in (r"([\d,]+) listed\.", r"([\d,]+) of [\d,]+ pass the filters", r" to \d+ of (\d+)"):
        if found := re.search(pattern, page.text("main")):
            return int(found[1].replace(",", ""))
    return page.text("tbody").count(" · broken")


def test_flows_are_drawn_listed_and_tabled(asker: Asker, example: Snapshot) -> None:
    """Each programme stands in picture, bars and table with its share of demand; the table's name says the measure."""
    for language in ("en", "zh"):
        text = asker.get(f"/?lang={language}").text
        for flow in find_flows(example.in_language(language)).programmes:
            assert text.count(f"nodes/{flow.programme.id}") >= 3, flow.programme.id
        page = Page(text)
        assert {"en": "Share of demand", "zh": "需求贯通率"}[language] in page.text("thead")
        assert {"en": "Share of competencies", "zh": "能力贯通率"}[language] in page.text("details")
    narrowed = asker.get(f"/?lang=en&{ROBOTICS}").text
    assert "nodes/poly:d.robotics" in narrowed
    assert "nodes/poly:d.mechatronics" not in narrowed
    assert 'class="flow"' not in asker.get(f"/?{ROBOTICS}&term=2").text


def test_picture_holds_many_programmes_without_overlap() -> None:
    """Bands of a programme lie below each other and apart from the next; as high in all as demand, however many."""
    lines = [f"d{n} {rest}" for n in range(40) for rest in (f"OFFERS co{n}", f"TARGETS r{n}")]
    lines += [f"co{n} COVERS k{n}" for n in range(40)] + [f"k{n} DEVELOPS c{n}" for n in range(0, 40, 2)]
    lines += [f"r{n} REQUIRES c{m}" for n in range(40) for m in range(n, 40)]
    flows = find_flows(graph_of(*lines))
    picture = flow_picture(flows)
    assert (len(picture.rows), flows.others and flows.others.programmes) == (11, 29)
    end = 0.0
    for row in picture.rows:
        for shape in row.shapes:
            assert shape.y >= end - 0.2
            end = shape.y + shape.height
        assert (end <= row.note_y, row.flow.demand > 0) == (True, True)
        end = row.note_y
    assert end < picture.height < 1000
    assert all(shape.cross in {None, *range(STAGES[0], STAGES[2])} for row in picture.rows for shape in row.shapes)


def test_first_visit_says_what_is_recorded_and_what_comes_next(tmp_path: Path) -> None:
    """Empty, half filled, whole: the next step is the first that lacks something; whole, there is no list any more."""
    settings = settings_in(tmp_path)
    steps = ("1. Courses", "2. Training tasks", "3. Roles", "4. Links")
    with serving(settings) as asker:
        text = Page(asker.get("/?lang=en").text).text("main")
        assert [text.count(step) for step in steps] == [1] * 4
        assert "1. Courses, their knowledge units, and the competencies comes next" in text
        for page, needs in (("integration", "REQUIRES"), ("allocation", "capacity"), ("feedback", "assessments")):
            told = Page(asker.get(f"/{page}?lang=en").text).text("main")
            assert "What this page needs" in told, page
            assert needs in told, page
    store = open_store(settings.store_url)
    store.apply(says("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1"))
    with serving(settings) as asker:
        text = Page(asker.get("/?lang=zh").text).text("main")
        assert "2. 实训任务 下一步" in text
        assert "import/template.xlsx" in asker.get("/").text
    store.apply(
        says("d1 OFFERS co1", "d1 TARGETS r1", "r1 REQUIRES c1", "t1 PRACTISES c1", "co1 COVERS k1", "k1 DEVELOPS c1")
    )
    store.close()
    with serving(settings) as asker:
        assert "comes next" not in asker.get("/?lang=en").text
