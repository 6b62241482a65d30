"""Lists of one kind of nodes: those in scope, filtered and sorted, a page at a time, with the columns of the kind."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated

import numpy as np
from pydantic import Field

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import Frozen, NodeId, fold, vocabulary
from graph.schema import KINDS
from graph.snapshot.arrays import Ints
from graph.snapshot.folded_text import ABSENT
from graph.snapshot.snapshot import WORD_CODES, WORDS, Snapshot
from queries.list_columns import COLUMNS, Cell, Column, MeasureColumn, NodeColumn, listed_name
from queries.list_measures import status
from queries.list_nodes import focused_first, nodes_in_scope
from queries.parameters.lists import ListFilter
from queries.semantics.answers import Count, NodeName
from queries.semantics.chain_status import STATUSES
from queries.semantics.focus import FocusMode
from queries.semantics.name_matches import find_matches
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote

NAME = "name"
"""What a list is sorted by where nothing else is asked: the name in the snapshot's language, by code points."""
WITHOUT_PREFIX = "local"
"""The vocabulary of the ids that have no prefix."""
_ANY = ListFilter()
_ALL_NAMES = 1_000_000
_NOT_MEASURED = np.zeros(0)


class ListedNode(Frozen):
    """A row of a list: a node, and its cells in the order of the columns of its kind."""

    node: NodeName
    cells: list[Cell]


class NodeTable(Frozen):
    """A page of a list; `total` counts what passes the filters, `in_scope` what the scope is about, `of_kind` all."""

    kind: str
    columns: list[str]
    items: list[ListedNode]
    total: Count
    in_scope: Count
    of_kind: Count
    mode: FocusMode
    scope: ScopeNote
    revision: int


class NodeNames(Frozen):
    """The first nodes of a list by name; `total` counts them all."""

    items: list[NodeName]
    total: Count


class NodeChoices(Frozen):
    """What the nodes of a kind can be filtered by: words of their property `kind`, and vocabularies, each in order."""

    words: list[str]
    vocabularies: list[str]


def list_kind(
    snapshot: Snapshot,
    kind: str,
    scope: Scope = EVERYTHING,
    wanted: ListFilter = _ANY,
    *,
    sort: str | None = None,
    offset: Annotated[int, Field(ge=0)] = 0,
    limit: Annotated[int, Field(ge=1)] = 50,
    most_names: int = 3,
) -> NodeTable:
    """Return the page of the list that begins at the offset; a cell names at most `most_names` nodes.

    What is in focus comes first, then by `sort` (a column of the kind, after a minus descending; what has no value is
    last), then by name, then by id.

    Raises:
        NotFoundError: the scope names something that is not there.
        InputError: the kind has no such column.
    """
    resolved = resolve(snapshot, scope, focused=True)
    everyone = nodes_in_scope(snapshot, kind, resolved)
    nodes = _sorted(snapshot, resolved, kind, _passing(snapshot, resolved, kind, everyone, wanted), sort)
    return NodeTable(
        kind=kind,
        columns=[column.name for column in COLUMNS[kind]],
        items=list(_rows(snapshot, resolved, kind, nodes[offset : offset + limit], most_names)),
        total=len(nodes),
        in_scope=len(everyone),
        of_kind=len(snapshot.of_kind(kind)),
        mode=resolved.mode,
        scope=resolved.note,
        revision=snapshot.revision.number,
    )


def iterate_kind(
    snapshot: Snapshot, kind: str, scope: Scope = EVERYTHING, wanted: ListFilter = _ANY, *, sort: str | None = None
) -> Iterator[ListedNode]:
    """Return the rows of the whole list, each made as it is taken; cells name all nodes.

    Raises:
        NotFoundError: the scope names something that is not there.
        InputError: the kind has no such column.
    """
    resolved = resolve(snapshot, scope, focused=True)
    nodes = _passing(snapshot, resolved, kind, nodes_in_scope(snapshot, kind, resolved), wanted)
    return _rows(snapshot, resolved, kind, _sorted(snapshot, resolved, kind, nodes, sort), _ALL_NAMES)


def names_of_kind(snapshot: Snapshot, kind: str, text: str = "", *, limit: int) -> NodeNames:
    """Return the first names of a kind that hold the text: what is in focus first, then by name; of the whole graph."""
    resolved = resolve(snapshot, Scope(focus="all"), focused=True)
    nodes = _passing(snapshot, resolved, kind, snapshot.of_kind(kind), ListFilter(q=text))
    first = _sorted(snapshot, resolved, kind, nodes, None)[:limit].tolist()
    names = [NodeName(id=NodeId(snapshot.ids[node]), name=listed_name(snapshot, node)) for node in first]
    return NodeNames(items=names, total=len(nodes))


