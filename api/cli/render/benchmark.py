"""How a benchmark is shown: the counts, how chains stand now and otherwise, then the differences."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import STATUS_STYLE, labelled, spoken, spoken_scope
from api.cli.render.pagination import show_next
from api.cli.terminal import NUMBER, WIDE, Terminal, indented, line, percent, table
from graph.messages.reader_language import say
from queries.benchmark import Benchmark
from queries.benchmark_items import BenchmarkItem
from queries.parameters.benchmark import BENCHMARK_DIFFERENCES
from queries.semantics.chain_status import ChainStatus

MOST_EFFECTS = 4
_SIGN = {"lacking": ("-", "red"), "extra": ("+", "green"), "shared": ("=", "dim")}


def show_benchmark(found: Benchmark, out: Terminal) -> None:
    """Show what the programme lacks, what it has besides, and what both have."""
    out.show(line((say("benchmark.beside", ours=found.discipline.name, theirs=found.against.name), "bold")))
    asked = found.scope.asked.model_copy(update={"discipline": None})  # which is said already
    notes = spoken_scope(found.scope.model_copy(update={"asked": asked}))
    out.show(*(line((said, "yellow")) for said in notes))
    heads = [(say(f"benchmark.{one}"), NUMBER) for one in BENCHMARK_DIFFERENCES]
    counts = [[say(f"kinds.{kind}"), *(f"{n:,}" for n in one.values())] for kind, one in found.totals.items()]
    out.show(table((say("benchmark.of_what"), WIDE), *heads, rows=counts))
    out.show(*indented(line(_stands(found)), 2, out.width))
    for item in found.items:
        out.show(*_item(item, out.width))
    show_next(found.next, len(found.items), found.total, out)
    others = [one for one in found.offered if one.id != found.against.id]
    if others:
        out.show(Text(), line((say("benchmark.others"), "bold")))
    for one in others:
        out.show(
            *indented(
                line(f"  {one.name}  ", (one.id, "cyan"), f"  {say(f'benchmark.offered_{one.by}')}"), 4, out.width
            )
        )


def _stands(found: Benchmark) -> str:
    shares = {name: percent(getattr(found, name).share) for name in ("now", "adopted", "reduced")}
    return say("benchmark.shares", **shares)


def _item(item: BenchmarkItem, width: int) -> Iterator[Text]:
    sign, style = _SIGN[item.difference]
    row = line((f"{sign} ", f"bold {style}"), f"{say(f'kind.{item.kind}')} ", (item.node.name, "bold"))
    row.append_text(line((f"  {item.node.id}", "cyan"), *_status(item.node.status)))
    yield from indented(row, 4, width)
    for match in item.matches:
        if match.id != item.node.id:
            told = line(f"    {say(f'benchmark.by_{match.by}')} ", match.name, (f"  {match.id}", "cyan"))
            yield from indented(told.append_text(line(*_status(match.status))), 6, width)
    if item.likely is not None:
        told = line(f"    {say('benchmark.likely')} ", item.likely.name, (f"  {item.likely.id}", "cyan"))
        yield from indented(told, 6, width)
    for effect in item.effects[:MOST_EFFECTS]:
        moved = f"{spoken(effect.before)} → {spoken(effect.after)}"
        yield from indented(line("    ", labelled(effect.competency.name, moved)), 6, width)
    if len(item.effects) > MOST_EFFECTS:
        yield line((f"    {say('show.and_so_many', n=len(item.effects) - MOST_EFFECTS)}", "dim"))


def _status(status: ChainStatus | None) -> tuple[str | tuple[str, str], ...]:
    return () if status is None else (" ", (spoken(status), STATUS_STYLE[status]))
