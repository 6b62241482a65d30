"""Restricted snapshot: the present graph as readers are given it, made from the whole one."""

import json
from collections.abc import Mapping

from graph.disclosure import Disclosure, counted
from graph.model import NodeId, Source, Value
from graph.schema import RELATIONS
from graph.snapshot.overlay import apply_patch
from graph.snapshot.patch import NodeAfter, Patch
from graph.snapshot.snapshot import CONTENT, Snapshot
from graph.stores.base import Store, StoreReader
from graph.stores.content_hash import MODULUS, NOTHING, from_text, node_digest, source_factor, to_text
from graph.stores.institution_view import InstitutionStore
from graph.stores.past_view import PastStore
from graph.stores.restricted_view import RestrictedStore

WITHHELD = "withheld"
"""What `Snapshot.about` calls the number of statements that are left out, by cohort; a whole snapshot has none."""


def restrict(snapshot: Snapshot, store: RestrictedStore) -> Snapshot:
    """Return the store's snapshot without what readers are not shown: itself where that is nothing.

    Raises:
        StoreUnavailableError: the log cannot be read.
    """
    disclosure = store.disclosure(snapshot.revision)
    withheld = disclosure.withheld()
    if not withheld:
        return snapshot
    with store.reading() as reading:
        sources = {source.name: source for source in reading.sources()}
    content = shown_content(store, snapshot.revision.number, sources)
    nodes = {row.row: _node(disclosure, row.row, sources) for row in withheld if snapshot.position(row.row) is not None}
    patched = apply_patch(snapshot, Patch(nodes, {}))
    about = {**patched.about, WITHHELD: dict(counted(withheld)), **({CONTENT: content} if content else {})}
    return patched.altered(dict(patched.arrays), about, RELATIONS)


def content_at(store: Store, reading: StoreReader) -> str | None:
    """Return the content hash of what a reading of the store shows; None where none is kept, or of an institution."""
    content = reading.content()
    if content is not None:
        return content.hash
    seen = store.whole if isinstance(store, PastStore) else store
    if not isinstance(seen, RestrictedStore) or isinstance(seen, InstitutionStore):
        return None
    return shown_content(seen, reading.revision.number, {source.name: source for source in reading.sources()})


def shown_content(store: RestrictedStore, number: int, sources: Mapping[str, Source]) -> str | None:
    """Return the content hash of what readers are shown of a revision, at which `sources` spoke; None without hashes.

    It is that of their export, when it is imported. That of the whole graph would let them try out what is hidden.
    """
    whole = NOTHING if number == 0 else store.content_hashes().get(number)
    if whole is None:
        return None
    hidden = sum(
        source_factor(sources[name]) * node_digest(node_id, *values)
        for (name, node_id), values in store.hidden_at(number).items()
    )
    return to_text((from_text(whole) - hidden) % MODULUS)


def _node(disclosure: Disclosure, node_id: NodeId, sources: dict[str, Source]) -> NodeAfter | None:
    """Return the row as those make it whose statements are shown; None where there are none."""
    stated = disclosure.standing(node_id)
    merged: dict[str, Value] = {}
    for name in sorted(stated, key=lambda name: sources[name].precedence, reverse=True):
        merged |= json.loads(stated[name][1])
    return NodeAfter(next(iter(stated.values()))[0], merged, len(stated)) if stated else None
