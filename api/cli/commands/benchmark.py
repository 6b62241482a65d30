"""`rolepath benchmark`: a programme against a published standard or another discipline."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import DisciplineId, Language
from api.cli.table_options import TableOptions
from queries.parameters.benchmark import BenchmarkQuery


def benchmark(
    ask: CommandRun, discipline_id: DisciplineId, *, query: BenchmarkQuery, table: TableOptions, lang: Language = "en"
) -> None:
    """Hold a programme against a national standard or another discipline: what it lacks, what it has besides."""
    from api.cli.render.benchmark import show_benchmark
    from queries.benchmark import benchmark_programme

    answer = benchmark_programme(
        ask.snapshot(lang),
        discipline_id,
        query.against,
        query.scope(),
        query.filter(),
        limit=query.limit,
        cursor=query.cursor,
    )
    ask.answer(answer, lambda out: show_benchmark(answer, out), table)
