"""`rolepath align`: proposed links between two vocabularies."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import CommandRun, wanted
from api.cli.options import Language


def align(
    ask: CommandRun,
    a: Annotated[str, typer.Argument(metavar="A", help="A vocabulary: the prefix of its ids, such as esco.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another one; or the same, for units and tasks.")],
    *,
    relation: Annotated[
        list[str] | None,
        typer.Option(metavar="RELATION", help="Only SAME_AS, CLOSE_TO, DEVELOPS or PRACTISES; repeatable."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "--top", min=1, max=100, metavar="N", help="How many for each node of A.")
    ] = 3,
    min_score: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, metavar="0..1", help="Only at least so alike. Default: 0.4, of units and tasks 0.2."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Write all to a table: judge, mend, `rolepath ingest crosswalk` it."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it exists.")] = False,
    lang: Language = "en",
) -> None:
    """Propose links between two vocabularies, for a person to judge; nothing is changed."""
    from api.cli.render.align import show_alignment
    from api.cli.render.proposals import write_proposals
    from queries.align import align as propose
    from queries.parameters.align import EVERY, AlignmentRelation

    relations = [AlignmentRelation(str(wanted(word.upper(), [*EVERY], "--relation"))) for word in relation or EVERY]
    if out is not None and out.exists() and not overwrite:
        raise typer.BadParameter(f"{out} exists; another name, or --overwrite", param_hint="--out")
    found = propose(ask.snapshot(lang), a, b, relations=relations, limit=limit, min_score=min_score)
    if out is not None:
        write_proposals(found, out)
    ask.answer(found, lambda shown: show_alignment(found, out, shown))
