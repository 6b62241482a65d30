"""JSON-LD contexts: one statement in each form that JSON-LD 1.1 has for it, and what a context cannot say."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.errors import InputError
from graph.model import NodeId
from ingest.draft import Draft
from ingest.formats.jsonld import read as jsonld
from tests.support.drafts import notes_of
from tests.support.jsonld_documents import DOCUMENTS, ROLE, SKILL, TERMS, S

_READ = {
    "a list",
    "a set with its keyword",
    "an alias of @list",
    "a graph container",
    "a language map",
    "a term with its own language",
    "an alias of @value",
    "a term that is a short name",
    "a null context, and another",
    "a direction",
    "a container of nothing",
    "a protected term",
}
_UNREAD = pytest.mark.xfail(strict=True, reason="only a part of JSON-LD 1.1 is read")
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


@pytest.mark.parametrize("form", [one if one in _READ else pytest.param(one, marks=_UNREAD) for one in DOCUMENTS])
def test_one_statement_in_every_form(read: Read, form: str) -> None:
    """Each says that the fitter must wire, and nothing is refused or left out."""
    draft = read(DOCUMENTS[form])
    assert names(draft) == {"x.org:r": ("Role", "Fitter"), "x.org:s": ("Competency", "Wire")}
    assert set(draft.links) == {("x.org:r", "REQUIRES", "x.org:s")}
    assert draft.problems == []


@_UNREAD
def test_properties_without_a_meaning_are_named(read: Read) -> None:
    """What the context does not define is left out, counted, and named with how often it stands there."""
    draft = read({"@context": TERMS, "@graph": [{**ROLE, "skills": {**SKILL, "colour": "red"}, "colour": 1, "odd": 2}]})
    (note,) = [note for note in notes_of(draft) if "context" in note]
    assert "3" in note
    assert "colour (2), odd (1)" in note


@_UNREAD
def test_types_without_a_meaning_are_named(read: Read) -> None:
    """As properties are."""
    draft = read({"@context": TERMS, "@graph": [{**ROLE, "type": ["Occupation", "Post"]}]})
    assert any("Post (1)" in note for note in notes_of(draft))


@_UNREAD
def test_graphs_inside_a_thing_are_read(read: Read) -> None:
    """The things of a named graph are read, though the graph is a value."""
    context = {**TERMS, "sources": "https://x.org/sources"}
    inner = {"id": "https://x.org/g", "name": "Graph", "@graph": [{**ROLE, "skills": SKILL}]}
    draft = read({"@context": context, "id": "urn:x:top", "type": "Occupation", "name": "Top", "sources": inner})
    assert names(draft).keys() == {"urn:x:top", "x.org:r", "x.org:s"}


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        pytest.param(
            {"@import": "https://example.org/c"}, "https://example.org/c would have to be fetched", marks=_UNREAD
        ),
        pytest.param(
            {"skills": {"@id": S + "skills", "@context": "https://example.org/c"}},
            "https://example.org/c would have",
            marks=_UNREAD,
        ),
        ({"name": {"@id": S + "name", "@colour": 1}}, "@colour"),
        pytest.param({"skills": {"@id": S + "skills", "@container": "@heap"}}, "@heap", marks=_UNREAD),
        pytest.param({f"t{n}": f"t{n + 1}" for n in range(5000)}, "t0", marks=_UNREAD),
    ],
)
def test_a_context_that_cannot_be_read_is_named(read: Read, context: dict[str, Any], reason: str) -> None:
    """With what is wrong in it; nothing is fetched."""
    with pytest.raises(InputError) as caught:
        read({"@context": [TERMS, context], **ROLE, "skills": SKILL})
    assert reason in str(caught.value)
    assert caught.value.problem.column == "@context"


@_UNREAD
def test_every_language_of_a_map_is_kept(read: Read) -> None:
    """By a container of languages, also where the context has another language in force."""
    context = {**TERMS, "@language": "de", "name": {"@id": S + "name", "@container": "@language"}}
    named = {**ROLE, "name": {"en": "Fitter", "zh": "装配工", "@none": "Fitter"}}
    draft = read({"@context": context, **named})
    assert json.loads(draft.nodes[NodeId("x.org:r")][1]) == {"name": "Fitter", "name_zh": "装配工"}
