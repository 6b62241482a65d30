"""The view of readers: whatever is asked of a store, and of whichever revision, it tells of no small group."""

import random
from pathlib import Path

import pytest

from graph.changes import ChangeSet
from graph.errors import StoreUnavailableError
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.past import snapshot_at
from graph.snapshot.restriction import restrict
from graph.stores import Store, open_store
from graph.stores.restricted_view import RestrictedStore
from tests.support.same_graph import same
from tests.support.small_groups import (
    HIDDEN,
    HISTORY,
    LARGE,
    LATER,
    MARKS,
    OTHER_DAY,
    REVISED,
    SOURCE,
    Assessed,
    states,
)
from tests.support.stores import MakeStore


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    found = make_store()
    for changes in HISTORY:
        found.apply(changes)
    return found


def test_no_reading_holds_a_mark(store: Store) -> None:
    """Statements, nodes of any revision, who states them, and the log: all are without what is hidden."""
    view = RestrictedStore(store)
    ids = [row.id for row in (*HIDDEN, LARGE, LATER)]
    with view.reading() as reading:
        told: list[object] = [list(reading.nodes()), list(reading.nodes(SOURCE)), dict(reading.asserted(ids))]
        assert reading.withheld() == reading.withheld(SOURCE) == {"g1": len(HIDDEN)}
        assert reading.withheld("other") == {}
    told += [list(view.changes(since, until)) for since in range(4) for until in range(since, 4)]
    told += [view.nodes(ids), view.nodes(ids, at=store.revision().number), view.runs()]
    assert [mark for mark in MARKS if mark in str(told)] == []
    assert [detail.id for detail in view.nodes(ids)] == [LARGE.id, LATER.id]


def test_the_log_of_a_hidden_row_ends_where_it_is_hidden(store: Store) -> None:
    """A row that is stated anew for one learner more goes, as far as readers can tell."""
    (change,) = [one for one in RestrictedStore(store).changes(2, 3) if one.subject == REVISED.id]
    assert change.before == OTHER_DAY.statement
    assert change.after is None


def test_the_view_follows_the_store(make_store: MakeStore) -> None:
    """What is applied later is looked through too; what was shown once is shown when it comes back."""
    store = make_store()
    view = RestrictedStore(store)
    assert view.nodes([OTHER_DAY.id]) == []
    for changes, shown in ((states(OTHER_DAY), 20), (states(REVISED), None), (states(OTHER_DAY), 20)):
        store.apply(changes)
        found = view.nodes([OTHER_DAY.id])
        assert [detail.values["learners"] for detail in found] == ([] if shown is None else [shown])
    store.apply(states(OTHER_DAY._replace(learners=25, mean_score=0.4)))
    assert [detail.values["learners"] for detail in view.nodes([OTHER_DAY.id])] == [25]


def test_of_several_sources_those_are_told_that_may_be(make_store: MakeStore) -> None:
    """A second source that states one learner more is not told of, by whatever rank it speaks."""
    store = make_store()
    store.apply(states(OTHER_DAY))
    store.apply(states(REVISED, by="a second source"))
    view = RestrictedStore(store)
    (detail,) = view.nodes([OTHER_DAY.id])
    assert [one.source for one in detail.statements] == [SOURCE]
    assert (detail.values["learners"], detail.values["mean_score"], detail.conflicts) == (20, 0.5, [])
    restricted = restrict(compile_snapshot(store), view)
    node = restricted.require(OTHER_DAY.id)
    assert (restricted.number("learners")[node], restricted.number("mean_score")[node]) == (20, 0.5)
    same(restricted, compile_snapshot(view))


def test_the_view_writes_nothing(store: Store) -> None:
    """Nobody writes through it by mistake."""
    view, before = RestrictedStore(store), store.revision()
    for write in (lambda: view.apply(states(LARGE)), view.resume, view.abort, lambda: view.note_keys(needed=True)):
        with pytest.raises(StoreUnavailableError, match="only reads"):
            write()
    assert (store.revision(), store.needs_keys()) == (before, False)


def test_a_restored_store_is_looked_through_anew(tmp_path: Path) -> None:
    """Where the store goes back, and on from there, what is shown is what its own log allows."""
    file = tmp_path / "graph.db"
    store = open_store(f"sqlite:///{file}")
    view = RestrictedStore(store)
    store.apply(states(OTHER_DAY))
    store.apply(states(OTHER_DAY, LATER))
    assert view.nodes([OTHER_DAY.id])
    store.close()
    for part in tmp_path.glob("graph.db*"):
        part.unlink()
    store.apply(states(REVISED))
    assert [detail.values["learners"] for detail in view.nodes([REVISED.id])] == [REVISED.learners]
    store.close()


def test_a_score_that_stands_for_two_competencies_is_one(make_store: MakeStore) -> None:
    """Of two competencies at one task on one day, that is hidden which is of a learner more; at another task, shown."""
    more = OTHER_DAY._replace(competency="c1", learners=21)
    elsewhere, as_many = more._replace(task="t2"), OTHER_DAY._replace(competency="c1", stage="")
    store = make_store()
    store.apply(states(OTHER_DAY))
    store.apply(states(OTHER_DAY, more, elsewhere, as_many))
    shown = RestrictedStore(store).nodes([row.id for row in (OTHER_DAY, more, elsewhere, as_many)])
    assert [detail.id for detail in shown] == [OTHER_DAY.id, elsewhere.id, as_many.id]


def some_history(seed: int) -> list[ChangeSet]:
    """Return imports of two sources with groups of any size, that come, go and change."""
    dice = random.Random(seed)
    keys = [
        (task, competency, day, stage)
        for task in ("t1", "t2")
        for competency in ("c1", "c2")
        for day in ("2024-05-01", "2024-06-01")
        for stage in ("", "final")
    ]
    history = []
    for _ in range(6):
        rows = [
            Assessed(task, competency, "g1", day, stage, dice.choice((2, 4, 5, 6, 9, 12, 13, 20)), dice.random())
            for task, competency, day, stage in dice.sample(keys, 7)
        ]
        history.append(states(*rows, by=dice.choice((SOURCE, "b"))))
    return history


@pytest.mark.parametrize("seed", range(6))
def test_the_restricted_snapshot_is_that_of_the_view(tmp_path: Path, seed: int) -> None:
    """Made from the whole one, or compiled from what the view reads, or taken back by its log: the same graph."""
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    view = RestrictedStore(store)
    compiled = []
    for changes in some_history(seed):
        store.apply(changes)
        compiled.append(compile_snapshot(view))
        same(restrict(compile_snapshot(store), view), compiled[-1])
    for number, then in enumerate(compiled, 1):
        past, _ = snapshot_at(view, number, restrict(compile_snapshot(store), view))
        same(past, then)
    store.close()
