"""The parameters of a training plan."""

from typing import Annotated, Literal

from pydantic import Field

from graph.model import Frozen, NodeId

Mode = Literal["online", "onsite", "blended"]


class PlanWish(Frozen):
    """What the learner can spend at most (None: no limit), holds already, and can take part in.

    `have` are ids of competencies, knowledge units or training tasks; they count whatever the scope. `modes` (none: any
    one) and `region`, of a host, narrow the tasks; one that does not state it counts as fitting. `alternatives` is how
    many of the next best plans are told too. The time limit is for each plan.
    """

    max_hours: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    max_tasks: Annotated[int, Field(ge=1)] | None = None
    have: tuple[NodeId, ...] = ()
    modes: tuple[Mode, ...] = ()
    region: Annotated[str, Field(min_length=1)] | None = None
    alternatives: Annotated[int, Field(ge=0)] = 0
    time_limit_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 5.0


NO_WISH = PlanWish()
