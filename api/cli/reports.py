"""How the report of an import is told: what it did, what is wrong row by row, and what to do next."""

from collections.abc import Callable, Iterator
from itertools import groupby

from rich.text import Text

from api.cli.terminal import Terminal, count, indented, line
from graph.model import Frozen
from ingest.run import IngestReport, ReportedProblem

MOST_PROBLEMS = 20
Command = Callable[[str], str]
"""From words to the command line that asks the same store."""


class Written(Frozen):
    """A file that was written."""

    file: str


class Serving(Frozen):
    """Where the service answers, and which store it serves."""

    url: str
    store: str


def show_template(written: Written, command: Command, out: Terminal) -> None:
    """Say what to do with the workbook."""
    out.show(
        line(("✓ ", "green"), f"{written.file} is ready to be filled in; its sheet Help explains the others."),
        line("  Then see what it would change:  ", (command(f"ingest native {written.file} --dry-run"), "cyan")),
    )


def show_report(report: IngestReport, command: Command, out: Terminal, err: Terminal) -> None:
    """Show what the import did or would do; problems, and what to do about them."""
    out.show(*_verdict(report, out.width))
    if report.read:
        out.show(Text(), *_records(report, out.width))
    if not report.refused and report.read:
        out.show(Text(), _statements(report))
    for note in report.notes:
        out.show(*indented(line(("note: ", "bold"), note), 6, out.width))
    if report.problems:
        out.show(Text(), *_problems(report, out.width))
    err.say(Text(), *(line(words) for words in _next(report, command)))


def _verdict(report: IngestReport, width: int) -> Iterator[Text]:
    who = report.source or "The input"
    if report.refused:
        wrong = count(report.problems_total, "problem")
        text = line(("✗ refused", "bold red"), f" - {who}: {wrong}; nothing was changed.")
    elif report.dry_run:
        text = line(("○ dry run", "bold"), f" - {who}: this is what would change; nothing was.")
    elif report.revision == report.base_revision:
        text = line(("✓ unchanged", "bold green"), f" - {who} states nothing new; still revision {report.revision}.")
    else:
        text = line(("✓ imported", "bold green"), f" - {who}; the graph is now at revision {report.revision}.")
    return iter(indented(text, 2, width))


def _records(report: IngestReport, width: int) -> Iterator[Text]:
    rejected = (f"{report.rejected:,} rejected", "bold red" if report.rejected else "")
    skipped = sum(report.skipped.values())
    yield line(
        f"rows      {report.read:>9,} read = {report.accepted:,} accepted + ", rejected, f" + {skipped:,} skipped"
    )
    for reason, how_many in report.skipped.items():
        yield from indented(line(f"          {how_many:>9,} skipped: {reason}"), 29, width)


def _statements(report: IngestReport) -> Text:
    heading = f"{'':<10}{'added':>9}{'changed':>9}{'removed':>9}{'unchanged':>11}"
    text = line((heading, "bold"))
    for what in ("nodes", "links"):
        added, changed, removed, kept = (
            getattr(counts, what) for counts in (report.added, report.changed, report.removed, report.unchanged)
        )
        text.append(f"\n{what:<10}{added:>9,}{changed:>9,}{removed:>9,}{kept:>11,}")
    if report.dormant:
        text.append(f"\ndormant   {report.dormant:>9,} links wait for a node that nobody states yet")
    return text


def _problems(report: IngestReport, width: int) -> Iterator[Text]:
    """Yield the problems by file and sheet; neighbours that say the same are told together."""
    told = [list(same) for _, same in groupby(report.problems, key=lambda p: p.model_copy(update={"row": None}))]
    shown = told[:MOST_PROBLEMS]
    for (file, sheet), groups in groupby(shown, key=lambda same: (same[0].file, same[0].sheet)):
        yield line((f"{file or 'all of it'}{f', sheet {sheet}' if sheet else ''}", "bold"))
        for same in groups:
            yield from indented(_problem(same), 6, width)
    more = report.problems_total - sum(map(len, shown))
    if more > 0:
        yield line((f"and {more:,} more; --json lists up to 1,000", "dim"))


def _problem(same: list[ReportedProblem]) -> Text:
    first, rows = same[0], [problem.row for problem in same if problem.row is not None]
    place = f"row {rows[0]:,}" if rows else ""
    if len(rows) > 1:
        place = f"{len(rows):,} rows, {rows[0]:,} to {rows[-1]:,}"
    column = f"column {first.column}" if first.column else ""
    where = ", ".join(filter(None, (place, column)))
    is_said = first.value is None or first.value in first.reason
    value = "" if is_said else f" (found: {first.value})"
    return line("  ", (f"{where}: " if where else "", "bold"), first.reason, (value, "dim"))


def _next(report: IngestReport, command: Command) -> list[str]:
    if report.refused:
        advice = ["Correct this and import again; the row numbers are those that a spreadsheet shows."]
        if all(problem.row is not None and problem.row > 1 for problem in report.problems):
            advice.append("Or leave these rows out and import the rest: --skip-invalid")
        return advice
    if report.dry_run:
        return ["To import it, repeat the command without --dry-run."]
    return [
        "Where do chains break?          " + command("gaps"),
        "Which roles are covered?        " + command("coverage --by discipline"),
        "Find an id, then trace it:      " + command("search TEXT"),
    ]
