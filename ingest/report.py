"""The report of an ingest job: what it did, or would do, and every problem with its place."""

from typing import Literal

from pydantic import Field

from graph.changes import Difference
from graph.errors import Problem
from graph.model import Frozen
from graph.stores.base import Store
from ingest.draft import Draft
from ingest.effects import NO_SAMPLES, Counts, Effects, Samples

MOST_PROBLEMS = 1000
"""How many problems a report lists; `problems_total` counts them all."""


Mode = Literal["replace", "merge"]


class ReportedProblem(Frozen):
    """One thing that is wrong, and where; `row` as a spreadsheet shows it (the header is 1)."""

    file: str | None
    sheet: str | None
    row: int | None
    column: str | None
    value: str | None
    reason: str


class IngestReport(Frozen):
    """What a job did, or would do (`dry_run`), or why it was refused (`problems`, and `revision` is the base).

    `read` = `accepted` + `rejected` + `skipped`, in records. `added` to `unchanged` count this source's statements;
    `vanishing` counts those of `removed` that nobody else makes: they leave the graph. `dormant` counts the links that
    it states, or leaves behind, with an end that nobody asserts. `problems` are in the order of the files, at most
    1,000. `undoes` names the run that this one takes back, if it does.
    """

    run: str
    source: str
    mode: Mode
    read: int
    accepted: int
    rejected: int
    skipped: dict[str, int]
    notes: list[str]
    added: Counts
    changed: Counts
    removed: Counts
    unchanged: Counts
    vanishing: Counts
    dormant: int
    samples: Samples
    problems: list[ReportedProblem]
    problems_total: int = Field(ge=0)
    base_revision: int
    revision: int
    dry_run: bool
    refused: bool
    undoes: str | None = None


def report_on(draft: Draft, found: Difference, done: Effects, run_id: str, base: int) -> IngestReport:
    """Return the report of a dry run that nothing stands against, without examples."""
    nodes, links = found.nodes, found.links
    notes = list(draft.notes)
    if draft.repeated_links:
        notes.append(f"{draft.repeated_links} links are stated more than once, and agree: taken once")
    return IngestReport(
        run=run_id,
        source=draft.source.name,
        mode="replace",
        read=draft.read,
        accepted=draft.accepted,
        rejected=len(draft.rejected),
        skipped=dict(sorted(draft.skipped.items())),
        notes=notes,
        added=Counts(nodes=len(nodes.added), links=len(links.added)),
        changed=Counts(nodes=len(nodes.changed), links=len(links.changed)),
        removed=Counts(nodes=len(nodes.removed), links=len(links.removed)),
        unchanged=Counts(nodes=nodes.unchanged, links=links.unchanged),
        vanishing=done.vanishing,
        dormant=len(done.left_dormant),
        samples=NO_SAMPLES,
        problems=[ReportedProblem.model_validate(problem.as_dict()) for problem in draft.problems[:MOST_PROBLEMS]],
        problems_total=len(draft.problems),
        base_revision=base,
        revision=base,
        dry_run=True,
        refused=False,
    )


def unreadable_report(problem: Problem, store: Store, mode: Mode, run_id: str, *, dry_run: bool) -> IngestReport:
    """Return the report of a job whose files cannot be read at all."""
    nothing = Counts(nodes=0, links=0)
    base = store.revision().number
    return IngestReport(
        run=run_id,
        source="",
        mode=mode,
        read=0,
        accepted=0,
        rejected=0,
        skipped={},
        notes=[],
        added=nothing,
        changed=nothing,
        removed=nothing,
        unchanged=nothing,
        vanishing=nothing,
        dormant=0,
        samples=NO_SAMPLES,
        problems=[ReportedProblem.model_validate(problem.as_dict())],
        problems_total=1,
        base_revision=base,
        revision=base,
        dry_run=dry_run,
        refused=True,
    )
