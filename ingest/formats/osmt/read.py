"""Reader of rich skill descriptors (Open Skills Network), as an OSMT server answers (JSON) or exports them (CSV).

Source: https://github.com/wgu-opensource/osmt, its API (v2, v3) and the columns of its CSV export.
"""

from collections import Counter
from pathlib import Path

from graph.errors import InvalidValueError
from graph.messages import message
from graph.model import NOTHING_STATED, NodeId, Source, Value, parse_id
from graph.properties import Text
from ingest.draft import Draft, Place
from ingest.formats.answer_pages import AnswerPages
from ingest.formats.framework import one_line, some
from ingest.formats.osmt.files import files, nothing_found, open_file
from ingest.formats.osmt.json_answers import GONE, Descriptor, Occupation
from ingest.formats.osmt.occupation_codes import role_of
from ingest.formats.uris import id_of_uri, osmt_id
from ingest.progress import OnProgress, ignore, rows_read

SOURCE = Source(
    name="OSMT",
    licence="as stated by whoever runs the server; no answer of OSMT names a licence",
    url="https://www.openskillsnetwork.org",
    rank=250,
)

_LINE, _LINES = Text(longest=2000), Text(lines=True)


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what the files say: skills, the occupations that require them, and the skills that they are aligned with.

    `path` is a .json or .csv file, or a folder of them, whatever its depth. Files without descriptors or occupations
    are named in the notes.

    Raises:
        InputError: there is no such file, or one of them cannot be read.
    """
    draft = Draft(SOURCE)
    draft.replaces = {"Competency", "Role", "REQUIRES", "CLOSE_TO"}
    draft.keeps_dangling = True
    reader, ignored = _OsmtReader(draft), []
    tell = on_progress or ignore
    named, pages = files(path), AnswerPages()
    for name, file in named:
        records = open_file(name, file, draft, pages)
        if records is None:
            ignored.append(name)
            continue
        for place, record in records:
            draft.read += 1
            if isinstance(record, Descriptor):
                reader.descriptor(place, record)
            elif record is not None:
                reader.listed.append((place, record))
        tell(rows_read(name, draft.read))
    if not draft.read and ignored:
        raise nothing_found(path, named)
    reader.finish()
    pages.tell(draft)
    if ignored:
        draft.note(message("framework.unneeded", files=ignored))
    return draft


class _OsmtReader:
    """Descriptors to statements; what they say of occupations is gathered, and stated at the end."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.listed: list[tuple[Place, Occupation]] = []
        self._first: dict[NodeId, tuple[Place, Descriptor]] = {}
        self._named: dict[NodeId, list[tuple[Place, Occupation]]] = {}
        self._left_out: Counter[str] = Counter()
        self._bent: dict[str, str] = {}

    def descriptor(self, place: Place, descriptor: Descriptor) -> None:
        """State a skill, the links from its occupations, and those to what it is aligned with."""
        draft = self.draft
        if descriptor.status in GONE:
            draft.skip(message(f"osmt.{descriptor.status}"))
            return
        skill = self._id(place, descriptor)
        is_repeated = skill in self._first
        if skill is None or not self._stated(place, skill, descriptor):
            return
        for occupation in descriptor.occupations:
            code = occupation.code
            if occupation.written:
                self._bent.setdefault(occupation.written, code)
            try:
                role = role_of(code)
            except InvalidValueError as error:
                column, value = occupation.column or "occupations", occupation.written or code
                draft.reject(place, error.message, column=column, value=value[:200])
                continue
            draft.state_link(place, (role, "REQUIRES", skill), NOTHING_STATED)
            if not role.startswith("soc:"):
                self._named.setdefault(role, []).append((place, occupation))
        self._align(place, skill, descriptor)
        self._left_out["standards"] += descriptor.standards
        self._left_out["keywords"] += descriptor.keywords
        if is_repeated and place not in draft.rejected:
            draft.skip(message("osmt.repeated"))

    def finish(self) -> None:
        """State the roles whose names are known, and say what was left out."""
        draft = self.draft
        wanted = {role for role, relation, _ in draft.links if relation == "REQUIRES"}
        for place, occupation in self.listed:
            role = _role_of_list(occupation.code)
            if role not in wanted:
                draft.skip(message("osmt.unnamed_occupation"))
            elif role.startswith("soc:"):
                draft.skip(message("osmt.group"))
            else:
                self._named.setdefault(role, []).append((place, occupation))
        for role, named in sorted(self._named.items()):
            self._state_role(role, named)
        groups = sum(key[1] == "REQUIRES" and key[0].startswith("soc:") for key in draft.links)
        if groups:
            draft.note(message("osmt.links_of_groups", n=groups))
        if self._bent:
            pairs = [message("osmt.code", written=written, code=code) for written, code in sorted(self._bent.items())]
            draft.note(message("osmt.bent_codes", codes=some(pairs)))
        for what, number in sorted(self._left_out.items()):
            if number:
                draft.note(message(f"osmt.left_out_{what}", n=number))

    def _id(self, place: Place, descriptor: Descriptor) -> NodeId | None:
        try:
            return parse_id(osmt_id(descriptor.uuid)) if descriptor.uuid else id_of_uri(descriptor.uri)
        except InvalidValueError as error:
            self.draft.reject(
                place,
                error.message,
                column="uuid" if descriptor.uuid else "id",
                value=descriptor.uuid or descriptor.uri,
            )
            return None

    def _stated(self, place: Place, skill: NodeId, descriptor: Descriptor) -> bool:
        """State the skill, or say whether what was stated before is the same."""
        before = self._first.get(skill)
        if before is not None:
            for name in ("name", "statement", "uri"):
                old, new = getattr(before[1], name), getattr(descriptor, name)
                if old != new:
                    where = message("place.file_row", file=before[0].file, row=before[0].row)
                    self.draft.reject(
                        place, message("osmt.other_value", id=skill, name=name, place=where), column=name, value=new
                    )
                    return False
            return True
        values: dict[str, Value] = {"kind": "skill", "framework": "OSMT"}
        texts = (
            ("name", _LINE, one_line(descriptor.name)),
            ("uri", _LINE, descriptor.uri),
            ("description", _LINES, descriptor.statement),
        )
        for name, form, text in texts:
            try:
                if text:
                    values[name] = form.parse(text)
            except InvalidValueError as error:
                reason = message("framework.at_fault", name=name, fault=error.message)
                self.draft.reject(place, reason, column=name, value=text[:200])
                return False
        self._first[skill] = (place, descriptor)
        return self.draft.state_node(place, skill, "Competency", values)

    def _align(self, place: Place, skill: NodeId, descriptor: Descriptor) -> None:
        for uri in descriptor.alignments:
            if not uri:
                self._left_out["alignments"] += 1
                continue
            try:
                other = id_of_uri(uri)
            except InvalidValueError as error:
                self.draft.reject(place, error.message, column="alignments", value=uri)
                continue
            if other != skill:
                self.draft.state_link(place, (skill, "CLOSE_TO", other), NOTHING_STATED)

    def _state_role(self, role: NodeId, mentions: list[tuple[Place, Occupation]]) -> None:
        """State a role by the first name, in the order of names, that a descriptor gives it, else by that of a list."""
        by_descriptors = sorted((o.name, o.description, place) for place, o in mentions if o.name and not o.is_listed)
        by_lists = sorted((o.name, o.description, place) for place, o in mentions if o.name and o.is_listed)
        standing = [one for one in by_descriptors + by_lists if one[2] not in self.draft.rejected]
        if not standing:
            return
        name, description, place = standing[0]
        values: dict[str, Value] = {"name": one_line(name), "code": role.partition(":")[2]}
        values["framework"] = "O*NET-SOC" if role.startswith("onet:") else "as in OSMT"
        description = description or next((one[1] for one in standing if one[1]), "")
        try:
            _LINE.parse(str(values["name"]))
            if description:
                values["description"] = _LINES.parse(description)
        except InvalidValueError as error:
            reason = message("osmt.wrong_occupation", fault=error.message)
            self.draft.reject(place, reason, column="occupations", value=role)
            return
        self.draft.state_node(place, role, "Role", values)


def _role_of_list(code: str) -> NodeId:
    """Return the role of a list's code; one that can be none stands for no role that a descriptor names."""
    try:
        return role_of(code)
    except InvalidValueError:
        return NodeId("")
