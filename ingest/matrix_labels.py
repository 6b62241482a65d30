"""Labels of a support matrix: which course, unit or competency each row and column names, by id or by unique name."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from graph.errors import InvalidValueError
from graph.messages import Message, message
from graph.model import NodeId, parse_id
from graph.stores.base import StoreReader
from ingest.draft import Draft, MatrixLabel
from ingest.readers.table import noted
from ingest.references import NamedNode, add_named, name_key, names_of

_KINDS = ("Course", "KnowledgeUnit", "Competency")
_COMPETENCY = ("Competency",)
_Named = dict[str, set[NamedNode]]
_LIKE = 60.0
_MOST_LOOKED_FOR = 50


class MatrixLabels:
    """What the labels of the matrices of a draft name; names that stand for ids are counted, to be told of."""

    def __init__(self, draft: Draft, reading: StoreReader) -> None:
        """Look up every text of every label."""
        self._draft, self._reading = draft, reading
        every = [label for matrix in draft.matrices for label in (*matrix.rows, *matrix.columns)]
        texts = {NodeId(text) for label in every for _, text in label.texts}
        self.kinds = {node_id: kind for node_id, (kind, _) in reading.asserted(_possible_ids(texts)).items()}
        self.kinds.update((node_id, draft.nodes[node_id][0]) for node_id in texts if node_id in draft.nodes)
        self._here, self._there = self._called({name_key(text) for text in texts - self.kinds.keys()})
        self._bent: Counter[tuple[str, str | None, str]] = Counter()
        self._first: dict[tuple[str, str | None, str], tuple[int, str, str]] = {}
        self._looked_for = 0

    def find(self, label: MatrixLabel) -> NamedNode | Message | None:
        """Return what the label names: by id, else by name; what is wrong where it names several; None for nothing."""
        for _, text in label.texts:
            if self.kinds.get(NodeId(text)) in label.kinds:
                return NamedNode(NodeId(text), self.kinds[NodeId(text)])
        several: Message | None = None
        for heading, text in label.texts:
            named = self._all_called(text, label.kinds)
            if len(named) == 1:
                self._count(label, heading, text, named[0].id)
                return named[0]
            if named and several is None:
                several = message("ingest.name_of_several", name=text, ids=[one.id for one in named[:5]])
        return several

    def _called(self, wanted: set[str]) -> list[_Named]:
        """Return the courses, units and competencies of the draft, and those of the graph, that are called so."""
        draft, found = self._draft, (_Named(), _Named())
        stated = ((draft.source.name, node_id, *values) for node_id, values in draft.nodes.items())
        for at, rows in enumerate((stated, self._reading.node_stream() if wanted else ())):
            for source, node_id, kind, values in rows:
                is_stale = at and source == draft.source.name and kind in draft.replaces
                if kind in _KINDS and not is_stale:
                    add_named(found[at], wanted, NamedNode(node_id, kind), names_of(values))
        return list(found)

    def _all_called(self, text: str, kinds: tuple[str, ...]) -> list[NamedNode]:
        """Return what is called so, of these kinds, by id: of the draft, else of the graph."""
        both = (self._here.get(name_key(text), ()), self._there.get(name_key(text), ()))
        fitting = (sorted(one for one in named if one.kind in kinds) for named in both)
        return next(filter(None, fitting), [])

    def missing(self, label: MatrixLabel) -> Message:
        """Return what to say of a label that names nothing, with what comes near."""
        self._looked_for += 1
        texts = [text for _, text in label.texts]
        near = next(filter(None, map(self._nearest, texts)), None) if self._looked_for <= _MOST_LOOKED_FOR else None
        way_out = message("support.near", near=near) if near else message("support.import_first")
        key = "support.no_column" if label.kinds == _COMPETENCY else "support.no_row"
        return message(key, name=texts[-1], way_out=way_out)

    def notes(self) -> Iterable[Message]:
        """Yield a note for each column of rows, and for the headings, that name by name."""
        for (file, sheet, column), count in self._bent.items():
            row, text, found = self._first[file, sheet, column]
            if not column:
                note = message("support.named_headings", row=row, value=text, cells=count, id=found)
                yield noted(note, file, sheet)
                continue
            key = "native_bent.once" if count == 1 else "native_bent.often"
            place, how = f"{file}, {sheet}" if sheet else file, message("native_bent.name", id=found)
            yield message(key, place=place, column=column, row=row, value=text, cells=count, how=how)

    def _count(self, label: MatrixLabel, heading: str, text: str, found: NodeId) -> None:
        # Headings are told of together: each is a column of its own.
        at = (label.place.file, label.place.sheet, "" if label.kinds == _COMPETENCY else heading)
        self._bent[at] += 1
        self._first.setdefault(at, (label.place.row, text, found))

    def _nearest(self, text: str) -> str | None:
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - a matrix whose labels are right does not need it

        found = process.extractOne(text, self._callable, scorer=fuzz.ratio, score_cutoff=_LIKE)
        return None if found is None else str(found[0])

    @cached_property
    def _callable(self) -> list[str]:
        """What courses, units and competencies are called: ids and names."""
        found: dict[str, None] = {}
        stated = ((node_id, *values) for node_id, values in self._draft.nodes.items())
        stored = (row[1:] for row in self._reading.node_stream())
        for node_id, kind, values in (*stated, *stored):
            if kind in _KINDS:
                found.update(dict.fromkeys((str(node_id), *names_of(values))))
        return list(found)


def _possible_ids(texts: Iterable[str]) -> list[NodeId]:
    found = []
    for text in texts:
        try:
            found.append(parse_id(text))
        except InvalidValueError:
            continue
    return found
