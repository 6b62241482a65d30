"""Measures: each page names what its figures measure, on the screen with the definition, on paper in its first line."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from graph.messages import catalogue
from tests.support.college import ROLE
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in

MEASURES = {
    "/": ("competencies", "demand"),
    "/gaps": ("counts", "amount"),
    "/coverage": ("coverage",),
    f"/coverage?role={ROLE}": ("coverage",),
    "/integration": ("fusion", "units", "role_weight"),
    "/allocation": ("proportion", "parts", "demand"),
    "/lists/competencies": ("counts", "amount"),
    "/lists/roles": ("coverage",),
    "/compare?by=term": ("counts", "demand", "amount"),
    "/compare?by=revision&since=0&until=1": ("counts", "demand", "amount"),
    "/feedback": ("attained", "attainment"),
    "/enterprises": ("hosted",),
    "/enterprises/poly:e.qihang/brief": ("demand", "hosted"),
    f"/plan?role={ROLE}": ("coverage",),
}


@pytest.fixture(scope="module")
def asker(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with serving(replace(settings_in(tmp_path_factory.mktemp("measures")), store_url=store_url)) as found:
        yield found


def test_every_figure_is_named_with_its_definition(asker: Asker) -> None:
    """A share of demand is called so, and not like one of competencies or of weights; in both languages."""
    texts, wrong = catalogue(), []
    for at, (path, measures) in enumerate(MEASURES.items()):
        language = ("en", "zh")[at % 2]
        page = Page(asker.get(f"{path}{'&' if '?' in path else '?'}lang={language}").text)
        told, head = page.text("details"), page.text("p")
        for one in measures:
            name, meaning = (" ".join(texts[f"{key}.{one}"][at % 2].split()) for key in ("measure", "measure_how"))
            wrong += [(path, one, part) for part in (name, meaning) if part not in told]
            wrong += (
                []
                if name in head.partition({"en": "figures: ", "zh": "指标："}[language])[2]
                else [(path, one, "paper")]
            )
    assert wrong == []
    assert {key.partition(".")[2] for key in texts if key.startswith("measure_how.")} == set().union(*MEASURES.values())


def test_two_shares_of_one_programme_differ_and_say_so(asker: Asker) -> None:
    """59.3 % of robotics' competencies and 67.8 % of its demand are connected: each is called by its measure."""
    text = Page(asker.get("/?discipline=poly:d.robotics&lang=en").text).text("main")
    assert "59.3 % of the required competencies are connected" in text
    assert "By demand, 67.8 % is connected" in text
