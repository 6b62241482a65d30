"""Statements under edit: what each source states of what edits touch, and the edits done to it."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import cast

from graph.messages import Message, message
from graph.model import (
    LINK_VALUES,
    NOTHING_STATED,
    LinkKey,
    LinkValues,
    NodeId,
    NodeValues,
    Source,
    Value,
    canonical,
    fold,
    merge_link,
    parse_id,
)
from graph.schema import KINDS
from graph.stores.base import LinkRow, StoreReader
from ingest.draft import Subject
from ingest.edit_document import Edit, LinkEdit, NodeEdit
from ingest.edit_values import Changes, FieldError, link_changes, link_key, node_fields, node_id

PREFIX = "entered:"
"""What the id begins with that a node without one gets."""
_LONGEST_SLUG = 60
_TRIES = 50


class EditStatements:
    """The statements of all sources on what is touched; `own` is the source that the edits are of.

    `before` is what the own source stated of each subject that was edited, `touched` the values of it that were, and
    `rows` the last edit that did.
    """

    def __init__(self, reading: StoreReader, own: Source, edits: Sequence[Edit]) -> None:
        """Read what the edits speak of."""
        self._reading, self.own = reading, own
        self.sources = {source.name: source for source in reading.sources()} | {own.name: own}
        self.nodes: dict[NodeId, dict[str, NodeValues]] = {}
        self.links: dict[LinkKey, dict[str, LinkValues]] = {}
        self.before: dict[Subject, NodeValues | LinkValues | None] = {}
        self.touched: dict[Subject, set[str]] = {}
        self.rows: dict[Subject, int] = {}
        self._row = 0
        self._at: dict[NodeId, list[LinkRow]] | None = None
        self._read(edits)
        self._dropped = {
            one for edit in edits if edit.op == "drop_node" for one in mentioned_by(edit) if not isinstance(one, tuple)
        }

    def _read(self, edits: Sequence[Edit]) -> None:
        ids: set[NodeId] = set()
        keys: set[LinkKey] = set()
        for edit in edits:
            for subject in mentioned_by(edit):
                (keys if isinstance(subject, tuple) else ids).add(subject)  # type: ignore[arg-type]
        self.fetch(ids | {end for key in keys for end in (key[0], key[2])}, keys)

    def fetch(self, ids: Iterable[NodeId], keys: Iterable[LinkKey] = ()) -> None:
        """Read what is stated of further nodes and links."""
        new_ids = [one for one in dict.fromkeys(ids) if one not in self.nodes]
        new_keys = [one for one in dict.fromkeys(keys) if one not in self.links]
        self.nodes.update((one, {}) for one in new_ids)
        self.links.update((one, {}) for one in new_keys)
        for source, one, kind, values in self._reading.nodes_named(new_ids, expected=False) if new_ids else ():
            self.nodes[one][source] = (kind, values)
        for row in self._reading.links_named(new_keys, expected=False) if new_keys else ():
            self.links[row[1:4]][row[0]] = row[4:]

    def apply(self, edit: Edit, row: int) -> NodeId | None:
        """Do one edit, the document's first being 1; return the id of its node, None of a link. Raises FieldError."""
        self._row = row
        if isinstance(edit, LinkEdit):
            self._apply_link(edit)
            return None
        return self._apply_node(edit)

    # Links

    def _apply_link(self, edit: LinkEdit) -> None:
        key = link_key(edit)
        stated = self.links[key]
        changes = link_changes(edit)
        op = edit.op if edit.op != "set_link" else "change_link" if stated else "add_link"
        if op == "add_link":
            self._refuse_second_link(key, changes)
            self._state_link(key, changes)
        elif not stated:
            raise FieldError("to_id", message("edit.no_link", link=" ".join(key)))
        elif op == "change_link":
            self._refuse_withdrawal(changes, self._own_link(key), dict(self._other_links(key)))
            self._state_link(key, changes)
        else:
            reason = "edit.link_of_both" if self.own.name in stated else "edit.link_of_others"
            self._refuse_others(self.others(stated), message(reason, link=" ".join(key), sources=()))
            self._put_link(key, None)

    def _refuse_second_link(self, key: LinkKey, changes: Changes) -> None:
        """Refuse to add a link that is there with other values than those that are given."""
        if self.links[key]:
            here = self.merged_link(key)
            if any(value is not None and here[name] != value for name, value in changes.items()):
                sources = sorted(self.links[key])
                raise FieldError("to_id", message("edit.link_there", link=" ".join(key), sources=sources))

    def _own_link(self, key: LinkKey) -> Changes:
        return dict(zip(LINK_VALUES, self.links[key].get(self.own.name, NOTHING_STATED), strict=True))

    def _other_links(self, key: LinkKey) -> Iterator[tuple[str, Changes]]:
        for source, values in self.links[key].items():
            if source != self.own.name:
                yield source, dict(zip(LINK_VALUES, values, strict=True))

    def _state_link(self, key: LinkKey, changes: Changes) -> None:
        values = {**self._own_link(key), **changes}
        self._put_link(key, cast(LinkValues, tuple(values[name] for name in LINK_VALUES)), changes)

    def _put_link(self, key: LinkKey, values: LinkValues | None, names: Iterable[str] = ()) -> None:
        stated = self.links[key]
        self._note(key, stated.get(self.own.name), names)
        if values is None:
            stated.pop(self.own.name, None)
        else:
            stated[self.own.name] = values

    # Nodes

    def _apply_node(self, edit: NodeEdit) -> NodeId:
        subject = self._new_id(edit) if edit.id is None else node_id("id", edit.id)
        self.fetch([subject])
        stated = self.nodes[subject]
        op = edit.op if edit.op != "set_node" else "change_node" if stated else "add_node"
        if op == "add_node" and stated and self._says(subject, edit):
            return subject
        if op == "add_node":
            self._add_node(edit, subject)
        elif not stated:
            raise FieldError("id", message("edit.no_node", id=subject), subject)
        elif op == "change_node":
            self._change_node(edit, subject)
        else:
            self._drop_node(subject)
        return subject

    def _add_node(self, edit: NodeEdit, subject: NodeId) -> None:
        kind = _kind_of(edit)
        if stated := self.nodes[subject]:
            other = next(iter(stated.values()))[0]
            reason = message("edit.node_there", id=subject, kind=other, sources=sorted(stated))
            raise FieldError("id", reason, subject)
        changes, links = node_fields(edit, kind, subject)
        values = {name: value for name, value in changes.items() if value is not None}
        for name in sorted(KINDS[kind].required - {"id"} - values.keys()):
            raise FieldError(f"values.{name}", message("edit.required", kind=kind, name=name))
        self._put_node(subject, (kind, canonical(values)), changes)
        self.fetch([end for key in links for end in (key[0], key[2])], links)
        for key, stated_values in links.items():
            self._put_link(key, stated_values, LINK_VALUES)

    def _change_node(self, edit: NodeEdit, subject: NodeId) -> None:
        """Change what the own source states; of a node that it does not state yet, it states what a row must have."""
        stated = self.nodes[subject]
        kind = next(iter(stated.values()))[0]
        if edit.kind is not None and edit.kind != kind:
            raise FieldError("kind", message("edit.other_kind", id=subject, kind=kind), edit.kind)
        if KINDS[kind].identified_by:
            raise FieldError("kind", message("edit.not_entered", kind=kind), kind)
        changes, links = node_fields(edit, kind, subject)
        if links:
            raise FieldError("values", message("edit.links_apart", id=subject))
        own = self._own_node(subject)
        others = {name: json.loads(values) for name, (_, values) in stated.items() if name != self.own.name}
        self._refuse_withdrawal(changes, own, others)
        merged = {**self.merged_node(subject), **{name: v for name, v in changes.items() if v is not None}}
        needed = {name: merged[name] for name in KINDS[kind].required - {"id"} if name in merged and name not in own}
        values = {name: value for name, value in {**needed, **own, **changes}.items() if value is not None}
        for name in sorted(KINDS[kind].required - {"id"} - values.keys()):
            raise FieldError(f"values.{name}", message("edit.required", kind=kind, name=name))
        self._put_node(subject, (kind, canonical(values)), changes)

    def _drop_node(self, subject: NodeId) -> None:
        """Drop a node of one's own, with the own links that it is an end of."""
        stated = self.nodes[subject]
        self._refuse_others(self.others(stated), message("edit.node_of_others", id=subject, sources=()))
        at_it = self._links_at(subject)
        added = [key for key, said in self.links.items() if subject in {key[0], key[2]} and self.own.name in said]
        others = {row[0] for row in at_it if row[0] != self.own.name}
        self._refuse_others(others, message("edit.links_of_others", id=subject, sources=()))
        keys = dict.fromkeys([*(row[1:4] for row in at_it), *added])
        self.fetch([end for key in keys for end in (key[0], key[2])], keys)
        for key in keys:
            self._put_link(key, None)
        self._put_node(subject, None)

    def _links_at(self, subject: NodeId) -> list[LinkRow]:
        """Return the statements of links that a node is an end of: of all nodes that are dropped, in one pass."""
        if self._at is None or subject not in self._at:
            self._at = {one: [] for one in {*self._dropped, subject}}
            for row in self._reading.link_stream():
                for end in {row[1], row[3]} & self._at.keys():
                    self._at[end].append(row)
        return self._at[subject]

    def _own_node(self, subject: NodeId) -> Changes:
        stated = self.nodes[subject].get(self.own.name)
        return {} if stated is None else json.loads(stated[1])

    def _put_node(self, subject: NodeId, values: NodeValues | None, names: Iterable[str] = ()) -> None:
        stated = self.nodes[subject]
        self._note(subject, stated.get(self.own.name), names)
        if values is None:
            stated.pop(self.own.name, None)
        else:
            stated[self.own.name] = values

    def _note(self, subject: Subject, before: NodeValues | LinkValues | None, names: Iterable[str]) -> None:
        self.before.setdefault(subject, before)
        self.touched.setdefault(subject, set()).update(names)
        self.rows[subject] = self._row

    def _new_id(self, edit: NodeEdit) -> NodeId:
        """Return an id, made of the name, that nothing has; that of what is there already, where it is just this."""
        if edit.op not in {"add_node", "set_node"}:
            raise FieldError("id", message("id.missing"))
        name = edit.values.get("name") or edit.values.get("name_zh") or _kind_of(edit)
        plain = "".join(c if c.isalnum() else "-" for c in fold(str(name)))
        base = PREFIX + ("-".join(part for part in plain.split("-") if part)[:_LONGEST_SLUG] or "node")
        tried = [parse_id(base if n == 1 else f"{base}-{n}") for n in range(1, _TRIES + 1)]
        self.fetch(tried)
        return next((one for one in tried if not self.nodes[one] or self._says(one, edit)), tried[-1])

    def _says(self, subject: NodeId, edit: NodeEdit) -> bool:
        """Say whether the own source states of a node just what an edit adds: it was sent before, and is there."""
        kind = _kind_of(edit)
        changes, _ = node_fields(edit, kind, subject)
        said = canonical({name: value for name, value in changes.items() if value is not None})
        return subject not in self.before and self.nodes[subject].get(self.own.name) == (kind, said)

    # What all state together

    def others(self, stated: Mapping[str, object]) -> set[str]:
        """Return the sources beside the own one among those that state something."""
        return stated.keys() - {self.own.name}

    def merged_node(self, subject: NodeId) -> dict[str, Value]:
        """Return each property of a node from the first source that states it; empty where nobody does."""
        return merged_node(self.nodes[subject], self.sources)

    def merged_link(self, key: LinkKey) -> dict[str, Value | None]:
        """Return each value of a link from the first source that states it; empty where nobody states the link."""
        return merged_link(self.links[key], self.sources)

    @staticmethod
    def _refuse_others(others: Collection[str], reason: Message) -> None:
        if others:
            raise FieldError("source", message(reason.code, **{**reason.params, "sources": sorted(others)}))

    @staticmethod
    def _refuse_withdrawal(changes: Changes, own: Changes, others: Mapping[str, Mapping[str, Value | None]]) -> None:
        """Refuse to state no longer what others alone state."""
        for name, value in changes.items():
            if value is None and own.get(name) is None:
                stating = sorted(source for source, said in others.items() if said.get(name) is not None)
                if stating:
                    raise FieldError(name, message("edit.value_of_others", name=name, sources=stating))


