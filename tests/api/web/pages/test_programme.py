"""The page of a programme and its Word document: they hold the figures of the question, in both languages."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from api.web.format import as_share
from graph.messages import Language
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from queries.programme import Programme, describe_programme
from tests.support.cases import each
from tests.support.factory import says
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in

ROBOTICS, FACULTY = "poly:d.robotics", "poly:d.intelligent-manufacturing"


@pytest.fixture(scope="module")
def asker(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with serving(replace(settings_in(tmp_path_factory.mktemp("programme")), store_url=store_url)) as found:
        yield found


def _names(programme: Programme) -> list[str]:
    """Return the names that page and document must show, in their order of the question."""
    gaps = [one.gap.competency.name for one in programme.gaps]
    needing = [need.role.name for one in programme.gaps for need in one.needed_by]
    roles = [one.role.name for one in programme.roles.items]
    aims = [one.competency.name for one in programme.aims_not_taught.items]
    idle = [one.node.name for one in programme.unserving.items]
    partners = [one.enterprise.name for one in programme.partners.items]
    return [*gaps, *needing, *roles, *aims, *idle, *partners, *(one.discipline.name for one in programme.below.items)]


def _figures(programme: Programme, language: Language) -> list[str]:
    shares = [programme.share.of_demand, programme.share.of_competencies]
    shares += [one.coverage for one in programme.roles.items]
    shares += [one.share.of_demand for one in programme.below.items if one.share]
    return [as_share(share, language) for share in shares]


@each("discipline,language", [(one, language) for one in (ROBOTICS, FACULTY) for language in ("en", "zh")])
def test_page_and_document_hold_the_figures(
    asker: Asker, example: Snapshot, discipline: str, language: Language
) -> None:
    """Both shares, each role's coverage, the gravest gaps with who needs them, and every list, whole."""
    programme = describe_programme(example.in_language(language), discipline)
    page = Page(asker.get(f"/nodes/{discipline}?lang={language}").text)
    document = Document(BytesIO(asker.get(f"/nodes/{discipline}/programme.docx?lang={language}").content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    written = "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])
    for told in (page.text("main"), written):
        assert [name for name in [*_names(programme), *_figures(programme, language)] if name not in told] == []
    origin = document.sections[0].header.paragraphs[0].text
    institution = {"en": "Illustrative Polytechnic (invented)", "zh": "示例职业技术学院（虚构）"}[language]
    assert origin.startswith(institution)
    assert programme.discipline.name in origin
    assert origin in page.text("main")
    assert f"gaps?discipline=poly%3A{discipline.removeprefix('poly:')}&severity=2" in "".join(page.links)


def test_long_list_is_folded_and_paged(tmp_path: Path) -> None:
    """Of 120 courses that serve nothing each stands on one of three pages, and so does each link."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    lines = [f"d1 OFFERS co{n}" for n in range(120)]
    store.apply(says(*lines, "d1 TARGETS r1", "r1 REQUIRES c1", nodes={"d1": {"name": "A\u0000B\u000b<b>"}}))
    store.close()
    with serving(settings) as found:
        for part in ("unserving", "out.OFFERS"):
            seen: set[str] = set()
            for number in (1, 2, 3):
                page = Page(found.get(f"/nodes/d1?part={part}&page={number}&lang=en").text)
                assert page.faults == []
                opened = {link.rpartition("/")[2] for link in page.links if "/nodes/co" in link}
                assert len(opened) >= (50, 50, 20)[number - 1]
                seen |= opened
            assert len(seen) == 120, part
        assert found.get("/nodes/d1/programme.docx").status_code == 200
        assert found.get("/nodes/c1/programme.docx").status_code == 404
