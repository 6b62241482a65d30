"""An import as the service tells of it, with what a program asks of it."""

from rolepath.client import models


class Job(models.Job):
    """An import over HTTP: where it stands, and when it is over its report."""

    @property
    def is_over(self) -> bool:
        """Whether it will not change any more."""
        return self.status not in {"queued", "running"}
