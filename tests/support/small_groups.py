"""A graph with assessments of small groups, marked so that what they say can be looked for in any answer."""

from typing import NamedTuple

from graph.changes import ChangeSet
from graph.model import NodeId, NodeValues, Value, assessment_id, canonical
from tests.support.factory import says

DEVICES = (
    "d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "k1 DEVELOPS c2", "t1 PRACTISES c1", "t1 PRACTISES c2",
    "t2 PRACTISES c1", "t1 APPLIES k1", "t1 PREPARES_FOR j1", "r1 HAS_RESPONSIBILITY j1", "j1 REQUIRES c1",
    "r1 REQUIRES c2", "d1 TARGETS r1", "e1 EMPLOYS r1", "e1 HOSTS t1", "d1 SCHEDULES t1", "i1 GUIDES t1",
    "x1 CERTIFIES c1", "s1 CALLS_FOR c1",
)  # fmt: skip
SOURCE = "college"


class Assessed(NamedTuple):
    """One row of assessments: of task, competency, cohort, date and stage; how many learners, and their mean score."""

    task: str
    competency: str
    cohort: str
    date: str
    stage: str
    learners: int
    mean_score: float
    issue: str = ""

    @property
    def id(self) -> NodeId:
        """The id of the row."""
        return assessment_id(self.task, self.competency, self.cohort, self.date, self.stage)

    @property
    def statement(self) -> NodeValues:
        """What a source states of it."""
        values: dict[str, Value] = {
            "task_id": self.task,
            "competency_id": self.competency,
            "cohort_id": self.cohort,
            "date": self.date,
            "learners": self.learners,
            "mean_score": self.mean_score,
        }
        values |= {name: text for name, text in (("stage", self.stage), ("issue", self.issue)) if text}
        return "Assessment", canonical(values)


LARGE = Assessed("t1", "c1", "g1", "2024-05-01", "final", 6, 0.70123, "large group")
SMALL = Assessed("t1", "c1", "g1", "2024-06-01", "final", 3, 0.61803, "MARKED-SMALL")
ONE_MORE = Assessed("t1", "c1", "g1", "2024-05-02", "", 7, 0.72357, "MARKED-DAYS")
OTHER_DAY = Assessed("t1", "c2", "g1", "2024-05-01", "final", 20, 0.5, "other competency")
REVISED = OTHER_DAY._replace(learners=21, mean_score=0.51547, issue="MARKED-REVISION")
LATER = Assessed("t2", "c1", "g1", "2024-07-01", "final", 40, 0.8)
HIDDEN = (SMALL, ONE_MORE, REVISED)
MARKS = (
    *("61803", "72357", "51547", "MARKED"),
    *(row.id.removeprefix("assessment:")[:8] for row in (SMALL, ONE_MORE)),
)
"""What no answer to a reader may hold: scores, notes and ids of what is hidden."""


def states(*rows: Assessed, by: str = SOURCE, run_id: str = "") -> ChangeSet:
    """Return what a source says: the graph above, and these assessments alone."""
    graph = says(*DEVICES, by=by, nodes={"g1": {"discipline_id": "d1", "size": 60}}, run_id=run_id)
    nodes = {**graph.nodes, **{row.id: row.statement for row in rows}}
    return ChangeSet(graph.source, nodes, graph.links, graph.replaces, run_id=run_id)


HISTORY = (
    states(LARGE, OTHER_DAY, run_id="run1"),
    states(LARGE, OTHER_DAY, SMALL, ONE_MORE, run_id="run2"),
    states(LARGE, REVISED, SMALL, ONE_MORE, LATER, run_id="run3"),
)
"""Three imports: in the last one row has one learner more."""
