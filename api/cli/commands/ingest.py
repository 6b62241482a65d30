"""The commands that bring data in: `rolepath ingest ...`, and the workbook to fill in before."""

# ruff: noqa: PLC0415

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from api.cli.context import CommandRun, made
from api.cli.wrong_usage import wrong_usage
from graph.messages.reader_language import reader_language, say
from queries.parameters.description import help_of

if TYPE_CHECKING:
    from ingest.draft import Draft
    from ingest.progress import OnProgress, Progress
    from ingest.report import IngestReport

Mode = Literal["replace", "merge"]


class JobOptions(NamedTuple):
    """How an import is to be done, and what it may do that it may not by default."""

    source: Annotated[str | None, typer.Option(metavar="NAME", help=help_of("option_help.source"))] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("option_help.dry_run"))] = False
    skip_invalid: Annotated[bool, typer.Option("--skip-invalid", help=help_of("option_help.skip_invalid"))] = False
    allow_dangling: Annotated[bool, typer.Option("--allow-dangling", help=help_of("option_help.allow_dangling"))] = (
        False
    )
    mode: Annotated[Mode, typer.Option(help=help_of("option_help.mode"))] = "replace"
    allow_removals: Annotated[bool, typer.Option("--allow-removals", help=help_of("option_help.allow_removals"))] = (
        False
    )
    institution: Annotated[str | None, typer.Option(metavar="ID", help=help_of("option_help.institution"))] = None


class StatementArguments(NamedTuple):
    """How xAPI statements become assessments."""

    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help=help_of("option_help.activities")),
    ] = None
    stage: Annotated[Literal["formative", "final"] | None, typer.Option(help=help_of("option_help.stage"))] = None
    date: Annotated[str | None, typer.Option(metavar="DAY", help=help_of("option_help.date_not_daily"))] = None


NativePath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.native_files"))]
NicePath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.nice_files"))]
CasePath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.case_file"))]
EscoPath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.esco_files"))]
OsmtPath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.osmt_files"))]
JsonldPath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.jsonld_files"))]
MoodlePath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.moodle_file"))]
CanvasPath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.canvas_file"))]
XapiPath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.xapi_files"))]

MoeDocumentsPath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.moe_programmes_files"))]
MoeTablesPath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.moe_crosswalk_files"))]

OnetPath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.onet_files"))]
CipPath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.cip_soc_files"))]
PairsPath = Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.crosswalk_file"))]


class PairsArguments(NamedTuple):
    """How a table of pairs of ids is read."""

    from_column: Annotated[str | None, typer.Option(metavar="COLUMN", help=help_of("option_help.from_column"))] = None
    to_column: Annotated[str | None, typer.Option(metavar="COLUMN", help=help_of("option_help.to_column"))] = None
    confidence_column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help=help_of("option_help.confidence_column"))
    ] = None
    weights: Annotated[
        str | None,
        typer.Option(metavar="C=W,...", help=help_of("option_help.weights_long")),
    ] = None
    relation: Annotated[str, typer.Option(metavar="RELATION", help=help_of("option_help.relation"))] = "SAME_AS"
    from_prefix: Annotated[str | None, typer.Option(metavar="PREFIX", help=help_of("option_help.from_prefix"))] = None
    to_prefix: Annotated[str | None, typer.Option(metavar="PREFIX", help=help_of("option_help.to_prefix"))] = None
    translate: Annotated[Path | None, typer.Option(metavar="FILE", help=help_of("option_help.translate"))] = None
    old_column: Annotated[str | None, typer.Option(metavar="COLUMN", help=help_of("option_help.old_codes"))] = None
    new_column: Annotated[str | None, typer.Option(metavar="COLUMN", help=help_of("option_help.new_codes"))] = None
    header_row: Annotated[
        int | None, typer.Option(min=1, max=20, metavar="N", help=help_of("option_help.header_row"))
    ] = None


def ingest_native(
    ask: CommandRun,
    path: NativePath,
    job: JobOptions,
    strict: Annotated[bool, typer.Option("--strict", help=help_of("option_help.strict"))] = False,
) -> None:
    """Import your own data: a filled-in template, or what `rolepath export native` wrote."""
    _ingest_format(ask, "native", path, job, {"strict": strict})


def ingest_esco(ask: CommandRun, path: EscoPath, job: JobOptions) -> None:
    """Import ESCO: the European skills, occupations, and which occupation requires which skill."""
    _ingest_format(ask, "esco", path, job)


def ingest_onet(
    ask: CommandRun,
    path: OnetPath,
    job: JobOptions,
    importance: Annotated[
        float, typer.Option(min=1, max=5, metavar="1..5", help=help_of("option_help.importance"))
    ] = 3.0,
    technology: Annotated[bool, typer.Option("--technology", help=help_of("option_help.technology"))] = False,
) -> None:
    """Import O*NET: occupations, their tasks, and the activities, skills and knowledge that they require."""
    _ingest_format(ask, "onet", path, job, {"importance": importance, "technology": technology})


