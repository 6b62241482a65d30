"""The live graph written for other tools: what comes back is what stands, whatever the names are."""

import csv
import json
import re
import tracemalloc
from pathlib import Path
from typing import Any

import neo4j
import networkx as nx
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.errors import InputError
from graph.live import LiveGraph, LiveLink, LiveNode, live_graph
from graph.model import LINK_VALUES, LinkKey, LinkValues, NodeId, NodeValues, Source, Value, canonical
from graph.stores import open_store
from ingest.formats.graph_exports import cypher as cypher_script
from ingest.formats.graph_exports.cypher import literal, statements, write_script
from ingest.formats.graph_exports.edge_list import write_tables
from ingest.formats.graph_exports.networks import write_gexf, write_graphml
from ingest.formats.native.rows import unescape
from tests.support.commanding import Commands
from tests.support.factory import EVERY, live_links, node, says, snapshot_of
from tests.support.stores import empty_neo4j

HOSTILE = (
    'it\'s "quoted" `ticks`',
    "back\\slash \\u0027}) DETACH DELETE (n) //",
    "C:\\users\\",
    "two\nlines\tand a tab",
    "</script><!-- ]]> &amp; <data>",
    "emoji 🤖 and 机器人, RTL \u202eabc\u202c ש",
    "=1+1",
    "'=quoted already",
    "; MATCH (n) DETACH DELETE n;",
    "a|b",
    "\u2028line separator\x85next",
)
HOSTILE_IDS = ("c'1", "c`;{}2", "c能力3", "c🤖4", "c$5|x", "c=6", "-7", "'8")


def hostile() -> tuple[ChangeSet, ChangeSet]:
    """Return what two sources say in names that would break out of anything badly quoted."""
    nodes: dict[NodeId, NodeValues] = {}
    links: dict[LinkKey, LinkValues] = {}
    for number, text in enumerate(HOSTILE):
        values: dict[str, Value] = {"name": text, "description": text, "aliases": [text, "same"], "kind": "skill"}
        nodes[NodeId(f"c{number}")] = ("Competency", canonical(values))
        links[NodeId("k1"), "DEVELOPS", NodeId(f"c{number}")] = (0.5, 3, None, None, text)
    for one in HOSTILE_IDS:
        nodes[NodeId(one)] = ("Competency", canonical({"name": one, "kind": "skill"}))
        links[NodeId("k1"), "DEVELOPS", NodeId(one)] = (None, None, None, None, None)
    nodes[NodeId("k1")] = ("KnowledgeUnit", canonical({"name": "unit", "hours": 2}))
    nodes[NodeId("k2")] = ("KnowledgeUnit", canonical({"name": "单元", "hours": 2.5}))
    for relation in ("BROADER", "CLOSE_TO"):
        links[NodeId("c1"), relation, NodeId("c2")] = (None, None, None, None, None)
    links[NodeId("k2"), "DEVELOPS", NodeId("gone")] = (None, None, None, None, None)
    source = Source(name="it's \\u000a; 'mine'", version="1", licence="CC BY 4.0\nor so", url="https://example.org")
    first = ChangeSet(source, nodes, links, EVERY)
    return first, says("k1 DEVELOPS c0 0.9", "k9", by="other", rank=1)


def live(*said: ChangeSet, folder: Path, source: str | None = None) -> LiveGraph:
    """Return the live graph of a store in the folder to which these were applied."""
    store = open_store(f"sqlite:///{folder / 'graph.db'}")
    for changes in said:
        store.apply(changes)
    with store.reading() as reading:
        found = live_graph(reading, source)
    store.close()
    return found


@pytest.fixture
def graph(tmp_path: Path) -> LiveGraph:
    return live(*hostile(), folder=tmp_path)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


# The live graph


