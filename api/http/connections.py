"""Connection timeouts: no client keeps others from being answered by sending slowly, half a request or nothing.

uvicorn has a timeout for connections that are idle after an answer, and none for one on which a request begins. Here a
header has its time as a whole, bodies and answers must move on, and at the limit of connections the one that has kept
us waiting longest makes room, be it for a request or with taking its answer; only where none does is a new client
refused.
"""

import asyncio
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from api.errors import ErrorKind, problem
from api.http.connection_limits import ConnectionLimits
from api.http.connection_table import ConnectionTable
from api.http.problems import BUSY, REQUEST_TIMEOUT, problem_response
from api.http.unsent_bytes import LEAST_BYTES_A_SECOND, STALLED_AFTER_S, UnsentBytes, forget_unsent, keep_unsent
from graph.messages import Message, message

FAREWELL_S = 2.0
"""How long a client that is refused may take to read why."""
MOST_FAREWELLS = 64
"""To how many at once it is said why; further ones are cut off."""


class BoundedConfig(uvicorn.Config):
    """Configuration of a server whose connections are bounded."""

    def __init__(self, app: Any, limits: ConnectionLimits, **told: Any) -> None:  # noqa: ANN401 - as uvicorn has it
        """Configure uvicorn as told. There are no web sockets: a connection that became one would be without bounds."""
        super().__init__(app, http=BoundedConnection, ws="none", timeout_keep_alive=int(limits.idle_s), **told)
        self._limits = limits
        self._table: ConnectionTable | None = None

    @property
    def table(self) -> ConnectionTable:
        """The connections of this process; made in the process that answers, since its descriptors count."""
        if self._table is None:
            self._table = ConnectionTable(self._limits)
            asyncio.get_running_loop().set_exception_handler(self._table.note_loop_error)
        return self._table


class Expectation(Enum):
    """What is awaited of a client: the next request, the rest of a header or body; while it is answered, nothing."""

    REQUEST = auto()
    HEADER = auto()
    BODY = auto()
    NOTHING = auto()


