r"""Writer of a Cypher script: run in an empty Neo4j of any edition, it rebuilds the live graph.

Nothing of the data stands outside a string or a number: labels, relationship types and property names come from the
schema, comments hold only counts. In a string the quotation mark and the backslash are escaped and line breaks are
written `\n`, so that no literal spans lines. A `u` never follows a backslash, since parsers resolve `\u0027` before
they look for the end of a string: the literal is cut there, and joined with `+`.

Source: openCypher 9, "String literals"; Neo4j Cypher Manual 5, "Expressions".
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from graph.live import LiveGraph, LiveLink, LiveNode
from graph.messages import message
from graph.model import LINK_VALUES, Value
from graph.schema import KINDS, RELATIONS
from ingest.formats.native.write import replacing

MOST_ROWS, MOST_CHARACTERS = 500, 200_000
"""A statement ends when it has so many rows or characters: longer ones take the server long to parse."""
_ESCAPES = str.maketrans(
    {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\0": "\ufffd"}
)
_CUT = "\0"
"""Stands where a literal is cut: escaped text holds none."""


def write_script(graph: LiveGraph, file: Path, *, overwrite: bool = False) -> None:
    """Write the script: UTF-8, each statement ending in `;` at the end of a line. Running it twice is running it once.

    Raises:
        InputError: the file stands already, without `overwrite`; or cannot be written.
    """
    with replacing(file, overwrite=overwrite) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as out:
        counts = {"nodes": len(graph.nodes), "links": len(graph.links)}
        out.write(f"// {message('graph_exports.script', revision=graph.revision, **counts)}\n")
        if graph.stamp:
            out.write(f"// {graph.stamp.line}\n")
        if graph.withheld:
            out.write(f"// {message('graph_exports.withheld', rows=graph.withheld)}\n")
        out.write(f"// {message('graph_exports.how_to_run')}\n")
        out.writelines(f"{statement};\n" for statement in statements(graph))


def statements(graph: LiveGraph) -> Iterator[str]:
    """Yield the statements in their order: constraints, sources, nodes by kind, relationships by relation."""
    yield "CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE"
    yield "CREATE CONSTRAINT source_name IF NOT EXISTS FOR (n:Source) REQUIRE n.name IS UNIQUE"
    rows = (
        _map({**{k: v for k, v in source.model_dump().items() if v != ""}, "revision": graph.revision})
        for source in graph.sources
    )
    yield from _batches(rows, "MERGE (n:Source {name: row.name}) SET n = row")
    for kind in KINDS:
        put = f"MERGE (n:Entity {{id: row.id}}) SET n:{kind}, n += row.properties"
        yield from _batches(map(_node, graph.nodes_of(kind)), put)
    for relation in RELATIONS:
        put = (
            f"MATCH (a:Entity {{id: row.a}}) MATCH (b:Entity {{id: row.b}}) "
            f"MERGE (a)-[r:{relation}]->(b) SET r += row.properties"
        )
        yield from _batches(map(_link, graph.links_of(relation)), put)


def _node(node: LiveNode) -> str:
    kind = KINDS[node.kind]
    known = kind.typed({p.name: node.values[p.name] for p in kind.properties if p.name in node.values})
    return f"{{id: {literal(node.id)}, properties: {_map({**known, 'sources': node.sources})}}}"


def _link(link: LiveLink) -> str:
    stated: dict[str, Value] = {
        name: value for name, value in zip(LINK_VALUES, link.values, strict=True) if value is not None
    }
    properties = _map({**stated, "sources": link.sources})
    return f"{{a: {literal(link.from_id)}, b: {literal(link.to_id)}, properties: {properties}}}"


def _batches(rows: Iterable[str], put: str) -> Iterator[str]:
    batch: list[str] = []
    length = 0
    for row in rows:
        if batch and (len(batch) == MOST_ROWS or length + len(row) > MOST_CHARACTERS):
            yield _statement(batch, put)
            batch, length = [], 0
        batch.append(row)
        length += len(row)
    if batch:
        yield _statement(batch, put)


def _statement(rows: list[str], put: str) -> str:
    listed = ",\n  ".join(rows)
    return f"UNWIND [\n  {listed}\n] AS row\n{put}"


def _map(values: dict[str, Value]) -> str:
    return "{" + ", ".join(f"{name}: {literal(value)}" for name, value in values.items()) + "}"


def literal(value: Value) -> str:
    r"""Return the value as Cypher writes it.

    >>> print(literal("it's"), literal(0.5), literal(["a", "b"]))
    'it\'s' 0.5 ['a', 'b']
    >>> print(literal(r"C:\users"))
    'C:\\' + 'users'
    """
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, str):
        parts = value.translate(_ESCAPES).replace("\\u", "\\" + _CUT + "u").split(_CUT)
        return " + ".join(f"'{part}'" for part in parts)
    return repr(value)
