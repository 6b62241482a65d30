"""Rules by which sentences are sorted into kinds: patterns of headings and of sentences, from `kind_rules.toml`."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from queries.proposals.proposal import SentenceKind

RuleForm = Literal["heading", "sentence"]
_FIRM = frozenset(SentenceKind) - {SentenceKind.CONTENT}
"""What a heading says of all below it; below a heading of content, or of nothing, sentences speak for themselves."""
_LONG_CHINESE = 16
_NUMBERED = re.compile(r"[\W\d_一二三四五六七八九十]+")
_WORD, _SHORT_HEADING = re.compile(r"[a-z]+"), 4


class KindRule(NamedTuple):
    """A kind, and the words by which it is known: in Chinese anywhere, in English as whole words."""

    kind: SentenceKind
    zh: re.Pattern[str]
    en: re.Pattern[str]


@cache
def kind_rules() -> Mapping[RuleForm, Sequence[KindRule]]:
    """Return the rules of headings and those of sentences, in the order in which they are asked."""
    table = tomllib.loads((files("queries.proposals") / "kind_rules.toml").read_text(encoding="utf-8"))
    forms: tuple[RuleForm, ...] = ("heading", "sentence")
    return {form: [_rule(kind, words) for kind, words in table[form].items()] for form in forms}


def _rule(kind: str, words: Mapping[str, Sequence[str]]) -> KindRule:
    zh, en = ("|".join(words[language]) for language in ("zh", "en"))
    return KindRule(SentenceKind(kind), re.compile(zh), re.compile(rf"(?<![a-z])(?:{en})(?![a-z])"))


def heading_kind(heading: str) -> SentenceKind | None:
    """Return what stands below a heading, None where its words do not say.

    >>> heading_kind("二、教学目标"), heading_kind("Key responsibilities"), heading_kind("PLC")
    (<SentenceKind.OUTCOME: 'outcome'>, <SentenceKind.DUTY: 'duty'>, None)
    """
    text = heading.lower().strip("：:【】[]（）() ")
    is_short = len(_WORD.findall(text)) <= _SHORT_HEADING
    rules = kind_rules()["heading"]
    return next((rule.kind for rule in rules if _at_an_end(rule.zh, text) or _heads(rule.en, text, is_short)), None)


def _at_an_end(words: re.Pattern[str], text: str) -> bool:
    """Say whether a Chinese heading begins or ends with the words."""
    return len(text) <= _LONG_CHINESE and any(
        found.start() == 0 or found.end() == len(text) or _NUMBERED.fullmatch(text[: found.start()])
        for found in words.finditer(text)
    )


def _heads(words: re.Pattern[str], text: str, is_short: bool) -> bool:
    """Say whether a heading is about the words: begins with them, or is hardly longer than they are."""
    return (words.search(text) if is_short else words.match(text)) is not None


def sentence_kind(text: str, under: SentenceKind | None) -> SentenceKind:
    """Return the kind of a sentence under a heading of that kind.

    >>> sentence_kind("能编写机器人程序", None), sentence_kind("Grades are 40 % of it", SentenceKind.OUTCOME)
    (<SentenceKind.OUTCOME: 'outcome'>, <SentenceKind.OTHER: 'other'>)
    """
    lower = text.lower()
    rules = kind_rules()["sentence"]
    own = next((rule.kind for rule in rules if rule.zh.search(lower) or rule.en.search(lower)), None)
    if own is SentenceKind.OTHER:
        return own
    return under if under in _FIRM and under is not None else own or SentenceKind.CONTENT
