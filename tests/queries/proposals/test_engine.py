"""Proposals: each sentence with the candidates of a vocabulary that it is most like, by words and by meaning."""

import numpy as np
import pytest

from graph.embeddings.text_vectors import TextVectors
from graph.errors import InputError, NotFoundError
from graph.model import Value
from graph.snapshot.snapshot import Snapshot
from ingest.readers.documents.free_text import pasted_text
from queries.likeness.matcher import TextMatcher
from queries.likeness.standard_scores import standard_scores
from queries.parameters.align import LikenessKind
from queries.parameters.proposals import ProposalsQuery
from queries.proposals.engine import ReadDocument, candidate_kinds, propose
from queries.proposals.proposal import Candidate, CandidateReason, ProposalList
from queries.proposals.sentences import cut_sentences
from queries.proposals.vocabulary import ProposalVocabulary, candidate_names
from tests.support.factory import graph_of
from tests.support.tiny_embedder import TinyEmbedder

NODES: dict[str, dict[str, Value]] = {
    "co1": {"name": "Pumps"},
    "c1": {"name": "Weld robots", "name_zh": "焊接机器人"},
    "c2": {"name": "Maintain pumps", "name_zh": "维护水泵"},
    "c3": {"name": "Price stock"},
    "c4": {"name": "Teach customers"},
    "r1": {"name": "Pump keeper", "name_zh": "水泵工"},
}
TEXT = """Outcomes
1. You will be able to maintain pumps. 能焊接机器人。
2. Be able to speak Esperanto
Grading
The exam is worth 40 % of the grade."""


def read(text: str = TEXT) -> ReadDocument:
    return ReadDocument(
        "a.txt", "0" * 64, cut_sentences(pasted_text(text, "a.txt", lambda _: None), "a.txt"), ("note",)
    )


def found(
    snapshot: Snapshot | None = None, text: str = TEXT, meaning: TextVectors | None = None, **asked: object
) -> ProposalList:
    """Return what a document proposes for the course, unless another node is named."""
    snapshot = snapshot or graph_of("co1 COVERS k1", "k1 DEVELOPS c2", nodes=NODES)
    query = ProposalsQuery.model_validate({"for_node": "co1", **asked})
    kind = None if query.for_node is None else snapshot.kind_of(snapshot.require(query.for_node))
    said = candidate_names(snapshot, candidate_kinds(kind, query.relation))
    return propose(snapshot, read(text), ProposalVocabulary(said, meaning), query)


def likely(list_: ProposalList) -> dict[str, list[Candidate]]:
    return {item.sentence.text: item.candidates for item in list_.items}


def test_sentences_get_what_they_are_like() -> None:
    """Both languages by words; what stands is marked and takes no place; what is like nothing is sorted out."""
    snapshot = graph_of("co1 COVERS k1", "k1 DEVELOPS c2", nodes=NODES)
    proposed = found(snapshot, TEXT.replace("Be able to speak Esperanto", "Maintain pumps, teach customers"), limit=2)
    assert proposed.read == proposed.proposed + proposed.sorted_out == 6
    assert (proposed.by, proposed.model, proposed.notes) == (LikenessKind.WORDS, None, ["note"])
    candidates = likely(proposed)
    assert list(candidates) == ["能焊接机器人。", "Maintain pumps, teach customers"]
    pump, teach, *_ = sorted(candidates["Maintain pumps, teach customers"], key=lambda one: one.id)
    assert (teach.id, teach.stands) == ("c4", False)
    weld = candidates["能焊接机器人。"][0]
    assert (pump.id, pump.stands, pump.reason) == ("c2", True, CandidateReason.NAMED)
    assert (weld.id, weld.stands, weld.reason) == ("c1", False, CandidateReason.NAMED)
    assert (weld.relation, weld.from_kind, weld.joined_by) == ("DEVELOPS", "KnowledgeUnit", "COVERS")
    assert {one.kind for many in candidates.values() for one in many} == {"Competency"}


def test_meaning_joins_languages_where_it_is_there() -> None:
    """Without a Chinese name the English one is found; the list says by which model of which version."""
    nodes = {key: {"name": values["name"]} for key, values in NODES.items()}
    plain = graph_of("co1 COVERS k1", nodes=nodes)
    proposed = found(plain, "能维护水泵。", TextVectors(TinyEmbedder(), None))
    (candidates,) = likely(proposed).values()
    assert (candidates[0].id, candidates[0].reason) == ("c2", CandidateReason.MEANING)
    assert (proposed.by, proposed.model, proposed.model_version) == (LikenessKind.BOTH, *TinyEmbedder().model())
    assert found(plain, "能维护水泵。").items == []


def test_scores_are_those_of_the_matcher() -> None:
    """Of a node the name that fits best, standard within the sentence, in order; margins are to the next."""
    snapshot = graph_of("co1 COVERS k1", nodes=NODES)
    meaning = TextVectors(TinyEmbedder(), None)
    for by in (None, meaning):
        said = candidate_names(snapshot, ["Competency"])
        scores = ProposalVocabulary(said, by).scores(["能维护水泵", "teach how to price stock"])
        plain = TextMatcher(said.names, by).scores(["能维护水泵", "teach how to price stock"])
        combined = plain.combined if by else standard_scores(plain.combined)
        groups = np.split(combined, said.begins[1:], axis=1)
        np.testing.assert_allclose(scores.combined, np.stack([group.max(axis=1) for group in groups], axis=1))
    candidates = likely(found(snapshot, "Teach customers how to price stock", by))["Teach customers how to price stock"]
    assert [one.score for one in candidates] == sorted((one.score for one in candidates), reverse=True)
    assert candidates[0].margin == pytest.approx(candidates[0].score - candidates[1].score, abs=2e-4)


def test_what_the_document_describes_says_which_links_there_are() -> None:
    """A role REQUIRES, a duty of it by its own responsibility; without a node no relation is told, roles come too."""
    role = likely(found(for_node="r1", text="任职要求：会维护水泵"))["会维护水泵"][0]
    assert (role.relation, role.from_kind, role.joined_by) == ("REQUIRES", "Role", None)
    duty = likely(found(for_node="r1", text="岗位职责：负责维护水泵"))["负责维护水泵"][0]
    assert (duty.from_kind, duty.joined_by) == ("JobResponsibility", "HAS_RESPONSIBILITY")
    aims = likely(found(relation=["AIMS_AT"]))["能焊接机器人。"][0]
    assert (aims.relation, aims.joined_by) == ("AIMS_AT", None)
    free = likely(found(for_node=None, text="会维护水泵，当水泵工"))["会维护水泵，当水泵工"]
    assert {(one.id, one.relation) for one in free} >= {("c2", None), ("r1", None)}


def test_what_cannot_be_linked_is_refused() -> None:
    """A relation that is none, one that does not fit, a node that is not there."""
    for error, asked in (
        (InputError, {"relation": ["TEACHES"]}),
        (InputError, {"relation": ["RUNS"]}),
        (InputError, {"for_node": "c1"}),
        (NotFoundError, {"for_node": "nobody"}),
    ):
        with pytest.raises(error):
            found(**asked)
