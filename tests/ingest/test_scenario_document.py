"""Documents of adds and removes that are no such document: each is refused, in words that every output can carry."""

import json
from pathlib import Path

import pytest

from graph.errors import InputError
from ingest.scenario_document import check, read
from tests.support.factory import says, snapshot_of

DIGITS = "9" * 5000
SURROGATE = "\\ud800"
LINK = '{{"from_id": "a", "relation": {relation}, "to_id": "b"}}'


@pytest.mark.parametrize(
    "document",
    [
        f'{{"add": {{"roles": [{{"id": {DIGITS}, "name": "x"}}]}}}}',
        f'{{"remove": {{"links": [{LINK.format(relation="[]")}]}}}}',
        f'{{"remove": {{"links": [{LINK.format(relation="{}")}]}}}}',
        f'{{"remove": {{"links": [{LINK.format(relation=chr(34) + SURROGATE + chr(34))}]}}}}',
        f'{{"add": {{}}, "{SURROGATE}": 1}}',
        f'{{"remove": {{"{SURROGATE}": 1}}}}',
        f'{{"remove": {{"nodes": ["{SURROGATE}"]}}}}',
        f'{{"add": {{"{SURROGATE}": 1, "{SURROGATE}": 2}}}}',
    ],
)
def test_odd_documents_are_refused(tmp_path: Path, document: str) -> None:
    """Thousands of digits, a list where a relation is named, halves of characters in keys and ids."""
    path = tmp_path / "what.json"
    path.write_text(document, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.problem.file == "what.json"
    assert caught.value.text("en").encode()
    assert caught.value.text("zh").encode()
    (caught.value.problem.value or "").encode()


def test_names_stand_for_ids(tmp_path: Path) -> None:
    """Of one node of the graph or of the document, in what is added and removed; a name of several is refused."""
    names = {"k1": "Arc", "c1": "焊接 工艺", "c2": "X", "c3": "X", "t1": "Bench work"}
    snapshot = snapshot_of(says(*names, nodes={node_id: {"name": name} for node_id, name in names.items()}))
    new = {"id": "new", "name": "Brand new", "kind": "skill"}
    links = [{"from_id": "Arc", "relation": "DEVELOPS", "to_id": to} for to in ("焊接 工艺", "Brand new")]
    path = tmp_path / "what.json"
    document = {"add": {"competencies": [new], "links": links}, "remove": {"nodes": ["Bench work"]}}
    path.write_text(json.dumps(document), encoding="utf-8")
    stated = check(read(path), snapshot)
    assert set(stated.links) == {("k1", "DEVELOPS", "c1"), ("k1", "DEVELOPS", "new")}
    assert stated.without_nodes == {"t1"}
    refused: list[tuple[dict[str, object], str]] = [
        ({"remove": {"nodes": ["X"]}}, "c2"),
        ({"remove": {"nodes": ["no such name"]}}, "no such name"),
        ({"add": {"links": [{"from_id": "k1", "relation": "DEVELOPS", "to_id": "X"}]}}, "c3"),
        ({"add": {"roles": [{"id": "r", "name": "R", "nmae": "x"}]}}, "nmae"),
    ]
    for wrong, said in refused:
        path.write_text(json.dumps(wrong), encoding="utf-8")
        with pytest.raises(InputError, match=said):
            check(read(path), snapshot)
