"""Scenario documents, read and validated as an import is: a native folder or file, or a document of adds and removes.

The document is one object: `add` holds files of the native format, by name; `remove` holds `nodes` (a list of ids) and
`links` (a list of objects with from_id, relation and to_id).
"""

import json
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import message
from graph.model import LinkKey, NodeId, Source, parse_id
from graph.schema import RELATIONS
from graph.snapshot.scenario import ASKER, Scenario, find_violations
from graph.snapshot.snapshot import Snapshot
from graph.violations import Violation
from ingest.draft import Draft
from ingest.formats.native import read as native
from ingest.references import NAMES, nodes_called, resolve_names

_PARTS = frozenset({"add", "remove"})
_MOST_SAID = 5
_MOST_DIGITS = 300
_LONGEST_NAME = 2000


@dataclass(frozen=True, slots=True)
class ScenarioDraft:
    """What was read: additions with their places, and removals."""

    draft: Draft
    file: str
    without_nodes: frozenset[NodeId] = field(default_factory=frozenset)
    without_links: frozenset[LinkKey] = field(default_factory=frozenset)


class SnapshotNodes:
    """The nodes of a compiled graph."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Take the names of the snapshot, in both languages."""
        self._snapshot = snapshot

    def standing(self, ids: Collection[NodeId]) -> Collection[NodeId]:
        """Return which of the ids are those of nodes."""
        return [node_id for node_id in ids if self._snapshot.find(node_id) is not None]

    def names(self) -> Iterator[tuple[NodeId, str, Iterable[str]]]:
        """Yield each node with its kind and what it is called."""
        snapshot, columns = self._snapshot, [self._snapshot.text(name) for name in NAMES]
        for i, node_id in enumerate(snapshot.ids):
            yield NodeId(node_id), snapshot.kind_of(i), [text for column in columns if (text := column[i])]


def read(path: Path, remove: Iterable[str] = ()) -> ScenarioDraft:
    """Return the scenario that the folder or file states; `remove` are ids of nodes to remove besides.

    Raises:
        InputError: it cannot be read, or a row is wrong.
    """
    gone = [_reference(text, "the command", "remove") for text in remove]
    document = _document(path)
    scenario = (
        _complete(native.read(path, ASKER, strict=True, takes_names=True), path.name)
        if document is None
        else read_document(document, path.name)
    )
    return ScenarioDraft(
        scenario.draft, scenario.file, scenario.without_nodes | frozenset(gone), scenario.without_links
    )


def draft_removals(remove: Iterable[str]) -> ScenarioDraft:
    """Return the scenario in which these nodes are not there. Raises InputError for what is no id."""
    gone = frozenset(_reference(text, "the command", "remove") for text in remove)
    return ScenarioDraft(Draft(Source(name=ASKER)), "the command", gone)


def read_document(document: dict[str, object], name: str) -> ScenarioDraft:
    """Return the scenario that a document of adds and removes states.

    Raises:
        InputError: it is not of the form, or a row is wrong.
    """
    unlisted = sorted(document.keys() - _PARTS)
    if unlisted:
        raise InputError(Problem(message("scenario.unknown_part", key=unlisted[0]), name))
    added, removed = document.get("add") or {}, document.get("remove") or {}
    if not isinstance(added, dict) or not isinstance(removed, dict):
        raise InputError(Problem(message("scenario.parts_are_objects"), name))
    draft = Draft(Source(name=ASKER))
    if added:
        with TemporaryDirectory() as folder:
            file = Path(folder) / (Path(name).stem + ".json")
            file.write_text(json.dumps(added), encoding="utf-8")
            draft = native.read(file, ASKER, strict=True, takes_names=True)
    additions = _complete(draft, name)
    unlisted = sorted(removed.keys() - {"nodes", "links"})
    if unlisted:
        raise InputError(Problem(message("scenario.unknown_removal", key=unlisted[0]), name, "remove"))
    nodes = frozenset(_reference(text, name, "remove") for text in _list(removed.get("nodes"), name))
    links = frozenset(_key(link, name) for link in _list(removed.get("links"), name))
    return ScenarioDraft(additions.draft, name, nodes, links)


