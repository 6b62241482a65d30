"""Reader of the native exchange format: from a folder of CSV files, a workbook, a JSON file or a single CSV file."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from graph.errors import InputError, Problem
from graph.messages import Message, message, writable
from graph.model import LINK_VALUES, LinkKey, LinkValues, NodeId, Source, Value, assessment_id
from graph.properties import NameList
from graph.schema import FILES, KIND_OF_FILE, KINDS, LINKS_FILE, RELATIONS, SOURCE_FILE, Kind, column_relations
from ingest.draft import Draft, Place
from ingest.formats.json_shapes import of_other_format
from ingest.formats.native.checksums import compare_checksums
from ingest.formats.native.download_base import DOWNLOADED, read_base
from ingest.formats.native.example_rows import EXPLAINING
from ingest.formats.native.matrix import is_called_matrix, is_matrix, matrix_header, read_matrix
from ingest.formats.native.rows import ParsedRow, rows, unlisted
from ingest.formats.native.vocabulary import file_called, known_headings
from ingest.progress import OnProgress
from ingest.readers import Table, Tolerance, only_workbook, tables
from ingest.readers.table import noted

_LONGEST_NAME = 200
_ENOUGH_HEADINGS = 3
_CALLED = ("id", "name", "name_zh")
ABOUT = "about"
"""What a JSON file calls what it is cited by: it states nothing."""


def read(
    path: Path,
    source_name: str | None = None,
    on_progress: OnProgress | None = None,
    *,
    strict: bool = False,
    takes_names: bool = False,
) -> Draft:
    """Return what the folder, workbook, .json or single .csv file states, and every problem of every row.

    `source_name` goes before the name in the source file; a single .csv file needs it. A `strict` reader takes nothing
    that is not as the format has it, but for names where ids stand, if it `takes_names`.

    Raises:
        InputError: there is nothing to read at `path`, or a single file without a source.
    """
    path = path if strict else only_workbook(path)
    faults: list[Problem] = []
    notes: list[Message] = []
    base = None if strict else read_base(path)
    finder = HeaderFinder()
    own = frozenset({DOWNLOADED})
    tolerance = None if strict else Tolerance(notes.append, finder.find, loose_header=True, own_sheets=own)
    try:
        found = tables(path, faults.append, ignore=[*EXPLAINING, DOWNLOADED], tolerance=tolerance)
    except InputError as error:
        raise of_other_format(error, path, "native") from None
    files = [table for table in found if table.name != ABOUT]
    matrices = [] if strict else [table for table in files if is_matrix(table)]
    known = _known([table for table in files if table not in matrices], faults, notes, strict=strict)
    if files and not known and not matrices:
        unknown = InputError(Problem(message("native.another_form"), path.name))
        faults.append(of_other_format(unknown, path, "native").problem)
    is_single = path.suffix.lower() in {".csv", ".tsv", ".txt"} and not path.is_dir()
    if is_single and not source_name and SOURCE_FILE not in known:
        reason = message("native.single_file")
        raise InputError(Problem(reason, path.name))
    named = source_name or (SOURCE_FILE if base else None)
    source, place, withheld = _source(path, known.get(SOURCE_FILE), named, faults, strict=strict)
    draft = Draft(source)
    draft.base, draft.is_source_named = base, base is None or source_name is not None
    draft.takes_names = takes_names or not strict
    draft.source_place, draft.withheld = place or (path.name, None, None), withheld
    draft.only_names_source = SOURCE_FILE not in known
    for note in notes:
        draft.note(note)
    _say_what_is_replaced(draft, known)
    for problem in faults:
        draft.refuse(problem)
    if path.is_dir():
        _compare_with_export(draft, path)
    _state(draft, known, lambda table: rows(draft, table, on_progress, strict=strict))
    for table in matrices:
        is_certain = is_called_matrix(table) or not known.keys() - {SOURCE_FILE}
        read_matrix(draft, table, finder.above(table), is_certain=is_certain)
    if not draft.read:
        draft.note(message("native.nothing"))
    if draft.links and LINKS_FILE not in known:
        draft.note(message("native.without_links"))
    return draft


def _state(draft: Draft, known: Mapping[str, Table], parsed: Callable[[Table], Iterable[ParsedRow]]) -> None:
    """State what the tables hold, nodes before links."""
    for name in FILES:
        if name in known and name in KIND_OF_FILE:
            _name_ends(draft, KIND_OF_FILE[name], known[name])
            _state_nodes(draft, KIND_OF_FILE[name], parsed(known[name]))
        elif name in known and name == LINKS_FILE:
            _state_links(draft, parsed(known[name]))


class HeaderFinder:
    """Finds the headers of tables, and keeps what stands above each."""

    def __init__(self) -> None:
        """Have found none yet."""
        self._above: dict[tuple[str, ...], list[list[str]]] = {}

    def find(self, rows: Sequence[list[str]]) -> int:
        """Return which of the first rows of a table is its header."""
        at = find_header(rows)
        if at:
            self._above[_filled(rows[at])] = [list(cells) for cells in rows[:at]]
        return at

    def above(self, table: Table) -> list[list[str]]:
        """Return the rows above the header of a table."""
        return self._above.get(_filled(table.header), [])


def _filled(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, cells))


def find_header(rows: Sequence[list[str]]) -> int:
    """Return which of the first rows names columns of the format in most of its cells, or the columns of a matrix.

    Else it is the first filled one.
    """
    if (of_matrix := matrix_header(rows)) is not None:
        return of_matrix
    for at, cells in enumerate(rows):
        filled = sum(1 for cell in cells if cell)
        known = known_headings(cells)
        if known >= min(2, filled) and known and (2 * known >= filled or known > _ENOUGH_HEADINGS):
            return at
    return next((at for at, cells in enumerate(rows) if any(cells)), 0)


def _known(files: Iterable[Table], faults: list[Problem], notes: list[Message], *, strict: bool) -> dict[str, Table]:
    """Return the tables by the files of the format that they are; unlisted ones are refused, or noted."""
    known: dict[str, Table] = {}
    for table in files:
        name = table.name if table.name in FILES or strict else file_called(table.name)
        if name not in FILES:
            if strict:
                faults.append(unlisted(table))
            else:
                notes.append(noted(message("native.table_ignored"), table.file, table.sheet))
        elif name in known:
            other = known[name]
            reason = message("native.table_twice", table=name, other=other.sheet or other.file)
            faults.append(Problem(reason, table.file, table.sheet))
        else:
            table.name = name
            known[name] = table
    return known


def _compare_with_export(draft: Draft, folder: Path) -> None:
    """Tell of what is not as it was exported, where the folder says how that was."""
    try:
        for difference in compare_checksums(folder):
            if isinstance(difference, Problem):
                draft.refuse(difference)
            else:
                draft.note(difference)
    except OSError as error:
        raise InputError(Problem(message("file.unreadable", error=error.strerror or str(error)), folder.name)) from None


def _say_what_is_replaced(draft: Draft, files: Collection[str]) -> None:
    """Say of which kinds and relations these files, named as in FILES, are all that the source states.

    Without links, columns only add to a relation. With links, a relation that a column of an absent file may state is
    replaced only where the source has no node of that file's kind so far.
    """
    draft.replaces = {KIND_OF_FILE[file].name for file in files if file in KIND_OF_FILE}
    if LINKS_FILE not in files:
        return
    absent = [kind for kind in KINDS if kind not in draft.replaces]
    for relation in RELATIONS:
        in_doubt = frozenset(kind for kind in absent if relation in column_relations(kind))
        if in_doubt:
            draft.replaces_unless[relation] = in_doubt
        else:
            draft.replaces.add(relation)


def _source(
    path: Path, table: Table | None, name: str | None, faults: list[Problem], *, strict: bool
) -> tuple[Source, Place | None, int]:
    """Return the source, where it is stated if in a file, and how many rows an export left out.

    Where the source is at fault, it is one by the name of the path: then nothing will be applied.
    """
    if table is None:
        if not name and all(problem.file != "source.csv" and problem.sheet != SOURCE_FILE for problem in faults):
            faults.append(Problem(message("native.no_source", name=SOURCE_FILE), path.name))
        return Source(name=name or _named_after(path)), None, 0
    sink = Draft(Source(name=SOURCE_FILE))
    stated = list(rows(sink, table, strict=strict))
    if not stated and not sink.problems:
        faults.append(table.problem(message("native.empty_source")))
    faults += sink.problems
    faults += [table.problem(message("native.second_source"), row.place.row) for row in stated[1:]]
    values = dict(stated[0].values) if stated else {}
    values["name"] = name or values.get("name") or _named_after(path)
    return Source.model_validate(values), stated[0].place if stated else None, sink.withheld


def _named_after(path: Path) -> str:
    """Return a name for a source that has none of its own, as a path may be longer, and no text."""
    return writable(path.stem)[:_LONGEST_NAME] or SOURCE_FILE


def _name_ends(draft: Draft, kind: Kind, table: Table) -> None:
    for column in kind.link_columns:
        ends = ("id", column.name) if column.outward else (column.name, "id")
        draft.name_ends(table.file, table.sheet, column.relation, *ends)


def _state_nodes(draft: Draft, kind: Kind, parsed_rows: Iterable[ParsedRow]) -> None:
    names = [p.name for p in kind.properties if isinstance(p.type, NameList)]
    for row in parsed_rows:
        values = row.values
        links = _column_links(draft, kind, row)
        for name in names:
            _drop_repeats(values, name)
        if row.faulty or links is None:
            for called in _CALLED:
                if isinstance(text := values.get(called), str):
                    draft.faulty_nodes.setdefault(NodeId(text), row.place)
            continue
        node_id = _identified(draft, kind, row) if kind.identified_by else cast(NodeId | None, values.pop("id", None))
        if node_id is None or not draft.state_node(row.place, node_id, kind.name, values):
            continue
        for relation, is_outward, other, weight in links:
            key = (node_id, relation, other) if is_outward else (other, relation, node_id)
            draft.state_link(row.place, key, (weight, None, None, None, None), "importance" if weight else None)


def _column_links(draft: Draft, kind: Kind, row: ParsedRow) -> list[tuple[str, bool, NodeId, float | None]] | None:
    """Return (relation, whether it leads outward, other end, weight) of each, taken from the row; None for a fault."""
    links: list[tuple[str, bool, NodeId, float | None]] | None = []
    for column in kind.link_columns:
        other = cast(NodeId | None, row.values.pop(column.name, None))
        weight = cast(float | None, row.values.pop(column.weight_column, None)) if column.weight_column else None
        if other is not None and links is not None:
            links.append((column.relation, column.outward, other, weight))
        elif weight is not None and column.name not in row.faulty:
            reason = message("native.weight_alone", weight=column.weight_column, column=column.name)
            draft.reject(row.place, reason, column=column.weight_column, value=str(weight))
            links = None
    return links


def _drop_repeats(values: dict[str, Value], name: str) -> None:
    stated = values.get(name)
    if isinstance(stated, list):
        values[name] = others = [one for one in stated if one != values.get("name")]
        if not others:
            del values[name]


def _identified(draft: Draft, kind: Kind, row: ParsedRow) -> NodeId | None:
    """Return the id of what is identified by its values; None, and the row rejected, where it stands already."""
    parts = [str(row.values.get(name, "")) for name in kind.identified_by]
    node_id = assessment_id(*parts)
    first = draft.places.get(node_id)
    if first is not None:
        reason = message("native.same_row", columns=kind.identified_by, row=first.row)
        draft.reject(row.place, reason, value=" ".join(filter(None, parts)))
        return None
    return node_id


def _state_links(draft: Draft, parsed_rows: Iterable[ParsedRow]) -> None:
    for place, values, faulty in parsed_rows:
        key = (values.get("from_id"), values.get("relation"), values.get("to_id"))
        if not faulty and None not in key:
            draft.state_link(place, cast(LinkKey, key), cast(LinkValues, tuple(map(values.get, LINK_VALUES))))
