"""CASE: a package read, written again whole, and packages made of what never was one."""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError
from graph.messages import Message
from graph.model import NodeId, Source, Value, canonical
from graph.properties import JsonObject
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from graph.stores.base import asserted_by
from ingest.draft import Draft
from ingest.formats.case import read as case
from ingest.formats.case import write as case_writing
from ingest.formats.case.mapping import ItemTarget, read_mapping, target_of
from ingest.formats.case.write import Package
from ingest.formats.native import read as native
from ingest.formats.native.records import SourceStatements
from ingest.formats.native.workbook import write_workbook
from ingest.formats.native.write import write_folder, write_json
from ingest.job import Leniency, ingest
from ingest.report import IngestReport
from tests.support.commanding import CHAIN, Commands
from tests.support.examples import examples
from tests.support.factory import live_links, says, statements
from tests.support.samples.case import DOCUMENT, WHEN, Json, association, guid, item, small

Take = Callable[..., IngestReport]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    yield opened
    opened.close()


@pytest.fixture
def take(store: Store, tmp_path: Path) -> Take:
    """Give an import of a package into the store, with a mapping where one is given."""

    def run(content: object, mapping: object = None, **leniency: bool) -> IngestReport:
        file, types = tmp_path / "frame.json", tmp_path / "types.json"
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        types.write_text(json.dumps(mapping), encoding="utf-8")
        return ingest(lambda: case.read(file, types if mapping else None), store, leniency=Leniency(**leniency))

    return run


def stated(store: Store, name: str = "Frame") -> SourceStatements:
    """Return what a source states."""
    with store.reading() as reading:
        nodes, links = asserted_by(reading, name)
        source = next(found for found in reading.sources() if found.name == name)
        return SourceStatements(source, list(nodes), list(links))


def package(statements: SourceStatements, when: str) -> Package:
    """Return a package with its lists whole."""
    made = case_writing.package(statements, when)
    lists = {name: list(cast(Iterable[object], made.content[name])) for name in ("CFItems", "CFAssociations")}
    return made._replace(content={**made.content, **lists})


def written(store: Store, name: str = "Frame") -> Json:
    """Return what a source states as a package."""
    return package(stated(store, name), WHEN).content


def by_identifier(content: Json) -> Json:
    """Return a package with its lists by identifier, without null and what a package may not hold."""

    def clean(value: Any) -> Any:  # noqa: ANN401 - a value of any form
        if isinstance(value, dict):
            repeated = {"CFDocumentURI", "CFPackageURI"}
            return {k: clean(v) for k, v in value.items() if v is not None and k not in repeated}
        return [clean(v) for v in value] if isinstance(value, list) else value

    cleaned: Json = clean(content)
    for name in ("CFItems", "CFAssociations"):
        cleaned[name] = {one["identifier"]: one for one in cleaned[name]}
    return cleaned


def values(store: Store, number: int) -> Json:
    """Return the properties of an item, without what is kept."""
    nodes = {node_id: text for (_, node_id), (_, text) in statements(store).nodes.items()}
    found: Json = json.loads(nodes[NodeId(f"case:{guid(number)}")])
    del found["extra"]
    return found


# The published sample


@pytest.fixture(scope="module")
def sample(shared_data: Path) -> Path:
    return shared_data / "case-compeito-ja" / "opencase_round_trip_baseline.json"


def test_the_sample_is_imported(sample: Path, store: Store) -> None:
    """36 items; of 36 associations 31 are links and 5 lead to the document; importing twice is importing once."""
    report = ingest(lambda: case.read(sample), store)
    assert (report.read, report.accepted, report.added.nodes, report.added.links) == (72, 72, 36, 31)
    assert "associations to the document, kept as membership, no links: 5" in report.notes
    raw = json.loads(sample.read_text(encoding="utf-8"))
    document = raw["CFDocument"]["identifier"]
    ends = [(a["originNodeURI"]["identifier"], a["destinationNodeURI"]["identifier"]) for a in raw["CFAssociations"]]
    wanted = {(f"case:{start}", "BROADER", f"case:{end}") for start, end in ends if end != document}
    assert live_links(compile_snapshot(store)).keys() == wanted
    again = ingest(lambda: case.read(sample), store)
    assert (again.revision, again.unchanged.nodes, again.unchanged.links) == (1, 36, 31)


