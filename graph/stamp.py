"""Stamp of a graph, for citation: which version of Rolepath wrote a file, of which revision, with which content hash.

The date is that of the revision, so that the same graph makes the same file.
"""

from typing import NamedTuple

from graph.messages import message


class GraphStamp(NamedTuple):
    """What a file or an answer is of; `content` and `date` (ISO 8601, UTC) are empty where they are not recorded."""

    version: str
    revision: int
    content: str = ""
    date: str = ""

    def told(self) -> dict[str, str | int]:
        """Return what it tells by name, as attributes and metadata of files have it; the revision is told by these."""
        stated = {"rolepath": self.version, "content": self.content, "date": self.date}
        return {name: value for name, value in stated.items() if value}

    @property
    def moment(self) -> str:
        """The date, or the beginning of time where none is recorded."""
        return self.date or "1970-01-01T00:00:00Z"

    @property
    def line(self) -> str:
        """All of it on one line, to be cited.

        >>> print(GraphStamp("0.2.0", 7, "ab12", "2026-05-01T08:00:00Z").line)
        Rolepath 0.2.0, revision 7, content hash ab12, 2026-05-01T08:00:00Z
        """
        told = self.content or str(message("stamp.no_content"))
        line = str(message("stamp.line", version=self.version, revision=self.revision, content=told))
        return f"{line}, {self.date}" if self.date else line
