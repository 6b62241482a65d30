"""Command-line program: every command with its examples, and what becomes of an error."""

import os
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import cache, wraps
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from api.cli.commands import backup as backups
from api.cli.commands import export_graph as graph_exports
from api.cli.commands import ingest as importing
from api.cli.commands import keys, service
from api.cli.commands import mcp as assistants
from api.cli.commands import store as keeping
from api.cli.commands.align import align
from api.cli.commands.allocation import allocation
from api.cli.commands.brief import brief
from api.cli.commands.coverage import coverage
from api.cli.commands.diff import diff
from api.cli.commands.feedback import feedback
from api.cli.commands.gaps import gaps
from api.cli.commands.integration import integration
from api.cli.commands.leadership import leadership
from api.cli.commands.match import match
from api.cli.commands.metrics import metrics
from api.cli.commands.node import show
from api.cli.commands.plan import plan
from api.cli.commands.rotation import rotation
from api.cli.commands.search import search
from api.cli.commands.signals import signals
from api.cli.commands.trace import trace
from api.cli.commands.training import training
from api.cli.commands.what_if import what_if
from api.cli.context import Common, print_json
from api.cli.options import AsJson, StoreUrl, expand
from graph.messages import text, writable

# ruff: noqa: PLC0415

DEBUG = "ROLEPATH_DEBUG"
INTERRUPTED = 130
"""The exit status that shells give to what Ctrl+C ended."""


class _CommandEntry(NamedTuple):
    """A command's name, the function, and command lines to begin with."""

    name: str
    command: Callable[..., None]
    examples: tuple[str, ...]


