"""Ids of O*NET: what they look like, and what they become in the graph."""

import re

from graph.messages import Message, message
from graph.model import NodeId
from ingest.draft import Place
from ingest.formats.framework import FrameworkReader

HIGHEST_IMPORTANCE = 5.0
"""Importance is rated from 1 (not important) to 5 (extremely important)."""

_SOC = re.compile(r"[0-9]{2}-[0-9]{4}\.[0-9]{2}")
_TASK = re.compile(r"[0-9]{1,8}")
_OUTLINE = re.compile(r"[0-9A-Za-z]{1,10}(\.[0-9A-Za-z]{1,10}){1,12}")
_COMMODITY = re.compile(r"[0-9]{8}")
_SCALE = re.compile(r"[A-Z]{1,4}")


class OnetReader(FrameworkReader):
    """Cells to ids; a cell that cannot be what its column says rejects its row."""

    def role(self, place: Place, column: str, text: str) -> NodeId | None:
        """Return the id of an occupation: onet:11-1011.00."""
        if (code := self.code(place, column, text)) is None:
            return None
        if _SOC.fullmatch(code):
            return self.id(place, column, f"onet:{code}")
        self._reject(place, column, text, message("onet.role"))
        return None

    def task(self, place: Place, column: str, text: str) -> NodeId | None:
        """Return the id of a task: onet:task-8823."""
        if _TASK.fullmatch(text):
            return self.id(place, column, f"onet:task-{text}")
        self._reject(place, column, text, message("onet.task"))
        return None

    def element(self, place: Place, column: str, text: str) -> NodeId | None:
        """Return the id of an element of the content model, or of a work activity: onet:2.A.1.a."""
        if (code := self.code(place, column, text)) is None:
            return None
        if _OUTLINE.fullmatch(code):
            return self.id(place, column, f"onet:{code}")
        self._reject(place, column, text, message("onet.element"))
        return None

    def technology(self, place: Place, column: str, text: str) -> NodeId | None:
        """Return the id of a class of technology: onet:unspsc-43232202, or of an element since release 30.3."""
        if _COMMODITY.fullmatch(text):
            return self.id(place, column, f"onet:unspsc-{text}")
        return self.element(place, column, text)

    def is_scale(self, place: Place, column: str, text: str) -> bool:
        """Say whether it is the name of a scale: IM, LV, RT. Not looked up, since releases add some."""
        if _SCALE.fullmatch(text):
            return True
        self._reject(place, column, text, message("onet.scale"))
        return False

    def _reject(self, place: Place, column: str, text: str, reason: Message) -> None:
        self.draft.reject(place, reason, column=column, value=text[:200])
