"""How the history of imports is shown."""

from rich.text import Text

from api.answers.store_views import RunList, RunView
from api.answers.words import count, facts, in_a_row, said_outcome
from api.cli.render.pagination import show_next
from api.cli.terminal import FOLD, ID, NUMBER, WIDE, WORD, Terminal, line, local_time, table
from graph.messages.reader_language import reader_language, say
from ingest.report import ReportedProblem

_OUTCOME_STYLE = {"applied": "green", "refused": "bold red", "unchanged": ""}


def show_runs(runs: RunList, out: Terminal) -> None:
    """Show the imports that were tried, the latest first, and what came of each."""
    if not runs.items:
        out.show(line(say("show.nothing_imported")))
        return
    rows: list[list[str | Text]] = [
        [
            local_time(run.at),
            line((said_outcome(run.outcome), _OUTCOME_STYLE[run.outcome])),
            str(run.revision),
            run.id,
            run.source or "-",
            _summary(run),
        ]
        for run in runs.items
    ]
    layout = {"when": WORD, "outcome": WORD, "revision": NUMBER, "run": ID, "source": FOLD}
    heads = [(say(f"heading.{name}"), how) for name, how in layout.items()]
    out.show(table(*heads, (say("show.what_came"), WIDE), rows=rows))
    show_next(runs.next, len(runs.items), runs.total, out)


def _summary(run: RunView) -> str:
    if run.outcome == "refused":
        problems = run.report.get("problems") or []
        first = ReportedProblem.model_validate(problems[0]).reason_in(reader_language()) if problems else ""
        return say("show.first_of", problems=count(run.report.get("problems_total", 0), "problem"), reason=first)
    if run.outcome == "unchanged":
        return say("show.nothing_new")
    said = [say("show.takes_back", run=run.report["undoes"])] if run.report.get("undoes") else []
    for what in ("added", "changed", "removed"):
        counts = run.report.get(what) or {}
        total = sum(counts.values())
        if total:
            both = facts([count(counts.get("nodes", 0), "node"), count(counts.get("links", 0), "link")])
            said.append(f"{say(f'heading.{what}')} {both}")
    return in_a_row(said) or say("show.own_properties")
