"""Proposals in the state: what was judged outlives editions of a document, and goes where its store goes."""

import sqlite3
from pathlib import Path

import pytest

from api.principal import Principal
from api.state.backup import back_up_state, copy_decisions, read_state_copy, restore_state
from api.state.database import State
from api.state.judgements import JudgementOrder, JudgementStore
from api.state.people import forget_person, list_people
from api.state.proposals import ProposalStore
from api.state.table_register import StoreName
from graph.errors import InputError, NotFoundError
from queries.proposals.judgement import JudgementContent, JudgementStatus, ProposalTarget
from queries.proposals.proposal import SentenceKind, sentence_key
from tests.support.paths import FIXTURES
from tests.support.proposing import candidate, proposals, sentence

OURS = StoreName("id-1", "sqlite:////srv/graph.db")
ANNA = Principal("Anna Berg", "1a2b3c4d", frozenset())
LI_WEI = Principal("Li Wei", "", frozenset(), subject="sub-4711")
ONE, TWO, THREE = "Weld a seam.", "Read a drawing.", "Grind a seam."
OUTLINE = {one: [candidate("k1"), candidate("k2", 1.0)] for one in (ONE, TWO, THREE)}


def target(text: str, node: str = "k1") -> ProposalTarget:
    """Return the target that a sentence of the outline leads to a competency."""
    return ProposalTarget(sentence_key("co1", text), node, "DEVELOPS")


def judge(state: State, text: str, status: JudgementStatus, node: str = "k1", *, who: Principal = ANNA) -> None:
    """Say something of a candidate of a sentence."""
    order = JudgementOrder(target(text, node), JudgementContent(status=status), {"en": "Weld"})
    JudgementStore(state, OURS).judge([order], who, may_apply=True)


def standing(state: State, store: StoreName = OURS) -> dict[str, str | None]:
    """Return how far each sentence is."""
    kept = ProposalStore(state, store)
    found = [one for document in kept.documents() for one in kept.sentences(document.id)]
    return {one.sentence.text: f"{one.status} gone" if one.is_gone else one.status for one in found}


def test_edited_document_keeps_what_was_judged(tmp_path: Path) -> None:
    """Unchanged sentences stay judged, new ones are open, what was judged and is gone is marked; the rest goes."""
    state = State(tmp_path / "state.db")
    kept = ProposalStore(state, OURS)
    first = kept.put(proposals(OUTLINE), ANNA)
    judge(state, ONE, "accepted")
    judge(state, TWO, "rejected")
    judge(state, TWO, "rejected", "k2")
    edited = {"1. weld a  seam": OUTLINE[ONE], "Paint a seam.": [candidate("k1")]}
    second = kept.put(proposals(edited), ANNA)
    assert (first.edition, second.edition, second.id) == (1, 2, first.id)
    assert (second.fresh, second.same, second.gone) == (1, 1, 2)
    assert standing(state) == {"1. weld a  seam": "accepted", "Paint a seam.": "open", TWO: "rejected gone"}
    kept.put(proposals(OUTLINE), ANNA)
    assert standing(state) == {ONE: "accepted", TWO: "rejected", THREE: "open"}, "what was rejected does not come back"
    again = {TWO: [candidate("k1"), candidate("k3")]}
    kept.put(proposals(again, "other.docx"), ANNA)
    assert standing(state)[TWO] == "open", "another candidate than those that were rejected"
    assert [(one.name, one.found.items) for one in kept.documents()] == [("outline.docx", []), ("other.docx", [])]
    assert len(kept.find(target(TWO).sentence)) == 2
    with pytest.raises(NotFoundError):
        kept.document("nothing.docx")
    with pytest.raises(InputError, match="describes"):
        kept.put(proposals(OUTLINE, node=None), ANNA)


def test_whole_text_is_kept_in_its_order(tmp_path: Path) -> None:
    """Sentences without proposals too, which are in no state; each once."""
    state = State(tmp_path / "state.db")
    text = [sentence("Office hours are on Monday.", 1, kind=SentenceKind.OTHER), sentence(ONE, 2), sentence(ONE, 3)]
    kept = ProposalStore(state, OURS)
    document = kept.put(proposals({ONE: OUTLINE[ONE]}), ANNA, text)
    found = kept.sentences(document.id)
    assert [(one.sentence.text, one.status) for one in found] == [("Office hours are on Monday.", None), (ONE, "open")]
    assert [one.id for one in kept.candidates([target(ONE).sentence])[target(ONE).sentence]] == ["k1", "k2"]


