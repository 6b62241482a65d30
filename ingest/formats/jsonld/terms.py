"""Vocabulary mapping: the terms of schema.org, CTDL, SKOS and Open Badges, and what each means here.

Source: https://schema.org, https://credreg.net/ctdl/terms, https://credreg.net/ctdlasn/terms,
https://www.w3.org/TR/skos-reference, https://www.imsglobal.org/spec/ob/v3p0.
"""

from typing import NamedTuple

from graph.schema import KINDS, RELATIONS

SCHEMA, CETERMS, CEASN = "https://schema.org/", "https://purl.org/ctdl/terms/", "https://purl.org/ctdlasn/terms/"
SKOS, OB = "http://www.w3.org/2004/02/skos/core#", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"

OURS = "urn:rolepath:terms:"
"""The terms for what the published vocabularies do not say: kinds, relations and properties by their own names."""

PREFIXES = {
    "rolepath": OURS,
    "schema": SCHEMA,
    "ceterms": CETERMS,
    "ceasn": CEASN,
    "skos": SKOS,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dct": "http://purl.org/dc/terms/",
    "dcterms": "http://purl.org/dc/terms/",
}
VOCABULARIES = (SCHEMA, CETERMS, CEASN, SKOS, OB, OURS)
"""What the terms begin with of which something is read."""
_SHORT = {"id": "@id", "type": "@type"}

# What stands for a published context, by its address without scheme and the slash at the end: nothing is ever fetched.
# None of them is repeated whole: only what our terms need.
KNOWN_CONTEXTS: dict[str, dict[str, str]] = {
    "schema.org": {"@vocab": SCHEMA, **PREFIXES, **_SHORT},
    "schema.org/docs/jsonldcontext.json": {"@vocab": SCHEMA, **PREFIXES, **_SHORT},
    "schema.org/docs/jsonldcontext.jsonld": {"@vocab": SCHEMA, **PREFIXES, **_SHORT},
    "credreg.net/ctdl/schema/context/json": dict(PREFIXES),
    "credreg.net/ctdlasn/schema/context/json": dict(PREFIXES),
    "www.w3.org/ns/credentials/v2": dict(_SHORT),
    "www.w3.org/2018/credentials/v1": dict(_SHORT),
}
_OB_CONTEXTS = "purl.imsglobal.org/spec/ob/v3p0/context"
_OB_TERMS = {"@vocab": OB, **_SHORT}


def known_context(address: str) -> dict[str, str] | None:
    """Return what stands for a published context, None where it is not known.

    >>> known_context("http://schema.org/") == known_context("https://schema.org")
    True
    """
    bare = address.partition("://")[2].rstrip("/").lower().replace("www.schema.org", "schema.org", 1)
    if bare.startswith(_OB_CONTEXTS):
        return _OB_TERMS
    return KNOWN_CONTEXTS.get(bare)


class TermMapping(NamedTuple):
    """What a property of a node of some kind states: a relation, and the kind of what it points at.

    `inward` says that the relation leads from what it points at to the node. `sort` is the kind of competency that the
    property implies.
    """

    relation: str
    kind: str
    inward: bool = False
    sort: str = ""


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
    OURS + "TrainingTask": "TrainingTask",
    OURS + "Institution": "Institution",
    OURS + "Discipline": "Discipline",
    OURS + "Enterprise": "Enterprise",
}
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
        SCHEMA + "competencyRequired": TermMapping("CERTIFIES", "Competency"),
    },
}
for _kind in ("Course", "KnowledgeUnit", "TrainingTask", "Institution", "Discipline", "Enterprise", "Certificate"):
    PROPERTIES[_kind] = {**PROPERTIES.get(_kind, {}), **_own(_kind)}
"""By the kind of node and the property: what it states."""

ALIGNMENT_TYPES = {CETERMS + "CredentialAlignmentObject", SCHEMA + "AlignmentObject", OB + "Alignment"}
"""What stands between a node and what it is aligned with, to say more about it."""
TARGETS = (CETERMS + "targetNode", SCHEMA + "targetUrl", OB + "targetUrl")
TARGET_NAMES = (CETERMS + "targetNodeName", SCHEMA + "targetName", OB + "targetName")
TARGET_CODES = (CETERMS + "codedNotation", OB + "targetCode")
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
DESCRIPTIONS = (
    SCHEMA + "description",
    CETERMS + "description",
    CEASN + "competencyText",
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
        *(*NAMES, *DESCRIPTIONS, *CODES, *ALIASES, *TARGET_NAMES, CATEGORY, ADDITIONAL_TYPE, SORT),
        *OWN_VALUES.values(),
    )
)
"""Properties whose value is text, possibly one for each language."""
