"""Answers about the bundled college: every question that focus narrows, pages, and its nodes."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_type_hints

from pydantic import BaseModel

from api.web.pages.home import count_held
from graph.schema import KINDS
from graph.snapshot.snapshot import Snapshot
from queries.course import describe_course
from queries.flows import find_flows
from queries.gaps import find_gaps
from queries.institution import describe_institution
from queries.lists import list_kind
from queries.programme import describe_programme
from queries.role_supply import role_supply
from queries.semantics.scope import Scope
from queries.semantics.windows import Window
from rolepath.library import questions
from rolepath.library.questions import Asked
from tests.support.college import COHORT, COMPETENCY, DISCIPLINE, ENTERPRISE, INSTITUTION, ROLE, TASK

Answers = dict[str, Any]
Scopes = tuple[Mapping[str, Any], ...]
APART = {
    "completeness",
    "focus",
    "revision",
    "since",
    "until",
    "of_kind",
    "roles_outside",
    "is_empty",
}
"""What an answer says of the whole graph, or of when it was given."""
WIDE: Mapping[str, Any] = {"infer": True, "infer_aims": True, "close": True, "roll_up": True}
SCOPES: Scopes = (
    {},
    {"discipline": DISCIPLINE},
    {"discipline": DISCIPLINE, "roles": "all"},
    {"term": 4, "min_weight": 0.6},
    {"employer": ENTERPRISE},
    {"role": ROLE},
    WIDE,
)
EVERY = 100_000


def narrowed_questions() -> dict[str, Callable[..., Any]]:
    """Return every question of the library that may be asked with a focus, by name."""
    return {
        name: ask
        for name, ask in vars(questions).items()
        if callable(ask) and "focus" in getattr(_query_of(ask), "model_fields", {})
    }


def _query_of(ask: Callable[..., Any]) -> Any:  # noqa: ANN401 - a model, or nothing
    return get_type_hints(ask).get("query") if hasattr(ask, "__code__") else None


def narrowed_answers(of: Asked, *, scopes: Scopes = SCOPES, **more: str) -> Iterator[tuple[str, Any]]:
    """Yield every answer that focus narrows, named by question and scope."""
    revision = of.snapshot.revision.number
    extra: dict[str, dict[str, Any]] = {"what_if": {"remove": [TASK]}, "diff": {"since": revision - 1}}
    lasting = {"metrics": {"revisions": 1}}  # there are more revisions where there are neighbours
    for name, ask in narrowed_questions().items():
        model, asked = _query_of(ask), list[dict[str, Any]]()
        for scope in scopes:
            known = {field: value for field, value in {**scope, **more}.items() if field in model.model_fields}
            if known not in asked:
                asked.append(known)
                query = model.model_validate(known | lasting.get(name, {})).model_copy(update={"limit": EVERY})
                yield f"{name} {known}", plain(ask(of, query, **extra.get(name, {})))


def plain(answer: BaseModel | Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return an answer as plain values, without what tells of the whole graph."""
    return _without(answer.model_dump() if isinstance(answer, BaseModel) else dict(answer))


def _without(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {name: _without(part) for name, part in value.items() if name not in APART}
    if isinstance(value, str):
        return re.sub(r"^revision \d+$", "revision", value)
    return [_without(part) for part in value] if isinstance(value, list) else value


def page_answers(snapshot: Snapshot, scope: Scope) -> Iterator[tuple[str, Any]]:
    """Yield what pages show: the first page's headline, lists, and the pages of disciplines and the like."""
    yield "headline", plain(count_held(snapshot, scope, find_gaps(snapshot, scope, limit=6)))
    yield "flows", plain(find_flows(snapshot, institution=scope.institution, most=100))
    for kind in KINDS:
        yield f"list of {kind}", plain(list_kind(snapshot, kind, scope, limit=EVERY))
    for discipline in snapshot.of_kind("Discipline").tolist():
        if snapshot.ids[discipline].startswith("poly:"):
            yield (
                f"page of {snapshot.ids[discipline]}",
                plain(describe_programme(snapshot, snapshot.ids[discipline], scope)),
            )
    yield "page of a course", plain(describe_course(snapshot, "poly:c.plc", scope))
    yield "page of the institution", plain(describe_institution(snapshot, INSTITUTION))


def node_answers(of: Asked, **more: str) -> Iterator[tuple[str, Any]]:
    """Yield answers about single nodes of the college, which no focus narrows."""
    about: tuple[tuple[Callable[..., Any], str], ...] = (
        *((questions.coverage, of.snapshot.ids[role]) for role in of.snapshot.of_kind("Role").tolist()),
        (questions.trace, COMPETENCY),
        (questions.training, ROLE),
        (questions.leadership, ENTERPRISE),
        (questions.brief, ENTERPRISE),
        (questions.rotation, COHORT),
    )
    for ask, node in about:
        if node.startswith("poly:"):
            yield f"{ask.__name__} {node}", plain(ask(of, _query_of(ask)(**more), node))
    institution = more.get("institution")
    scope = Scope(institution=institution, focus="auto")
    yield "role supply", plain(role_supply(of.snapshot, ROLE, scope, Window(0, EVERY)))
    yield "programme", plain(describe_programme(of.snapshot, DISCIPLINE, scope))
    yield "course", plain(describe_course(of.snapshot, "poly:c.plc", scope))
    yield "institution", plain(describe_institution(of.snapshot, INSTITUTION))
    yield "feedback", plain(questions.feedback(of, _query_of(questions.feedback)(limit=1000, **more)))


def differences(wanted: Any, found: Any, at: str = "") -> Iterator[str]:  # noqa: ANN401
    """Yield where two answers differ, as paths."""
    if isinstance(wanted, dict) and isinstance(found, dict) and wanted.keys() == found.keys():
        for name, value in wanted.items():
            yield from differences(value, found[name], f"{at}.{name}")
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for place, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from differences(one, other, f"{at}[{place}]")
    elif wanted != found:
        yield f"{at}: {str(wanted)[:80]} != {str(found)[:80]}"
