"""Parser of NIST's own workbook of the NICE framework's components: sheets known by their columns, not by their names.

Source: https://www.nist.gov/nice, "NICE Framework Components", from version 1.0.0 (2024) on.
"""

# Editions name sheets and columns otherwise: roles stand alone or among their categories, statements in one sheet or in
# three, and what a role involves in a sheet of pairs, a sheet for each role, or as marks below the roles' codes.

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from graph.messages import Message, message
from graph.model import NOTHING_STATED, NodeId
from ingest.draft import Draft, Place
from ingest.formats.framework import FrameworkReader, as_shown, named_column, one_line, some, tolerance
from ingest.formats.nice.v2024 import FRAMEWORK, PARTS, RELATION_TO
from ingest.progress import OnProgress
from ingest.readers import Table, read_workbook
from ingest.readers.workbooks import ENDINGS

# Spelt without spaces, which editions set otherwise.
_ROLE_ID = ("WorkRoleID", "WorkRoleIdentifier", "RoleID")
_ROLE_NAME = ("WorkRole", "WorkRoleName", "WorkRoleTitle", "Title", "Name")
_STATEMENT_ID = (
    *("TKSID", "TKSStatementID", "TaskID", "KnowledgeID", "SkillID", "StatementID", "TKSIdentifier"),
    *("TaskStatementID", "KnowledgeStatementID", "SkillStatementID"),
)
_TEXT = (
    *("WorkRoleDescription", "WorkRoleDefinition", "TKSDescription", "TKSStatement", "TaskDescription"),
    *("KnowledgeDescription", "SkillDescription", "TaskStatement", "KnowledgeStatement", "SkillStatement"),
    *("Description", "Definition", "Statement", "Task", "Knowledge", "Skill"),
)
_ROLE = re.compile(r"\b[A-Z]{2}-WRL-[0-9]{3}\b")
_VERSION = re.compile(r"\bv([0-9]+(?:\.[0-9]+)+)")
_WITHDRAWN = re.compile(r"\W*withdrawn\b", re.IGNORECASE)


class Components(NamedTuple):
    """A workbook of the components: its file, its version where a sheet or the file names it, and its sheets."""

    path: Path
    version: str
    roles: Sequence[Table]
    statements: Sequence[Table]
    notes: list[Message]


def find_components(files: Iterable[Path]) -> list[Components]:
    """Return the workbooks among the files that hold components.

    Raises:
        InputError: one of the workbooks cannot be read.
    """
    found = (_components(path) for path in files if path.suffix.lower() in ENDINGS)
    return [one for one in found if one.roles or one.statements]


def _components(path: Path) -> Components:
    notes: list[Message] = []
    taken = tolerance(notes.append, *_ROLE_ID, *_ROLE_NAME, *_STATEMENT_ID, *_TEXT)
    sheets = read_workbook(path, lambda _problem: None, tolerance=taken)
    statements = [one for one in sheets if named_column(one, *_STATEMENT_ID) is not None]
    roles = [one for one in sheets if one not in statements and named_column(one, *_ROLE_ID) is not None]
    others = [one.name for one in sheets if one not in statements and one not in roles]
    if others:
        notes.append(message("nice.other_sheets", file=path.name, names=others))
    named = (_VERSION.search(text) for text in (path.stem, *(one.name for one in sheets)))
    return Components(path, next((one[1] for one in named if one), ""), roles, statements, notes)


def read(draft: Draft, components: Components, on_progress: OnProgress | None = None) -> None:
    """State the roles and statements of a workbook, and what the roles do and require, as far as it says."""
    for note in components.notes:
        draft.note(note)
    reader = _ComponentsReader(draft, on_progress)
    for table in components.roles:
        reader.roles(table)
    for table in components.statements:
        reader.statements(table)
    reader.conclude()


