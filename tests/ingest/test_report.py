"""The report of an ingest job: notes, reasons and problems in English and as data, also those of earlier versions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.errors import Problem
from graph.messages import message
from graph.model import Source
from graph.stores import Store, open_store
from ingest.draft import Draft, Place
from ingest.job import preview
from ingest.report import IngestReport, ReportedProblem


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    yield found
    found.close()


def report_of(store: Store) -> IngestReport:
    """Return the report of a draft that has something of everything to say."""
    draft = Draft(Source(name="mine"))
    draft.read = 3
    draft.note(message("native.without_links"))
    draft.skip(message("native.nothing"), 2)
    draft.reject(Place("a.csv", None, 2), message("id.missing"), column="id", value="")
    return preview(draft, store).report


def test_what_is_said_is_data_too(store: Store) -> None:
    """Each note, reason and problem has its code, and is worded in Chinese from it."""
    report = report_of(store)
    assert [one.code for one in report.note_messages] == ["native.without_links"]
    assert report.notes == [str(message("native.without_links"))] == report.notes_in("en")
    assert report.notes_in("zh") == [message("native.without_links").text("zh")]
    assert [(one.code, one.records) for one in report.skip_reasons] == [("native.nothing", 2)]
    assert report.skipped == {str(message("native.nothing")): 2} == report.skipped_in("en")
    assert report.skipped_in("zh") == {message("native.nothing").text("zh"): 2}
    (problem,) = report.problems
    assert (problem.code, problem.reason, problem.reason_in("zh")) == ("id.missing", "an id is missing", "缺少标识")
    assert problem.text("zh") == Problem(message("id.missing"), "a.csv", row=2, column="id").text("zh")


def test_reports_of_earlier_versions_load(store: Store) -> None:
    """What has no code is told as it stands, in whatever language."""
    document: dict[str, Any] = report_of(store).model_dump(mode="json")
    del document["note_messages"], document["skip_reasons"], document["problems"][0]["code"]
    del document["problems"][0]["params"]
    report = IngestReport.model_validate(document)
    assert report.notes_in("zh") == report.notes
    assert report.skipped_in("zh") == report.skipped
    assert report.problems[0].reason_in("zh") == "an id is missing"


def test_code_that_is_not_known_any_more_is_told_as_it_stood() -> None:
    """A later catalogue may lack the key of a stored problem."""
    kept = {"file": None, "sheet": None, "row": None, "column": None, "value": None, "reason": "was so"}
    problem = ReportedProblem.model_validate({**kept, "code": "gone.for_ever", "params": {"x": 1}})
    assert problem.text("zh") == "was so"
