"""How metrics are shown: metric by metric, the largest values first."""

from itertools import groupby

from rich.text import Text

from api.answers.words import in_a_row, listed, metric_name, spoken, spoken_focus, spoken_scope
from api.cli.terminal import Terminal, indented, line, number
from graph.messages.reader_language import say
from graph.messages.template_match import matched
from queries.metrics import Metrics
from queries.metrics_measures import Measure
from queries.semantics.scope import ScopeNote


def show_metrics(found: Metrics, out: Terminal) -> None:
    """Show each metric's values, and how they were taken."""
    by = (f"{metric_name(name)} {spoken(str(value))}" for name, value in found.parameters.items() if name != "what")
    about = in_a_row([say("spoken.revision", n=found.revision), *filter(None, [listed(by)])])
    out.show(line((say("heading.metrics"), "bold"), (f"  {about}", "dim")))
    out.show(*(line((said, "yellow")) for said in spoken_scope(ScopeNote(asked=found.scope))))
    out.show(*(line((said, "yellow")) for said in spoken_focus(found.focus, found.scope)))
    for metric, measures in groupby(found.items, key=lambda one: one.metric):
        out.show(Text(), line((metric_name(metric), "bold")))
        for one in measures:
            out.show(*_measure(one, out.width))
    if len(found.items) < found.total:
        out.show(Text(), line((say("show.all_as_csv", items=len(found.items), total=found.total), "dim")))


def _measured_name(name: str) -> str:
    """Return what a measure of the whole graph is of, in the reader's language."""
    found = matched(name, ("measure", "status", "spoken"))
    return name if found is None else say(found.key, **found.params)


def _measure(one: Measure, width: int) -> list[Text]:
    shown = f"{one.value:.4f}" if 0 < one.value < 1 else number(one.value)
    row = line(
        f"{shown:>10}  ", one.name if one.id else _measured_name(one.name), (f"  {one.id}" if one.id else "", "cyan")
    )
    return indented(row, 14, width)
