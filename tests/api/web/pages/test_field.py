"""The pages that answer what the field asks: their figures are the queries' own, and their gaps are told."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import time_machine

from api.settings.settings import Settings
from api.web.format import as_hours, as_number, as_share
from api.web.pages.comparison import PAGE_SIZE
from api.web.pictures.charts import axis_for
from graph.messages import Language
from graph.model import Value
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from queries.allocation import AllocationFilter, allocate
from queries.allocation_lack import find_lack
from queries.allocation_shares import BALANCES, Balance
from queries.brief import write_brief
from queries.comparison import ComparedState, compare_chains
from queries.feedback import give_feedback
from queries.integration import integrate
from queries.leadership import count_leading, measure_leadership
from queries.semantics.answers import NodeName
from queries.semantics.chain_status import ChainStatus
from queries.semantics.education_kind import EDUCATIONS, Education
from queries.semantics.scope import Scope
from queries.signals import read_signals
from tests.support.factory import Nodes, says
from tests.support.markup import Page
from tests.support.serving import HERE, Asker, serving, settings_in

DISCIPLINE, ROLE, ENTERPRISE, COHORT = "poly:d.robotics", "poly:r.line-leader", "poly:e.qihang", "poly:co.nev-2023"
PAGES = ("/integration", "/allocation", "/feedback", "/enterprises", f"/enterprises/{ENTERPRISE}/brief")
WHOLE = 1_000_000

CELLS = 1e-5
"""How far the numbers in cells, of six digits, may be from the answer's."""


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory, store_url: str) -> Iterator[Asker]:
    folder = tmp_path_factory.mktemp("served")
    with serving(Settings(store_url, False, folder / "state.db", folder / "cache")) as asker:
        yield asker


def page_of(asker: Asker, path: str, language: str = "en") -> Page:
    """Return the page at a path, parsed."""
    response = asker.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert response.is_success, response.text
    return Page(response.text)


def main_of(asker: Asker, path: str, language: str = "en") -> str:
    """Return the text of a page."""
    return page_of(asker, path, language).text("main")


