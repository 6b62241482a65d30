"""Applying what was accepted: links with their evidence, each undone alone; nothing points to what is not there."""

from pathlib import Path

import pytest

from api.answers.review_apply import ApplyPlan, ApplyRequest, apply_plan, plan_apply
from api.answers.review_judgements import undo
from api.answers.review_links import pending_links
from graph.errors import ChangedError
from ingest.edit_document import EditDocument
from ingest.edits import EditPreview, apply_edits
from ingest.run_undo import undo_run
from queries.proposals.evidence import read_evidence
from queries.proposals.judgement import NewCompetency
from queries.proposals.made_nodes import made_node, new_competency
from queries.proposals.proposal import sentence_key
from tests.support.factory import says
from tests.support.proposing import candidate, proposals
from tests.support.review_desk import ANNA, LI_WEI, ONE, THREE, TWO, Desk, key
from tests.support.stores import MakeStore

UNIT = {text: made_node("KnowledgeUnit", key(text)) for text in (ONE, TWO, THREE)}


def plan(desk: Desk, request: ApplyRequest = ApplyRequest()) -> ApplyPlan:  # noqa: B008 - a constant
    """Return what an apply would do."""
    return plan_apply(desk.queue, desk.store, desk.snapshot, request)


def apply(desk: Desk, *, checks: bool = True) -> str:
    """Apply what was accepted, and return the run."""
    found = plan(desk)
    assert found.document is not None
    done: EditPreview = apply_plan(
        found, found.document, desk.queue, lambda document, run: apply_edits(document, desk.store, run_id=run)
    )
    assert not checks or plan(desk).document is None, "it is in step"
    return done.report.run


def links(desk: Desk, source: str = "Entered on pages") -> set[tuple[str, str, str]]:
    """Return the links that a source states."""
    with desk.store.reading() as reading:
        return {row[1:4] for row in reading.links(source)}


def nodes(desk: Desk, source: str = "Entered on pages") -> set[str]:
    """Return the nodes that a source states."""
    with desk.store.reading() as reading:
        return {row[1] for row in reading.nodes(source)}


def of_unit(text: str, node: str = "c1") -> set[tuple[str, str, str]]:
    """Return the links that accepting a competency for an outcome of the course comes to."""
    return {("co1", "COVERS", UNIT[text]), (UNIT[text], "DEVELOPS", node)}


def test_accepted_link_is_stated_and_undone_on_every_store(make_store: MakeStore, tmp_path: Path) -> None:
    """What it takes to know what stands, what is to be dropped, and by which run."""
    desk = Desk(tmp_path, make_store())
    desk.judge(ONE, "c1", "accepted")
    apply(desk, checks=False)
    assert links(desk) == of_unit(ONE)
    undo(desk.queue, ANNA, may_apply=True)
    apply(desk, checks=False)
    assert (links(desk), nodes(desk)) == (set(), set())


def test_accepted_link_is_stated_with_its_evidence_and_undone_alone(tmp_path: Path) -> None:
    """Units of sentences, direct links, new competencies; each is undone with just what is its own."""
    desk = Desk(tmp_path)
    desk.judge(ONE, "c1", "accepted", weight=0.6)
    desk.judge(TWO, "c2", "accepted", relation="AIMS_AT")
    desk.judge(TWO, None, "accepted", new=NewCompetency(name="读图", kind="ability"))
    made = new_competency("读图")
    run = apply(desk)
    assert links(desk) == of_unit(ONE) | of_unit(TWO, made) | {("co1", "AIMS_AT", "c2")}
    assert nodes(desk) == {UNIT[ONE], UNIT[TWO], made}
    with desk.store.reading() as reading:
        (row,) = reading.links_named([(UNIT[ONE], "DEVELOPS", "c1")])  # type: ignore[list-item]
    evidence = read_evidence(row[8] or "")
    assert evidence is not None
    assert (row[4], evidence.text, evidence.document) == (0.6, ONE, "outline.docx")
    undo(desk.queue, ANNA, may_apply=True)
    apply(desk)
    assert links(desk) == of_unit(ONE) | {("co1", "AIMS_AT", "c2")}
    assert nodes(desk) == {UNIT[ONE]}
    desk.judge(ONE, "c1", "rejected")
    apply(desk)
    assert (links(desk), nodes(desk)) == ({("co1", "AIMS_AT", "c2")}, set())
    desk.judge(TWO, "c2", "accepted", relation="AIMS_AT", weight=0.3)
    apply(desk)
    with desk.store.reading() as reading:
        (row,) = reading.links_named([("co1", "AIMS_AT", "c2")])  # type: ignore[list-item]
    assert row[4] == 0.3
    assert run != desk.store.runs()[0].id


def test_run_that_is_taken_back_leaves_what_was_accepted(tmp_path: Path) -> None:
    """It is accepted and not applied again, and can be applied anew; when the taking back is taken back, it stands."""
    desk = Desk(tmp_path)
    desk.judge(ONE, "c1", "accepted")
    run = apply(desk)
    back = undo_run(desk.store, run).run
    assert links(desk) == set()
    assert desk.item(ONE).sentence.status == "accepted"
    assert not desk.item(ONE).candidates[0].in_graph
    assert len(plan(desk).changes) == 1
    undo_run(desk.store, back)
    assert plan(desk).document is None
    desk.judge(ONE, "c1", "accepted", weight=0.3)
    second = apply(desk)
    undo_run(desk.store, second)
    assert [one.key[1] for one in plan(desk).changes] == ["DEVELOPS"], "the weight is not as it was accepted"


