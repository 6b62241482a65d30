"""Parser of the NICE framework of 2017: lists of statements, one `key: value` a line, and a page for each work role.

The lists call themselves YAML and are not always: a colon in a text is not quoted. They are read line by line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from graph.errors import InputError, Problem
from graph.messages import Message, message
from graph.model import NOTHING_STATED, NodeId
from ingest.draft import Draft, Place
from ingest.formats.framework import FrameworkReader, one_line, some
from ingest.progress import OnProgress, ignore, rows_read
from ingest.readers import read_text
from ingest.readers.table import shown

FRAMEWORK = "NICE 2017"


class _Part(NamedTuple):
    """One of the lists: what its records become, the keys of code and text, and the form of its codes."""

    kind: str
    sort: str
    code: str
    text: str
    form: str


PARTS: dict[str, _Part] = {
    "work roles": _Part("Role", "", "workRoleID", "description", r"[A-Z]{2}-[A-Z]{3}-\d{3}"),
    "tasks": _Part("JobResponsibility", "", "tId", "taskDescription", r"T\d{4}"),
    "knowledge": _Part("Competency", "knowledge", "kId", "knowledgeDescription", r"K\d{4}"),
    "skills": _Part("Competency", "skill", "sId", "skillDescription", r"S\d{4}"),
    "abilities": _Part("Competency", "ability", "aId", "abilityDescription", r"A\d{4}"),
}
_TITLE = "workRole"
# Slips of the pen in the published role pages: a letter O for a zero, a zero dropped.
_SLIPS = {"TO860": "T0860", "S367": "S0367"}
_PAGE = re.compile(r"^Work Role[^\n]*?\b([A-Z]{2}-[A-Z]{3}-\d{3})\b", re.MULTILINE)
_LISTED = re.compile(r"\b[TKSA][O\d]\d{2,3}\b")


class TextFile(NamedTuple):
    """A file of the edition, and its text."""

    path: Path
    text: str


def find_lists(files: Iterable[Path]) -> tuple[dict[str, TextFile], list[TextFile]]:
    """Return the lists among the files, by what they hold, and the pages of work roles.

    Raises:
        InputError: two files hold the same list, or one of the files is no text.
    """
    lists: dict[str, TextFile] = {}
    pages = []
    for path in files:
        if path.suffix.lower() not in {".yml", ".yaml", ".md"}:
            continue
        file = TextFile(path, read_text(path))
        if path.suffix.lower() == ".md":
            if _PAGE.search(file.text):
                pages.append(file)
            continue
        part = next((name for name, part in PARTS.items() if _has(file.text, part)), None)
        if part is None:
            continue
        if part in lists:
            raise InputError(Problem(message("nice.held_twice", part=part, file=lists[part].path.name), path.name))
        lists[part] = file
    return lists, pages


def _has(text: str, part: _Part) -> bool:
    return all(re.search(rf"^[\s-]*{key}:", text, re.MULTILINE) for key in (part.code, part.text))


def read(
    draft: Draft, lists: Mapping[str, TextFile], pages: list[TextFile], on_progress: OnProgress | None = None
) -> None:
    """State roles, tasks, knowledge, skills and abilities; and of each role with a page, what it does and requires.

    `lists` holds each of `PARTS`.
    """
    draft.replaces = {"Role", "JobResponsibility", "Competency"}
    reader = _Nice2017Reader(draft, on_progress)
    for name, part in PARTS.items():
        reader.statements(part, lists[name])
    if pages:
        draft.replaces |= {"HAS_RESPONSIBILITY", "REQUIRES"}
    else:
        draft.note(message("nice.no_page"))
    for page in pages:
        reader.page(page)
    reader.conclude()


class _Nice2017Reader(FrameworkReader):
    """Lines to statements, file by file."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None = None) -> None:
        """Read into the draft."""
        super().__init__(draft, on_progress)
        self._tell = on_progress or ignore
        self._pages: dict[str, Place] = {}
        self._dangling: list[Message] = []
        self._slips: list[Message] = []

    def statements(self, part: _Part, file: TextFile) -> None:
        """State the nodes of a list."""
        for place, record in self._records(file):
            code, text = record.get(part.code, ""), one_line(record.get(part.text, ""))
            name = one_line(record.get(_TITLE, "")) if part.kind == "Role" else text
            if re.fullmatch(part.form, code) is None:
                self.draft.reject(place, message("nice.no_code", key=part.code), column=part.code, value=code)
                continue
            if not name or not text:
                key = part.text if name else _TITLE if part.kind == "Role" else part.text
                self.draft.reject(place, message("framework.missing", column=key), column=key)
                continue
            stated = {"name": name, "kind": part.sort}
            if part.kind != "JobResponsibility":
                stated |= {"framework": FRAMEWORK, "code": code}
            if part.kind == "Role":
                stated["description"] = text
            node_id, values = self.id(place, part.code, f"nice:{code}"), self.values(place, part.kind, stated)
            if node_id is not None and values is not None:
                self.draft.state_node(place, node_id, part.kind, values)

    def page(self, file: TextFile) -> None:
        """State what the role of a page does and requires; statements that no list holds are counted, not followed."""
        self.draft.read += 1
        matched = _PAGE.search(file.text)
        code = matched[1] if matched else ""
        place = Place(file.path.name, None, file.text.count("\n", 0, matched.start() if matched else 0) + 1)
        if code in self._pages:
            self.draft.reject(place, message("nice.second_page", code=code, file=self._pages[code].file), value=code)
            return
        self._pages[code] = place
        role = self.id(place, "Work Role ID", f"nice:{code}")
        if role is None or role not in self.draft.nodes:
            self.draft.reject(place, message("nice.no_role", code=code), column="Work Role ID", value=code)
            return
        for line, listed in _listed(file.text):
            self.draft.read += 1
            self._statement(Place(file.path.name, None, line), role, listed)
        self._tell(rows_read(file.path.name, 1))

    def conclude(self) -> None:
        """Note what was not followed, and what was read as meant."""
        if self._dangling:
            self.draft.note(message("nice.dangling_of_pages", names=some(sorted(self._dangling, key=str), 10)))
        if self._slips:
            self.draft.note(message("nice.slips", names=some(sorted(self._slips, key=str))))

    def _statement(self, place: Place, role: NodeId, listed: str) -> None:
        meant = _SLIPS.get(listed, listed)
        if meant != listed:
            self._slips.append(message("nice.slip", read=listed, meant=meant, role=role))
        node_id = self.id(place, "statement", f"nice:{meant}")
        if node_id is None or node_id not in self.draft.nodes:
            self.draft.skip(message("nice.unlisted"))
            self._dangling.append(message("nice.names", role=role, code=meant))
        else:
            relation = "HAS_RESPONSIBILITY" if meant.startswith("T") else "REQUIRES"
            self.draft.state_link(place, (role, relation, node_id), NOTHING_STATED)

    def _records(self, file: TextFile) -> Iterator[tuple[Place, dict[str, str]]]:
        """Yield each record, begun by a line with a hyphen, with the place of that line; faulty ones are rejected."""
        record: dict[str, str] = {}
        place: Place | None = None
        for number, line in enumerate(file.text.splitlines(), 1):
            text = line.strip()
            if not text or text.startswith("#") or text == "---":
                continue
            here = Place(file.path.name, None, number)
            if text == "-" or text.startswith("- "):
                if place is not None and place not in self.draft.rejected:
                    yield place, record
                record, place, text = {}, here, text[1:].strip()
                self.draft.read += 1
            if not text:
                continue
            if place is None:
                place = here
                self.draft.read += 1
                self.draft.reject(place, message("nice.no_hyphen"), value=shown(line))
            elif reason := _add(record, text):
                self.draft.reject(place, message("nice.in_line", reason=reason, n=number), value=shown(line))
        if place is not None and place not in self.draft.rejected:
            yield place, record
        self._tell(rows_read(file.path.name, len(file.text.splitlines())))


def _listed(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement's code after the heading Tasks, once, with its line."""
    seen = set()
    start = re.search(r"^Tasks\b", text, re.MULTILINE)
    for matched in _LISTED.finditer(text, start.start() if start else 0):
        if matched[0] not in seen:
            seen.add(matched[0])
            yield text.count("\n", 0, matched.start()) + 1, matched[0]


def _add(record: dict[str, str], text: str) -> Message | None:
    """Add what a line says to the record; return what is wrong with it, or None."""
    key, colon, value = (part.strip() for part in text.partition(":"))
    if not colon or not key.isidentifier():
        return message("nice.line")
    if key in record:
        return message("nice.key_twice", key=key)
    record[key] = _unquoted(value)
    return None


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'").strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' else text
