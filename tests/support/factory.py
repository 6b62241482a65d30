"""Builders of small graphs: a graph is written down as its links, and an id's first letters say what it is.

`graph_of("k1 DEVELOPS c1 0.5", "e1 EMPLOYS r1 openings=3")` states four nodes and two links. `e1` is an Enterprise,
and so is `other:e1`: the letters are those after the prefix that names a vocabulary.
"""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from graph.changes import Change, ChangeSet
from graph.model import (
    LINK_VALUES,
    LinkKey,
    LinkValues,
    NodeId,
    NodeValues,
    Source,
    Value,
    canonical,
    parse_id,
)
from graph.properties import Choice
from graph.schema import KINDS, RELATIONS
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.institution_views import ids_of
from graph.snapshot.snapshot import INSTITUTION, Snapshot
from graph.stores import Store, open_store
from graph.stores.institution_view import is_of

LETTERS = {
    "u": "Institution",
    "d": "Discipline",
    "co": "Course",
    "k": "KnowledgeUnit",
    "c": "Competency",
    "t": "TrainingTask",
    "j": "JobResponsibility",
    "r": "Role",
    "e": "Enterprise",
    "i": "Instructor",
    "x": "Certificate",
    "s": "Signal",
    "g": "Cohort",
    "a": "Assessment",
}
"""The kind that the letters of an id stand for."""
EVERY = frozenset({*KINDS, *RELATIONS})
"""Every kind and relation: what a source states whole replaces all of them."""

Nodes = Mapping[str, Mapping[str, Value]]


def kind_of(node_id: str) -> str:
    """Return the kind that the id's letters stand for.

    >>> kind_of("esco:co12")
    'Course'
    """
    local = node_id.rpartition(":")[2]
    return LETTERS[local[: len(local) - len(local.lstrip("abcdefghijklmnopqrstuvwxyz"))]]


def node(node_id: str, values: Mapping[str, Value] | None = None, *, kind: str = "") -> NodeValues:
    """Return what a source states of a node; its required properties are filled in unless `values` states them."""
    kind = kind or kind_of(node_id)
    stated: dict[str, Value] = {}
    for wanted in KINDS[kind].properties:
        if wanted.name == "name":
            stated["name"] = f"name of {node_id}"
        elif wanted.name == "kind" and wanted.required and isinstance(wanted.type, Choice):
            stated["kind"] = wanted.type.words[0]
    return kind, canonical({**stated, **(values or {})})


def link(line: str) -> tuple[LinkKey, LinkValues]:
    """Return the link that a line states: `from RELATION to`, then a weight, `level=`, `term=`, `openings=`, `note=`.

    >>> link("co1 SCHEDULES t1 term=3")
    (('co1', 'SCHEDULES', 't1'), (None, None, 3, None, None))
    """
    start, relation, end, *rest = line.split()
    assert relation in RELATIONS, line
    stated = {name or "weight": value for name, _, value in (part.rpartition("=") for part in rest)}
    assert stated.keys() <= set(LINK_VALUES), line
    numbers = (int(stated[name]) if name in stated else None for name in ("level", "term", "openings"))
    level, term, openings = numbers
    weight = float(stated["weight"]) if "weight" in stated else None
    return (parse_id(start), relation, parse_id(end)), (weight, level, term, openings, stated.get("note"))


def says(
    *lines: str,
    by: str = "source",
    rank: int = 100,
    nodes: Nodes | None = None,
    replaces: Iterable[str] = EVERY,
    merges: bool = False,
    ends: bool = True,
    run_id: str = "",
    institution: str = "",
) -> ChangeSet:
    """Return what a source says: a link for each line (a lone id: a node), and the nodes at their ends.

    `nodes` states properties; with `ends=False` no node is stated but those. A merge replaces nothing.
    """
    stated: dict[NodeId, NodeValues] = {parse_id(name): node(name, values) for name, values in (nodes or {}).items()}
    links: dict[LinkKey, LinkValues] = {}
    for line in lines:
        named = [line]
        if " " in line:
            key, values = link(line)
            links[key] = values
            named = [key[0], key[2]] if ends else []
        for name in named:
            stated.setdefault(parse_id(name), node(name))
    source = Source(name=by, rank=rank, institution_id=institution)
    return ChangeSet(source, stated, links, frozenset() if merges else frozenset(replaces), merges, run_id)


_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def snapshot_of(*said: ChangeSet) -> Snapshot:
    """Return the snapshot of a new store to which these were applied, in their order."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'graph.db'}")
        for changes in said:
            store.apply(changes)
        compiled = compile_snapshot(store)
        store.close()

    def seen_by(snapshot: Snapshot, institution: str) -> Snapshot:
        ids = ids_of(snapshot, institution)
        view = snapshot_of(*(one for one in said if is_of(one.source, ids)))
        return view.altered(dict(view.arrays), {**view.about, **_moment(snapshot), INSTITUTION: ids}, ())

    compiled.views = seen_by
    return compiled


def _moment(snapshot: Snapshot) -> dict[str, object]:
    return {name: snapshot.about[name] for name in ("store_id", "revision", "token")}


def graph_of(*lines: str, nodes: Nodes | None = None) -> Snapshot:
    """Return the snapshot of what one source says."""
    return snapshot_of(says(*lines, nodes=nodes))


class Statements:
    """All that a store, or a model of one, holds: sources, and each source's statements of nodes and of links."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}
        self.nodes: dict[tuple[str, NodeId], NodeValues] = {}
        self.links: dict[tuple[str, LinkKey], LinkValues] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statements) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Statements({vars(self)})"


def statements(store: Store) -> Statements:
    """Return all that the store holds now."""
    found = Statements()
    with store.reading() as reading:
        found.sources = {source.name: source for source in reading.sources()}
        found.nodes = {(name, node_id): (kind, values) for name, node_id, kind, values in reading.nodes()}
        found.links = {(row[0], (row[1], row[2], row[3])): row[4:] for row in reading.links()}
    return found


def replayed(log: Iterable[Change]) -> Statements:
    """Return what holds after the changes of a log, begun with nothing; each must fit what stands before it."""
    found = Statements()
    for change in log:
        standing: dict[object, object]
        key: object = (change.source, change.subject)
        if change.subject is None:
            standing, key = cast(dict[object, object], found.sources), change.source
        elif isinstance(change.subject, tuple):
            standing = cast(dict[object, object], found.links)
        else:
            standing = cast(dict[object, object], found.nodes)
        assert standing.get(key) == change.before, change
        assert change.before != change.after, change
        if change.after is None:
            del standing[key]
        else:
            standing[key] = change.after
    return found


def live_links(snapshot: Snapshot) -> dict[tuple[str, str, str], float]:
    """Return the weight of every link in a snapshot, by its ends and relation; of classes, those of the whole class."""
    found = {}
    for relation in RELATIONS:
        out = snapshot.out(relation)
        for i in range(len(snapshot)):
            for other, weight in out.pairs(i):
                found[snapshot.ids[i], relation, snapshot.ids[other]] = weight
    return found


def stated(store: Store, source: str = "source") -> set[str]:
    """Return what one source states: ids, and links as text."""
    held = statements(store)
    nodes = {node_id for name, node_id in held.nodes if name == source}
    return nodes | {" ".join(key) for name, key in held.links if name == source}


SMALL = says("k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1", "k2 DEVELOPS c2", by="small")
