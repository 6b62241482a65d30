"""Kind of education of each competency, by what develops and practises it."""

from enum import StrEnum

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.semantics.masks import Mask
from queries.semantics.requirements import role_needs


class Education(StrEnum):
    """The three kinds of education that a college runs side by side."""

    DISCIPLINARY = "disciplinary"
    INNOVATION = "innovation"
    ENTREPRENEURSHIP = "entrepreneurship"


EDUCATIONS: tuple[Education, ...] = tuple(Education)
_INNOVATION_TASKS = ("innovation_training",)
_ENTREPRENEURSHIP_TASKS = ("entrepreneurship_training", "entrepreneurship_practice")


def educations_of(snapshot: Snapshot) -> Ints:
    """Return the kind of education of each node of the kind competency, as a position in EDUCATIONS.

    A competency is one of innovation or entrepreneurship when the units that develop it are so by the greater weight;
    without units, when the tasks that practise it are; with neither, when founder roles need it more than others. It is
    one of entrepreneurship, then, when tasks of entrepreneurship practise it by more weight than those of innovation;
    where these are equal, when founder roles need it more than others. Else it is disciplinary.
    """
    return snapshot.derived(_educations)


def _educations(snapshot: Snapshot) -> Ints:
    words = snapshot.word_codes("kind")

    def weight(relation: str, kinds: tuple[str, ...]) -> Floats:
        links = snapshot.out(relation)
        chosen = np.isin(words[links.rows], [WORD_CODES[kind] for kind in kinds])
        return _summed(links.indices, np.where(chosen, links.weight, 0.0), len(snapshot))

    needs = role_needs(snapshot)
    founding: Mask = words[needs.role] == WORD_CODES["founder"]
    founders = _summed(needs.competency, np.where(founding, needs.weight, 0.0), len(snapshot))
    for_founders = founders > _summed(needs.competency, np.where(founding, 0.0, needs.weight), len(snapshot))
    innovative, disciplinary = weight("DEVELOPS", ("innovation",)), weight("DEVELOPS", ("disciplinary",))
    trained = _summed(snapshot.out("PRACTISES").indices, snapshot.out("PRACTISES").weight, len(snapshot))
    innovating, founded = weight("PRACTISES", _INNOVATION_TASKS), weight("PRACTISES", _ENTREPRENEURSHIP_TASKS)
    both = innovating + founded
    by_tasks = np.where(trained > 0, both > trained - both, for_founders)
    of_new = np.where(innovative + disciplinary > 0, innovative > disciplinary, by_tasks)
    of_ventures = np.where(founded == innovating, for_founders, founded > innovating)
    new = np.where(of_ventures, EDUCATIONS.index(Education.ENTREPRENEURSHIP), EDUCATIONS.index(Education.INNOVATION))
    codes: Ints = np.where(of_new, new, EDUCATIONS.index(Education.DISCIPLINARY)).astype(np.int8)
    return codes


def _summed(nodes: Ints, weights: Floats, n: int) -> Floats:
    sums = np.zeros(n)
    sums += np.bincount(nodes, weights, minlength=n)
    return sums
