"""Data model and provenance of the graph: ids, sources, statements, and what asserts what. Read this first.

A *node* or a *link* is in the graph because at least one *source* asserts it, by a *statement*. Statements travel in
bulk, so they are plain rows, checked once where they come in:

- a node row is `(id, kind, values)`, where `values` is the canonical JSON of the stated properties;
- a link row is `(from_id, relation, to_id, weight, level, term, openings, note)`, None where nothing is stated.

An assessment is a node like any other: its id is made from what identifies it (`assessment_id`).
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import NewType

from pydantic import BaseModel, ConfigDict, Field

from graph.errors import InvalidValueError
from graph.messages import message

NodeId = NewType("NodeId", str)
"""An id that has passed `parse_id`."""

Value = str | int | float | list[str]
"""The value of a node's property: text, whole number, number, or a list of names."""

LinkKey = tuple[NodeId, str, NodeId]
"""`(from_id, relation, to_id)`: what identifies a link."""
LinkValues = tuple[float | None, int | None, int | None, int | None, str | None]
"""`(weight, level, term, openings, note)` as one source states them; None is "not stated"."""
LINK_VALUES = ("weight", "level", "term", "openings", "note")
"""The names of `LinkValues`, in their order."""
NOTHING_STATED: LinkValues = (None, None, None, None, None)

NodeValues = tuple[str, str]
"""`(kind, values)` of a node as one source states it; `values` is canonical JSON."""

FORBIDDEN_IN_ID = '/ ? # % \\ " < >'
_ID = re.compile(r'[^\s\x00-\x1f\x7f-\x9f/?#%\\"<>\ud800-\udfff]{1,200}')
_CURIE_BASES = {
    "http://data.europa.eu/esco/skill/": "esco:",
    "http://data.europa.eu/esco/occupation/": "esco:",
}


def parse_id(text: str) -> NodeId:
    """Return the id in Unicode's NFC form.

    Ids stand in URL paths, therefore the strictness.

    Raises:
        InvalidValueError: it cannot be one.

    >>> parse_id("esco:ccd0a1d9")
    'esco:ccd0a1d9'
    """
    normalized = text if text.isascii() else unicodedata.normalize("NFC", text)
    if _ID.fullmatch(normalized) is None or normalized in {".", ".."}:
        if not normalized:
            raise InvalidValueError(message("id.missing"))
        if len(normalized) > 200:
            raise InvalidValueError(message("id.too_long", characters=len(normalized)))
        raise InvalidValueError(message("id.forbidden", id=text, forbidden=FORBIDDEN_IN_ID))
    return NodeId(normalized)


def curie(uri: str) -> str:
    """Return the short form of a URI that is known, else the text as it is.

    >>> curie("http://data.europa.eu/esco/skill/ccd0")
    'esco:ccd0'
    """
    base, slash, last = uri.rpartition("/")
    return _CURIE_BASES.get(base + slash, base + slash) + last


def last_part(uri: str) -> str:
    """Return what stands behind the last slash or number sign of a URI.

    >>> last_part("https://example.org/courses/101/"), last_part("https://example.org/terms#course")
    ('101', 'course')
    """
    return uri.rstrip("/").rpartition("/")[2].rpartition("#")[2]


def vocabulary(node_id: str) -> str:
    """Return the id's prefix, which names the vocabulary it belongs to; empty where it has none.

    >>> vocabulary("onet:11-1011.00")
    'onet'
    """
    prefix, colon, _ = node_id.partition(":")
    return prefix if colon else ""


def fold(text: str) -> str:
    """Return the text as search compares it: Unicode's NFKC form (full width is as good as half), without case.

    >>> fold("ＰＬＣ 编程") == fold("plc 编程")
    True
    """
    return unicodedata.normalize("NFKC", text).casefold()


def assessment_id(task_id: str, competency_id: str, cohort_id: str, date: str, stage: str) -> NodeId:
    """Return the id of the assessment that these five identify; `stage` is empty where it is not stated."""
    parts = f"{task_id}\n{competency_id}\n{cohort_id}\n{date}\n{stage}"
    return NodeId("assessment:" + hashlib.sha256(parts.encode()).hexdigest()[:32])


def canonical(values: Mapping[str, Value]) -> str:
    """Return the JSON text of a node's stated properties: keys sorted, no spaces, nothing escaped that need not be.

    Two statements are equal exactly when these texts are.
    """
    return _ENCODE(values)


_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Frozen(BaseModel):
    """A value object: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Frozen):
    """Provenance: who asserts. It is identified by its name; the lower `rank` speaks first where sources disagree.

    `institution_id` is the institution that it belongs to; empty for a source of everybody's, such as a framework.
    """

    name: str = Field(min_length=1, max_length=200)
    version: str = ""
    licence: str = ""
    url: str = ""
    rank: int = 100
    institution_id: str = ""

    @property
    def precedence(self) -> tuple[int, str]:
        """The order in which sources speak: by rank, then by name."""
        return (self.rank, self.name)


class Revision(Frozen):
    """A version of a store's graph.

    A copied or restored store can reach the same number with other content, therefore the token: random, new with
    every applied ChangeSet.
    """

    number: int = Field(ge=0)
    token: str


class NodeStatement(Frozen):
    """What one source says of a node."""

    source: str
    kind: str
    values: dict[str, Value]


class Conflict(Frozen):
    """A property on which sources disagree: what each says, the first speaker first."""

    property: str
    values: list[tuple[str, Value]]


class NodeDetail(Frozen):
    """A node with the merged properties, every source's statement, and where the sources disagree."""

    id: NodeId
    kind: str
    values: dict[str, Value]
    statements: list[NodeStatement]
    conflicts: list[Conflict]


class IngestRun(Frozen):
    """A job that was applied to the store; `report` is the report that it ended with."""

    id: str
    source: str
    applied_at: datetime
    revision: int
    report: dict[str, object]


def merge_node(node_id: NodeId, statements: list[tuple[Source, str, dict[str, Value]]]) -> NodeDetail:
    """Return the node that the statements `(source, kind, values)` make together.

    Each property comes from the first source, by rank and then name, that states it: never from import order.
    """
    spoken = sorted(statements, key=lambda statement: statement[0].precedence)
    merged: dict[str, Value] = {}
    stated_by: dict[str, list[tuple[str, Value]]] = {}
    for source, _, values in spoken:
        for name, value in values.items():
            merged.setdefault(name, value)
            stated_by.setdefault(name, []).append((source.name, value))
    return NodeDetail(
        id=node_id,
        kind=spoken[0][1],
        values=dict(sorted(merged.items())),
        statements=[NodeStatement(source=source.name, kind=kind, values=values) for source, kind, values in spoken],
        conflicts=[
            Conflict(property=name, values=values)
            for name, values in sorted(stated_by.items())
            if any(value != values[0][1] for _, value in values)
        ],
    )


def merge_link(stated: list[LinkValues]) -> LinkValues:
    """Return each value from the first statement that has one; `stated` is in the order in which the sources speak."""
    if len(stated) == 1:
        return stated[0]
    weight, level, term, openings, note = (
        next((v for v in column if v is not None), None) for column in zip(*stated, strict=True)
    )
    return (weight, level, term, openings, note)
