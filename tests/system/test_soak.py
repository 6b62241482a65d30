"""The soak of benchmarks/soak.py at a small size: two workers answer while a framework is imported twice."""

import zlib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.soak import import_framework, soak
from benchmarks.soak_client import Asked
from benchmarks.soak_verdicts import Soak, failures
from graph.snapshot.compile import compile_snapshot
from graph.stores import open_store
from queries.trace import trace_competency
from tests.support.factory import SMALL
from tests.support.samples.esco import OCCUPATION, broader, occupation, requires, skill, write


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A framework of 200 skills and 60 occupations that require a third of them each."""
    skills, occupations = [f"skill{n}" for n in range(200)], [f"work{n}" for n in range(60)]
    needed = [requires(who, what) for n, who in enumerate(occupations) for what in skills[n % 3 :: 3]]
    return write(
        tmp_path / "esco",
        {
            "skills_en.csv": [skill(name) for name in skills],
            "occupations_en.csv": [occupation(name) for name in occupations],
            "occupationSkillRelations.csv": needed,
            "broaderRelationsSkillPillar.csv": [broader("skill1", "skill0")],
            "broaderRelationsOccPillar.csv": [broader("work1", "work0", OCCUPATION)],
        },
    )


@pytest.mark.slow
def test_answers_stay_whole_while_the_graph_moves_on(tmp_path: Path, files: Path) -> None:
    """No request fails, and each answer is that of the revision which it names."""
    import_framework(tmp_path, files)
    seen, store, answering = soak(tmp_path, files, 3.0, connections=6)
    assert failures(seen, store, answering) == {}
    assert {one.revision for one in seen.answers} == set(seen.tokens)
    assert len(seen.tokens) == 3
    store.close()


@pytest.mark.parametrize(
    ("changed", "promise"),
    [
        ({}, None),
        ({"status": 500}, "requests that failed"),
        ({"told": 2}, "answers of which header and body name different revisions"),
        ({"revision": 9, "told": 9}, "answers from a revision that never was"),
        ({"digest": 1}, "questions answered in two ways at one revision"),
    ],
)
def test_broken_promises_are_found(tmp_path: Path, changed: dict[str, Any], promise: str | None) -> None:
    """What the soak looks for, it finds."""
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    revision = store.apply(SMALL).revision
    trace = trace_competency(compile_snapshot(store), "c1").model_dump_json().encode()
    right = Asked("trace", "/v1/competencies/c1/trace", 0.0, 0.1, 200, 1, 1, zlib.crc32(trace), 0)
    answering = {right.path: lambda snapshot: trace_competency(snapshot, "c1")}
    seen = Soak([right, right._replace(at=1.0, **changed)], {1: revision.token})
    assert list(failures(seen, store, answering))[:1] == ([promise] if promise else [])
    store.close()
