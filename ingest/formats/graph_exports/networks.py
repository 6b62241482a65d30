"""Writer of GraphML and GEXF: the live graph for Gephi, yEd, Cytoscape and NetworkX.

Nodes carry `label` (the name), `type` (what they are), their properties and `sources`; edges carry `relation`, their
values and `sources`. Every attribute has one type; what is not stated is left out. A
property by whose name readers would draw has the kind before it: `cohort_size`. Several names or sources are
separated by `|`.

Source: GraphML, http://graphml.graphdrawing.org/specification.html; GEXF 1.2, https://gexf.net/1.2/.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import ElementTree, SubElement

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from graph.cancellation import cancellable_rows, check_cancelled
from graph.errors import InputError, Problem
from graph.live import LiveGraph
from graph.messages import message
from graph.model import LINK_VALUES, Source, Value
from graph.properties import Number
from graph.schema import KINDS
from ingest.formats.native.write import replacing

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBERS = frozenset(p.name for kind in KINDS.values() for p in kind.properties if isinstance(p.type, Number))
# Gephi, Cytoscape and yEd take these for how a node is drawn, or for its place.
_DRAWN_BY = frozenset(
    (
        *(
            "size",
            "color",
            "colour",
            "shape",
            "x",
            "y",
            "z",
            "r",
            "g",
            "b",
            "a",
            "alpha",
            "width",
            "height",
            "fixed",
            "id",
        ),
        *("label", "viz", "start", "end", "interval", "timeset", "source", "target", "weight"),
    )
)

Attributes = dict[str, str | int | float]


def write_graphml(graph: LiveGraph, file: Path, *, overwrite: bool = False) -> None:
    """Write the graph as GraphML, with the revision and the sources as attributes of the graph.

    Raises:
        InputError: the file stands already, without `overwrite`; it cannot be written; or an id cannot stand in XML.
    """
    # An edge's key becomes its id, which must be unique in the file.
    g = _network(graph, keys=(f"e{number}" for number in range(len(graph.links))))
    g.graph.update(revision=graph.revision, sources="\n".join(map(spoken, graph.sources)))
    if graph.withheld:
        g.graph.update(withheld=graph.withheld)
    with replacing(file, overwrite=overwrite) as temporary, temporary.open("wb") as out:
        nx.write_graphml_xml(g, _CancellableFile(out), encoding="utf-8", named_key_ids=False)


def write_gexf(graph: LiveGraph, file: Path, *, overwrite: bool = False) -> None:
    """Write the graph as GEXF, with the revision and the sources in its description. Raises as `write_graphml` does."""
    g = _network(graph, keys=(link.relation for link in graph.links))
    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    writer.add_graph(g)
    for drawn in writer.xml.findall("graph"):
        drawn.attrib.pop("name", None)  # NetworkX writes it, and the schema does not allow it
    meta = writer.xml.find("meta")
    if meta is not None:
        meta.attrib.clear()  # the day of writing: the same graph is the same file
        for creator in meta.findall("creator"):
            creator.text = "Rolepath"
        lines = [f"Revision {graph.revision}", *map(spoken, graph.sources)]
        if graph.withheld:
            lines.insert(1, str(message("graph_exports.withheld", rows=graph.withheld)))
        SubElement(meta, "description").text = "\n".join(lines)
    with replacing(file, overwrite=overwrite) as temporary, temporary.open("wb") as out:
        _write_xml(writer, out)


def _write_xml(writer: GEXFWriter, out: BinaryIO) -> None:
    writer.indent(writer.xml)
    ElementTree(writer.xml).write(_CancellableFile(out), encoding="utf-8", xml_declaration=True)


class _CancellableFile:
    """A file each of whose writes looks whether somebody still waits for it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        """Write, as a file does."""
        check_cancelled()
        return self._out.write(data)


def spoken(source: Source) -> str:
    """Return who the source is, and under which licence it may be used, on one line.

    >>> spoken(Source(name="ESCO", version="1.1.1", licence="CC BY 4.0", url="https://esco.ec.europa.eu"))
    'ESCO 1.1.1; licence: CC BY 4.0; https://esco.ec.europa.eu'
    """
    parts = (f"{source.name} {source.version}".rstrip(), f"licence: {source.licence or 'not stated'}", source.url)
    return _xml(" ".join("; ".join(filter(None, parts)).split()))


def _network(graph: LiveGraph, keys: Iterable[str]) -> "nx.MultiDiGraph[str]":
    g: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in cancellable_rows(graph.nodes):
        if _NOT_XML.search(node.id):
            raise InputError(Problem(message("graph_exports.not_xml", id=node.id), value=node.id))
        own = {_undrawn(name, node.kind): _attribute(name, value) for name, value in node.values.items()}
        label = str(own.get("name") or own.get("name_zh") or node.id)
        g.add_node(node.id, **{"label": label, "type": node.kind, **own, "sources": _joined(node.sources)})
    for key, link in zip(keys, cancellable_rows(graph.links), strict=True):
        stated: Attributes = {
            name: _xml(value) if isinstance(value, str) else value
            for name, value in zip(LINK_VALUES, link.values, strict=True)
            if value is not None
        }
        if "weight" in stated:
            stated["weight"] = float(stated["weight"])
        attributes: Attributes = {"relation": link.relation, **stated, "sources": _joined(link.sources)}
        g.add_edge(link.from_id, link.to_id, key, **attributes)
    return g


def _undrawn(name: str, kind: str) -> str:
    """Return the name of an attribute: with the kind before it where readers draw by such a name.

    >>> _undrawn("size", "Cohort"), _undrawn("hours", "Course")
    ('cohort_size', 'hours')
    """
    return f"{kind.lower()}_{name}" if name in _DRAWN_BY else name


def _attribute(name: str, value: Value) -> str | int | float:
    """Return the value as its attribute holds it: of one type, whatever the value."""
    if isinstance(value, list):
        return _joined(value)
    if isinstance(value, str):
        return _xml(value)
    return float(value) if name in _NUMBERS else value


def _joined(names: list[str]) -> str:
    return _xml("|".join(names))


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
