"""`rolepath leadership`: how far an enterprise leads the training for its roles."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import EnterpriseId, Language
from api.cli.table_options import TableOptions
from queries.parameters.scope import InstitutionParameters


def leadership(
    ask: CommandRun,
    enterprise_id: EnterpriseId,
    *,
    query: InstitutionParameters,
    table: TableOptions,
    lang: Language = "en",
) -> None:
    """Show how much of what its roles require an enterprise hosts, leads and mentors."""
    from api.cli.render.leadership import show_leadership
    from queries.leadership import measure_leadership

    answer = measure_leadership(ask.snapshot(lang), enterprise_id, institution=query.institution)
    ask.answer(answer, lambda out: show_leadership(answer, out), table)
