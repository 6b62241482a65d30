"""The scope of a visit: in the address, else in a cookie; carried by links, lists, downloads and forms."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from tests.support.markup import Page
from tests.support.paths import EXAMPLE
from tests.support.serving import Asker, serving, settings_in

ROBOTICS, LOGISTICS = "poly:d.robotics", "poly:d.logistics"
KEPT = {"cookie": 'rolepath_scope="discipline=poly%3Ad.robotics"'}
NARROWED = "/", "/gaps", "/integration", "/allocation", "/compare", "/coverage", "/plan", "/feedback", "/what-if"


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
