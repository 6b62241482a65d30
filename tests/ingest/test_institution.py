"""Institutions: what came with them in every format, and the institution that a source belongs to."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from graph.live import LiveGraph, live_graph
from graph.model import NodeId, Source
from graph.stores import Store, open_store
from graph.stores.sqlite.store import SqliteStore
from ingest.draft import Draft, Place
from ingest.formats.case import read as case
from ingest.formats.graph_exports.cypher import write_script
from ingest.formats.graph_exports.edge_list import write_tables
from ingest.formats.graph_exports.networks import write_gexf, write_graphml
from ingest.formats.jsonld import read as jsonld
from ingest.formats.jsonld.write import write_jsonld
from ingest.formats.native import read as native
from ingest.formats.native.records import read_statements
from ingest.formats.native.workbook import write_workbook
from ingest.formats.native.write import write_folder, write_json
from ingest.job import Leniency, ingest
from ingest.report import IngestReport
from ingest.undo import undo
from tests.support.bit_flips import old_store
from tests.support.factory import node, says, statements
from tests.support.institutions import COLLEGE

FIXTURES = Path(__file__).parents[1] / "fixtures"
WORKBOOK_HASH = "9c98df2f30656774bc9c3f727c4dd763d1b2c9fc018b1253ea5a9263876f3466"
"""The content hash that the former version had after importing its own workbook into an empty store."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with closing(open_store(f"sqlite:///{tmp_path / 'graph.db'}")) as opened:
        yield opened


@pytest.fixture
def college(tmp_path: Path) -> Iterator[Store]:
    """A store in which a source of an institution says all that came with institutions."""
    with closing(open_store(f"sqlite:///{tmp_path / 'college.db'}")) as opened:
        opened.apply(replace(COLLEGE, source=COLLEGE.source.model_copy(update={"version": "1"})))
        yield opened


def live(store: Store) -> LiveGraph:
    """Return the live graph of all sources."""
    with store.reading() as reading:
        return live_graph(reading)


def draft_of(*ids: str, by: str = "mine", **about: Any) -> Draft:  # noqa: ANN401 - whatever is known of a source
    """Return a draft that states nodes, of a source about which this is said."""
    draft = Draft(Source(name=by, **about))
    for row, one in enumerate(ids, 2):
        kind, values = node(one)
        draft.state_node(Place("nodes.csv", None, row), NodeId(one), kind, json.loads(values))
    draft.replaces = {"Institution", "Competency"}
    return draft


def applied(draft: Draft, store: Store, institution: str | None = None) -> IngestReport:
    """Return the report of a job of which the institution is said."""
    draft.institution = institution
    return ingest(lambda: draft, store)


def institution_of(store: Store, name: str = "mine") -> str:
    """Return the institution that the source belongs to."""
    with store.reading() as reading:
        return next(source.institution_id for source in reading.sources() if source.name == name)


def test_workbook_of_the_former_version_imports_unchanged(store: Store) -> None:
    """One that was filled in from the template of 0.1 states word by word what it stated then."""
    report = ingest(lambda: native.read(FIXTURES / "workbook_0_1.xlsx"), store)
    assert (report.refused, report.problems) == (False, [])
    assert store.check() == WORKBOOK_HASH
    assert ingest(lambda: native.read(FIXTURES / "workbook_0_1.xlsx"), store).revision == 1


def test_workbook_of_the_former_version_goes_into_a_store_of_it(tmp_path: Path) -> None:
    """The store is upgraded on the way."""
    with closing(SqliteStore(old_store(tmp_path / "old.db", 3))) as store:
        report = ingest(lambda: native.read(FIXTURES / "workbook_0_1.xlsx"), store)
        assert (report.refused, report.revision) == (False, 5)
        undo(store, "College")
        with closing(SqliteStore(old_store(tmp_path / "other.db", 3))) as other:
            assert store.check() == other.check()


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_native_export_comes_back(college: Store, store: Store, tmp_path: Path, form: str) -> None:
    """Kinds, relations, properties, and the institution of the source."""
    with college.reading() as reading:
        (source,) = reading.sources()
        stated = read_statements(reading, source)
    target = tmp_path / f"out.{form}" if form != "csv" else tmp_path / "out"
    {"csv": write_folder, "xlsx": write_workbook, "json": write_json}[form](stated, target)
    report = ingest(lambda: native.read(target), store)
    assert report.problems == []
    assert statements(store) == statements(college)
    assert store.check() == college.check()


