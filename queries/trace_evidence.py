"""Links of a trace that may carry evidence: by which keys sources state them, and what they join."""

from collections.abc import Iterator
from itertools import chain, islice

from graph.model import Frozen, LinkKey, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import NodeName, named
from queries.trace import Trace
from queries.trace_links import TraceLinks

MOST_LINKS = 300
"""How many links of a trace are asked for evidence: those with the competency first, each stage by weight."""


class EvidencedLink(Frozen):
    """A link of a trace, from one node to another; `key` is one under which a source may state it."""

    key: LinkKey
    start: NodeName
    end: NodeName

    @property
    def relation(self) -> str:
        """Its relation."""
        return self.key[1]


def trace_keys(snapshot: Snapshot, trace: Trace, ties: TraceLinks) -> list[EvidencedLink]:
    """Return the links of a trace, at most MOST_LINKS keys: those with the competency by stage and weight, then others.

    Where nodes are one by SAME_AS, every pair of their ids is a key. Some are of no link: a role that requires the
    competency by a responsibility alone is asked for all the same.
    """
    pairs = chain(_with_competency(trace), _between(trace, ties))
    return list(islice(_keys(snapshot, dict.fromkeys(pairs)), MOST_LINKS))


def _with_competency(trace: Trace) -> Iterator[tuple[str, str, str]]:
    for unit in trace.knowledge_units:
        yield unit.id, "AIMS_AT" if unit.inferred else "DEVELOPS", unit.via.id if unit.via else trace.competency.id
    for task in trace.training_tasks:
        yield task.id, "PRACTISES", task.via.id if task.via else trace.competency.id
    for duty in trace.responsibilities:
        yield duty.id, "REQUIRES", duty.via.id if duty.via else trace.competency.id
    for role in trace.roles:
        yield role.id, "REQUIRES", role.via.id if role.via else trace.competency.id


def _between(trace: Trace, ties: TraceLinks) -> Iterator[tuple[str, str, str]]:
    for unit in trace.knowledge_units:
        for course in unit.courses:
            yield course.id, "COVERS", unit.id
    for unit_id, task_id in ties.applied:
        yield task_id, "APPLIES", unit_id
    for task_id, duty_id in ties.prepared:
        yield task_id, "PREPARES_FOR", duty_id
    for duty_id, role_id in ties.held:
        yield role_id, "HAS_RESPONSIBILITY", duty_id


def _keys(snapshot: Snapshot, links: dict[tuple[str, str, str], None]) -> Iterator[EvidencedLink]:
    for start_id, relation, end_id in links:
        start, end = snapshot.require(start_id), snapshot.require(end_id)
        for one in snapshot.members(start):
            for other in snapshot.members(end):
                key = (NodeId(snapshot.ids[one]), relation, NodeId(snapshot.ids[other]))
                yield EvidencedLink(key=key, start=named(snapshot, start), end=named(snapshot, end))