def ingest_cip_soc(ask: CommandRun, path: CipPath, job: JobOptions) -> None:
    """Import programmes of study (CIP), and the occupations that they may lead to (SOC, as in O*NET)."""
    _ingest_format(ask, "cip-soc", path, job)


def ingest_crosswalk(ask: CommandRun, path: PairsPath, job: JobOptions, pairs: PairsArguments) -> None:
    """Import pairs of ids with a confidence: a published crosswalk, or a reviewed alignment."""
    told = pairs._asdict()
    translate = told.pop("translate")
    _ingest_format(ask, "crosswalk", path, job, told, beside={"translate": translate})


def ingest_nice(ask: CommandRun, path: NicePath, job: JobOptions) -> None:
    """Import NICE, the cyber security framework of 2017 or 2024: work roles, tasks, and what the roles require."""
    _ingest_format(ask, "nice", path, job)


def ingest_case(
    ask: CommandRun,
    path: CasePath,
    job: JobOptions,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=help_of("option_help.case_mapping")),
    ] = None,
) -> None:
    """Import a framework of competencies from a 1EdTech CASE 1.1 package."""
    _ingest_format(ask, "case", path, job, beside={"mapping": mapping})


def ingest_moe_programmes(
    ask: CommandRun,
    path: MoeDocumentsPath,
    job: JobOptions,
    catalogue: Annotated[Path | None, typer.Option(metavar="FILE", help=help_of("option_help.moe_catalogue"))] = None,
) -> None:
    """Import China's programme descriptions: programmes with abilities, courses, training, certificates and roles."""
    _ingest_format(ask, "moe-programmes", path, job, beside={"catalogue": catalogue})


def ingest_teaching_standards(ask: CommandRun, path: MoeDocumentsPath, job: JobOptions) -> None:
    """Import China's teaching standards: programmes, their outcomes, courses and what these aim at."""
    _ingest_format(ask, "teaching-standards", path, job)


def ingest_curriculum_plans(ask: CommandRun, path: MoeDocumentsPath, job: JobOptions) -> None:
    """Import a college's talent training plans: programmes with outcomes, courses by term, units, training, roles."""
    _ingest_format(ask, "curriculum-plans", path, job)


def ingest_moe_occupations(ask: CommandRun, path: MoeDocumentsPath, job: JobOptions) -> None:
    """Import China's classification of occupations: what each does, and the class that it belongs to."""
    _ingest_format(ask, "moe-occupations", path, job)


def ingest_moe_crosswalk(ask: CommandRun, path: MoeTablesPath, job: JobOptions) -> None:
    """Import China's catalogue of programmes, and the occupations that each programme targets."""
    _ingest_format(ask, "moe-crosswalk", path, job)


def ingest_job_advertisements(
    ask: CommandRun,
    path: Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.job_advertisements_files"))],
    job: JobOptions,
) -> None:
    """Import tables of job advertisements: who employs for which posts, and what these do."""
    _ingest_format(ask, "job-advertisements", path, job)


def ingest_competency_analyses(
    ask: CommandRun,
    path: Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.competency_analyses_files"))],
    job: JobOptions,
) -> None:
    """Import competency analyses (PGSD): posts, their work, and the competencies that this requires."""
    _ingest_format(ask, "competency-analyses", path, job)


def ingest_skill_standards(
    ask: CommandRun,
    path: Annotated[Path, typer.Argument(metavar="PATH", help=help_of("option_help.skill_standards_files"))],
    job: JobOptions,
) -> None:
    """Import China's skill standards: what an occupation requires at each level, and what a certificate certifies."""
    _ingest_format(ask, "skill-standards", path, job)


def ingest_osmt(ask: CommandRun, path: OsmtPath, job: JobOptions) -> None:
    """Import rich skill descriptors of the Open Skills Network, and the occupations that require them."""
    _ingest_format(ask, "osmt", path, job)


def ingest_jsonld(ask: CommandRun, path: JsonldPath, job: JobOptions) -> None:
    """Import JSON-LD of schema.org and CTDL: courses, occupations, tasks, skills, badges. Nothing is fetched."""
    _ingest_format(ask, "jsonld", path, job)


def ingest_moodle(ask: CommandRun, path: MoodlePath, job: JobOptions) -> None:
    """Import a competency framework of Moodle, as a site exports it."""
    _ingest_format(ask, "moodle", path, job)


def ingest_canvas(ask: CommandRun, path: CanvasPath, job: JobOptions) -> None:
    """Import the learning outcomes of Canvas, as an account or course exports them."""
    _ingest_format(ask, "canvas", path, job)


def ingest_xapi(
    ask: CommandRun,
    path: XapiPath,
    job: JobOptions,
    cohort: Annotated[str, typer.Option(metavar="ID", help=help_of("option_help.cohort"))],
    options: StatementArguments,
) -> None:
    """Import assessments from a learning platform's xAPI statements. Who the learners are is never kept."""
    told = {"cohort": cohort, "stage": options.stage, "date": options.date}
    _ingest_format(ask, "xapi", path, job, told, beside={"mapping": options.mapping})


