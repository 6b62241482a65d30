"""Inputs of tools from the parameters of a question: an assistant is offered some of them, with the same words."""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any, NamedTuple

from annotated_types import Le
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from api.answers.parameters import FreshnessParameters
from api.mcp.plain_text import plain
from rolepath.errors import InputError

MOST_LISTED = 50
"""The longest list that an assistant is given: it reads the whole answer, and what it reads is costly."""

Tool = Callable[..., Awaitable[Any]]


class Short(NamedTuple):
    """How an input differs from the parameter: its default and its most, which are smaller, or its name."""

    default: Any = inspect.Parameter.empty
    most: float | None = None
    name: str = ""


def takes(model: type[BaseModel], *names: str, **short: Short) -> Callable[[Tool], Tool]:
    """Return a decorator that gives a method these parameters of a question as its own; it gets them as `asked`."""

    def decorate(method: Tool) -> Tool:
        signature = inspect.signature(method, eval_str=True)
        called = {name: short.get(name, Short()).name or name for name in names}

        @wraps(method)
        async def run(self: object, **inputs: Any) -> Any:  # noqa: ANN401 - inputs and answers of any type
            asked = {name: inputs.pop(called[name]) for name in names if called[name] in inputs}
            asked |= {"revision": inputs.pop("revision", None)}
            try:
                return await method(self, asked=asked, **inputs)
            except InputError as error:  # the client refuses to ask it
                raise ToolError(plain(str(error))) from error

        own = [parameter for parameter in signature.parameters.values() if parameter.name != "asked"]
        more = [_input(model, name, called[name], short.get(name, Short())) for name in names]
        more.append(_input(FreshnessParameters, "revision", "revision", Short()))
        run.__signature__ = signature.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
        return run

    return decorate


def _input(model: type[BaseModel], name: str, called: str, short: Short) -> inspect.Parameter:
    field = model.model_fields[name]
    bounds = [Le(short.most) if short.most is not None and isinstance(one, Le) else one for one in field.metadata]
    told = Field(description=field.description, json_schema_extra=field.json_schema_extra)
    default = inspect.Parameter.empty if field.is_required() else field.default
    return inspect.Parameter(
        called,
        inspect.Parameter.KEYWORD_ONLY,
        default=default if short.default is inspect.Parameter.empty else short.default,
        annotation=Annotated[(field.annotation, *bounds, told)],
    )