def list_totals(snapshot: Snapshot, scope: Scope = EVERYTHING) -> dict[str, int]:
    """Return how many nodes the unfiltered list of each kind holds in the scope, in the order of the schema.

    Raises:
        NotFoundError: the scope names something that is not there.
    """
    resolved = resolve(snapshot, scope, focused=True)
    return {kind: len(nodes_in_scope(snapshot, kind, resolved)) for kind in KINDS}


def list_choices(snapshot: Snapshot, kind: str) -> NodeChoices:
    """Return what the nodes of the kind can be filtered by."""
    return snapshot.derived(_CHOICES[kind])


def _rows(snapshot: Snapshot, scope: ResolvedScope, kind: str, nodes: Ints, most_names: int) -> Iterator[ListedNode]:
    """Yield the rows of the nodes; measures are taken once for all."""
    columns = COLUMNS[kind]
    measured = [
        column.measure(snapshot, scope) if isinstance(column, MeasureColumn) else _NOT_MEASURED for column in columns
    ]
    for node in nodes.tolist():
        cells = [
            column.cell(snapshot, node, most_names)
            if isinstance(column, NodeColumn)
            else column.cell(float(values[node]))
            for column, values in zip(columns, measured, strict=True)
        ]
        yield ListedNode(node=NodeName(id=NodeId(snapshot.ids[node]), name=listed_name(snapshot, node)), cells=cells)


def _passing(snapshot: Snapshot, scope: ResolvedScope, kind: str, nodes: Ints, wanted: ListFilter) -> Ints:
    if wanted.q:
        nodes = nodes[find_matches(snapshot, fold(wanted.q))[nodes] != ABSENT]
    if wanted.word is not None:
        nodes = nodes[snapshot.word_codes("kind")[nodes] == WORD_CODES.get(wanted.word, len(WORDS))]
    if wanted.vocabulary is not None:
        prefix = "" if wanted.vocabulary == WITHOUT_PREFIX else wanted.vocabulary
        nodes = nodes[np.isin(nodes, snapshot.class_of[snapshot.of_vocabulary(prefix)])]
    if wanted.status is not None and kind == "Competency":
        nodes = nodes[status(snapshot, scope)[nodes] == STATUSES.index(wanted.status)]
    return nodes


def _sorted(snapshot: Snapshot, scope: ResolvedScope, kind: str, nodes: Ints, sort: str | None) -> Ints:
    by, descends = (sort or NAME).removeprefix("-"), (sort or "").startswith("-")
    names = snapshot.derived(_RANKS[kind, snapshot.language])[np.searchsorted(snapshot.of_kind(kind), nodes)]
    outside = ~focused_first(snapshot)[nodes]
    if by == NAME:
        return nodes[np.lexsort((-names if descends else names, outside))]
    column = _column(kind, by)
    key = column.measure(snapshot, scope)[nodes] if isinstance(column, MeasureColumn) else column.keys(snapshot, nodes)
    key = np.where(np.isnan(key), np.inf, -key if descends else key)
    return nodes[np.lexsort((names, key, outside))]


def _column(kind: str, name: str) -> Column:
    found = next((column for column in COLUMNS[kind] if column.name == name), None)
    if found is None:
        known = [f"“{column}”" for column in (NAME, *(column.name for column in COLUMNS[kind]))]
        raise InputError(Problem(message("list.no_column", column=name, known=known), column="sort", value=name))
    return found


def _rank(snapshot: Snapshot, kind: str, language: str) -> Ints:
    """Return the place by name, then id, of each node of the kind, in the order of `of_kind`."""
    told = snapshot.in_language(language)
    nodes = snapshot.of_kind(kind)
    names = [fold(listed_name(told, node)) for node in nodes.tolist()]
    places = np.empty(len(nodes), np.int64)
    places[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(nodes))
    return places


def _choices(snapshot: Snapshot, kind: str) -> NodeChoices:
    nodes = snapshot.of_kind(kind)
    codes = np.unique(snapshot.word_codes("kind")[nodes])
    prefixes = sorted({vocabulary(snapshot.ids[node]) for node in nodes.tolist()})
    return NodeChoices(
        words=[WORDS[code] for code in codes.tolist() if code >= 0],
        vocabularies=[prefix or WITHOUT_PREFIX for prefix in prefixes],
    )


# What is worked out once for a snapshot is known by its function: so there is one for each kind and language.
_RANKS = {(kind, language): partial(_rank, kind=kind, language=language) for kind in KINDS for language in ("en", "zh")}
_CHOICES = {kind: partial(_choices, kind=kind) for kind in KINDS}
