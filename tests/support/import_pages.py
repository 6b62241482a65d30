"""The pages that import, used as a browser uses them."""

from http import HTTPStatus

from tests.support.conditions import eventually
from tests.support.markup import Page
from tests.support.serving import Asker

COMPETENCIES = b"id,name,kind\nk:a,Weld,skill\nk:b,Measure,skill\n"


def token(asker: Asker, path: str = "/import") -> str:
    return next(has["value"] for has in Page(asker.get(path).text).all("input") if has.get("name") == "token")


def posted(asker: Asker, path: str, **data: str) -> str:
    """Send a form, and return the way to the page that it leads to."""
    answer = asker.post(path, data={"token": token(asker), **data})
    assert answer.status_code == HTTPStatus.SEE_OTHER, Page(answer.text).text("main")
    return "/" + answer.headers["location"].lstrip("./")


def over(asker: Asker, where: str) -> Page:
    """Return the page of an import when it is over."""

    def page() -> Page | None:
        text = asker.get(f"{where}?lang=en").text
        return None if "data-events" in text else Page(text)

    ended = eventually(page)
    assert ended is not None
    return ended


def upload(
    asker: Asker, content: bytes = COMPETENCIES, name: str = "competencies.csv", query: str = "", **data: str
) -> str:
    """Send a file, and return where its preview is seen, once that is over."""
    sent = {"token": token(asker), "source": "College", **data}
    answer = asker.post(f"/import{query}", data=sent, files=[("file", (name, content))])
    assert answer.status_code == HTTPStatus.SEE_OTHER, Page(answer.text).text("main")
    where = "/" + answer.headers["location"].lstrip("./")
    over(asker, where)
    return where


def again(asker: Asker, preview: str, **data: str) -> str:
    """Preview the same files once more, and return where that is seen, once it is over."""
    where = posted(asker, f"{preview}/again", source="College", **data)
    over(asker, where)
    return where


def applied(asker: Asker, preview: str) -> Page:
    return over(asker, posted(asker, f"{preview}/apply"))
