"""Random imports of three sources, as hypothesis draws them: what histories of a store are made of."""

from typing import Any

from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.model import LinkKey, LinkValues, NodeId, Source, canonical
from graph.schema import KINDS
from tests.support.factory import EVERY, node

SOURCES = ("a", "b", "ü")
IDS = ("c1", "c2", "c丙", "k1", "k2", "t1", "r1", "j1", "e1", "u1", "d1")
PAIRS = {
    "DEVELOPS": [("k1", "c1"), ("k1", "c2"), ("k2", "c丙")],
    "PRACTISES": [("t1", "c1"), ("t1", "c丙")],
    "REQUIRES": [("r1", "c1"), ("j1", "c2")],
    "HAS_RESPONSIBILITY": [("r1", "j1")],
    "EMPLOYS": [("e1", "r1")],
    "PREREQUISITE_OF": [("k1", "k2"), ("k2", "t1")],
    "RUNS": [("u1", "d1")],
    "AIMS_AT": [("d1", "c1")],
}
KEYS: tuple[LinkKey, ...] = tuple((NodeId(a), name, NodeId(b)) for name, pairs in PAIRS.items() for a, b in pairs)
NAMES = ("one", "二", "=three", "")
nodes = st.dictionaries(
    st.sampled_from(IDS),
    st.fixed_dictionaries({}, optional={"name": st.sampled_from(NAMES), "name_zh": st.sampled_from(NAMES)}),
    max_size=7,
)
values = st.tuples(
    st.sampled_from((None, 1.0, 0.5, 0.1)),
    st.sampled_from((None, 3)),
    st.sampled_from((None, 1, 9)),
    st.sampled_from((None, 0, 4)),
    st.sampled_from((None, "why\nnot")),
)
links = st.dictionaries(st.sampled_from(KEYS), values, max_size=8)
sources = st.builds(
    Source,
    name=st.sampled_from(SOURCES),
    rank=st.sampled_from((100, 1, 200)),
    version=st.sampled_from(("", "2")),
    institution_id=st.sampled_from(("", "u1", "u2")),
)
replaced = st.sampled_from(
    (EVERY, EVERY, frozenset(KINDS), EVERY - KINDS.keys(), frozenset({"Competency", "DEVELOPS"}))
)


def change_set(
    source: Source,
    found: dict[str, Any],
    linked: dict[LinkKey, LinkValues],
    replaces: frozenset[str],
    *,
    merges: bool = False,
) -> ChangeSet:
    """Return the ChangeSet of what was drawn."""
    stated = {NodeId(one): (node(one)[0], canonical(said)) for one, said in found.items()}
    return ChangeSet(source, stated, linked, replaces, merges)
