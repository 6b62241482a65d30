"""The two clients: what is sent and what is waited for, transport.py does; all else is in exchange.py."""

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from rolepath.client.cache import AnswerCache
from rolepath.client.calls import Askable, Listing, NoReplyError, Page, Reply
from rolepath.client.exchange import Exchange, Retries
from rolepath.client.methods import AsyncPages, Pages, Questions
from rolepath.errors import InputError

if TYPE_CHECKING:
    import httpx

    from rolepath.client.transport import AsyncTransport, Transport

P = TypeVar("P", bound=Page[Any])
R = TypeVar("R")
T = TypeVar("T")

DEFAULT_RETRIES = Retries()
Language = Literal["en", "zh"]
_MISSING = "rolepath needs httpx, which is not installed; install it with: pip install 'rolepath[client]'"


class _Client(Questions):
    """What both clients are made from."""

    def __init__(
        self,
        url: str,
        key: str | None,
        *,
        lang: Language | None,
        revision: int | None,
        min_revision: int | None,
        retries: Retries,
        kept_answers: int,
        restricted: bool,
    ) -> None:
        if find_spec("httpx") is None:
            raise ModuleNotFoundError(_MISSING, name="httpx")
        self.url = url.rstrip("/")
        self._headers = _headers(key) | ({"Rolepath-View": "restricted"} if restricted else {})
        asked = {"lang": lang, "revision": revision, "min_revision": min_revision}
        self._exchange = Exchange(self.url, retries=retries, cache=AnswerCache(kept_answers), asked=asked)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"  # the key is nobody's to read


class Rolepath(_Client):
    """Asks a service; use it as a context manager, or close it. Threads may share it.

    `key` is a key from `rolepath key create`. `timeout_s` is for each request. `lang`, `revision` (answers of
    this one, whatever came after it) and `min_revision` are what every question is asked with that does not say
    otherwise. `kept_answers`: so many are kept, and asked for by their ETag.
    `restricted` asks as a reader does, whatever the key: without assessments of small groups.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        key: str | None = None,
        *,
        timeout_s: float = 30.0,
        lang: Language | None = None,
        revision: int | None = None,
        min_revision: int | None = None,
        retries: Retries = DEFAULT_RETRIES,
        kept_answers: int = 0,
        restricted: bool = False,
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        """Open nothing yet.

        Raises:
            InputError: the key cannot be one.
            ModuleNotFoundError: httpx is not installed.
        """
        super().__init__(
            url,
            key,
            lang=lang,
            revision=revision,
            min_revision=min_revision,
            retries=retries,
            kept_answers=kept_answers,
            restricted=restricted,
        )
        self._timeout_s, self._given = timeout_s, transport
        self._lock, self._is_closed = Lock(), False
        self._opened: Transport | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._is_closed = True
        if self._opened is not None or self._given is not None:
            self._transport.close()

    @property
    def _transport(self) -> "Transport":
        """What sends the requests, made for the first one."""
        with self._lock:
            if self._opened is None:
                from rolepath.client.transport import Transport  # noqa: PLC0415 - httpx is loaded for the first request

                self._opened = Transport(self.url, self._headers, self._timeout_s, self._given)
                if self._is_closed:
                    self._opened.close()
            return self._opened

    def ask(self, asking: Askable[R]) -> R:
        """Return the answer to whatever can be asked: the methods do so by name."""
        flow = asking.flow(self._exchange)
        reply: Reply | NoReplyError | None = None
        try:
            while True:
                step = flow.throw(reply) if isinstance(reply, NoReplyError) else flow.send(reply)
                reply = self._transport.do(step)
        except StopIteration as end:
            found: R = end.value
            return found

    def listed(self, listing: Listing[P, T]) -> Pages[P, T]:
        """Return a list, to iterate over or to take page by page."""
        return Pages(self, listing)


class AsyncRolepath(_Client):
    """As Rolepath, where every answer is awaited, and lists are gone through by `async for`."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        key: str | None = None,
        *,
        timeout_s: float = 30.0,
        lang: Language | None = None,
        revision: int | None = None,
        min_revision: int | None = None,
        retries: Retries = DEFAULT_RETRIES,
        kept_answers: int = 0,
        restricted: bool = False,
        transport: "httpx.AsyncBaseTransport | None" = None,
    ) -> None:
        """Open nothing yet.

        Raises:
            InputError: the key cannot be one.
            ModuleNotFoundError: httpx is not installed.
        """
        super().__init__(
            url,
            key,
            lang=lang,
            revision=revision,
            min_revision=min_revision,
            retries=retries,
            kept_answers=kept_answers,
            restricted=restricted,
        )
        self._timeout_s, self._given = timeout_s, transport
        self._is_closed = False
        self._opened: AsyncTransport | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the connections."""
        self._is_closed = True
        if self._opened is not None or self._given is not None:
            await (await self._transport()).aclose()

    async def _transport(self) -> "AsyncTransport":
        """Return what sends the requests, made for the first one."""
        if self._opened is None:
            from rolepath.client.transport import AsyncTransport  # noqa: PLC0415 - httpx is loaded for the first request

            self._opened = AsyncTransport(self.url, self._headers, self._timeout_s, self._given)
            if self._is_closed:
                await self._opened.aclose()
        return self._opened

    async def ask(self, asking: Askable[R]) -> R:
        """Return the answer to whatever can be asked: the methods do so by name."""
        flow = asking.flow(self._exchange)
        reply: Reply | NoReplyError | None = None
        try:
            while True:
                step = flow.throw(reply) if isinstance(reply, NoReplyError) else flow.send(reply)
                reply = await (await self._transport()).do(step)
        except StopIteration as end:
            found: R = end.value
            return found

    def listed(self, listing: Listing[P, T]) -> AsyncPages[P, T]:
        """Return a list, to iterate over or to take page by page."""
        return AsyncPages(self, listing)


def _headers(key: str | None) -> dict[str, str]:
    try:
        own = version("rolepath")
    except PackageNotFoundError:  # a checkout that is not installed
        own = "0"
    headers = {"User-Agent": f"rolepath-client/{own}", "Accept": "application/json"}
    if key is None:
        return headers
    if not key.isascii() or not key.isprintable() or " " in key or not key:
        raise InputError("this is no key: a key is letters, digits and signs without white space")
    return headers | {"Authorization": f"Bearer {key}"}
