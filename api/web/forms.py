"""Cross-site request forgery (CSRF) protection of forms that change something.

A random token stands in a cookie that scripts cannot read and in the form; both must be the same. The browser's own
word on where a form comes from must agree. Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Double
Submit Cookie", "Fetch Metadata headers" and "Verifying origin".
"""

import hmac
import re
import secrets
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from api.web.view import View

TOKEN_COOKIE = "rolepath_form"  # noqa: S105 - the cookie's name
_TOKEN = re.compile(r"[0-9a-f]{32}")
_OWN_SITES = frozenset({"same-origin", "none"})


def with_token(view: View, template: str, status: int = 200, /, **context: object) -> HTMLResponse:
    """Return the page, in whose forms `token` stands."""
    known = view.request.cookies.get(_cookie(view), "")
    token = known if _TOKEN.fullmatch(known) else secrets.token_hex(16)
    response = view.render(template, status, token=token, **context)
    response.set_cookie(_cookie(view), token, samesite="strict", httponly=True, secure=view.is_encrypted)
    return response


def require_own_form(view: View, form: FormData) -> None:
    """Do nothing where the form is from a page of this service.

    Raises:
        HTTPException: 403, it is not.
    """
    require_own_page(view)
    known, sent = view.request.cookies.get(_cookie(view), ""), form.get("token")
    if not isinstance(sent, str) or not _TOKEN.fullmatch(known) or not is_proved(sent, known):
        raise HTTPException(403, view.words("import.form_expired"))


def require_own_page(view: View) -> None:
    """Do nothing where the browser says that a page of this service sends this, or says nothing of it.

    `Origin` may name another scheme or port than we were asked by, behind a proxy: the host tells sites apart.

    Raises:
        HTTPException: 403, another site sends it.
    """
    headers = view.request.headers
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    is_own = (
        site in _OWN_SITES if site is not None else origin is None or _host(origin) == _host("//" + headers["host"])
    )
    if not is_own:
        raise HTTPException(403, view.words("sign.foreign"))


def is_proved(sent: str, known: str) -> bool:
    """Say whether what was sent is what only our page knows; it takes as long wherever they differ."""
    return hmac.compare_digest(sent.encode(errors="replace"), known.encode())


def text_of(form: FormData, name: str, most: int) -> str:
    """Return a field's text, without the space around it; empty where it is missing, a file, or longer than `most`."""
    value = form.get(name)
    text = value.strip() if isinstance(value, str) else ""
    return text if len(text) <= most else ""


def _cookie(view: View) -> str:
    """Return the name of the cookie: by https one that no neighbouring domain can set (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{TOKEN_COOKIE}" if view.is_encrypted else TOKEN_COOKIE


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
