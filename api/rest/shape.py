"""Sparse fieldsets and representations: all of an answer or the fields that are named, as JSON or as a table.

What every question can be asked is looked at here, before the question itself.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from api.answers.fields import Included, Models, Path, UnknownFieldError, included, models_of, read_paths
from api.answers.parameters import MOST_FIELDS_LENGTH, REVISION, WAIT_S
from api.answers.table_columns import columns_for, table_model, write_table
from api.answers.tables import Column
from api.errors import problem
from api.http.accept import media_type_for
from api.http.problems import BEHIND, NOT_ACCEPTABLE, RETRY_AFTER_S, Fault, parameter_problem, problem_response
from api.service.gate import Handler
from api.service.gated_route import GatedRoute
from api.service.service import service_of
from graph.messages import Message, message

JSON, CSV = "application/json", "text/csv"
MOST_AHEAD = 1000
"""A revision further ahead than this is not waited for: no import that anybody knows of can have made it."""

_SHAPE = "rolepath.shape"


class Shape(NamedTuple):
    """What of a result is written: JSON with what is included (None is all), or the columns of a table."""

    include: Included | None = None
    rows: Path = ()
    columns: list[Column] | None = None

    def written(self, result: BaseModel) -> tuple[bytes, str]:
        """Return the bytes of the answer, and their media type."""
        if self.columns is not None:
            return write_table(result, self.rows, self.columns), CSV
        return result.model_dump_json(include=self.include).encode(), JSON


WHOLE = Shape()


def shape_of(request: Request) -> Shape:
    """Return the shape that was asked for."""
    shape: Shape = request.scope.get(_SHAPE, WHOLE)
    return shape


class QuestionRoute(GatedRoute):
    """A route whose answer comes in the shape, and of the revision or from it on, that is asked for."""

    def may_be_pinned(self) -> bool:
        """Say whether its questions may name the revision that they are asked of."""
        return "revision" in _parameters(self)

    def get_route_handler(self) -> Handler:
        """Return the handler, which refuses a shape that there is not before anything is worked out."""
        handle, form = super().get_route_handler(), _AnswerForms(self.response_model, _parameters(self))

        async def handle_shaped(request: Request) -> Response:
            try:
                request.scope[_SHAPE] = form.asked(request)
            except UnknownFieldError as error:
                return _unknown_fields(error)
            except LookupError:
                return problem_response(problem(NOT_ACCEPTABLE, _types(form.offered)))
            return await _refused_as_behind(request, form.parameters) or await handle(request)

        return handle_shaped


class _AnswerForms:
    """The forms that one question's answer comes in."""

    def __init__(self, model: object, parameters: Mapping[str, object]) -> None:
        self.parameters = parameters
        self._models: Models = models_of(model)
        self._table = table_model(model)
        self.offered = [JSON] if self._table is None else [JSON, CSV]

    def asked(self, request: Request) -> Shape:
        """Return the shape that is asked for. What is no value at all of a parameter is left for the route to refuse.

        Raises:
            UnknownFieldError: fields are named that the answer does not have.
            LookupError: the answer does not come in the form that is asked for.
        """
        if not self._models:  # a file, which comes as it is
            return WHOLE
        query = request.query_params
        named = query.get("fields", "") if "fields" in self.parameters else ""
        wanted = {"json": JSON, "csv": CSV}.get(query.get("format", ""))
        if wanted is None or "format" not in self.parameters:
            wanted = media_type_for(", ".join(request.headers.getlist("accept")), self.offered)
        if wanted is None:
            raise LookupError
        if wanted == JSON and not named:
            return WHOLE
        return self._shape(wanted, named if len(named) <= MOST_FIELDS_LENGTH else "")

    def _shape(self, wanted: str, named: str) -> Shape:
        if wanted == JSON or self._table is None:
            return Shape(included(read_paths(named, self._models), self._models) if named else None)
        paths = read_paths(named, models_of(self._table)) if named else ()
        rows, columns = columns_for(self._table, paths)
        if not columns:
            raise UnknownFieldError([message("parameter.no_column", rows=".".join(rows))], [])
        return Shape(None, rows, columns)


def _types(offered: Sequence[str]) -> Message:
    """Return the message of which media types there are."""
    first, last = offered[0], offered[-1]
    if first == last:
        return message("http.not_acceptable", types=first)
    return message("http.not_acceptable_either", types=first, last=last)


async def _refused_as_behind(request: Request, parameters: Mapping[str, object]) -> Response | None:
    """Wait for the revision that is asked for; return the problem where it does not come, None where it is there."""
    asked = request.query_params.get("min_revision") if "min_revision" in parameters else None
    if asked is None:
        return None
    try:
        least = REVISION.validate_python(asked)
    except ValidationError:
        return None  # the route tells what is wrong with it
    service = service_of(request)
    patience_s = WAIT_S if least - (service.revision() or 0) <= MOST_AHEAD else 0.0
    if await service.reaches(least, patience_s):
        return None
    current = service.revision() or 0
    told = message("http.behind", asked=least, revision=current, seconds=patience_s)
    again = {"Retry-After": str(RETRY_AFTER_S)}
    return problem_response(problem(BEHIND, told, revision=current, min_revision=least), again)


def _unknown_fields(error: UnknownFieldError) -> Response:
    return parameter_problem([Fault("query.fields", reason) for reason in error.reasons], near=error.near)


def _parameters(route: APIRoute) -> Mapping[str, object]:
    """Return the parameters of the route's query by name: those of a model, which stand for themselves."""
    parameters: dict[str, object] = {}
    for parameter in route.dependant.query_params:
        for model in models_of(parameter.field_info.annotation) or ():
            parameters |= model.model_fields
    return parameters
