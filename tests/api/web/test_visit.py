"""The scope of a visit: in the address, else in a cookie; carried by links, lists, downloads and forms."""

import csv
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from tests.support.conditions import eventually
from tests.support.factory import says
from tests.support.markup import Page
from tests.support.paths import EXAMPLE
from tests.support.serving import Asker, serving, settings_in

ROBOTICS, LOGISTICS = "poly:d.robotics", "poly:d.logistics"
TARGETED = ROBOTICS, "TARGETS"
KEPT = {"cookie": 'rolepath_scope="discipline=poly%3Ad.robotics"'}
NARROWED = (
    *("/", "/gaps", "/integration", "/allocation", "/compare", "/coverage", "/plan", "/feedback", "/what-if"),
    *("/enterprises", "/lists/courses", "/lists/roles"),
)


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    folder: Path = tmp_path_factory.mktemp("visit")
    store = open_store(settings_in(folder).store_url)
    ingest(lambda: native.read(EXAMPLE), store)
    store.close()
    with serving(settings_in(folder)) as asker:
        yield asker


def links(asker: Asker, address: str, **headers: str) -> list[str]:
    """Return where the links of a page lead to."""
    answer = asker.get(address, headers=headers)
    assert answer.status_code == 200, address
    return [one["href"] for one in Page(answer.text).all("a") if "href" in one]


def current(asker: Asker, address: str, **headers: str) -> str:
    """Return the address of the scope that the header marks as the current one."""
    text = asker.get(address, headers=headers).text.partition('<nav class="visit"')[2].partition("</nav>")[0]
    return next(one for one in text.split("<a ") if "aria-current" in one)


def test_every_page_is_of_the_kept_discipline_and_says_so(college: Asker) -> None:
    """The cookie fills in what the address leaves open; links, downloads and forms carry it."""
    for page in NARROWED:
        assert "Industrial Robotics" in current(college, page, **KEPT), page
        carried = [
            one for one in links(college, page, **KEPT) if urlsplit(one).path.endswith(("/gaps", "/integration"))
        ]
        assert carried
        assert all("discipline=poly%3Ad.robotics" in one for one in carried), page
    asked = college.get("/gaps.csv?discipline=" + ROBOTICS).text
    assert college.get("/gaps.csv", headers=KEPT).text == asked != college.get("/gaps.csv").text


def test_the_address_wins_over_the_cookie(college: Asker) -> None:
    """Another discipline, or none, is what the page is about; its links then say so, since the cookie would not."""
    assert "Logistics" in current(college, f"/gaps?discipline={LOGISTICS}", **KEPT)
    for open_again in ("/gaps?focus=auto", "/gaps?discipline=&severity=2"):
        assert "Our college" in current(college, open_again, **KEPT), open_again
        home = [one for one in links(college, open_again, **KEPT) if urlsplit(one).path.endswith("/coverage")]
        assert home
        assert all(parse_qs(urlsplit(one).query) == {"focus": ["auto"]} for one in home), open_again
    assert "Everything" in current(college, "/gaps?focus=all")
    assert any(one.endswith("coverage?focus=all") for one in links(college, "/gaps?focus=all"))


def test_a_link_of_the_header_keeps_the_scope(college: Asker) -> None:
    """`keep` sets the cookie, as `lang` does; the default takes it away. Pages then turn without `keep`."""
    kept = college.get(f"/gaps?discipline={ROBOTICS}&keep=1")
    assert kept.headers["set-cookie"].startswith('rolepath_scope="discipline=poly%3Ad.robotics"')
    later = [one for one in links(college, "/gaps?keep=1&focus=all") if "page=2" in one]
    assert later
    assert all("focus=all" in one and "keep" not in one for one in later)
    assert "Max-Age=0" in college.get("/gaps?focus=auto&keep=1").headers["set-cookie"]


def test_a_kept_discipline_that_is_gone_is_passed_over(college: Asker) -> None:
    """Pages answer as if nothing were kept; an address that names it is told that it is not there."""
    gone = {"cookie": 'rolepath_scope="discipline=poly%3Agone"'}
    for page in ("/", "/gaps", "/feedback", "/gaps.csv"):
        answer = college.get(page, headers=gone)
        if answer.status_code == 303:
            assert (answer.headers["location"], "Max-Age=0" in answer.headers["set-cookie"]) == ("?focus=auto", True)
            answer = college.get(page + answer.headers["location"], headers=gone)
        assert answer.status_code == 200, page
    assert college.get("/gaps?discipline=poly:gone").status_code == 404


def test_a_discipline_is_chosen_by_a_text(college: Asker) -> None:
    """The page lists what the text finds, and leads back to the page that it came from, narrowed; nowhere else."""
    found = links(college, "/scope?q=robot&next=/gaps%3Fstatus%3Duntaught%26focus%3Dall")
    assert "./gaps?status=untaught&discipline=poly%3Ad.robotics&keep=1" in found
    assert not any("evil" in one for one in links(college, "/scope?next=//evil.example") if "discipline" in one)


