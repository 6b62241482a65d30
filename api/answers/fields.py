"""Sparse fieldsets: the fields that can be named of a result, as `items.competency.name`, and a part of it in JSON."""

import types
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, RootModel

from api.http.near_names import near_names
from graph.messages import Message, message

ALWAYS = ("next", "revision")
"""The fields that every part of an answer keeps: without them nobody can go on, or tell what it is of."""

Path = tuple[str, ...]
"""The names that lead to a field, from the answer on."""
Models = tuple[type[BaseModel], ...]
Included = dict[Any, Any]
"""What pydantic writes of a model: see `include` of `model_dump_json`."""


class AnswerField(NamedTuple):
    """What a field holds: values of these models, or none of a model; `is_list` says that there may be several."""

    models: Models
    is_list: bool
    is_mapping: bool


MOST_FAULTS = 20
"""So many wrong names are told at most."""


class UnknownFieldError(Exception):
    """Fields are named that the result does not have: a reason for the first of them, and fields that may be meant."""

    def __init__(self, reasons: Sequence[Message], near: Sequence[str]) -> None:
        """Keep what is wrong with each name."""
        super().__init__(str(reasons[0]))
        self.reasons, self.near = tuple(reasons), tuple(near)


def read_paths(text: str, models: Models) -> tuple[Path, ...]:
    """Return the paths that the text names, by commas.

    Raises:
        UnknownFieldError: the answer has no such fields.
    """
    paths = tuple(tuple(name.split(".")) for name in text.split(","))
    faults = list(islice(filter(None, (_fault(path, models) for path in paths)), MOST_FAULTS))
    if faults:
        near = dict.fromkeys(path for _, meant in faults for path in meant)
        raise UnknownFieldError([reason for reason, _ in faults], list(near))
    return paths


def is_within(path: Path, paths: Collection[Path]) -> bool:
    """Say whether a path is one of the paths, or leads to a part of what one of them leads to."""
    return any(path[: len(named)] == named for named in paths)


def included(paths: Collection[Path], models: Models) -> Included:
    """Return what is written of an answer: the fields that the paths lead to, and what every part keeps."""
    tree: dict[str, Any] = {name: {} for name in ALWAYS}
    for path in sorted(paths, key=len, reverse=True):  # the whole of a field goes before parts of it
        at = tree
        for name in path[:-1]:
            at = at.setdefault(name, {})
        at[path[-1]] = {}
    return _included(tree, models)


@cache
def fields_of(model: type[BaseModel]) -> Mapping[str, AnswerField]:
    """Return the fields of a model by name, in its order. What a mapping holds cannot be named: it is one value.

    >>> class Course(BaseModel):
    ...     name: str
    >>> class Courses(BaseModel):
    ...     items: list[Course]
    ...     next: str | None
    >>> [(name, bool(field.models), field.is_list) for name, field in fields_of(Courses).items()]
    [('items', True, True), ('next', False, False)]
    """
    return {
        name: AnswerField(models_of(info.annotation), _is(info.annotation, list, tuple), _is(info.annotation, dict))
        for name, info in model.model_fields.items()
    }


def models_of(annotation: object) -> Models:
    """Return the models that a type is made of, each once: one, several where there is a choice, or none."""
    return tuple(dict.fromkeys(_models_in(annotation)))


def field_at(name: str, models: Models) -> AnswerField | None:
    """Return the field of this name, whichever of the models has it; None where none does."""
    fields = [fields_of(model)[name] for model in models if name in fields_of(model)]
    if not fields:
        return None
    within = tuple(dict.fromkeys(model for field in fields for model in field.models))
    return AnswerField(within, any(field.is_list for field in fields), any(field.is_mapping for field in fields))


def _fault(path: Path, models: Models) -> tuple[Message, list[str]] | None:
    """Return what is wrong with a path, and the paths that may be meant; None where it leads to a field."""
    at, whole = models, ".".join(path)
    for depth, name in enumerate(path):
        field = field_at(name, at)
        if field is None and depth and not at:
            above = ".".join(path[:depth])
            return message("parameter.no_fields_within", name=above), [above]
        if field is None:
            near = _near(whole, name, models)
            if near:
                return message("parameter.no_field_near", name=whole[:100], near=near), near
            names = [".".join((*path[:depth], known)) for known in _names(at)]
            return message("parameter.no_field", name=whole[:100], names=names), []
        at = field.models
    return None


def _names(models: Models) -> Iterable[str]:
    return dict.fromkeys(name for model in models for name in fields_of(model))


def _near(whole: str, name: str, models: Models) -> list[str]:
    """Return the fields, down to the second level, that end in the name or are spelt like the path."""
    known = [".".join(path) for path in _paths(models, 2)]
    same = [path for path in known if path.rpartition(".")[2] == name]
    return list(dict.fromkeys([*same, *near_names(whole[:200], known, 3, 70.0)]))[:3]


def _paths(models: Models, depth: int) -> Iterator[Path]:
    for model in models:
        for name, field in fields_of(model).items():
            yield (name,)
            if depth > 1:
                yield from ((name, *rest) for rest in _paths(field.models, depth - 1))


def _included(tree: Mapping[str, Any], models: Models) -> Included:
    found: Included = {}
    for name, within in tree.items():
        field = field_at(name, models)
        if field is None or not within:
            found[name] = True
        else:
            inner = _included(within, field.models)
            found[name] = {"__all__": inner} if field.is_list else inner
    return found


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        yield from _models_in(annotation.model_fields["root"].annotation)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif not _is(annotation, dict):
        for part in get_args(annotation)[: 1 if get_origin(annotation) is Annotated else None]:
            yield from _models_in(part)


def _is(annotation: object, *containers: type) -> bool:
    """Say whether the annotation is of one of the containers, or may be."""
    origin = get_origin(annotation)
    if origin in {Annotated, Union, types.UnionType}:
        return any(_is(part, *containers) for part in get_args(annotation))
    return origin in containers
