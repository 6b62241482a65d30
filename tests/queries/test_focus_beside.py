"""The bundled college beside published frameworks: what is asked of it gives the same figures, to the last digit."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from api.answers.scenarios import compile_drafts
from graph.snapshot.snapshot import Snapshot
from ingest.draft import Draft
from ingest.formats import cip_soc, esco
from ingest.formats.case import read as case
from ingest.formats.native import read as native
from ingest.formats.nice import read as nice
from ingest.formats.onet import read as onet
from queries.allocation import allocate
from queries.coverage import role_coverage
from queries.coverage_matrix import coverage_matrix
from queries.gaps import find_gaps
from queries.integration import integrate
from queries.semantics.scope import Scope
from tests.support.paths import EXAMPLE, SHARED
from tests.support.soak import IS_SOAK, record

DATA = SHARED / "data"
FRAMEWORKS: dict[str, Callable[[], Draft]] = {
    "CASE": lambda: case.read(DATA / "case-compeito-ja" / "opencase_round_trip_baseline.json"),
    "NICE": lambda: nice.read(DATA / "nice-framework-2017" / "idmken"),
    "CIP-SOC": lambda: cip_soc.read(DATA / "cip-soc-nces"),
    "ESCO": lambda: esco.read(DATA / "esco-1.1.1" / "csv"),
    "O*NET": lambda: onet.read(DATA / "onet-29.3"),
}
SETS = [(name,) for name in FRAMEWORKS] + [tuple(FRAMEWORKS)] if IS_SOAK else [("CASE",)]
SCOPES = (Scope(), Scope(discipline="poly:d.robotics"), Scope(discipline="poly:d.robotics", roles="all"))
APART = {"completeness", "focus", "revision"}
"""What an answer says of the whole graph, frameworks included."""


@cache
def _draft(name: str) -> Draft:
    return native.read(EXAMPLE) if name == "college" else FRAMEWORKS[name]()


def _figures(snapshot: Snapshot, roles: list[str]) -> dict[str, Any]:
    """Return everything that is asked of the college, without what tells of the whole graph."""
    found: dict[str, Any] = {}
    for at, scope in enumerate(SCOPES):
        found[f"gaps {at}"] = find_gaps(snapshot, scope, limit=10_000).model_dump(exclude=APART)
        found[f"allocation {at}"] = allocate(snapshot, scope, limit=10_000).model_dump(exclude=APART)
    found["integration"] = integrate(snapshot, limit=10_000).model_dump(exclude=APART)
    found["matrix"] = coverage_matrix(snapshot, "course").model_dump(exclude=APART)
    found["by discipline"] = coverage_matrix(snapshot, "discipline").model_dump(exclude=APART)
    found["coverage"] = [role_coverage(snapshot, role).model_dump(exclude=APART) for role in roles]
    return found


@pytest.mark.soak
@pytest.mark.skipif(not DATA.exists(), reason="the published frameworks are not here")
@pytest.mark.parametrize("names", SETS, ids="+".join)
def test_frameworks_beside_the_college_change_no_figure(names: tuple[str, ...]) -> None:
    """Gaps, allocation, integration and coverage are those of the college alone; only `focus` tells of the rest."""
    alone = compile_drafts([_draft("college")])
    beside = compile_drafts([_draft(name) for name in ("college", *names)])
    roles = [alone.ids[r] for r in alone.of_kind("Role").tolist()]
    wanted, found = _figures(alone, roles), _figures(beside, roles)
    different = [name for name, figures in wanted.items() if figures != found[name]]
    left_out = find_gaps(beside).focus.left_out
    record("focus", beside="+".join(names), different=len(different), left_out=left_out.model_dump())
    assert not different
    assert left_out.competencies >= 7
