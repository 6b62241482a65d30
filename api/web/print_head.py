"""The line that every printed page begins with: whose, of which scope and revision, and on which day it was printed."""

from collections.abc import Sequence
from datetime import date, datetime

from api.web.institutions import running_institutions
from api.web.texts import Words
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import named

_NAMED = 3
"""How many institutions are named; of more, how many there are."""


def print_head(
    t: Words,
    snapshot: Snapshot | None,
    names: Sequence[tuple[str, str]] = (),
    discipline: str | None = None,
    measures: Sequence[str] = (),
) -> list[str]:
    """Return the parts of the line; `names` is what the page is narrowed to, as (label, name).

    `measures` are the last parts of the keys of what the page's figures measure.

    Without a snapshot, where none could be read yet, nothing is said of it.
    """
    scope = [f"{label}{t('spoken.colon')}{name}" for label, name in names]
    told = [t("paper.scope", scope=t("print.apart").join(scope) or t("paper.everything"))]
    if snapshot is not None:
        told = [*_institutions(t, snapshot, discipline), *told, t("site.revision", number=snapshot.revision.number)]
    if measures:
        told.append(t("paper.measures", names=t("print.apart").join(t(f"measure.{one}") for one in measures)))
    return [*told, t("paper.on", day=as_date(t, datetime.now().astimezone().date()))]


def as_date(t: Words, day: date) -> str:
    """Return a day as the reader writes it: 29 November 2026, 2026年11月29日."""
    month = t("paper.months").split()[day.month - 1]
    return t("paper.date", year=day.year, month=month, day=day.day)


def _institutions(t: Words, snapshot: Snapshot, discipline: str | None) -> list[str]:
    """Return the institutions that run the discipline, else all that run any, as one text; none where none does."""
    node = None if discipline is None else snapshot.find(discipline)
    found = [] if node is None else [one.name for one in running_institutions(snapshot, [node])]
    found = found or _running(snapshot)
    more = [t("site.more", n=len(found) - _NAMED)] if len(found) > _NAMED else []
    return [t("spoken.comma").join([*found[:_NAMED], *more])] if found else []


def _running(snapshot: Snapshot) -> list[str]:
    runs = snapshot.out("RUNS").degree
    return [named(snapshot, one).name for one in snapshot.of_kind("Institution").tolist() if runs[one]]
