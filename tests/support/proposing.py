"""Documents with proposals, as small as can be: each sentence with its candidates."""

import hashlib
from collections.abc import Mapping, Sequence

from graph.model import NodeId
from queries.parameters.align import LikenessKind
from queries.proposals.proposal import (
    Candidate,
    CandidateReason,
    DescribedNode,
    DocumentSentence,
    ProposalList,
    ProposedSentence,
    SentenceKind,
    SentencePlace,
    sentence_key,
)

COURSE = DescribedNode(id=NodeId("co1"), name="Welding", kind="Course")


def candidate(node_id: str, score: float = 2.0, **told: object) -> Candidate:
    """Return a competency as a candidate that a unit of the course would develop."""
    values = {
        "id": node_id,
        "name": node_id,
        "kind": "Competency",
        "relation": "DEVELOPS",
        "from_kind": "KnowledgeUnit",
        "joined_by": "COVERS",
        "score": score,
        "margin": 0.5,
        "words": 0.4,
        "reason": CandidateReason.WORDS,
    }
    return Candidate.model_validate(values | told)


def sentence(text: str, row: int = 1, document: str = "outline.docx", **told: object) -> DocumentSentence:
    """Return a sentence of a document."""
    place = SentencePlace(document=document, row=row, start=0, end=len(text))
    values = {"text": text, "kind": SentenceKind.OUTCOME, "language": "en", "place": place}
    return DocumentSentence.model_validate(values | told)


def proposals(
    said: Mapping[str, Sequence[Candidate]], document: str = "outline.docx", node: DescribedNode | None = COURSE
) -> ProposalList:
    """Return what a document proposes: its sentences in order, each with its candidates."""
    items = [
        ProposedSentence(
            key=sentence_key(node.id if node else None, text),
            sentence=sentence(text, row, document),
            candidates=list(found),
        )
        for row, (text, found) in enumerate(said.items(), 1)
    ]
    return ProposalList(
        document=document,
        digest=hashlib.sha256("\n".join(said).encode()).hexdigest(),
        for_node=node,
        against=[],
        by=LikenessKind.WORDS,
        counts={SentenceKind.OUTCOME: len(items)},
        read=len(items),
        proposed=len(items),
        sorted_out=0,
        notes=[],
        items=items,
        revision=1,
    )
