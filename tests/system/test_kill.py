"""A process that imports ESCO is killed at any moment: the store holds all of the job or nothing, and goes on."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.stores import Store, open_store
from ingest.formats import esco
from ingest.formats.native import read as native
from ingest.job import Leniency, ingest
from tests.support.factory import statements
from tests.support.paths import ROOT

pytestmark = pytest.mark.slow

TIMES = 10
NODES, LINKS = 16_903, 131_600
CHILD = """
import sys
from pathlib import Path
from graph.stores import open_store
from ingest.formats import esco
from ingest.job import Leniency, ingest
folder, url = sys.argv[1:]
print("ready", flush=True)
ingest(lambda: esco.read(Path(folder)), open_store(url), leniency=Leniency(skip_invalid=True))
"""


def importing(folder: Path, url: str) -> subprocess.Popen[bytes]:
    """Start a process that imports ESCO, and return once it is about to begin."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), url], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


@pytest.fixture(scope="session")
def esco_folder(shared_data: Path) -> Path:
    return shared_data / "esco-1.1.1" / "csv"


@pytest.fixture(scope="session")
def run_time_s(esco_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """Give how long an import takes here when nobody kills it."""
    with importing(esco_folder, f"sqlite:///{tmp_path_factory.mktemp('measured') / 'graph.db'}") as child:
        begun = time.monotonic()
        assert child.wait() == 0
        return time.monotonic() - begun


def of_esco(store: Store) -> tuple[int, int]:
    """Return how many nodes and links ESCO states."""
    with store.reading() as reading:
        return sum(1 for _ in reading.nodes("ESCO")), sum(1 for _ in reading.links("ESCO"))


@pytest.mark.parametrize("time_of_death", range(TIMES))
def test_a_killed_import_leaves_all_or_nothing(
    esco_folder: Path, run_time_s: float, shared_data: Path, tmp_path: Path, time_of_death: int
) -> None:
    """In one of ten slices of the run time the process dies; half of the times there was a store before."""
    url = f"sqlite:///{tmp_path / 'graph.db'}"
    store = open_store(url)
    if time_of_death % 2:
        ingest(lambda: native.read(shared_data / "native" / "entrecomp"), store)
    before, revision = statements(store), store.revision().number
    store.close()
    with importing(esco_folder, url) as child:
        moment = (time_of_death + random.Random(time_of_death).random()) / TIMES
        time.sleep(moment * run_time_s)
        child.kill()

    store = open_store(url)
    found = of_esco(store)
    assert found in {(0, 0), (NODES, LINKS)}
    if found == (0, 0):
        assert statements(store) == before
        assert store.revision().number == revision
        assert not any(run.source == "ESCO" for run in store.runs())
    report = ingest(lambda: esco.read(esco_folder), store, leniency=Leniency(skip_invalid=True))
    assert not report.refused
    assert of_esco(store) == (NODES, LINKS)
    assert store.revision().number == revision + 1
    store.close()
