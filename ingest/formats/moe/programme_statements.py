"""Statements of a programme: its paragraphs become competencies, courses, training, roles, certificates and links."""

from collections import defaultdict
from collections.abc import Sequence

from graph.messages import Message, message
from graph.model import NOTHING_STATED, LinkValues, NodeId, Value
from graph.schema import STANDARD
from ingest.draft import Draft, Place, StandIn
from ingest.formats.framework import one_line
from ingest.formats.moe.document_draft import spoken_place
from ingest.formats.moe.enumeration import is_unbalanced, items, says_nothing
from ingest.formats.moe.identity import OCCUPATIONS, PROGRAMMES, level_of, programme_id, text_hash
from ingest.formats.moe.onward import Onward
from ingest.formats.moe.orientation import orientation
from ingest.formats.moe.practice import POSITION_PRACTICE, practice
from ingest.formats.moe.programme_form import Field
from ingest.formats.moe.programme_section import DocumentSections, Paragraph, ProgrammeSection
from ingest.formats.moe.study_years import study_years
from ingest.formats.moe.text_repair import repaired

_SEPARATORS = "、，,；;"
_END = "。；;，,.、 "
_LONGEST_ITEM = 40
_QUALIFICATION, _SKILL_LEVEL = "职业资格证书", "职业技能等级证书"
_EXPECTED = (
    *(Field.ORIENTATION, Field.OBJECTIVE, Field.ABILITY, Field.FOUNDATION, Field.CORE, Field.TRAINING),
    *(Field.CERTIFICATE, Field.ONWARD),
)