def test_the_sample_comes_out_whole(sample: Path, store: Store) -> None:
    """Every item and association with every field, the document, its definitions and rubrics."""
    ingest(lambda: case.read(sample), store)
    raw = json.loads(sample.read_text(encoding="utf-8"))
    found = by_identifier(written(store, raw["CFDocument"]["title"]))
    assert found == by_identifier(raw)
    assert (len(found["CFItems"]), len(found["CFAssociations"]), len(found["CFRubrics"])) == (36, 36, 2)


@pytest.mark.parametrize("form", ["folder", "all.xlsx", "all.json"])
def test_the_native_format_carries_what_is_kept(sample: Path, store: Store, tmp_path: Path, form: str) -> None:
    """CASE to native to CASE: the same package."""
    ingest(lambda: case.read(sample), store)
    raw = json.loads(sample.read_text(encoding="utf-8"))
    name = raw["CFDocument"]["title"]
    write = {"folder": write_folder, "all.xlsx": write_workbook, "all.json": write_json}[form]
    write(stated(store, name), tmp_path / form)
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    assert not ingest(lambda: native.read(tmp_path / form), other).refused
    assert statements(other) == statements(store)
    assert by_identifier(written(other, name)) == by_identifier(raw)
    other.close()


@pytest.fixture(scope="module")
def schema_errors(shared_data: Path) -> Callable[[Json], list[str]]:
    """Give a check by the schema that 1EdTech publishes: the fields that break it, by the rule that they break."""
    jsonschema = pytest.importorskip("jsonschema")
    file = shared_data / "case-compeito-ja" / "imscasev1p1_openapi3_v1p0.json"
    components = json.loads(file.read_text(encoding="utf-8"))["components"]
    schema = {"$ref": "#/components/schemas/CFPackageDType", "components": components}
    validator = jsonschema.Draft7Validator(schema)
    return lambda content: [f"{error.validator} {error.message}" for error in validator.iter_errors(content)]


def test_what_was_no_package_becomes_a_valid_one(
    shared_data: Path, store: Store, schema_errors: Callable[[Json], list[str]]
) -> None:
    """The prepared set: every node that CASE has a place for, and every link between such."""
    folder = shared_data / "native" / "cyber"
    report = ingest(lambda: native.read(folder), store)
    content = written(store, report.source)
    assert schema_errors(content) == []
    assert len(content["CFItems"]) == report.added.nodes
    kinds = [one["associationType"] for one in content["CFAssociations"]]
    assert len(kinds) - kinds.count("isChildOf") == report.added.links
    assert content["CFDefinitions"]["CFLicenses"][0]["title"].startswith("CC0 1.0")


def test_the_sample_breaks_the_schema_only_where_it_did(
    sample: Path, store: Store, schema_errors: Callable[[Json], list[str]]
) -> None:
    """Its made-up identifiers are no GUIDs, and its item types state null where a text is required."""
    ingest(lambda: case.read(sample), store)
    raw = json.loads(sample.read_text(encoding="utf-8"))
    errors = schema_errors(written(store, raw["CFDocument"]["title"]))
    assert {error.partition(" ")[0] for error in errors} == {"pattern", "required"}
    assert all("0000-0000-0000-" in error for error in errors if error.startswith("pattern"))
    assert {error for error in errors if error.startswith("required")} == {
        "required 'description' is a required property",
        "required 'hierarchyCode' is a required property",
    }


# What maps to what


def test_fields_become_columns(store: Store, take: Take) -> None:
    """Statement, code, address, notes and the two other labels; the document's title is the framework."""
    content = small()
    content["CFItems"][0] |= {"abbreviatedStatement": "St | 1", "alternativeLabel": "Statement 1"}
    assert "imported as kind skill, since the CFItemType says no sort: no type (2)" in take(content).notes
    assert values(store, 1) == {
        "name": "Statement 1",
        "kind": "skill",
        "framework": "Frame",
        "uri": "https://example.org/CFItems/1",
        "aliases": ["St / 1"],
    }
    assert values(store, 2)["kind"] == "knowledge"
    assert (values(store, 3)["code"], values(store, 3)["description"]) == ("A.3", "one\ntwo")


