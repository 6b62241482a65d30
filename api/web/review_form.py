"""Address of the page of review: its filters, the sentence that is shown, and what has just been said of it."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pydantic import Field

from api.answers.review_summary import find_sentences
from api.state.review_queue import QueuePlace, ReviewQueue
from api.state.sentence_rows import QueuedSentence
from api.web.addresses import query_of
from api.web.parameters import FormParameters, Text
from api.web.view import View
from graph.snapshot.snapshot import Snapshot
from queries.proposals.review_filter import ReviewFilter

ReviewState = Literal["open", "deferred", "accepted", "rejected", "disputed", "again", "all"]
STATES: tuple[ReviewState, ...] = ("open", "deferred", "accepted", "rejected", "disputed", "again", "all")
_Deed = Literal["accepted", "rejected", "deferred", "nothing", "new", "undone", "no_undo", "bulk", "moved"]
_SCORE = Field(None, ge=-1000, le=1000)
_FILTERS = ("document", "relation", "reviewer", "least")
_LONGEST_DOCUMENT = 10_000


class ReviewForm(FormParameters):
    """Which sentences are reviewed, which of them is shown; `above` is the score of a sample, `find` a search.

    `said` is what has just been done: of the node `about`, or to `n` proposals at once.
    """

    state: ReviewState = "open"
    document: str | None = Field(None, max_length=300)
    relation: Text | None = None
    reviewer: Text | None = None
    least: float | None = _SCORE
    sentence: Text | None = None
    find: Text | None = None
    above: float | None = _SCORE
    said: _Deed | None = None
    about: Text | None = None
    n: int | None = Field(None, ge=0, le=10_000_000)

    @property
    def wanted(self) -> ReviewFilter:
        """Which sentences pass."""
        told: dict[str, Any] = self.model_dump(include=set(_FILTERS))
        return ReviewFilter(status=None if self.state == "all" else self.state, **told)

    @property
    def kept(self) -> dict[str, object]:
        """The filters, as addresses and forms carry them on."""
        return self.model_dump(include={"state", *_FILTERS}, exclude_none=True)

    def address(self, view: View, **told: object) -> str:
        """Return the address of the page with the same filters."""
        return f"{view.base}review{query_of({**self.kept, **told})}"

    def told(self, view: View) -> str | None:
        """Return what has just been done, in words; None where nothing was."""
        if self.said is None:
            return None
        node = view.snapshot.find(self.about or "")
        values: Mapping[str, object] = {}
        if self.said == "bulk":
            values = {"n": self.n or 0}
        elif self.said in {"accepted", "rejected", "deferred"}:
            values = {"name": (self.about or "") if node is None else view.snapshot.name(node)}
        return view.words(f"review_page.said_{self.said}", **values)


class Neighbours(NamedTuple):
    """The keys of the sentences before and after one, of those that pass; None where there is none."""

    previous: str | None
    next: str | None


def neighbours(queue: ReviewQueue, snapshot: Snapshot, wanted: ReviewFilter, now: QueuedSentence) -> Neighbours:
    """Return the neighbours of a sentence, which may pass itself or not: before it in its document, after it in any.

    Of open sentences, what was judged is among those before: so one can go back to it.
    """
    status = None if wanted.status == "open" else wanted.status
    here = wanted.model_copy(update={"document": now.document, "status": status})
    passing = find_sentences(queue, snapshot, here, limit=_LONGEST_DOCUMENT)
    before = [one.key for one in passing if one.position < now.position]
    after = QueuePlace(now.number, now.position, now.key)
    following = find_sentences(queue, snapshot, wanted, after=after, limit=1)
    return Neighbours(before[-1] if before else None, following[0].key if following else None)
