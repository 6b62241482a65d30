"""Flow chart (Sankey) of demand by programme: bands from classroom through training to position, and their breaks."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.web.pictures.layout import fit
from queries.flows import Flow, FlowBand, Flows
from queries.semantics.chain_status import ChainStatus

WIDTH = 980
STAGES = (172, 452, 732)
"""Where the nodes of classroom, training and position begin."""
_HEAD, _FOOT = 46.0, 30.0
_ALL, _MOST = 310.0, 130.0
"""How high all bands are together, and those of one programme at most."""
_LEAST_ROW, _BETWEEN = 34.0, 30.0
_THINNEST, _APART = 1.2, 0.8
_LEAST_TARGET = 9.0
"""What is thinner can still be pointed at: the area of a band's link is at least so high."""
_BREAK_AT: Mapping[ChainStatus, int] = {
    ChainStatus.UNPRACTISED: STAGES[1] - 54,
    ChainStatus.UNTAUGHT: STAGES[0] + 54,
    ChainStatus.UNSERVED: STAGES[2] - 44,
}
"""Where the cross of a break stands: before training, behind the classroom, before the position."""
_NAME_WIDTH, _ROLE_WIDTH = 156.0, 158.0


class FlowShape(NamedTuple):
    """A band in its place: what it stands for, its top and height, and where its link's area begins and how high it is.

    `cross` is where it breaks (x), None where it does not; `nodes` are the classes of its three nodes.
    """

    band: FlowBand
    y: float
    height: float
    area_y: float
    area_height: float
    cross: int | None
    nodes: Sequence[str]

    @property
    def end(self) -> float:
        """The height at which it ends."""
        return round(self.y + self.height, 1)

    @property
    def middle(self) -> float:
        """The height at which the cross and the lines of what is missing stand."""
        return round(self.y + self.height / 2, 1)


class FlowRow(NamedTuple):
    """A programme in its place: its bands, the lines of its name, and of the role with the most openings.

    `note_y` is where the words of its breaks stand, below it.
    """

    flow: Flow
    middle: float
    note_y: float
    name: Sequence[str]
    role: str
    shapes: Sequence[FlowShape]


class FlowPicture(NamedTuple):
    """The chart; what the programmes beyond these come to stands in the answer that it is made from."""

    width: int
    height: float
    stages: tuple[int, int, int]
    rows: Sequence[FlowRow]


def flow_picture(flows: Flows) -> FlowPicture:
    """Return the chart of the programmes that have a flow of their own."""
    demands = [flow.demand for flow in flows.programmes]
    scale = min(_ALL / (sum(demands) or 1.0), _MOST / (max(demands, default=0.0) or 1.0))
    rows, top = [], _HEAD
    for flow in flows.programmes:
        row, height = _row(flow, top, scale)
        rows.append(row)
        top += height + _BETWEEN
    return FlowPicture(WIDTH, round(top - _BETWEEN + _FOOT, 1), STAGES, rows)


def _row(flow: Flow, top: float, scale: float) -> tuple[FlowRow, float]:
    """Return a programme's row, and how high it is."""
    filled = [band for band in flow.bands if band.count]
    heights = [max(band.demand * scale, _THINNEST) for band in filled]
    height = max(sum(heights) + _APART * max(len(heights) - 1, 0), _LEAST_ROW)
    shapes, y = [], top + (height - sum(heights) - _APART * max(len(heights) - 1, 0)) / 2
    for band, own in zip(filled, heights, strict=True):
        area = max(own, _LEAST_TARGET)
        shapes.append(
            FlowShape(
                band,
                round(y, 1),
                round(own, 1),
                round(y - (area - own) / 2, 1),
                round(area, 1),
                _BREAK_AT.get(band.status),
                _nodes(band.status, training_unrecorded=flow.training_unrecorded),
            )
        )
        y += own + _APART
    name = fit(flow.programme.name, 12.5, _NAME_WIDTH, 2)
    role = fit(flow.role.name, 12.5, _ROLE_WIDTH, 1)[0]
    return FlowRow(flow, round(top + height / 2, 1), round(top + height + 14, 1), name, role, shapes), height


def _nodes(status: ChainStatus, *, training_unrecorded: bool) -> tuple[str, str, str]:
    """Return how the nodes of classroom, training and position are drawn: full, as a slot where they are missing."""
    if status is ChainStatus.CONNECTED:
        return "n0", "unk" if training_unrecorded else "n1", "n3"
    taught, practised = status is ChainStatus.UNPRACTISED, status is ChainStatus.UNTAUGHT
    return "n0" if taught else "slot", "n1" if practised else "slot", "nb"