def test_the_document_is_the_source(store: Store, take: Take) -> None:
    """Title, version, address, and the licence by its definition."""
    content = small()
    licence = {"title": "CC BY 4.0", "identifier": guid(900), "uri": "https://example.org/l"}
    content["CFDocument"] |= {"officialSourceURL": "https://example.org", "licenseURI": {**licence, "title": "see"}}
    content["CFDefinitions"] = {"CFLicenses": [{**licence, "licenseText": "..."}]}
    take(content)
    (source,) = statements(store).sources.values()
    wanted = Source(name="Frame", version="3", licence="CC BY 4.0", url="https://example.org", rank=200)
    assert source == wanted


@pytest.mark.parametrize(
    ("name", "kind", "relation"),
    [
        ("isChildOf", "Competency", "BROADER"),
        ("exactMatchOf", "Competency", "SAME_AS"),
        ("isRelatedTo", "Role", "CLOSE_TO"),
        ("precedes", "KnowledgeUnit", "PREREQUISITE_OF"),
        ("ext:CLOSE_TO", "Competency", "CLOSE_TO"),
        ("precedes", "Competency", None),
        ("isChildOf", "JobResponsibility", None),
        ("isPeerOf", "Competency", None),
        ("ext:anything", "Competency", None),
    ],
)
def test_associations_become_links_where_the_graph_has_one(
    store: Store, take: Take, name: str, kind: str, relation: str | None
) -> None:
    """Else they are kept, and reported; either way they come out again."""
    content = small()
    content["CFAssociations"] = [association(101, 2, name, 3)]
    report = take(content, {"*": kind, "Knowledge": kind})
    assert not report.refused, report.problems
    found = [key[1] for _, key in statements(store).links]
    assert found == ([relation] if relation else [])
    noted = any(f"associations {name} between what no relation joins" in note for note in report.notes)
    assert noted is (relation is None)
    assert by_identifier(written(store)) == by_identifier(content)


def test_other_packages_leave_dormant_links(store: Store, take: Take) -> None:
    """At either end, or at both; they come alive when that package comes."""
    content = small()
    content["CFAssociations"] += [
        association(104, 1, "isRelatedTo", 50),
        association(105, 50, "isRelatedTo", 2),
        association(106, 50, "exactMatchOf", 51),
    ]
    assert take(content).dormant == 3
    assert by_identifier(written(store)) == by_identifier(content)
    other = small()
    other["CFDocument"]["title"] = "Other"
    other |= {"CFItems": [item(50), item(51)], "CFAssociations": []}
    assert take(other).dormant == 0
    assert f"case:{guid(51)}" in {end for _, _, end in live_links(compile_snapshot(store))}


def test_a_skill_of_esco_is_known_by_its_address(store: Store, take: Take) -> None:
    """What has another kind of identifier and no known address is kept only."""
    content = small()
    esco = association(104, 1, "exactMatchOf", "skill")
    esco["destinationNodeURI"] |= {"uri": "http://data.europa.eu/esco/skill/abc"}
    content["CFAssociations"] += [esco, association(105, 1, "exactMatchOf", "elsewhere")]
    report = take(content)
    assert (f"case:{guid(1)}", "SAME_AS", "esco:abc") in {key for _, key in statements(store).links}
    assert "associations exactMatchOf between what no relation joins, kept, no links: 1" in report.notes
    assert by_identifier(written(store)) == by_identifier(content)


