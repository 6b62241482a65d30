"""The page of ranked training: choose a role, and see which tasks serve it, what each adds, and why."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.web.pages.node import scope_names
from api.web.parameters import ScopeForm
from api.web.role_picker import picked_role
from api.web.view import PageRoute, View
from queries.coverage import role_coverage
from queries.lists import names_of_kind
from queries.parameters.training import TrainingWish
from queries.semantics.cursors import next_cursor
from queries.training import role_training

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 20
_ROLES_SHOWN = 60
CHOICES = (
    ("order", "rank_by", ("covers", "marginal")),
    ("sort", "list_by", ("rank", "hours", "term")),
    ("adds_nothing", "idle", ("include", "exclude")),
    ("inactive", "ended", ("exclude", "include")),
)
"""The fields of the form with their labels and words, the default first; all are texts of the section `training`."""


class TrainingForm(TrainingWish, ScopeForm):
    """The role, what is held, which tasks are listed and how."""

    page: int = Field(1, ge=1, le=1_000_000)


@router.get("/training")
def show_training(request: Request, asked: Annotated[TrainingForm, Query()]) -> Response:
    """Show the form, and the tasks once a role is chosen."""
    view = View(request)
    snapshot = view.snapshot
    role = picked_role(snapshot, asked.role)
    if role is None:
        roles = names_of_kind(snapshot, "Role", asked.role_q or "", limit=_ROLES_SHOWN)
        return view.render("plan_role.html", asked=asked, roles=roles, topic="training")
    wish = TrainingWish.model_validate(asked.model_dump(include=set(TrainingWish.model_fields)))
    scope = asked.scope().model_copy(update={"role": None, "roles": "targeted"})
    first = (asked.page - 1) * PAGE_SIZE
    cursor = next_cursor(snapshot.revision, first, first + 1)
    required = role_coverage(snapshot, role.id, scope).competencies
    names = [name for name in scope_names(view, asked) if name[1] != role.name]
    return view.render(
        "training.html",
        asked=asked,
        role=role,
        found=role_training(snapshot, role.id, scope, wish, limit=PAGE_SIZE, cursor=cursor),
        required=required,
        # Held things that the role does not require stand in no list of ticks, and must not be lost.
        also_held=sorted(set(asked.have) - {item.id for item in required}),
        choices=CHOICES,
        size=PAGE_SIZE,
        names=names,
        printed_scope=[(view.words("kind.Role"), role.name), *names],
    )
