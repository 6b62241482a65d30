"""The commands that ask something of the graph. What they need is loaded when they run, so that `--help` is quick."""

# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.context import Ask, wanted
from api.cli.options import Cursor, Language, Limit, Roles, ScopeOptions, WideningOptions

By = Annotated[
    Literal["discipline", "course"] | None, typer.Option("--by", help="One row for each discipline, or each course.")
]


def trace(
    ask: Ask,
    node_id: Annotated[
        str, typer.Argument(metavar="ID", help="A competency, or any other node; `rolepath search` finds ids.")
    ],
    *,
    narrowed: ScopeOptions,
    widened: WideningOptions,
    limit: Annotated[
        int, typer.Option(min=1, max=1000, metavar="N", help="How many chains, or nodes, are listed.")
    ] = 20,
    lang: Language = "en",
) -> None:
    """Trace a competency from classroom to position, or any other node to where it leads; see where chains break."""
    from api.cli.render.node_trace import show_node_trace
    from api.cli.render.trace import draw_trace
    from queries.trace import trace_competency
    from queries.trace_node import trace_node

    snapshot = ask.snapshot(lang)
    node = snapshot.find(node_id)
    if node is not None and snapshot.kind_of(node) != "Competency":
        passed = trace_node(snapshot, node_id, narrowed.scope(), limit=limit)
        ask.answer(passed, lambda out: show_node_trace(passed, out))
        return
    found = trace_competency(snapshot, node_id, narrowed.scope(widened=widened), limit=limit)
    ask.answer(found, lambda out: draw_trace(found, out))


def coverage(
    ask: Ask,
    role_id: Annotated[
        str | None, typer.Argument(metavar="[ROLE]", show_default=False, help="The role; every role with --by.")
    ] = None,
    *,
    narrowed: ScopeOptions,
    widened: WideningOptions,
    by: By = None,
    roles: Roles = "targeted",
    lang: Language = "en",
) -> None:
    """Show how much of what a role requires is taught and practised."""
    from api.cli.render.coverage import show_coverage, show_matrix
    from queries.coverage import coverage_matrix, role_coverage

    scope = narrowed.scope(roles, widened)
    if by is not None:
        matrix = coverage_matrix(ask.snapshot(lang), by, role_id, scope)
        ask.answer(matrix, lambda out: show_matrix(matrix, out))
    elif role_id is not None:
        found = role_coverage(ask.snapshot(lang), role_id, scope)
        ask.answer(found, lambda out: show_coverage(found, out))
    else:
        ways = "name a role (rolepath search --kind Role TEXT finds its id), or ask of all with --by discipline"
        raise typer.BadParameter(ways, param_hint="ROLE")


def gaps(
    ask: Ask,
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
    from api.cli.render.lists import show_gaps
    from queries.gaps import GapFilter, find_gaps
    from queries.semantics.chain import Status
    from queries.semantics.flaws import Weakness

    status = wanted(status, [*Status], "--status")
    flaw = wanted(flaw, [*Weakness], "--flaw")
    asked = GapFilter(
        status=None if status is None else Status(status),
        flaw=None if flaw is None else Weakness(flaw),
        severity=severity,
    )
    scope = narrowed.scope(roles, widened)
    found = find_gaps(ask.snapshot(lang), scope, asked, order=sort, limit=limit, cursor=cursor)
    ask.answer(found, lambda out: show_gaps(found, asked, out))


def search(
    ask: Ask,
    text: Annotated[str, typer.Argument(help="Part of an id, name, code or alias, in English or Chinese.")],
    *,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="Only of a kind, such as Competency or Role.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    lang: Language = "en",
) -> None:
    """Find nodes, and their ids, by what they are called."""
    from api.cli.render.lists import show_found
    from graph.schema import KINDS
    from queries.search import search as find

    kind = wanted(kind, list(KINDS), "--kind")
    found = find(ask.snapshot(lang), text, kind, limit=limit, cursor=cursor)
    ask.answer(found, lambda out: show_found(found, out))


def show(
    ask: Ask,
    node_id: Annotated[str, typer.Argument(metavar="ID", help="Any node: a course, a task, a role ...")],
    lang: Language = "en",
) -> None:
    """Show a node: what is stated of it, by whom, and its links."""
    from api.answers.stored import node_view
    from api.cli.render.node import show_node

    snapshot = ask.snapshot(lang)
    found = node_view(ask.store_for_reading, snapshot, node_id)
    ask.answer(found, lambda out: show_node(found, out))


def align(
    ask: Ask,
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
    from queries.align import EVERY, Proposal
    from queries.align import align as propose

    relations = [Proposal(str(wanted(word.upper(), [*EVERY], "--relation"))) for word in relation or EVERY]
    if out is not None and out.exists() and not overwrite:
        raise typer.BadParameter(f"{out} exists; another name, or --overwrite", param_hint="--out")
    found = propose(ask.snapshot(lang), a, b, relations=relations, limit=limit, min_score=min_score)
    if out is not None:
        write_proposals(found, out)
    ask.answer(found, lambda shown: show_alignment(found, out, shown))
