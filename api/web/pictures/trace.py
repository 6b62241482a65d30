"""What the picture of a trace shows: which cards, in which groups, and what ties them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from api.web.pictures.layout import CardContent, Picture, Tie, draw
from api.web.texts import Words
from queries.semantics.answers import NodeName
from queries.trace import Trace, TracedResponsibility, TracedRole, TracedTask, TracedUnit
from queries.trace_links import TraceLinks

MOST_CARDS = 12
"""Above this many cards, a column is grouped."""
FIRST_CARDS = 7
"""How many cards stand for a column that cannot be grouped, before the one for the rest."""
_FEW = 3
OWN = "own"
"""The card for roles that require the competency themselves, in the column of responsibilities."""

N = TypeVar("N", TracedUnit, TracedTask, TracedResponsibility, TracedRole)


class _CardColumn:
    """A column's cards, and which card stands for each node."""

    def __init__(self, entries: list[CardContent], card_of: dict[str, str]) -> None:
        self.entries, self.card_of = entries, card_of

    def add(self, other: "_CardColumn") -> None:
        """Add the cards of another one."""
        self.entries += other.entries
        self.card_of |= other.card_of


def picture_of(trace: Trace, ties: TraceLinks, words: Words) -> Picture:
    """Return the picture of a trace; what it says is in the language of the words."""
    make = _CardColumns(_best_nodes(trace), words)
    units = make.column(trace.knowledge_units, lambda unit: unit.courses, make.unit_note, "trace.units_in")
    tasks = make.column(trace.training_tasks, lambda task: task.hosts, make.task_note, "trace.tasks_at")
    duties = make.column(trace.responsibilities, lambda _: [], lambda _: "", "")
    roles = make.column(trace.roles, lambda role: role.enterprises, make.role_note, "trace.roles_in")
    if trace.roles:
        held = {str(duty) for duty, _ in ties.held}
        duties.entries = [make.orphaned(entry, held) for entry in duties.entries]
    if ties.own:
        is_best = OWN in _best_nodes(trace)
        duties.entries.append(CardContent(OWN, words("trace.by_role"), kind="implied", is_best=is_best))
    columns = (units, tasks, duties, roles)
    missing = ("trace.no_classroom", "trace.no_training", "trace.no_responsibility", "trace.no_position")
    for at, (column, key) in enumerate(zip(columns, missing, strict=True)):
        if not column.entries:
            column.entries.append(CardContent(f"none{at}", words(key), kind="broken"))
    return draw([column.entries for column in columns], _between(columns, ties), _best_ties(columns, trace))


def _between(columns: Sequence[_CardColumn], ties: TraceLinks) -> set[Tie]:
    """Return the ties between cards."""
    units, tasks, duties, roles = (column.card_of for column in columns)
    pairs = {(units[k], tasks[t]) for k, t in ties.applied}
    pairs |= {(tasks[t], duties[j]) for t, j in ties.prepared}
    pairs |= {(duties[j], roles[r]) for j, r in ties.held}
    pairs |= {(OWN, roles[r]) for r in ties.own}
    return pairs | {(tasks[t], OWN) for t, _ in ties.rehearsed}


def _best_duty(trace: Trace) -> str:
    """Return the card that the best chain has among the responsibilities.

    A chain that is direct to the role may name a responsibility that itself does not require the competency.
    """
    named = trace.chains[0].responsibility
    requiring = {duty.id for duty in trace.responsibilities}
    return named.id if named is not None and named.id in requiring else OWN


def _best_nodes(trace: Trace) -> set[str]:
    if not trace.chains:
        return set()
    chain = trace.chains[0]
    return {chain.knowledge_unit.id, chain.training_task.id, _best_duty(trace), chain.role.id}


def _best_ties(columns: Sequence[_CardColumn], trace: Trace) -> set[Tie]:
    if not trace.chains:
        return set()
    chain, duty = trace.chains[0], _best_duty(trace)
    unit = columns[0].card_of[chain.knowledge_unit.id]
    task = columns[1].card_of[chain.training_task.id]
    duty = columns[2].card_of.get(duty, duty)
    return {(unit, task), (task, duty), (duty, columns[3].card_of[chain.role.id])}


