"""Pickers of all forms: search fields that never vanish, in order of focus and name, and pick by an exact name."""

from collections.abc import Iterator

import pytest

from api.web.picker import FIELDS, SUGGESTED
from graph.stores import open_store
from tests.support.factory import says
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in

MANY = 230
FURTHER = ("institution", "course", "employer", "host")
FORMS = {
    "/gaps": ("discipline", "role", *FURTHER),
    "/integration": ("discipline", "role", "institution"),
    "/allocation": ("discipline", "role", *FURTHER),
    "/feedback": ("discipline", "cohort"),
    "/plan?role=r1": ("discipline", "role", "institution", "course", "host"),
    "/lists/courses": ("discipline", *FURTHER),
    "/nodes/c1": ("discipline", "role", *FURTHER),
    "/coverage": ("role", "discipline", "institution", "employer", "host"),
    "/enterprises": ("discipline", "institution", "course"),
    "/compare": ("discipline", *FURTHER),
    "/compare?by=discipline": ("discipline", "second_discipline"),
    "/benchmark": ("discipline", "against", "institution"),
    "/what-if?remove=k1": ("of",),
}


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Serve many disciplines, of which the last by id alone teaches, and has the last name."""
    settings = settings_in(tmp_path_factory.mktemp("many"))
    lines = [*(f"d{n}" for n in range(MANY)), "co1 COVERS k1", "k1 DEVELOPS c1", "r1 REQUIRES c1", "e1 EMPLOYS r1"]
    names = {f"d{n}": {"name": f"Discipline {MANY - n:03}"} for n in range(MANY)}
    names["d999"] = {"name": "Zoology"}
    store = open_store(settings.store_url)
    store.apply(says(*lines, "d999 OFFERS co1", nodes={**names, "g1": {"discipline_id": "d999", "size": 30}}))
    store.close()
    with serving(settings) as found:
        yield found


def _fields(page: Page) -> set[str]:
    return {has["name"] for has in page.all("input") if "name" in has}


def test_every_form_has_its_pickers(asker: Asker) -> None:
    """However many there are: a field for the text, or what is picked, by its name, with a way to take it back."""
    for path, fields in FORMS.items():
        page = Page(asker.get(path).text)
        for field in fields:
            assert _fields(page) & {field, FIELDS[field].text_field}, (path, field)
        assert not [has for has in page.all("select") if has.get("name") in FIELDS], path
    picked = Page(asker.get("/gaps?discipline=d999").text)
    assert {"name": "discipline", "type": "hidden", "value": "d999"} in [dict(has) for has in picked.all("input")]
    assert "Zoology" in picked.text("form")


def test_names_are_offered_by_focus_then_name(asker: Asker) -> None:
    """What teaches comes first, then names ascending, whatever the ids."""
    offered = [has["value"] for has in Page(asker.get("/gaps").text).all("option") if "Disc" in has["value"]]
    values = [has["value"] for has in Page(asker.get("/gaps").text).all("option")]
    assert "Zoology" in values[: values.index(offered[0])]
    assert offered == [f"Discipline {n:03}" for n in range(1, SUGGESTED)]


def test_a_text_is_matched_without_script(asker: Asker) -> None:
    """An exact name leads to the address of its id; other texts list what matches, each a link; nothing is said so."""
    led = asker.ask("GET", "/gaps?discipline_q=zoology&severity=0")
    assert (led.status_code, led.headers["location"]) == (303, "?severity=0&discipline=d999")
    page = Page(asker.get("/lists/courses?discipline_q=Discipline+01").text)
    assert "10 match" in page.text("form")
    assert len([link for link in page.links if link.startswith("?discipline=d")]) == 10
    assert "No Discipline is called" in Page(asker.get("/gaps?discipline_q=nothing").text).text("form")
