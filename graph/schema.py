"""Schema of the graph, the one table of node kinds, properties and relations: everything else reads it from here.

It is the native exchange format seen as data: a file for each kind, a column for each property. Validation, stores,
templates, documentation and pages iterate over `KINDS` and `RELATIONS`; nothing repeats them by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from graph.model import LINK_VALUES
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
    help: str = ""


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
    help: str = ""


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
        ordered = ([] if self.identified_by else ["id"]) + own[:-1] + links + own[-1:]
        return [c for c in ordered if c in self.required] + [c for c in ordered if c not in self.required]

    @property
    def required(self) -> frozenset[str]:
        """The columns that the file must have, and every row must fill."""
        own = {p.name for p in self.properties if p.required}
        return frozenset(own if self.identified_by else own | {"id"})

    def property(self, name: str) -> Property:
        """Return the property of that name. Raises KeyError."""
        return next(p for p in self.properties if p.name == name)


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation (a link's kind): a verb read from left to right."""

    name: str
    ends: tuple[tuple[str, str], ...]
    reads: str
    acyclic: bool = False

    def joins(self, from_kind: str, to_kind: str) -> bool:
        """Say whether the relation may lead from the one kind to the other."""
        return (from_kind, to_kind) in self.ends


_HOURS = Number(0, 1_000_000, above=True)
_SHARE = Number(0, 1, above=True)
_TERM = Integer(1, 1000)
_LED_BY = Choice(("college", "enterprise", "joint"))
WEIGHT, LEVEL, OPENINGS = _SHARE, Integer(1, 8), Integer(0)

_NAME = Property(
    "name", Text(longest=2000), required=True, help="the name in English, or in the language of the source"
)
_OPTIONAL_NAME = Property("name", Text(longest=2000), help="a name, if it has one")
_NAME_ZH = Property("name_zh", Text(longest=2000), help="the name in Chinese")
_DESCRIPTION = Property("description", Text(lines=True), help="a sentence or two")
_FRAMEWORK = Property("framework", help="the framework or list that it stands in, with its edition")
_CODE = Property("code", Text(longest=200), help="the code that it has there")
_ALIASES = Property("aliases", NameList(), help="other names, separated by |")
_URI = Property("uri", Text(longest=2000), help="the full web identifier, where it has one")
_EXTRA = Property(
    "extra", JsonObject(), help="what the format that it came in says beside, by format; kept for writing it again"
)


def _kind(*words: str, required: bool = True) -> Property:
    return Property("kind", Choice(words), required=required, help="which sort it is")


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "Discipline",
            "disciplines",
            ChainStage.CLASSROOM,
            (
                _NAME,
                _NAME_ZH,
                _CODE,
                Property("parent_id", Reference("Discipline"), help="the discipline that it belongs to"),
                _DESCRIPTION,
            ),
        ),
        Kind(
            "Course",
            "courses",
            ChainStage.CLASSROOM,
            (
                _NAME,
                _NAME_ZH,
                Property("term", _TERM, help="the term in which it is taught, counted from 1"),
                Property("theory_hours", _HOURS, help="learner hours of theory"),
                Property("practice_hours", _HOURS, help="learner hours of practice"),
                Property("credits", Number(0, 1000), help="credits"),
                Property("led_by", _LED_BY, help="who leads it"),
                _DESCRIPTION,
            ),
            (LinkColumn("discipline_id", "OFFERS", "Discipline", help="the discipline that offers it"),),
        ),
        Kind(
            "KnowledgeUnit",
            "knowledge_units",
            ChainStage.CLASSROOM,
            (
                _NAME,
                _kind("disciplinary", "innovation"),
                _NAME_ZH,
                Property("hours", _HOURS, help="learner hours"),
                _EXTRA,
                _DESCRIPTION,
            ),
            (LinkColumn("course_id", "COVERS", "Course", help="the course that covers it"),),
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
                _DESCRIPTION,
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
                Property("hours", _HOURS, help="learner hours"),
                Property("capacity", Integer(0), help="learners per term"),
                Property("mode", Choice(("online", "onsite", "blended")), help="how it is done"),
                Property("term", _TERM, help="the term in which it is done, counted from 1"),
                Property("led_by", _LED_BY, help="who leads it"),
                _EXTRA,
                _DESCRIPTION,
            ),
            (LinkColumn("host_id", "HOSTS", "Enterprise", help="the enterprise or base that hosts it"),),
        ),
        Kind(
            "JobResponsibility",
            "job_responsibilities",
            ChainStage.POSITION,
            (_NAME, _NAME_ZH, _EXTRA, _DESCRIPTION),
            (
                LinkColumn(
                    "role_id", "HAS_RESPONSIBILITY", "Role", weight_column="importance", help="the role that has it"
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
                _DESCRIPTION,
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
                Property("industry", help="the industry"),
                Property("region", help="the region"),
                _DESCRIPTION,
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
                Property("employer_id", Reference("Enterprise"), help="the enterprise that employs the person"),
            ),
        ),
        Kind(
            "Certificate",
            "certificates",
            ChainStage.AROUND,
            (
                _NAME,
                _NAME_ZH,
                Property("grade", help="the grade"),
                Property("issuer", help="who issues it"),
                _DESCRIPTION,
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
                Property("region", help="the region"),
                Property("valid_from", Date(), help="the first day"),
                Property("valid_to", Date(), help="the last day"),
                Property("url", Text(longest=2000), help="where it is published"),
                _DESCRIPTION,
            ),
        ),
        Kind(
            "Cohort",
            "cohorts",
            ChainStage.AROUND,
            (
                Property(
                    "discipline_id", Reference("Discipline"), required=True, help="the discipline that it studies"
                ),
                Property("size", Integer(1), required=True, help="learners"),
                _OPTIONAL_NAME,
                Property("start_date", Date(), help="when it starts"),
                Property("plan_edition", help="the edition of the programme's plan"),
            ),
        ),
        Kind(
            "Assessment",
            "assessments",
            ChainStage.AROUND,
            (
                Property("task_id", Reference("TrainingTask"), required=True, help="the training task"),
                Property(
                    "competency_id", Reference("Competency"), required=True, help="the competency that was assessed"
                ),
                Property("cohort_id", Reference("Cohort"), required=True, help="the cohort"),
                Property("date", Date(), required=True, help="the day"),
                Property("learners", Integer(1), required=True, help="how many learners were assessed"),
                Property("mean_score", Number(0, 1), required=True, help="the mean score"),
                Property("pass_rate", Number(0, 1), help="the share that passed"),
                Property("stage", Choice(("formative", "final")), help="within the phase, or at its end"),
                Property("issue", Text(lines=True), help="what went wrong"),
            ),
            identified_by=("task_id", "competency_id", "cohort_id", "date", "stage"),
        ),
    )
}

