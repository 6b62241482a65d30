"""How the history of imports is shown."""

from rich.text import Text

from api.answers.store_views import RunList, RunView
from api.answers.words import count
from api.cli.render.pagination import show_next
from api.cli.terminal import FOLD, ID, NUMBER, WIDE, WORD, Terminal, line, table
from graph.messages import text

_OUTCOME_STYLE = {"applied": "green", "refused": "bold red", "unchanged": ""}


def show_runs(runs: RunList, out: Terminal) -> None:
    """Show the imports that were tried, the latest first, and what came of each."""
    if not runs.items:
        out.show(line(text("show.nothing_imported")))
        return
    rows: list[list[str | Text]] = [
        [
            run.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            line((run.outcome, _OUTCOME_STYLE[run.outcome])),
            str(run.revision),
            run.id,
            run.source or "-",
            _summary(run),
        ]
        for run in runs.items
    ]
    heads = [("when", WORD), ("outcome", WORD), ("revision", NUMBER), ("run", ID), ("source", FOLD)]
    out.show(table(*heads, (text("show.what_came"), WIDE), rows=rows))
    show_next(runs.next, len(runs.items), runs.total, out)


def _summary(run: RunView) -> str:
    if run.outcome == "refused":
        problems = run.report.get("problems") or [{}]
        return f"{count(run.report.get('problems_total', 0), 'problem')}, first: {problems[0].get('reason', '')}"
    if run.outcome == "unchanged":
        return text("show.nothing_new")
    said = [text("show.takes_back", run=run.report["undoes"])] if run.report.get("undoes") else []
    for what in ("added", "changed", "removed"):
        counts = run.report.get(what) or {}
        total = sum(counts.values())
        if total:
            said.append(f"{what} {count(counts.get('nodes', 0), 'node')}, {count(counts.get('links', 0), 'link')}")
    return "; ".join(said) or text("show.own_properties")
