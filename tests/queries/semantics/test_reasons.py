"""Reasons in both languages: every reason of the bundled college can be told, and holds what fills it in."""

import re

from graph.messages import message
from graph.snapshot.snapshot import Snapshot
from queries.gaps import find_gaps
from queries.parameters.gaps import GapFilter
from queries.semantics.flaws.flaw import Flaw
from queries.semantics.reasons import ExplainedResult, naming
from queries.semantics.scope import EVERYTHING
from queries.semantics.weakness import Weakness

CHINESE = re.compile("[\u4e00-\u9fff]")


def test_every_reason_of_the_college_is_told_in_both_languages(example: Snapshot) -> None:
    """The English text is the one that documents hold; the Chinese one is Chinese, and names what the English names."""
    said: list[ExplainedResult] = []
    gaps = find_gaps(example, EVERYTHING, GapFilter(), limit=1000).items
    for gap in gaps:
        said += [*gap.flaws, *gap.closed_by.courses, *gap.closed_by.tasks, *gap.closed_by.enterprises]
    assert len(said) > 200
    for item in said:
        assert item.told("en") == vars(item)["reason"]
        assert CHINESE.search(item.told("zh"))
        assert "_why" not in item.model_dump_json()
    (found,) = {
        flaw.told("zh")
        for gap in gaps
        for flaw in gap.flaws
        if gap.competency.id == "poly:k.ad-placement" and flaw.flaw is Weakness.FRAGILE
    }
    assert found == "只有一项实训任务训练它：Advert sandbox"


def test_what_was_read_from_a_document_is_told_as_it_stands() -> None:
    """A document holds the English reason alone."""
    read = Flaw.model_validate_json('{"flaw": "fragile", "reason": "only one task practises it: T"}')
    assert read.told("zh") == "only one task practises it: T"


def test_names_with_braces_are_names() -> None:
    """What fills a sentence in is never taken for a place to fill."""
    assert str(message("reason.one_task", name="{0} {host}")) == "only one task practises it: {0} {host}"
    assert naming("reason.nobody_employs", ["{names}"]).text("zh") == "没有记录到企业设有这些岗位：{names}"
