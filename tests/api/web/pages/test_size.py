"""Pages beside frameworks: light, paged without loss, and downloads that begin before they are worked out."""

from collections.abc import Iterator
from pathlib import Path

from api.web.csv import lines_of
from graph.stores import open_store
from tests.support.factory import says
from tests.support.markup import Page
from tests.support.serving import serving, settings_in

PROGRAMMES, OTHERS = 30, 300
_LINES = [
    line
    for n in range(1, PROGRAMMES + 1)
    for line in (
        *(f"d{n} OFFERS co{n}", f"co{n} COVERS k{n}", f"k{n} DEVELOPS c{n}", f"t{n} APPLIES k{n}"),
        *(f"t{n} PRACTISES c{n}", f"r{n} REQUIRES c{n}", f"d{n} TARGETS r{n}"),
    )
] + [f"d{n} TARGETS r{n}" for n in range(1001, 1001 + OTHERS)]


def test_large_pages_are_light_and_lose_nothing(tmp_path: Path) -> None:
    """Beside disciplines that teach nothing, pages are under 300 kB, and one after the other they hold every row."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says(*_LINES, nodes={f"k{n}": {"kind": "disciplinary"} for n in range(1, PROGRAMMES + 1)}))
    store.close()
    with serving(settings) as asker:
        # those that somebody covers come first: they fill one page of rows and two of columns
        seen: set[str] = set()
        for across in (1, 2):
            for page in (1, 2):
                answer = asker.get(f"/coverage?lang=en&page={page}&across={across}")
                assert len(answer.content) < 300_000
                cells = [has["href"] for has in Page(answer.text).all("a") if "discipline=" in has["href"]]
                seen |= {cell for cell in cells if "/nodes/r" in cell and "lang" not in cell}
        assert {f"./nodes/r{n}?discipline=d{n}" for n in range(1, PROGRAMMES + 1)} <= seen
        listed: set[str] = set()
        for page in (1, 2):
            answer = asker.get(f"/integration?lang=en&page={page}")
            assert len(answer.content) < 300_000
            links = Page(answer.text).links
            listed |= {link.removeprefix("./nodes/") for link in links if link.startswith("./nodes/d")}
        assert listed == {f"d{n}" for n in range(1, PROGRAMMES + 1)}
        assert len(asker.get("/integration.csv?lang=en").text.splitlines()) == 1 + PROGRAMMES + OTHERS


def test_download_begins_before_its_rows() -> None:
    """The head of a spreadsheet is handed over before the first row is asked for, then a few dozen rows at a time."""
    asked: list[int] = []

    def rows() -> Iterator[list[str]]:
        for n in range(120):
            asked.append(n)
            yield [str(n)]

    pieces = lines_of(["head"], rows())
    assert next(pieces) == "\ufeffhead\r\n"
    assert asked == []
    next(pieces)
    assert 0 < len(asked) < 120
    assert len("".join(pieces).splitlines()) + 50 == 120
