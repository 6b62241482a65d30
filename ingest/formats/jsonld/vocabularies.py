"""Vocabularies of JSON-LD that are read: their namespaces, and what stands for the contexts that they publish."""

SCHEMA, CETERMS, CEASN = "https://schema.org/", "https://purl.org/ctdl/terms/", "https://purl.org/ctdlasn/terms/"
SKOS, OB = "http://www.w3.org/2004/02/skos/core#", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
OB2 = "https://w3id.org/openbadges#"
"""Open Badges 1 and 2; `OB` is version 3."""

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
VOCABULARIES = (SCHEMA, CETERMS, CEASN, SKOS, OB, OB2, OURS)
"""What the terms begin with of which something is read."""
_SHORT = {"id": "@id", "type": "@type"}
_OB2_TERMS: dict[str, object] = {
    "@vocab": OB2,
    **_SHORT,
    **{name: SCHEMA + name for name in ("name", "description", "image", "targetName", "targetDescription")},
    **{name: SCHEMA + name for name in ("targetFramework", "email", "telephone", "AlignmentObject")},
    **{name: {"@id": SCHEMA + name, "@type": "@id"} for name in ("url", "targetUrl")},
    **{name: {"@id": OB2 + name, "@type": "@id"} for name in ("badge", "criteria", "issuer")},
    "tags": SCHEMA + "keywords",
}
_OB_TERMS: dict[str, object] = {"@vocab": OB, **_SHORT}

# What stands for a published context, by its address without scheme and the slash at the end: nothing is ever fetched.
# None of them is repeated whole: only what our terms need.
KNOWN_CONTEXTS: dict[str, dict[str, object]] = {
    "schema.org": {"@vocab": SCHEMA, **PREFIXES, **_SHORT},
    "schema.org/docs/jsonldcontext.json": {"@vocab": SCHEMA, **PREFIXES, **_SHORT},
    "schema.org/docs/jsonldcontext.jsonld": {"@vocab": SCHEMA, **PREFIXES, **_SHORT},
    "credreg.net/ctdl/schema/context/json": dict(PREFIXES),
    "credreg.net/ctdlasn/schema/context/json": dict(PREFIXES),
    "www.w3.org/ns/credentials/v2": dict(_SHORT),
    "www.w3.org/2018/credentials/v1": dict(_SHORT),
    "w3id.org/openbadges/v1": _OB2_TERMS,
    "w3id.org/openbadges/v2": _OB2_TERMS,
    "openbadgespec.org/v1/context.json": _OB2_TERMS,
    "openbadgespec.org/v2/context.json": _OB2_TERMS,
}
# Contexts of a whole folder, by how they begin: of Open Badges 3, and of what only signs or extends a badge.
_FOLDERS: tuple[tuple[str, dict[str, object]], ...] = (
    ("purl.imsglobal.org/spec/ob/v3p0/context", _OB_TERMS),
    ("purl.imsglobal.org/spec/ob/v3p0/extensions", {}),
    ("purl.imsglobal.org/spec/ob/v2p1/", _OB2_TERMS),
    ("w3id.org/security/", {}),
    ("openbadgespec.org/extensions/", {}),
    ("w3id.org/openbadges/extensions/", {}),
    ("www.w3.org/ns/credentials/status/", {}),
)


def known_context(address: str) -> dict[str, object] | None:
    """Return what stands for a published context, None where it is not known.

    >>> known_context("http://schema.org/") == known_context("https://schema.org")
    True
    """
    bare = address.partition("://")[2].rstrip("/").lower().replace("www.schema.org", "schema.org", 1)
    folder = next((stands for begins, stands in _FOLDERS if bare.startswith(begins)), None)
    return KNOWN_CONTEXTS.get(bare) if folder is None else folder


def compact(iri: str) -> str:
    """Return the short form of a term or type, as documents write it: bare in schema.org and Open Badges.

    >>> compact("https://schema.org/JobPosting"), compact("https://purl.org/ctdl/terms/Task"), compact("urn:x:y")
    ('JobPosting', 'ceterms:Task', 'urn:x:y')
    """
    for base in (SCHEMA, OB, OB2):
        if iri.startswith(base) and iri != base:
            return iri.removeprefix(base)
    return next((f"{short}:{iri.removeprefix(base)}" for short, base in PREFIXES.items() if iri.startswith(base)), iri)
