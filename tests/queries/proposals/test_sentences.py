"""Sentences: cut where a reader would, sorted by the table of rules, each where its place says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.documents.free_text import pasted_text
from ingest.readers.documents.passage import Passage
from queries.proposals.kind_rules import heading_kind, kind_rules
from queries.proposals.proposal import SentenceKind, sentence_key
from queries.proposals.sentences import LONGEST, cut_sentences
from tests.support.paths import DOCS


def sorted_text(text: str) -> list[tuple[str, str]]:
    """Return kind and text of each sentence of a pasted text."""
    return [(one.kind.value, one.text) for one in cut_sentences(pasted_text(text, "a", lambda _: None), "a")]


OUTLINE = """《焊接机器人》课程标准
课程信息：机电学院，64学时
一、课程目标
1. 能编写搬运程序；能进行示教编程。
（2）掌握标定方法
二、教学内容
机器人的结构与组成，坐标系与运动方式。
三、实训项目
任务1：完成工作站的调试
四、考核方式
平时成绩占40%。
任课教师：张老师 邮箱：zhang@example.edu"""
ADVERTISEMENT = """Pump Technician
We are a growing company.

Responsibilities:
- Maintain pumps, e.g. at sea. Write reports for Dr. Li by 3.5 p.m. daily
What we're looking for
* 3+ years of experience with pumps; willing to travel
岗位职责：1、负责水泵的维护；2、协助巡检。
任职要求：大专及以上学历。
Benefits
Free lunch and a bonus."""


def test_sentences_are_cut_and_sorted_in_both_languages() -> None:
    """Numbers, labels, bullets and abbreviations end none; headings and labels say what stands below them."""
    assert [found for found in sorted_text(OUTLINE) if found[0] != "other"] == [
        ("outcome", "能编写搬运程序；"),
        ("outcome", "能进行示教编程。"),
        ("outcome", "掌握标定方法"),
        ("content", "机器人的结构与组成，坐标系与运动方式。"),
        ("task", "任务1：完成工作站的调试"),
    ]
    assert [found for found in sorted_text(ADVERTISEMENT) if found[0] not in {"other", "content"}] == [
        ("duty", "Maintain pumps, e.g. at sea."),
        ("duty", "Write reports for Dr. Li by 3.5 p.m. daily"),
        ("requirement", "3+ years of experience with pumps;"),
        ("requirement", "willing to travel"),
        ("duty", "负责水泵的维护；"),
        ("duty", "协助巡检。"),
        ("requirement", "大专及以上学历。"),
    ]


def test_heads_of_columns_and_rows_say_what_stands_in_cells() -> None:
    """A table of a document or a sheet: its first row, or the first cell of a row."""
    rows = [("单元", "学习目标", "考核"), ("泵", "能拆装水泵。会检修。", "期末考试"), ("岗位职责", "负责巡检", "")]
    passages = [
        Passage(row, " ".join(filter(None, cells)), "table:1", cells=cells) for row, cells in enumerate(rows, 1)
    ]
    found = cut_sentences(passages, "a.docx")
    assert [(one.kind.value, one.text, one.place.heading) for one in found if one.kind != SentenceKind.OTHER] == [
        ("outcome", "能拆装水泵。", "学习目标"),
        ("outcome", "会检修。", "学习目标"),
        ("duty", "负责巡检", "岗位职责"),
    ]
    assert [(one.before, one.after) for one in found if one.text == "会检修。"] == [("能拆装水泵。", "期末考试")]


@given(st.lists(st.text(st.sampled_from("能编写程序 a B.。;；\n1.(2)①、:：教学目标|*[]()-#"), max_size=60), max_size=6))
def test_a_sentence_is_what_stands_at_its_place(texts: list[str]) -> None:
    """Whatever the text: characters `start` to `end` of its passage, in order, none twice, none too long."""
    passages = [Passage(row, text) for row, text in enumerate(texts, 1)]
    last = (0, 0)
    for one in cut_sentences(passages, "a"):
        place = one.place
        assert texts[place.row - 1][place.start : place.end] == one.text == one.text.strip()
        assert len(one.text) <= LONGEST
        assert last <= (place.row, place.start)
        last = (place.row, place.end)


def test_a_text_without_an_end_is_cut_in_time_of_its_length() -> None:
    """Whatever its characters are, they make sentences of a thousand at most."""
    for unit in ("a", "1.", "(", "能", "：", "- ", "[a](", "**", "<a "):
        found = cut_sentences(pasted_text(unit * (50_000 // len(unit)) + " and more", "a", lambda _: None), "a")
        assert all(len(one.text) <= LONGEST for one in found)


def test_every_kind_has_rules_in_both_languages() -> None:
    """In headings and in sentences; what is none of these kinds is content."""
    for form, rules in kind_rules().items():
        assert {rule.kind for rule in rules} | {SentenceKind.CONTENT} == set(SentenceKind), form
        assert all(rule.zh.pattern and rule.en.pattern for rule in rules)


@pytest.mark.parametrize("other", ["1. 能编写 PLC 程序", "（2）能编写ＰＬＣ程序；", "- 能编写plc程序"])
def test_a_sentence_keeps_its_key_in_another_edition(other: str) -> None:
    """Numbers, width, case, spaces and signs are no other sentence; another node's is."""
    assert sentence_key("c", other.removeprefix("- ")) == sentence_key("c", "能编写PLC程序。")
    assert sentence_key("d", other) != sentence_key("c", "能编写PLC程序。")


def test_documented_headings_sort_as_the_page_says() -> None:
    """Each heading that docs/proposals.md names sorts what stands below it into that kind."""
    page = (DOCS / "proposals.md").read_text(encoding="utf-8")
    rows = re.findall(rf"^\| ({'|'.join(SentenceKind)}) \| ([^|;]*)", page, re.MULTILINE)
    assert {kind for kind, _ in rows} == set(SentenceKind)
    told = [(kind, heading.strip()) for kind, headings in rows for heading in headings.split(", ")]
    assert [(kind, heading) for kind, heading in told if heading_kind(heading) != kind] == []