def test_jsonld_export_comes_back(college: Store, store: Store, tmp_path: Path) -> None:
    """All but the kinds that its terms have no place for: instructors and cohorts."""
    with college.reading() as reading:
        (source,) = reading.sources()
        stated = read_statements(reading, source)
    write_jsonld([stated], {}, tmp_path / "all.jsonld")
    draft = jsonld.read(tmp_path / "all.jsonld")
    assert draft.source.institution_id == "u1"
    before = statements(college)
    for node_id, said in draft.nodes.items():
        assert said == before.nodes["outcomes", node_id], node_id
    assert {one for _, one in before.nodes} - draft.nodes.keys() == {"i9", "g9"}
    assert draft.links == {key: values for (_, key), values in before.links.items()}


def test_every_graph_export_says_whose_it_is(college: Store, tmp_path: Path) -> None:
    """Script, networks and tables: the institution at the source, and new kinds and properties at nodes."""
    graph = live(college)
    write_script(graph, tmp_path / "g.cypher")
    script = (tmp_path / "g.cypher").read_text(encoding="utf-8")
    assert "institution_id: 'u1'" in script
    assert "SET n:Institution" in script
    assert "MERGE (a)-[r:AIMS_AT]->(b)" in script
    for write, name in ((write_graphml, "g.graphml"), (write_gexf, "g.gexf")):
        write(graph, tmp_path / name)
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "institution: u1" in text
        assert "higher_vocational" in text
    write_tables(graph, tmp_path / "csv")
    assert ",u1," in (tmp_path / "csv" / "sources.csv").read_text(encoding="utf-8-sig")
    write_tables(graph, tmp_path / "parquet", "parquet")
    (row,) = pq.read_table(tmp_path / "parquet" / "sources.parquet").to_pylist()
    assert row["institution_id"] == "u1"
    nodes = pq.read_table(tmp_path / "parquet" / "nodes.parquet")
    edges = pq.read_table(tmp_path / "parquet" / "edges.parquet")
    assert (str(nodes.schema.field("level").type), str(edges.schema.field("level").type)) == ("string", "int64")
    assert {one["id"]: one["level"] for one in nodes.to_pylist() if one["level"]} == {"d1": "higher"}
    assert {one["level"] for one in edges.to_pylist()} == {None, 4}


def test_institution_of_a_source_is_kept_until_another_is_said(store: Store) -> None:
    """A later file that says nothing changes nothing; the empty text takes it away; each is told, and undone."""
    report = applied(draft_of("u1", "c1"), store, "u1")
    assert "mine belongs to the institution u1 from now on" in report.notes
    assert institution_of(store) == "u1"
    assert applied(draft_of("u1", "c1"), store).revision == 1
    assert institution_of(store) == "u1"
    report = applied(draft_of("u1", "c1"), store, "")
    assert "mine belongs to no institution any more" in report.notes
    assert (institution_of(store), report.revision) == ("", 2)
    undo(store, "mine")
    assert institution_of(store) == "u1"


def test_what_is_said_on_import_goes_before_the_file(store: Store) -> None:
    """The option, then the file, then what was known."""
    applied(draft_of("u1", "u2", by="both"), store)
    applied(draft_of("c1", institution_id="u1"), store)
    assert institution_of(store) == "u1"
    applied(draft_of("c1", institution_id="u1"), store, "u2")
    assert institution_of(store) == "u2"


