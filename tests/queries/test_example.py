"""The bundled college: what its own page says of it is what comes out."""

import re

import pytest

from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from queries.semantics.chain_arrays import ChainArrays, chain_arrays
from queries.semantics.chain_status import LINKS, STATUSES
from queries.semantics.resolved_scope import resolve
from queries.semantics.weakness import WEAKNESSES, Weakness
from tests.support.paths import EXAMPLE


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Give the snapshot of the bundled college."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('college') / 'graph.db'}")
    ingest(lambda: native.read(EXAMPLE), store)
    found = compile_snapshot(store)
    store.close()
    return found


@pytest.fixture(scope="module")
def chains(college: Snapshot) -> ChainArrays:
    """Give the chain status of all its competencies."""
    return chain_arrays(college, resolve(college))


def told(word: str) -> tuple[int, set[str]]:
    """Return what the page's table says of a status or a flaw: how many, and which."""
    page = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| {word} \| (\d+) \| (.*) \|$", page, re.MULTILINE)
    names = re.findall(r"`([^`]+)`", row[1])
    return int(row[0]), {name if ":" in name else f"poly:k.{name}" for name in names}


@pytest.mark.parametrize("flaw", WEAKNESSES)
def test_its_page_names_what_has_each_flaw(college: Snapshot, chains: ChainArrays, flaw: Weakness) -> None:
    """The competencies that the page lists by hand have the flaw, and no others; some have."""
    found = {college.ids[c] for c in chains.competencies[chains.flaws[:, WEAKNESSES.index(flaw)]].tolist()}
    assert found
    assert told(flaw.value) == (len(found), found)


@pytest.mark.parametrize("status", STATUSES[1:])
def test_its_page_names_what_has_each_status(college: Snapshot, chains: ChainArrays, status: str) -> None:
    """The competencies that the page lists by hand have the status, and no others."""
    at = [word.value for word in STATUSES].index(status)
    found = {college.ids[c] for c in chains.competencies[chains.status == at].tolist()}
    assert told(status) == (len(found), found)


def test_its_page_counts_what_is_connected_by_link(chains: ChainArrays) -> None:
    """By their best link: as many as the page says."""
    page = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    counts = [f"{word.value} {int((chains.link == at).sum())}" for at, word in enumerate(LINKS)]
    assert f"By their best link: {', '.join(counts)}." in page
