"""How the report of an import is told: what it did, what is wrong row by row, and what to do next."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from pydantic import ValidationError
from rich.text import Text

from api.answers.store_views import RunView
from api.answers.words import count, facts, kind_name, labelled, property_name, said_outcome, spoken_value
from api.cli.terminal import Terminal, indented, line, local_time, padded
from graph.document_part import spoken_part
from graph.messages.reader_language import reader_language, say
from graph.model import Frozen
from ingest.effects import LinkExample, NodeExample, Stated
from ingest.report import IngestReport, ReportedProblem

MOST_PROBLEMS = 20
LONGEST_VALUE = 60
Command = Callable[[str], str]
"""From words to the command line that asks the same store."""


class WrittenFile(Frozen):
    """A file that was written."""

    file: str


class ServiceAddress(Frozen):
    """Where the service answers, and which store it serves."""

    url: str
    store: str


def show_template(written: WrittenFile, command: Command, out: Terminal) -> None:
    """Say what to do with the workbook."""
    out.show(
        line(("✓ ", "green"), say("show.template_ready", file=written.file)),
        line(say("show.then_see"), (command(f"ingest native {shlex.quote(str(written.file))} --dry-run"), "cyan")),
    )


def show_report(report: IngestReport, command: Command, out: Terminal, err: Terminal) -> None:
    """Show what the import did or would do; problems, and what to do about them."""
    out.show(*_verdict(report, out.width))
    _show_contents(report, out, with_samples=report.dry_run)
    err.say(Text(), *(line(words) for words in _next(report, command)))


def _show_contents(report: IngestReport, out: Terminal, *, with_samples: bool) -> None:
    if report.read:
        out.show(Text(), *_records(report, out.width))
    if not report.refused and (report.read or report.undoes):
        out.show(Text(), *_statements(report, out.width))
        if with_samples:
            out.show(*_samples(report, out.width))
    for note in report.notes_in(reader_language()):
        out.show(*indented(line((say("show.note"), "bold"), note), 6, out.width))
    if report.problems:
        out.show(Text(), *_problems(report, out.width))


def show_past_run(run: RunView, out: Terminal) -> None:
    """Show the report of an import that is over, with its examples, and when it was."""
    when = local_time(run.at)
    out.show(
        line((say("show.run"), "bold"), (run.id, "cyan"), f"  {when}  {run.source or '-'}  {said_outcome(run.outcome)}")
    )
    try:
        report = IngestReport.model_validate(run.report)
    except ValidationError:  # kept by an older Rolepath, or applied without a report
        out.show(line(say("show.no_report")))
        return
    out.show(*_verdict(report, out.width))
    _show_contents(report, out, with_samples=True)


def _verdict(report: IngestReport, width: int) -> Iterator[Text]:
    who = report.source or say("show.the_input")
    if report.refused:
        wrong = count(report.problems_total, "problem")
        row = line((say("show.is_refused"), "bold red"), say("show.refused", who=who, wrong=wrong))
    elif report.dry_run:
        row = line((say("show.dry_run"), "bold"), say("show.dry_run_of", who=who))
    elif report.undoes:
        row = line((say("show.taken_back"), "bold green"), say("show.now_at", who=who, revision=report.revision))
    elif report.revision == report.base_revision:
        row = line(
            (say("show.is_unchanged"), "bold green"), say("show.nothing_new_of", who=who, revision=report.revision)
        )
    else:
        done = "show.is_imported" if report.reason is None else "edit.is_entered"
        row = line((say(done), "bold green"), say("show.now_at", who=who, revision=report.revision))
    return iter(indented(row, 2, width))


def _records(report: IngestReport, width: int) -> Iterator[Text]:
    rejected = (say("show.rejected", n=f"{report.rejected:,}"), "bold red" if report.rejected else "")
    skipped = sum(report.skipped.values())
    yield line(
        say("show.rows_read", read=report.read, accepted=report.accepted),
        rejected,
        say("show.rows_skipped", skipped=skipped),
    )
    for reason, how_many in report.skipped_in(reader_language()).items():
        yield from indented(line(say("show.skipped_because", how_many=how_many, reason=reason)), 29, width)


def _statements(report: IngestReport, width: int) -> Iterator[Text]:
    widths = {"added": 9, "changed": 9, "removed": 9, "unchanged": 11}
    heads = (padded(say(f"heading.{name}"), width, right=True) for name, width in widths.items())
    yield line((" " * 10 + "".join(heads), "bold"))
    for what in ("nodes", "links"):
        added, changed, removed, kept = (
            getattr(counts, what) for counts in (report.added, report.changed, report.removed, report.unchanged)
        )
        yield line(f"{padded(say(f'heading.{what}'), 10)}{added:>9,}{changed:>9,}{removed:>9,}{kept:>11,}")
    gone, removed = report.vanishing, report.removed
    if removed.nodes or removed.links:
        what = say("show.vanish", nodes=count(gone.nodes, "node"), links=count(gone.links, "link"))
        stay = removed.nodes + removed.links - gone.nodes - gone.links
        what += say("show.stay", stay=stay) if stay else ""
        yield from indented(
            line((padded(say("show.vanishing"), 10), "bold yellow" if gone.nodes or gone.links else ""), what),
            10,
            width,
        )
    if report.dormant:
        yield line(say("show.dormant", dormant=report.dormant))


def _samples(report: IngestReport, width: int) -> Iterator[Text]:
    """Yield examples of what is added, changed and removed, by a sign each; what vanishes is said."""
    samples = report.samples
    for word, sign, style, examples, counts in (
        ("added", "+", "green", samples.added, report.added),
        ("changed", "~", "yellow", samples.changed, report.changed),
        ("removed", "-", "red", samples.removed, report.removed),
    ):
        for what, some, total in (("nodes", examples.nodes, counts.nodes), ("links", examples.links, counts.links)):
            if some:
                yield Text()
                yield line(
                    (say(f"show.{what}_{word}"), "bold"),
                    say("show.some_of", some=len(some), total=total) if total > len(some) else "",
                )
                yield from _examples(some, sign, style, width)


def _examples(some: Sequence[NodeExample | LinkExample], sign: str, style: str, width: int) -> Iterator[Text]:
    for one in some:
        vanishes = ("  " + say("import.vanishes"), "bold yellow") if one.vanishes else ""
        parts = (
            (kind_name(one.kind), " ", (one.id, "cyan"), f"  {one.name or ''}".rstrip())
            if isinstance(one, NodeExample)
            else (*_end(one.from_id, one.from_name), f" {one.relation} ", *_end(one.to_id, one.to_name))
        )
        yield from indented(line("  ", (sign, style), " ", *parts, vanishes), 6, width)
        if sign == "~":
            for name in dict.fromkeys((*one.before, *one.after)):
                told = line(
                    "      ",
                    labelled(property_name(name), ""),
                    (_value(one.before, name), "red"),
                    " → ",
                    (_value(one.after, name), "green"),
                )
                yield from indented(told, 8, width)


def _end(node_id: str, name: str | None) -> tuple[tuple[str, str], str]:
    return (node_id, "cyan"), f" {_cut(name)}" if name else ""


def _value(stated: Stated, name: str) -> str:
    return _cut(spoken_value(stated[name])) if name in stated else say("site.not_stated")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _problems(report: IngestReport, width: int) -> Iterator[Text]:
    """Yield the problems by file and sheet; neighbours that say the same are told together."""
    told = [list(same) for _, same in groupby(report.problems, key=lambda p: p.model_copy(update={"row": None}))]
    shown = told[:MOST_PROBLEMS]
    for (file, sheet), groups in groupby(shown, key=lambda same: (same[0].file, same[0].sheet)):
        yield line(
            (
                facts(
                    [file or say("show.all_of_it"), *([spoken_part(sheet).text(reader_language())] if sheet else [])]
                ),
                "bold",
            )
        )
        for same in groups:
            yield from indented(_problem(same), 6, width)
    more = report.problems_total - sum(map(len, shown))
    if more > 0:
        yield line((say("show.more_problems", more=more), "dim"))


def _problem(same: list[ReportedProblem]) -> Text:
    first, rows = same[0], [problem.row for problem in same if problem.row is not None]
    place = say("place.row", row=f"{rows[0]:,}") if rows else ""
    if len(rows) > 1:
        place = say("show.rows", n=len(rows), first=rows[0], last=rows[-1])
    column = say("place.column", column=first.column) if first.column else ""
    where = facts(filter(None, (place, column)))
    reason = first.reason_in(reader_language())
    is_said = first.value is None or first.value in reason
    value = "" if is_said else say("show.found_value", value=first.value)
    return line("  ", (labelled(where, "") if where else "", "bold"), reason, (value, "dim"))


def _next(report: IngestReport, command: Command) -> list[str]:
    if report.refused and report.undoes:
        return [say("show.mend_other_source")]
    if report.refused:
        advice = [say("show.correct_this")]
        if all(problem.row is not None and problem.row > 1 for problem in report.problems):
            advice.append(say("show.skip_invalid"))
        return advice
    if report.dry_run:
        what = "show.take_back" if report.undoes else "show.import_it" if report.reason is None else "edit.enter_it"
        return [say("show.repeat", what=say(what))]
    if report.reason is not None and not report.undoes:
        return [say("edit.take_back", command=command(f"undo --run {report.run}"))]
    if report.undoes:
        return [say("show.bring_back") + command(f"undo {shlex.quote(report.source)}")]
    return [
        say("show.where_break") + command("gaps"),
        say("show.which_covered") + command("coverage --by discipline"),
        say("show.find_id") + command("search TEXT"),
    ]