def test_the_live_graph_is_the_snapshots(graph: LiveGraph) -> None:
    """Nodes, links and weights are those that queries see; what dangles is left out."""
    snapshot = snapshot_of(*hostile())
    assert [one.id for one in graph.nodes] == list(snapshot.ids)
    weights = {link[:3]: 1.0 if link.values[0] is None else link.values[0] for link in graph.links}
    assert weights == live_links(snapshot)


def test_values_come_from_the_first_speaker(graph: LiveGraph) -> None:
    """And each node and link names who states it, in that order."""
    c0 = next(one for one in graph.nodes if one.id == "c0")
    assert (c0.values["name"], c0.values["description"]) == ("name of c0", HOSTILE[0])
    assert c0.sources == ["other", "it's \\u000a; 'mine'"]
    assert next(link.values[:2] for link in graph.links if link.to_id == "c0") == (0.9, 3)
    assert [source.name for source in graph.sources] == c0.sources


def test_one_source_alone_keeps_the_ends_of_its_links(tmp_path: Path) -> None:
    """What others state is left out, unless a link needs it."""
    mine = says("k1 DEVELOPS c1", by="mine", nodes={"k1": {}}, ends=False)
    found = live(says("c1", "c2", by="other"), mine, folder=tmp_path, source="mine")
    assert [one.id for one in found.nodes] == ["c1", "k1"]
    assert [link[:3] for link in found.links] == [("k1", "DEVELOPS", "c1")]
    assert [source.name for source in found.sources] == ["mine", "other"]


# GraphML and GEXF


Read = tuple[dict[str, dict[str, Any]], dict[tuple[str, str, str], dict[str, Any]]]
"""Nodes by id and edges by (from, to, relation), each with its attributes."""


def network(graph: LiveGraph) -> Read:
    """Return what a network has of the graph."""
    nodes: dict[str, dict[str, Any]] = {}
    for one in graph.nodes:
        values: dict[str, Any] = {
            name: "|".join(value) if isinstance(value, list) else value for name, value in one.values.items()
        }
        nodes[str(one.id)] = {**values, "label": one.values["name"], "type": one.kind, "sources": "|".join(one.sources)}
    edges: dict[tuple[str, str, str], dict[str, Any]] = {}
    for link in graph.links:
        stated = {name: value for name, value in zip(LINK_VALUES, link.values, strict=True) if value is not None}
        edges[str(link.from_id), str(link.to_id), link.relation] = {**stated, "sources": "|".join(link.sources)}
    return nodes, edges


def called(nodes: dict[str, dict[str, Any]], name: str) -> dict[str, dict[str, Any]]:
    """Return the nodes with what they are called under another name."""
    return {one: {name if key == "label" else key: v for key, v in values.items()} for one, values in nodes.items()}


def read_back(
    g: "nx.Graph[str]",
) -> Read:
    """Return what a network that was read holds, in the same form."""
    edges: dict[tuple[str, str, str], dict[str, Any]] = {}
    for start, end, data in g.edges(data=True):
        rest = {name: value for name, value in data.items() if name not in {"relation", "id"}}
        edges[start, end, data["relation"]] = rest
    assert len(edges) == g.number_of_edges()
    return {str(one): values for one, values in g.nodes(data=True)}, edges


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_networkx_reads_back_what_stands(graph: LiveGraph, tmp_path: Path, form: str) -> None:
    """Nodes, typed attributes and every edge, hostile names too; what is not stated has no attribute."""
    file = tmp_path / f"graph.{form}"
    if form == "graphml":
        write_graphml(graph, file)
        g = nx.read_graphml(file, force_multigraph=True)
    else:
        write_gexf(graph, file)
        g = nx.read_gexf(file)
    nodes, edges = network(graph)
    assert read_back(g) == (nodes if form == "gexf" else called(nodes, "display_name"), edges)


