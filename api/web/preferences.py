"""Preferences of a visitor: the language and the colours of pages, by the address, else a cookie, else the browser."""

from typing import Literal

from fastapi import Request, Response

from api.http.accept import language_for
from api.http.language_negotiation import LANGUAGES
from graph.messages import Language

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
LANGUAGE_COOKIE, THEME_COOKIE = "rolepath_lang", "rolepath_theme"
_REMEMBERED_S = 365 * 24 * 3600


def language_of(request: Request) -> Language:
    """Return the language in which the page is written."""
    wishes = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
    wanted = next((language for wish in wishes for language in LANGUAGES if language == wish), None)
    return wanted or language_for(", ".join(request.headers.getlist("accept-language")), LANGUAGES)


def theme_of(request: Request) -> Theme:
    """Return the colours of the page; `auto` are those of the device."""
    asked = request.query_params.get("theme") or request.cookies.get(THEME_COOKIE)
    return next((theme for theme in THEMES if theme == asked), "auto")


def remember(request: Request, response: Response, *, is_encrypted: bool) -> None:
    """Keep what the address asks for in a cookie, for a year."""
    told = ((LANGUAGE_COOKIE, "lang", language_of(request)), (THEME_COOKIE, "theme", theme_of(request)))
    for cookie, name, value in told:
        if request.query_params.get(name) == value:
            response.set_cookie(cookie, value, _REMEMBERED_S, samesite="lax", httponly=True, secure=is_encrypted)
