"""Pagination of answers with several lists: each page holds the next stretch of every list that ends at the limit."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from graph.model import Revision
from queries.semantics.cursors import next_cursor, read_cursor

_COMPARED = ("changes.nodes", "changes.links", "consequences.competencies", "consequences.roles")
_CUT: Mapping[str, tuple[str, ...]] = {
    "Integration": (
        *("fusion_tasks", "unused_innovation", "enterprise_tasks_apart", "candidates", "by_role"),
        *("innovation_into_discipline.courses_apart", "discipline_into_innovation.courses_apart"),
    ),
    "Allocation": ("competencies", "next_hours.items", "next_seats.items"),
    "Brief": ("gaps", "host_next", "new_training", "mentors"),
    "Diff": _COMPARED,
    "WhatIf": (*_COMPARED, *(f"asked.{side}.{of}" for side in ("before", "after") for of in ("items", "chains"))),
    "RoleMatch": ("items",),
    "Metrics": ("items",),
    "NodeView": ("links.nodes",),
    "Trace": ("chains",),
    "NodeTrace": ("competencies", "stages.nodes"),
}
"""The lists of each answer that end at the limit, by their names from the answer on.

Answers are named, not imported: a command would load what every other question needs.
"""
_IN_EACH: Mapping[str, str] = {"Metrics": "metric"}
"""Of which field each value has a stretch of its own, in the answers whose lists are of several things."""
_SO_FAR = {"spent", "coverage_added"}
"""What sums the items up to the end of the page."""


P = TypeVar("P", bound=BaseModel)


def page_of(ask: Callable[[int], P], limit: int, cursor: str | None, revision: Revision) -> P:
    """Return the page of an answer: of each of its lists that end at a limit, as many as `limit` from the cursor on.

    `ask` answers with lists up to a limit. What the answer has besides is on every page. `next` is the cursor of the
    page that follows, None where every list has come to its end.

    Raises:
        InputError: it is no cursor.
        ExpiredError: the answer was begun at another revision.
    """
    offset = read_cursor(cursor, revision)
    window = _Window(offset, offset + limit)
    page = window.of(ask(window.end + 1))
    following = next_cursor(revision, window.end, window.end + 1) if window.goes_on else None
    return page.model_copy(update={"next": following, **_echoed(page, limit)})


def _echoed(page: BaseModel, limit: int) -> dict[str, int]:
    return {"limit": limit} if "limit" in type(page).model_fields else {}


class _Window:
    """A stretch of every list, from `start` to `end`; `goes_on` once one was seen that is longer."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end, self.goes_on = start, end, False

    def of(self, answer: P) -> P:
        """Return the answer with the stretch of each of its lists."""
        name, page = type(answer).__name__, answer
        for path in _CUT[name]:
            page = self._within(page, path.split("."), _IN_EACH.get(name))
        return page

    def _within(self, whole: P, path: Sequence[str], of_each: str | None) -> P:
        name, rest = path[0], path[1:]
        part = getattr(whole, name, None)
        if part is None:
            return whole
        if not rest:
            return self._cut(whole, name, part, of_each)
        many = isinstance(part, list)
        found = [self._within(one, rest, of_each) for one in part] if many else self._within(part, rest, of_each)
        return whole.model_copy(update={name: found})

    def _cut(self, whole: P, name: str, items: list[Any], of_each: str | None) -> P:
        stretch = self._of_each(items, of_each) if of_each else self._stretch(items)
        update: dict[str, object] = {name: stretch}
        fields = type(whole).model_fields.keys()
        if fields >= _SO_FAR:
            told = items[: self.end]
            added = min(sum(item.coverage_added for item in told), 1.0)
            update |= {"spent": sum(item.amount for item in told), "coverage_added": added}
        if "next" in fields:  # of an answer within another one, whose cursor goes on
            update["next"] = None
        return whole.model_copy(update=update)

    def _stretch(self, items: list[Any]) -> list[Any]:
        self.goes_on |= len(items) > self.end
        return items[self.start : self.end]

    def _of_each(self, items: Iterable[Any], field: str) -> list[Any]:
        by_value: defaultdict[object, list[Any]] = defaultdict(list)
        for one in items:
            by_value[getattr(one, field)].append(one)
        return [one for own in by_value.values() for one in self._stretch(own)]