def test_gexf_keeps_to_its_schema(graph: LiveGraph, tmp_path: Path, shared_data: Path) -> None:
    """GEXF 1.2's own schema finds no fault, also where everything is stated that can be."""
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(shared_data / "standards" / "gexf-1.2draft" / "gexf.xsd"))
    cohort = says(
        "k1 DEVELOPS c1 0.5 level=3 term=2", "e1 EMPLOYS r1 openings=3", nodes={"g1": {"size": 30}}, by="third"
    )
    for number, found in enumerate((graph, live(*hostile(), cohort, folder=tmp_path / "more"))):
        write_gexf(found, tmp_path / f"{number}.gexf")
        schema.validate(etree.parse(tmp_path / f"{number}.gexf"))
        assert [str(error) for error in schema.error_log] == []


DRAWN_BY = (
    *("size", "color", "colour", "shape", "width", "height", "label", "weight", "viz", "fixed", "id"),
    *("x", "y", "z", "r", "g", "b", "a", "xpos", "ypos", "pos"),
)


def stated_everywhere() -> list[str]:
    """Return links and, by them, nodes of several kinds."""
    return ["k1 DEVELOPS c1 0.5 level=3 term=2", "e1 EMPLOYS r1 openings=3", "t1 PRACTISES c1"]


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_no_attribute_is_drawn_by(tmp_path: Path, form: str) -> None:
    """A cohort's `size` is not the size in which a reader draws it: names that readers draw by have the kind before."""
    found = live(says(*stated_everywhere(), nodes={"g1": {"size": 30, "discipline_id": "d1"}}), folder=tmp_path)
    (write_graphml if form == "graphml" else write_gexf)(found, tmp_path / "g.xml")
    text = (tmp_path / "g.xml").read_text(encoding="utf-8")
    keys = re.findall(r'<key id="(\w+)" for="(\w+)" attr\.name="(\w+)"', text)
    named = {name for _, domain, name in keys if domain == "node"} or set(re.findall(r' title="(\w+)"', text))
    assert not named & {*DRAWN_BY}
    assert "cohort_size" in named
    # Gephi takes these keys for the labels of yEd, and this one for the label, whatever attribute they stand for.
    assert not {key for key, _, _ in keys} & {"d3", "d7", *DRAWN_BY} - {"label"}
    assert form == "gexf" or ("label", "node", "display_name") in keys


def test_numbers_have_one_type(graph: LiveGraph, tmp_path: Path) -> None:
    """Hours are decimal for every unit, whatever each states; levels are whole."""
    write_graphml(graph, tmp_path / "g.graphml")
    text = (tmp_path / "g.graphml").read_text(encoding="utf-8")
    assert len(re.findall('attr.name="hours" attr.type="double"', text)) == text.count('attr.name="hours"') == 1
    assert 'attr.name="level" attr.type="long"' in text
    g = nx.read_gexf(_gexf(graph, tmp_path))
    assert {g.nodes["k1"]["hours"], g.nodes["k2"]["hours"]} == {2.0, 2.5}
    assert isinstance(g.nodes["k1"]["hours"], float)


def test_gexf_edges_are_keyed_by_relation(graph: LiveGraph, tmp_path: Path) -> None:
    """Two relations between the same nodes stay two edges."""
    g = nx.read_gexf(_gexf(graph, tmp_path))
    assert isinstance(g, nx.MultiDiGraph)
    assert sorted(g["c1"]["c2"]) == ["BROADER", "CLOSE_TO"]


def test_graphml_edge_ids_are_unique(graph: LiveGraph, tmp_path: Path) -> None:
    """Readers that go by the id would else drop all but one edge of a relation."""
    write_graphml(graph, tmp_path / "g.graphml")
    ids = re.findall('<edge [^>]*id="([^"]*)"', (tmp_path / "g.graphml").read_text(encoding="utf-8"))
    assert len(set(ids)) == len(ids) == len(graph.links)


