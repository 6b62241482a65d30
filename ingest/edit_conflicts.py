"""Edit conflicts: what was changed of the very values that edits touch since the revision that their author saw."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from graph.changes import Change
from graph.errors import Problem
from graph.messages import Message, message
from graph.model import NodeId, Source, Value
from graph.stores.base import Store
from ingest.draft import Subject
from ingest.edit_document import Edit, LinkEdit
from ingest.edit_statements import EditStatements, mentioned_by, merged_link, merged_node
from ingest.edit_values import Changes, FieldError, link_changes, node_fields

Values = Mapping[str, Value | None]


class _Wish(NamedTuple):
    """What an edit wants of a node or link: values by name, or that it is there, or gone (None)."""

    subject: Subject
    values: Changes | None
    is_new: bool


def changed_since(
    statements: EditStatements, edits: Sequence[Edit], store: Store, span: tuple[int, int], *, name: str
) -> list[Problem]:
    """Return what others changed of what the edits touch, unless it is what the edits want as well.

    `span` is the revision after which, and that of the `statements`, before any edit; `name` is what the document is
    called.
    """
    since, until = span
    touched = {subject for edit in edits for subject in mentioned_by(edit)}
    log = [change for change in store.changes(since, until) if change.subject is None or change.subject in touched]
    if not any(change.subject in touched for change in log):
        return []
    sources, stated = _at(statements, log, touched)
    problems: list[Problem] = []
    for row, edit in enumerate(edits, 1):
        for wish in _wishes(edit, statements):
            then = _merged(wish.subject, stated[wish.subject], sources)
            now = _merged(wish.subject, _stated(statements, wish.subject), statements.sources)
            by = sorted({change.source for change in log if change.subject == wish.subject})
            for column, reason in _differing(wish, then, now, since, by):
                problems.append(Problem(reason, name, None, row, column))
    return problems


def _wishes(edit: Edit, statements: EditStatements) -> Iterator[_Wish]:
    for subject in mentioned_by(edit):
        if edit.op.startswith("drop"):
            yield _Wish(subject, None, is_new=False)
            continue
        try:
            if isinstance(edit, LinkEdit):
                values = link_changes(edit)
            else:
                stated = statements.nodes[cast(NodeId, subject)]
                kind = next(iter(stated.values()))[0] if stated else edit.kind
                # Of one that is gone nobody says any more of what kind it was.
                values = node_fields(edit, kind, cast(NodeId, subject)).changes if kind else dict.fromkeys(edit.values)
        except (FieldError, KeyError):
            continue  # it is refused for what it is
        yield _Wish(subject, values, is_new=edit.op.startswith("add"))


def _differing(
    wish: _Wish, then: Values | None, now: Values | None, since: int, by: Sequence[str]
) -> Iterator[tuple[str, Message]]:
    """Yield the field and what to say of each value that is another than it was, and than is wanted."""
    what = wish.subject if isinstance(wish.subject, str) else " ".join(wish.subject)
    said: dict[str, Any] = {"what": what, "revision": since, "sources": by}
    end = "id" if isinstance(wish.subject, str) else "to_id"
    if then is None and now is None:
        return
    if now is None:
        if wish.values is not None:
            yield end, message("edit.gone_since", **said, before=_shown(then))
    elif then is None:
        if wish.values is None or any(
            now.get(name) != value for name, value in wish.values.items() if value is not None
        ):
            yield end, message("edit.come_since", **said, now=_shown(now))
    else:
        names = wish.values if wish.values is not None else sorted({*then, *now})
        for name in names:
            before, after = then.get(name), now.get(name)
            if before != after and (wish.values is None or after != wish.values[name]):
                values = {"before": _value(before), "now": _value(after)}
                yield name, message("edit.changed_since", **said, name=name, **values)


def _shown(values: Values | None) -> str | Message:
    """Return what is stated of a node or link in a line."""
    stated = {name: value for name, value in (values or {}).items() if value is not None}
    if not stated:
        return message("edit.no_values")
    return ", ".join(
        f"{name} {value if isinstance(value, str) else json.dumps(value)}" for name, value in stated.items()
    )


def _value(value: Value | None) -> str | Message:
    if value is None:
        return message("edit.not_stated")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _stated(statements: EditStatements, subject: Subject) -> dict[str, Any]:
    return dict(statements.links[subject] if isinstance(subject, tuple) else statements.nodes[subject])


def _merged(subject: Subject, stated: Mapping[str, Any], sources: Mapping[str, Source]) -> Values | None:
    if not stated:
        return None
    return merged_link(stated, sources) if isinstance(subject, tuple) else merged_node(stated, sources)


def _at(
    statements: EditStatements, log: Sequence[Change], touched: set[Subject]
) -> tuple[dict[str, Source], dict[Subject, dict[str, Any]]]:
    """Return the sources and what they stated before the changes of the log."""
    sources = dict(statements.sources)
    stated = {subject: _stated(statements, subject) for subject in touched}
    for change in reversed(log):
        if change.subject is None:
            if change.before is not None:
                sources[change.source] = cast(Source, change.before)
        elif change.before is None:
            stated[change.subject].pop(change.source, None)
        else:
            stated[change.subject][change.source] = change.before
    return sources, stated
