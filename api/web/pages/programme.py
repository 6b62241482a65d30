"""The page of a programme: how it stands, its gravest gaps, the roles that it targets, and what serves none of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from api.web.gap_follow_ups import PageFollowUps
from api.web.institutions import running_institutions
from api.web.node_lists import ListsForm
from api.web.pictures.trend import trend_line
from api.web.texts import Words
from api.web.view import View
from queries.follow_ups import GapScope
from queries.programme import describe_programme
from queries.semantics.answers import NodeName
from queries.semantics.scope import EVERYTHING


def programme_page(view: View, node_id: str, asked: ListsForm) -> dict[str, Any]:
    """Return what the page of a discipline tells of it, beside what every node's page has."""
    snapshot = view.snapshot
    node = snapshot.require(node_id)
    programme = describe_programme(snapshot, node_id, asked.scope(), windows=asked.windows())
    follow_ups = PageFollowUps(view, GapScope(node_id, asked.institution))
    return {
        "programme": programme,
        "followed": {one.gap.competency.id: follow_ups.of(one.gap.competency.ids) for one in programme.gaps},
        "about": about_programme(view, node),
        "institutions": running_institutions(snapshot, [node]),
        "printed": printed_line,
        **_trend(view, node, asked),
    }


def _trend(view: View, node: int, asked: ListsForm) -> dict[str, Any]:
    """Return the trend, if any is known, and whether it is up to date; a narrowed page has none."""
    if asked.scope().model_copy(update={"discipline": None}) != EVERYTHING:
        return {"trend": None, "has_trend": False, "is_up_to_date": False}
    found, is_current = view.service.trends.look_up(view.snapshot, view.snapshot.ids[node])
    line = trend_line(found.points) if found else None
    return {"trend": line, "has_trend": True, "is_up_to_date": is_current}


def printed_line(t: Words, institutions: Sequence[NodeName], kind: str, name: str, revision: int) -> str:
    """Return the line that a print begins with: whose, what, of which scope and revision, and when."""
    told = [one.name for one in institutions]
    told += [kind, t("profile.scope", name=name), t("site.revision", number=revision)]
    return " · ".join([*told, t("profile.printed_on", day=datetime.now(UTC).date())])


def about_programme(view: View, node: int) -> list[str]:
    """Return level, length and code of a discipline, as far as they are stated."""
    t, snapshot = view.words, view.snapshot
    level, years, code = snapshot.word("level", node), snapshot.number("years")[node], snapshot.text("code")[node]
    told = [t(f"word.{level}")] if level else []
    if not np.isnan(years):
        told.append(t("programme.years", n=f"{years:g}"))
    return [*told, *([t("programme.code", code=code)] if code else [])]