def test_networks_carry_sources_and_licences(graph: LiveGraph, tmp_path: Path) -> None:
    """With the revision, in the file itself."""
    write_graphml(graph, tmp_path / "g.graphml")
    about = nx.read_graphml(tmp_path / "g.graphml").graph
    assert about["revision"] == 2
    assert "licence: CC BY 4.0 or so; https://example.org" in about["sources"]
    text = _gexf(graph, tmp_path).read_text(encoding="utf-8")
    assert "Revision 2" in text
    assert "licence: CC BY 4.0 or so; https://example.org" in text


def test_the_same_graph_is_the_same_file(graph: LiveGraph, tmp_path: Path) -> None:
    """No clock stands in it."""
    file = _gexf(graph, tmp_path)
    first = file.read_bytes()
    write_gexf(graph, file, overwrite=True)
    assert file.read_bytes() == first
    assert b"lastmodified" not in first


def test_an_id_that_xml_cannot_hold_is_refused(tmp_path: Path) -> None:
    """The message names it, and another way."""
    odd = says("c1")
    found = live(ChangeSet(odd.source, {NodeId("c\uffff"): node("c1")}, {}, EVERY), folder=tmp_path)
    with pytest.raises(InputError, match=r"uffff.*export as edges"):
        write_graphml(found, tmp_path / "g.graphml")
    assert not (tmp_path / "g.graphml").exists()


def _gexf(graph: LiveGraph, folder: Path) -> Path:
    file = folder / "graph.gexf"
    write_gexf(graph, file)
    return file


# Edge lists


def read_csv(file: Path) -> list[dict[str, str]]:
    """Return the rows, without the apostrophes that keep text from being a formula."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [{name: unescape(value) for name, value in row.items()} for row in csv.DictReader(lines)]


def test_csv_tables_read_back(graph: LiveGraph, tmp_path: Path) -> None:
    """Nodes and edges with every value and source."""
    write_tables(graph, tmp_path / "tables")
    nodes = {row["id"]: row for row in read_csv(tmp_path / "tables" / "nodes.csv")}
    assert list(nodes) == [one.id for one in graph.nodes]
    for one in graph.nodes:
        row = nodes[one.id]
        told = {name: "|".join(v) if isinstance(v, list) else str(v) for name, v in one.values.items()}
        assert {name: row[name] for name in row if row[name] and name not in {"id", "type", "sources"}} == told
        assert (row["type"], row["sources"]) == (one.kind, "|".join(one.sources))
    edges = read_csv(tmp_path / "tables" / "edges.csv")
    assert [tuple(row.values()) for row in edges] == [
        (*link[:3], *("" if value is None else str(value) for value in link.values), "|".join(link.sources))
        for link in graph.links
    ]


def test_csv_cells_are_no_formulas(graph: LiveGraph, tmp_path: Path) -> None:
    """A spreadsheet shows them as text."""
    write_tables(graph, tmp_path / "tables")
    with (tmp_path / "tables" / "nodes.csv").open(encoding="utf-8-sig", newline="") as lines:
        cells = [cell for row in csv.reader(lines) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_tables_carry_sources_and_revision(graph: LiveGraph, tmp_path: Path) -> None:
    """A table of its own, the first speaker first."""
    write_tables(graph, tmp_path / "tables")
    rows = read_csv(tmp_path / "tables" / "sources.csv")
    assert [row["rank"] for row in rows] == ["1", "100"]
    assert (rows[1]["licence"], rows[1]["revision"]) == ("CC BY 4.0\nor so", "2")


def test_parquet_tables_read_back(graph: LiveGraph, tmp_path: Path) -> None:
    """Typed, with lists as lists, and sources in the metadata."""
    pq = pytest.importorskip("pyarrow.parquet")
    write_tables(graph, tmp_path / "tables", "parquet")
    nodes = pq.read_table(tmp_path / "tables" / "nodes.parquet")
    assert [{name: value for name, value in row.items() if value is not None} for row in nodes.to_pylist()] == [
        {"id": one.id, "type": one.kind, **one.values, "sources": one.sources} for one in graph.nodes
    ]
    assert (str(nodes.schema.field("hours").type), str(nodes.schema.field("aliases").type)) == (
        "double",
        "list<element: string>",
    )
    edges = pq.read_table(tmp_path / "tables" / "edges.parquet")
    assert [tuple(row.values()) for row in edges.to_pylist()] == [
        (*link[:3], *link.values, link.sources) for link in graph.links
    ]
    about = edges.schema.metadata
    assert about[b"rolepath.revision"] == b"2"
    assert json.loads(about[b"rolepath.sources"])[1]["licence"] == "CC BY 4.0\nor so"


def test_parquet_without_pyarrow_says_what_to_install(
    graph: LiveGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written."""
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"rolepath\[parquet\]"):
        write_tables(graph, tmp_path / "tables", "parquet")
    assert not (tmp_path / "tables").exists()


