"""How proposals for documents are shown: each sentence with its best candidates, and what to do next."""

import shlex

from rich.text import Text

from api.answers.proposals import KeptDocument, ProposalAnswer
from api.cli.context import CommandRun
from api.cli.terminal import Terminal, indented, line
from graph.document_part import spoken_part
from graph.messages.reader_language import reader_language, say
from queries.proposals.proposal import Candidate, ProposalList, ProposedSentence, SentencePlace

_SHOWN, _CANDIDATES = 20, 3


def show_proposals(ask: CommandRun, answer: ProposalAnswer, out: Terminal, *, is_kept: bool) -> None:
    """Show the first sentences of each document with their best candidates, and how to go on."""
    for found in answer.items:
        _show_document(found, out)
    for kept in answer.kept:
        _show_kept(ask, kept, out)
    if is_kept and not answer.kept:
        out.show(line((say("proposals.not_kept"), "dim")))
    out.show(line((say("proposals.nothing_changed"), "dim")))


def _show_document(found: ProposalList, out: Terminal) -> None:
    told = {"read": found.read, "proposed": found.proposed, "sorted_out": found.sorted_out}
    out.show(line((say("proposals.summary", document=found.document, **told), "bold")))
    out.show(*(line((note, "dim")) for note in found.notes), Text())
    for item in found.items[:_SHOWN]:
        _show_sentence(item, out)
    if len(found.items) > _SHOWN:
        out.show(line((say("proposals.and_more", count=len(found.items) - _SHOWN), "dim")), Text())


def _show_sentence(item: ProposedSentence, out: Terminal) -> None:
    kind = say(f"proposals.kind_{item.sentence.kind}")
    head = line((f"{kind} ", "dim"), item.sentence.text, (f" ({_place(item.sentence.place)})", "dim"))
    out.show(*indented(head, 2, out.width))
    for candidate in item.candidates[:_CANDIDATES]:
        out.show(*indented(_candidate(candidate), 5, out.width))
    out.show(Text())


def _candidate(candidate: Candidate) -> Text:
    relation = f"{candidate.relation} " if candidate.relation else ""
    why = say("proposals.stands") if candidate.stands else reason(candidate)
    return line(
        "  ",
        (f"{candidate.score:.1f} ", "bold"),
        (relation, "dim"),
        candidate.name,
        (f" {candidate.id}", "cyan"),
        (f"  {why}", "dim"),
    )


def reason(candidate: Candidate) -> str:
    """Return why something is a candidate, in the reader's language."""
    if candidate.reason == "words" and not candidate.shared:
        return say("proposals.reason_like_letters")
    shared = ("、" if reader_language() == "zh" else ", ").join(candidate.shared)
    return say(f"proposals.reason_{candidate.reason}", shared=shared)


def _place(place: SentencePlace) -> str:
    part = "" if place.part is None else f"{spoken_part(place.part).text(reader_language())}, "
    return f"{part}{place.row}"


def _show_kept(ask: CommandRun, kept: KeptDocument, out: Terminal) -> None:
    told = {"number": kept.number, "fresh": kept.fresh, "same": kept.same, "gone": kept.gone}
    command = ask.command(f"review list --document {shlex.quote(kept.id)}")
    out.show(line(say("proposals.kept", command=command, **told)))