def ingest_example(ask: CommandRun, job: JobOptions) -> None:
    """Import the bundled example: an invented polytechnic, in English and Chinese."""
    from api.examples import example

    with example("polytechnic") as folder:
        _ingest_format(ask, "native", folder, job)


def undo(
    ask: CommandRun,
    source: Annotated[
        str | None, typer.Argument(metavar="[SOURCE]", help=help_of("option_help.undo_source"), show_default=False)
    ] = None,
    run: Annotated[str | None, typer.Option(metavar="RUN", help=help_of("option_help.undo_run"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("option_help.undo_dry_run"))] = False,
) -> None:
    """Take back the last import of a source, or with --run any run, as a new revision.

    What the source stated before is stated again; other sources stay as they are. An undo is an import too: undo twice,
    and what was taken back is there again. A run is taken back after later ones too, unless these changed the same.
    """
    from api.cli.render.ingest_report import show_report
    from ingest.run_undo import undo_run
    from ingest.undo import undo as undo_last

    if (source is None) == (run is None):
        raise wrong_usage("command.source_or_run", "SOURCE")
    store = ask.store_for_reading
    report = undo_last(store, source, dry_run=dry_run) if source else undo_run(store, run or "", dry_run=dry_run)
    if report.refused and not dry_run:
        _keep(ask, report)
    ask.answer(report, lambda out: show_report(report, ask.command, out, ask.err))
    if report.refused:
        ask.stop(1)


def template(
    ask: CommandRun,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help=help_of("option_help.workbook"))],
    overwrite: Annotated[bool, typer.Option("--overwrite", help=help_of("option_help.replace_file"))] = False,
    all_columns: Annotated[bool, typer.Option("--all-columns", help=help_of("option_help.all_columns"))] = False,
) -> None:
    """Write an empty workbook to fill in, with help, example rows and drop-downs."""
    from api.cli.render.ingest_report import WrittenFile, show_template
    from ingest.formats.native.workbook import write_template

    if file.suffix.lower() != ".xlsx":
        raise wrong_usage("command.no_workbook", "FILE.xlsx", name=file.name)
    write_template(file, overwrite=overwrite, language=reader_language(), complete=all_columns)
    written = WrittenFile(file=str(file))
    ask.answer(written, lambda out: show_template(written, ask.command, out))


def _ingest_format(
    ask: CommandRun,
    name: str,
    path: Path,
    job: JobOptions,
    told: Mapping[str, object] | None = None,
    *,
    beside: Mapping[str, Path | None] | None = None,
) -> None:
    """Run the job of a format with its options, and the files that were given beside."""
    from api.jobs.formats import FORMATS, FormatInput

    wanted = FORMATS[name]
    files = {word: file for word, file in (beside or {}).items() if file is not None}
    given = FormatInput(path, made(wanted.options, **(told or {})), files, job.source, job.institution)
    _ingest(ask, lambda tell: wanted.read(given, tell), job)


def _ingest(ask: CommandRun, read: "Callable[[OnProgress], Draft]", job: JobOptions) -> None:
    """Run the job and answer with its report; exit status 1 where it was refused."""
    from api.cli.render.ingest_report import show_report
    from ingest.download_edits import ingest_or_edit
    from ingest.job import Leniency

    leniency = Leniency(job.skip_invalid, job.allow_dangling, job.allow_removals)
    with _progress(ask) as on_progress:
        report = ingest_or_edit(
            lambda: read(on_progress),
            ask.store,
            mode=job.mode,
            leniency=leniency,
            dry_run=job.dry_run,
            on_progress=on_progress,
        )
    if not job.dry_run and report.revision == report.base_revision:
        _keep(ask, report)
    ask.answer(report, lambda out: show_report(report, ask.command, out, ask.err))
    if report.refused:
        ask.stop(1)


def _keep(ask: CommandRun, report: "IngestReport") -> None:
    """Keep the report of a job that left no trace in the store; that it cannot be kept undoes nothing."""
    from api.state.database import State
    from graph.errors import StoreUnavailableError

    try:
        State(ask.settings.state_path).keep_run(report, ask.store.url)
    except (StoreUnavailableError, OSError) as error:
        ask.hint(say("command.not_in_runs", error=error))


@contextmanager
def _progress(ask: CommandRun) -> "Iterator[OnProgress]":
    """Give what a job tells its progress to: a line on standard error where that is a terminal."""
    from ingest.progress import ignore

    if not ask.err.console.is_terminal:
        yield ignore
        return
    from rich import progress as bars

    from graph.messages.reader_language import say

    def show(progress: "Progress") -> None:
        bar.update(task, description=str(progress.message))

    columns = (bars.SpinnerColumn(), bars.TextColumn("{task.description}", markup=False), bars.TimeElapsedColumn())
    with bars.Progress(*columns, console=ask.err.console, transient=True) as bar:
        task = bar.add_task(say("phase.opening"))
        yield show
