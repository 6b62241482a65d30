"""The page that imports: nothing changes before it is looked at, and no other site can send its forms."""

from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from api.web.uploads import MOST_UPLOAD_BYTES
from tests.markup import Page
from tests.serving import Asker, serving, settings_in

COMPETENCIES = b"id,name,kind\nk:a,Weld,skill\nk:b,Measure,skill\n"
WRONG = b"id,name,kind\nk:a,Weld,skill\nk:b,,talent\n"


@pytest.fixture
def asker(tmp_path: Path):  # type: ignore[no-untyped-def] # noqa: ANN201
    with serving(settings_in(tmp_path)) as found:
        yield found


def token(asker: Asker, path: str = "/import") -> str:
    return hidden(Page(asker.get(path).text))["token"]


def hidden(page: Page) -> dict[str, str]:
    """Return the hidden fields of a page's last form."""
    return {has["name"]: has["value"] for has in page.all("input") if has.get("type") == "hidden"}


def upload(asker: Asker, content: bytes, name: str = "competencies.csv", **data: str) -> Page:
    return Page(
        asker.post(
            "/import?lang=en",
            data={"token": token(asker), "source": "College", **data},
            files=[("file", (name, content))],
        ).text
    )


def names(asker: Asker) -> list[str]:
    return [item["name"] for item in asker.get("/v1/competencies").json()["items"]]


def test_preview_changes_nothing(asker: Asker) -> None:
    """A preview tells what would come, and nothing has come."""
    page = upload(asker, COMPETENCIES)
    assert "Added 2 0" in page.text("table")
    assert names(asker) == []


def test_applied_preview_is_imported(asker: Asker) -> None:
    """What was previewed is applied as it was, and answered from at once."""
    done = asker.post("/import/apply?lang=en", data=hidden(upload(asker, COMPETENCIES)))
    assert "It is imported, as revision 1." in Page(done.text).text()
    assert names(asker) == ["Weld", "Measure"]
    assert "College" in Page(asker.get("/").text).text()


def test_filled_in_template_is_imported(asker: Asker) -> None:
    """The workbook that the page offers can be filled in and brought back."""
    book = openpyxl.load_workbook(BytesIO(asker.get("/import/template.xlsx").content))
    book["source"].append(["College", "2026"])
    book["competencies"].append(["k:a", "Weld", "skill"])
    filled = BytesIO()
    book.save(filled)
    book.close()
    header = [cell.value for cell in openpyxl.load_workbook(BytesIO(filled.getvalue()))["competencies"][1]]
    assert header[:3] == ["id", "name", "kind"]
    asker.post("/import/apply", data=hidden(upload(asker, filled.getvalue(), "mine.xlsx")))
    assert names(asker) == ["Weld"]


def test_problems_point_at_their_cells(asker: Asker) -> None:
    """Every problem of a file stands in a table with its row and column; there is nothing to apply."""
    page = upload(asker, WRONG)
    text = page.text("table")
    assert "competencies.csv" in text
    assert "3 kind talent" in text
    assert "3 name" in text
    assert not [has for has in page.all("form") if has.get("action", "").endswith("apply")]


def test_links_to_what_is_missing_can_be_allowed(asker: Asker) -> None:
    """A refused preview can be looked at again with links kept that lead to nothing yet."""
    links = b"from_id,relation,to_id\nk:u,DEVELOPS,k:a\n"
    refused = upload(asker, links, "links.csv")
    again = asker.post("/import/again?lang=en", data={**hidden(refused), "dangling": "1"})
    assert again.status_code == HTTPStatus.OK
    done = asker.post("/import/apply?lang=en", data=hidden(Page(again.text)))
    assert "as revision 1" in Page(done.text).text()


def test_removal_of_much_must_be_allowed(asker: Asker) -> None:
    """A file that would take away most of its source is refused until that is ticked."""
    asker.post("/import/apply", data=hidden(upload(asker, COMPETENCIES)))
    page = upload(asker, COMPETENCIES[: COMPETENCIES.index(b"k:b")])
    assert "allow removals" in page.text("table")
    again = Page(asker.post("/import/again?lang=en", data={**hidden(page), "removals": "1"}).text)
    asker.post("/import/apply", data=hidden(again))
    assert names(asker) == ["Weld"]


def test_graph_that_moved_is_looked_at_again(asker: Asker) -> None:
    """What was previewed on another revision is not applied, but previewed anew."""
    first, second = upload(asker, COMPETENCIES), upload(asker, COMPETENCIES, source="Other")
    asker.post("/import/apply", data=hidden(second))
    answer = Page(asker.post("/import/apply?lang=en", data=hidden(first)).text)
    assert "The graph has changed since the preview" in answer.text()
    assert hidden(answer)["base"] == "1"


def test_file_is_kept_no_longer_than_needed(asker: Asker, tmp_path: Path) -> None:
    """Once applied, the file is gone, and applying again says so."""
    fields = hidden(upload(asker, COMPETENCIES))
    asker.post("/import/apply", data=fields)
    assert list((tmp_path / "uploads").iterdir()) == []
    again = asker.post("/import/apply?lang=en", data=fields)
    assert again.status_code == HTTPStatus.GONE
    assert "choose it again" in Page(again.text).text()


@pytest.mark.parametrize("name", ["../../../graph", "x" * 32, "", "0" * 31])
def test_upload_is_found_by_its_own_name_only(asker: Asker, name: str) -> None:
    """No path leads out of the folder of kept files."""
    answer = asker.post("/import/apply", data={"token": token(asker), "upload": name, "base": "0"})
    assert answer.status_code == HTTPStatus.GONE


def test_example_is_imported_in_one_step(asker: Asker) -> None:
    """The bundled example is there after one form."""
    asker.post("/import/example", data={"token": token(asker, "/")})
    assert "of the required competencies are connected" in Page(asker.get("/?lang=en").text).text()


@pytest.mark.parametrize("path", ["/import", "/import/again", "/import/apply", "/import/example"])
def test_form_without_its_token_is_refused(asker: Asker, path: str) -> None:
    """A form that did not come from a page of this service changes nothing."""
    token(asker)
    for sent in ({}, {"token": ""}, {"token": "0" * 32}):
        assert asker.post(path, data={"x": "y", **sent}).status_code == HTTPStatus.FORBIDDEN
    assert asker.get("/v1/runs").json()["items"] == []


def test_page_of_another_site_is_refused(asker: Asker) -> None:
    """Not even with the token may another site send the form."""
    fields = {"token": token(asker)}
    answer = asker.post("/import/example", data=fields, headers={"Origin": "https://evil.example"})
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_others_cannot_import(asker: Asker) -> None:
    """Reached on an address of the network, where a key is needed, the page imports nothing."""
    answer = asker.post("http://10.0.0.7/import/example", data={"token": token(asker)})
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_too_large_an_upload_is_refused(asker: Asker) -> None:
    """What is larger than the limit is not read."""
    answer = asker.post("/import", content=b" " * (MOST_UPLOAD_BYTES + 200_000))
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize("name", ["virus.exe", "competencies.csv.html", "x"])
def test_other_files_are_refused(asker: Asker, name: str) -> None:
    """What is no file of the format is named, and not kept."""
    assert f"{name} is no .xlsx, .csv or .json file." in upload(asker, COMPETENCIES, name).text()


def test_no_file_is_said(asker: Asker) -> None:
    """A form without a file says so."""
    answer = asker.post("/import?lang=en", data={"token": token(asker)})
    assert "No file was chosen." in Page(answer.text).text()
