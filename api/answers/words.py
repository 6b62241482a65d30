"""The words of answers, explained as a curriculum designer would say them. The glossary defines them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from graph.messages import catalogue, message
from graph.messages.reader_language import reader_language, said, say
from queries.semantics.answers import ViaCompetency
from queries.semantics.chain_status import ChainLink, ChainStatus
from queries.semantics.reasons import ExplainedResult
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
    return say(f"status_meaning.{status}")


def link_meaning(link: ChainLink) -> str:
    """Return what a chain's link means, as the pages explain it."""
    return say(f"link_meaning.{link}")


def spoken(word: str) -> str:
    """Return a word of the graph as people write it: position_practice -> position practice; in Chinese, its name.

    What the catalogue does not have stays as it is.
    """
    if reader_language() == "en":
        return word.replace("_", " ")
    keys = (f"status.{word}", f"link.{word}", f"flaw.{word}", f"balance.{word}", f"education.{word}", f"word.{word}")
    return _known(word, *keys, f"spoken.{word}")


def kind_name(kind: str) -> str:
    """Return what a kind is called: in English as documents write it."""
    return kind if reader_language() == "en" else _known(kind, f"kind.{kind}")


def property_name(name: str) -> str:
    """Return what a property of a node or link is called: in English as documents write it, without underscores."""
    return name.replace("_", " ") if reader_language() == "en" else _known(name, f"property.{name}", f"said.{name}")


def spoken_value(value: object) -> str:
    """Return the value of a property: a word that kinds choose from by its name, any other as it is."""
    return spoken(value) if isinstance(value, str) and f"word.{value}" in catalogue() else str(value)


def metric_name(metric: str) -> str:
    """Return what a metric, or how it was taken, is called; of one kind or part, that comes before its name."""
    return metric.replace("_", " ") if reader_language() == "en" else _known(metric, f"metric.{metric}")


def said_outcome(outcome: str) -> str:
    """Return how an import ended: in English as documents write it."""
    return outcome if reader_language() == "en" else _known(outcome, f"outcome.{outcome}")


def told(explained: ExplainedResult) -> str:
    """Return the reason of something, in the reader's language."""
    return explained.told(reader_language())


def standing(status: ChainStatus, link: ChainLink | None) -> str:
    """Return how something stands: its status, and the link of its best chain where it has one."""
    return facts([spoken(status), *([spoken(link)] if link else [])])


def labelled(what: object, words: str) -> str:
    """Return what something is, and after a colon what is said of it."""
    return say("spoken.told", what=what, said=words)


def listed(parts: Iterable[str]) -> str:
    """Return the parts in a row, as the reader's language separates them."""
    return say("spoken.comma").join(parts)


def facts(parts: Iterable[str]) -> str:
    """Return things that are said of one, each after a pause."""
    return say("spoken.pause").join(parts)


def in_a_row(parts: Iterable[str]) -> str:
    """Return parts that may hold commas in a row."""
    return say("print.apart").join(parts)


def _known(word: str, *keys: str) -> str:
    """Return the text of the first of the keys that the catalogue has; without one, the word without underscores."""
    return next((say(key) for key in keys if key in catalogue()), word.replace("_", " "))


def _widened(scope: Scope) -> list[str]:
    """Return what was asked to count besides what is stated."""
    ways = [
        (scope.infer, message("scope.inferred")),
        (scope.infer_aims, message("scope.inferred_aims")),
        (scope.close, message("scope.close")),
        (scope.roll_up, message("scope.narrower", share=f"{scope.roll_up_share * 100:.4g}%")),
    ]
    counts = [str(said(way)) for is_asked, way in ways if is_asked]
    return [say("scope.counted_too", ways=in_a_row(counts))] if counts else []


def spoken_mark(*, inferred: bool, via: ViaCompetency | None) -> str:
    """Return by which way something counts for a competency; empty where it is stated of that."""
    ways = [labelled(spoken(via.way), via.name)] if via else []
    return facts([*([say("scope.mark_inferred")] if inferred else []), *ways])


def spoken_scope(note: ScopeNote, role_id: str | None = None) -> list[str]:
    """Return what the question was narrowed to, and what to bear in mind; empty where it was not narrowed.

    That it is of this role alone is not said.
    """
    asked = note.asked.model_dump(exclude_defaults=True)
    narrowed = [(part, asked[part]) for part in SCOPE_PARTS if part in asked]
    notes = []
    if narrowed and narrowed != [("role", role_id)]:
        parts = [say("scope.part", name=say(f"scope.{part}"), value=value) for part, value in narrowed]
        notes.append(say("scope.only", parts=facts(parts)))
    notes += _widened(note.asked)
    if note.training_unrecorded:
        notes.append(say("trace.unrecorded"))
    if note.targets_unrecorded:
        notes.append(say("trace.targets_unrecorded"))
    if note.runs_unrecorded:
        notes.append(say("scope.runs_unrecorded"))
    if note.units_unrecorded:
        notes.append(say("scope.units_unrecorded" if note.asked.infer_aims else "scope.units_unrecorded_offer"))
    if note.undated:
        notes.append(say("scope.undated", n=note.undated))
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
    return [say("focus.left_out", **told) if not roles else say("focus.roles_too", roles=count(roles, "role"), **told)]


def count(how_many: int, noun: str) -> str:
    """Return the number with its noun, which the catalogue has under `count` and, for several, `counts`.

    >>> count(1, "task"), count(1200, "task"), count(0, "competency")
    ('1 task', '1,200 tasks', '0 competencies')
    """
    return say(f"{'count' if how_many == 1 else 'counts'}.{noun}", n=how_many)