def test_one_link_of_two_sentences_stands_while_one_does(tmp_path: Path) -> None:
    """The greater weight holds; it goes with the last of them."""
    desk = Desk(tmp_path)
    desk.judge(ONE, "c1", "accepted", relation="AIMS_AT", weight=0.6)
    desk.judge(THREE, "c1", "accepted", relation="AIMS_AT", weight=0.3)
    apply(desk)
    desk.judge(ONE, "c1", "deferred")
    apply(desk)
    with desk.store.reading() as reading:
        (row,) = reading.links_named([("co1", "AIMS_AT", "c1")])  # type: ignore[list-item]
    assert row[4] == 0.3
    assert (row[8] or "").startswith(THREE)
    undo(desk.queue, ANNA, may_apply=True)
    desk.judge(ONE, None, "rejected")
    desk.judge(THREE, None, "rejected")
    apply(desk)
    assert links(desk) == set()


def test_what_cannot_be_is_left_out_and_named(tmp_path: Path) -> None:
    """What is gone, what only a reader accepted, what reviewers disagree on (first), what others state already."""
    desk = Desk(tmp_path)
    desk.judge(ONE, "c2", "accepted")
    desk.judge(TWO, "c2", "accepted", who=LI_WEI)
    desk.judge(THREE, "c1", "accepted", relation="AIMS_AT")
    desk.judge(ONE, "c1", "accepted", who=LI_WEI)
    desk.judge(ONE, "c1", "rejected")
    desk.store.apply(says("co1 AIMS_AT c1", "c3", "r1", by="College"))
    found = plan(desk)
    assert [(one.sentence.sentence.text, one.target.candidate) for one in found.disputed] == [(ONE, "c1")]
    assert [one.reason.code for one in found.left_out] == ["review.gone", "review.gone"]
    assert (found.changes, found.document) == ([], None)
    desk.store.apply(says("co1 AIMS_AT c1", "c2", "c3", "r1", by="College"))
    again = plan(desk)
    assert [one.reason.code for one in again.left_out] == ["review.untrusted"]
    assert [one.key for one in again.changes] == [(UNIT[ONE], "DEVELOPS", "c2")]


def test_node_that_others_use_stays(tmp_path: Path) -> None:
    """A unit that something else was linked to since is not dropped with its link."""
    desk = Desk(tmp_path)
    desk.judge(ONE, "c1", "accepted")
    apply(desk)
    desk.store.apply(says(f"{UNIT[ONE]} DEVELOPS c3", by="Other", ends=False, merges=True))
    undo(desk.queue, ANNA, may_apply=True)
    apply(desk)
    assert links(desk) == {("co1", "COVERS", UNIT[ONE])}
    assert nodes(desk) == {UNIT[ONE]}


def test_interruption_at_any_moment_is_found_out(tmp_path: Path) -> None:
    """Before the graph has it, nothing is applied; after it, all is, though the state was not told."""
    desk = Desk(tmp_path)
    desk.judge(ONE, "c1", "accepted")
    first = plan(desk)
    assert first.document is not None

    def die(document: EditDocument, run: str) -> EditPreview:
        raise KeyboardInterrupt

    def die_after(document: EditDocument, run: str) -> EditPreview:
        apply_edits(document, desk.store, run_id=run)
        raise KeyboardInterrupt

    for way, left in ((die, 1), (die_after, 0)):
        with pytest.raises(KeyboardInterrupt):
            apply_plan(first, first.document, desk.queue, way)
        assert len(plan(desk).changes) == left
    assert links(desk) == of_unit(ONE)
    undo(desk.queue, ANNA, may_apply=True)
    apply(desk)
    assert (links(desk), nodes(desk)) == (set(), set())


def test_refused_apply_changes_nothing(tmp_path: Path) -> None:
    """What was changed since it was previewed is not overwritten, and is not taken for applied."""
    desk = Desk(tmp_path)
    desk.judge(ONE, "c1", "accepted", relation="AIMS_AT", weight=0.6)
    seen = desk.snapshot.revision.number
    desk.store.apply(says("co1 AIMS_AT c1 0.3", by="Entered on pages", ends=False, merges=True, rank=50))
    found = plan(desk, ApplyRequest(expected_revision=seen))
    assert found.document is not None
    with pytest.raises(ChangedError):
        apply_plan(found, found.document, desk.queue, lambda one, run: apply_edits(one, desk.store, run_id=run))
    wanted, changes = pending_links(desk.queue, desk.snapshot, desk.store)
    assert (len(wanted.links), len(changes.changes)) == (1, 1)


def test_edited_outline_keeps_what_was_applied(tmp_path: Path) -> None:
    """Unchanged sentences stay accepted and linked, however numbered; new ones are open; nothing is stated twice."""
    desk = Desk(tmp_path)
    desk.judge(ONE, "c1", "accepted")
    apply(desk)
    edited = {"1) weld a seam": [candidate("c1")], "Paint a seam.": [candidate("c2")]}
    desk.queue.proposals.put(proposals(edited), ANNA)
    assert sentence_key("co1", "1) weld a seam") == key(ONE)
    assert desk.listed(status="accepted") == ["1) weld a seam"]
    assert desk.listed(status="open") == ["Paint a seam."]
    assert plan(desk).document is None
