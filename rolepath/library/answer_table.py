"""Answers of the library: a model as REST has it, and a table that becomes a data frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel

from api.answers.answer_columns import Columns, answer_columns
from graph.messages import text
from rolepath.errors import InputError
from rolepath.library.failures import client_errors

if TYPE_CHECKING:  # optional packages: each is loaded by who asks for its kind of table
    import pandas as pd
    import polars as pl
    import pyarrow as pa

M = TypeVar("M", bound=BaseModel)


class Answer(Generic[M]):
    """The answer to a question: `model` as the REST API gives it; `columns`, and data frames of them.

    Nothing is worked out before it is asked for. `about` tells what it is of: the revision, the content hash, the
    version, the question and its parameters; data frames carry it (`DataFrame.attrs`, the metadata of an Arrow schema).
    """

    def __init__(
        self,
        ask: Callable[[], M],
        ask_all: Callable[[], M],
        about: Mapping[str, object],
        columns: Callable[[], Columns] | None = None,
    ) -> None:
        """Take what asks, what asks for every row, and what makes the columns where the model need not be made."""
        self._ask, self._ask_all, self._columns = ask, ask_all, columns
        self.about = dict(about)

    @cached_property
    def model(self) -> M:
        """The answer as a model; of a list, the first `limit` items (20 where none is named).

        Raises:
            RolepathError: as the question says.
        """
        with client_errors():
            return self._ask()

    @cached_property
    def columns(self) -> Columns:
        """The answer as a table: a column for each field, named as in the CSV of the same question.

        Raises:
            InputError: the answer is no table.
        """
        with client_errors():
            return _columns_of(self._ask_all()) if self._columns is None else self._columns()

    def __len__(self) -> int:
        """Return how many rows the table has."""
        return len(next(iter(self.columns.values()), ()))

    def __iter__(self) -> Iterator[dict[str, object]]:
        """Yield each row by the names of the columns."""
        for row in zip(*self.columns.values(), strict=True):
            yield dict(zip(self.columns, row, strict=True))

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a pandas data frame.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        frame: pd.DataFrame = _needed("pandas").DataFrame(dict(self.columns))
        frame.attrs["rolepath"] = self.about
        return frame

    def to_polars(self) -> pl.DataFrame:
        """Return the table as a polars data frame.

        Raises:
            ModuleNotFoundError: polars is not installed.
        """
        frame: pl.DataFrame = _needed("polars").DataFrame(dict(self.columns), strict=False)
        return frame

    def to_arrow(self) -> pa.Table:
        """Return the table as an Arrow table, whose schema's metadata tell what it is of.

        Raises:
            ModuleNotFoundError: pyarrow is not installed.
        """
        table: pa.Table = _needed("pyarrow").table(dict(self.columns))
        return table.replace_schema_metadata({f"rolepath.{name}": str(value) for name, value in self.about.items()})

    def __repr__(self) -> str:
        """Return what was asked, of which revision."""
        asked = ", ".join(f"{name}={value!r}" for name, value in dict(self.about["parameters"]).items())  # type: ignore[call-overload]
        return f"Answer({self.about['question']}({asked}), revision={self.about['revision']})"


def _columns_of(model: BaseModel) -> Columns:
    columns = answer_columns(model)
    if columns is None:
        raise InputError(text("library.no_table", name=type(model).__name__))
    return columns


def _needed(name: str) -> Any:  # noqa: ANN401 - the module, which need not be installed
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ModuleNotFoundError(text("library.needs", package=name), name=name) from None
