"""Scenarios (what-if): the graph as it would be with some nodes and links more and some others less; never saved."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graph.changes import ChangeSet
from graph.errors import OvertakenError
from graph.messages import Message, message
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, merge_link
from graph.snapshot.columns import values_of
from graph.snapshot.compile import compile_rows
from graph.snapshot.dormancy import dangling
from graph.snapshot.overlay import apply_patch
from graph.snapshot.patch import LinkAfter, NodeAfter, NotLocalError, Patch
from graph.snapshot.snapshot import INSTITUTION, Snapshot
from graph.stores.base import LinkRow, NodeRow, Store
from graph.violations import Violation, mentioned, violations

ASKER = "what if"
"""The source that states what a scenario adds; it speaks before every other."""


_MOST_WITH_NEAR = 20
"""To so many unknown nodes it is said which come near."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A what-if: what is stated besides, before every other source, and what nobody states any more.

    What an addition does not state of a node or link that stands, stays. The links of a node that goes become dormant.
    """

    nodes: Mapping[NodeId, NodeValues] = field(default_factory=dict)
    links: Mapping[LinkKey, LinkValues] = field(default_factory=dict)
    without_nodes: frozenset[NodeId] = frozenset()
    without_links: frozenset[LinkKey] = frozenset()


def find_violations(snapshot: Snapshot, scenario: Scenario) -> list[Violation]:
    """Return what breaks the schema, dangles, or cannot be removed since it is not there; as an import would say it."""
    return [*_not_there(snapshot, scenario), *_broken(snapshot, scenario)]


def _not_there(snapshot: Snapshot, scenario: Scenario) -> Iterator[Violation]:
    unknown = 0
    for node_id in sorted(scenario.without_nodes):
        if snapshot.position(node_id) is None:
            near = snapshot.near(node_id) if unknown < _MOST_WITH_NEAR else []
            unknown += 1
            yield Violation(node_id, "id", node_id, _no_such_node(node_id, near))
        elif node_id in scenario.nodes:
            yield Violation(node_id, "id", node_id, message("scenario.node_twice", id=node_id))
    for key in sorted(scenario.without_links):
        a, b = snapshot.find(key[0]), snapshot.find(key[2])
        if a is None or b is None or not (snapshot.has_link(a, key[1], b) or key[1] == "SAME_AS"):
            yield Violation(key, "to_id", key[2], message("scenario.no_link", link=" ".join(key)))
        elif key in scenario.links:
            yield Violation(key, "to_id", key[2], message("scenario.link_twice", link=" ".join(key)))


def _no_such_node(node_id: NodeId, near: Sequence[str]) -> Message:
    if near:
        return message("scenario.no_node_near", id=node_id, near=near)
    return message("scenario.no_node", id=node_id)


def _broken(snapshot: Snapshot, scenario: Scenario) -> list[Violation]:
    changes = ChangeSet(Source(name=ASKER), scenario.nodes, scenario.links)
    asserted: dict[NodeId, tuple[str, frozenset[str]]] = {}
    for node_id in mentioned(changes) - scenario.without_nodes:
        i = snapshot.position(node_id)
        if i is not None:
            asserted[node_id] = (snapshot.kind_of(i), frozenset({"the graph"}))
    broken, dangling = violations(changes, asserted)
    return [*broken, *dangling]


def apply_scenario(snapshot: Snapshot, scenario: Scenario, store: Store) -> tuple[Snapshot, Patch | None]:
    """Return the snapshot as it would be, and what becomes of which nodes and links; `find_violations` must find none.

    It is made from the snapshot where that can be exact, else compiled from the store: the patch is then None.

    Raises:
        OvertakenError: the store had to be read, and went on to another revision.
    """
    try:
        patch = patch_of(snapshot, scenario)
        return apply_patch(snapshot, patch), patch
    except NotLocalError:
        return compile_scenario(snapshot, scenario, store), None


def patch_of(snapshot: Snapshot, scenario: Scenario) -> Patch:
    """Return what becomes of each node and link that is spoken of, merged with what stands.

    Raises:
        NotLocalError: a node that is spoken of refers to what is not there: the store alone knows by what property.
    """
    if lost := dangling(snapshot).intersection(scenario.nodes):
        raise NotLocalError(*sorted(lost))
    nodes: dict[NodeId, NodeAfter | None] = dict.fromkeys(sorted(scenario.without_nodes))
    links: dict[LinkKey, LinkAfter | None] = dict.fromkeys(sorted(scenario.without_links))
    voices = snapshot.arrays["voices"]
    for node_id, (kind, text) in scenario.nodes.items():
        i = snapshot.position(node_id)
        known, spoken = ({}, 0) if i is None else (values_of(snapshot, i), int(voices[i]))
        nodes[node_id] = NodeAfter(kind, {**known, **json.loads(text)}, spoken + 1)
    for key, stated in scenario.links.items():
        before = link_of(snapshot, key)
        values = stated if before is None else merge_link([stated, before.values])
        links[key] = LinkAfter(values, 1 if before is None else before.voices + 1)
    return Patch(nodes, links)


def link_of(snapshot: Snapshot, key: LinkKey) -> LinkAfter | None:
    """Return a link as it stands, without its note (of classes, that of the whole class); None where there is none."""
    a, relation, b = snapshot.find(key[0]), key[1], snapshot.find(key[2])
    out = snapshot.out(relation)
    at = None if a is None or b is None else out.position(a, b)
    if at is None:
        return None
    weight = None if snapshot.arrays[f"{relation}.unstated"][at] else float(out.weight[at])
    whole: list[int | None] = []
    for name in ("level", "term", "openings"):
        stated = snapshot.link_values(relation, name)
        whole.append(None if stated is None or stated[at] < 0 else int(stated[at]))
    level, term, openings = whole
    return LinkAfter((weight, level, term, openings, None), int(snapshot.arrays[f"{relation}.voices"][at]))


def compile_scenario(snapshot: Snapshot, scenario: Scenario, store: Store) -> Snapshot:
    """Return the same from the statements of the store, whole: exact whatever they are, at the cost of the graph.

    Raises:
        OvertakenError: the store is at another revision than the snapshot.
    """
    with store.reading() as reading:
        if reading.revision != snapshot.revision:
            raise OvertakenError(message("revision.moved_on"))
        sources = {source.name: source for source in reading.sources()}
        nodes, links = list(reading.nodes()), list(reading.links())
    asker = Source(name=_unused(sources), rank=min((source.rank for source in sources.values()), default=100) - 1)
    sources[asker.name] = asker
    gone_nodes, gone_links = scenario.without_nodes, scenario.without_links
    node_rows: list[NodeRow] = [row for row in nodes if row[1] not in gone_nodes]
    node_rows += [(asker.name, node_id, kind, values) for node_id, (kind, values) in scenario.nodes.items()]
    gone_of_classes = {_of_classes(snapshot, key) for key in gone_links}
    relations = {relation for _, relation, _ in gone_links}
    link_rows: list[LinkRow] = [
        row for row in links if row[2] not in relations or _of_classes(snapshot, row[1:4]) not in gone_of_classes
    ]
    link_rows += [(asker.name, *key, *values) for key, values in scenario.links.items()]
    node_rows.sort(key=lambda row: (row[1], row[0]))
    link_rows.sort(key=lambda row: (row[1:4], row[0]))
    names = ("store_id", "revision", "token", INSTITUTION)
    about = {name: snapshot.about[name] for name in names if name in snapshot.about}
    return compile_rows(node_rows, link_rows, sources, about).in_language(snapshot.language)


def _of_classes(snapshot: Snapshot, key: LinkKey) -> tuple[int | str, str, int | str]:
    """Return a link's key by the classes of its ends, which all their ids stand for; that of SAME_AS as it is."""
    if key[1] == "SAME_AS":
        return key
    a, b = snapshot.find(key[0]), snapshot.find(key[2])
    return (key[0] if a is None else a, key[1], key[2] if b is None else b)


def _unused(names: Mapping[str, object]) -> str:
    name = ASKER
    while name in names:
        name += "?"
    return name
