"""`rolepath brief`: one page for an enterprise."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import Cursor, EnterpriseId, Language
from queries.parameters.brief import BriefQuery


def brief(
    ask: CommandRun, enterprise_id: EnterpriseId, *, query: BriefQuery, cursor: Cursor = None, lang: Language = "en"
) -> None:
    """Write one page for an enterprise: gaps of its roles, what to host next, who could mentor."""
    from api.answers.page_windows import page_of
    from api.cli.render.brief import show_brief
    from queries.brief import write_brief

    snapshot = ask.snapshot(lang)
    answer = page_of(
        lambda limit: write_brief(snapshot, enterprise_id, institution=query.institution, limit=limit),
        query.limit,
        cursor,
        snapshot.revision,
    )
    ask.answer(answer, lambda out: show_brief(answer, lang, out))
