"""Schema of the graph, the one table of node kinds, properties and relations: everything else reads it from here.

It is the native exchange format seen as data: a file for each kind, a column for each property. Validation, stores,
templates, documentation and pages iterate over `KINDS` and `RELATIONS`; nothing repeats them by hand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graph.messages import text
from graph.model import LINK_VALUES, Value
from graph.properties import Choice, Date, Integer, JsonObject, NameList, Number, PropertyType, Reference, Text


class ChainStage(StrEnum):
    """The three stages of a chain; the competency is the pivot that all three touch."""

    CLASSROOM = "classroom"
    TRAINING = "training"
    POSITION = "position"
    PIVOT = "pivot"
    AROUND = "around"


@dataclass(frozen=True, slots=True)
class Property:
    """A column of a kind's file, kept with the node."""

    name: str
    type: PropertyType = field(default_factory=Text)
    required: bool = False
    about: str = ""

    @property
    def help(self) -> str:
        """What belongs there, in English; empty where the name says it. `about` names the text in the catalogue."""
        return _help(self.about)


@dataclass(frozen=True, slots=True)
class LinkColumn:
    """A column of a kind's file that states a link instead of a property, beside or in place of a row of links.

    `outward` says that the link leads from the row's node to the one that the column names. `weight_column` names the
    column that states the link's weight.
    """

    name: str
    relation: str
    kind: str
    outward: bool = False
    weight_column: str | None = None
    about: str = ""

    @property
    def help(self) -> str:
        """What belongs there, in English. `about` names the text in the catalogue."""
        return _help(self.about)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of node; `file` is its file's name without the ending (and its sheet's, and its key's)."""

    name: str
    file: str
    stage: ChainStage
    properties: tuple[Property, ...]
    link_columns: tuple[LinkColumn, ...] = ()
    identified_by: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Every column of the kind's file, in the order of the format: id first, then required ones, then the rest."""
        own = [p.name for p in self.properties]
        links = [name for c in self.link_columns for name in (c.name, c.weight_column) if name]
        last = [name for name in own if name.startswith("description")]
        ordered = ([] if self.identified_by else ["id"]) + [name for name in own if name not in last] + links + last
        return [c for c in ordered if c in self.required] + [c for c in ordered if c not in self.required]

    @property
    def required(self) -> frozenset[str]:
        """The columns that the file must have, and every row must fill."""
        own = {p.name for p in self.properties if p.required}
        return frozenset(own if self.identified_by else own | {"id"})

    @property
    def numbers(self) -> frozenset[str]:
        """The properties that are decimal numbers: float wherever types matter, whole ones too."""
        return frozenset(p.name for p in self.properties if isinstance(p.type, Number))

    def typed(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return the values with every decimal number as a float.

        >>> KINDS["KnowledgeUnit"].typed({"hours": 10, "name": "PLC"})
        {'hours': 10.0, 'name': 'PLC'}
        """
        numbers = self.numbers
        return {name: float(v) if name in numbers and isinstance(v, int) else v for name, v in values.items()}

    def property(self, name: str) -> Property:
        """Return the property of that name. Raises KeyError."""
        return next(p for p in self.properties if p.name == name)


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation (a link's kind): a verb read from left to right."""

    name: str
    ends: tuple[tuple[str, str], ...]
    acyclic: bool = False

    @property
    def reads(self) -> str:
        """What a link of it says, in English."""
        return text(f"relation_help.{self.name}")

    def joins(self, from_kind: str, to_kind: str) -> bool:
        """Say whether the relation may lead from the one kind to the other."""
        return (from_kind, to_kind) in self.ends


def _help(about: str) -> str:
    return text(f"column_help.{about}") if about else ""


_HOURS = Number(0, 1_000_000, above=True)
_SHARE = Number(0, 1, above=True)
_TERM = Integer(1, 1000)
_LED_BY = Choice(("college", "enterprise", "joint"))
WEIGHT, LEVEL, OPENINGS = _SHARE, Integer(1, 8), Integer(0)

_NAME = Property("name", Text(longest=2000), required=True, about="name")
_OPTIONAL_NAME = Property("name", Text(longest=2000), about="optional_name")
_NAME_ZH = Property("name_zh", Text(longest=2000), about="name_zh")
_DESCRIBED = (
    Property("description", Text(lines=True), about="description"),
    Property("description_zh", Text(lines=True), about="description_zh"),
)
_REGION = (Property("region", about="region"), Property("region_zh", about="region_zh"))
_FRAMEWORK = Property("framework", about="framework")
_CODE = Property("code", Text(longest=200), about="code")
_ALIASES = Property("aliases", NameList(), about="aliases")
_URI = Property("uri", Text(longest=2000), about="uri")
_URL = Property("url", Text(longest=2000), about="url")
_EXTRA = Property("extra", JsonObject(), about="extra")


def _kind(*words: str, required: bool = True) -> Property:
    return Property("kind", Choice(words), required=required, about="kind")


PROGRAMME, STANDARD = "programme", "standard"
"""The standings of a discipline: it is taught as such (so is one that states none), or is a published description."""

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "Institution",
            "institutions",
            ChainStage.CLASSROOM,
            (
                _NAME,
                _kind("higher_vocational", "secondary_vocational", "university", "training_provider", "other"),
                _NAME_ZH,
                _CODE,
                *_REGION,
                *_DESCRIBED,
            ),
        ),
        Kind(
            "Discipline",
            "disciplines",
            ChainStage.CLASSROOM,
            (
                _NAME,
                _NAME_ZH,
                _CODE,
                Property("parent_id", Reference("Discipline"), about="parent_discipline"),
                Property("standing", Choice((PROGRAMME, STANDARD)), about="standing"),
                Property("level", Choice(("secondary", "higher", "bachelor")), about="discipline_level"),
                Property("years", Number(0, 20, above=True), about="years"),
                *_DESCRIBED,
            ),
            (LinkColumn("institution_id", "RUNS", "Institution", about="running_institution"),),
        ),
        Kind(
            "Course",
            "courses",
            ChainStage.CLASSROOM,
            (
                _NAME,
                _NAME_ZH,
                Property("term", _TERM, about="taught_term"),
                Property("theory_hours", _HOURS, about="theory_hours"),
                Property("practice_hours", _HOURS, about="practice_hours"),
                Property("credits", Number(0, 1000), about="credits"),
                Property("led_by", _LED_BY, about="led_by"),
                *_DESCRIBED,
            ),
            (LinkColumn("discipline_id", "OFFERS", "Discipline", about="offering_discipline"),),
        ),
        Kind(
            "KnowledgeUnit",
            "knowledge_units",
            ChainStage.CLASSROOM,
            (
                _NAME,
                _kind("disciplinary", "innovation"),
                _NAME_ZH,
                Property("hours", _HOURS, about="hours"),
                _EXTRA,
                *_DESCRIBED,
            ),
            (LinkColumn("course_id", "COVERS", "Course", about="covering_course"),),
        ),
        Kind(
            "Competency",
            "competencies",
            ChainStage.PIVOT,
            (
                _NAME,
                _kind("knowledge", "skill", "ability", "attitude"),
                _NAME_ZH,
                _FRAMEWORK,
                _CODE,
                _ALIASES,
                _URI,
                _EXTRA,
                *_DESCRIBED,
            ),
        ),
        Kind(
            "TrainingTask",
            "training_tasks",
            ChainStage.TRAINING,
            (
                _NAME,
                _kind(
                    "lab",
                    "course_project",
                    "innovation_training",
                    "entrepreneurship_training",
                    "entrepreneurship_practice",
                    "position_practice",
                    "competition",
                    "graduation_project",
                ),
                _NAME_ZH,
                Property("hours", _HOURS, about="hours"),
                Property("capacity", Integer(0), about="capacity"),
                Property("mode", Choice(("online", "onsite", "blended")), about="mode"),
                Property("term", _TERM, about="done_term"),
                Property("led_by", _LED_BY, about="led_by"),
                Property("status", Choice(("active", "deprecated", "past")), about="status"),
                _URL,
                _EXTRA,
                *_DESCRIBED,
            ),
            (LinkColumn("host_id", "HOSTS", "Enterprise", about="host"),),
        ),
        Kind(
            "JobResponsibility",
            "job_responsibilities",
            ChainStage.POSITION,
            (_NAME, _NAME_ZH, _EXTRA, *_DESCRIBED),
            (
                LinkColumn(
                    "role_id", "HAS_RESPONSIBILITY", "Role", weight_column="importance", about="responsible_role"
                ),
            ),
        ),
        Kind(
            "Role",
            "roles",
            ChainStage.POSITION,
            (
                _NAME,
                _NAME_ZH,
                _FRAMEWORK,
                _CODE,
                _kind("employed", "founder", required=False),
                _ALIASES,
                _URI,
                _EXTRA,
                *_DESCRIBED,
            ),
        ),
        Kind(
            "Enterprise",
            "enterprises",
            ChainStage.POSITION,
            (
                _NAME,
                _kind("enterprise", "campus_base", "public_base", "incubator"),
                _NAME_ZH,
                Property("industry", about="industry"),
                Property("industry_zh", about="industry_zh"),
                *_REGION,
                *_DESCRIBED,
            ),
        ),
        Kind(
            "Instructor",
            "instructors",
            ChainStage.AROUND,
            (
                _NAME,
                _kind("teacher", "enterprise_mentor"),
                _NAME_ZH,
                Property("employer_id", Reference("Enterprise", "Institution"), about="employer"),
            ),
        ),
        Kind(
            "Certificate",
            "certificates",
            ChainStage.AROUND,
            (
                _NAME,
                _NAME_ZH,
                Property("grade", about="grade"),
                Property("issuer", about="issuer"),
                *_DESCRIBED,
            ),
        ),
        Kind(
            "Signal",
            "signals",
            ChainStage.AROUND,
            (
                _NAME,
                _kind("policy", "trend", "demand"),
                _NAME_ZH,
                *_REGION,
                Property("valid_from", Date(), about="valid_from"),
                Property("valid_to", Date(), about="valid_to"),
                _URL,
                *_DESCRIBED,
            ),
        ),
        Kind(
            "Cohort",
            "cohorts",
            ChainStage.AROUND,
            (
                Property("discipline_id", Reference("Discipline"), required=True, about="studied_discipline"),
                Property("size", Integer(1), required=True, about="size"),
                _OPTIONAL_NAME,
                _NAME_ZH,
                Property("start_date", Date(), about="start_date"),
                Property("plan_edition", about="plan_edition"),
            ),
        ),
        Kind(
            "Assessment",
            "assessments",
            ChainStage.AROUND,
            (
                Property("task_id", Reference("TrainingTask"), required=True, about="task"),
                Property("competency_id", Reference("Competency"), required=True, about="assessed_competency"),
                Property("cohort_id", Reference("Cohort"), required=True, about="cohort"),
                Property("date", Date(), required=True, about="date"),
                Property("learners", Integer(1), required=True, about="learners"),
                Property("mean_score", Number(0, 1), required=True, about="mean_score"),
                Property("pass_rate", Number(0, 1), about="pass_rate"),
                Property("stage", Choice(("formative", "final")), about="stage"),
                Property("issue", Text(lines=True), about="issue"),
            ),
            identified_by=("task_id", "competency_id", "cohort_id", "date", "stage"),
        ),
    )
}

