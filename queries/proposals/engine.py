"""Proposals for sentences: the candidates of a vocabulary that each may be linked to, with score and reason."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from graph.cancellation import check_cancelled
from graph.errors import InputError
from graph.messages import message
from graph.model import NodeId, fold
from graph.schema import KINDS as SCHEMA_KINDS
from graph.schema import RELATIONS
from graph.snapshot.snapshot import Snapshot
from queries.align_shared_words import StemmedWords, shared_words, wording
from queries.likeness.n_grams import NodeText, is_chinese
from queries.parameters.align import LikenessKind
from queries.parameters.proposals import ProposalsQuery
from queries.proposals.possible_links import LinkPattern, possible_links
from queries.proposals.proposal import (
    Candidate,
    CandidateReason,
    DescribedNode,
    DocumentSentence,
    ProposalList,
    ProposedSentence,
    SentenceKind,
    sentence_key,
)
from queries.proposals.standing_links import StandingLinks
from queries.proposals.vocabulary import KINDS, CandidateNames, NodeScores, ProposalVocabulary

LEAST_WORDS, LEAST_MEANING = 0.12, 0.35
"""What a candidate has at least, as cosines: of the words, or of the nearest passage or the whole sentence."""
_SPARE = 10
_SHORTEST_NAME = 2
_AT_ONCE = 16
"""How many sentences are compared together: each with all names, in some arrays of four bytes a name."""


class ReadDocument(NamedTuple):
    """A document as it was read: its name, the SHA-256 of its bytes, all of its sentences, and what was mended."""

    name: str
    digest: str
    sentences: Sequence[DocumentSentence]
    notes: Sequence[str] = ()


def candidate_kinds(for_kind: str | None, relations: Sequence[str]) -> list[str]:
    """Return the kinds that candidates are of: those that the relations lead to, else competencies and roles that fit.

    Raises:
        InputError: there is no such relation; or none leads from what the document describes to anything.
    """
    unknown = next((name for name in relations if name not in RELATIONS), None)
    if unknown is not None:
        raise InputError(message("proposals.no_relation", relation=unknown, known=sorted(RELATIONS)))
    wanted = [kind for kind in SCHEMA_KINDS if relations or kind in KINDS]
    if for_kind is None:
        ends = {end for name in relations for _, end in RELATIONS[name].ends}
        return [kind for kind in wanted if kind in ends or not relations]
    found = [kind for kind in wanted if _forms(for_kind, kind, None, relations)]
    if not found:
        thing = message(f"thing.{for_kind}")
        raise InputError(message("proposals.no_link", thing=thing, relations=list(relations) or list(RELATIONS)))
    return found


def propose(
    snapshot: Snapshot, document: ReadDocument, vocabulary: ProposalVocabulary, query: ProposalsQuery
) -> ProposalList:
    """Return what each sentence may be linked to, at most `limit` candidates a sentence; nothing is changed.

    Sentences of kind `other`, those like nothing of the vocabulary, and those whose links all stand, are sorted out.

    Raises:
        NotFoundError: what the document describes is not there.
        InputError: no relation leads from that to the vocabulary.
        EmbedderUnavailableError: the embedder cannot be asked now.
    """
    described = None if query.for_node is None else snapshot.require(query.for_node)
    question = _Question(snapshot, vocabulary, query, described)
    spoken = [one for one in document.sentences if one.kind is not SentenceKind.OTHER]
    items = [item for item in question.proposed(spoken) if not all(one.stands for one in item.candidates)]
    kinds = Counter(one.kind for one in document.sentences)
    model = None if vocabulary.meaning is None else vocabulary.meaning.embedder.model()
    return ProposalList(
        document=document.name,
        digest=document.digest,
        for_node=None if described is None else described_node(snapshot, described),
        against=query.against,
        by=LikenessKind.WORDS if model is None else LikenessKind.BOTH,
        model=None if model is None else model.name,
        model_version=None if model is None else model.version,
        counts={kind: kinds[kind] for kind in SentenceKind},
        read=len(document.sentences),
        proposed=len(items),
        sorted_out=len(document.sentences) - len(items),
        notes=list(document.notes),
        items=items,
        revision=snapshot.revision.number,
    )


def described_node(snapshot: Snapshot, node: int) -> DescribedNode:
    """Return what a document describes, by id, name and kind."""
    return DescribedNode(id=NodeId(snapshot.ids[node]), name=snapshot.name(node), kind=snapshot.kind_of(node))


class _LikelyNode(NamedTuple):
    """A node that a text is like: its place in the vocabulary and that of its name, and how like."""

    node: int
    name: str
    score: float
    margin: float
    words: float
    whole: float | None
    passage: float | None

    @property
    def is_like(self) -> bool:
        """Whether it is like enough to be proposed."""
        near = max(self.whole or 0, self.passage or 0)
        return self.words >= LEAST_WORDS or near >= LEAST_MEANING


class _Question:
    """One document's question: which links its sentences may state."""

    def __init__(
        self, snapshot: Snapshot, vocabulary: ProposalVocabulary, query: ProposalsQuery, described: int | None
    ) -> None:
        self._snapshot, self._vocabulary, self._query = snapshot, vocabulary, query
        self._node = described
        self._standing = None if described is None else StandingLinks(snapshot, described)

    def proposed(self, sentences: Sequence[DocumentSentence]) -> Iterator[ProposedSentence]:
        """Yield the sentences with their candidates, in their order; a text that stands twice is compared once."""
        likely = dict(self._likely(list(dict.fromkeys(one.text for one in sentences))))
        for sentence in sentences:
            key = sentence_key(self._query.for_node, sentence.text)
            candidates = self._candidates(sentence, likely[sentence.text])
            yield ProposedSentence(key=key, sentence=sentence, candidates=candidates)

    def _likely(self, texts: list[str]) -> Iterator[tuple[str, list[_LikelyNode]]]:
        """Yield each text with the nodes that it is most like, in order; more than are asked for, since some stand."""
        said = self._vocabulary.said
        most = 2 * self._query.limit + _SPARE
        for start in range(0, len(texts) if len(said.nodes) else 0, _AT_ONCE):
            check_cancelled()
            block = texts[start : start + _AT_ONCE]
            scores = self._vocabulary.scores(block)
            for row, text in enumerate(block):
                yield text, list(_likely_nodes(scores, row, said, most))
        if not len(said.nodes):
            yield from ((text, []) for text in texts)

    def _candidates(self, sentence: DocumentSentence, likely: Sequence[_LikelyNode]) -> list[Candidate]:
        """Return the best that are like enough; a link that stands is marked, and takes nobody's place."""
        found: list[Candidate] = []
        open_places = self._query.limit
        words = wording(NodeText([sentence.text], []))
        for one in likely:
            form = self._form(sentence, one.node)
            if not open_places:
                break
            if not one.is_like or one.node == self._node or (form is None and self._node is not None):
                continue
            stands = form is not None and self._standing is not None and self._standing.holds(form, one.node)
            open_places -= not stands
            found.append(self._candidate(sentence, words, one, form, stands=stands))
        return found

    def _form(self, sentence: DocumentSentence, node: int) -> LinkPattern | None:
        if self._node is None:
            return None
        kinds = self._snapshot.kind_of(self._node), self._snapshot.kind_of(node)
        return next(iter(_forms(*kinds, sentence.kind, self._query.relation)), None)

    def _candidate(
        self,
        sentence: DocumentSentence,
        words: StemmedWords,
        one: _LikelyNode,
        form: LinkPattern | None,
        *,
        stands: bool,
    ) -> Candidate:
        shared = shared_words(words, wording(NodeText([one.name], [])))
        return Candidate(
            id=NodeId(self._snapshot.ids[one.node]),
            name=self._snapshot.name(one.node),
            kind=self._snapshot.kind_of(one.node),
            relation=None if form is None else form.relation,
            from_kind=None if form is None else form.from_kind,
            joined_by=None if form is None else form.joined_by,
            score=one.score,
            margin=one.margin,
            words=one.words,
            whole=one.whole,
            passage=one.passage,
            reason=_reason(sentence.text, one, shared),
            shared=tuple(shared),
            stands=stands,
        )


