"""Search: nodes by name, alias, code, URI or id, ranked for people, in any language."""

from collections import Counter
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from graph.model import Frozen, NodeId, fold
from graph.schema import KINDS
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.names.index import ALIAS, CHINESE_NAME, CODE, ID, NAME, URI
from queries.names.index_build import name_index
from queries.names.matches import NameQuery
from queries.names.near_names import EmbeddedNames
from queries.names.ranks import NodeMatches, match_nodes
from queries.node_list import FoundNode
from queries.semantics.cursors import next_cursor, read_cursor

MatchedBy = Literal["id", "name", "name_zh", "code", "alias"]
MatchedHow = Literal["exact", "prefix", "words", "spelling", "part", "meaning"]
_BY: dict[int, MatchedBy] = {ID: "id", NAME: "name", CHINESE_NAME: "name_zh", CODE: "code", ALIAS: "alias", URI: "id"}
_MOST_CORRECTIONS = 3


class NameMatch(Frozen):
    """Why a node was found: which of its names matched, and how.

    `part` has most of the words, not all; `meaning` no word, and means the like.
    """

    by: MatchedBy
    how: MatchedHow
    text: str


class SearchHit(FoundNode):
    """A node that a search found."""

    match: NameMatch


class SearchResult(Frozen):
    """A page of nodes, best first; `total` counts them all, `counts` by kind, whichever kind is asked for.

    `did_you_mean`: texts that find something, where this one does not. `note`: whether meaning was compared then.
    """

    items: list[SearchHit]
    total: Annotated[int, Field(ge=0)]
    counts: dict[str, int]
    did_you_mean: list[str]
    note: str | None = None
    next: str | None
    revision: int


def search(
    snapshot: Snapshot,
    text: str,
    kind: str | None = None,
    *,
    limit: int = 20,
    cursor: str | None = None,
) -> SearchResult:
    """Return the nodes that are called so: by name, then by alias, code or id, then what begins so, then the rest.

    The rest has all the words, in any order and form; where fewer than five of a kind have, those with most of them
    follow. Of equal rank what is in focus comes first, then what says least besides, then by id. What no name has is
    looked for as it may be misspelt. A member of a class is found as the class.

    Raises:
        ExpiredError: the cursor is of another revision.
    """
    offset = read_cursor(cursor, snapshot.revision)
    found = match_nodes(snapshot, text)
    of_kind = snapshot.kind[found.nodes]
    counts = np.bincount(of_kind, minlength=len(KINDS))
    order = np.arange(len(found.nodes)) if kind is None else np.flatnonzero(of_kind == KIND_CODES[kind])
    return SearchResult(
        items=[_hit(snapshot, found, at) for at in order[offset : offset + limit].tolist()],
        total=len(order),
        counts={name: int(counts[code]) for name, code in KIND_CODES.items() if counts[code]},
        did_you_mean=[] if len(order) else did_you_mean(snapshot, text),
        next=next_cursor(snapshot.revision, offset + limit, len(order)),
        revision=snapshot.revision.number,
    )


def with_near_names(
    found: SearchResult,
    snapshot: Snapshot,
    text: str,
    kind: str | None = None,
    *,
    names: EmbeddedNames,
    limit: int = 20,
) -> SearchResult:
    """Return the answer; where it has nothing, with the nodes whose names mean the like, the nearest first.

    Raises:
        EmbedderUnavailableError: the embedder cannot be asked now.
    """
    if found.total:
        return found
    near = names.nearest(snapshot, text, None if kind is None else KIND_CODES[kind])
    counts = Counter(snapshot.kind_of(one.node) for one in near)
    items = [
        _node_hit(snapshot, one.node, NameMatch(by=_BY[one.role], how="meaning", text=one.name)) for one in near[:limit]
    ]
    of_kind = {name: counts[name] for name in KINDS if counts[name]} or found.counts
    return found.model_copy(update={"items": items, "total": len(near), "counts": of_kind})


def did_you_mean(snapshot: Snapshot, text: str) -> list[str]:
    """Return up to three texts near this one that find something, the nearest first."""
    wanted = NameQuery(snapshot.carried(name_index), fold(text))
    found = (near for near in wanted.corrections() if len(match_nodes(snapshot, near).nodes))
    return [near for near, _ in zip(found, range(_MOST_CORRECTIONS), strict=False)]


def _hit(snapshot: Snapshot, found: NodeMatches, at: int) -> SearchHit:
    line, role, how = found.why(at)
    match = NameMatch(by=_BY[role], how=how, text=found.texts.text(snapshot, line))
    return _node_hit(snapshot, int(found.nodes[at]), match)


def _node_hit(snapshot: Snapshot, node: int, match: NameMatch) -> SearchHit:
    return SearchHit(
        id=NodeId(snapshot.ids[node]),
        name=snapshot.name(node),
        kind=snapshot.kind_of(node),
        code=snapshot.text("code")[node] or None,
        match=match,
    )
