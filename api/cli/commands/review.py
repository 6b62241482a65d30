"""The commands of review: what waits, what somebody says of it, and applying what was accepted."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from graph.messages.reader_language import say
from queries.parameters.description import help_of
from queries.proposals.judgement import CompetencyKind
from queries.proposals.review_filter import BulkFilter, ReviewFilter

if TYPE_CHECKING:
    from api.state.review_queue import ReviewQueue
    from graph.snapshot.snapshot import Snapshot
    from queries.proposals.judgement import JudgementContent, JudgementStatus

Sentence = Annotated[str, typer.Argument(metavar="SENTENCE", help=help_of("option_review.sentence"))]
Candidate = Annotated[str | None, typer.Argument(metavar="CANDIDATE", help=help_of("option_review.candidate"))]
Reason = Annotated[str, typer.Option(metavar="TEXT", help=help_of("option_review.reason"))]


def list_review(
    ask: CommandRun,
    *,
    query: ReviewFilter,
    limit: Annotated[int, typer.Option(min=1, max=1000, help=help_of("option_help.limit"))] = 20,
    cursor: Cursor = None,
    lang: Language = "en",
) -> None:
    """List the sentences that wait for review, with their best candidates, and how far all is."""
    from api.answers.review_views import review_page
    from api.cli.render.review import show_review

    queue, snapshot = _queue(ask, lang)
    found = review_page(queue, snapshot, ask.store_for_reading, query, limit=limit, cursor=cursor)
    ask.answer(found, lambda out: show_review(found, ask.command, out))


def show_sentence(ask: CommandRun, sentence: Sentence, *, lang: Language = "en") -> None:
    """Show a sentence in its context, what it may lead to, and what each reviewer says."""
    _show(ask, *_queue(ask, lang), sentence)


def accept(
    ask: CommandRun,
    sentence: Annotated[str | None, typer.Argument(metavar="SENTENCE", help=help_of("option_review.sentence"))] = None,
    candidate: Candidate = None,
    *,
    query: BulkFilter,
    as_relation: Annotated[
        str | None, typer.Option("--as", metavar="RELATION", help=help_of("option_review.as"))
    ] = None,
    weight: Annotated[float | None, typer.Option(max=1, help=help_of("option_review.weight"))] = None,
    level: Annotated[int | None, typer.Option(min=1, max=8, help=help_of("option_review.level"))] = None,
    new: Annotated[str | None, typer.Option(metavar="NAME", help=help_of("option_review.new"))] = None,
    new_kind: Annotated[CompetencyKind, typer.Option(help=help_of("option_review.new_kind"))] = "skill",
    reason: Reason = "",
    seen: Annotated[str | None, typer.Option(metavar="SIGN", help=help_of("option_review.seen"))] = None,
) -> None:
    """Accept a candidate of a sentence: the first, another, any node, or a competency that is not there yet.

    With `--least` and no sentence: the best candidate of each open sentence that has this score. A sample is shown
    first, with what to add so that just these are accepted.
    """
    from api.cli.context import made
    from queries.proposals.judgement import JudgementContent, NewCompetency

    if sentence is None:
        _accept_many(ask, query, seen)
        return
    asked = None if new is None else made(NewCompetency, name=new, kind=new_kind)
    told = {"relation": as_relation, "weight": weight, "level": level, "new": asked, "reason": reason}
    content = made(JudgementContent, status="accepted", **told)
    _judge(ask, sentence, candidate, content)


def reject(ask: CommandRun, sentence: Sentence, candidate: Candidate = None, *, reason: Reason = "") -> None:
    """Reject a candidate of a sentence; without one the sentence as a whole, which then leads to nothing."""
    _say(ask, sentence, candidate, "rejected", reason)


def defer(ask: CommandRun, sentence: Sentence, candidate: Candidate = None, *, reason: Reason = "") -> None:
    """Put off a candidate of a sentence, or the sentence as a whole."""
    _say(ask, sentence, candidate, "deferred", reason)


def undo_review(ask: CommandRun) -> None:
    """Take back what you said last, all that was said at once; what you had said before stands again."""
    from api.answers.review_judgements import undo
    from api.answers.review_views import Judgements, judgement_view
    from api.cli.render.review import show_judgements
    from api.state.audit import person_at_terminal

    queue, snapshot = _queue_to_write(ask)
    done = undo(queue, person_at_terminal(), may_apply=True)
    found = Judgements(items=[judgement_view(one) for one in done], revision=snapshot.revision.number)
    ask.answer(found, lambda out: show_judgements(found, out))


def apply_review(
    ask: CommandRun,
    *,
    source: Annotated[str | None, typer.Option(metavar="NAME", help=help_of("option_review.source"))] = None,
    institution: Annotated[str | None, typer.Option(metavar="ID", help=help_of("option_review.institution"))] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=help_of("option_help.edit_reason"))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("option_review.dry_run"))] = False,
) -> None:
    """Bring the graph in step with what was accepted: one run, which can be taken back; a dry run tells its effects.

    What was accepted is stated with its sentence as evidence; what was accepted once, and is no more, goes.
    """
    from api.answers.edit_effects import before_and_after, edit_answer
    from api.answers.review_apply import ApplyRequest, apply_plan, plan_apply
    from api.answers.review_views import applied_proposals
    from api.cli.commands.edits import note_edits
    from api.cli.render.review import show_applied
    from graph.messages.reader_language import reader_language
    from ingest.edits import apply_edits, preview_edits

    language, store = reader_language(), ask.store_for_reading if dry_run else ask.store
    queue, snapshot = _queue(ask, language) if dry_run else _queue_to_write(ask)
    plan = plan_apply(queue, store, snapshot, ApplyRequest(source, institution, reason), language=language)
    answer = None
    if plan.document is not None and dry_run:
        found = preview_edits(plan.document, store, language=language)
        seen = before_and_after(store, ask.snapshot("en"), found.difference, found.report.base_revision)
        answer = edit_answer(found, seen.effects())
    elif plan.document is not None:
        done = apply_plan(
            plan, plan.document, queue, lambda one, run: apply_edits(one, store, language=language, run_id=run)
        )
        note_edits(ask, done.report)
        answer = edit_answer(done, None)
    told = applied_proposals(plan, answer, language)
    ask.answer(told, lambda out: show_applied(told, ask.command, out, ask.err))


def _queue(ask: CommandRun, language: Language) -> "tuple[ReviewQueue, Snapshot]":
    from api.answers.review import review_queue
    from api.state.database import State

    snapshot = ask.snapshot(language)
    return review_queue(State(ask.settings.state_path), snapshot, ask.store_for_reading.url), snapshot


def _queue_to_write(ask: CommandRun) -> "tuple[ReviewQueue, Snapshot]":
    from api.state.claim import require_same_state
    from api.state.database import State
    from graph.messages.reader_language import reader_language

    require_same_state(ask.store_for_reading, State(ask.settings.state_path))
    return _queue(ask, reader_language())


def _say(ask: CommandRun, sentence: str, candidate: str | None, status: "JudgementStatus", reason: str) -> None:
    from api.cli.context import made
    from queries.proposals.judgement import JudgementContent

    _judge(ask, sentence, candidate, made(JudgementContent, status=status, reason=reason))


def _judge(ask: CommandRun, sentence: str, candidate: str | None, content: "JudgementContent") -> None:
    from api.answers.review import review_item
    from api.answers.review_judgements import judge
    from api.state.audit import person_at_terminal

    queue, snapshot = _queue_to_write(ask)
    key = queue.key_of(sentence)
    found = review_item(queue, snapshot, key).candidates
    if candidate is not None and candidate.isascii() and candidate.isdigit():
        place = int(candidate)
        candidate = found[place - 1].target.candidate if 1 <= place <= len(found) else candidate
    elif candidate is None and content.status == "accepted" and content.new is None:
        to_judge = (one.target.candidate for one in found if one.proposed is not None and not one.proposed.stands)
        candidate = next(to_judge, None)
    judge(queue, snapshot, key, candidate, content, who=person_at_terminal(), may_apply=True)
    _show(ask, queue, snapshot, key)


def _show(ask: CommandRun, queue: "ReviewQueue", snapshot: "Snapshot", sentence: str) -> None:
    from api.answers.review import review_item
    from api.answers.review_views import reviewed_sentence
    from api.cli.render.review import show_item

    found = reviewed_sentence(review_item(queue, snapshot, queue.key_of(sentence)))
    ask.answer(found, lambda out: show_item(found, out))


def _accept_many(ask: CommandRun, query: BulkFilter, seen: str | None) -> None:
    """Accept what a score and a filter name, once it was seen."""
    from api.answers.review_judgements import bulk_accept, bulk_preview
    from api.answers.review_views import Judgements, bulk_sample, judgement_view
    from api.cli.render.review import show_judgements, show_sample
    from api.state.audit import person_at_terminal
    from graph.errors import InputError, Problem
    from graph.messages import message

    if query.least is None:
        raise InputError(Problem(message("review.which"), column="sentence"))
    queue, snapshot = _queue_to_write(ask)
    if seen is None:
        found = bulk_sample(queue, snapshot, bulk_preview(queue, snapshot, query.least, query))
        again = ask.command(f"review accept {_options(query)} --seen {found.seen}")
        ask.answer(found, lambda out: show_sample(found, again, out))
        return
    done = bulk_accept(queue, snapshot, query.least, query, who=person_at_terminal(), seen=seen, may_apply=True)
    said = Judgements(items=[judgement_view(one) for one in done], revision=snapshot.revision.number)
    ask.answer(said, lambda out: show_judgements(said, out))
    ask.hint(say("review.undo_hint"))


def _options(query: BulkFilter) -> str:
    told = query.model_dump(mode="json", exclude_none=True)
    return " ".join(f"--{name} {shlex.quote(str(value))}" for name, value in told.items())
