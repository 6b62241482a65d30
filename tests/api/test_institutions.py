"""Institutions at every face: the command line, REST, and pages in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.stores import open_store
from tests.support.commanding import CHAIN, Commands
from tests.support.conditions import eventually
from tests.support.import_pages import applied, over, upload
from tests.support.institutions import COLLEGE
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in
from tests.support.uploads import uploads

OURS = {**CHAIN, "institutions.csv": "id,name,name_zh,kind\nu:one,Poly,职院,university\n"}


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    settings = settings_in(tmp_path, is_default=True)
    store = open_store(settings.store_url)
    store.apply(COLLEGE)
    store.close()
    with serving(settings) as found:
        yield found


def institutions(asker: Asker) -> dict[str, str]:
    """Return the institution of each source."""
    return {one["name"]: one["institution_id"] for one in asker.get("/v1/sources").json()["items"]}


def test_command_says_to_whom_a_source_belongs(cli: Commands) -> None:
    """By an option, which is listed, kept, taken away, exported, and refused where it names none."""
    folder = cli.folder(OURS)
    assert cli("ingest", "native", folder, "--institution", "u:one").status == 0
    assert "u:one" in cli("sources").out
    assert cli("ingest", "native", folder).status == 0
    assert cli("sources", "--json").document["items"][0]["institution_id"] == "u:one"
    assert cli("export", "native", cli.home / "out", "--source", "Poly").status == 0
    assert "u:one" in (cli.home / "out" / "source.csv").read_text(encoding="utf-8-sig")
    refused = cli("ingest", "native", folder, "--institution", "c1")
    assert (refused.status, "a source belongs to an Institution" in refused.out) == (1, True)
    wrong = cli("ingest", "native", folder, "--institution", "a b")
    assert (wrong.status, "the institution" in wrong.out + wrong.err) == (1, True)
    assert cli("ingest", "native", folder, "--institution", "").status == 0
    assert cli("sources", "--json").document["items"][0]["institution_id"] == ""
    assert cli("undo", "Poly").status == 0
    assert cli("sources", "--json").document["items"][0]["institution_id"] == "u:one"


def test_import_over_http_says_to_whom_a_source_belongs(asker: Asker) -> None:
    """By a parameter of any format."""
    where = asker.post("/v1/ingest/native?institution=u1", files=uploads()).headers["Location"]
    assert eventually(lambda: asker.get(where).json()["status"] == "done")
    assert institutions(asker) == {"outcomes": "u1", "Poly": "u1"}


def test_import_page_asks_to_whom_a_source_belongs(asker: Asker) -> None:
    """The preview tells it; what is applied is what was previewed."""
    preview = upload(asker, institution="u1")
    assert "College belongs to the institution u1 from now on" in over(asker, preview).text("main")
    assert institutions(asker) == {"outcomes": "u1"}
    applied(asker, preview)
    assert institutions(asker) == {"outcomes": "u1", "College": "u1"}


@pytest.mark.parametrize(
    ("lang", "told", "untold"),
    [
        ("en", ("Institution", "higher vocational college", "东部", "runs the disciplines"), ("Chinese name of the",)),
        ("zh", ("院校", "高等职业院校", "职业学院", "东部", "举办专业"), ("地区（中文）",)),
    ],
)
def test_institution_has_a_page(asker: Asker, lang: str, told: tuple[str, ...], untold: tuple[str, ...]) -> None:
    """With what is stated of it, in the viewer's language as far as it is."""
    text = Page(asker.get(f"/nodes/u1?lang={lang}").text).text("main")
    for word in told:
        assert word in text, word
    for word in untold:
        assert word not in text, word


def test_discipline_says_what_it_is(asker: Asker) -> None:
    """Its standing and level are words, its outcomes and what it leads on to are links, in both languages."""
    english = Page(asker.get("/nodes/d1?lang=en").text).text("main")
    for word in ("published standard", "higher vocational", "aims at", "follows on from", "run by"):
        assert word in english, word
    chinese = Page(asker.get("/nodes/d1?lang=zh").text).text("main")
    for word in ("标准性描述", "高职专科", "说明", "培养规格", "前段专业", "举办院校"):
        assert word in chinese, word


def test_new_kind_is_found_and_traced(asker: Asker) -> None:
    """By search, and from the institution on."""
    (found,) = asker.get("/v1/search?q=职业学院&kind=Institution").json()["items"]
    assert found["id"] == "u1"
    stages = {
        one["stage"]: [node["id"] for node in one["nodes"]] for one in asker.get("/v1/nodes/u1/trace").json()["stages"]
    }
    assert stages["disciplines"] == ["d1", "d2"]


def test_teachers_of_an_institution_are_no_mentors(asker: Asker) -> None:
    """Where nobody is employed by an enterprise, the page of enterprises says so, whoever teaches."""
    text = Page(asker.get("/enterprises?lang=en").text).text("main")
    assert "No instructor is recorded to be employed by an enterprise." in text