_ASK = (
    _CommandEntry(
        "trace",
        trace,
        ("trace poly:k.plc-programming", "trace poly:k.ip-protection --lang zh", "trace poly:c.plc"),
    ),
    _CommandEntry("gaps", gaps, ("gaps --status unpractised", "gaps --discipline poly:d.robotics --severity 4")),
    _CommandEntry(
        "coverage",
        coverage,
        (
            "coverage poly:r.integration-assistant",
            "coverage --by discipline",
            "coverage poly:r.line-leader --by course",
        ),
    ),
    _CommandEntry(
        "plan",
        plan,
        (
            "plan poly:r.integration-assistant",
            "plan poly:r.integration-assistant --max-hours 120 --have poly:k.plc-programming --alternatives 2",
            "plan --roles-of poly:d.robotics --mode onsite",
        ),
    ),
    _CommandEntry("integration", integration, ("integration", "integration --discipline poly:d.robotics --lang zh")),
    _CommandEntry("allocation", allocation, ("allocation", "allocation --hours 60 --seats 40")),
    _CommandEntry("feedback", feedback, ("feedback", "feedback --cohort poly:co.nev-2023")),
    _CommandEntry("leadership", leadership, ("leadership poly:e.qihang",)),
    _CommandEntry("brief", brief, ("brief poly:e.qihang", "brief poly:e.qihang --lang zh")),
    _CommandEntry("signals", signals, ("signals", "signals --region 'River delta' --kind trend")),
    _CommandEntry(
        "what-if",
        what_if,
        (
            "what-if idea.json",
            "what-if --remove poly:e.qihang",
            "what-if idea.json --ask coverage --of poly:r.integration-assistant",
        ),
    ),
    _CommandEntry("diff", diff, ("diff 3", "diff 3 5", "diff last-year/ this-year/")),
    _CommandEntry(
        "metrics",
        metrics,
        ("metrics --what bottlenecks", "metrics --format csv --out metrics.csv", "metrics --what prerequisites"),
    ),
    _CommandEntry("training", training, ("training poly:r.integration-assistant --limit 5",)),
    _CommandEntry("match", match, ("match --have poly:k.plc-programming --have poly:k.robot-programming --limit 3",)),
    _CommandEntry(
        "rotation",
        rotation,
        ("rotation poly:co.robotics-2023", "rotation poly:co.robotics-2023 --role poly:r.robot-maintainer --terms 6"),
    ),
    _CommandEntry("search", search, ("search robot --kind Role", "search 机器人 --lang zh")),
    _CommandEntry("show", show, ("show poly:c.plc",)),
    _CommandEntry(
        "align",
        align,
        ("align qihang poly --out proposed.csv", "align poly poly --relation DEVELOPS --limit 5"),
    ),
)
_INGEST = (
    _CommandEntry(
        "native", importing.ingest_native, ("ingest native my.xlsx --dry-run", "ingest native data/ --mode merge")
    ),
    _CommandEntry("esco", importing.ingest_esco, ("ingest esco ESCO-dataset/ --skip-invalid",)),
    _CommandEntry(
        "onet", importing.ingest_onet, ("ingest onet db_29_3_excel/", "ingest onet db_30_3_text/ --technology")
    ),
    _CommandEntry("cip-soc", importing.ingest_cip_soc, ("ingest cip-soc cip-soc-nces/ --dry-run",)),
    _CommandEntry(
        "crosswalk",
        importing.ingest_crosswalk,
        (
            "ingest crosswalk esco_onet_crosswalk_Nov2020.csv --translate 2010_to_2019_Crosswalk.csv",
            "ingest crosswalk pairs.csv --from-column old --to-column new --confidence-column sure --weights yes=1",
        ),
    ),
    _CommandEntry("nice", importing.ingest_nice, ("ingest nice nice-2024/ --dry-run",)),
    _CommandEntry(
        "case",
        importing.ingest_case,
        ("ingest case framework.json --dry-run", "ingest case framework.json --mapping types.csv"),
    ),
    _CommandEntry(
        "osmt", importing.ingest_osmt, ("ingest osmt skills.json --dry-run", "ingest osmt answers/ --source WGU")
    ),
    _CommandEntry("jsonld", importing.ingest_jsonld, ("ingest jsonld catalogue.jsonld --dry-run",)),
    _CommandEntry(
        "xapi",
        importing.ingest_xapi,
        ("ingest xapi statements.jsonl --cohort poly:g.2024 --mapping activities.csv --source Moodle",),
    ),
    _CommandEntry("example", importing.ingest_example, ("ingest example",)),
)
_EXPORT = (
    _CommandEntry("native", keeping.export_native, ("export native backup/", "export native all.xlsx --overwrite")),
    _CommandEntry("case", keeping.export_case, ("export case framework.json --source ESCO",)),
    _CommandEntry("graphml", graph_exports.export_graphml, ("export graphml graph.graphml",)),
    _CommandEntry("gexf", graph_exports.export_gexf, ("export gexf graph.gexf --source ESCO",)),
    _CommandEntry("edges", graph_exports.export_edges, ("export edges tables/", "export edges tables/ --as parquet")),
    _CommandEntry("cypher", graph_exports.export_cypher, ("export cypher graph.cypher",)),
    _CommandEntry(
        "jsonld", keeping.export_jsonld, ("export jsonld all.jsonld", "export jsonld one.jsonld --source ESCO")
    ),
)
_DATA = (
    _CommandEntry("undo", importing.undo, ("undo ESCO --dry-run", "undo ESCO")),
    _CommandEntry("template", importing.template, ("template my.xlsx",)),
    _CommandEntry("sources", keeping.sources, ("sources",)),
    _CommandEntry("backup", backups.backup, ("backup monday.db",)),
    _CommandEntry("restore", backups.restore, ("restore monday.db --overwrite",)),
    _CommandEntry("migrate", keeping.migrate, ("migrate sqlite:///my.db neo4j://neo4j@localhost:7687",)),
)
_LIST_RUNS = _CommandEntry("runs", keeping.runs, ("runs --limit 5", "runs --source ESCO"))
_RUNS = (
    _CommandEntry("show", keeping.show_run, ("runs show 4f1c",)),
    _CommandEntry("resume", keeping.resume, ("runs resume",)),
    _CommandEntry("abort", keeping.abort, ("runs abort",)),
)
_KEYS = (
    _CommandEntry(
        "create", keys.create_key, ("key create 'job platform'", "key create importer --scope ingest --days 90")
    ),
    _CommandEntry("list", keys.list_keys, ("key list",)),
    _CommandEntry("revoke", keys.revoke_key, ("key revoke 1a2b3c4d",)),
    _CommandEntry("local", keys.open_to_this_machine, ("key local --yes",)),
)
_RUN = (
    _CommandEntry("serve", service.serve, ("serve --port 8080", "serve --host 0.0.0.0 --workers 2")),
    _CommandEntry(
        "mcp",
        assistants.mcp,
        ("mcp", "mcp --http --port 8100", "mcp --url https://rolepath.example --key-file key.txt"),
    ),
    _CommandEntry("audit", keys.audit, ("audit --limit 5",)),
    _CommandEntry("doctor", service.doctor, ("doctor",)),
)


