"""Writer of GraphML and GEXF: the live graph for Gephi, yEd, Cytoscape and NetworkX.

Nodes carry what they are called, `type` (what they are), their properties and `sources`; edges carry `relation`, their
values and `sources`. Every attribute has one type; what is not stated is left out. No attribute of a node has a name by
which readers draw: a property of such a name has the kind before it (`cohort_size`), and what a node is called is
`display_name` in GraphML, with the key by which Gephi knows the label, and the label itself in GEXF. Several names or
sources are separated by `|`.

Source: GraphML, http://graphml.graphdrawing.org/specification.html; GEXF 1.2, https://gexf.net/1.2/.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from graph.cancellation import cancellable_rows
from graph.errors import InputError, Problem
from graph.live import LiveGraph
from graph.messages import message
from graph.model import LINK_VALUES, Source, Value
from graph.properties import Number
from graph.schema import KINDS
from ingest.formats.graph_exports.xml_text import attributes, content
from ingest.formats.native.write import replacing

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBERS = frozenset(p.name for kind in KINDS.values() for p in kind.properties if isinstance(p.type, Number))
# Gephi, Cytoscape, igraph and yEd take these for how a node is drawn, or for its place.
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
        *("xpos", "ypos", "pos", "position", "opacity", "icon", "image", "font", "style", "fill", "stroke"),
        *("label", "viz", "start", "end", "interval", "timeset", "source", "target", "weight"),
    )
)

_LABEL, _DISPLAY_NAME = "label", "display_name"
"""What a node is called: GEXF has a place for it, and Gephi knows the key of an attribute in GraphML by this name."""
_KEYS = {"graph": "g", "node": "n", "edge": "e"}
"""What keys begin with: Gephi takes `d3` and `d7` for the labels of yEd, whatever attribute they stand for."""

_XML = "<?xml version='1.0' encoding='utf-8'?>"
_GRAPHML = ("http://graphml.graphdrawing.org/xmlns", "http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd")
_GEXF = ("http://www.gexf.net/1.2draft", "http://www.gexf.net/1.2draft/gexf.xsd")
_TYPES: Mapping[type, str] = {str: "string", int: "long", float: "double"}
_OWN_OF_GEXF = {"node": frozenset({_LABEL}), "edge": frozenset({"weight"})}
"""What GEXF has attributes of its own for."""

Attributes = dict[str, str | int | float]


def write_graphml(graph: LiveGraph, file: Path, *, overwrite: bool = False) -> None:
    """Write the graph as GraphML, with the revision and the sources as attributes of the graph.

    Raises:
        InputError: the file stands already, without `overwrite`; it cannot be written; or an id cannot stand in XML.
    """
    with replacing(file, overwrite=overwrite) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(_graphml(graph))


def write_gexf(graph: LiveGraph, file: Path, *, overwrite: bool = False) -> None:
    """Write the graph as GEXF, with the revision and the sources in its description. Raises as `write_graphml` does."""
    with replacing(file, overwrite=overwrite) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(_gexf(graph))


def _graphml(graph: LiveGraph) -> Iterator[str]:
    """Yield the document line by line: a tree of it would take ten times its size."""
    about: Attributes = {"revision": graph.revision, "sources": "\n".join(map(spoken, graph.sources))}
    about |= graph.stamp.told() if graph.stamp else {}
    if graph.withheld:
        about["withheld"] = graph.withheld
    keys: dict[tuple[str, str], str] = {}
    yield f"{_XML}\n<graphml{_of_schema(_GRAPHML)}>\n"
    for domain, types in (("graph", _types([about])), ("node", _types(_nodes(graph))), ("edge", _types(_edges(graph)))):
        for name, sort in types.items():
            key = keys[domain, name] = _LABEL if name == _LABEL else f"{_KEYS[domain]}{len(keys)}"
            spoken_name = _DISPLAY_NAME if name == _LABEL else name
            yield f"  <key{attributes({'id': key, 'for': domain, 'attr.name': spoken_name, 'attr.type': sort})} />\n"
    yield '  <graph edgedefault="directed">\n'
    for node, stated in zip(graph.nodes, _nodes(graph), strict=True):
        yield f"    <node{attributes({'id': node.id})}>\n"
        yield from (f"  {_data(keys['node', name], value)}" for name, value in stated.items())
        yield "    </node>\n"
    for number, (link, stated) in enumerate(zip(graph.links, _edges(graph), strict=True)):
        ends = {"source": link.from_id, "target": link.to_id, "id": f"e{number}"}
        yield f"    <edge{attributes(ends)}>\n"
        yield from (f"  {_data(keys['edge', name], value)}" for name, value in stated.items())
        yield "    </edge>\n"
    yield from (_data(keys["graph", name], value) for name, value in about.items())
    yield "  </graph>\n</graphml>\n"


def _data(key: str, value: str | int | float) -> str:
    return f"    <data{attributes({'key': key})}>{content(value)}</data>\n"


def _gexf(graph: LiveGraph) -> Iterator[str]:
    """Yield the document line by line; the same graph is the same file, so the day of writing is not in it."""
    first = graph.stamp.line if graph.stamp else f"Revision {graph.revision}"
    lines = [first, *map(spoken, graph.sources)]
    if graph.withheld:
        lines.insert(1, str(message("graph_exports.withheld", rows=graph.withheld)))
    yield f'{_XML}\n<gexf{_of_schema(_GEXF)} version="1.2">\n'
    description = content("\n".join(lines))
    dated = attributes({"lastmodifieddate": graph.stamp.date[:10]}) if graph.stamp and graph.stamp.date else ""
    creator = f"Rolepath {graph.stamp.version}" if graph.stamp else "Rolepath"
    yield f"  <meta{dated}>\n    <creator>{creator}</creator>\n"
    yield f"    <description>{description}</description>\n  </meta>\n"
    yield '  <graph defaultedgetype="directed" mode="static">\n'
    ids: dict[tuple[str, str], str] = {}
    for domain, types in (("edge", _types(map(_keyed, _edges(graph)))), ("node", _types(_nodes(graph)))):
        own = {name: sort for name, sort in types.items() if name not in _OWN_OF_GEXF[domain]}
        if own:
            yield f'    <attributes mode="static" class="{domain}">\n'
            for name, sort in own.items():
                place = ids[domain, name] = str(len(ids))
                yield f"      <attribute{attributes({'id': place, 'title': name, 'type': sort})} />\n"
            yield "    </attributes>\n"
    yield "    <nodes>\n"
    for node, stated in zip(graph.nodes, _nodes(graph), strict=True):
        yield from _gexf_element("node", {"id": node.id, "label": stated[_LABEL]}, stated, ids)
    yield "    </nodes>\n    <edges>\n"
    for number, (link, of_link) in enumerate(zip(graph.links, _edges(graph), strict=True)):
        weight: Attributes = {"weight": of_link["weight"]} if "weight" in of_link else {}
        own_of_edge: Attributes = {"source": link.from_id, "target": link.to_id, "id": number, **weight}
        yield from _gexf_element("edge", own_of_edge, _keyed(of_link), ids)
    yield "    </edges>\n  </graph>\n</gexf>\n"


def _gexf_element(
    domain: str, own: Attributes, stated: Attributes, ids: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    yield f"      <{domain}{attributes(own)}>\n        <attvalues>\n"
    for name, value in stated.items():
        if name not in _OWN_OF_GEXF[domain]:
            yield f"          <attvalue{attributes({'for': ids[domain, name], 'value': value})} />\n"
    yield f"        </attvalues>\n      </{domain}>\n"


def _keyed(stated: Attributes) -> Attributes:
    """Return the attributes of an edge with its key, by which NetworkX tells those between the same two apart."""
    return {**stated, "networkx_key": stated["relation"]}


def _types(rows: Iterable[Attributes]) -> dict[str, str]:
    """Return the type of every attribute, in the order of their first appearance."""
    found: dict[str, str] = {}
    for stated in rows:
        for name, value in stated.items():
            if name not in found:
                found[name] = _TYPES[type(value)]
    return found


def _of_schema(place: tuple[str, str]) -> str:
    space, schema = place
    instance = "http://www.w3.org/2001/XMLSchema-instance"
    return attributes({"xmlns": space, "xmlns:xsi": instance, "xsi:schemaLocation": f"{space} {schema}"})


def spoken(source: Source) -> str:
    """Return who the source is, and under which licence it may be used, on one line.

    >>> spoken(Source(name="ESCO", version="1.1.1", licence="CC BY 4.0", url="https://esco.ec.europa.eu"))
    'ESCO 1.1.1; licence: CC BY 4.0; https://esco.ec.europa.eu'
    """
    parts = (
        f"{source.name} {source.version}".rstrip(),
        f"licence: {source.licence or 'not stated'}",
        source.url,
        source.institution_id and f"institution: {source.institution_id}",
    )
    return _xml(" ".join("; ".join(filter(None, parts)).split()))


def _nodes(graph: LiveGraph) -> Iterator[Attributes]:
    """Yield the attributes of each node, in the order of the nodes."""
    for node in cancellable_rows(graph.nodes):
        if _NOT_XML.search(node.id):
            raise InputError(Problem(message("graph_exports.not_xml", id=node.id), value=node.id))
        own = {_undrawn(name, node.kind): _attribute(name, value) for name, value in node.values.items()}
        label = str(own.get("name") or own.get("name_zh") or node.id)
        yield {_LABEL: label, "type": node.kind, **own, "sources": _joined(node.sources)}


def _edges(graph: LiveGraph) -> Iterator[Attributes]:
    """Yield the attributes of each link, in the order of the links."""
    for link in cancellable_rows(graph.links):
        stated: Attributes = {
            name: _xml(value) if isinstance(value, str) else value
            for name, value in zip(LINK_VALUES, link.values, strict=True)
            if value is not None
        }
        if "weight" in stated:
            stated["weight"] = float(stated["weight"])
        yield {"relation": link.relation, **stated, "sources": _joined(link.sources)}


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
