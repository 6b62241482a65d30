"""Random scenarios about random small graphs."""

from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.model import LinkKey, LinkValues, NodeId, NodeValues
from graph.schema import RELATIONS
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.institution_views import with_views
from graph.snapshot.scenario import Scenario
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from tests.support.factory import EVERY, kind_of, node
from tests.support.worlds import IDS, PAIRS, Dice, made_up, made_up_statement, made_up_values

TERMS = {"Course": (None, 1, 2), "OFFERS": (None, 1), "TrainingTask": (None, 2), "SCHEDULES": (None, 3)}
FRESH = ("d9", "co9", "k0", "k9", "t0", "t9", "j9", "r9", "e9", "zz:c9", "a:c0")


def plain_world(dice: Dice) -> list[ChangeSet]:
    """Return a world in which most has neither classes nor dormant links, so that most can be told locally."""
    said = made_up(dice)
    if dice.pick(True, True, False):
        said = [
            ChangeSet(
                one.source,
                one.nodes,
                {
                    key: values
                    for key, values in one.links.items()
                    if key[1] not in {"SAME_AS", "CLOSE_TO"} and all(end in said[0].nodes for end in (key[0], key[2]))
                },
                EVERY,
            )
            for one in said
        ]
    return said


def supposed(dice: Dice, snapshot: Snapshot) -> Scenario:
    """Return a scenario as the dice fall, with what it must not say left out."""
    nodes: dict[NodeId, NodeValues] = {}
    links: dict[LinkKey, LinkValues] = {}
    for _ in range(dice.pick(0, 1, 2, 4)):
        one = dice.pick(*FRESH, *IDS)
        nodes[NodeId(one)] = node(one, made_up_values(dice, one, TERMS, ("enterprise", "campus_base")))
    gone = {NodeId(dice.pick(*IDS)) for _ in range(dice.pick(0, 0, 1, 2))}
    gone = {one for one in gone if snapshot.position(one) is not None and one not in nodes}
    alive = [one for one in (*IDS, *FRESH) if (snapshot.position(one) is not None or one in nodes) and one not in gone]
    names = [name for name in RELATIONS if name != "SAME_AS" or dice.pick(False, False, True)]
    for _ in range(dice.pick(1, 2, 5, 9)):
        relation = dice.pick(*names)
        pairs = [(a, b) for a in alive for b in alive if a < b and RELATIONS[relation].joins(kind_of(a), kind_of(b))]
        pairs += [pair for pair in PAIRS[relation] if set(pair) <= set(alive)]
        if pairs:
            a, b = dice.pick(*pairs)
            links[NodeId(a), relation, NodeId(b)] = made_up_statement(dice, relation, TERMS, (None, 2, 4, 6))
    cut: set[LinkKey] = set()
    for relation in RELATIONS:
        out = snapshot.out(relation)
        for a, b in zip(out.rows.tolist(), out.indices.tolist(), strict=True):
            if dice.pick(*range(60)) == 59:
                cut.add((NodeId(snapshot.ids[a]), relation, NodeId(snapshot.ids[b])))
    return Scenario(nodes, links, frozenset(gone), frozenset(cut - links.keys()))


def stated(store: Store, *said: ChangeSet) -> Snapshot:
    for changes in said:
        store.apply(changes)
    return with_views(compile_snapshot(store), store)


DATA = st.binary(min_size=1200, max_size=1200)