@pytest.mark.parametrize(
    ("ids", "named", "reason"),
    [
        (("c1",), "u1", "there is no institution u1, neither here nor in the graph"),
        (("c1",), "c1", "c1 is a Competency: a source belongs to an Institution"),
        (("c1",), "e1", "e1 is a Enterprise: a source belongs to an Institution"),
        (("c1",), "u5", "there is no institution u5"),
    ],
)
def test_institution_that_is_none_is_refused(store: Store, ids: tuple[str, ...], named: str, reason: str) -> None:
    """It must be one, here or in the graph, and not one that the same import removes."""
    store.apply(says("e1", by="other"))
    store.apply(says("u5", "c1", by="mine", replaces=["Institution"]))
    report = applied(draft_of(*ids), store, named)
    assert report.refused
    (problem,) = [one for one in report.problems if one.column == "institution_id"]
    assert reason in problem.reason
    assert institution_of(store) == ""


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("source.csv", "name,version,institution_id\nMine,1,u7\n", ("source.csv", 2)),
        ("mine.json", '{"source": [{"name": "Mine", "version": "1", "institution_id": "u7"}]}', ("mine.json", 2)),
    ],
)
def test_institution_that_is_none_is_shown_in_its_file(
    store: Store, tmp_path: Path, name: str, text: str, place: tuple[str, int]
) -> None:
    """By its row; what is said on import stands in no file."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / name).write_text(text, encoding="utf-8")
    path = folder if name.endswith(".csv") else folder / name
    (problem,) = ingest(lambda: native.read(path), store).problems
    assert (problem.file, problem.row, problem.column, problem.value) == (*place, "institution_id", "u7")
    said = native.read(path)
    said.institution = "u8"
    (problem,) = ingest(lambda: said, store).problems
    assert (problem.file, problem.row, problem.value) == (None, None, "u8")


def test_institution_that_is_none_is_shown_in_its_document(store: Store, tmp_path: Path) -> None:
    """By the name of the document."""
    dataset = {"@type": "Dataset", "name": "A", "rolepath:institution_id": "u7"}
    course = {"@type": "Course", "@id": "https://x.org/c", "name": "C"}
    document = {"@context": "https://schema.org", "@graph": [dataset | {"@graph": [course]}]}
    (tmp_path / "c.jsonld").write_text(json.dumps(document), encoding="utf-8")
    (problem,) = ingest(lambda: jsonld.read(tmp_path / "c.jsonld"), store).problems
    assert (problem.file, problem.value) == ("c.jsonld", "u7")


def test_institution_may_come_later_where_that_is_allowed(store: Store) -> None:
    """As the end of a link may; what is there and is none may not."""
    store.apply(says("e1", by="other"))
    for named, refused in (("u1", False), ("e1", True)):
        draft = draft_of("c1")
        draft.institution = named
        report = ingest(lambda draft=draft: draft, store, leniency=Leniency(allow_dangling=True))  # type: ignore[misc]
        assert report.refused is refused
    assert institution_of(store) == "u1"


@pytest.mark.parametrize("named", ["a b", "", "x" * 300, 7, None])
def test_institution_that_a_dataset_cannot_name_is_none(tmp_path: Path, named: object) -> None:
    """Whatever stands there, nothing breaks."""
    dataset = {"@type": "Dataset", "name": "A", "rolepath:institution_id": named}
    course = {"@type": "Course", "@id": "https://x.org/c", "name": "C"}
    document = {"@context": "https://schema.org", "@graph": [dataset | {"@graph": [course]}]}
    (tmp_path / "c.jsonld").write_text(json.dumps(document), encoding="utf-8")
    assert jsonld.read(tmp_path / "c.jsonld").source.institution_id == ""


def test_instructors_are_of_institutions_too(store: Store) -> None:
    """But of nothing else."""
    draft = draft_of("u1", "c1")
    for row, (one, employer) in enumerate((("i1", "u1"), ("i2", "c1")), 9):
        values = {"name": one, "kind": "teacher", "employer_id": employer}
        draft.state_node(Place("instructors.csv", None, row), NodeId(one), "Instructor", values)
    (problem,) = applied(draft, store).problems
    assert problem.reason == "c1 is a Competency; the id of a Enterprise or Institution is expected"


GUID = "00000000-0000-4000-8000-00000000000{}"


@pytest.mark.parametrize(
    ("document", "item", "is_chinese"),
    [
        ("zh-CN", None, True),
        (None, "zh", True),
        ("zh", "ja", False),
        ("ja", None, False),
        (None, None, True),
        (7, 7, True),
    ],
)
def test_case_in_chinese_names_in_chinese(tmp_path: Path, document: object, item: object, is_chinese: bool) -> None:
    """What a package or its item calls Chinese is the Chinese name and description as well."""
    written = {"identifier": GUID.format(1), "fullStatement": "焊接", "notes": "能焊接", "language": item}
    package = {
        "CFDocument": {"identifier": GUID.format(0), "title": "T", "uri": "https://x.org", "language": document},
        "CFItems": [written],
        "CFAssociations": [],
    }
    (tmp_path / "p.json").write_text(json.dumps(package), encoding="utf-8")
    ((_, values),) = case.read(tmp_path / "p.json").nodes.values()
    stated = json.loads(values)
    chinese = {"name_zh": "焊接", "description_zh": "能焊接"} if is_chinese else {}
    assert {name: text for name, text in stated.items() if name.endswith("_zh")} == chinese
    assert (stated["name"], stated["description"]) == ("焊接", "能焊接")


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"@value": "说明", "@language": "zh-CN"}, {"description": "说明", "description_zh": "说明"}),
        (["About", {"@value": "说明", "@language": "zh"}], {"description": "About", "description_zh": "说明"}),
        ("About", {"description": "About"}),
    ],
)
def test_jsonld_descriptions_by_language(tmp_path: Path, stated: object, expected: dict[str, str]) -> None:
    """A description in Chinese alone stands in both, as a name does."""
    name = {"@value": "焊接", "@language": "zh"}
    document = {"@context": "https://schema.org", "@type": "Course", "@id": "https://x.org/c", "name": name}
    (tmp_path / "c.jsonld").write_text(json.dumps(document | {"description": stated}), encoding="utf-8")
    ((_, values),) = jsonld.read(tmp_path / "c.jsonld").nodes.values()
    assert json.loads(values) == {"name": "焊接", "name_zh": "焊接", **expected}