def test_everything_around_is_kept(store: Store, take: Take) -> None:
    """Groupings, rubrics, extensions, blank and untidy texts, capitals in a GUID, a statement that is too long."""
    content = small()
    grouping = {"identifier": guid(800), "title": "G", "uri": "https://example.org/g", "lastChangeDateTime": WHEN}
    content["CFDefinitions"] = {"CFAssociationGroupings": [grouping], "extensions": {"n": [1, 2.5, True, "\u0085"]}}
    content["CFRubrics"] = [{"identifier": guid(700), "uri": "https://example.org/r", "lastChangeDateTime": WHEN}]
    content["extensions"] = {"\x01": {"deep": [[], {}]}}
    content["CFAssociations"][1]["CFAssociationGroupingURI"] = {k: grouping[k] for k in ("identifier", "title", "uri")}
    content["CFItems"] += [
        item(4, fullStatement="  two\n lines | bar ", notes="", humanCodingScheme=" ", CFItemType=" Skill "),
        item(5, fullStatement="long " * 1000, identifier="ABCDEF00-0000-4000-8000-000000000005", unknown={"a": 1}),
        item(6, identifier="no-guid"),
    ]
    content["CFAssociations"] += [
        association(110, "ABCDEF00-0000-4000-8000-000000000005", "isChildOf", 4),
        association(111, "no-guid", "isChildOf", 4),
    ]
    report = take(content)
    assert not report.refused, report.problems
    assert values(store, 4)["name"] == "two lines | bar"
    long = next(text for (_, node_id), (_, text) in statements(store).nodes.items() if "abcdef00" in node_id)
    assert len(json.loads(long)["name"]) == 2000
    assert by_identifier(written(store)) == by_identifier(content)
    before = store.revision()
    assert not take(content).refused
    assert store.revision() == before


def test_what_is_null_is_not_stated(store: Store, take: Take) -> None:
    """A package may not hold null; it comes out without."""
    content = small()
    content["CFItems"][0] |= {"notes": None, "subject": None}
    take(content)
    assert "subject" not in written(store)["CFItems"][0]
    assert by_identifier(written(store)) == by_identifier(content)


def test_the_order_is_irrelevant(store: Store, take: Take) -> None:
    """Shuffled items and associations are the same graph."""
    content = small()
    content["CFAssociations"] += [association(104, 3, "isRelatedTo", 50), association(105, 50, "isRelatedTo", 2)]
    take(content)
    before = store.revision()
    for name in ("CFItems", "CFAssociations"):
        random.Random(5).shuffle(content[name])
        content[name].reverse()
    assert not take(content).refused
    assert store.revision() == before


def test_importing_again_takes_away_what_is_gone(store: Store, take: Take) -> None:
    """The package is all that its source states; another one stays."""
    take(small())
    content = small()
    del content["CFItems"][2], content["CFAssociations"][2]
    report = take(content, allow_removals=True)
    assert (report.removed.nodes, report.removed.links) == (1, 1)
    assert by_identifier(written(store)) == by_identifier(content)


# Mappings


def test_types_are_mapped_by_a_file(store: Store, take: Take) -> None:
    """To kinds and sorts; the star stands for every other type, and for none."""
    content = small()
    content["CFItems"][2]["CFItemType"] = "Module"
    content["CFAssociations"] = []
    report = take(content, {"Module": "KnowledgeUnit/innovation", "*": "Role"})
    assert report.notes == []
    kinds = {
        node_id: (kind, json.loads(text).get("kind")) for (_, node_id), (kind, text) in statements(store).nodes.items()
    }
    assert list(dict(sorted(kinds.items())).values()) == [
        ("Role", None),
        ("Competency", "knowledge"),
        ("KnowledgeUnit", "innovation"),
    ]
    assert by_identifier(written(store)) == by_identifier(content)


def ignore_note(_: Message) -> None:
    """Take a note and keep none."""


