"""Edits over HTTP: random ones give what one import of the result gives, and taking all back the beginning."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from graph.schema import KINDS, RELATIONS
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from ingest.formats.native import read as native
from ingest.formats.native.records import read_statements
from ingest.formats.native.write import write_folder
from ingest.job import Leniency, ingest
from tests.support.factory import kind_of, says, statements
from tests.support.same_graph import same
from tests.support.serving import Asker, assert_problem, serving, settings_in
from tests.support.soak import record, rounds

SOURCES = ("College", "Framework", "Entered", "Second")
LETTERS = ("co", "k", "c", "t", "j", "r", "e", "d")
ROUND = rounds(36, 500)
LINK = {"from_id": "k1", "relation": "DEVELOPS", "to_id": "c1"}


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    fill(store)
    store.close()
    with serving(settings) as asker:
        yield asker


def fill(store: Store) -> None:
    """Two sources that agree on some, and differ in rank."""
    mine = ("co1 COVERS k1", "k1 DEVELOPS c1 0.3", "t1 PRACTISES c1", "r1 REQUIRES c1 0.5", "d1 OFFERS co1")
    store.apply(says(*mine, "co2", "k2", "k3", "c3", "t2", "j1", "j2", "r2", "e1", "e2", "d2", by="College"))
    store.apply(says("k1 DEVELOPS c1 0.4", "c2 BROADER c1", "r1 REQUIRES c2 level=3", by="Framework", rank=40))


class Editor:
    """Somebody who edits at random."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._joins = [(name, *ends) for name, one in RELATIONS.items() for ends in one.ends if name != "SAME_AS"]

    def edit(self) -> dict[str, Any]:
        """Return a document of one edit; it may be one that the graph does not take."""
        draw = self._random
        op = draw.choice(("add_link", "add_link", "set_link", "change_link", "drop_link", "node", "node", "drop_node"))
        edit = self._node(op) if "node" in op else self._link(op)
        return {"edits": [edit], "source": draw.choice(SOURCES), "reason": f"because {draw.random():.3f}"}

    def _node(self, op: str) -> dict[str, Any]:
        draw = self._random
        one = f"{draw.choice(LETTERS)}{draw.randint(1, 3)}"
        if op == "drop_node":
            return {"op": op, "id": one}
        kind = KINDS[kind_of(one)]
        values: dict[str, object] = {"name": f"name {draw.randint(1, 3)}"}
        values |= {p.name: draw.choice((3, "4", None)) for p in kind.properties if p.name in {"term", "hours", "code"}}
        sorts = next((p.type.words for p in kind.properties if p.name == "kind" and p.required), ())  # type: ignore[union-attr]
        return {
            "op": "set_node",
            "id": one,
            "kind": kind.name,
            "values": values | ({"kind": sorts[0]} if sorts else {}),
        }

    def _link(self, op: str) -> dict[str, Any]:
        draw = self._random
        relation, a, b = draw.choice(self._joins)
        ids = {kind_of(f"{letters}1"): letters for letters in LETTERS}
        ends = [f"{ids.get(kind, 'c')}{draw.randint(1, 3)}" for kind in (a, b)]
        edit: dict[str, Any] = {"op": op, "from_id": ends[0], "relation": relation, "to_id": ends[1]}
        if op != "drop_link" and draw.random() < 0.8:
            edit["weight"] = draw.choice((0.3, 0.6, 1))
        return {**edit, "clear": ["weight"]} if op == "change_link" and draw.random() < 0.2 else edit


def imported(store: Store, folder: Path) -> Store:
    """Return a new store with what one native import of each source's statements gives."""
    other = open_store(f"sqlite:///{folder / 'other.db'}")
    with store.reading() as reading:
        stated = [read_statements(reading, source) for source in reading.sources()]
    for number, one in enumerate(stated):
        target = folder / f"source{number}"
        write_folder(one._replace(source=one.source.model_copy(update={"version": one.source.version or "1"})), target)
        report = ingest(lambda target=target: native.read(target), other, leniency=Leniency(allow_dangling=True))  # type: ignore[misc]
        assert not report.refused, report.problems
    return other