class _ComponentsReader(FrameworkReader):
    """Rows to statements, sheet by sheet; what a role involves is stated at the end."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None = None) -> None:
        super().__init__(draft, on_progress)
        self._involved: list[tuple[Place, str, str, str]] = []
        self._dangling: list[Message] = []
        self._parts: set[str] = set()

    def roles(self, table: Table) -> None:
        """State the roles of a sheet; rows without a code are categories, or nothing."""
        code_at, name_at, text_at = (named_column(table, *names) for names in (_ROLE_ID, _ROLE_NAME, _TEXT))
        for place, cells in self.rows(table):
            code, name, text = (_cell(cells, at) for at in (code_at, name_at, text_at))
            if not code:
                self.draft.skip(message("nice.codeless"))
            elif _ROLE.fullmatch(code) is None:
                self._reject_code(place, table, code_at, code, "work_roles")
            elif _WITHDRAWN.match(name) or _WITHDRAWN.match(text):
                self.draft.skip(message("nice.withdrawn"))
            elif (title := self.name(place, _named(table, name_at, _ROLE_NAME), name)) is not None:
                about = {"framework": FRAMEWORK, "code": code, "description": text if text != title else ""}
                self._state(place, "Role", code, {"name": title} | about)

    def statements(self, table: Table) -> None:
        """State the tasks, knowledge and skills of a sheet, and keep which roles they are named with."""
        at, text_at, role_at = (named_column(table, *names) for names in (_STATEMENT_ID, _TEXT, _ROLE_ID))
        own = _ROLE.search(table.name)
        marks = [(column, found[0]) for column, name in enumerate(table.header) if (found := _ROLE.search(name))]
        for place, cells in self.rows(table):
            code, text = _cell(cells, at), _cell(cells, text_at)
            if not code:
                self.draft.skip(message("nice.codeless"))
                continue
            part = next((name for name, (_, _, form) in PARTS.items() if re.fullmatch(form, code)), None)
            if part is None or part == "work_roles":
                self._reject_code(place, table, at, code, "tks")
                continue
            if _WITHDRAWN.match(text):
                self.draft.skip(message("nice.withdrawn"))
                continue
            roles = [own[0]] if own else [role for column, role in marks if cells[column]]
            column = table.header[at or 0]
            if role := _cell(cells, role_at):
                column = table.header[role_at or 0]
                roles = [one[0] for one in _ROLE.finditer(role)]
                if not roles:
                    self._reject_code(place, table, role_at, role, "work_roles")
                    continue
            self._involved += [(place, role, code, column) for role in roles]
            if text and f"nice24:{code}" not in self.draft.nodes:
                self._parts.add(part)
                kind, sort, _ = PARTS[part]
                about = {} if kind == "JobResponsibility" else {"framework": FRAMEWORK, "code": code}
                self._state(place, kind, code, {"name": one_line(text), "kind": sort} | about)

    def conclude(self) -> None:
        """State what the roles involve, and note what is missing."""
        nodes, draft = self.draft.nodes, self.draft
        for place, role, code, column in self._involved:
            role_id, node_id = self.id(place, column, f"nice24:{role}"), self.id(place, column, f"nice24:{code}")
            if role_id is not None and node_id is not None and {role_id, node_id} <= nodes.keys():
                relation = RELATION_TO[nodes[node_id][0]]
                draft.state_link(place, (role_id, relation, node_id), NOTHING_STATED)
            else:
                self._dangling.append(message("nice.to", code=role, to=code))
        draft.replaces = {kind for kind, _ in nodes.values()} - {"Competency"}
        if {"knowledges", "skills"} <= self._parts:
            draft.replaces.add("Competency")
        if self._involved:
            draft.replaces |= {"HAS_RESPONSIBILITY", "REQUIRES"}
        self._note_what_is_missing()

    def _note_what_is_missing(self) -> None:
        parts = [part for part in PARTS if part not in self._parts and part != "work_roles"]
        if missing := [message(f"nice.list_of_{part}") for part in parts]:
            self.draft.note(message("nice.without_statements", parts=missing))
        if not self._involved:
            self.draft.note(message("nice.without_involved"))
        if self._dangling:
            names = some(sorted(set(self._dangling), key=str))
            self.draft.note(message("nice.dangling_edges", names=names))

    def _state(self, place: Place, kind: str, code: str, stated: dict[str, str]) -> NodeId | None:
        node_id, values = self.id(place, "code", f"nice24:{code}"), self.values(place, kind, stated)
        if node_id is not None and values is not None and self.draft.state_node(place, node_id, kind, values):
            return node_id
        return None

    def _reject_code(self, place: Place, table: Table, at: int | None, code: str, part: str) -> None:
        column = table.header[at] if at is not None else None
        self.draft.reject(place, message(f"nice.form_of_{part}"), column=column, value=code[:200])


def _cell(cells: list[str], at: int | None) -> str:
    return "" if at is None else as_shown(cells[at]) or cells[at]


def _named(table: Table, at: int | None, names: Sequence[str]) -> str:
    return names[0] if at is None else table.header[at]
