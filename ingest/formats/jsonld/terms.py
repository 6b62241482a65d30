"""Vocabulary mapping: the terms of schema.org, CTDL, SKOS and Open Badges, and what each means here.

Source: https://schema.org, https://credreg.net/ctdl/terms, https://credreg.net/ctdlasn/terms,
https://www.w3.org/TR/skos-reference, https://www.imsglobal.org/spec/ob/v3p0,
https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html.
"""

from typing import NamedTuple

from graph.schema import KINDS, RELATIONS
from ingest.formats.jsonld.vocabularies import CEASN, CETERMS, OB, OB2, OURS, PREFIXES, SCHEMA, SKOS


class TermMapping(NamedTuple):
    """What a property of a node of some kind states: a relation, and the kind of what it points at.

    `inward` says that the relation leads from what it points at to the node. `sort` is the kind of competency that the
    property implies. `through` names the property of what it points at that says the end itself.
    """

    relation: str
    kind: str
    inward: bool = False
    sort: str = ""
    through: str = ""


TEACHES = "TEACHES"
"""A course teaches a competency: no relation of the graph, but a unit of the course that develops it."""

KIND_OF_TYPE: dict[str, str] = {
    SCHEMA + "Course": "Course",
    CETERMS + "Course": "Course",
    CETERMS + "LearningOpportunityProfile": "Course",
    CETERMS + "LearningProgram": "Course",
    SCHEMA + "LearningResource": "KnowledgeUnit",
    SCHEMA + "Syllabus": "KnowledgeUnit",
    SCHEMA + "Occupation": "Role",
    CETERMS + "Occupation": "Role",
    CETERMS + "Job": "Role",
    CETERMS + "WorkRole": "Role",
    CEASN + "Competency": "Competency",
    CETERMS + "Task": "JobResponsibility",
    SCHEMA + "EducationalOccupationalCredential": "Certificate",
    OB + "Achievement": "Certificate",
    OB2 + "BadgeClass": "Certificate",
    OURS + "TrainingTask": "TrainingTask",
    OURS + "Institution": "Institution",
    OURS + "Discipline": "Discipline",
    OURS + "Enterprise": "Enterprise",
}
_CREDENTIALS = (
    *("Credential", "Badge", "DigitalBadge", "OpenBadge", "MicroCredential", "License", "Certification", "Diploma"),
    *("Certificate", "AcademicCertificate", "ApprenticeshipCertificate", "BasicTechnicalCertificate"),
    *("CertificateOfCompletion", "CertificateOfParticipation", "ParticipationCertificate", "JourneymanCertificate"),
    *("GeneralEducationLevel1Certificate", "GeneralEducationLevel2Certificate", "MasterCertificate"),
    *("HigherEducationLevel1Certificate", "HigherEducationLevel2Certificate", "PostBaccalaureateCertificate"),
    *("PostMasterCertificate", "PreparationCertificate", "PreProfessionalCertificate", "ProfessionalCertificate"),
    *("ProficiencyCertificate", "SecondaryEducationCertificate", "TechnicalLevel1Certificate"),
    *("TechnicalLevel2Certificate", "TechnicalLevel3Certificate", "VocationalCertificate"),
    *("WorkbasedLearningCertificate", "GeneralEducationDevelopment", "QualityAssuranceCredential"),
    *("SecondarySchoolDiploma", "Degree", "AssociateDegree", "AssociateOfAppliedArtsDegree"),
    *("AssociateOfAppliedScienceDegree", "AssociateOfArtsDegree", "AssociateOfScienceDegree", "BachelorDegree"),
    *("BachelorOfArtsDegree", "BachelorOfScienceDegree", "MasterDegree", "MasterOfArtsDegree"),
    *("MasterOfScienceDegree", "DoctoralDegree", "ProfessionalDoctorate", "ResearchDoctorate", "SpecialistDegree"),
)
KIND_OF_TYPE |= {CETERMS + name: "Certificate" for name in _CREDENTIALS}
"""The kind of node for each type; CTDL has a type for each sort of credential."""

