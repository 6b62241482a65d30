"""Files of every form, changed at the level of their format: all of them is accounted for, or told of its place."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from graph.stores import Store, open_store
from tests.support.factory import says
from tests.support.mutation.files import mutated
from tests.support.mutation.forms import MutableForm, mutable_forms
from tests.support.mutation.oracle import Case, judge
from tests.support.soak import in_time, record, rounds

FAMILIES = {
    "tables": (
        *("native csv", "esco", "onet txt", "cip-soc csv", "crosswalk csv", "crosswalk translated", "osmt csv"),
        *("moodle", "canvas"),
    ),
    "workbooks": ("native xlsx", "onet xlsx", "cip-soc xlsx", "crosswalk xlsx"),
    "documents": ("native json", "nice 2024", "case", "osmt json", "xapi", "nice 2017"),
    "json-ld": ("jsonld", "jsonld ctdl", "jsonld badge", "jsonld local"),
}
CASES = rounds(24, 100)
"""How many cases a family has: in `make soak` so many a turn, until the time is up."""
MINUTES = 80.0
PERFORMED = says("t1", "c1", "d1", "g1", by="Performed", nodes={"g1": {"discipline_id": "d1", "size": 30}})
"""What is in the store before: xAPI statements speak of it, the native chain states it otherwise."""


class Bench:
    """A folder for the files of a case, a store that stays as it is, and a spare one for each case."""

    def __init__(self, folder: Path) -> None:
        self.files, self._spare = folder / "files", folder / "spare"
        self.store = open_store(f"sqlite:///{folder / 'graph.db'}")
        self.store.apply(PERFORMED)
        self.outcomes: Counter[str] = Counter()
        self.worst_s = 0.0

    def try_case(self, form: MutableForm, draw: Random) -> None:
        """Write a form's files, changed, and judge how they are imported."""
        shutil.rmtree(self.files, ignore_errors=True)
        for name, data in mutated(form.files, draw).items():
            (self.files / name).parent.mkdir(parents=True, exist_ok=True)
            (self.files / name).write_bytes(data)
        verdict = judge(Case(lambda: form.read(self.files), self.files, set(form.files)), self.store, self._empty)
        self.outcomes[verdict.outcome] += 1
        self.worst_s = max(self.worst_s, verdict.seconds)

    def _empty(self) -> Store:
        shutil.rmtree(self._spare, ignore_errors=True)
        self._spare.mkdir()
        return open_store(f"sqlite:///{self._spare / 'graph.db'}")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.store.close()


def test_every_form_is_in_a_family() -> None:
    """None is left out."""
    assert sorted(form for forms in FAMILIES.values() for form in forms) == sorted(mutable_forms())


@pytest.mark.soak
@pytest.mark.parametrize("family", FAMILIES)
def test_mutated_files_are_accounted_for(bench: Bench, family: str) -> None:
    """Every row is accepted, left out for a reason or named as wrong; nothing else is raised; the store stays."""
    began = time.monotonic()
    for turn in in_time(range(rounds(1, 100_000)), MINUTES, len(FAMILIES)):
        _cases(bench, FAMILIES[family], turn)()
    seconds = time.monotonic() - began
    cases = bench.outcomes.total()
    told = {"cases": cases, "seconds": round(seconds), "cases_per_s": round(cases / seconds, 1)}
    record(f"mutated files, {family}", **told, worst_s=round(bench.worst_s, 2), **bench.outcomes)
    assert bench.outcomes["applied"] > 0


def _cases(bench: Bench, forms: tuple[str, ...], turn: int) -> Callable[[], None]:
    @seed(turn)
    @settings(max_examples=CASES, database=None, derandomize=False, phases=[Phase.generate, Phase.shrink])
    @given(form=st.sampled_from(forms), draw=st.randoms(use_true_random=True))
    def case(form: str, draw: Random) -> None:
        bench.try_case(mutable_forms()[form], draw)

    return case
