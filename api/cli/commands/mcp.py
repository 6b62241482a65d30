"""The command that lets assistants ask: the MCP server."""

# ruff: noqa: PLC0415

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import CommandRun, print_json
from api.cli.wrong_usage import wrong_usage
from graph.messages import message
from graph.messages.reader_language import read_in, say
from queries.parameters.description import help_of

if TYPE_CHECKING:
    from api.mcp.run import Client

KEY = "ROLEPATH_KEY"


def mcp(
    ask: CommandRun,
    url: Annotated[str | None, typer.Option(metavar="URL", help=help_of("option_help.url"))] = None,
    key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help=help_of("option_help.key_file", variable=KEY))
    ] = None,
    http: Annotated[bool, typer.Option("--http", help=help_of("option_help.mcp_http"))] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help=help_of("option_help.mcp_port"))] = 8100,
) -> None:
    """Let assistants ask, by the Model Context Protocol: on standard input and output, or over HTTP."""
    import anyio

    _require_extra()
    from api.mcp.run import run_http, run_stdio

    service = _service(ask, url, key_file)
    if not http:
        with read_in("en"):  # assistants are spoken to in English
            anyio.run(run_stdio, service)
        return
    from api.cli.commands.service import bound_socket

    with bound_socket("127.0.0.1", port) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        if ask.as_json:
            from api.cli.render.ingest_report import ServiceAddress

            print_json(ServiceAddress(url=address, store=url or ask.store_for_reading.url))
        else:
            ask.hint(say("serve.assistants", address=address))
        with read_in("en"):
            anyio.run(run_http, service, listening, ask.settings)


def _service(ask: CommandRun, url: str | None, key_file: Path | None) -> "Client":
    """Return the service that is asked: the one at the address, or one over the store, which must be there."""
    from api.mcp.run import service_at, service_within

    if url is None:
        if key_file is not None:
            raise wrong_usage("serve.key_without_url", "--key-file")
        ask.store_for_reading  # noqa: B018 - a store that was named and is not there is told now, not to an assistant
        return service_within(ask.settings)
    if not url.startswith(("http://", "https://")):
        raise wrong_usage("serve.no_url", "--url", url=url)
    return service_at(url, _key(key_file))


def _key(key_file: Path | None) -> str | None:
    """Return the key, from the file or from the environment: on the command line, everybody on the machine reads it."""
    if key_file is None:
        return os.environ.get(KEY) or None
    try:
        return key_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        from graph.disk import disk_fault

        why = disk_fault(error).reason if isinstance(error, OSError) else message("file.no_text")
        raise wrong_usage("serve.key_file_unreadable", "--key-file", key_file=str(key_file), error=why) from error


def _require_extra() -> None:
    """Do nothing where what the command needs is installed.

    Raises:
        InputError: it is not.
    """
    from importlib.util import find_spec

    from graph.errors import InputError

    missing = [name for name in ("mcp", "httpx") if find_spec(name) is None]
    if missing:
        packages = ", ".join(missing)
        raise InputError(message("serve.needs_mcp", packages=packages))
