"""JSON-LD of schema.org, CTDL and Open Badges: what is read, what is refused, and what an export gives back."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from graph.errors import InputError
from graph.model import NodeId, Source
from graph.stores import Store, open_store
from graph.stores.base import asserted_by
from ingest.draft import Draft
from ingest.formats.jsonld import read as jsonld
from ingest.formats.jsonld.write import write_jsonld
from ingest.formats.native import read as native
from ingest.formats.native.records import SourceStatements
from ingest.job import ingest
from tests.support.commanding import Commands
from tests.support.drafts import notes_of
from tests.support.examples import examples
from tests.support.factory import graph_of, says, statements
from tests.support.paths import EXAMPLE

CTDL = "https://credreg.net/ctdl/schema/context/json"
OB = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
Read = Callable[..., Draft]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'graph.db'}")


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Give a reading of records, written as the graph of one document."""

    def run(*records: object, context: object = "https://schema.org/") -> Draft:
        file = tmp_path / "one.jsonld"
        file.write_text(json.dumps({"@context": context, "@graph": records}), encoding="utf-8")
        return jsonld.read(file)

    return run


def values(draft: Draft, node_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(draft.nodes[NodeId(node_id)][1])
    return found


def kinds(draft: Draft) -> dict[str, str]:
    return {node_id: kind for node_id, (kind, _) in draft.nodes.items()}


# schema.org


def test_a_course_develops_what_it_teaches(read: Read) -> None:
    """A unit of the course stands for each competency that it teaches, described, named or only referred to."""
    draft = read(
        {
            "@id": "https://x.org/c/1",
            "@type": "Course",
            "name": "PLC",
            "numberOfCredits": 4,
            "teaches": [
                {"@type": "DefinedTerm", "@id": "https://x.org/s/1", "name": "Program"},
                "Wire cabinets",
                {"@id": "http://data.europa.eu/esco/skill/abc"},
            ],
        }
    )
    course, taught = "x.org:c:1", ["x.org:s:1", "named:competency.wire-cabinets", "esco:abc"]
    assert set(draft.links) == {
        *((course, "COVERS", f"{course}~{one}") for one in taught),
        *((f"{course}~{one}", "DEVELOPS", one) for one in taught),
    }
    assert values(draft, course) == {"name": "PLC", "credits": 4}
    assert values(draft, f"{course}~x.org:s:1") == {"name": "Program", "kind": "disciplinary"}
    assert "esco:abc" not in draft.nodes


def test_units_of_a_course_stand_for_themselves(read: Read) -> None:
    """What a part of the course teaches gets no unit beside it."""
    part = {"@id": "urn:x:u1", "@type": "LearningResource", "name": "Unit", "teaches": {"@id": "urn:x:s1"}}
    skill = {"@id": "urn:x:s1", "@type": "DefinedTerm", "name": "Skill"}
    draft = read({"@id": "urn:x:c1", "@type": "Course", "name": "C", "hasPart": part, "teaches": skill})
    assert set(draft.links) == {("urn:x:c1", "COVERS", "urn:x:u1"), ("urn:x:u1", "DEVELOPS", "urn:x:s1")}


def test_an_occupation_requires_its_skills(read: Read) -> None:
    """Skills and responsibilities, as texts or things; a text is the same thing wherever it stands."""
    draft = read(
        {"@type": "Occupation", "name": "Fitter", "skills": ["Wire", "wire "], "responsibilities": "Wires cabinets"},
        {"@type": "Course", "name": "Wiring", "teaches": "Wire"},
    )
    role, skill = "named:role.fitter", "named:competency.wire"
    assert {
        (role, "REQUIRES", skill),
        (role, "HAS_RESPONSIBILITY", "named:jobresponsibility.wires-cabinets"),
        (f"named:course.wiring~{skill}", "DEVELOPS", skill),
    } <= set(draft.links)
    assert values(draft, skill)["name"] == "Wire"


def test_a_term_with_a_description_only_is_named_by_it(read: Read) -> None:
    """As schema.org's own example has it; the code is kept, and so is its set."""
    skill = {
        "@type": "DefinedTerm",
        "termCode": "K0016",
        "description": "Knowledge of programming",
        "inDefinedTermSet": "NICE",
    }
    draft = read({"@type": "Occupation", "name": "Developer", "skills": skill})
    assert values(draft, "named:competency.k0016") == {
        "name": "Knowledge of programming",
        "code": "K0016",
        "framework": "NICE",
        "kind": "skill",
    }


def test_an_alignment_says_more_about_a_link(read: Read) -> None:
    """Its weight, level and note become the link's; its name is used where nothing else describes the target."""
    aligned = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": {"@id": "urn:x:s1"},
        "ceterms:targetNodeName": "Skill",
        "ceasn:weight": 0.5,
        "educationalLevel": "EQF 4",
        "description": "since",
    }
    draft = read({"@type": "Occupation", "@id": "urn:x:r1", "name": "R", "skills": aligned})
    assert draft.links == {("urn:x:r1", "REQUIRES", "urn:x:s1"): (0.5, 4, None, None, "since")}
    assert values(draft, "urn:x:s1")["name"] == "Skill"