def taken_back(asker: Asker, runs: list[str], seed: int) -> int:
    """Take all runs back, in any order that does not conflict; return how many times one could not be yet."""
    refused, draw = 0, random.Random(seed)
    waiting = list(runs)
    while waiting:
        draw.shuffle(waiting)
        for run in waiting:
            answer = asker.post(f"/v1/undo?run={run}")
            if answer.is_success:
                waiting.remove(run)
                break
            assert_problem(answer, HTTPStatus.CONFLICT, "conflict")
            refused += 1
        else:
            raise AssertionError("no run can be taken back")
    return refused


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(rounds(1, 20)))
def test_random_edits_are_one_import_and_can_all_be_taken_back(asker: Asker, tmp_path: Path, seed: int) -> None:
    """Array for array; at the end the content hash and the arrays are those of the beginning."""
    store = open_store(settings_in(tmp_path).store_url)
    before, began, editor = compile_snapshot(store), statements(store), Editor(seed)
    hash_before = store.content_hashes()[store.revision().number]
    runs, refused = [], 0
    for _ in range(ROUND):
        answer = asker.post("/v1/edits", json=editor.edit())
        if answer.is_success:
            report = answer.json()["report"]
            runs += [report["run"]] if report["revision"] > report["base_revision"] else []
        else:
            assert_problem(answer, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-input")
            refused += 1
    assert len(runs) > ROUND // 5, refused
    other = imported(store, tmp_path)
    same(compile_snapshot(store), compile_snapshot(other))
    conflicts = taken_back(asker, runs, seed)
    found = statements(store)
    assert (found.nodes, found.links) == (began.nodes, began.links)
    assert store.content_hashes()[store.revision().number] == hash_before
    same(compile_snapshot(store), before)
    store.check()
    record("edits", seed=seed, edits=ROUND, applied=len(runs), refused=refused, conflicts=conflicts)


def test_two_editors_never_overwrite_each_other_unseen(asker: Asker) -> None:
    """Of those who looked at the same revision one is heard; the others are told both values."""

    def edit(weight: float) -> tuple[int, str]:
        change = {"op": "change_link", **LINK, "weight": weight}
        answer = asker.post("/v1/edits", json={"edits": [change], "source": "Entered", "expected_revision": 2})
        return answer.status_code, str(answer.json().get("detail"))

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(edit, (0.1, 0.2, 0.5, 0.7)))
    heard = [status for status, _ in answers if status == HTTPStatus.OK]
    told = [detail for status, detail in answers if status == HTTPStatus.CONFLICT]
    assert (len(heard), len(told)) == (1, 3)
    assert all("weight was 0.4, and is 0." in detail for detail in told), told


def test_a_dry_run_tells_the_effect_and_what_applies_it(asker: Asker) -> None:
    """Its document posted is what was previewed; each edit that cannot be has its field."""
    new = {"op": "add_node", "kind": "TrainingTask", "values": {"name": "Lab week", "kind": "lab", "host_id": None}}
    there = {"op": "add_link", "from_id": "t1", "relation": "PRACTISES", "to_id": "c2"}
    found = asker.post("/v1/edits?dry_run=true", json={"edits": [new, there], "reason": "why"}).json()
    assert found["report"]["dry_run"]
    assert found["document"]["edits"][0]["id"] == "entered:lab-week"
    assert found["effects"]["changes"]["node_tally"]["added"] == 1
    done = asker.post("/v1/edits", json=found["document"]).json()
    assert (done["revision"], done["effects"], done["report"]["reason"]) == (3, None, "why")
    wrong = [{"op": "add_link", "from_id": "t1", "relation": "PRACTISES", "to_id": "c22"}, {"op": "drop_link", **LINK}]
    problem = asker.post("/v1/edits", json={"edits": wrong}).json()
    assert [error["field"] for error in problem["errors"]] == ["body.edits.0.to_id", "body.edits.1.source"]
    assert "did you mean c2" in problem["errors"][0]["reason"]
    assert "Framework" in problem["errors"][1]["reason"]