def check(scenario: ScenarioDraft, snapshot: Snapshot) -> Scenario:
    """Return the scenario, which fits the graph; a name of one node stands for its id.

    Raises:
        InputError: it does not; the first problems are named, with their places.
    """
    draft = scenario.draft
    resolve_names(draft, SnapshotNodes(snapshot))
    _refuse(draft.problems)
    gone = frozenset(_meant(text, scenario, snapshot) for text in scenario.without_nodes)
    cut = frozenset(
        (_meant(a, scenario, snapshot), relation, _meant(b, scenario, snapshot))
        for a, relation, b in scenario.without_links
    )
    stated = Scenario(draft.nodes, draft.links, gone, cut)
    _refuse([_placed(violation, scenario) for violation in find_violations(snapshot, stated)])
    return stated


def _meant(text: NodeId, scenario: ScenarioDraft, snapshot: Snapshot) -> NodeId:
    """Return the id of the one node that is called so, where the text is no id that stands.

    Raises:
        InputError: several nodes are called so; or none is, and the text can be no id.
    """
    if snapshot.find(text) is not None:
        return text
    named = nodes_called(text, SnapshotNodes(snapshot))
    if len(named) == 1:
        return named[0]
    if named:
        reason = message("ingest.name_of_several", name=text, ids=named[:5])
        raise InputError(Problem(reason, scenario.file, "remove", value=text))
    return _id(text, scenario.file, "remove")


def _placed(violation: Violation, scenario: ScenarioDraft) -> Problem:
    place = scenario.draft.places.get(violation.subject)
    if place is None:
        return Problem(violation.message, scenario.file, "remove", None, violation.column, violation.value)
    column = scenario.draft.column_of(violation.subject, violation.column)
    return Problem(violation.message, place.file, place.sheet, place.row, column, violation.value)


def _complete(draft: Draft, name: str) -> ScenarioDraft:
    _refuse(draft.problems)
    return ScenarioDraft(draft, name)


def _refuse(problems: list[Problem]) -> None:
    """Raise the problem, or the first of several in one."""
    if len(problems) == 1:
        raise InputError(problems[0])
    if problems:
        more = len(problems) - _MOST_SAID
        shown = [problem.whole for problem in problems[:_MOST_SAID]]
        together = reduce(lambda first, last: message("scenario.both", first=first, last=last), shown)
        raise InputError(message("scenario.and_more", problems=together, more=more) if more > 0 else together)


def _document(path: Path) -> dict[str, object] | None:
    """Return the document of adds and removes that the file holds; None where it is something else."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_object, parse_int=_integer)
    except (OSError, ValueError, RecursionError):
        return None  # the reader of the format says what is wrong
    except _RepeatedError as error:
        raise InputError(Problem(message("json.key_twice", key=str(error)), path.name)) from None
    return value if isinstance(value, dict) and _PARTS & value.keys() else None


class _RepeatedError(Exception):
    """A key stands twice in one object."""


def _integer(text: str) -> int | str:
    """Return the number; digits that no computer number holds stay text, which the reader of the format judges."""
    return int(text) if len(text) <= _MOST_DIGITS else text


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise _RepeatedError(name)
        members[name] = value
    return members


def _list(value: object, name: str) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(Problem(message("scenario.lists"), name, "remove"))
    return value


def _key(link: object, name: str) -> LinkKey:
    wanted = {"from_id", "relation", "to_id"}
    if not isinstance(link, dict) or link.keys() != wanted:
        raise InputError(Problem(message("scenario.link_object"), name, "remove"))
    if not isinstance(link["relation"], str) or link["relation"] not in RELATIONS:
        reason = message("scenario.no_relation", relation=str(link["relation"]), relations=list(RELATIONS))
        raise InputError(Problem(reason, name, "remove", column="relation", value=str(link["relation"])))
    first, second = (_reference(link[end], name, "remove") for end in ("from_id", "to_id"))
    return first, link["relation"], second


def _reference(text: object, name: str, where: str) -> NodeId:
    """Return an id, or what can be a name. Raises InputError."""
    if isinstance(text, str) and text.strip() and text.isprintable() and len(text) <= _LONGEST_NAME:
        return NodeId(unicodedata.normalize("NFC", text.strip()))
    return _id(text, name, where)


def _id(text: object, name: str, where: str) -> NodeId:
    if not isinstance(text, str):
        raise InputError(Problem(message("id.is_text"), name, where))
    try:
        return parse_id(text)
    except InvalidValueError as error:
        raise InputError(Problem(error.message, name, where, value=text)) from None
