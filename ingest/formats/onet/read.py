"""Reader of O*NET, the occupational database of the United States, as its downloads give it: Excel files, text, or CSV.

Source: https://www.onetcenter.org/database.html; the data dictionary of each release says what the columns hold.
"""

import re
from collections import defaultdict
from pathlib import Path

from graph.messages import message
from graph.model import NOTHING_STATED, NodeId, Source, Value
from ingest.draft import Draft, Place
from ingest.formats.framework import as_shown
from ingest.formats.onet import files
from ingest.formats.onet.files import Cells, DatabaseFiles
from ingest.formats.onet.ids import HIGHEST_IMPORTANCE, OnetReader
from ingest.formats.onet.ratings import RatingsReader
from ingest.progress import OnProgress
from ingest.readers import Table

SOURCE = Source(
    name="O*NET",
    licence="CC BY 4.0. This product includes information from the O*NET Database by the U.S. Department of Labor, "
    "Employment and Training Administration (USDOL/ETA). O*NET is a trademark of USDOL/ETA.",
    url="https://www.onetcenter.org/database.html",
    rank=200,
)
LEAST_IMPORTANCE = 3.0
"""From here on a role requires a skill: the scale runs from 1 (not important) over 3 (important) to 5."""

_VERSION = re.compile(r"O\*NET\W* (\d+\.\d+)")


def read(
    path: Path,
    on_progress: OnProgress | None = None,
    *,
    importance: float = LEAST_IMPORTANCE,
    technology: bool = False,
) -> Draft:
    """Return what the folder of the database says: roles, responsibilities, and the competencies that they require.

    A skill or knowledge is required from an `importance` of 1 to 5. With `technology`, so is the technology that a
    role uses. What is missing, and files that are not needed, are named in the notes.

    Raises:
        InputError: Occupation Data or Task Statements is missing, or a file cannot be read.
    """
    database = files.find_files(path)
    draft = Draft(SOURCE.model_copy(update={"version": _version(path)}))
    reader = _DatabaseReader(draft, on_progress)
    ratings = RatingsReader(draft, on_progress, importance)
    for part in files.NAMES:
        if part != files.TECHNOLOGY or technology:
            for file in database.files[part]:
                table = files.open_table(file, draft.note)
                if part in files.KIND_OF_RATED:
                    ratings.read(table, files.KIND_OF_RATED[part])
                elif part == files.ELEMENTS:
                    ratings.describe(table)
                else:
                    reader.read(part, table)
    reader.finish()
    ratings.finish()
    _say_what_is_replaced(draft, database, technology=technology)
    return draft


def _version(path: Path) -> str:
    """Return the release that the file beside the data names, as in 29.3; empty where there is none."""
    try:
        text = (path / "Read Me.txt").read_text(encoding="utf-8", errors="replace")[:2000]
    except OSError:
        return ""
    match = _VERSION.search(text)
    return match[1] if match else ""


def _say_what_is_replaced(draft: Draft, database: DatabaseFiles, *, technology: bool) -> None:
    draft.replaces = {"Role", "JobResponsibility", "HAS_RESPONSIBILITY"}
    rated = {files.SKILLS, files.KNOWLEDGE} | ({files.TECHNOLOGY} if technology else set())
    if database.whole >= rated | {files.TASK_DWAS}:
        draft.replaces.add("REQUIRES")
        if files.DWAS in database.whole:
            draft.replaces.add("Competency")
    for part, lack in files.WITHOUT.items():
        if part not in database.whole and (part != files.TECHNOLOGY or technology):
            draft.note(message("onet.without", part=part, lack=message(lack)))
    others = sorted(database.others + [f.name for f in database.files[files.TECHNOLOGY] if not technology])
    if others:
        draft.note(message("framework.unneeded", files=others))


