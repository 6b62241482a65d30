"""Freed frames: what a computation held when it broke off is let go of where it ran, not where the error is told.

The traceback of an error keeps each frame it went through, with all that these hold: of an export that ran out of time
half a million objects. Whoever drops the error frees them, and that would be the event loop, for 30 ms and more.
"""

import traceback
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def freeing_frames(compute: Callable[P, T]) -> Callable[P, T]:
    """Return what computes the same; frames of an error that it raises hold nothing, and its traceback has all lines.

    Raises:
        Exception: as `compute` does.
    """

    @wraps(compute)
    def computed(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return compute(*args, **kwargs)
        except Exception as error:
            _free(error)
            raise

    return computed


def _free(error: BaseException) -> None:
    """Clear the frames of an error, and of those that led to it."""
    told: BaseException | None = error
    seen: set[int] = set()
    while told is not None and id(told) not in seen:
        seen.add(id(told))
        traceback.clear_frames(told.__traceback__)
        told = told.__cause__ or told.__context__
