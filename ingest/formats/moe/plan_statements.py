"""Statements of a college's plan: its paragraphs and tables become what its chapters mean by them."""

import re
from collections.abc import Sequence

from graph.messages import message
from graph.model import NodeId, Value
from graph.schema import PROGRAMME
from ingest.draft import Draft, Place
from ingest.formats.moe.ability_rows import AbilityRow, AbilityRows, OtherRow
from ingest.formats.moe.ability_statements import AbilityStatements
from ingest.formats.moe.course_rows import CourseRows
from ingest.formats.moe.document_draft import spoken_place
from ingest.formats.moe.enumeration import items, says_nothing
from ingest.formats.moe.identity import level_of, text_hash
from ingest.formats.moe.orientation import orientation
from ingest.formats.moe.plan_chapters import OUTCOMES, PlanChapter
from ingest.formats.moe.plan_form import PlanTable, PlanText
from ingest.formats.moe.plan_head import PlanHead
from ingest.formats.moe.plan_nodes import PlanNodes
from ingest.formats.moe.plan_orientation import (
    CERTIFICATE,
    OCCUPATION,
    POST,
    OrientationItem,
    cell_items,
    is_orientation,
    orientation_items,
)
from ingest.formats.moe.practice import POSITION_PRACTICE, practice
from ingest.formats.moe.statement_list import statements
from ingest.readers.documents.document_tables import DocumentTable

_KINDS = {PlanChapter.ATTITUDE: "attitude", PlanChapter.KNOWLEDGE: "knowledge", PlanChapter.ABILITY: "ability"}
_KIND_WORDS = (("attitude", "素"), ("knowledge", "知识"), ("ability", "能力"))
_INCLUDING = re.compile(r"^.{0,24}?(?:主要包括|包括|包含|主要有|设置(?:了)?|开设(?:了)?)[：:]?")
_FIELDS = re.compile(r"等?\s*[0-9一二三四五六七八九十]{0,3}\s*门?(?:领域|方面|课程)?(?:的(?:教学)?内容)?$")
_DIRECTION = re.compile(r"[（(](?P<name>[^（）()]{1,20}方向)[）)]")
_UNREAD = frozenset((PlanChapter.FRONT, PlanChapter.NAME, PlanChapter.YEARS, PlanChapter.OTHER, PlanChapter.OBJECTIVE))
_SHORT, _LONGEST_LISTED, _LONGEST_BASE = 12, 30, 80


