"""How a what-if is shown: what would change in the graph, and what that would do."""

from rich.text import Text

from api.answers.words import count, standing
from api.cli.render.diff import show_changes, show_consequences, show_scope
from api.cli.terminal import Terminal, indented, line, number, padded, percent
from graph.messages.reader_language import say
from queries.coverage import RoleCoverage
from queries.gaps import Gaps
from queries.plan import Plan
from queries.trace import Trace
from queries.what_if import ScenarioAnswer, WhatIf


def show_what_if(found: WhatIf, out: Terminal) -> None:
    """Show what would change; say that nothing did."""
    out.show(line((say("what_if.title"), "bold"), (say("show.on_revision", revision=found.revision), "dim")))
    show_scope(found.scope, found.focus, out)
    show_changes(found.changes, out)
    show_consequences(found.consequences, out)
    if found.asked is not None:
        _show_asked(found.asked, out)


def _show_asked(asked: ScenarioAnswer, out: Terminal) -> None:
    out.show(Text(), line((say(f"asked_of.{asked.ask}"), "bold"), (f"  {asked.of}" if asked.of else "", "cyan")))
    for when, found in (("before", asked.before), ("after", asked.after)):
        out.show(*indented(line("  ", padded(say(f"spoken.{when}"), 7), f" {_in_a_line(found)}"), 10, out.width))


def _in_a_line(found: Gaps | RoleCoverage | Trace | Plan | None) -> str:
    match found:
        case None:
            return say("effect.not_there")
        case Gaps():
            return count(found.total, "gap")
        case RoleCoverage():
            return say("show.covered", coverage=percent(found.coverage), direct=percent(found.direct))
        case Plan():
            after = percent(found.coverage_after)
            return say("show.plan_line", steps=count(len(found.steps), "task"), hours=number(found.hours), after=after)
        case Trace():
            return standing(found.status, found.link)
