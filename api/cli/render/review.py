"""How review is shown: sentences with their candidates and what was said, samples, and what an apply does."""

from rich.text import Text

from api.answers.review_views import (
    AppliedProposals,
    BulkSample,
    Judgements,
    JudgementView,
    LeftOutProposal,
    ReviewedCandidate,
    ReviewedSentence,
    ReviewedSentences,
)
from api.cli.render.edits import show_edits
from api.cli.render.ingest_report import Command
from api.cli.render.pagination import show_next
from api.cli.terminal import Terminal, indented, line
from graph.document_part import spoken_part
from graph.messages.reader_language import reader_language, say
from queries.proposals.judgement import STATUSES
from queries.proposals.proposal import SentencePlace

_SIGNS = 8
"""So much of a sentence's key is shown; it is enough to name it by."""
_CANDIDATES = 3
_STYLES = {"accepted": "green", "rejected": "red", "deferred": "yellow", "open": "dim"}


def show_review(found: ReviewedSentences, command: Command, out: Terminal) -> None:
    """Show the sentences of a page, and how far review is."""
    counts = say("spoken.pause").join(f"{say(f'review.status_{one}')} {found.counts[one]:,}" for one in STATUSES)
    out.show(line((counts, "bold")))
    for one in found.agreements[:_CANDIDATES]:
        kappa = say("review.no_kappa") if one.kappa is None else f"{one.kappa:.2f}"
        told = {"first": one.first, "second": one.second, "items": one.items, "kappa": kappa}
        out.show(line((say("review.agreement", **told), "dim")))
    if found.ready:
        out.show(line((say("review.ready", count=found.ready, command=command("review apply --dry-run")), "dim")))
    out.show(Text())
    for sentence in found.items:
        _show_sentence(sentence, out, most=_CANDIDATES)
    if not found.items:
        out.show(line(say("review.none")))
    show_next(found.next, len(found.items), found.total, out)


def show_item(found: ReviewedSentence, out: Terminal) -> None:
    """Show one sentence between those before and after it, all its candidates, and what each reviewer says."""
    out.show(
        line((f"{found.for_node.name} ({found.for_node.id})", "bold"), (f"  {found.sentence.place.document}", "dim"))
    )
    if found.sentence.before:
        out.show(*indented(line((found.sentence.before, "dim")), 2, out.width))
    _show_sentence(found, out, most=None)
    if found.sentence.after:
        out.show(*indented(line((found.sentence.after, "dim")), 2, out.width))
    for said in found.whole:
        out.show(_said(say("review.whole"), said))
    for candidate in found.candidates:
        for said in candidate.judgements:
            if said.candidate:
                out.show(_said(candidate.name, said))


def _show_sentence(found: ReviewedSentence, out: Terminal, *, most: int | None) -> None:
    status = found.status or "open"
    gone = f" {say('review.sentence_gone')}" if found.is_gone else ""
    head = line(
        (f"{found.key[:_SIGNS]} ", "cyan"),
        (f"{say(f'review.status_{status}')} ", _STYLES[status]),
        found.sentence.text,
        (f" ({_place(found.sentence.place)}){gone}", "dim"),
    )
    out.show(*indented(head, 2, out.width))
    for place, candidate in enumerate(found.candidates[:most], 1):
        out.show(*indented(_candidate(place, candidate, is_told=most is None), 7, out.width))
    out.show(Text())


def _candidate(place: int, one: ReviewedCandidate, *, is_told: bool) -> Text:
    marks = [
        say(f"review.{mark}")
        for mark, holds in (
            ("is_new", one.is_new),
            ("is_gone", one.is_gone),
            ("is_renamed", one.is_renamed),
            ("is_disputed", one.is_disputed),
            ("in_graph", one.in_graph),
        )
        if holds
    ]
    if one.share is not None:
        marks.append(say("review.share", tenths=round(10 * one.share)))
    elif is_told and one.score is not None:
        marks.append(say("review.not_calibrated"))
    return line(
        f"{place}. ",
        ("" if one.score is None else f"{one.score:.1f} ", "bold"),
        (f"{one.relation or '-'} ", "dim"),
        one.name,
        (f" {one.id}", "cyan"),
        ("" if one.status == "open" else f" {say(f'review.status_{one.status}')}", _STYLES[one.status]),
        (f"  {say('spoken.pause').join(marks)}", "dim"),
    )


def _said(of: str, one: JudgementView) -> Text:
    told = [one.relation, *(f"{value:g}" for value in (one.weight, one.level) if value is not None), one.reason]
    details = say("spoken.pause").join(text for text in told if text)
    at = one.at.strftime("%Y-%m-%d %H:%M")
    return line(
        f"  {of}: ",
        (say(f"review.status_{one.status}"), _STYLES[one.status]),
        f" {details}  ",
        (f"{one.by}, {at}", "dim"),
    )


def _place(place: SentencePlace) -> str:
    part = "" if place.part is None else f"{spoken_part(place.part).text(reader_language())}, "
    return f"{part}{place.row}"


def show_judgements(found: Judgements, out: Terminal) -> None:
    """Say what was kept."""
    counts = {status: sum(one.status == status for one in found.items) for status in STATUSES}
    told = say("spoken.pause").join(f"{say(f'review.status_{one}')} {n:,}" for one, n in counts.items() if n)
    out.show(line(("✓ ", "green"), told or say("review.nothing_new")))


def show_sample(found: BulkSample, command: str, out: Terminal) -> None:
    """Show some of what would be accepted, and how to accept it."""
    out.show(line((say("review.would_accept", count=found.total), "bold")), Text())
    for sentence in found.sample:
        _show_sentence(sentence, out, most=1)
    if found.total:
        out.show(line(say("review.accept_these", command=command)))


def show_applied(found: AppliedProposals, command: Command, out: Terminal, err: Terminal) -> None:
    """Say what an apply did: disagreements first, then what is left out, then the edits."""
    _show_left_out(say("review.disputed"), found.disputed, out)
    _show_left_out(say("review.left_out"), found.left_out, out)
    for source in found.elsewhere:
        out.show(line((say("review.elsewhere", source=source), "yellow")))
    if found.edits is None:
        out.show(line(say("review.in_step")))
        return
    out.show(line(say("review.links", count=found.links)))
    show_edits(found.edits, command, out, err)
    if found.waiting:
        out.show(line((say("review.waiting", count=found.waiting), "yellow")))


def _show_left_out(head: str, found: list[LeftOutProposal], out: Terminal) -> None:
    if found:
        out.show(line((head, "bold yellow")))
    for one in found:
        told = line((f"{one.sentence[:_SIGNS]} ", "cyan"), one.text, (f" {one.candidate}", "cyan"), f": {one.reason}")
        out.show(*indented(told, 2, out.width))
