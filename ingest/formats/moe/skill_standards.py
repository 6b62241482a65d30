"""Reader of China's skill standards: of occupations (国家职业技能标准), and of skill level certificates (1+X).

Sources: Ministry of Human Resources and Social Security, rules for drafting national occupational skill standards
(国家职业技能标准编制技术规程), 2023, https://www.mohrss.gov.cn; Ministry of Education, skill level certificates of the
pilot scheme 1+X, https://vslc.ncb.edu.cn: each level a table of fields of work, tasks, and what is required.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import LinkValues, NodeId, Source, Value
from ingest.draft import Draft, Place
from ingest.formats.framework import one_line
from ingest.formats.moe.document_draft import document_draft, passages_or_problem, reject_document
from ingest.formats.moe.identity import OCCUPATION_CODE, PROGRAMMES, occupation_id, text_hash
from ingest.formats.moe.requirement_table import FunctionWeight, Requirement, TableReader, cells_of
from ingest.formats.moe.text_repair import normalised, repaired
from ingest.progress import OnProgress, ignore, rows_read
from ingest.readers.documents.document_files import find_documents
from ingest.readers.documents.passage import Passage

SOURCE = Source(
    name="职业技能标准",
    licence="As stated by whoever publishes the standards; those of state organs are under no copyright.",
    url="https://www.mohrss.gov.cn",
    rank=200,
)
REPLACES = (
    *("Role", "JobResponsibility", "Competency", "Certificate"),
    *("BROADER", "HAS_RESPONSIBILITY", "REQUIRES", "CERTIFIES"),
)
_NAME = re.compile(r"(?:[0-9.\s]*)职业名称[\s：:]*(\S.*)")
_CODE = re.compile(r"(?:[0-9.\s]*)职业编码[\s：:]*(\S.*)")
_CERTIFICATE = re.compile(r"[《〈]?(?P<name>[^《〈，。：]{2,40}?)(?:职业技能等级)(?:标准|证书|要求)[》〉]?(?:（.*）)?")
_OCCUPATION = re.compile(r"[《〈]?(?P<name>[^《〈，。：]{2,40}?)国家职业(?:技能)?标准[》〉]?(?:（.*）)?")
_SKILL_LEVEL = "职业技能等级证书"
_TITLE_LINES = 60


class StandardSubject(NamedTuple):
    """What a standard is of: an occupation by name and code, or a certificate by name."""

    name: str
    code: str
    is_certificate: bool


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what the standards say: of an occupation a role for each level, of a certificate one for each grade.

    `path` is a document (.docx with its tables, .md), or a folder that is looked through with all below it. A folder is
    all that the source states; a single document adds to what it stated. A row without a requirement is a problem with
    its file and row, and does not refuse the job.

    Raises:
        InputError: nothing that could be read is there, or no table of requirements is in it.
    """
    tell = on_progress or ignore
    documents, others = find_documents(path)
    draft = document_draft(path, SOURCE, REPLACES)
    for file in documents:
        passages = passages_or_problem(path, file)
        if isinstance(passages, Problem):
            reject_document(draft, file, passages)
            continue
        rows = list(TableReader().read(passages))
        if any(isinstance(row, Requirement) for row in rows):
            StandardStatements(draft, file.name, subject(passages, file.stem)).state(rows)
        else:
            others.append(file)
        tell(rows_read(file.name, len(passages)))
    if not draft.read:
        raise InputError(Problem(message("moe.no_requirements"), path.name))
    if others and path.is_dir():
        draft.note(message("framework.unneeded", files=[str(file.relative_to(path)) for file in sorted(others)]))
    return draft


def subject(passages: Sequence[Passage], stem: str) -> StandardSubject:
    """Return what the standard is of: by its lines 职业名称 and 职业编码, its title, or else the file's name."""
    name = code = title = ""
    is_certificate = False
    for passage in [*passages[:_TITLE_LINES], Passage(0, stem)]:
        if cells_of(passage):
            continue
        text = repaired(passage.text)
        if found := _NAME.fullmatch(text):
            name = name or found[1]
        elif found := _CODE.fullmatch(text):
            code = code or next(iter(OCCUPATION_CODE.findall(found[1])), "")
        elif found := _OCCUPATION.fullmatch(text):
            title = title or found["name"]
        elif found := _CERTIFICATE.fullmatch(text):
            is_certificate = is_certificate or not title
            title = title or found["name"]
    is_certificate = is_certificate and not code
    return StandardSubject((title if is_certificate else name) or title or stem, code, is_certificate)


