"""A damaged export, read again, is refused, is told to be another than was exported, or says what now stands in it."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from api.answers.exports import write, write_case, write_linked
from graph.errors import InputError
from graph.model import NodeId, Source, Value, canonical
from ingest.draft import Draft
from ingest.formats.case.read import read as read_case
from ingest.formats.jsonld.read import read as read_jsonld
from ingest.formats.native.read import read as read_native
from ingest.formats.native.records import SourceStatements, records
from tests.support.drafts import notes_of
from tests.support.random_damage import damages
from tests.support.soak import record, rounds

MORE: dict[str, dict[str, Value]] = {
    "Competency": {"kind": "skill", "aliases": ["a", "b"]},
    "KnowledgeUnit": {"kind": "disciplinary", "hours": 12.5},
    "Role": {},
}
NODES = [
    (NodeId(f"{kind[0].lower()}{n}"), (kind, canonical({"name": f'{kind} {n} 采矿, "{n}"', **more})))
    for kind, more in MORE.items()
    for n in range(30)
]
LINKS = [
    *(((NodeId(f"k{n}"), "DEVELOPS", NodeId(f"c{n}")), (n / 30 or None, 3, None, None, None)) for n in range(30)),
    *(((NodeId(f"r{n}"), "REQUIRES", NodeId(f"c{n}")), (1.0, None, None, None, "why")) for n in range(30)),
]
SAID = SourceStatements(Source(name="学院", version="1", licence="CC0"), NODES, LINKS)
KINDS = {node_id: kind for node_id, (kind, _) in NODES}
WHEN = "2026-01-01T00:00:00Z"
CHECKED = {"folder", "workbook.xlsx"}
"""The forms in which a change of any byte that says something is found out."""
FORMS: dict[str, tuple[Callable[[Path], object], Callable[[Path], Draft]]] = {
    "folder": (lambda path: write([SAID], path, 1, overwrite=False), read_native),
    "workbook.xlsx": (lambda path: write([SAID], path, 1, overwrite=False), read_native),
    "native.json": (lambda path: write([SAID], path, 1, overwrite=False), read_native),
    "linked.jsonld": (lambda path: write_linked([SAID], KINDS, path, 1, overwrite=False), read_jsonld),
    "case.json": (lambda path: write_case(SAID, path, WHEN, 1, overwrite=False), read_case),
}


def said_in(draft: Draft) -> object:
    return draft.source, draft.nodes, draft.links, draft.replaces


def outcome(read: Callable[[], Draft], truth: Draft) -> str:
    """Return "named" or "equal", or "stated" where something else is read without a word."""
    try:
        draft = read()
    except InputError as error:
        return "named" if str(error) else "without a word"
    if draft.problems or notes_of(draft) != notes_of(truth) or draft.skipped != truth.skipped:
        return "named"
    return "equal" if said_in(draft) == said_in(truth) else "stated"


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
def test_random_damage_is_told_or_read_as_it_stands(tmp_path: Path, form: str) -> None:
    """Folders and workbooks tell of every change; of JSON, what is read is what a plain parser reads."""
    write_it, read = FORMS[form]
    write_it(tmp_path / form)
    truth = read(tmp_path / form)
    assert not truth.problems
    files = [file for file in (tmp_path / form).rglob("*") if file.is_file()] or [tmp_path / form]
    told: Counter[str] = Counter()
    number = rounds(40, 2_000) // len(files)
    for seed, file in enumerate(files):
        for damage in damages(file, number, seed):
            found = outcome(partial(read, tmp_path / form), truth)
            assert found in {"named", "equal", *(() if form in CHECKED else ("stated",))}, damage
            assert damage.what != "truncation" or found == "named" or not file.suffix, damage
            if found == "stated" and form == "native.json":
                assert_as_it_stands(read(file), file)
            told[found] += 1
    record("damage", of=f"export, {form}", damages=number * len(files), **told)


def assert_as_it_stands(draft: Draft, file: Path) -> None:
    """What is read, written again, is the document as a plain parser reads it."""
    statements = SourceStatements(draft.source, draft.nodes.items(), draft.links.items())
    stands = json.loads(file.read_text(encoding="utf-8"))
    stands["source"] = [stands["source"]]
    written = {name: list(rows) for name, rows in records(statements).items()}
    assert json.dumps(_plain(written), sort_keys=True) == json.dumps(_plain(stands), sort_keys=True)


def _plain(document: Mapping[str, Sequence[Mapping[str, object]]]) -> object:
    """Return the document without the order of its rows, and blanks around its texts."""
    rows = {
        name: sorted(json.dumps({key: _cell(value) for key, value in row.items()}, sort_keys=True) for row in found)
        for name, found in document.items()
        if name != "source"
    }
    return {**rows, "source": document["source"][0]["name"]}


def _cell(value: object) -> object:
    if isinstance(value, list):
        return [_cell(one) for one in value]
    return value.strip() if isinstance(value, str) else float(value) if isinstance(value, int) else value


def test_cut_off_file_of_an_exported_folder_is_refused(tmp_path: Path) -> None:
    """Or an import would remove what stood behind the cut; the message names the file and the way out."""
    write([SAID], tmp_path / "out", 1, overwrite=False)
    file = tmp_path / "out" / "competencies.csv"
    file.write_bytes(file.read_bytes()[:-30])
    draft = read_native(tmp_path / "out")
    assert draft.is_refused
    assert any("cut off" in str(problem) and "SHA256SUMS" in str(problem) for problem in draft.problems)


def test_change_of_an_exported_folder_is_noted_and_read(tmp_path: Path) -> None:
    """A row that somebody removes, on purpose or not; what is read is what stands there."""
    write([SAID], tmp_path / "out", 1, overwrite=False)
    file = tmp_path / "out" / "competencies.csv"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    draft = read_native(tmp_path / "out")
    assert not draft.is_refused
    assert len([node for node, (kind, _) in draft.nodes.items() if kind == "Competency"]) == 29
    assert any(note.startswith("competencies.csv is not as it was exported") for note in notes_of(draft))


def test_checksums_are_those_of_sha256sum(tmp_path: Path) -> None:
    """A line for each file, and nothing is noted of what was not changed."""
    write([SAID], tmp_path / "out", 1, overwrite=False)
    lines = (tmp_path / "out" / "SHA256SUMS").read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == sorted(one.name for one in (tmp_path / "out").glob("*.csv"))
    assert notes_of(read_native(tmp_path / "out")) == []
