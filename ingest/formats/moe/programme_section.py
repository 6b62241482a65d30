"""Sections of programme descriptions: the lines of one programme as paragraphs, what was cut joined again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.messages import Message, message
from ingest.draft import Place
from ingest.formats.moe.programme_form import NUMBERED, Field, FormLine, LineKind
from ingest.formats.moe.text_repair import joined
from ingest.readers.documents.passage import Passage

_ORDER = {one: number for number, one in enumerate(Field)}
_ENDS = ("。", "；", ";", "！", "）")


class Doubt(NamedTuple):
    """A reading that may be wrong: what was taken for granted, where, and of what."""

    what: Message
    place: Place
    detail: str = ""


@dataclass
class Paragraph:
    """A paragraph of a programme: of a field, under a label where it has one, from its first line on."""

    field: Field
    place: Place
    text: str
    label: str = ""


@dataclass
class ProgrammeSection:
    """What the files say of one programme; `code` and `name` are empty where they were lost."""

    place: Place
    code: str = ""
    name: str = ""
    years: str = ""
    class_code: str = ""
    paragraphs: list[Paragraph] = field(default_factory=list)

    def has(self, wanted: Field) -> bool:
        """Say whether a paragraph is of the field."""
        return any(one.field is wanted for one in self.paragraphs)

    @property
    def latest(self) -> Field:
        """The latest field, in the order of the form, that a paragraph is of."""
        return max((one.field for one in self.paragraphs), key=_ORDER.__getitem__, default=Field.HEAD)


@dataclass
class DocumentSections:
    """What a document holds: programmes in its order, classes by code, stray lines, and where a reading is doubtful."""

    programmes: list[ProgrammeSection] = field(default_factory=list)
    classes: dict[str, tuple[str, Place]] = field(default_factory=dict)
    repeated_classes: list[Place] = field(default_factory=list)
    stray: list[tuple[Place, str]] = field(default_factory=list)
    doubts: list["Doubt"] = field(default_factory=list)


class SectionReader:
    """Gathers the lines of one document."""

    def __init__(self, file: str, class_code: str = "") -> None:
        """Begin; `class_code` is the class that the file is named after."""
        self._file = file
        self._class_code = class_code
        self._now: ProgrammeSection | None = None
        self._field = Field.HEAD
        self._open: Paragraph | None = None
        self._number = 0
        self.found = DocumentSections()

    def read(self, lines: Iterable[FormLine]) -> DocumentSections:
        """Return what the lines say."""
        for line in lines:
            match line.kind:
                case LineKind.CODE | LineKind.NAME | LineKind.YEARS:
                    self._head(line)
                case LineKind.TITLE:
                    self._title(line)
                case LineKind.LABEL:
                    self._label(line)
                case LineKind.CLASS:
                    self._class(line)
                case LineKind.DOCUMENT:
                    self._open = None
                case LineKind.TEXT:
                    self._text(line)
        return self.found

    def _place(self, passage: Passage) -> Place:
        return Place(self._file, passage.part, passage.row)

    def _begin(self, line: FormLine) -> ProgrammeSection:
        self._now = ProgrammeSection(self._place(line.passage), class_code=self._class_code)
        self.found.programmes.append(self._now)
        self._open, self._number = None, 0
        return self._now

    def _head(self, line: FormLine) -> None:
        now = self._now
        name = str(line.kind)
        if now is None or now.paragraphs or getattr(now, name):
            now = self._begin(line)
        setattr(now, name, line.text)
        self._field, self._open = Field.HEAD, None

    def _class(self, line: FormLine) -> None:
        code = line.label
        if code in self.found.classes:
            self.found.repeated_classes.append(self._place(line.passage))
        self.found.classes.setdefault(code, (line.text, self._place(line.passage)))
        if len(code) == 4:
            self._class_code = code
        self._now, self._open = None, None

    def _title(self, line: FormLine) -> None:
        wanted = line.field or Field.HEAD
        now = self._now
        if now is None or (wanted is Field.ORIENTATION and now.paragraphs):
            self._begin(line)
        self._field, self._open, self._number = wanted, None, 0

    def _label(self, line: FormLine) -> None:
        wanted = line.field or Field.HEAD
        if self._now is None:
            self._begin(line)
        self._field = wanted
        self._add(wanted, line, line.text, line.label)

    def _text(self, line: FormLine) -> None:
        text, place = line.text, self._place(line.passage)
        if self._now is None:
            self.found.stray.append((place, text))
            return
        if wanted := self._lost_title(text):
            self._field, self._open = wanted, None
            self._doubt("moe.lost_title", place, str(wanted))
        if self._field is Field.ABILITY:
            self._ability(line)
        elif self._open is not None and not (line.passage.is_item and self._open.text):
            self._continue(self._open, text, place)
        else:
            self._add(self._field, line, text)

    def _lost_title(self, text: str) -> Field | None:
        """Return the field that a text begins whose heading was lost: by how such texts begin, and where it stands."""
        now = self._now
        is_complete = self._open is None or self._open.text.endswith(_ENDS)
        if now is None or not is_complete:
            return None
        if text.startswith(("面向", "本专业面向", "主要面向")) and not now.paragraphs and self._field is Field.HEAD:
            return Field.ORIENTATION
        if text.startswith(("本专业培养", "培养德智体")) and self._field in {Field.HEAD, Field.ORIENTATION}:
            return None if now.has(Field.OBJECTIVE) else Field.OBJECTIVE
        numbered = NUMBERED.match(text)
        if numbered and numbered["number"] == "1" and not now.has(Field.ABILITY) and self._field is Field.OBJECTIVE:
            return Field.ABILITY
        return None

    def _ability(self, line: FormLine) -> None:
        numbered = NUMBERED.match(line.text)
        if numbered and (int(numbered["number"]) == self._number + 1 or self._is_over()):
            number = int(numbered["number"])
            if number != self._number + 1:
                self._doubt("moe.number_missing", self._place(line.passage), str(number))
            self._number = number
            self._add(Field.ABILITY, line, line.text[numbered.end() :])
        elif self._open is None or line.passage.is_item:
            self._number += 1
            self._add(Field.ABILITY, line, line.text)
        else:
            self._continue(self._open, line.text, self._place(line.passage))

    def _doubt(self, key: str, place: Place, detail: str = "") -> None:
        self.found.doubts.append(Doubt(message(key), place, detail))

    def _is_over(self) -> bool:
        return self._open is None or self._open.text.endswith(_ENDS)

    def _continue(self, paragraph: Paragraph, text: str, place: Place) -> None:
        if paragraph.text.endswith("。"):
            self._doubt("moe.after_the_end", place)
        paragraph.text = joined(paragraph.text, text)

    def _add(self, wanted: Field, line: FormLine, text: str, label: str = "") -> None:
        now = self._now or self._begin(line)
        self._open = Paragraph(wanted, self._place(line.passage), text, label)
        now.paragraphs.append(self._open)
