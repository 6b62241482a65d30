"""Reader of crosswalks, pairs of ids with a confidence: published between vocabularies, or a reviewed alignment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import Message, message
from graph.model import LinkKey, LinkValues, NodeId, Source
from graph.schema import RELATIONS, WEIGHT
from ingest.draft import Draft, Place
from ingest.formats.crosswalk.codes import CodeTranslation, open_table
from ingest.formats.framework import FrameworkReader, named_column, only_column, tolerance
from ingest.progress import OnProgress
from ingest.readers import Table, Tolerance
from ingest.readers.tolerance import OnNote


@dataclass(frozen=True, slots=True)
class CrosswalkOptions:
    """How a table of pairs is to be read; None leaves it to what is known of the table.

    `weights` maps confidences to weights, as in "2.0=1.0,1.0=0.8,0.5=0.4"; 0 leaves a pair out. Without it a
    confidence above 0 to 1 is the weight. `old_column` and `new_column` are those of the file `translate`. The header
    stands in `header_row`, from 1; without it, in the first row that has the columns.
    """

    from_column: str | None = None
    to_column: str | None = None
    confidence_column: str | None = None
    weights: str | None = None
    relation: str = "SAME_AS"
    from_prefix: str | None = None
    to_prefix: str | None = None
    translate: Path | None = None
    old_column: str | None = None
    new_column: str | None = None
    header_row: int | None = None


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A published table: the columns that tell it, how it is read, and whose it is."""

    columns: frozenset[str]
    read_as: CrosswalkOptions
    source: Source


# Nesta states three levels of confidence, 2 the highest. Their weights are our reading: only 2 is exact.
PUBLISHED = (
    PublishedTable(
        frozenset({"esco_occupation", "onet_code", "concept_uri", "confidence"}),
        CrosswalkOptions("concept_uri", "onet_code", "confidence", "2.0=1.0,1.0=0.8,0.5=0.4", to_prefix="onet:"),
        Source(
            name="ESCO-O*NET crosswalk",
            version="Nesta, 2020",
            licence="MIT, Copyright (c) 2021 Nesta. Derived from ESCO (2011/833/EU) and O*NET (CC BY 4.0).",
            url="https://github.com/nestauk/mapping-career-causeways",
            rank=200,
        ),
    ),
)
_FROM, _TO, _CONFIDENCE = ("from_id",), ("to_id",), ("weight", "confidence")


def read(path: Path, on_progress: OnProgress | None = None, *, wanted: CrosswalkOptions | None = None) -> Draft:
    """Return the links that the pairs state; ends that are not there yet are kept in mind.

    The source bears the file's name, where the table is not a known one. How the table was read stands in the notes.

    Raises:
        InputError: the file or the table of codes cannot be read, a column is missing, or `wanted` makes no sense.
    """
    asked = wanted or CrosswalkOptions()
    notes: list[Message] = []
    table = open_table(path, _tolerance(asked, notes.append), [name for name in _named(asked) if name])
    known = next((known for known in PUBLISHED if known.columns <= set(table.header)), None)
    asked = _completed(asked, known.read_as if known else CrosswalkOptions())
    if asked.relation not in RELATIONS:
        raise InputError(message("crosswalk.relation", relation=asked.relation, fault=_no_relation(asked.relation)))
    draft = Draft(known.source if known else Source(name=path.stem[:200] or "crosswalk", rank=200))
    draft.keeps_dangling = True
    draft.replaces = set(RELATIONS)
    for note in notes:
        draft.note(note)
    _CrosswalkReader(draft, on_progress, table, asked).read()
    return draft


def _completed(asked: CrosswalkOptions, known: CrosswalkOptions) -> CrosswalkOptions:
    """Return what was asked, and the rest as it is known; weights and prefixes belong to the columns they were for."""
    same_from = asked.from_column in {None, known.from_column}
    same_to = asked.to_column in {None, known.to_column}
    same_confidence = asked.confidence_column in {None, known.confidence_column}
    return CrosswalkOptions(
        asked.from_column or known.from_column,
        asked.to_column or known.to_column,
        asked.confidence_column or known.confidence_column,
        asked.weights if asked.weights is not None else known.weights if same_confidence else None,
        asked.relation,
        asked.from_prefix if asked.from_prefix is not None else known.from_prefix if same_from else None,
        asked.to_prefix if asked.to_prefix is not None else known.to_prefix if same_to else None,
        asked.translate,
        asked.old_column,
        asked.new_column,
        asked.header_row,
    )


