"""Documents of JSON-LD 1.1 that say one thing, each by another means: a role requires a competency."""

from typing import Any

S = "https://schema.org/"
TERMS: dict[str, Any] = {
    "id": "@id",
    "type": "@type",
    "Occupation": S + "Occupation",
    "DefinedTerm": S + "DefinedTerm",
    "name": S + "name",
    "skills": S + "skills",
}
SKILL: dict[str, Any] = {"id": "https://x.org/s", "type": "DefinedTerm", "name": "Wire"}
ROLE: dict[str, Any] = {"id": "https://x.org/r", "type": "Occupation", "name": "Fitter"}


def _with(what: object = SKILL, /, *, role: dict[str, Any] = ROLE, **terms: object) -> dict[str, Any]:
    return {"@context": {"@version": 1.1, **TERMS, **terms}, **role, "skills": what}


def _skills(**definition: object) -> dict[str, Any]:
    return {"@id": S + "skills", **definition}


_INNER = {"skills": S + "skills", "called": S + "name"}
_WIRE = {"id": "https://x.org/s", "type": "DefinedTerm", "called": "Wire"}
_PLAIN = {key: value for key, value in ROLE.items() if key != "name"}

DOCUMENTS: dict[str, Any] = {
    "a list": _with([SKILL], skills=_skills(**{"@container": "@list"})),
    "a set with its keyword": _with({"@set": [SKILL]}, skills=_skills(**{"@container": ["@set"]})),
    "an alias of @list": _with({"items": [SKILL]}, items="@list"),
    "an index map": _with({"first": [SKILL]}, skills=_skills(**{"@container": "@index"})),
    "an index map of a property": _with(
        {"Wire": {"id": "https://x.org/s", "type": "DefinedTerm"}},
        skills=_skills(**{"@container": "@index", "@index": "name"}),
    ),
    "an index map of references": {
        "@context": {**TERMS, "skills": _skills(**{"@container": "@index", "@index": "name", "@type": "@vocab"})},
        **ROLE,
        "skills": {"Wire": "https://x.org/s"},
    },
    "a map of references by type": {
        "@context": {
            "@vocab": "https://x.org/",
            **TERMS,
            "skills": _skills(**{"@container": "@type", "@type": "@vocab"}),
        },
        "@graph": [{**ROLE, "skills": {"DefinedTerm": "s"}}, {"id": "https://x.org/s", "name": "Wire"}],
    },
    "a term that begins with a colon": {
        "@context": {"@vocab": S, ":name": S + "name", "id": "@id", "type": "@type"},
        **_PLAIN,
        ":name": "Fitter",
        "skills": SKILL,
    },
    "a term in the place of a keyword": {
        "@context": {"@vocab": S, "name": "@name", "id": "@id", "type": "@type"},
        **ROLE,
        "skills": SKILL,
    },
    "an id map": _with(
        {"https://x.org/s": {"type": "DefinedTerm", "name": "Wire"}}, skills=_skills(**{"@container": "@id"})
    ),
    "a type map": _with(
        {"DefinedTerm": {"id": "https://x.org/s", "name": "Wire"}}, skills=_skills(**{"@container": "@type"})
    ),
    "a graph container": _with(SKILL, skills=_skills(**{"@container": "@graph"})),
    "a map of graphs": _with({"https://x.org/g": SKILL}, skills=_skills(**{"@container": ["@graph", "@id"]})),
    "a language map": _with(
        {**SKILL, "name": {"en": "Wire"}},
        role={**ROLE, "name": "Fitter"},
        name={"@id": S + "name", "@container": "@language"},
    )
    | {"name": {"en": "Fitter"}},
    "a term with its own language": _with({**SKILL, "name": "Wire"}, name={"@id": S + "name", "@language": "en"}),
    "an alias of @value": _with({**SKILL, "name": {"text": "Wire", "lang": "en"}}, text="@value", lang="@language"),
    "a context of a property": {
        "@context": {**TERMS, "skills": _skills(**{"@context": {"called": S + "name"}})},
        **ROLE,
        "skills": _WIRE,
    },
    "a context of a type": {
        "@context": {**TERMS, "DefinedTerm": {"@id": S + "DefinedTerm", "@context": {"called": S + "name"}}},
        **ROLE,
        "skills": _WIRE,
    },
    "a context of a type, gone inside": {
        "@context": {
            **TERMS,
            "Occupation": {"@id": S + "Occupation", "@context": {"name": S + "name", "skills": S + "skills"}},
            "name": S + "name",
        },
        **ROLE,
        "skills": SKILL,
    },
    "a context that goes on inside": {
        "@context": {
            **{key: TERMS[key] for key in ("id", "type", "DefinedTerm")},
            "Occupation": {"@id": S + "Occupation", "@context": {"@propagate": True, "@vocab": S}},
        },
        **ROLE,
        "skills": SKILL,
    },
    "@nest": {"@context": {**TERMS, "about": "@nest"}, **_PLAIN, "about": {"name": "Fitter", "skills": [SKILL]}},
    "@nest by definition": {
        "@context": {**TERMS, "about": "@nest", "skills": _skills(**{"@nest": "about"})},
        **_PLAIN,
        "about": [{"name": "Fitter"}, {"skills": [SKILL]}],
    },
    "@included": {
        "@context": TERMS | {"skills": _skills(**{"@type": "@id"})},
        **ROLE,
        "skills": "https://x.org/s",
        "@included": [SKILL],
    },
    "@reverse": {"@context": TERMS, **SKILL, "@reverse": {"skills": ROLE}},
    "a reverse term": {
        "@context": {**TERMS, "neededBy": {"@reverse": S + "skills"}},
        **SKILL,
        "neededBy": [ROLE],
    },
    "@import": {"@context": {"@version": 1.1, "@import": "https://schema.org/", "title": S + "name"}}
    | {**_PLAIN, "title": "Fitter", "skills": SKILL},
    "identifiers of a vocabulary": {
        "@context": {"@vocab": "https://x.org/", **TERMS, "skills": _skills(**{"@type": "@vocab"})},
        "@graph": [{**ROLE, "skills": "s"}, SKILL],
    },
    "a vocabulary by prefix": {"@context": [{"sdo": S}, {"@vocab": "sdo:", "id": "@id", "type": "@type"}], **ROLE}
    | {"skills": SKILL},
    "a relative base": {
        "@context": [{**TERMS, "@base": "https://x.org/a/b"}, {"@base": "../"}],
        **ROLE,
        "id": "r",
        "skills": {**SKILL, "id": "s"},
    },
    "an alias of @graph": {"@context": {**TERMS, "things": "@graph"}, "things": [{**ROLE, "skills": SKILL}]},
    "a term that is a short name": {
        "@context": {"sdo": S, "sdo:name": {"@type": "@none"}, "id": "@id", "type": "@type"}
    }
    | {"id": "https://x.org/r", "type": "sdo:Occupation", "sdo:name": "Fitter"}
    | {"sdo:skills": {"id": "https://x.org/s", "type": "sdo:DefinedTerm", "sdo:name": "Wire"}},
    "values of JSON": {
        "@context": {**TERMS, "extra": {"@id": "https://x.org/extra", "@type": "@json"}},
        **ROLE,
        "skills": SKILL,
        "extra": {"@id": 3, "any": ["thing", {"@type": 3}]},
    },
    "a null context, and another": {
        "@context": [{"name": "https://x.org/other"}, None, TERMS],
        **ROLE,
        "skills": {"@context": [None, {"@vocab": S}], "@id": "https://x.org/s", "@type": "DefinedTerm", "name": "Wire"},
    },
    "a direction": {"@context": {**TERMS, "@direction": "ltr", "@language": "en"}, **ROLE, "skills": SKILL},
    "a container of nothing": _with(SKILL, skills=_skills(**{"@container": None})),
    "a protected term": {"@context": {**TERMS, "@protected": True}, **ROLE, "skills": SKILL},
    "a graph of one thing": {"@context": TERMS, **ROLE, "skills": {"@graph": [SKILL]}},
}
"""By what each shows."""
