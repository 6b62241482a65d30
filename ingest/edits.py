"""Edits: single statements previewed and applied as a run of one source; what others changed is never overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.changes import ChangeSet, Difference
from graph.errors import ChangedError, ConflictError, Problem, RefusedEditsError
from graph.messages import Language, message
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source
from graph.schema import KINDS, RELATIONS
from graph.stores.base import Store, StoreReader
from graph.violations import Violation, mentioned, own_circles, violations
from ingest.circles import tell_circles
from ingest.draft import Draft, Subject
from ingest.edit_conflicts import changed_since
from ingest.edit_document import EDITS, Edit, EditDocument
from ingest.edit_source import rank_before, source_of
from ingest.edit_statements import EditStatements
from ingest.edit_values import FieldError
from ingest.effects import effects, samples
from ingest.id_suggestions import IdSuggestions
from ingest.job import ATTEMPTS, Preview, apply, await_turn, compared, new_run_id
from ingest.report import IngestReport, report_on


@dataclass(frozen=True, slots=True)
class EditPreview:
    """Edits checked against one revision, and not applied.

    `document` is what was asked with all that was left to be settled: the source, the ids of new nodes, and the
    revision that it was checked against, so that applying it does just this or nothing.
    """

    checked: Preview
    difference: Difference
    document: EditDocument

    @property
    def report(self) -> IngestReport:
        """What applying them does."""
        return self.checked.report


def preview_edits(
    document: EditDocument, store: Store, *, name: str = EDITS, language: Language = "en", run_id: str | None = None
) -> EditPreview:
    """Return what applying the edits would do. Nothing is written, and no store is made.

    `name` is what problems call the document; a new source without a name is called so in the `language`.

    Raises:
        ChangedError: what an edit touches was changed since the revision that the document expects; both are named.
        RefusedEditsError: the graph does not take an edit; what is wrong with each is named.
        ConflictError: the graph changed while it was read, or is not yet at the expected revision.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _preview(document, store, name, language, run_id or new_run_id())
        except ChangedError:
            raise
        except ConflictError as conflict:
            await_turn(attempt, conflict)
    raise AssertionError("unreachable")


def apply_edits(
    document: EditDocument, store: Store, *, name: str = EDITS, language: Language = "en", run_id: str | None = None
) -> EditPreview:
    """Apply the edits as one revision, and return them with the report of it; checked anew where others were faster.

    Raises as `preview_edits` does.
    """
    run_id = run_id or new_run_id()
    for attempt in range(ATTEMPTS):
        found = preview_edits(document, store, name=name, language=language, run_id=run_id)
        try:
            done = apply(found.checked, store)
        except ConflictError as conflict:
            await_turn(attempt, conflict)
            continue
        return EditPreview(
            Preview(done, found.checked.changes, found.checked.changes_nothing), found.difference, found.document
        )
    raise AssertionError("unreachable")


def _preview(document: EditDocument, store: Store, name: str, language: Language, run_id: str) -> EditPreview:
    with store.reading() as reading:
        base = reading.revision.number
        own = _source(document, reading, name, language)
        statements = EditStatements(reading, own, document.edits)
        _refuse_changed(document, statements, store, base, name)
        edits, problems = _done(document.edits, statements, IdSuggestions(Draft(own), reading), name)
        own, overruled = _heard(statements, name, problems)
        changes = _change_set(statements, own, run_id)
        draft = _draft(changes, len(edits))
        problems += _violations(changes, statements, draft, reading, name)
        if problems:
            raise RefusedEditsError(*sorted(problems, key=lambda one: one.row or 0))
        for note in tell_circles(changes, reading):
            draft.note(note)
        if overruled:
            draft.note(message("edit.speaks_before", source=own.name, others=overruled, rank=own.rank))
        change = compared(changes, reading)
        done = effects(change, reading)
        examples = samples(change, done, changes.nodes, store)
    report = report_on(draft, change, done, run_id, base).model_copy(
        update={"mode": "merge", "dormant": len(done.left_dormant), "samples": examples, "reason": document.reason}
    )
    settled = document.model_copy(update={"edits": edits, "source": own.name, "expected_revision": base})
    return EditPreview(Preview(report, changes, change.nodes.is_empty and change.links.is_empty), change, settled)


def _source(document: EditDocument, reading: StoreReader, name: str, language: Language) -> Source:
    try:
        return source_of(document, reading, language)
    except FieldError as error:
        raise RefusedEditsError(_problem(error, name)) from None