def test_a_mapping_may_be_csv(tmp_path: Path) -> None:
    """With the columns CFItemType and kind; a type is found in whatever case."""
    file = tmp_path / "types.csv"
    file.write_text("CFItemType,kind\n技能,Competency\nUnit,KnowledgeUnit\nLab,TrainingTask/lab\n", encoding="utf-8")
    mapped = read_mapping(file, ignore_note)
    assert target_of("技能", mapped) == ItemTarget("Competency", "skill")
    assert target_of("UNIT", mapped) == ItemTarget("KnowledgeUnit", "disciplinary")
    assert target_of("lab", mapped) == ItemTarget("TrainingTask", "lab")
    assert target_of("態度", mapped) == ItemTarget("Competency", "attitude")
    assert target_of("", mapped) == ItemTarget("Competency", "skill")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CFItemType,kind\nA,Competence\n", "did you mean Competency?"),
        ("CFItemType,kind\nA,Competency/skil\n", "did you mean skill?"),
        ("CFItemType,kind\nA,TrainingTask\n", "say which sort, as TrainingTask/lab"),
        ("CFItemType,kind\nA,JobResponsibility/x\n", "has no sorts"),
        ("CFItemType,kind\nA,\n", "is no kind"),
        ("CFItemType,kind\n,Role\n", "the CFItemType is missing"),
        ("CFItemType,kind\nA,Role\na,Role\n", "mapped twice"),
        ("CFItemType\nA\n", "the column kind is missing"),
    ],
)
def test_a_faulty_mapping_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """With its file, the row, and what comes near."""
    file = tmp_path / "types.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"types\.csv") as caught:
        read_mapping(file, ignore_note)
    assert said in str(caught.value)


def test_a_mapping_that_is_no_object_of_texts_is_refused(tmp_path: Path) -> None:
    """A number is no kind."""
    file = tmp_path / "types.json"
    file.write_text('{"A": 3}', encoding="utf-8")
    with pytest.raises(InputError, match="is no kind"):
        read_mapping(file, ignore_note)


# What is wrong


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"identifier": None}, "the identifier is missing"),
        ({"identifier": 3}, "identifier is text; here it is the number 3"),
        ({"identifier": "a b"}, "cannot be an id"),
        ({"identifier": guid(1)}, "stands already in row 2"),
        ({"fullStatement": "  "}, "the fullStatement is missing"),
        ({"fullStatement": ["x"]}, "fullStatement is text; here it is a list"),
        ({"fullStatement": "a\x07b"}, "control character"),
        ({"humanCodingScheme": "x" * 201}, "has 201 characters"),
        ({"CFItemType": {}}, "CFItemType is text; here it is an object"),
        ({"abbreviatedStatement": True}, "here it is true or false"),
        ({"big": "x" * 1_000_001}, "1000000 are allowed"),
    ],
)
def test_a_faulty_item_is_named(store: Store, take: Take, change: Json, said: str) -> None:
    """By its list and its number there, the first being 2; nothing is written."""
    content = small()
    content["CFItems"][2] |= change
    report = take(content)
    problem = next(p for p in report.problems if p.sheet == "CFItems")
    assert (problem.file, problem.row) == ("frame.json", 4)
    assert said in problem.reason
    assert (report.refused, store.exists()) == (True, False)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"identifier": ""}, "the identifier is missing"),
        ({"identifier": guid(101)}, "stands already in row 2"),
        ({"associationType": None}, "the associationType is missing"),
        ({"associationType": 1.5}, "associationType is text"),
        ({"originNodeURI": "x"}, "originNodeURI is an object"),
        ({"destinationNodeURI": {"uri": "x"}}, "destinationNodeURI is an object with the identifier"),
        ({"destinationNodeURI": {"identifier": guid(1), "uri": []}}, "uri is text"),
        ({"destinationNodeURI": {"identifier": guid(3)}}, "linked to itself"),
    ],
)
def test_a_faulty_association_is_named(store: Store, take: Take, change: Json, said: str) -> None:
    """By its list and its number there; with leniency the others stand."""
    content = small()
    content["CFAssociations"][2] |= change
    (problem,) = take(content).problems
    assert (problem.file, problem.sheet, problem.row) == ("frame.json", "CFAssociations", 4)
    assert said in problem.reason
    assert not store.exists()
    assert take(content, skip_invalid=True).added.links == 1


def test_a_circle_is_refused(take: Take) -> None:
    """Two items cannot be each other's child."""
    content = small()
    content["CFAssociations"].append(association(104, 1, "isChildOf", 2))
    assert any("circle" in problem.reason for problem in take(content).problems)


