"""The registry of flaws: one rule for each, in one order, each in a file of its name."""

from importlib import import_module

from queries.semantics.flaws.registry import RULES
from queries.semantics.weakness import WEAKNESSES


def test_every_flaw_has_one_rule_in_the_order_of_answers() -> None:
    """Columns of arrays and lists of answers share the order of `Weakness`."""
    assert tuple(rule.flaw for rule in RULES) == WEAKNESSES


def test_every_flaw_stands_in_a_file_of_its_name() -> None:
    """Whoever looks for a flaw finds both of its forms in one place."""
    for rule in RULES:
        module = import_module(f"queries.semantics.flaws.{rule.flaw}")
        assert module.RULE is rule
        assert {rule.reason_of.__module__, rule.mask_of.__module__} == {module.__name__}