def _refuse_changed(document: EditDocument, statements: EditStatements, store: Store, base: int, name: str) -> None:
    seen = document.expected_revision
    if seen is None or seen == base:
        return
    if seen > base:
        raise ConflictError(message("ingest.graph_moved_on", revision=base, expected=seen))
    if changed := changed_since(statements, document.edits, store, (seen, base), name=name):
        raise ChangedError(*changed)


def _done(
    edits: Sequence[Edit], statements: EditStatements, suggestions: IdSuggestions, name: str
) -> tuple[list[Edit], list[Problem]]:
    """Do each edit that can be done; return them with the ids of new nodes, and what is wrong with the others."""
    settled: list[Edit] = []
    problems: list[Problem] = []
    for row, edit in enumerate(edits, 1):
        try:
            node_id = statements.apply(edit, row)
            settled.append(edit if node_id is None else edit.model_copy(update={"id": node_id}))
        except FieldError as error:
            if error.reason.code == "edit.no_node" and (near := suggestions.nearest(error.value or "")):
                error.reason = message("edit.no_node_near", id=error.value, near=near)
            problems.append(_problem(error, name, row))
    return settled, problems


def _heard(statements: EditStatements, name: str, problems: list[Problem]) -> tuple[Source, list[str]]:
    """Return the source at a rank at which its values are heard, and whom it speaks before by that."""
    try:
        rank, overruled = rank_before(statements, statements.touched)
    except FieldError as error:
        problems.append(_problem(error, name))
        return statements.own, []
    return statements.own.model_copy(update={"rank": rank}), overruled


def _change_set(statements: EditStatements, own: Source, run_id: str) -> ChangeSet:
    nodes: dict[NodeId, NodeValues] = {}
    links: dict[LinkKey, LinkValues] = {}
    drops: set[Subject] = set()
    for subject in statements.before:
        if isinstance(subject, tuple):
            values = statements.links[subject].get(own.name)
            if values is not None:
                links[subject] = values
                continue
        elif (stated := statements.nodes[subject].get(own.name)) is not None:
            nodes[subject] = stated
            continue
        drops.add(subject)
    return ChangeSet(own, nodes, links, run_id=run_id, drops=frozenset(drops))


def _draft(changes: ChangeSet, read: int) -> Draft:
    draft = Draft(changes.source)
    draft.nodes, draft.links, draft.read = dict(changes.nodes), dict(changes.links), read
    return draft


def _violations(
    changes: ChangeSet, statements: EditStatements, draft: Draft, reading: StoreReader, name: str
) -> list[Problem]:
    """Return what breaks the schema or dangles, with the edit that it comes from."""
    broken, dangling = violations(changes, reading.asserted(mentioned(changes)))
    near = IdSuggestions(draft, reading)
    broken += [one._replace(message=near.missing(one)) for one in dangling]
    broken += own_circles(_with_hierarchies(changes, reading))
    found = {one.subject: one for one in reversed(broken)}
    return [_of_violation(one, statements, name) for one in found.values()]


def _with_hierarchies(changes: ChangeSet, reading: StoreReader) -> ChangeSet:
    """Return the changes with all that the source states besides of the hierarchies that they touch."""
    own = changes.source.name
    relations = {key[1] for key in changes.links if RELATIONS[key[1]].acyclic}
    links = {
        row[1:4]: row[4:]
        for relation in sorted(relations)
        for row in reading.links_of(relation)
        if row[0] == own and row[1:4] not in changes.drops
    }
    nodes: dict[NodeId, NodeValues] = {}
    if any(kind in _WITH_PARENTS for kind, _ in changes.nodes.values()):
        rows = (row for row in reading.nodes(own) if row[2] in _WITH_PARENTS and row[1] not in changes.drops)
        nodes = {node_id: (kind, values) for _, node_id, kind, values in rows}
    stated = {key: values for key, values in changes.links.items() if key[1] in relations}
    return ChangeSet(changes.source, {**nodes, **changes.nodes}, {**links, **stated})


_WITH_PARENTS = frozenset(kind.name for kind in KINDS.values() if any(p.name == "parent_id" for p in kind.properties))


def _of_violation(violation: Violation, statements: EditStatements, name: str) -> Problem:
    subject: Subject = violation.subject
    row = statements.rows.get(subject)
    if row is None and isinstance(subject, tuple):  # a circle is told by one of its links
        row = max(
            (at for key, at in statements.rows.items() if isinstance(key, tuple) and key[1] == subject[1]), default=1
        )
    return Problem(violation.message, name, None, row or 1, violation.column, violation.value)


def _problem(error: FieldError, name: str, row: int | None = None) -> Problem:
    return Problem(error.reason, name, None, row, error.column, error.value)
