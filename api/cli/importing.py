"""The commands that bring data in: `rolepath ingest ...`, and the workbook to fill in before."""

# ruff: noqa: PLC0415

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from api.cli.asking import Ask

if TYPE_CHECKING:
    from ingest.draft import Draft
    from ingest.run import IngestReport

OnProgress = Callable[[str, int], None]
Mode = Literal["replace", "merge"]


class JobOptions(NamedTuple):
    """How an import is to be done, and what it may do that it may not by default."""

    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who states this; before the name in the files.")
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change, and what is wrong.")] = False
    skip_invalid: Annotated[
        bool, typer.Option("--skip-invalid", help="Leave out the rows that are wrong, import the rest.")
    ] = False
    allow_dangling: Annotated[
        bool, typer.Option("--allow-dangling", help="Keep links to nodes that are not there yet.")
    ] = False
    mode: Annotated[Mode, typer.Option(help="replace: what is stated no more goes. merge: only add and change.")] = (
        "replace"
    )
    allow_removals: Annotated[
        bool, typer.Option("--allow-removals", help="Also when over 20 % of a source would go.")
    ] = False


NativePath = Annotated[
    Path, typer.Argument(metavar="PATH", help="A folder of .csv files, or one .csv, .xlsx or .json file.")
]
EscoPath = Annotated[Path, typer.Argument(metavar="PATH", help="The unpacked CSV download, or one of its files.")]


def ingest_native(ask: Ask, path: NativePath, job: JobOptions) -> None:
    """Import your own data: a filled-in template, or what `rolepath export native` wrote."""
    from ingest.formats import native

    _ingest(ask, lambda tell: native.read(path, job.source, tell), job)


def ingest_esco(ask: Ask, path: EscoPath, job: JobOptions) -> None:
    """Import ESCO: the European skills, occupations, and which occupation requires which skill."""
    from ingest.formats import esco

    _ingest_framework(ask, lambda tell: esco.read(path, tell), job)


def ingest_example(ask: Ask, job: JobOptions) -> None:
    """Import the bundled example: an invented polytechnic, in English and Chinese."""
    from api.examples import example
    from ingest.formats import native

    with example("polytechnic") as folder:
        _ingest(ask, lambda tell: native.read(folder, job.source, tell), job)


def undo(
    ask: Ask,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Whose last import; `rolepath sources` lists them.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Take back the last import of a source, as a new revision.

    What the source stated before is stated again; other sources stay as they are. An undo is an import too: undo twice,
    and what was taken back is there again.
    """
    from api.cli.reports import show_report
    from ingest import undo as undoing

    report = undoing.undo(ask.store_for_reading, source, dry_run=dry_run)
    if report.refused and not dry_run:
        _keep(ask, report)
    ask.answer(report, lambda out: show_report(report, ask.command, out, ask.err))
    if report.refused:
        ask.stop(1)


def template(
    ask: Ask,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook to write.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False,
) -> None:
    """Write an empty workbook to fill in, with help and drop-downs."""
    from api.cli.reports import Written, show_template
    from ingest.formats.template import write_template

    if file.suffix.lower() != ".xlsx":
        raise typer.BadParameter(f"{file.name} is no workbook's name: end it in .xlsx", param_hint="FILE.xlsx")
    write_template(file, overwrite=overwrite)
    written = Written(file=str(file))
    ask.answer(written, lambda out: show_template(written, ask.command, out))


def _ingest_framework(ask: Ask, read: "Callable[[OnProgress], Draft]", job: JobOptions) -> None:
    """Run the job of a format whose files do not name their source; `--source` renames it."""

    def read_as_named(tell: OnProgress) -> "Draft":
        draft = read(tell)
        if job.source:
            draft.source = draft.source.model_copy(update={"name": job.source})
        return draft

    _ingest(ask, read_as_named, job)


def _ingest(ask: Ask, read: "Callable[[OnProgress], Draft]", job: JobOptions) -> None:
    """Run the job and answer with its report; exit status 1 where it was refused."""
    from api.cli.reports import show_report
    from ingest.run import Leniency, ingest

    leniency = Leniency(job.skip_invalid, job.allow_dangling, job.allow_removals)
    with _progress(ask) as told:
        report = ingest(
            lambda: read(told.rows),
            ask.store,
            mode=job.mode,
            leniency=leniency,
            dry_run=job.dry_run,
            on_phase=told.phase,
        )
    if not job.dry_run and report.revision == report.base_revision:
        _keep(ask, report)
    ask.answer(report, lambda out: show_report(report, ask.command, out, ask.err))
    if report.refused:
        ask.stop(1)


def _keep(ask: Ask, report: "IngestReport") -> None:
    """Keep the report of a job that left no trace in the store; that it cannot be kept undoes nothing."""
    from api.state import State
    from graph.errors import StoreUnavailableError

    try:
        State(ask.settings.state_path).keep_run(report, ask.store.url)
    except (StoreUnavailableError, OSError) as error:
        ask.hint(f"`rolepath runs` will not list this import: {error}")


class _Told(NamedTuple):
    """What a job tells its progress to: the rows that were read of a file, and what it does after reading."""

    rows: OnProgress
    phase: Callable[[str], None]


@contextmanager
def _progress(ask: Ask) -> Iterator[_Told]:
    """Give what a job tells its progress to: a line on standard error where that is a terminal."""
    if not ask.err.console.is_terminal:
        yield _Told(lambda _file, _rows: None, lambda _phase: None)
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=ask.err.console, transient=True) as progress:
        task = progress.add_task("opening")
        yield _Told(
            lambda file, rows: progress.update(task, description=f"reading {file}: {rows:,} rows"),
            lambda phase: progress.update(task, description=phase),
        )
