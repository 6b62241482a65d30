"""Edits of a workbook that was downloaded and filled in: what was changed in it, and nothing else."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from graph.errors import ChangedError, ConflictError, Problem, RefusedEditsError
from graph.garbage_collection import held_collection
from graph.messages import Language, message, text
from graph.model import LINK_VALUES, NOTHING_STATED, LinkKey, Source
from graph.schema import KINDS, LINKS_FILE
from graph.stores.base import Store, StoreReader
from ingest.draft import DownloadBase, Draft, Place
from ingest.edit_document import MOST_EDITS, Edit, EditDocument, LinkEdit, NodeEdit
from ingest.edits import apply_edits, preview_edits
from ingest.formats.native.download_base import digest
from ingest.formats.native.vocabulary import file_called
from ingest.job import Leniency, OnChanges, ingest, new_run_id, preview
from ingest.matrix import state_matrices
from ingest.progress import OnProgress, ignore
from ingest.references import StoredNodes, resolve_names
from ingest.report import IngestReport, Mode, ReportedMessage


class PlacedEdit(NamedTuple):
    """An edit, and the row and column of the sheet that it comes from."""

    edit: Edit
    place: Place
    column: str | None


@held_collection()
def ingest_or_edit(
    read: Callable[[], Draft],
    store: Store,
    *,
    mode: Mode = "replace",
    leniency: Leniency | None = None,
    dry_run: bool = False,
    on_progress: OnProgress = ignore,
    run_id: str | None = None,
    expected_revision: int | None = None,
    on_changes: OnChanges | None = None,
    language: Language = "en",
) -> IngestReport:
    """Import what is read, as `ingest` does; of a workbook that was downloaded and filled in, apply what was changed.

    Raises as `ingest` does.
    """
    first: list[Draft | Exception] = []

    def read_already() -> Draft:
        found = first.pop() if first else read()
        if isinstance(found, Exception):
            raise found
        return found

    whole = partial(
        ingest,
        read_already,
        store,
        mode=mode,
        leniency=leniency,
        dry_run=dry_run,
        on_progress=on_progress,
        run_id=run_id,
        expected_revision=expected_revision,
        on_changes=on_changes,
    )
    try:
        draft = read()
    except Exception as error:  # noqa: BLE001 - what is wrong is told where it is imported
        first.append(error)
        return whole()
    if draft.base is None:
        first.append(draft)
        return whole()
    report = edited(draft, draft.base, store, dry_run=dry_run, run_id=run_id, seen=expected_revision, language=language)
    if on_changes is not None:
        on_changes(report.samples)
    return report


def edited(
    draft: Draft,
    base: DownloadBase,
    store: Store,
    *,
    dry_run: bool,
    run_id: str | None = None,
    seen: int | None = None,
    language: Language = "en",
) -> IngestReport:
    """Return the report of applying, or of a dry run of, what was changed in a workbook since it was downloaded.

    Raises:
        ConflictError: the graph is not at the revision `seen`; or it changed while it was read.
    """
    run_id = run_id or new_run_id()
    if not draft.is_source_named:
        draft.source = Source(name=text("edit.entered", language))
    if base.store != store.store_id:
        draft.refuse(Problem(message("download.elsewhere"), *draft.source_place[:1]))
    if draft.problems:
        return preview(draft, store, mode="merge", run_id=run_id).report
    with store.reading() as reading:
        if seen not in {None, reading.revision.number}:
            raise ConflictError(message("ingest.graph_moved_on", revision=reading.revision.number, expected=seen))
        changed = changed_in(draft, base, reading)
    if len(changed) > MOST_EDITS:
        draft.refuse(Problem(message("download.many", n=len(changed), most=MOST_EDITS), *draft.source_place[:1]))
    if not changed or draft.problems:
        draft.links.clear()
        draft.nodes.clear()
        draft.note(message("download.nothing" if not changed else "download.compared", n=len(changed)))
        return preview(draft, store, mode="merge", run_id=run_id).report.model_copy(update={"dry_run": dry_run})
    source = draft.source.name if draft.is_source_named else None
    document = EditDocument(edits=[one.edit for one in changed], source=source, expected_revision=base.revision)
    try:
        found = (preview_edits if dry_run else apply_edits)(document, store, language=language, run_id=run_id)
    except (ChangedError, RefusedEditsError) as error:
        for problem in error.problems:
            _reject(draft, changed, problem)
        draft.links.clear()
        draft.nodes.clear()
        return preview(draft, store, mode="merge", run_id=run_id).report.model_copy(update={"dry_run": dry_run})
    notes = [*draft.notes, message("download.compared", n=len(changed))]
    return found.report.model_copy(
        update={
            "read": draft.read,
            "accepted": draft.accepted,
            "skipped": {str(reason): count for reason, count in draft.skipped.items()},
            "notes": [*(str(note) for note in notes), *found.report.notes],
            "note_messages": [
                *(ReportedMessage(code=note.code, params=note.as_params()) for note in notes),
                *found.report.note_messages,
            ],
        }
    )


def _reject(draft: Draft, changed: list[PlacedEdit], problem: Problem) -> None:
    """Tell what is wrong with an edit in the row that it comes from."""
    if problem.row is None or problem.row > len(changed):
        draft.refuse(problem)
        return
    one = changed[problem.row - 1]
    is_link = isinstance(one.edit, LinkEdit)
    column = one.column if is_link and one.column else problem.column
    draft.reject(one.place, problem.message, column=column, value=problem.value)


def changed_in(draft: Draft, base: DownloadBase, reading: StoreReader) -> list[PlacedEdit]:
    """Return what was changed since the download, in the order of the rows: values, links in columns and rows, cells.

    A row that is gone says nothing; an emptied cell takes back what it held.
    """
    draft.replaces.clear()  # nothing is
    resolve_names(draft, StoredNodes(reading, draft))
    _leave_out_equal(draft, base, reading)
    found = [*_nodes(draft, base), *_links(draft, base)]
    return sorted(found, key=lambda one: isinstance(one.edit, LinkEdit))


def _leave_out_equal(draft: Draft, base: DownloadBase, reading: StoreReader) -> None:
    """State the cells of matrices that were changed; an emptied one drops what whoever states it."""
    if draft.matrices:
        state_matrices(draft, reading, base=base.cells)


def _nodes(draft: Draft, base: DownloadBase) -> Iterator[PlacedEdit]:
    for node_id, (kind, stated) in draft.nodes.items():
        if KINDS[kind].identified_by:
            continue  # it is imported, not edited
        values, was = json.loads(stated), base.nodes.get(node_id)
        place = draft.places[node_id]
        if was is None:
            yield PlacedEdit(NodeEdit(op="set_node", id=node_id, kind=kind, values=values), place, None)
            continue
        own = {one.name for one in KINDS[kind].properties}
        told = draft.columns.get((place.file, place.sheet), frozenset()) & own
        changes = {name: value for name, value in values.items() if was.get(name) != digest(value)}
        changes |= dict.fromkeys(sorted(name for name in told & was.keys() if name not in values))
        if changes:
            yield PlacedEdit(NodeEdit(op="set_node", id=node_id, kind=kind, values=changes), place, next(iter(changes)))


def _links(draft: Draft, base: DownloadBase) -> Iterator[PlacedEdit]:
    for key, values in draft.links.items():
        was, _ = base.links.get(key, (None, False))
        if was is not None and tuple(was) == values:
            continue
        named: dict[str, object] = {
            name: value for name, value in zip(LINK_VALUES, values, strict=True) if value is not None
        }
        if was is not None:
            pairs = zip(LINK_VALUES, was, values, strict=True)
            named = {name: now for name, before, now in pairs if before != now}
        elif key[1] in _CELLS and values == NOTHING_STATED:
            named = {"weight": None}
        yield PlacedEdit(_link("set_link", key, **named), draft.places[key], _column(draft, key))
    for key, (place, column) in sorted(_emptied(draft, base).items()):
        yield PlacedEdit(_link("drop_link", key), place, column)


_CELLS = frozenset({"AIMS_AT", "DEVELOPS"})


def _emptied(draft: Draft, base: DownloadBase) -> dict[LinkKey, tuple[Place, str | None]]:
    """Return the links that a column, or a cell of a matrix, held and holds no longer, with where that was."""
    links = (subject for subject in draft.drops if isinstance(subject, tuple))
    found: dict[LinkKey, tuple[Place, str | None]] = {key: (draft.dropped_at[key], None) for key in links}
    for key, (_, is_row) in base.links.items():
        if is_row or key in draft.links:
            continue
        for node_id in (key[0], key[2]):
            if node_id not in draft.nodes:
                continue
            place = draft.places[node_id]
            told = draft.columns.get((place.file, place.sheet), frozenset())
            for column in KINDS[draft.nodes[node_id][0]].link_columns:
                is_its_own = column.relation == key[1] and column.outward == (node_id == key[0])
                if is_its_own and column.name in told:
                    found[key] = (place, column.name)
    return found


def _link(op: str, key: LinkKey, **values: object) -> LinkEdit:
    return LinkEdit.model_validate({"op": op, "from_id": key[0], "relation": key[1], "to_id": key[2], **values})


def _column(draft: Draft, key: LinkKey) -> str | None:
    place = draft.places[key]
    if place.sheet is None or file_called(place.sheet) == LINKS_FILE:
        return None
    named = [draft.column_of(key, column) for column in ("from_id", "to_id")]
    return next((one for one in named if one not in {"id", "from_id", "to_id"}), None)