RELATIONS: dict[str, Relation] = {
    relation.name: relation
    for relation in (
        Relation("RUNS", (("Institution", "Discipline"),)),
        Relation("OFFERS", (("Discipline", "Course"),)),
        Relation(
            "SCHEDULES",
            (("Discipline", "TrainingTask"), ("Course", "TrainingTask")),
        ),
        Relation("TARGETS", (("Discipline", "Role"),)),
        Relation("LEADS_ON_TO", (("Discipline", "Discipline"),)),
        Relation("AIMS_AT", (("Discipline", "Competency"), ("Course", "Competency"))),
        Relation("COVERS", (("Course", "KnowledgeUnit"),)),
        Relation("DEVELOPS", (("KnowledgeUnit", "Competency"),)),
        Relation(
            "PREREQUISITE_OF",
            (("KnowledgeUnit", "KnowledgeUnit"), ("KnowledgeUnit", "TrainingTask"), ("TrainingTask", "TrainingTask")),
            acyclic=True,
        ),
        Relation("APPLIES", (("TrainingTask", "KnowledgeUnit"),)),
        Relation("PRACTISES", (("TrainingTask", "Competency"),)),
        Relation("PREPARES_FOR", (("TrainingTask", "JobResponsibility"),)),
        Relation(
            "HAS_RESPONSIBILITY",
            (("Role", "JobResponsibility"),),
        ),
        Relation(
            "REQUIRES",
            (("JobResponsibility", "Competency"), ("Role", "Competency")),
        ),
        Relation("HOSTS", (("Enterprise", "TrainingTask"),)),
        Relation("EMPLOYS", (("Enterprise", "Role"),)),
        Relation("GUIDES", (("Instructor", "Course"), ("Instructor", "TrainingTask"))),
        Relation("QUALIFIED_FOR", (("Instructor", "Competency"),)),
        Relation("CERTIFIES", (("Certificate", "Competency"),)),
        Relation("ACCEPTED_BY", (("Certificate", "Role"),)),
        Relation("ALIGNS_WITH", (("Course", "Certificate"), ("Discipline", "Certificate"))),
        Relation("CALLS_FOR", (("Signal", "Competency"), ("Signal", "Role"))),
        Relation(
            "BROADER",
            (("Competency", "Competency"), ("Role", "Role")),
            acyclic=True,
        ),
        Relation(
            "SAME_AS",
            (("Competency", "Competency"), ("Role", "Role")),
        ),
        Relation(
            "CLOSE_TO",
            (
                ("Competency", "Competency"),
                ("Role", "Role"),
                ("Course", "Course"),
                ("TrainingTask", "TrainingTask"),
                ("Certificate", "Certificate"),
            ),
        ),
    )
}