class BoundedConnection(H11Protocol):
    """One connection of a client, as uvicorn answers on it, with bounds on what is awaited of the client."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Set up what uvicorn needs, and no clock yet."""
        super().__init__(config, server_state, app_state, _loop)
        self._table = cast(BoundedConfig, config).table
        limits = self._table.limits
        self._stall_s = limits.stall_s
        self._seconds = {
            Expectation.REQUEST: limits.idle_s,
            Expectation.HEADER: limits.header_s,
            Expectation.BODY: limits.stall_s,
        }
        self._awaited = Expectation.NOTHING
        self._deadline = 0.0
        self._clock: asyncio.TimerHandle | None = None
        self._unsent_clock: asyncio.TimerHandle | None = None
        self._unsent = UnsentBytes()
        self._is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection; where there are too many, one that is waited for goes, or else this one."""
        connected = transport.get_extra_info("socket")
        self._table.take(self, connected.fileno())
        keep_unsent(connected)
        if self._table.is_full(len(self.connections) + 1) and not self._table.make_room():
            self._refuse(transport)
            return
        super().connection_made(transport)
        self._await(Expectation.HEADER)

    def data_received(self, data: bytes) -> None:
        """Take what the client sends."""
        if self._is_refused:
            return
        super().data_received(data)
        awaited = (
            Expectation.BODY
            if self._has_body_to_come()
            else Expectation.HEADER
            if self._is_free()
            else Expectation.NOTHING
        )
        if awaited is not self._awaited:
            self._await(awaited)
        elif awaited is Expectation.BODY:
            earned = self._deadline + len(data) / LEAST_BYTES_A_SECOND
            self._await(awaited, min(earned, self.loop.time() + self._stall_s))

    def on_response_complete(self) -> None:
        """Await the next request, or the rest of a body that nobody needs any more."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._await(Expectation.NOTHING)
            self._watch_unsent()
        elif self._has_body_to_come():
            self._await(Expectation.BODY)
        elif self._is_free():
            self._await(Expectation.HEADER if self.conn.trailing_data[0] else Expectation.REQUEST)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._await(Expectation.NOTHING)
        self._table.forget(self)
        if self._unsent_clock is not None:
            self._unsent_clock.cancel()
        if not self._is_refused:
            super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Stop sending, and watch whether the client takes what was sent."""
        super().pause_writing()
        self._watch_unsent()

    def resume_writing(self) -> None:
        """Go on sending: the client has taken what was sent."""
        super().resume_writing()
        if self._unsent_clock is not None:
            self._unsent_clock.cancel()
            self._unsent_clock = None
        if self._awaited is Expectation.NOTHING:
            self._table.work(self)
        if self.transport.is_closing():
            self._watch_unsent()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection on which nothing was asked any more."""
        super().timeout_keep_alive_handler()
        self._watch_unsent()

    def give_way(self) -> None:
        """Close the connection for another one; a client that has begun a request, and takes what it gets, is told."""
        if self.transport.get_write_buffer_size():
            self._cut_off()
        else:
            self._close(BUSY, message("http.connections_taken"))

    def _is_free(self) -> bool:
        request = self._last_request()
        return request is None or request.response_complete

    def _has_body_to_come(self) -> bool:
        return self._last_request() is not None and self.conn.their_state is h11.SEND_BODY

    def _last_request(self) -> RequestResponseCycle | None:
        """Return the request that is answered, or was last; None before the first, whatever the type says."""
        return self.cycle

    def _await(self, awaited: Expectation, until: float | None = None) -> None:
        """Await this of the client until then, or for the time that it has by itself."""
        self._awaited = awaited
        if awaited is Expectation.NOTHING:
            self._table.work(self)
            if self._clock is not None:
                self._clock.cancel()
                self._clock = None
            return
        self._table.wait(self)
        self._deadline = self.loop.time() + self._seconds[awaited] if until is None else until
        if self._clock is None or self._clock.when() > self._deadline:
            self._set_clock()

    def _set_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
        self._clock = self.loop.call_at(self._deadline, self._look_at_clock)

    def _look_at_clock(self) -> None:
        self._clock = None
        if self.flow.read_paused:  # it is us who do not take what the client sends
            self._deadline = self.loop.time() + self._stall_s
        if self.loop.time() < self._deadline:
            self._set_clock()
        else:
            self._close(REQUEST_TIMEOUT, message("http.request_too_slow"))

    def _close(self, kind: ErrorKind, said: Message) -> None:
        """Close the connection, and say why where a request has begun that nothing was answered to."""
        is_begun = bool(self.conn.trailing_data[0]) if self._is_free() else not self.cycle.response_started
        self._await(Expectation.NOTHING)
        if is_begun and not self.transport.is_closing():
            self.transport.write(_last_words(kind, said))
        self.transport.close()
        self._watch_unsent()

    def _refuse(self, transport: asyncio.Transport) -> None:
        """Say that there is no room, and hear the client out: to close on what it has sent would undo the answer."""
        self.transport, self._is_refused = transport, True
        if len(self._table.refused) >= MOST_FAREWELLS:
            transport.abort()
            return
        self._table.refused.add(self)
        transport.write(_last_words(BUSY, message("http.connections_taken")))
        transport.write_eof()
        self._unsent_clock = self.loop.call_later(FAREWELL_S, transport.abort)

    def _watch_unsent(self) -> None:
        """Cut the client off unless it takes what is still to be sent to it."""
        unsent = self.transport.get_write_buffer_size()
        if self._unsent_clock is None and unsent:
            self._unsent = UnsentBytes(unsent, self.loop.time())
            self._look_later()

    def _look_later(self) -> None:
        self._unsent_clock = self.loop.call_later(min(STALLED_AFTER_S, self._stall_s), self._look_at_unsent)

    def _look_at_unsent(self) -> None:
        """Look whether the client takes its answer: one that does not keeps us waiting, and in the end is cut off."""
        self._unsent_clock = None
        unsent, now = self.transport.get_write_buffer_size(), self.loop.time()
        is_stalled = self._unsent.is_stalled(unsent, now)
        if is_stalled and now >= self._unsent.since + self._stall_s:
            self._cut_off()
            return
        if not is_stalled:
            self._unsent = UnsentBytes(unsent, now)
        if self._awaited is Expectation.NOTHING:
            (self._table.wait_on if is_stalled else self._table.work)(self)
        if unsent:
            self._look_later()

    def _cut_off(self) -> None:
        """Let go of the connection, and of what the system holds of the answer: it would send that for ever."""
        forget_unsent(self.transport.get_extra_info("socket"))
        self.transport.abort()


def _last_words(kind: ErrorKind, said: Message) -> bytes:
    """Return an answer as it goes over the wire, for where no request was read whole."""
    response = problem_response(problem(kind, said))
    status = HTTPStatus(response.status_code)
    headers = [*response.raw_headers, (b"connection", b"close")]
    lines = [f"HTTP/1.1 {status} {status.phrase}".encode(), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join([*lines, b"", bytes(response.body)])
