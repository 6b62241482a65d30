"""Proposal: a sentence of a document, where it stands, and what of a vocabulary it may be linked to."""

import hashlib
import re
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from graph.messages import Language
from graph.model import Frozen, NodeId, fold
from queries.parameters.align import LikenessKind

Cosine = Annotated[float, Field(ge=-1, le=1)]
Count = Annotated[int, Field(ge=0)]


class SentenceKind(StrEnum):
    """What a sentence of a document speaks of; the last is none of it, and is sorted out."""

    OUTCOME = "outcome"
    CONTENT = "content"
    TASK = "task"
    DUTY = "duty"
    REQUIREMENT = "requirement"
    OTHER = "other"


class SentencePlace(Frozen):
    """Where a sentence stands.

    `part`: the page, table or sheet (`page:3`, `table:2`, a sheet's name); `row`: its line, paragraph or row in it,
    from 1; `start` to `end`: its characters in that, from 0. `heading`: the nearest above.
    """

    document: str
    part: str | None = None
    row: Annotated[int, Field(ge=1)]
    start: Count
    end: Count
    heading: str | None = None


class DocumentSentence(Frozen):
    """A sentence as it stands in a document, with the sentences `before` and `after`, None at the ends."""

    text: str
    kind: SentenceKind
    language: Language
    place: SentencePlace
    before: str | None = None
    after: str | None = None


class CandidateReason(StrEnum):
    """Why a candidate is one: its name stands in the sentence, or is like it in words, in meaning, or in both."""

    NAMED = "named"
    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


class Candidate(Frozen):
    """A node that a sentence may be linked to: `relation` leads to it from what the document describes.

    Where `joined_by` is said, it leads from a node of `from_kind` made of the sentence, to which what the document
    describes is joined by that. `score`: a standard score among all candidates of the sentence, no probability;
    `margin`: how far the next is below. `words`, `whole`, `passage`: cosines of words, and of the meaning of the
    sentence and its nearest passage. `shared`: words in both. `stands`: the link is there already.
    """

    id: NodeId
    name: str
    kind: str
    relation: str | None = None
    from_kind: str | None = None
    joined_by: str | None = None
    score: float
    margin: Annotated[float, Field(ge=0)]
    words: Cosine
    whole: Cosine | None = None
    passage: Cosine | None = None
    reason: CandidateReason
    shared: tuple[str, ...] = ()
    stands: bool = False


class ProposedSentence(Frozen):
    """A sentence with its candidates, by score, highest first, then id; `key` is the same in every edition."""

    key: str
    sentence: DocumentSentence
    candidates: list[Candidate]


class DescribedNode(Frozen):
    """What a document describes: a node of the graph."""

    id: NodeId
    name: str
    kind: str


class ProposalList(Frozen):
    """What one document proposes; nothing of it is in the graph.

    `digest`: SHA-256 of its bytes. `against`: what candidates come from, all that fits where it is empty. `by`: what
    was compared. `counts`: the sentences of each kind, `read` all; `proposed` those with something to judge, in `items`
    as they stand; `sorted_out` the others. `notes`: what was mended, and what else is said.
    """

    document: str
    digest: str
    for_node: DescribedNode | None = None
    against: list[str]
    by: LikenessKind
    model: str | None = None
    model_version: str | None = None
    counts: dict[SentenceKind, int]
    read: Count
    proposed: Count
    sorted_out: Count
    notes: list[str]
    items: list[ProposedSentence]
    revision: int


_APART = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"^[\s(（\[【]*(?:\d+(?:[.．]\d+)*|[一二三四五六七八九十]+|[a-zA-Z])[.．、)）\]】:：\s]+")


def sentence_key(for_node: str | None, text: str) -> str:
    """Return what identifies a sentence about a node, in whichever edition of a document it stands.

    Case, width, spaces, punctuation and the number of an item make no difference.

    >>> sentence_key("c1", "2. 能编写 PLC 程序。") == sentence_key("c1", "（3）能编写ＰＬＣ程序")
    True
    """
    words = _APART.sub("", fold(_NUMBER.sub("", text))) or fold(text).strip()
    return hashlib.sha256(f"{for_node or ''}\n{words}".encode()).hexdigest()[:32]
