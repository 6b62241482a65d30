"""How copying a store is told, and how an import that was cut off has ended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from pydantic import ConfigDict, Field

from api.answers.words import count, listed
from api.cli.terminal import Terminal, indented, line
from graph.messages.reader_language import say
from graph.model import Frozen


class MigrationReport(Frozen):
    """A store that was copied: each node and link counts once, however many sources state it.

    `decisions` is how many rows of what people decided came along, of the state.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    revisions: int
    nodes: int
    links: int
    sources: int
    runs: int
    decisions: int
    verified: Literal[True] = True


class Backup(Frozen):
    """A copy of a store, or a store that was made from one, and the revision that it holds.

    `state` is the copy of the state beside it, None without one; it has so many keys, and rows of what people decided.
    """

    file: str
    store: str
    revision: int
    state: str | None = None
    keys: int = 0
    decisions: int = 0


class ImportOutcome(Frozen):
    """What became of an import that was cut off, and the store's revision since."""

    outcome: Literal["finished", "taken_back", "nothing"]
    revision: int


def show_migrated(done: MigrationReport, out: Terminal) -> None:
    """Say what was copied, and that it was compared."""
    held = listed(
        (
            count(done.nodes, "node"),
            count(done.links, "link"),
            count(done.sources, "source"),
            count(done.runs, "import"),
            *([count(done.decisions, "decision")] if done.decisions else []),
        )
    )
    head = line(
        (say("show.copied"), "bold green"),
        say("show.migrated", revisions=count(done.revisions, "revision"), source=done.source, target=done.target),
    )
    out.show(
        *indented(head, 2, out.width),
        *indented(line(say("show.same", held=held)), 2, out.width),
    )


def show_backup(done: Backup, out: Terminal) -> None:
    """Say what was copied."""
    out.show(line(("✓ ", "green"), say("backup.done", file=done.file, revision=done.revision)))
    if done.state is not None:
        out.show(
            line(("✓ ", "green"), say("state_backup.done", file=done.state, keys=done.keys, decisions=done.decisions))
        )


def show_restored(done: Backup, out: Terminal) -> None:
    """Say what was put back."""
    out.show(line(("✓ ", "green"), say("backup.at_revision", store=done.store, revision=done.revision)))
    if done.state is not None:
        out.show(
            line(
                ("✓ ", "green"),
                say("state_backup.restored", file=done.state, keys=done.keys, decisions=done.decisions),
            )
        )


def show_ended(ended: ImportOutcome, out: Terminal) -> None:
    """Say what was done, or that nothing had to be."""
    at = say("spoken.revision", n=ended.revision)
    words = {
        "finished": ((say("show.finished"), "bold green"), say("show.resumed", at=at)),
        "taken_back": ((say("show.taken_back"), "bold green"), say("show.aborted", at=at)),
        "nothing": ((say("show.nothing_cut_off"), "bold"), say("show.graph_at", at=at)),
    }
    out.show(*indented(line(*words[ended.outcome]), 2, out.width))


@contextmanager
def progress(err: Terminal) -> Iterator[Callable[[int, int], None]]:
    """Give what is told each revision that is copied: a line on standard error where that is a terminal."""
    if not err.console.is_terminal:
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn(say("show.copying")), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err.console, transient=True) as shown:
        task = shown.add_task("", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
