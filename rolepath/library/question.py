"""Question as a method: its parameters by name, bounded and described as on the command line."""

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature, signature
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from api.answers.answer_columns import Columns
from api.http.near_names import near_names
from api.http.validation_words import words_of_fault
from graph.errors import InputError, Problem
from graph.messages import message
from queries.parameters.page import with_every_row
from rolepath.library.answer_table import Answer
from rolepath.library.failures import client_errors
from rolepath.library.questions import Asked

P = ParamSpec("P")
Q = TypeVar("Q", bound=BaseModel)
M = TypeVar("M", bound=BaseModel)

_NEAR = 60
"""How alike a parameter's name must be that may be meant, from 0 to 100."""


class AskedGraph(Protocol):
    """What has questions as methods."""

    @property
    def asked(self) -> Asked:
        """What is asked."""
        ...

    def about(self, question: str, parameters: Mapping[str, object]) -> Mapping[str, object]:
        """Return what an answer says of itself."""
        ...


class Question(Generic[Q, M]):
    """A question as a method of a graph, which returns an Answer and asks nothing before that is looked at.

    The signature of the method names every parameter, so that `help()` and completion in a notebook tell them.
    """

    def __init__(
        self,
        ask: Callable[Concatenate[Asked, Q, P], M],
        query: type[Q],
        table: Callable[Concatenate[Asked, Q, P], Columns] | None = None,
    ) -> None:
        """Take what answers, the model of its query, and what makes its table where that is not the model."""
        self._ask, self._query, self._table = ask, query, table
        self.__doc__ = f"{ask.__doc__}\n\n{_described(query)}"

    def __get__(self, graph: AskedGraph | None, owner: type[object]) -> Callable[..., Answer[M]]:
        """Return the method."""
        if graph is None:  # as help() looks at it
            return self  # type: ignore[return-value]
        own = list(signature(self._ask).parameters.values())[2:]

        def ask(*args: Any, **asked: object) -> Answer[M]:  # noqa: ANN401 - as the signature says
            named: dict[str, Any] = {one.name: asked.pop(one.name) for one in own if one.name in asked}
            with client_errors():
                signature(self._ask).bind(None, None, *args, **named)
                query = read_query(self._query, asked)
            return self._answer(graph, query, args, named)

        ask.__name__, ask.__doc__ = self._ask.__name__, self.__doc__
        ask.__signature__ = Signature([*own, *_parameters(self._query)])  # type: ignore[attr-defined]
        return ask

    def _answer(self, graph: AskedGraph, query: Q, args: Sequence[Any], named: Mapping[str, Any]) -> Answer[M]:
        of, ask, table, every = graph.asked, self._ask, self._table, with_every_row(query)
        told = graph.about(ask.__name__, {**_named(ask, args), **named, **query.model_dump(exclude_unset=True)})
        tabled = None if table is None else lambda: table(of, every, *args, **named)
        return Answer(lambda: ask(of, query, *args, **named), lambda: ask(of, every, *args, **named), told, tabled)


def read_query(model: type[Q], asked: Mapping[str, object]) -> Q:
    """Return the query; what is None is not asked for.

    Raises:
        InputError: there is no such parameter, or its value cannot be one.
    """
    for name in asked:
        if name not in model.model_fields:
            near = near_names(name, model.model_fields, 3, _NEAR) or list(model.model_fields)
            raise InputError(Problem(message("library.no_parameter", name=name, near=near), name))
    try:
        return model.model_validate({name: value for name, value in asked.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        told = words_of_fault(first) or message("library.wrong_value", reason=first["msg"])
        raise InputError(Problem(told, name)) from None


def _named(ask: Callable[..., object], args: Sequence[object]) -> dict[str, object]:
    return dict(zip([*signature(ask).parameters][2:], args, strict=False))


def _parameters(model: type[BaseModel]) -> list[Parameter]:
    nothing = Parameter.empty
    return [
        Parameter(name, Parameter.KEYWORD_ONLY, default=nothing if one.is_required() else one.default)
        for name, one in model.model_fields.items()
    ]


def _described(model: type[BaseModel]) -> str:
    """Return a line for each parameter."""
    return "\n".join(f"{name}: {field.description}" for name, field in model.model_fields.items())
