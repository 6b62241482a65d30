"""What is asked: one request and how its answer is read, or a list of pages. No input or output happens here."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeGuard, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter

from rolepath.errors import InputError

Method = Literal["GET", "POST", "PUT", "DELETE"]
Query = tuple[tuple[str, str], ...]
"""Parameters of a question, as they stand in its address; a list is a parameter given several times."""
File = Path | tuple[str, bytes]
"""A file to send: one that is there, or a name and what is in it."""

M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
I_co = TypeVar("I_co", covariant=True)


class Page(Protocol[I_co]):
    """A part of a list, and where the next one begins."""

    @property
    def items(self) -> Sequence[I_co]:
        """The items, in the order of the list."""
        ...

    @property
    def next(self) -> str | None:
        """The cursor of the next page; None on the last."""
        ...


P = TypeVar("P", bound=Page[Any])
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is sent. `into` names the file that a good answer is written to, instead of being kept."""

    method: Method
    path: str
    query: Query = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    files: tuple[tuple[str, File], ...] = ()
    into: Path | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its headers by name in lower case, and its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """A wait before what follows."""

    seconds: float


Step = Request | Pause
"""What a sender has to do next."""
Flow = Generator[Step, Reply | None, R]
"""A conversation: steps out, replies in, and the result at its end. `NoReplyError` is thrown in where no reply came."""


class NoReplyError(Exception):
    """No reply came; `has_arrived` is False where the request cannot have reached the service."""

    def __init__(self, reason: str, *, has_arrived: bool, is_slow: bool = False) -> None:
        """Keep why; `is_slow` says that the time was up."""
        self.has_arrived, self.is_slow = has_arrived, is_slow
        super().__init__(reason)


class Core(Protocol):
    """What every conversation goes through: keys, retries, kept answers and problems."""

    def ask(self, call: "Call[R]") -> Flow[R]:
        """Send the request as often as is needed, and return what its answer means."""
        ...


class Askable(Protocol[R_co]):
    """Something that can be asked."""

    def flow(self, core: Core) -> Flow[R_co]:
        """Return the conversation that ends with the result."""
        ...


@dataclass(frozen=True, slots=True)
class Call(Generic[R]):
    """One request, and how its answer is read.

    `is_question` says that it takes what every question takes (`lang`, `revision`, `min_revision`); `is_safe`, that
    asking twice does no harm, whatever its method. A POST that is not has an idempotency key, one of its own or a new
    one, by which the service does it once.
    """

    method: Method
    path: str
    read: Callable[[bytes], R]
    query: Query = ()
    body: object = None
    files: tuple[tuple[str, File], ...] = ()
    into: Path | None = None
    is_question: bool = True
    is_safe: bool = True
    idempotency_key: str | None = None

    @property
    def is_keyed(self) -> bool:
        """Whether it is sent with an idempotency key."""
        return self.method == "POST" and not self.is_safe

    def flow(self, core: Core) -> Flow[R]:
        """Return the conversation: this one request."""
        return core.ask(self)


@dataclass(frozen=True, slots=True)
class Listing(Generic[P, T]):
    """A list of `T`, asked for in pages `P`."""

    first: Call[P]

    def page(self, cursor: str | None = None) -> Call[P]:
        """Return the question for the page that begins at the cursor; None begins the list."""
        if cursor is None:
            return self.first
        return replace(self.first, query=(*self.first.query, ("cursor", cursor)))


def reader_of(model: type[M]) -> Callable[[bytes], M]:
    """Return a reader of the model. What a newer service says besides is passed over, at every depth.

    Raises, when it reads:
        ValidationError: a field is missing, or not as this version knows it.
    """
    return lambda body: model.model_validate_json(body, extra="ignore")


def reader_of_either(adapter: "TypeAdapter[R]") -> Callable[[bytes], R]:
    """Return a reader of one of several models. See `reader_of`."""
    return lambda body: adapter.validate_json(body, extra="ignore")


def path_to(*parts: str) -> str:
    """Return the path of these parts, each escaped.

    Raises:
        InputError: a part is empty, `.` or `..`, by which the path would lead elsewhere (RFC 3986, section 5.2.4).

    >>> path_to("v1", "roles", "poly:r.a&b", "plan")
    '/v1/roles/poly:r.a%26b/plan'
    """
    odd = next((part for part in parts if part in {"", ".", ".."}), None)
    if odd is not None:
        raise InputError(f"{odd!r} is no id: it would lead to another path")
    return "/" + "/".join(quote(part, safe=":") for part in parts)


def query_of(asked: Mapping[str, object]) -> Query:
    """Return parameters as they stand in an address; what is None is left out.

    >>> query_of({"have": ["a", "b"], "infer": True, "term": None})
    (('have', 'a'), ('have', 'b'), ('infer', 'true'))
    """
    return tuple(
        (name, _written(value))
        for name, given in asked.items()
        if given is not None
        for value in (given if _is_list(given) else [given])
    )


def body_of(asked: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of a body; what is None is left out."""
    return {name: list(given) if _is_list(given) else given for name, given in asked.items() if given is not None}


def _is_list(given: object) -> TypeGuard[Iterable[object]]:
    return isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date) else str(value)
