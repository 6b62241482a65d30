"""Identity of JSON-LD nodes: the id of a thing, by its identifier, else by its address, else by what it is called.

A code says which thing it is only within a set of codes: one code under two texts is two things.
"""

from collections.abc import Iterable, Mapping, Sequence

from graph.errors import InvalidValueError
from graph.messages import message
from graph.model import NodeId
from ingest.formats.framework import one_line
from ingest.formats.jsonld import terms
from ingest.formats.jsonld.labels import Label, Values, chosen_text, label_of, texts
from ingest.formats.jsonld.linked_data import LdNode, LdValue, NodeRef
from ingest.formats.uris import id_of_name, id_of_uri

_OTHER = "Thing"


class NodeIdentities:
    """The ids of the nodes of an import, by their keys."""

    def __init__(self, nodes: Mapping[str, Sequence[LdNode]]) -> None:
        """Look at all nodes, since what a code stands for shows only then."""
        self._labels: dict[str, Label] = {}
        self._texts_of_code: dict[str, set[str]] = {}
        for key, same in nodes.items():
            if key.startswith("_:") and any(values := _joined(same)):
                label = self._labels[key] = label_of(values)
                if code := _code_alone(values, label):
                    self._texts_of_code.setdefault(code, set()).add(label.chosen.text.casefold())

    def id(self, key: str, nodes: Sequence[LdNode]) -> NodeId:
        """Return a thing's id. Raises InvalidValueError where it has neither an identifier nor a name."""
        if not key.startswith("_:"):
            return id_of_uri(key)
        values = _joined(nodes)
        addresses = sorted(one.key for one in values.get(terms.URL, ()) if isinstance(one, NodeRef))
        if addresses and not addresses[0].startswith("_:"):
            return id_of_uri(addresses[0])
        label = self._labels.get(key, Label())
        text = label.chosen.text
        if code := _code_alone(values, label):
            text = f"{code} {text}" if len(self._texts_of_code[code]) > 1 else code
        if text:
            return id_of_name(prefix(_kind(nodes)), text)
        raise InvalidValueError(message("jsonld.no_id"))


def prefix(kind: str) -> str:
    """Return what stands before the ids of things that have a name only; things of other kinds never meet."""
    return f"named:{kind.lower()}."


def _code_alone(values: Values, label: Label) -> str:
    """Return the code by which a thing without a name is known: one of a set, or without any text; empty for none."""
    if label.is_name or label.term in terms.STATEMENTS:
        return ""
    codes = texts(values, terms.CODES)
    if not codes or (label.term and not chosen_text(values, terms.SETS)):
        return ""
    return one_line(codes[0])


def _kind(nodes: Iterable[LdNode]) -> str:
    """Return the kind of what has no identifier; what has a type that is not read never meets what is read."""
    types = {one for node in nodes for one in node.types}
    kinds = {terms.KIND_OF_TYPE[one] for one in types if one in terms.KIND_OF_TYPE}
    return min(kinds, default="Competency" if types <= terms.GENERIC_TYPES.keys() else _OTHER)


def _joined(nodes: Sequence[LdNode]) -> dict[str, list[LdValue]]:
    if len(nodes) == 1:
        return nodes[0].values
    joined: dict[str, list[LdValue]] = {}
    for node in nodes:
        for name, values in node.values.items():
            joined.setdefault(name, []).extend(values)
    return joined