def test_languages_are_told_apart(read: Read) -> None:
    """A Chinese name is kept as such; a language map and an object with a language mean the same."""
    draft = read(
        {"@id": "urn:x:r1", "@type": "Occupation", "name": ["Fitter", {"@value": "装配工", "@language": "zh-Hans"}]},
        {"@id": "urn:x:r2", "@type": "Occupation", "name": {"en-US": "Fitter", "zh": "装配工"}},
    )
    assert values(draft, "urn:x:r1") == values(draft, "urn:x:r2") == {"name": "Fitter", "name_zh": "装配工"}


# CTDL


def test_ctdl_is_read(read: Read) -> None:
    """Occupations with work roles and tasks, and what knowledge, skill and ability these embody."""
    base = "https://credentialengineregistry.org/resources/"
    draft = read(
        {
            "@id": base + "ce-o",
            "@type": "ceterms:Occupation",
            "ceterms:name": {"en-US": "Nurse"},
            "ceterms:codedNotation": "29-1141.00",
            "ceterms:hasWorkRole": [base + "ce-w"],
            "ceasn:skillEmbodied": [base + "ce-s"],
        },
        {
            "@id": base + "ce-w",
            "@type": "ceterms:WorkRole",
            "ceterms:name": "Ward nurse",
            "ceterms:hasTask": base + "ce-t",
        },
        {
            "@id": base + "ce-t",
            "@type": "ceterms:Task",
            "ceterms:description": {"en-US": "Dress wounds"},
            "ceasn:knowledgeEmbodied": base + "ce-k",
            "ceasn:abilityEmbodied": base + "ce-a",
        },
        *(
            {"@id": f"{base}ce-{one}", "@type": "ceasn:Competency", "ceasn:competencyText": {"en-US": f"Text {one}"}}
            for one in "ska"
        ),
        context=CTDL,
    )
    assert set(draft.links) == {
        ("ctdl:ce-w", "BROADER", "ctdl:ce-o"),
        ("ctdl:ce-w", "HAS_RESPONSIBILITY", "ctdl:ce-t"),
        ("ctdl:ce-o", "REQUIRES", "ctdl:ce-s"),
        ("ctdl:ce-t", "REQUIRES", "ctdl:ce-k"),
        ("ctdl:ce-t", "REQUIRES", "ctdl:ce-a"),
    }
    assert {one: values(draft, f"ctdl:ce-{one}")["kind"] for one in "ska"} == {
        "s": "skill",
        "k": "knowledge",
        "a": "ability",
    }
    assert values(draft, "ctdl:ce-o")["code"] == "29-1141.00"
    assert draft.problems == []


