"""Imports that meet what others commit: they are checked and tried again, a bounded number of times."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph.errors import ConflictError
from graph.messages import message
from graph.stores import Store, open_store
from ingest import job
from ingest.draft import Draft
from ingest.formats.native import read as native
from ingest.job import Preview, ingest
from ingest.report import IngestReport
from tests.support.factory import says

OFTEN = 6


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give a store that is made."""
    found = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    found.apply(says("k1 DEVELOPS c1", by="first"))
    return found


def reads(folder: Path, name: str) -> Callable[[], Draft]:
    """Return what reads one competency from a file, stated by a source of the name."""
    folder = folder / name
    folder.mkdir()
    (folder / "source.csv").write_text(f"name,version\n{name},1\n", encoding="utf-8")
    (folder / "competencies.csv").write_text(f"id,name,kind\n{name}:c1,one,skill\n", encoding="utf-8")
    return lambda: native.read(folder)


def met(store: Store, monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Have somebody else commit just before the import does, so many times; return whose attempts these were."""
    attempts: list[int] = []
    apply = job.apply

    def late(checked: Preview, where: Store) -> IngestReport:
        attempts.append(checked.report.base_revision)
        if len(attempts) <= times:
            store.apply(says(f"k1 DEVELOPS c{len(attempts)}", by="other"))
        return apply(checked, where)

    monkeypatch.setattr(job, "apply", late)
    return attempts


@pytest.mark.slow
def test_an_import_that_met_the_commits_of_others_is_tried_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is applied to what stands then."""
    attempts = met(store, monkeypatch, OFTEN)
    report = ingest(reads(tmp_path, "mine"), store)
    assert report.revision == OFTEN + 2
    assert len(attempts) == OFTEN + 1


def test_an_import_whose_reading_was_overtaken_is_tried_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the server store says, which cannot show what was."""
    checked, overtaken = job.preview, iter([True, True, False])

    def preview(*given: object, **told: object) -> Preview:
        if next(overtaken):
            raise ConflictError(message("store.changed_while_read"))
        return checked(*given, **told)  # type: ignore[arg-type]

    monkeypatch.setattr(job, "preview", preview)
    assert ingest(reads(tmp_path, "mine"), store).revision == 2


@pytest.mark.slow
def test_attempts_are_bounded(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where others are faster each time, the import ends as a conflict."""
    attempts = met(store, monkeypatch, 1_000)
    with pytest.raises(ConflictError, match="faster"):
        ingest(reads(tmp_path, "mine"), store)
    assert len(attempts) < 20


def test_a_job_that_was_previewed_is_not_tried_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was meant for that revision alone."""
    attempts = met(store, monkeypatch, 1)
    with pytest.raises(ConflictError):
        ingest(reads(tmp_path, "mine"), store, expected_revision=1)
    assert len(attempts) == 1


def test_imports_at_once_are_all_made(store: Store, tmp_path: Path) -> None:
    """Six begin at the same moment, each with a source of its own."""
    jobs = [reads(tmp_path, f"source{at}") for at in range(6)]
    with ThreadPoolExecutor(6) as threads:
        reports = list(threads.map(lambda read: ingest(read, open_store(store.url)), jobs))
    assert sorted(report.revision for report in reports) == list(range(2, 8))