def sheet_of(asker: Asker, path: str) -> list[dict[str, str]]:
    """Return the rows of a spreadsheet in English, whatever language an earlier test has chosen."""
    response = asker.get(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"].startswith('attachment; filename="')
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def page_about(folder: Path, path: str, *lines: str, nodes: Nodes | None = None) -> Page:
    """Return a page about a small graph."""
    settings = settings_in(folder)
    store = open_store(settings.store_url)
    store.apply(says(*lines, nodes=nodes))
    store.close()
    with serving(settings) as asker:
        return page_of(asker, path)


def led_to(page: Page, prefix: str) -> list[str]:
    """Return the ids that the links of a page lead to, in its order."""
    return [urlsplit(link).path.removeprefix(prefix) for link in page.links if link.startswith(prefix)]


def has_in_order(text: str, *parts: str) -> bool:
    """Say whether the text holds the parts one after the other."""
    return re.search(".*?".join(map(re.escape, parts)), text) is not None


@pytest.mark.parametrize("path", PAGES)
def test_page_is_light_without_its_data(tmp_path: Path, path: str) -> None:
    """About a graph of one enterprise, a page and its files, at most three, are under 50 kB."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says("poly:e1"))
    store.close()
    with serving(settings) as asker:
        response = asker.get(path.replace(ENTERPRISE, "poly:e1"))
        page = Page(response.text)
        files = [has["href"] for has in page.all("link") if has["rel"] == "stylesheet"]
        files += [has["src"] for has in page.all("script")]
        urls = [urljoin(HERE + path.replace(ENTERPRISE, "poly:e1"), file) for file in files]
        assert len(urls) <= 3
        assert len(response.content) + sum(len(asker.get(url).content) for url in urls) < 50_000


# Integration


@pytest.mark.parametrize(
    "asked", [{}, {"discipline": DISCIPLINE}, {"role": ROLE}, {"discipline": DISCIPLINE, "role": ROLE}]
)
def test_integration_is_the_querys(college: Asker, example: Snapshot, asked: dict[str, Any]) -> None:
    """The headline, both directions, and the share of each discipline and role are those of the answer."""
    found = integrate(example, **asked, limit=8)
    text = main_of(college, "/integration?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    assert f"{as_share(found.share)} of the demand is practised in fusion tasks" in text
    for way in (found.innovation_into_discipline, found.discipline_into_innovation):
        assert f"{way.met} of {way.units} units {as_share(way.share)}" in text
    rows = [(row.discipline.name, row.share) for row in found.by_discipline]
    rows += [(row.role.name, row.share) for row in found.by_role]
    for name, share in rows:
        assert re.search(rf"{re.escape(name)}\s?\*? {re.escape(as_share(share))}", text), name
    assert has_in_order(text, *(f"{row.task.name}" for row in found.candidates))


def test_bars_are_as_long_as_the_shares(college: Asker, example: Snapshot) -> None:
    """Every bar of both tables stands for its share on the axis that they have in common."""
    found = integrate(example, limit=8)
    shares = [*(row.share for row in found.by_discipline), *(row.share for row in found.by_role)]
    axis = axis_for(shares)
    page = page_of(college, "/integration")
    widths = [has["width"] for has in page.all("rect") if has.get("class") == "part" and has["width"].endswith("%")]
    assert widths[: len(shares)] == [f"{axis.at(share)}%" for share in shares]


def test_unused_units_lead_to_traces(college: Asker, example: Snapshot) -> None:
    """An innovation unit in no fusion task leads to the competencies that it develops, in the scope of the page."""
    found = integrate(example, discipline=DISCIPLINE, limit=8)
    page = page_of(college, f"/integration?discipline={DISCIPLINE}")
    traced = {
        urlsplit(link).path.removeprefix("./nodes/")
        for link in page.links
        if parse_qs(urlsplit(link).query).get("discipline") == [DISCIPLINE]
    }
    for unit in found.unused_innovation:
        developed = example.out("DEVELOPS").row(example.require(unit.id))
        assert {example.ids[c] for c in developed[:1]} <= traced


def test_discipline_narrows_the_page(college: Asker) -> None:
    """A discipline's name leads to its own page, on which a role is still chosen."""
    page = page_of(college, f"/integration?role={ROLE}")
    links = [link for link in page.links if f"discipline={DISCIPLINE.replace(':', '%3A')}" in link and link[0] == "?"]
    assert parse_qs(urlsplit(links[0]).query)["role"] == [ROLE]


def test_parts_of_integration_as_spreadsheets(college: Asker, example: Snapshot) -> None:
    """Each part comes whole, in the order of the answer."""
    found = integrate(example, limit=WHOLE)
    rows = sheet_of(college, "/integration.csv?part=disciplines")
    assert [row["Id"] for row in rows] == [one.discipline.id for one in found.by_discipline]
    assert [float(row["Share of demand"]) for row in rows] == pytest.approx(
        [one.share for one in found.by_discipline], rel=CELLS
    )
    wanted = {
        "roles": [row.role.id for row in found.by_role],
        "fusion": [row.task.id for row in found.fusion_tasks],
        "candidates": [row.task.id for row in found.candidates],
        "units": [unit.id for unit in found.unused_innovation],
    }
    for part, ids in wanted.items():
        assert [row["Id"] for row in sheet_of(college, f"/integration.csv?part={part}")] == ids
        assert len(ids) > 8


def test_no_innovation_is_told_with_its_column(tmp_path: Path) -> None:
    """Where nothing is of innovation, and nothing is required, the page says what would record it."""
    column = "To record: sheet “knowledge_units”, column “kind”."
    rows = "To record: sheet “links”, rows with the relation"
    lines = "k1 DEVELOPS c1", "t1 PRACTISES c1", "r1"
    text = page_about(tmp_path / "bare", "/integration", *lines).text("main")
    assert "No share can be told" in text
    needed = {
        "what roles require": f"{rows} REQUIRES.",
        "which knowledge units are of innovation or entrepreneurship": column,
        "which units the tasks apply": f"{rows} APPLIES.",
        "which responsibilities the tasks prepare for": f"{rows} PREPARES_FOR.",
    }
    for what, where in needed.items():
        assert f"{what} {where}" in text
    text = page_about(tmp_path / "required", "/integration", *lines, "r2 REQUIRES c1").text("main")
    assert f"{rows} REQUIRES." not in text.partition("What this page needs")[2].partition("Get the empty template")[0]
    assert f"No knowledge unit is marked as one of innovation. {column}" in text
    assert f"prepares for a responsibility. {rows} APPLIES." in text
    assert f"Roles that require no competency: 1 {rows} REQUIRES." in text


# Allocation


def test_allocation_is_the_querys(college: Asker, example: Snapshot) -> None:
    """The headline counts the required competencies that are in proportion; kinds and totals are the answer's."""
    found = allocate(example)
    text = main_of(college, "/allocation")
    required = sum(found.teaching_counts[balance] for balance in BALANCES if balance is not Balance.UNDEMANDED)
    hours, seats = found.teaching_counts[Balance.BALANCED], found.training_counts[Balance.BALANCED]
    assert f"{as_share(hours / required)} of the required competencies get teaching hours in proportion" in text
    assert f"{as_share(seats / required)} get training seats in proportion" in text
    assert f"Hours: {hours} of {required} competencies; seats: {seats} of {required}." in text
    assert f"{as_share(found.coverage)} of the demand is both taught and practised." in text
    for kind in found.by_education:
        shares = [as_share(one) for one in (kind.demand_share, kind.teaching.share, kind.training.share)]
        assert has_in_order(text, kind.education.value, f"Competencies: {kind.competencies}", *shares)


def test_counts_lead_to_what_they_count(college: Asker, example: Snapshot) -> None:
    """Each count of a balance leads to the list of just these competencies."""
    page, found = page_of(college, "/allocation"), allocate(example)
    links = {
        (asked["resource"][0], asked["balance"][0]): link
        for link in page.links
        if "resource" in (asked := parse_qs(urlsplit(link).query))
    }
    assert len(links) == 8
    for resource, counts in (("hours", found.teaching_counts), ("seats", found.training_counts)):
        for balance, count in counts.items():
            query = urlsplit(links[resource, balance.value]).query
            assert len(sheet_of(college, f"/allocation.csv?{query}")) == count


def test_pages_of_allocation_hold_each_competency_once(college: Asker, example: Snapshot) -> None:
    """Page after page lists what the answer lists, with its shares, in its order."""
    wanted = allocate(example, limit=WHOLE, wanted=AllocationFilter(balance=Balance.OVERLAPPING)).competencies
    told: list[str] = []
    path: str | None = "/allocation?balance=overlapping"
    while path:
        response = college.get(path)
        told += re.findall(r'<th [^>]*scope="row"><a href="\./nodes/([^"?]+)', response.text)
        following = [has["href"] for has in Page(response.text).all("a") if has.get("rel") == "next"]
        path = urljoin(path, following[0]) if following else None
    assert told == [one.competency.id for one in wanted]
    assert len(told) > 15


@pytest.mark.parametrize("education", EDUCATIONS)
def test_allocation_as_a_spreadsheet(college: Asker, example: Snapshot, education: Education) -> None:
    """The spreadsheet holds every competency of a kind, with amounts, shares and balances."""
    wanted = allocate(example, limit=WHOLE, wanted=AllocationFilter(education=education)).competencies
    rows = sheet_of(college, f"/allocation.csv?education={education}")
    assert [row["Id"] for row in rows] == [one.competency.id for one in wanted]
    assert {row["Kind of education"] for row in rows} == {education.value}
    hours = [float(row["Teaching hours"]) for row in rows]
    assert hours == pytest.approx([one.teaching.amount for one in wanted], rel=CELLS)


@pytest.mark.parametrize("asked", ["", f"?discipline={DISCIPLINE}&hours=60&seats=40"])
def test_best_uses_are_ranked(college: Asker, example: Snapshot, asked: str) -> None:
    """What more hours and seats would bring stands in the order of the answer, with its gain."""
    scope, amounts = (Scope(), {}) if not asked else (Scope(discipline=DISCIPLINE), {"hours": 60.0, "seats": 40.0})
    found = allocate(example, scope, limit=8, **amounts)  # type: ignore[arg-type]
    text = main_of(college, "/allocation" + asked)
    for title, uses in (("Where more hours bring most", found.next_hours), ("Where more seats", found.next_seats)):
        parts = [part for use in uses.items if use.coverage_added for part in (
            use.competency.name, f"+ {as_share(use.coverage_added)}",
        )]  # fmt: skip
        assert has_in_order(text, title, *parts)


def test_shape_and_word_tell_the_balance(college: Asker) -> None:
    """A balance is told by a word and a shape besides its colour."""
    page = page_of(college, "/allocation")
    used = [has["href"] for has in page.all("use")]
    told = page.text("tbody")
    for balance, word in zip(BALANCES, ("Too little", "In proportion", "Too much", "No demand"), strict=True):
        assert used.count(f"#b-{balance}") == told.count(word) > 0
    assert {has["id"] for has in page.all("symbol")} == {f"b-{balance}" for balance in BALANCES}


def test_hours_that_nobody_states_are_told(tmp_path: Path) -> None:
    """Where no hours are recorded nothing is called starved, and the column is named."""
    text = page_about(tmp_path, "/allocation", "k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1").text("main")
    assert "Knowledge units without hours: 1 To record: sheet “knowledge_units”, column “hours”." in text
    assert "Training tasks without a capacity: 1 To record: sheet “training_tasks”, column “capacity”." in text


# Feedback


def test_what_is_missing_is_told_by_resource(tmp_path: Path, college: Asker, example: Snapshot) -> None:
    """Hours and seats: needed, there, missing. Where neither is recorded, that is what is said."""
    told, lack = main_of(college, "/allocation"), find_lack(example)
    for one in (lack.hours, lack.seats):
        assert has_in_order(told, as_hours(one.needed), as_hours(one.there), as_hours(one.missing))
    page = page_about(tmp_path, "/allocation", "k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1")
    assert "neither teaching hours nor training seats are recorded" in page.text("main")
    assert "not recorded what the roles require" not in page.text("main")


@pytest.mark.parametrize("asked", [{}, {"cohort": COHORT}, {"discipline": "poly:d.digital-business"}])
def test_feedback_is_the_querys(college: Asker, example: Snapshot, asked: dict[str, str]) -> None:
    """The headline, what followed, each cohort and each deficiency are those of the answer."""
    found = give_feedback(example, **asked)  # type: ignore[arg-type]
    text = main_of(college, "/feedback?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    attained = found.assessed - found.deficient
    assert f"{as_share(attained / found.assessed)} of the assessed competencies are attained" in text
    assert f"{attained} of {found.assessed} competencies reach it" in text
    for one in found.cohorts:
        told = f"{as_share(one.attainment)} in {one.assessed} competencies, {one.deficient} below"
        assert has_in_order(text, "Attainment over time", one.cohort.name, told)
        for each in one.competencies:
            assert f"{each.competency.name} {as_share(each.attainment)}" in text
            if each.deficient:
                after = [item.unit.name for item in each.units] + [item.task.name for item in each.tasks]
                assert has_in_order(text, "what to follow up", each.competency.name, one.cohort.name, *after[:1])
    if found.followed_up:
        assert f"assessed again {found.followed_up}" in text
        assert f"better than before {found.helped}" in text


def test_every_score_is_in_its_chart(college: Asker, example: Snapshot) -> None:
    """A cohort's chart marks each score once: a square below the threshold, a circle from it on."""
    found = give_feedback(example, cohort=COHORT)
    page = page_of(college, f"/feedback?cohort={COHORT}")
    scores = [day.score for each in found.cohorts[0].competencies for day in each.assessments]
    marks = [has["class"] for has in page.all("g")]
    assert sorted(marks) == sorted("mark below" if score < 0.6 else "mark" for score in scores)
    picture = next(has for has in page.all("svg") if has.get("class") == "timeline")
    assert picture["role"] == "img"
    assert found.cohorts[0].cohort.name in picture["aria-label"]


def test_feedback_as_a_spreadsheet(college: Asker, example: Snapshot) -> None:
    """The spreadsheet has a row for each day on which a cohort was assessed in a competency."""
    found = give_feedback(example, limit=WHOLE)
    days = [
        (one.cohort.name, each.competency.id, day.date, day.score)
        for one in found.cohorts
        for each in one.competencies
        for day in each.assessments
    ]
    rows = sheet_of(college, "/feedback.csv")
    assert [(row["Cohort"], row["Id"], row["Date"]) for row in rows] == [day[:3] for day in days]
    assert [float(row["Mean score"]) for row in rows] == pytest.approx([day[3] for day in days])


SMALL = {"date": "2025-01-01", "task_id": "t1", "cohort_id": "g1", "stage": "final"}
GROUPS: dict[str, dict[str, Value]] = {
    "a1": {**SMALL, "competency_id": "c1", "learners": 4, "mean_score": 0.31},
    "a2": {**SMALL, "competency_id": "c2", "learners": 5, "mean_score": 0.47},
    "g1": {"discipline_id": "d1"},
}


def test_small_groups_are_hidden(tmp_path: Path) -> None:
    """What four learners scored stands nowhere, but is counted."""
    text = page_about(tmp_path, "/feedback", "t1 PRACTISES c1", "t1 PRACTISES c2", "d1", nodes=GROUPS).text("main")
    assert "Assessments of fewer than 5 learners, left out because they would tell about persons: 1" in text
    assert "47 %" in text
    assert "31" not in text
    assert "name of c1" not in text


def test_no_assessment_is_told_with_its_column(tmp_path: Path) -> None:
    """Without assessments there is no share, and the page says how one is recorded."""
    text = page_about(tmp_path, "/feedback", "t1 PRACTISES c1").text("main")
    assert "No assessment is recorded here." in text
    assert "To record: sheet “assessments”, column “mean_score”." in text


# Enterprises


def test_enterprises_are_the_querys(college: Asker, example: Snapshot) -> None:
    """Each enterprise is there with its shares; the headline sums over all that employ somebody."""
    text = main_of(college, "/enterprises")
    leading = count_leading(example)
    assert f"{as_share(leading.hosted)} of what their positions require is practised" in text
    assert f"over the {leading.employing} enterprises with positions" in text
    for node in example.of_kind("Enterprise").tolist():
        led = measure_leadership(example, example.ids[node])
        counts = [str(len(led.roles)), as_number(sum(role.openings for role in led.roles)), str(len(led.tasks))]
        shares = [as_share(share) for share in (led.hosted, led.co_led, led.mentored, led.taught_teachers)]
        assert " ".join([example.name(node), *([_kind_of(led.kind)] if led.kind else []), *counts, *shares]) in text


def _kind_of(word: str) -> str:
    return {"campus_base": "campus training base", "public_base": "public training base"}.get(word, word)


def test_enterprises_that_employ_stand_first(college: Asker, example: Snapshot) -> None:
    """The spreadsheet lists all, those with positions first; a part of a name finds one."""
    rows = sheet_of(college, "/enterprises.csv")
    assert {row["Id"] for row in rows} == {example.ids[i] for i in example.of_kind("Enterprise").tolist()}
    has_positions = [row["Positions"] != "0" for row in rows]
    assert has_positions == sorted(has_positions, reverse=True)
    assert [row["Id"] for row in sheet_of(college, "/enterprises.csv?q=qihang")] == [ENTERPRISE]
    assert "No enterprise is called so." in main_of(college, "/enterprises?q=nobody")


def test_list_leads_to_each_brief(college: Asker) -> None:
    """Every row leads to the brief of its enterprise."""
    briefs = [link for link in page_of(college, "/enterprises").links if link.endswith("/brief")]
    assert len(briefs) == 19
    assert all(college.get(urljoin(HERE + "/enterprises", link)).is_success for link in briefs[:3])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("enterprise", [ENTERPRISE, "poly:e.yida", "poly:e.inc-campus"])
def test_brief_is_the_querys(college: Asker, example: Snapshot, enterprise: str, language: Language) -> None:
    """The shares, the gaps, what to host, and who could mentor are those of the answer, in the reader's language."""
    snapshot = example.in_language("zh") if language == "zh" else example
    brief = write_brief(snapshot, enterprise, limit=5)
    text = main_of(college, f"/enterprises/{enterprise}/brief", language)
    shares = (brief.served, brief.hosted, brief.led, brief.co_led, brief.mentored, brief.taught_teachers)
    assert has_in_order(text, *(as_share(share, language) for share in shares))
    lists: list[list[NodeName]] = [
        [one.role for one in brief.roles],
        [gap.competency for gap in brief.gaps],
        [one.task for one in brief.host_next],
        [one.competency for one in brief.new_training],
        [one.instructor for one in brief.mentors],
    ]
    for nodes in lists:
        assert has_in_order(text, *(node.name for node in nodes))
    assert ("企业简报：" if language == "zh" else "Brief for ") + brief.enterprise.name in text


def test_brief_tells_the_signals_of_its_region(college: Asker, example: Snapshot) -> None:
    """Signals are told that hold today, in the region, and call for what the positions require, and no others."""
    with time_machine.travel(datetime(2026, 10, 1, 12, tzinfo=UTC)):
        text = main_of(college, f"/enterprises/{ENTERPRISE}/brief").partition("What policy and trends call for")[2]
    led = measure_leadership(example, ENTERPRISE)
    required = {one.id for one in led.competencies} | {one.role.id for one in led.roles}
    signals = read_signals(example, region="River delta", on=date(2026, 10, 1)).signals
    wanted = {one.id: {*(each.id for each in one.competencies), *(each.id for each in one.roles)} for one in signals}
    called = [one for one in signals if required & wanted[one.id]]
    assert called
    assert has_in_order(text, *(one.name for one in called[:3]))
    assert [one.name for one in signals if one.name in text] == [one.name for one in called[:3]]


def test_enterprise_without_positions_is_told_what_to_record(college: Asker) -> None:
    """A host that employs nobody has no shares; its brief says which links would tell."""
    text = main_of(college, "/enterprises/poly:e.tianlu/brief")
    assert "No position of this enterprise with requirements is recorded." in text
    assert (
        "It is not recorded which positions it has. To record: sheet “links”, rows with the relation EMPLOYS." in text
    )


def test_brief_of_another_kind_is_not_found(college: Asker) -> None:
    """There is no brief of a role, and the page says so."""
    response = college.get(f"/enterprises/{ROLE}/brief?lang=en")
    assert response.status_code == 404
    assert len(Page(response.text).all("h1")) == 1


def test_node_of_an_enterprise_leads_to_its_brief(college: Asker) -> None:
    """From what is stated of an enterprise one click leads to its brief."""
    page = page_of(college, f"/nodes/{ENTERPRISE}")
    assert f"../enterprises/{ENTERPRISE}/brief" in page.links


@pytest.mark.parametrize("asked", ["by=term&term=2&second_term=5", "by=discipline&discipline=poly:d.robotics"])
def test_comparison_is_the_querys(college: Asker, example: Snapshot, asked: str) -> None:
    """The page counts what the query counts, its spreadsheet holds every difference, and its links keep the side."""
    path = f"compare?{asked}&second_discipline=poly:d.logistics"
    by_term = Scope(term=2), Scope(term=5)
    by_discipline = Scope(discipline=DISCIPLINE), Scope(discipline="poly:d.logistics")
    first, second = (ComparedState(example, scope) for scope in (by_term if "by=term" in asked else by_discipline))
    found = compare_chains(first, second, limit=WHOLE)
    text = main_of(college, f"/{path}")
    for side in (found.first, found.second):
        assert as_share(side.demand_shares[ChainStatus.CONNECTED]) in text
    for total in found.totals.values():
        assert str(total) in text
    rows = sheet_of(college, f"/{path.replace('compare', 'compare.csv', 1)}")
    assert [row["Id"] for row in rows] == [item.competency.id for item in found.items]
    page = college.get(f"/{path}&difference=second").text
    part = compare_chains(first, second, "second", limit=PAGE_SIZE)
    assert all(f"nodes/{item.competency.id}?" in page for item in part.items)


def test_comparison_of_revisions_tells_the_import(college: Asker) -> None:
    """Against the revision before it, all that is connected came with the import; a wrong revision is refused."""
    rows = sheet_of(college, "/compare.csv?by=revision&since=0&until=1&difference=second")
    assert len(rows) == 96
    assert college.get("/compare?by=revision&since=0&until=99").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(("language", "day"), [("en", "29 November 2026"), ("zh", "2026年11月29日")])
def test_print_begins_with_its_origin(college: Asker, language: str, day: str) -> None:
    """Institution, scope, revision and the day of printing, as the reader writes it, stand on every page for paper."""
    whose = {"en": "Illustrative Polytechnic (invented)", "zh": "示例职业技术学院（虚构）"}[language]
    with time_machine.travel(datetime(2026, 11, 29, 12, tzinfo=UTC), tick=False):
        for path, scope in (
            ("/gaps", {"en": "everything", "zh": "全部"}[language]),
            ("/allocation?discipline=poly:d.robotics", {"en": "Industrial Robotics", "zh": "工业机器人技术"}[language]),
            (f"/plan?role={ROLE}", {"en": "Role: ", "zh": "岗位："}[language]),
            (f"/enterprises/{ENTERPRISE}/brief", {"en": "Qihang", "zh": "启航"}[language]),
            ("/compare", "→"),
        ):
            (told,) = re.findall(
                r'<p class="print-head">(.*?)</p>',
                college.get(f"{path}{'&' if '?' in path else '?'}lang={language}").text,
            )
            head = re.sub(r"</?bdi>", "", told)
            revision = {"en": "Revision 1 of the graph", "zh": "图谱修订版 1"}[language]
            assert has_in_order(head, whose, scope, revision, day), path