def test_each_word_is_kept_and_can_be_taken_back(tmp_path: Path) -> None:
    """A batch is taken back at once, to what was said before; what others said stays; to say the same is no change."""
    state = State(tmp_path / "state.db")
    ProposalStore(state, OURS).put(proposals(OUTLINE), ANNA)
    said = JudgementStore(state, OURS)
    judge(state, ONE, "deferred")
    judge(state, ONE, "rejected", who=LI_WEI)
    accepted = JudgementContent(status="accepted", weight=0.6)
    bulk = said.judge([JudgementOrder(target(one), accepted, {}) for one in OUTLINE], ANNA, may_apply=False)
    assert said.judge([JudgementOrder(target(ONE), accepted, {})], ANNA, may_apply=False) == []
    assert len({one.batch for one in bulk}) == 1
    # Who might import decides, whoever was last.
    assert standing(state) == {ONE: "open", TWO: "accepted", THREE: "accepted"}
    undone = said.undo(ANNA, may_apply=False)
    assert [one.status for one in undone] == ["deferred", "open", "open"]
    assert standing(state) == {ONE: "open", TWO: "open", THREE: "open"}
    said.undo(LI_WEI, target=target(ONE), may_apply=True)
    assert standing(state)[ONE] == "deferred"
    said.undo(ANNA, may_apply=True)
    assert standing(state)[ONE] == "open"
    for who in (ANNA, LI_WEI):
        with pytest.raises(NotFoundError):
            said.undo(who, may_apply=True)
    assert len(said.of()) == 10
    assert {one.reviewer for one in said.of([target(TWO).sentence])} == {"Anna Berg (key 1a2b3c4d)"}


def test_proposals_follow_their_store_and_forget_names(tmp_path: Path) -> None:
    """Backup, restore and migration carry them, twice as once; a name that is removed is in no row and no copy."""
    state, file = State(tmp_path / "state.db"), tmp_path / "b.db.state"
    named = {**OUTLINE, "Ask Li Wei for the key.": [candidate("k1")]}
    ProposalStore(state, OURS).put(proposals(named), LI_WEI)
    judge(state, ONE, "accepted", who=LI_WEI)
    back_up_state(state, file, OURS)
    judge(state, TWO, "deferred")
    elsewhere, target_store = State(tmp_path / "elsewhere.db"), StoreName("id-2", "sqlite:////there.db")
    for _ in range(2):
        restore_state(read_state_copy(file), elsewhere, target_store)
        restore_state(read_state_copy(file), state, OURS)
        copy_decisions(state, OURS, target_store)
    assert standing(elsewhere, target_store)[ONE] == "accepted"
    for one in (OURS, target_store):
        assert standing(state, one) == {
            ONE: "accepted",
            TWO: "deferred",
            THREE: "open",
            "Ask Li Wei for the key.": "open",
        }
    assert {one.name for one in list_people(state).items} == {"Anna Berg", "Li Wei"}
    pseudonym = forget_person(state, "Li Wei", ANNA).pseudonym
    assert f"Ask {pseudonym} for the key." in standing(state)
    restore_state(read_state_copy(file), state, OURS)
    state.check()
    state.wipe()
    state.close()
    held = b"".join(path.read_bytes() for path in tmp_path.glob("state.db*"))
    assert not [name for name in (b"Li Wei", b"sub-4711") if name in held]


def test_state_of_the_version_before_takes_proposals(tmp_path: Path) -> None:
    """Version 6 had none: its follow-ups stay."""
    path = tmp_path / "state.db"
    with sqlite3.connect(path) as before:
        before.executescript((FIXTURES / "state_6.sql").read_text(encoding="utf-8"))
    before.close()
    state = State(path)
    ProposalStore(state, OURS).put(proposals(OUTLINE), ANNA)
    judge(state, ONE, "rejected")
    state.check()
    assert {one.name for one in list_people(state).items} == {"Anna Berg", "Li Wei"}
