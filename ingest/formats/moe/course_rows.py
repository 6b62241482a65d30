"""Rows of a plan's tables of courses and practice, gathered by course: what several tables say of one is one course."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

from graph.messages import Message, message
from ingest.draft import Draft, Place
from ingest.formats.moe.course_cards import HEADER, CourseCard, course_cards
from ingest.formats.moe.course_columns import CourseColumn, CourseHeader, course_header
from ingest.formats.moe.plan_course import FIGURES, PlanCourse, course_name, figure, in_weeks, is_training
from ingest.formats.moe.statement_list import statements
from ingest.formats.moe.term_numbers import terms_of
from ingest.formats.moe.text_repair import repaired
from ingest.readers.documents.document_tables import DocumentTable
from ingest.readers.documents.passage import Passage

_SUM = re.compile(
    r"^其中|(?:小计|合计|总计|共计|累计|学分合计|学时合计)(?:\(.*|[:/].*)?$|^(?:总学分|总学时|总周数|总课时|周学时|周课时|每周学时|课程门数|考试门数)"
    r"|占.{0,8}比|比例$|学时数?/周"
)
_NOTE = re.compile(r"^(?:注|备注|说明|附注)\d?[:：、.\s]|^[*＊※]\s*(?:表示|为|号)")
_NO_NAME = re.compile(r"[.…·—\-/、,\s]*")
_FIGURE_COLUMNS = (
    (CourseColumn.CREDITS, "credits"),
    (CourseColumn.TOTAL, "total"),
    (CourseColumn.THEORY, "theory"),
    (CourseColumn.PRACTICE, "practice"),
    (CourseColumn.WEEKS, "weeks"),
)
_MOST = {"credits": 1000, "total": 1_000_000, "theory": 1_000_000, "practice": 1_000_000, "weeks": 1000}
"""What the schema takes of each, and so many weeks."""
_NOT_TAUGHT = re.compile(r"[-—–/\\0\s]*")


class CourseRows:
    """Gathers rows of one document; each is counted, and what is doubtful is kept with its place."""

    def __init__(self, draft: Draft, file: str) -> None:
        """Count into the draft."""
        self._draft, self._file = draft, file
        self._courses: defaultdict[str, list[PlanCourse]] = defaultdict(list)
        self._header: CourseHeader | None = None
        self._last: PlanCourse | None = None
        self._section = ""
        self._tables = 0
        self.doubts: defaultdict[Message, list[Place]] = defaultdict(list)

    def courses(self) -> Iterator[PlanCourse]:
        """Yield the courses and tasks in the order in which they were met; a total of hours alone is doubtful."""
        for found in self._courses.values():
            for one in found:
                if one.total and not one.is_task and one.theory is None and one.practice is None:
                    self.doubts[message("curriculum.undivided")].append(one.place)
                yield one

    def named(self, place: Place, name: str, label: str, *, is_task: bool = False) -> None:
        """Take a course or task that a sentence names, unless it is known."""
        found = PlanCourse(place, course_name(name), label=label, is_task=is_task)
        if found.name and not self._courses[found.key]:
            self._courses[found.key].append(found)

    def read(self, table: DocumentTable, label: str) -> bool:
        """Take the rows of a table; False where it is none of courses, and nothing is taken of it."""
        if cards := course_cards(table.rows):
            self._cards(cards, label)
            return True
        rows, at = table.rows, 0
        goes_on = self._header is not None and self._header.width == len(rows[0].cells) and "续" in table.caption
        if not any(course_header(rows[start:]) for start in range(min(len(rows), 6))) and not goes_on:
            return False
        self._header = self._header if goes_on else None
        self._tables += 1
        self._section = self._section if goes_on else ""
        while at < len(rows):
            if (found := course_header(rows[at:])) is not None:
                self._header, at = found, at + found.rows
                continue
            if self._header is not None:
                self._row(rows[at], self._header, label)
            at += 1
        return True

    def _cards(self, cards: Sequence[CourseCard], label: str) -> None:
        self._tables += 1
        self._section = ""
        for card in cards:
            self._draft.read += card.rows
            if card.unread:
                self._draft.skip(message("curriculum.other_tables"), card.unread)
            place = Place(self._file, card.row.part, card.row.row)
            self._course(place, card.row, HEADER, self._label(card.row.cells, HEADER, label))

    def _row(self, row: Passage, header: CourseHeader, label: str) -> None:
        self._draft.read += 1
        place = Place(self._file, row.part, row.row)
        own = [cell for at, cell in enumerate(row.cells) if cell.strip() and at not in row.spanned]
        words = list(dict.fromkeys("".join(unicodedata.normalize("NFKC", cell).split()) for cell in own))
        name = course_name(header.text(row.cells, CourseColumn.NAME))
        if any(_SUM.search(word) for word in (*words[:2], name)):
            self._draft.skip(message("curriculum.sums"))
        elif words and _NOTE.match(words[0]):
            self._draft.skip(message("moe.note_row"))
        elif len(words) == 1 and not words[0].isdecimal() and self._spans(row, header):
            self._section = course_name(own[0])
            self._draft.skip(message("curriculum.headings"))
        elif _NO_NAME.fullmatch(name):
            self._nameless(place, row, header)
        elif len(name) > _LONGEST_NAME:
            self._draft.reject(place, message("curriculum.long_name"), value=name[:200])
        else:
            self._course(place, row, header, self._label(row.cells, header, label))

    def _spans(self, row: Passage, header: CourseHeader) -> bool:
        """Say whether a row of one text is a heading: it fills the row, or stands where no course is named."""
        filled = [at for at, cell in enumerate(row.cells) if cell.strip() and at not in row.spanned]
        return len(filled) > 2 or not set(filled) & set(header.columns[CourseColumn.NAME])

    def _nameless(self, place: Place, row: Passage, header: CourseHeader) -> None:
        """Take a row without a name: the rest of the course above that a page cut, nothing, or a fault."""
        content = [header.text(row.cells, one) for one in (CourseColumn.TASK, CourseColumn.GOAL, CourseColumn.CONTENT)]
        figures = [header.text(row.cells, column) for column, _ in _FIGURE_COLUMNS]
        if any(content) and self._last is not None:
            self._describe(self._last, place, row, header)
        elif any(figure(text)[0] for text in figures):
            self._draft.reject(place, message("curriculum.no_name"), value=row.text[:200])
        else:
            self._draft.skip(message("curriculum.empty_rows"))

    def _label(self, cells: Sequence[str], header: CourseHeader, label: str) -> str:
        found = [repaired("".join(text.split())) for text in header.texts(cells, CourseColumn.CATEGORY)]
        names = header.texts(cells, CourseColumn.NAME)[:-1]
        parts = [self._section, *found, *("".join(name.split()) for name in names)]
        return " / ".join(dict.fromkeys(filter(None, parts))) or label

    def _course(self, place: Place, row: Passage, header: CourseHeader, label: str) -> None:
        name = course_name(header.text(row.cells, CourseColumn.NAME))
        code = "".join(header.text(row.cells, CourseColumn.CODE).split())
        found = PlanCourse(place, name, "" if _NO_NAME.fullmatch(code) else code, label)
        for column, field in _FIGURE_COLUMNS:
            texts = [row.cells[at] for at in header.columns.get(column, ()) if at < len(row.cells)]
            self._figures(found, field, texts)
        self._terms(found, row, header)
        found.is_task = is_training(name, label)
        found.tables.add(f"{self._tables}")
        self._describe(found, place, row, header)
        self._last = self._merge(found)

    def _figures(self, course: PlanCourse, field: str, texts: Sequence[str]) -> None:
        """Set a number of the course; of several columns, such as of experiments and of training, the sum."""
        values = []
        for text in texts:
            value, is_plain = figure(text)
            if not is_plain or (value or 0) > _MOST[field]:
                self.doubts[message("curriculum.figure")].append(course.place)
            elif value and field in {"total", "theory", "practice"} and in_weeks(text):
                course.weeks = course.weeks or value
            elif value:
                values.append(value)
        if values:
            setattr(course, field, sum(values))

    def _terms(self, course: PlanCourse, row: Passage, header: CourseHeader) -> None:
        cells = row.cells
        text = header.text(cells, CourseColumn.TERM)
        course.terms.update(terms_of(text))
        if text and not course.terms and not _NOT_TAUGHT.fullmatch(text):
            self.doubts[message("curriculum.term")].append(course.place)
        weeks = 0.0
        for at, term in header.terms.items():
            if at < len(cells) and not _NOT_TAUGHT.fullmatch(cells[at]):
                course.terms.add(term)
                weeks += (figure(cells[at])[0] or 0) if in_weeks(cells[at]) else 0
        course.weeks = course.weeks or weeks or None

    def _describe(self, course: PlanCourse, place: Place, row: Passage, header: CourseHeader) -> None:
        task = header.text(row.cells, CourseColumn.TASK)
        if task and task not in course.description:
            course.description.append(task)
        course.goals += [(place, one) for one in statements(header.text(row.cells, CourseColumn.GOAL))]
        course.units += [(place, one) for one in statements(header.text(row.cells, CourseColumn.CONTENT))]

    def _merge(self, found: PlanCourse) -> PlanCourse:
        """Return the course as it is known now: the one of that name, unless codes tell them apart."""
        named = self._courses[found.key]
        known = next((one for one in named if not (one.code and found.code and one.code != found.code)), None)
        if known is None:
            named.append(found)
            return found
        adds = bool(known.tables & found.tables) and known.terms.isdisjoint(found.terms) and bool(found.terms)
        for field in FIGURES:
            old, new = getattr(known, field), getattr(found, field)
            if old is None or (adds and new is not None):
                setattr(known, field, new if old is None else old + new)
            elif new is not None and new != old:
                self.doubts[message("curriculum.differs")].append(found.place)
        known.code, known.label = known.code or found.code, known.label or found.label
        known.is_task = known.is_task or found.is_task
        known.terms |= found.terms
        known.tables |= found.tables
        known.description += [text for text in found.description if text not in known.description]
        known.goals += found.goals
        known.units += found.units
        return known


_LONGEST_NAME = 60