def test_competencies_are_aligned(read: Read) -> None:
    """Broader both ways round, the same, and alike."""
    draft = read(
        {
            "@id": "urn:x:a",
            "@type": "ceasn:Competency",
            "ceasn:competencyLabel": "A",
            "ceasn:isChildOf": {"@id": "urn:x:b"},
            "ceasn:narrowAlignment": {"@id": "urn:x:c"},
            "ceasn:exactAlignment": {"@id": "urn:y:a"},
            "ceasn:minorAlignment": {"@id": "urn:y:b"},
        },
        context=CTDL,
    )
    assert set(draft.links) == {
        ("urn:x:a", "BROADER", "urn:x:b"),
        ("urn:x:c", "BROADER", "urn:x:a"),
        ("urn:x:a", "SAME_AS", "urn:y:a"),
        ("urn:x:a", "CLOSE_TO", "urn:y:b"),
    }


# Open Badges


def test_an_achievement_certifies_what_it_is_aligned_with(tmp_path: Path) -> None:
    """By address, else by name; nothing of the person who holds it is read."""
    badge = {
        "@context": OB,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "credentialSubject": {
            "id": "did:example:ann",
            "name": "Ann",
            "achievement": {
                "id": "https://x.org/badges/1",
                "type": ["Achievement"],
                "name": "Welder",
                "alignment": [
                    {"type": "Alignment", "targetName": "Weld", "targetUrl": "http://data.europa.eu/esco/skill/w"},
                    {"type": "Alignment", "targetName": "Read drawings"},
                ],
            },
        },
    }
    file = tmp_path / "badge.json"
    file.write_text(json.dumps(badge), encoding="utf-8")
    draft = jsonld.read(file)
    assert set(draft.links) == {
        ("x.org:badges:1", "CERTIFIES", "esco:w"),
        ("x.org:badges:1", "CERTIFIES", "named:competency.read-drawings"),
    }
    assert "ann" not in str(draft.nodes).lower()


# Contexts, and what is wrong


@pytest.mark.parametrize(
    "context",
    [
        {"@vocab": "http://schema.org/"},
        {"s": "https://schema.org/", "Course": "s:Course", "name": {"@id": "s:name"}, "teaches": "s:teaches"},
        ["http://schema.org", {"@base": "https://x.org/"}],
        "https://www.schema.org/docs/jsonldcontext.json",
    ],
)
def test_contexts_of_the_document_are_read(read: Read, context: object) -> None:
    """A vocabulary, prefixes, terms, and the known contexts in each of their spellings."""
    draft = read({"@id": "https://x.org/c", "@type": "Course", "name": "C", "teaches": "X"}, context=context)
    assert kinds(draft)["x.org:c"] == "Course"
    assert len(draft.links) == 2