# Cypher


def parsed(text: str) -> str:
    """Return the string that a literal means, after a parser that resolves unicode escapes before anything else."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    whole = ""
    rest = text
    while True:
        found = re.match(r"'((?:[^'\\]|\\.)*)'", rest, re.DOTALL)
        assert found, rest
        whole += re.sub(
            r"\\(.)", lambda one: {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}.get(one[1], one[1]), found[1]
        )
        rest = rest[found.end() :]
        if not rest:
            return whole
        assert rest.startswith(" + "), rest
        rest = rest[3:]


@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("\\'u0027n\n\r\"`;/*"), st.characters(exclude_categories=["Cs"])),
        max_size=30,
    )
)
def test_a_literal_means_its_text(text: str) -> None:
    """Whatever the text, also to a parser that resolves unicode escapes first; and it stands on one line."""
    text = text.replace("\0", "")
    assert parsed(literal(text)) == text
    assert not set(literal(text)) & {"\n", "\r"}


def test_a_script_is_statements_that_end_their_lines(graph: LiveGraph, tmp_path: Path) -> None:
    """What stands between two of these ends is what was to be run: no name ends a statement."""
    write_script(graph, tmp_path / "graph.cypher")
    text = (tmp_path / "graph.cypher").read_text(encoding="utf-8")
    comments, _, script = text.partition("CREATE")
    assert all(line.startswith("//") for line in comments.splitlines())
    assert f"CREATE{script}".removesuffix(";\n").split(";\n") == list(statements(graph))


def test_long_statements_are_cut(graph: LiveGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """By rows, and by characters."""
    whole = len(list(statements(graph)))
    monkeypatch.setattr(cypher_script, "MOST_ROWS", 5)
    by_rows = list(statements(graph))
    assert len(by_rows) > whole
    assert max(text.count("\n  {") for text in by_rows) == 5
    monkeypatch.setattr(cypher_script, "MOST_CHARACTERS", 1)
    assert {text.count("\n  {") for text in statements(graph)} == {0, 1}


def test_comments_hold_nothing_of_the_data(tmp_path: Path) -> None:
    """A unicode escape in a comment could end its line."""
    found = live(*hostile(), folder=tmp_path)
    write_script(found, tmp_path / "graph.cypher")
    text = (tmp_path / "graph.cypher").read_text(encoding="utf-8")
    assert not [line for line in text.split("\n") if line.startswith("//") and "\\" in line]


def test_a_server_rebuilds_the_graph(graph: LiveGraph, neo4j_url: str, tmp_path: Path) -> None:
    """Run twice against a real server, the script leaves exactly the live graph, and the sources."""
    empty_neo4j(neo4j_url)
    write_script(graph, tmp_path / "graph.cypher")
    text = (tmp_path / "graph.cypher").read_text(encoding="utf-8")
    with neo4j.GraphDatabase.driver(neo4j_url, notifications_min_severity="OFF") as driver, driver.session() as session:
        for _ in range(2):
            for statement in text.removesuffix(";\n").split(";\n"):
                session.run(statement).consume()
        nodes: list[Any] = session.run("MATCH (n:Entity) RETURN labels(n), properties(n)").values()
        links: list[Any] = session.run("MATCH (a)-[r]->(b) RETURN a.id, type(r), b.id, properties(r)").values()
        sources = session.run("MATCH (s:Source) RETURN properties(s) ORDER BY s.rank").value()
        total = session.run("MATCH (n) WHERE NOT n:RolepathMeta RETURN count(n)").single(strict=True).value()
    assert total == len(graph.nodes) + len(graph.sources)
    found = {
        values["id"]: ((set(labels) - {"Entity"}).pop(), {k: v for k, v in values.items() if k != "id"})
        for labels, values in nodes
    }
    assert found == {one.id: (one.kind, {**one.values, "sources": one.sources}) for one in graph.nodes}
    assert {(a, relation, b): values for a, relation, b, values in links} == {
        link[:3]: {
            **{name: value for name, value in zip(LINK_VALUES, link.values, strict=True) if value is not None},
            "sources": link.sources,
        }
        for link in graph.links
    }
    assert len(links) == len(graph.links)
    assert [(one["name"], one["revision"]) for one in sources] == [(one.name, 2) for one in graph.sources]


# The command


TARGETS = {"graphml": "graph.graphml", "gexf": "graph.gexf", "edges": "tables", "cypher": "graph.cypher"}


@pytest.mark.parametrize("form", TARGETS)
def test_each_is_a_command(cli: Commands, form: str) -> None:
    """It answers with counts; a second time it refuses to overwrite, unless it may."""
    cli.filled()
    target = cli.home / TARGETS[form]
    told = cli("export", form, target, "--json")
    assert told.status == 0
    assert told.document == {"path": str(target), "nodes": 6, "links": 5, "sources": ["Poly"], "revision": 1}
    refused = cli("export", form, target)
    assert (refused.status, "stands already" in refused.err) == (1, True)
    done = cli("export", form, target, "--overwrite")
    assert (done.status, "6 nodes and 5 links of revision 1" in done.out) == (0, True)


@pytest.mark.parametrize("form", TARGETS)
def test_an_unknown_source_writes_nothing(cli: Commands, form: str) -> None:
    """Status 4, and the nearest name."""
    cli.filled()
    told = cli("export", form, cli.home / TARGETS[form], "--source", "Poli")
    assert (told.status, "Poly" in told.err) == (4, True)
    assert not (cli.home / TARGETS[form]).exists()


@pytest.mark.parametrize("form", TARGETS)
def test_a_store_that_holds_nothing_gives_empty_files(cli: Commands, form: str) -> None:
    """They are whole files of their kind."""
    told = cli("export", form, cli.home / TARGETS[form], "--json")
    assert (told.status, told.document["nodes"]) == (0, 0)
    if form == "gexf":
        assert nx.read_gexf(cli.home / TARGETS[form]).number_of_nodes() == 0


def test_one_source_is_exported_alone(cli: Commands) -> None:
    """By its name."""
    cli.filled()
    other = {"source.csv": "name,version\nOther,1\n", "roles.csv": "id,name\nr9,Nine\n"}
    cli("ingest", "native", cli.folder(other, "other"))
    assert cli("export", "gexf", cli.home / "g.gexf", "--source", "Other", "--json").document["nodes"] == 1


def test_a_folder_that_is_missing_is_told(cli: Commands) -> None:
    """As an input that cannot be used."""
    cli.filled()
    told = cli("export", "cypher", cli.home / "none" / "graph.cypher")
    assert (told.status, "cannot be written" in told.err) == (1, True)


def test_nodes_without_a_name_have_their_id_as_label(tmp_path: Path) -> None:
    """Assessments and some cohorts have none."""
    nameless = LiveGraph([LiveNode(NodeId("g1"), "Cohort", {"size": 3}, ["a"])], [], [], 1)
    write_gexf(nameless, tmp_path / "g.gexf")
    assert nx.read_gexf(tmp_path / "g.gexf").nodes["g1"]["label"] == "g1"


# Nothing is lost, however much there is

BATCH = 5


def _graph_of_size(folder: Path, links: int) -> LiveGraph:
    return live(says(*(f"k1 DEVELOPS c{number}" for number in range(links))), folder=folder)


@pytest.mark.parametrize("links", [BATCH - 1, BATCH, BATCH + 1, 3 * BATCH, 3 * BATCH + 1])
def test_parquet_holds_every_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: int) -> None:
    """Below, at and above the size of a batch, as many rows come back as the store holds."""
    monkeypatch.setattr("ingest.formats.graph_exports.edge_list._BATCH", BATCH)
    graph = _graph_of_size(tmp_path, links)
    write_tables(graph, tmp_path / "tables", "parquet")
    for name, rows in (("nodes", graph.nodes), ("edges", graph.links)):
        table = pq.read_table(tmp_path / "tables" / f"{name}.parquet")
        place = 2 if name == "edges" else 0  # where a link goes to, what a node is called
        assert table.column(place).to_pylist() == [row[place] for row in rows]


def _count_rows(path: Path) -> int:
    return sum(1 for _ in csv.reader(path.read_text(encoding="utf-8").splitlines())) - 1


@pytest.mark.slow
@pytest.mark.parametrize("size", [1999, 2000, 2001])
def test_every_export_holds_every_node_and_link(cli: Commands, size: int) -> None:
    """Counted in the files of each format against the store, around the sizes at which some write in parts."""
    ids = [f"c{number}" for number in range(size)]
    competencies = "id,name,kind\n" + "".join(f"{one},{one},skill\n" for one in ids)
    links = "from_id,relation,to_id\n" + "".join(f"k1,DEVELOPS,{one}\n" for one in ids)
    units = "id,name,kind\nk1,Unit,disciplinary\n"
    files = {"competencies.csv": competencies, "knowledge_units.csv": units, "links.csv": links}
    cli.filled({"source.csv": "name,version\nPoly,1\n", **files})
    for form, name in (("native", "native"), ("edges", "edges"), ("graphml", "g.graphml"), ("gexf", "g.gexf")):
        assert cli("export", form, cli.home / name).status == 0
    assert cli("export", "cypher", cli.home / "g.cypher").status == 0
    assert cli("export", "edges", cli.home / "parquet", "--as", "parquet").status == 0
    assert [_count_rows(cli.home / "native" / file) for file in files] == [size, 1, size]
    for form, there in (("nodes", size + 1), ("edges", size)):
        assert pq.read_table(cli.home / "parquet" / f"{form}.parquet").num_rows == there
        assert _count_rows(cli.home / "edges" / f"{form}.csv") == there
    for g in (nx.read_graphml(cli.home / "g.graphml"), nx.read_gexf(cli.home / "g.gexf")):
        assert (g.number_of_nodes(), g.number_of_edges()) == (size + 1, size)
    script = (cli.home / "g.cypher").read_text(encoding="utf-8")
    assert all(script.count(f"'{one}'") + script.count(f'"{one}"') >= 2 for one in ids)


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_document_is_never_held_whole(tmp_path: Path, form: str) -> None:
    """A network is written line by line: what that takes does not grow with the document."""
    nodes = [LiveNode(NodeId(f"c{n}"), "Competency", {"name": f"competency {n}"}, ["one"]) for n in range(1000)]
    links = [
        LiveLink(nodes[n].id, "CLOSE_TO", nodes[(n + step) % 1000].id, (0.5, None, None, None, None), ["one"])
        for n in range(1000)
        for step in range(1, 6)
    ]
    graph = LiveGraph(nodes, links, [], 1)
    tracemalloc.start()
    (write_graphml if form == "graphml" else write_gexf)(graph, tmp_path / "g.xml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < (tmp_path / "g.xml").stat().st_size / 2
