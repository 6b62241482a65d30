"""The commands about running Rolepath: the service, and what may be wrong with an installation."""

# ruff: noqa: PLC0415

import errno
import ipaddress
import socket
from contextlib import closing, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import CommandRun, print_json
from api.cli.wrong_usage import wrong_usage
from graph.messages import message
from graph.messages.reader_language import read_in, say
from queries.parameters.description import help_of

if TYPE_CHECKING:
    from api.settings.service import ServiceSettings


def serve(
    ask: CommandRun,
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help=help_of("option_help.host"))] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, metavar="N", help=help_of("option_help.port"))] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, metavar="N", help=help_of("option_help.workers"))
    ] = None,
) -> None:
    """Serve the graph, until Ctrl+C: to this machine, or with keys to others."""
    from api.cli.terminal import line
    from api.observability.tracing import require_telemetry
    from api.settings.settings import store_of
    from api.state.claim import claiming
    from api.state.database import State

    asked = {name: value for name, value in (("host", host), ("port", port), ("workers", workers)) if value is not None}
    told = ask.settings.service.model_copy(update=asked)
    require_telemetry(told)
    address = _address(ask, told.host)
    listening = bound_socket(address, told.port)
    with listening:
        from api.server import run_service

        url_of_store, is_new = _store_to_serve(ask)
        shown = f"[{address}]" if ":" in address else address
        url = f"http://{shown}:{listening.getsockname()[1]}"
        if ask.as_json:
            from api.cli.render.ingest_report import ServiceAddress

            print_json(ServiceAddress(url=url, store=url_of_store))
        else:
            ask.out.show(line(say("serve.open"), (url, "bold cyan"), say("serve.in_browser")))
            ask.out.show(line((say("serve.store", store=url_of_store), "dim")))
            ask.out.show(line(_who_is_let_in(ask, told)))
        if is_new:
            ask.hint(say("serve.new_store", url=url_of_store))
        service = told.model_copy(update={"host": address})
        may_be_missing = ask.settings.store_may_be_missing or is_new
        # What it answers is worded for who asks it, not for who started it.
        claimed = closing(store_of(ask.settings))
        with read_in("en"), claimed as store, claiming(store, State(ask.settings.state_path)):
            run_service(replace(ask.settings, service=service, store_may_be_missing=may_be_missing), listening)


def _who_is_let_in(ask: CommandRun, told: "ServiceSettings") -> tuple[str, str]:
    """Return in a sentence whom the service lets in, and its style."""
    from api.auth.keys import KeyStore
    from api.state.database import State
    from graph.errors import StoreUnavailableError

    if KeyStore(State(ask.settings.state_path)).all().items or told.oidc_issuer:
        return say("command.serves_with_keys"), "bold"
    try:
        is_marked = ask.store.needs_keys()
    except StoreUnavailableError:
        is_marked = False
    if is_marked:
        return say("command.serves_nobody", path=ask.settings.state_path), "bold red"
    return say("command.serves_locally"), "bold yellow"


def doctor(ask: CommandRun) -> None:
    """Check this installation, the store and its folders."""
    from api.cli.render.doctor import check_up, show_checks

    with read_in("en") if ask.as_json else nullcontext():
        found = check_up(ask.settings)
    ask.answer(found, lambda out: show_checks(found, out))
    if not found.ok:
        ask.stop(3)


def _store_to_serve(ask: CommandRun) -> tuple[str, bool]:
    """Return the store's URL, as it may be shown, and whether it is new: then the first import makes it.

    A server that is down may come up: then it is served.

    Raises:
        StoreUnavailableError: its file was emptied, its folder is not there, or it refuses the login.
        ConflictError: a service answers from it with another state file.
    """
    from api.settings.settings import require_place, store_of
    from api.state.claim import require_same_state
    from api.state.database import State
    from graph.errors import LoginRefusedError, StoreUnavailableError

    store, is_there = store_of(ask.settings), True
    try:
        is_there = store.exists()
        require_same_state(store, State(ask.settings.state_path))
    except LoginRefusedError:
        raise
    except StoreUnavailableError as error:
        ask.hint(say("serve.store_later", error=error))
    else:
        if not is_there:
            require_place(ask.settings, store)
    finally:
        store.close()
    return store.url, not is_there


def _address(ask: CommandRun, host: str) -> str:
    """Return the address to listen on. Others than of this machine need a key that holds, or an OpenID provider.

    Raises:
        BadParameter: it is no address, or there is no key yet.
        InputError: the settings of the OpenID provider do not go together.
    """
    from datetime import UTC, datetime

    from api.auth.keys import KeyStore
    from api.auth.oidc.issuer import issuer_of
    from api.http.loopback import is_loopback
    from api.state.database import State

    address = "127.0.0.1" if host == "localhost" else host.strip("[]")
    at = datetime.now(UTC)
    keys = KeyStore(State(ask.settings.state_path)).all().items
    has_issuer = issuer_of(ask.settings.service) is not None  # that its settings are right is seen before it starts
    if not is_loopback(address) and not has_issuer and not any(key.is_valid(at) for key in keys):
        raise wrong_usage("serve.open_to_others", "--host", host=host)
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise wrong_usage("serve.no_address", "--host", host=host) from None
    return address


def bound_socket(address: str, port: int) -> socket.socket:
    """Return a socket that is bound to the port.

    Raises:
        ConflictError: the port is busy.
        BadParameter: it may not be used.
    """
    from graph.disk import disk_fault
    from graph.errors import ConflictError

    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # The protocol is named, or asyncio would not switch off the delay of small packets: 40 ms an answer.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # As servers do on POSIX, so that the port of one that has just ended can be used; Windows would share a busy one.
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
        found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((address, port))
        found.listen()
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            raise ConflictError(
                message("serve.port_busy", port=port, other=port + 1 if port < 65535 else 8000)
            ) from None
        raise wrong_usage("serve.port_unusable", "--port", port=port, strerror=disk_fault(error).reason) from None
    return found