def _tolerance(asked: CrosswalkOptions, on_note: OnNote) -> Tolerance:
    """Return the tolerance that finds the header where it is said to be, or where the columns are."""
    if (row := asked.header_row) is not None:
        return Tolerance(on_note, lambda rows: max(0, min(row, len(rows)) - 1), loose_header=True)
    known = [name for table in PUBLISHED for name in table.columns]
    return tolerance(on_note, *(name for name in _named(asked) if name), *_FROM, *_TO, *_CONFIDENCE, "relation", *known)


def _named(asked: CrosswalkOptions) -> tuple[str | None, str | None, str | None]:
    return asked.from_column, asked.to_column, asked.confidence_column


def _no_relation(relation: str) -> Message:
    near = get_close_matches(relation.upper(), RELATIONS, 1, 0.5)
    if near:
        return message("crosswalk.no_relation_near", near=near[0])
    return message("crosswalk.no_relation", relations=list(RELATIONS))


def _weight_map(text: str) -> dict[str, float]:
    """Return the weight of each confidence, by the confidence's form; raises InputError."""
    weights: dict[str, float] = {}
    for part in text.split(","):
        confidence, equals, weight = (one.strip() for one in part.rpartition("="))
        try:
            number = 0.0 if weight in {"0", "0.0"} else float(str(WEIGHT.parse(weight)))
        except ValueError:
            number = -1
        if not equals or not confidence or number < 0:
            raise InputError(Problem(message("crosswalk.weights", weights=text, part=part), value=part))
        if weights.setdefault(_form(confidence), number) != number:
            reason = message("crosswalk.weights_twice", weights=text, confidence=confidence)
            raise InputError(Problem(reason, value=part))
    return weights


def _form(confidence: str) -> str:
    """Return the confidence as it is compared: 2, 2.0 and 2.00 are one; words without regard to case."""
    try:
        return f"{float(confidence):g}"
    except ValueError:
        return confidence.casefold()


