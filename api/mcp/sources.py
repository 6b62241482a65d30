"""Provenance of an answer: which sources state the things that it names, and what the graph does not record."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import anyio
from pydantic import BaseModel, Field

from api.answers.words import count, spoken_focus, spoken_scope
from graph.messages import text
from graph.model import Frozen, NodeId
from queries.benchmark import Benchmark
from queries.coverage import RoleCoverage
from queries.coverage_matrix import CoverageMatrix
from queries.gaps import Gaps
from queries.match import RoleMatch
from queries.plan import Plan
from queries.search import SearchResult
from queries.semantics.scope import ScopeNote
from queries.trace import Trace
from queries.trace_node import NodeTrace
from queries.training import RoleTraining
from rolepath.client import AsyncRolepath
from rolepath.client.models import NodeView
from rolepath.errors import NotFoundError

Answer = (
    Trace
    | NodeTrace
    | Gaps
    | RoleCoverage
    | CoverageMatrix
    | Plan
    | RoleTraining
    | RoleMatch
    | Benchmark
    | SearchResult
)
"""What a tool answers."""
R = TypeVar("R", bound=BaseModel)

MOST_LOOKED_UP = 40
"""Of how many things that an answer names the sources are looked up: the first ones are what it is about."""
_AT_ONCE = 4

_UNRECORDED = {
    "courses_without_units": (text("lacking.courses_without_units"), "course"),
    "units_without_develops": (text("lacking.units_without_develops"), "unit"),
    "tasks_without_practises": (text("lacking.tasks_without_practises"), "training_task"),
    "tasks_without_guide": (text("lacking.tasks_without_guide"), "training_task"),
    "roles_without_requires": (text("lacking.roles_without_requires"), "role"),
    "weights_not_stated": (text("lacking.weights_not_stated"), "link"),
}


class AnswerSource(Frozen):
    """A source that the answer rests on, and how many of the things that were looked up it states."""

    name: str
    version: str
    licence: str
    url: str
    states: int = Field(ge=1)


class AnswerSources(Frozen):
    """The sources, the one that states most first, then by name; `looked_up` of the `named` things were looked up."""

    sources: list[AnswerSource]
    looked_up: int
    named: int


class SourcedAnswer(Frozen, Generic[R]):
    """An answer, as REST gives it, with what it rests on and what to bear in mind."""

    answer: R
    grounds: AnswerSources
    caveats: list[str]
    revision: int


def ids_in(answer: BaseModel) -> list[NodeId]:
    """Return the ids of the nodes that an answer names, each once: what stands nearest to its root first."""
    found: dict[NodeId, None] = {}
    level: list[Any] = [answer.model_dump(mode="json")]
    while level:
        for part in level:
            if isinstance(part, dict) and isinstance(part.get("id"), str) and "name" in part:
                found.setdefault(NodeId(part["id"]))
        level = [within for part in level for within in _within(part)]
    return list(found)


def _within(part: object) -> Iterator[object]:
    if isinstance(part, dict):
        yield from part.values()
    elif isinstance(part, list):
        yield from part


async def grounds_of(client: AsyncRolepath, answer: Answer, revision: int | None = None) -> AnswerSources:
    """Return which sources state the nodes that an answer names; `revision` is the one that was asked for by number."""
    ids = ids_in(answer)
    views: dict[NodeId, NodeView] = {}
    limiter = anyio.CapacityLimiter(_AT_ONCE)

    async def look_up(node_id: NodeId) -> None:
        async with limiter:
            try:
                views[node_id] = await client.node(node_id, limit=1, revision=revision)
            except NotFoundError:  # it went after the answer was made
                return

    async with anyio.create_task_group() as lookups:
        for node_id in ids[:MOST_LOOKED_UP]:
            lookups.start_soon(look_up, node_id)
    states: dict[str, int] = {}
    for view in views.values():
        for name in {statement.source for statement in view.statements}:
            states[name] = states.get(name, 0) + 1
    known = {source.name: source for source in (await client.sources(revision=revision)).items}
    sources = [
        AnswerSource(name=name, version=known[name].version, licence=known[name].licence, url=known[name].url, states=n)
        for name, n in sorted(states.items(), key=lambda item: (-item[1], item[0]))
        if name in known
    ]
    return AnswerSources(sources=sources, looked_up=len(views), named=len(ids))


def caveats_of(answer: Answer) -> list[str]:
    """Return what to bear in mind with an answer: what it was narrowed to, and what is not recorded."""
    if isinstance(answer, SearchResult):
        return []
    said = spoken_scope(answer.scope) if isinstance(answer.scope, ScopeNote) else []
    if isinstance(answer, Gaps) or (isinstance(answer, CoverageMatrix) and answer.role is None):
        asked = answer.scope.asked if isinstance(answer.scope, ScopeNote) else answer.scope
        said += spoken_focus(answer.focus, asked)
    if isinstance(answer, Plan) and answer.hours_not_stated:
        said.append(text("summary.hours_usual", hours_not_stated=answer.hours_not_stated))
    lacking = [
        f"{what} {count(getattr(answer.completeness, name), kind)}"
        for name, (what, kind) in _UNRECORDED.items()
        if getattr(answer.completeness, name)
    ]
    if lacking:
        said.append(text("summary.not_recorded", lacking="; ".join(lacking)))
    if answer.completeness.dormant_links:
        dormant = count(answer.completeness.dormant_links, "link")
        said.append(text("summary.dormant", dormant=dormant))
    return said