def mentioned_by(edit: Edit) -> list[Subject]:
    """Return the node or link that the edit is of, as far as it can be told."""
    try:
        if isinstance(edit, LinkEdit):
            return [link_key(edit)]
        return [] if edit.id is None else [node_id("id", edit.id)]
    except FieldError:
        return []


def _kind_of(edit: NodeEdit) -> str:
    if edit.kind is None or edit.kind not in KINDS:
        entered = [kind.name for kind in KINDS.values() if not kind.identified_by]
        raise FieldError("kind", message("edit.no_kind", kind=edit.kind or "", kinds=entered), edit.kind)
    if KINDS[edit.kind].identified_by:
        raise FieldError("kind", message("edit.not_entered", kind=edit.kind), edit.kind)
    return edit.kind


def merged_node(stated: Mapping[str, NodeValues], sources: Mapping[str, Source]) -> dict[str, Value]:
    """Return each property from the first source that states it."""
    merged: dict[str, Value] = {}
    for name in sorted(stated, key=lambda one: sources[one].precedence):
        merged = json.loads(stated[name][1]) | merged
    return merged


def merged_link(stated: Mapping[str, LinkValues], sources: Mapping[str, Source]) -> dict[str, Value | None]:
    """Return each value from the first source that states it; empty where nobody states the link."""
    spoken = [stated[name] for name in sorted(stated, key=lambda one: sources[one].precedence)]
    return dict(zip(LINK_VALUES, merge_link(spoken), strict=True)) if spoken else {}
