"""The words of answers, explained as a curriculum designer would say them. The glossary defines them."""

from typing import TYPE_CHECKING

from graph.messages import message, text
from queries.semantics.answers import ViaCompetency
from queries.semantics.chain_status import ChainLink, ChainStatus
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote

if TYPE_CHECKING:
    from queries.semantics.focus_note import Focus

STATUS_STYLE: dict[ChainStatus, str] = {
    ChainStatus.CONNECTED: "green",
    ChainStatus.UNPRACTISED: "red",
    ChainStatus.UNTAUGHT: "red",
    ChainStatus.UNSERVED: "bold red",
    ChainStatus.UNDEMANDED: "yellow",
    ChainStatus.TAUGHT_ONLY: "yellow",
    ChainStatus.PRACTISED_ONLY: "yellow",
    ChainStatus.ISOLATED: "dim",
}

SCOPE_PARTS = ("institution", "discipline", "course", "role", "employer", "host", "term", "min_weight")
"""What a question can be narrowed to, in the order in which it is told."""


def status_meaning(status: ChainStatus) -> str:
    """Return what a status means, as the pages explain it."""
    return text(f"status_meaning.{status}")


def link_meaning(link: ChainLink) -> str:
    """Return what a chain's link means, as the pages explain it."""
    return text(f"link_meaning.{link}")


def spoken(word: str) -> str:
    """Return a word of the graph as people write it: position_practice -> position practice."""
    return word.replace("_", " ")


def _widened(scope: Scope) -> list[str]:
    """Return what was asked to count besides what is stated."""
    ways = [
        (scope.infer, message("scope.inferred")),
        (scope.infer_aims, message("scope.inferred_aims")),
        (scope.close, message("scope.close")),
        (scope.roll_up, message("scope.narrower", share=f"{scope.roll_up_share * 100:.4g}%")),
    ]
    counts = [str(way) for is_asked, way in ways if is_asked]
    return [text("scope.counted_too", ways="; ".join(counts))] if counts else []


def spoken_mark(*, inferred: bool, via: ViaCompetency | None) -> str:
    """Return by which way something counts for a competency; empty where it is stated of that."""
    return ", ".join(
        [*([text("scope.mark_inferred")] if inferred else []), *([f"{via.way}: {via.name}"] if via else [])]
    )


def spoken_scope(note: ScopeNote, role_id: str | None = None) -> list[str]:
    """Return what the question was narrowed to, and what to bear in mind; empty where it was not narrowed.

    That it is of this role alone is not said.
    """
    asked = note.asked.model_dump(exclude_defaults=True)
    narrowed = [(part, asked[part]) for part in SCOPE_PARTS if part in asked]
    notes = []
    if narrowed and narrowed != [("role", role_id)]:
        parts = [text("scope.part", name=text(f"scope.{part}"), value=value) for part, value in narrowed]
        notes.append(text("scope.only", parts=", ".join(parts)))
    notes += _widened(note.asked)
    if note.training_unrecorded:
        notes.append(text("trace.unrecorded"))
    if note.targets_unrecorded:
        notes.append(text("trace.targets_unrecorded"))
    if note.runs_unrecorded:
        notes.append(text("scope.runs_unrecorded"))
    if note.units_unrecorded:
        notes.append(text("scope.units_unrecorded" if note.asked.infer_aims else "scope.units_unrecorded_offer"))
    if note.undated:
        notes.append(text("scope.undated", n=note.undated))
    return notes


def spoken_focus(focus: "Focus", scope: Scope = EVERYTHING, *, with_roles_alone: bool = True) -> list[str]:
    """Return what the answer leaves out since nobody teaches or hires for it; empty where it leaves nothing out.

    Roles that the scope itself leaves out are not told. What leaves out no role is not told unless asked for: it is the
    same answer but for what is isolated.
    """
    names_roles = scope.model_dump(
        include={"institution", "discipline", "course", "role", "employer"}, exclude_none=True
    )
    roles, competencies = 0 if names_roles else focus.left_out.roles, focus.left_out.competencies
    if focus.mode == "all" or not competencies or (with_roles_alone and not roles):
        return []
    told = {"competencies": count(competencies, "competency")}
    return [
        text("focus.left_out", **told) if not roles else text("focus.roles_too", roles=count(roles, "role"), **told)
    ]


def count(how_many: int, noun: str) -> str:
    """Return the number with its noun, which the catalogue has under `count` and, for several, `counts`.

    >>> count(1, "task"), count(1200, "task"), count(0, "competency")
    ('1 task', '1,200 tasks', '0 competencies')
    """
    return text(f"{'count' if how_many == 1 else 'counts'}.{noun}", n=how_many)