LINKS_FILE, SOURCE_FILE = "links", "source"
LINK_PROPERTIES: tuple[Property, ...] = (
    Property("weight", WEIGHT, about="weight"),
    Property("level", LEVEL, about="level"),
    Property("term", _TERM, about="term"),
    Property("openings", OPENINGS, about="openings"),
    Property("note", Text(lines=True), about="note"),
)
LINK_COLUMNS: tuple[str, ...] = ("from_id", "relation", "to_id", *LINK_VALUES)
SOURCE_PROPERTIES: tuple[Property, ...] = (
    Property("name", Text(longest=200), required=True, about="source_name"),
    Property("version", Text(longest=200), required=True, about="version"),
    Property("licence", about="licence"),
    Property("url", Text(longest=2000), about="url"),
    Property("rank", Integer(-1_000_000, 1_000_000), about="rank"),
    Property("institution_id", Reference("Institution"), about="source_institution"),
)
IMPORTANCE = Property("importance", WEIGHT, about="importance")
WITHHELD = Property("withheld", Integer(0), about="withheld")
"""A mark of exports, in the source's row and in those of assessments: how many of these are left out."""

KIND_OF_FILE: dict[str, Kind] = {kind.file: kind for kind in KINDS.values()}
FILES: tuple[str, ...] = (SOURCE_FILE, *KIND_OF_FILE, LINKS_FILE)
"""The files of the native format (its sheets, its keys), without an ending, in the order of the format."""


def columns(file: str) -> list[str]:
    """Return the columns of a file of the native format, in the order of the format."""
    if file == SOURCE_FILE:
        return [p.name for p in SOURCE_PROPERTIES]
    return list(LINK_COLUMNS) if file == LINKS_FILE else KIND_OF_FILE[file].columns


def required_columns(file: str) -> frozenset[str]:
    """Return the columns that a file of the native format must have, and every row must fill."""
    if file == SOURCE_FILE:
        return frozenset(p.name for p in SOURCE_PROPERTIES if p.required)
    return frozenset(LINK_COLUMNS[:3]) if file == LINKS_FILE else KIND_OF_FILE[file].required


def column_relations(kind: str) -> Iterator[str]:
    """Yield the relations that a column of the kind's file can state."""
    return (column.relation for column in KINDS[kind].link_columns)
