"""The library answers as the queries and the REST API do, in tables with every row, at the revision that was opened."""

import io
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

import rolepath
from graph.stores import Store, open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from queries.gaps import find_gaps
from queries.parameters.gaps import GapFilter
from queries.semantics.scope import Scope
from rolepath.library import Graph
from rolepath.library.question import Question
from tests.support.college import COMPETENCY, DISCIPLINE, ROLE
from tests.support.factory import says
from tests.support.paths import EXAMPLE

ENTERPRISE, COHORT = "poly:e.qihang", "poly:co.nev-2023"
ARGUMENTS = {
    "trace": (COMPETENCY,),
    "coverage": (ROLE,),
    "training": (ROLE,),
    "unreachable": (ROLE,),
    "plan": (ROLE,),
    "plans": ([ROLE],),
    "rotation": (COHORT,),
    "benchmark": (DISCIPLINE,),
    "leadership": (ENTERPRISE,),
    "brief": (ENTERPRISE,),
    "node": (COMPETENCY,),
    "nodes": ("Course",),
    "diff": (0,),
}
PARAMETERS: dict[str, dict[str, object]] = {
    "match": {"have": [COMPETENCY]},
    "align": {"a": "poly", "b": "qihang"},
    "benchmark": {"against": "poly:d.iot"},
    "search": {"q": "plc"},
}
NO_TABLES = {"trace", "brief", "node"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('library') / 'graph.db'}"


@pytest.fixture(scope="module")
def store(url: str) -> Iterator[Store]:
    found = open_store(url)
    ingest(lambda: native.read(EXAMPLE), found)
    yield found
    found.close()


@pytest.fixture
def graph(url: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    monkeypatch.setenv("ROLEPATH_CACHE", str(tmp_path / "cache"))
    with rolepath.open(url) as found:
        yield found


def test_every_question_is_answered(graph: Graph) -> None:
    """Each method gives a model of this revision, and a table with rows where the answer is a list."""
    wrong = {}
    for name in (name for name, one in vars(Graph).items() if isinstance(one, Question)):
        answer = getattr(graph, name)(*ARGUMENTS.get(name, ()), **PARAMETERS.get(name, {}))
        revision = getattr(answer.model, "revision", graph.revision)
        if revision != graph.revision or answer.about["question"] != name:
            wrong[name] = str(answer)
        if name in NO_TABLES:
            with pytest.raises(rolepath.InputError):
                answer.columns  # noqa: B018 - it is made when it is looked at
        elif len({len(column) for column in answer.columns.values()}) != 1:
            wrong[name] = f"{answer}: {answer.columns}"
    assert wrong == {}


@pytest.mark.parametrize("order", ["broken", "severity", "demand", "name"])
@pytest.mark.parametrize("scope", [{}, {"discipline": "poly:d.robotics"}, {"focus": "all", "min_weight": 0.5}])
def test_table_of_gaps_is_the_list_of_gaps(graph: Graph, scope: dict[str, object], order: str) -> None:
    """The columns that are made from arrays hold every gap of the list, in its order, with its values."""
    answer = graph.gaps(sort=order, severity=1, **scope)
    snapshot = graph.asked.snapshot
    listed = find_gaps(snapshot, Scope.model_validate(scope), GapFilter(severity=1), order=order, limit=1000).items  # type: ignore[arg-type]
    assert list(answer) == [
        {
            "competency.id": gap.competency.id,
            "competency.name": gap.competency.name,
            "competency.kind": gap.competency.kind,
            "status": gap.status,
            "link": gap.link,
            "flaws.flaw": [one.flaw for one in gap.flaws],
            "severity": gap.severity,
            "demand": gap.demand,
        }
        for gap in listed
    ]
    assert len(graph.gaps(limit=3)) == 3


def test_graph_stays_at_its_revision(graph: Graph, url: str, store: Store) -> None:
    """Imports change nothing of what was opened; an earlier revision is asked as it was."""
    before = dict(graph.gaps(focus="all").columns)
    content = graph.content
    store.apply(says("k9 DEVELOPS c9", "r9 REQUIRES c9", by="other"))
    assert graph.gaps(focus="all").columns == before
    with rolepath.open(url) as later:
        assert "c9" in later.gaps(focus="all").columns["competency.id"]
        past = later.at(graph.revision)
        assert (past.gaps(focus="all").columns, past.content) == (before, content)
        assert later.content != content
        with pytest.raises(rolepath.NotFoundError, match="99"):
            later.at(99)
    store.apply(says(by="other"))


def test_networkx_graph_can_be_written(graph: Graph) -> None:
    """GraphML and GEXF take every attribute."""
    found = graph.networkx(discipline="poly:d.robotics")
    assert 0 < len(found) < len(graph)
    for write in (nx.write_graphml, nx.write_gexf):
        file = io.BytesIO()
        write(found, file)
        assert b"poly:d.robotics" in file.getvalue()


def test_errors_are_those_of_the_client(graph: Graph, tmp_path: Path) -> None:
    """What cannot be asked is said at once, in the client's errors, with what may be meant."""
    with pytest.raises(rolepath.InputError, match=r"disciplin: .*discipline"):
        graph.gaps(disciplin="poly:d.robotics")
    with pytest.raises(rolepath.InputError, match="severity"):
        graph.gaps(severity=9)
    with pytest.raises(rolepath.NotFoundError) as raised:
        graph.gaps(discipline="poly:d.robotic").columns  # noqa: B018 - it is asked when it is looked at
    assert "poly:d.robotics" in raised.value.near
    with pytest.raises(rolepath.InputError, match="Nothing"):
        graph.nodes("Nothing").columns  # noqa: B018
    with pytest.raises(rolepath.StoreUnavailableError):
        rolepath.open(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(TypeError):
        graph.coverage()
