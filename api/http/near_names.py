"""Names that come near one that there is not: what somebody who mistyped a parameter or field may have meant."""

from collections.abc import Iterable, Iterator

from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

MOST_COMPARED = 100
"""How many characters of a name are compared: the longest parameter has fewer than 20."""


def near_name(name: str, known: Iterable[str]) -> str | None:
    """Return which of the known names comes nearest; None where none is near.

    >>> near_name("disciplin", ["discipline", "course"]), near_name("utm_source", ["source", "course"])
    ('discipline', None)
    """
    return next(iter(near_names(name[:MOST_COMPARED], known, 1, 75.0)), None)


def near_names(name: str, known: Iterable[str], limit: int, least: float) -> list[str]:
    """Return which of the known names come nearest, nearest first; `least` is how alike they are, from 0 to 100."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - what is spelt right does not need it

    return [
        found for found, _, _ in process.extract(name, list(known), scorer=fuzz.ratio, score_cutoff=least, limit=limit)
    ]


def query_names(dependant: Dependant) -> set[str]:
    """Return the names of the parameters that a route takes in its address: those of a model stand for themselves."""
    return set(_names(dependant, "query_params"))


def body_names(dependant: Dependant) -> set[str]:
    """Return the names of the fields that the body of a route has at its top."""
    return set(_names(dependant, "body_params"))


def _names(dependant: Dependant, where: str) -> Iterator[str]:
    for parameter in getattr(dependant, where):
        annotation = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from annotation.model_fields
        else:
            yield parameter.alias
    for beneath in dependant.dependencies:
        yield from _names(beneath, where)