class _DatabaseReader(OnetReader):
    """Rows to statements, part by part, in the order of `files.NAMES`."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None) -> None:
        super().__init__(draft, on_progress)
        self._titles: dict[NodeId, set[str]] = defaultdict(set)
        self._importance: dict[NodeId, float] = {}
        self._spoken_of: list[tuple[NodeId, Place, str]] = []
        self._activities: dict[NodeId, tuple[Place, str]] = {}

    def read(self, part: str, table: Table) -> None:
        """State what a file of the part says, or keep what belongs to a later one."""
        match part:
            case files.TITLES:
                self._read_titles(table)
            case files.OCCUPATIONS:
                self._read_occupations(table)
            case files.RATINGS:
                self._read_importance(table)
            case files.TASKS:
                self._read_tasks(table)
            case files.DWAS:
                self._read_activities(table)
            case files.TASK_DWAS:
                self._read_task_activities(table)
            case files.TECHNOLOGY:
                self._read_technology(table)

    def finish(self) -> None:
        """Reject the rows that speak of an occupation or task that is not there."""
        for node_id, place, column in self._spoken_of:
            if node_id not in self.draft.nodes:
                self.draft.reject(place, message("onet.no_such", id=node_id), column=column, value=node_id)

    def _read_titles(self, table: Table) -> None:
        at = Cells(table, (files.SOC, files.ALTERNATE), (files.SHORT,))
        for place, cells in self.rows(table):
            code, title, short = at.of(cells)
            role, name = self.role(place, at.names[0], code), self.name(place, at.names[1], title)
            if role is not None and name is not None:
                self._spoken_of.append((role, place, at.names[0]))
                self._titles[role] |= {name} | (
                    {one} if (one := self.name(place, at.names[2], short or title)) else set()
                )

    def _read_occupations(self, table: Table) -> None:
        at = Cells(table, (files.SOC, files.TITLE, files.DESCRIPTION))
        for place, cells in self.rows(table):
            code, title, text = at.of(cells)
            role, name = self.role(place, at.names[0], code), self.name(place, at.names[1], title)
            description = self.description(place, at.names[2], text)
            if role is None or name is None or description is None:
                continue
            values: dict[str, Value] = {"name": name, "framework": "O*NET", "code": as_shown(code) or code}
            if description:
                values["description"] = description
            if others := sorted(self._titles[role] - {name}):
                values["aliases"] = others
            self.draft.state_node(place, role, "Role", values)

    def _read_importance(self, table: Table) -> None:
        """Keep the importance of tasks; other scales (relevance, frequency) say something else."""
        at = Cells(table, (files.TASK_ID, files.SCALE, files.VALUE), (files.SUPPRESS,))
        for place, cells in self.rows(table):
            number, scale, value, suppress = at.of(cells)
            if not self.is_scale(place, at.names[1], scale):
                continue
            if scale != "IM":
                self.draft.skip(message("onet.other_task_scales"))
            elif suppress.upper() == "Y":
                self.draft.skip(message("onet.suppressed"))
            else:
                task = self.task(place, at.names[0], number)
                rated = self.number(place, at.names[2], value, 1, HIGHEST_IMPORTANCE)
                if task is None or rated is None:
                    continue
                if self._importance.setdefault(task, rated) != rated:
                    before = self._importance[task]
                    reason = message("onet.second_importance", task=number, before=before, importance=rated)
                    self.draft.reject(place, reason, column=at.names[2], value=value)
                self._spoken_of.append((task, place, at.names[0]))

    def _read_tasks(self, table: Table) -> None:
        at = Cells(table, (files.SOC, files.TASK_ID, files.TASK))
        self.draft.name_ends(table.file, table.sheet, "HAS_RESPONSIBILITY", at.names[0], at.names[1])
        for place, cells in self.rows(table):
            code, number, text = at.of(cells)
            role, task = self.role(place, at.names[0], code), self.task(place, at.names[1], number)
            name = self.name(place, at.names[2], text)
            if role is None or task is None or name is None:
                continue
            if self.draft.state_node(place, task, "JobResponsibility", {"name": name}):
                weight = round(self._importance[task] / HIGHEST_IMPORTANCE, 4) if task in self._importance else None
                self.draft.state_link(place, (role, "HAS_RESPONSIBILITY", task), (weight, None, None, None, None))

    def _read_activities(self, table: Table) -> None:
        at = Cells(table, (files.DWA, files.DWA_NAME))
        for place, cells in self.rows(table):
            outline, title = at.of(cells)
            activity, name = self.element(place, at.names[0], outline), self.name(place, at.names[1], title)
            if activity is not None and name is not None:
                self._state_activity(place, activity, outline, name)

    def _state_activity(self, place: Place, activity: NodeId, outline: str, name: str) -> None:
        values: dict[str, Value] = {
            "name": name,
            "kind": "ability",
            "framework": "O*NET",
            "code": as_shown(outline) or outline,
        }
        self.draft.state_node(place, activity, "Competency", values)

    def _read_task_activities(self, table: Table) -> None:
        """State what tasks require; and the activities themselves, where no reference file did."""
        at = Cells(table, (files.TASK_ID, files.DWA), (files.DWA_NAME,))
        has_reference = any(values[0] == "Competency" for values in self.draft.nodes.values())
        self.draft.name_ends(table.file, table.sheet, "REQUIRES", at.names[0], at.names[1])
        for place, cells in self.rows(table):
            number, outline, title = at.of(cells)
            task, activity = self.task(place, at.names[0], number), self.element(place, at.names[1], outline)
            if task is None or activity is None:
                continue
            self.draft.state_link(place, (task, "REQUIRES", activity), NOTHING_STATED)
            if (
                not has_reference
                and task in self.draft.nodes
                and activity not in self.draft.nodes
                and (name := self.name(place, at.names[2], title))
            ):
                self._state_activity(place, activity, outline, name)

    def _read_technology(self, table: Table) -> None:
        """State the classes of technology that roles use, with the products of each as the link's note."""
        at = Cells(table, (files.SOC, files.TECHNOLOGY_CODE, files.TECHNOLOGY_NAME, files.EXAMPLE))
        self.draft.name_ends(table.file, table.sheet, "REQUIRES", at.names[0], at.names[1])
        products: dict[tuple[NodeId, NodeId], dict[str, Place]] = defaultdict(dict)
        for place, cells in self.rows(table):
            code, number, title, example = at.of(cells)
            role, used = self.role(place, at.names[0], code), self.technology(place, at.names[1], number)
            name, product = self.name(place, at.names[2], title), self.name(place, at.names[3], example)
            if role is None or used is None or name is None or product is None:
                continue
            if used not in self.draft.nodes and role in self.draft.nodes:
                values: dict[str, Value] = {
                    "name": name,
                    "kind": "skill",
                    "framework": "O*NET",
                    "code": as_shown(number) or number,
                }
                self.draft.state_node(place, used, "Competency", values)
            products[role, used].setdefault(product, place)
        for (role, used), places in products.items():
            note = "; ".join(sorted(places))
            place = next(iter(places.values()))
            self.draft.state_link(place, (role, "REQUIRES", used), (None, None, None, None, note))
