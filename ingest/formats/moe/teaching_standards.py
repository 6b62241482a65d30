"""Reader of teaching standards of China's vocational programmes (专业教学标准, 2025): core courses and their outcomes.

Source: Ministry of Education of the PRC, teaching standards of vocational programmes, 2025, https://www.moe.gov.cn.
"""

import re
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import NOTHING_STATED, LinkValues, NodeId, Source, Value
from graph.schema import STANDARD
from ingest.draft import Draft, Place
from ingest.formats.framework import one_line
from ingest.formats.moe.document_draft import document_draft, passages_or_problem, reject_document
from ingest.formats.moe.enumeration import items, says_nothing
from ingest.formats.moe.identity import PROGRAMMES, level_of, occupation_id, programme_id, text_hash
from ingest.formats.moe.practice import POSITION_PRACTICE, practice
from ingest.formats.moe.study_years import study_years
from ingest.formats.moe.teaching_standard_form import Chapter, StandardRow, StandardText, chapters
from ingest.formats.moe.text_repair import joined, repaired
from ingest.progress import OnProgress, ignore, rows_read
from ingest.readers.documents.document_files import find_documents
from ingest.readers.documents.passage import Passage

SOURCE = Source(
    name="职业教育专业教学标准",
    licence="Document of a state organ: no copyright (Copyright Law of the PRC, article 5).",
    url="https://www.moe.gov.cn",
    rank=190,
)
"""Of the rank before the descriptions of 2022, which are older and shorter."""
REPLACES = (
    *("Discipline", "Competency", "Course", "TrainingTask", "Role", "Certificate"),
    *("AIMS_AT", "OFFERS", "SCHEDULES", "TARGETS", "ALIGNS_WITH"),
)
_PROGRAMME = re.compile(r"(?P<name>[^（(：:]{2,40}?)\s*[（(]\s*(?P<code>[0-9]{6}T?K?)\s*[）)]")
_INCLUDING = re.compile(r"^.*?主要包括[：:]?")
_FIELDS = re.compile(r"等?(?:领域|方面|课程)?(?:的(?:教学)?内容)?$")
_OCCUPATION = re.compile(r"(?P<name>[^、，；（(]+?)\s*(?:[LS/]+\s*)?[（(]\s*(?P<code>[1-8](?:-[0-9]{2}){2,3})\s*[）)]")
_CIRCLED = re.compile(r"[①-⑳]|(?<![0-9.])[0-9]{1,2}[.．、]\s*(?=\D)|<br\s*/?>|\n")
_KNOWING = re.compile("^(?:掌握|了解|熟悉|理解|知道|认识)")
_POSTS = re.compile(r"等?(?:岗位（群）|岗位群|岗位|技术领域|领域)$")
_LISTS = (Chapter.FOUNDATION, Chapter.CORE, Chapter.EXTENSION)
_SKILL_LEVEL = "职业技能等级证书"


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what the standards say: programmes with outcomes, courses and what these aim at, training and roles.

    `path` is a document (.docx with its tables, .md, .pdf, .txt) that describes one programme, or a folder that is
    looked through with all below it. A folder is all that the source states; a single document adds to what it stated.

    Raises:
        InputError: nothing that could be read is there, or no document is a teaching standard.
    """
    tell = on_progress or ignore
    documents, others = find_documents(path)
    draft = document_draft(path, SOURCE, REPLACES)
    draft.keeps_dangling = True
    for file in documents:
        passages = passages_or_problem(path, file)
        if isinstance(passages, Problem):
            reject_document(draft, file, passages)
            continue
        standard = TeachingStandard(draft, file.name)
        if not standard.state(list(chapters(passages))):
            others.append(file)
        tell(rows_read(file.name, len(passages)))
    if not draft.read:
        raise InputError(Problem(message("moe.no_teaching_standard"), path.name))
    if others and path.is_dir():
        draft.note(message("framework.unneeded", files=[str(file.relative_to(path)) for file in sorted(others)]))
    return draft


class TeachingStandard:
    """States what one document says of its programme."""

    def __init__(self, draft: Draft, file: str) -> None:
        """State into the draft."""
        self._draft, self._file = draft, file
        self._node = NodeId("")
        self._last_course = NodeId("")

    def state(self, parts: list[StandardText | StandardRow]) -> bool:
        """State the programme and all that the chapters say; False where the document names no programme."""
        texts = [part for part in parts if isinstance(part, StandardText)]
        named = next((one for one in texts if one.chapter is Chapter.PROGRAMME and _PROGRAMME.search(one.text)), None)
        if named is None or not (found := _PROGRAMME.search(named.text)):
            return False
        self._node = programme_id(found["code"])
        name = one_line(found["name"])
        values: dict[str, Value] = {"name": name, "name_zh": name, "code": found["code"], "standing": STANDARD}
        values["level"] = level_of(found["code"])
        years = next((study_years(one.text.rstrip("。"))[0] for one in texts if one.chapter is Chapter.YEARS), None)
        about = "\n".join(one.text for one in texts if one.chapter is Chapter.OBJECTIVE)
        values |= {"years": years} if years else {}
        values |= {"description": about[:20_000]} if about else {}
        self._draft.read += 1
        if not self._draft.state_node(self._place(named.passage), self._node, "Discipline", values):
            return True
        for part in parts:
            if part is not named and part.chapter not in {
                Chapter.OTHER,
                Chapter.PROGRAMME,
                Chapter.YEARS,
                Chapter.OBJECTIVE,
            }:
                self._draft.read += 1
                self._row(part) if isinstance(part, StandardRow) else self._text(part)
        return True

    def _place(self, passage: Passage) -> Place:
        return Place(self._file, passage.part, passage.row)

    def _text(self, part: StandardText) -> None:
        place = self._place(part.passage)
        if part.chapter is Chapter.OUTCOMES and part.is_item:
            self._aim(place, self._node, part.text, "ability")
        elif part.chapter in _LISTS and _INCLUDING.match(part.text):
            for course in items(_FIELDS.sub("", _INCLUDING.sub("", part.text).rstrip("。；")), "、，；"):
                self._course(place, course, str(part.chapter))
        elif not self._sentence(place, part):
            self._draft.skip(message("moe.prose"))

    def _sentence(self, place: Place, part: StandardText) -> bool:
        """State what a sentence of the practice or the orientation names; False where it names nothing."""
        if part.chapter is Chapter.PRACTICE:
            return self._practice(place, part.text)
        return part.chapter is Chapter.ORIENTATION and self._orientation(place, "", part.text)

    def _row(self, part: StandardRow) -> None:
        place = self._place(part.passage)
        if part.course is not None:
            self._core(place, *(repaired(cell) for cell in part.course))
        elif part.chapter is not Chapter.ORIENTATION or not self._orientation(
            place, part.cells[0], " ".join(part.cells[1:])
        ):
            self._draft.skip(message("moe.prose"))

    def _core(self, place: Place, area: str, task: str, content: str) -> None:
        """State a core course, its typical work task as its description, and what it aims at.

        A row that a page cut goes on without its name.
        """
        course = self._course(place, area, str(Chapter.CORE), task) if area else self._last_course
        if not course:
            self._draft.reject(place, message("moe.course_without_area"), value=task[:200])
            return
        self._last_course = course
        for outcome in _CIRCLED.split(content):
            text = outcome.strip(" 。；;")
            if text:
                self._aim(place, course, text, "knowledge" if _KNOWING.match(text) else "skill")

    def _course(self, place: Place, name: str, label: str, about: str = "") -> NodeId:
        course = NodeId(f"{self._node}.c{text_hash(name)}")
        if about and course in self._draft.nodes:  # named in the list above the table
            self._draft.take_back(course)
        self._state(place, course, "Course", name, {"description": about[:20_000]} if about else {})
        self._link(place, self._node, "OFFERS", course, (None, None, None, None, label))
        return course

    def _aim(self, place: Place, of: NodeId, text: str, kind: str) -> None:
        name = text.rstrip("。；;，, ")
        competency = NodeId(f"{self._node}.a{text_hash(name)}")
        self._state(place, competency, "Competency", name, {"kind": kind, "framework": self._draft.source.name})
        self._link(place, of, "AIMS_AT", competency)

    def _practice(self, place: Place, text: str) -> bool:
        found = practice(text)
        for name in found.tasks:
            self._task(place, name, "lab", "")
        if found.position:
            self._task(place, POSITION_PRACTICE, "position_practice", found.position)
        return bool(found.tasks or found.position)

    def _task(self, place: Place, name: str, kind: str, about: str) -> None:
        task = NodeId(f"{self._node}.t{text_hash(name)}")
        self._state(place, task, "TrainingTask", name, {"kind": kind} | ({"description": about} if about else {}))
        self._link(place, self._node, "SCHEDULES", task)

    def _orientation(self, place: Place, label: str, text: str) -> bool:
        """State what a row of the orientation names: occupations by code, posts, certificates; else return False."""
        label, text = "".join(label.split()), repaired(joined(label, text) if not label else text)
        if "主要职业类别" in (label or text[:12]):
            for found in _OCCUPATION.finditer(text):
                self._link(place, self._node, "TARGETS", occupation_id(found["code"]))
        elif "主要岗位" in (label or text[:12]):
            named = re.sub(r"^主要岗位[^\s：:]*[\s：:]*", "", text) if not label else text
            for name in items(_POSTS.sub("", named.rstrip("。")), "、，；"):
                role = NodeId(f"{PROGRAMMES}:p{text_hash(name)}")
                self._state(place, role, "Role", name, {"framework": self._draft.source.name})
                self._link(place, self._node, "TARGETS", role)
        elif "证书" in label and not says_nothing(text):
            for name in items(text, "、，；"):
                certificate = NodeId(f"{PROGRAMMES}:z{text_hash(_SKILL_LEVEL, name)}")
                self._state(place, certificate, "Certificate", name, {"description": _SKILL_LEVEL})
                self._link(place, self._node, "ALIGNS_WITH", certificate)
        else:
            return False
        return True

    def _state(self, place: Place, node: NodeId, kind: str, name: str, values: dict[str, str]) -> None:
        if node not in self._draft.nodes:
            name = one_line(name)[:2000]
            self._draft.state_node(place, node, kind, {"name": name, "name_zh": name, **values})

    def _link(
        self, place: Place, from_id: NodeId, relation: str, to_id: NodeId, values: LinkValues = NOTHING_STATED
    ) -> None:
        if (from_id, relation, to_id) not in self._draft.links:
            self._draft.state_link(place, (from_id, relation, to_id), values)
