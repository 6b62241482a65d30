"""The two sides of the page of comparison: how they are chosen, and what they are called."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from api.web.pages.node import disciplines
from api.web.view import View
from graph.snapshot.snapshot import Snapshot
from queries.parameters.comparison import Sides
from queries.search import SearchResult, search
from queries.semantics.answers import NodeName, named

_SHOWN = 40


class AskedSides(Protocol):
    """What the form says of the two sides."""

    @property
    def by(self) -> Sides: ...  # noqa: D102 - as the form has them
    @property
    def term(self) -> int | None: ...  # noqa: D102
    @property
    def second_term(self) -> int | None: ...  # noqa: D102
    @property
    def discipline(self) -> str | None: ...  # noqa: D102
    @property
    def second_discipline(self) -> str | None: ...  # noqa: D102
    @property
    def discipline_q(self) -> str | None: ...  # noqa: D102
    @property
    def second_q(self) -> str | None: ...  # noqa: D102
    @property
    def since(self) -> int | None: ...  # noqa: D102
    @property
    def until(self) -> int | None: ...  # noqa: D102


class SideChoice(NamedTuple):
    """How a discipline is chosen: from `options`, or, where they are too many, by a text that finds some."""

    field: str
    text_field: str
    label: str
    options: Sequence[tuple[str, str]]
    picked: NodeName | None
    text: str | None
    found: SearchResult | None


def terms_of(snapshot: Snapshot) -> list[int]:
    """Return the terms in which anything is due, ascending."""
    values = (snapshot.link_values(relation, "term") for relation in ("OFFERS", "SCHEDULES"))
    stated = [terms[terms >= 1] for terms in values if terms is not None]
    return np.unique(np.concatenate(stated)).tolist() if stated else []


def disciplines_to_choose(view: View, asked: AskedSides) -> list[SideChoice]:
    """Return how the disciplines are chosen: one that narrows both sides, or the two that are compared."""
    snapshot, options = view.snapshot, disciplines(view.snapshot)
    wanted = [("discipline", "discipline_q", asked.discipline, asked.discipline_q)]
    if asked.by == "discipline":
        wanted.append(("second_discipline", "second_q", asked.second_discipline, asked.second_q))
    labels = ("compare.first", "compare.second") if len(wanted) > 1 else ("kind.Discipline",)
    return [
        SideChoice(
            field,
            text_field,
            view.words(label),
            options,
            None if picked is None else named(snapshot, snapshot.require(picked, "Discipline")),
            text,
            search(snapshot, text, "Discipline", limit=_SHOWN) if text and picked is None else None,
        )
        for (field, text_field, picked, text), label in zip(wanted, labels, strict=True)
    ]


def side_names(view: View, asked: AskedSides) -> tuple[str, str] | None:
    """Return what the two sides are called; None where they are not both chosen."""
    t, snapshot = view.words, view.snapshot
    if asked.by == "term":
        return t("compare.by_term", n=asked.term), t("compare.by_term", n=asked.second_term)
    if asked.by == "revision":
        return t("compare.at_revision", n=asked.since), t("compare.at_revision", n=asked.until)
    if asked.discipline is None or asked.second_discipline is None:
        return None
    first, second = (snapshot.require(one, "Discipline") for one in (asked.discipline, asked.second_discipline))
    return snapshot.name(first), snapshot.name(second)
