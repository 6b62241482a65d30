"""`rolepath gaps`: where chains break or are weak."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated, Literal

import typer

from api.cli.context import CommandRun, wanted
from api.cli.options import Cursor, Language, Limit, Roles, ScopeOptions, WideningOptions


def gaps(
    ask: CommandRun,
    *,
    narrowed: ScopeOptions,
    widened: WideningOptions,
    status: Annotated[str | None, typer.Option(metavar="STATUS", help="Only these, such as unpractised.")] = None,
    flaw: Annotated[str | None, typer.Option(metavar="FLAW", help="Only with this flaw, such as fragile.")] = None,
    severity: Annotated[int, typer.Option(min=0, max=5, metavar="0..5", help="Only at least so severe.")] = 0,
    sort: Annotated[
        Literal["severity", "demand", "name"], typer.Option(help="What comes first: severity, then demand.")
    ] = "severity",
    limit: Limit = 20,
    cursor: Cursor = None,
    roles: Roles = "targeted",
    lang: Language = "en",
) -> None:
    """List where chains break or are weak, the gravest first."""
    from api.cli.render.gaps import show_gaps
    from queries.gaps import find_gaps
    from queries.parameters.gaps import GapFilter
    from queries.semantics.chain_status import ChainStatus
    from queries.semantics.weakness import Weakness

    status = wanted(status, [*ChainStatus], "--status")
    flaw = wanted(flaw, [*Weakness], "--flaw")
    asked = GapFilter(
        status=None if status is None else ChainStatus(status),
        flaw=None if flaw is None else Weakness(flaw),
        severity=severity,
    )
    scope = narrowed.scope(roles, widened)
    found = find_gaps(ask.snapshot(lang), scope, asked, order=sort, limit=limit, cursor=cursor)
    ask.answer(found, lambda out: show_gaps(found, asked, out))