class PlanStatements:
    """States what one plan says, in the name of the college."""

    def __init__(self, draft: Draft, file: str, head: PlanHead, college: NodeId, *, is_known: bool) -> None:
        """State into the draft; ids begin with that of the college, which runs the programme where it `is_known`."""
        self._is_known = is_known
        self._draft, self._file, self._head, self._college = draft, file, head, college
        direction = _DIRECTION.search(head.name)
        own = head.code.rstrip("TK") or f"p{text_hash(head.name)}"
        behind = f".d{text_hash(direction['name'])}" if direction and head.code else ""
        base = college if len(college) <= _LONGEST_BASE else f"{college[:_LONGEST_BASE]}{text_hash(college)}"
        self._nodes = PlanNodes(draft, NodeId(f"{base}.{own}{behind}"))
        self._rows = CourseRows(draft, file)
        self._abilities = AbilityStatements(draft, file)

    def state(self, parts: Sequence[PlanText | PlanTable]) -> None:
        """State the plan; of a programme that another document describes already, nothing but that is said."""
        place, node = self._place(self._head), self._nodes.node
        self._draft.read += 1
        if not self._draft.state_node(place, node, "Discipline", self._values(parts)):
            return
        if self._is_known:
            self._nodes.link(place, self._college, "RUNS", node)
        for part in parts:
            if isinstance(part, PlanTable):
                self._table(part)
            elif part.chapter not in _UNREAD:
                self._draft.read += 1
                if not self._text(self._place(part), part):
                    self._draft.skip(message("moe.prose"))
        self._nodes.courses(list(self._rows.courses()))
        for what, found in self._rows.doubts.items():
            places = [spoken_place(place) for place in dict.fromkeys(found)]
            self._draft.note(message("moe.doubt", doubt=what, n=len(places), places=places))

    def _place(self, at: PlanHead | PlanText) -> Place:
        return Place(self._file, at.passage.part, at.passage.row)

    def _values(self, parts: Sequence[PlanText | PlanTable]) -> dict[str, Value]:
        head = self._head
        values: dict[str, Value] = {"name": head.name, "name_zh": head.name, "standing": PROGRAMME}
        if head.code:
            values |= {"code": head.code, "level": level_of(head.code)}
        values |= {"years": head.years} if head.years else {}
        about = [one.text for one in parts if isinstance(one, PlanText) and one.chapter is PlanChapter.OBJECTIVE]
        return values | ({"description": "\n".join(about)[:20_000]} if about else {})

    def _table(self, part: PlanTable) -> None:
        if part.chapter in OUTCOMES:
            self._outcome_rows(part)
        elif is_orientation(part.table):
            for _, found in orientation_items(part.table, self._file):
                self._draft.read += 1
                if not self._oriented(found):
                    self._draft.skip(message("moe.prose"))
        elif abilities := _of_posts(part.table):
            self._abilities.rows(abilities)
        elif not self._rows.read(part.table, part.label if part.chapter in _COURSES else ""):
            self._draft.read += len(part.table.rows)
            self._draft.skip(message("curriculum.other_tables"), len(part.table.rows))

    def _text(self, place: Place, part: PlanText) -> bool:
        """State what a paragraph says; False where it says nothing of the form."""
        match part.chapter:
            case PlanChapter.COURSES:
                return self._named_courses(place, part)
            case PlanChapter.PRACTICE:
                return self._practice(place, part)
            case PlanChapter.ORIENTATION:
                return self._oriented(_sentence(place, part.text))
            case PlanChapter.CERTIFICATES:
                return "证" in part.text and self._oriented(cell_items(place, CERTIFICATE, part.text.split("：")[-1]))
        return self._outcomes(place, part.text, _KINDS.get(part.chapter, "ability"))

    def _outcomes(self, place: Place, text: str, kind: str) -> bool:
        """State the outcomes of a paragraph; one that only leads over to what follows has none."""
        found = [] if text.rstrip().endswith(("：", ":")) else [one for one in statements(text) if len(one) > 3]
        for name in found:
            self._nodes.outcome(place, self._nodes.node, name, kind)
        return bool(found)

    def _outcome_rows(self, part: PlanTable) -> None:
        """State outcomes that stand in a table: those of a sort in a row, or in a column."""
        rows = part.table.rows
        across = {at: kind for at, cell in enumerate(rows[0].cells) if (kind := _sort_of(cell)) and len(cell) < _SHORT}
        across = across if len(across) > 1 else {}
        for row in rows[1:] if across else rows:
            self._draft.read += 1
            place = Place(self._file, row.part, row.row)
            down = _sort_of(row.cells[0][:_SHORT]) or _KINDS.get(part.chapter, "ability")
            cells = across or dict.fromkeys(range(1, len(row.cells)), down)
            texts = {row.cells[at]: kind for at, kind in cells.items() if at < len(row.cells) and at not in row.spanned}
            stated = [self._outcomes(place, text, kind) for text, kind in texts.items()]
            if not any(stated):
                self._draft.skip(message("moe.prose"))

    def _named_courses(self, place: Place, part: PlanText) -> bool:
        """Take the courses that a sentence lists, which a table may describe."""
        found = _INCLUDING.match(part.text)
        if found is None or "课" not in part.label + found[0]:
            return False
        listed = items(_FIELDS.sub("", part.text[found.end() :].rstrip("。；")), "、，；")
        names = [name for name in listed if 1 < len(name) <= _LONGEST_LISTED and "。" not in name]
        for name in names if len(names) > 1 else ():
            self._rows.named(place, name, part.label)
        return len(names) > 1

    def _practice(self, place: Place, part: PlanText) -> bool:
        found = practice(part.text)
        tasks = [*found.tasks, *([POSITION_PRACTICE] if found.position else ())]
        for name in tasks:
            self._rows.named(place, name, part.label, is_task=True)
        return bool(tasks)

    def _oriented(self, found: Sequence[OrientationItem]) -> bool:
        for one in found:
            self._nodes.oriented(one)
        return bool(found)


_COURSES = frozenset((PlanChapter.COURSES, PlanChapter.PRACTICE))


def _of_posts(table: DocumentTable) -> list[AbilityRow | OtherRow]:
    """Return the rows of a table that says what posts require; none of any other table."""
    found = AbilityRows([table]).read(table)
    return found if any(isinstance(row, AbilityRow) and row.posts for row in found) else []


def _sort_of(text: str) -> str:
    return next((kind for kind, word in _KIND_WORDS if word in text), "")


def _sentence(place: Place, text: str) -> list[OrientationItem]:
    """Return what a sentence of the orientation names, where it has the usual form."""
    found = orientation(text)
    if not found.is_plain or says_nothing(text):
        return []
    named = ((OCCUPATION, found.occupations), (POST, found.posts))
    return [OrientationItem(place, kind, name) for kind, names in named for name in names]