class _CrosswalkReader(FrameworkReader):
    """Pairs to links."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None, table: Table, asked: CrosswalkOptions) -> None:
        super().__init__(draft, on_progress)
        self._table, self._asked = table, asked
        self._from = self._column("--from-column", asked.from_column, _FROM)
        self._to = self._column("--to-column", asked.to_column, _TO)
        self._confidence = self._confidence_at()
        self._relation = named_column(table, "relation")
        self._weights = _weight_map(asked.weights) if asked.weights is not None else None
        self._codes = (
            CodeTranslation.read(asked.translate, asked.old_column, asked.new_column, draft.note)
            if asked.translate
            else None
        )

    def read(self) -> None:
        """State a link for each pair, and note how the table was read."""
        header = self._table.header
        for relation in RELATIONS:
            self.draft.name_ends(self._table.file, self._table.sheet, relation, header[self._from], header[self._to])
        met: set[str] = set()
        for place, cells in self.rows(self._table):
            relation = cells[self._relation] if self._relation is not None else ""
            met.add(relation := relation or self._asked.relation)
            if relation not in RELATIONS:
                column = header[self._relation] if self._relation is not None else None
                self.draft.reject(place, _no_relation(relation), column=column, value=relation[:200])
                continue
            weight = self._weight(place, relation, cells)
            if weight is None:
                continue
            firsts = list(self._ends(place, self._from, cells, self._asked.from_prefix))
            seconds = list(self._ends(place, self._to, cells, self._asked.to_prefix))
            for first in firsts:
                for second in seconds:
                    self._state(place, (first, relation, second), weight[0])
        self._note(met)

    def _state(self, place: Place, key: LinkKey, weight: float | None) -> None:
        """State the link; where codes that became one make one link of two, the surer pair stands."""
        values: LinkValues = (weight, None, None, None, None)
        if self._codes is not None and key in self.draft.links and self._codes.changed(key):
            before = self.draft.links[key][0]
            if before is not None and weight is not None and before != weight:
                self._codes.fell_together += 1
                values = (max(before, weight), None, None, None, None)
                self.draft.links[key] = values
        self.draft.state_link(place, key, values, self._table.header[self._confidence] if self._confidence else None)

    def _column(self, flag: str, asked: str | None, defaults: Iterable[str]) -> int:
        names = [asked] if asked else list(defaults)
        at = named_column(self._table, *names)
        if at is None:
            reason = message("crosswalk.no_column", column=names[0], flag=flag)
            raise InputError(Problem(reason, self._table.file, self._table.sheet, self._table.header_row, names[0]))
        return only_column(self._table, at)

    def _confidence_at(self) -> int | None:
        """Return where the confidence stands; only SAME_AS, which merges, cannot do without."""
        if self._asked.confidence_column:
            return self._column("--confidence-column", self._asked.confidence_column, ())
        at = named_column(self._table, *_CONFIDENCE)
        if at is None and self._asked.relation == "SAME_AS":
            reason = message("crosswalk.no_confidence_column")
            raise InputError(
                Problem(reason, self._table.file, self._table.sheet, self._table.header_row, _CONFIDENCE[0])
            )
        return at

    def _weight(self, place: Place, relation: str, cells: list[str]) -> tuple[float | None] | None:
        """Return what the row's confidence weighs, None within where none is stated; None where it states no link."""
        text = cells[self._confidence] if self._confidence is not None else ""
        column = self._table.header[self._confidence] if self._confidence is not None else None
        if not text:
            if relation != "SAME_AS":
                return (None,)
            self.draft.reject(place, message("crosswalk.no_confidence"), column=column)
            return None
        try:
            weight = self._weights[_form(text)] if self._weights is not None else float(str(WEIGHT.parse(text)))
        except KeyError:
            reason = message("crosswalk.no_weight", known=list(self._weights or ()))
            self.draft.reject(place, reason, column=column, value=text[:200])
            return None
        except InvalidValueError as error:
            reason = message("crosswalk.no_share", fault=error.message)
            self.draft.reject(place, reason, column=column, value=text[:200])
            return None
        if not weight:
            self.draft.skip(message("crosswalk.weightless", confidence=_form(text)))
            return None
        return (weight,)

    def _ends(self, place: Place, at: int, cells: list[str], prefix: str | None) -> Iterator[NodeId]:
        column = self._table.header[at]
        text = self.code(place, column, cells[at])
        if text is None:
            return
        for code in self._codes.of(text) if self._codes is not None else (text,):
            put = f"{prefix}{code}" if prefix and code and not code.startswith(prefix) else code
            node_id = self.id(place, column, put)
            if node_id is not None:
                if self._codes is not None and code != text:
                    self._codes.made.add(node_id)
                yield node_id

    def _note(self, met: set[str]) -> None:
        header, asked, note = self._table.header, self._asked, self.draft.note
        confidence = header[self._confidence] if self._confidence is not None else None
        relations = sorted(met & set(RELATIONS)) or [asked.relation]
        read_as = {"from_column": header[self._from], "to_column": header[self._to]}
        if confidence:
            note(message("crosswalk.read_as", **read_as, confidence=confidence, relations=relations))
        else:
            note(message("crosswalk.read_without_confidence", **read_as, relations=relations))
        if self._weights is not None:
            weights = [f"{form} = {weight:g}" for form, weight in self._weights.items()]
            note(message("crosswalk.weights_used", weights=weights))
        if asked.from_prefix:
            note(message("crosswalk.first_prefix", prefix=asked.from_prefix))
        if asked.to_prefix:
            note(message("crosswalk.second_prefix", prefix=asked.to_prefix))
        if self._codes is not None:
            for translated in self._codes.notes():
                note(translated)
        used = {self._from, self._to, self._confidence, self._relation}
        if others := [name for at, name in enumerate(header) if name and at not in used]:
            note(message("crosswalk.unread_columns", columns=others))
