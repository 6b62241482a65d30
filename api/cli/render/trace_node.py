"""How the trace of a node is shown: the competencies on the way, then each stage from classroom to position."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import STATUS_STYLE, count, kind_name, labelled, listed, spoken, spoken_scope, standing
from api.cli.terminal import Terminal, indented, line, padded
from graph.messages.reader_language import say
from queries.semantics.chain_status import ChainStatus
from queries.trace_node import NodeTrace
from queries.trace_node_walk import TracedStage


def show_node_trace(found: NodeTrace, out: Terminal) -> None:
    """Show what the node leads to or comes from."""
    out.show(
        line((found.name, "bold"), (f"  {kind_name(found.kind)}", "italic"), (f"  {' = '.join(found.ids)}", "cyan"))
    )
    out.show(*(line((said, "yellow")) for said in spoken_scope(found.scope)))
    passed = count(found.competencies_total, "competency")
    told = listed(say("show.of_status", n=f"{n:,}", status=spoken(status)) for status, n in found.statuses.items() if n)
    out.show(
        Text(),
        *indented(
            line((passed, "bold"), say("show.on_the_way", what=labelled("", told) if told else "")),
            2,
            out.width,
        ),
    )
    for one in found.competencies:
        mark = "✓" if one.status is ChainStatus.CONNECTED else "✗"
        words = f"{mark} {standing(one.status, one.link)}"
        row = line("  ", (padded(words, 23), STATUS_STYLE[one.status]), one.name, (f"  {one.id}", "cyan"))
        out.show(*indented(row, 25, out.width))
    _show_rest(found.competencies_total - len(found.competencies), out)
    for stage in found.stages:
        out.show(*_stage(stage, out.width))
        _show_rest(stage.total - len(stage.nodes), out)
    if any(node.linked for stage in found.stages for node in stage.nodes):
        out.show(Text(), line((say("show.linked_signs"), "dim")))


def _stage(stage: TracedStage, width: int) -> Iterator[Text]:
    yield Text()
    yield line((say(f"stage_heading.{stage.stage}"), "bold"), f"  {stage.total:,}")
    for node in stage.nodes:
        mark = "●" if node.linked else "○"
        row = line(f"  {mark} {node.competencies:>4}  ", node.name, (f"  {node.id}", "cyan"))
        yield from indented(row, 10, width)


def _show_rest(rest: int, out: Terminal) -> None:
    if rest > 0:
        out.show(line((say("show.rest_count", rest=rest), "dim")))
