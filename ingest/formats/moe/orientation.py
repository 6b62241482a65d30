"""Occupations and posts that a programme prepares for, told apart in the one sentence that names them (职业面向)."""

import re
from typing import NamedTuple

from ingest.formats.moe.enumeration import items, says_nothing

_LEAD = re.compile(r"^(?:本专业|主要|毕业生)*面向")
_OCCUPATIONS = re.compile(
    r"^(?P<named>.*?等职业|[^，,]*职业(?=[，,]|$)|.*职业$)(?:群|类别)?(?:[，,：:]|(?:的|和|及)(?=.)|$)(?P<rest>.*)$"
)
_INDUSTRY = re.compile(
    r"^.*(?:行业|产业|领域|机构|单位|企业|事务所|平台|部门|机关|以及其他[^、]{2,6}业"
    r"|(?:供应|运输|加工|建筑|制造|服务|零售|批发|金融|农|林|牧|渔|采矿|邮政|餐饮|房地产|租赁|娱乐)业)的"
)
_INDUSTRY_ALONE = re.compile(r"^[^、]*(?:、[^、]*)*(?:行业|产业|等领域|相关领域|制造业|服务业)$")
_POSTS_END = re.compile(
    r"(?:(?:等|及)[^、，等]{0,16}?)?(?:相关)?(?:岗位(?:（群）|\(群\)|群|类别)?|(?:专业)?技术领域|工作领域|业务领域|领域|工作)$"
)
_TAIL = re.compile(r"(?<=[员师工手者长])(?:和|与|及|以及)(?=[^、]{2,}[员师工手者长]$)")
_SENTENCES = re.compile(r"[。；;]")


class Orientation(NamedTuple):
    """Occupations, and posts or fields of work, in the order of the text; `is_plain` says that the form was kept."""

    occupations: list[str]
    posts: list[str]
    is_plain: bool


def orientation(text: str) -> Orientation:
    """Return what the text names.

    >>> orientation("面向农业技术员、兽医等职业，种子生产、种子营销等岗位（群）。")[:2]
    (['农业技术员', '兽医'], ['种子生产', '种子营销'])
    """
    occupations: list[str] = []
    posts: list[str] = []
    is_plain = True
    for sentence in filter(None, (one.strip() for one in _SENTENCES.split(text))):
        if says_nothing(sentence):
            continue
        body = _LEAD.sub("", sentence)
        is_plain = is_plain and body != sentence
        found = _OCCUPATIONS.match(body)
        rest = body
        if found:
            occupations += _occupations(found["named"].removesuffix("职业"))
            rest = found["rest"]
        posts += _posts(rest)
    return Orientation(_unique(occupations), _unique(posts), is_plain and bool(occupations or posts))


def _occupations(text: str) -> list[str]:
    groups = items(text, "，,")
    if len(groups) > 1 and _INDUSTRY_ALONE.match(groups[0]):
        groups = groups[1:]
    named = [name for group in groups for name in items(_INDUSTRY.sub("", group))]
    return [part for name in named for part in _TAIL.split(name)]


def _posts(text: str) -> list[str]:
    groups = items(text, "，,")
    if len(groups) > 1 and _INDUSTRY_ALONE.match(groups[0]):
        groups = groups[1:]
    posts: list[str] = []
    for group in groups:
        body = _POSTS_END.sub("", _INDUSTRY.sub("", group))
        posts += items(body)
    return posts


def _unique(names: list[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))
