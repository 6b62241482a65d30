"""The parameters of a benchmark: what a programme is held against, and which of the differences are listed."""

from typing import Literal, get_args

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.parameters.page import PageParameters
from queries.parameters.scope import InstitutionParameters
from queries.semantics.scope import Scope

BenchmarkKind = Literal["Course", "Competency", "TrainingTask", "Certificate"]
"""What two programmes are compared by."""
BenchmarkDifference = Literal["lacking", "extra", "shared"]
"""The other has it and the programme does not; the programme has it and the other does not; both have it."""

BENCHMARK_KINDS: tuple[BenchmarkKind, ...] = get_args(BenchmarkKind)
BENCHMARK_DIFFERENCES: tuple[BenchmarkDifference, ...] = get_args(BenchmarkDifference)


class BenchmarkFilter(Frozen):
    """Which rows of a benchmark are listed: those of a kind, or of a difference; none lets all pass."""

    kind: BenchmarkKind | None = Field(None, description=describe("benchmark_kind"))
    difference: BenchmarkDifference | None = Field(None, description=describe("benchmark_difference"))


class BenchmarkQuery(InstitutionParameters, PageParameters, BenchmarkFilter):
    """What the programme is held against, and what of it is listed."""

    against: Id | None = Field(None, description=describe("benchmark_against"))
    infer_aims: bool = Field(False, description=describe("infer_aims"))

    def scope(self) -> Scope:
        """Return the scope that was asked for; what the programme is comes besides."""
        return Scope(institution=self.institution, infer_aims=self.infer_aims)

    def filter(self) -> BenchmarkFilter:
        """Return which rows are listed."""
        return BenchmarkFilter(kind=self.kind, difference=self.difference)
