"""Parser of the NICE framework of 2024, as the JSON clusters of the MISP galaxy give it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import Message, message
from graph.model import NOTHING_STATED, NodeId
from ingest.draft import Draft, Place
from ingest.formats.framework import FrameworkReader, one_line, some, text_in
from ingest.progress import OnProgress, ignore, rows_read
from ingest.readers import read_json_object

FRAMEWORK = "NICE 2024"
_TYPE = "nice-framework-"

# Cluster, what its records become, the sort of that, and the form of its codes. Codes of 2017 came again in 2024, some
# with another text; therefore these have a prefix of their own.
PARTS: dict[str, tuple[str, str, str]] = {
    "work_roles": ("Role", "", r"[A-Z]{2}-WRL-\d{3}"),
    "tasks": ("JobResponsibility", "", r"T\d{4}"),
    "knowledges": ("Competency", "knowledge", r"K\d{4}"),
    "skills": ("Competency", "skill", r"S\d{4}"),
}
_OPM = "opm_codes"
_AREAS = "competency_areas"
RELATION_TO = {"JobResponsibility": "HAS_RESPONSIBILITY", "Competency": "REQUIRES"}


class Cluster(NamedTuple):
    """A file of the edition, and its records."""

    path: Path
    records: list[object]


class _IdentifiedRecord(NamedTuple):
    """A record with an id: the cluster it stands in, its id, code and place, and what it is related to."""

    part: str
    id: NodeId
    code: str
    place: Place
    related: list[object]


def find_clusters(files: Iterable[Path]) -> dict[str, Cluster]:
    """Return the clusters among the files, by what they hold; other JSON files are left alone.

    Raises:
        InputError: two files hold the same, or a file is no JSON.
    """
    clusters: dict[str, Cluster] = {}
    for path in files:
        if path.suffix.lower() != ".json":
            continue
        document = read_json_object(path)
        part = str(document.get("type", "")).removeprefix(_TYPE)
        if part not in {*PARTS, _OPM, _AREAS} or "values" not in document:
            continue
        records = document["values"]
        if not isinstance(records, list):
            raise InputError(Problem(message("nice.list"), path.name, "values"))
        if part in clusters:
            reason = message("nice.held_twice", part=part, file=clusters[part].path.name)
            raise InputError(Problem(reason, path.name))
        clusters[part] = Cluster(path, records)
    return clusters


def read(draft: Draft, clusters: Mapping[str, Cluster], on_progress: OnProgress | None = None) -> None:
    """State roles, tasks, knowledge and skills, and what each role does and requires; `clusters` holds all `PARTS`."""
    draft.replaces = {"Role", "JobResponsibility", "Competency", "HAS_RESPONSIBILITY", "REQUIRES"}
    reader = _Nice2024Reader(draft, on_progress)
    titles = reader.titles(clusters.get(_OPM))
    by_uuid: dict[str, _IdentifiedRecord] = {}
    for part in PARTS:
        reader.statements(part, clusters[part], by_uuid, titles)
    for stated in by_uuid.values():
        reader.edges(stated, by_uuid, titles)
    areas = clusters.get(_AREAS)
    if areas is not None:
        draft.read += len(areas.records)
        draft.skip(message("nice.areas"), len(areas.records))
    reader.conclude()


class _Nice2024Reader(FrameworkReader):
    """Records to statements, cluster by cluster."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None = None) -> None:
        """Read into the draft."""
        super().__init__(draft, on_progress)
        self._tell = on_progress or ignore
        self._dangling: list[Message] = []
        self._untitled: list[str] = []

    def titles(self, cluster: Cluster | None) -> dict[str, tuple[str, str]]:
        """Return code and title of each occupation of the Office of Personnel Management, by uuid."""
        titles = {}
        for place, record in self._records(cluster) if cluster else ():
            parts = self._said(place, record)
            if parts is not None:
                uuid, code, text, _ = parts
                # "Cyber Instructor- Training, Education, and Awareness - Develops ...": a title, an area, a text.
                titles[uuid] = (code, one_line(re.split(r"\s*-\s", text, maxsplit=1)[0]))
        return titles

    def statements(
        self, part: str, cluster: Cluster, by_uuid: dict[str, _IdentifiedRecord], titles: Mapping[str, tuple[str, str]]
    ) -> None:
        """State the nodes of a cluster, and add to `by_uuid` what they are related to."""
        kind, sort, form = PARTS[part]
        for place, record in self._records(cluster):
            parts = self._said(place, record)
            if parts is None:
                continue
            uuid, code, text, related = parts
            if re.fullmatch(form, code) is None:
                self.draft.reject(place, message("nice.no_code_of", part=part), column="value", value=code)
                continue
            if uuid in by_uuid:
                reason = message("nice.second_uuid", code=by_uuid[uuid].code)
                self.draft.reject(place, reason, column="uuid", value=uuid)
                continue
            names = self._names(code, text, related, titles) if kind == "Role" else [one_line(text)]
            stated = {"name": names[0], "kind": sort} | self._about(kind, code, text, names)
            node_id, values = self.id(place, "value", f"nice24:{code}"), self.values(place, kind, stated)
            if node_id is not None and values is not None and self.draft.state_node(place, node_id, kind, values):
                by_uuid[uuid] = _IdentifiedRecord(part, node_id, code, place, related)

    def edges(
        self, stated: _IdentifiedRecord, by_uuid: Mapping[str, _IdentifiedRecord], titles: Mapping[str, tuple[str, str]]
    ) -> None:
        """State what a role does and requires; ends that no file holds are counted, and not followed."""
        self.draft.read += len(stated.related)
        for row, edge in enumerate(stated.related, 2):
            place = Place(stated.place.file, f"related of {stated.code}", row)
            try:
                to, sort = (text_in(edge, "dest-uuid"), text_in(edge, "type")) if isinstance(edge, dict) else ("", "")
            except InvalidValueError as error:
                self.draft.reject(place, error.message)
                continue
            end = by_uuid.get(to)
            relation = RELATION_TO.get(PARTS[end.part][0]) if end else None
            if not to:
                self.draft.reject(place, message("nice.edge"), column="dest-uuid")
            elif sort != "involves" or stated.part != "work_roles":
                self.draft.skip(message("nice.other_edges"))
            elif end is not None and relation is not None:
                self.draft.state_link(place, (stated.id, relation, end.id), NOTHING_STATED)
            elif end is not None:
                self.draft.skip(message("nice.edges_between_roles"))
            elif to not in titles:
                self.draft.skip(message("nice.edges_to_nothing"))
                self._dangling.append(message("nice.to", code=stated.code, to=to))

    def conclude(self) -> None:
        """Note what was not followed, and which roles have no title."""
        if self._dangling:
            self.draft.note(message("nice.dangling_edges", names=some(sorted(self._dangling, key=str))))
        if self._untitled:
            codes = some(sorted(self._untitled))
            self.draft.note(message("nice.untitled", codes=codes))

    def _records(self, cluster: Cluster) -> Iterator[tuple[Place, object]]:
        for row, record in enumerate(cluster.records, 2):
            yield Place(cluster.path.name, "values", row), record
        self.draft.read += len(cluster.records)
        self._tell(rows_read(cluster.path.name, len(cluster.records)))

    def _said(self, place: Place, record: object) -> tuple[str, str, str, list[object]] | None:
        """Return uuid, code, description and relations; None, and the record rejected, for a fault."""
        if not isinstance(record, dict):
            self.draft.reject(place, message("framework.record_object"))
            return None
        try:
            uuid, value, text = (text_in(record, name) for name in ("uuid", "value", "description"))
        except InvalidValueError as error:
            self.draft.reject(place, error.message)
            return None
        for name, stated in (("uuid", uuid), ("value", value), ("description", text)):
            if not stated:
                self.draft.reject(place, message("framework.missing", column=name), column=name)
                return None
        related = record.get("related") or []
        if not isinstance(related, list):
            self.draft.reject(place, message("nice.related"), column="related")
            return None
        return uuid, value.rpartition(" - ")[2].strip(), text, related

    def _names(self, code: str, text: str, related: list[object], titles: Mapping[str, tuple[str, str]]) -> list[str]:
        """Return the titles of the role's OPM codes in the order of these; the description where it has none."""
        ends = {str(edge.get("dest-uuid")) for edge in related if isinstance(edge, dict)}
        names = [title for _, title in sorted(titles[uuid] for uuid in ends & titles.keys())]
        if not names:
            self._untitled.append(code)
        return list(dict.fromkeys(names)) or [one_line(text)]

    @staticmethod
    def _about(kind: str, code: str, text: str, names: list[str]) -> dict[str, str]:
        if kind == "JobResponsibility":
            return {}
        about = {"framework": FRAMEWORK, "code": code}
        if kind == "Role":
            about |= {"aliases": "|".join(names[1:]), "description": text if text != names[0] else ""}
        return about
