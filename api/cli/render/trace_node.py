"""How the trace of a node is shown: the competencies on the way, then each stage from classroom to position."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import STATUS_STYLE, count, spoken, spoken_scope
from api.cli.terminal import Terminal, indented, line
from graph.messages import text
from queries.semantics.chain_status import ChainStatus
from queries.trace_node import NodeTrace
from queries.trace_node_walk import TracedStage


def show_node_trace(found: NodeTrace, out: Terminal) -> None:
    """Show what the node leads to or comes from."""
    out.show(line((found.name, "bold"), (f"  {found.kind}", "italic"), (f"  {' = '.join(found.ids)}", "cyan")))
    out.show(*(line((said, "yellow")) for said in spoken_scope(found.scope)))
    passed = count(found.competencies_total, "competency")
    told = ", ".join(f"{n:,} {spoken(status)}" for status, n in found.statuses.items() if n)
    out.show(
        Text(),
        *indented(line((passed, "bold"), text("show.on_the_way", what=": " + told if told else "")), 2, out.width),
    )
    for one in found.competencies:
        mark = "✓" if one.status is ChainStatus.CONNECTED else "✗"
        words = f"{mark} {spoken(one.status)}" + (f", {spoken(one.link)}" if one.link else "")
        row = line("  ", (f"{words:<23}", STATUS_STYLE[one.status]), one.name, (f"  {one.id}", "cyan"))
        out.show(*indented(row, 25, out.width))
    _show_rest(found.competencies_total - len(found.competencies), out)
    for stage in found.stages:
        out.show(*_stage(stage, out.width))
        _show_rest(stage.total - len(stage.nodes), out)
    if any(node.linked for stage in found.stages for node in stage.nodes):
        out.show(Text(), line((text("show.linked_signs"), "dim")))


def _stage(stage: TracedStage, width: int) -> Iterator[Text]:
    yield Text()
    yield line((f"{spoken(stage.stage).upper()}", "bold"), f"  {stage.total:,}")
    for node in stage.nodes:
        mark = "●" if node.linked else "○"
        row = line(f"  {mark} {node.competencies:>4}  ", node.name, (f"  {node.id}", "cyan"))
        yield from indented(row, 10, width)


def _show_rest(rest: int, out: Terminal) -> None:
    if rest > 0:
        out.show(line((text("show.rest_count", rest=rest), "dim")))