RELATIONS: dict[str, Relation] = {
    relation.name: relation
    for relation in (
        Relation("OFFERS", (("Discipline", "Course"),), "the programme offers the course, in `term`"),
        Relation(
            "SCHEDULES",
            (("Discipline", "TrainingTask"), ("Course", "TrainingTask")),
            "the programme or course sends its learners to the task, in `term`",
        ),
        Relation("TARGETS", (("Discipline", "Role"),), "the programme educates for the role"),
        Relation("COVERS", (("Course", "KnowledgeUnit"),), "the course covers the unit"),
        Relation(
            "DEVELOPS", (("KnowledgeUnit", "Competency"),), "learning the unit develops the competency, up to `level`"
        ),
        Relation(
            "PREREQUISITE_OF",
            (("KnowledgeUnit", "KnowledgeUnit"), ("KnowledgeUnit", "TrainingTask"), ("TrainingTask", "TrainingTask")),
            "must be learnt or done before",
            acyclic=True,
        ),
        Relation("APPLIES", (("TrainingTask", "KnowledgeUnit"),), "the task puts the unit to use"),
        Relation(
            "PRACTISES", (("TrainingTask", "Competency"),), "doing the task practises the competency, up to `level`"
        ),
        Relation("PREPARES_FOR", (("TrainingTask", "JobResponsibility"),), "the task rehearses the responsibility"),
        Relation(
            "HAS_RESPONSIBILITY",
            (("Role", "JobResponsibility"),),
            "the role has the responsibility; `weight` is its importance",
        ),
        Relation(
            "REQUIRES",
            (("JobResponsibility", "Competency"), ("Role", "Competency")),
            "it takes the competency, at `level`; `weight` is its importance",
        ),
        Relation("HOSTS", (("Enterprise", "TrainingTask"),), "the task takes place there"),
        Relation("EMPLOYS", (("Enterprise", "Role"),), "has this position, with `openings`"),
        Relation("GUIDES", (("Instructor", "Course"), ("Instructor", "TrainingTask")), "teaches or mentors it"),
        Relation("QUALIFIED_FOR", (("Instructor", "Competency"),), "can teach or mentor the competency"),
        Relation("CERTIFIES", (("Certificate", "Competency"),), "the certificate attests the competency"),
        Relation("ACCEPTED_BY", (("Certificate", "Role"),), "the certificate counts for the role"),
        Relation("ALIGNS_WITH", (("Course", "Certificate"),), "the course prepares for the certificate"),
        Relation(
            "CALLS_FOR", (("Signal", "Competency"), ("Signal", "Role")), "a policy, trend or demand figure names it"
        ),
        Relation(
            "BROADER",
            (("Competency", "Competency"), ("Role", "Role")),
            "from the narrower to the broader",
            acyclic=True,
        ),
        Relation(
            "SAME_AS",
            (("Competency", "Competency"), ("Role", "Role")),
            "the same thing in two vocabularies; `weight` is the confidence",
        ),
        Relation(
            "CLOSE_TO",
            (("Competency", "Competency"), ("Role", "Role")),
            "similar, not the same; followed only on request",
        ),
    )
}

LINKS_FILE, SOURCE_FILE = "links", "source"
LINK_PROPERTIES: tuple[Property, ...] = (
    Property("weight", WEIGHT, help="how much, above 0 to 1"),
    Property("level", LEVEL, help="level of the European Qualifications Framework"),
    Property("term", _TERM, help="the term, counted from 1"),
    Property("openings", OPENINGS, help="vacancies"),
    Property("note", Text(lines=True), help="why"),
)
LINK_COLUMNS: tuple[str, ...] = ("from_id", "relation", "to_id", *LINK_VALUES)
SOURCE_PROPERTIES: tuple[Property, ...] = (
    Property("name", Text(longest=200), required=True, help="who states all this"),
    Property("version", Text(longest=200), required=True, help="which edition"),
    Property("licence", help="under which licence"),
    Property("url", Text(longest=2000), help="where it is published"),
    Property(
        "rank", Integer(-1_000_000, 1_000_000), help="the lower speaks first where sources disagree; 100 if not stated"
    ),
)
IMPORTANCE = Property("importance", WEIGHT, help="how important the responsibility is to the role, above 0 to 1")

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
