"""Scenarios in an address: a line for each, read, checked, and written as a file or as rows of links.csv.

`k1 DEVELOPS c1 0.6` is a link, with a weight if it has one; `TrainingTask new:week lab Open week` a new node, with its
sort where its kind has sorts, and its name. What is supposed away is a link without a weight, or the id of a node.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from graph.errors import InputError, InvalidValueError
from graph.messages import Message, message
from graph.model import LinkKey, NodeId, fold, parse_id
from graph.properties import Choice
from graph.schema import KINDS, LINK_COLUMNS, RELATIONS, Kind
from graph.snapshot.scenario import Scenario, find_violations
from graph.snapshot.snapshot import Snapshot
from ingest.formats.native.rows import escape
from ingest.scenario_document import read_document

NAME = "what-if.json"

Fault = Literal["unreadable", "twice", "no_node", "no_link", "no_end", "cannot_join", "refused"]


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """One supposition: the line that says it, and the link or node that it is about.

    `values` are those of the node. `fault` says why it cannot be, None where it can; `problem` says it as an import
    does, for faults that have no word of their own.
    """

    line: str
    adds: bool
    link: LinkKey | None = None
    weight: float | None = None
    node: NodeId | None = None
    kind: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    fault: Fault | None = None
    problem: Message | None = None


def read_lines(adding: Iterable[str], removing: Iterable[str]) -> list[ScenarioLine]:
    """Return the suppositions in their order, none twice; one that cannot be read has its problem."""
    lines = [(line, True) for line in adding] + [(line, False) for line in removing]
    return [_read(line, adds=adds) for line, adds in dict.fromkeys((" ".join(li.split()), adds) for li, adds in lines)]


def _read(line: str, *, adds: bool) -> ScenarioLine:
    words = line.split(" ")
    try:
        if len(words) >= 3 and words[1] in RELATIONS:
            return _link(line, words, adds=adds)
        if adds:
            return _node(line, words)
        return ScenarioLine(line, adds, node=_one_id(words))
    except InvalidValueError as error:
        return ScenarioLine(line, adds, fault="unreadable", problem=error.message)


def _link(line: str, words: Sequence[str], *, adds: bool) -> ScenarioLine:
    if len(words) > (4 if adds else 3):
        what = "supposed.no_new_link" if adds else "supposed.no_link"
        raise InvalidValueError(message(what, line=line))
    key = (parse_id(words[0]), words[1], parse_id(words[2]))
    return ScenarioLine(line, adds, link=key, weight=_weight(words[3]) if len(words) == 4 else None)


def _weight(text: str) -> float:
    try:
        weight = float(text) if text.isascii() and "_" not in text else 0.0
    except ValueError:
        weight = 0.0
    if not 0 < weight <= 1:
        raise InvalidValueError(message("supposed.no_weight", weight=text))
    return weight


def _node(line: str, words: Sequence[str]) -> ScenarioLine:
    kind = KINDS.get(words[0])
    if kind is None or kind not in addable():
        raise InvalidValueError(message("supposed.neither", line=line))
    sorts, rest = sorts_of(kind), list(words[2:])
    values = []
    if sorts:
        if not rest or rest[0] not in sorts:
            raise InvalidValueError(message("supposed.no_sort", kind=kind.name, sorts=sorts))
        values.append(("kind", rest.pop(0)))
    if len(words) < 2 or not rest:
        raise InvalidValueError(message("supposed.no_name", line=line))
    return ScenarioLine(
        line, adds=True, node=parse_id(words[1]), kind=kind.name, values=(*values, ("name", " ".join(rest)))
    )


def _one_id(words: Sequence[str]) -> NodeId:
    if len(words) != 1:
        raise InvalidValueError(message("supposed.no_removal", line=" ".join(words)))
    return parse_id(words[0])


def addable() -> list[Kind]:
    """Return the kinds of which a node can be supposed by a name alone, and a sort where it has sorts."""
    return [kind for kind in KINDS.values() if kind.required <= {"id", "name", "kind"}]


def sorts_of(kind: Kind) -> tuple[str, ...]:
    """Return the sorts of which a node of the kind must state one; empty where it must not."""
    return next(
        (p.type.words for p in kind.properties if p.name == "kind" and p.required and isinstance(p.type, Choice)), ()
    )


def new_id(name: str, taken: Iterable[str], snapshot: Snapshot, prefix: str = "new:") -> NodeId:
    """Return an id for a new node, made of its name, that nothing has yet."""
    plain = "".join(c if c.isalnum() else "-" for c in fold(name))
    base = prefix + ("-".join(part for part in plain.split("-") if part)[:60] or "node")
    known, found, n = set(taken), base, 1
    while found in known or snapshot.position(found) is not None:
        n += 1
        found = f"{base}-{n}"
    return parse_id(found)


def document_of(suppositions: Iterable[ScenarioLine]) -> dict[str, Any]:
    """Return what `rolepath what-if` reads from a file."""
    add: dict[str, list[dict[str, Any]]] = {}
    nodes: list[str] = []
    links: list[dict[str, Any]] = []
    for one in suppositions:
        if one.link is not None:
            row = dict(zip(LINK_COLUMNS[:3], one.link, strict=True))
            if one.adds:
                add.setdefault("links", []).append(row if one.weight is None else {**row, "weight": one.weight})
            else:
                links.append(row)
        elif one.node is not None and one.kind is not None:
            add.setdefault(KINDS[one.kind].file, []).append({"id": one.node, **dict(one.values)})
        elif one.node is not None:
            nodes.append(one.node)
    removed = {name: gone for name, gone in (("nodes", nodes), ("links", links)) if gone}
    return {name: part for name, part in (("add", add), ("remove", removed)) if part}


def as_file(suppositions: Iterable[ScenarioLine]) -> str:
    """Return the file for `rolepath what-if`."""
    return json.dumps(document_of(suppositions), ensure_ascii=False, indent=2) + "\n"


def as_rows(suppositions: Iterable[ScenarioLine]) -> str:
    """Return the links that are added as rows of links.csv, under its header; empty where there is none."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(LINK_COLUMNS[:4])
    added = [one for one in suppositions if one.adds and one.link is not None]
    for one in added:
        weight = "" if one.weight is None else f"{one.weight:g}"
        rows.writerow([escape(cell) for cell in (*(one.link or ()), weight)])
    return written.getvalue() if added else ""