class StandardStatements:
    """States what one standard says."""

    def __init__(self, draft: Draft, file: str, of: StandardSubject) -> None:
        """State into the draft."""
        self._draft, self._file, self._of = draft, file, of
        name = text_hash(of.name)
        occupation = occupation_id(of.code) if of.code else NodeId(f"{PROGRAMMES}:o{name}")
        certificate = NodeId(f"{PROGRAMMES}:z{text_hash(_SKILL_LEVEL, of.name)}")
        self._base = certificate if of.is_certificate else occupation
        self._weights: dict[tuple[str, int], float] = {}
        self._functions: set[str] = set()

    def state(self, rows: Sequence[Requirement | FunctionWeight]) -> None:
        """State the requirements; weights stand behind them, and are read first."""
        requirements = [row for row in rows if isinstance(row, Requirement)]
        self._functions = {normalised(row.function) for row in requirements}
        self._draft.read += len(rows)
        for row in rows:
            if isinstance(row, FunctionWeight):
                self._weigh(row)
        for requirement in requirements:
            self._requirement(requirement)

    def _place(self, passage: Passage) -> Place:
        return Place(self._file, passage.part, passage.row)

    def _weigh(self, row: FunctionWeight) -> None:
        """Keep the shares of skills; those of theory, and of what is no function, weigh no responsibility."""
        key = normalised(row.function)
        if not row.of_skills:
            self._draft.skip(message("moe.weights_of_theory"))
        elif key not in self._functions:
            self._draft.skip(message("moe.weights_of_others"))
        else:
            self._weights |= {(key, level): share for level, share in row.shares.items()}

    def _requirement(self, row: Requirement) -> None:
        place = self._place(row.passage)
        if not (row.skills or row.knowledge) or not (row.content or row.function):
            self._draft.reject(place, message("moe.no_requirement"), value=row.passage.text[:200])
            return
        if self._of.is_certificate:
            self._certified(place, row)
        else:
            self._required(place, row)

    def _required(self, place: Place, row: Requirement) -> None:
        role = self._role(place, row.level)
        content = one_line(row.content or row.function)
        duty = NodeId(f"{role}.r{text_hash(row.function, content)}")
        about = {"description": row.function} if row.function and row.function != content else {}
        self._node(place, duty, "JobResponsibility", content, about)
        weight = self._weights.get((normalised(row.function), row.level[0] if row.level else 0))
        self._link(place, role, "HAS_RESPONSIBILITY", duty, (weight, None, None, None, None))
        for competency in self._competencies(place, row):
            self._link(place, duty, "REQUIRES", competency, _at(row.level))

    def _certified(self, place: Place, row: Requirement) -> None:
        holders = [self._certificate(place, None)]
        if row.level is not None:
            holders.append(self._certificate(place, row.level))
        for competency in self._competencies(place, row):
            for holder in holders:
                if (holder, "CERTIFIES", competency) not in self._draft.links:
                    self._link(place, holder, "CERTIFIES", competency, _at(row.level))

    def _competencies(self, place: Place, row: Requirement) -> list[NodeId]:
        found = []
        about = " / ".join(filter(None, (row.function, row.content)))
        for kind, letter, names in (("skill", "s", row.skills), ("knowledge", "k", row.knowledge)):
            for name in names:
                competency = NodeId(f"{self._base}.{letter}{text_hash(name)}")
                values: dict[str, Value] = {"kind": kind, "framework": self._draft.source.name}
                self._node(place, competency, "Competency", name, values | {"description": about})
                found.append(competency)
        return found

    def _role(self, place: Place, level: tuple[int, str] | None) -> NodeId:
        """Return the role of a level, below that of the occupation; where no level is named, the latter."""
        values: dict[str, Value] = {"framework": self._draft.source.name}
        self._node(
            place, self._base, "Role", self._of.name, values | ({"code": self._of.code} if self._of.code else {})
        )
        if level is None:
            return self._base
        role = NodeId(f"{self._base}.l{level[0]}")
        self._node(place, role, "Role", f"{self._of.name}（{level[1]}）", values)
        self._link(place, role, "BROADER", self._base, _at(None))
        return role

    def _certificate(self, place: Place, level: tuple[int, str] | None) -> NodeId:
        """Return the certificate that programmes name, or that of a grade."""
        if level is None:
            self._node(place, self._base, "Certificate", self._of.name, {"description": _SKILL_LEVEL})
            return self._base
        certificate = NodeId(f"{self._base}.l{level[0]}")
        grade: dict[str, Value] = {"grade": level[1], "description": _SKILL_LEVEL}
        self._node(place, certificate, "Certificate", f"{self._of.name}（{level[1]}）", grade)
        return certificate

    def _node(
        self, place: Place, node: NodeId, kind: str, name: str, values: dict[str, Value] | dict[str, str]
    ) -> None:
        if node not in self._draft.nodes:
            name = one_line(name)[:2000]
            self._draft.state_node(place, node, kind, {"name": name, "name_zh": name, **values})

    def _link(self, place: Place, from_id: NodeId, relation: str, to_id: NodeId, values: LinkValues) -> None:
        if (from_id, relation, to_id) not in self._draft.links:
            self._draft.state_link(place, (from_id, relation, to_id), values)


def _at(level: tuple[int, str] | None) -> LinkValues:
    return (None, level[0] if level else None, None, None, None)