def test_what_teaches_is_offered_first(tmp_path: Path) -> None:
    """Before disciplines of a catalogue that nobody teaches, whatever their names; so in what a text finds."""
    names = {"d1": "Robotics", "d2": "Accounting", "d3": "Applied robotics"}
    store = open_store(settings_in(tmp_path).store_url)
    store.apply(says("d1 OFFERS co1", "d1 TARGETS r1", nodes={one: {"name": name} for one, name in names.items()}))
    store.close()
    with serving(settings_in(tmp_path)) as asker:
        for address, wanted in (("/scope", ["d1", "d2", "d3"]), ("/scope?q=robotics", ["d1", "d3"])):
            offered = [parse_qs(urlsplit(one).query).get("discipline") for one in links(asker, address)]
            assert [one[0] for one in offered if one] == wanted


def test_lists_and_matrix_are_of_the_kept_discipline(college: Asker) -> None:
    """Links to lists carry it; lists, the matrix and the enterprises hold only what concerns it, tables as well."""
    listed = [one for one in links(college, "/lists/courses", **KEPT) if "/lists/" in one and "?" in one]
    assert listed
    assert all("discipline=poly%3Ad.robotics" in one for one in listed)
    for path in ("/lists/courses.csv", "/enterprises.csv"):
        every, own = (college.get(path, headers=headers).text.splitlines() for headers in ({}, KEPT))
        assert 1 < len(own) < len(every), path
        assert set(own) < set(every), path
    with (EXAMPLE / "links.csv").open(encoding="utf-8-sig", newline="") as file:
        roles = {row["to_id"] for row in csv.DictReader(file) if (row["from_id"], row["relation"]) == TARGETED}
    assert len(roles) > 1
    for by in ("discipline", "course"):
        cells = [one for one in links(college, f"/coverage?by={by}", **KEPT) if f"&{by}=" in one or f"?{by}=" in one]
        shown = {parse_qs(urlsplit(one).query)[by][0] for one in cells if "/nodes/" in one}
        of = {urlsplit(one).path.rpartition("/")[2] for one in cells if "/nodes/" in one}
        assert of <= roles, by
        assert shown == {ROBOTICS} if by == "discipline" else len(shown) > 3, by


def test_pages_say_that_no_discipline_targets_a_role(tmp_path: Path) -> None:
    """Every page with a scope names the row that states it, with ids of the graph; none does once one is stated."""
    store = open_store(settings_in(tmp_path).store_url)
    store.apply(says("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "r1 REQUIRES c1", "d2"))
    pages = [one for one in NARROWED if one != "/what-if"]
    with serving(settings_in(tmp_path)) as asker:
        for page in (*pages, "/what-if", "/scope", "/nodes/c1", "/nodes/d1"):
            told = asker.get(page + "?lang=en").text
            assert "No discipline targets a role yet" in told, page
            assert "d1, TARGETS, r1" in told, page
        for page in ("/gaps", "/coverage", "/lists/roles"):
            assert "d1, TARGETS, the id of the role" in asker.get(page + "?lang=en&discipline=d1").text, page
        assert "d1、TARGETS、r1" in asker.get("/scope?lang=zh").text
        store.apply(says("d1 TARGETS r1", by="later"))
        eventually(lambda: "No discipline targets" not in asker.get("/gaps?lang=en").text)
    store.close()


def test_an_enterprise_and_its_brief_are_of_the_institution(tmp_path: Path) -> None:
    """What another school says of its positions counts on neither page, whether address or cookie names the own one."""
    own = ("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "d1 SCHEDULES t1", "t1 PRACTISES c1", "e1 HOSTS t1")
    store = open_store(settings_in(tmp_path).store_url)
    store.apply(says("u1 RUNS d1", "u2", *own, "e1 EMPLOYS r1", "r1 REQUIRES c1", by="own"))
    store.apply(says("r1 REQUIRES c2", "e1 EMPLOYS r2", by="other", institution="u2", nodes={"r1": {}, "e1": {}}))
    store.close()
    with serving(settings_in(tmp_path)) as asker:
        for page in ("/nodes/e1", "/enterprises/e1/brief"):
            everywhere, narrowed = asker.get(page).text, asker.get(f"{page}?institution=u1").text
            assert "<strong>50 %</strong>" in everywhere, page
            assert "<strong>100 %</strong>" in narrowed, page
            kept = asker.get(page, headers={"cookie": 'rolepath_scope="institution=u1"'}).text
            assert "<strong>100 %</strong>" in kept, page
        page = asker.get("/nodes/e1?institution=u1").text
        assert "/enterprises/e1/brief?institution=u1" in page
        assert '<h2 id="roles">Its positions <small>1</small>' in page