AWARDS = frozenset(
    (
        *(OB2 + "Assertion", OB + "AchievementCredential", OB + "OpenBadgeCredential", OB + "VerifiableCredential"),
        "https://www.w3.org/2018/credentials#VerifiableCredential",
    )
)
"""What says that somebody has earned a badge: of it only the badge inside is read."""

GENERIC_TYPES = {SCHEMA + "DefinedTerm": "Competency", SKOS + "Concept": "Competency"}
"""Types that say little: where a property points at such a thing, the property says what it is."""

_REQUIRES = {
    SCHEMA + "skills": TermMapping("REQUIRES", "Competency"),
    CEASN + "skillEmbodied": TermMapping("REQUIRES", "Competency", sort="skill"),
    CEASN + "knowledgeEmbodied": TermMapping("REQUIRES", "Competency", sort="knowledge"),
    CEASN + "abilityEmbodied": TermMapping("REQUIRES", "Competency", sort="ability"),
}


def _alike(kind: str) -> dict[str, TermMapping]:
    return {
        SKOS + "broader": TermMapping("BROADER", kind),
        SKOS + "narrower": TermMapping("BROADER", kind, inward=True),
        SKOS + "exactMatch": TermMapping("SAME_AS", kind),
        SKOS + "closeMatch": TermMapping("CLOSE_TO", kind),
        CEASN + "exactAlignment": TermMapping("SAME_AS", kind),
        CEASN + "majorAlignment": TermMapping("CLOSE_TO", kind),
        CEASN + "minorAlignment": TermMapping("CLOSE_TO", kind),
    }


OWN_RELATIONS = frozenset(
    (
        *(
            "OFFERS",
            "SCHEDULES",
            "TARGETS",
            "PREREQUISITE_OF",
            "APPLIES",
            "PRACTISES",
            "PREPARES_FOR",
            "HOSTS",
            "EMPLOYS",
        ),
        *("ACCEPTED_BY", "ALIGNS_WITH", "RUNS", "LEADS_ON_TO", "AIMS_AT"),
    )
)
"""Relations that only our own terms say."""


def own_term(relation: str, from_kind: str, to_kind: str) -> str:
    """Return the name of a relation's term: with the kind at its end where it leads to several.

    >>> own_term("HOSTS", "Enterprise", "TrainingTask"), own_term("PREREQUISITE_OF", "KnowledgeUnit", "TrainingTask")
    ('HOSTS', 'PREREQUISITE_OF_TrainingTask')
    """
    several = sum(start == from_kind for start, _ in RELATIONS[relation].ends) > 1
    return f"{relation}_{to_kind}" if several else relation


def _own(kind: str) -> dict[str, TermMapping]:
    return {
        OURS + own_term(relation, start, end): TermMapping(relation, end)
        for relation in sorted(OWN_RELATIONS)
        for start, end in RELATIONS[relation].ends
        if start == kind
    }