@cache
def build() -> TyperGroup:
    """Return the program, with every command; it is made once."""
    app = typer.Typer(name="rolepath", help=text("help.about"), no_args_is_help=True, add_completion=False)
    app.callback()(_before)
    data, operation = text("help.data"), text("help.run")
    _add(app, _ASK, text("help.ask"))
    for name, entries, about in (
        ("ingest", _INGEST, text("help.ingest")),
        ("export", _EXPORT, text("help.export")),
    ):
        group = typer.Typer(help=about, no_args_is_help=True)
        group.callback()(_before)
        _add(group, entries)
        app.add_typer(group, name=name, rich_help_panel=data)
    _add(app, _DATA, data)
    runs = typer.Typer()
    runs.callback(invoke_without_command=True, epilog=_epilog(_LIST_RUNS))(_unless_followed(_LIST_RUNS.command))
    _add(runs, _RUNS)
    app.add_typer(runs, name=_LIST_RUNS.name, rich_help_panel=data)
    key = typer.Typer(help=text("help.key"), no_args_is_help=True)
    key.callback()(_before)
    _add(key, _KEYS)
    app.add_typer(key, name="key", rich_help_panel=operation)
    _add(app, _RUN, operation)
    program = typer.main.get_command(app)
    assert isinstance(program, TyperGroup)  # noqa: S101 - it has many commands
    return program


def run(words: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    given = list(sys.argv[1:] if words is None else words)
    try:
        return int(build().main(given, prog_name="rolepath", standalone_mode=False) or 0)
    except typer.TyperException as error:
        return _tell_usage(error, as_json=_wants_json(given))
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: every error becomes an exit status and a sentence
        return _tell(error, as_json=_wants_json(given))


def _before(context: typer.Context, store: StoreUrl = None, as_json: AsJson = False) -> None:
    """Keep the options that were given before the command's name."""
    root = context.find_root()
    root.obj = Common(store, as_json).over(root.obj)


def _add(app: typer.Typer, entries: Iterable[_CommandEntry], panel: str | None = None) -> None:
    for entry in entries:
        app.command(entry.name, epilog=_epilog(entry), rich_help_panel=panel)(expand(entry.command))


def _epilog(entry: _CommandEntry) -> str:
    examples = "\n\n".join(f"rolepath {words}" for words in entry.examples)
    return f"{text('help.examples')}\n\n{examples}"


def _unless_followed(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command as the callback of a group: it runs where none of the group's own commands is named."""
    alone = expand(command)

    @wraps(alone)
    def run(context: typer.Context, **values: Any) -> None:  # noqa: ANN401 - options of any type
        if context.invoked_subcommand is None:
            alone(context=context, **values)
        else:
            _before(context, values["store"], as_json=values["as_json"])

    return run


def _wants_json(words: Sequence[str]) -> bool:
    """Say whether the words, which may make no sense, ask for JSON."""
    return "--json" in (words[: words.index("--")] if "--" in words else words)


def _tell_usage(error: typer.TyperException, *, as_json: bool) -> int:
    from api.cli.terminal import Terminal, line
    from api.errors import USAGE, problem

    context = getattr(error, "ctx", None)
    help_for = context.command_path if context is not None else "rolepath"
    message = writable(error.format_message())
    if type(error).__name__ == "NoArgsIsHelpError":  # the help has been shown
        return USAGE.exit_status
    if as_json:
        print_json(problem(USAGE, message))
    Terminal(sys.stderr).show(
        line(("Error: ", "bold red"), message), line((text("command.see_help", help_for=help_for), "dim"))
    )
    return USAGE.exit_status


def _tell(error: Exception, *, as_json: bool) -> int:
    from api.cli.terminal import Terminal, line
    from api.errors import INTERNAL, describe, kind_of
    from graph.errors import NotFoundError

    kind, told = kind_of(error), describe(error)
    err = Terminal(sys.stderr)
    if kind is INTERNAL:
        how = text("command.how_to_report", debug=DEBUG)
        told = told.model_copy(
            update={"detail": text("command.defect", name=type(error).__name__, error=error, how=how)}
        )
        if os.environ.get(DEBUG):
            traceback.print_exception(error, file=sys.stderr)
    if as_json:
        print_json(told)
    err.show(line(("Error: ", "bold red"), told.detail))
    if isinstance(error, NotFoundError) and not error.near:
        err.show(line((text("command.find_ids"), "dim")))
    return kind.exit_status