def test_an_item_that_is_no_object_is_named(take: Take) -> None:
    """So is an association."""
    content = small()
    content["CFItems"].append("x")
    content["CFAssociations"].append(None)
    assert [(p.sheet, p.row) for p in take(content).problems] == [("CFItems", 5), ("CFAssociations", 5)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"CFDocument": {', "is not JSON"),
        (b"[]", "is one object"),
        (b"", "is empty"),
        (b"\xff\xfe{\x00}\x00", "is not UTF-8"),
        (b'{"CFItems": [], "CFItems": []}', "stands twice"),
        ({"CFItems": []}, "it has no CFDocument"),
        ({**small(), "CFItemz": []}, "has no CFItemz; did you mean CFItems?"),
        ({"ZZZ": []}, "there are CFDocument, CFItems"),
        ({"CFDocument": []}, "it has no CFDocument"),
        ({"CFDocument": {"title": "x"}}, "the identifier is missing"),
        ({"CFDocument": {"identifier": "x", "title": " "}}, "the title is missing"),
        ({"CFDocument": {"identifier": "x", "title": 3}}, "title is text"),
        ({"CFDocument": {"identifier": "x", "title": "y", "version": 3}}, "version is text"),
        ({"CFDocument": {"identifier": "x", "title": "y"}, "CFItems": {}}, "a list of objects"),
    ],
)
def test_what_is_no_package_is_refused(store: Store, take: Take, content: object, said: str) -> None:
    """With and without leniency, and no store is made."""
    for skip_invalid in (False, True):
        report = take(content, skip_invalid=skip_invalid)
        assert report.refused
        assert said in report.problems[0].reason
        assert report.problems[0].file == "frame.json"
    assert not store.exists()


def test_a_package_without_items_says_what_is_lost(take: Take) -> None:
    """Its document has no item to be kept with."""
    report = take({**small(), "CFItems": [], "CFAssociations": []})
    assert any("the document is not kept" in note for note in report.notes)


# What people changed since


def changed(store: Store, number: int, **columns: Value) -> Package:
    """Return the package after the columns of an item were changed."""
    now = stated(store)
    node_id = NodeId(f"case:{guid(number)}")
    nodes = dict(now.nodes)
    kind, text = nodes[node_id]
    nodes[node_id] = (kind, canonical({**json.loads(text), **columns}))
    return package(SourceStatements(now.source, list(nodes.items()), now.links), WHEN)


def test_a_name_that_was_edited_goes_first(store: Store, take: Take) -> None:
    """Before the kept text of the statement, which had line breaks."""
    content = small()
    content["CFItems"][0]["fullStatement"] = "one\ntwo"
    take(content)
    assert written(store)["CFItems"][0]["fullStatement"] == "one\ntwo"
    assert changed(store, 1, name="Three").content["CFItems"] != content["CFItems"]
    assert by_identifier(changed(store, 1, name="Three").content)["CFItems"][guid(1)]["fullStatement"] == "Three"


def test_an_association_without_its_link_is_not_written(store: Store, take: Take) -> None:
    """And a link that came since has one, the same each time."""
    take(small())
    now = stated(store)
    links = [(key, value) for key, value in now.links if key[0] != f"case:{guid(2)}"]
    came = ((NodeId(f"case:{guid(2)}"), "CLOSE_TO", NodeId(f"case:{guid(3)}")), (0.5, None, None, None, "why"))
    content = package(SourceStatements(now.source, now.nodes, [*links, came]), WHEN).content
    found = [one for one in by_identifier(content)["CFAssociations"].values() if one["identifier"][:8] != "00000000"]
    assert guid(102) not in by_identifier(content)["CFAssociations"]
    assert [(one["associationType"], one["notes"], one["extensions"]) for one in found] == [
        ("isRelatedTo", "why", {"rolepath": {"weight": 0.5}})
    ]
    assert content == package(SourceStatements(now.source, now.nodes, [came, *reversed(links)]), WHEN).content


