"""Courses, occupations, tasks, skills and badges as JSON-LD, in the terms of schema.org, CTDL and Open Badges 3."""

from collections import Counter
from pathlib import Path

from graph.errors import InputError, Problem
from graph.model import NOTHING_STATED, LinkKey, NodeId, Source, Value
from graph.properties import Text
from ingest.draft import Draft, Place
from ingest.formats.framework import OnProgress, one_line
from ingest.formats.jsonld import terms
from ingest.formats.jsonld.documents import LdNode, Ref, Words, nodes_of
from ingest.formats.jsonld.nodes import Thing, Tie, aligned, datasets_of, is_alignment, name_of, values_of
from ingest.formats.uris import id_of_name, id_of_parts, id_of_uri
from ingest.readers import read_json_document

SOURCE = Source(name="JSON-LD", licence="as stated in the files, or by whoever published them", rank=150)

_RELATIONS = {"COVERS", "DEVELOPS", "REQUIRES", "HAS_RESPONSIBILITY", "BROADER", "SAME_AS", "CLOSE_TO", "CERTIFIES"}
_NOT_READ = "records of no type that is read"
_ENDINGS = {".json", ".jsonld"}
_LINE = Text(longest=2000)


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what the documents say: courses and their units, roles, responsibilities, competencies, certificates.

    `path` is a .jsonld or .json file, or a folder of them, whatever its depth. Nothing is fetched.

    Raises:
        InputError: there is no such file, one cannot be read, or it names a context that would have to be fetched.
    """
    draft = Draft(SOURCE)
    draft.replaces = {"Course", "KnowledgeUnit", "Role", "JobResponsibility", "Competency", "Certificate", *_RELATIONS}
    draft.keeps_dangling = True
    tell = on_progress or (lambda _file, _rows: None)
    reading, datasets = _Reading(draft), list[Source]()
    for name, file in _files(path):
        try:
            document = read_json_document(file)
            datasets += datasets_of(document)
            for found in nodes_of(document, name, draft):
                reading.gather(found)
        except InputError as error:
            problem = error.problem
            raise InputError(Problem(problem.reason, name, None, None, problem.column, problem.value)) from None
        tell(name, draft.read)
    reading.state()
    _name_source(draft, datasets)
    return draft


def _name_source(draft: Draft, datasets: list[Source]) -> None:
    """Take name and licence of the one dataset that the documents are; of several, only the licences."""
    if len(datasets) == 1:
        draft.source = datasets[0].model_copy(update={"rank": SOURCE.rank})
    elif datasets:
        licences = "; ".join(sorted({f"{one.name}: {one.licence or 'not stated'}" for one in datasets}))
        draft.source = SOURCE.model_copy(update={"licence": licences})
        draft.notes.append(
            f"{len(datasets)} datasets are imported as one source; import them one by one to keep them apart"
        )


def _files(path: Path) -> list[tuple[str, Path]]:
    if not path.is_dir():
        if not path.exists():
            raise InputError(Problem("there is no such file or folder", file=str(path)))
        return [(path.name, path)]
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in _ENDINGS and file.is_file())
    if not found:
        raise InputError(Problem("there is no .jsonld or .json file in this folder", path.name))
    return [(file.relative_to(path).as_posix(), file) for file in found]


class _Reading:
    """Nodes to statements: what the same thing is said to be is put together first, then stated."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._nodes: dict[str, list[LdNode]] = {}
        self._is_read: dict[Place, bool] = {}
        self._things: dict[NodeId, Thing] = {}
        self._ids: dict[str, NodeId] = {}
        self._left_out: Counter[str] = Counter()

    def gather(self, found: list[LdNode]) -> None:
        """Take the nodes of one record."""
        for node in found:
            self._nodes.setdefault(node.key, []).append(node)
            self._is_read.setdefault(node.place, False)

    def state(self) -> None:
        """State everything, and count the records of which nothing is read."""
        for key, nodes in self._nodes.items():
            if not is_alignment(nodes[0]) and any(node.types or node.values for node in nodes):
                self._put_together(key, nodes)
        self._tell_kinds()
        for node_id, thing in self._things.items():
            if thing.kind:
                self._is_read.update(dict.fromkeys(thing.places, True))
                self._state_thing(node_id, thing)
        for node_id, thing in list(self._things.items()):
            for tie in thing.ties:
                self._state_tie(node_id, thing, tie)
        unread = sum(not is_read and place not in self.draft.rejected for place, is_read in self._is_read.items())
        if unread:
            self.draft.skipped[_NOT_READ] += unread
        for what, number in sorted(self._left_out.items()):
            self.draft.notes.append(f"{number} {what} are left out")

    def _put_together(self, key: str, nodes: list[LdNode]) -> None:
        """Join what the documents say of one thing, wherever they say it."""
        kinds = {terms.KIND_OF_TYPE[one] for node in nodes for one in node.types if one in terms.KIND_OF_TYPE}
        place, uri = nodes[0].place, nodes[0].uri
        try:
            node_id = _id(key, nodes, min(kinds, default=""))
        except ValueError as error:
            if kinds:
                self.draft.reject(place, str(error), column="@id", value=uri[:200] or None)
            return
        self._ids[key] = node_id
        thing = self._things.setdefault(node_id, Thing(uri, place))
        if thing.uri and uri and thing.uri != uri:
            reason = f"{thing.uri[:150]} has the same short form, {node_id}; give one of the two another identifier"
            self.draft.reject(place, reason, column="@id", value=uri[:200])
            return
        thing.uri = thing.uri or uri
        for node in nodes:
            thing.types |= node.types
            thing.places.add(node.place)
            for name, values in node.values.items():
                thing.values[name] = list(dict.fromkeys([*thing.values.get(name, ()), *values]))

    def _tell_kinds(self) -> None:
        """Say what each thing is: by its type, else by the properties that point at it, round by round."""
        for thing in self._things.values():
            kinds = sorted({terms.KIND_OF_TYPE[one] for one in thing.types if one in terms.KIND_OF_TYPE})
            if len(kinds) > 1:
                self.draft.reject(thing.place, f"is {' and '.join(kinds)} at once; keep one type", column="@type")
            elif kinds:
                thing.kind = kinds[0]
        self._point([one for one in self._things.items() if one[1].kind])
        generic = []
        for node_id, thing in self._things.items():
            kinds = sorted({terms.GENERIC_TYPES[one] for one in thing.types if one in terms.GENERIC_TYPES})
            if not thing.kind and kinds:
                thing.kind = kinds[0]
                generic.append((node_id, thing))
        self._point(generic)

    def _point(self, pointing: list[tuple[NodeId, Thing]]) -> None:
        """Resolve what these things point at, which tells what that is, if nothing else does; then what that does."""
        while pointing:
            votes: dict[NodeId, set[str]] = {}
            for _, thing in pointing:
                for name, said in terms.PROPERTIES.get(thing.kind, {}).items():
                    for value in thing.values.get(name, ()):
                        if tie := self._tie(thing, said, value):
                            thing.ties.append(tie)
                            votes.setdefault(tie.other, set()).add(said.kind)
            pointing = []
            for other, kinds in votes.items():
                target = self._things.get(other)
                if target is not None and not target.kind and target.types <= terms.GENERIC_TYPES.keys():
                    target.kind = min(kinds)
                    pointing.append((other, target))

    def _tie(self, thing: Thing, said: terms.Property, value: Words | Ref) -> Tie | None:
        """Return what one value of a property points at; None, and the record rejected, where it is nothing."""
        try:
            if isinstance(value, Words):
                other, values = self._in_passing(thing, said, value.text, ""), NOTHING_STATED
            elif (nodes := self._nodes.get(value.key)) and is_alignment(nodes[0]):
                found = aligned(nodes[0])
                other, values = self._in_passing(thing, said, found.name, found.uri), found.values
            elif value.key in self._ids:
                other, values = self._ids[value.key], NOTHING_STATED
            elif value.key.startswith("_:"):
                return None
            else:
                other, values = id_of_uri(value.key), NOTHING_STATED
        except ValueError as error:
            self.draft.reject(thing.place, f"{said.relation}: {error}", column=said.relation)
            return None
        if said.sort and other in self._things:
            self._things[other].sorts.add(said.sort)
        return Tie(said, other, values)

    def _in_passing(self, thing: Thing, said: terms.Property, name: str, uri: str) -> NodeId:
        """Return the id of what is only named, not described, and keep the name. Raises ValueError."""
        text = str(_LINE.parse(one_line(name)))
        other = id_of_uri(uri) if uri else id_of_name(_prefix(said.kind), text)
        if text:
            self._things.setdefault(other, Thing(uri, thing.place)).named.add(text)
        return other

    def _state_thing(self, node_id: NodeId, thing: Thing) -> None:
        if not name_of(thing):
            self._left_out["things without a name, which only links speak of,"] += 1
            return
        try:
            values = values_of(thing)
        except ValueError as error:
            self.draft.reject(thing.place, f"{node_id}: {error}", column="name")
            return
        self.draft.state_node(thing.place, node_id, thing.kind, values)

    def _state_tie(self, node_id: NodeId, thing: Thing, tie: Tie) -> None:
        target, said, other = self._things.get(tie.other), tie.said, tie.other
        if other == node_id:
            return
        if target is not None and target.kind != said.kind:
            self._left_out[f"{said.relation.lower()} that point at no {said.kind}"] += 1
        elif said.relation == terms.TEACHES:
            self._teach(node_id, thing, tie)
        else:
            key: LinkKey = (other, said.relation, node_id) if said.inward else (node_id, said.relation, other)
            self.draft.state_link(thing.place, key, tie.values)

    def _teach(self, course: NodeId, thing: Thing, tie: Tie) -> None:
        """State the unit of a course that develops what it teaches, unless one of its own units does so."""
        parts = [self._things.get(part.other) for part in thing.ties if part.said.relation == "COVERS"]
        if any(own.other == tie.other for part in parts if part is not None for own in part.ties):
            return
        unit, taught = id_of_parts(course, tie.other), self._things.get(tie.other)
        name = name_of(taught) if taught is not None else ""
        values: dict[str, Value] = {"name": name or tie.other, "kind": "disciplinary"}
        if unit in self.draft.nodes or self.draft.state_node(thing.place, unit, "KnowledgeUnit", values):
            self.draft.state_link(thing.place, (course, "COVERS", unit), NOTHING_STATED)
            self.draft.state_link(thing.place, (unit, "DEVELOPS", tie.other), tie.values)


def _id(key: str, nodes: list[LdNode], kind: str) -> NodeId:
    """Return a thing's id: of its identifier, else of its address, else of its name. Raises ValueError."""
    if not key.startswith("_:"):
        return id_of_uri(key)
    addresses = sorted(v.key for n in nodes for v in n.values.get(terms.URL, ()) if isinstance(v, Ref))
    if addresses and not addresses[0].startswith("_:"):
        return id_of_uri(addresses[0])
    for names in (terms.NAMES, terms.CODES, terms.DESCRIPTIONS):
        found = sorted(v.text for n in nodes for p in names for v in n.values.get(p, ()) if isinstance(v, Words))
        if found:
            return id_of_name(_prefix(kind), found[0])
    raise ValueError("has neither an @id nor a name; give it one of them")


def _prefix(kind: str) -> str:
    """Return what stands before the ids of things that have a name only; things of other kinds never meet."""
    return f"named:{(kind or 'Competency').lower()}."
