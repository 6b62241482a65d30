"""The client's models: those that the OpenAPI document gives, whatever changed since they were written."""

import ast
import os
from importlib.util import find_spec
from typing import Any, get_args

import pytest

from api.errors import CONFLICT, EXPIRED, INPUT, NO_ROOM, NOT_FOUND, PROBLEM_MEDIA_TYPE, SCHEMA, UNAVAILABLE
from api.http.problems import PARAMETERS
from api.jobs.queue import OVER, JobStatus
from rolepath.client import jobs, problems
from tests.support.client_models import (
    FILE,
    document_of_answers,
    document_of_parameters,
    generated,
    heads_of,
    pinned_version,
)


def test_models_are_of_this_document() -> None:
    """Each file names the document and the generator that it was made with: after a change, `make client`."""
    for file, head in heads_of(document_of_answers(), document_of_parameters(), pinned_version()).items():
        assert file.read_text(encoding="utf-8").startswith(head), file.name


@pytest.mark.slow
@pytest.mark.skipif(
    find_spec("datamodel_code_generator") is None and "TESTS_FULL" not in os.environ,
    reason="the generator comes with make check, make client and make test-all",
)
def test_models_are_as_generated() -> None:
    """Nothing in the files was written by hand."""
    for file, text in generated().items():
        assert file.read_text(encoding="utf-8") == text, file.name


def test_every_schema_has_its_model() -> None:
    """Each part of an answer is one class, by its own name: none is a second of a name, none has no name."""
    classes = [node.name for node in ast.parse(FILE.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]
    assert sorted(classes) == sorted(document_of_answers()["components"]["schemas"])


def test_imports_end_alike() -> None:
    """The client and the service agree about when an import is over."""
    for status in get_args(JobStatus):
        fields: dict[str, Any] = {"status": status}
        assert jobs.Job.model_construct(**fields).is_over == (status in OVER), status


def test_problems_are_known_by_the_names_that_the_service_has() -> None:
    """The ends of types, by which errors are told apart, are those of the service."""
    assert problems.PROBLEM_MEDIA_TYPE == PROBLEM_MEDIA_TYPE
    assert problems.OF_INPUT.keys() == {INPUT.slug, SCHEMA.slug}
    assert problems.PLAIN.keys() == {CONFLICT.slug, EXPIRED.slug, UNAVAILABLE.slug, NO_ROOM.slug}
    assert (NOT_FOUND.slug, PARAMETERS.slug) == (problems.NOT_FOUND, problems.MISPUT)
