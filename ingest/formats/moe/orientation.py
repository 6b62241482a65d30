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
_TAIL = re.compile("(?<=[员师工手者长])(?:和|与|及|以及)(?!有关|相关|其他)(?=[^、]{2,}[员师工手者长]$)")
_ACTIVITY = re.compile(
    "(?:设计|制作|制造|生产|研发|开发|加工|管理|经营|运营|维护|维修|检修|保养|安装|调试|检测|检验|监测|评价|施工|营销|销售"
    "|服务|使用|操作|应用|推广|策划|规划|培训|指导|教学|技术)$"
)
_OF_ACTIVITY = re.compile(f"的{_ACTIVITY.pattern}")
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
        posts += _with_objects(items(body))
    return posts


def _with_objects(posts: list[str]) -> list[str]:
    """Return the posts; objects that share one activity (the design of A, B and C) are one post, not several.

    >>> _with_objects(["工艺品", "文创产品的设计", "制作"]), _with_objects(["种子生产", "农产品的加工"])
    (['工艺品、文创产品的设计', '制作'], ['种子生产', '农产品的加工'])
    """
    at = next((number for number, post in enumerate(posts) if _OF_ACTIVITY.search(post)), 0)
    if any(_ACTIVITY.search(post) for post in posts[:at]):
        return posts
    return ["、".join(posts[: at + 1]), *posts[at + 1 :]]


def _unique(names: list[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))
