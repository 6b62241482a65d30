"""Reasons: which sentence says why, and what fills it in; the sentences in English and Chinese, side by side."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Self

from pydantic import Field, PrivateAttr

from graph.messages import Language
from graph.model import Frozen

_MOST_NAMED = 3


class Sentence(StrEnum):
    """Which sentence a reason is: first those of flaws, in the order of Weakness; then those of what closes a gap."""

    NOTHING_TIES = "nothing_ties"
    ONE_TASK = "one_task"
    ONE_COURSE = "one_course"
    ONE_UNIT = "one_unit"
    ONE_HOST = "one_host"
    NO_ENTERPRISE = "no_enterprise"
    NOBODY_EMPLOYS = "nobody_employs"
    TAUGHT_LATER = "taught_later"
    LEVEL_TOO_LOW = "level_too_low"
    ASSESSED_FOR_ELSE = "assessed_for_else"
    ATTAINED_TOO_LITTLE = "attained_too_little"
    TAUGHT_TWICE = "taught_twice"
    UNIT_SAME_RESPONSIBILITY = "unit_same_responsibility"
    UNIT_SAME_BROADER = "unit_same_broader"
    TASK_REHEARSES = "task_rehearses"
    TASK_APPLIES = "task_applies"
    TASK_SAME_RESPONSIBILITY = "task_same_responsibility"
    TASK_SAME_BROADER = "task_same_broader"
    EMPLOYS_ONE = "employs_one"
    EMPLOYS_SEVERAL = "employs_several"


SENTENCES: Mapping[Sentence, tuple[str, str]] = {
    Sentence.NOTHING_TIES: (
        "no task applies one of its units and prepares for what a role needs it for",
        "没有实训任务既应用其知识单元，又对应岗位需要它的职责",
    ),
    Sentence.ONE_TASK: ("only one task practises it: {name}", "只有一项实训任务训练它：{name}"),
    Sentence.ONE_COURSE: ("only one course teaches it: {name}", "只有一门课程讲授它：{name}"),
    Sentence.ONE_UNIT: (
        "only one unit teaches it, in no course: {name}",
        "只有一个不属于任何课程的知识单元讲授它：{name}",
    ),
    Sentence.ONE_HOST: (
        "all its training with a recorded host is at {name}",
        "凡有承办记录的实训都在「{name}」",
    ),
    Sentence.NO_ENTERPRISE: ("no enterprise hosts any of its training", "没有企业承办它的任何实训"),
    Sentence.NOBODY_EMPLOYS: ("no recorded enterprise employs {names}", "没有记录到企业设有这些岗位：{names}"),
    Sentence.TAUGHT_LATER: (
        "practised in term {practised} at the latest, taught in term {taught} at the earliest",
        "实训最晚在第 {practised} 学期，讲授最早在第 {taught} 学期",
    ),
    Sentence.LEVEL_TOO_LOW: (
        "required at level {need}, taught and practised to level {have} at most",
        "要求达到 {need} 级，教学与实训最高只到 {have} 级",
    ),
    Sentence.ASSESSED_FOR_ELSE: (
        "assessed for something else, never for it: {names}",
        "只考核过其他能力，从未考核它：{names}",
    ),
    Sentence.ATTAINED_TOO_LITTLE: (
        "the latest cohort assessed attained {reached:.2f}, below {least:g}",
        "最近一届参加考核的学生达成度为 {reached:.2f}，低于 {least:g}",
    ),
    Sentence.TAUGHT_TWICE: (
        """{first} and {second} of {discipline} both develop it to level {level}; \
it has {hours:.1%} of the teaching hours and {demand:.1%} of the demand""",
        """{discipline}的「{first}」与「{second}」都把它培养到 {level} 级；\
它占教学时数的 {hours:.1%}，占需求的 {demand:.1%}""",
    ),
    Sentence.UNIT_SAME_RESPONSIBILITY: (
        "{unit} develops {other}, which is required too for {shared}",
        "「{unit}」培养「{other}」，而「{shared}」同样要求这一能力",
    ),
    Sentence.UNIT_SAME_BROADER: (
        "{unit} develops {other}, which belongs as well to {shared}",
        "「{unit}」培养「{other}」，两者同属「{shared}」",
    ),
    Sentence.TASK_REHEARSES: (
        "it prepares for a responsibility that requires it: {shared}",
        "它对应要求该能力的岗位职责：{shared}",
    ),
    Sentence.TASK_APPLIES: ("it applies a unit that develops it: {shared}", "它应用培养该能力的知识单元：{shared}"),
    Sentence.TASK_SAME_RESPONSIBILITY: (
        "it practises {other}, which is required too for {shared}",
        "它训练「{other}」，而「{shared}」同样要求这一能力",
    ),
    Sentence.TASK_SAME_BROADER: (
        "it practises {other}, which belongs as well to {shared}",
        "它训练「{other}」，两者同属「{shared}」",
    ),
    Sentence.EMPLOYS_ONE: ("it employs {role}, with 1 opening", "它设有岗位「{role}」，招聘 1 人"),
    Sentence.EMPLOYS_SEVERAL: (
        "it employs {role}, with {openings:g} openings",
        "它设有岗位「{role}」，招聘 {openings:g} 人",
    ),
}
"""Each sentence in English and in Chinese; braces hold what is filled in."""


class Reason(Frozen):
    """Why something is said: the sentence, and what fills it in; `names` are the first few of `total`."""

    sentence: Sentence
    values: Mapping[str, str | int | float] = Field({})
    names: tuple[str, ...] = ()
    total: int = 0

    def told(self, language: Language = "en") -> str:
        """Return the sentence in the language.

        >>> Reason(sentence=Sentence.LEVEL_TOO_LOW, values={"need": 5, "have": 4}).told()
        'required at level 5, taught and practised to level 4 at most'
        >>> naming(Sentence.NOBODY_EMPLOYS, ["A", "B", "C", "D"]).told("zh")
        '没有记录到企业设有这些岗位：A、B、C 等 4 项'
        """
        text = SENTENCES[self.sentence][0 if language == "en" else 1]
        return text.format_map({**self.values, "names": self._listed(language)})

    def _listed(self, language: Language) -> str:
        more = self.total - len(self.names)
        if language == "en":
            return ", ".join(self.names) + (f" and {more} more" if more else "")
        return "、".join(self.names) + (f" 等 {self.total} 项" if more else "")


class Explained(Frozen):
    """Something that is said with a `reason` in English; `told` says it in either language.

    What is kept for that is in no document.
    """

    _why: Reason | None = PrivateAttr(None)

    def told(self, language: Language) -> str:
        """Return the reason in the language; in English where it was read from a document."""
        # Each kind has its own field for it, at its own place in documents.
        in_english: str = vars(self)["reason"]
        return in_english if self._why is None else self._why.told(language)

    def explain(self, why: Reason) -> Self:
        """Keep why, and return itself."""
        self._why = why
        return self


def reason(sentence: Sentence, **values: str | float) -> Reason:
    """Return the reason with these values."""
    return Reason(sentence=sentence, values=values)


def naming(sentence: Sentence, names: Iterable[str]) -> Reason:
    """Return the reason that names the first few of these."""
    every = tuple(names)
    return Reason(sentence=sentence, names=every[:_MOST_NAMED], total=len(every))