PROPERTIES: dict[str, dict[str, TermMapping]] = {
    "Course": {
        SCHEMA + "teaches": TermMapping(TEACHES, "Competency"),
        CETERMS + "teaches": TermMapping(TEACHES, "Competency"),
        SCHEMA + "hasPart": TermMapping("COVERS", "KnowledgeUnit"),
        SCHEMA + "syllabusSections": TermMapping("COVERS", "KnowledgeUnit"),
    },
    "KnowledgeUnit": {SCHEMA + "teaches": TermMapping("DEVELOPS", "Competency")},
    "Role": {
        **_REQUIRES,
        SCHEMA + "responsibilities": TermMapping("HAS_RESPONSIBILITY", "JobResponsibility"),
        CETERMS + "hasTask": TermMapping("HAS_RESPONSIBILITY", "JobResponsibility"),
        CETERMS + "hasWorkRole": TermMapping("BROADER", "Role", inward=True),
        CETERMS + "hasJob": TermMapping("BROADER", "Role", inward=True),
        CETERMS + "hasSpecialization": TermMapping("BROADER", "Role", inward=True),
        CETERMS + "isSpecializationOf": TermMapping("BROADER", "Role"),
        **_alike("Role"),
    },
    "JobResponsibility": _REQUIRES,
    "Competency": {
        **_alike("Competency"),
        CEASN + "isChildOf": TermMapping("BROADER", "Competency"),
        CEASN + "broadAlignment": TermMapping("BROADER", "Competency"),
        CEASN + "narrowAlignment": TermMapping("BROADER", "Competency", inward=True),
    },
    "Certificate": {
        OB + "alignment": TermMapping("CERTIFIES", "Competency"),
        OB2 + "alignment": TermMapping("CERTIFIES", "Competency"),
        CETERMS + "requires": TermMapping("CERTIFIES", "Competency", through=CETERMS + "targetCompetency"),
        SCHEMA + "competencyRequired": TermMapping("CERTIFIES", "Competency"),
    },
}
for _kind in ("Course", "KnowledgeUnit", "TrainingTask", "Institution", "Discipline", "Enterprise", "Certificate"):
    PROPERTIES[_kind] = {**PROPERTIES.get(_kind, {}), **_own(_kind)}
"""By the kind of node and the property: what it states."""

ALIGNMENT_TYPES = {CETERMS + "CredentialAlignmentObject", SCHEMA + "AlignmentObject", OB + "Alignment"}
"""What stands between a node and what it is aligned with, to say more about it."""
TARGETS = (CETERMS + "targetNode", SCHEMA + "targetUrl", OB + "targetUrl", OB2 + "targetUrl")
TARGET_NAMES = (CETERMS + "targetNodeName", SCHEMA + "targetName", OB + "targetName", OB2 + "targetName")
TARGET_CODES = (CETERMS + "codedNotation", OB + "targetCode", OB2 + "targetCode")
TERM, OPENINGS = OURS + "term", OURS + "openings"
WEIGHT, LEVEL, NOTE = CEASN + "weight", SCHEMA + "educationalLevel", SCHEMA + "description"

NAMES = (
    SCHEMA + "name",
    CETERMS + "name",
    CEASN + "competencyLabel",
    CEASN + "name",
    OB + "name",
    SKOS + "prefLabel",
    PREFIXES["rdfs"] + "label",
)
STATEMENTS = (CEASN + "competencyText",)
"""What a competency says; its name, where it has no other."""
DESCRIPTIONS = (
    SCHEMA + "description",
    CETERMS + "description",
    OB + "description",
    SKOS + "definition",
)
CODES = (SCHEMA + "termCode", CETERMS + "codedNotation", CEASN + "codedNotation", SKOS + "notation")
ALIASES = (SCHEMA + "alternateName", CETERMS + "alternateName", SKOS + "altLabel")
SETS = (SCHEMA + "inDefinedTermSet", CETERMS + "frameworkName")
CATEGORY, URL = CEASN + "competencyCategory", SCHEMA + "url"
CREDITS, SORT, ADDITIONAL_TYPE = SCHEMA + "numberOfCredits", SCHEMA + "learningResourceType", SCHEMA + "additionalType"
OWN_VALUES = {one.name: OURS + one.name for kind in KINDS.values() for one in kind.properties}
"""Our own term for each property that another does not say."""
TEXTS = frozenset(
    (
        *(*NAMES, *STATEMENTS, *DESCRIPTIONS, *CODES, *ALIASES),
        *(*TARGET_NAMES, *TARGET_CODES, CATEGORY, ADDITIONAL_TYPE, SORT),
        *OWN_VALUES.values(),
    )
)
"""Properties whose value is text, possibly one for each language."""
