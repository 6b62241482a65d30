"""Reader of ESCO, the European classification of skills and occupations, as its portal's CSV download gives it.

Source: https://esco.ec.europa.eu, "Download", classification in CSV, v1.1 and v1.2.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import NOTHING_STATED, LinkKey, LinkValues, Source, Value
from graph.properties import printable
from graph.schema import KINDS
from ingest.draft import Draft
from ingest.formats.framework import (
    FrameworkReader,
    as_shown,
    columns,
    data_files,
    one_line,
    optional_column,
    tolerance,
)
from ingest.progress import OnProgress
from ingest.readers import Table, read_csv

SOURCE = Source(
    name="ESCO",
    version="1.1.1",
    licence="Commission Decision 2011/833/EU. This service uses the ESCO classification of the European Commission.",
    url="https://esco.ec.europa.eu",
    rank=200,
)

# ESCO states "essential" or "optional" and no number. Half is our reading of optional: it counts, but two optional
# skills weigh no more than one essential one.
WEIGHT_OF: dict[str, LinkValues] = {
    "essential": (1.0, None, None, None, None),
    "optional": (0.5, None, None, None, None),
}

SKILL, OCCUPATION = "KnowledgeSkillCompetence", "Occupation"
"""The two concept types that become nodes; BROADER is read between two of the same."""

_COLUMNS = (
    *("conceptUri", "conceptType", "preferredLabel", "altLabels", "description", "skillType", "broaderUri"),
    *("broaderType", "occupationUri", "skillUri", "relationType"),
)
_NAMES = {"skills": "skills", "occupations": "occupations", "occupationskillrelations": "occupationSkillRelations"}
_FILES = {
    "skills": "Competency",
    "occupations": "Role",
    "occupationskillrelations": "REQUIRES",
    "broaderrelationsskillpillar": SKILL,
    "broaderrelationsoccpillar": OCCUPATION,
}


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what the CSV files say: skills, occupations, what each occupation requires, and what is broader.

    `path` is the folder of the download, or one of its files. Files of it that are not needed are named in the notes.

    Raises:
        InputError: there is none of the files, or one of them cannot be read.
    """
    files, ignored = _files(path)
    draft = Draft(SOURCE)
    absent = {part: _file_called(name, files.values()) for part, name in _NAMES.items() if part not in files}
    reader = _EscoReader(draft, on_progress, absent)
    for part, file in files.items():
        table = read_csv(file, tolerance=tolerance(draft.note, *_COLUMNS))
        if part in {"skills", "occupations"}:
            reader.concepts(table, _FILES[part])
        elif part == "occupationskillrelations":
            reader.requirements(table)
        else:
            reader.broader(table, _FILES[part])
    draft.replaces = {_FILES[part] for part in files} & {*KINDS, "REQUIRES"}
    if path.is_dir():
        _note_absent(draft, absent, files)
    broader = [part for part in files if part.startswith("broader")]
    if len(broader) == 2:
        draft.replaces.add("BROADER")
    elif broader:
        draft.note(message("esco.one_broader"))
    if ignored:
        draft.note(message("framework.unneeded", files=ignored))
    return draft


def _note_absent(draft: Draft, absent: Mapping[str, str], files: Mapping[str, Path]) -> None:
    for part, name in absent.items():
        draft.note(message(f"esco.without_{part}", file=name))
    if not any(part.startswith("broader") for part in files):
        draft.note(message("esco.without_broader"))


def _file_called(name: str, files: Iterable[Path]) -> str:
    """Return what the download calls a file, in the language of the others."""
    languages = (file.stem.partition("_")[2] for file in files)
    return f"{name}_{next(filter(None, languages), 'en')}.csv"


def _files(path: Path) -> tuple[dict[str, Path], list[str]]:
    """Return the files that are read, in the order in which they are, and the names of the others."""
    if not path.exists():
        raise InputError(Problem(message("framework.no_path"), file=str(path)))
    files = data_files(path, {".csv"}) if path.is_dir() else [path]
    known: dict[str, Path] = {}
    for file in files:
        first = known.setdefault(_part(file), file)
        if first is not file and _part(file) in _FILES:
            raise InputError(Problem(message("esco.twice", file=first.name), file=file.name))
    known = {part: file for part, file in known.items() if part in _FILES}
    if not known:
        names = ["skills_en.csv", "occupations_en.csv", "occupationSkillRelations.csv"]
        raise InputError(Problem(message("esco.no_file", files=names), file=path.name))
    others = [file.name for file in files if file not in known.values()]
    return {part: known[part] for part in _FILES if part in known}, others


