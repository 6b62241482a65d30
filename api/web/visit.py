"""Scope of a visit (session preference): what its pages are narrowed to, from their address, else from a cookie."""

from collections.abc import Mapping
from typing import get_args
from urllib.parse import parse_qsl, urlencode

from fastapi import Request

from api.web.parameters import ScopeForm
from queries.semantics.scope import FocusWish

COOKIE = "rolepath_scope"
KEEP = "keep"
"""The parameter that keeps what the address is narrowed to for the whole visit."""
NAMES = tuple(name for name in ("focus", "institution", "discipline") if name in ScopeForm.model_fields)
"""The parameters that narrow a visit."""
_NARROWING = frozenset({*NAMES, "course", "cohort"})
"""What an address says that the cookie adds nothing to: a course or cohort is of a discipline of its own."""
_MOST_CHARACTERS = 3000
_REMEMBERED_S = 365 * 24 * 3600


def is_narrowing(names: Mapping[str, object]) -> bool:
    """Say whether an address of these parameters says itself what its page is about, if only that it is the default."""
    return not _NARROWING.isdisjoint(names)


def narrowed(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return what narrows a visit: without what is empty, unknown or the default."""
    found: dict[str, str] = {name: parameters[name] for name in NAMES if parameters.get(name)}
    if found.get("focus", "auto") == "auto" or found["focus"] not in get_args(FocusWish):
        found.pop("focus", None)
    return found


def kept_scope(request: Request) -> dict[str, str]:
    """Return what the cookie narrows the visit to."""
    return narrowed(dict(parse_qsl(request.cookies.get(COOKIE, "")[:_MOST_CHARACTERS])))


def fill_in(request: Request, known: set[str]) -> bool:
    """Add to the address of a page what the cookie says, where the address says nothing; say whether that was done."""
    query = request.scope["query_string"].decode("latin-1")
    if request.method != "GET" or is_narrowing(dict(parse_qsl(query, keep_blank_values=True))):
        return False
    more = urlencode({name: value for name, value in kept_scope(request).items() if name in known})
    if not more:
        return False
    request.scope["query_string"] = "&".join(filter(None, (query, more))).encode("latin-1")
    return True


def cookie_of(parameters: Mapping[str, str]) -> tuple[str, int]:
    """Return the cookie's value and how many seconds it lasts; 0 takes it away, where the default is kept."""
    value = urlencode(narrowed(parameters))
    return (value, _REMEMBERED_S) if value and len(value) <= _MOST_CHARACTERS else ("", 0)
