"""`rolepath brief`: one page for an enterprise."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import EnterpriseId, Language


def brief(
    ask: CommandRun,
    enterprise_id: EnterpriseId,
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="How long each list is.")] = 6,
    lang: Language = "en",
) -> None:
    """Write one page for an enterprise: gaps of its roles, what to host next, who could mentor."""
    from api.cli.render.brief import show_brief
    from queries.brief import write_brief

    found = write_brief(ask.snapshot(lang), enterprise_id, limit=limit)
    ask.answer(found, lambda out: show_brief(found, lang, out))