class ProgrammeStatements:
    """States programmes one after the other; doubtful readings are gathered, each with its place."""

    def __init__(self, draft: Draft) -> None:
        """State into the draft."""
        self._draft = draft
        self._onward = Onward(draft)
        self._doubts: defaultdict[Message, list[Message]] = defaultdict(list)
        self._classes: set[NodeId] = set()
        self._programmes: dict[NodeId, tuple[str, str]] = {}

    def classes(self, found: DocumentSections) -> None:
        """State the classes that headings or file names name."""
        for code, (name, place) in sorted(found.classes.items()):
            node = programme_id(code)
            if node not in self._classes and place not in self._draft.rejected:
                self._classes.add(node)
                above = programme_id(code[:2])
                values: dict[str, Value] = {"name": name, "name_zh": name, "code": code, "standing": STANDARD}
                if above != node and above in self._classes:
                    values["parent_id"] = above
                values["level"] = level_of(code)
                self._draft.state_node(place, node, "Discipline", values)

    def programme(self, section: ProgrammeSection) -> None:
        """State a programme and all that its paragraphs say."""
        if section.place in self._draft.rejected:
            return
        node = programme_id(section.code)
        if not self._draft.state_node(section.place, node, "Discipline", self._values(section)):
            for paragraph in section.paragraphs:
                self._draft.reject_with(paragraph.place, section.place)
            return
        self._programmes[node] = (section.code, one_line(repaired(section.name)))
        for paragraph in section.paragraphs:
            text = repaired(paragraph.text).strip()
            if says_nothing(text):
                self._draft.skip(message("moe.says_nothing"))
            elif not text.strip(_END):
                self._draft.reject(paragraph.place, message("moe.empty_field"))
            else:
                self._state(node, paragraph, text)
        self._look_for_gaps(section)

    def links_onward(self) -> None:
        """State what each programme leads on to, once all programmes are known."""
        self._onward.state(self._programmes)

    def tell(self, found: Sequence[DocumentSections]) -> None:
        """Note each doubtful reading, with all its places."""
        for one in found:
            for doubt in one.doubts:
                if doubt.place not in self._draft.rejected:
                    self._doubt(*doubt)
        for what, places in self._doubts.items():
            self._draft.note(message("moe.doubt", doubt=what, n=len(places), places=places))

    def _values(self, section: ProgrammeSection) -> dict[str, Value]:
        name = one_line(repaired(section.name))
        values: dict[str, Value] = {"name": name, "name_zh": name, "code": section.code, "standing": STANDARD}
        values["level"] = level_of(section.code)
        parent = programme_id(section.code[:4])
        if parent in self._classes:
            values["parent_id"] = parent
        if section.years:
            years, is_plain = study_years(section.years)
            if years is not None:
                values["years"] = years
            if not is_plain:
                self._doubt(message("moe.years"), section.place, section.years)
        about = [repaired(one.text) for one in section.paragraphs if one.field in {Field.OBJECTIVE, Field.ORIENTATION}]
        if about := [one for one in about if not says_nothing(one)]:
            values["description"] = "\n".join(reversed(about))[:20_000]
        return values

    def _state(self, node: NodeId, paragraph: Paragraph, text: str) -> None:
        match paragraph.field:
            case Field.ORIENTATION:
                self._roles(node, paragraph, text)
            case Field.ABILITY:
                self._ability(node, paragraph, text)
            case Field.FOUNDATION | Field.CORE:
                self._courses(node, paragraph, text)
            case Field.TRAINING:
                self._training(node, paragraph, text)
            case Field.CERTIFICATE:
                self._certificates(node, paragraph, text)
            case Field.ONWARD:
                self._onward.add(node, paragraph, self._items(paragraph, text))
            case Field.HEAD | Field.TEACHING:
                self._draft.reject(paragraph.place, message("moe.stray"), value=text[:200])
            case Field.OBJECTIVE:
                pass

    def _roles(self, node: NodeId, paragraph: Paragraph, text: str) -> None:
        found = orientation(text)
        if not found.is_plain:
            self._doubt(message("moe.orientation"), paragraph.place)
        for prefix, names in (("o", found.occupations), ("p", found.posts)):
            for name in names:
                role = NodeId(f"{PROGRAMMES}:{prefix}{text_hash(name)}")
                self._state_once(paragraph.place, role, "Role", name, framework=self._draft.source.name)
                if prefix == "o":
                    self._draft.stand_ins[role] = StandIn("Role", name, (f"{OCCUPATIONS}:",))
                self._link(paragraph, node, "TARGETS", role)

    def _ability(self, node: NodeId, paragraph: Paragraph, text: str) -> None:
        name = text.rstrip(_END)
        competency = NodeId(f"{node}.a{text_hash(name)}")
        if competency in self._draft.nodes:
            self._draft.skip(message("moe.said_twice"))
            return
        self._state_once(
            paragraph.place, competency, "Competency", name, kind="ability", framework=self._draft.source.name
        )
        self._link(paragraph, node, "AIMS_AT", competency)

    def _courses(self, node: NodeId, paragraph: Paragraph, text: str) -> None:
        note: LinkValues = (None, None, None, None, paragraph.label)
        for name in self._items(paragraph, text):
            course = NodeId(f"{node}.c{text_hash(name)}")
            self._state_once(paragraph.place, course, "Course", name)
            self._link(paragraph, node, "OFFERS", course, note)

    def _training(self, node: NodeId, paragraph: Paragraph, text: str) -> None:
        found = practice(text)
        for name in found.tasks:
            task = NodeId(f"{node}.t{text_hash(name)}")
            self._look_at(name, paragraph.place)
            kind = "graduation_project" if "毕业设计" in name or "毕业综合" in name else "lab"
            self._state_once(paragraph.place, task, "TrainingTask", name, kind=kind)
            self._link(paragraph, node, "SCHEDULES", task)
        if found.position:
            task = NodeId(f"{node}.t{text_hash(POSITION_PRACTICE)}")
            kind = "position_practice"
            self._state_once(
                paragraph.place, task, "TrainingTask", POSITION_PRACTICE, kind=kind, description=found.position
            )
            self._link(paragraph, node, "SCHEDULES", task)
        if found.unread or not (found.tasks or found.position):
            self._doubt(message("moe.training"), paragraph.place)

    def _certificates(self, node: NodeId, paragraph: Paragraph, text: str) -> None:
        sort = _QUALIFICATION if "资格" in paragraph.label else _SKILL_LEVEL
        for name in self._items(paragraph, text):
            certificate = NodeId(f"{PROGRAMMES}:z{text_hash(sort, name)}")
            self._state_once(paragraph.place, certificate, "Certificate", name, description=sort)
            self._link(paragraph, node, "ALIGNS_WITH", certificate)

    def _items(self, paragraph: Paragraph, text: str) -> list[str]:
        found = [one_line(item) for item in items(text, _SEPARATORS)]
        for item in found:
            self._look_at(item, paragraph.place)
        return found

    def _look_at(self, item: str, place: Place) -> None:
        if is_unbalanced(item) or len(item) > _LONGEST_ITEM or "。" in item:
            self._doubt(message("moe.item"), place, item[:60])

    def _state_once(self, place: Place, node: NodeId, node_kind: str, name: str, **values: Value) -> None:
        if node not in self._draft.nodes:
            shown = {key: value for key, value in values.items() if value}
            name = one_line(name)[:2000]
            self._draft.state_node(place, node, node_kind, {"name": name, "name_zh": name, **shown})

    def _link(
        self, paragraph: Paragraph, node: NodeId, relation: str, end: NodeId, values: LinkValues = NOTHING_STATED
    ) -> None:
        key = (node, relation, end)
        if key not in self._draft.links:
            self._draft.state_link(paragraph.place, key, values)

    def _look_for_gaps(self, section: ProgrammeSection) -> None:
        """Note the fields of the form that a programme lacks, unless it was left out in print as a whole."""
        if section.latest is Field.HEAD and section.paragraphs:
            return
        for wanted in _EXPECTED:
            if not section.has(wanted):
                self._doubt(message("moe.lacks", field=message(f"moe_field.{wanted}")), section.place)

    def _doubt(self, what: Message, place: Place, detail: str = "") -> None:
        shown = spoken_place(place)
        self._doubts[what].append(message("moe.detail", place=shown, detail=detail) if detail else shown)
