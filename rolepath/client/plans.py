"""Every question that is asked with a document: plans, matches and what-if. Askable twice changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Literal, Unpack

from rolepath.client.calls import Call, M, body_of, path_to, query_of, reader_of
from rolepath.client.models import Plan, Plans, RoleMatch, WhatIf
from rolepath.client.parameters import (
    ListSourcesParameters,
    MatchParameters,
    PlanRoleParameters,
    PlanSeveralParameters,
    ScopeParameters,
    SupposeParameters,
)

_SCOPE = ScopeParameters.__annotations__.keys()
_ASKED = ListSourcesParameters.__annotations__.keys()
"""What every question takes, whatever it is about."""


def _post(model: type[M], path: Sequence[str], body: Mapping[str, object], asked: Mapping[str, object]) -> Call[M]:
    return Call("POST", path_to("v1", *path), reader_of(model), query_of(asked), body=body_of(body))


def _wish(model: type[M], path: Sequence[str], wish: Mapping[str, object]) -> Call[M]:
    """Return the call: what it is narrowed to stands in `scope`, what every question takes in the address."""
    scope = body_of({name: wish[name] for name in _SCOPE & wish.keys()})
    asked = {name: wish[name] for name in _ASKED & wish.keys()}
    rest = {name: value for name, value in wish.items() if name not in _SCOPE | _ASKED}
    return _post(model, path, {**rest, "scope": scope or None}, asked)


def plan(role: str, **wish: Unpack[PlanRoleParameters]) -> Call[Plan]:
    """Choose the training tasks that lead to the role, within hours and number of tasks, with reasons for each.

    Raises:
        NotFoundError: the role, or something that the wish names, is not there.
        InputError: the wish names something that cannot be held, or is out of range.
    """
    return _wish(Plan, ("roles", role, "plan"), wish)


def plans(**wish: Unpack[PlanSeveralParameters]) -> Call[Plans]:
    """Choose the training for several roles at once: those named, or all that a discipline or enterprise has."""
    return _wish(Plans, ("roles", "plan"), wish)


def match(have: Sequence[str], **wish: Unpack[MatchParameters]) -> Call[RoleMatch]:
    """Find the roles that come closest to what somebody holds, and what each still asks for."""
    return _wish(RoleMatch, ("roles", "match"), {**wish, "have": have})


def what_if(
    *,
    add: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
    remove: Mapping[str, Sequence[object]] | None = None,
    ask: Literal["gaps", "coverage", "trace", "plan"] | None = None,
    of: str | None = None,
    **asked: Unpack[SupposeParameters],
) -> Call[WhatIf]:
    """Tell the difference that nodes and links more (`add`), or fewer (`remove`), would make; nothing is saved.

    `add` holds records by the file of the native format, `remove` has `nodes` (ids) and `links` (their three parts).
    """
    return _post(WhatIf, ("what-if",), {"add": add, "remove": remove, "ask": ask, "of": of}, asked)
