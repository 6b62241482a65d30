"""The client under its former name, which goes with 1.0: import `rolepath` instead. Its errors are of both trees."""

import warnings
from typing import TypeVar

import graph.errors
import rolepath.client
import rolepath.errors
from graph.messages import Message
from rolepath.client import Retries
from rolepath.client.calls import Askable

__all__ = ["AsyncRolepath", "Retries", "Rolepath", "ServiceProblem"]

R = TypeVar("R")

warnings.warn("api.client is called rolepath now: from rolepath import Rolepath", DeprecationWarning, stacklevel=2)


class ServiceProblem(rolepath.errors.ServiceProblem, graph.errors.RolepathError):
    """As in `rolepath`."""


class NotFoundError(rolepath.errors.NotFoundError, graph.errors.NotFoundError):
    """As in `rolepath`: what comes near, and the sentence that says so, are the service's."""

    @property
    def message(self) -> Message:
        """What is wrong, as the service says it."""
        return self._message


_OF_BOTH: dict[type[rolepath.errors.RolepathError], type[rolepath.errors.RolepathError]] = {
    rolepath.errors.ServiceProblem: ServiceProblem,
    rolepath.errors.NotFoundError: NotFoundError,
    **{
        kind: type(kind.__name__, (kind, getattr(graph.errors, kind.__name__)), {})
        for kind in (
            rolepath.errors.InputError,
            rolepath.errors.SchemaError,
            rolepath.errors.ConflictError,
            rolepath.errors.ExpiredError,
            rolepath.errors.StoreUnavailableError,
        )
    },
}


def _of_both(error: rolepath.errors.RolepathError) -> rolepath.errors.RolepathError:
    """Return the error, and its cause, as an error of `graph.errors` too."""
    kind, cause = _OF_BOTH[type(error)], error.__cause__
    found = kind.__new__(kind, *error.args)
    found.__dict__.update(error.__dict__, _message=graph.errors.verbatim(str(error)))
    if isinstance(error, rolepath.errors.NotFoundError):
        found.__dict__["_near"] = dict.fromkeys(error.near, "")
    found.__cause__ = _of_both(cause) if isinstance(cause, rolepath.errors.RolepathError) else cause
    return found


class Rolepath(rolepath.client.Rolepath):
    """As in `rolepath`."""

    def ask(self, asking: Askable[R]) -> R:
        """Return the answer to whatever can be asked."""
        try:
            return super().ask(asking)
        except rolepath.errors.RolepathError as error:
            former = _of_both(error)
        raise former


class AsyncRolepath(rolepath.client.AsyncRolepath):
    """As in `rolepath`."""

    async def ask(self, asking: Askable[R]) -> R:
        """Return the answer to whatever can be asked."""
        try:
            return await super().ask(asking)
        except rolepath.errors.RolepathError as error:
            former = _of_both(error)
        raise former
