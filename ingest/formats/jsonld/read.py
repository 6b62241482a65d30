"""Reader of JSON-LD: courses, occupations, tasks, skills and badges in schema.org, CTDL and Open Badges."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import Message, message
from graph.model import NOTHING_STATED, LinkKey, LinkValues, NodeId, Source, Value
from graph.properties import Text
from ingest.draft import Draft, Place
from ingest.formats.answer_pages import AnswerPages
from ingest.formats.framework import one_line, some, together
from ingest.formats.json_shapes import other_format
from ingest.formats.jsonld import terms
from ingest.formats.jsonld.expansion import nodes_of
from ingest.formats.jsonld.labels import texts
from ingest.formats.jsonld.linked_data import LangString, LdNode, LdValue, NodeRef
from ingest.formats.jsonld.node_ids import NodeIdentities, prefix
from ingest.formats.jsonld.record_accounts import RecordAccounts
from ingest.formats.jsonld.resources import (
    Resource,
    StatedLink,
    alignment_target,
    datasets_of,
    is_alignment,
    name_of,
    values_of,
)
from ingest.formats.jsonld.vocabularies import VOCABULARIES
from ingest.formats.languages import choose
from ingest.formats.uris import id_of_name, id_of_parts, id_of_uri
from ingest.progress import OnProgress, ignore, rows_read
from ingest.readers import read_json_document
from ingest.readers.table import shown

SOURCE = Source(name="JSON-LD", licence="as stated in the files, or by whoever published them", rank=150)

_RELATIONS = {"COVERS", "DEVELOPS", "REQUIRES", "HAS_RESPONSIBILITY", "BROADER", "SAME_AS", "CLOSE_TO", "CERTIFIES"}
_RELATIONS |= terms.OWN_RELATIONS
_ENDINGS = {".json", ".jsonld"}
_LINE = Text(longest=2000)


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what the documents say: courses and their units, roles, responsibilities, competencies, certificates.

    `path` is a .jsonld or .json file, or a folder of them, whatever its depth. Nothing is fetched.

    Raises:
        InputError: there is no such file, one cannot be read, or it names a context that would have to be fetched.
    """
    draft = Draft(SOURCE)
    draft.replaces = {*terms.KIND_OF_TYPE.values(), *_RELATIONS}
    draft.keeps_dangling = True
    tell = on_progress or ignore
    reader, datasets, pages = _JsonLdReader(draft), list[tuple[str, Source]](), AnswerPages()
    document: object = None
    for name, file in _files(path):
        try:
            document = read_json_document(file)
            datasets += [(name, dataset) for dataset in datasets_of(document)]
            pages.take(name, document)
            for nodes in nodes_of(document, name, draft):
                reader.gather(nodes)
        except InputError as error:
            problem = error.problem
            raise InputError(Problem(problem.message, name, None, None, problem.column, problem.value)) from None
        tell(rows_read(name, draft.read))
    reader.state()
    if not draft.nodes and not draft.rejected and not reader.knows_something:
        draft.refuse(Problem(other_format(message("jsonld.no_vocabulary"), document, "jsonld"), path.name))
    pages.tell(draft)
    _name_source(draft, datasets)
    return draft


def _name_source(draft: Draft, datasets: list[tuple[str, Source]]) -> None:
    """Take what is said of the one dataset that the documents are; of several only the licences. Each has its file."""
    if len(datasets) == 1:
        ((file, source),) = datasets
        draft.source, draft.source_place = source.model_copy(update={"rank": SOURCE.rank}), (file, None, None)
    elif datasets:
        licences = "; ".join(sorted({f"{one.name}: {one.licence or 'not stated'}" for _, one in datasets}))
        draft.source = SOURCE.model_copy(update={"licence": licences})
        draft.note(message("jsonld.datasets", n=len(datasets)))


def _files(path: Path) -> list[tuple[str, Path]]:
    if not path.is_dir():
        if not path.exists():
            raise InputError(Problem(message("framework.no_path"), file=str(path)))
        return [(path.name, path)]
    files = sorted(file for file in path.rglob("*") if file.suffix.lower() in _ENDINGS and file.is_file())
    if not files:
        raise InputError(Problem(message("jsonld.no_file"), path.name))
    return [(file.relative_to(path).as_posix(), file) for file in files]


