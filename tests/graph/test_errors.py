"""Errors and problems: messages with their place, as data and in both languages."""

import pickle

import pytest

from graph.errors import ConflictError, InputError, InvalidValueError, NotFoundError, Problem, RolepathError
from graph.messages import message, restored
from graph.properties import Choice, Integer

PROBLEM = Problem(message("value.is_not", expected=message("expected.day")), "a.xlsx", "roles", 3, "date", "x")


def test_place_and_reason_are_worded_in_both_languages() -> None:
    """The place comes first, each part in the words of the language."""
    assert str(PROBLEM) == "a.xlsx, sheet roles, row 3, column date: is a date as 2026-03-01"
    assert PROBLEM.text("zh") == "a.xlsx、工作表 roles、第 3 行、date 列：应为日期，写作 2026-03-01"
    assert InputError(PROBLEM).text("zh") == PROBLEM.text("zh")


def test_problem_is_its_reason_and_its_data() -> None:
    """JSON keeps the English reason, and code and parameters make the same message again."""
    document = PROBLEM.as_dict()
    assert document["reason"] == "is a date as 2026-03-01"
    assert document["code"] == "value.is_not"
    assert document["params"] == {"expected": {"code": "expected.day", "params": {}}}
    assert restored("value.is_not", {"expected": {"code": "expected.day", "params": {}}}) == PROBLEM.message


@pytest.mark.parametrize(
    "error",
    [
        InputError(PROBLEM),
        NotFoundError(message("thing.Role"), "r", ["r1"]),
        ConflictError(message("revision.moved_on")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_go_from_process_to_process(error: RolepathError) -> None:
    """What a worker raises is whole where it is caught, place and near matches included."""
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.text("zh")) == (type(error), str(error), error.text("zh"))
    assert vars(again) == vars(error)


def test_values_that_are_refused_say_why_as_data() -> None:
    """A parser of single values names what it expects."""
    with pytest.raises(InvalidValueError, match="is a whole number from 1 to 8") as caught:
        Integer(1, 8).parse("9")
    assert caught.value.message.text("zh") == "应为1 到 8 的整数"
    with pytest.raises(InvalidValueError, match="did you mean skill") as caught:
        Choice(("skill", "trait")).parse("skil")
    assert caught.value.message.code == "value.no_choice"
