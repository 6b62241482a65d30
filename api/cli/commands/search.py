"""`rolepath search`: nodes by id, name, code or alias."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import Language
from api.cli.table_options import TableOptions
from queries.parameters.search import SearchQuery


def search(ask: CommandRun, *, query: SearchQuery, table: TableOptions, lang: Language = "en") -> None:
    """Find nodes, and their ids, by what they are called."""
    from api.cli.render.search import show_found
    from api.service.kept_names import with_names
    from queries.search import search as find

    snapshot = with_names(ask.snapshot(lang), ask.settings.cache_path)
    answer = find(snapshot, query.q, query.kind, limit=query.limit, cursor=query.cursor)
    if not answer.total:
        from api.embeddings.near_search import or_near

        answer = or_near(answer, ask.settings, snapshot, query, lang)
    ask.answer(answer, lambda out: show_found(answer, out), table)
