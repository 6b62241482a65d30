"""A desk of review: a store with a course, and the outline of the course in review."""

from pathlib import Path

from api.answers.review import ReviewItem, review_item, review_queue
from api.answers.review_judgements import judge
from api.answers.review_summary import find_sentences
from api.principal import Principal
from api.state.database import State
from api.state.review_queue import ReviewQueue
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from queries.proposals.judgement import JudgementContent, JudgementStatus, NewCompetency
from queries.proposals.proposal import sentence_key
from queries.proposals.review_filter import ReviewFilter
from tests.support.factory import says
from tests.support.proposing import candidate, proposals

ANNA = Principal("Anna Berg", "1a2b3c4d", frozenset({"read", "ingest"}))
LI_WEI = Principal("Li Wei", "5e6f7a8b", frozenset({"read"}))
ONE, TWO, THREE = "Weld a seam.", "Read a drawing.", "Grind a seam."


def key(text: str) -> str:
    """Return the key of a sentence of the outline."""
    return sentence_key("co1", text)


class Desk:
    """A store with a course and competencies, and the outline of the course in review."""

    def __init__(self, folder: Path, store: Store | None = None) -> None:
        """Make them."""
        self.store = store or open_store(f"sqlite:///{folder / 'graph.db'}")
        self.store.apply(says("co1", "c1", "c2", "c3", "r1 REQUIRES c1", by="College"))
        self.state = State(folder / "state.db")
        outline = {
            ONE: [candidate("c1", 3.0), candidate("c2", 1.0)],
            TWO: [candidate("c2", 2.0), candidate("gone", 1.0)],
            THREE: [candidate("c1", 1.0)],
        }
        self.queue.proposals.put(proposals(outline), ANNA)

    @property
    def snapshot(self) -> Snapshot:
        """The graph as it is."""
        return compile_snapshot(self.store)

    @property
    def queue(self) -> ReviewQueue:
        """The queue of the store."""
        return review_queue(self.state, self.snapshot, self.store.url)

    def judge(
        self,
        text: str,
        node: str | None,
        status: JudgementStatus,
        *,
        who: Principal = ANNA,
        relation: str | None = None,
        weight: float | None = None,
        new: NewCompetency | None = None,
    ) -> None:
        """Say something of a candidate of a sentence."""
        content = JudgementContent(status=status, relation=relation, weight=weight, new=new)
        may_apply = "ingest" in who.scopes
        judge(self.queue, self.snapshot, key(text), node, content, who=who, may_apply=may_apply)

    def item(self, text: str) -> ReviewItem:
        """Return a sentence as people judge it."""
        return review_item(self.queue, self.snapshot, key(text))

    def listed(self, **wanted: object) -> list[str]:
        """Return the sentences that pass a filter."""
        query = ReviewFilter.model_validate(wanted)
        return [one.sentence.text for one in find_sentences(self.queue, self.snapshot, query)]