def test_the_expanded_form_is_read(tmp_path: Path) -> None:
    """A list of objects with full names, without any context."""
    document = [
        {
            "@id": "https://x.org/c",
            "@type": ["http://schema.org/Course"],
            "http://schema.org/name": [{"@value": "C"}],
            "http://schema.org/teaches": [{"@id": "https://x.org/s"}],
        }
    ]
    file = tmp_path / "one.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert len(jsonld.read(file).links) == 2


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ("https://example.org/context", "would have to be fetched"),
        ({"@import": "https://example.org/context"}, "would have to be fetched"),
        ({"name": {"@id": "schema:name", "@colour": {}}}, "is not read"),
        ({"name": {"@reverse": 3}}, "a text is expected"),
        ({"name": 3}, "a text is expected"),
        (3, "an object or an address"),
    ],
)
def test_contexts_that_are_not_read_are_refused(
    read: Read, monkeypatch: pytest.MonkeyPatch, context: object, reason: str
) -> None:
    """With the way out; and no connection is tried."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(InputError, match=reason) as caught:
        read({"@type": "Course", "name": "C"}, context=context)
    assert (caught.value.problem.file, caught.value.problem.column) == ("one.jsonld", "@context")


def test_terms_that_define_each_other_end(read: Read) -> None:
    """A circle of definitions stands for nothing."""
    assert read({"@type": "a", "a": 1}, context={"a": "b", "b": "a"}).skipped.total() == 1


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("text", "each record of JSON-LD is an object"),
        ({"@id": 3}, "a text is expected"),
        ({"@type": 3}, "a text is expected"),
        ({"@type": "Course", "name": "C", "@reverse": 3}, "an object is expected"),
        ({"@type": "Course"}, "neither an @id nor a name"),
        ({"@id": "urn:x:1", "@type": ["Course", "Occupation"], "name": "C"}, "Course and Role at once"),
        ({"@id": "urn:x:1", "@type": "Course", "name": ["A", "B"]}, "two names"),
        ({"@id": "urn:x:1", "@type": "Course", "name": "A\u0007"}, "control character"),
        ({"@id": "urn:x:1", "@type": "Course", "name": "A", "numberOfCredits": -1}, "number of credits"),
        ({"@type": "Course", "name": "???"}, "an id can be made of"),
        (
            {
                "@type": "Occupation",
                "name": "A",
                "skills": {"@type": "AlignmentObject", "targetName": "B", "ceasn:weight": 7},
            },
            "a number above 0 to 1",
        ),
    ],
)
def test_a_wrong_record_is_named(tmp_path: Path, record: object, reason: str) -> None:
    """By its file and number; the other one stands."""
    fine = {"@id": "urn:x:fine", "@type": "Course", "name": "Fine"}
    file = tmp_path / "one.jsonld"
    file.write_text(json.dumps({"@context": "https://schema.org", "@graph": [fine, record]}), encoding="utf-8")
    try:
        draft = jsonld.read(file)
    except InputError as error:
        assert reason in str(error)  # noqa: PT017 - what is no object stops the reading of the file
        return
    problem = draft.problems[0]
    assert (problem.file, problem.row) == ("one.jsonld", 3)
    assert reason in problem.reason
    draft.drop_rejected()
    assert list(draft.nodes) == ["urn:x:fine"]


def test_two_addresses_with_one_id_are_told_apart(read: Read) -> None:
    """The second is rejected, with both."""
    draft = read(*({"@id": f"https://x.org/a{mark}b", "@type": "Course", "name": mark} for mark in "/?"))
    assert "https://x.org/a/b" in draft.problems[0].reason
    assert draft.problems[0].value == "https://x.org/a?b"


def test_other_records_are_skipped_and_counted(read: Read) -> None:
    """Of no type that is read; links to what is something else are left out, and noted."""
    draft = read(
        {"@id": "urn:x:p", "@type": "Person", "name": "Ann"},
        {"@id": "urn:x:r", "@type": "Occupation", "name": "R", "skills": {"@id": "urn:x:p"}},
    )
    assert kinds(draft) == {"urn:x:r": "Role"}
    assert (draft.read, draft.accepted, draft.skipped.total(), draft.links) == (2, 1, 1, {})
    assert any("point at no Competency" in note for note in notes_of(draft))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b'{"@context": "https://schema.org", "@graph": [', "is not JSON"),
        ('{"name": "\u00e9"}'.encode("latin-1"), "is not UTF-8"),
        (b'{"name": "a", "name": "b"}', "stands twice"),
        (b'{"a":' * 3000 + b"1" + b"}" * 3000, "nested too deeply"),
        (b"3", "each record of JSON-LD is an object"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, store: Store, content: bytes, reason: str) -> None:
    """It names the file, and no store is made."""
    file = tmp_path / "one.jsonld"
    file.write_bytes(content)
    report = ingest(lambda: jsonld.read(file), store)
    assert report.refused
    assert report.problems[0].file == "one.jsonld"
    assert reason in report.problems[0].reason
    assert not store.exists()


def test_the_order_of_records_is_irrelevant(tmp_path: Path, store: Store) -> None:
    """Turned round, and cut into two files: the same statements, and importing again changes nothing."""
    records: list[object] = [
        {"@id": "urn:x:c", "@type": "Course", "name": "C", "teaches": ["one", {"@id": "urn:x:s"}]},
        {"@id": "urn:x:s", "name": "S"},
        {"@id": "urn:x:r", "@type": "Occupation", "name": "R", "skills": ["ONE", {"@id": "urn:x:s"}]},
        {"@id": "urn:x:r", "@type": "Occupation", "responsibilities": "Do"},
    ]
    straight, mixed = tmp_path / "a", tmp_path / "b"
    for folder in (straight, mixed):
        folder.mkdir()

    def write(file: Path, part: list[object]) -> None:
        file.write_text(json.dumps({"@context": "https://schema.org", "@graph": part}), encoding="utf-8")

    write(straight / "all.jsonld", records)
    records.reverse()
    write(mixed / "one.jsonld", records[:2])
    write(mixed / "two.json", records[2:])
    assert not ingest(lambda: jsonld.read(straight), store).refused
    before = statements(store)
    assert len(before.nodes) == 7
    again = ingest(lambda: jsonld.read(mixed), store)
    assert (again.refused, again.revision) == (False, 1)
    assert statements(store) == before


# Export


KEPT = {
    *("Course", "KnowledgeUnit", "Competency", "Role", "JobResponsibility", "Certificate"),
    *("TrainingTask", "Institution", "Discipline", "Enterprise"),
}
RELATIONS = {
    *("COVERS", "DEVELOPS", "REQUIRES", "HAS_RESPONSIBILITY", "BROADER", "SAME_AS", "CLOSE_TO", "CERTIFIES"),
    *("OFFERS", "SCHEDULES", "TARGETS", "PREREQUISITE_OF", "APPLIES", "PRACTISES", "PREPARES_FOR", "HOSTS", "EMPLOYS"),
    *("ACCEPTED_BY", "ALIGNS_WITH", "RUNS", "LEADS_ON_TO", "AIMS_AT"),
}


def test_the_example_comes_back(tmp_path: Path, store: Store) -> None:
    """Exported and imported: every node and link of the kinds that have terms, with weights, levels and notes."""
    ingest(lambda: native.read(EXAMPLE), store)
    with store.reading() as reading:
        (source,) = reading.sources()
        stated = asserted_by(reading, source.name)
        nodes, links = list(stated[0]), list(stated[1])
    write_jsonld([SourceStatements(source, nodes, links)], {}, tmp_path / "all.jsonld")
    draft = jsonld.read(tmp_path / "all.jsonld")
    assert draft.problems == []
    assert draft.source == source.model_copy(update={"rank": draft.source.rank})
    assert draft.links == {key: values for key, values in links if key[1] in RELATIONS}
    assert kinds(draft) == {node_id: kind for node_id, (kind, _) in nodes if kind in KEPT}
    for node_id, (kind, text) in nodes:
        if kind in KEPT - {"Certificate"}:
            expected = json.loads(text)
            expected |= {"aliases": sorted(expected["aliases"])} if "aliases" in expected else {}
            assert values(draft, node_id) == expected


def test_every_relation_comes_back(tmp_path: Path) -> None:
    """Each with a weight; and between nodes that another source asserts, whose kinds are known."""
    lines = [
        "co1 COVERS k1",
        "k1 DEVELOPS c1 0.25 level=3 note=why",
        "r1 HAS_RESPONSIBILITY j1 0.5",
        "j1 REQUIRES c1 0.5",
        "r1 REQUIRES c2 level=2",
        "c1 BROADER c2",
        "r1 SAME_AS other:r1 0.95",
        "c1 CLOSE_TO other:c1",
        "x1 CERTIFIES c1",
        "r8 REQUIRES c9 0.5",
        "k1 PREREQUISITE_OF k2 note=first",
        "k1 PREREQUISITE_OF t1",
        "t1 PRACTISES c1 0.5 level=4",
        "co1 SCHEDULES t1 term=3",
        "d1 OFFERS co1 term=2",
        "e1 EMPLOYS r1 openings=7",
        "e1 HOSTS t1",
    ]
    said = says(*lines)
    snapshot = graph_of(*lines)
    own = {node_id: value for node_id, value in said.nodes.items() if node_id not in {"r8", "c9"}}
    ends = {NodeId("r8"): "Role", NodeId("c9"): "Competency"}
    file = tmp_path / "all.jsonld"
    left_out = write_jsonld([SourceStatements(Source(name="S"), own.items(), said.links.items())], ends, file)
    assert len(snapshot) == len(said.nodes)
    assert (left_out.links, left_out.nodes) == ({}, {})
    draft = jsonld.read(file)
    assert draft.links == said.links
    assert draft.nodes.keys() == own.keys()


def test_what_has_no_term_is_counted(tmp_path: Path) -> None:
    """Nodes, links and values, by what they are."""
    said = says("i1 GUIDES t1", "co1 SCHEDULES t1", nodes={"co1": {"term": 3}})
    one = SourceStatements(Source(name="S"), said.nodes.items(), said.links.items())
    left_out = write_jsonld([one], {}, tmp_path / "all.jsonld")
    assert left_out[:3] == ({"Instructor": 1}, {"GUIDES": 1}, {})


def test_published_addresses_are_kept(tmp_path: Path) -> None:
    """A node with an address is written under it, where the address gives back the id; else beside it."""
    uris = {"esco:c1": "http://data.europa.eu/esco/skill/c1", "c2": "https://elsewhere.org/2"}
    said = says(*uris, nodes={node_id: {"uri": uri} for node_id, uri in uris.items()})
    file = tmp_path / "all.jsonld"
    write_jsonld([SourceStatements(Source(name="S"), said.nodes.items(), ())], {}, file)
    (dataset,) = json.loads(file.read_text(encoding="utf-8"))["@graph"]
    assert [one["@id"] for one in dataset["@graph"]] == ["urn:rolepath:c2", uris["esco:c1"]]
    assert jsonld.read(file).nodes == said.nodes


def test_the_commands_export_and_import(cli: Commands) -> None:
    """Two sources are two datasets; one is chosen by name, and what stands is not overwritten."""
    cli.filled()
    cli("ingest", "native", cli.folder({"roles.csv": "id,name\nr9,Nine\n"}) / "roles.csv", "--source", "Other")
    target = cli.home / "all.jsonld"
    written = cli("export", "jsonld", target, "--json")
    assert [one["source"] for one in written.document["items"]] == ["Other", "Poly"]
    assert "TrainingTask" not in written.err
    assert cli("export", "jsonld", target).status == 1
    assert cli("export", "jsonld", target, "--source", "Poly", "--overwrite").status == 0
    assert cli("export", "jsonld", cli.home / "all.csv").status == 2
    there = f"sqlite:///{cli.home / 'there.db'}"
    told = cli("ingest", "jsonld", target, "--store", there, "--json").document
    assert (told["source"], told["added"]) == ("Poly", {"nodes": 6, "links": 5})


def test_several_datasets_are_one_source(tmp_path: Path) -> None:
    """The licences are carried along, and it is noted."""
    parts = [SourceStatements(Source(name=name, licence=f"L{name}"), says("c1").nodes.items(), ()) for name in "AB"]
    write_jsonld(parts, {}, tmp_path / "all.jsonld")
    draft = jsonld.read(tmp_path / "all.jsonld")
    assert (draft.source.name, draft.source.licence) == ("JSON-LD", "A: LA; B: LB")
    assert any("2 datasets" in note for note in notes_of(draft))


KEYS = ["@id", "@type", "@context", "@graph", "@value", "@list", "@language", "name", "teaches", "skills", "hasPart"]
KEYS += ["@reverse", "@included", "@nest", "@container", "@index", "@vocab", "@base", "@propagate", "@import", "Course"]
WORDS = [
    "Course",
    "Occupation",
    "DefinedTerm",
    "AlignmentObject",
    "_:a",
    "urn:x:1",
    "https://x.org/a",
    "https://schema.org",
    *("@index", "@language", "@graph", "@nest", "@vocab", "name"),
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=6)
    | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=25,
)


@examples(200, without=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_any_json_is_read_or_refused(tmp_path: Path, value: object) -> None:
    """Whatever a document holds, nothing but InputError is raised."""
    file = tmp_path / "any.json"
    if isinstance(value, dict):
        value = {"@context": "https://schema.org", **value}
    file.write_text(json.dumps(value), encoding="utf-8")
    try:
        jsonld.read(file)
    except InputError as error:
        assert error.problem.file == "any.json"  # noqa: PT017 - either is right
