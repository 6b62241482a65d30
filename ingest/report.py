"""The report of an ingest job: what it did, or would do, and every problem with its place."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from graph.changes import Difference
from graph.errors import Problem, placed, verbatim
from graph.messages import Language, message, restored
from graph.model import Frozen
from graph.stores.base import Store
from ingest.draft import Draft, Place
from ingest.effects import NO_SAMPLES, Counts, Effects, Samples

MOST_PROBLEMS = 1000
"""How many problems a report lists; `problems_total` counts them all."""


Mode = Literal["replace", "merge"]


class ReportedProblem(Frozen):
    """One thing that is wrong, and where; `row` as a spreadsheet shows it (the header is 1).

    `reason` is English; `code` and `params` are the same as data, null and empty in reports of versions before 0.2.
    `dependents` counts further rows that are rejected only because this one is.
    """

    file: str | None
    sheet: str | None
    row: int | None
    column: str | None
    value: str | None
    reason: str
    code: str | None = None
    params: dict[str, object] = Field(default_factory=dict)
    dependents: int = 0

    def reason_in(self, language: Language) -> str:
        """Return what is wrong, in a language; of an earlier version's report, the reason as it stands."""
        reason = _text(self.code, self.params, language) or self.reason
        if not self.dependents:
            return reason
        return message("ingest.with_dependents", reason=verbatim(reason), n=self.dependents).text(language)

    def text(self, language: Language = "en") -> str:
        """Return the place, then the reason, in a language."""
        return placed(verbatim(self.reason_in(language)), (self.file, self.sheet, self.row, self.column)).text(language)


class ReportedMessage(Frozen):
    """What a note says, as data: a key of the catalogue, and what fills it in."""

    code: str
    params: dict[str, object] = Field(default_factory=dict)


class SkipReason(ReportedMessage):
    """Why records were left out, as data, and how many they are."""

    records: int = Field(ge=1)


class IngestReport(Frozen):
    """What a job did, or would do (`dry_run`), or why it was refused (`problems`, and `revision` is the base).

    `read` = `accepted` + `rejected` + `skipped`, in records. `added` to `unchanged` count this source's statements;
    `vanishing` counts those of `removed` that nobody else makes: they leave the graph. `dormant` counts the links that
    it states, or leaves behind, with an end that nobody asserts. `problems` are in the order of the files, at most
    1,000. `undoes` names the run that this one takes back, if it does; `reason` is why somebody edited, who said so.
    `note_messages` are the `notes` as data, in their order; `skip_reasons` are `skipped` as data, in its order; both
    are empty in reports of versions before 0.2.
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
    reason: str | None = None
    note_messages: list[ReportedMessage] = Field(default_factory=list)
    skip_reasons: list[SkipReason] = Field(default_factory=list)

    def notes_in(self, language: Language) -> list[str]:
        """Return the notes in a language; of an earlier version's report, as they stand."""
        if len(self.note_messages) != len(self.notes):
            return self.notes
        messages = zip(self.note_messages, self.notes, strict=True)
        return [_text(one.code, one.params, language) or note for one, note in messages]

    def skipped_in(self, language: Language) -> dict[str, int]:
        """Return how many records were left out for each reason, in a language; in the order of `skipped`."""
        if not self.skip_reasons:
            return self.skipped
        counted: Counter[str] = Counter()
        for one in self.skip_reasons:
            counted[_text(one.code, one.params, language) or one.code] += one.records
        return dict(counted)


def report_on(draft: Draft, change: Difference, done: Effects, run_id: str, base: int) -> IngestReport:
    """Return the report of a dry run that nothing stands against, without examples."""
    nodes, links = change.nodes, change.links
    notes = list(draft.notes)
    if draft.repeated_links:
        notes.append(message("ingest.repeated_links", links=draft.repeated_links))
    skipped = sorted(draft.skipped.items(), key=lambda one: str(one[0]))
    counted: Counter[str] = Counter()
    for reason, records in skipped:
        counted[str(reason)] += records
    return IngestReport(
        run=run_id,
        source=draft.source.name,
        mode="replace",
        read=draft.read,
        accepted=draft.accepted,
        rejected=len(draft.rejected),
        skipped=dict(counted),
        notes=[str(note) for note in notes],
        added=Counts(nodes=len(nodes.added), links=len(links.added)),
        changed=Counts(nodes=len(nodes.changed), links=len(links.changed)),
        removed=Counts(nodes=len(nodes.removed), links=len(links.removed)),
        unchanged=Counts(nodes=nodes.unchanged, links=links.unchanged),
        vanishing=done.vanishing,
        dormant=len(done.left_dormant),
        samples=NO_SAMPLES,
        problems=list(_reported(draft)),
        problems_total=len(draft.problems),
        base_revision=base,
        revision=base,
        dry_run=True,
        refused=False,
        note_messages=[ReportedMessage(code=note.code, params=note.as_params()) for note in notes],
        skip_reasons=[
            SkipReason(code=reason.code, params=reason.as_params(), records=records) for reason, records in skipped
        ],
    )


def _reported(draft: Draft) -> Iterator[ReportedProblem]:
    """Yield the problems, the first of each row with the rows that depend on it."""
    left = dict(draft.dependents)
    for problem in draft.problems[:MOST_PROBLEMS]:
        place = Place(problem.file or "", problem.sheet, problem.row or 0)
        yield ReportedProblem.model_validate({**problem.as_dict(), "dependents": left.pop(place, 0)})


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


def _text(code: str | None, params: Mapping[str, object], language: Language) -> str | None:
    """Return the text of a reported message; None where it has no code, or one that this version does not know."""
    try:
        return restored(code, params).text(language) if code else None
    except KeyError:
        return None
