"""People who sign in: a service with a key of each scope, asked as a browser asks."""

import re
from collections.abc import Mapping

import httpx

from tests.support.markup import Page
from tests.support.serving import Asker

AS_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SESSION = re.compile(r"rolepath_session=([0-9a-f]{8}_[A-Za-z0-9_-]{43});")


def hidden(page: Page) -> dict[str, str]:
    """Return the hidden fields of a page, by name."""
    return {has["name"]: has["value"] for has in page.all("input") if has.get("type") == "hidden"}


def open_page(asker: Asker, path: str, **headers: str) -> httpx.Response:
    """Return the answer to a browser."""
    return asker.get(path, headers={**AS_BROWSER, **headers})


def sign_in(
    asker: Asker, key: str, onward: str = "/", headers: Mapping[str, str] | None = None, at: str = ""
) -> httpx.Response:
    """Fill in the form of the page that signs in, and return what follows; `at` is another address of the service."""
    form = hidden(Page(open_page(asker, f"{at}/sign-in").text))
    sent = {**form, "key": key, "next": onward}
    return asker.post(f"{at}/sign-in", data=sent, headers={**AS_BROWSER, **(headers or {})})


def session_in(response: httpx.Response) -> str:
    """Return the session's token that an answer sets."""
    found = SESSION.search("\n".join(response.headers.get_list("set-cookie")))
    assert found is not None
    return found[1]