class _JsonLdReader:
    """Nodes to statements: what the same thing is said to be is put together first, then stated."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._nodes: dict[str, list[LdNode]] = {}
        self._accounts = RecordAccounts()
        self._resources: dict[NodeId, Resource] = {}
        self._ids: dict[str, NodeId] = {}
        self._left_out: Counter[Message] = Counter()
        self._languages: Counter[str] = Counter()

    def gather(self, nodes: list[LdNode]) -> None:
        """Take the nodes of one record, the record itself first."""
        self._accounts.open(nodes[0])
        for node in nodes:
            self._nodes.setdefault(node.key, []).append(node)

    @property
    def knows_something(self) -> bool:
        """Whether anything is said in a vocabulary that is read, of whatever type."""
        return any(
            term.startswith(VOCABULARIES)
            for nodes in self._nodes.values()
            for node in nodes
            for term in (*node.types, *node.values)
        )

    def state(self) -> None:
        """State everything, and count the records of which nothing is read."""
        identities = NodeIdentities(self._nodes)
        for key, nodes in self._nodes.items():
            if not is_alignment(nodes[0]) and any(node.types or node.values for node in nodes):
                self._put_together(key, nodes, identities)
        self._tell_kinds()
        stated: set[NodeId] = set()
        for node_id, resource in self._resources.items():
            if resource.kind and self._state_resource(node_id, resource):
                stated.add(node_id)
        for node_id, resource in list(self._resources.items()):
            for link in resource.links:
                if self._state_link(node_id, resource, link):
                    stated.add(node_id)
        self._accounts.used |= {key for key, node_id in self._ids.items() if node_id in stated}
        badges = {place for one in stated if self._resources[one].kind == "Certificate" for place in self._places(one)}
        self._accounts.settle(self.draft, badges)
        for what, number in sorted(self._left_out.items(), key=lambda one: str(one[0])):
            self.draft.note(message("jsonld.left_out", n=number, what=what))
        if self._languages:
            self.draft.note(_languages_left(self._languages))

    def _places(self, node_id: NodeId) -> set[Place]:
        return self._resources[node_id].places

    def _put_together(self, key: str, nodes: list[LdNode], identities: NodeIdentities) -> None:
        """Join what the documents say of one thing, wherever they say it."""
        place, uri = nodes[0].place, nodes[0].uri
        try:
            node_id = identities.id(key, nodes)
        except InvalidValueError as error:
            if any(one in terms.KIND_OF_TYPE for node in nodes for one in node.types):
                self.draft.reject(place, error.message, column="@id", value=uri[:200] or None)
            return
        self._ids[key] = node_id
        resource = self._resources.setdefault(node_id, Resource(uri, place))
        if resource.uri and uri and resource.uri != uri:
            reason = message("jsonld.same_id", uri=resource.uri[:150], id=node_id)
            self.draft.reject(place, reason, column="@id", value=uri[:200])
            return
        resource.uri = resource.uri or uri
        for node in nodes:
            resource.types |= node.types
            resource.places.add(node.place)
            for name, values in node.values.items():
                resource.values[name] = list(dict.fromkeys([*resource.values.get(name, ()), *values]))

    def _tell_kinds(self) -> None:
        """Say what each thing is: by its type, else by the properties that point at it, round by round."""
        for resource in self._resources.values():
            kinds = sorted({terms.KIND_OF_TYPE[one] for one in resource.types if one in terms.KIND_OF_TYPE})
            if len(kinds) > 1:
                self.draft.reject(resource.place, message("jsonld.two_types", types=together(kinds)), column="@type")
            elif kinds:
                resource.kind = kinds[0]
        self._point([one for one in self._resources.items() if one[1].kind])
        generic = []
        for node_id, resource in self._resources.items():
            kinds = sorted({terms.GENERIC_TYPES[one] for one in resource.types if one in terms.GENERIC_TYPES})
            if not resource.kind and kinds:
                resource.kind = kinds[0]
                generic.append((node_id, resource))
        self._point(generic)

    def _point(self, pointers: list[tuple[NodeId, Resource]]) -> None:
        """Resolve what these things point at, which tells what that is, if nothing else does; then what that does."""
        while pointers:
            votes: dict[NodeId, set[str]] = {}
            for _, resource in pointers:
                for name, term in terms.PROPERTIES.get(resource.kind, {}).items():
                    for value in self._ends(term, resource.values.get(name, ())):
                        if stated := self._resolve(resource, term, value):
                            resource.links.append(stated)
                            votes.setdefault(stated.other, set()).add(term.kind)
            pointers = []
            for other, kinds in votes.items():
                target = self._resources.get(other)
                if target is not None and not target.kind and target.types <= terms.GENERIC_TYPES.keys():
                    target.kind = min(kinds)
                    pointers.append((other, target))

    def _ends(self, term: terms.TermMapping, values: Iterable[LdValue]) -> Iterable[LdValue]:
        """Return what the values of a property point at, or what is named by that which stands between."""
        if not term.through:
            return values
        ends: list[LdValue] = []
        for key in {one.key: None for one in values if isinstance(one, NodeRef)}:
            found = [end for node in self._nodes.get(key, ()) for end in node.values.get(term.through, ())]
            self._accounts.used |= {key} if found else set()
            ends += found
        return ends

    def _resolve(self, resource: Resource, term: terms.TermMapping, value: LangString | NodeRef) -> StatedLink | None:
        """Return what one value of a property points at; None, and the record rejected, where it is nothing."""
        try:
            if isinstance(value, LangString):
                other, values = self._in_passing(resource, term, [value], ""), NOTHING_STATED
            elif (nodes := self._nodes.get(value.key)) and is_alignment(nodes[0]):
                other, values = self._aligned(resource, term, nodes[0])
                self._accounts.used.add(value.key)
            elif value.key in self._ids:
                other, values = self._ids[value.key], NOTHING_STATED
            elif value.key.startswith("_:"):
                return None
            else:
                other, values = id_of_uri(value.key), NOTHING_STATED
        except InvalidValueError as error:
            reason = message("jsonld.wrong_end", relation=term.relation, fault=error.message)
            self.draft.reject(resource.place, reason, column=term.relation)
            return None
        if term.sort and other in self._resources:
            self._resources[other].sorts.add(term.sort)
        return StatedLink(term, other, values)

    def _aligned(self, resource: Resource, term: terms.TermMapping, node: LdNode) -> tuple[NodeId, LinkValues]:
        """Return the id of what an alignment points at, and the values of the link. Raises InvalidValueError."""
        target = alignment_target(node)
        names = target.names or ([] if target.uri else [LangString(target.code)])
        other = self._in_passing(resource, term, names, target.uri)
        if target.code and other in self._resources:
            self._resources[other].coded.add(target.code)
        return other, target.values

    def _in_passing(self, resource: Resource, term: terms.TermMapping, names: list[LangString], uri: str) -> NodeId:
        """Return the id of what is only named, not described, and keep its names. Raises InvalidValueError."""
        called = [LangString(str(_LINE.parse(one_line(one.text))), one.language) for one in names]
        other = id_of_uri(uri) if uri else id_of_name(prefix(term.kind), choose(called).text)
        if called:
            self._resources.setdefault(other, Resource(uri, resource.place)).named.update(called)
        return other

    def _state_resource(self, node_id: NodeId, resource: Resource) -> bool:
        if not name_of(resource):
            self._left_out[message("jsonld.nameless")] += 1
            return False
        try:
            values = values_of(resource, self._languages)
        except InvalidValueError as error:
            reason = message("jsonld.wrong_node", id=node_id, fault=error.message)
            self.draft.reject(resource.place, reason, column="name")
            return False
        if (further := len(texts(resource.values, terms.CODES)) - 1) > 0:
            self._left_out[message("jsonld.further_codes")] += further
        return self.draft.state_node(resource.place, node_id, resource.kind, values)

    def _state_link(self, node_id: NodeId, resource: Resource, stated: StatedLink) -> bool:
        """State a link, and say whether it stands."""
        target, term, other = self._resources.get(stated.other), stated.term, stated.other
        if other == node_id:
            return False
        if target is not None and target.kind != term.kind:
            self._left_out[message("jsonld.no_such_end", relation=term.relation.lower(), kind=term.kind)] += 1
            return False
        if term.relation == terms.TEACHES:
            return self._teach(node_id, resource, stated)
        key: LinkKey = (other, term.relation, node_id) if term.inward else (node_id, term.relation, other)
        return self.draft.state_link(resource.place, key, stated.values)

    def _teach(self, course: NodeId, resource: Resource, stated: StatedLink) -> bool:
        """State the unit of a course that develops what it teaches, unless one of its own units does so."""
        parts = [self._resources.get(part.other) for part in resource.links if part.term.relation == "COVERS"]
        if any(own.other == stated.other for part in parts if part is not None for own in part.links):
            return True
        unit, taught = id_of_parts(course, stated.other), self._resources.get(stated.other)
        name = name_of(taught) if taught is not None else ""
        values: dict[str, Value] = {"name": name or stated.other, "kind": "disciplinary"}
        if unit not in self.draft.nodes and not self.draft.state_node(resource.place, unit, "KnowledgeUnit", values):
            return False
        self.draft.state_link(resource.place, (course, "COVERS", unit), NOTHING_STATED)
        return self.draft.state_link(resource.place, (unit, "DEVELOPS", stated.other), stated.values)


def _languages_left(languages: Counter[str]) -> Message:
    """Return how many names and descriptions are in languages that the graph does not keep, the most frequent first."""
    frequent = sorted(languages.items(), key=lambda one: (-one[1], one[0]))
    counted = [message("jsonld.of_language", language=shown(tag or "-", 20), n=n) for tag, n in frequent]
    return message("jsonld.languages_left", n=languages.total(), languages=some(counted, 10))
