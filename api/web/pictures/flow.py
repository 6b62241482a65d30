"""Flow chart (Sankey) of demand by programme: bands from classroom through training to position, and their breaks."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.web.pictures.layout import fit
from queries.flows import Flow, FlowBand, Flows
from queries.semantics.chain_status import ChainStatus

WIDTH = 1190.0
STAGES = (196.0, 552.0, 908.0)
"""Where the nodes of classroom, training and position begin."""
NODE = 11.0
"""How wide a node is."""
_HEAD, _FOOT = 46.0, 30.0
_ALL, _MOST = 310.0, 150.0
"""How high all bands are together, and those of one programme at most."""
_LEAST_ROW, _BETWEEN = 32.0, 28.0
_THINNEST, _APART = 1.2, 0.8
_LEAST_TARGET = 9.0
"""What is thinner can still be pointed at: the area of a band's link is at least so high."""
_BREAK_AT: Mapping[ChainStatus, float] = {
    ChainStatus.UNPRACTISED: 500.0,
    ChainStatus.UNTAUGHT: 236.0,
    ChainStatus.UNSERVED: 868.0,
}
"""Where the cross of a break stands: behind the classroom, before training, before the position."""
_NAME_WIDTH, _ROLE_WIDTH = 176.0, 196.0


class FlowShape(NamedTuple):
    """A band in its place: what it stands for, its top and height, and where its link's area begins and how high it is.

    `cross` is where it breaks (x), None where it does not; `note_y` is where its words stand below the programme.
    """

    band: FlowBand
    y: float
    height: float
    area_y: float
    area_height: float
    cross: float | None
    note_y: float

    @property
    def middle(self) -> float:
        """The height at which the cross and the lines of what is missing stand."""
        return round(self.y + self.height / 2, 1)


class FlowRow(NamedTuple):
    """A programme in its place: its bands, the lines of its name, and of the role with the most openings."""

    flow: Flow
    y: float
    middle: float
    name: Sequence[str]
    role: str
    shapes: Sequence[FlowShape]


class FlowPicture(NamedTuple):
    """The chart; what the programmes beyond these come to stands in the answer that it is made from."""

    height: float
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
    return FlowPicture(round(top - _BETWEEN + _FOOT, 1), rows)


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
                round(top + height + 14, 1),
            )
        )
        y += own + _APART
    name = fit(flow.programme.name, 12.5, _NAME_WIDTH, 2)
    role = fit(flow.role.name, 12.5, _ROLE_WIDTH, 1)[0]
    return FlowRow(flow, round(top, 1), round(top + height / 2, 1), name, role, shapes), height
