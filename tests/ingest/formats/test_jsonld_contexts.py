"""JSON-LD contexts: one statement in each form that JSON-LD 1.1 has for it, and what a context cannot say."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.errors import InputError
from graph.model import NodeId
from ingest.draft import Draft
from ingest.formats.jsonld import contexts
from ingest.formats.jsonld import read as jsonld
from tests.support.drafts import notes_of
from tests.support.jsonld_documents import DOCUMENTS, ROLE, SKILL, TERMS, S

Read = Callable[[object], Draft]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Give a reading of one document."""

    def run(document: object) -> Draft:
        file = tmp_path / "one.jsonld"
        file.write_text(json.dumps(document), encoding="utf-8")
        return jsonld.read(file)

    return run


def names(draft: Draft) -> dict[str, Any]:
    return {node_id: (kind, json.loads(text)["name"]) for node_id, (kind, text) in draft.nodes.items()}


@pytest.mark.parametrize("form", DOCUMENTS)
def test_one_statement_in_every_form(read: Read, form: str) -> None:
    """Each says that the fitter must wire, and nothing is refused or left out."""
    draft = read(DOCUMENTS[form])
    assert names(draft) == {"x.org:r": ("Role", "Fitter"), "x.org:s": ("Competency", "Wire")}
    assert set(draft.links) == {("x.org:r", "REQUIRES", "x.org:s")}
    assert draft.problems == []


def test_properties_without_a_meaning_are_named(read: Read) -> None:
    """What the context does not define is left out, counted, and named with how often it stands there."""
    draft = read({"@context": TERMS, "@graph": [{**ROLE, "skills": {**SKILL, "colour": "red"}, "colour": 1, "odd": 2}]})
    (note,) = [note for note in notes_of(draft) if "context" in note]
    assert "3" in note
    assert "colour (2), odd (1)" in note


def test_types_without_a_meaning_are_named(read: Read) -> None:
    """As properties are."""
    draft = read({"@context": TERMS, "@graph": [{**ROLE, "type": ["Occupation", "Post"]}]})
    assert any("Post (1)" in note for note in notes_of(draft))


def test_graphs_inside_a_thing_are_read(read: Read) -> None:
    """The things of a named graph are read, though the graph is a value."""
    context = {**TERMS, "sources": "https://x.org/sources"}
    inner = {"id": "https://x.org/g", "name": "Graph", "@graph": [{**ROLE, "skills": SKILL}]}
    draft = read({"@context": context, "id": "urn:x:top", "type": "Occupation", "name": "Top", "sources": inner})
    assert names(draft).keys() == {"urn:x:top", "x.org:r", "x.org:s"}


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ({"@import": "https://example.org/c"}, "https://example.org/c would have to be fetched"),
        ({"skills": {"@id": S + "skills", "@context": "https://example.org/c"}}, "https://example.org/c would have"),
        ({"name": {"@id": S + "name", "@colour": 1}}, "@colour"),
        ({"skills": {"@id": S + "skills", "@container": "@heap"}}, "@heap"),
        ({f"t{n}": f"t{n + 1}" for n in range(5000)}, "t0"),
    ],
)
def test_a_context_that_cannot_be_read_is_named(read: Read, context: dict[str, Any], reason: str) -> None:
    """With what is wrong in it; nothing is fetched."""
    with pytest.raises(InputError) as caught:
        read({"@context": [TERMS, context], **ROLE, "skills": SKILL})
    assert reason in str(caught.value)
    assert caught.value.problem.column == "@context"


def test_every_language_of_a_map_is_kept(read: Read) -> None:
    """By a container of languages, also where the context has another language in force."""
    context = {**TERMS, "@language": "de", "name": {"@id": S + "name", "@container": "@language"}}
    named = {**ROLE, "name": {"en": "Fitter", "zh": "装配工", "@none": "Fitter"}}
    draft = read({"@context": context, **named})
    values = json.loads(draft.nodes[NodeId("x.org:r")][1])
    assert (values["name"], values["name_zh"]) == ("Fitter", "装配工")


def test_contexts_in_every_record_are_bounded(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each record extends a large context by another, the file says to state it once; equal ones cost nothing."""
    monkeypatch.setattr(contexts, "MOST_WORK", 30_000)
    large = {**TERMS, **{f"t{n}": f"https://x.org/t{n}" for n in range(1000)}}
    same = [{"@context": {"own": S + "name"}, **ROLE, "id": f"https://x.org/{n}"} for n in range(100)]
    assert len(read({"@context": large, "@graph": same}).nodes) == 100
    other = [{**record, "@context": {f"own{n}": S + "name"}} for n, record in enumerate(same)]
    with pytest.raises(InputError, match="once") as caught:
        read({"@context": large, "@graph": other})
    assert caught.value.problem.column == "@context"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"@reverse": {"skills": "Wire"}}, "the text 'Wire'"),
        ({"@reverse": ["skills"]}, "@reverse is a list"),
        ({"about": "Fitter"}, "about is 'Fitter'"),
        ({"@included": "Fitter"}, "is an object"),
        ({"names": {"en": 3}}, "en is 3"),
    ],
)
def test_a_wrong_form_is_named(read: Read, record: dict[str, Any], reason: str) -> None:
    """As a problem of its record."""
    context = {**TERMS, "about": "@nest", "names": {"@id": S + "name", "@container": "@language"}}
    (problem,) = read({"@context": context, **ROLE, **record}).problems
    assert (problem.file, problem.row) == ("one.jsonld", 2)
    assert reason in problem.reason
