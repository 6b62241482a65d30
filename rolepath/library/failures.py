"""Errors of the library: those of the graph as the client's, so that a program catches one kind, whichever it asks."""

from collections.abc import Iterator
from contextlib import contextmanager

from graph import errors as graph_errors
from rolepath import errors


@contextmanager
def client_errors() -> Iterator[None]:
    """Raise what the graph raises on purpose as the error of that name in rolepath.errors.

    Raises:
        InputError, SchemaError, NotFoundError, ConflictError, ExpiredError, StoreUnavailableError, RolepathError: as
            the graph's own say.
    """
    try:
        yield
    except graph_errors.NotFoundError as error:
        raise errors.NotFoundError(error.what, error.value, error.near) from error
    except graph_errors.InputError as error:
        kind = errors.SchemaError if isinstance(error, graph_errors.SchemaError) else errors.InputError
        told = {name: value for name, value in error.problem.as_dict().items() if value}
        reason = str(told.pop("reason", error))
        place = {name: value for name, value in told.items() if name in {"file", "sheet", "row", "column", "value"}}
        raise kind(errors.InputProblem(reason, **place)) from error  # type: ignore[arg-type]
    except graph_errors.ExpiredError as error:
        raise errors.ExpiredError(str(error)) from error
    except graph_errors.ConflictError as error:
        raise errors.ConflictError(str(error)) from error
    except graph_errors.StoreUnavailableError as error:
        raise errors.StoreUnavailableError(str(error)) from error
    except graph_errors.InvalidValueError as error:
        raise errors.InputError(str(error)) from error
    except graph_errors.RolepathError as error:
        raise errors.RolepathError(str(error)) from error
