"""Locality check: whether a snapshot alone tells what a patch does, or the statements of the store are needed."""

from graph.model import LinkKey
from graph.schema import RELATIONS
from graph.snapshot.dormancy import dormant_at, referring_to
from graph.snapshot.patch import LinkAfter, NotLocalError, Patch
from graph.snapshot.snapshot import Snapshot


def check_local(snapshot: Snapshot, patch: Patch) -> None:
    """Raise NotLocalError unless the snapshot alone tells what the patch does."""
    is_close = bool(snapshot.about["close_same_as"])
    new = {node_id for node_id in patch.nodes if snapshot.position(node_id) is None}
    if waiting := (*dormant_at(snapshot, new), *referring_to(snapshot, new)):
        raise NotLocalError(*waiting)
    for node_id, node in patch.nodes.items():
        i = snapshot.position(node_id)
        if i is None:
            if node is None:
                raise NotLocalError(node_id)
        elif len(snapshot.members(i)) > 1 or (node is not None and node.kind != snapshot.kind_of(i)):
            raise NotLocalError(node_id)
        elif node is None:
            _check_neighbours(snapshot, i, is_close=is_close)
    seen: set[tuple[int | str, str, int | str]] = set()
    for key, link in patch.links.items():
        if key[1] == "SAME_AS" or (key[1] == "CLOSE_TO" and is_close):
            raise NotLocalError(*key)
        seen.add(_check_link(snapshot, patch, key, link))
    if len(seen) < len(patch.links):
        raise NotLocalError(*patch.links)


def _check_neighbours(snapshot: Snapshot, i: int, *, is_close: bool) -> None:
    """Refuse to count what becomes dormant where neighbours are classes, which hold several links as one."""
    for relation in RELATIONS:
        for adjacency in (snapshot.out(relation), snapshot.into(relation)):
            row = adjacency.row(i)
            if (row and relation == "CLOSE_TO" and is_close) or any(len(snapshot.members(other)) > 1 for other in row):
                raise NotLocalError(snapshot.ids[i])


def _check_link(
    snapshot: Snapshot, patch: Patch, key: LinkKey, link: LinkAfter | None
) -> tuple[int | str, str, int | str]:
    ends: list[int | str] = []
    in_class = False
    for node_id in (key[0], key[2]):
        i = snapshot.find(node_id)
        ends.append(node_id if i is None else i)
        in_class = in_class or (i is not None and len(snapshot.members(i)) > 1)
        is_there = i is not None if node_id not in patch.nodes else patch.nodes[node_id] is not None
        if link is not None and not is_there:
            raise NotLocalError(*key)
    a, b = ends
    stands = isinstance(a, int) and isinstance(b, int) and snapshot.has_link(a, key[1], b)
    if (link is None and not stands) or (in_class and (stands or link is None or a == b)):
        raise NotLocalError(*key)
    return a, key[1], b