def _forms(for_kind: str, kind: str, sentence: SentenceKind | None, relations: Sequence[str]) -> list[LinkPattern]:
    return [form for form in possible_links(for_kind, kind, sentence) if not relations or form.relation in relations]


def _likely_nodes(scores: NodeScores, row: int, said: CandidateNames, most: int) -> Iterator[_LikelyNode]:
    """Yield the nodes that a text is most like, by score, highest first, then by id."""
    combined = scores.combined[row]
    kept = np.argpartition(-combined, min(most, len(combined) - 1))[: most + 1]
    order = kept[np.lexsort((kept, -combined[kept].round(6)))].tolist()
    for column, after in pairwise([*order, None]):
        if column is None:
            break
        yield _LikelyNode(
            int(said.nodes[column]),
            said.names[int(scores.named[row, column])],
            _rounded(combined[column]),
            0.0 if after is None else max(0.0, _rounded(combined[column] - combined[after])),
            _cosine(scores.words[row, column]),
            None if scores.whole is None else _cosine(scores.whole[row, column]),
            None if scores.passage is None else _cosine(scores.passage[row, column]),
        )


def _rounded(number: float) -> float:
    return round(float(number), 4)


def _cosine(number: float) -> float:
    return min(1.0, max(-1.0, _rounded(number)))


def _reason(text: str, one: _LikelyNode, shared: Sequence[str]) -> CandidateReason:
    """Return why: the whole name stands in the text, or words of it, or it means the like."""
    if _names(fold(text), fold(one.name)):
        return CandidateReason.NAMED
    is_near = max(one.whole or 0, one.passage or 0) >= LEAST_MEANING
    if is_near and shared:
        return CandidateReason.BOTH
    return CandidateReason.MEANING if is_near else CandidateReason.WORDS


def _names(text: str, name: str) -> bool:
    """Say whether a name stands in a text; one of letters as whole words."""
    at = text.find(name)
    if at < 0 or len(name) < _SHORTEST_NAME:
        return False
    around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1] if at else text[len(name) : len(name) + 1]
    return is_chinese(name) or not any(one.isalnum() for one in around)
