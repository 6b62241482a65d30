"""Neighbours: what may stand beside the bundled college in one store, frameworks and sets that teach something."""

from collections.abc import Callable
from pathlib import Path

from graph.changes import ChangeSet
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.institution_views import with_views
from graph.snapshot.snapshot import Snapshot
from graph.stores.sqlite.store import SqliteStore
from ingest.draft import Draft
from ingest.formats import cip_soc, esco
from ingest.formats.case import read as case
from ingest.formats.moe import competency_analyses, curriculum_plans, occupations, programme_table, programmes
from ingest.formats.native import read as native
from ingest.formats.nice import read as nice
from ingest.formats.onet import read as onet
from ingest.job import Leniency, ingest
from tests.support.college import BROKEN, COMPETENCY, INSTITUTION, ROLE, TASK
from tests.support.damaging import FORMS
from tests.support.factory import says
from tests.support.paths import EXAMPLE, SHARED
from tests.support.samples.moe import ANALYSIS, PLAN, PROGRAMMES, write

DATA = SHARED / "data"
CATALOGUE = DATA / "moe-vocational" / "职业教育专业目录.xlsx"
Neighbour = Callable[[Path], Draft | ChangeSet]
"""What states it, given an empty folder."""


def _small(form: str) -> Neighbour:
    """Return a small framework of our own, written as files of a form and read again."""
    return lambda folder: FORMS[form].read(FORMS[form].write(folder / form.replace(" ", "-")))


SMALL_FRAMEWORKS: dict[str, Neighbour] = {
    name: _small(name) for name in ("esco", "onet txt", "nice 2017", "nice 2024", "case", "cip-soc csv", "osmt json")
} | {
    "programmes": lambda folder: programmes.read(write(folder / "programmes", {"5190示范类.md": PROGRAMMES})),
    "analyses": lambda folder: competency_analyses.read(write(folder / "analyses", {"灯塔.md": ANALYSIS})),
}
FRAMEWORKS: dict[str, Neighbour] = {
    "CASE": lambda _: case.read(DATA / "case-compeito-ja" / "opencase_round_trip_baseline.json"),
    "NICE": lambda _: nice.read(DATA / "nice-framework-2017" / "idmken"),
    "CIP-SOC": lambda _: cip_soc.read(DATA / "cip-soc-nces"),
    "ESCO": lambda _: esco.read(DATA / "esco-1.1.1" / "csv"),
    "O*NET": lambda _: onet.read(DATA / "onet-29.3"),
    "occupations": lambda _: occupations.read(DATA / "moe-vocational" / "occupations"),
    "programmes": lambda _: programmes.read(DATA / "moe-vocational" / "programmes", None, CATALOGUE),
    "programmes and occupations": lambda _: programme_table.read(DATA / "moe-vocational"),
}
"""As published."""

TEACHING: dict[str, Neighbour] = {
    "exercism": lambda _: native.read(DATA / "native" / "exercism-python"),
    "cyber": lambda _: native.read(DATA / "native" / "cyber"),
}
"""They teach something themselves, and belong to no institution."""

_CURRICULUM = (
    *("z:d1 OFFERS z:co1", "z:co1 COVERS z:k1", "z:k1 DEVELOPS z:c1", "z:d1 SCHEDULES z:t1", "z:t1 PRACTISES z:c1"),
    *("z:t1 APPLIES z:k1", "z:r1 REQUIRES z:c1", "z:d1 TARGETS z:r1", "z:co1 AIMS_AT z:c1", "z:e1 HOSTS z:t1"),
)
_TIES = (
    *(f"z:k1 DEVELOPS {COMPETENCY}", f"z:t1 PRACTISES {COMPETENCY}", f"z:co1 AIMS_AT {COMPETENCY}"),
    *(f"z:r1 REQUIRES {COMPETENCY}", f"z:d1 TARGETS {ROLE}"),
)
SMALL_TEACHING: dict[str, Neighbour] = {
    "another college's plan": lambda folder: curriculum_plans.read(write(folder / "plans", {"519001.md": PLAN})),
    "a set of nobody": lambda _: says(*_CURRICULUM, by="set"),
    "its ties to the college": lambda _: says(*_TIES, by="ties", ends=False),
    "another school": lambda _: says(
        *("school:u2 RUNS z:d1", f"z:c1 SAME_AS {COMPETENCY}", f"z:e1 EMPLOYS {ROLE} openings=900"),
        *("z:e1 EMPLOYS z:r1 openings=70", f"{ROLE} REQUIRES z:c1", f"z:i1 QUALIFIED_FOR {COMPETENCY}"),
        by="another school",
        institution="school:u2",
        ends=False,
        nodes={"school:u2": {}, "z:i1": {}},
    ),
}
"""The same, small, and one of another institution, with which some of the college's figures would change."""

_LATER = says(f"{TASK} PRACTISES {BROKEN} 0.5", by="Entered on pages", institution=INSTITUTION, ends=False, merges=True)
"""What the college states last, so that it has two revisions to be compared."""


def store_beside(folder: Path, *neighbours: Neighbour) -> SqliteStore:
    """Return a new store of the college and its neighbours; its last revision is a change by the college."""
    folder.mkdir()
    store = SqliteStore(folder / "graph.db")
    _take_in(store, native.read(EXAMPLE))
    for state in neighbours:
        _take_in(store, state(folder))
    _take_in(store, _LATER)
    return store


def _take_in(store: SqliteStore, said: Draft | ChangeSet) -> None:
    if isinstance(said, ChangeSet):
        store.apply(said)
        return
    report = ingest(lambda: said, store, leniency=Leniency(skip_invalid=True, allow_dangling=True))
    assert not report.refused, report


def snapshot_of_store(store: SqliteStore) -> Snapshot:
    """Return its present snapshot, of which views by institution can be had."""
    return with_views(compile_snapshot(store), store)
