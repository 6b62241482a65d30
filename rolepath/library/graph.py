"""Graph of a store in this process: one revision of it, and every question as a method."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from api.answers.stamps import stamp_at
from api.answers.store_views import SourceList, list_sources
from api.settings.settings import Settings, load_settings, store_for_reading
from graph.messages import Language
from graph.snapshot.files import load_snapshot
from graph.snapshot.institution_views import with_views
from graph.snapshot.past import snapshot_at
from graph.stamp import GraphStamp
from graph.stores import Store
from graph.stores.past_view import past_of
from queries.parameters.align import AlignQuery
from queries.parameters.allocation import AllocationQuery
from queries.parameters.benchmark import BenchmarkQuery
from queries.parameters.brief import BriefQuery
from queries.parameters.coverage import CoverageMatrixQuery, CoverageQuery
from queries.parameters.diff import ComparisonParameters
from queries.parameters.feedback import FeedbackQuery
from queries.parameters.gaps import GapsQuery
from queries.parameters.integration import IntegrationQuery
from queries.parameters.match import MatchQuery
from queries.parameters.metrics import MetricsQuery
from queries.parameters.node import NodeQuery
from queries.parameters.plan import PlanQuery
from queries.parameters.rotation import RotationQuery
from queries.parameters.scope import InstitutionParameters, ScopeParameters
from queries.parameters.search import NodeListQuery, SearchQuery
from queries.parameters.signals import SignalsQuery
from queries.parameters.trace import TraceQuery
from queries.parameters.training import TrainingQuery, UnreachableQuery
from queries.parameters.what_if import WhatIfQuery
from rolepath.library import questions
from rolepath.library.answer_table import Answer
from rolepath.library.failures import client_errors
from rolepath.library.question import Question, read_query
from rolepath.library.questions import Asked

if TYPE_CHECKING:  # it takes long to load, and few ask for it
    import networkx as nx


class Graph:
    """A store as it stood at one revision; use it as a context manager, or close it.

    Questions are methods named as in the REST API, with its parameters by name; each returns an Answer, and asks
    nothing before the answer is looked at. Tables hold every row, unless `limit` says how many.
    """

    def __init__(self, store: str | None = None, *, lang: Language = "en") -> None:
        """Open the store of that URL, for reading; None is the one of ROLEPATH_STORE, or of the user's data folder.

        `lang` is the language of names: `zh` for Chinese where there is a Chinese name.

        Raises:
            InputError: the URL names no kind of store.
            StoreUnavailableError: the store is not there, or cannot be read.
        """
        with client_errors():
            self._settings: Settings = load_settings(os.environ, store)
            self._store: Store = store_for_reading(self._settings)
            self._present = with_views(load_snapshot(self._store, self._settings.cache_path), self._store)
        self._lang: Language = lang
        self._snapshot = self._present.in_language(lang)
        self._stamp: GraphStamp | None = None

    def close(self) -> None:
        """Let go of the store; graphs that `at` returned are of it too."""
        self._store.close()

    def __enter__(self) -> "Graph":
        """Return the graph."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    def __len__(self) -> int:
        """Return how many nodes there are."""
        return len(self._snapshot)

    def __repr__(self) -> str:
        """Return which store it is, without a password, and at which revision."""
        return f"Graph({self._store.url!r}, revision={self.revision}, nodes={len(self)})"

    trace = Question(questions.trace, TraceQuery)
    gaps = Question(questions.gaps, GapsQuery, questions.gap_table)
    coverage = Question(questions.coverage, CoverageQuery)
    coverage_matrix = Question(questions.coverage_matrix, CoverageMatrixQuery)
    training = Question(questions.training, TrainingQuery)
    unreachable = Question(questions.unreachable, UnreachableQuery)
    plan = Question(questions.plan, PlanQuery)
    plans = Question(questions.plans, PlanQuery)
    rotation = Question(questions.rotation, RotationQuery)
    match = Question(questions.match, MatchQuery)
    integration = Question(questions.integration, IntegrationQuery)
    allocation = Question(questions.allocation, AllocationQuery)
    feedback = Question(questions.feedback, FeedbackQuery)
    benchmark = Question(questions.benchmark, BenchmarkQuery)
    leadership = Question(questions.leadership, InstitutionParameters)
    brief = Question(questions.brief, BriefQuery)
    signals = Question(questions.signals, SignalsQuery)
    what_if = Question(questions.what_if, WhatIfQuery)
    diff = Question(questions.diff, ComparisonParameters)
    metrics = Question(questions.metrics, MetricsQuery)
    align = Question(questions.align, AlignQuery)
    search = Question(questions.search, SearchQuery)
    nodes = Question(questions.nodes, NodeListQuery, questions.node_table)
    node = Question(questions.node, NodeQuery)

    @property
    def revision(self) -> int:
        """The number of the revision that is asked."""
        return self._snapshot.revision.number

    @property
    def content(self) -> str | None:
        """The hash of what is stated, the same on every store; None where the revision is recorded without one."""
        return self._snapshot.content

    @property
    def sources(self) -> Answer[SourceList]:
        """What states the graph: each source with its version, as it stood at the revision that is asked."""

        def ask() -> SourceList:
            return list_sources(past_of(self._store, self.revision))

        return Answer(ask, ask, self.about("sources", {}))

    @property
    def asked(self) -> Asked:
        """What questions are answered from: the snapshot's arrays (graph.snapshot), which must not be changed."""
        return Asked(self._snapshot, self._store, self._present, self._settings)

    def at(self, revision: int) -> "Graph":
        """Return the graph as it was at an earlier revision.

        Raises:
            NotFoundError: there was no such revision.
        """
        with client_errors():
            then, _ = snapshot_at(self._store, revision, self._present)
        past: Graph = object.__new__(Graph)
        past.__dict__.update(self.__dict__, _snapshot=then.in_language(self._lang), _stamp=None)
        return past

    def networkx(self, **scope: object) -> "nx.MultiDiGraph[str]":
        """Return the graph of a scope for NetworkX: nodes by id, edges keyed by their relation; classes are one node.

        The scope takes institution, discipline, course, role, employer, host, term, min_weight and roles, as `gaps`
        does. Attributes are texts and numbers, which the writers of GraphML and GEXF accept; names that are several are
        joined by "; ".

        Raises:
            NotFoundError: the scope names something that is not there.
            InputError: it has no such parameter.
        """
        from queries.metrics_networkx import as_networkx  # noqa: PLC0415 - NetworkX takes long to load

        with client_errors():
            graph = as_networkx(self._snapshot, read_query(ScopeParameters, scope).scope())
        for _, values in graph.nodes(data=True):
            _flatten(values)
        for _, _, values in graph.edges(data=True):
            _flatten(values)
        return graph

    def about(self, question: str, parameters: Mapping[str, object]) -> Mapping[str, object]:
        """Return what an answer says of itself: of which graph it is, and what was asked."""
        stamp = self._stamp = self._stamp or stamp_at(self._store, self._snapshot)
        return {
            "version": stamp.version,
            "revision": self.revision,
            "content": self.content,
            "date": stamp.date or None,
            "question": question,
            "parameters": dict(parameters),
        }


def _flatten(values: dict[str, object]) -> None:
    """Make every attribute one that the writers of graph files accept."""
    for name, value in values.items():
        if isinstance(value, list | tuple):
            values[name] = "; ".join(map(str, value))
        elif not isinstance(value, str | int | float):
            values[name] = str(value)