@pytest.mark.parametrize("extra", ["{}", '{"case":3}', '{"case":{"item":3,"associations":[3,{}],"package":[]}}'])
def test_kept_data_of_another_form_does_no_harm(store: Store, take: Take, extra: str) -> None:
    """What somebody wrote there by hand counts for nothing."""
    take(small())
    assert len(by_identifier(changed(store, 1, extra=extra).content)["CFItems"]) == 3


# What never was a package


def exported(*lines: str, **more: Any) -> Package:  # noqa: ANN401 - whatever `says` takes
    said = says(*lines, **more)
    return package(SourceStatements(Source(name="Own", licence="CC0"), said.nodes.items(), said.links.items()), WHEN)


def test_each_relation_has_its_association() -> None:
    """Four have a type of CASE, the others an extension; what has no broader one is a child of the document."""
    made = exported("c1 BROADER c2", "c1 SAME_AS c3", "c1 CLOSE_TO c2", "k1 PREREQUISITE_OF t1", "r1 REQUIRES c1 0.5")
    titles = {
        (a["originNodeURI"]["title"][-2:], a["associationType"], a["destinationNodeURI"]["title"][-2:])
        for a in by_identifier(made.content)["CFAssociations"].values()
    }
    own = {entry for entry in titles if entry[2] != "wn"}
    assert own == {
        ("c1", "isChildOf", "c2"),
        ("c1", "exactMatchOf", "c3"),
        ("c1", "isRelatedTo", "c2"),
        ("k1", "precedes", "t1"),
        ("r1", "ext:REQUIRES", "c1"),
    }
    assert {entry[0] for entry in titles - own} == {"c2", "c3", "k1", "t1", "r1"}


def test_what_case_has_no_place_for_is_counted() -> None:
    """By kind and by relation."""
    made = exported("e1 EMPLOYS r1", "e1 HOSTS t1", "s1 CALLS_FOR r1", "r1 REQUIRES c1")
    assert made.left_out == {"EMPLOYS": 1, "Enterprise": 1, "HOSTS": 1, "Signal": 1, "CALLS_FOR": 1}
    assert (made.items, made.associations) == (3, 4)


def test_what_has_no_field_is_in_an_extension() -> None:
    """The id, the Chinese name and the like."""
    made = exported("c1", nodes={"c1": {"name_zh": "能力", "aliases": ["x"], "description": "d"}})
    (found,) = by_identifier(made.content)["CFItems"].values()
    assert (found["CFItemType"], found["notes"]) == ("Knowledge", "d")
    assert found["extensions"] == {"rolepath": {"id": "c1", "name_zh": "能力", "aliases": ["x"], "kind": "knowledge"}}


def test_the_own_export_can_be_imported(store: Store, take: Take) -> None:
    """Links to nodes of others come back to these; relations come back; and it comes out as it went in."""
    said = says("c1 BROADER c2", "r1 REQUIRES c2")
    links = {**said.links, **says("c1 SAME_AS esco:c9").links}
    only = package(SourceStatements(Source(name="Own"), said.nodes.items(), links.items()), WHEN).content
    assert take(only, {"Role": "Role"}).dormant == 1
    assert sorted(key[1] for _, key in statements(store).links) == ["BROADER", "REQUIRES", "SAME_AS"]
    assert "esco:c9" in {key[2] for _, key in statements(store).links}
    assert by_identifier(written(store, "Own")) == by_identifier(only)


# The command line


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def test_the_commands_bring_in_and_take_out(cli: Commands) -> None:
    """A preview, an import with a mapping, an export that is the package, and what is shown of what is kept."""
    folder = cli.folder({"frame.json": json.dumps(small()), "types.csv": "CFItemType,kind\nKnowledge,Role\n"})
    dry = cli("ingest", "case", folder / "frame.json", "--dry-run", "--json").document
    assert (dry["dry_run"], dry["added"]) == (True, {"nodes": 3, "links": 2})
    told = cli("ingest", "case", folder / "frame.json", "--mapping", folder / "types.csv", "--json").document
    assert told["added"] == {"nodes": 3, "links": 1}
    out = cli.home / "out.json"
    done = cli("export", "case", out, "--json").document
    assert (done["source"], done["items"], done["associations"], done["left_out"]) == ("Frame", 3, 3, {})
    assert by_identifier(json.loads(out.read_text(encoding="utf-8"))) == by_identifier(small())
    assert "kept for case" in cli("show", f"case:{guid(1)}").out
    assert cli("export", "case", out).status == 1
    assert cli("export", "case", out, "--overwrite").status == 0
    assert cli("export", "case", cli.home / "out.xml").status == 2