def _silent(_node: object) -> str:
    return ""


_UNGROUPED = {
    "trace.units_in": "trace.no_course",
    "trace.tasks_at": "trace.no_host",
    "trace.roles_in": "trace.no_employer",
}


class _CardColumns:
    """Makes columns: what is on the best chain, and the language."""

    def __init__(self, best: set[str], words: Words) -> None:
        self._best, self._words = best, words

    def column(
        self,
        nodes: Sequence[N],
        groups_of: Callable[[N], Sequence[NodeName]],
        note_of: Callable[[N], str],
        counted: str,
    ) -> _CardColumn:
        """Return a card for each node, else for each group, else for the first nodes and one for the rest."""
        if len(nodes) > _FEW and not any(groups_of(node) for node in nodes):
            note_of = _silent  # what is recorded of none of them need not be said at each
        if len(nodes) <= MOST_CARDS:
            return self._singly(nodes, note_of)
        grouped: dict[NodeName | None, list[N]] = {}
        for node in nodes:
            grouped.setdefault(next(iter(groups_of(node)), None), []).append(node)
        if not counted or not 2 <= len(grouped) <= MOST_CARDS:
            return self._shortened(nodes, note_of)
        column = _CardColumn([], {})
        for group, members in grouped.items():
            column.add(self._singly(members, note_of) if len(members) == 1 else self._group(group, members, counted))
        return column

    def _group(self, group: NodeName | None, members: Sequence[N], counted: str) -> _CardColumn:
        key = f"group:{group.id if group else ''}"
        title = group.name if group else self._words(_UNGROUPED[counted])
        note = self._words(counted, n=len(members))
        is_best = any(member.id in self._best for member in members)
        entry = CardContent(key, title, note, "group", group.id if group else None, is_best)
        return _CardColumn([entry], {str(member.id): key for member in members})

    def _singly(self, nodes: Sequence[N], note_of: Callable[[N], str]) -> _CardColumn:
        entries = [
            CardContent(node.id, node.name, note_of(node), "node", node.id, node.id in self._best) for node in nodes
        ]
        return _CardColumn(entries, {str(node.id): str(node.id) for node in nodes})

    def _shortened(self, nodes: Sequence[N], note_of: Callable[[N], str]) -> _CardColumn:
        # What is on the best chain is shown, however light it is.
        order = sorted(nodes, key=lambda node: node.id not in self._best)
        column, rest = self._singly(order[:FIRST_CARDS], note_of), order[FIRST_CARDS:]
        key = f"more:{rest[0].id}"
        entry = CardContent(key, self._words("trace.others", n=len(rest)), kind="more")
        column.add(_CardColumn([entry], {str(node.id): key for node in rest}))
        return column

    def orphaned(self, entry: CardContent, held: set[str]) -> CardContent:
        """Return the entry of a responsibility as one that no role has, if so it is."""
        if entry.kind != "node" or entry.key in held:
            return entry
        return replace(entry, note=self._words("trace.no_position"), kind="orphan")

    def unit_note(self, unit: TracedUnit) -> str:
        """Return which courses hold the unit."""
        return self._noted("trace.in_course", "trace.no_course", unit.courses)

    def task_note(self, task: TracedTask) -> str:
        """Return who hosts the task."""
        return self._noted("trace.at_host", "trace.no_host", task.hosts)

    def role_note(self, role: TracedRole) -> str:
        """Return who employs the role."""
        return self._noted("trace.employed_by", "trace.no_employer", role.enterprises)

    def _noted(self, key: str, key_of_none: str, nodes: Sequence[NodeName]) -> str:
        if not nodes:
            return self._words(key_of_none)
        names = self._words("spoken.comma").join(node.name for node in nodes[:3]) + (" …" if len(nodes) > 3 else "")
        return self._words(key, names=names)
