"""Language negotiation (RFC 9110, section 12.5.4): which language a request is answered in."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.accept import language_for
from graph.messages import Language
from graph.messages.reader_language import read_in

LANGUAGES: tuple[Language, ...] = ("en", "zh")
"""The languages that there are; the first where nobody asks for another."""
_LANGUAGE, _ANSWERED_IN = "rolepath.language", "rolepath.answered_in"


class LanguageMiddleware:
    """ASGI middleware that settles the language of a question: `lang`, else the one that `Accept-Language` ranks first.

    Problems within are worded in it.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        scope[_LANGUAGE] = _named(scope) or language_for(_accepted(scope["headers"]), LANGUAGES)
        with read_in(scope[_LANGUAGE]):
            await self._app(scope, receive, send)


def language_of(scope: Scope) -> Language:
    """Return the language that the request asks for."""
    language: Language = scope.get(_LANGUAGE, LANGUAGES[0])
    return language


def answer_in_language(scope: Scope) -> None:
    """Let a route that takes `lang` be asked with the language that was settled, where the request names none."""
    if _LANGUAGE not in scope:  # a page, which settles its own
        return
    scope[_ANSWERED_IN] = language_of(scope)
    query = scope["query_string"]
    if scope[_ANSWERED_IN] != LANGUAGES[0] and not _values(query):
        scope["query_string"] = b"&".join(filter(None, (query, f"lang={scope[_ANSWERED_IN]}".encode())))


def content_language(scope: Scope) -> dict[str, str]:
    """Return the header that says for whom the answer is; none where it is the same in every language."""
    return {"Content-Language": scope[_ANSWERED_IN]} if _ANSWERED_IN in scope else {}


def _named(scope: Scope) -> Language | None:
    values = _values(scope["query_string"])
    return next((language for language in LANGUAGES if values[-1:] == [language]), None)


def _values(query: bytes) -> list[str]:
    if b"lang" not in query:
        return []
    return [value for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True) if name == "lang"]


def _accepted(headers: Sequence[tuple[bytes, bytes]]) -> str:
    return b", ".join(value for name, value in headers if name == b"accept-language").decode("latin-1")
