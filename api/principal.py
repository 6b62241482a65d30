"""Principal and access scopes: who asks, what they may, and which scope each path needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, cast

if TYPE_CHECKING:  # commands, which name who runs them, need nothing of a service
    from starlette.types import Scope as Request

AccessScope = Literal["read", "ingest", "admin"]
SCOPES: tuple[AccessScope, ...] = ("read", "ingest", "admin")
"""What a key may be made for; each includes those before it."""

_PRINCIPAL = "rolepath.principal"


class Principal(NamedTuple):
    """Who asks: the holder of a key, whom an OpenID provider names, whoever is here in local mode, or anybody.

    `key_id` is the public part of the key; empty without a key. `address` is where the request came from. `session` is
    the public part of the session that a person signed in to with the key. `subject` is how the provider calls them.
    """

    name: str
    key_id: str
    scopes: frozenset[AccessScope]
    address: str = ""
    session: str = ""
    subject: str = ""

    @property
    def shown(self) -> str:
        """The name as the audit log has it."""
        if self.subject:
            return f"{self.name} ({self.subject})"
        session = f", session {self.session}" if self.session else ""
        return f"{self.name} (key {self.key_id}{session})" if self.key_id else self.name

    @property
    def is_known(self) -> bool:
        """Whether they have proved who they are."""
        return bool(self.key_id or self.subject)

    @property
    def is_here(self) -> bool:
        """Whether they are let in for being on this machine: in local mode."""
        return not self.is_known and "admin" in self.scopes


VIEW_HEADER = "Rolepath-View"
"""The header by which whoever may write asks to be answered as a reader is: `restricted`."""
NOBODY = Principal("anybody", "", frozenset())


def principal_of(request: Request) -> Principal:
    """Return who sends the request; NOBODY where it did not pass the gate."""
    return cast(Principal, request.get(_PRINCIPAL, NOBODY))


def sees_whole(request: Request) -> bool:
    """Say whether the sender is shown all that the graph holds: whoever may write it, and asks for no less."""
    asked = {value.lower() for name, value in request["headers"] if name == VIEW_HEADER.lower().encode()}
    return "ingest" in principal_of(request).scopes and b"restricted" not in asked


def name_principal(request: Request, principal: Principal) -> None:
    """Note who sends the request, for all that it passes."""
    request[_PRINCIPAL] = principal


def including(scope: AccessScope) -> frozenset[AccessScope]:
    """Return the scope with those that it includes.

    >>> sorted(including("ingest"))
    ['ingest', 'read']
    """
    return frozenset(SCOPES[: SCOPES.index(scope) + 1])


_PUBLIC = frozenset({"/docs", "/docs/problems", "/openapi.json", "/healthz", "/readyz", "/sign-in", "/sign-out"})
_PUBLIC_FILES = ("/docs/static/", "/docs/swagger/", "/assets/")
_NEEDS: tuple[tuple[str, AccessScope], ...] = (
    ("/v1/ingest", "ingest"),
    ("/v1/undo", "ingest"),
    ("/v1/edits", "ingest"),
    ("/v1/proposals/apply", "ingest"),
    ("/v1/audit", "admin"),
    ("/import", "ingest"),
    ("/edit", "ingest"),
    ("/review/apply", "ingest"),
)


_NEEDS_TO_WRITE: tuple[tuple[str, AccessScope], ...] = (
    ("/v1/follow-ups", "ingest"),
    ("/follow-ups", "ingest"),
    ("/v1/proposals/judgements", "read"),
    ("/v1/proposals", "ingest"),
    ("/proposals", "ingest"),
)
"""What changes something; the first that fits counts. Whoever may read may judge: what counts is said on applying."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def needed_scope(path: str, method: str = "GET") -> AccessScope | None:
    """Return the scope that a path needs; None where anybody may ask.

    What is not named here needs `read`: so does a path that is not there, and a new question.

    >>> [needed_scope(path) for path in ("/healthz", "/v1/gaps", "/v1/ingest/native", "/v1/ingestion", "/new")]
    [None, 'read', 'ingest', 'read', 'read']
    >>> needed_scope("/v1/follow-ups"), needed_scope("/v1/follow-ups", "PUT")
    ('read', 'ingest')
    """
    if path in _PUBLIC or path.startswith(_PUBLIC_FILES):
        return None
    for prefix, scope in (*_NEEDS, *(() if method in _READING else _NEEDS_TO_WRITE)):
        if path == prefix or path.startswith(prefix + "/"):
            return scope
    return "read"