def _part(file: Path) -> str:
    """Return the file's name without its language: skills_en.csv -> skills."""
    return file.stem.lower().partition("_")[0]


class _EscoReader(FrameworkReader):
    """Rows to statements, file by file; `absent` names the files that are not there, by part."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None, absent: Mapping[str, str]) -> None:
        super().__init__(draft, on_progress)
        self._absent = absent

    def _refers(self, table: Table, column: str, part: str) -> None:
        """Say that a column refers to what another file states, which may be absent."""
        if part in self._absent:
            self.draft.absent[table.file, column] = self._absent[part]

    def concepts(self, table: Table, kind: str) -> None:
        """State the nodes of a file of skills or occupations."""
        uri, name, aliases, description = columns(table, "conceptUri", "preferredLabel", "altLabels", "description")
        sort, code = optional_column(table, "skillType"), optional_column(table, "code")
        draft, untyped = self.draft, 0
        for place, cells in self.rows(table):
            node_id = self.id(place, "conceptUri", cells[uri])
            if node_id is None:
                continue
            if not cells[name]:
                draft.reject(place, message("framework.missing", column="preferredLabel"), column="preferredLabel")
                continue
            values: dict[str, Value] = {"name": one_line(cells[name]), "framework": "ESCO", "uri": cells[uri]}
            others = [
                alias for part in cells[aliases].split("\n") if (alias := one_line(part)) and alias != values["name"]
            ]
            if others:
                values["aliases"] = list(dict.fromkeys(others))
            if cells[description]:
                values["description"] = printable(cells[description])  # a dozen hold control characters
            if kind == "Competency" and sort is not None:
                untyped += not cells[sort]
                values["kind"] = "knowledge" if cells[sort] == "knowledge" else "skill"
            if code is not None and (shown := as_shown(cells[code])):
                values["code"] = shown
            draft.state_node(place, node_id, kind, values)
        if untyped:
            draft.note(message("esco.untyped", file=table.file, n=untyped))

    def requirements(self, table: Table) -> None:
        """State what each occupation requires."""
        occupation, skill, relation = columns(table, "occupationUri", "skillUri", "relationType")
        self.draft.name_ends(table.file, None, "REQUIRES", "occupationUri", "skillUri")
        self._refers(table, "occupationUri", "occupations")
        self._refers(table, "skillUri", "skills")
        for place, cells in self.rows(table):
            values = WEIGHT_OF.get(cells[relation])
            from_id = self.id(place, "occupationUri", cells[occupation])
            to_id = self.id(place, "skillUri", cells[skill])
            if values is None:
                self.draft.reject(place, message("esco.relation_type"), column="relationType", value=cells[relation])
            elif from_id is not None and to_id is not None:
                self.draft.state_link(place, (from_id, "REQUIRES", to_id), values)

    def broader(self, table: Table, concept: str) -> None:
        """State what is broader, between two concepts of the same type; groups are no nodes here."""
        narrow, narrow_type, broad, broad_type = columns(
            table, "conceptUri", "conceptType", "broaderUri", "broaderType"
        )
        self.draft.name_ends(table.file, None, "BROADER", "conceptUri", "broaderUri")
        for column in ("conceptUri", "broaderUri"):
            self._refers(table, column, "skills" if concept == SKILL else "occupations")
        others = message("esco.not_of_skills" if concept == SKILL else "esco.not_of_occupations")
        for place, cells in self.rows(table):
            if cells[narrow_type] != concept or cells[broad_type] != concept:
                self.draft.skip(others)
                continue
            from_id = self.id(place, "conceptUri", cells[narrow])
            to_id = self.id(place, "broaderUri", cells[broad])
            if from_id is not None and to_id is not None:
                key: LinkKey = (from_id, "BROADER", to_id)
                self.draft.state_link(place, key, NOTHING_STATED)
