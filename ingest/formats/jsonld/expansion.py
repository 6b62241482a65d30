"""JSON-LD expansion: documents as nodes with full terms, without fetching anything.

JSON-LD 1.1 is read (https://www.w3.org/TR/json-ld11); published contexts are known by their addresses. What a context
gives no meaning is left out, as the standard wants it, but counted and named.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import count

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.draft import Draft, Place
from ingest.formats.jsonld.contexts import ContextReader
from ingest.formats.jsonld.definitions import spoken
from ingest.formats.jsonld.iris import Context, UnsupportedError, full_term
from ingest.formats.jsonld.linked_data import LdNode, LeftOut
from ingest.formats.jsonld.node_objects import RecordReader
from ingest.readers.table import shown

_MOST_NAMES = 10


def nodes_of(document: object, file: str, draft: Draft) -> Iterator[list[LdNode]]:
    """Yield, for each record of the document, the nodes that it describes: the record itself, and those inside it.

    A record is the document's object, or each object of its list or graph; the first is in row 2. A record that cannot
    be read is rejected.

    Raises:
        InputError: the document is no JSON-LD, or names a context that would have to be fetched.
    """
    contexts, left_out, numbers = ContextReader(file), LeftOut(), count(1)
    for row, (item, context) in enumerate(_records(document, Context(), contexts, file), 2):
        draft.read += 1
        place = Place(file, None, row)
        record = RecordReader(contexts, place, numbers, left_out)
        try:
            record.node(item, context)
        except UnsupportedError as error:
            draft.reject(place, error.message)
            continue
        yield record.nodes
    _tell(left_out, draft)


def _records(
    document: object, context: Context, contexts: ContextReader, file: str
) -> Iterator[tuple[object, Context]]:
    if isinstance(document, list):
        for item in document:
            yield from _records(item, context, contexts, file)
        return
    if not isinstance(document, dict):
        raise InputError(Problem(message("jsonld.record"), file, value=str(spoken(document))))
    inner = contexts.extend(document["@context"], context) if "@context" in document else context
    graphs = [key for key in document if full_term(key, inner) == "@graph"]
    if not graphs:
        yield document, context
        return
    for key in graphs:
        if document[key] is not None:
            yield from _records(document[key], inner, contexts, file)
    rest = {key: value for key, value in document.items() if key not in {"@context", *graphs}}
    if any(full_term(key, inner) != "@id" for key in rest):
        yield rest, inner


def _tell(left_out: LeftOut, draft: Draft) -> None:
    """Note what the contexts give no meaning, the most frequent first."""
    for key, names in (("jsonld.unmapped", left_out.properties), ("jsonld.unmapped_types", left_out.types)):
        if names:
            draft.note(message(key, n=names.total(), names=_listed(names)))
    if left_out.values:
        draft.note(message("jsonld.json_values", n=left_out.values))


def _listed(names: Counter[str]) -> str:
    frequent = sorted(names.items(), key=lambda one: (-one[1], one[0]))
    listed = ", ".join(f"{shown(name, 60)} ({number})" for name, number in frequent[:_MOST_NAMES])
    return listed + (", ..." if len(frequent) > _MOST_NAMES else "")