def test_an_export_says_what_it_left_out(cli: Commands) -> None:
    """Of several sources one has to be named; what has no date has that of the import."""
    assert cli("export", "case", cli.home / "a.json").status == 2
    cli.filled({**CHAIN, "enterprises.csv": "id,name,kind\ne1,Plant,enterprise\n"})
    (run,) = cli("runs", "--json").document["items"]
    assert "left out, since CASE has no place for it: Enterprise (1)" in cli("export", "case", cli.home / "a.json").out
    content = json.loads((cli.home / "a.json").read_text(encoding="utf-8"))
    assert datetime.fromisoformat(content["CFDocument"]["lastChangeDateTime"]) == datetime.fromisoformat(run["at"])
    cli("ingest", "case", cli.folder({"f.json": json.dumps(small())}, "case") / "f.json")
    refused = cli("export", "case", cli.home / "b.json")
    assert (refused.status, "Frame, Poly" in refused.err or "Poly, Frame" in refused.err) == (2, True)
    assert cli("export", "case", cli.home / "b.json", "--source", "Frame").status == 0
    assert cli("export", "case", cli.home / "b.json", "--source", "Fram").status == 4


# The property that keeps it


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a":NaN}', '{"a":1e999}', '{"a":"\\ud800"}', "[" * 100_000])
def test_extra_is_a_json_object(text: str) -> None:
    """Nothing else is taken."""
    with pytest.raises(ValueError, match="is a JSON object"):
        JsonObject().parse(text)


def test_extra_has_one_form() -> None:
    """Keys sorted, no spaces, control characters escaped; parsing that again changes nothing."""
    once = JsonObject().parse('{ "b": "\\u007f\\u0001文", "a": [1.50, {}] }')
    assert once == '{"a":[1.5,{}],"b":"\\u007f\\u0001文"}'
    assert JsonObject().parse(str(once)) == once


# Whatever a package holds

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_KEYS = ["identifier", "fullStatement", "CFItemType", "uri", "title", "associationType", "notes", "licenseURI"]
_JSON = st.recursive(
    _SCALARS | st.sampled_from([guid(1), guid(2), DOCUMENT, "isChildOf"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS) | st.text(), inner, max_size=4),
    max_leaves=8,
)


@examples(100)
@given(
    key=st.sampled_from(["CFDocument", "CFItems", "CFAssociations", "CFDefinitions", "CFRubrics", "any"]),
    place=st.sampled_from(["whole", "added", "changed"]),
    value=_JSON,
    field=st.sampled_from([*_KEYS, "originNodeURI", "destinationNodeURI"]),
)
def test_any_json_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, key: str, place: str, value: object, field: str
) -> None:
    """Nothing but an InputError is raised; what is read whole, without a null, comes out whole."""
    content = deepcopy(small())
    there = content.setdefault(key, {})
    if place == "whole":
        content[key] = value
    elif isinstance(there, list):
        there.append(value) if place == "added" else there[-1].update({field: value})
    else:
        there[field] = value
    file = tmp_path_factory.mktemp("any") / "frame.json"
    file.write_bytes(json.dumps(content).encode("utf-8", "surrogatepass"))
    try:
        draft: Draft = case.read(file)
    except InputError:
        return
    if draft.problems or not draft.nodes:
        return
    made = package(SourceStatements(draft.source, draft.nodes.items(), draft.links.items()), WHEN)
    given_back = {"CFItems": [], "CFAssociations": []} | {k: v for k, v in content.items() if v is not None}
    assert by_identifier(made.content) == by_identifier(given_back)
