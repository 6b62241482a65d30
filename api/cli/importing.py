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


class StatementOptions(NamedTuple):
    """How xAPI statements become assessments."""

    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Which activity is which task: activity, task_id, competency_id."),
    ] = None
    stage: Annotated[Literal["formative", "final"] | None, typer.Option(help="Within the phase, or at its end.")] = None
    date: Annotated[
        str | None, typer.Option(metavar="DAY", help="State all as of this day, as 2026-03-01, not day by day.")
    ] = None


NativePath = Annotated[
    Path, typer.Argument(metavar="PATH", help="A folder of .csv files, or one .csv, .xlsx or .json file.")
]
EscoPath = Annotated[Path, typer.Argument(metavar="PATH", help="The unpacked CSV download, or one of its files.")]
OsmtPath = Annotated[
    Path, typer.Argument(metavar="PATH", help="A .json answer or .csv export of OSMT, or a folder of them.")
]
JsonldPath = Annotated[Path, typer.Argument(metavar="PATH", help="A .jsonld or .json file, or a folder of them.")]
XapiPath = Annotated[
    Path, typer.Argument(metavar="PATH", help="Statements, one JSON object a line, or one JSON array of them.")
]


def ingest_native(ask: Ask, path: NativePath, job: JobOptions) -> None:
    """Import your own data: a filled-in template, or what `rolepath export native` wrote."""
    from ingest.formats import native

    _ingest(ask, lambda tell: native.read(path, job.source, tell), job)


def ingest_esco(ask: Ask, path: EscoPath, job: JobOptions) -> None:
    """Import ESCO: the European skills, occupations, and which occupation requires which skill."""
    from ingest.formats import esco

    _ingest_framework(ask, lambda tell: esco.read(path, tell), job)


def ingest_osmt(ask: Ask, path: OsmtPath, job: JobOptions) -> None:
    """Import rich skill descriptors of the Open Skills Network, and the occupations that require them."""
    from ingest.formats import osmt

    _ingest_framework(ask, lambda tell: osmt.read(path, tell), job)


def ingest_jsonld(ask: Ask, path: JsonldPath, job: JobOptions) -> None:
    """Import JSON-LD of schema.org and CTDL: courses, occupations, tasks, skills, badges. Nothing is fetched."""
    from ingest.formats import jsonld

    _ingest_framework(ask, lambda tell: jsonld.read(path, tell), job)


def ingest_xapi(
    ask: Ask,
    path: XapiPath,
    job: JobOptions,
    cohort: Annotated[str, typer.Option(metavar="ID", help="The cohort whose learners these are.")],
    options: StatementOptions,
) -> None:
    """Import assessments from a learning platform's xAPI statements. Who the learners are is never kept."""
    from ingest.formats import xapi

    how = xapi.Grouping(cohort=cohort, stage=options.stage, date=options.date)
    _ingest_framework(ask, lambda tell: xapi.read(path, how, options.mapping, tell), job)


def ingest_example(ask: Ask, job: JobOptions) -> None:
    """Import the bundled example: an invented polytechnic, in English and Chinese."""
    from api.examples import example
    from ingest.formats import native

    with example("polytechnic") as folder:
        _ingest(ask, lambda tell: native.read(folder, job.source, tell), job)


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
    with _progress(ask) as tell:
        report = ingest(lambda: read(tell), ask.store, mode=job.mode, leniency=leniency, dry_run=job.dry_run)
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


@contextmanager
def _progress(ask: Ask) -> Iterator[OnProgress]:
    """Give what readers tell their progress to: a line on standard error where that is a terminal."""
    if not ask.err.console.is_terminal:
        yield lambda _file, _rows: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=ask.err.console, transient=True) as progress:
        task = progress.add_task("opening")
        yield lambda file, rows: progress.update(task, description=f"reading {file}: {rows:,} rows")
