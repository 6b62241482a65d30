"""Course as a whole: the one unit of a course that covers no other, as which its row of a support matrix is kept."""

import hashlib

from graph.model import NodeId, parse_id

_PREFIX = "whole:"
_LONGEST = 200


def whole_course(course: NodeId) -> NodeId:
    """Return the id of the unit that stands for the whole of the course: always the same.

    >>> whole_course(NodeId("poly:c.plc"))
    'whole:poly:c.plc'
    """
    if len(_PREFIX) + len(course) <= _LONGEST:
        return parse_id(_PREFIX + course)
    return NodeId(_PREFIX + hashlib.sha256(course.encode()).hexdigest())


def is_whole_course(unit: str) -> bool:
    """Say whether a unit is a course as a whole, by its id."""
    return unit.startswith(_PREFIX)
