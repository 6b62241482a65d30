"""Forms that change something: a page of another site must not be able to send them in the user's name.

A random token stands in a cookie that scripts cannot read and in the form; both must be the same. LocalNamesOnly
refuses foreign origins besides. Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Double Submit".
"""

import secrets

from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from api.security import is_loopback
from api.web.frame import View

TOKEN_COOKIE = "rolepath_form"  # noqa: S105 - the cookie's name


def with_token(view: View, template: str, status: int = 200, /, **context: object) -> HTMLResponse:
    """Return the page, in whose forms `token` stands."""
    known = view.request.cookies.get(TOKEN_COOKIE, "")
    token = known if len(known) == 32 and known.isalnum() else secrets.token_hex(16)
    response = view.render(template, status, token=token, **context)
    response.set_cookie(TOKEN_COOKIE, token, samesite="strict", httponly=True, secure=view.is_encrypted)
    return response


def require_own_form(view: View, form: FormData) -> None:
    """Do nothing where the form is from a page of this service, asked for on its own machine.

    Raises:
        HTTPException: 403, it is not.
    """
    known, sent = view.request.cookies.get(TOKEN_COOKIE, ""), form.get("token")
    if not known or not isinstance(sent, str) or not secrets.compare_digest(known.encode(), sent.encode()):
        raise HTTPException(403, view.words("import.form_expired"))


def require_local(view: View) -> None:
    """Do nothing where the service was reached on a loopback address.

    Raises:
        HTTPException: 403, others can reach it.
    """
    address, _ = view.request.scope.get("server") or ("", None)
    if not is_loopback(address):
        raise HTTPException(403, view.words("import.only_local"))
