"""Records as people come by them: badges of every edition, credentials, languages, pages, envelopes, slips of dates.

Each kind is tried in every format of records that can have it.
"""

import json
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from graph.errors import InputError
from graph.messages import message
from graph.model import NodeId
from graph.stores import open_store
from ingest.draft import Draft, Place
from ingest.formats.case import read as case
from ingest.formats.jsonld import read as jsonld
from ingest.formats.languages import choose
from ingest.formats.native import read as native
from ingest.formats.osmt import read as osmt
from ingest.formats.xapi import read as xapi
from ingest.future_dates import tell_future_dates
from ingest.job import ingest
from tests.support.drafts import notes_of, skipped_of
from tests.support.factory import says
from tests.support.samples.case import item
from tests.support.samples.case import small as small_case
from tests.support.samples.osmt import descriptor
from tests.support.samples.xapi import statement

CTDL = "https://credreg.net/ctdl/schema/context/json"
ASN = "https://credreg.net/ctdlasn/schema/context/json"
Reader = Callable[[Path], Draft]
READERS: dict[str, Reader] = {
    "case": case.read,
    "jsonld": jsonld.read,
    "osmt": osmt.read,
    "xapi": lambda path: xapi.read(path, xapi.AssessmentOptions("g1")),
}
SCORED = [
    statement(who, score, object={"id": "urn:rolepath:t1"}, context={"extensions": {"urn:rolepath:competency": "c1"}})
    for who, score in (("ann", 0.25), ("bob", 0.75))
]


def read(folder: Path, document: object, form: str = "jsonld") -> Draft:
    (folder / "d.json").write_text(json.dumps(document), encoding="utf-8")
    return (READERS | {"native": native.read})[form](folder / "d.json")


def refusal(folder: Path, document: object, form: str) -> str:
    """Return why a document is refused."""
    try:
        return str(read(folder, document, form).problems[0])
    except InputError as error:
        return str(error)


