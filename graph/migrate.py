"""Migration of a store into another of any kind, by replay of its log: so that revisions and runs come along."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from itertools import zip_longest
from typing import NamedTuple, cast

from graph.changes import Change, ChangeSet
from graph.errors import ConflictError
from graph.messages import message
from graph.model import IngestRun, LinkKey, LinkValues, NodeId, NodeValues, Source
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store
from graph.stores.base import asserted_by


class Migration(NamedTuple):
    """What was copied. Nodes and links are counted once each, however many sources state them; dormant ones too."""

    revisions: int
    nodes: int
    links: int
    sources: int
    runs: int


def migrate(source: Store, target: Store, on_revision: Callable[[int, int], None] | None = None) -> Migration:
    """Copy everything into the target, and compare the two; a copy that was cut off in the target is gone on with.

    The target gets the same revision numbers (with tokens of its own), the same log and the same runs. `on_revision` is
    told each revision that is done, and how many there are. A copy that ends before its time leaves a file as it was,
    and a server at the revision that was done last.

    Raises:
        ConflictError: the target holds something else, or somebody writes to one of the two meanwhile.
        AssertionError: the stores differ although every revision was copied.
    """
    with source.reading() as reading:  # also refuses a store in which a job is half-way
        last = reading.revision.number
    runs = {run.revision: run for run in source.runs()}
    done = _copied_before(source, runs, target)
    with nullcontext(target) if done else target.building() as copy:
        sources = {one.name: one for one in _sources(copy)}
        for number in range(done + 1, last + 1):
            changes = _change_set(source.changes(number - 1, number), runs[number].id, sources, copy)
            run = runs[number]
            copy.apply(changes, expected_revision=number - 1, report=run.report, applied_at=run.applied_at)
            if on_revision is not None:
                on_revision(number, last)
        if source.needs_keys():
            copy.note_keys(needed=True)
        nodes, links = _compare(source, copy, last)
    return Migration(last, nodes, links, len(sources), last)


def _copied_before(source: Store, runs: Mapping[int, IngestRun], target: Store) -> int:
    """Return how many revisions of the source a copy that was cut off has left in the target.

    Raises:
        ConflictError: the target holds something else.
    """
    done = target.revision().number
    if done:
        is_copy = target.store_id != source.store_id and all(run == runs.get(run.revision) for run in target.runs())
        if not is_copy:
            raise ConflictError(message("migration.not_empty", store=target.url, revision=done))
    return done


def _sources(store: Store) -> list[Source]:
    with store.reading() as reading:
        return reading.sources()


def _change_set(log: Iterable[Change], run_id: str, sources: dict[str, Source], target: Store) -> ChangeSet:
    """Return what makes one revision's changes in the target; `sources`, those so far, take up the source's own."""
    name = ""
    nodes: dict[NodeId, NodeValues] = {}
    links: dict[LinkKey, LinkValues] = {}
    gone: dict[NodeId | LinkKey, str] = {}
    for _, name, subject, before, after in log:
        if isinstance(after, Source):
            sources[name] = after
        elif isinstance(subject, tuple) and after is None:
            gone[subject] = subject[1]
        elif isinstance(subject, tuple):
            links[subject] = cast(LinkValues, after)
        elif subject is not None and after is None:
            gone[subject] = cast(NodeValues, before)[0]
        elif subject is not None:
            nodes[subject] = cast(NodeValues, after)
    if gone:
        kept_nodes, kept_links = _kept(target, name, gone)
        nodes, links = kept_nodes | nodes, kept_links | links
    return ChangeSet(sources[name], nodes, links, frozenset(gone.values()), run_id=run_id)


def _kept(
    target: Store, name: str, gone: Mapping[NodeId | LinkKey, str]
) -> tuple[dict[NodeId, NodeValues], dict[LinkKey, LinkValues]]:
    """Return what the source states in the target beside what goes, of the kinds and relations of what goes.

    A ChangeSet removes all of these that it does not state again; of others, it need not speak.
    """
    touched = frozenset(gone.values())
    with target.reading() as reading:
        nodes, links = asserted_by(reading, name)
        return (
            {node_id: values for node_id, values in nodes if values[0] in touched and node_id not in gone},
            {key: values for key, values in links if key[1] in touched and key not in gone},
        )


def _compare(source: Store, target: Store, revision: int) -> tuple[int, int]:
    """Check that both hold the same at the revision; return how many nodes and links that is."""
    compiled = compile_snapshot(source), compile_snapshot(target)
    for snapshot, store in zip(compiled, (source, target), strict=True):
        if snapshot.revision.number != revision:
            at = snapshot.revision.number
            raise ConflictError(message("migration.went_on", store=store.url, revision=at, copied=revision))
    hashes = [store.content_hashes() for store in (source, target)]
    are_same = compiled[0].same_arrays(compiled[1]) and (hashes[0] == hashes[1] or not hashes[0])
    with source.reading() as a, target.reading() as b:
        are_same = are_same and a.sources() == b.sources()
        nodes = _count_same(((row[1], row) for row in a.nodes()), ((row[1], row) for row in b.nodes()))
        links = _count_same(((row[1:4], row) for row in a.links()), ((row[1:4], row) for row in b.links()))
    if not are_same or nodes is None or links is None:
        raise AssertionError(
            f"{target.url} differs from {source.url}, although every revision was copied: do not use it"
        )
    return nodes, links


def _count_same(rows: Iterable[tuple[object, object]], others: Iterable[tuple[object, object]]) -> int | None:
    """Return how many subjects the rows `(subject, row)` are of, which come by subject; None where others differ."""
    count, latest = 0, None
    for row, other in zip_longest(rows, others):
        if row is None or row != other:
            return None
        count += row[0] != latest
        latest = row[0]
    return count
