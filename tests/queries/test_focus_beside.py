"""The bundled college beside others: what is asked of it gives the same figures, to the last digit."""

from pathlib import Path

import pytest

from api.settings.settings import load_settings
from queries.gaps import find_gaps
from queries.semantics.scope import Scope
from rolepath.library.questions import Asked
from tests.support.college import INSTITUTION
from tests.support.college_answers import (
    SCOPES,
    Answers,
    Scopes,
    differences,
    narrowed_answers,
    narrowed_questions,
    node_answers,
    page_answers,
)
from tests.support.neighbours import (
    DATA,
    FRAMEWORKS,
    SMALL_FRAMEWORKS,
    SMALL_TEACHING,
    TEACHING,
    Neighbour,
    snapshot_of_store,
    store_beside,
)
from tests.support.soak import IS_SOAK, record

PUBLISHED = [*((name,) for name in FRAMEWORKS), tuple(FRAMEWORKS)] if IS_SOAK else []
TEACHING_SETS = [("exercism",), ("cyber",), (*FRAMEWORKS, "exercism", "cyber")] if IS_SOAK else []
FEW = (SCOPES[0], SCOPES[2])
OWN: Scopes = tuple(scope for scope in SCOPES if "roles" not in scope)
"""In an institution, `roles=all` would ask of what sets of nobody need, too."""


def answers(folder: Path, *neighbours: Neighbour, institution: str | None = None, scopes: Scopes = SCOPES) -> Answers:
    """Return every answer about the college beside its neighbours, by name."""
    store = store_beside(folder, *neighbours)
    try:
        snapshot = snapshot_of_store(store)
        of, more = (
            Asked(snapshot, store, snapshot, load_settings({})),
            {} if institution is None else {"institution": institution},
        )
        found = dict(narrowed_answers(of, scopes=scopes, **more))
        found |= node_answers(of, **more)
        if institution is None:
            found |= page_answers(snapshot, Scope())
            found["left out"] = find_gaps(snapshot).focus.left_out.model_dump()
    finally:
        store.close()
    return found


def check(folder: Path, *neighbours: Neighbour, institution: str | None = None, scopes: Scopes = SCOPES) -> Answers:
    """Hold the college's answers beside its neighbours against those that it gives alone; return the former."""
    alone = answers(folder / "alone", institution=institution, scopes=scopes)
    beside = answers(folder / "beside", *neighbours, institution=institution, scopes=scopes)
    left_out = beside.pop("left out", None)
    alone.pop("left out", None)
    wrong = [f"{name}{where}" for name, answer in alone.items() for where in differences(answer, beside[name])]
    assert not wrong, f"{len(wrong)} figures differ\n" + "\n".join(wrong[:20])
    return left_out or {}


def test_every_question_that_focus_narrows_is_asked() -> None:
    """The library's questions that take a focus; those that are missing here would be missed below."""
    wanted = {
        "gaps",
        "gap_table",
        "coverage_matrix",
        "integration",
        "allocation",
        "signals",
        "what_if",
        "diff",
        "metrics",
    }
    assert set(narrowed_questions()) == wanted


def test_small_frameworks_beside_the_college_change_no_figure(tmp_path: Path) -> None:
    """Without any scope, and in that of a discipline; only `focus` tells of the rest."""
    left_out = check(tmp_path, *SMALL_FRAMEWORKS.values(), scopes=FEW)
    assert left_out["roles"] > 3
    assert left_out["competencies"] > 10


def test_others_who_teach_change_no_figure_of_the_institution(tmp_path: Path) -> None:
    """What belongs to nobody, tied to the college's competencies, and what another school states of the college."""
    check(tmp_path, *SMALL_TEACHING.values(), institution=INSTITUTION, scopes=OWN[:2])


@pytest.mark.soak
@pytest.mark.skipif(not DATA.exists(), reason="the published frameworks are not here")
@pytest.mark.parametrize("names", PUBLISHED, ids="+".join)
def test_published_frameworks_beside_the_college_change_no_figure(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Every answer that focus narrows, and those about the college's own nodes, are those of the college alone."""
    left_out = check(tmp_path, *(FRAMEWORKS[name] for name in names))
    record("focus", beside="+".join(names), different=0, left_out=left_out)
    assert left_out["competencies"] >= 7


@pytest.mark.soak
@pytest.mark.skipif(not DATA.exists(), reason="the published sets are not here")
@pytest.mark.parametrize("names", TEACHING_SETS, ids="+".join)
def test_published_sets_that_teach_change_no_figure_of_the_institution(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Every answer that is asked with `institution=` is that of the college alone."""
    check(tmp_path, *((FRAMEWORKS | TEACHING)[name] for name in names), institution=INSTITUTION, scopes=OWN)
    record("institution beside", beside="+".join(names), different=0)
