"""The two sides of the page of comparison: how they are chosen, and what they are called."""

from typing import NamedTuple, Protocol

import numpy as np

from api.web.view import View
from graph.snapshot.snapshot import Snapshot
from queries.parameters.comparison import Sides
from queries.semantics.answers import NodeName, named


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
    def since(self) -> int | None: ...  # noqa: D102
    @property
    def until(self) -> int | None: ...  # noqa: D102


class SideChoice(NamedTuple):
    """A discipline that is chosen: the field of its id, what it is called on the page, and which one is picked."""

    field: str
    label: str
    picked: NodeName | None


def terms_of(snapshot: Snapshot) -> list[int]:
    """Return the terms in which anything is due, ascending."""
    values = (snapshot.link_values(relation, "term") for relation in ("OFFERS", "SCHEDULES"))
    stated = [terms[terms >= 1] for terms in values if terms is not None]
    return np.unique(np.concatenate(stated)).tolist() if stated else []


def disciplines_to_choose(view: View, asked: AskedSides) -> list[SideChoice]:
    """Return which disciplines are chosen: one that narrows both sides, or the two that are compared."""
    t, snapshot = view.words, view.snapshot
    wanted = [("discipline", "kind.Discipline", asked.discipline)]
    if asked.by == "discipline":
        wanted = [
            ("discipline", "compare.first", asked.discipline),
            ("second_discipline", "compare.second", asked.second_discipline),
        ]
    return [
        SideChoice(field, t(label), None if picked is None else named(snapshot, snapshot.require(picked, "Discipline")))
        for field, label, picked in wanted
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
