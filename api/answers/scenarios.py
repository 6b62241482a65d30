"""Snapshots that a question names: a scenario, a past revision, another store, or exported files."""

from collections.abc import Sequence
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import Source
from graph.snapshot.compile import compile_rows, compile_snapshot
from graph.snapshot.institution_views import part_of, with_views
from graph.snapshot.past import snapshot_at
from graph.snapshot.scenario import apply_scenario
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.base import LinkRow, NodeRow
from ingest import scenario_document
from ingest.draft import Draft
from ingest.formats.native import read as native
from ingest.references import DraftedNodes, resolve_names
from queries.compare.change_candidates import ChangeCandidates, candidates_of_patch
from queries.diff import Diff, Sides, diff
from queries.semantics.scope import EVERYTHING, Scope
from queries.what_if import ScenarioQuestion, WhatIf, what_if


def ask_what_if(
    store: Store,
    snapshot: Snapshot,
    scenario: scenario_document.ScenarioDraft,
    question: ScenarioQuestion | None = None,
    scope: Scope = EVERYTHING,
    *,
    limit: int = 20,
) -> WhatIf:
    """Return the difference that the scenario would make.

    Raises:
        InputError: the scenario breaks the schema.
        ConflictError: the store went on to another revision meanwhile.
    """
    store, snapshot = part_of(store, snapshot, scope.institution)
    after, patch = apply_scenario(snapshot, scenario_document.check(scenario, snapshot), store)
    return what_if(snapshot, after, patch, question, scope, limit=limit)


def ask_diff(
    store: Store, snapshot: Snapshot, since: int, until: int, scope: Scope = EVERYTHING, *, limit: int = 20
) -> Diff:
    """Return what changed from the one revision of the store to the other; `snapshot` is the present one.

    Raises:
        NotFoundError: there was no such revision.
        ConflictError: the store went on to another revision meanwhile.
    """
    store, snapshot = part_of(store, snapshot, scope.institution)
    before, back = snapshot_at(store, since, snapshot)
    after, less = snapshot_at(store, until, snapshot)
    touched = None
    if back is not None and less is not None:
        parts = candidates_of_patch(snapshot, before, back), candidates_of_patch(snapshot, after, less)
        touched = ChangeCandidates(parts[0].nodes | parts[1].nodes, parts[0].links | parts[1].links)
    return diff(before, after, Sides(since=str(since), until=str(until)), touched, scope, limit=limit)


def read_state(path: Path) -> Snapshot:
    """Return the graph that exported files state: a folder, a file, or a folder of several sources' folders.

    They are read as an import reads them: as people fill them in.

    Raises:
        InputError: there is nothing that could be read, or a row is wrong.
    """
    drafts = [native.read(part, part.stem if part.suffix == ".csv" else None) for part in _parts(path)]
    named = DraftedNodes(drafts)
    for draft in drafts:
        resolve_names(draft, named)
    problems = [problem for draft in drafts for problem in draft.problems]
    if problems:
        key = "state.wrong_rows" if len(problems) > 1 else "state.wrong_row"
        raise InputError(Problem(message(key, problem=str(problems[0]), n=len(problems) - 1), path.name))
    return compile_drafts(drafts)


def _parts(path: Path) -> Sequence[Path]:
    if path.is_dir() and not any(path.glob("*.csv")):
        inner = sorted(part for part in path.iterdir() if part.is_dir() and any(part.glob("*.csv")))
        if inner:
            return inner
    return [path]


def compile_drafts(drafts: Sequence[Draft]) -> Snapshot:
    """Return the snapshot of what the drafts state together; as their source is called, so they speak."""
    sources: dict[str, Source] = {draft.source.name: draft.source for draft in drafts}
    nodes: list[NodeRow] = [(d.source.name, i, kind, values) for d in drafts for i, (kind, values) in d.nodes.items()]
    links: list[LinkRow] = [(d.source.name, *key, *values) for d in drafts for key, values in d.links.items()]
    nodes.sort(key=lambda row: (row[1], row[0]))
    links.sort(key=lambda row: (row[1:4], row[0]))
    return compile_rows(nodes, links, sources, {"store_id": "", "revision": 0, "token": ""})


def state_of_store(store: Store) -> Snapshot:
    """Return the present graph of another store."""
    return with_views(compile_snapshot(store), store)
