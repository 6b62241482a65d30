"""Judgement: what a reviewer says of a proposal, and what holds of it where several have said something."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import Field, field_validator

from graph.messages import message
from graph.model import Frozen

JudgementStatus = Literal["open", "accepted", "rejected", "deferred"]
"""What is said of a proposal; `open`: nothing, or nothing any more."""
STATUSES: tuple[JudgementStatus, ...] = ("open", "accepted", "rejected", "deferred")
CompetencyKind = Literal["knowledge", "skill", "ability", "attitude"]
MOST_REASON = 2000
_LINES = frozenset("\n\t")


class ProposalTarget(NamedTuple):
    """What is judged: that a sentence, by its key, leads to a candidate by a relation.

    Without candidate and relation it is the sentence as a whole: to reject it says that it leads to nothing.
    """

    sentence: str
    candidate: str = ""
    relation: str = ""

    @property
    def whole(self) -> "ProposalTarget":
        """The sentence as a whole."""
        return ProposalTarget(self.sentence)


class NewCompetency(Frozen):
    """A competency that a reviewer asks for, since the graph has none that fits; it is made when it is applied."""

    name: str = Field(min_length=1, max_length=500)
    kind: CompetencyKind = "skill"

    @field_validator("name")
    @classmethod
    def _of_one_line(cls, name: str) -> str:
        name = " ".join(name.split())
        if not name or not name.isprintable():
            raise ValueError(str(message("review.unprintable")))
        return name


class JudgementContent(Frozen):
    """What is said: of an accepted one, by which relation (None: as proposed), how strongly and at which level.

    `new` is the competency that the candidate stands for, where the graph has it not yet.
    """

    status: JudgementStatus
    relation: str | None = Field(None, max_length=50)
    weight: float | None = Field(None, gt=0, le=1)
    level: int | None = Field(None, ge=1, le=8)
    new: NewCompetency | None = None
    reason: str = Field("", max_length=MOST_REASON)

    @field_validator("reason")
    @classmethod
    def _readable(cls, text: str) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not all(one.isprintable() or one in _LINES for one in text):
            raise ValueError(str(message("review.unprintable")))
        return text


class Judgement(Frozen):
    """One thing that one reviewer has said of one target; of several the one of the largest `number` stands.

    `named` is how the candidate was called then, by language. `may_apply`: the reviewer might change the graph then.
    `batch` is the same of all that was said at once; `undoes` is the judgement that this one takes back.
    """

    id: str
    number: int
    batch: str
    target: ProposalTarget
    content: JudgementContent
    named: dict[str, str]
    reviewer: str
    may_apply: bool
    undoes: str | None
    at: datetime

    @property
    def status(self) -> JudgementStatus:
        """What is said."""
        return self.content.status

    @property
    def relation(self) -> str:
        """By which relation the link is wanted, or was judged."""
        return self.content.relation or self.target.relation


class Verdict(NamedTuple):
    """What holds of a target: the judgement that decides, if any, and what each reviewer says, the latest last."""

    decided: Judgement | None
    standing: list[Judgement]

    @property
    def status(self) -> JudgementStatus:
        """What is decided."""
        return "open" if self.decided is None else self.decided.status

    @property
    def is_disputed(self) -> bool:
        """Whether reviewers want different things of it."""
        said = {(one.status, one.relation if one.status == "accepted" else "") for one in self.standing}
        return len({one for one in said if one[0] in {"accepted", "rejected"}}) > 1

    @property
    def may_apply(self) -> bool:
        """Whether it is accepted by somebody who might change the graph."""
        return self.decided is not None and self.decided.status == "accepted" and self.decided.may_apply


def verdict(target: ProposalTarget, judgements: Iterable[Judgement]) -> Verdict:
    """Return what holds of a target by all that was said of its sentence.

    Of each reviewer the latest stands that speaks of it: of the target, of the sentence as a whole, or one that was
    accepted by the target's relation instead of another. Of several reviewers the last decides who might change the
    graph; where none of them might, the last.
    """
    standing = sorted(_spoken(target, judgements).values(), key=lambda one: one.number)
    trusted = [one for one in standing if one.may_apply]
    return Verdict(next(reversed(trusted or standing), None), standing)


def _spoken(target: ProposalTarget, judgements: Iterable[Judgement]) -> dict[str, Judgement]:
    found: dict[str, Judgement] = {}
    for one in latest_of_each(judgements):
        if one.status == "open" or not _speaks_of(one, target):
            continue
        if one.reviewer not in found or found[one.reviewer].number < one.number:
            found[one.reviewer] = one
    return found


def _speaks_of(one: Judgement, target: ProposalTarget) -> bool:
    if one.target in {target, target.whole}:
        return True
    same = (one.target.sentence, one.target.candidate) == (target.sentence, target.candidate)
    return same and one.status == "accepted" and one.relation == target.relation


def latest_of_each(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return the latest judgement of each reviewer on each target, the first said first."""
    latest: dict[tuple[str, ProposalTarget], Judgement] = {}
    for one in judgements:
        before = latest.get((one.reviewer, one.target))
        if before is None or before.number <= one.number:
            latest[(one.reviewer, one.target)] = one
    return sorted(latest.values(), key=lambda one: one.number)


def sentence_status(
    sentence: str, proposed: Collection[ProposalTarget], judgements: Sequence[Judgement]
) -> JudgementStatus:
    """Return how far a sentence is: accepted with one accepted link, open while a candidate of it is open."""
    if not judgements:
        return "open"
    whole = ProposalTarget(sentence)
    targets = {*proposed, *(one.target for one in judgements)} - {whole}
    found = {verdict(target, judgements).status for target in targets}
    of_whole = verdict(whole, judgements).status
    if "accepted" in found:
        return "accepted"
    if "deferred" in found or of_whole == "deferred":
        return "deferred"
    left = {verdict(target, judgements).status for target in proposed}
    return "rejected" if of_whole == "rejected" or (left and left == {"rejected"}) else "open"


def undoable(judgements: Iterable[Judgement]) -> dict[ProposalTarget, list[Judgement]]:
    """Return what one reviewer said and has not taken back, by target, the latest last."""
    said: dict[ProposalTarget, list[Judgement]] = {}
    for one in sorted(judgements, key=lambda one: one.number):
        stack = said.setdefault(one.target, [])
        if one.undoes is None:
            stack.append(one)
        elif stack and stack[-1].id == one.undoes:
            stack.pop()
    return {target: stack for target, stack in said.items() if stack}
