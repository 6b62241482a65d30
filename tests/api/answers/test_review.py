"""Review as people do it: items, judgements checked against the graph, many at once, what needs another look."""

from pathlib import Path

import pytest

from api.answers.review_judgements import bulk_accept, bulk_preview, undo
from api.answers.review_summary import count_sentences, find_sentences, review_summary
from api.answers.review_views import review_page, without_reviewers
from api.state.review_queue import QueuePlace
from graph.errors import ConflictError, InputError, NotFoundError
from queries.proposals.judgement import JudgementStatus, NewCompetency
from queries.proposals.review_filter import ReviewFilter
from tests.support.factory import says
from tests.support.proposing import candidate, proposals
from tests.support.review_desk import ANNA, LI_WEI, ONE, THREE, TWO, Desk, key

EVERY = ReviewFilter()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a store with the outline of a course in review."""
    return Desk(tmp_path)


def test_item_says_what_a_link_would_be(desk: Desk) -> None:
    """Candidates in their order, with the forms of link, whether they are there still, and who said what."""
    desk.judge(TWO, "c2", "accepted", relation="AIMS_AT", weight=0.6)
    desk.judge(TWO, "c2", "rejected", who=LI_WEI)
    desk.judge(TWO, "c3", "accepted")
    desk.judge(TWO, None, "accepted", new=NewCompetency(name="Read a plan"))
    item = desk.item(TWO)
    proposed, gone, searched, new = item.candidates
    assert [form.relation for form in proposed.forms] == ["DEVELOPS", "AIMS_AT", "PRACTISES"]
    assert (proposed.key, proposed.verdict.is_disputed) == (("co1", "AIMS_AT", "c2"), True)
    assert [one.reviewer for one in proposed.verdict.standing] == ["Anna Berg (key 1a2b3c4d)", "Li Wei (key 5e6f7a8b)"]
    assert (gone.is_gone, gone.rank) == (True, 2)
    assert (searched.proposed, searched.name, searched.verdict.status) == (None, "name of c3", "accepted")
    assert searched.key is not None
    assert searched.key[0].startswith("entered:u-")
    assert (new.is_new, new.is_gone, new.name, new.kind) == (True, False, "Read a plan", "Competency")
    assert item.sentence.status == "accepted"
    assert len(item.judgements) == 4


def test_who_judged_is_not_told_to_whoever_is_not_known(desk: Desk) -> None:
    """Neither beside a candidate, nor of a whole sentence, nor in agreements; what was said is told."""
    for who in (ANNA, LI_WEI):
        desk.judge(ONE, "c1", "accepted", who=who)
        desk.judge(TWO, None, "rejected", who=who)
    page = review_page(desk.queue, desk.snapshot, desk.store, EVERY)
    assert "Anna Berg" in page.model_dump_json()
    shown = without_reviewers(page)
    assert not [name for name in ("Anna", "Li Wei") if name in shown.model_dump_json()]
    assert [one.status for one in shown.items[0].candidates[0].judgements] == ["accepted", "accepted"]
    assert [one.items for one in shown.agreements] == [2]


def test_what_cannot_be_said_is_refused(desk: Desk) -> None:
    """Nothing is accepted that is not in the graph, or that no relation leads to; a whole sentence is not accepted."""
    refused: list[tuple[str | None, JudgementStatus, str | None, type[Exception]]] = [
        (None, "accepted", None, InputError),
        ("c1", "open", None, InputError),
        ("c1", "accepted", "REQUIRES", InputError),
        ("gone", "accepted", None, NotFoundError),
        ("nowhere", "rejected", None, NotFoundError),
        ("r1", "accepted", None, InputError),
    ]
    for node, status, relation, error in refused:
        with pytest.raises(error):
            desk.judge(TWO, node, status, relation=relation)
    with pytest.raises(NotFoundError):
        desk.judge("Not in the outline.", "c1", "accepted")
    assert desk.queue.judgements.of() == []
    desk.judge(TWO, "gone", "rejected")
    desk.judge(TWO, None, "rejected")
    assert desk.item(TWO).sentence.status == "rejected"


def test_many_are_accepted_as_they_were_seen(desk: Desk) -> None:
    """The best of each open sentence with the score, what is judged or gone left out; taken back as one."""
    found = bulk_preview(desk.queue, desk.snapshot, 1.0, EVERY)
    assert (found.total, [one.id for _, one in found.sample]) == (3, ["c1", "c2", "c1"])
    assert bulk_preview(desk.queue, desk.snapshot, 2.0, EVERY).total == 2
    desk.judge(THREE, "c1", "rejected")
    with pytest.raises(ConflictError):
        bulk_accept(desk.queue, desk.snapshot, 1.0, EVERY, who=ANNA, seen=found.seen, may_apply=True)
    again = bulk_preview(desk.queue, desk.snapshot, 1.0, EVERY)
    done = bulk_accept(desk.queue, desk.snapshot, 1.0, EVERY, who=ANNA, seen=again.seen, may_apply=True)
    assert [one.target.candidate for one in done] == ["c1", "c2"]
    assert desk.listed(status="accepted") == [ONE, TWO]
    assert len(undo(desk.queue, ANNA, may_apply=True)) == 2
    assert desk.listed(status="open") == [ONE, TWO]


def test_filters_and_pages(desk: Desk) -> None:
    """Each filter narrows; pages go on behind a place, though what was judged meanwhile has left the list."""
    desk.judge(ONE, "c1", "accepted")
    desk.judge(ONE, "c1", "rejected", who=LI_WEI)
    cases: list[tuple[dict[str, object], list[str]]] = [
        ({"status": "open"}, [TWO, THREE]),
        ({"status": "disputed"}, [ONE]),
        ({"status": "again"}, []),
        ({"document": "outline.docx", "least": 2.0}, [ONE, TWO]),
        ({"document": "other.docx"}, []),
        ({"relation": "AIMS_AT"}, []),
        ({"relation": "DEVELOPS", "kind": "outcome", "sentence": key(THREE)}, [THREE]),
        ({"kind": "duty"}, []),
        ({"reviewer": "Li Wei"}, [ONE]),
        ({"reviewer": "Li"}, []),
    ]
    assert [desk.listed(**wanted) for wanted, _ in cases] == [listed for _, listed in cases]
    (first,) = find_sentences(desk.queue, desk.snapshot, ReviewFilter(status="open"), limit=1)
    desk.judge(TWO, None, "rejected")
    after = QueuePlace(first.number, first.position, first.key)
    rest = find_sentences(desk.queue, desk.snapshot, ReviewFilter(status="open"), after=after)
    assert [one.sentence.text for one in rest] == [THREE]
    found = review_summary(desk.queue, desk.snapshot, desk.store, EVERY)
    assert found.counts == {"open": 1, "accepted": 1, "rejected": 1, "deferred": 0}
    assert count_sentences(desk.queue, desk.snapshot, ReviewFilter(reviewer="Anna Berg")) == {
        "open": 0, "accepted": 1, "rejected": 1, "deferred": 0,
    }  # fmt: skip
    assert (found.total, found.ready, found.disputed, found.relations) == (3, 1, [key(ONE)], ["DEVELOPS"])
    assert [(one.items, one.same) for one in found.agreements] == [(1, 0)]


def test_what_changed_in_the_graph_is_looked_at_again(desk: Desk) -> None:
    """A judged candidate that is gone or called otherwise, and a judged sentence that is gone; open ones are not."""
    desk.judge(ONE, "c1", "accepted")
    desk.judge(TWO, "c2", "accepted")
    desk.judge(THREE, "c1", "rejected")
    assert desk.listed(status="again") == []
    renamed = {"c1": {"name": "Weld steel"}}
    desk.store.apply(says("co1", "c3", "r1", "c1", by="College", nodes=renamed))
    assert desk.listed(status="again") == [ONE, TWO, THREE]
    assert [one.is_renamed or one.is_gone for one in desk.item(ONE).candidates] == [True, True]
    desk.judge(THREE, "c1", "deferred")
    assert desk.listed(status="again") == [ONE, TWO], "what was judged anew is as it is called now"
    desk.queue.proposals.put(proposals({ONE: [candidate("c1")]}), ANNA)
    assert desk.listed(status="again") == [ONE, TWO, THREE]
