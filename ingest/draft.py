"""Draft of a change set: the statements that a format understood, where each stands, and everything that is wrong."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.errors import Problem
from graph.messages import Message, message
from graph.model import LINK_VALUES, LinkKey, LinkValues, NodeId, NodeValues, Source, Value, canonical, merge_link


class Place(NamedTuple):
    """Where a record stands: file name, sheet of a workbook, and row as a spreadsheet counts (header: 1)."""

    file: str
    sheet: str | None
    row: int


Subject = NodeId | LinkKey


@dataclass(slots=True)
class MatrixLabel:
    """What names a row or a column of a matrix: its texts by the heading that each stands under, ids before names.

    `kinds` are those of the nodes that it can be.
    """

    place: Place
    texts: list[tuple[str, str]]
    kinds: tuple[str, ...]


@dataclass(slots=True)
class Matrix:
    """Support matrix as it stands in a sheet: courses or units down, competencies across.

    `cells` holds the filled ones by (row, column), as positions in `rows` and `columns`: each a weight, None where it
    states none. What is in `faulty` says nothing, neither that there is a link nor that there is none. Unless it
    `is_certain` that it is a matrix of courses or units, it is none where no row is known.
    """

    rows: list[MatrixLabel]
    columns: list[MatrixLabel]
    cells: dict[tuple[int, int], float | None]
    faulty: set[tuple[int, int]]
    is_certain: bool = True


class StandIn(NamedTuple):
    """A node that is known by name only: it gives way to the one of the graph, of that kind and name, if there is one.

    Ids that may take its place begin with one of the `prefixes`.
    """

    kind: str
    name: str
    prefixes: tuple[str, ...]


@dataclass(slots=True)
class DownloadBase:
    """How a workbook was when it was downloaded: at which revision of which store, and what its sheets said.

    `nodes` has of each node a digest of each value that a cell held; `links` those that stood in columns or rows, with
    whether a row of links said it; `cells` those of a matrix by row and column.
    """

    revision: int
    store: str
    nodes: dict[NodeId, dict[str, str]] = field(default_factory=dict)
    links: dict[LinkKey, tuple[LinkValues, bool]] = field(default_factory=dict)
    cells: dict[tuple[NodeId, NodeId], str] = field(default_factory=dict)


class Draft:
    """Change set in the making: statements, each with its places. A row with a problem states nothing.

    `read` counts records; each is accepted, rejected or skipped. `replaces` names the kinds and relations of which the
    files are all that the source states. `replaces_unless` names relations that a column of an absent file may state
    too: they are replaced only where the source has no node of these kinds so far, so that no column can have spoken.
    `headings` are what tables call their columns, where that is not the column's name. `takes_names` says that a name
    may stand for an id; `faulty_nodes` are what the nodes of rejected rows are called: by id, by name. `absent` names,
    for a column of a file, the file that states what the column refers to, and is not among those that were read.
    `only_names_source` says that nothing but the source's name was given: what is known of it stays. `source_place` is
    where the files state the source: file, sheet, row, as far as there are such. `institution` is the one that the
    source is said to belong to, before what its files say: empty for none, None where nothing is said. `keeps_dangling`
    says that ends which are not in the graph (yet) are the format's nature: such links are kept dormant. `withheld`
    says how many assessments of small groups the files leave out, since who exported them was not shown these.
    `matrices` are sheets of which only the graph can say what they state; `drops` are statements of the source that the
    files take back one by one, `dropped_at` where. `base` is how a workbook that was filled in was when it was
    downloaded: then it only states what was changed since, as a source that `is_source_named`, or is that of what is
    entered on pages. `columns` are those that each table has. `leaves_out_faulty` says that places which cannot be read
    are the files' nature: they are problems, are left out, and do not refuse the job. `stand_ins` are the nodes that
    are known by name only.
    """

    def __init__(self, source: Source) -> None:
        """Start with nothing stated."""
        self.source = source
        self.nodes: dict[NodeId, NodeValues] = {}
        self.links: dict[LinkKey, LinkValues] = {}
        self.replaces: set[str] = set()
        self.replaces_unless: dict[str, frozenset[str]] = {}
        self.only_names_source = False
        self.source_place: tuple[str | None, str | None, int | None] = (None, None, None)
        self.institution: str | None = None
        self.keeps_dangling = False
        self.is_refused = False
        self.withheld = 0
        self.leaves_out_faulty = False
        self.stand_ins: dict[NodeId, StandIn] = {}
        self.read = 0
        self.skipped: Counter[Message] = Counter()
        self.notes: list[Message] = []
        self.problems: list[Problem] = []
        self.rejected: set[Place] = set()
        self.places: dict[Subject, Place] = {}
        self.matrices: list[Matrix] = []
        self.drops: set[Subject] = set()
        self.dropped_at: dict[Subject, Place] = {}
        self.base: DownloadBase | None = None
        self.is_source_named = True
        self.columns: dict[tuple[str, str | None], frozenset[str]] = {}
        self.headings: dict[tuple[str, str | None], dict[str, str]] = {}
        self.takes_names = False
        self.faulty_nodes: dict[NodeId, Place] = {}
        self.absent: dict[tuple[str, str], str] = {}
        self.dependents: Counter[Place] = Counter()
        self._repeats: dict[Subject, list[Place]] = {}
        self._end_columns: dict[tuple[str, str | None, str], tuple[str, str]] = {}
        self.repeated_links = 0

    @property
    def accepted(self) -> int:
        """How many records were understood and stand."""
        return self.read - len(self.rejected) - self.skipped.total()

    def note(self, note: Message) -> None:
        """Record what people should know of how the files were read."""
        self.notes.append(note)

    def skip(self, reason: Message, records: int = 1) -> None:
        """Count records that are left out, and rightly so."""
        self.skipped[reason] += records

    def reject(self, place: Place, reason: Message, *, column: str | None = None, value: str | None = None) -> None:
        """Record what is wrong with a row; it will state nothing."""
        self.rejected.add(place)
        column = column and self.heading(place, column)
        self.problems.append(Problem(reason, place.file, place.sheet, place.row, column, value))

    def reject_with(self, place: Place, cause: Place) -> None:
        """Reject a row that states nothing only because another one, the cause, does not; it is counted there."""
        if place not in self.rejected:
            self.rejected.add(place)
            self.dependents[cause] += 1

    def heading(self, place: Place, column: str) -> str:
        """Return what the table of the place calls a column."""
        return self.headings.get((place.file, place.sheet), {}).get(column, column)

    def refuse(self, problem: Problem) -> None:
        """Record what is wrong with a whole file or sheet, or with the job: no leniency helps."""
        self.is_refused = True
        self.problems.append(problem)

    def state_node(self, place: Place, node_id: NodeId, kind: str, values: Mapping[str, Value]) -> bool:
        """Add a node and return True; an id that was stated before rejects the row."""
        first = self.places.get(node_id)
        if first is not None:
            self.reject(
                place,
                message("ingest.second_id", id=node_id, place=_spoken(first, place)),
                column="id",
                value=node_id,
            )
            return False
        self.nodes[node_id] = (kind, canonical(values))
        self.places[node_id] = place
        return True

    def state_link(self, place: Place, key: LinkKey, values: LinkValues, column: str | None = None) -> bool:
        """Add a link and return True; a repeat must agree with what was stated, else it rejects the row.

        Stated and not stated agree: the repeat then adds what it states.
        """
        before = self.links.get(key)
        if before is None:
            self.links[key] = values
            self.places[key] = place
            return True
        for name, old, new in zip(LINK_VALUES, before, values, strict=True):
            if old is not None and new is not None and old != new:
                first = _spoken(self.places[key], place)
                reason = message("ingest.second_value", link=" ".join(key), name=name, old=old, place=first, new=new)
                self.reject(place, reason, column=column or name, value=str(new))
                return False
        self.links[key] = merge_link([before, values])
        self._repeats.setdefault(key, []).append(place)
        self.repeated_links += 1
        return True

    def name_ends(self, file: str, sheet: str | None, relation: str, from_column: str, to_column: str) -> None:
        """Say in which columns a table names the ends of its links of a relation; else they are from_id and to_id."""
        self._end_columns[file, sheet, relation] = (from_column, to_column)

    def column_of(self, subject: Subject, column: str) -> str:
        """Return the column, as the table calls it, that stands behind a statement's `column`."""
        if isinstance(subject, tuple) and column in {"from_id", "to_id"}:
            place = self.places[subject]
            named = self._end_columns.get((place.file, place.sheet, subject[1]), ("from_id", "to_id"))
            return named[column == "to_id"]
        return column

    def take_back(self, subject: Subject) -> None:
        """Take back a statement."""
        del self.places[subject]
        if isinstance(subject, tuple):
            del self.links[subject]
        else:
            del self.nodes[subject]

    def give_way(self, found: Mapping[NodeId, NodeId]) -> None:
        """Put other nodes in the place of nodes that are stated: links lead to these instead."""
        for node_id in found:
            if node_id in self.nodes:
                self.take_back(node_id)
        for key in [key for key in self.links if key[0] in found or key[2] in found]:
            from_id, relation, to_id = key
            place, values = self.places[key], self.links[key]
            self.take_back(key)
            new = (found.get(from_id, from_id), relation, found.get(to_id, to_id))
            if new not in self.links:
                self.state_link(place, new, values)

    def drop_rejected(self) -> None:
        """Take back the statements of rejected rows, but for links that another row states too."""
        for subject in [s for s, place in self.places.items() if place in self.rejected]:
            others = [place for place in self._repeats.get(subject, ()) if place not in self.rejected]
            if others:
                self.places[subject] = others[0]
            elif isinstance(subject, tuple):
                del self.links[subject], self.places[subject]
            else:
                del self.nodes[subject], self.places[subject]


def _spoken(place: Place, seen_from: Place) -> Message:
    if (place.file, place.sheet) == (seen_from.file, seen_from.sheet):
        return message("place.row", row=place.row)
    if place.sheet:
        return message("place.sheet_row", file=place.file, sheet=place.sheet, row=place.row)
    return message("place.file_row", file=place.file, row=place.row)
