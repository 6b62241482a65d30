"""Possible links of a proposal: by which relations a document can lead to a candidate, as the schema has them."""

from functools import cache
from typing import NamedTuple

from graph.schema import RELATIONS
from queries.proposals.proposal import SentenceKind


class LinkPattern(NamedTuple):
    """A form of link: its relation, and from what it starts.

    `from_kind` is the kind of the node that it starts from. Where `joined_by` is not None that is a node made of the
    sentence, to which what the document describes is joined by this relation.
    """

    relation: str
    from_kind: str
    joined_by: str | None = None


_MADE = {"KnowledgeUnit": "COVERS", "TrainingTask": "SCHEDULES", "JobResponsibility": "HAS_RESPONSIBILITY"}
"""What can be made of a sentence, and the relation that joins it."""
_MADE_ELSEWHERE = {("Enterprise", "TrainingTask"): "HOSTS"}
_LEAST = frozenset({"PREREQUISITE_OF", "BROADER", "SAME_AS", "CLOSE_TO", "LEADS_ON_TO", "RUNS"})
"""Relations within one kind, or above documents: no sentence states them."""
_SPOKEN_AS = {
    SentenceKind.TASK: "TrainingTask",
    SentenceKind.DUTY: "JobResponsibility",
    SentenceKind.OUTCOME: "KnowledgeUnit",
    SentenceKind.CONTENT: "KnowledgeUnit",
}


def possible_links(for_kind: str, candidate_kind: str, sentence_kind: SentenceKind | None = None) -> list[LinkPattern]:
    """Return the forms in which a document of a node of this kind can link to a candidate, the usual first.

    That is the one from what the kind of sentence is made into; then direct ones, then others, in the schema's order.

    >>> [form.relation for form in possible_links("Course", "Competency", SentenceKind.OUTCOME)]
    ['DEVELOPS', 'AIMS_AT', 'PRACTISES']
    >>> possible_links("Role", "Competency")
    [LinkPattern(relation='REQUIRES', from_kind='Role', joined_by=None), LinkPattern(relation='REQUIRES', \
from_kind='JobResponsibility', joined_by='HAS_RESPONSIBILITY')]
    """
    direct = [LinkPattern(one, for_kind) for one in _relations(for_kind, candidate_kind)]
    made = [
        LinkPattern(one, kind, joined_by)
        for kind in _MADE
        if (joined_by := _joined(for_kind, kind)) is not None
        for one in _relations(kind, candidate_kind)
    ]
    spoken = _SPOKEN_AS.get(sentence_kind) if sentence_kind else None
    first = [form for form in made if form.from_kind == spoken]
    return list(dict.fromkeys([*first, *direct, *made]))


@cache
def link_form(for_kind: str, candidate_kind: str, relation: str, sentence_kind: SentenceKind) -> LinkPattern | None:
    """Return the usual form of a link by this relation; None where it cannot be one."""
    forms = possible_links(for_kind, candidate_kind, sentence_kind)
    return next((form for form in forms if form.relation == relation), None)


def _relations(from_kind: str, to_kind: str) -> list[str]:
    return [one.name for one in RELATIONS.values() if one.joins(from_kind, to_kind) and one.name not in _LEAST]


def _joined(for_kind: str, kind: str) -> str | None:
    relation = _MADE_ELSEWHERE.get((for_kind, kind), _MADE[kind])
    return relation if RELATIONS[relation].joins(for_kind, kind) else None
