"""Documents of adds and removes that are no such document: each is refused, in words that every output can carry."""

from pathlib import Path

import pytest

from graph.errors import InputError
from ingest.scenario_document import read

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
