"""An import as the service tells of it, with what a program asks of it."""

from rolepath.client import models

# Its fields name models that are defined below it: they must be known before a subclass takes them over.
models.Job.model_rebuild()


class Job(models.Job):
    """An import over HTTP: where it stands, and when it is over its report."""

    @property
    def is_over(self) -> bool:
        """Whether it will not change any more."""
        return self.status not in {"queued", "running"}