def values(draft: Draft, node_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(draft.nodes[NodeId(node_id)][1])
    return found


# Which thing is which


def test_one_code_is_not_one_thing(tmp_path: Path) -> None:
    """Without an id of their own, two texts under one code are two; the same text is one; so in every vocabulary."""

    def taught(*things: dict[str, object], context: str = ASN) -> set[str]:
        courses = [
            {"@id": f"urn:x:{number}", "@type": "schema:Course", "schema:name": f"C{number}", "schema:teaches": one}
            for number, one in enumerate(things)
        ]
        draft = read(tmp_path, {"@context": [context, {"schema": "https://schema.org/"}], "@graph": courses})
        assert draft.problems == []
        return {json.loads(stated)["name"] for kind, stated in draft.nodes.values() if kind == "Competency"}

    def asn(text: str, code: str = "1.1") -> dict[str, object]:
        return {"@type": "ceasn:Competency", "ceasn:codedNotation": code, "ceasn:competencyText": {"en": text}}

    def term(text: str, **more: str) -> dict[str, object]:
        return {"@type": "schema:DefinedTerm", "schema:termCode": "A", "schema:description": text, **more}

    assert taught(asn("Fit sensors"), asn("Draw up a budget")) == {"Fit sensors", "Draw up a budget"}
    assert taught(asn("Fit sensors"), asn("fit  sensors")) == {"Fit sensors"}
    assert taught(asn("Fit sensors", "1"), asn("Fit sensors", "2")) == {"Fit sensors"}
    assert "1 codes of things that have another already are left out" in notes_of(jsonld.read(tmp_path / "d.json"))
    assert taught(term("Weld"), term("Solder")) == {"Weld", "Solder"}
    sets: dict[str, str] = {"schema:inDefinedTermSet": "One"}
    assert taught(term("Weld", **sets), term("Weld", **sets), term("Solder", **sets)) == {"Weld", "Solder"}


# Languages


def test_languages_are_chosen_alike_everywhere(tmp_path: Path) -> None:
    """English before its regions, simplified before traditional; of names, statements, descriptions and targets."""
    texts = {"en-US": "Sensors", "en-GB": "Sensors (UK)", "zh-Hant": "傳感器", "zh-Hans": "传感器", "es": "Sensores"}
    chosen = {"name": "Sensors", "name_zh": "传感器"}
    said = [{"@value": text, "@language": language} for language, text in texts.items()]
    for term, form in (("schema:name", said), ("ceasn:competencyText", texts), ("skos:prefLabel", said)):
        record = {"@id": "urn:x:a", "@type": "ceasn:Competency", term: form}
        draft = read(tmp_path, {"@context": ASN, "@graph": [record]})
        assert {**chosen, "kind": "skill"} == values(draft, "urn:x:a"), term
        assert [note for note in notes_of(draft) if "es (1)" in note and "zh-hant (1)" in note and ": 3" not in note]
    aligned = {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": texts}
    role = {"@id": "urn:x:r", "@type": "ceterms:Occupation", "ceterms:name": texts, "ceasn:skillEmbodied": aligned}
    role["ceterms:description"] = {"es": "Hola", "en": "Hello", "zh": "你好"}
    draft = read(tmp_path, {"@context": CTDL, "@graph": [role]})
    assert values(draft, "named:competency.sensors") == {**chosen, "kind": "skill"}
    assert values(draft, "urn:x:r") == {**chosen, "description": "Hello", "description_zh": "你好"}
    assert draft.problems == []


@pytest.mark.parametrize(
    ("texts", "name", "name_zh"),
    [
        ([("b", "zh-TW"), ("a", "zh")], "a", "a"),
        ([("b", "zh-Hant-CN"), ("a", "zh-CN")], "a", "a"),
        ([("x", "fr"), ("y", "de")], "y", ""),
        ([("x", "fr"), ("y", "zh-Hans")], "y", "y"),
        ([("x", "fr"), ("y", "")], "y", ""),
        ([("传感器", ""), ("Sensors", "en_GB")], "Sensors", "传感器"),
        ([("A", "en-AU"), ("B", "en")], "B", ""),
    ],
)
def test_texts_are_chosen_by_language(texts: list[tuple[str, str]], name: str, name_zh: str) -> None:
    """Whatever their order."""
    for ordered in (texts, texts[::-1]):
        found = choose(ordered)
        assert (found.text, found.chinese) == (name, name_zh)


# Credentials and badges


def test_credentials_and_badges_certify(tmp_path: Path) -> None:
    """CTDL's of every type, through their conditions; badges of each edition, as published and as expanded."""
    targets = [{"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "urn:x:k"}]
    condition = {
        "@type": "ceterms:ConditionProfile",
        "ceterms:name": "Fit sensors",
        "ceterms:targetCompetency": targets,
    }
    badge = {"type": "BadgeClass", "id": "urn:x:c", "name": "C"}
    old = {"@context": "https://w3id.org/openbadges/v1", "alignment": [{"name": "K", "url": "urn:x:k"}], **badge}
    new = {
        "@context": "https://w3id.org/openbadges/v2",
        "alignment": [{"targetName": "K", "targetUrl": "urn:x:k", "targetCode": "K1"}],
        **badge,
    }
    expanded = {
        "@id": "urn:x:c",
        "@type": ["https://w3id.org/openbadges#BadgeClass"],
        "http://schema.org/name": [{"@value": "C"}],
        "https://w3id.org/openbadges#alignment": [{"http://schema.org/targetUrl": [{"@id": "urn:x:k"}]}],
    }
    award = {"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": "urn:x:1", "badge": new,
             "recipient": {"type": "email", "identity": "ann@example.org"}}  # fmt: skip
    kinds = ("Certificate", "Badge", "License", "Diploma", "BachelorDegree", "MicroCredential", "Certification")
    documents: list[object] = [
        {
            "@context": CTDL,
            "@id": "urn:x:c",
            "@type": f"ceterms:{kind}",
            "ceterms:name": "C",
            "ceterms:requires": [condition],
        }
        for kind in kinds
    ]
    documents += [old, new, [expanded], award]
    for document in documents:
        draft = read(tmp_path, document)
        assert draft.problems == []
        assert ("urn:x:c", "CERTIFIES", "urn:x:k") in draft.links, document
        assert draft.nodes[NodeId("urn:x:c")][0] == "Certificate"
        assert (draft.read, draft.accepted) == (1, 1)
        assert "ann" not in str(draft.nodes)
    assert values(read(tmp_path, new), "urn:x:k")["code"] == "K1"


# Every record is accounted for


def test_no_record_is_saved_by_what_stands_inside(tmp_path: Path) -> None:
    """It is accepted, or skipped by its own type, by name; what was read of its inside is noted."""
    course = {"@type": "Course", "@id": "urn:x:c", "name": "C"}
    records = [
        {"@type": "JobPosting", "title": "T", "relevantOccupation": {"@type": "Occupation", "name": "T"}},
        {"@type": "ItemList", "itemListElement": [course, {"@type": "Course", "@id": "urn:x:d", "name": "D"}]},
        {"@type": ["Person", "Patient"], "name": "Ann"},
        {"name": "Nothing"},
        {"@type": "Occupation", "@id": "urn:x:r"},
        course,
    ]
    draft = read(tmp_path, {"@context": "https://schema.org/", "@graph": records})
    assert skipped_of(draft) == {
        "records of a type that is not read: ItemList": 1,
        "records of a type that is not read: JobPosting": 1,
        "records of a type that is not read: Patient and Person": 1,
        "records that say neither a name nor a link": 1,
        "records without a type": 1,
    }
    assert (draft.read, draft.accepted) == (6, 1)
    assert {"urn:x:c", "urn:x:d", "named:role.t"} <= set(draft.nodes)
    assert any("2 things that stand inside" in note or "3 things" in note for note in notes_of(draft))


def test_read_is_accepted_skipped_and_rejected(tmp_path: Path) -> None:
    """In each format, also with records of no kind among the others."""
    package = small_case()
    package["CFItems"].append({"title": "x"})
    documents: dict[str, object] = {
        "case": package,
        "osmt": [descriptor(1, "29-2072"), {"title": "x"}, {"skillName": "x", "status": "archived", "uuid": "a"}],
        "jsonld": [{"@type": "https://schema.org/Course", "https://schema.org/name": "C"}, {"title": "x"}],
        "xapi": [*SCORED, {"title": "x"}],
    }
    again = [descriptor(1, "?"), descriptor(1, "?")]
    assert (draft := read(tmp_path, again, "osmt")).accepted == 0
    assert (len(draft.rejected), draft.skipped.total()) == (2, 0)
    for form, document in documents.items():
        draft = read(tmp_path, document, form)
        assert draft.read == draft.accepted + draft.skipped.total() + len(draft.rejected), form
        assert draft.accepted < draft.read, form


# Pages of answers


def test_a_first_page_is_told_to_be_one(tmp_path: Path) -> None:
    """By whatever link to the next; not where the last page is there too."""
    documents: dict[str, dict[str, Any]] = {
        "xapi": {"statements": SCORED},
        "osmt": {"skills": [descriptor(1, "29-2072")]},
        "jsonld": {"@context": "https://schema.org/", "@type": "Course", "name": "C"},
        "case": {"CFPackage": small_case()},
    }
    links: list[dict[str, object]] = [
        {"more": "/more?1"},
        {"next": "https://x.org/2"},
        {"links": {"next": "/2"}},
        {"_links": {"next": {"href": "/2"}}},
        {"links": [{"rel": "self", "href": "/1"}, {"rel": "next", "href": "/2"}]},
    ]
    for form, document in documents.items():
        for link in links:
            told = [note for note in notes_of(read(tmp_path, document | link, form)) if "there are more pages" in note]
            assert len(told) == 1, (form, link)
        for last in ({"more": ""}, {"next": None}, {"links": {"next": None}}):
            assert not [one for one in notes_of(read(tmp_path, document | last, form)) if "more pages" in one], form


def test_a_folder_of_pages_is_one_import(tmp_path: Path) -> None:
    """Of statements: learners are counted over all of it, a page may void what another says, places are named."""
    void = {"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}, "actor": SCORED[0]["actor"],
            "object": {"objectType": "StatementRef", "id": "x1"}}  # fmt: skip
    pages = {
        "page1.json": {"statements": [SCORED[0], {**SCORED[0], "id": "x1"}], "more": "/2"},
        "page2.json": {"statements": [SCORED[1], void, {"title": "x"}], "more": ""},
    }
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, page in pages.items():
        (folder / name).write_text(json.dumps(page), encoding="utf-8")
    (folder / "._page1.json").write_bytes(b"\0\1")
    (folder / "activities.csv").write_text("a\n", encoding="utf-8")
    draft = READERS["xapi"](folder)
    (one,) = (json.loads(stated) for _, stated in draft.nodes.values())
    assert (one["learners"], one["mean_score"]) == (2, 0.5)
    assert [(problem.file, problem.row) for problem in draft.problems] == [("page2.json", 3)]
    assert not [note for note in notes_of(draft) if "more pages" in note]
    assert draft.read == 5


# Envelopes, and files of another format


def test_a_package_is_taken_out_of_its_envelope(tmp_path: Path) -> None:
    """Whatever stands around it; several, and other answers of a service, are refused by name."""
    package = small_case()
    plain = read(tmp_path, package, "case")
    other = small_case()
    other["CFDocument"] = other["CFDocument"] | {"title": "Other"}
    for wrapped in (
        *({"CFPackage": package}, [package], [{"CFPackage": package}], {"data": {"CFPackage": package}}),
        *({"CFPackages": [package]}, {"data": [package], "meta": {}}, {"result": package, "imsx_StatusInfo": {}}),
    ):
        draft = read(tmp_path, wrapped, "case")
        assert (draft.nodes, draft.links) == (plain.nodes, plain.links)
        assert isinstance(wrapped, list) or "taken out" in notes_of(draft)[0]
    for document, reason in (
        ([package, {"CFPackage": other}], "2 packages.*Frame and Other|2 packages.*Frame, Other"),
        ({"CFDocuments": [package["CFDocument"]]}, "CFDocuments"),
        ({"CFItem": item(1), "CFAssociations": []}, "CFItem"),
        ([item(1)], "CFItems"),
        ({"CFItems": [item(1)]}, "no CFDocument"),
        ({**package["CFDocument"], "CFPackageURI": {"uri": "x"}}, "without its items"),
        ({"imsx_codeMajor": "failure", "imsx_description": "Not allowed"}, "Not allowed"),
    ):
        with pytest.raises(InputError, match=reason):
            read(tmp_path, document, "case")


def test_a_file_of_another_format_is_named(tmp_path: Path) -> None:
    """Every format of records refuses the others' by the command that reads them; statements in wrappers too."""
    documents: dict[str, object] = {
        "case": {"CFPackage": small_case()},
        "jsonld": {"@context": "https://schema.org/", "@type": "Course", "name": "C"},
        "osmt": [descriptor(1, "29-2072")],
        "xapi": {"statements": SCORED},
        "native": {"roles": [{"id": "r1", "name": "R"}]},
    }
    for form in READERS:
        for name, document in documents.items():
            if name == form:
                continue
            assert f"rolepath ingest {name}" in refusal(tmp_path, document, form)
        assert f"rolepath ingest {form}" in refusal(tmp_path, documents[form], "native")
    for key in ("statement", "_source"):
        with pytest.raises(InputError, match=f"under '{key}'"):
            read(tmp_path, [{"title": "x"}, {key: SCORED[0]}], "xapi")


# Days that have not come


def test_days_in_the_future_are_noted(tmp_path: Path) -> None:
    """Of assessments at once, of plans after twenty years; the ends of what holds for ever are none."""
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    store.apply(says("t1", "c1", "d1", "g1", nodes={"g1": {"discipline_id": "d1", "size": 30}}))
    late = [one | {"timestamp": "2099-01-01T00:00:00Z"} for one in SCORED]
    report = ingest(partial(read, tmp_path, late, "xapi"), store)
    assert not report.refused
    assert any("in the future" in note and "2099-01-01" in note and "d.json, row 1" in note for note in report.notes)
    package = small_case()
    package["CFItems"][0] |= {"lastChangeDateTime": "2099-01-01T00:00:00+00:00"}
    assert any("1, the latest 2099-01-01" in note for note in notes_of(read(tmp_path, package, "case")))
    assert not any("future" in note for note in notes_of(read(tmp_path, small_case(), "case")))
    made = says("s1", "g1", nodes={"s1": {"valid_from": "2026-06-01", "valid_to": "9999-12-31"},
                                   "g1": {"discipline_id": "d1", "size": 3, "start_date": "2026-09-01"}})  # fmt: skip
    draft = Draft(made.source)
    draft.nodes, today = dict(made.nodes), date(2026, 3, 1)
    draft.places = dict.fromkeys(draft.nodes, Place("a.csv", None, 2))
    assert tell_future_dates(draft, today) == []
    assert [note.code for note in tell_future_dates(draft, date(2000, 1, 1))] == ["ingest.future_dates"] * 2
    assert message("ingest.future_dates", n=1, column="date", place="x", last="y").text("zh") != ""
