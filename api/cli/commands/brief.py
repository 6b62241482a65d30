"""`rolepath brief`: one page for an enterprise."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import EnterpriseId, Language
from queries.parameters.brief import BriefQuery


def brief(ask: CommandRun, enterprise_id: EnterpriseId, *, query: BriefQuery, lang: Language = "en") -> None:
    """Write one page for an enterprise: gaps of its roles, what to host next, who could mentor."""
    from api.cli.render.brief import show_brief
    from queries.brief import write_brief

    answer = write_brief(ask.snapshot(lang), enterprise_id, institution=query.institution, limit=query.limit)
    ask.answer(answer, lambda out: show_brief(answer, lang, out))
