"""Links that accepted proposals ask for: what of it the graph holds, and what would have to change."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from api.state.applied_links import AppliedLink, AppliedLinkStore, judged
from api.state.proposals import DocumentEdition
from api.state.review_queue import ReviewQueue
from api.state.sentence_rows import QueuedSentence
from graph.messages import Message, message
from graph.model import LinkKey, NodeId
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.proposals.judgement import Judgement, NewCompetency, ProposalTarget, Verdict, verdict
from queries.proposals.made_nodes import made_node
from queries.proposals.possible_links import LinkPattern, link_form

COMPETENCY = "Competency"


class WantedLink(NamedTuple):
    """A link that an accepted proposal asks for, in which form, and for which sentence."""

    judgement: Judgement
    sentence: QueuedSentence
    document: DocumentEdition
    form: LinkPattern
    key: LinkKey

    @property
    def made(self) -> NodeId | None:
        """The node that is made of the sentence."""
        return self.key[0] if self.form.joined_by is not None else None

    @property
    def new(self) -> NewCompetency | None:
        """The competency that is made of its name."""
        return self.judgement.content.new


class LeftOutLink(NamedTuple):
    """An accepted proposal that cannot become a link now, and why."""

    judgement: Judgement
    sentence: QueuedSentence
    reason: Message


class DisputedProposal(NamedTuple):
    """A proposal of which reviewers want different things."""

    target: ProposalTarget
    sentence: QueuedSentence
    verdict: Verdict


class WantedLinks(NamedTuple):
    """All that accepted proposals ask for, what of it cannot be, and of what reviewers want different things."""

    links: dict[LinkKey, list[WantedLink]]
    left_out: list[LeftOutLink]
    disputed: list[DisputedProposal]


class ReviewChange(NamedTuple):
    """A link that is to be stated for what is `wanted`, or dropped where that is empty.

    `applied` is for what it was stated last, by the source of that.
    """

    key: LinkKey
    wanted: list[WantedLink]
    applied: list[AppliedLink]


class ReviewChanges(NamedTuple):
    """What has to change in the graph; `already` are links that others state, so that nothing is to be added."""

    changes: list[ReviewChange]
    already: list[WantedLink]


def wanted_links(queue: ReviewQueue, snapshot: Snapshot, judgements: Sequence[Judgement] | None = None) -> WantedLinks:
    """Return what accepted proposals ask for, by link, in the order in which it was said."""
    said: dict[str, list[Judgement]] = {}
    for one in queue.judgements.of() if judgements is None else judgements:
        said.setdefault(one.target.sentence, []).append(one)
    documents = {one.id: one for one in queue.proposals.documents()}
    sentences = queue.proposals.first_of(said)
    found = WantedLinks({}, [], [])
    for key, told in said.items():
        sentence = sentences.get(key)
        if sentence is None or sentence.document not in documents:
            continue
        for target in dict.fromkeys(one.target for one in told if one.target.candidate):
            decided = verdict(target, told)
            if decided.is_disputed:
                found.disputed.append(DisputedProposal(target, sentence, decided))
            if decided.decided is not None and decided.status == "accepted":
                _want(found, decided.decided, sentence, documents[sentence.document], snapshot)
    return found


def _want(
    found: WantedLinks, judgement: Judgement, sentence: QueuedSentence, document: DocumentEdition, snapshot: Snapshot
) -> None:
    one = wanted_link(judgement, sentence, document, snapshot)
    if isinstance(one, LeftOutLink):
        found.left_out.append(one)
    elif not judgement.may_apply:
        reason = message("review.untrusted", who=judgement.reviewer)
        found.left_out.append(LeftOutLink(judgement, sentence, reason))
    elif all(other.judgement.id != judgement.id for other in found.links.get(one.key, [])):
        found.links.setdefault(one.key, []).append(one)


def wanted_link(
    judgement: Judgement, sentence: QueuedSentence, document: DocumentEdition, snapshot: Snapshot
) -> WantedLink | LeftOutLink:
    """Return the link that a judgement asks for, or why there cannot be one."""
    candidate, node = judgement.target.candidate, document.for_node
    kind = kind_of(snapshot, candidate) or (COMPETENCY if judgement.content.new else None)
    for_kind = kind_of(snapshot, node.id)
    if kind is None or for_kind is None:
        gone = (candidate, judgement.named.get(snapshot.language, candidate)) if kind is None else (node.id, node.name)
        return LeftOutLink(judgement, sentence, message("review.gone", id=gone[0], name=gone[1]))
    form = link_form(for_kind, kind, judgement.relation, sentence.sentence.kind)
    if form is None:
        reason = message("review.no_link", relation=judgement.relation, from_kind=for_kind, to_kind=kind)
        return LeftOutLink(judgement, sentence, reason)
    start = node.id if form.joined_by is None else made_node(form.from_kind, sentence.key)
    return WantedLink(judgement, sentence, document, form, (start, form.relation, NodeId(candidate)))


def kind_of(snapshot: Snapshot, node_id: str) -> str | None:
    """Return the kind of a node; None where the graph has none of this id."""
    at = snapshot.find(node_id)
    return None if at is None else snapshot.kind_of(at)


def link_changes(
    wanted: Mapping[LinkKey, list[WantedLink]],
    applied: Mapping[LinkKey, list[AppliedLink]],
    stated: Mapping[LinkKey, Collection[str]],
) -> ReviewChanges:
    """Return what has to change, by what is wanted, what was applied last, and which sources state each link now.

    What was applied and is not stated any more was taken back, or dropped by hand: it is stated again where it is
    wanted.
    """
    changes, already = [], []
    for key in dict.fromkeys([*wanted, *applied]):
        ours = [one for one in applied.get(key, []) if one.source in stated.get(key, ())]
        links = wanted.get(key, [])
        if ours and {one.judgement.id for one in links} == judged(ours):
            continue
        if links and not ours and stated.get(key) and all(_says_nothing_more(one) for one in links):
            already += links
        elif links or ours:
            changes.append(ReviewChange(key, links, ours))
    return ReviewChanges(changes, already)


def _says_nothing_more(one: WantedLink) -> bool:
    return one.judgement.content.weight is None and one.judgement.content.level is None


def stating_sources(store: Store, keys: Iterable[LinkKey]) -> dict[LinkKey, set[str]]:
    """Return which sources state each of the links now; empty where nobody does."""
    wanted = list(dict.fromkeys(keys))
    found: dict[LinkKey, set[str]] = {key: set() for key in wanted}
    if wanted and store.exists():
        with store.reading() as reading:
            for row in reading.links_named(wanted, expected=False):
                found[row[1:4]].add(row[0])
    return found


def pending_links(
    queue: ReviewQueue,
    snapshot: Snapshot,
    store: Store,
    judgements: Sequence[Judgement] | None = None,
    *,
    undone: Collection[str] = (),
) -> tuple[WantedLinks, ReviewChanges]:
    """Return what accepted proposals ask for, and what of it the store does not hold; `undone` are runs taken back."""
    wanted = wanted_links(queue, snapshot, judgements)
    applied = AppliedLinkStore(queue.state, queue.store).latest(undone)
    stated = stating_sources(store, [*wanted.links, *applied])
    return wanted, link_changes(wanted.links, applied, stated)