def check_lines(snapshot: Snapshot, lines: Iterable[ScenarioLine]) -> tuple[list[ScenarioLine], Scenario | None]:
    """Return the suppositions, each with its problem; and all as one where there are some, and none has a problem.

    Each is checked as an import is, then all together against the graph.
    """
    read = _once_each([_checked(one) for one in lines])
    if not read or any(one.fault for one in read):
        return read, None
    together = read_document(document_of(read), NAME)
    whole = Scenario(together.draft.nodes, together.draft.links, together.without_nodes, together.without_links)
    reasons = {violation.subject: violation.message for violation in reversed(find_violations(snapshot, whole))}
    if not reasons:
        return read, whole
    new = {one.node: one.kind for one in read if one.node is not None and one.kind is not None}
    return [_objected(snapshot, one, new, reasons) for one in read], None


def _checked(one: ScenarioLine) -> ScenarioLine:
    if one.fault is not None:
        return one
    try:
        read_document(document_of([one]), NAME)
    except InputError as error:
        return replace(one, fault="refused", problem=error.problem.message)
    return one


def _once_each(read: Iterable[ScenarioLine]) -> list[ScenarioLine]:
    found: list[ScenarioLine] = []
    known: set[tuple[bool, object]] = set()
    for one in read:
        about = (one.adds, one.link or one.node)
        found.append(replace(one, fault="twice") if one.fault is None and about in known else one)
        known.add(about)
    return found


def _objected(
    snapshot: Snapshot, one: ScenarioLine, new: Mapping[NodeId, str], reasons: Mapping[NodeId | LinkKey, Message]
) -> ScenarioLine:
    """Return the supposition with its fault, if the graph objects to it."""
    reason = reasons.get(one.link or one.node or NodeId(""))
    if reason is None:
        return one
    kinds = [_kind_of(snapshot, node, new) for node in ((one.link[0], one.link[2]) if one.link else ())]
    fault: Fault = "refused"
    if not one.adds:
        is_there = one.node is not None and snapshot.position(one.node) is not None
        fault = "no_link" if one.link else fault if is_there else "no_node"
    elif None in kinds:
        fault = "no_end"
    elif one.link and not RELATIONS[one.link[1]].joins(str(kinds[0]), str(kinds[1])):
        fault = "cannot_join"
    return replace(one, fault=fault, problem=reason)


def _kind_of(snapshot: Snapshot, node: NodeId, new: Mapping[NodeId, str]) -> str | None:
    i = snapshot.position(node)
    return new.get(node) if i is None else snapshot.kind_of(i)
