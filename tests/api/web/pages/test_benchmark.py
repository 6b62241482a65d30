"""The page against the standard: the figures of the question, a choice of standards, and the rows as a workbook."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook

from graph.stores import open_store
from queries.benchmark import benchmark_programme
from tests.support.factory import says, snapshot_of
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in

SAID = says(
    *("d1 OFFERS co1", "d1 OFFERS co2", "co1 COVERS k1", "k1 DEVELOPS c1", "d1 AIMS_AT c1", "d1 TARGETS r1"),
    *("r1 REQUIRES c1", "r1 REQUIRES c2", "s:d2 OFFERS s:co1", "s:d2 OFFERS s:co3", "s:d2 AIMS_AT c1", "d4 OFFERS co9"),
    *("s:d2 SCHEDULES t2", "t2 PRACTISES c1", "co9 COVERS k9", "k9 DEVELOPS c2", "s:d3 OFFERS s:co1"),
    nodes={
        "d1": {"name": "Mechatronics", "name_zh": "机电一体化技术"},
        "co1": {"name": "Fluid Power", "name_zh": "液压与气动技术"},
        "co2": {"name": "电工技术"},
        "s:d2": {"name": "机电一体化技术", "standing": "standard"},
        "s:d3": {"name": "机电技术", "standing": "standard"},
        "s:co1": {"name": "液压与气动技术"},
        "s:co3": {"name": "电工技术 <b>"},
    },
)


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    settings = settings_in(tmp_path_factory.mktemp("benchmark"))
    store = open_store(settings.store_url)
    store.apply(SAID)
    store.close()
    with serving(settings) as found:
        yield found


def test_page_holds_the_figures_and_offers_standards(asker: Asker) -> None:
    """The standard of the same name is taken, others are offered; each row has its effect; the programme leads here."""
    page = Page(asker.get("/benchmark?discipline=d1&difference=all&lang=zh").text)
    told = page.text("main")
    for wanted in ("机电一体化技术", "名称相同", "机电技术 名称相近", "电工技术 <b>", "有教无练 → 贯通", "共有"):
        assert wanted in " ".join(told.split()), wanted
    assert "benchmark?discipline=d1" in asker.get("/nodes/d1").text
    assert "可能是 电工技术" in " ".join(told.split())
    entered = "/edit?node=co2&add=co2+CLOSE_TO+s%3Aco3"
    assert entered[1:].replace("&", "&amp;") in asker.get("/benchmark?discipline=d1&lang=zh").text
    assert "电工技术 <b>" in Page(asker.get(f"{entered}&lang=zh").text).text("main")
    bare = Page(asker.get("/benchmark?discipline=d4&lang=en").text).text("main")
    assert "Look for another discipline" in bare
    assert "Choose a programme" in Page(asker.get("/benchmark").text).text("main")


def test_workbook_has_every_row_that_passes(asker: Asker) -> None:
    """The rows are those of the answer, told in the viewer's language; names are no formulas and no markup."""
    answer = asker.get("/benchmark.xlsx?discipline=d1&against=s:d2&difference=all&lang=en")
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    found = benchmark_programme(snapshot_of(SAID), "d1", "s:d2", limit=100)
    assert [row[2] for row in rows[1:]] == [one.node.id for one in found.items]
    assert len(rows) == 6
    assert next(row[8] for row in rows if row[2] == "t2") == "name of c1: Theory only → Connected"
