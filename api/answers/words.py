"""The words of answers, explained as a curriculum designer would say them. The glossary defines them."""

from queries.semantics.answers import ViaCompetency
from queries.semantics.chain_status import ChainLink, ChainStatus
from queries.semantics.scope import Scope, ScopeNote

STATUS_MEANING: dict[ChainStatus, str] = {
    ChainStatus.CONNECTED: "taught, practised and required",
    ChainStatus.UNPRACTISED: "theory only: taught and required, never practised",
    ChainStatus.UNTAUGHT: "practised and required, never taught",
    ChainStatus.UNSERVED: "required, neither taught nor practised",
    ChainStatus.UNDEMANDED: "taught and practised, no position requires it",
    ChainStatus.TAUGHT_ONLY: "neither practised nor required",
    ChainStatus.PRACTISED_ONLY: "neither taught nor required",
    ChainStatus.ISOLATED: "neither taught, practised nor required",
}

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

LINK_MEANING: dict[ChainLink, str] = {
    ChainLink.DIRECT: "a task applies what is taught, and rehearses what a role needs it for",
    ChainLink.ROLE_DIRECT: "a task applies what is taught, and rehearses some work of a role that needs it",
    ChainLink.INDIRECT: "no single task ties what is taught to what a role needs",
}

SCOPE_WORDS = {
    "discipline": "discipline",
    "course": "course",
    "role": "role",
    "employer": "employer",
    "host": "training host",
    "term": "up to term",
    "min_weight": "weights of at least",
}


def spoken(word: str) -> str:
    """Return a word of the graph as people write it: position_practice -> position practice."""
    return word.replace("_", " ")


def _widened(asked: Scope) -> list[str]:
    """Return what was asked to count besides what is stated."""
    share = f"{asked.roll_up_share * 100:.4g}%"
    ways = [
        (asked.infer, "what tasks are inferred to practise"),
        (asked.close, "what is close"),
        (asked.roll_up, f"what is narrower, where at least {share} of it is taught and practised"),
    ]
    counts = [words for is_asked, words in ways if is_asked]
    return [f"Counted too: {'; '.join(counts)}."] if counts else []


def spoken_mark(*, inferred: bool, via: ViaCompetency | None) -> str:
    """Return by which way something counts for a competency; empty where it is stated of that."""
    return ", ".join([*(["inferred"] if inferred else []), *([f"{via.way}: {via.name}"] if via else [])])


def spoken_scope(note: ScopeNote) -> list[str]:
    """Return what the question was narrowed to, and what to bear in mind; empty where it was not narrowed."""
    asked = note.asked.model_dump(exclude_defaults=True)
    narrowed = [f"{words} {asked[name]}" for name, words in SCOPE_WORDS.items() if name in asked]
    said = [f"Only: {', '.join(narrowed)}"] if narrowed else []
    said += _widened(note.asked)
    if note.training_unrecorded:
        said.append("No training is scheduled here; counted are the tasks that apply a unit taught here.")
    if note.undated:
        said.append(f"{note.undated:,} units and tasks without a term are counted as due.")
    return said


def count(how_many: int, one: str, several: str = "") -> str:
    """Return the number with its noun.

    >>> count(1, "task"), count(1200, "task"), count(0, "class", "classes")
    ('1 task', '1,200 tasks', '0 classes')
    """
    return f"{how_many:,} {one if how_many == 1 else several or one + 's'}"
