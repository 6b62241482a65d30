"""`rolepath align`: proposed links between two vocabularies."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Language
from api.cli.table_options import FormOption, TableOptions
from api.cli.wrong_usage import wrong_usage
from queries.parameters.align import AlignQuery, LikenessKind
from queries.parameters.description import describe


def align(
    ask: CommandRun,
    *,
    query: AlignQuery,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help=describe("command_align_out")),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=describe("command_overwrite"))] = False,
    form: FormOption = None,
    lang: Language = "en",
) -> None:
    """Propose links between two vocabularies, for a person to judge; nothing is changed."""
    from api.cli.render.align import show_alignment
    from api.cli.render.proposals import write_proposals
    from api.cli.vectors import vectors_for
    from queries.align import align as propose
    from queries.align import compared_names, with_note

    table = TableOptions(form, out if form else None, overwrite)
    table.check(as_json=ask.as_json)
    if out is not None and out.exists() and not overwrite:
        raise wrong_usage("command.exists", "--out", out=str(out))
    snapshot = ask.snapshot(lang)
    names = compared_names(snapshot, query.a, query.b)
    by_words = query.by is LikenessKind.WORDS
    vectors, note = (None, None) if by_words else vectors_for(ask, snapshot, names)
    answer = propose(
        snapshot,
        query.a,
        query.b,
        relations=query.relation,
        limit=query.limit,
        min_score=query.min_score,
        by=query.by,
        meaning=vectors,
    )
    answer = with_note(answer, note, lang)
    if out is not None and form is None:
        write_proposals(answer, out)
    ask.answer(answer, lambda shown: show_alignment(answer, out, shown), table)
